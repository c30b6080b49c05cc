#!/usr/bin/env python3
"""Budgets over sockets: sixteen who ask at once for what is left, E23, what EXPLAIN, WHYNOT and BUDGETS say, stops and kills.

    budgets_test.py GUERDON [TEST...]
"""
import functools
import pathlib
import signal
import subprocess
import sys
import threading
import unittest

sys.dont_write_bytecode = True
import running_server  # noqa: E402
from running_server import hashes_of, on_each_assembly  # noqa: E402
from wire import Wire  # noqa: E402

PLAN = pathlib.Path(__file__).resolve().parent / "budgets.plan"
with_badges = functools.partial(on_each_assembly, plan=PLAN.with_name("budget_badges.plan"))
with_owed = functools.partial(on_each_assembly, plan=PLAN.with_name("budget_owed.plan"))
on_each_assembly = functools.partial(on_each_assembly, plan=PLAN)

PRODUCERS = 16
EACH = 50
MARCH = "2026-03-01T12:00:00Z"


def as_map(pairs):
    return dict(zip(pairs[::2], pairs[1::2]))


def pools(wire, *words):
    return [as_map(pool) for pool in wire.ask(" ".join(("BUDGETS", "season", *words)))]


def points_of(wire, account):
    rows = wire.ask(f"BALANCE {account}")
    return int(rows[0][2]) if rows else 0


