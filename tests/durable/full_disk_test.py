#!/usr/bin/env python3
"""A disk that is full, for a while: new events are refused, all else goes on, and then they too.

    full_disk_test.py GUERDON [TEST...]

The disk is a tmpfs of its own; mounting it needs root, without which nothing is tested.
"""
import pathlib
import subprocess
import sys
import tempfile
import time
import unittest

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import purchases
import serving

GUERDON = None  # set by main
MIB = 1 << 20
DISK_MIB = 80  # what threads may have under way takes seven segments of 4 MiB
BALLAST_MIB = 36
RESUME_SECONDS = 10  # it looks once a second
SETTINGS = ({"shards": 2}, {"shards": 4, "threads": "net=2,shards=2"})


def mount(folder):
    return subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={DISK_MIB}m", "none", str(folder)],
                          capture_output=True, text=True)


def unmount(folder):
    subprocess.run(["umount", "-l", str(folder)], check=True)


def why_not():
    with tempfile.TemporaryDirectory() as folder:
        done = mount(folder)
        if done.returncode != 0:
            return f"no tmpfs can be mounted: {done.stderr.strip()}"
        unmount(folder)
        return ""


class FullDisk(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.disk = pathlib.Path(folder.name)
        self.assertEqual(mount(self.disk).returncode, 0)
        self.addCleanup(unmount, self.disk)
        self.ballast = self.disk / "ballast"
        self.ballast.write_bytes(b"b" * (BALLAST_MIB * MIB))
        self.lsns = {}
        self.next = 0

    def start(self, **options):
        server = serving.Server(GUERDON, self.disk / "data", **options)
        self.addCleanup(server.__exit__)
        connection = serving.Connection(server.port)
        self.addCleanup(connection.close)
        return server, connection

    def send(self, connection, count):
        """New events; the refusals among the answers."""
        ids = [f"e{self.next + i}" for i in range(count)]
        self.next += count
        refusals = []
        for event_id, reply in zip(ids, connection.ask_all([purchases.line_of(i) for i in ids])):
            if isinstance(reply, serving.Refusal):
                refusals.append(reply)
            else:
                word, lsn, _ = serving.lsn_of(reply)
                self.assertEqual(word, "OK")
                self.lsns[event_id] = lsn
        return refusals

    # One by one: each is a frame of its own then, of 4 KiB.
    def fill(self, connection):
        for _ in range(DISK_MIB * MIB // 4096):
            refusals = self.send(connection, 1)
            if refusals:
                return refusals
        self.fail("the disk does not fill up")

    def check_reads_go_on(self, connection):
        before = connection.hashes()
        for reply in self.send(connection, 50):
            self.assertTrue(reply.startswith("NOSPACE retry-after=1000 "), reply)
        answer = serving.fields(connection.ask("BATCH 1\n" + purchases.line_of("in-a-batch")))
        self.assertEqual(answer["accepted"], 0)
        self.assertTrue(answer["errors"][0].startswith("1 NOSPACE retry-after=1000 "))
        self.assertEqual(connection.ask("TICK 1774000000000").code, "NOSPACE")
        self.assertEqual(connection.hashes(), before, "what is refused has no LSN")
        self.assertEqual(connection.ask("PING"), "PONG")
        self.assertTrue(connection.ask(f"BALANCE {purchases.fields_of('e0')['account']}"))
        self.assertEqual(connection.info()["disk_full"], "1")
        self.assertEqual(connection.info()["accepted"], str(len(self.lsns)))

    def check_all_is_there(self, connection):
        ids = list(self.lsns)
        for event_id, reply in zip(ids, connection.ask_all([purchases.line_of(i) for i in ids])):
            self.assertEqual(serving.lsn_of(reply)[:2], ("DUP", self.lsns[event_id]), event_id)
        first = purchases.PLANS + 1
        self.assertEqual(sorted(self.lsns.values()), list(range(first, first + len(ids))))
        self.assertEqual(connection.info()["accepted"], str(len(ids)))

    def test_refused_while_it_is_full_and_taken_again_afterwards(self):
        for setting in SETTINGS:
            with self.subTest(**setting):
                self.setUp()
                server, connection = self.start(**setting)
                for reply in self.fill(connection):
                    self.assertEqual(reply.code, "NOSPACE")
                self.check_reads_go_on(connection)
                self.ballast.unlink()
                began = time.monotonic()
                while self.send(connection, 1):
                    self.assertLess(time.monotonic() - began, RESUME_SECONDS, "it does not resume")
                    time.sleep(0.05)
                print(f"resumed {time.monotonic() - began:.1f} s after there was room", flush=True)
                self.assertEqual(self.send(connection, 100), [])
                hashes = connection.hashes()
                server.kill()
                server, connection = self.start(shards=7)
                self.assertEqual(connection.hashes(), hashes)
                self.check_all_is_there(connection)
                self.assertEqual(server.stop(), 0)

    # What is left over from the start before is removed first, so there is room for one.
    def test_killed_while_it_is_full(self):
        server, connection = self.start(shards=2)
        self.fill(connection)
        hashes = connection.hashes()
        server.kill()
        server, connection = self.start(shards=5)
        self.assertEqual(connection.hashes(), hashes)
        self.ballast.unlink()
        began = time.monotonic()
        while self.send(connection, 1):
            self.assertLess(time.monotonic() - began, RESUME_SECONDS, "it does not resume")
            time.sleep(0.05)
        self.check_all_is_there(connection)
        self.assertEqual(server.stop(), 0)


def main():
    global GUERDON
    GUERDON = serving.program_of_arguments(sys.argv[1:])
    if why_not():
        print(f"SKIPPED, nothing is tested: {why_not()}")
        sys.exit(77)
    unittest.main(argv=[sys.argv[0], *sys.argv[2:]])


if __name__ == "__main__":
    main()
