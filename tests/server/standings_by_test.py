#!/usr/bin/env python3
"""STANDINGS of those of a team, or of a level, against a list of all that is filtered and sorted here.

    standings_by_test.py GUERDON [TEST...]
"""
import functools
import pathlib
import random
import signal
import sys
import unittest

sys.dont_write_bytecode = True
import running_server  # noqa: E402
from running_server import RunningServer, hashes_of, on_each_assembly  # noqa: E402
from wire import Wire, array  # noqa: E402

PLAN = pathlib.Path(__file__).resolve().parent / "standings_by.plan"
on_each_assembly = functools.partial(on_each_assembly, plan=PLAN)


def ask(wire, words):
    wire.send("HELLO 3\n")
    wire.reply()
    return wire.ask(f"STANDINGS {words}")


def places(wire, words):
    return [(each["rank"], each["of"], each["account"], int(each["score"])) for each in ask(wire, words)]


def ranked(scores):
    """Of (account, score): as 1-1-3 counts them, equal ones by their names."""
    there = sorted((-score, name) for name, score in scores if score > 0)
    all_scores = [score for score, _ in there]
    return [(all_scores.index(score) + 1, len(there), name, -score) for score, name in there]


def level_of(measured):
    return 2 if measured >= 50 else 1 if measured >= 20 else 0


class Model:
    """What was sold in each month, and which level is kept: it rises with each sale, and falls by one a month."""

    def __init__(self):
        self.sold = [{}]
        self.kept = {}

    def sell(self, account, qty):
        month = self.sold[-1]
        month[account] = month.get(account, 0) + qty
        self.kept[account] = max(self.kept.get(account, 0), level_of(month[account]))

    def end_month(self):
        for account, kept in self.kept.items():
            self.kept[account] = max(level_of(self.sold[-1].get(account, 0)), kept - 1)
        self.sold.append({})

    def now(self, account):
        last = self.sold[-2].get(account, 0) if len(self.sold) > 1 else 0
        return 1 if max(last, self.sold[-1].get(account, 0)) >= 20 else 0


