#!/usr/bin/env python3
"""Peers that do not read: the server's memory stays bounded, others are served, nothing is lost.

    never_reading_test.py GUERDON [TEST...]
"""
import select
import sys
import unittest

sys.dont_write_bytecode = True
import running_server  # noqa: E402
import sales  # noqa: E402
from running_server import RunningServer, on_each_assembly  # noqa: E402
from wire import Wire, array  # noqa: E402

# Replies that one connection does not take (1 MiB), those of a round behind it, and what the
# allocator keeps: far below what is asked for, which is CHATTER replies of 8 KiB and more.
GROWTH_KIB_MAX = 48 * 1024
CHATTER = 8_000
PING = b"PING " + b"x" * 8_000 + b"\n"


class Stalled:
    """A peer that sends until the server takes no more, and reads nothing."""

    def __init__(self, port, requests):
        self.wire = Wire(port, receive_buffer=1 << 16)
        self.wire.socket.setblocking(False)
        self._left = memoryview(requests)
        self.sent = 0

    def send_until_stalled(self, polite):
        """`polite` is answered all the time; REQUIRES: there is more to send than is taken."""
        refusals = 0
        while refusals < 30:
            taken = self._send_some()
            refusals = 0 if taken else refusals + 1
            running_server.info_of(polite)  # a whole round through every stage
            if not taken:
                select.select([], [self.wire.socket], [], 0.01)
        return self.sent

    def _send_some(self):
        try:
            taken = self.wire.socket.send(self._left[:1 << 16])
        except BlockingIOError:
            return 0
        if taken == len(self._left):
            raise AssertionError("the server took all of it: nothing holds the peer back")
        self._left = self._left[taken:]
        self.sent += taken
        return taken

    def read_again(self):
        self.wire.socket.settimeout(running_server.WAIT_SECONDS)
        self.wire.end_output()
        return self.wire.rest()


def wrong_batch(lines):
    return array("BATCH", "x\n" * lines)


class NeverReading(unittest.TestCase):
    def check_bounded(self, server, requests):
        """The stalled peer, and how many bytes of its requests were sent."""
        before = server.memory_kib()
        stalled = Stalled(server.port, requests)
        self.addCleanup(stalled.wire.close)
        with Wire(server.port) as polite:
            sent = stalled.send_until_stalled(polite)
            self.assertEqual(polite.ask("PING"), "PONG")
            growth = server.memory_kib("VmHWM") - before
        print(f"{sent} bytes taken of {len(requests)}; memory grew by {growth} KiB", flush=True)
        self.assertLess(growth, GROWTH_KIB_MAX)
        return stalled, sent

    @on_each_assembly
    def test_events_between_long_replies(self, server):
        some = sales.sales(CHATTER)
        requests = [sale.line().encode() + f" source={sales.SOURCE}\n".encode()
                    for sale in some]
        stalled, sent = self.check_bounded(
            server, b"".join(request + PING for request in requests))
        taken = sent_whole(requests, sent)
        replies = [reply for reply in stalled.read_again() if reply.startswith("OK ")]
        # What was sent whole was taken, once, in order; half a request was not.
        self.assertEqual([int(reply.split()[1]) for reply in replies],
                         list(range(2, 2 + taken)))
        sales.check(self, server, some[:taken])

    @on_each_assembly
    def test_batches_of_wrong_lines(self, server):
        """A request of 8 KiB gets a reply of some 400."""
        stalled, _ = self.check_bounded(server, wrong_batch(4_000) * 800)
        stalled.wire.socket.settimeout(running_server.WAIT_SECONDS)
        for reply in stalled.wire.replies(20):
            self.assertEqual(len(reply[-1]), 4_000)
        self.assertEqual(server.info()["accepted"], "0")
        self.assertEqual(server.stop(), 0)  # it does not wait for ever for who does not read

    def test_a_peer_that_never_comes_back(self):
        """It is reset while replies wait: the others do not notice, and its events stand."""
        some = sales.sales(CHATTER)
        requests = [sale.line().encode() + b"\n" for sale in some]
        with RunningServer() as server:
            stalled, _ = self.check_bounded(server, b"".join(line + PING for line in requests))
            stalled.wire.reset()
            accepted = int(server.info()["accepted"])
            with Wire(server.port) as again:
                again.send(b"".join(requests))
                words = [reply.split()[0] for reply in again.replies(len(some))]
            taken = words.count("DUP")
            self.assertGreaterEqual(taken, accepted)
            self.assertEqual(words, ["DUP"] * taken + ["OK"] * (len(some) - taken))

    def test_a_slow_reader(self):
        """It takes a few bytes at a time and gets every reply, whole."""
        with RunningServer() as server, Wire(server.port, receive_buffer=1 << 15) as slow:
            slow.send(wrong_batch(2_000) * 15 + b"PING last\n")
            taken, end = bytearray(), b"$4\r\nlast\r\n"
            while not taken.endswith(end):
                taken += slow.socket.recv(997)
            self.assertEqual(taken.count(b"2000 SYNTAX word 1: a batch has events"), 15)


def sent_whole(requests, sent):
    """How many of the requests, a PING behind each, were sent to their end."""
    count = 0
    for request in requests:
        sent -= len(request)
        if sent < 0:
            return count
        count += 1
        sent -= len(PING)
    return count


if __name__ == "__main__":
    running_server.main()
