#!/usr/bin/env python3
"""Events taken back, over a socket: once, whatever comes between, and over stops and kills.

    reversal_test.py GUERDON [TEST...]
"""
import functools
import pathlib
import signal
import subprocess
import sys
import threading
import unittest
from decimal import Decimal

sys.dont_write_bytecode = True
import running_server  # noqa: E402
from running_server import RunningServer, hashes_of, on_each_assembly  # noqa: E402
from wire import Wire  # noqa: E402

PLAN = pathlib.Path(__file__).resolve().parent / "reversals.plan"
on_each_assembly = functools.partial(on_each_assembly, plan=PLAN)
BY = "reason=wrong actor=boss"


def day(number):
    return f"2026-01-{number:02}T10:00:00Z"


# Request and reply, in their order. The plan is LSN 1.
STORY = [
    (f"EVENT purchase p-1 account=anna seller=sue amount=80.00 time={day(10)}", "OK 2 4"),
    # Reaches the goal, and the most that a month pays.
    (f"EVENT purchase p-2 account=anna seller=sue amount=150.00 time={day(11)}", "OK 3 5"),
    (f"EVENT purchase p-3 account=anna amount=15.00 time={day(11)}", "OK 4 2"),
    (f"REVERSE event=p-2 id=r-1 {BY} time={day(12)}", "OK 5 5"),
    (f"EVENT cancel c-1 account=anna amount=10.00 time={day(12)}", "OK 6 2"),
    (f"REVERSE event=c-1 id=r-2 {BY} time={day(13)}", "OK 7 2"),
    # Roles that the order was known by.
    (f"EVENT purchase o-1 object=o account=bo seller=sue amount=20.00 time={day(13)}", "OK 8 4"),
    (f"EVENT purchase o-2 object=o amount=30.00 time={day(13)}", "OK 9 4"),
    (f"REVERSE event=o-2 id=r-3 {BY} time={day(14)}", "OK 10 4"),
    (f"REVERSE event=o-1 id=r-4 {BY} time={day(14)}", "OK 11 4"),
]
# Refused, and nothing is left of it: the same later is the same.
REFUSED = [
    (f"REVERSE event=p-2 id=x {BY}", "CONFLICT event: it was taken back before, by LSN 5; nothing is to be done"),
    (f"REVERSE event=p-1 id=r-1 {BY} time={day(12)}", "CONFLICT id: a request with this id and other content"),
    (f"REVERSE event=p-9 id=x {BY}", "UNKNOWN event: no event of this source has this id"),
    (f"REVERSE event=p-1 event_source=shop id=x {BY}", "UNKNOWN event: no event of this source has this id"),
    (f"REVERSE event=p-1 event_source=s/p id=x {BY}", "INVALID word 3, event_source:"),
    (f"REVERSE event=r-1 id=x {BY}", "INVALID event: this is the id of a command, REVERSE"),
    (f"REVERSE event=p-1 {BY}", "INVALID word 5, id: it is missing; write REVERSE event=ID"),
    ("REVERSE event=p-1 id=x actor=boss", "INVALID word 5, reason: it is missing"),
    (f"REVERSE event=p-1 id=x {BY} reverses=abc", "UNKNOWN word 6, reverses: REVERSE takes no such field"),
]
BALANCES = {"anna": [["shop", "GBP", "14.25"], ["shop", "points", "95"]],
            "sue": [["shop", "GBP", "1.00"]], "bo": []}


def reverses(event, number):
    return f"REVERSE event={event} id=rev-{number} {BY}"


