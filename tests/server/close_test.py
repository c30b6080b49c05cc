#!/usr/bin/env python3
"""What a close pays is part of no answer but the account's own: reads, trials, the register, and over stops and kills.

    close_test.py GUERDON [TEST...]
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
from wire import Wire, array  # noqa: E402

HERE = pathlib.Path(__file__).resolve().parent
PLAN = HERE / "close.plan"
NAMES = HERE / "close_names.plan"
# It is to hold from a day that is over, and names a sku.
REFUSED = NAMES.read_text().replace("plan close\n", "plan close version 2 from 2026-01-01\n") + """
rule ale
  on sale
  when sku = "ale"
  credit account 1 point
"""
SEALED = HERE / "sealed.plan"
SEALED_AGAIN = SEALED.read_text().replace("plan sealed\n", "plan sealed version 2 from 2026-02-01\n") + """
rule counted per account per day
  on close
  credit account 1 point * gifts
"""
FAR = (HERE / "far.plan", HERE / "far_graced.plan")
on_far = functools.partial(on_each_assembly, plans=FAR)
on_names = functools.partial(on_each_assembly, plan=NAMES)
on_races = functools.partial(on_each_assembly, plan=HERE / "races.plan")
on_each_assembly = functools.partial(on_each_assembly, plan=PLAN)


def sale(number, account, day, sku, qty, *words):
    return " ".join([f"EVENT sale s-{number} account={account} sku={sku} qty={qty} time={day}T10:00:00Z", *words])


# Request and reply, in their order; the plan is LSN 1. What bo names first anna names last. Two skus of anna are paid alike, and January is over with the last.
JANUARY = [
    (sale(1, "bo", "2026-01-10", "ale", 1), "OK 2 1"),
    (sale(2, "anna", "2026-01-11", "tea", 3), "OK 3 1"),
    (sale(3, "anna", "2026-01-12", "ale", 2), "OK 4 1"),
    (sale(4, "carl", "2026-02-10", "tea", 1), "OK 5 1"),
]
# That finds 50 for all pieces due, and 5 for each sku.
FEBRUARY = (sale(5, "anna", "2026-02-11", "ale", 1, "object=o-1"), "OK 6 1")


def tell(test, wire, story):
    for request, reply in story:
        test.assertEqual(str(wire.ask(request)), reply, request)


def open_wire(server):
    wire = Wire(server.port)
    wire.ask("HELLO 3")
    return wire


def of_rules(entries):
    return [(entry["rule"], entry["amount"]) for entry in entries]


class Close(unittest.TestCase):
    maxDiff = None
    hashes = None  # of the first assembly
    sealed = None
    again = None

    @on_each_assembly
    def test_reads_see_what_is_due(self, server):
        with open_wire(server) as wire:
            tell(self, wire, JANUARY)
            self.assertEqual(wire.ask("BALANCE anna"), [["close", "points", "62"]])
            self.assertEqual(wire.ask("BALANCEAT anna time=2026-02-10T10:00:00Z"), [["close", "points", "62"]])
            self.assertEqual(wire.ask("BALANCEAT anna time=2026-01-31T23:59:59Z"), [["close", "points", "2"]])
            self.assertEqual(wire.ask("BALANCEAT anna lsn=4"), [["close", "points", "2"]])

    @on_each_assembly
    def test_seals(self, server):
        """When all accounts are closed; the same over a stop, a kill and a late event, and for each number of shards."""
        with open_wire(server) as wire:
            self.assertEqual(wire.ask("SEALS close"), [])
            tell(self, wire, JANUARY)
            self.assertEqual(wire.ask("SEALS close"), [], "the sweep is not through")
            wire.ask("TICK 2026-02-12T00:00:00Z")
            january, = wire.ask("SEALS close")
            self.assertEqual((january["program"], january["plan"], january["each"], january["period"]),
                             ("close", "close", "month", "2026-01"))
            self.assertEqual((january["from"], january["until"], january["accounts"], january["entries"]),
                             ("2026-01-01T00:00:00Z", "2026-02-01T00:00:00Z", 2, 4), "anna: 50, 5 and 5; bo: 10")
            self.assertRegex(january["hash"], "^[0-9a-f]{32}$")
            hashes = [january["hash"], january["lsn"]]
            # What comes late is posted as of now, and names its period.
            wire.ask(sale(5, "bo", "2026-01-20", "tea", 1))
            entry = wire.ask("REGISTER bo kind=correct")["entries"][0]
            self.assertEqual((entry["rule"], entry["period"]), ("bonus", "2026-01"))
            self.assertEqual(wire.ask("SEALS close"), [january])
            wire.ask("TICK 2026-03-15T00:00:00Z")
            february, again = wire.ask("SEALS close")
            self.assertEqual((again, february["period"], february["accounts"]), (january, "2026-02", 3))
            self.assertEqual(wire.ask("SEALS close top=1"), [february])
            self.assertEqual(wire.ask("SEALS close period=2026-01 each=month"), [january])
            self.assertEqual(wire.ask("SEALS close period=2026-07"), [], "it has not begun")
            self.assertEqual(str(wire.ask("SEALS close each=day")),
                             "UNKNOWN word 3, each: no plan has a seal each day; there is month")
            for words in ("period=2026-W01", "period=july each=month"):
                self.assertRegex(str(wire.ask("SEALS close " + words)),
                                 "^INVALID word 3, period: .* is no period that has a seal; write one such as 20")
            self.assertRegex(str(wire.ask("SEALS other")), "^UNKNOWN word 2, program: .*; there is close$")
            self.assertRegex(str(wire.ask("SEALS close top=0")), "^INVALID word 3, top")
        Close.sealed = Close.sealed or hashes
        self.assertEqual(Close.sealed, hashes, "of the first assembly")
        for how in (signal.SIGTERM, signal.SIGKILL):
            server.stop(how)
            server.start()
            with self.subTest(how), open_wire(server) as wire:
                self.assertEqual(wire.ask("SEALS close"), [february, january])

    @on_each_assembly
    def test_opened_again(self, server):
        """What comes then is in time, and is paid when it is closed again; over a stop and kills; as the log gives it."""
        reopen = "REOPEN plan=close each=month period=2026-01 reason=late id=r-1"
        with open_wire(server) as wire:
            tell(self, wire, JANUARY)
            self.assertRegex(str(wire.ask(reopen)), "^UNSEALED period: it has no seal")
            wire.ask("TICK 2026-02-12T00:00:00Z")
            january, = wire.ask("SEALS close")
            self.assertEqual((january["state"], january["entries"]), ("sealed", 4))
            self.assertRegex(str(wire.ask("CLOSE plan=close each=month period=2026-01")), "^CLOSED period: ")
            opened = str(wire.ask(reopen))
            lsn = int(opened.split()[1])
            self.assertEqual((opened, str(wire.ask(reopen))), (f"OK {lsn} 0", f"DUP {lsn} 0"))
            void, = wire.ask("SEALS close")
            self.assertEqual((void["state"], void["lsn"], void["hash"], void["accounts"]), ("void", lsn, "", 0))
            tell(self, wire, [(sale(5, "bo", "2026-01-20", "tea", 1), f"OK {lsn + 1} 1")])
            self.assertEqual([(entry["rule"], entry["kind"]) for entry in wire.ask("REGISTER bo limit=1")["entries"]],
                             [("at_once", "earn")], "the bonus waits for the close")
            told = [(one["rule"], one["amount"], one["period"]) for one in wire.ask("IFCLOSED bo")]
            self.assertEqual(told, [("bonus", "10", "2026-01")])
            balance = wire.ask("BALANCE bo")
            before = wire.ask("HASH")
        for how in (signal.SIGTERM, signal.SIGKILL):
            server.stop(how)
            server.start()
            with self.subTest(how), open_wire(server) as wire:
                self.assertEqual(wire.ask("HASH"), before)
                self.assertEqual(wire.ask("SEALS close"), [void])
                self.assertEqual(wire.ask("BALANCE bo"), balance)
        with open_wire(server) as wire:
            self.assertEqual(str(wire.ask("CLOSE plan=close each=month period=2026-01")), f"OK {lsn + 2} 0")
            self.assertRegex(str(wire.ask(reopen.replace("r-1", "r-2"))), "^UNSEALED ")
            program, unit, amount = balance[0]
            self.assertEqual(wire.ask("BALANCE bo"), [[program, unit, str(int(amount) + 10)]], "it is owed from then on")
            after = wire.ask("HASH")
        for how in (signal.SIGKILL, signal.SIGTERM):
            server.stop(how)
            server.start()
            with self.subTest(how), open_wire(server) as wire:
                self.assertEqual(wire.ask("HASH"), after)
        with open_wire(server) as wire:
            wire.ask("TICK 2026-02-13T00:00:00Z")
            again, = wire.ask("SEALS close")
            self.assertEqual((again["state"], again["accounts"], again["entries"]), ("sealed", 3, 1), "bo: 10 more; carl is a member since")
            self.assertNotEqual(again["hash"], january["hash"])
            entry = wire.ask("REGISTER bo limit=1 derived=yes")["entries"][0]
            self.assertEqual((entry["rule"], entry["amount"], entry["kind"], entry["period"], entry["problem"]),
                             ("bonus", "10", "bonus", "2026-01", ""), entry)
            self.assertEqual(Close.again or again["hash"], again["hash"], "of the first assembly")
            Close.again = again["hash"]
            # Nobody closes it: it is closed again right before February is.
            self.assertTrue(str(wire.ask(reopen.replace("r-1", "r-3"))).startswith("OK "))
            wire.ask(sale(6, "anna", "2026-01-31", "cup", 1))
            wire.ask("TICK 2026-03-02T00:00:00Z")
            self.assertEqual([(entry["rule"], entry["amount"], entry["effective"])
                              for entry in wire.ask("REGISTER anna limit=1")["entries"]],
                             [("bonus", "10", "2026-02-28T23:59:59.999Z")])
            self.assertEqual([(seal["period"], seal["state"]) for seal in wire.ask("SEALS close")],
                             [("2026-02", "sealed"), ("2026-01", "sealed")])
            self.assertRegex(str(wire.ask(reopen.replace("r-1", "r-4"))), "^FINAL period: a later one is closed")
        server.stop(signal.SIGKILL)
        proof = subprocess.run([running_server.GUERDON, "verify", server.data], capture_output=True, text=True)
        self.assertEqual((proof.returncode, proof.stdout[-3:]), (0, "ok\n"), proof)
        server.start()

    @on_races
    def test_a_challenge_is_ranked_once_more(self, server):
        """Foretold, over stops and kills, posted by difference, told why, and proven."""
        period = "plan=races each=month period=2026-01"
        with open_wire(server) as wire:
            for number, (account, qty) in enumerate((("anna", 5), ("bo", 3), ("carl", 2))):
                wire.expect_ok(f"EVENT sale s-{number} account={account} qty={qty} time=2026-01-10T10:00:00Z")
            wire.ask("TICK 2026-02-02T00:00:00Z")
            first, = wire.ask("SEALS races")
            self.assertEqual((first["state"], first["entries"]), ("sealed", 5))
            wire.expect_ok(f"REOPEN {period} reason=late id=r-1")
            self.assertEqual(wire.ask("STANDINGS races/best period=2026-01")[0]["state"], "open")
            wire.expect_ok("EVENT return s-3 account=anna qty=4 time=2026-01-20T10:00:00Z")

            def told(account):
                return [(one["rule"], one["amount"], one["period"]) for one in wire.ask(f"IFCLOSED {account}")]
            self.assertEqual(told("anna"), [("of_month", "-4", "2026-01"), ("best", "-100", "2026-01")])
            self.assertEqual(told("bo"), [("best", "100", "2026-01"), ("best", "-50", "2026-01")])
            self.assertEqual(told("carl"), [("best", "50", "2026-01")])
            before = wire.ask("HASH")
        for how in (signal.SIGTERM, signal.SIGKILL):
            server.stop(how)
            server.start()
            with self.subTest(how), open_wire(server) as wire:
                self.assertEqual(wire.ask("HASH"), before)
        with open_wire(server) as wire:
            closed = str(wire.ask(f"CLOSE {period} id=c-1"))
            self.assertRegex(closed, "^OK [0-9]+ 4$", "what the rule takes back is not counted")
            self.assertEqual(str(wire.ask(f"CLOSE {period} id=c-1")), closed.replace("OK", "DUP"))
            self.assertEqual(wire.ask("STANDINGS races/best period=2026-01")[0]["state"], "closed")
            entries = wire.ask("REGISTER anna limit=2 derived=yes")["entries"]
            self.assertEqual([(entry["rule"], entry["amount"], entry["kind"], entry["period"], entry["problem"]) for entry in entries],
                             [("best", "-100", "clawback", "2026-01", ""), ("of_month", "-4", "clawback", "2026-01", "")])
            self.assertEqual({int(entry["lsn"]) for entry in entries}, {int(closed.split()[1])})
            self.assertEqual([wire.ask(f"BALANCE {account}")[0][2] for account in ("anna", "bo", "carl")], ["1", "103", "52"])
            wire.ask("TICK 2026-02-03T00:00:00Z")
            again, = wire.ask("SEALS races")
            self.assertEqual((again["state"], again["accounts"], again["entries"]), ("sealed", 3, 5))
            self.assertNotEqual(again["hash"], first["hash"])
            after = wire.ask("HASH")
        for how in (signal.SIGKILL, signal.SIGTERM):
            server.stop(how)
            server.start()
            with self.subTest(how), open_wire(server) as wire:
                self.assertEqual(wire.ask("HASH"), after)
        server.stop(signal.SIGKILL)
        proof = subprocess.run([running_server.GUERDON, "verify", server.data], capture_output=True, text=True)
        self.assertEqual((proof.returncode, proof.stdout[-3:]), (0, "ok\n"), proof)
        server.start()

    @on_each_assembly
    def test_if_it_were_closed_now(self, server):
        """Is what the close then brings; and changes nothing."""
        with open_wire(server) as wire:
            self.assertEqual(wire.ask("IFCLOSED nobody"), [])
            wire.send(array("IFCLOSED", ""))
            self.assertRegex(str(wire.reply()), "^INVALID word 2, account")
            tell(self, wire, JANUARY[:3])
            before = wire.ask("HASH")
            told = wire.ask("IFCLOSED anna program=close")
            self.assertEqual([(one["rule"], one["amount"], one["unit"], one["each"], one["period"]) for one in told],
                             [("bonus", "50", "points", "month", "2026-01"), ("sold", "5", "points", "month", "2026-01"),
                              ("sold", "5", "points", "month", "2026-01")])
            self.assertEqual({(one["program"], one["plan"], one["closes"], one["lsn"]) for one in told},
                             {("close", "close", "2026-02-01T00:00:00Z", 4)})
            self.assertEqual(wire.ask("IFCLOSED anna"), told)
            self.assertEqual(wire.ask("HASH"), before)
            self.assertRegex(str(wire.ask("IFCLOSED anna program=other")), "^UNKNOWN word 3, program")
            wire.ask("TICK 2026-02-01T00:00:00Z")
            self.assertEqual([(entry["rule"], entry["amount"]) for entry in reversed(wire.ask("REGISTER anna")["entries"])],
                             [("at_once", "1"), ("at_once", "1"), *((one["rule"], one["amount"]) for one in told)])
            self.assertEqual(wire.ask("IFCLOSED anna"), [], "February has brought nothing yet")

    @on_far
    def test_what_ends_with_time_is_never_closed(self, server):
        """The last month and year there are bring nothing, and asking for them is no harm."""
        with open_wire(server) as wire:
            wire.expect_ok("HOLDER account=anna attribute=team value=north effective=2026-01-01T00:00:00Z")
            for number, day in enumerate(("2099-11-10", "2099-12-10")):
                wire.expect_ok(f"EVENT sale s-{number} account=anna time={day}T10:00:00Z")
            self.assertEqual(wire.ask("IFCLOSED anna"), [])
            for program in ("far", "far_graced"):
                shown, = wire.ask(f"STANDINGS {program}/best")
                self.assertEqual((shown["until"], shown["state"]), ("2100-01-01T00:00:00Z", "open"))
                quota, = wire.ask(f"PROGRESS anna program={program}")
                self.assertEqual(quota["period"], "2099-12")
                self.assertRegex(str(wire.ask(f"CLOSE plan={program} each=month period=2099-12 reason=early id=c-{program}")),
                                 "^OPEN period: it is open, and ends with time")
            wire.expect_ok("TICK 2099-12-31T23:59:59.999Z")
            self.assertEqual(wire.ask("IFCLOSED anna"), [])
            self.assertEqual([each["period"] for each in wire.ask("SEALS far each=month top=1")], ["2099-11"])
            self.assertEqual(wire.ask("SEALS far period=2099-12") + wire.ask("SEALS far period=2099"), [])

    def test_a_seal_hangs_on_no_publication(self):
        """What a version reads at the end of days to come is nothing to a day before, whichever record closes that for whom."""
        hashes = []
        for assembly in running_server.ASSEMBLIES:
            for is_first in (True, False):
                with RunningServer(*assembly, plan=SEALED) as server, open_wire(server) as wire:
                    for number, (kind, account, time) in enumerate((
                            ("gift", "anna", "06T10"), ("sale", "anna", "06T11"), ("sale", "bo", "07T10"))):
                        wire.expect_ok(f"EVENT {kind} e-{number} account={account} time=2026-01-{time}:00:00Z")
                    steps = [array("PLAN", SEALED_AGAIN), b"EVENT sale e-3 account=anna time=2026-01-07T11:00:00Z\n"]
                    for step in steps if is_first else steps[::-1]:
                        wire.send(step)
                        self.assertRegex(str(wire.reply()), "^OK")
                    wire.ask("TICK 2026-01-07T12:00:00Z")
                    seal, = wire.ask("SEALS sealed period=2026-01-06")
                    hashes.append((seal["hash"], seal["accounts"], seal["entries"]))
        self.assertEqual(len(set(hashes)), 1, hashes)

    @on_each_assembly
    def test_it_is_not_the_events_own(self, server):
        with open_wire(server) as wire:
            tell(self, wire, JANUARY)
            tried = wire.ask("DRYRUN " + FEBRUARY[0])
            self.assertEqual(of_rules(tried["entries"]), [("at_once", "1")])
            tell(self, wire, [FEBRUARY])
            self.assertEqual(of_rules(wire.ask("REGISTER anna object=o-1")["entries"]), [("at_once", "1")])
            reason, = wire.ask("WHYNOT anna 6 bonus")["reasons"]
            self.assertEqual(reason["reason"], "close", reason)

    @on_each_assembly
    def test_a_late_event_that_finds_it_due(self, server):
        """Its own is the correction alone."""
        with open_wire(server) as wire:
            tell(self, wire, [*JANUARY, (sale(5, "bo", "2026-01-20", "tea", 1), "OK 6 2")])
            reason, = wire.ask("WHYNOT bo 6 bonus")["reasons"]
            self.assertEqual((reason["reason"], reason["paid"]), ("paid", "10 points"), reason)
            reason, = wire.ask("WHYNOT bo 6 sold")["reasons"]
            self.assertEqual(reason["reason"], "condition", "it was asked, with one piece")
            self.assertEqual([(entry["rule"], entry["amount"], entry["kind"])
                              for entry in wire.ask("REGISTER bo limit=3")["entries"]],
                             [("bonus", "10", "correct"), ("at_once", "1", "earn"), ("bonus", "10", "bonus")])

    @on_each_assembly
    def test_a_period_that_is_gone_waits_for_nothing(self, server):
        with open_wire(server) as wire:
            tell(self, wire, [*JANUARY, (sale(5, "bo", "2026-05-10", "tea", 1), "OK 6 1"),
                              (sale(6, "bo", "2026-01-20", "tea", 1), "OK 7 1")])
            reason, = wire.ask("WHYNOT bo 7 bonus")["reasons"]
            self.assertEqual((reason["reason"], reason["missing"]), ("missing", "pieces after"), reason)

    @on_each_assembly
    def test_each_name_is_told_as_its_own(self, server):
        with open_wire(server) as wire:
            tell(self, wire, [*JANUARY, FEBRUARY])
            told = []
            place = []
            while place is not None:
                page = wire.ask(" ".join(["REGISTER anna derived=yes limit=1", *(f"before={p}" for p in place)]))
                told += [entry for entry in page["entries"] if entry["lsn"] == "6"]
                place = [page["next"]] if page["next"] else None
            whole = [entry for entry in wire.ask("REGISTER anna derived=yes")["entries"] if entry["lsn"] == "6"]
            self.assertEqual(told, whole, "in pages of one as in one")
            self.assertEqual([(entry["rule"], entry["subject"], entry["problem"]) for entry in reversed(told)],
                             [("bonus", "account=anna", ""), ("sold", "account=anna sku=ale", ""),
                              ("sold", "account=anna sku=tea", ""), ("at_once", "source=default event=s-5", "")])
            for entry in told:
                derived = wire.ask("EXPLAIN anna " + entry["id"].replace(".", " "))["derived"]
                self.assertEqual(derived["subject"], entry["subject"])

    @on_names
    def test_what_went_to_a_debt_has_no_entry(self, server):
        """The first of two skus pays the debt: the entry is the other's."""
        with open_wire(server) as wire:
            tell(self, wire, [("EVENT fee f-1 account=anna time=2026-01-09T10:00:00Z", "OK 2 0"),
                              (sale(1, "anna", "2026-01-10", "tea", 7), "OK 3 0"),
                              (sale(2, "anna", "2026-01-11", "ale", 5), "OK 4 0"),
                              (sale(3, "anna", "2026-02-10", "ale", 1), "OK 5 0")])
            entry, = wire.ask("REGISTER anna derived=yes")["entries"]
            self.assertEqual((entry["rule"], entry["amount"], entry["subject"], entry["problem"]),
                             ("sold", "7", "account=anna sku=tea", ""))
            derived = wire.ask("EXPLAIN anna " + entry["id"].replace(".", " "))["derived"]
            self.assertEqual(derived["subject"], "account=anna sku=tea")

    @on_names
    def test_a_refused_plan_leaves_no_order(self, server):
        """It has named a text that no record brought until then; what stands in the log makes the same entries."""
        with open_wire(server) as wire:
            tell(self, wire, [(sale(1, "bo", "2026-01-10", "cup", 1), "OK 2 0")])
            wire.send(array("PLAN", REFUSED))
            refused = wire.reply()
            self.assertTrue(refused.startswith("INVALID ") and "let it hold from a later day" in refused, refused)
            tell(self, wire, [(sale(2, "anna", "2026-01-11", "tea", 3), "OK 3 0"),
                              (sale(3, "anna", "2026-01-12", "ale", 2), "OK 4 0"),
                              (sale(4, "anna", "2026-02-11", "ale", 1), "OK 5 0")])
        before = server.hashes()
        server.stop(signal.SIGKILL)
        server.start()
        self.assertEqual(server.hashes(), before)
        with open_wire(server) as wire:
            self.assertEqual([(entry["amount"], entry["subject"])
                              for entry in wire.ask("REGISTER anna derived=yes")["entries"]],
                             [("3", "account=anna sku=tea"), ("2", "account=anna sku=ale")])

    @on_each_assembly
    def test_stopped_between_the_deadline_and_the_sweep(self, server):
        """A snapshot holds periods that are over and not closed; and each start does what is due once."""
        with Wire(server.port) as wire:
            tell(self, wire, JANUARY)
            before = hashes_of(wire)
        self.assertEqual(before, Close.hashes or before, "no number of shards shows")
        Close.hashes = before
        for how in (signal.SIGKILL, signal.SIGTERM, signal.SIGTERM, signal.SIGKILL):
            server.stop(how)
            server.start()
            with self.subTest(how), Wire(server.port) as wire:
                self.assertEqual(hashes_of(wire), before)
                self.assertEqual(wire.ask("BALANCE anna"), [["close", "points", "62"]])
        with Wire(server.port) as wire:
            tell(self, wire, [FEBRUARY])
            self.assertEqual(wire.ask("BALANCE anna"), [["close", "points", "63"]])
        server.stop(signal.SIGKILL)
        command = [running_server.GUERDON, "verify", server.data]
        proof = subprocess.run(command, capture_output=True, text=True)
        self.assertEqual((proof.returncode, proof.stdout[-3:]), (0, "ok\n"), proof)
        server.start()
        with Wire(server.port) as wire:
            self.assertEqual(wire.ask("BALANCE anna"), [["close", "points", "63"]])


if __name__ == "__main__":
    running_server.main()
