#!/usr/bin/env python3
"""`guerdon load` over real sockets: what it sends, what it counts, how it ends.

    load_test.py GUERDON [NULL_SERVER]
"""
import collections
import json
import os
import pathlib
import pty
import socket
import subprocess
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True
from line_server import LineServer  # noqa: E402

FILES = pathlib.Path(__file__).resolve().parents[1] / "golden/replay/files"
SHOP = ["--plan", str(FILES / "shop.plan"), "--trace", str(FILES / "shop.csv")]
FORMS = ("lines", "resp", "batch")
GUERDON = None  # set by main
NULL_SERVER = None


def run(address, *arguments, **more):
    return subprocess.run([GUERDON, "load", "--connect", address, *arguments], capture_output=True,
                          timeout=120, check=False, stdin=subprocess.DEVNULL, **more)


def w1(events, *arguments):
    return ["--workload", "w1", "--events", str(events), "--accounts", "500", *arguments]


class Load(unittest.TestCase):
    maxDiff = None

    def load(self, server, *arguments, status=0):
        """The report of a run that ends with this status."""
        done = run(server.address, "--json", *arguments)
        self.assertEqual(done.returncode, status, done.stderr.decode())
        return json.loads(done.stdout)


class AgainstAServerThatRemembers(Load):
    def test_w1_in_every_form(self):
        for form in FORMS:
            with self.subTest(form), LineServer() as server:
                report = self.load(server, *w1(5000), "--send", form, "--batch", "100")
                applied = report["w1_model"]["applied"]
                self.assertLess(applied, 5000, "W1 sends some events twice")
                self.assertEqual(report["accepted"], applied)
                self.assertEqual(report["duplicates"], 5000 - applied)
                self.assertEqual(report["acknowledged"], 5000)
                self.assertEqual(report["refused"], {})
                self.assertEqual(len(server.lsns), applied)
                self.assertEqual(report.get("entries"), None if form == "batch" else 5000 * 2
                                 - 2 * report["duplicates"])
                self.check_figures(report)

    def check_figures(self, report):
        latency = list(report["latency_us"].values())
        self.assertEqual(latency, sorted(latency))
        self.assertGreater(latency[-1], 0)
        self.assertEqual(report["loop"], "closed")
        self.assertEqual(report["requests"], report["prepared"]["requests"])
        rate = report["acknowledged"] / report["seconds"]
        self.assertAlmostEqual(report["events_per_second"] / rate, 1, places=3)
        self.assertEqual(report["server"], {"durability": "none", "keys": "8"})
        self.assertEqual(report["state_hash"], "%032x" % report["accepted"])

    def test_an_account_keeps_to_a_connection_and_its_order(self):
        with LineServer() as server:
            self.load(server, *w1(3000), "--connections", "5", "--pipeline", "7")
            homes, used = collections.defaultdict(set), [c for c in server.connections if c]
            for number, events in enumerate(used):
                last = {}
                for _, account, name in events:
                    homes[account].add(number)
                    first_delivery = int(name) > last.get(account, 0)
                    self.assertTrue(first_delivery or int(name) <= 3000 - 1000, name)
                    last[account] = max(int(name), last.get(account, 0))
            self.assertEqual(len(used), 5)
            self.assertEqual({len(numbers) for numbers in homes.values()}, {1})

    def test_dealt_in_turn_no_connection_has_more_than_another(self):
        for form in FORMS:
            with self.subTest(form), LineServer() as server:
                report = self.load(server, *w1(3000), "--connections", "5", "--pipeline", "7",
                                   "--deal", "turn", "--send", form, "--batch", "10")
                self.assertEqual([len(c) for c in server.connections if c], [600] * 5)
                self.assertEqual(report["prepared"]["requests_of_the_busiest"],
                                 report["prepared"]["requests"] / 5)
                self.assertEqual(report["accepted"], report["w1_model"]["applied"])

    def test_the_same_seed_sends_the_same(self):
        sent = []
        for seed in ("3", "3", "4"):
            with LineServer() as server:
                self.load(server, *w1(200, "--seed", seed), "--connections", "1")
                sent.append([events for events in server.connections if events])
        self.assertEqual(sent[0], sent[1])
        self.assertNotEqual(sent[0], sent[2])

    def test_a_trace(self):
        for form in FORMS:
            with self.subTest(form), LineServer() as server:
                report = self.load(server, *SHOP, "--send", form, "--connections", "1",
                                   "--tick", "next-month")
                self.assertEqual(report["prepared"]["rows"], 8)
                self.assertEqual(report["prepared"]["ignored_types"], {"survey": 1})
                self.assertEqual(report["prepared"]["ignored_columns"], ["note"])
                self.assertEqual((report["accepted"], report["duplicates"]), (6, 1))
                self.assertEqual(server.ticks, ["2024-03-01T00:00:00Z"])
                self.assertEqual([e for events in server.connections for e in events], [
                    (b"shop", account, name) for account, name in
                    ((b"anna", b"1"), (b"anna", b"2"), (b"bob", b"3"), (b"", b"4"), (b"anna", b"5"),
                     (b"bob", b"7"), (b"bob", b"7"))])

    def test_traces_have_sources_of_their_own_unless_one_is_named(self):
        two = [*SHOP, "--trace", str(FILES / "more.csv"), "--connections", "2"]
        for named, sources in (([], {b"shop", b"more"}), (["--source", "till"], {b"till"})):
            with LineServer() as server:
                report = self.load(server, *two, *named)
                self.assertEqual({source for source, _ in server.lsns}, sources)
                accounts = {account for events in server.connections for _, account, _ in events}
                self.assertIn('O"Hara, Zoë'.encode(), accounts)
                self.assertEqual({s.encode() for s in report["prepared"]["sources"]}, sources)

    def test_a_second_time_everything_is_known(self):
        with LineServer() as server:
            report = self.load(server, *w1(2000), "--repeat-check")
            self.assertEqual(report["repeat"]["fault"], "")
            self.assertEqual(report["repeat"]["duplicates"], 2000)

    def test_a_tick_to_a_day(self):
        with LineServer() as server:
            report = self.load(server, *w1(10), "--tick", "2026-02-03")
            self.assertEqual(server.ticks, ["2026-02-03T00:00:00Z"])
            self.assertEqual(report["ticked_to"], "2026-02-03T00:00:00Z")

    def test_a_table_for_people_and_a_bar_on_a_terminal(self):
        ours, theirs = pty.openpty()
        with LineServer() as server:
            done = subprocess.run([GUERDON, "load", "--connect", server.address, *w1(3000)],
                                  stdout=subprocess.PIPE, stderr=theirs, timeout=60, check=False)
        os.close(theirs)
        shown = os.read(ours, 65536).decode()
        os.close(ours)
        self.assertRegex(shown, r"\[=* *\] \d+ %  \d+ events, \d+ a second")
        table = done.stdout.decode()
        self.assertTrue(table.startswith("closed loop: 3,000 events acknowledged in "), table)
        for part in ("8 connections, 128 requests under way on each, a line an event", "p99.99",
                     "state_hash"):
            self.assertIn(part, table)


