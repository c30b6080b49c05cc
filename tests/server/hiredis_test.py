#!/usr/bin/env python3
"""hiredis as it comes: pipelines of a thousand requests from a C program, hiredis_client.c.

    hiredis_test.py GUERDON HIREDIS_CLIENT [TEST...]
"""
import subprocess
import sys
import unittest

sys.dont_write_bytecode = True
import running_server  # noqa: E402
import sales  # noqa: E402
from running_server import RunningServer, on_each_assembly  # noqa: E402

SALES = sales.sales(5_000)
CLIENT = None  # set below


def talk(server, requests):
    done = subprocess.run([CLIENT, str(server.port)], input=requests, text=True,
                          capture_output=True, timeout=running_server.WAIT_SECONDS, check=False)
    if done.returncode != 0:
        raise AssertionError(f"exit status {done.returncode}: {done.stderr}")
    return done.stdout.splitlines()


class Hiredis(unittest.TestCase):
    @on_each_assembly
    def test_pipelines_of_a_thousand(self, server):
        replies = talk(server, f"SOURCE {sales.SOURCE}\n" + sales.lines(SALES))
        self.assertEqual(len(replies), 1 + len(SALES))
        self.assertEqual(replies[0], "status OK")
        for i, reply in enumerate(replies[1:]):
            self.assertRegex(reply, rf"^status OK {i + 2} \d+$")
        sales.check(self, server, SALES)

    def test_every_type_of_reply(self):
        with RunningServer() as server:
            replies = talk(server, "HELLO 2\nPING\nPING text\nCLIENT ID\nBALANCE anna\nNOSUCH\n"
                                   "CLIENT GETNAME\n")
            self.assertEqual(replies[:4], ["array 14", "status PONG", "bulk text", replies[3]])
            self.assertRegex(replies[3], r"^integer \d+$")
            self.assertEqual(replies[4], "array 0")
            self.assertRegex(replies[5], r"^error UNKNOWN word 1: ")
            self.assertEqual(replies[6], "type 4")  # REDIS_REPLY_NIL


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(f"usage: {sys.argv[0]} GUERDON HIREDIS_CLIENT [TEST...]")
    CLIENT = sys.argv.pop(2)
    running_server.main()
