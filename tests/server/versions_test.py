#!/usr/bin/env python3
"""Versions of a plan, published over a socket while events come, and over stops and kills.

    versions_test.py GUERDON [TEST...]
"""
import functools
import json
import pathlib
import signal
import subprocess
import sys
import tempfile
import threading
import unittest
from decimal import Decimal

sys.dont_write_bytecode = True
import running_server  # noqa: E402
from running_server import ASSEMBLIES, RunningServer, hashes_of, on_each_assembly, wait_until  # noqa: E402
from wire import Wire, array  # noqa: E402

HERE = pathlib.Path(__file__).resolve().parent
FIRST = HERE / "versions_1.plan"
SECOND = HERE / "versions_2.plan"
THIRD = HERE / "versions_3.plan"
TEXT = {path: path.read_text() for path in (FIRST, SECOND, THIRD)}
on_each_assembly = functools.partial(on_each_assembly, plan=FIRST)


def publish(wire, text, *more):
    wire.send(array("PLAN", text, *more))
    return wire.reply()


def day(text):
    return f"time=2026-{text}T10:00:00Z"


# Before a version is published, and behind it: requests and replies. The plan is LSN 1.
BEFORE = [
    (f"EVENT purchase p-1 account=anna amount=100.00 {day('02-10')}", "OK 2 1"),
    (f"EVENT purchase p-2 account=bo amount=10.00 {day('02-11')}", "OK 3 1"),
]
BEHIND = [
    # Late, of the days of the first version; then of those of the second.
    (f"EVENT purchase p-3 account=anna amount=100.00 {day('02-12')}", "OK 5 1"),
    (f"EVENT purchase p-4 account=anna amount=100.00 {day('03-01')}", "OK 6 2"),
    (f"EVENT purchase p-5 account=bo amount=10.00 {day('03-02')}", "OK 7 2"),
]
BALANCES = {"anna": [["club", "GBP", "21.00"]], "bo": [["club", "GBP", "2.50"]]}


