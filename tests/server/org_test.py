#!/usr/bin/env python3
"""Who stands above whom, over a socket: said, read, sent again, kept, refused, and by a file.

    org_test.py GUERDON [TEST...]
"""
import functools
import pathlib
import signal
import subprocess
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True
import running_server  # noqa: E402
from running_server import hashes_of, on_each_assembly  # noqa: E402
from wire import Wire  # noqa: E402

PLAN = pathlib.Path(__file__).resolve().parent / "org.plan"
on_each_assembly = functools.partial(on_each_assembly, plan=PLAN)


def day(number):
    return f"2026-03-{number:02}T00:00:00Z"


# Request and reply, in their order. The plan is LSN 1.
STORY = [
    (f"EVENT deal d-1 seller=olga value=1000 time={day(1)}", "OK 2 1"),
    (f"ORG account=olga relation=manager parent=max id=o-1 time={day(1)}", "OK 3 0"),
    (f"ORG account=max relation=manager parent=rita id=o-2 time={day(1)}", "OK 4 0"),
    (f"EVENT deal d-2 seller=olga value=1000 time={day(2)}", "OK 5 3"),
    # From the tenth on another, and nobody in April.
    (f"ORG account=olga relation=manager parent=nina effective={day(10)} id=o-3 time={day(3)}", "OK 6 0"),
    (f"ORG account=max relation=manager parent=rita vacant=yes effective={day(5)} until={day(7)} id=o-4 time={day(3)}",
     "OK 7 0"),
    (f"EVENT deal d-3 seller=olga value=1000 time={day(5)}", "OK 8 2"),
    (f"EVENT deal d-4 seller=olga value=1000 time={day(10)}", "OK 9 2"),
    # Late: of the ninth.
    (f"EVENT deal d-5 seller=olga value=1000 time={day(9)}", "OK 10 3"),
]
BALANCES = {"olga": "250", "max": "40", "rita": "30", "nina": "20"}
ABOVE = [
    {"relation": "manager", "level": 1, "account": "max", "vacant": "yes", "from": "always", "until": day(10)},
    {"relation": "manager", "level": 2, "account": "rita", "vacant": "no", "from": day(5), "until": day(7)},
]

WRONG = [
    ("ORG account=olga relation=leader parent=max id=w",
     "UNKNOWN word 3, relation: no plan declares it; write one of manager"),
    ("ORG account=olga parent=max id=w",
     "INVALID word 5, relation: it is missing; write ORG account=NAME relation=NAME"),
    ("ORG account=olga relation=manager parent=max vacant=maybe id=w",
     "INVALID word 5, vacant: maybe is neither yes nor no; write one of these"),
    (f"ORG account=olga relation=manager parent=max effective={day(2)} until={day(2)} id=w",
     "INVALID word 6, until: it is no later than effective="),
    ("ORG account=rita relation=manager parent=olga id=w",
     "INVALID parent: this account stands above that one at some time"),
    ("ORG account=olga relation=manager parent=rita id=w",
     "INVALID parent: another stands above this account already"),
    ("ORG account=olga table=manager parent=max id=w", "UNKNOWN word 3, table: ORG takes no such field"),
]


def above(wire, account, *words):
    """Maps as RESP2 has them: names and values by turns."""
    return [dict(zip(row[::2], row[1::2])) for row in wire.ask(" ".join(("ORGS", account, *words)))]


