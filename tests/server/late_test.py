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
from running_server import RunningServer, hashes_of, info_of, on_each_assembly  # noqa: E402
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


def again(story):
    return [(request, reply.replace("OK", "DUP", 1)) for request, reply in story]


class Late(unittest.TestCase):
    maxDiff = None
    hashes = None  # of the first assembly

    def tell(self, server, story):
        with Wire(server.port) as wire:
            for request, reply in story:
                self.assertEqual(str(wire.ask(request))[:len(reply)], reply, request)
            return hashes_of(wire)

    def verify(self, server, *options):
        command = [running_server.GUERDON, "verify", server.data, *options]
        proof = subprocess.run(command, capture_output=True, text=True)
        self.assertEqual((proof.returncode, proof.stdout[-3:]), (0, "ok\n"), proof)

    @on_each_assembly
    def test_refused_and_kept_as_refused(self, server):
        """At once, sent again, after a kill (the log alone), after a stop (a snapshot), and after a kill with more behind it."""
        before = self.tell(server, STORY)
        self.assertEqual(before, Late.hashes or before, "no number of shards shows")
        Late.hashes = before
        self.tell(server, again(STORY))
        more = [(sale(7, 5, 9), LATE), (sale(8, 7, 1, 12), "OK 9 0")]
        for how, behind in ((signal.SIGKILL, []), (signal.SIGTERM, more), (signal.SIGKILL, [])):
            server.stop(how)
            server.start()
            with self.subTest(how):
                self.assertEqual(self.tell(server, again(STORY)), before)
                before = self.tell(server, behind)
                self.tell(server, again(behind))
        self.assertEqual(self.tell(server, again(STORY + more)), before)
        with Wire(server.port) as wire:
            self.assertEqual(wire.ask("BALANCE anna"), [["late", "points", "20"]])
        server.stop(signal.SIGKILL)
        self.verify(server)
        server.start()

    @on_each_assembly
    def test_beside_commands_that_were_refused(self, server):
        """Both are kept for their keys, in one section of a snapshot."""
        hold = "HOLD account=anna unit=points amount=5 id=h-1 for=900s time=2026-01-05T09:00:00Z"
        with Wire(server.port) as wire:
            refused = str(wire.ask(hold))
            self.assertTrue(refused.startswith("INSUFFICIENT"), refused)
            said = [str(wire.ask(request))[:len(LATE)] for request, _ in STORY]
            self.assertEqual(said.count(LATE), 2, said)
        for how in (signal.SIGKILL, signal.SIGTERM, signal.SIGKILL):
            server.stop(how)
            server.start()
            with self.subTest(how), Wire(server.port) as wire:
                self.assertEqual(str(wire.ask(hold)), refused)
                self.assertEqual(str(wire.ask(sale(5, 5, 9)))[:len(LATE)], LATE)

    def test_keys_that_are_forgotten(self):
        """The place of a late one is taken by one that counts, and the other way."""
        with RunningServer("--keys", "4", plan=PLAN) as server:
            story = [(sale(1, 3, 1), "OK 2 0"), (sale(2, 3, 1, 11), "OK 3 0"), (sale(3, 9, 1), "OK 4 0")]
            story += [(sale(n, 5, 9, n), LATE) for n in (4, 5, 6)]  # at the places of 1 and 2, too
            story += [(sale(n, 9, 1, 10 + n), f"OK {n + 1} ") for n in (7, 8, 9)]  # at those of 3, 4 and 5
            self.tell(server, story)
            newest = again(story[-4:])
            for how in (None, signal.SIGKILL, signal.SIGTERM, signal.SIGKILL):
                if how is not None:
                    server.stop(how)
                    server.start()
                with self.subTest(how):
                    self.tell(server, newest)
            server.stop(signal.SIGKILL)
            self.verify(server, "--keys", "4")
            server.start()

    def test_nothing_is_there_to_be_asked_or_taken_back(self):
        with RunningServer(plan=PLAN) as server, Wire(server.port) as wire:
            wire.expect_ok(sale(1, 7, 1))
            self.assertEqual(str(wire.ask(f"DRYRUN {sale(2, 5, 9)}"))[:len(LATE)], LATE)
            self.assertEqual(str(wire.ask(sale(2, 5, 9)))[:len(LATE)], LATE)
            self.assertEqual(str(wire.ask(f"DRYRUN {sale(2, 5, 9)}"))[:len(LATE)], LATE, "sent again")
            self.assertEqual(str(wire.ask(sale(2, 5, 9)))[:len(LATE)], LATE)
            self.assertEqual(info_of(wire)["duplicates"], "0", "it is late again")
            self.assertIn("late", str(wire.ask("WHYNOT anna 3 busy")))
            said = str(wire.ask("REVERSE event=s-2 id=r-1 reason=wrong actor=boss"))
            self.assertTrue(said.startswith("INVALID event: it was refused for being late"), said)
            self.assertEqual(wire.ask("BALANCE anna"), [])


if __name__ == "__main__":
    running_server.main()