class WhatGoesWrong(Load):
    def test_refusals(self):
        refused = [b"7", b"11", b"200"]
        for form in FORMS:
            with self.subTest(form), LineServer(refused=refused) as server:
                done = run(server.address, "--json", *w1(300), "--send", form)
                report = json.loads(done.stdout)
                self.assertEqual(done.returncode, 1)
                self.assertEqual(report["refused"], {"INVALID": 3})
                self.assertEqual(report["acknowledged"], 297)
                self.assertIn("guerdon load: EVENT order 7: INVALID word 3: order is not to be\n",
                              done.stderr.decode())

    def test_a_server_that_forgets(self):
        with LineServer(forgets=True) as server:
            report = self.load(server, *w1(500), "--repeat-check", status=1)
            self.assertEqual(report["repeat"]["fault"], "500 events were accepted a second time")

    def test_a_connection_that_ends(self):
        for form, acknowledged in (("lines", 50), ("batch", 50)):
            with self.subTest(form), LineServer(closes_after=50 if form == "lines" else 5) as server:
                done = run(server.address, *w1(2000), "--connections", "1", "--send", form,
                           "--batch", "10", "--pipeline", "1")
                self.assertEqual(done.returncode, 3, done.stderr)
                self.assertEqual(done.stdout, b"")
                self.assertIn("of 2000 events %d were acknowledged, 0 refused" % acknowledged,
                              done.stderr.decode())

    def test_no_server(self):
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))  # bound, not listening
            done = run("127.0.0.1:%d" % taken.getsockname()[1], *w1(10))
        self.assertEqual(done.returncode, 3)
        self.assertIn("cannot connect to 127.0.0.1:", done.stderr.decode())

    def test_another_protocol(self):
        with LineServer(greeting=b"HTTP/1.1 400 Bad Request\r\n\r\n") as server:
            done = run(server.address, *w1(10))
        self.assertEqual(done.returncode, 3)
        self.assertIn("the server did not answer PING: a reply begins with another byte",
                      done.stderr.decode())

    def test_wrong_usage(self):
        for arguments, said in (
                ((), "what to send"),
                (("--workload", "w2"), "w2"),
                (("--workload", "w1", "--source", "a b"), "--source takes"),
                (("--workload", "w1", "--tick", "soon"), "--tick takes"),
                (("--workload", "w1", "--connections", "0"), "--connections"),
                (("--workload", "w1", "--deal", "cards"), "--deal"),
                (("--trace", "shop.csv"), "--plan"),
                ((*SHOP, "--trace", str(FILES / "other/shop.csv")), "other/shop.csv"),
                ((*SHOP, "--workload", "w1"), "excludes")):
            with self.subTest(said):
                done = run("127.0.0.1:1", *arguments)
                self.assertEqual(done.returncode, 2, done.stderr)
                self.assertIn(said, done.stderr.decode())
        self.assertEqual(run("nowhere", *w1(1)).returncode, 2)

    def test_files_that_are_wrong(self):
        with LineServer() as server, tempfile.TemporaryDirectory() as folder:
            self.assertEqual(run(server.address, *SHOP, "--trace", "nowhere.csv").returncode, 3)
            bad = pathlib.Path(folder, "bad.plan")
            bad.write_text("plan bad\nevnt x\n", "utf-8")
            done = run(server.address, "--plan", str(bad), *SHOP[2:])
            self.assertEqual(done.returncode, 1)
            self.assertIn("bad.plan:2", done.stderr.decode())


