#!/usr/bin/env python3
"""PROGRESS over a socket: goals from everywhere, keys, bands, closed periods and versions, over stops and kills.

    progress_test.py GUERDON [TEST...]
"""
import calendar
import collections
import concurrent.futures
import datetime
import functools
import itertools
import pathlib
import random
import subprocess
import sys
import tempfile
import threading
import unittest

sys.dont_write_bytecode = True
import running_server  # noqa: E402
from running_server import RunningServer, hashes_of, on_each_assembly, wait_until  # noqa: E402
from wire import Wire, array  # noqa: E402

PLAN = pathlib.Path(__file__).resolve().parent / "progress.plan"
CAMPAIGN = PLAN.parent / "campaign.plan"
on_each_assembly = functools.partial(on_each_assembly, plan=PLAN)


def ask(wire, words=""):
    """What PROGRESS says of anna, as maps; or the error."""
    wire.send("HELLO 3\n")
    wire.reply()
    return wire.ask(f"PROGRESS anna {words}")


def figures(row):
    return tuple(row[name] for name in ("achieved", "goal", "percent", "band", "remaining", "days_left", "pace"))


def sell(wire, skus, qty=1, ids=itertools.count()):
    """A sale of each to anna, in one piece."""
    wire.send("".join(f"EVENT sale sold-{next(ids)} account=anna amount=1.00 sku={sku} qty={qty} "
                      "time=2026-02-10T10:00:00Z\n" for sku in skus))
    for answer in wire.replies(len(skus)):
        assert answer.startswith("OK"), answer


