#!/usr/bin/env python3
"""A log is looked into while an engine writes it: what is being written is never called damage.

    while_written_test.py GUERDON MAKE_LOG
"""
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

GUERDON = MAKE_LOG = None  # set by main
PLAN = pathlib.Path(__file__).resolve().parent.parent / "replay" / "files" / "shop.plan"
TICKS = 4_000  # more than a segment holds


class WhileWritten(unittest.TestCase):
    def setUp(self):
        # Beside the program: what lies in memory alone is written too fast to be seen half.
        self.folder = tempfile.mkdtemp(dir=pathlib.Path(MAKE_LOG).parent)
        self.addCleanup(shutil.rmtree, self.folder)
        self.data = self.folder + "/data"

    def guerdon(self, *words):
        return subprocess.run([GUERDON, "log", *words], capture_output=True, text=True, check=False)

    def test_verify_and_inspect(self):
        seen = set()
        with subprocess.Popen([MAKE_LOG, self.data, str(PLAN), str(TICKS)]) as writer:
            while writer.poll() is None:
                if not os.path.isdir(self.data):
                    continue
                done = self.guerdon("verify", self.data)
                if "there is no log" in done.stderr:
                    continue
                self.assertEqual(done.returncode, 0, done.stderr)
                self.assertIn("ok: ", done.stdout)
                seen.add(done.stdout)
                done = self.guerdon("inspect", self.data, "--records", "--json")
                # While the log has only begun, its plans may not be there yet.
                is_early = "no plans to read" in done.stderr
                self.assertEqual(done.returncode, 3 if is_early else 0, done.stderr)
                lines = [json.loads(line) for line in done.stdout.splitlines()]
                lsns = [line["lsn"] for line in lines if line["line"] == "record"]
                self.assertEqual(lsns, list(range(1, len(lsns) + 1)))
        self.assertEqual(writer.returncode, 0)
        self.assertGreater(len(seen), 2, "it was seen on its way")
        done = self.guerdon("verify", self.data)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertRegex(done.stdout, r"^ok: \d segments, .* LSN 1 to \d+, hash .*stopped in order$")


def main():
    global GUERDON, MAKE_LOG
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    MAKE_LOG = str(pathlib.Path(sys.argv.pop()).resolve())
    GUERDON = str(pathlib.Path(sys.argv.pop()).resolve())
    unittest.main()


if __name__ == "__main__":
    main()
