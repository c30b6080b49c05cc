#!/usr/bin/env python3
"""REPORT over a socket, and `guerdon report` of the folder: each figure counted anew, for any number of shards.

    report_test.py GUERDON [TEST...]
"""
import csv
import datetime
import io
import json
import pathlib
import random
import signal
import subprocess
import sys
import unittest

sys.dont_write_bytecode = True
import report_twin  # noqa: E402
import running_server  # noqa: E402
from report_twin import Known, Twin, compare, day_of, month_of  # noqa: E402
from running_server import RunningServer  # noqa: E402
from wire import Status, Wire, array  # noqa: E402

PLAN = pathlib.Path(__file__).resolve().parent / "report.plan"
OTHER = PLAN.parent / "other_league.plan"
BUDGETS = PLAN.parent / "budgets.plan"
CLUB = Known("club", {"GBP": 2, "points": 0}, ("star",), ("busy", "best"), "best",
             {"spend": ("month", ("red", "orange", "green")), "often": ("day", ("quiet", "busy")),
              "pieces": ("month", ("red", "orange", "green"))}, {"spend": "GBP"}, "price")
PRICES = {"a": 3, "b": 7}
VARIANTS = (("--shards", "1"), ("--shards", "2"), ("--shards", "7"),
            ("--threads", "net=2,shards=2", "--shards", "7"))


def open_wire(server):
    wire = Wire(server.port)
    wire.ask("HELLO 3")
    return wire


def text_of(when):
    return when.strftime("%Y-%m-%dT%H:%M:%S.%fZ").replace(".000000Z", "Z")


def ask(wire, words="", program="club"):
    """That of one program; or the error."""
    answer = wire.ask(f"REPORT {words}".strip())
    return next(each for each in answer if each["program"] == program) if isinstance(answer, list) else answer


def folder_report(server, *words, form="json"):
    done = subprocess.run([running_server.GUERDON, "report", "--data", server.data, "--format", form, *words],
                          capture_output=True, text=True, check=False)
    return json.loads(done.stdout) if form == "json" and done.returncode == 0 else done


class Trace:
    """Requests that a seed gives; what of them was taken, as the twin wants it."""

    def __init__(self, seed):
        self.draw = random.Random(seed)
        self.clock = datetime.datetime(2026, 10, 12, 3)
        self.events, self.knows, self.told = [], {}, {}
        self.numbers = 0

    def number(self):
        self.numbers += 1
        return self.numbers

    def send(self, wire, count):
        for row in PRICES.items():
            wire.expect_ok(f"TABLE table=price key={row[0]} value={row[1]} time={text_of(self.clock)}")
        for account in ("silent", "quiet"):
            self.know(wire, account)
        for _ in range(count):
            self.step(wire)

    def know(self, wire, account):
        wire.expect_ok(f"HOLDER account={account} attribute=grade value=gold effective={text_of(self.clock)} "
                       f"time={text_of(self.clock)}")
        self.knows.setdefault(account, self.clock)

    def step(self, wire):
        draw = self.draw
        account = draw.choice(("anna", "ben", "chi", "dora", "eve", "finn"))
        kind = draw.choices(("sale", "refund", "other"), (12, 3, 2))[0]
        if kind == "other":
            return self.other(wire, account)
        ahead = draw.choice((0, 0, 600, 3_600, 20_000, 90_000))
        occurred = self.clock + datetime.timedelta(seconds=ahead)
        if draw.random() < 0.1:
            occurred -= datetime.timedelta(days=draw.choice((1, 2, 12)))
        sku = draw.choice(("", "a", "b", "c")) if kind == "sale" else ""
        amount = f"{draw.randrange(1, 25_000) / 100:.2f}"
        answer = wire.ask(f"EVENT {kind} e-{self.number()} account={account} amount={amount} time={text_of(occurred)}" +
                          (f" sku={sku}" if sku else ""))
        assert isinstance(answer, Status), answer
        self.clock = max(self.clock, occurred)
        self.events.append((self.clock, occurred, kind, account, sku))

    def other(self, wire, account):
        """At the clock's instant, so that a refusal says nothing of the time."""
        now, number = text_of(self.clock), self.number()
        request = self.draw.choice((
            f"ADJUST account={account} unit=club/points amount=11 reason=x actor=y id=a-{number} time={now}",
            f"ADJUST account={account} unit=club/GBP amount=-1.00 reason=x actor=y id=a-{number} time={now}",
            f"HOLD account={account} unit=club/points amount=5 id=h-{number} for=480h time={now}",
            f"PAYOUT account={account} unit=club/GBP amount=2.00 id=p-{number} time={now}",
            f"REVERSE event=e-{self.draw.randrange(1, number + 1)} reason=x actor=y id=r-{number} time={now}",
            f"TARGET account={account} target=pieces period={month_of(self.clock)} key=a value=2 id=t-{number} "
            f"time={now}"))
        answer = wire.ask(request)
        if request.startswith("TARGET"):
            assert isinstance(answer, Status), answer
            self.told.setdefault(account, self.clock)


