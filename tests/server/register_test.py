#!/usr/bin/env python3
"""The register over the port: pages that hold while others write, balances that are the model's.

    register_test.py GUERDON [TEST...]
"""
import csv
import decimal
import io
import json
import signal
import subprocess
import sys
import threading
import unittest

sys.dont_write_bytecode = True
import running_server  # noqa: E402
import sales  # noqa: E402
from running_server import RunningServer, on_each_assembly  # noqa: E402
from wire import Failure, Status, Wire, array  # noqa: E402

Decimal = decimal.Decimal


def cashback(amount):
    """Of a purchase: 5 %, above 500.00 7 % of all of it, a penny is never rounded up."""
    percent = 5 if Decimal(amount) <= 500 else 7
    share = Decimal(amount) * percent / 100
    return share.quantize(Decimal("0.01"), rounding=decimal.ROUND_DOWN)


def open_wire(server):
    wire = Wire(server.port)
    wire.ask("HELLO 3")
    return wire


def page(wire, account, *words):
    answer = wire.ask(" ".join(["REGISTER", account, *words]))
    assert isinstance(answer, dict), answer
    return answer["entries"], answer["next"]


def whole(wire, account, *words, limit=1000):
    """All pages, one behind the other."""
    entries, place = page(wire, account, f"limit={limit}", *words)
    while place is not None:
        more, place = page(wire, account, f"limit={limit}", f"before={place}", *words)
        entries += more
    return entries


def send_all(wire, made):
    for sale in made:
        wire.expect_ok(sale.line())


def chain_is_whole(test, entries, balances):
    """Each balance is that of the entry before it and its own amount; the newest are `balances`."""
    after = {unit: Decimal(amount) for _, unit, amount in balances}
    for entry in entries:
        unit = entry["unit"]
        test.assertEqual(Decimal(entry["balance"]), after.get(unit, 0), entry)
        after[unit] = Decimal(entry["balance"]) - Decimal(entry["amount"])
    test.assertTrue(all(amount == 0 for amount in after.values()), after)


def exported(server, what, form, *words):
    """The lines of `guerdon export`, each a dictionary."""
    done = subprocess.run([running_server.GUERDON, "export", what, "--data", server.data, "--format",
                           form, *words], capture_output=True, text=True)
    assert done.returncode == 0 and not done.stderr, done
    if form == "csv":
        return list(csv.DictReader(io.StringIO(done.stdout, newline="")))
    return [json.loads(line) for line in done.stdout.splitlines()]