class Budgets(unittest.TestCase):
    maxDiff = None

    def ask_at_once(self, server, amount, first):
        """Sixteen connections, each with EACH events of accounts of its own; how many entries they made."""
        made = [0] * PRODUCERS
        begin = threading.Barrier(PRODUCERS)

        def produce(number):
            with Wire(server.port, source=f"p{number}") as wire:
                begin.wait()
                asks = [f"EVENT ask {first}-{i} account=a{number}-{i} amount={amount} time={MARCH}\n"
                        for i in range(EACH)]
                wire.send("".join(asks))
                for reply in wire.replies(EACH):
                    word, _, entries = reply.split(" ")
                    self.assertEqual(word, "OK")
                    made[number] += int(entries)

        threads = [threading.Thread(target=produce, args=(number,)) for number in range(PRODUCERS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return sum(made)

    def total(self, wire):
        return sum(points_of(wire, f"a{number}-{i}") for number in range(PRODUCERS) for i in range(EACH))

    @on_each_assembly
    def test_the_last_unit_goes_once_and_the_total_is_exact(self, server):
        with Wire(server.port) as wire:
            wire.expect_ok(f"EVENT ask first account=first amount=10000 time={MARCH}")
        self.assertEqual(self.ask_at_once(server, 1, "one"), 1)
        with Wire(server.port) as wire:
            self.assertEqual(self.total(wire), 1)
            pool = pools(wire, "budget=pot")
            self.assertEqual(pool, [{"program": "season", "budget": "pot", "period": "", "unit": "points",
                                     "amount": "10001", "granted": "10001", "left": "0"}])
            self.assertTrue(wire.ask("VERIFY").startswith("lsn"))
            before = hashes_of(wire)
        for how in (signal.SIGTERM, signal.SIGKILL):
            server.stop(how)
            server.start()
            with self.subTest(how), Wire(server.port) as wire:
                self.assertEqual(hashes_of(wire), before)
                self.assertEqual(pools(wire, "budget=pot"), pool)
                self.assertEqual(wire.ask(f"EVENT ask more-{int(how)} account=m amount=1 time={MARCH}").split(" ")[2], "0")
                before = hashes_of(wire)

    @on_each_assembly
    def test_what_all_ask_is_used_up_to_the_unit(self, server):
        """800 asks of 13 are 10,400: all but the last are whole, and what is left goes to one."""
        whole, rest = divmod(10_001, 13)
        self.assertEqual(self.ask_at_once(server, 13, "many"), whole + 1)
        with Wire(server.port) as wire:
            self.assertEqual(self.total(wire), 10_001)
            paid = sorted(points_of(wire, f"a{number}-{i}") for number in range(PRODUCERS) for i in range(EACH))
            self.assertEqual(paid.count(13), whole)
            self.assertEqual(paid.count(rest), 1)

    @on_each_assembly
    def test_the_example_and_what_is_said_of_it(self, server):
        with Wire(server.port) as wire:
            for words, reply in (("ask x-1 account=X amount=9401", "OK 2 1"),
                                 ("ask x-2 account=X amount=600", "OK 3 1"),
                                 ("ask y-1 account=Y amount=600", "OK 4 0"),
                                 ("wish x-3 account=X amount=600", "OK 5 1"),
                                 ("wish y-2 account=Y amount=600", "OK 6 0")):
                self.assertEqual(wire.ask(f"EVENT {words} time={MARCH}"), reply, words)
            self.assertEqual(points_of(wire, "Y"), 0)
            why = as_map(wire.ask("WHYNOT Y 6 wished"))["reasons"]
            self.assertEqual(as_map(why[0])["reason"], "budget")
            tried = as_map(wire.ask(f"DRYRUN EVENT wish y-3 account=Y amount=400 time={MARCH}"))
            self.assertEqual(as_map(tried["entries"][0])["amount"], "400")
            self.assertEqual(as_map(wire.ask(f"DRYRUN EVENT wish y-3 account=Y amount=401 time={MARCH}"))["entries"], [])
            self.assertTrue(wire.ask(f"REVERSE event=x-2 reason=wrong actor=boss id=r-1 time={MARCH}").startswith("OK"))
            self.assertEqual(wire.ask(f"EVENT ask y-4 account=Y amount=700 time={MARCH}").split(" ")[2], "1")
            told = as_map(as_map(wire.ask("EXPLAIN Y 8"))["derived"])
            self.assertEqual((told["budget"], told["asked_of_budget"], told["granted"], told["bound_by"]),
                             ("pot", "700", "600", "budget pot"))
            wire.expect_ok("EVENT wish x-4 account=X amount=1 time=2026-04-01T00:00:00Z")
            self.assertEqual([(pool["period"], pool["left"]) for pool in pools(wire, "budget=jar")],
                             [("2026-04", "999"), ("2026-03", "400")])
            self.assertEqual([pool["period"] for pool in pools(wire, "budget=jar", "top=1")], ["2026-04"])
            self.assertEqual(wire.ask("BUDGETS spring").code, "UNKNOWN")
            self.assertEqual(wire.ask("BUDGETS season budget=pit").code, "UNKNOWN")

    @with_badges
    def test_badges_and_rules_share_a_budget_and_no_badge_is_given_in_part(self, server):
        """Sixteen who thank, and who beg, at once: as many badges as were accepted, and 7 points with each."""
        accepted, begged, left = [0] * PRODUCERS, [0] * PRODUCERS, [0] * PRODUCERS
        begin = threading.Barrier(PRODUCERS)

        def produce(number):
            with Wire(server.port, source=f"p{number}") as wire:
                begin.wait()
                for i in range(6):
                    reply = wire.ask(f"GRANT by=p{number} account=g{(number + 5) % PRODUCERS} badge=thanks id=g{number}-{i} time={MARCH}")
                    accepted[number] += str(reply).startswith("OK")
                    left[number] += "the budget box has less left" in str(reply)
                    reply = wire.ask(f"EVENT beg b{number}-{i} account=b{number} amount=1 time={MARCH}")
                    begged[number] += int(reply.split(" ")[2])

        threads = [threading.Thread(target=produce, args=(number,)) for number in range(PRODUCERS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        granted = sum(accepted)
        self.assertEqual(granted + sum(left), 6 * PRODUCERS)
        with Wire(server.port) as wire:
            self.assertEqual(sum(points_of(wire, f"g{number}") for number in range(PRODUCERS)), 7 * granted)
            self.assertEqual(sum(points_of(wire, f"b{number}") for number in range(PRODUCERS)), sum(begged))
            # Whatever is less than a badge takes begging has had, to the last unit.
            self.assertEqual(7 * granted + sum(begged), 100)
            badges = [as_map(row) for number in range(PRODUCERS) for row in wire.ask(f"BADGES g{number}")]
            self.assertEqual(sum(int(badge["times"]) for badge in badges), granted)
            self.assertEqual([(pool["granted"], pool["left"]) for pool in pools(wire, "budget=box")], [("100", "0")])
            self.assertTrue(wire.ask("VERIFY").startswith("lsn"))
            before = hashes_of(wire)
        for how in (signal.SIGTERM, signal.SIGKILL):
            server.stop(how)
            server.start()
            with self.subTest(how), Wire(server.port) as wire:
                self.assertEqual(hashes_of(wire), before)
                again = wire.ask(f"GRANT by=late account=g0 badge=thanks id=late-{int(how)} time={MARCH}")
                self.assertEqual(again.code, "INSUFFICIENT")
                self.assertIn("the budget box has less left than the 7 points that come with this badge", str(again))
                before = hashes_of(wire)
        server.stop(signal.SIGTERM)
        proof = subprocess.run([running_server.GUERDON, "verify", server.data], capture_output=True, text=True)
        self.assertEqual((proof.returncode, proof.stdout[-3:]), (0, "ok\n"), proof)

    @with_owed
    def test_what_is_owed_asks_and_gives_back(self, server):
        with Wire(server.port) as wire:
            for words, reply in (("sale x-1 account=X amount=600", "OK 2 1"), ("sale y-1 account=Y amount=600", "OK 3 1"),
                                 ("refund y-2 account=Y amount=100", "OK 4 0"), ("refund y-3 account=Y amount=200", "OK 5 1")):
                self.assertEqual(wire.ask(f"EVENT {words} time={MARCH}"), reply, words)
            # 60 and 40 were granted; of 30 that are owed still 10 go back.
            self.assertEqual((points_of(wire, "X"), points_of(wire, "Y")), (60, 30))
            self.assertEqual([(pool["granted"], pool["left"]) for pool in pools(wire)], [("90", "10")])
            told = as_map(as_map(wire.ask("EXPLAIN Y 3"))["derived"])
            self.assertEqual((told["budget"], told["asked_of_budget"], told["granted"], told["bound_by"]),
                             ("pot", "60", "40", "budget pot"))
            told = as_map(as_map(wire.ask("EXPLAIN Y 5"))["derived"])
            self.assertEqual((told["delta"], told["budget"], told["granted"]), ("-20", "pot", "-10"))
            self.assertNotIn("asked_of_budget", told)
            why = as_map(wire.ask("WHYNOT Y 4 bonus"))["reasons"]
            self.assertEqual(as_map(why[0])["reason"], "not_granted")
            tried = as_map(wire.ask(f"DRYRUN EVENT sale z-1 account=Z amount=600 time={MARCH}"))
            self.assertEqual([as_map(entry)["amount"] for entry in tried["entries"]], ["10"])
            # Without the refund 20 more are owed, and 10 are there.
            self.assertTrue(wire.ask(f"REVERSE event=y-3 reason=wrong actor=boss id=r-1 time={MARCH}").startswith("OK"))
            self.assertEqual((points_of(wire, "Y"), pools(wire)[0]["left"]), (40, "0"))

    @with_owed
    def test_what_many_are_owed_at_once_is_what_the_pool_has_granted(self, server):
        """Sixteen who buy and give back: what they have at the end is what was granted and did not go back."""
        begin = threading.Barrier(PRODUCERS)

        def produce(number):
            with Wire(server.port, source=f"p{number}") as wire:
                begin.wait()
                for i in range(EACH):
                    word = "refund" if i % 3 == 2 else "sale"
                    amount = 10 * (1 + (number + i) % 4)
                    event = f"EVENT {word} s{number}-{i} account=a{number}-{i % 2} amount={amount} time={MARCH}"
                    self.assertTrue(wire.ask(event).startswith("OK"))

        threads = [threading.Thread(target=produce, args=(number,)) for number in range(PRODUCERS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        with Wire(server.port) as wire:
            had = sum(points_of(wire, f"a{number}-{i}") for number in range(PRODUCERS) for i in range(2))
            pool = pools(wire)[0]
            self.assertEqual((int(pool["granted"]), int(pool["left"])), (had, 100 - had))
            self.assertTrue(wire.ask("VERIFY").startswith("lsn"))
            before = hashes_of(wire)
        for how in (signal.SIGTERM, signal.SIGKILL):
            server.stop(how)
            server.start()
            with self.subTest(how), Wire(server.port) as wire:
                self.assertEqual((hashes_of(wire), pools(wire)[0]), (before, pool))
        server.stop(signal.SIGTERM)
        proof = subprocess.run([running_server.GUERDON, "verify", server.data], capture_output=True, text=True)
        self.assertEqual((proof.returncode, proof.stdout[-3:]), (0, "ok\n"), proof)


if __name__ == "__main__":
    running_server.main()
