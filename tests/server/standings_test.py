#!/usr/bin/env python3
"""STANDINGS over a socket: ranks of each style, the best, who is around somebody, closed periods, stops and kills.

    standings_test.py GUERDON [TEST...]
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
from wire import Wire  # noqa: E402

PLAN = pathlib.Path(__file__).resolve().parent / "standings.plan"
OTHER = PLAN.parent / "other_league.plan"
on_each_assembly = functools.partial(on_each_assembly, plan=PLAN)


def ask(wire, words):
    """Places as maps; or the error."""
    wire.send("HELLO 3\n")
    wire.reply()
    return wire.ask(f"STANDINGS {words}")


def places(wire, words):
    return [(each["rank"], each["account"], each["score"]) for each in ask(wire, words)]


def event(wire, kind, number, account, amount, time, seller=None):
    wire.expect_ok(f"EVENT {kind} {number} account={account} amount={amount} time={time}" +
                   (f" seller={seller}" if seller else ""))


class Standings(unittest.TestCase):
    maxDiff = None
    said = None  # of the first assembly

    def fill(self, wire):
        for number, (kind, account, amount, seller) in enumerate((
                ("sale", "dora", "10.00", "x"), ("sale", "ben", "30.00", "y"), ("sale", "anna", "30.00", "x"),
                ("sale", "chi", "40.00", "y"), ("refund", "chi", "20.00", None), ("sale", "eve", "5.00", "z"),
                ("refund", "eve", "5.00", None), ("sale", "ben", "0.01", "x"), ("refund", "ben", "0.01", None))):
            event(wire, kind, number, account, amount, f"2026-02-{10 + number // 5}T1{number}:00:00Z", seller)

    @on_each_assembly
    def test_ranks_as_the_challenge_counts_them(self, server):
        """The same after a stop (a snapshot) and a kill, and for each number of shards."""
        with Wire(server.port) as wire:
            self.fill(wire)
            before = hashes_of(wire)
        for how in server.each_start():
            with self.subTest(how), Wire(server.port) as wire:
                self.assertEqual(places(wire, "best"), [(1, "anna", "30.00"), (1, "ben", "30.00"), (3, "chi", "20.00"),
                                                        (4, "dora", "10.00")], "of 0 there is no rank: eve")
                # ben had his second on the 11th; all others have one, in the order of the log.
                self.assertEqual(places(wire, "sprint"), [(1, "ben", "2"), (2, "dora", "1"), (3, "anna", "1"),
                                                          (4, "chi", "1"), (5, "eve", "1")])
                self.assertEqual(places(wire, "shop"), [(1, "y", "70.00"), (2, "x", "40.01"), (3, "z", "5.00")])
                self.assertEqual([(each["account"], each["score"], each["succeeded"]) for each in ask(wire, "both")],
                                 [("ben", "25000", "yes"), ("anna", "20000", "no"), ("chi", "15000", "no"),
                                  ("dora", "10000", "no"), ("eve", "5000", "no")])
                first = ask(wire, "best top=1")[0]
                Standings.said = Standings.said or first
                self.assertEqual(first, Standings.said)
                wire.ask("HELLO 2")
                self.assertEqual(hashes_of(wire), before, "a read changes nothing")
        # The plan, nine events, and a SETTLE: the week until the 8th is closed 48 hours later.
        self.assertEqual(first, {"program": "league", "challenge": "best", "period": "2026-02",
                                 "from": "2026-01-31T17:00:00Z", "until": "2026-02-28T17:00:00Z", "state": "open",
                                 "rank": 1, "of": 4, "account": "anna", "score": "30.00", "unit": "GBP",
                                 "succeeded": "", "enough": "yes", "owner": "", "carried": "", "lsn": 11})

    @on_each_assembly
    def test_who_takes_part_and_has_enough(self, server):
        """By what is known at that moment; what nobody won is added to the next month."""
        with Wire(server.port) as wire:
            self.fill(wire)
            self.assertEqual(ask(wire, "north"), [], "of nobody a team is known")
            for name in ("anna", "ben", "dora", "eve"):
                wire.expect_ok(f"HOLDER account={name} attribute=team value=north effective=2026-01-01T00:00:00Z")
            wire.expect_ok("HOLDER account=ben attribute=team value=south effective=2026-02-27T00:00:00Z")

            def rows(words):
                return [(each["rank"], each["of"], each["account"], each["enough"], each["owner"], each["carried"])
                        for each in ask(wire, words)]
            self.assertEqual(rows("north"), [(1, 2, "anna", "yes", "coach", "0"), (2, 2, "dora", "no", "coach", "0")])
            self.assertEqual(rows("north account=dora around=5"), rows("north"))
            self.assertEqual(rows("north account=chi"), [])
            wire.expect_ok("TICK 2026-03-02T17:00:00Z")
            self.assertEqual([row[5] for row in rows("north period=2026-02")], ["", ""], "anna has won it")
            wire.expect_ok("TICK 2026-04-02T17:00:00Z")
            event(wire, "sale", "april", "dora", "20.00", "2026-04-03T10:00:00Z")
            self.assertEqual(rows("north"), [(1, 1, "dora", "yes", "coach", "1")])
            wire.ask("HELLO 2")
            before = hashes_of(wire)
        server.stop(signal.SIGTERM)
        server.start()
        with Wire(server.port) as wire:
            self.assertEqual(rows("north"), [(1, 1, "dora", "yes", "coach", "1")])
            wire.ask("HELLO 2")
            self.assertEqual(hashes_of(wire), before)
            wire.expect_ok("TICK 2026-05-02T17:00:00Z")
            self.assertEqual([each[2] for each in wire.ask("BALANCE dora") if each[1] == "points"], ["1012"],
                             "1000 of best, 10 of sprint, and of north a point twice")
            wire.ask("HELLO 3")
            won = [each["id"] for each in wire.ask("REGISTER dora")["entries"] if each["rule"] == "north"]
            derived = wire.ask("EXPLAIN dora " + won[0].replace(".", " "))["derived"]
            self.assertEqual({name: derived[name] for name in ("challenge", "period", "score", "rank", "prize", "carried",
                                                               "enough")},
                             {"challenge": "north", "period": "2026-04", "score": "20.00", "rank": "1", "prize": "1",
                              "carried": "1", "enough": "15.00"})

    @on_each_assembly
    def test_if_two_months_were_closed_now(self, server):
        """In the grace of February March has begun, too: what is carried into February is won there."""
        with Wire(server.port) as wire:
            wire.expect_ok("HOLDER account=anna attribute=team value=north effective=2026-01-01T00:00:00Z")
            for number, (amount, day) in enumerate((("1.00", "01-10"), ("20.00", "02-10"), ("20.00", "03-01"))):
                event(wire, "sale", number, "anna", amount, f"2026-{day}T10:00:00Z")
            wire.ask("HELLO 3")
            told = [(each["period"], each["amount"]) for each in wire.ask("IFCLOSED anna") if each["rule"] == "north"]
            self.assertEqual(told, [("2026-02", "2"), ("2026-03", "1")], "nobody had enough in January")
            wire.expect_ok("TICK 2026-04-02T17:00:00Z")
            entries = [each for each in wire.ask("REGISTER anna")["entries"] if each["rule"] == "north"]
            self.assertEqual([(each["period"], each["amount"]) for each in reversed(entries)], told)

    @on_each_assembly
    def test_the_best_and_who_is_around_somebody(self, server):
        with Wire(server.port) as wire:
            self.fill(wire)
            everyone = places(wire, "best")
            for words, expected in (("top=1", everyone[:1]), ("top=3", everyone[:3]), ("top=1000", everyone),
                                    ("account=chi", everyone[2:3]), ("account=ben around=1", everyone[:3]),
                                    ("around=2 account=dora", everyone[1:]), ("account=anna around=1000", everyone),
                                    ("account=eve", []), ("account=nobody around=5", [])):
                self.assertEqual(places(wire, f"best {words}"), expected, words)
            self.assertEqual(ask(wire, "best account=chi")[0]["of"], 4)

    @on_each_assembly
    def test_what_is_shown_when_a_month_is_over_is_what_won(self, server):
        """It stays as it is: scores are final. Open until its grace is over; kept for two months more."""
        with Wire(server.port) as wire:
            self.fill(wire)
            everyone = places(wire, "best")
            for time, state in (("2026-02-28T17:00:00Z", "open"), ("2026-03-02T16:59:59.999Z", "open"),
                                ("2026-03-02T17:00:00Z", "closed"), ("2026-05-02T16:59:59.999Z", "closed")):
                wire.expect_ok(f"TICK {time}")
                shown = ask(wire, "best period=2026-02")
                self.assertEqual({each["state"] for each in shown}, {state}, time)
                self.assertEqual([(each["rank"], each["account"], each["score"]) for each in shown], everyone, time)
                if time == "2026-03-02T17:00:00Z":
                    event(wire, "sale", "late", "dora", "500.00", "2026-02-10T10:00:00Z")
            self.assertEqual(places(wire, "best at=2026-02-28T16:59:59.999Z"), everyone)
            self.assertEqual(places(wire, "best"), [], "of this month nothing has come")
            points = {name: [each[2] for each in wire.ask(f"BALANCE {name}") if each[1] == "points"]
                      for name in ("anna", "ben", "chi", "dora")}
            self.assertEqual(points, {"anna": ["1000"], "ben": ["1015"], "chi": ["200"], "dora": []},
                             "ben won the week, and alone reached both goals")
            wire.expect_ok("TICK 2026-05-02T17:00:00Z")
            gone = ask(wire, "best period=2026-02")
            self.assertTrue(gone.startswith("LATE period: it is closed for so long that no scores"), gone)

    def test_it_is_the_sorted_list(self):
        """Random sales and refunds of 300 accounts, against sums that are sorted here."""
        rng = random.Random(1)
        with RunningServer("--shards", "7", plan=PLAN) as server, Wire(server.port) as wire:
            sums = {}
            for number in range(3_000):
                account, cents = f"a{rng.randrange(300)}", rng.randrange(1, 5) * 100
                kind = rng.choice(("sale", "sale", "refund"))
                sums[account] = sums.get(account, 0) + (cents if kind == "sale" else -cents)
                wire.send(f"EVENT {kind} {number} account={account} amount={cents // 100}.00 "
                          "time=2026-02-10T10:00:00Z\n")
            for answer in wire.replies(3_000):
                self.assertTrue(answer.startswith("OK"), answer)
            ranked = sorted((-score, name) for name, score in sums.items() if score > 0)
            scores = [score for score, _ in ranked]
            expected = [(scores.index(score) + 1, name, f"{-score // 100}.00") for score, name in ranked]
            self.assertGreater(len(expected), 200)
            self.assertEqual(places(wire, "best top=1000"), expected)
            at = len(expected) // 2
            self.assertEqual(places(wire, f"best account={expected[at][1]} around=7"), expected[at - 7:at + 8])

    def test_what_it_does_not_understand_it_says(self):
        with RunningServer(plans=(PLAN, OTHER)) as server, Wire(server.port) as wire:
            for words, expected in (
                    ("best", "INVALID word 2, challenge: several plans have a challenge best; say whose with program="),
                    ("worst", "UNKNOWN word 2, challenge: no plan has a challenge worst; there is league/best, "
                              "league/sprint, league/shop, league/both, league/north, other/best"),
                    ("best program=club", "UNKNOWN word 3, program: no plan has a challenge in club; there are league, "
                                          "other"),
                    ("sprint period=2026-02", "INVALID word 3, period: 2026-02 is no period of this challenge; write "
                                              "one such as "),
                    ("sprint at=soon", "INVALID word 3, at: soon is no time; write one such as "),
                    ("sprint at=0 period=2026-W07", "SYNTAX word 4: of period and at only one can say which; write "
                                                    "STANDINGS challenge "),
                    ("sprint top=0", "INVALID word 3, top: 0 is none of the numbers that it may be; write 1 to 1000"),
                    ("sprint account=a around=1001", "INVALID word 4, around: 1001 is none of the numbers"),
                    ("sprint around=1", "SYNTAX word 3, around: around whom; write account=NAME, too"),
                    ("sprint top=1 account=a", "SYNTAX word 4: of top and account only one can say which"),
                    ("sprint top=1 top=2", "SYNTAX word 4: top stands here twice"),
                    ("sprint team=red", "SYNTAX word 3: this is not how it goes on"),
                    ("sprint top=", "SYNTAX word 3: this is not how it goes on")):
                answer = ask(wire, words)
                self.assertTrue(isinstance(answer, str) and answer.startswith(expected), (words, answer))
            for words in ("other/best", "best program=other"):
                self.assertEqual(ask(wire, words), [], words)
            event(wire, "sale", 1, "anna", "1.00", "2026-02-10T10:00:00Z")
            self.assertEqual([(each["program"], each["unit"]) for each in ask(wire, "league/best")], [("league", "GBP")])
            self.assertEqual([(each["program"], each["unit"]) for each in ask(wire, "other/best")], [("other", "")])

    def test_before_the_first_event_nobody_has_a_rank(self):
        with RunningServer(plan=PLAN) as server, Wire(server.port) as wire:
            self.assertEqual(ask(wire, "best"), [])


if __name__ == "__main__":
    running_server.main()
