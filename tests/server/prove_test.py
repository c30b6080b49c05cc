#!/usr/bin/env python3
"""`guerdon explain DIR ACCOUNT ENTRY [--prove]`: an entry of a folder that no server has open.

    prove_test.py GUERDON [TEST...]
"""
import pathlib
import subprocess
import sys
import unittest

sys.dont_write_bytecode = True
import running_server  # noqa: E402
from running_server import RunningServer  # noqa: E402
from wire import Wire  # noqa: E402

EVENTS = (
    "EVENT purchase p-1 account=anna amount=10.01 sku=22423 time=2011-03-01T10:00:00Z",
    "EVENT purchase p-2 account=anna amount=600.00 time=2011-03-02T10:00:00Z",
    "EVENT cancel c-1 account=anna amount=600.00 time=2011-03-03T10:00:00Z",
)


def explain(folder, *words):
    done = subprocess.run([running_server.GUERDON, "explain", folder, *words], capture_output=True,
                          text=True, check=False)
    return done.returncode, done.stdout, done.stderr


def sections(text):
    """The fields of each by its title; those of the entry stand first and have none."""
    found, title = {"": {}}, ""
    for line in text.splitlines():
        words = line.split(maxsplit=1)
        if line in ("record", "attributes", "derived", "inputs", "proved"):
            title = line
            found[title] = {}
        elif len(words) == 2:
            found[title].setdefault(words[0], words[1])
    return found


class Prove(unittest.TestCase):
    def setUp(self):
        self.server = RunningServer()
        self.addCleanup(self.server.__exit__)
        with Wire(self.server.port) as wire:
            wire.ask("HELLO 3")
            for event in EVENTS:
                wire.expect_ok(event)
            self.entries = wire.ask("REGISTER anna")["entries"]
            self.told = {entry["id"]: wire.ask("EXPLAIN anna " + entry["id"].replace(".", " "))
                         for entry in self.entries}
        self.assertEqual(self.server.stop(), 0)
        self.assertGreater(len(self.entries), 3)

    def test_each_entry_is_explained_as_the_server_did_and_proved(self):
        for entry in self.entries:
            with self.subTest(entry["id"]):
                status, text, errors = explain(self.server.data, "anna", entry["id"], "--prove")
                self.assertEqual((status, errors), (0, ""))
                found = sections(text)
                for name in ("id", "amount", "kind", "rule", "effective"):
                    self.assertEqual(found[""][name], entry[name])
                told = self.told[entry["id"]]
                for name in ("subject", "before_rounding", "rounding"):
                    self.assertEqual(found["derived"][name], told["derived"][name])
                self.assertIn(told["text"], text)
                self.assertIn("each of the book's " + str(len(self.entries)), text)

    def test_why_a_rule_did_not_pay_is_told_as_the_server_does(self):
        cashback = next(e for e in self.entries if e["rule"] == "cashback")
        status, text, errors = explain(self.server.data, "anna", cashback["lsn"], "--why-not", "cashback")
        self.assertEqual((status, errors), (1, ""))
        self.assertIn("it did pay: " + cashback["amount"], text)
        status, text, errors = explain(self.server.data, "olga", cashback["lsn"], "--why-not", "cashback")
        self.assertEqual((status, errors), (0, ""))
        self.assertIn("account is anna, not olga", text)
        self.assertEqual(explain(self.server.data, "anna", "2", "--why-not", "nothing")[0], 2)

    def test_what_is_not_there(self):
        self.assertEqual(explain(self.server.data, "anna", "999999")[0], 1)
        self.assertEqual(explain(self.server.data, "nobody", self.entries[0]["id"])[0], 1)
        self.assertEqual(explain(self.server.data, "anna", "two")[0], 2)
        self.assertEqual(explain(self.server.data + "/nowhere", "anna", "2")[0], 3)

    def test_an_entry_that_was_tampered_with_is_not_proved(self):
        book = next(path for path in sorted(pathlib.Path(self.server.data, "book").iterdir())
                    if path.stat().st_size > 0)
        data = bytearray(book.read_bytes())
        filled = max(i for i, byte in enumerate(data) if byte)
        data[filled // 2] ^= 1
        book.write_bytes(data)
        status, text, errors = explain(self.server.data, "anna", self.entries[0]["id"], "--prove")
        self.assertEqual((status, text), (1, ""), errors)
        self.assertNotEqual(errors, "")


if __name__ == "__main__":
    running_server.main()
