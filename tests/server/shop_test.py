#!/usr/bin/env python3
"""The shop over a socket: E19 and E21 as a client sees them, again after a restart, and many who want the last piece.

    shop_test.py GUERDON [TEST...]
"""
import functools
import pathlib
import signal
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True
import running_server  # noqa: E402
from running_server import RunningServer, hashes_of, on_each_assembly  # noqa: E402
from wire import Wire  # noqa: E402

PLAN = pathlib.Path(__file__).resolve().parent / "shop.plan"
CLUB = PLAN.parent / "club.plan"
on_two_programs = functools.partial(on_each_assembly, plans=(PLAN, CLUB))
on_each_assembly = functools.partial(on_each_assembly, plan=PLAN)

NOON = "2026-03-01T12:00:00Z"


def at_noon(request):
    return f"{request} time={NOON}"


# E21, then E19. The plan is LSN 1.
STORY = [(at_noon(request), reply) for request, reply in [
    ("EVENT earn e-1 account=A earned=1000", "OK 2 1"),
    ("EVENT earn e-2 account=B earned=1000", "OK 3 1"),
    ("REDEEM account=A item=remote_day id=r-1", "OK 4 2"),
    ("REDEEM account=B item=remote_day id=r-2",
     "OUTOFSTOCK item: 0 are left; ask for no more, or when ITEM has said that more came in"),
    ("UNREDEEM account=A item=remote_day of=r-1 id=u-1", "OK 6 2"),
    ("EXCHANGE account=A unit=points to=USD amount=1000 id=x-1", "OK 7 2"),
    ("RATE from=USD to=VND rate=25450/1 effective=2026-03-01T00:00:00Z id=q-1", "OK 8 0"),
    ("PAYOUT ALL unit=points min=500 id=march", "OK 9 1"),
]]
AGAIN = [reply.replace("OK", "DUP", 1) if reply.startswith("OK") else reply for _, reply in STORY]
SHOWN = [["shop", "USD", "10.00", "254500", "VND", 0, "25450/1", "2026-03-01T00:00:00Z"]]


