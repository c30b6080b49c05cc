#!/usr/bin/env python3
"""Goals of targets: a file of them at the start, TARGET over a socket, kept over stops and kills.

    goals_test.py GUERDON [TEST...]
"""
import datetime
import pathlib
import signal
import subprocess
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True
import running_server  # noqa: E402
from prove_test import explain  # noqa: E402
from running_server import RunningServer, hashes_of  # noqa: E402
from wire import Wire  # noqa: E402

PLAN = pathlib.Path(__file__).resolve().parent / "goals.plan"
FILE = "account,program,target,period,value\nanna,club,monthly,2026-03,100.00\nbo,club,monthly,2026-03,0.50\n"
WRONG = [
    ("TARGET account=anna target=monthly period=2026-03 value=1 key=pen",
     "INVALID word 6, key: monthly is kept for less; leave it out"),
    ("TARGET account=anna target=of_sku period=2026-Q1 value=1",
     "INVALID word 6, key: it is missing; of_sku is kept per sku, too"),
    ("TARGET account=anna target=monthly period=2026-Q1 value=1",
     "INVALID word 4, period: 2026-Q1 is no period of monthly; write one such as "),
    ("TARGET account=anna target=monthly period=2026-03 value=-1.00",
     "INVALID word 5, value: -1.00 is no goal of monthly; write an amount in GBP from 0 on"),
    ("TARGET account=anna target=of_sku period=2026-Q1 key=pen value=1.5",
     "INVALID word 6, value: 1.5 is no goal of of_sku; write a whole number from 0 on, or none"),
]
BAD_FILE = ("account,program,target,period,value\na,club,of_sku,2026-Q1,1\na,club,nothing,2026-03,1\n"
            "b,club,monthly,2026-03,1.00\na,club,monthly,2026-Q1,1\n")


def sale(number, amount, day, sku="pen"):
    return f"EVENT sale s-{number} account=anna amount={amount} sku={sku} time=2026-03-{day:02}T10:00:00Z"


def target(value, day, more="", period="2026-03", name="monthly"):
    return (f"TARGET account=anna target={name} period={period}{more} value={value} id={name}-{value}-{day} "
            f"time=2026-03-{day:02}T11:00:00Z")


# Request, entries, points behind it.
STORY = [
    (sale(1, "60.00", 5), 1, "10"),
    (target("60.00", 5), 1, "110"),
    (sale(2, "1.00", 6), 0, "110"),
    (target("2", 6, " key=pen", "2026-Q1", "of_sku"), 1, "117"),
    (target("200.00", 7), 2, "7"),
    (target("none", 8), 0, "7"),
    (target("50.00", 9, period="2026-04"), 0, "7"),
]
# A visit's mark is entered by hand.
MARKS = """plan marks
unit points, 0 decimals
event sale
  account : account
target care per account per month
  achieved entered by hand
  goal 10
  at 100% : credit account 20 points
"""


