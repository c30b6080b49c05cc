#!/usr/bin/env python3
"""`guerdon replay` against thirteen rule sets: exact balances and entries, for any number of shards.

    acceptance_test.py GUERDON [TEST...]

GUERDON is the program. Each rule set has a plan of its own here, rsNN.plan, or rsNN.TRACE.plan
where its parameters differ by trace; some have a second one in other words, rsNN.WORDS.TRACE.plan.
What is compared: total, entries by kind, accounts and the SHA-256 of the canonical dump (the dump without its unit column) with expected/*.json, and both
hashes across shards and assemblies. All plans loaded together give the sum of their results (that each
program has its own part of it, together_test.cc shows).
The shipped sample is always run; with GUERDON_TRACES=FOLDER the two full traces as well.
"""
import collections
import hashlib
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True
HERE = pathlib.Path(__file__).resolve().parent
SAMPLE = HERE.parent.parent / "docs" / "examples" / "online-retail-sample.csv.gz"
GUERDON = None  # set by main

Variant = collections.namedtuple("Variant", "shards threads batch", defaults=(None, None))
Outcome = collections.namedtuple("Outcome", "report dump")

# Rule sets that are written a second time, and in which words.
OTHER_WORDS = {"RS07": "target", "RS08": "target"}

VARIANTS = (Variant(1), Variant(2), Variant(7), Variant(16),
            Variant(2, threads=2), Variant(16, threads=3, batch=16), Variant(7, batch=1))
# What must be the same whatever the variant.
SAME = ("events", "accepted", "ignored", "duplicates", "refused", "last_lsn", "clock", "entries",
        "notes", "accounts", "balances", "state_hash", "entries_hash", "books")


def command(plans, trace, variant, dump, quotas=None, org=None):
    words = [GUERDON, "replay", "--trace", str(trace), "--until", "next-month", "--json",
             "--dump", dump, "--shards", str(variant.shards), "--plan", *map(str, plans)]
    if quotas:
        words += ["--ref", f"targets={quotas}"]
    if org:
        words += ["--ref", f"org={org}"]
    if variant.threads:
        words += ["--threads", f"shards={variant.threads}"]
    if variant.batch:
        words += ["--batch", str(variant.batch)]
    return words


def read_dump(text):
    """(account, unit) -> minor units, and the order checked."""
    rows = [line.split("\t") for line in text.splitlines()]
    keys = [(account.encode(), unit.encode()) for account, unit, _ in rows]
    if keys != sorted(set(keys)):
        raise AssertionError("the dump is not sorted by bytes, or a line stands twice")
    return {(account, unit): int(amount) for account, unit, amount in rows}


def replay(plans, trace, variant, quotas=None, org=None):
    with tempfile.TemporaryDirectory() as folder:
        dump = os.path.join(folder, "dump.tsv")
        done = subprocess.run(command(plans, trace, variant, dump, quotas, org), capture_output=True, text=True)
        if done.returncode != 0:
            raise AssertionError(f"exit status {done.returncode}\n{done.stderr}")
        text = pathlib.Path(dump).read_bytes().decode("utf-8")
    return Outcome(json.loads(done.stdout), read_dump(text))


def canonical(dump):
    """The dump without its unit column: `name TAB balance LF`."""
    if len({unit for _, unit in dump}) > 1:
        raise AssertionError("a rule set pays in one unit")
    return "".join(f"{account}\t{amount}\n" for (account, _), amount in dump.items()).encode()


def plan_of(rule, trace, words=""):
    rule = f"{rule}.{words}" if words else rule
    for name in (f"{rule.lower()}.{trace}.plan", f"{rule.lower()}.plan"):
        if (HERE / name).is_file():
            return HERE / name
    raise AssertionError(f"no plan for {rule} on {trace}")


class RuleSets(unittest.TestCase):
    def same_in_every_variant(self, plans, trace, quotas=None, org=None):
        """The outcome of the first variant, after all others have given the same."""
        first, *others = [replay(plans, trace, variant, quotas, org) for variant in VARIANTS]
        for variant, other in zip(VARIANTS[1:], others):
            for field in SAME:
                self.assertEqual(other.report[field], first.report[field], f"{variant}: {field}")
            self.assertEqual(other.dump, first.dump, variant)
        self.assertEqual(first.report["books"], "balanced")
        return first

    def expect(self, outcome, expected):
        self.assertEqual(
            {
                "total": sum(outcome.dump.values()),
                "entries": sum(outcome.report["entries"].values()),
                "entries_by_kind": outcome.report["entries"],
                "accounts_nonzero": len(outcome.dump),
                "balances_sha256": hashlib.sha256(canonical(outcome.dump)).hexdigest(),
            },
            {name: value for name, value in expected.items() if name != "params"})

    def check_trace(self, path, family, expected_name):
        """Every rule set alone, then all of them together."""
        expected = json.loads((HERE / "expected" / f"{expected_name}.json").read_text("utf-8"))
        plans = {rule: plan_of(rule, family) for rule in expected["rules"]}
        dumps, entries = collections.Counter(), collections.Counter()
        for rule, plan in plans.items():
            with self.subTest(rule):
                outcome = self.same_in_every_variant([plan], path)
                self.assertEqual(outcome.report["events"], expected["events"])
                self.assertEqual(outcome.report["refused"], {})
                self.expect(outcome, expected["rules"][rule])
                dumps.update(outcome.dump)
                entries.update(outcome.report["entries"])
        for rule, words in OTHER_WORDS.items():
            with self.subTest(rule, words=words):
                outcome = self.same_in_every_variant([plan_of(rule, family, words)], path)
                self.expect(outcome, expected["rules"][rule])
        with self.subTest("all together"):
            # No product is returned in the other trace.
            self.assertEqual(len(plans), 12 if family == "adventureworks" else 13)
            outcome = self.same_in_every_variant(plans.values(), path)
            self.assertEqual(outcome.report["entries"], dict(entries))
            self.assertEqual(outcome.dump, dict(dumps))

    def test_the_shipped_sample(self):
        self.check_trace(SAMPLE, "online-retail", "online-retail-sample")

    def full_trace(self, name):
        folder = os.environ.get("GUERDON_TRACES")
        if not folder:
            self.skipTest("GUERDON_TRACES does not name the folder of the full traces")
        self.check_trace(pathlib.Path(folder) / f"{name}.csv.gz", name, name)

    def test_online_retail(self):
        self.full_trace("online-retail")

    def test_adventureworks(self):
        self.full_trace("adventureworks")