def by_hand(sku, achieved, goal):
    if goal is None:
        return sku, achieved, None, None, None
    return sku, achieved, goal, max(0, 100 * achieved // goal), max(0, goal - achieved)


def event(wire, kind, number, amount, time, more=""):
    wire.expect_ok(f"EVENT {kind} {number} account=anna amount={amount} time={time} {more}")


class Progress(unittest.TestCase):
    maxDiff = None
    said = None  # of the first assembly

    def test_what_is_achieved_of_a_goal_event_by_event(self):
        """E8: percent is rounded down, so no band begins early; what is lost is lost in the band, too."""
        steps = [("sale", "890.00", "890.00", 89, "red", "yes yes no"),
                 ("sale", "9.99", "899.99", 89, "red", "yes yes no"),
                 ("sale", "0.01", "900.00", 90, "orange", "yes yes no"),
                 ("sale", "99.99", "999.99", 99, "orange", "yes yes no"),
                 ("sale", "0.01", "1000.00", 100, "green", "yes yes yes"),
                 ("refund", "0.01", "999.99", 99, "orange", "yes yes no"),
                 ("refund", "1000.00", "-0.01", 0, "red", "no no no"),
                 ("sale", "1500.01", "1500.00", 150, "green", "yes yes yes")]
        with RunningServer(plan=PLAN) as server, Wire(server.port) as wire:
            for number, (kind, amount, achieved, percent, band, reached) in enumerate(steps):
                event(wire, kind, number, amount, f"2026-01-{10 + number}T10:00:00Z")
                row, = ask(wire, "target=spend")
                self.assertEqual((row["achieved"], row["goal"], row["percent"], row["band"]),
                                 (achieved, "1000.00", percent, band), number)
                self.assertEqual([(each["percent"], each["from"], each["reached"]) for each in row["milestones"]],
                                 list(zip((50, 80, 100), ("500.00", "800.00", "1000.00"), reached.split())))
                self.assertEqual(row["lsn"], number + 2, "the LSN of the event before it")
                if achieved == "-0.01":
                    self.assertEqual(figures(row)[4:], ("1000.01", 16, "62.51"), "more is missing than the goal")

    def fill(self, wire):
        event(wire, "sale", 1, "400.00", "2026-02-10T10:00:00Z", "sku=A7 size=10 qty=1")
        event(wire, "sale", 2, "300.00", "2026-02-11T10:00:00Z", "sku=A1 size=9 qty=3")
        event(wire, "sale", 3, "100.00", "2026-02-12T10:00:00Z", "sku=\"B 2\" size=10 qty=2")
        event(wire, "refund", 4, "100.00", "2026-02-12T11:00:00Z", "sku=\"B 2\" qty=2")
        wire.expect_ok("TARGET account=anna target=boxes period=2026-Q1 key=A7 key2=10 value=2 time=2026-02-12T11:00:00Z")
        wire.expect_ok("TARGET account=anna target=quota period=2026-Q1 value=800.00 time=2026-02-12T11:00:00Z")
        wire.expect_ok("HOLDER account=anna attribute=grade value=gold effective=2026-02-01T00:00:00Z "
                       "time=2026-02-12T11:00:00Z")

    @on_each_assembly
    def test_all_targets_with_goals_from_everywhere(self, server):
        """A param, a table by a key and by what is known, a file, none; the same after a stop (a snapshot) and a kill."""
        expected = [
            # 12 February in Jakarta: 17 days are left, 4 of the week, 48 of the quarter.
            ("spend", {}, "2026-02", "700.00", "1000.00", 70, "red", "300.00", 17, "17.65"),
            ("pieces", {"sku": "A1"}, "2026-02", "3", "4", 75, "warm", "1", 17, "1"),
            ("pieces", {"sku": "A7"}, "2026-02", "1", None, None, "none", None, 17, None),
            ("boxes", {"sku": "A1", "size": "9"}, "2026-Q1", "1", "3", 33, "red", "2", 48, "1"),
            ("boxes", {"sku": "A7", "size": "10"}, "2026-Q1", "1", "2", 50, "red", "1", 48, "1"),
            ("boxes", {"sku": "B 2", "size": "10"}, "2026-Q1", "1", "3", 33, "red", "2", 48, "1"),
            ("visits", {}, "2026-W07", "3", "2", 150, "green", "0", 4, "0"),
            ("quota", {}, "2026-Q1", "800.00", "800.00", 100, "green", "0.00", 48, "0.00"),
        ]
        with Wire(server.port) as wire:
            self.fill(wire)
            before = hashes_of(wire)
        for how in server.each_start():
            with self.subTest(how), Wire(server.port) as wire:
                rows = ask(wire)
                self.assertEqual([(row["target"], row["keys"], row["period"], *figures(row)) for row in rows],
                                 expected)
                self.assertEqual({(row["program"], row["state"], row["lsn"]) for row in rows}, {("club", "open", 8)})
                self.assertEqual([(row["from"], row["until"], row["unit"]) for row in rows[:2]],
                                 [("2026-01-31T17:00:00Z", "2026-02-28T17:00:00Z", unit) for unit in ("GBP", "")])
                Progress.said = Progress.said or rows
                self.assertEqual(rows, Progress.said, "no number of shards and no start shows")
                wire.send("HELLO 2\n")
                wire.reply()
                flat = wire.ask("progress anna target=quota")
                self.assertEqual(flat[0][:4], ["program", "club", "target", "quota"])
                self.assertEqual(hashes_of(wire), before, "a read changes nothing")

    @on_each_assembly
    def test_periods(self, server):
        """That of the clock, one by its name or by an instant; open until its grace is over; kept for two more."""
        with Wire(server.port) as wire:
            self.fill(wire)
            self.assertEqual([row["target"] for row in ask(wire, "period=2026-02")], ["spend", "pieces", "pieces"])
            self.assertEqual([row["target"] for row in ask(wire, "period=2026-W07")], ["visits"])
            ahead, = ask(wire, "target=spend period=2026-03")
            self.assertEqual(figures(ahead), ("0.00", "2000.00", 0, "red", "2000.00", 31, "64.52"))
            self.assertEqual(ask(wire, "target=club/spend at=2026-03-31T16:59:59.999Z"), [ahead])
            nothing, = ask(wire, "target=visits at=2026-01-28T00:00:00Z")
            self.assertEqual(figures(nothing)[:4], ("0", None, None, "none"), "nothing was known of her then")

            for time, state, days in (("2026-02-28T16:59:59.999Z", "open", 1), ("2026-02-28T17:00:00Z", "open", 0),
                                      ("2026-03-02T16:59:59.999Z", "open", 0), ("2026-03-02T17:00:00Z", "closed", 0),
                                      ("2026-04-02T17:00:00Z", "closed", 0)):
                wire.expect_ok(f"TICK {time}")
                row, = ask(wire, "target=spend period=2026-02")
                self.assertEqual((row["state"], row["days_left"], row["achieved"], row["goal"]),
                                 (state, days, "700.00", "1000.00"), time)
                self.assertEqual(row["pace"], "300.00" if days else None, time)
            self.assertEqual(ask(wire, "target=spend")[0]["period"], "2026-04")
            wire.expect_ok("TICK 2026-05-02T16:59:59.999Z")
            self.assertEqual(ask(wire, "target=spend period=2026-02")[0]["achieved"], "700.00")
            wire.expect_ok("TICK 2026-05-02T17:00:00Z")
            gone = ask(wire, "period=2026-02")
            self.assertTrue(gone.startswith("LATE period: it is closed for so long that"), gone)
            # Of the quarter all is kept.
            self.assertEqual([row["target"] for row in ask(wire, "at=2026-02-12T00:00:00Z")],
                             ["boxes", "boxes", "boxes", "quota"])

    @on_each_assembly
    def test_of_who_has_nothing_yet_all_is_before_the_goal(self, server):
        """Nobody has to have done anything to see what is to be done."""
        with Wire(server.port) as wire:
            wire.expect_ok("TICK 2026-02-10T10:00:00Z")
            spend = ("spend", "0.00", "1000.00", 0, "red", "1000.00", 19, "52.64")
            quota = ("quota", "0.00", None, None, "none", None, 50, None)
            unknown = ("visits", "0", None, None, "none", None, 6, None)
            gold = ("visits", "0", "2", 0, "red", "2", 6, "1")
            for step, visits in (("PING", unknown),
                                 ("EVENT refund 1 account=anna amount=0.00 time=2026-02-10T10:00:00Z", unknown),
                                 ("HOLDER account=anna attribute=grade value=gold effective=2026-02-01T00:00:00Z "
                                  "time=2026-02-10T10:00:00Z", gold)):
                wire.ask(step)
                self.assertEqual([(row["target"], *figures(row)) for row in ask(wire)], [spend, visits, quota], step)

    def test_what_is_kept_of_further_names(self):
        """What was achieved or said, and no zero; texts by their bytes, counts by their size; the first 1,000."""
        with RunningServer(plan=PLAN) as server, Wire(server.port) as wire:
            sell(wire, ("A1", "b2", "B2"), qty=2)
            event(wire, "refund", 1, "1.00", "2026-02-10T10:00:00Z", "sku=A1 qty=2")
            self.assertEqual([row["keys"]["sku"] for row in ask(wire, "target=pieces")], ["B2", "b2"],
                             "of the goal of A1 the table says, and nobody of anna")
            for number, size in enumerate((100, 9, 10)):
                event(wire, "sale", f"size-{number}", "1.00", "2026-02-10T10:00:00Z", f"sku=A7 size={size}")
            wire.expect_ok("TARGET account=anna target=boxes period=2026-Q1 key=A7 key2=11 value=2 "
                           "time=2026-02-10T10:00:00Z")
            self.assertEqual([(row["keys"]["size"], row["achieved"], row["goal"]) for row in ask(wire, "target=boxes")],
                             [("9", "1", "3"), ("10", "1", "3"), ("11", "0", "2"), ("100", "1", "3")])
            wire.expect_ok("TARGET account=anna target=boxes period=2026-Q1 key=A7 key2=11 value=0 "
                           "time=2026-02-10T10:00:00Z")
            self.assertEqual([row["keys"]["size"] for row in ask(wire, "target=boxes")], ["9", "10", "100"])

            sell(wire, [f"s-{number}" for number in range(9_998)])
            expected = sorted(["b2", "B2", *(f"s-{number}" for number in range(9_998))])[:1_000]
            self.assertEqual([row["keys"]["sku"] for row in ask(wire, "target=pieces")], expected)
            self.assertTrue(ask(wire).startswith("LIMIT target: of more than 10000 sets of further names"), "3 boxes")
            sell(wire, ["one-more"])
            self.assertTrue(ask(wire, "target=pieces").startswith("LIMIT target: "))
            self.assertEqual(len(ask(wire, "target=boxes")), 3)
            self.assertEqual(ask(wire, "target=spend")[0]["achieved"], "10004.00")

    @on_each_assembly
    def test_who_asks_much_at_once_is_slowed_down_and_gets_it_all(self, server):
        """More than all connections of a loop may have waiting (256 MiB)."""
        with Wire(server.port) as wire:
            sell(wire, [f"{number:0100}" for number in range(1_000)])
            request = b"PROGRESS anna target=pieces\n"
            wire.send(b"HELLO 3\n" + request)
            wire.replies(2)
            wire.send(request + b"PING\n")
            size = self.bytes_until(wire, b"+PONG\r\n", 1)
            times = (260 << 20) // size + 1
            wire.send(request * times + b"PING\n")
            self.assertEqual(self.bytes_until(wire, b"+PONG\r\n", times * size), times * size)

    @staticmethod
    def bytes_until(wire, end, least):
        """How many come in front of `end`, looked for behind the first `least`."""
        count, tail = 0, b""
        while not (count >= least and tail.endswith(end)):
            data = wire.socket.recv(1 << 20)
            assert data, f"it is closed after {count} bytes"
            count += len(data)
            tail = (tail + data)[-len(end):]
        return count - len(end)

    def test_new_names_come_while_others_ask(self):
        """Who asks reads the names that admission adds to, from another thread."""
        with RunningServer("--threads", "net=3,shards=2", "--shards", "4", plan=PLAN) as server:
            is_over = threading.Event()
            with concurrent.futures.ThreadPoolExecutor() as pool, Wire(server.port) as wire:
                asking = [pool.submit(self.ask_again, server.port, is_over) for _ in range(2)]
                try:
                    for begin in range(0, 5_000, 250):
                        sell(wire, [f"s-{number}" for number in range(begin, begin + 250)])
                finally:
                    is_over.set()
                for each in asking:
                    self.assertGreater(each.result(), 0)
                self.assertEqual(len(ask(wire, "target=pieces")), 1_000)

    def ask_again(self, port, is_over):
        """How often it was answered."""
        with Wire(port) as wire:
            wire.ask("HELLO 3")
            for count in itertools.count():
                if is_over.is_set():
                    return count
                names = [row["keys"]["sku"] for row in wire.ask("PROGRESS anna target=pieces")]
                self.assertEqual(names, sorted(set(names)))
                self.assertLessEqual({name[:2] for name in names}, {"s-"})

    def test_campaigns_roles_and_periods_of_two_plans(self):
        """A campaign is there on its days alone; one name in two plans; weeks, quarters and periods of a plan's own."""
        with RunningServer(plans=(PLAN, CAMPAIGN)) as server, Wire(server.port) as wire:
            for month in range(1, 8):
                event(wire, "sale", month, "60.00", f"2026-{month:02}-10T10:00:00Z", "seller=sam")
                rows = ask(wire, "program=campaign")
                self.assertEqual([row["target"] for row in rows], [
                    *(["spring"] if 3 <= month <= 5 else []), "golden", "spend", "sold", "quarterly"], month)
                for row in rows:
                    if row["target"] == "spring":
                        self.assertEqual(row["milestones"], [{"percent": 50, "from": "50.00", "reached": "yes"}])
            points = [each for each in wire.ask("BALANCE anna") if each[:2] == ["campaign", "points"]]
            self.assertEqual(points, [["campaign", "points", "30"]], "three times, as it is shown")
            # 10 July 2026 is a Friday; 14 days from 5 January on begin on 6 July; the year is that from April.
            self.assertEqual([(row["target"], row["role"], row["period"], row["days_left"], row["achieved"])
                              for row in ask(wire, "program=campaign")],
                             [("golden", "account", "2026-07", 22, "1"), ("spend", "account", "2026-07-05", 2, "60.00"),
                              ("sold", "seller", "2026-07-06", 10, "0"), ("quarterly", "account", "2026/27-Q2", 83, "1")])
            self.assertEqual([(row["program"], row["period"]) for row in ask(wire, "target=spend")],
                             [("club", "2026-07"), ("campaign", "2026-07-05")])
            self.assertEqual([row["program"] for row in ask(wire, "target=campaign/spend")], ["campaign"])
            self.assertEqual([row["program"] for row in ask(wire, "target=spend program=club")], ["club"])
            self.assertEqual([row["target"] for row in ask(wire, "period=2026-07-06")], ["sold"])
            self.assertEqual([row["target"] for row in ask(wire, "period=2026/27-Q2")], ["quarterly"])
            row, = wire.ask("PROGRESS sam target=sold")
            self.assertEqual((row["role"], row["achieved"]), ("seller", "1"))

    def test_what_a_milestone_hangs_on_besides_is_not_looked_at(self):
        """`when`: whoever it does not hold for reaches the goal all the same, and is not paid."""
        with RunningServer(plan=CAMPAIGN) as server, Wire(server.port) as wire:
            for number in range(2):
                event(wire, "sale", number, "1.00", "2026-07-10T10:00:00Z")
            row, = ask(wire, "target=golden")
            self.assertEqual([each["reached"] for each in row["milestones"]], ["yes"])
            self.assertEqual(wire.ask("BALANCE anna"), [])

    def test_a_plan_that_begins_with_a_later_version_shows_nothing_of_before(self):
        text = CAMPAIGN.read_text("utf-8").replace("plan campaign\n", "plan campaign version 2 from 2026-03-01\n")
        with tempfile.TemporaryDirectory() as folder:
            plan = pathlib.Path(folder) / "second.plan"
            plan.write_text(text, "utf-8")
            with RunningServer(plan=plan) as server, Wire(server.port) as wire:
                event(wire, "sale", 1, "60.00", "2026-02-10T10:00:00Z")
                self.assertEqual(ask(wire, "target=golden"), [])
                wire.expect_ok("TICK 2026-03-10T10:00:00Z")
                self.assertEqual([row["period"] for row in ask(wire, "target=golden")], ["2026-03"])
                self.assertEqual(ask(wire, "target=golden period=2026-02"), [])

    def test_days_are_those_of_today_also_when_nothing_comes(self):
        """By the wall, in a zone where the day has changed an hour ago, whatever the day of UTC."""
        now = datetime.datetime.now(datetime.timezone.utc)
        ahead = (1 - now.hour + 12) % 24 - 12  # hours: there it is between one and two
        midnight = now.replace(minute=0, second=0, microsecond=0) - datetime.timedelta(hours=1)
        today = (now + datetime.timedelta(hours=ahead)).date()
        zone = f"Etc/GMT{'-' if ahead >= 0 else '+'}{abs(ahead)}"
        text = PLAN.read_text("utf-8").replace("Asia/Jakarta", zone)
        with tempfile.TemporaryDirectory() as folder:
            plan = pathlib.Path(folder) / "here.plan"
            plan.write_text(text, "utf-8")
            with RunningServer(plan=plan) as server:
                with Wire(server.port) as wire:
                    event(wire, "sale", 1, "1.00", (midnight - datetime.timedelta(minutes=1)).isoformat())
                server.stop()
                server._clock = "wall"
                server.start()
                left = calendar.monthrange(today.year, today.month)[1] - today.day + 1
                with Wire(server.port) as wire:
                    wait_until(lambda: (row := ask(wire, "target=spend")[0])["days_left"] == left and
                               row["period"] == today.isoformat()[:7], f"it is {today} in {zone}")

    def test_a_read_stands_among_the_writes(self):
        """Each is of its own place, also where all go in one piece, over shards and loops."""
        for assembly in running_server.ASSEMBLIES:
            with self.subTest(assembly), RunningServer(*assembly, plan=PLAN) as server, Wire(server.port) as wire:
                wire.send("HELLO 3\n")
                wire.reply()
                requests = b""
                for number in range(200):
                    who = ("anna", "ben", "cora")[number % 3]
                    requests += (f"EVENT sale {number} account={who} amount=1.00 sku=s-{number} qty=1 "
                                 f"time=2026-02-10T10:00:00Z\n").encode()
                    requests += array("PROGRESS", who, "target=spend") + array("PROGRESS", who, "target=pieces")
                wire.send(requests)
                replies = wire.replies(600)
                for number in range(200):
                    (spend,), pieces = replies[3 * number + 1], replies[3 * number + 2]
                    self.assertEqual((spend["achieved"], spend["lsn"]), (f"{number // 3 + 1}.00", number + 2))
                    self.assertEqual([row["keys"]["sku"] for row in pieces],
                                     sorted(f"s-{n}" for n in range(number % 3, number + 1, 3)))

    def test_random_sales_are_as_they_are_counted_by_hand(self):
        """A slow twin: sums by account and month of Jakarta, asked amid the events, over shards and loops."""
        for assembly in running_server.ASSEMBLIES:
            draw = random.Random(26)
            spend, pieces = collections.Counter(), collections.Counter()
            with self.subTest(assembly), RunningServer(*assembly, plan=PLAN) as server, Wire(server.port) as wire:
                wire.send("HELLO 3\n")
                wire.reply()
                time = datetime.datetime(2026, 1, 5, tzinfo=datetime.timezone.utc)
                for number in range(300):
                    time += datetime.timedelta(minutes=draw.randrange(3_000))
                    month = (time + datetime.timedelta(hours=7)).strftime("%Y-%m")
                    who, sku = draw.choice(("anna", "ben")), draw.choice(("A1", "A7", "Z9", "ä ö"))
                    sign = draw.choice((1, 1, -1))
                    pennies, qty = draw.randrange(1, 60_000), draw.randrange(1, 4)
                    wire.expect_ok(f"EVENT {'sale' if sign > 0 else 'refund'} {number} account={who} "
                                   f"amount={pennies // 100}.{pennies % 100:02} sku=\"{sku}\" qty={qty} "
                                   f"time={time.isoformat()}")
                    spend[who, month] += sign * pennies
                    pieces[who, month, sku] += sign * qty
                    self.assertEqual(self.shown(wire, who, "spend"),
                                     [by_hand("", spend[who, month], 100_000 if month < "2026-03" else 200_000)])
                    self.assertEqual(self.shown(wire, who, "pieces"),
                                     [by_hand(sku, count, 4 if sku == "A1" else None)
                                      for (one, of, sku), count in sorted(pieces.items())
                                      if (one, of) == (who, month) and count != 0])

    @staticmethod
    def shown(wire, who, target):
        def number(text):
            return None if text is None else int(text.replace(".", ""))
        return [(row["keys"].get("sku", ""), number(row["achieved"]), number(row["goal"]), row["percent"],
                 number(row["remaining"])) for row in wire.ask(f"PROGRESS {who} target={target}")]

    def test_what_is_wrong_is_said(self):
        usage = "write PROGRESS account [program=P] [target=T] [period=PERIOD | at=TIME]"
        with RunningServer(plan=PLAN) as server, Wire(server.port) as wire:
            event(wire, "sale", 1, "1.00", "2026-02-10T10:00:00Z")
            for request, reply in (
                    ("PROGRESS", f"SYNTAX word 2: a word is missing; {usage}"),
                    ("PROGRESS anna spend", f"SYNTAX word 3: this is not how it goes on; {usage}"),
                    ("PROGRESS anna target=", f"SYNTAX word 3: this is not how it goes on; {usage}"),
                    ("PROGRESS anna target=spend target=spend", f"SYNTAX word 4: target stands here twice; {usage}"),
                    ("PROGRESS anna period=2026-02 at=1",
                     f"SYNTAX word 4: of period and at only one can say which; {usage}"),
                    ('PROGRESS ""', "INVALID word 2, account: "),
                    ("PROGRESS anna target=spent", "UNKNOWN word 3, target: no plan has a target spent; did you mean "
                                                   "spend?"),
                    ("PROGRESS anna target=x", "UNKNOWN word 3, target: no plan has a target x; there are spend, pieces"),
                    ("PROGRESS anna target=spend program=clab",
                     "UNKNOWN word 4, program: no plan has a target in clab; did you mean club?"),
                    ("PROGRESS anna period=2026-13", "INVALID word 3, period: 2026-13 is no period of these targets; "
                                                     "write one such as "),
                    ("PROGRESS anna target=spend period=2026-Q1",
                     "INVALID word 4, period: 2026-Q1 is no period of this target; write one such as 2025-"),
                    ("PROGRESS anna at=soon", "INVALID word 3, at: soon is no time; write one such as"),
                    ("PROGRESS anna period=9999-12", "INVALID word 3, period: 9999-12 is no period")):
                self.assertEqual(str(wire.ask(request))[:len(reply)], reply, request)
        with RunningServer() as server, Wire(server.port) as wire:
            self.assertEqual(wire.ask("PROGRESS anna"), "UNKNOWN target: no plan has a target")

    def test_a_version_says_another_goal_from_its_day_on(self):
        """Each period is shown as the version says that holds in it; what it leaves out ends."""
        text = PLAN.read_text("utf-8")
        second = text.replace("plan club\n", "plan club version 2 from 2026-03-01\n")
        second = second.replace("param aim = 1000.00 GBP\n  from 2026-03-01 : 2000.00 GBP", "param aim = 500.00 GBP")
        second = second.replace("  at 80%  : credit account 150 points\n", "")
        visits = second[second.index("target visits"):second.index("target quota")]
        share = second[second.index("table share"):second.index("target spend")]
        with RunningServer(plan=PLAN) as server, Wire(server.port) as wire:
            self.fill(wire)
            wire.send(array("PLAN", second.replace(visits, "").replace(share, "")))
            published = wire.reply()
            self.assertTrue(published.startswith("OK"), published)
            for how in server.each_start():
                with self.subTest(how), Wire(server.port) as again:
                    found = [(row["period"], row["goal"], [each["percent"] for each in row["milestones"]])
                             for month in ("2026-02", "2026-03")
                             for row in ask(again, f"target=spend period={month}")]
                    self.assertEqual(found, [("2026-02", "1000.00", [50, 80, 100]), ("2026-03", "500.00", [50, 100])])
                    self.assertEqual([row["goal"] for row in ask(again, "target=visits")], ["2"])
                    self.assertEqual(ask(again, "target=visits at=2026-03-05T00:00:00Z"), [])
                    self.assertEqual(len(ask(again, "at=2026-03-05T00:00:00Z")), 5, "spend, boxes and quota")

    @on_each_assembly
    def test_a_version_amid_a_month_is_shown_from_where_it_pays(self, server):
        """The month that is open ends as it began, of what is left out and what is new, too."""
        second = PLAN.read_text("utf-8").replace("plan club\n", "plan club version 2 from 2026-02-15\n  change pin\n")
        second = second.replace("goal aim", "goal 100.00").replace("target pieces", "target parts")
        with Wire(server.port) as wire:
            wire.send(array("PLAN", second))
            self.assertEqual(wire.reply(), "OK 2")
            event(wire, "sale", 1, "60.00", "2026-02-20T10:00:00Z", "sku=A1 qty=2")
            self.assertEqual([(row["target"], row["achieved"], row["goal"], row["percent"])
                              for row in ask(wire, "period=2026-02")],
                             [("pieces", "2", "4", 50), ("spend", "60.00", "1000.00", 6)])
            self.assertEqual(wire.ask("BALANCE anna"), [["club", "points", "10"]], "half of four pieces")
            event(wire, "sale", 2, "60.00", "2026-03-20T10:00:00Z", "sku=A1 qty=2")
            self.assertEqual([(row["target"], row["achieved"], row["goal"], row["percent"])
                              for row in ask(wire, "period=2026-03")],
                             [("spend", "60.00", "100.00", 60), ("parts", "2", "4", 50)])
            self.assertEqual([row["target"] for row in ask(wire, "period=2026-02")], ["pieces", "spend"])
            self.assertEqual(wire.ask("BALANCE anna"), [["club", "points", "120"]], "100 of spend, 10 of parts")

    def test_what_was_said_of_a_target_that_is_kept_for_something_else_now(self):
        """The goal of the second version is its own; TARGET spoke of the first one's, for whole accounts."""
        event_types = "unit GBP, 2 decimals\nevent sale\n  account : account\n  amount : GBP\n  sku : text\n"
        first = ("plan club\n" + event_types + "target quota per account per month\n  achieved sum of amount on sale\n"
                 "  goal from file\nrule champion\n  on sale\n  when quota.percent after >= 100\n"
                 "  credit account 5.00 GBP\n")
        second = ("plan club version 2 from 2026-03-01\n" + event_types + "target quota per account per sku per month\n"
                  "  achieved sum of amount on sale\n  goal 10.00\nrule champion\n  on sale\n  when amount >= 100.00\n"
                  "  credit account 5.00 GBP\n")
        with tempfile.TemporaryDirectory() as folder:
            plan = pathlib.Path(folder) / "first.plan"
            plan.write_text(first, "utf-8")
            with RunningServer(plan=plan) as server, Wire(server.port) as wire:
                wire.expect_ok("TARGET account=anna target=quota period=2026-03 value=50.00 id=t time=2026-02-10T10:00:00Z")
                wire.send(array("PLAN", second))
                self.assertTrue(wire.reply().startswith("OK"))
                self.assertEqual(ask(wire, "period=2026-03"), [])
                event(wire, "sale", 1, "4.00", "2026-03-10T10:00:00Z", "sku=A1")
                row, = ask(wire)
                self.assertEqual((row["keys"]["sku"], row["achieved"], row["goal"], row["percent"]), ("A1", "4.00", "10.00", 40))

    def test_a_question_amid_a_publication_is_of_one_version(self):
        text = PLAN.read_text("utf-8").replace("plan club\n", "plan club version 2 from 2026-02-01\n")
        text = text.replace("param aim = 1000.00 GBP\n  from 2026-03-01 : 2000.00 GBP", "param aim = 500.00 GBP")
        for assembly in running_server.ASSEMBLIES:
            with self.subTest(assembly), RunningServer(*assembly, plan=PLAN) as server, \
                    Wire(server.port) as wire, Wire(server.port) as other:
                event(wire, "sale", 1, "1.00", "2026-01-10T10:00:00Z")
                wire.ask("HELLO 3")
                other.send(array("PLAN", text))
                goals = []

                def is_published():
                    wire.send("PROGRESS anna target=spend period=2026-02\n" * 64)
                    goals.extend(row["goal"] for row, in wire.replies(64))
                    return goals[-1] == "500.00"

                wait_until(is_published, "the second version holds")
                self.assertTrue(other.reply().startswith("OK"))
                self.assertEqual(goals, sorted(goals), "the old one, then the new one")

    def test_as_the_shell_shows_it(self):
        """Without colours where it is no terminal."""
        with RunningServer(plan=PLAN) as server, Wire(server.port) as wire:
            self.fill(wire)
            said = subprocess.run([running_server.GUERDON, "cli", "--connect", f"127.0.0.1:{server.port}", "PROGRESS",
                                   "anna", "at=2026-02-12T11:00:00Z"], capture_output=True, text=True)
        self.assertEqual((said.stdout, said.returncode), (PAGE, 0))


PAGE = """\
spend         2026-02   [==============      ]   70 %  red    700.00 of 1000.00 GBP
club          open      50 %, then 80 %                       300.00 to go, 17.65 a day in 17 days
pieces A1     2026-02   [===============     ]   75 %  warm   3 of 4
club          open      50 %, then 100 %                      1 to go, 1 a day in 17 days
pieces A7     2026-02                                  none   1
club          open                                            no goal
boxes A1 9    2026-Q1   [======              ]   33 %  red    1 of 3
club          open                                            2 to go, 1 a day in 48 days
boxes A7 10   2026-Q1   [==========          ]   50 %  red    1 of 2
club          open                                            1 to go, 1 a day in 48 days
boxes B 2 10  2026-Q1   [======              ]   33 %  red    1 of 3
club          open                                            2 to go, 1 a day in 48 days
visits        2026-W07  [====================]  150 %  green  3 of 2
club          open                                            reached
quota         2026-Q1   [====================]  100 %  green  800.00 of 800.00 GBP
club          open      100 %                                 reached
"""


if __name__ == "__main__":
    running_server.main()
