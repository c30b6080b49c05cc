#!/usr/bin/env python3
"""Averages and goals `at most` over a socket: what PROGRESS shows of them, why nothing was paid, over stops and kills.

    averages_test.py GUERDON [TEST...]
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

PLAN = pathlib.Path(__file__).resolve().parent / "averages.plan"
on_each_assembly = functools.partial(on_each_assembly, plan=PLAN)


def ask(wire, words):
    wire.send("HELLO 3\n")
    wire.reply()
    return wire.ask(f"PROGRESS anna {words}")


def lead(wire, number, more, time="2026-01-10T10:00:00Z"):
    wire.expect_ok(f"EVENT lead {number} account=anna time={time} {more}")


def figures(row):
    return tuple(row[name] for name in ("achieved", "samples", "percent", "band", "remaining", "over", "pace"))


def reached(row):
    return [(each["percent"], each["from"], each["reached"]) for each in row["milestones"]]


class Averages(unittest.TestCase):
    maxDiff = None

    @on_each_assembly
    def test_what_is_to_stay_small_event_by_event(self, server):
        """E15: 360 of 3 are reached, 481 of 4 are 99 %; without a sample there is nothing to say."""
        steps = [(None, None, 0, None, "none", None, None, "no no"),
                 (100, "100", 1, 100, "green", "20", "0", "yes yes"),
                 (150, "125", 2, 96, "orange", "0", "5", "yes no"),
                 (110, "120", 3, 100, "green", "0", "0", "yes yes"),
                 # 120.25 on average: shown as 121, since it is more than 120.
                 (121, "121", 4, 99, "orange", "0", "1", "yes no"),
                 (1_000, "297", 5, 40, "red", "0", "177", "no no")]
        with Wire(server.port) as wire:
            for number, (took, achieved, samples, percent, band, room, over, yes) in enumerate(steps):
                if took is not None:
                    lead(wire, number, f"took={took}")
                else:
                    lead(wire, number, "sku=X")
                row, = ask(wire, "target=quick")
                self.assertEqual((row["goal_is"], row["goal"]), ("at_most", "120"))
                self.assertEqual(figures(row), (achieved, samples, percent, band, room, over, None), number)
                self.assertEqual(reached(row), list(zip((90, 100), ("133", "120"), yes.split())), number)

    @on_each_assembly
    def test_averages_that_are_to_be_large(self, server):
        """By sku; shown rounded down, and a sum of 0 is of samples all the same."""
        with Wire(server.port) as wire:
            lead(wire, 1, "sku=A worth=33.33")
            lead(wire, 2, "sku=A worth=33.34")
            lead(wire, 3, "sku=B worth=0.00")
            lead(wire, 4, "sku=C worth=-0.01")
            lead(wire, 5, "sku=C worth=0.00")
            lead(wire, 6, "sku=D")
            rows = ask(wire, "target=dear")
            self.assertEqual([(row["keys"]["sku"], *figures(row)) for row in rows],
                             [("A", "33.33", 2, 99, "orange", "0.01", None, None),
                              ("B", "0.00", 1, 0, "red", "33.34", None, None),
                              ("C", "-0.01", 2, 0, "red", "33.35", None, None)])
            self.assertEqual([row["goal_is"] for row in rows], ["at_least"] * 3)
            self.assertEqual(reached(rows[0]), [(100, "33.34", "no")])

    @on_each_assembly
    def test_a_goal_from_a_file_and_a_sum(self, server):
        with Wire(server.port) as wire:
            lead(wire, 1, "took=0")
            row, = ask(wire, "target=few")
            self.assertEqual((row["goal"], *figures(row)), (None, "0", 1, None, "none", None, None, None))
            wire.expect_ok("TARGET account=anna target=few period=2026-01 value=3 time=2026-01-10T10:00:00Z")
            row, = ask(wire, "target=few")
            self.assertEqual((row["goal"], *figures(row)), ("3", "0", 1, 100, "green", "3", "0", None))
            lead(wire, 2, "took=4")
            row, = ask(wire, "target=few")
            self.assertEqual((row["goal"], *figures(row)), ("3", "4", 2, 75, "red", "0", "1", None))

    @on_each_assembly
    def test_why_not(self, server):
        """A comparison with an average, one without a sample, and what is asked when the month is closed."""
        with Wire(server.port) as wire:
            lead(wire, 1, "took=100")
            lead(wire, 2, "took=101")
            lead(wire, 3, "took=1")
            wire.send("HELLO 3\n")
            wire.reply()
            reasons = [wire.ask(f"WHYNOT anna {lsn} brisk")["reasons"][0] for lsn in (2, 3, 4)]
            condition = "`quick.achieved before <= 100` (33:8) is not true"
            self.assertEqual([(reason["reason"], reason["sentence"]) for reason in reasons],
                             [("missing", condition + ": there is no sample"), ("paid", "it did pay: 1 points"),
                              ("condition", condition)])
            self.assertEqual(reasons[2]["inputs"], {"quick.achieved before": "201", "quick.samples before": "2"})
            # Late: 602 of 4 are more than 133 each.
            wire.expect_ok("TICK 2026-02-05T00:00:00Z")
            said = wire.ask("EVENT lead 4 account=anna took=400 time=2026-01-20T10:00:00Z")
            reasons = wire.ask(f"WHYNOT anna {said.split()[1]} quick")["reasons"]
            self.assertEqual([(reason["milestone"], reason["sentence"]) for reason in reasons],
                             [("at 90% at close", "it took: 10 points"), ("at close", "it took: 100 points")])
            self.assertEqual(reasons[0]["inputs"], {"quick.achieved after": "602", "quick.samples after": "4"})

    @on_each_assembly
    def test_the_same_after_a_stop_and_a_kill(self, server):
        """A sample that is taken back is none; what is closed pays what is left."""
        with Wire(server.port) as wire:
            lead(wire, 1, "took=100 sku=A worth=50.00")
            lead(wire, 2, "took=141 sku=A worth=0.00")
            before = hashes_of(wire), ask(wire, "")
        for how in (signal.SIGTERM, signal.SIGKILL):
            server.stop(how)
            server.start()
            with Wire(server.port) as wire:
                self.assertEqual((hashes_of(wire), ask(wire, "")), before)
        with Wire(server.port) as wire:
            wire.expect_ok("REVERSE event=2 id=r-1 reason=wrong actor=boss time=2026-01-11T10:00:00Z")
            row, = ask(wire, "target=quick")
            self.assertEqual(figures(row), ("100", 1, 100, "green", "20", "0", None))
            wire.expect_ok("TICK 2026-02-03T00:00:00Z")
            lead(wire, 3, "took=1", "2026-02-03T00:00:00Z")
            row, = ask(wire, "target=quick period=2026-01")
            self.assertEqual((row["state"], *figures(row)), ("closed", "100", 1, 100, "green", "20", "0", None))
            self.assertEqual(wire.ask("BALANCE anna"), [["leads", "USD", "1.00"], ["leads", "points", "110"]])


if __name__ == "__main__":
    running_server.main()
