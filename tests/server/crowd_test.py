#!/usr/bin/env python3
"""As many connections as the server takes, idle, and one more; their memory.

    crowd_test.py GUERDON [TEST...]

Where the system allows fewer files than ten thousand connections need, the server says how many it
takes, and the crowd is as large as that.
"""
import contextlib
import re
import resource
import socket
import sys
import unittest

sys.dont_write_bytecode = True
import running_server  # noqa: E402
from running_server import on_each_assembly, wait_until  # noqa: E402
from wire import Ended, Failure, Wire  # noqa: E402

CONNECTIONS_MAX = 10_000
SOURCES = 40  # addresses that they come from: each has ports of its own
FILES_BESIDE = 256  # of this test, beside the crowd
# A connection at rest: its session with the parser in it, slots, and the allocator's share.
IDLE_KIB_MAX = 8
_IP_BIND_ADDRESS_NO_PORT = 24


def allow_files(count):
    """As many as the system gives, up to this many; a root may raise the limit."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard < count:
        try:
            resource.setrlimit(resource.RLIMIT_NOFILE, (count, count))
            return
        except (OSError, ValueError):
            pass
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, min(hard, count)), hard))


def connections_of(server):
    found = re.search(r"at most (\d+) connections", server.errors())
    return int(found[1]) if found else CONNECTIONS_MAX


def join_crowd(port, number):
    one = socket.socket()
    one.settimeout(running_server.WAIT_SECONDS)
    one.setsockopt(socket.IPPROTO_IP, _IP_BIND_ADDRESS_NO_PORT, 1)
    one.bind((f"127.0.0.{2 + number % SOURCES}", 0))
    one.connect(("127.0.0.1", port))
    return one


class Crowd(unittest.TestCase):
    def setUp(self):
        allow_files(CONNECTIONS_MAX + 2 * FILES_BESIDE)

    @on_each_assembly
    def test_ten_thousand_and_one_more(self, server):
        """Whichever loop each of them comes to: the limit is that of all loops together."""
        with contextlib.ExitStack() as stack:
            polite = stack.enter_context(Wire(server.port))
            before = server.memory_kib()
            crowd = [stack.enter_context(join_crowd(server.port, i))
                     for i in range(connections_of(server) - 1)]
            self.each_is_alive(crowd)
            growth = server.memory_kib() - before
            print(f"{len(crowd) + 1} connections, {growth} KiB, "
                  f"{growth * 1024 // len(crowd)} bytes each", flush=True)
            self.assertLess(growth, len(crowd) * IDLE_KIB_MAX)

            self.assertEqual(polite.ask("PING"), "PONG")
            polite.expect_ok("EVENT purchase e account=anna amount=10 time=2026-03-01T10:00:00Z")
            self.refused_politely(server.port)
            crowd.pop().close()
            self.taken_again(server.port)
            self.each_is_alive(crowd)
            self.assertEqual(server.stop(), 0)

    def refused_politely(self, port):
        with Wire(port) as one_more:
            reply = one_more.reply()
            self.assertIsInstance(reply, Failure)
            self.assertEqual(reply.code, "BUSY")
            self.assertIn("try again later", reply)
            self.assertEqual(one_more.rest(), [])

    def taken_again(self, port):
        """Soon: the server has to notice first that the other has gone."""
        def is_taken():
            with Wire(port) as wire:
                try:
                    wire.send("PING\n")
                    return wire.reply() == "PONG"
                except (Ended, ConnectionError):
                    return False
        wait_until(is_taken, "a connection is taken where another has gone")

    def each_is_alive(self, some):
        for one in some:
            one.sendall(b"PING\n")
        for one in some:
            self.assertEqual(one.recv(100), b"+PONG\r\n")


if __name__ == "__main__":
    running_server.main()