class AgainstTheNullServer(Load):
    @classmethod
    def setUpClass(cls):
        if NULL_SERVER is None:
            raise unittest.SkipTest("the benchmarks are not built")
        cls.process = subprocess.Popen([NULL_SERVER], stdout=subprocess.PIPE, text=True)
        cls.address = cls.process.stdout.readline().split()[-1]

    @classmethod
    def tearDownClass(cls):
        cls.process.kill()
        cls.process.wait()
        cls.process.stdout.close()

    def test_counts_in_every_form_and_depth(self):
        for form in FORMS:
            for depth in ("1", "3", "1000"):
                with self.subTest(f"{form} {depth}"):
                    report = self.load(self, *w1(30000), "--send", form, "--pipeline", depth,
                                       "--batch", "7", "--connections", "3")
                    self.assertEqual(report["accepted"], 30000)
                    self.assertEqual(report["requests"], report["prepared"]["requests"])

    def test_many_connections(self):
        report = self.load(self, *w1(20000), "--connections", "300", "--pipeline", "2")
        self.assertEqual(report["accepted"], 20000)

    def test_more_connections_than_accounts(self):
        report = self.load(self, "--workload", "w1", "--events", "100", "--accounts", "2",
                           "--connections", "20")
        self.assertEqual(report["accepted"], 100)

    def test_batches_beyond_every_buffer(self):
        report = self.load(self, *w1(200000), "--send", "batch", "--batch", "16384",
                           "--connections", "2", "--pipeline", "100")
        self.assertEqual(report["accepted"], 200000)


def main():
    global GUERDON, NULL_SERVER
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    GUERDON = str(pathlib.Path(sys.argv.pop(1)).resolve())
    if len(sys.argv) > 1 and not sys.argv[1].startswith("-"):
        NULL_SERVER = str(pathlib.Path(sys.argv.pop(1)).resolve())
    unittest.main()


if __name__ == "__main__":
    main()
