#!/usr/bin/env python3
"""The examples of the pages hold: each is run through `guerdon`.

    docs_test.py GUERDON

Code blocks of README.md and docs/*.md whose info string begins so are run, in their order:
    plan                    a whole plan: plan check has nothing to say, plan fmt changes nothing
    plan continued          the last whole plan with this below it, likewise
    plan [continued] E012   is refused with just this code; W033: passes with this warning
    trace                   replayed under the plan above it
    balances                what came out of it: account, unit, minor units
Links to files of the repository lead somewhere.
Each plan of docs/templates and docs/written-from-the-page is canonical, warned of only what its
comments name, and replayed with the trace beside it; its page names it.
"""
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[3]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
GUERDON = None  # set by main

_BLOCK = re.compile(r"^```([^\n`]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_CODE = re.compile(r"\b([EW]\d{3}):")
_LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")


def blocks(page):
    """(line, words of the info string, text) of each block."""
    text = page.read_text("utf-8")
    return [(text.count("\n", 0, match.start()) + 1, match[1].split(), match[2])
            for match in _BLOCK.finditer(text)]


def guerdon(*arguments, given=""):
    return subprocess.run([GUERDON, *arguments], input=given.encode(), capture_output=True,
                          check=False)


class Page:
    """What the blocks of one page build on each other."""

    def __init__(self):
        self.whole = ""
        self.plan = ""
        self.dump = None

    def take(self, words, text):
        """What is wrong with this block; nothing is ''."""
        if words[:1] == ["plan"]:
            return self.take_plan(words[1:], text)
        if words == ["trace"]:
            return self.take_trace(text)
        if words == ["balances"]:
            return self.take_balances(text)
        return ""

    def take_plan(self, words, text):
        continued = "continued" in words
        expected = [word for word in words if word != "continued"]
        self.plan = self.whole + "\n" + text if continued else text
        if not continued:
            self.whole = text
        checked = guerdon("plan", "check", "-", given=self.plan)
        said = checked.stderr.decode()
        if _CODE.findall(said) != expected:
            return f"expected {expected}, got:\n{said}"
        if checked.returncode != any(code.startswith("E") for code in expected):
            return f"plan check ended with {checked.returncode}"
        if not expected:
            formatted = guerdon("plan", "fmt", "-", given=self.plan).stdout.decode()
            if formatted != self.plan:
                return f"plan fmt writes it so:\n{formatted}"
        return ""

    def take_trace(self, text):
        with tempfile.TemporaryDirectory() as folder:
            plan, dump = pathlib.Path(folder, "the.plan"), pathlib.Path(folder, "dump.tsv")
            plan.write_text(self.plan, "utf-8")
            done = guerdon("replay", "--plan", str(plan), "--trace", "-", "--dump", str(dump),
                           given=text)
            if done.returncode != 0 or b"INVALID" in done.stderr or b"SYNTAX" in done.stderr:
                return done.stderr.decode()
            self.dump = [line.split("\t") for line in dump.read_text("utf-8").splitlines()]
        return ""

    def take_balances(self, text):
        shown = [line.split() for line in text.splitlines()]
        return "" if shown == self.dump else f"the replay gives {self.dump}"


class Documents(unittest.TestCase):
    maxDiff = None

    def test_every_block(self):
        run = 0
        for path in PAGES:
            page = Page()
            for line, words, text in blocks(path):
                run += words[:1] in (["plan"], ["trace"], ["balances"])
                with self.subTest(f"{path.relative_to(ROOT)}:{line}"):
                    self.assertEqual(page.take(words, text), "")
        self.assertGreater(run, 25)

    def test_every_template(self):
        self.try_folder(ROOT / "docs" / "templates", at_least=6)

    def test_every_plan_written_from_the_page(self):
        self.try_folder(ROOT / "docs" / "written-from-the-page", at_least=3)

    def try_folder(self, folder, at_least):
        page = (folder / "README.md").read_text("utf-8")
        plans = sorted(folder.glob("*.plan"))
        self.assertGreaterEqual(len(plans), at_least)
        for plan in plans:
            with self.subTest(plan.name):
                self.assertIn(f"({plan.name})", page)
                self.try_plan(plan)

    def try_plan(self, plan):
        text = plan.read_text("utf-8")
        said = guerdon("plan", "check", str(plan))
        self.assertEqual(said.returncode, 0, said.stderr.decode())
        self.assertEqual(_CODE.findall(said.stderr.decode()), re.findall(r"\((W\d{3})\)", text))
        formatted = guerdon("plan", "fmt", str(plan)).stdout.decode()
        self.assertEqual(formatted, text)
        self.assertEqual(guerdon("plan", "explain", str(plan)).returncode, 0)
        tried = Page()
        tried.plan = text
        trace = plan.with_suffix(".csv").read_text("utf-8")
        self.assertEqual(tried.take_trace(trace), "")
        balances = plan.with_suffix(".balances").read_text("utf-8")
        self.assertEqual(tried.take_balances(balances), "")

    def test_every_link(self):
        for path in PAGES:
            for link in _LINK.findall(path.read_text("utf-8")):
                if "://" in link:
                    continue
                with self.subTest(f"{path.relative_to(ROOT)}: {link}"):
                    self.assertTrue((path.parent / link).exists())


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    GUERDON = str(pathlib.Path(sys.argv.pop(1)).resolve())
    unittest.main()
