#!/usr/bin/env python3
"""node-redis (Debian's) as it comes: all requests at once, node_redis_client.js.

    node_redis_test.py GUERDON [TEST...]
"""
import json
import os
import subprocess
import sys
import unittest

sys.dont_write_bytecode = True
import running_server  # noqa: E402
import sales  # noqa: E402
from running_server import RunningServer, on_each_assembly  # noqa: E402


MODULES = "/usr/share/nodejs"  # Debian's, where only Debian's own node looks by itself


def talk(server, requests):
    done = subprocess.run(
        ["node", str(running_server.HERE / "node_redis_client.js"), str(server.port)],
        input=requests, text=True, capture_output=True, timeout=running_server.WAIT_SECONDS,
        env=dict(os.environ, NODE_PATH=MODULES), check=False)
    if done.returncode != 0:
        raise AssertionError(f"exit status {done.returncode}: {done.stderr}")
    return json.loads(done.stdout)


class NodeRedis(unittest.TestCase):
    @on_each_assembly
    def test_many_at_once(self, server):
        """Two connections: what each LSN was given to is the order for the replay."""
        some = [sale for pair in zip(sales.sales(1_500, ("anna", "bo"), "a", seed=1),
                                     sales.sales(1_500, ("cy", "dee"), "b", seed=2))
                for sale in pair]
        requests = "".join(f"{sale.line()} source={sales.SOURCE}\n" for sale in some)
        replies = talk(server, requests)
        lsns = {}
        for reply, sale in zip(replies, some, strict=True):
            self.assertRegex(str(reply), r"^OK \d+ \d+$")
            lsns[int(reply.split()[1])] = sale
        self.assertEqual(sorted(lsns), list(range(2, 2 + len(some))))
        sales.check(self, server, [lsns[lsn] for lsn in sorted(lsns)])

    def test_replies_and_errors(self):
        with RunningServer() as server:
            replies = talk(server, "PING\nNOSUCH\nBALANCE anna\nPING text\nCLIENT GETNAME\n")
            self.assertEqual(replies[0], "PONG")
            self.assertRegex(replies[1]["error"], r"^UNKNOWN word 1: there is no command NOSUCH")
            self.assertEqual(replies[2:], [[], "text", None])


if __name__ == "__main__":
    if not os.path.isdir(f"{MODULES}/redis"):
        running_server.skip("node-redis")
    running_server.main(needs="node")