class Goals(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.file = pathlib.Path(folder.name) / "goals.csv"
        self.file.write_text(FILE, "utf-8")
        self.options = ("--ref", f"targets={self.file}")

    def test_what_is_said_is_kept(self):
        hashes = []
        for assembly in running_server.ASSEMBLIES:
            with self.subTest(assembly), RunningServer(*self.options, *assembly, plan=PLAN) as server:
                self.assertIn("2 goals, 2 new\n", server.errors())
                with Wire(server.port) as wire:
                    for request, entries, points in STORY:
                        self.assertEqual(str(wire.ask(request)).split()[::2], ["OK", str(entries)], request)
                        self.assertEqual(wire.ask("BALANCE anna"), [["club", "points", points]], request)
                    before = hashes_of(wire)
                hashes.append(before)
                # By its snapshot, then by the log behind it: what was said since the file stands.
                for how in (signal.SIGTERM, signal.SIGKILL):
                    server.stop(how)
                    server.start()
                    self.assertIn("2 goals, 0 new; the others were taken before", server.errors())
                    with self.subTest(how), Wire(server.port) as wire:
                        self.assertEqual(hashes_of(wire), before)
                        for request, _, _ in STORY:
                            self.assertEqual(str(wire.ask(request)).split()[0], "DUP", request)
                        self.assertEqual(wire.ask("BALANCE anna"), [["club", "points", "7"]])
                        self.assertEqual(hashes_of(wire), before)
        self.assertEqual(hashes[0], hashes[1], "no number of shards shows")

    def test_each_entry_is_proved(self):
        with RunningServer(*self.options, plan=PLAN) as server:
            with Wire(server.port) as wire:
                wire.ask("HELLO 3")
                for request, _, _ in STORY:
                    wire.expect_ok(request)
                entries = wire.ask("REGISTER anna")["entries"]
            self.assertEqual(server.stop(), 0)
            self.assertEqual(len(entries), 5)
            for entry in entries:
                status, text, errors = explain(server.data, "anna", entry["id"], "--prove")
                self.assertEqual((status, errors), (0, ""), entry["id"])
                self.assertIn("each of the book's 5", text)
            done = subprocess.run([running_server.GUERDON, "verify", server.data], capture_output=True, text=True,
                                  check=False)
            self.assertEqual((done.returncode, done.stderr), (0, ""))
            self.assertTrue(done.stdout.endswith("ok\n"), done.stdout)

    def test_what_is_wrong_is_said(self):
        with RunningServer(plan=PLAN) as server, Wire(server.port) as wire:
            for request, answer in WRONG:
                self.assertEqual(str(wire.ask(request))[:len(answer)], answer, request)
            wire.expect_ok("TICK 2026-06-01T00:00:00Z")
            said = str(wire.ask("TARGET account=anna target=monthly period=2026-03 value=1"))
            self.assertEqual(said[:4], "LATE", said)
            wire.expect_ok("TARGET account=anna target=monthly period=2026-04 value=1")

    def test_a_file_that_was_taken_is_nothing_new_though_its_periods_are_gone(self):
        with RunningServer(*self.options, plan=PLAN) as server:
            with Wire(server.port) as wire:
                wire.expect_ok("TICK 2026-12-01T00:00:00Z")
            server.stop()
            server.start()
            self.assertIn("2 goals, 0 new", server.errors())
            server.stop()
            self.file.write_text(FILE + "cy,club,monthly,2026-03,0.60\n", "utf-8")
            with self.assertRaises(AssertionError) as raised:
                server.start()
            self.assertIn("is over for good", str(raised.exception))

    def test_what_is_entered_by_hand_is_of_a_month_that_has_begun(self):
        """By TARGET and by file; said ahead nothing would pay it when the month begins."""
        plan = self.file.with_name("marks.plan")
        plan.write_text(MARKS, "utf-8")
        said = "TARGET account=anna target=care.achieved value=10 id={} period=2026-02"
        with RunningServer(plan=plan) as server:
            with Wire(server.port) as wire:
                wire.expect_ok("TICK 2026-01-31T23:59:59Z")
                for _ in range(2):
                    self.assertRegex(str(wire.ask(said.format("m-1"))), "^FUTURE period: it has not begun")
                wire.expect_ok("TICK 2026-02-01T00:00:00Z")
                self.assertEqual(str(wire.ask(said.format("m-1"))).split()[0], "FUTURE", "it is remembered")
                self.assertEqual(str(wire.ask(said.format("m-2"))).split()[::2], ["OK", "1"])
                self.assertEqual(wire.ask("BALANCE anna"), [["marks", "points", "20"]])
            server.stop()
            self.file.write_text("account,program,target,period,value\nbo,marks,care.achieved,2026-02,10\n", "utf-8")
            server._options = self.options
            server.start()
            with Wire(server.port) as wire:
                self.assertEqual(wire.ask("BALANCE bo"), [["marks", "points", "20"]])
            server.stop()
            self.file.write_text("account,program,target,period,value\nbo,marks,care.achieved,2026-03,10\n", "utf-8")
            with self.assertRaises(AssertionError) as raised:
                server.start()
            self.assertIn("period 2026-03 has not begun when the engine's time is 2026-02-01T00:00:00Z",
                          str(raised.exception))

    def test_under_the_wall_clock_the_month_is_that_of_the_wall(self):
        """A log that is empty has no time: a file is judged as TARGET would be."""
        plan = self.file.with_name("marks.plan")
        plan.write_text(MARKS, "utf-8")
        row = "account,program,target,period,value\n{},marks,care.achieved,{},10\n"
        now = datetime.datetime.now(datetime.timezone.utc)
        self.file.write_text(row.format("bo", f"{now:%Y-%m}"), "utf-8")
        with RunningServer(*self.options, plan=plan, clock="wall") as server:
            self.assertIn("1 goals, 1 new\n", server.errors())
            with Wire(server.port) as wire:
                self.assertEqual(wire.ask("BALANCE bo"), [["marks", "points", "20"]])
                said = f"TARGET account=cid target=care.achieved value=10 id=m-1 period={now:%Y-%m}"
                self.assertEqual(str(wire.ask(said)).split()[::2], ["OK", "1"])
        for period, why in ((f"{now.year + 1}-01", "has not begun"), ("2001-01", "is over for good")):
            self.file.write_text(row.format("bo", period), "utf-8")
            with self.assertRaises(AssertionError) as raised:
                RunningServer(*self.options, plan=plan, clock="wall")
            self.assertIn(f"period {period} {why}", str(raised.exception))

    def test_a_file_with_a_wrong_line_is_refused_whole(self):
        self.file.write_text(BAD_FILE, "utf-8")
        with self.assertRaises(AssertionError) as raised:
            RunningServer(*self.options, plan=PLAN)
        for line in (2, 3, 5):
            self.assertIn(f"goals.csv:{line}: ", str(raised.exception))
        self.assertIn("refused whole", str(raised.exception))


if __name__ == "__main__":
    running_server.main()
