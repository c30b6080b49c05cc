#!/usr/bin/env python3
"""Badges over a socket: BADGES, entries and notices of them, REVERSE, stops and kills, new names by a version.

    badges_test.py GUERDON [TEST...]
"""
import functools
import pathlib
import signal
import sys
import unittest

sys.dont_write_bytecode = True
import running_server  # noqa: E402
from running_server import on_each_assembly  # noqa: E402
from wire import Push, Wire, array  # noqa: E402

PLAN = pathlib.Path(__file__).resolve().parent / "badges.plan"
on_each_assembly = functools.partial(on_each_assembly, plan=PLAN)
NAMES = {"welcome": ("Welcome", "bronze"), "star": ("Star of the month", "gold"), "thanks": ("Thank you", ""),
         "closer": ("The Closer", "own_level")}


def open_wire(server):
    wire = Wire(server.port)
    wire.ask("HELLO 3")
    return wire


def send(wire, kind, number, amount, time="2026-01-10T10:00:00Z"):
    """Its LSN."""
    answer = wire.expect_ok(f"EVENT {kind} {number} account=anna amount={amount} time={time}")
    return int(answer.split()[1])


def rows(**times):
    """What BADGES answers: of each how many times."""
    return [{"program": "club", "badge": badge, "name": NAMES[badge][0], "level": NAMES[badge][1],
             "times": times[badge]} for badge in NAMES if badge in times]


