#!/usr/bin/env python3
"""The end of a connection and the end of the server: what was acknowledged is there afterwards.

    stopping_test.py GUERDON [TEST...]
"""
import signal
import sys
import threading
import unittest

sys.dont_write_bytecode = True
import running_server  # noqa: E402
import sales  # noqa: E402
from running_server import ASSEMBLIES, RunningServer, on_each_assembly, wait_until  # noqa: E402
from wire import Ended, Wire  # noqa: E402

SALES = sales.sales(40_000)
ENOUGH = 2_000  # acknowledgements that come before the server is stopped


class Stream(threading.Thread):
    """Sends sales without end and keeps what was acknowledged, until the connection ends."""

    def __init__(self, port):
        super().__init__()
        self.wire = Wire(port, source=sales.SOURCE)
        self.acknowledged = []
        self.is_reset = False
        self.is_over = False

    def run(self):
        sender = threading.Thread(target=self.send_all)
        sender.start()
        try:
            while len(self.acknowledged) < len(SALES):
                self.acknowledged.append(self.wire.reply())
        except Ended:
            pass
        except ConnectionResetError:
            self.is_reset = True
        self.is_over = True
        sender.join()
        self.wire.close()

    def send_all(self):
        try:
            for at in range(0, len(SALES), 500):
                if self.is_over:
                    return
                self.wire.send(sales.lines(SALES[at:at + 500]))
        except (BrokenPipeError, ConnectionResetError):
            pass


class StoppedWhileAClientStreams(unittest.TestCase):
    def check_stop(self, assembly, stop, status=0):
        """In order, unless the status is another: then every sale that was accepted was
        acknowledged to the client, which has read until a clean end."""
        with RunningServer(*assembly) as server:
            stream = Stream(server.port)
            stream.start()
            wait_until(lambda: len(stream.acknowledged) >= ENOUGH, "acknowledgements come")
            stop(server)
            self.assertEqual(server.ended(), status)
            stream.join()
            self.assertLess(len(stream.acknowledged), len(SALES))  # else nothing was cut off
            server.start()
            lsn = self.check_all_there(server, stream.acknowledged)
            if status == 0:
                self.assertFalse(stream.is_reset)
                self.assertEqual(lsn, 1 + len(stream.acknowledged))

    def check_all_there(self, server, acknowledged):
        """Each as it was acknowledged; what else was taken follows without a gap."""
        before = server.hashes()
        with Wire(server.port, source=sales.SOURCE) as wire:
            wire.send(sales.lines(SALES[:len(acknowledged)]))
            again = wire.replies(len(acknowledged))
        self.assertEqual(again, [reply.replace("OK", "DUP", 1) for reply in acknowledged])
        self.assertEqual(server.hashes(), before)
        self.assertGreaterEqual(before["lsn"], 1 + len(acknowledged))
        sales.check_state(self, server, SALES[:before["lsn"] - 1])
        self.assertEqual(server.stop(), 0)
        return before["lsn"]

    def test_sigterm(self):
        for assembly in ASSEMBLIES:
            with self.subTest(assembly):
                self.check_stop(assembly, lambda server: server.process.terminate())

    def test_sigint(self):
        for assembly in ASSEMBLIES:
            with self.subTest(assembly):
                self.check_stop(assembly, lambda server: server.process.send_signal(signal.SIGINT))

    def test_shutdown(self):
        for assembly in ASSEMBLIES:
            with self.subTest(assembly):
                self.check_stop(assembly, self.shut_down)

    def test_killed(self):
        """No drain, no farewell: the log alone has to have it."""
        self.check_stop((), lambda server: server.process.kill(), -signal.SIGKILL)

    def shut_down(self, server):
        with Wire(server.port) as wire:
            self.assertEqual(wire.ask("SHUTDOWN"), "OK")
            self.assertEqual(wire.rest(), [])


class Ends(unittest.TestCase):
    @on_each_assembly
    def test_quit(self, server):
        """What stands before it is answered, what stands behind it is not even read."""
        with Wire(server.port) as wire:
            wire.send("EVENT purchase a account=anna amount=10 time=2026-03-01T10:00:00Z\n"
                      "HASH\nQUIT\nPING\n"
                      "EVENT purchase b account=anna amount=10 time=2026-03-01T10:00:00Z\n")
            replies = wire.rest()
        self.assertTrue(replies[0].startswith("OK 2 "))
        self.assertEqual(replies[1][4:], ["lsn", 2])
        self.assertEqual(replies[2:], ["OK"])
        self.assertEqual(server.info()["accepted"], "1")

    @on_each_assembly
    def test_shutdown_beside_idle_connections(self, server):
        with Wire(server.port) as idle, Wire(server.port) as wire:
            self.assertEqual(wire.ask("SHUTDOWN"), "OK")
            self.assertEqual(server.ended(), 0)
            self.assertEqual(idle.rest(), [])
        self.assertIn("stopped in order", server.errors())

    def test_one_folder_has_one_server(self):
        with RunningServer() as server:
            with self.assertRaisesRegex(AssertionError, "it does not start"):
                RunningServer(data=server.data)
            self.assertEqual(server.info()["events"], "0")


if __name__ == "__main__":
    running_server.main()
