#!/usr/bin/env python3
"""A disk that refuses, under the real program: it ends at once, and nothing acknowledged is lost.

    failing_disk_test.py GUERDON [TEST...]

Each failure is one system call made to fail by strace: once, and from then on for ever. The
process ends by itself (SIGABRT) and tells nobody anything any more; a start on the same folder
has all that was acknowledged.
"""
import pathlib
import signal
import sys
import tempfile
import time
import unittest

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import purchases
import serving
import tracing

GUERDON = None  # set by main
SETTINGS = ({"shards": 2}, {"shards": 4, "threads": "net=2,shards=2"})
SEAL_SECONDS = 0.2  # after so long without events the log is at rest


class FailingDisk(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.data = pathlib.Path(folder.name) / "data"
        self.acknowledged = {}  # id -> LSN
        self.next = 0

    def start(self, **options):
        server = serving.Server(GUERDON, self.data, **options)
        self.addCleanup(server.__exit__)
        return server

    def connect(self, server):
        connection = serving.Connection(server.port)
        self.addCleanup(connection.close)
        return connection

    def send_until_gone(self, connection, events):
        """One by one; whether the connection was lost."""
        try:
            for _ in range(events):
                event_id = f"e{self.next}"
                self.next += 1
                reply = connection.ask(purchases.line_of(event_id))
                self.assertTrue(reply.startswith("OK "), reply)
                lsn = serving.lsn_of(reply)[1]
                self.acknowledged[event_id] = lsn
        except serving.Gone:
            return True
        return False

    def check_restart(self, **options):
        server = self.start(**options)
        connection = self.connect(server)
        for event_id, lsn in self.acknowledged.items():
            reply = serving.lsn_of(connection.ask(purchases.line_of(event_id)))
            self.assertEqual(reply[:2], ("DUP", lsn), event_id)
        self.assertLessEqual(int(connection.info()["accepted"]), self.next)
        self.assertFalse(self.send_until_gone(connection, 5))
        self.assertEqual(server.stop(), 0)

    def check_end(self, server, tracer):
        """It has aborted by itself, and where what it sends is traced, sent nothing since the call
        that failed. How long that took is told, not judged: a process goes when the device has done
        with its other writes."""
        status = server.wait()
        ended = time.time()
        self.assertEqual(status, -signal.SIGABRT, server.said())
        self.assertIn("Input/output error", server.said())
        calls = tracer.lines()
        failed = next(i for i, (_, call) in enumerate(calls) if "(INJECTED)" in call)
        took = ended - calls[failed][0]
        later = [call for _, call in calls[failed + 1:]]
        sent = [call for call in later if call.startswith(("sendto(", "sendmsg(", "writev("))]
        self.assertEqual(sent, [], "something is sent after a write that failed")
        return took

    def fail_a_call(self, trouble, setting, events=3_000, sends=True):
        server = self.start(**setting)
        connection = self.connect(server)
        self.assertFalse(self.send_until_gone(connection, 20))
        time.sleep(SEAL_SECONDS)
        with tracing.Tracer(server.pid, trouble, sends) as tracer:
            is_gone = self.send_until_gone(connection, events)
            took = self.check_end(server, tracer)
            self.assertTrue(is_gone or events < 3_000)
        print(f"{trouble} with {setting}: ended {took * 1000:.0f} ms after it", flush=True)

    def test_a_frame_that_cannot_be_written(self):
        for setting in SETTINGS:
            for trouble in ("1", "2", "5", "1+", "3+"):
                with self.subTest(when=trouble, **setting):
                    self.fail_a_call(f"pwrite64:error=EIO:when={trouble}", setting)
                    self.check_restart(shards=3)

    # No event waits for it, and the process may not go on all the same.
    def test_a_seal_that_cannot_be_written(self):
        for setting in SETTINGS:
            with self.subTest(**setting):
                self.fail_a_call("pwrite64:error=EIO:when=2", setting, events=1)
                self.check_restart(shards=3)

    # A segment that is made ahead: a device that refuses is no full one. Answers to what is durable
    # may be on their way at that moment.
    def test_a_segment_that_cannot_be_synced(self):
        for setting in SETTINGS:
            for trouble in ("1", "2", "1+"):
                with self.subTest(when=trouble, **setting):
                    self.fail_a_call(f"fsync:error=EIO:when={trouble}", setting, sends=False)
                    self.check_restart(shards=3)

    # Everything is answered by then: the log merely ends without its last seal.
    def test_a_stop_that_cannot_be_sealed_loses_nothing(self):
        for setting in SETTINGS:
            with self.subTest(**setting):
                server = self.start(**setting)
                self.assertFalse(self.send_until_gone(self.connect(server), 20))
                time.sleep(SEAL_SECONDS)
                with tracing.Tracer(server.pid, "pwrite64:error=EIO:when=1+") as tracer:
                    self.assertEqual(server.stop(), 0, server.said())
                    self.assertTrue(any("(INJECTED)" in call for _, call in tracer.lines()))
                self.check_restart(shards=3)

    def test_what_waits_for_the_disk_is_dropped(self):
        for setting in SETTINGS:
            with self.subTest(**setting):
                server = self.start(**setting)
                connection = self.connect(server)
                reader = self.connect(server)
                self.assertFalse(self.send_until_gone(connection, 5))
                time.sleep(SEAL_SECONDS)
                # Every write takes half a second, and the second fails.
                trouble = "pwrite64:delay_enter=500000:error=EIO:when=1"
                with tracing.Tracer(server.pid, trouble):
                    self.next += 1
                    connection.send(purchases.line_of(f"e{self.next - 1}"))
                    time.sleep(0.1)
                    account = purchases.fields_of(f"e{self.next - 1}")["account"]
                    reader.send(f"BALANCE {account}\n{purchases.line_of(f'e{self.next - 1}')}")
                    self.assertEqual(server.wait(), -signal.SIGABRT)
                for each in (connection, reader):
                    self.assertRaises(serving.Gone, each.reply)
                self.check_restart(shards=5)

    def test_a_start_that_cannot_make_its_first_segments_says_so(self):
        for call in ("fsync", "pwrite64", "fdatasync", "renameat2", "openat:when=12+"):
            name, _, when = call.partition(":")
            trouble = f"{name}:error=EIO:{when or 'when=1+'}"
            with self.subTest(trouble):
                try:
                    server = self.start(before=tracing.strace_before(trouble, [self.data]))
                    server.kill()
                except serving.NoStart as refusal:
                    self.assertEqual(refusal.status, 3, refusal)
                    self.assertIn("Input/output error", str(refusal))
                self.check_restart(shards=3)


def main():
    global GUERDON
    GUERDON = serving.program_of_arguments(sys.argv[1:])
    if tracing.why_not():
        print(f"SKIPPED, nothing is tested: {tracing.why_not()}")
        sys.exit(77)
    unittest.main(argv=[sys.argv[0], *sys.argv[2:]])


if __name__ == "__main__":
    main()
