#!/usr/bin/env python3
"""Who waits for whom, where much is asked: by what is answered before what, never by a time.

    waiting_test.py GUERDON [TEST...]
"""
import contextlib
import pathlib
import select
import signal
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True
import running_server  # noqa: E402
from running_server import RunningServer, on_each_assembly, wait_until  # noqa: E402
from wire import Failure, Wire, array  # noqa: E402

FIRST = """plan pots

unit points, 0 decimals

event ask
  account : account
  amount : points

budget pot = 100_000_000 points per month

wallet points
  short take what is left

rule asked
  on ask
  credit account 1 point from budget pot
"""
SECOND = FIRST.replace("plan pots\n", "plan pots version 2 from 2026-02-01\n").replace("100_000_000", "200_000_000")
EVENTS = 64_000
QUESTIONS = 150  # of which each looks through all entries: the register's desk is busy for long
THREADS = ("--threads", "net=1,shards=2", "--shards", "4")
FOLDER = tempfile.TemporaryDirectory()
PLAN = pathlib.Path(FOLDER.name) / "pots.plan"
PLAN.write_text(FIRST)


def on_each_assembly_of_pots(test):
    return on_each_assembly(test, plan=PLAN)


def event(number, account="k1"):
    return f"EVENT ask {number} account={account} amount=1 time=2026-01-01T00:00:00Z"


def fill(wire, count=EVENTS, accounts=100):
    for first in range(0, count, 8_000):
        lines = "".join(event(f"e{n}", f"k{n % accounts}") + "\n" for n in range(first, first + 8_000))
        wire.send(array("BATCH", lines))
        answer = wire.reply()
        assert answer[:2] == ["accepted", 8_000], answer


def answered(wires):
    """How many of them have something to be read."""
    return len(select.select(wires, [], [], 0)[0]) if wires else 0


class Asking(contextlib.ExitStack):
    """Connections that have each sent one question and read no answer."""

    def __init__(self, server, question, count, hello=None):
        super().__init__()
        self.wires = []
        for _ in range(count):
            wire = self.enter_context(Wire(server.port))
            if hello:
                wire.ask(hello)
            self.wires.append(wire)
        for wire in self.wires:
            wire.send(question + "\n")

    def answered(self):
        return answered([wire.socket for wire in self.wires])

    def replies(self):
        return [wire.reply() for wire in self.wires]


def let_it_take(server):
    """Rounds enough, of each loop, that what was sent before is taken."""
    for _ in range(5):
        with Wire(server.port) as wire:
            wire.ask("PING")


