#!/usr/bin/env python3
"""Peers that stop in the middle: half a request, half a connection, a reset.

    broken_peers_test.py GUERDON [TEST...]
"""
import sys
import unittest

sys.dont_write_bytecode = True
import running_server  # noqa: E402
import sales  # noqa: E402
from running_server import ASSEMBLIES, RunningServer, on_each_assembly, wait_until  # noqa: E402
from wire import Wire, array  # noqa: E402

EVENT = b"EVENT purchase half account=anna amount=10.00 time=2026-03-01T10:00:00Z\n"
ARRAY = array(*EVENT.split())
BATCH = b"BATCH 2\n" + EVENT + EVENT.replace(b"half", b"other")


class HalfARequest(unittest.TestCase):
    def test_silence_in_the_middle(self):
        """Others go on meanwhile; when the rest comes it is answered."""
        for assembly in ASSEMBLIES:
            for request in (EVENT, ARRAY, BATCH, array("BATCH", EVENT)):
                for cut in (1, len(request) // 2, len(request) - 1):
                    with self.subTest(assembly=assembly, request=request, cut=cut):
                        self.check_silence(self.server_of(assembly), request, cut)

    def server_of(self, assembly):
        if assembly not in self.servers:
            self.servers[assembly] = RunningServer(*assembly)
            self.addCleanup(self.servers[assembly].__exit__)
        return self.servers[assembly]

    def setUp(self):
        self.servers = {}
        self.number = 0

    def check_silence(self, server, request, cut):
        self.number += 1
        with Wire(server.port) as silent, Wire(server.port) as other:
            silent.expect_ok(f"SOURCE silent{self.number}")  # ids of its own
            accepted = int(running_server.info_of(other)["accepted"])
            silent.send(request[:cut])
            other.expect_ok(f"EVENT purchase e{self.number} account=bo amount=10 "
                            "time=2026-03-01T10:00:00Z")
            silent.send(request[cut:])
            reply = silent.reply()
            self.assertTrue(reply[:3] == "OK " or reply[0] == "accepted", reply)
            more = int(running_server.info_of(other)["accepted"]) - accepted
            self.assertEqual(more, 1 + (2 if request == BATCH else 1))
            self.assertEqual(silent.ask("PING"), "PONG")


class HalfClosed(unittest.TestCase):
    @on_each_assembly
    def test_all_that_was_asked_is_answered(self, server):
        """More requests than may be under way, and then the end: all replies come before theirs."""
        some = sales.sales(5_000)
        with Wire(server.port, source=sales.SOURCE) as wire:
            wire.send(sales.lines(some))
            wire.end_output()
            replies = wire.rest()
        self.assertEqual([int(reply.split()[1]) for reply in replies],
                         list(range(2, 2 + len(some))))
        sales.check(self, server, some)

    def test_half_a_request_is_none(self):
        halves = (EVENT[:-1], ARRAY[:-1], array("BATCH", EVENT)[:-1])
        with RunningServer() as server:
            for half in halves:
                with self.subTest(half), Wire(server.port) as wire:
                    wire.send(b"PING\n" + half)
                    wire.end_output()
                    self.assertEqual(wire.rest(), ["PONG"])
            self.assertEqual(server.info()["accepted"], "0")

    def test_lines_of_a_batch_that_does_not_end(self):
        """Each line is as if alone: those that came are taken, and there is no reply to come."""
        with RunningServer() as server:
            with Wire(server.port) as wire:
                wire.send(b"BATCH 3\n" + EVENT + EVENT.replace(b"half", b"other"))
                wire.end_output()
                self.assertEqual(wire.rest(), [])
            self.assertEqual(server.info()["accepted"], "2")

    def test_nothing_at_all(self):
        with RunningServer() as server, Wire(server.port) as wire:
            wire.end_output()
            self.assertEqual(wire.rest(), [])


class Reset(unittest.TestCase):
    @on_each_assembly
    def test_in_the_middle(self, server):
        """What was taken is a beginning of what was sent, and the server goes on."""
        some = sales.sales(1_000)
        for _ in range(10):
            with Wire(server.port, source=sales.SOURCE) as wire:
                wire.send(sales.lines(some) + "EVENT purchase ")
                wire.reset()
        with Wire(server.port, source=sales.SOURCE) as wire:
            wire.send(sales.lines(some))
            words = [reply.split()[0] for reply in wire.replies(len(some))]
            taken = words.count("DUP")
            self.assertEqual(words, ["DUP"] * taken + ["OK"] * (len(some) - taken))
        sales.check(self, server, some)

    def test_while_replies_are_made(self):
        """Replies to nobody, and a slot that is used again: nobody gets another's."""
        with RunningServer("--threads", "net=2,shards=2") as server:
            for i in range(200):
                with Wire(server.port) as gone, Wire(server.port) as here:
                    gone.send(b"HASH\nPING gone\nHASH\n" * 5)
                    gone.reset()
                    here.send(f"PING here{i}\n")
                    self.assertEqual(here.reply(), f"here{i}")
            wait_until(lambda: server.info()["events"] == "0", "the server answers")
            self.assertEqual(server.stop(), 0)


if __name__ == "__main__":
    running_server.main()