class Versions(unittest.TestCase):
    maxDiff = None
    hashes = None  # of the first assembly

    def ask_all(self, wire, story, word="OK"):
        for request, reply in story:
            self.assertEqual(wire.ask(request), reply.replace("OK", word, 1), request)

    def check_is_there(self, server):
        with Wire(server.port) as wire:
            for account, balance in BALANCES.items():
                self.assertEqual(wire.ask(f"BALANCE {account}"), balance, account)
            self.ask_all(wire, BEFORE + BEHIND, "DUP")
            self.assertEqual(publish(wire, TEXT[SECOND]), "OK 4")
            self.assertEqual(publish(wire, TEXT[FIRST]), "OK 1")
            self.assertTrue(wire.ask("VERIFY").endswith("ok\n"))
            return hashes_of(wire)

    @on_each_assembly
    def test_events_of_both_sides_and_each_start(self, server):
        """From the log alone, and from a snapshot, with the first plan named or both."""
        with Wire(server.port) as wire:
            self.ask_all(wire, BEFORE)
            self.assertEqual(publish(wire, TEXT[SECOND]), "OK 4")
            self.ask_all(wire, BEHIND)
        before = self.check_is_there(server)
        self.assertEqual(before, Versions.hashes or before, "no number of shards shows")
        Versions.hashes = before
        for how in (signal.SIGKILL, signal.SIGTERM, signal.SIGKILL):
            for plans in ((FIRST,), (FIRST, SECOND)):
                server.stop(how)
                server._plans = [str(plan) for plan in plans]
                server.start()
                with self.subTest(how=how, plans=len(plans)):
                    self.assertEqual(self.check_is_there(server), before)
        server.stop(signal.SIGKILL)
        proof = subprocess.run([running_server.GUERDON, "verify", server.data], capture_output=True, text=True)
        self.assertEqual((proof.returncode, proof.stdout[-3:]), (0, "ok\n"), proof)
        server.start()

    def test_given_at_the_start_it_is_behind_what_there_was(self):
        with RunningServer(plan=FIRST) as server:
            with Wire(server.port) as wire:
                self.ask_all(wire, BEFORE)
            server.stop(signal.SIGKILL)
            server._plans = [str(FIRST), str(SECOND)]
            server.start()
            with Wire(server.port) as wire:
                self.ask_all(wire, BEHIND)
            self.check_is_there(server)

    @on_each_assembly
    def test_of_many_at_once_one_record_comes(self, server):
        answers = []

        def ask():
            with Wire(server.port) as wire:
                answers.append(publish(wire, TEXT[SECOND]))
        threads = [threading.Thread(target=ask) for _ in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(answers, ["OK 2"] * 6)

    @on_each_assembly
    def test_what_comes_behind_it_in_one_write_sees_it(self, server):
        with Wire(server.port) as wire:
            wire.send(b"".join((array("EVENT", "purchase", "a", "account=al", "amount=1.00", day("02-10")),
                                array("PLAN", TEXT[SECOND]), array("PLAN", TEXT[SECOND]), b"PLAN\n",
                                array("EVENT", "purchase", "b", "account=al", "amount=1.00", day("03-10")),
                                b"BALANCE al\n")))
            replies = wire.replies(6)
            self.assertEqual(replies[:3], ["OK 2 1", "OK 3", "OK 3"])
            self.assertEqual([dict(zip(row[::2], row[1::2]))["lsn"] for row in replies[3]], [1, 3])
            self.assertEqual(replies[4:], ["OK 4 2", [["club", "GBP", "1.15"]]])

    @on_each_assembly
    def test_events_may_say_what_the_new_version_asks_for(self, server):
        line = f"EVENT purchase {{}} account=al amount=10.00 channel=web {day('05-01')}"
        with Wire(server.port) as wire, Wire(server.port) as other:
            self.assertTrue(wire.ask(line.format("x")).startswith(("UNKNOWN", "INVALID")))
            self.assertTrue(other.ask(line.format("x")).startswith(("UNKNOWN", "INVALID")))
            self.assertEqual(publish(wire, TEXT[SECOND]), "OK 2")
            self.assertEqual(publish(wire, TEXT[THIRD]), "OK 3")
            self.assertEqual(wire.ask(line.format("x")), "OK 4 3")
            self.assertEqual(other.ask(line.format("y")), "OK 5 3")
            wire.send(f"DRYRUN {line.format('z')}\n")
            self.assertEqual(wire.reply()[:2], ["outcome", "OK"])

    @on_each_assembly
    def test_refused_ones_change_nothing(self, server):
        with Wire(server.port) as wire:
            self.ask_all(wire, BEFORE)
            before = hashes_of(wire)
            second = TEXT[SECOND]
            for text, said in ((second.replace("10% of amount", "10% of amounts"), "INVALID word 2, line "),
                               ("plan", "INVALID word 2, line 1, column "),
                               (second.replace("plan club", "plan clubs"), "INVALID there is no plan clubs"),
                               (second.replace("version 2 from 2026-03-01", ""), "INVALID word 2, line "),
                               (second.replace("from 2026-03-01", "from 2026-02-11"), "INVALID version 2 of plan club is to hold from"),
                               ("", "INVALID word 2, line ")):
                for more in ((), ("dry=yes",)):
                    answer = publish(wire, text, *more)
                    self.assertEqual(str(answer)[:len(said)], said)
            self.assertEqual(publish(wire, second, "dry=no").code, "SYNTAX")
            self.assertEqual(hashes_of(wire), before)
            self.assertEqual(len(wire.ask("PLAN")), 1)

    def test_a_dry_one_says_what_would_change(self):
        with RunningServer(plan=FIRST) as server, Wire(server.port) as wire:
            wire.ask("HELLO 3")
            self.ask_all(wire, BEFORE)
            before = hashes_of_map(wire)
            at = "2026-03-01T00:00:00Z"
            told = publish(wire, TEXT[SECOND], "dry=yes")
            self.assertEqual({name: told[name] for name in ("plan", "version", "from")},
                             {"plan": "club", "version": 2, "from": at})
            self.assertEqual([(rule["rule"], rule["what"], rule["from"], rule["corrects"]) for rule in told["rules"]],
                             [("base", "changed", at, None), ("thanks", "new", at, None), ("gone", "ends", at, None)])
            retro = TEXT[SECOND].replace("rule base\n", "rule base\n  change retro\n")
            told = publish(wire, retro, "dry=yes")
            self.assertEqual([rule["corrects"] for rule in told["rules"]], [at, None, None])
            self.assertEqual(hashes_of_map(wire), before)
            self.assertEqual(publish(wire, TEXT[SECOND]), "OK 4")
            rows = wire.ask("PLAN")
            self.assertEqual([(row["version"], row["from"], row["lsn"]) for row in rows], [(1, None, 1), (2, at, 4)])
            self.assertEqual(len({row["hash"] for row in rows}), 2)

    def test_as_a_line_and_as_a_long_word(self):
        with RunningServer(plan=FIRST) as server, Wire(server.port) as wire:
            quoted = TEXT[SECOND].replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
            self.assertEqual(wire.ask(f'PLAN "{quoted}"'), "OK 2")
            long = TEXT[THIRD] + "# what nobody reads\n" * 5_000
            self.assertEqual(publish(wire, long), "OK 3")

    @on_each_assembly
    def test_killed_behind_the_answer_or_before_it(self, server):
        """Answered, it is there; else it is there whole or not at all."""
        for is_answered in (True, False):
            with self.subTest(is_answered), RunningServer(plan=FIRST) as own:
                with Wire(own.port) as wire:
                    self.ask_all(wire, BEFORE)
                    wire.send(array("PLAN", TEXT[SECOND]))
                    if is_answered:
                        self.assertEqual(wire.reply(), "OK 4")
                    own.stop(signal.SIGKILL)
                own.start()
                with Wire(own.port) as wire:
                    versions = len(wire.ask("PLAN"))
                    self.assertIn(versions, (2,) if is_answered else (1, 2))
                    self.assertEqual(publish(wire, TEXT[SECOND]), "OK 4")
                    self.ask_all(wire, BEHIND)
                self.check_is_there(own)

    @on_each_assembly
    def test_stopped_with_one_under_way(self, server):
        with Wire(server.port) as wire:
            wire.send(b"PING\n" + array("PLAN", TEXT[SECOND]))
            self.assertEqual(wire.reply(), "PONG")
            server.stop(signal.SIGTERM)
            self.assertEqual(wire.reply(), "OK 2")
        server.start()
        with Wire(server.port) as wire:
            self.assertEqual(len(wire.ask("PLAN")), 2)

    @on_each_assembly
    def test_who_asked_is_gone(self, server):
        """It is published, or was not read: and the others go on."""
        with Wire(server.port) as wire:
            wire.send(array("PLAN", TEXT[SECOND]))
            wire.reset()
        with Wire(server.port) as wire:
            wire.expect_ok(f"EVENT purchase p account=al amount=1.00 {day('02-10')}")
            self.assertRegex(publish(wire, TEXT[SECOND]), "^OK [23]$")

    @on_each_assembly
    def test_four_connections_write_meanwhile(self, server):
        """None of their requests fails, and each is paid as its LSN and its day have it."""
        is_published = threading.Event()
        taken = [[] for _ in range(4)]
        faults = []

        def write(number):
            with Wire(server.port) as wire:
                behind = n = 0
                while behind < 200 and n < 50_000:
                    when = day("03-20") if n % 2 else day("02-20")
                    answer = wire.ask(f"EVENT purchase {number}-{n} account=a{number} amount=10.00 {when}")
                    if not str(answer).startswith("OK "):
                        return faults.append(str(answer))
                    taken[number].append((int(answer.split(" ")[1]), n % 2))
                    n += 1
                    behind += is_published.is_set()

        with Wire(server.port) as wire:
            # The engine's time is that of the first day until the version is there.
            writers = [threading.Thread(target=write, args=(number,)) for number in range(4)]
            for writer in writers:
                writer.start()
            wait_until(lambda: all(len(each) > 20 for each in taken) or faults, "all of them write")
            answer = publish(wire, TEXT[SECOND].replace("2026-03-01", "2026-05-01"))
            is_published.set()
            for writer in writers:
                writer.join()
            self.assertEqual(faults, [])
            self.assertTrue(answer.startswith("OK "), answer)
            lsn = int(answer.split(" ")[1])
            all_lsns = sorted([lsn] + [each[0] for one in taken for each in one])
            self.assertEqual(all_lsns, list(range(2, 2 + len(all_lsns))))
            for number, one in enumerate(taken):
                self.assertTrue(any(each[0] < lsn for each in one) and any(each[0] > lsn for each in one))
                for n in range(3):
                    wire.expect_ok(f"EVENT purchase late-{number}-{n} account=a{number} amount=10.00 {day('05-02')}")
                owed = Decimal("0.50") * len(one) + 3 * Decimal("2.00")
                self.assertEqual(wire.ask(f"BALANCE a{number}"), [["club", "GBP", str(owed)]])
            before = hashes_of(wire)
        server.stop(signal.SIGKILL)
        server.start()
        self.assertEqual(server.hashes(), before)

    @on_each_assembly
    def test_reversals_meanwhile(self, server):
        """What is looked up under one version is taken under it."""
        with Wire(server.port) as wire:
            for n in range(60):
                wire.expect_ok(f"EVENT purchase p-{n} account=al amount=10.00 {day('02-10')}")
        answers = []

        def take_back():
            with Wire(server.port) as wire:
                for n in range(60):
                    answers.append(str(wire.ask(f"REVERSE event=p-{n} id=r-{n} reason=wrong actor=boss")))
        taker = threading.Thread(target=take_back)
        taker.start()
        with Wire(server.port) as wire:
            self.assertTrue(publish(wire, TEXT[SECOND]).startswith("OK "))
            self.assertTrue(publish(wire, TEXT[THIRD]).startswith("OK "))
            taker.join()
            self.assertEqual([each[:3] for each in answers], ["OK "] * 60)
            self.assertEqual(wire.ask("BALANCE al"), [])
            before = hashes_of(wire)
        server.stop(signal.SIGKILL)
        server.start()
        self.assertEqual(server.hashes(), before)


def hashes_of_map(wire):
    return wire.ask("HASH")


RETRO = TEXT[SECOND].replace("2026-03-01\n", "2026-03-01\n  change retro\n")


class Corrections(unittest.TestCase):
    """A version that corrects what was since its day: 5.00 of each purchase become 11.00."""
    PURCHASES = 1000
    ACCOUNTS = 10

    def purchases(self, wire, first, count, day_of="03-05"):
        wire.send("".join(f"EVENT purchase p-{n} account=a{n % self.ACCOUNTS} amount=100.00 {day(day_of)}\n"
                          for n in range(first, first + count)).encode())
        for _ in range(count):
            self.assertRegex(wire.reply(), "^OK [0-9]+ [12]$")

    def balances(self, wire):
        return [wire.ask(f"BALANCE a{n}") for n in range(self.ACCOUNTS)]

    def check_corrected(self, wire, purchases, before=0):
        each = Decimal(11 * purchases + 5 * before) / self.ACCOUNTS
        wanted = [[["club", "GBP", f"{each:.2f}"]]] * self.ACCOUNTS
        wait_until(lambda: self.balances(wire) == wanted, "all are corrected")
        self.assertTrue(wire.ask("VERIFY").endswith("ok\n"))

    @on_each_assembly
    def test_while_others_push(self, server):
        with Wire(server.port) as wire, Wire(server.port) as other:
            self.purchases(wire, 0, 100, "02-20")
            self.purchases(wire, 100, self.PURCHASES)
            self.assertRegex(publish(wire, RETRO), "^OK [0-9]+$")
            self.purchases(other, 100 + self.PURCHASES, 200, "03-06")
            self.check_corrected(wire, self.PURCHASES + 200, before=100)
            told = publish(wire, TEXT[THIRD].replace("version 3", "version 2"), "dry=yes")
            self.assertIn("published already", told)
            before = hashes_of(wire)
        for how in (signal.SIGTERM, signal.SIGKILL):
            server.stop(how)
            server.start()
            with Wire(server.port) as wire:
                self.assertEqual(hashes_of(wire), before)

    @on_each_assembly
    def test_killed_amid_them(self, server):
        """Whatever was done when it was killed, a start does the rest, and once."""
        with Wire(server.port) as wire:
            self.purchases(wire, 0, self.PURCHASES)
            self.assertRegex(publish(wire, RETRO), "^OK [0-9]+$")
            server.stop(signal.SIGKILL)
        for how in (signal.SIGKILL, signal.SIGTERM):
            server.start()
            server.stop(how)
        server.start()
        with Wire(server.port) as wire:
            self.check_corrected(wire, self.PURCHASES)
        server.stop(signal.SIGTERM)
        done = subprocess.run([running_server.GUERDON, "log", "inspect", "--records", server.data],
                              capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stderr)
        # One of each purchase, and one that says that all are done.
        self.assertEqual(done.stdout.count("CORRECT"), self.PURCHASES + 1)
        verified = subprocess.run([running_server.GUERDON, "verify", server.data], capture_output=True, text=True)
        self.assertEqual(verified.returncode, 0, verified.stdout + verified.stderr)

    def test_no_other_is_tried_before_it_is_done(self):
        with RunningServer(plan=FIRST) as server:
            with Wire(server.port) as wire:
                for first in range(0, 20 * self.PURCHASES, self.PURCHASES):
                    self.purchases(wire, first, self.PURCHASES)
                self.assertRegex(publish(wire, RETRO), "^OK [0-9]+$")
                server.stop(signal.SIGKILL)
            done = subprocess.run([running_server.GUERDON, "plan", "simulate", "--plan", THIRD, "--data", server.data],
                                  capture_output=True, text=True)
            self.assertEqual((done.returncode, done.stdout), (1, ""), done)
            self.assertIn("is not done yet with its corrections", done.stderr)

    @on_each_assembly
    def test_what_is_asked_of_a_correction(self, server):
        with Wire(server.port) as wire:
            self.purchases(wire, 0, 1)
            self.assertEqual(publish(wire, RETRO), "OK 3")
            wait_until(lambda: wire.ask("BALANCE a0") == [["club", "GBP", "11.00"]], "it is corrected")
            refused = str(wire.ask("REVERSE event=p-0 reason=wrong actor=boss id=r-1"))
            self.assertRegex(refused, "^CONFLICT .* published by LSN 3 corrects it, ")
            told = str(wire.ask("REGISTER a0"))
            self.assertIn("correct", told)
            self.assertIn("UNKNOWN", str(wire.ask("CORRECT publication=3")))


class Programs(unittest.TestCase):
    """What looks at plans and folders, beside a server or without one."""

    def run_it(self, *words):
        return subprocess.run([running_server.GUERDON, *map(str, words)], capture_output=True, text=True)

    def simulate(self, folder, server, text, *more):
        version = pathlib.Path(folder) / "next.plan"
        version.write_text(text)
        return self.run_it("plan", "simulate", "--plan", version, "--data", server.data, *more)

    @on_each_assembly
    def test_what_a_version_would_correct_of_a_running_server(self, server):
        """Before it is published; then just that comes to pass."""
        purchases = ((1, "anna", "100.00", "02-10"), (2, "anna", "40.00", "03-02"), (3, "bo", "100.00", "03-03"))
        with Wire(server.port) as wire, tempfile.TemporaryDirectory() as folder:
            for n, account, amount, date in purchases:
                wire.ask(f"EVENT purchase p-{n} account={account} amount={amount} {day(date)}")
            self.assertRegex(wire.ask("ADJUST account=bo unit=GBP amount=-3.00 id=a-1 reason=test actor=boss"), "^OK 5 ")
            before = hashes_of(wire)
            done = self.simulate(folder, server, RETRO, "--json")
            self.assertEqual((done.returncode, done.stderr), (0, ""), done)
            told = json.loads(done.stdout)
            self.assertEqual((told["data"], told["last_lsn"], told["traces"], told["after"]), (server.data, 5, [], None))
            self.assertEqual([rule["rule"] for rule in told["versions"][0]["rules"]], ["base", "thanks", "gone"])
            self.assertEqual([(unit["in_all"]["after"], unit["up"]) for unit in told["units"]],
                             [("9.00", [{"account": "bo", "before": "0.00", "after": "6.00", "difference": "6.00"},
                                        {"account": "anna", "before": "0.00", "after": "3.00", "difference": "3.00"}])])
            page = self.simulate(folder, server, RETRO).stdout
            self.assertIn(f"of what {server.data} has paid up to LSN 5\n", page)
            self.assertIn("accounts paid     2\n", page)
            self.assertEqual(hashes_of(wire), before)
            # From a day that is ahead, it corrects nothing.
            ahead = self.simulate(folder, server, TEXT[SECOND].replace("2026-03-01", "2026-04-01"))
            self.assertEqual(ahead.returncode, 0, ahead)
            self.assertIn("Nothing that was paid changes.\n", ahead.stdout)
            for text, said in ((TEXT[SECOND], "version 2 of plan club is to hold from"), (TEXT[FIRST], "error E0")):
                refused = self.simulate(folder, server, text)
                self.assertEqual((refused.returncode, refused.stdout), (1, ""), refused)
                self.assertIn(said, refused.stderr)
            self.assertRegex(publish(wire, RETRO), "^OK [0-9]+$")
            wait_until(lambda: wire.ask("BALANCE bo") == [["club", "GBP", "8.00"]], "it is corrected")
            self.assertEqual(wire.ask("BALANCE anna"), [["club", "GBP", "10.00"]])

    def test_what_cannot_be_tried_on_a_folder(self):
        with tempfile.TemporaryDirectory() as folder:
            for words, status, said in (
                    (("--data", folder), 3, "there is no log in"),
                    (("--data", f"{folder}/nowhere"), 3, "cannot read the folder"),
                    ((), 2, "--trace FILE... says which events are paid, or --data DIR which engine's"),
                    (("--data", folder, "--plan", SECOND), 2, "name one plan"),
                    (("--data", folder, "--trace", FIRST), 2, "excludes")):
                refused = self.run_it("plan", "simulate", "--plan", SECOND, *words)
                self.assertEqual((refused.returncode, refused.stdout), (status, ""), words)
                self.assertIn(said, refused.stderr)

    def test_a_replay_goes_by_all_versions(self):
        with tempfile.TemporaryDirectory() as folder:
            trace = pathlib.Path(folder) / "trace.csv"
            trace.write_text("event_id,time,type,account,amount\n"
                             "a,2026-02-10T10:00:00Z,purchase,al,100.00\nb,2026-03-10T10:00:00Z,purchase,al,100.00\n")
            dump = pathlib.Path(folder) / "dump.tsv"
            done = self.run_it("replay", "--plan", FIRST, SECOND, "--trace", trace, "--dump", dump)
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertEqual(dump.read_text(), "al\tGBP\t1600\n")

    def test_a_second_version_is_checked_as_one(self):
        done = self.run_it("plan", "check", FIRST, SECOND, THIRD)
        second = "2026-03-01T00:00:00Z"
        changes = [f"rule base: changed from {second}", f"rule thanks: new from {second}", f"rule gone: ends from {second}",
                   f"{THIRD}: ok", "rule web: new from 2026-04-01T00:00:00Z"]
        self.assertEqual((done.returncode, done.stdout.splitlines()), (0, [f"{FIRST}: ok", f"{SECOND}: ok", *changes]), done)
        with tempfile.TemporaryDirectory() as folder:
            wrong = pathlib.Path(folder) / "wrong.plan"
            wrong.write_text(TEXT[SECOND].replace("amount : GBP", "amount : count"))
            self.assertEqual(self.run_it("plan", "check", FIRST, wrong).returncode, 1)
        printed = self.run_it("plan", "print", "--checked", "--after", FIRST, SECOND)
        self.assertEqual(printed.returncode, 0, printed.stderr)
        self.assertIn("gone", printed.stdout)
        self.assertNotIn("gone", self.run_it("plan", "print", "--checked", SECOND).stdout)
        told = self.run_it("plan", "explain", "--after", FIRST, SECOND)
        self.assertEqual(told.returncode, 0, told.stderr)
        self.assertIn("thanks", told.stdout)

    def test_the_log_shows_it(self):
        with RunningServer(plan=FIRST) as server:
            with Wire(server.port) as wire:
                self.ask(wire)
            server.stop(signal.SIGTERM)
            shown = self.run_it("log", "inspect", "--records", server.data)
            self.assertEqual(shown.returncode, 0, shown.stderr)
            self.assertEqual((shown.stdout.count("PLAN"), shown.stdout.count("channel")), (3, 1), shown.stdout)
            self.assertEqual(self.run_it("verify", server.data).returncode, 0)
            # The next start begins a segment, which is read by what stands in those before it.
            server.start()
            with Wire(server.port) as wire:
                wire.expect_ok(f"EVENT purchase x account=al amount=1.00 channel=web {day('04-03')}")
            server.stop(signal.SIGTERM)
            last = sorted(pathlib.Path(server.data).glob("wal-*.seg"))[-1]
            shown = self.run_it("log", "inspect", "--records", last)
            self.assertEqual(shown.returncode, 0, shown.stderr)
            self.assertEqual((shown.stdout.count("PLAN"), shown.stdout.count("channel")), (0, 1), shown.stdout)
            server.start()

    def ask(self, wire):
        for request, _ in BEFORE:
            wire.expect_ok(request)
        self.assertEqual(publish(wire, TEXT[SECOND]), "OK 4")
        for request, _ in BEHIND:
            wire.expect_ok(request)
        self.assertTrue(publish(wire, TEXT[THIRD]).startswith("OK "))
        wire.expect_ok(f"EVENT purchase w account=al amount=1.00 channel=web {day('04-02')}")


if __name__ == "__main__":
    running_server.main()