class Reversals(unittest.TestCase):
    maxDiff = None
    hashes = None  # of the first assembly

    @on_each_assembly
    def test_taken_back_once_and_kept(self, server):
        """At once, sent again, after a stop (a snapshot), and after a kill (the log)."""
        with Wire(server.port) as wire:
            for request, reply in STORY:
                self.assertEqual(wire.ask(request), reply, request)
            before = hashes_of(wire)
        self.assertEqual(before, Reversals.hashes or before, "no number of shards shows")
        Reversals.hashes = before
        for how in server.each_start():
            with self.subTest(how), Wire(server.port) as wire:
                for account, balance in BALANCES.items():
                    self.assertEqual(wire.ask(f"BALANCE {account}"), balance, account)
                for request, reply in STORY:
                    self.assertEqual(wire.ask(request), reply.replace("OK", "DUP", 1), request)
                for request, reply in REFUSED:
                    self.assertEqual(str(wire.ask(request))[:len(reply)], reply, request)
                self.assertEqual(hashes_of(wire), before)
        server.stop(signal.SIGKILL)
        proof = subprocess.run([running_server.GUERDON, "verify", server.data], capture_output=True, text=True)
        self.assertEqual((proof.returncode, proof.stdout[-3:]), (0, "ok\n"), proof)
        server.start()

    @on_each_assembly
    def test_what_comes_behind_it_sees_it(self, server):
        """In one write: each reply in its turn, and the balance is that behind the REVERSE."""
        with Wire(server.port) as wire:
            wire.send(f"EVENT purchase p account=anna amount=80.00 time={day(10)}\n{reverses('p', 1)}\n"
                      f"BALANCE anna\n{reverses('p', 2)}\n{reverses('p', 1)}\nPING\n")
            self.assertEqual(wire.reply(), "OK 2 3")
            self.assertEqual(wire.reply(), "OK 3 3")
            self.assertEqual(wire.reply(), [])
            self.assertTrue(str(wire.reply()).startswith("CONFLICT event: it was taken back before, by LSN 3"))
            self.assertEqual(wire.reply(), "DUP 3 3")
            self.assertEqual(wire.reply(), "PONG")

    @on_each_assembly
    def test_of_several_at_once_one_does_it(self, server):
        """Others write meanwhile; a number of connections take the same events back."""
        with Wire(server.port) as wire:
            for n in range(40):
                wire.expect_ok(f"EVENT purchase p-{n} account=a{n % 5} seller=s amount=10.00 time={day(10)}")
        answers = [[] for _ in range(4)]
        is_over = threading.Event()

        def write():
            with Wire(server.port) as other:
                n = 0
                while not is_over.is_set() and n < 20_000:
                    other.expect_ok(f"EVENT purchase w-{n} account=a{n % 5} amount=1.00 time={day(11)}")
                    n += 1

        def take_back(number):
            with Wire(server.port) as other:
                for n in range(40):
                    answers[number].append(str(other.ask(reverses(f"p-{n}", f"{number}-{n}"))).split(" ")[0])
        writer = threading.Thread(target=write)
        takers = [threading.Thread(target=take_back, args=(number,)) for number in range(4)]
        for thread in (writer, *takers):
            thread.start()
        for thread in takers:
            thread.join()
        is_over.set()
        writer.join()
        for each in zip(*answers, strict=True):
            self.assertEqual(sorted(each), ["CONFLICT"] * 3 + ["OK"])
        with Wire(server.port) as wire:
            self.assertEqual(wire.ask("BALANCE s"), [])
            self.assertTrue(wire.ask("VERIFY").endswith("ok\n"))

    def test_the_newest_event_of_an_object_first(self):
        with RunningServer(plan=PLAN) as server, Wire(server.port) as wire:
            for n in (1, 2, 3):
                wire.expect_ok(f"EVENT purchase o-{n} object=o version={n} account=bo amount=20.00 time={day(n)}")
            stale = "STALE event: LSN 4 is a later event of its object, and stands; take the newest one back first"
            self.assertEqual(wire.ask(reverses("o-1", 1)), stale)
            wire.expect_ok(reverses("o-3", 2))
            self.assertTrue(str(wire.ask(reverses("o-1", 1))).startswith("STALE event: LSN 3"))
            wire.expect_ok(reverses("o-2", 3))
            wire.expect_ok(reverses("o-1", 1))
            self.assertEqual(wire.ask("BALANCE bo"), [])
            wire.ask("HELLO 3")
            of_order = wire.ask("REGISTER bo object=o limit=1000")["entries"]
            self.assertEqual({entry["kind"] for entry in of_order}, {"earn", "reverse"})
            for unit in ("GBP", "points"):
                self.assertEqual(sum(Decimal(entry["amount"]) for entry in of_order if entry["unit"] == unit), 0)
            wire.ask("HELLO 2")
            self.assertTrue(str(wire.ask(f"EVENT purchase o-4 object=o version=3 account=bo amount=20.00 time={day(4)}"))
                            .startswith("STALE version"), "its version stays")

    def test_a_period_that_is_over_for_good(self):
        with RunningServer(plan=PLAN) as server, Wire(server.port) as wire:
            wire.expect_ok(f"EVENT purchase p account=bo amount=20.00 time={day(1)}")
            wire.ask("TICK 2026-03-31T00:00:00Z")
            wire.expect_ok(f"EVENT purchase q account=bo amount=20.00 time={day(1)}")
            wire.expect_ok(reverses("q", 1))
            wire.ask("TICK 2026-04-01T00:00:00Z")
            before = hashes_of(wire)
            self.assertTrue(str(wire.ask(reverses("p", 2))).startswith("LATE event: a period that it counts in"))
            self.assertEqual(hashes_of(wire), before)

    def test_an_id_that_is_forgotten(self):
        """Each REVERSE is remembered twice: by its own id and by that of what it took back."""
        with RunningServer("--keys", "8", plan=PLAN) as server:
            with Wire(server.port) as wire:
                for n in range(1, 9):
                    wire.expect_ok(f"EVENT purchase p-{n} account=bo amount=20.00 time={day(n)}")
                self.assertTrue(str(wire.ask(reverses("p-9", 0))).startswith("UNKNOWN event:"), "none is forgotten")
                wire.expect_ok(reverses("p-8", 1))
                self.assertTrue(str(wire.ask(reverses("p-2", 2))).startswith("TOOOLD event: no event of this source"))
            for how in (signal.SIGTERM, signal.SIGKILL):
                server.stop(how)
                server.start()
                with Wire(server.port) as wire:
                    self.assertTrue(str(wire.ask(reverses("p-8", 3))).startswith("CONFLICT event: it was taken back"))
                    self.assertEqual(wire.ask(reverses("p-8", 1)), "DUP 10 3")
            with Wire(server.port) as wire:
                wire.expect_ok(reverses("p-7", 4))

    def test_an_id_that_comes_again_after_it_was_forgotten(self):
        """The same words, another event: it stands, and can be taken back by itself."""
        with RunningServer("--keys", "3", plan=PLAN) as server, Wire(server.port) as wire:
            wire.expect_ok(f"EVENT purchase p-1 account=bo amount=20.00 time={day(1)}")
            wire.expect_ok(reverses("p-1", 1) + f" time={day(2)}")
            wire.expect_ok(f"EVENT purchase p-2 account=al amount=20.00 time={day(3)}")
            wire.expect_ok(f"EVENT purchase p-1 account=bo amount=20.00 time={day(4)}")
            wire.expect_ok(reverses("p-1", 2) + f" time={day(5)}")
            self.assertEqual(wire.ask("BALANCE bo"), [])

    def test_roles_that_may_have_been_forgotten(self):
        """An order's seller, named once; where it is not known any more nobody is made to pay for it."""
        with RunningServer("--objects", "1", plan=PLAN) as server, Wire(server.port) as wire:
            wire.expect_ok(f"EVENT purchase a-1 object=a account=al seller=mo amount=20.00 time={day(1)}")
            wire.expect_ok(f"EVENT purchase a-2 object=a account=al amount=20.00 time={day(1)}")
            wire.expect_ok(reverses("a-2", 1))
            wire.expect_ok(f"EVENT purchase b-1 object=b account=bo amount=20.00 time={day(2)}")
            wire.expect_ok(f"EVENT purchase a-3 object=a account=al amount=20.00 time={day(3)}")
            before = hashes_of(wire)
            self.assertTrue(str(wire.ask(reverses("a-3", 2))).startswith("TOOOLD event: objects were forgotten"))
            # What names all by itself can still be.
            wire.expect_ok(reverses("b-1", 3))
            self.assertEqual(wire.ask("BALANCE mo")[0][:3], ["shop", "GBP", "1.00"])
            self.assertNotEqual(hashes_of(wire), before)

    def test_what_goes_back_is_as_new_whatever_time_is_said(self):
        with RunningServer(plan=PLAN) as server, Wire(server.port) as wire:
            wire.expect_ok(f"EVENT purchase p account=bo amount=50.00 time={day(1)}")
            wire.expect_ok(f"EVENT spent_up b account=bo amount=40.00 time={day(25)}")
            wire.expect_ok(reverses("b", 1) + " time=2025-01-01T00:00:00Z")
            wire.ask("TICK 2026-02-10T00:00:00Z")  # the 10 that were left are over
            points = [each[:3] for each in wire.ask("BALANCE bo") if each[1] == "points"]
            self.assertEqual(points, [["shop", "points", "40"]])

    @on_each_assembly
    def test_one_that_is_looked_up_when_the_server_is_told_to_stop(self, server):
        """It is answered, it is in the snapshot, and it is done."""
        with Wire(server.port) as wire:
            for n in range(1, 4):
                wire.expect_ok(f"EVENT purchase p-{n} account=bo amount=20.00 time={day(n)}")
            # What is still in the kernel when the signal comes is nobody's: the PONG says that it was read.
            wire.send("PING\n" + reverses("p-2", 1) + "\n")
            self.assertEqual(wire.reply(), "PONG")
            server.stop(signal.SIGTERM)
            self.assertTrue(str(wire.reply()).startswith("OK 5 "))
        server.start()
        with Wire(server.port) as wire:
            self.assertTrue(str(wire.ask(reverses("p-2", 1))).startswith("DUP 5 "))

    def test_the_register_says_what_was_taken_back(self):
        with RunningServer(plan=PLAN) as server, Wire(server.port) as wire:
            wire.ask("HELLO 3")
            wire.expect_ok(f"EVENT purchase p account=bo amount=20.00 time={day(1)}")
            wire.expect_ok(reverses("p", 1) + f" time={day(3)}")
            # EXPLAIN of a later event counts without it.
            wire.expect_ok(f"EVENT purchase q account=bo amount=30.00 time={day(4)}")
            page = wire.ask("REGISTER bo kind=reverse")["entries"]
            self.assertEqual({(e["rule"], e["amount"], e["effective"], e["lot"]) for e in page},
                             {("back", "-1.00", day(3), ""), ("pts", "-20", day(3), "2.1"),
                              ("goal", "-2.00", day(3), "")})
            told = wire.ask("EXPLAIN bo 3")
            self.assertEqual(told["record"]["command"], "REVERSE")
            self.assertEqual(told["record"]["attributes"]["reverses"], "2")
            self.assertEqual(told["derived"], {"reverses": "2", "inputs": {}})
            goal = next(e for e in wire.ask("REGISTER bo rule=goal")["entries"] if e["lsn"] == "4")
            told = wire.ask(f"EXPLAIN bo 4 {goal['id'].split('.')[1]}")
            self.assertEqual((told["derived"]["owed"], told["derived"]["posted_before"]), ("3.00", "0.00"))

    def test_not_in_a_batch_and_not_without_a_book(self):
        with RunningServer(plan=PLAN) as server, Wire(server.port) as wire:
            wire.send(f"BATCH 2\nEVENT purchase p account=bo amount=20.00 time={day(1)}\n{reverses('p', 1)}\n")
            flat = wire.reply()
            self.assertEqual(flat[:2], ["accepted", 1])
            self.assertTrue(flat[-1][0].startswith("2 SYNTAX word 1: a REVERSE waits"), flat)
        with RunningServer("--no-book", plan=PLAN) as server, Wire(server.port) as wire:
            wire.expect_ok(f"EVENT purchase p account=bo amount=20.00 time={day(1)}")
            self.assertTrue(str(wire.ask(reverses("p", 1))).startswith("NOBOOK"))


if __name__ == "__main__":
    running_server.main()