class Badges(unittest.TestCase):
    maxDiff = None

    @on_each_assembly
    def test_what_an_account_has(self, server):
        with open_wire(server) as wire:
            self.assertEqual(wire.ask("BADGES anna"), [])
            send(wire, "purchase", 1, 60)
            self.assertEqual(wire.ask("BADGES anna"), rows(welcome=1, star=1, thanks=1))
            send(wire, "purchase", 2, 60)
            self.assertEqual(wire.ask("BADGES anna"), rows(welcome=1, star=1, thanks=2, closer=1))
            # The target is lost: what follows it goes, all else stays.
            send(wire, "refund", 3, 21)
            self.assertEqual(wire.ask("BADGES anna"), rows(welcome=1, star=1, thanks=2))
            self.assertEqual(wire.ask("BADGES bert"), [])
            # Two purchases earned the star: it goes with the second of them.
            reverse = "REVERSE event={} reason=wrong actor=boss id=r-{}"
            wire.expect_ok(reverse.format(1, 1))
            self.assertEqual(wire.ask("BADGES anna"), rows(star=1, thanks=1, welcome=1))
            wire.expect_ok(reverse.format(2, 2))
            self.assertEqual(wire.ask("BADGES anna"), [])
            # An operator gives one, and takes it back; the rule goes on from what it has given itself.
            adjust = "ADJUST account=anna unit=star amount={} reason=thanks actor=boss id=a-{}"
            wire.expect_ok(adjust.format(1, 1))
            self.assertEqual(wire.ask("BADGES anna"), rows(star=1))
            wire.expect_ok(adjust.format(-1, 2))
            self.assertEqual(wire.ask("BADGES anna"), [])
            self.assertRegex(wire.ask("VERIFY"), "ok")

    @on_each_assembly
    def test_entries_and_why(self, server):
        with open_wire(server) as wire:
            send(wire, "purchase", 1, 60)
            send(wire, "purchase", 2, 60)
            send(wire, "refund", 3, 21)
            entries = wire.ask("REGISTER anna")["entries"]
            told = [(e["unit"], e["amount"], e["kind"], e["rule"], e["balance"]) for e in entries]
            self.assertEqual(sorted(told[:2]), [("closer", "-1", "clawback", "closer", "0"),
                                                ("points", "-10", "clawback", "quota", "0")])
            self.assertIn(("star", "1", "grant", "large", "1"), told)
            granted = wire.ask("REGISTER anna kind=grant unit=closer")["entries"]
            self.assertEqual(len(granted), 1)
            derived = wire.ask("EXPLAIN anna " + granted[0]["id"].replace(".", " "))["derived"]
            self.assertEqual((derived["owed"], derived["posted_before"], derived["delta"]), ("1", "0", "1"))
            # The second star of a month was asked for, and not given.
            why = wire.ask("WHYNOT anna " + str(granted[0]["lsn"]) + " large")
            self.assertEqual([(each["effect"], each["reason"]) for each in why["reasons"]], [("1", "limit"), ("2", "paid")])
            self.assertEqual(why["reasons"][0]["limit"], "given once per month")

    @on_each_assembly
    def test_given_and_taken_are_told_at_once(self, server):
        """A badge is an entry, so a subscriber hears of it as soon as it is durable."""
        with open_wire(server) as wire, open_wire(server) as listener:
            self.assertRegex(listener.ask("SUBSCRIBE unit=closer"), "^OK")
            for step, (kind, amount) in enumerate((("purchase", 120), ("refund", 30), ("purchase", 10))):
                lsn = send(wire, kind, step, amount)
                push = listener.reply()
                self.assertIsInstance(push, Push)
                entry = push[2]
                self.assertEqual(int(entry["lsn"]), lsn)
                self.assertEqual((entry["account"], entry["amount"], entry["kind"], entry["now"]),
                                 ("anna", *(("1", "grant", "1"), ("-1", "clawback", "0"), ("1", "grant", "1"))[step]))

    @on_each_assembly
    def test_over_a_stop_and_a_kill(self, server):
        with open_wire(server) as wire:
            send(wire, "purchase", 1, 60)
            send(wire, "purchase", 2, 60)
            told, hashes = wire.ask("BADGES anna"), wire.ask("HASH")
        for how in (signal.SIGTERM, signal.SIGKILL):
            server.stop(how)
            server.start()
            with open_wire(server) as wire:
                self.assertEqual(wire.ask("BADGES anna"), told)
                self.assertEqual(wire.ask("HASH"), hashes)

    @on_each_assembly
    def test_a_version_renames(self, server):
        """Who has it has it under the new name, and it is given by the same count."""
        with open_wire(server) as wire:
            send(wire, "purchase", 1, 60)
            text = PLAN.read_text().replace("plan club\n", "plan club version 2 from 2026-02-01\n")
            text = text.replace('"Star of the month", gold', '"The best", silver')
            wire.send(array("PLAN", text))
            self.assertRegex(wire.reply(), "^OK")
            star = [row for row in wire.ask("BADGES anna") if row["badge"] == "star"]
            self.assertEqual([(row["name"], row["level"], row["times"]) for row in star], [("The best", "silver", 1)])
            entries = wire.ask("REGISTER anna unit=star")["entries"]
            self.assertEqual([(e["amount"], e["kind"]) for e in entries], [("1", "grant")])
            send(wire, "purchase", 2, 60, "2026-02-03T10:00:00Z")
            star = [row for row in wire.ask("BADGES anna") if row["badge"] == "star"]
            self.assertEqual([row["times"] for row in star], [2])
            # People go on as before.
            grant = "GRANT by=anna account=bert badge=kudo id=g-{} time=2026-02-03T10:00:00Z"
            self.assertEqual(wire.ask(grant.format(1)).code, "INSUFFICIENT")
            wire.expect_ok("ADJUST account=anna unit=points amount=5 reason=start actor=boss id=a-1")
            wire.expect_ok(grant.format(2))
            self.assertEqual([(row["badge"], row["times"]) for row in wire.ask("BADGES bert")], [("kudo", 1)])
            text = text.replace("version 2 from 2026-02-01", "version 3 from 2026-03-01")
            wire.send(array("PLAN", text.replace("burn granter 5", "burn granter 4")))
            self.assertIn("E046", wire.reply())

    @on_each_assembly
    def test_given_by_people(self, server):
        """Idempotent by its id, whole over two accounts, in the register, told, and there after a kill."""
        grant = "GRANT by={} account={} badge=kudo id={} comment=thanks time=2026-01-11T10:00:00Z"
        with open_wire(server) as wire, open_wire(server) as listener:
            self.assertRegex(listener.ask("SUBSCRIBE unit=kudo"), "^OK")
            self.assertEqual(wire.ask(grant.format("anna", "bert", "g-1")).code, "INSUFFICIENT")
            wire.expect_ok("ADJUST account=anna unit=points amount=7 reason=start actor=boss id=a-1 "
                           "time=2026-01-10T10:00:00Z")
            first = wire.expect_ok(grant.format("anna", "bert", "g-2"))
            self.assertRegex(first, "^OK [0-9]+ 3$")
            self.assertEqual(wire.ask(grant.format("anna", "bert", "g-2")), first.replace("OK", "DUP"))
            self.assertEqual(wire.ask(grant.format("anna", "carl", "g-2")).code, "CONFLICT")
            # A refusal keeps its answer.
            self.assertEqual(wire.ask(grant.format("anna", "bert", "g-1")).code, "INSUFFICIENT")
            self.assertEqual(wire.ask(grant.format("anna", "anna", "g-3")).code, "INVALID")
            self.assertEqual(wire.ask(grant.replace("kudo", "star").format("anna", "bert", "g-4")).code, "NOPERM")
            self.assertEqual(wire.ask(grant.replace("kudo", "points").format("anna", "bert", "g-5")).code, "INVALID")
            self.assertEqual(wire.ask(grant.replace("kudo", "none").format("anna", "bert", "g-6")).code, "UNKNOWN")
            push = listener.reply()
            self.assertIsInstance(push, Push)
            self.assertEqual((push[2]["account"], push[2]["kind"], push[2]["amount"]), ("bert", "grant", "1"))
            self.assertEqual([(row["badge"], row["times"]) for row in wire.ask("BADGES bert")], [("kudo", 1)])
            lsn = first.split()[1]
            record = wire.ask(f"EXPLAIN bert {lsn} 0")["record"]
            self.assertEqual((record["command"], record["attributes"]["by"], record["attributes"]["comment"]),
                             ("GRANT", "anna", "thanks"))
            balances = [wire.ask(f"BALANCE {account}") for account in ("anna", "bert")]
            self.assertEqual(balances, [[["club", "points", "2"]], [["club", "points", "3"], ["club", "kudo", "1"]]])
            self.assertRegex(wire.ask("VERIFY"), "ok")
            hashes = wire.ask("HASH")
        for how in (signal.SIGTERM, signal.SIGKILL):
            server.stop(how)
            server.start()
            with open_wire(server) as wire:
                self.assertEqual([wire.ask(f"BALANCE {account}") for account in ("anna", "bert")], balances)
                self.assertEqual(wire.ask(grant.format("anna", "bert", "g-2")), first.replace("OK", "DUP"))
                self.assertEqual(wire.ask("HASH"), hashes)

    @on_each_assembly
    def test_what_is_not_asked_so(self, server):
        with open_wire(server) as wire:
            self.assertEqual(wire.ask("BADGES").code, "SYNTAX")
            self.assertEqual(wire.ask("BADGES anna bert").code, "SYNTAX")
            self.assertEqual(wire.ask('BADGES ""').code, "INVALID")
            for words in ("SPEND account=anna unit=star amount=1 id=1", "HOLD account=anna unit=star amount=1 id=2",
                          "PAYOUT account=anna unit=star amount=1 id=3", "PAYOUT ALL unit=star id=4"):
                self.assertRegex(wire.ask(words), "^INVALID word [0-9]+, unit: star is a badge")


if __name__ == "__main__":
    running_server.main()
