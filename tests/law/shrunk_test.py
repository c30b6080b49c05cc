#!/usr/bin/env python3
"""A planted bug is found by cases at random, made small, and written to files that fail again.

    shrunk_test.py DIFFERENTIAL_CASES      of a build with GUERDON_PLANTED
"""
import pathlib
import subprocess
import sys
import tempfile
import unittest

PROGRAM = sys.argv.pop(1)
# With the lines of plans and of their versions, as a reader sees them at a glance; and the seed to begin at, a
# little before the first that finds it: from 1 on some are found after minutes under a sanitizer.
BUGS = {"kUpToLeavesOutBound": (24, 222), "kLessAdds": (24, 1), "kRatchetFalls": (24, 1), "kCorrectsBehindFrom": (40, 265)}
COMMANDS = {"EVENT", "SOURCE", "TICK", "PUBLISH", "HOLDER", "ORG", "REVERSE", "TARGET", "REOPEN", "CLOSE"}
EVENTS_MAX = 4


def run(*words):
    done = subprocess.run([PROGRAM, *words], capture_output=True, text=True, check=False)
    return done.returncode, done.stdout


class Shrunk(unittest.TestCase):
    def test_files_fail_with_the_bug_and_with_it_alone(self):
        for bug, (lines_max, seed) in BUGS.items():
            with self.subTest(bug), tempfile.TemporaryDirectory() as folder:
                status, text = run("--planted", bug, "--cases", "300000", "--seed", str(seed), "--jobs", "1",
                                   "--shrunk", folder)
                self.assertEqual(status, 1, text)
                case, = pathlib.Path(folder).iterdir()
                plans = "".join(path.read_text() for path in case.glob("*.plan"))
                lines = [line for line in plans.splitlines() if line.strip()]
                self.assertLessEqual(len(lines), lines_max, plans)
                words = [line.split()[0] for line in (case / "events.txt").read_text().splitlines()]
                self.assertLessEqual(set(words), COMMANDS)
                self.assertEqual("PUBLISH" in words, bug == "kCorrectsBehindFrom", words)
                self.assertLessEqual(words.count("EVENT") + words.count("TICK"), EVENTS_MAX, words)
                self.assertEqual(run("--replay", str(case), "--planted", bug)[0], 1)
                status, text = run("--replay", str(case))
                self.assertEqual(status, 0, text)


if __name__ == "__main__":
    unittest.main()
