#!/usr/bin/env python3
"""Bad input, as the whole server answers it: the table is bad_requests.txt.

    bad_requests_test.py GUERDON [TEST...]

Each case is a connection. What is sent is refused as the table says, then the connection goes on (a
PING is answered) or has ended; at the end nothing was accepted and both hashes are what they were.
"""
import collections
import json
import re
import sys
import unittest

sys.dont_write_bytecode = True
import running_server  # noqa: E402
from running_server import ASSEMBLIES, RunningServer  # noqa: E402
from wire import Failure, Wire  # noqa: E402

# `replies`: pairs of the mark in the table and what stands behind it.
Case = collections.namedtuple("Case", "name clock sent replies ends")

# What state there is before: what the cases about duplicates and conflicts name.
BEFORE = ("EVENT purchase before account=anna amount=10.00 time=2026-03-01T10:00:00Z",)
PIECES_MAX = 200  # of a case that is sent in pieces: the longest are not
_ESCAPES = {"n": b"\n", "r": b"\r", "t": b"\t", "\\": b"\\", "0": b"\0"}
_TOKEN = re.compile(r"\\x([0-9a-f]{2})|\\([nrt0\\])|\{(\d+)([^{}]+)\}|(.)", re.DOTALL)


def unescape(text):
    def value(match):
        byte, letter, times, repeated, plain = match.groups()
        if byte:
            return bytes.fromhex(byte)
        if letter:
            return _ESCAPES[letter]
        return int(times) * unescape(repeated) if times else plain.encode()
    return b"".join(value(match) for match in _TOKEN.finditer(text))


def read_cases(text):
    cases = []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        mark, _, rest = line.partition(" ")
        if mark == "==":
            name, _, clock = rest.partition(" @")
            cases.append(Case(name, clock or "events", bytearray(), [], []))
        elif mark == ">":
            cases[-1].sent.extend(unescape(rest))
        elif mark in ("!", "~", "="):
            cases[-1].replies.append((mark, json.loads(rest) if mark == "=" else rest))
        elif line == "x":
            cases[-1].ends.append(number)
        else:
            raise AssertionError(f"bad_requests.txt:{number}: what is {line!r}?")
    return cases


CASES = read_cases((running_server.HERE / "bad_requests.txt").read_text())


class BadRequests(unittest.TestCase):
    maxDiff = None

    def check_reply(self, mark, wanted, reply):
        self.assertEqual(isinstance(reply, Failure), mark != "=", reply)
        if mark == "~":
            code, piece = wanted.split(" | ", 1)
            self.assertEqual(reply.code, code)
            self.assertIn(piece, reply)
        else:
            self.assertEqual(reply, wanted)

    def check_case(self, port, case, piece):
        with Wire(port) as wire:
            self.send_in_pieces(wire, case, piece)
            for mark, wanted in case.replies:
                self.check_reply(mark, wanted, wire.reply())
            if case.ends:
                self.assertEqual(wire.rest(), [])
            else:
                self.assertEqual(wire.ask("PING"), "PONG")

    def send_in_pieces(self, wire, case, piece):
        sent = bytes(case.sent)
        try:
            for at in range(0, len(sent), piece):
                wire.send(sent[at:at + piece])
        except (BrokenPipeError, ConnectionResetError):
            self.assertTrue(case.ends)  # before the last piece was sent; the reply came all the same

    def check_cases(self, server, clock, piece=1 << 20):
        before, events = server.hashes(), server.info()
        cases = [case for case in CASES if case.clock == clock]
        self.assertTrue(cases)
        for case in cases:
            if len(case.sent) > piece * PIECES_MAX:
                continue
            with self.subTest(case.name):
                self.check_case(server.port, case, piece)
        self.assertEqual(server.hashes(), before)
        for figure in ("accepted", "accounts", "entries", "keys"):
            self.assertEqual(server.info()[figure], events[figure])
        self.assertEqual(server.stop(), 0)

    def begun(self, *assembly):
        server = RunningServer(*assembly)
        with Wire(server.port) as wire:
            for line in BEFORE:
                wire.expect_ok(line)
        return server

    def test_the_table_is_whole(self):
        self.assertGreaterEqual(len(CASES), 60)
        names = [case.name for case in CASES]
        self.assertEqual(len(names), len(set(names)))
        for case in CASES:
            self.assertTrue(case.sent and (case.replies or case.ends), case.name)

    def test_under_both_assemblies(self):
        for assembly in ASSEMBLIES:
            with self.begun(*assembly) as server:
                self.check_cases(server, "events")

    def test_in_pieces(self):
        with self.begun() as server:
            self.check_cases(server, "events", piece=3)

    def test_by_the_wall_clock(self):
        with RunningServer(clock="wall") as server:
            self.check_cases(server, "wall")


if __name__ == "__main__":
    running_server.main()