class StandingsBy(unittest.TestCase):
    maxDiff = None

    def compare(self, wire, model, teams):
        for team in ("north", "south", "west"):
            of_team = [(a, s) for a, s in model.sold[-1].items() if teams.get(a) == team]
            self.assertEqual(places(wire, f"best top=1000 by=team value={team}"), ranked(of_team), team)
            if len(ranked(of_team)) > 2:
                middle = ranked(of_team)[len(ranked(of_team)) // 2]
                around = places(wire, f"best account={middle[2]} around=1 by=team value={team}")
                self.assertIn(middle, around)
                self.assertLessEqual(len(around), 3)
        for number, level in enumerate(("wood", "iron", "gold")):
            of_level = [(a, s) for a, s in model.sold[-1].items() if model.kept[a] == number]
            self.assertEqual(places(wire, f"best top=1000 by=tier value={level}"), ranked(of_level), level)
        for number, level in enumerate(("low", "high")):
            of_level = [(a, s) for a, s in model.sold[-1].items() if model.now(a) == number]
            self.assertEqual(places(wire, f"best top=1000 by=now value={level}"), ranked(of_level), level)

    @on_each_assembly
    def test_it_is_the_filtered_list(self, server):
        rng = random.Random(4)
        model, teams = Model(), {}
        for month in range(1, 6):
            with Wire(server.port) as wire:
                for number in range(120):
                    account, qty = f"a{rng.randrange(30)}", rng.choice((1, 5, 20, 40))
                    kind = rng.choice(("sale", "sale", "sale", "refund"))
                    model.sell(account, qty if kind == "sale" else -qty)
                    wire.expect_ok(f"EVENT {kind} {month}.{number} account={account} sku=x qty={qty} "
                                   f"time=2026-0{month}-10T10:00:00Z")
                    if number % 10 == 0:
                        teams[account] = rng.choice(("north", "south", "west"))
                        wire.expect_ok(f"HOLDER account={account} attribute=team value={teams[account]}")
                self.compare(wire, model, teams)
                wire.ask("HELLO 2")
                before = hashes_of(wire)
                self.compare(wire, model, teams)
                wire.ask("HELLO 2")
                self.assertEqual(hashes_of(wire), before, "a read changes nothing")
                model.end_month()
                wire.expect_ok(f"TICK 2026-0{month + 1}-01T00:00:00Z")
            if month % 2 == 0:
                server.stop(signal.SIGKILL)
                server.start()

    @on_each_assembly
    def test_as_of_when(self, server):
        """Of a month that is over as of its last instant; a number as it is written; reviews that are due are done."""
        with Wire(server.port) as wire:
            for number, (name, qty) in enumerate((("an", 60), ("ben", 30), ("chi", 10))):
                wire.expect_ok(f"EVENT sale {number} account={name} sku=x qty={qty} time=2026-01-10T10:00:00Z")
                wire.expect_ok(f"HOLDER account={name} attribute=shop value={number + 6}")
            self.assertEqual(places(wire, "best by=shop value=7"), [(1, 1, "ben", 30)])
            self.assertEqual(places(wire, "best by=shop value=8 account=ben"), [])
            self.assertEqual(places(wire, "best by=tier value=gold"), [(1, 1, "an", 60)])
            wire.expect_ok("HOLDER account=ben attribute=shop value=6 effective=2026-02-01T00:00:00Z")
            # An event of another closes January; an's February is reviewed when it is asked for.
            wire.expect_ok("EVENT sale f account=chi sku=x qty=1 time=2026-03-05T10:00:00Z")
            self.assertEqual(places(wire, "best period=2026-01 by=shop value=6"), [(1, 1, "an", 60)])
            self.assertEqual(places(wire, "best period=2026-01 by=tier value=gold"), [])
            self.assertEqual(places(wire, "best period=2026-01 by=tier value=iron"), [(1, 1, "an", 60)])
            self.assertEqual(places(wire, "best by=shop value=8"), [(1, 1, "chi", 1)])

    @on_each_assembly
    def test_a_level_is_that_of_the_version_that_holds(self, server):
        """One that is published is not there before it begins."""
        text = PLAN.read_text("utf-8")
        version = text.replace("plan league\n", "plan league version 2 from 2026-03-01\n")
        version = version.replace("level high from 20\n  review each month", "level mid from 5\n  level high from 40\n"
                                  "  review each month")
        self.assertEqual(version.count("level mid"), 1)
        with Wire(server.port) as wire:
            for number, (name, qty) in enumerate((("an", 10), ("ben", 30), ("chi", 50))):
                wire.expect_ok(f"EVENT sale {number} account={name} sku=x qty={qty} time=2026-02-10T10:00:00Z")
            before = {"low": [(1, 1, "an", 10)], "high": [(1, 2, "chi", 50), (2, 2, "ben", 30)]}
            behind = {"low": [], "mid": [(1, 2, "ben", 30), (2, 2, "an", 10)], "high": [(1, 1, "chi", 50)]}
            for levels in (before, {**before, "mid": []}):
                for level, expected in levels.items():
                    self.assertEqual(places(wire, f"best period=2026-02 by=now value={level}"), expected, level)
                if "mid" not in levels:
                    wire.send(array("PLAN", version))
                    self.assertRegex(str(wire.reply()), "^OK [0-9]+$")
            self.assertEqual(places(wire, "best account=an by=now value=low"), [(1, 1, "an", 10)])
            wire.expect_ok("TICK 2026-02-28T23:59:59Z")
            self.assertEqual(places(wire, "best by=now value=high"), before["high"])
            wire.expect_ok("TICK 2026-03-01T00:00:00Z")
            for level, expected in behind.items():
                self.assertEqual(places(wire, f"best period=2026-02 by=now value={level}"), expected, level)

    def test_what_it_does_not_understand_it_says(self):
        with RunningServer(plan=PLAN) as server, Wire(server.port) as wire:
            for words, expected in (
                    ("best by=team", "SYNTAX word 3, by: by what; write value=V, too"),
                    ("best value=north", "SYNTAX word 3, value: of what; write by=FIELD, too"),
                    ("best by=colour value=red", "UNKNOWN word 3, by: no plan has a field or ladder colour; there are "
                                                 "team, shop, tier, now, each_sku"),
                    ("best by=tier value=lead", "UNKNOWN word 4, value: no plan has a level lead; there are wood, "
                                                "iron, gold"),
                    ("best by=each_sku value=low", "INVALID word 3, by: ladder each_sku is kept for more than an "
                                                   "account")):
                answer = ask(wire, words)
                self.assertTrue(isinstance(answer, str) and answer.startswith(expected), (words, answer))
            self.assertEqual(ask(wire, "best by=team value=nobody"), [])


if __name__ == "__main__":
    running_server.main()
