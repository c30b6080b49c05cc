#!/usr/bin/env python3
"""What rules credit, over sockets: sixteen who sell at once for one leader, what EXPLAIN, WHYNOT and DRYRUN say of his share, stops and kills.

    credited_test.py GUERDON [TEST...]
"""
import functools
import pathlib
import signal
import sys
import threading
import unittest

sys.dont_write_bytecode = True
import running_server  # noqa: E402
from running_server import hashes_of, on_each_assembly  # noqa: E402
from wire import Wire  # noqa: E402

PLAN = pathlib.Path(__file__).resolve().parent / "credited.plan"
on_each_assembly = functools.partial(on_each_assembly, plan=PLAN)

PRODUCERS = 16
EACH = 50
SELLERS = 8
MARCH = "2026-03-01T12:00:00Z"


def as_map(pairs):
    return dict(zip(pairs[::2], pairs[1::2]))


def pounds_of(wire, account):
    rows = wire.ask(f"BALANCE {account}")
    return rows[0][2] if rows else "0.00"


class Credited(unittest.TestCase):
    maxDiff = None

    def sell_at_once(self, server, word):
        """Each asks for 5.00, of which whoever pays has some."""
        begin = threading.Barrier(PRODUCERS)

        def produce(number):
            with Wire(server.port, source=f"p{number}") as wire:
                begin.wait()
                sales = [f"EVENT {word} {i} account=s{number % SELLERS} leader=L amount=100.00 time={MARCH}\n"
                         for i in range(EACH)]
                wire.send("".join(sales))
                for reply in wire.replies(EACH):
                    said, _, entries = reply.split(" ")
                    self.assertEqual(said, "OK")
                    self.assertIn(entries, ("0", "1", "2"))

        threads = [threading.Thread(target=produce, args=(number,)) for number in range(PRODUCERS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    @on_each_assembly
    def test_shares_are_of_what_was_let_have(self, server):
        self.sell_at_once(server, "sale")
        with Wire(server.port) as wire:
            self.assertEqual([pounds_of(wire, f"s{number}") for number in range(SELLERS)], ["100.00"] * SELLERS)
            self.assertEqual(pounds_of(wire, "L"), "80.00")
            self.assertTrue(wire.ask("VERIFY").startswith("lsn"))
            before = hashes_of(wire)
        for how in (signal.SIGTERM, signal.SIGKILL):
            server.stop(how)
            server.start()
            with self.subTest(how), Wire(server.port) as wire:
                self.assertEqual(hashes_of(wire), before)
                self.assertEqual(pounds_of(wire, "L"), "80.00")

    @on_each_assembly
    def test_who_goes_by_what_a_budget_grants_asks_the_next(self, server):
        """800 ask for 5.00 each of 1,000.00: 200 get them; of 0.50 each 100 are in the jar."""
        self.sell_at_once(server, "auction")
        with Wire(server.port) as wire:
            paid = [float(pounds_of(wire, f"s{number}")) for number in range(SELLERS)]
            self.assertEqual((sum(paid), pounds_of(wire, "L")), (1000.0, "50.00"))
            self.assertTrue(wire.ask("VERIFY").startswith("lsn"))
            before = hashes_of(wire)
        server.stop(signal.SIGKILL)
        server.start()
        with Wire(server.port) as wire:
            self.assertEqual(hashes_of(wire), before)

    @on_each_assembly
    def test_what_is_said_of_a_share(self, server):
        with Wire(server.port) as wire:
            for words, reply in (("s-1 account=S leader=L amount=1200.00", "OK 2 2"),
                                 ("s-2 account=S leader=L amount=1200.00", "OK 3 2"),
                                 ("s-3 account=S leader=L amount=1200.00", "OK 4 0"),
                                 ("s-4 account=T leader=T amount=200.00", "OK 5 2")):
                self.assertEqual(wire.ask(f"EVENT sale {words} time={MARCH}"), reply, words)
            self.assertEqual((pounds_of(wire, "S"), pounds_of(wire, "L"), pounds_of(wire, "T")),
                             ("100.00", "10.00", "11.00"))
            told = as_map(as_map(wire.ask("EXPLAIN L 3"))["derived"])
            self.assertEqual((told["basis"], told["rate"], told["before_rounding"]), ("40.00", "0.1", "4.00"))
            self.assertEqual(as_map(told["inputs"])["commission.credited"], "40.00")
            why = as_map(as_map(wire.ask("WHYNOT L 4 share"))["reasons"][0])
            self.assertEqual(why["reason"], "condition")
            tried = as_map(wire.ask(f"DRYRUN EVENT sale s-5 account=T leader=L amount=4000.00 time={MARCH}"))
            self.assertEqual(sorted((as_map(entry)["account"], as_map(entry)["amount"]) for entry in tried["entries"]),
                             [("L", "9.00"), ("T", "90.00")])
            self.assertTrue(wire.ask(f"REVERSE event=s-1 reason=wrong actor=boss id=r-1 time={MARCH}").startswith("OK"))
            self.assertEqual(pounds_of(wire, "L"), "4.00")


if __name__ == "__main__":
    running_server.main()
