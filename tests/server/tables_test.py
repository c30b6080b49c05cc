#!/usr/bin/env python3
"""Tables whose rows come from a file: the file at the start, TABLE over a socket, kept over stops and kills.

    tables_test.py GUERDON [TEST...]
"""
import pathlib
import re
import signal
import subprocess
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True
import running_server  # noqa: E402
from running_server import RunningServer, hashes_of  # noqa: E402
from prove_test import explain  # noqa: E402
from wire import Wire  # noqa: E402

PLAN = pathlib.Path(__file__).resolve().parent / "tables.plan"
NOON = "2026-03-01T12:00:00Z"
PRICES = "note,sku,from,value\nx,A,,2.00\ny,A,2026-03-02T00:00:00Z,3.00\n,\"B,1\",,100.00\n,C,,none\n,D,,\n"
TERMS = "grade,fee,sku,share\n1,0.00,A,50%\n02,,A,0.01\n"
WRONG = [
    ("TABLE table=cost key=A value=1",
     "INVALID word 2, table: no plan has a table cost with its rows from a file; declare it with `from file`, "
     "or write PLAN.TABLE"),
    ("TABLE table=price key=A value=100.01",
     "INVALID word 4, value: 100.01 is not from 0 to 100.00, which is what the plan lets the column have; write a "
     "value that is, or raise `at most` there"),
    ("TABLE table=price key=A value=1.001",
     "INVALID word 4, value: 1.001 is no value of this column; write a number of at most 2 decimals, or `none`"),
    ("TABLE table=price key=A key2=1 value=1", "INVALID word 4, key2: the table has fewer keys; leave it out"),
    ("TABLE table=price key=A column=x value=1",
     "INVALID word 4, column: the values of this table have no name; leave it out"),
    ("TABLE table=terms key=A key2=1 value=1%",
     "INVALID word 6, column: the table has several columns; write one of share fee"),
    ("TABLE table=terms key=A column=share value=1%",
     "INVALID word 6, key2: it is missing; the table goes by grade, too"),
    ("TABLE table=terms key=A key2=x column=share value=1%",
     "INVALID word 4, key2: x is no whole number from 0 on; grade is a count"),
    ("TABLE table=terms key=A key2=1 column=share value=51%", "INVALID word 6, value: 51% is not from 0 to 0.500000,"),
]
BAD_PRICES = ("sku,value,from\nA,2.00,\nA,3.00,\nB,x,\nC,101.00,\nD,1.00,soon\n,1.00,\nE,1\n"
              "F,1.00,2026-01-01T00:00:00Z\nF,1.00,2026-01-01T00:00:00.000Z\n")
BAD_LINES = [3, 4, 5, 6, 7, 8, 10]


def paid(wire, event, account, sku, grade=None, time=NOON):
    more = "" if grade is None else f" grade={grade}"
    wire.expect_ok(f"EVENT sold {event} account={account} sku={sku}{more} time={time}")
    found = wire.ask(f"BALANCE {account}")
    return found[0][2] if found else "0"