class Trees(unittest.TestCase):
    maxDiff = None
    hashes = None  # of the first assembly

    def check(self, wire):
        self.assertEqual(above(wire, "olga", "relation=manager", f"at={day(6)}"), ABOVE)
        self.assertEqual([row["account"] for row in above(wire, "olga", f"at={day(11)}")], ["nina"])
        self.assertEqual(above(wire, "nobody"), [])
        for account, balance in BALANCES.items():
            self.assertEqual(wire.ask(f"BALANCE {account}"), [["field_sales", "RUB", balance]])

    @on_each_assembly
    def test_said_read_and_kept(self, server):
        """At once, sent again, after a stop (a snapshot), and after a kill (the log)."""
        with Wire(server.port) as wire:
            for request, reply in STORY:
                self.assertEqual(wire.ask(request), reply, request)
            before = hashes_of(wire)
        self.assertEqual(before, Trees.hashes or before, "no number of shards shows")
        Trees.hashes = before
        for how in server.each_start():
            with self.subTest(how), Wire(server.port) as wire:
                self.check(wire)
                for request, reply in STORY:
                    self.assertEqual(wire.ask(request), reply.replace("OK", "DUP", 1), request)
                self.assertEqual(hashes_of(wire), before)

    @on_each_assembly
    def test_what_is_wrong_is_said_and_leaves_no_trace(self, server):
        with Wire(server.port) as wire:
            for request, _ in STORY:
                wire.ask(request)
            before = hashes_of(wire)
            for request, reply in WRONG:
                self.assertEqual(wire.ask(request)[:len(reply)], reply, request)
            self.assertEqual(hashes_of(wire), before)

    def test_a_file_changes_nothing_another_time(self):
        with tempfile.TemporaryDirectory() as folder:
            file = pathlib.Path(folder) / "org.csv"
            file.write_text("relation,child,parent,from,until,vacant\n"
                            "manager,olga,max,,2026-03-10T00:00:00Z,\n"
                            "manager,olga,nina,2026-03-10T00:00:00Z,,no\n"
                            "manager,max,rita,,,\n")
            with running_server.RunningServer("--ref", f"org={file}", plan=PLAN) as server:
                with Wire(server.port) as wire:
                    self.assertEqual([row["account"] for row in above(wire, "olga", f"at={day(1)}")],
                                     ["max", "rita"])
                    said = f"ORG account=olga relation=manager parent=pia effective={day(20)} id=p time={day(1)}"
                    self.assertTrue(wire.ask(said).startswith("OK"), said)
                    before = hashes_of(wire)
                server.stop(signal.SIGTERM)
                server.start()
                with Wire(server.port) as wire:
                    self.assertEqual(hashes_of(wire), before)
                    self.assertEqual([row["account"] for row in above(wire, "olga", f"at={day(21)}")], ["pia"])

    def test_a_file_whose_ids_are_forgotten_takes_nothing_back(self):
        with tempfile.TemporaryDirectory() as folder:
            file = pathlib.Path(folder) / "org.csv"
            file.write_text("agent,manager\nolga,max\nmax,rita\n")
            with running_server.RunningServer("--keys", "64", "--ref", f"org={file}", plan=PLAN) as server:
                with Wire(server.port) as wire:
                    for said in (f"ORG account=olga relation=manager parent=nina effective={day(2)} id=n time={day(1)}",
                                 f"ORG account=max relation=manager parent=rita vacant=yes effective={day(2)} id=v "
                                 f"time={day(1)}"):
                        self.assertTrue(wire.ask(said).startswith("OK"), said)
                    for i in range(200):
                        time = f"2026-03-01T{1 + i // 60:02}:{i % 60:02}:00Z"
                        said = f"ORG account=x{i} relation=manager parent=rita id=x{i} time={time}"
                        self.assertTrue(wire.ask(said).startswith("OK"), said)
                    before = hashes_of(wire)
                server.stop(signal.SIGTERM)
                server.start()
                with Wire(server.port) as wire:
                    self.assertEqual(hashes_of(wire), before)
                    self.assertEqual([row["account"] for row in above(wire, "olga", f"at={day(3)}")], ["nina"])

    def test_a_file_is_refused_whole(self):
        with tempfile.TemporaryDirectory() as folder:
            file = pathlib.Path(folder) / "org.csv"
            for rows, told in (
                    ("manager,a,b,,\nmanager,a,c,2026-01-01T00:00:00Z,\n", ":3: a has a manager in line 2 at that time already"),
                    ("manager,a,b,,\nmanager,b,c,,\nmanager,c,a,2026-01-01T00:00:00Z,2026-02-01T00:00:00Z\n", ":4: c stands above a"),
                    ("leader,a,b,,\n", ":2: relation: no plan declares it; write one of manager"),
                    ("manager,a,b,soon,\n", ":2: soon is no time")):
                file.write_text("relation,child,parent,from,until\n" + rows)
                done = subprocess.run(
                    [running_server.GUERDON, "replay", "--plan", str(PLAN), "--trace", "-", "--ref", f"org={file}"],
                    input="event_id,time,type,seller,value\n", capture_output=True, text=True)
                self.assertEqual(done.returncode, 1, done.stderr)
                self.assertIn(told, done.stderr)


if __name__ == "__main__":
    running_server.main()