class Quotas(RuleSets):
    """RS14: as RS08, for agents, each with a goal of its own for a month, from a file."""
    test_the_shipped_sample = test_online_retail = None

    def test_the_worked_example(self):
        folder = HERE / "quotas"
        expected = json.loads((folder / "example.json").read_text("utf-8"))
        outcome = self.same_in_every_variant([folder / "example.plan"], folder / "example.csv",
                                             folder / "example.quotas.csv")
        balances = {name: amount for (name, _), amount in outcome.dump.items()}
        self.assertEqual(balances, expected["balances"])
        self.assertEqual(outcome.report["entries"], expected["entries"])

    def test_adventureworks(self):
        traces = os.environ.get("GUERDON_TRACES")
        if not traces:
            self.skipTest("GUERDON_TRACES does not name the folder of the full traces")
        expected = json.loads((HERE / "quotas" / "adventureworks.json").read_text("utf-8"))
        quotas = pathlib.Path(traces) / "adventureworks-quotas.csv"
        outcome = self.same_in_every_variant(
            [HERE / "quotas" / "rs14.adventureworks.plan"], pathlib.Path(traces) / "adventureworks.csv.gz", quotas)
        goals = len(quotas.read_text("utf-8").splitlines()) - 1  # each is a command, which counts, too
        self.assertEqual(outcome.report["events"], expected["events"] + goals)
        self.expect(outcome, expected["rules"]["RS14"])


class Org(RuleSets):
    """RS12: the agent's direct manager, found in the tree from a file, gets a share of each sale."""
    test_the_shipped_sample = test_online_retail = None

    def test_the_worked_example(self):
        folder = HERE / "org"
        expected = json.loads((folder / "example.json").read_text("utf-8"))
        outcome = self.same_in_every_variant([folder / "example.plan"], folder / "example.csv",
                                             org=folder / "example.agents.csv")
        balances = {name: amount for (name, _), amount in outcome.dump.items()}
        self.assertEqual(balances, expected["balances"])
        self.assertEqual(outcome.report["entries"], expected["entries"])

    def test_adventureworks(self):
        traces = os.environ.get("GUERDON_TRACES")
        if not traces:
            self.skipTest("GUERDON_TRACES does not name the folder of the full traces")
        expected = json.loads((HERE / "org" / "adventureworks.json").read_text("utf-8"))
        agents = pathlib.Path(traces) / "adventureworks-agents.csv"
        outcome = self.same_in_every_variant(
            [HERE / "org" / "rs12.adventureworks.plan"], pathlib.Path(traces) / "adventureworks.csv.gz",
            org=agents)
        edges = len(agents.read_text("utf-8").splitlines()) - 1  # each is a command, which counts, too
        self.assertEqual(outcome.report["events"], expected["events"] + edges)
        self.expect(outcome, expected["rules"]["RS12"])

    def test_adventureworks_with_all_others(self):
        """All fourteen at once, customers and agents: the entries are the sum of those that were given."""
        traces = os.environ.get("GUERDON_TRACES")
        if not traces:
            self.skipTest("GUERDON_TRACES does not name the folder of the full traces")
        folder = pathlib.Path(traces)
        expected = [json.loads((HERE / part / "adventureworks.json").read_text("utf-8"))["rules"]
                    for part in ("expected", "org", "quotas")]
        plans = [plan_of(rule, "adventureworks") for rule in expected[0]]
        # No product is returned in this trace, so nothing is expected of the rule set of returns.
        self.assertNotIn("RS06", expected[0])
        plans += [HERE / "org" / "rs12.adventureworks.plan", HERE / "quotas" / "rs14.adventureworks.plan"]
        self.assertEqual(len(plans), 14)
        outcome = self.same_in_every_variant(plans, folder / "adventureworks.csv.gz",
                                             folder / "adventureworks-quotas.csv", folder / "adventureworks-agents.csv")
        entries, total = collections.Counter(), 0
        for rule in (rule for part in expected for rule in part.values()):
            entries.update(rule["entries_by_kind"])
            total += rule["total"]
        self.assertEqual(outcome.report["entries"], dict(entries))
        self.assertEqual(sum(outcome.dump.values()), total)


class WorkedExamples(unittest.TestCase):
    def test_every_example(self):
        folders = sorted(path for path in (HERE / "examples").iterdir() if path.is_dir())
        self.assertEqual(len(folders), 13)
        for folder in folders:
            expected = json.loads((folder / "expected.json").read_text("utf-8"))
            for variant in VARIANTS:
                with self.subTest(folder.name, variant=variant):
                    outcome = replay([folder / "example.plan"], folder / "trace.csv", variant)
                    balances = {name: amount for (name, _), amount in outcome.dump.items()}
                    self.assertEqual(balances, expected["balances"])
                    self.assertEqual(outcome.report["entries"], expected["entries"])


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    GUERDON = str(pathlib.Path(sys.argv.pop(1)).resolve())
    unittest.main()
