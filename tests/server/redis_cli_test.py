#!/usr/bin/env python3
"""redis-cli as it comes: lines from a pipe, its --pipe mode, and a person at a terminal.

    redis_cli_test.py GUERDON [TEST...]
"""
import fcntl
import os
import pty
import re
import select
import struct
import subprocess
import sys
import termios
import unittest

sys.dont_write_bytecode = True
import running_server  # noqa: E402
import sales  # noqa: E402
from running_server import RunningServer  # noqa: E402

SALES = sales.sales(300)


def redis_cli(port, *options, text=""):
    """What it prints; with --pipe and errors its status is 1."""
    done = subprocess.run(["redis-cli", "-p", str(port), *options], input=text, text=True,
                          capture_output=True, timeout=running_server.WAIT_SECONDS, check=False)
    return done.stdout


class Pipes(unittest.TestCase):
    def test_lines_from_a_pipe(self):
        with RunningServer() as server:
            text = redis_cli(server.port, text=f"SOURCE {sales.SOURCE}\n" + sales.lines(SALES))
            answers = text.splitlines()
            self.assertEqual(answers[0], "OK")
            self.assertEqual(len(answers), 1 + len(SALES))
            for i, answer in enumerate(answers[1:]):
                self.assertRegex(answer, rf"^OK {i + 2} \d+$")
            sales.check(self, server, SALES)

    def test_pipe_mode(self):
        """As it counts them itself; it ends when its ECHO has come back."""
        requests = f"SOURCE {sales.SOURCE}\n" + sales.lines(SALES) + sales.lines(SALES[:7])
        with RunningServer() as server:
            text = redis_cli(server.port, "--pipe", text=requests)
            self.assertIn(f"errors: 0, replies: {1 + len(SALES) + 7}\n", text)
            self.assertEqual(server.info()["duplicates"], "7")
            sales.check(self, server, SALES)

    def test_pipe_mode_counts_errors(self):
        with RunningServer() as server:
            text = redis_cli(server.port, "--pipe", text=sales.lines(SALES) + "NOSUCH\n"
                             "EVENT purchase x amount=1.000\n")
            self.assertIn(f"errors: 2, replies: {len(SALES) + 2}\n", text)

    def test_one_request_as_arguments(self):
        with RunningServer() as server:
            self.assertEqual(redis_cli(server.port, "PING"), "PONG\n")
            said = redis_cli(server.port, "EVENT", "purchase", "a 1", "account=Jane Doe",
                             "amount=10", "time=2026-03-01T10:00:00Z")
            self.assertRegex(said, r"^OK 2 \d+\n$")
            self.assertEqual(redis_cli(server.port, "BALANCE", "Jane Doe"), "cashback\nGBP\n0.50\n")

    def test_resp3(self):
        """What is a map comes as one."""
        with RunningServer() as server:
            said = redis_cli(server.port, "-3", "--no-raw", "HASH")
            self.assertRegex(said, r'^1# "state_hash" => "[0-9a-f]{32}"\n2# "entries_hash" => '
                                   r'"[0-9a-f]{32}"\n3# "lsn" => \(integer\) 1\n$')

    def test_batch(self):
        """Its words are an array: the lines are one of them, read from standard input with -x."""
        with RunningServer() as server:
            redis_cli(server.port, "-x", "BATCH", text=sales.lines(SALES))
            self.assertEqual(server.info()["accepted"], str(len(SALES)))


class Terminal(unittest.TestCase):
    """redis-cli at a pseudo-terminal: what is typed, and what a person then sees."""

    def setUp(self):
        self.server = RunningServer()
        self.addCleanup(self.server.__exit__)
        pid, self.screen = pty.fork()
        if pid == 0:
            size = struct.pack("HHHH", 40, 200, 0, 0)  # else it asks the terminal how wide it is
            fcntl.ioctl(0, termios.TIOCSWINSZ, size)
            environment = dict(os.environ, TERM="xterm", REDISCLI_HISTFILE="/dev/null")
            os.execvpe("redis-cli", ["redis-cli", "-p", str(self.server.port)], environment)
        self.addCleanup(os.waitpid, pid, 0)
        self.addCleanup(os.close, self.screen)
        self.unseen = ""

    def see(self, pattern):
        """Returns once what matches has come, behind what was seen before."""
        while not (found := re.search(pattern, self.unseen)):
            ready, _, _ = select.select([self.screen], [], [], running_server.WAIT_SECONDS)
            if not ready:
                self.fail(f"{pattern!r} does not come, but {self.unseen!r}")
            self.unseen += os.read(self.screen, 4096).decode()
        self.unseen = self.unseen[found.end():]

    def type(self, line, pattern):
        """At its prompt: what is typed while it prints an answer is thrown away."""
        self.see(rf"127\.0\.0\.1:{self.server.port}> ")
        os.write(self.screen, line.encode() + b"\r")
        self.see(pattern)

    def test_a_person_types(self):
        self.type("PING", r"PONG\r\n")
        self.type("EVENT purchase a1 account=anna amount=125.50 time=2026-03-01T10:00:00Z",
                  r"\r\nOK 2 \d\r\n")
        self.type("EVENT purchase a1 account=anna amount=125.50 time=2026-03-01T10:00:00Z",
                  r"\r\nDUP 2 \d\r\n")
        self.type("BALANCE anna",
                  r'1\) 1\) "cashback"\r\n +2\) "GBP"\r\n +3\) "6.27"\r\n')
        self.type("BALANCE", r"\(error\) SYNTAX word 2: a word is missing; "
                             r"write BALANCE account \[FULL \| in=UNIT\] \[program=P\]\r\n")
        self.type("INFO", r"# server\r+\nversion:")
        self.see(r"accepted:1\r+\nduplicates:1\r+\n")
        self.type("HELLO 3", r'"proto" => \(integer\) 3\r\n')
        self.see(rf"127\.0\.0\.1:{self.server.port}> ")
        os.write(self.screen, b"QUIT\r")  # it ends by itself


if __name__ == "__main__":
    running_server.main(needs="redis-cli")