class Tables(unittest.TestCase):
    def setUp(self):
        self._folder = tempfile.TemporaryDirectory()
        self.addCleanup(self._folder.cleanup)
        self.prices = pathlib.Path(self._folder.name) / "prices.csv"
        self.terms = pathlib.Path(self._folder.name) / "terms.csv"
        self.prices.write_text(PRICES, "utf-8")
        self.terms.write_text(TERMS, "utf-8")
        self.files = ("--ref", f"table:shop.price={self.prices}", "--ref", f"table:terms={self.terms}")

    def test_a_file_is_taken_and_kept(self):
        hashes = []
        for assembly in running_server.ASSEMBLIES:
            with RunningServer(*self.files, *assembly, plan=PLAN) as server:
                self.assertIn("5 rows of table shop.price, 4 values new", server.errors())
                self.assertIn("2 rows of table terms, 3 values new", server.errors())
                with Wire(server.port) as wire:
                    self.assertEqual(paid(wire, "a", "a", "A", 1), "7.00")
                    self.assertEqual(paid(wire, "b", "b", "A", 2), "2.10")
                    self.assertEqual(paid(wire, "c", "c", "B,1"), "100.00")
                    self.assertEqual(paid(wire, "d", "d", "C"), "1.00", "none is no value")
                    self.assertEqual(paid(wire, "e", "e", "A", 3, "2026-03-02T00:00:00Z"), "3.00")
                    self.assertEqual(paid(wire, "f", "f", "A", 3, "2026-03-01T23:59:59.999Z"), "2.00", "it is late")
                    wire.expect_ok("TABLE table=price key=E value=5.00 id=t time=" + NOON)
                    self.assertEqual(str(wire.ask("TABLE table=price key=E value=5.00 id=t time=" + NOON))[:3], "DUP")
                    self.assertEqual(paid(wire, "g", "g", "E"), "5.00")
                    before = hashes_of(wire)
                hashes.append(before)
                # By its snapshot, then by the log behind it; the same files are nothing new.
                for how in (signal.SIGTERM, signal.SIGKILL):
                    server.stop(how)
                    server.start()
                    self.assertIn("5 rows of table shop.price, 0 values new", server.errors())
                    with self.subTest(how), Wire(server.port) as wire:
                        self.assertEqual(hashes_of(wire), before)
                        self.assertEqual(paid(wire, f"h{how}", f"h{how}", "E"), "5.00")
                        self.assertEqual(paid(wire, f"i{how}", f"i{how}", "B,1"), "100.00")
                        before = hashes_of(wire)
        self.assertEqual(hashes[0], hashes[1], "no number of shards shows")

    def test_what_was_found_is_taken_back_and_explained(self):
        with RunningServer(*self.files, plan=PLAN) as server, Wire(server.port) as wire:
            self.assertEqual(paid(wire, "a", "a", "A"), "2.00")
            wire.expect_ok("TABLE table=price key=A value=9.00 time=" + NOON)
            lsn = wire.ask("REGISTER a")
            self.assertIn("2.00", str(lsn))
            found = re.search(r"'lsn', (\d+)", str(wire.ask("REGISTER a")))
            if found:
                self.assertIn("price for sku", str(wire.ask(f"EXPLAIN a {found[1]}")))
            self.assertEqual(str(wire.ask(f"REVERSE event=a reason=wrong actor=boss id=r time={NOON}"))[:2], "OK")
            self.assertEqual(wire.ask("BALANCE a"), [])
            self.assertEqual(paid(wire, "b", "a", "A"), "9.00")

    def test_a_folder_with_tables_is_proved_and_each_entry_too(self):
        with RunningServer(*self.files, plan=PLAN) as server:
            with Wire(server.port) as wire:
                wire.ask("HELLO 3")
                wire.expect_ok(f"EVENT sold a account=a sku=A grade=1 time={NOON}")
                wire.expect_ok(f"TABLE table=price key=A value=9.00 time={NOON}")
                wire.expect_ok("TABLE table=price key=A value=4.00 effective=2026-03-01T12:30:00Z time=" + NOON)
                wire.expect_ok(f"EVENT sold b account=a sku=A grade=2 time={NOON}")
                wire.expect_ok("EVENT sold c account=a sku=A time=2026-03-01T13:00:00Z")
                wire.expect_ok("EVENT sold d account=a sku=nothing time=2026-03-01T13:00:00Z")
                entries = wire.ask("REGISTER a")["entries"]
            self.assertEqual(server.stop(), 0)
            found = {}
            for entry in entries:
                status, text, errors = explain(server.data, "a", entry["id"], "--prove")
                self.assertEqual((status, errors), (0, ""), entry["id"])
                self.assertIn("each of the book's " + str(len(entries)), text)
                found.setdefault(entry["rule"], []).append(text.split("\ninputs")[-1].split("\n\n")[0])
            inputs = {rule: " ".join(texts) for rule, texts in found.items()}
            for value in ("2.00", "9.00", "4.00"):
                self.assertIn(value, inputs["per_piece"])
            self.assertEqual(len(found["per_piece"]), 4)
            self.assertEqual(len(found["by_terms"]), 2)
            done = subprocess.run([running_server.GUERDON, "verify", server.data], capture_output=True, text=True,
                                  check=False)
            self.assertEqual((done.returncode, done.stderr), (0, ""))
            self.assertTrue(done.stdout.endswith("ok\n"), done.stdout)

    def test_a_trial_finds_what_the_event_would(self):
        with RunningServer(*self.files, plan=PLAN) as server, Wire(server.port) as wire:
            tried = str(wire.ask(f"DRYRUN EVENT sold a account=a sku=B,1 time={NOON}"))
            self.assertIn("100.00", tried)
            self.assertEqual(wire.ask("BALANCE a"), [])

    def test_what_is_wrong_is_said_and_leaves_no_trace(self):
        with RunningServer(plan=PLAN) as server, Wire(server.port) as wire:
            before = hashes_of(wire)
            for request, reply in WRONG:
                self.assertEqual(str(wire.ask(request))[:len(reply)], reply, request)
            self.assertEqual(hashes_of(wire), before)

    def test_a_file_with_mistakes_is_refused_whole(self):
        self.prices.write_text(BAD_PRICES, "utf-8")
        data = pathlib.Path(self._folder.name) / "data"
        with self.assertRaises(AssertionError) as refused:
            RunningServer(*self.files, plan=PLAN, data=str(data))
        said = str(refused.exception)
        self.assertEqual([int(line) for line in re.findall(r"prices\.csv:(\d+): ", said)], BAD_LINES, said)
        self.assertIn("refused whole; nothing of it was taken", said)
        with RunningServer(plan=PLAN, data=str(data)) as server, Wire(server.port) as wire:
            self.assertEqual(paid(wire, "f", "f", "F"), "1.00", "no row of it was taken")
        done = subprocess.run([running_server.GUERDON, "replay", "--plan", PLAN, "--trace", "-", "--ref",
                               f"table:cost={self.terms}"], input=b"", capture_output=True, check=False)
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertIn(b"terms.csv:1: no plan has a table cost", done.stderr)


if __name__ == "__main__":
    running_server.main()