class Shop(unittest.TestCase):
    maxDiff = None

    def test_rates_by_file(self):
        """They are what RATE brings; at the next start nothing anew; a file with a mistake starts nothing."""
        with tempfile.TemporaryDirectory() as folder:
            rates = pathlib.Path(folder) / "rates.csv"
            rates.write_text("from,to,rate,effective,until\n"
                             "USD,VND,25450/1,2026-03-01T00:00:00Z,\n"
                             "USD,VND,25500,2026-03-02T00:00:00Z,2026-03-09T00:00:00Z\n")
            by_file = RunningServer("--ref", f"rates={rates}", plan=PLAN)
            with by_file, RunningServer(plan=PLAN) as by_command:
                with Wire(by_file.port) as wire, Wire(by_command.port) as other:
                    other.expect_ok("RATE from=USD to=VND rate=25450/1 effective=2026-03-01T00:00:00Z")
                    other.expect_ok("RATE from=USD to=VND rate=25500 effective=2026-03-02T00:00:00Z "
                                    "until=2026-03-09T00:00:00Z")
                    self.assertEqual(hashes_of(wire), hashes_of(other))
                    for each in (wire, other):
                        each.expect_ok(at_noon("EVENT earn e-1 account=A earned=1000"))
                        each.expect_ok(at_noon("EXCHANGE account=A unit=points to=USD amount=1000 id=x-1"))
                    self.assertEqual(wire.ask("BALANCE A in=VND"), SHOWN)
                    wire.expect_ok("RATE from=USD to=VND rate=2 effective=2026-03-01T00:00:00Z id=by-hand")
                    corrected = hashes_of(wire)
                by_file.stop(signal.SIGKILL)
                by_file.start()
                with Wire(by_file.port) as wire:
                    self.assertEqual(hashes_of(wire), corrected)
                self.assertIn("rates.csv: 2 rates", by_file.errors())
                by_file.stop()
                rates.write_text("from,to,rate,effective\nUSD,VND,1,2026-03-01T00:00:00Z\n"
                                 "USD,GBP,1,2026-03-01T00:00:00Z\nVND,USD,1,2026-03-01T00:00:00Z\n")
                with self.assertRaises(AssertionError) as refused:
                    by_file.start()
                for sentence in ("rates.csv:3: to: no plan has a unit GBP",
                                 "rates.csv:4: to: no plan says `exchange VND to USD`",
                                 "rates.csv: refused whole; nothing of it was taken"):
                    self.assertIn(sentence, str(refused.exception))

    @on_each_assembly
    def test_the_story_and_again_at_once_after_a_stop_and_after_a_kill(self, server):
        with Wire(server.port) as wire:
            for request, reply in STORY:
                self.assertEqual(wire.ask(request), reply, request)
            before = hashes_of(wire)
        for how in server.each_start():
            with self.subTest(how), Wire(server.port) as wire:
                for (request, _), reply in zip(STORY, AGAIN):
                    self.assertEqual(wire.ask(request), reply, request)
                self.assertEqual(hashes_of(wire), before)
                self.assertEqual(wire.ask("BALANCE A in=VND"), SHOWN)
                items = wire.ask("ITEMS")
                self.assertEqual([dict(zip(item[::2], item[1::2])) for item in items],
                                 [{"program": "shop", "item": "remote_day", "title": "A day of remote work",
                                   "price": "800", "unit": "points", "left": 1}])
                payouts = wire.ask("PAYOUTS march points")
                self.assertEqual(dict(zip(payouts[::2], payouts[1::2])),
                                 {"accounts": 1, "returned": 0, "total": "1000",
                                  "file": "account,unit,paid\nB,points,1000\n"})

    @on_each_assembly
    def test_a_name_in_the_payout_file_is_no_formula(self, server):
        with Wire(server.port) as wire:
            for number, name in enumerate(('=1+2', '"a,b"')):
                wire.expect_ok(at_noon(f"EVENT earn e-{number} account={name} earned=900"))
            self.assertIn("OK", wire.ask(at_noon("PAYOUT ALL unit=points id=all")))
            payouts = wire.ask("PAYOUTS all points")
            self.assertEqual(payouts[payouts.index("file") + 1],
                             "account,unit,paid\n'=1+2,points,900\n\"a,b\",points,900\n")

    @on_each_assembly
    def test_of_many_who_want_the_last_one_one_has_it(self, server):
        people = [f"p-{number}" for number in range(60)]
        with Wire(server.port) as wire:
            for person in people:
                wire.expect_ok(at_noon(f"EVENT earn e-{person} account={person} earned=900"))
            wire.expect_ok(at_noon("ITEM item=remote_day stock=7"))
            asks = [at_noon(f"REDEEM account={person} item=remote_day id=r-{person}") for person in people]
            wire.send("".join(ask + "\n" for ask in asks))
            replies = [wire.reply() for _ in asks]
            bought = [str(reply).startswith("OK") for reply in replies]
            self.assertEqual(bought, [True] * 7 + [False] * 53)
            self.assertEqual({reply.code for reply in replies[7:]}, {"OUTOFSTOCK"})
            days = [wire.ask(f"BALANCE {person}") for person in people]
            self.assertEqual(sum(["shop", "day_off", "1"] in rows for rows in days), 7)
            self.assertEqual(sum(["shop", "points", "100"] in rows for rows in days), 7)

    @on_each_assembly
    def test_what_cannot_be_shown_is_said(self, server):
        with Wire(server.port) as wire:
            wire.expect_ok(at_noon("EVENT earn e-1 account=A earned=1000"))
            self.assertEqual(wire.ask("BALANCE A in=USD"),
                             [["shop", "points", "1000", "10.00", "USD", 2, "1/100", "always"]])
            self.assertEqual(wire.ask("BALANCE A in=VND"),
                             "NORATE in: no rate of points in VND is dated now; send it with RATE")
            self.assertEqual(wire.ask("BALANCE A in=EUR").code, "UNKNOWN")
            self.assertEqual(wire.ask("BALANCE A USD").code, "SYNTAX")
            self.assertEqual(wire.ask("BALANCE A in=day_off"), [])
            self.assertEqual(wire.ask("PAYOUTS none EUR").code, "UNKNOWN")

    @on_two_programs
    def test_a_unit_of_two_programs_is_asked_for_with_its_program(self, server):
        several = "points is a unit of several programs (shop, club); write which with program=, or as program/unit"
        with Wire(server.port) as wire:
            wire.expect_ok(at_noon("EVENT earn e-1 account=A earned=1000"))
            wire.expect_ok(at_noon("EVENT join e-2 account=A gift=30"))
            for request in ("LOTS A points", "LOTS A unit=points", "PAYOUTS p points"):
                self.assertEqual(wire.ask(request), f"INVALID word 3, unit: {several}", request)
            self.assertEqual(wire.ask("BALANCE A in=USD"),
                             "INVALID word 3, in: " + several.replace("points", "USD"))
            for request in ("LOTS A club/points", "LOTS A points program=club", "LOTS A unit=points program=club"):
                lots = wire.ask(request)
                self.assertEqual([dict(zip(lot[::2], lot[1::2]))["amount"] for lot in lots], ["30"], request)
            self.assertEqual(len(wire.ask("LOTS A")), 2)
            for request in ("BALANCE A in=club/USD", "BALANCE A in=USD program=club"):
                self.assertEqual(wire.ask(request),
                                 [["club", "points", "30", "1.50", "USD", 2, "1/20", "always"]], request)
            wire.expect_ok(at_noon("PAYOUT account=A unit=club/points amount=5 id=p"))
            for request in ("PAYOUTS p club/points", "PAYOUTS p points program=club"):
                payouts = wire.ask(request)
                self.assertEqual(payouts[payouts.index("total") + 1], "5", request)


if __name__ == "__main__":
    running_server.main()
