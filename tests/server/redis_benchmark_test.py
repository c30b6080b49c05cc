#!/usr/bin/env python3
"""redis-benchmark as it comes, with events for its command.

    redis_benchmark_test.py GUERDON [TEST...]
"""
import subprocess
import sys
import unittest

sys.dont_write_bytecode = True
import running_server  # noqa: E402
from running_server import on_each_assembly  # noqa: E402

REQUESTS = 20_000
IDS = 5_000  # drawn by the benchmark: most come several times
EVENT = ("EVENT", "purchase", "e__rand_int__", "account=anna", "amount=1.00",
         "time=2026-03-01T10:00:00Z")


class Benchmark(unittest.TestCase):
    def run_benchmark(self, server, *command):
        done = subprocess.run(
            ["redis-benchmark", "-p", str(server.port), "-n", str(REQUESTS), "-c", "50", "-P", "16",
             "-r", str(IDS), "--csv", *command],
            capture_output=True, text=True, timeout=running_server.WAIT_SECONDS, check=True)
        self.assertNotIn("rror", done.stdout + done.stderr)
        return done.stdout

    @on_each_assembly
    def test_fifty_connections_sixteen_deep(self, server):
        self.assertIn("EVENT purchase", self.run_benchmark(server, *EVENT))
        info = server.info()
        # It may send some more than it was asked for, as its last pipelines are full.
        sent = int(info["accepted"]) + int(info["duplicates"])
        self.assertLessEqual(REQUESTS, sent)
        self.assertLess(sent, REQUESTS + 50 * 16)
        self.assertLessEqual(int(info["accepted"]), IDS)
        with running_server.Wire(server.port) as wire:
            pennies = int(info["accepted"]) * 5  # 5 % of 1.00 each
            self.assertIn(["cashback", "GBP", f"{pennies // 100}.{pennies % 100:02}"],
                          wire.ask("BALANCE anna"))


if __name__ == "__main__":
    running_server.main(needs="redis-benchmark")