class Report(unittest.TestCase):
    maxDiff = None

    def check_all(self, wire, trace):
        last = month_of(trace.clock)
        for label in (last, report_twin.before(last), day_of(trace.clock), "2026-09"):
            with self.subTest(label):
                twin = Twin(wire, CLUB, label, trace, PRICES)
                compare(self, ask(wire, f"program=club period={label}"), twin, trace.clock)

    def test_each_figure_counted_anew(self):
        """And the same over stops and kills, out of the folder, and for each number of shards."""
        for seed in range(1, 4):
            said = None
            for variant in VARIANTS:
                trace = Trace(seed)
                with self.subTest(seed=seed, variant=variant), RunningServer(*variant, plan=PLAN) as server:
                    with open_wire(server) as wire:
                        trace.send(wire, 150)
                        wire.expect_ok(f"TICK {text_of(trace.clock)}")
                        whole = wire.ask("REPORT")
                        said = said or whole
                        self.assertEqual(whole, said)
                        if variant == VARIANTS[0]:
                            self.check_all(wire, trace)
                            self.check_folder(server, whole)
                    for how in (signal.SIGTERM, signal.SIGKILL):
                        server.stop(how)
                        server.start()
                        with open_wire(server) as wire:
                            self.assertEqual(wire.ask("REPORT"), whole)

    def check_folder(self, server, whole):
        self.assertEqual(folder_report(server), whole)
        lines = list(csv.DictReader(io.StringIO(folder_report(server, form="csv").stdout)))
        of = {(line["part"], line["of"], line["figure"]): line["value"] or line["words"] for line in lines}
        report = whole[0]
        self.assertEqual(of["", "", "participants"], str(report["participants"]))
        for unit in report["units"]:
            self.assertEqual(of["units", unit["unit"], "net"], unit["net"])
            self.assertEqual(of["units", unit["unit"], "liability all"], unit["liability"]["all"])
            for kind, amount in unit["kinds"].items():
                self.assertEqual(of["units", unit["unit"], f"kinds {kind}"], amount)
        for target in report["targets"]:
            for band, rows in target["bands"].items():
                self.assertEqual(of["targets", f"{target['target']} {target['period']}", f"bands {band}"], str(rows))

    def test_what_is_due_and_was_not_swept_is_in_it(self):
        """One event moves the clock: days of others are to be closed, and what they were given expires."""
        trace = Trace(9)
        with RunningServer("--shards", "2", plan=PLAN) as server, open_wire(server) as wire:
            trace.send(wire, 60)
            now, later = trace.clock, trace.clock + datetime.timedelta(days=3)
            self.assertEqual(month_of(now), month_of(later), "no prize is due")
            for account in ("anna", "ben", "chi", "dora"):
                wire.expect_ok(f"EVENT sale d-{account} account={account} amount=9.00 time={text_of(now)}")
                wire.expect_ok(f"EVENT sale e-{account} account={account} amount=9.00 time={text_of(now)}")
                wire.expect_ok(f"ADJUST account={account} unit=club/points amount=7 reason=x actor=y id=x-{account} "
                               f"time={text_of(now)} expires={text_of(now + datetime.timedelta(days=1))}")
            first = ask(wire, "program=club")
            wire.expect_ok(f"EVENT refund last account=zoe amount=0.01 time={text_of(later)}")
            before = ask(wire, "program=club")
            wire.expect_ok(f"TICK {text_of(later)}")
            after = ask(wire, "program=club")
        self.assertLess(before.pop("lsn"), after.pop("lsn"))
        self.assertEqual(before, after)
        self.assertEqual(before["units"][1]["breakage"], str(int(first["units"][1]["breakage"]) + 28))
        self.assertNotEqual(before["units"][1]["at_close"], first["units"][1]["at_close"])

    def test_the_figures_of_the_page(self):
        """50,000 and then 56,000 are +12 %; 29 of 31 active are 94 %; what is paid out changes no sum."""
        with RunningServer(plan=PLAN) as server, open_wire(server) as wire:
            wire.expect_ok("EVENT sale o-1 account=m1 amount=500000.00 time=2026-10-05T03:00:00Z")
            for member in range(2, 30):
                wire.expect_ok(f"EVENT sale n-{member} account=m{member} amount=100.00 time=2026-11-05T03:00:00Z")
            for member in (30, 31):
                wire.expect_ok(f"HOLDER account=m{member} attribute=grade value=gold effective=2026-11-01T00:00:00Z "
                               "time=2026-11-05T03:00:00Z")
            wire.expect_ok("EVENT sale n-1 account=m1 amount=562200.00 time=2026-11-06T03:00:00Z")
            wire.expect_ok("PAYOUT account=m1 unit=club/GBP amount=30000.00 id=p-1 time=2026-11-06T03:00:00Z")
            report = ask(wire, "period=2026-11")
            self.assertEqual(report["units"][0]["net"], "56500.00")
            wire.expect_ok("EVENT refund n-r account=m1 amount=5000.00 time=2026-11-07T03:00:00Z")
            report = ask(wire, "period=2026-11 unit=GBP")
            october = ask(wire, "period=2026-10")
            nobody = ask(wire, "period=2020-01")
        self.assertEqual((report["active"], report["participants"], report["adoption_percent"], report["adoption"]),
                         (29, 31, 94, "94 %"))
        [money] = report["units"]
        # 56,220 and 28 times 10 were credited; of 562,200 bought in November and 500,000 before 5,000 came back.
        self.assertEqual((money["credited"], money["net_before"]), ("56500.00", "50000.00"))
        self.assertEqual((money["taken_back"], money["net"], money["change_percent"], money["change"]),
                         ("500.00", "56000.00", 12, "+12 %"))
        self.assertEqual(money["kinds"], {"earn": "56500.00", "clawback": "-500.00", "payout": "-30000.00"})
        self.assertEqual(money["balance"], "76000.00")
        self.assertEqual((october["units"][0]["net"], october["units"][0]["change"], october["adoption"]),
                         ("50000.00", "new", "100 %"))
        self.assertEqual((nobody["participants"], nobody["adoption_percent"], nobody["adoption"]), (0, None, "nobody"))
        self.assertEqual([(unit["net"], unit["change"]) for unit in nobody["units"]],
                         [("0.00", "none"), ("0", "none")])

    def test_winners_are_of_the_period_and_money_of_its_day(self):
        with RunningServer(plan=PLAN) as server, open_wire(server) as wire:
            for number, (account, amount) in enumerate((("anna", "90.00"), ("ben", "80.00"), ("chi", "80.00"))):
                wire.expect_ok(f"EVENT sale s-{number} account={account} amount={amount} time=2026-11-30T03:00:00Z")
            wire.expect_ok("TICK 2026-12-02T00:00:00Z")
            november, december = (ask(wire, f"period={label}") for label in ("2026-11", "2026-12"))
        self.assertEqual([(each["prize"], each["account"], each["amount"], each["unit"])
                          for each in november["winners"]],
                         [("rank 1", "anna", "100", "points"), ("rank 2 to 3", "ben", "1.00", "GBP"),
                          ("rank 2 to 3", "chi", "1.00", "GBP")])
        self.assertEqual(december["winners"], [])
        self.assertEqual([unit["at_close"] for unit in november["units"]], ["2.00", "100"])
        self.assertEqual([unit["net"] for unit in december["units"]], ["2.00", "100"], "dated the first of December")
        self.assertEqual([each["state"] for each in november["targets"] if each["target"] == "spend"], ["closed"])

    def test_what_was_paid_against_what_it_was_paid_for(self):
        """A tenth of what is bought; what is counted has no price, nor has a month in a report of a year."""
        with RunningServer(plan=PLAN) as server, open_wire(server) as wire:
            for number, (account, amount) in enumerate((("anna", "900.00"), ("ben", "650.00"))):
                wire.expect_ok(f"EVENT sale s-{number} account={account} amount={amount} sku=z "
                               "time=2026-11-05T03:00:00Z")
            wire.expect_ok("EVENT refund r-1 account=ben amount=50.00 time=2026-11-06T03:00:00Z")
            wire.expect_ok("ADJUST account=anna unit=club/GBP amount=77.00 reason=x actor=y id=a-1 "
                           "time=2026-11-06T03:00:00Z")
            november, year = (ask(wire, f"period={label}") for label in ("2026-11", "2026"))
            page = folder_report(server, "--program", "club", "--period", "2026-11", form="page").stdout
        of = lambda report: [(each["target"], each["unit"], each["achieved"], each["cost_percent"])  # noqa: E731
                             for each in report["targets"] if each["period"] == "2026-11"]
        # 90.00 and 65.00, less 5.00: a tenth of 1,500.00. What was given by hand is nobody's rule.
        self.assertEqual(november["units"][0]["net"], "150.00")
        self.assertEqual(of(november), [("spend", "GBP", "1500.00", 10), ("pieces", "", "2", None)])
        # Of a year, the month alone is told of: what was paid in the year was not paid for it.
        self.assertEqual(of(year), [("spend", "GBP", "1500.00", None), ("pieces", "", "2", None)])
        self.assertIn("1500.00 GBP", page)
        self.assertIn("cost 10 %", page)

    def test_budgets_are_told_of_in_their_periods(self):
        with RunningServer(plan=BUDGETS) as server, open_wire(server) as wire:
            for number, (kind, account, amount, day) in enumerate((
                    ("ask", "anna", 10, "2026-03-02"), ("wish", "ben", 700, "2026-03-03"),
                    ("wish", "chi", 500, "2026-03-04"), ("wish", "chi", 100, "2026-04-02"))):
                wire.expect_ok(f"EVENT {kind} b-{number} account={account} amount={amount} time={day}T12:00:00Z")
            march, april = (ask(wire, f"period={label}", "season") for label in ("2026-03", "2026-04"))
        of = lambda report: [(each["budget"], each["period"], each["limit"], each["used"], each["left"])  # noqa: E731
                             for each in report["budgets"]]
        self.assertEqual(of(march), [("jar", "2026-03", "1000", "700", "300")])
        self.assertEqual(of(april), [("pot", "", "10001", "10", "9991"), ("jar", "2026-04", "1000", "100", "900")])

    def test_of_all_programs_and_of_kinds_of_periods(self):
        with RunningServer(plans=(PLAN, OTHER)) as server, open_wire(server) as wire:
            wire.expect_ok("EVENT sale s-1 account=anna amount=90.00 time=2026-11-30T03:00:00Z")
            whole = wire.ask("REPORT")
            self.assertEqual([each["program"] for each in whole], ["club", "other"])
            self.assertEqual([each["period"] for each in whole], ["2026-11", "2026-11"])
            self.assertEqual(ask(wire, "program=club each=week")["period"], "2026-W49")
            self.assertEqual(ask(wire, "program=club period=2026-W49")["each"], "week")
            self.assertEqual(ask(wire, "program=club period=2026-Q4")["before"], "2026-Q3")
            self.assertEqual(ask(wire, "program=club each=year")["units"][0]["net"], "9.00")

    def test_what_is_wrong_is_said(self):
        with RunningServer("--no-book", plan=PLAN) as server, open_wire(server) as wire:
            for words, wrong in (
                    ("program=clab", "UNKNOWN word 2, program: there is no program clab; there is club"),
                    ("period=2026-13",
                     "INVALID word 2, period: 2026-13 is no period of program club; write one such as "),
                    ("each=week period=2026-11", "INVALID word 3, period: 2026-11 is no period of program club; "
                                                 "write one such as 2025-W07"),
                    ("each=fortnight", "INVALID word 2, each: no report is made each fortnight; write one of "),
                    ("unit=EUR", "UNKNOWN word 2, unit: no plan has a unit EUR; there is "),
                    ("club", "SYNTAX word 2: this is not how it goes on; write REPORT [program=P]"),
                    ("", "NOBOOK no book is kept")):
                with self.subTest(words):
                    self.assertIn(wrong, str(ask(wire, words)))

    def test_the_log_is_ahead_of_the_book(self):
        """While a server runs, and when it was killed: what only the log has is in the figures."""
        for variant in ((), VARIANTS[-1]):
            with self.subTest(variant), RunningServer(*variant, plan=PLAN) as server:
                for number in range(3):
                    with open_wire(server) as wire:
                        wire.send(array("BATCH", "".join(
                            f"EVENT sale s-{number}-{n} account=a{n % 50} amount=9.00 sku=a time=2026-11-05T03:00:00Z\n"
                            for n in range(8_000))))
                        self.assertEqual(wire.reply()["accepted"], 8_000)
                        of_folder = folder_report(server)
                        self.assertEqual(of_folder, wire.ask("REPORT"))
                        self.assertEqual(of_folder[0]["units"][0]["credited"], f"{7_200 * (number + 1)}.00")
                        wire.expect_ok(f"EVENT sale t-{number} account=a{number} amount=0.00 time=2026-11-05T03:00:00Z")
                        if number == 1:
                            wire.expect_ok("SNAPSHOT")
                    server.stop(signal.SIGKILL)
                    of_folder = folder_report(server)
                    server.start()
                    with open_wire(server) as wire:
                        self.assertEqual(of_folder, wire.ask("REPORT"))

    def test_out_of_a_folder(self):
        with RunningServer(plan=PLAN) as server:
            with open_wire(server) as wire:
                wire.expect_ok("EVENT sale s-1 account=anna amount=90.00 time=2026-11-30T03:00:00Z")
                answer = wire.ask("REPORT period=2026-11")
                self.assertEqual(folder_report(server, "--period", "2026-11"), answer)
            page = folder_report(server, "--program", "club", form="page").stdout
            self.assertIn("club, 2026-11, open: 1 of 1 active, 100 %\n", page)
            table = folder_report(server, "--each", "year", form="csv").stdout
            lines = {line["figure"]: line for line in csv.DictReader(io.StringIO(table)) if not line["part"]}
            self.assertEqual((lines["period"]["value"], lines["period"]["words"]), ("", "2026"), "a name, no number")
            self.assertEqual((lines["active"]["value"], lines["active"]["words"]), ("1", ""))
            wrong = folder_report(server, "--period", "soon")
            self.assertEqual(wrong.returncode, 2)
            self.assertIn("--period: soon is no period of program club", wrong.stderr)


if __name__ == "__main__":
    running_server.main()
