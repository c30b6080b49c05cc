#!/usr/bin/env python3
"""Streaks over a socket: what PROGRESS, EXPLAIN and WHYNOT say of them, over stops and kills.

    streaks_test.py GUERDON [TEST...]
"""
import functools
import pathlib
import signal
import sys
import unittest

sys.dont_write_bytecode = True
import running_server  # noqa: E402
from running_server import hashes_of, on_each_assembly  # noqa: E402
from wire import Wire  # noqa: E402

PLAN = pathlib.Path(__file__).resolve().parent / "streaks.plan"
on_each_assembly = functools.partial(on_each_assembly, plan=PLAN)


def ask(wire, words=""):
    wire.send("HELLO 3\n")
    wire.reply()
    return wire.ask(f"PROGRESS anna {words}")


def sale(wire, number, day, pieces, sku="S1"):
    wire.expect_ok(f"EVENT sale {number} account=anna sku={sku} pieces={pieces} time={day}T10:00:00Z")


def running(row):
    return [tuple(each[name] for name in ("streak", "running", "of", "repeats", "next")) for each in row["streaks"]]


class Streaks(unittest.TestCase):
    maxDiff = None

    @on_each_assembly
    def test_month_by_month(self, server):
        """A month is counted when it is closed, two days behind its end, and shown whatever period is asked for."""
        counts = [(0, 3, 2), (1, 2, 1), (2, 1, 2), (3, None, 1), (4, None, 2)]
        with Wire(server.port) as wire:
            for month, (so_many, to_three, to_pair) in enumerate(counts, 1):
                sale(wire, month, f"2026-{month:02}-10", 10)
                row, = ask(wire, "target=monthly")
                self.assertEqual(running(row), [("three", so_many, 3, "no", to_three),
                                                ("pairs", so_many, 2, "yes", to_pair)], month)
            row, = ask(wire, "target=monthly period=2026-04")
            self.assertEqual((row["state"], running(row)[0]), ("closed", ("three", 4, 3, "no", None)))
            # In grace it is open; then it is closed, with no event of its own.
            wire.expect_ok("TICK 2026-07-02T23:59:59Z")
            self.assertEqual(running(ask(wire, "target=monthly")[0])[0][1], 5)
            wire.expect_ok("TICK 2026-07-03T00:00:00Z")
            self.assertEqual(running(ask(wire, "target=monthly")[0]), [("three", 0, 3, "no", 3), ("pairs", 0, 2, "yes", 2)])

    @on_each_assembly
    def test_further_names_have_their_own(self, server):
        """One whose run is not 0 is shown, also where nothing was sold of it."""
        with Wire(server.port) as wire:
            for number, (day, sku) in enumerate([("2026-01-10", "S1"), ("2026-01-11", "S2"), ("2026-02-10", "S2")]):
                sale(wire, number, day, 5, sku)
            rows = ask(wire, "target=of_sku")
            self.assertEqual([(row["keys"]["sku"], row["achieved"], running(row)) for row in rows],
                             [("S1", "0", [("loyal", 1, 2, "no", 1)]), ("S2", "5", [("loyal", 1, 2, "no", 1)])])
            wire.expect_ok("TICK 2026-03-03T00:00:00Z")
            rows = ask(wire, "target=of_sku")
            self.assertEqual([(row["keys"]["sku"], running(row)) for row in rows], [("S2", [("loyal", 2, 2, "no", None)])])

    @on_each_assembly
    def test_what_is_left_over(self, server):
        """It is in what is achieved once the month before is closed, and final then."""
        with Wire(server.port) as wire:
            sale(wire, 1, "2026-01-10", 17)
            sale(wire, 2, "2026-02-01", 3)
            row, = ask(wire, "target=kept")
            self.assertEqual((row["achieved"], row["carried"]), ("3", "0"), "January is in its grace")
            wire.expect_ok("TICK 2026-02-03T00:00:00Z")
            row, = ask(wire, "target=kept")
            self.assertEqual((row["achieved"], row["carried"], row["remaining"]), ("7", "4", "3"))
            sale(wire, 3, "2026-01-20", 100)
            row, = ask(wire, "target=kept")
            self.assertEqual((row["achieved"], row["carried"]), ("7", "4"))
            row, = ask(wire, "target=monthly")
            self.assertEqual(row["achieved"], "3")
        with Wire(server.port) as wire:
            before = hashes_of(wire), ask(wire)
        server.stop(signal.SIGKILL)
        server.start()
        with Wire(server.port) as wire:
            self.assertEqual((hashes_of(wire), ask(wire)), before)
            self.assertTrue(wire.ask("VERIFY").endswith("\nok\n"))

    @on_each_assembly
    def test_explain_and_why_not(self, server):
        with Wire(server.port) as wire:
            for month in (1, 2, 3):
                sale(wire, month, f"2026-{month:02}-10", 10 + month)
            wire.expect_ok("TICK 2026-04-03T00:00:00Z")
            sale(wire, 4, "2026-04-10", 1)
            wire.send("HELLO 3\n")
            wire.reply()
            entries = [entry for entry in wire.ask("REGISTER anna")["entries"] if entry["kind"] == "streak"]
            self.assertEqual([entry["amount"] for entry in entries], ["30"])
            derived = wire.ask("EXPLAIN anna " + entries[0]["id"].replace(".", " "))["derived"]
            self.assertEqual(derived["inputs"], {"monthly.achieved after": "13", "three.running after": "3"})
            self.assertEqual(derived["subject"], "seller=anna")
            reasons = wire.ask("WHYNOT anna 4 three")["reasons"]
            self.assertEqual([(each["reason"], each["sentence"]) for each in reasons],
                             [("event", "no event pays this: it is paid when a period is closed")])

    @on_each_assembly
    def test_the_same_after_a_stop_and_a_kill(self, server):
        """What was counted is kept, and goes on."""
        with Wire(server.port) as wire:
            sale(wire, 1, "2026-01-10", 10)
            sale(wire, 2, "2026-02-10", 10)
            before = hashes_of(wire), ask(wire)
        for how in (signal.SIGTERM, signal.SIGKILL):
            server.stop(how)
            server.start()
            with Wire(server.port) as wire:
                self.assertEqual((hashes_of(wire), ask(wire)), before)
        with Wire(server.port) as wire:
            sale(wire, 3, "2026-03-10", 10)
            # Taken back behind its close: the target's point goes, the run stays.
            wire.expect_ok("REVERSE event=1 id=r-1 reason=wrong actor=boss time=2026-03-11T10:00:00Z")
            sale(wire, 4, "2026-04-10", 10)
            self.assertEqual(running(ask(wire, "target=monthly")[0])[0][1], 3)
            self.assertEqual(wire.ask("BALANCE anna"), [["runs", "points", "39"]])
            self.assertTrue(wire.ask("VERIFY").endswith("\nok\n"))


if __name__ == "__main__":
    running_server.main()
