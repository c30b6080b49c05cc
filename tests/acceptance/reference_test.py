#!/usr/bin/env python3
"""The reference calculator against the worked examples, and the committed figures against it."""
import csv
import json
import pathlib
import sys
import unittest

sys.dont_write_bytecode = True
HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
import reference  # noqa: E402  (found beside this file)

SAMPLE = HERE.parent.parent / "docs" / "examples" / "online-retail-sample.csv.gz"


def load(path):
    return json.loads(path.read_text(encoding="utf-8"))


class WorkedExamples(unittest.TestCase):
    def test_every_example(self):
        folders = sorted(path for path in (HERE / "examples").iterdir() if path.is_dir())
        self.assertEqual({folder.name for folder in folders}, set(reference.KNOWN))
        for folder in folders:
            with self.subTest(folder.name), open(folder / "trace.csv", newline="") as trace:
                events = reference.events_of(csv.DictReader(trace))
                params = {folder.name: load(folder / "params.json")}
                result = reference.calculate(events, params)[folder.name]
                expected = load(folder / "expected.json")
                balances = {name: amount for name, amount in result.balances.items() if amount}
                self.assertEqual(balances, expected["balances"])
                self.assertEqual(dict(result.entries), expected["entries"])

    def test_canonical_dump(self):
        result = reference.Result()
        for account, amount in (("B", 1), ("A", 6000), ("C", 0), ("D", 5), ("D", -5)):
            result.add(account, amount)
        self.assertEqual(result.dump(), b"A\t6000\nB\t1\n")


class Sample(unittest.TestCase):
    def test_the_committed_figures(self):
        params = reference.read_params(HERE / "expected" / "online-retail.json")
        document, _ = reference.report(SAMPLE, params)
        self.assertEqual(document, load(HERE / "expected" / "online-retail-sample.json"))


if __name__ == "__main__":
    unittest.main()
