#!/usr/bin/env python3
"""What `guerdon` prints and how it ends, against golden files.

    golden_test.py GUERDON              run every case
    golden_test.py GUERDON --update     write what comes out into the cases, for review with git

A case is cases/NAME.case: a comment, then for each command a line `$ COMMAND`, run by sh in files/
with `guerdon` on PATH and $OUT an empty folder; then its exit status, standard output and standard
error. What differs from run to run (times, rates, bytes of memory) is replaced by #.
"""
import os
import pathlib
import pty
import re
import subprocess
import sys
import tempfile
import unittest

HERE = pathlib.Path(__file__).resolve().parent
CASES = sorted((HERE / "cases").glob("*.case"))
GUERDON = None  # set by main

VARYING = (
    (re.compile(r'("(?:seconds|events_per_second|state_bytes|key_bytes|peak_rss_bytes)": )[\d.e+-]+'),
     r"\1#"),
    (re.compile(r" in [\d,.]+ s, [\d,]+ a second"), " in # s, # a second"),
    (re.compile(r"[\d,.]+ [KM]iB"), "# bytes"),
    (re.compile(r"\b(hash|log) [\da-f]{16,64}\b"), r"\1 #"),
    (re.compile(r"\bmade 20[\dT:.-]+Z"), "made #"),
    (re.compile(r'("(?:log|hash|previous|created_at)":)"[^"]+"'), r'\1"#"'),
    (re.compile(r"^guerdon \d+\.\d+\.\d+$", re.MULTILINE), "guerdon #"),
)


def settled(text, out):
    for pattern, instead in VARYING:
        text = pattern.sub(instead, text)
    return text.replace(out, "$OUT")


def section(name, text):
    if not text:
        return ""
    end = "" if text.endswith("\n") else "\n(no line end)\n"
    return f"--- {name}\n{text}{end}"


def run(command, out):
    environment = {**os.environ, "OUT": out, "LC_ALL": "C.UTF-8",
                   "PATH": f"{pathlib.Path(GUERDON).parent}:{os.environ['PATH']}"}
    done = subprocess.run(["sh", "-c", command], cwd=HERE / "files", env=environment,
                          stdin=subprocess.DEVNULL, capture_output=True, check=False)
    return (f"$ {command}\nstatus {done.returncode}\n"
            + section("standard output", settled(done.stdout.decode("utf-8"), out))
            + section("standard error", settled(done.stderr.decode("utf-8"), out)))


def actual(text):
    comment = "".join(line + "\n" for line in text.splitlines() if line.startswith("#"))
    commands = [line[2:] for line in text.splitlines() if line.startswith("$ ")]
    with tempfile.TemporaryDirectory() as out:
        return comment + "".join("\n" + run(command, out) for command in commands)


class Golden(unittest.TestCase):
    maxDiff = None

    def test_every_case(self):
        self.assertGreater(len(CASES), 20)
        for case in CASES:
            with self.subTest(case.stem):
                text = case.read_text("utf-8")
                self.assertIn("\n$ ", text, "a case without a command")
                self.assertEqual(actual(text), text)


class Terminal(unittest.TestCase):
    """The progress bar and colours are for people: a terminal is there."""

    def test_a_bar_that_leaves_nothing_behind(self):
        ours, theirs = pty.openpty()
        with subprocess.Popen(
                [GUERDON, "replay", "--plan", "shop.plan", "--trace", "shop.csv", "--json"],
                cwd=HERE / "files", stdout=subprocess.PIPE, stderr=theirs) as run:
            report = run.stdout.read()
        os.close(theirs)
        shown = os.read(ours, 65536).decode("utf-8")
        os.close(ours)
        self.assertEqual(run.returncode, 0)
        self.assertRegex(shown, r"\r\x1b\[K\[=+\] 100 %  8 events, \d+ a second\r\x1b\[K")
        self.assertTrue(shown.endswith("declares: survey (1)\r\n"), shown)
        self.assertNotIn(b"\x1b", report)

    def simulated(self, **environment):
        ours, theirs = pty.openpty()
        with subprocess.Popen(
                [GUERDON, "plan", "simulate", "--plan", "shop_flat.plan", "--against", "shop.plan",
                 "--trace", "shop.csv"], cwd=HERE / "files", stdout=theirs,
                stderr=subprocess.DEVNULL, env={**os.environ, "TERM": "xterm", **environment}) as run:
            run.wait()
        os.close(theirs)
        shown = os.read(ours, 65536).decode("utf-8")
        os.close(ours)
        self.assertEqual(run.returncode, 0)
        return shown

    def test_what_a_plan_would_have_paid_is_in_colour(self):
        shown = self.simulated(NO_COLOR="")
        self.assertIn("\x1b[1mProgramme shop, in GBP\x1b[0m", shown)
        self.assertIn("\x1b[31m-20.25\x1b[0m", shown)  # only what is less is red
        self.assertNotIn("\x1b[31m2", shown)
        plain = re.sub(r"\x1b\[\d+m", "", shown)
        self.assertEqual(self.simulated(NO_COLOR="1"), plain)  # colours take no width


def main():
    global GUERDON
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    GUERDON = str(pathlib.Path(sys.argv.pop(1)).resolve())
    if sys.argv[1:] != ["--update"]:
        unittest.main()
    for case in CASES:
        text = case.read_text("utf-8")
        case.write_text(actual(text), "utf-8")


if __name__ == "__main__":
    main()
