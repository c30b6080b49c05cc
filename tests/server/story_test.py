#!/usr/bin/env python3
"""The customer's story of the README, told to a server by `guerdon cli`, answers what the README shows.

    story_test.py GUERDON [TEST...]
    story_test.py GUERDON --update     write what it answers into the README, for review

In the block ```story, what stands behind `guerdon> ` is typed and what follows is the answer.
"""
import pathlib
import re
import shlex
import subprocess
import sys
import unittest

sys.dont_write_bytecode = True
import running_server  # noqa: E402
from running_server import RunningServer  # noqa: E402

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
README = ROOT / "README.md"
PLAN = ROOT / "docs" / "examples" / "points.plan"
BLOCK = re.compile(r"(?<=^```story\n).*?(?=^```$)", re.M | re.S)
PROMPT = "guerdon> "


def answer(port, request):
    done = subprocess.run([running_server.GUERDON, "cli", "--connect", f"127.0.0.1:{port}", *shlex.split(request)],
                          capture_output=True, text=True, check=False, timeout=running_server.WAIT_SECONDS)
    if done.returncode not in (0, 1):
        raise AssertionError(f"{request}: {done.stderr}")
    return "".join(line.rstrip() + "\n" for line in done.stdout.splitlines())


def told(story):
    """The same requests with what a new server answers."""
    requests = [line for line in story.splitlines() if line.startswith(PROMPT)]
    with RunningServer("--keys", "10000", plan=PLAN) as server:
        return "".join(f"{line}\n{answer(server.port, line.removeprefix(PROMPT))}" for line in requests)


class Story(unittest.TestCase):
    maxDiff = None

    def test_the_readme_shows_what_is_answered(self):
        found = BLOCK.search(README.read_text(encoding="utf-8"))
        self.assertGreater(found[0].count(PROMPT), 10, "the README tells no story")
        self.assertEqual(told(found[0]), found[0])


def update():
    running_server.GUERDON = sys.argv[1]
    text = README.read_text(encoding="utf-8")
    README.write_text(BLOCK.sub(lambda found: told(found[0]), text), encoding="utf-8")


if __name__ == "__main__":
    if "--update" in sys.argv:
        update()
    else:
        running_server.main()