class Register(unittest.TestCase):
    @on_each_assembly
    def test_it_is_the_model(self, server):
        """Cashback by hand; ids fall; running balances lead from nothing to what BALANCE says."""
        with open_wire(server) as wire:
            made = sales.sales(300)
            send_all(wire, made)
            for account in ("anna", "bo", "cy", "dee"):
                entries = whole(wire, account)
                ids = [tuple(map(int, entry["id"].split("."))) for entry in entries]
                self.assertEqual(ids, sorted(set(ids), reverse=True))
                chain_is_whole(self, entries, wire.ask(f"BALANCE {account}"))
                balance = Decimal(0)
                expected = []
                for sale in made:
                    if sale.account != account or sale.type != "purchase":
                        continue
                    amount = cashback(sale.amount)
                    balance += amount
                    if amount:
                        expected.append((sale.time, f"{amount}", f"{balance}"))
                shown = [(e["effective"], e["amount"], e["balance"])
                         for e in whole(wire, account, "rule=cashback", limit=7)]
                self.assertEqual(shown, expected[::-1])

    @on_each_assembly
    def test_pages_hold_while_others_write(self, server):
        """What comes meanwhile is newer than where the first page began: none twice, none missing."""
        with open_wire(server) as wire:
            send_all(wire, sales.sales(200, accounts=("anna", "bo")))
            is_over = threading.Event()

            def write():
                with Wire(server.port) as other:
                    for sale in sales.sales(5_000, accounts=("anna", "bo"), prefix="w", seed=2):
                        if is_over.is_set():
                            return
                        other.expect_ok(sale.line())
            writer = threading.Thread(target=write)
            writer.start()
            paged = []
            for _ in range(5):
                paged.append(whole(wire, "anna", limit=11))
            is_over.set()
            writer.join()
            now = whole(wire, "anna")
            for entries in paged:
                self.assertEqual(entries, now[-len(entries):])
            self.assertGreater(len(now), len(paged[0]))

    @on_each_assembly
    def test_a_read_sees_what_was_answered(self, server):
        """Also in a pipeline, where it comes in its turn and sees nothing of what follows."""
        with open_wire(server) as wire:
            wire.send("".join(f"EVENT purchase e{i} account=anna amount=10.00 "
                              f"time=2026-03-01T10:00:0{i}Z\nREGISTER anna limit=1\nPING\n"
                              for i in range(8)))
            for i in range(8):
                lsn = wire.reply().split(" ")[1]
                entry = wire.reply()["entries"][0]
                self.assertEqual((entry["lsn"], entry["balance"]), (lsn, f"{(i + 1) * 0.5:.2f}"))
                self.assertEqual(wire.reply(), Status("PONG"))

    def test_filters(self):
        with RunningServer() as server, open_wire(server) as wire:
            send_all(wire, sales.sales(300))
            entries = whole(wire, "bo")
            for words, is_it in (
                    (["unit=points"], lambda e: e["unit"] == "points"),
                    (["kind=earn", "unit=points"],
                     lambda e: e["kind"] == "earn" and e["unit"] == "points"),
                    (["rule=milestone", "unit=points"], lambda e: e["rule"] == "milestone"),
                    (["program=cashback"], lambda e: True),
                    (["from=2026-03-10T00:00:00Z", "to=2026-03-12T00:00:00Z"],
                     lambda e: "2026-03-10" <= e["effective"] < "2026-03-12")):
                wanted = [entry for entry in entries if is_it(entry)]
                self.assertEqual(whole(wire, "bo", *words, limit=3), wanted, words)
                self.assertTrue(wanted, words)
            milestone = whole(wire, "bo", "rule=milestone")[0]
            self.assertEqual(milestone["period"], "2026-03")
            at = 10
            self.assertEqual(page(wire, "bo", f"before={entries[at]['id']}", "limit=5")[0],
                             entries[at + 1:at + 6], "also behind the id of an entry")

    def test_a_unit_is_named_as_elsewhere(self):
        with RunningServer() as server, open_wire(server) as wire:
            send_all(wire, sales.sales(60))
            wanted = whole(wire, "bo", "unit=points")
            self.assertTrue(wanted)
            self.assertEqual(whole(wire, "bo", "unit=cashback/points"), wanted)
            self.assertEqual(wire.ask("REGISTER bo unit=shop/points").code, "UNKNOWN")

    @on_each_assembly
    def test_what_is_derived_is_in_the_page(self, server):
        """Subject, basis and rate of each entry, as EXPLAIN has them; and the version of the plan."""
        with open_wire(server) as wire:
            made = sales.sales(120)
            by_lsn = {}
            for sale in made:
                by_lsn[wire.expect_ok(sale.line()).split(" ")[1]] = sale
            wire.expect_ok("ADJUST account=anna unit=points amount=5 reason=gift actor=olga id=gift "
                           "time=2026-03-31T10:00:00Z")
            plain = whole(wire, "anna")
            derived = whole(wire, "anna", "derived=yes", limit=17)
            self.assertEqual([{k: v for k, v in e.items() if k in plain[0]} for e in derived], plain)
            rules = set()
            for entry in derived:
                rules.add(entry["rule"])
                self.assertEqual(entry["version"], "1" if entry["rule"] else "")
                self.assertEqual(entry["problem"], "")
                if not entry["rule"]:
                    self.assertEqual((entry["subject"], entry["basis"], entry["rate"]), ("", "", ""))
                    continue
                told = wire.ask("EXPLAIN anna " + entry["id"].replace(".", " "))["derived"]
                for field in ("subject", "basis", "rate"):
                    self.assertEqual(entry[field], told.get(field, ""))
                sale = by_lsn[entry["lsn"]]
                if entry["rule"] == "cashback":
                    self.assertEqual(entry["subject"], f"source=default event={sale.id}")
                    self.assertEqual(entry["basis"], sale.amount)
                    self.assertEqual(entry["rate"], "0.05" if Decimal(sale.amount) <= 500 else "0.07")
                if entry["rule"] == "milestone":
                    self.assertEqual((entry["subject"], entry["basis"]), ("account=anna", ""))
            self.assertEqual(rules, {"", "cashback", "promotion_bonus", "milestone"})
            self.assertEqual(wire.ask("REGISTER anna derived=no").code, "INVALID")

    @on_each_assembly
    def test_the_entries_of_an_object(self, server):
        """Whatever source an event of it came from, page by page; and of none where there are none."""
        with open_wire(server) as wire:
            lsns = {}
            for i in range(60):
                order = f"o-{i % 7}"
                said = wire.expect_ok(f"EVENT purchase p{i} account=anna amount={i + 20}.00 object={order} "
                                      f"source={('till', 'web')[i % 2]} time=2026-03-01T10:00:{i:02}Z")
                lsns.setdefault(order, []).append(said.split(" ")[1])
            wire.expect_ok("EVENT purchase alone account=anna amount=9.00 time=2026-03-02T10:00:00Z")
            entries = whole(wire, "anna")
            for order, of_order in lsns.items():
                wanted = [entry for entry in entries if entry["lsn"] in of_order and entry["rule"]]
                self.assertGreater(len(wanted), 7)
                for limit in (3, 1000):
                    self.assertEqual(whole(wire, "anna", f"object={order}", limit=limit), wanted)
                self.assertEqual(whole(wire, "anna", f"object={order}", "unit=points"),
                                 [entry for entry in wanted if entry["unit"] == "points"])
            self.assertEqual(page(wire, "anna", "object=o-9"), ([], None))
            self.assertEqual(page(wire, "bo", "object=o-1"), ([], None))
            self.assertEqual(wire.ask("REGISTER anna object=").code, "INVALID")

    def test_what_is_wrong_is_said(self):
        with RunningServer() as server, open_wire(server) as wire:
            send_all(wire, sales.sales(60))
            _, place = page(wire, "bo", "limit=2")
            for line, code in (("REGISTER", "SYNTAX"), ("REGISTER bo unit=EUR", "UNKNOWN"),
                               ("REGISTER bo kind=gift", "UNKNOWN"), ("REGISTER bo rule=no", "UNKNOWN"),
                               ("REGISTER bo limit=0", "INVALID"), ("REGISTER bo limit=1001", "INVALID"),
                               ("REGISTER bo from=soon", "INVALID"), ("REGISTER bo colour=red", "SYNTAX"),
                               ("REGISTER bo before=x", "INVALID"), ("REGISTER bo before=", "INVALID"),
                               (f"REGISTER anna before={place}", "INVALID"),
                               (f"REGISTER bo before=1{place}", "INVALID"),
                               ("ENTRIES bo", "SYNTAX"), ("ENTRIES before=1", "SYNTAX"),
                               ("ENTRIES after=x", "INVALID"), ("ENTRIES limit=1001", "INVALID"),
                               ("BALANCEAT bo", "SYNTAX"), ("BALANCEAT bo at=1", "SYNTAX"),
                               ("BALANCEAT bo lsn=-1", "INVALID"), ("BALANCEAT bo time=x", "INVALID")):
                answer = wire.ask(line)
                self.assertIsInstance(answer, Failure, line)
                self.assertEqual(answer.code, code, f"{line}: {answer}")
            self.assertEqual(page(wire, "nobody"), ([], None))
            self.assertEqual(wire.ask("BALANCEAT nobody lsn=5"), [])

    @on_each_assembly
    def test_an_entry_is_explained(self, server):
        """By the event as it was sent, and the rule as it was written."""
        with open_wire(server) as wire:
            made = sales.sales(120)
            by_lsn = {}
            for sale in made:
                by_lsn[wire.expect_ok(sale.line()).split(" ")[1]] = sale
            for entry in whole(wire, "anna"):
                told = wire.ask("EXPLAIN anna " + entry["id"].replace(".", " "))
                self.assertEqual(told["entry"], entry)
                sale = by_lsn[entry["lsn"]]
                record = told["record"]
                self.assertEqual((record["record"], record["type"], record["id"], record["occurred_at"]),
                                 ("event", sale.type, sale.id, sale.time))
                self.assertEqual(record["attributes"]["account"], "anna")
                self.assertEqual(Decimal(record["attributes"]["amount"]), Decimal(sale.amount))
                self.assertTrue(told["text"].startswith(f"rule {entry['rule']}"), told)
                self.assertIn("credit account", told["text"])
                self.assertNotIn("\n\n", told["text"])
                self.assertNotIn("#", told["text"].splitlines()[-1])
                derived = told["derived"]
                self.assertNotIn("problem", derived)
                if entry["rule"] == "cashback":
                    percent = 5 if Decimal(sale.amount) <= 500 else 7
                    self.assertEqual(Decimal(derived["before_rounding"]),
                                     Decimal(sale.amount) * percent / 100)
                    self.assertEqual(Decimal(derived["inputs"]["amount"]), Decimal(sale.amount))
                    self.assertEqual(derived["inputs"]["rows"], "row 1" if percent == 5 else "row 2")
                if entry["rule"] == "milestone":
                    self.assertEqual(derived["delta"], entry["amount"])
                    spent = sum(Decimal(s.amount) * (-1 if s.type == "cancel" else 1)
                                for lsn, s in by_lsn.items()
                                if s.account == "anna" and int(lsn) <= int(entry["lsn"]))
                    self.assertEqual(Decimal(derived["inputs"]["spent after"]), spent)
                    self.assertEqual(int(derived["owed"]),
                                     0 if spent < 250 else 100 if spent < 1000 else 500)
            self.assertEqual(wire.ask("EXPLAIN anna 999999").code, "UNKNOWN")
            self.assertEqual(wire.ask("EXPLAIN nobody 2").code, "UNKNOWN")
            self.assertEqual(wire.ask("EXPLAIN anna two").code, "INVALID")

    @on_each_assembly
    def test_why_a_rule_did_not_pay(self, server):
        with open_wire(server) as wire:
            lsn = wire.expect_ok("EVENT purchase w-1 account=anna amount=10.00 "
                                 "time=2011-03-01T10:00:00Z").split(" ")[1]
            told = wire.ask(f"WHYNOT anna {lsn} milestone")
            self.assertEqual(told["record"]["id"], "w-1")
            self.assertTrue(told["text"].startswith("rule milestone"))
            reason, = told["reasons"]
            self.assertEqual(reason["reason"], "no_row")
            self.assertEqual(reason["inputs"]["spent after"], "10.00")
            reason, = wire.ask(f"WHYNOT anna {lsn} cashback")["reasons"]
            self.assertEqual((reason["reason"], reason["effect"], reason["paid"]),
                             ("paid", "1", "0.50 GBP"))
            reason, = wire.ask(f"WHYNOT olga {lsn} cashback")["reasons"]
            self.assertEqual((reason["reason"], reason["named"]), ("role", "anna"))
            for words, code in ((f"anna {lsn} nothing", "UNKNOWN"), ("anna 999999 cashback", "UNKNOWN"),
                                ("anna two cashback", "INVALID"), (f"anna {lsn} cashback olga", "SYNTAX")):
                self.assertEqual(wire.ask("WHYNOT " + words).code, code)

    @on_each_assembly
    def test_an_event_is_tried(self, server):
        """What it would do is what it does, and nothing is changed by the asking."""
        with open_wire(server) as wire:
            send_all(wire, sales.sales(40))
            event = "EVENT purchase t-1 account=anna amount=600.00 time=2011-12-01T10:00:00Z"
            before = wire.ask("HASH")
            tried = wire.ask("DRYRUN " + event)
            self.assertEqual(wire.ask("HASH"), before)
            self.assertEqual(wire.ask("DRYRUN " + event), tried)
            answer = wire.expect_ok(event).split(" ")
            self.assertEqual((tried["outcome"], str(tried["lsn"]), str(len(tried["entries"]))),
                             ("OK", answer[1], answer[2]))
            made = [e for e in whole(wire, "anna") if e["lsn"] == answer[1]]
            for entry in made:
                del entry["balance"]
                entry["account"] = "anna"
            self.assertEqual(sorted(tried["entries"], key=lambda e: e["id"]),
                             sorted(made, key=lambda e: e["id"]))
            again = wire.ask("DRYRUN " + event)
            self.assertEqual((again["outcome"], str(again["lsn"]), again["entries"]),
                             ("DUP", answer[1], []))
            for words, code in (("EVENT purchase t-1 account=olga amount=1.00", "CONFLICT"),
                                ("EVENT purchase t-2 account=olga amount=x", "INVALID"),
                                ("EVENT gift t-2 account=olga", "UNKNOWN"), ("TICK", "SYNTAX")):
                self.assertEqual(wire.ask("DRYRUN " + words).code, code)

    @on_each_assembly
    def test_entries_of_all_accounts(self, server):
        """In the order of the book, by what they are of, page by page while others write."""
        def entries(wire, *words, limit=7):
            place, lines = None, []
            while True:
                after = [f"after={place}"] if place else []
                answer = wire.ask(" ".join(["ENTRIES", f"limit={limit}", *words, *after]))
                lines += answer["entries"]
                place = answer["next"]
                if place is None:
                    return lines

        names = ("anna", "bo", "cy", "dee")
        with open_wire(server) as wire:
            send_all(wire, sales.sales(300))
            known = []
            for name in names:
                for entry in whole(wire, name):
                    entry.pop("balance")
                    known.append({"account": name, **entry})
            everything = entries(wire, limit=1000)
            self.assertEqual(sorted(map(str, everything)), sorted(map(str, known)))
            self.assertEqual([int(e["lsn"]) for e in everything],
                             sorted(int(e["lsn"]) for e in everything))
            self.assertEqual(entries(wire), everything, "pages of seven")
            for words, is_it in (
                    (["rule=milestone"], lambda e: e["rule"] == "milestone"),
                    (["kind=earn", "unit=points"],
                     lambda e: (e["kind"], e["unit"]) == ("earn", "points")),
                    (["from=2026-03-10T00:00:00Z", "to=2026-03-12T00:00:00Z"],
                     lambda e: "2026-03-10" <= e["effective"] < "2026-03-12")):
                wanted = [entry for entry in everything if is_it(entry)]
                self.assertTrue(wanted)
                self.assertEqual(entries(wire, *words), wanted, words)
            first = wire.ask("ENTRIES limit=5")
            send_all(wire, sales.sales(50, prefix="later"))
            self.assertEqual(wire.ask("ENTRIES limit=5"), first)
            again = entries(wire, f"after={first['next']}", limit=1000)
            self.assertEqual(again[:len(everything) - 5], everything[5:])
            self.assertGreater(len(again), len(everything) - 5)
            # In its turn among other requests, and answered before the server stops.
            wire.send("ENTRIES limit=1\nPING\nENTRIES limit=1\nSHUTDOWN\n")
            self.assertEqual(wire.reply()["entries"], everything[:1])
            self.assertEqual(wire.reply(), Status("PONG"))
            self.assertEqual(wire.reply()["entries"], everything[:1])

    @on_each_assembly
    def test_balances_of_the_past(self, server):
        """By LSN: what BALANCE said then. By time: the sum of what is effective by then."""
        with open_wire(server) as wire:
            said = []
            for sale in sales.sales(80):
                lsn = int(wire.expect_ok(sale.line()).split(" ")[1])
                said.append((lsn, wire.ask("BALANCE cy")))
            late = 'EVENT purchase late account=cy amount=100.00 time=2026-03-02T00:00:00Z'
            wire.expect_ok(late)
            for lsn, balances in said:
                self.assertEqual(wire.ask(f"BALANCEAT cy lsn={lsn}"), balances)
            entries = whole(wire, "cy")
            for at in ("2026-03-01T00:00:00Z", "2026-03-02T00:00:00Z", "2026-03-15T07:00:00Z",
                       "2026-04-01T00:00:00Z"):
                sums = {}
                for entry in entries:
                    if entry["effective"] <= at:
                        sums[entry["unit"]] = sums.get(entry["unit"], 0) + Decimal(entry["amount"])
                told = {unit: Decimal(amount)
                        for _, unit, amount in wire.ask(f"BALANCEAT cy time={at}")}
                self.assertEqual(told, {unit: amount for unit, amount in sums.items() if amount})
            lsn, _ = said[-1]
            self.assertNotEqual(wire.ask("BALANCEAT cy time=2026-03-02T00:00:00Z"),
                                wire.ask(f"BALANCEAT cy time=2026-03-02T00:00:00Z lsn={lsn}"),
                                "as it was known before the late one came")

    def test_exports(self):
        """What the register shows, as tables; a text that looks like a formula gets a ' in CSV."""
        formulas = ("=cmd|'/C calc'!A0", "+1", "-2+3", "@SUM(A1)")
        names = ("anna", 'says "hi", twice', "Zoë") + formulas
        with RunningServer() as server:
            with open_wire(server) as wire:
                for i, name in enumerate(names * 20):
                    quoted = name.replace("\\", "\\\\").replace('"', '\\"')
                    wire.expect_ok(f'EVENT purchase e{i} account="{quoted}" amount={i + 1}.10 '
                                   f"sku=22423 time=2026-03-01T10:00:00Z")
                shown = {}
                balances = {}
                for name in names:
                    wire.send(array("REGISTER", name, "limit=1000"))
                    shown[name] = wire.reply()["entries"]
                    wire.send(array("BALANCE", name))
                    balances[name] = {tuple(row) for row in wire.reply()}
            self.assertEqual(server.stop(), 0)
            for form in ("csv", "jsonl"):
                said = {}
                for line in exported(server, "register", form):
                    said.setdefault(line.pop("account"), []).insert(0, line)
                held = {}
                for line in exported(server, "balances", form):
                    held.setdefault(line["account"], set()).add(
                        (line["program"], line["unit"], line["balance"]))
                for name in names:
                    cell = "'" + name if form == "csv" and name in formulas else name
                    self.assertEqual(said[cell], shown[name])
                    self.assertEqual(held[cell], balances[name])
                self.assertEqual(len(said), len(names))
            one = exported(server, "register", "csv", "--account", "anna")
            self.assertEqual([line["id"] for line in one], [e["id"] for e in shown["anna"]][::-1])

    def test_it_is_the_same_after_a_kill(self):
        with RunningServer() as server:
            with open_wire(server) as wire:
                send_all(wire, sales.sales(200))
                before = whole(wire, "dee")
                self.assertTrue(before)
                _, place = page(wire, "dee", "limit=5")
            server.stop(signal.SIGKILL)
            server.start()
            with open_wire(server) as wire:
                self.assertEqual(whole(wire, "dee"), before)
                self.assertEqual(whole(wire, "dee", f"before={place}"), before[5:],
                                 "a place holds over starts")

    def test_without_a_book(self):
        with RunningServer("--no-book") as server, open_wire(server) as wire:
            self.assertEqual(wire.ask("REGISTER anna").code, "NOBOOK")
            self.assertEqual(wire.ask("BALANCEAT anna lsn=1").code, "NOBOOK")
            self.assertEqual(wire.ask("ENTRIES").code, "NOBOOK")
            self.assertEqual(wire.ask("EXPLAIN anna 1").code, "NOBOOK")
            self.assertEqual(running_server.info_of(wire)["book"], "none")

    def test_who_reads_holds_up_nobody(self):
        """A connection that waits for its page is not read; others are answered meanwhile."""
        with RunningServer() as server, open_wire(server) as reader, Wire(server.port) as writer:
            send_all(writer, sales.sales(100))
            reader.send("REGISTER anna\n" * 200)
            for i in range(50):
                writer.expect_ok(f"EVENT purchase x{i} account=zoe amount=5.00 "
                                 "time=2026-03-31T10:00:00Z")
            pages = reader.replies(200)
            self.assertTrue(all(one["entries"] == pages[0]["entries"] for one in pages))

    def test_all_that_was_asked_is_answered_before_it_stops(self):
        with RunningServer() as server, open_wire(server) as wire:
            send_all(wire, sales.sales(100))
            wire.send("REGISTER anna\nSHUTDOWN\n")
            self.assertTrue(wire.reply()["entries"])
            self.assertEqual(server.ended(), 0)

    def test_history_does_not_live_in_memory(self):
        """Ten times the entries of the same accounts: no byte more for where they stand."""
        with RunningServer() as server, open_wire(server) as wire:
            figures = []
            sent = 0
            for count in (2_000, 20_000):
                made = sales.sales(count, prefix=f"m{count}-")
                wire.send("".join(sale.line() + "\n" for sale in made))
                for _ in made:
                    self.assertEqual(wire.reply()[:2], "OK")
                sent += count
                page(wire, "anna", "limit=1")  # all of it is in the book then
                figures.append({name: int(value) for name, value in
                                running_server.info_of(wire).items() if name.startswith("book_")
                                and value.isdigit()})
            self.assertGreater(figures[1]["book_entries"], 9 * figures[0]["book_entries"])
            self.assertEqual(figures[1]["book_memory_bytes"], figures[0]["book_memory_bytes"])
            self.assertEqual(figures[1]["book_accounts"], 4)


if __name__ == "__main__":
    running_server.main()