class Versions(unittest.TestCase):
    @on_each_assembly_of_pots
    def test_events_go_on_while_a_version_waits_for_a_reversal(self, server):
        """Behind many questions to the register a REVERSE waits, and for that a PLAN: events are answered as
        before, each while few of the questions are, not one when all are."""
        with Wire(server.port) as wire, Wire(server.port) as reversing, Wire(server.port) as publishing, \
                Wire(server.port) as late:
            fill(wire)
            with Asking(server, "ENTRIES kind=adjust", QUESTIONS) as asking:
                wait_until(asking.answered, "the desk has begun")
                reversing.send("REVERSE event=e5 id=r-1 reason=x actor=y time=2026-01-01T00:00:00Z\n")
                let_it_take(server)
                publishing.send(array("PLAN", SECOND))
                most, number, is_late = 0, 0, False
                before = asking.answered()
                while not answered([reversing.socket]):
                    wire.expect_ok(event(f"late-{number}"))
                    number += 1
                    most, before = max(most, asking.answered() - before), asking.answered()
                    if before > QUESTIONS // 2 and not is_late:
                        late.send("REVERSE event=e6 id=r-2 reason=x actor=y time=2026-01-01T00:00:00Z\n")
                        is_late = True
                self.assertLess(most, QUESTIONS // 3, f"{number} events were answered")
                asking.replies()
            reversed_at = int(reversing.reply().split()[1])
            published_at = int(publishing.reply().split()[1])
            self.assertLess(reversed_at, published_at)
            self.assertTrue(is_late, "there was time for another")
            self.assertGreater(int(late.reply().split()[1]), published_at, "it was taken under the next version")
            wire.expect_ok(event("last"))


class Reports(unittest.TestCase):
    @on_each_assembly_of_pots
    def test_four_at_a_time(self, server):
        with Wire(server.port) as wire:
            fill(wire)
            with Asking(server, "ENTRIES kind=adjust", QUESTIONS) as asking:
                wait_until(asking.answered, "the desk has begun")
                with Asking(server, "REPORT", 12) as reports:
                    wait_until(lambda: reports.answered() >= 8, "those that are too many are told so")
                    self.assertLess(asking.answered(), QUESTIONS, "the desk is not through yet")
                    said = reports.replies()
                asking.replies()
            refused = [each for each in said if isinstance(each, Failure)]
            self.assertEqual(len(refused), 8)
            self.assertTrue(all(each.startswith("BUSY retry-after=1000 4 reports are") for each in refused), refused[0])
            for _ in range(20):  # one behind the other
                self.assertIsInstance(wire.ask("REPORT"), list)

    @on_each_assembly_of_pots
    def test_a_stop_puts_questions_off(self, server):
        """What waits for the register is told to come again; a REVERSE is done."""
        with Wire(server.port) as wire, Wire(server.port) as reversing:
            fill(wire)
            with Asking(server, "ENTRIES kind=adjust", QUESTIONS) as asking, Asking(server, "REPORT", 4) as reports:
                wait_until(asking.answered, "the desk has begun")
                reversing.send("REVERSE event=e5 id=r-1 reason=x actor=y time=2026-01-01T00:00:00Z\n")
                let_it_take(server)
                server.process.send_signal(signal.SIGTERM)
                said = reports.replies() + asking.replies()
                self.assertTrue(reversing.reply().startswith("OK "))
            self.assertEqual(server.ended(), 0)
            off = [each for each in said if isinstance(each, Failure)]
            self.assertTrue(off, "all were answered first")
            for each in off:
                self.assertTrue(each.startswith("BUSY retry-after=1000 the server is being stopped"), each)
            self.assertEqual({each.code for each in said[:4] if isinstance(each, Failure)}, {"BUSY"})
        server.start()
        with Wire(server.port) as wire:
            self.assertTrue(wire.ask("REVERSE event=e5 id=r-1 reason=x actor=y time=2026-01-01T00:00:00Z")
                            .startswith("DUP "))


class Tenants(unittest.TestCase):
    def test_questions_of_one_hold_up_no_other(self):
        """More barriers of one than there are jobs: the other's events are answered meanwhile, one by one."""
        with RunningServer(*THREADS, plans=(f"acme={PLAN}", f"beta={PLAN}")) as server, \
                Wire(server.port) as acme, Wire(server.port) as beta, Wire(server.port) as batch:
            for wire, name in ((acme, "acme"), (beta, "beta"), (batch, "acme")):
                wire.ask(f"HELLO 2 tenant={name}")
            fill(acme, accounts=EVENTS)
            with Asking(server, "VERIFY", 60, "HELLO 2 tenant=acme") as asking:
                lines = "".join(event(f"b{n}") + "\n" for n in range(8_000))  # more than the jobs hold
                batch.send(array("BATCH", lines))
                most, number, before = 0, 0, asking.answered()
                while asking.answered() < 60:
                    beta.expect_ok(event(number))
                    number += 1
                    most, before = max(most, asking.answered() - before), asking.answered()
                self.assertLess(most, 20, f"{number} events of the other were answered")
                self.assertTrue(all(each.endswith("\nok\n") for each in asking.replies()))
            answer = batch.reply()
            self.assertEqual(answer[:2], ["accepted", 8_000])
            self.assertIsInstance(acme.ask("BALANCE k1"), list)
            self.assertEqual(beta.ask("BALANCE k1"), [["pots", "points", str(number)]])

    def test_batches_of_many_at_once(self):
        """Each goes on where it was left, line by line, whatever of others comes between."""
        with RunningServer(*THREADS, plans=(f"acme={PLAN}", f"beta={PLAN}")) as server, contextlib.ExitStack() as stack:
            wires = [stack.enter_context(Wire(server.port)) for _ in range(12)]
            for number, wire in enumerate(wires):
                wire.ask("HELLO 2 tenant=" + ("acme", "beta")[number % 2])
                lines = [event(f"{number}-{n}", f"a{number}") for n in range(3_000)]
                lines[1_000] = "EVENT ask wrong account=x amount=x"
                lines[2_999] = "PING"
                wire.send(array("BATCH", "\n".join(lines)) + b"VERIFY\nBALANCE a%d\n" % number)
            for number, wire in enumerate(wires):
                answer = wire.reply()
                told = dict(zip(answer[::2], answer[1::2]))
                self.assertEqual((told["accepted"], told["duplicates"]), (2_998, 0))
                self.assertEqual([each.split()[0] for each in told["errors"]], ["1001", "3000"])
                self.assertTrue(wire.reply().endswith("\nok\n"))
                self.assertEqual(wire.reply(), [["pots", "points", "2998"]])


if __name__ == "__main__":
    running_server.main()
