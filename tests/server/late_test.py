#!/usr/bin/env python3
"""Late events that are refused, over a socket: with an LSN, again when they are sent again, and over stops and kills.

    late_test.py GUERDON [TEST...]
"""
import functools
import pathlib
import signal
import subprocess
import sys
import unittest

sys.dont_write_bytecode = True
import running_server  # noqa: E402
from running_server import RunningServer, hashes_of, on_each_assembly  # noqa: E402
from wire import Wire  # noqa: E402

PLAN = pathlib.Path(__file__).resolve().parent / "late.plan"
on_each_assembly = functools.partial(on_each_assembly, plan=PLAN)
LATE = "LATE time: a period in which it would count is closed, and the plan says `late reject`"


def sale(number, day, qty, hour=10):
    return f"EVENT sale s-{number} account=anna qty={qty} time=2026-01-{day:02}T{hour:02}:00:00Z"


# Request and reply, in their order. The plan is LSN 1.
STORY = [
    (sale(1, 5, 3), "OK 2 0"),
    (sale(2, 6, 1, 23), "OK 3 0"),
    (sale(3, 5, 2, 11), "OK 4 1"),
    (sale(4, 7, 1, 0), "OK 5 0"),
    (sale(5, 5, 9), LATE),
    (sale(5, 5, 9), LATE),
    (sale(5, 5, 8), "CONFLICT word 3"),
    (sale(6, 7, 4), "OK 7 1"),
]


class Late(unittest.TestCase):
    maxDiff = None
    hashes = None  # of the first assembly

    @on_each_assembly
    def test_refused_and_kept_as_refused(self, server):
        """At once, sent again, after a stop (a snapshot), and after a kill (the log)."""
        with Wire(server.port) as wire:
            for request, reply in STORY:
                self.assertEqual(str(wire.ask(request))[:len(reply)], reply, request)
            before = hashes_of(wire)
        self.assertEqual(before, Late.hashes or before, "no number of shards shows")
        Late.hashes = before
        for how in (None, signal.SIGTERM, signal.SIGKILL):
            if how is not None:
                server.stop(how)
                server.start()
            with self.subTest(how), Wire(server.port) as wire:
                self.assertEqual(wire.ask("BALANCE anna"), [["late", "points", "20"]])
                for request, reply in STORY:
                    again = reply.replace("OK", "DUP", 1)
                    self.assertEqual(str(wire.ask(request))[:len(again)], again, request)
                self.assertEqual(hashes_of(wire), before)
        server.stop(signal.SIGKILL)
        proof = subprocess.run([running_server.GUERDON, "verify", server.data], capture_output=True, text=True)
        self.assertEqual((proof.returncode, proof.stdout[-3:]), (0, "ok\n"), proof)
        server.start()

    def test_nothing_is_there_to_be_asked_or_taken_back(self):
        with RunningServer(plan=PLAN) as server, Wire(server.port) as wire:
            wire.expect_ok(sale(1, 7, 1))
            self.assertEqual(str(wire.ask(f"DRYRUN {sale(2, 5, 9)}"))[:len(LATE)], LATE)
            self.assertEqual(str(wire.ask(sale(2, 5, 9)))[:len(LATE)], LATE)
            self.assertIn("late", str(wire.ask("WHYNOT anna 3 busy")))
            said = str(wire.ask("REVERSE event=s-2 id=r-1 reason=wrong actor=boss"))
            self.assertTrue(said.startswith("INVALID event: it was refused for being late"), said)
            self.assertEqual(wire.ask("BALANCE anna"), [])


if __name__ == "__main__":
    running_server.main()
