#!/usr/bin/env python3
"""Files of goals put into a folder while the server runs: applied whole or refused, and a report of each.

    drop_test.py GUERDON [TEST...]

A disk that is full is a tmpfs of its own; mounting it needs root, without which these two say that they are left out. As root
what may not be read needs setpriv, which takes the right to read all from the server.
"""
import fcntl
import mmap
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import unittest
import sys

sys.dont_write_bytecode = True
import running_server  # noqa: E402
from dropping import HEADER, Drop, fields  # noqa: E402
from running_server import RunningServer, hashes_of, wait_until  # noqa: E402
from wire import Wire  # noqa: E402

PLAN = pathlib.Path(__file__).resolve().parent / "goals.plan"
GOALS = HEADER + "anna,club,monthly,2026-03,100.00\nbo,club,monthly,2026-03,0.50\n"
SALE = "EVENT sale s-1 account=anna amount=60.00 sku=pen time=2026-03-05T10:00:00Z"
MANY = 120_000  # rows: it is far from through when it is seen to have begun
FULL_MIB = 80
REFUSED = "result: refused, nothing was done\n"

# What is in the file, and what stands behind REFUSED.
BAD_FILES = [
    (b"", "line 1: the first line is empty; it must be a header that names the columns\n"),
    (HEADER.encode(), "line 1: there is no row below the header; send one a goal\n"),
    (b"account,program,target,period\na,club,monthly,2026-03\n", "line 1: the header has no column value; add it\n"),
    (b"\x1f\x8b\x08\x00\x00\x00\x00\x00", None),  # compressed
    (b"\xff\xfea\x00c\x00c\x00", None),  # UTF-16
    (b"\xef\xbb\xbf\xef\xbb\xbf" + GOALS.encode(), None),  # two marks of byte order
    (HEADER.encode() + b"an\x00na,club,monthly,2026-03,1.00\n",
     "line 2: column account: an\\x00na has a control character in it; write it without\n"),
    (HEADER.encode() + b"\xc3\x28,club,monthly,2026-03,1.00\n", None),
    (HEADER.encode() + b"\"anna,club,monthly,2026-03,1.00\n", None),
    (HEADER.encode() + b"an\"na,club,monthly,2026-03,1.00\n", None),
    (HEADER.encode() + b"\"anna\"x,club,monthly,2026-03,1.00\n", None),
    (HEADER.encode() + b"a" * 300 + b",club,monthly,2026-03,1.00\n", None),
    (HEADER.encode() + b"a" * 1_000_000 + b",club,monthly,2026-03,1.00\n", None),
    (HEADER.encode() + b"\"" + b"a\n" * 100_000 + b"\",club,monthly,2026-03,1.00\n", None),
    (HEADER.encode() + b"anna,club,monthly,2026-03,1.00,1\n",
     "line 2: the row has 6 fields and the header 5 columns; put a field that holds commas between double quotes\n"),
    (HEADER.encode() + b"anna,club,monthly,2026-03\n", None),
    (HEADER.encode() + b"anna,club,monthly,2026-03,92233720368547758.08\n",
     "line 2: 92233720368547758.08 is larger than an amount may be\n"),
    (HEADER.encode() + b"anna,club,monthly,2026-03," + b"9" * 200 + b"\n", None),
    (HEADER.encode() + b"anna,club,monthly,2026-03,-1\n", "line 2: -1 is below zero; a target is zero or more\n"),
    (HEADER.encode() + b"anna,club,monthly,2026-03,1.001\n",
     "line 2: value: 1.001 is no goal of monthly; write an amount in GBP from 0 on, with at most 2 decimals, or none\n"),
    (HEADER.encode() + b"anna,club,monthly,2026-03,=1+1\n", None),
    (HEADER.encode() + b"anna,club,monthly,2026-03,1e3\n", None),
    (HEADER.encode() + b"anna,club,monthly,2026-13,1.00\n", None),
    (HEADER.encode() + b"anna,club,monthly,2026-Q1,1.00\n", None),
    (HEADER.encode() + b"anna,club,monthly,2026-03,1.00\nanna,club,monthly,2026-03,2.00\n",
     "line 3: anna has a target for 2026-03 in line 2 already; remove one of them\n"),
    (HEADER.encode() + b"anna,club,weekly,2026-03,1.00\n", None),
    (HEADER.encode() + b"anna,clubb,monthly,2026-03,1.00\n", None),
    (HEADER.encode() + b"anna,club,of_sku,2026-Q1,1\n",
     "line 2: target of_sku is kept per sku, too, which a file cannot say; send TARGET for each\n"),
    # A good row before a wrong one, and as many wrong ones as are told.
    (GOALS.encode() + b"cy,club,monthly,2026-03,x\n",
     "line 4: x is not a number; write digits, with a point before decimals, as in 12.50\n"),
    (GOALS.encode() + b"cy,club,monthly,2026-03,x\n" * 30, None),
]
BAD_NAMES = ["-rf.csv", ".hidden.csv", ".csv", "...csv", "a b.csv", "a\nb.csv", "a;b.csv", "%2e%2e%2fx.csv", "..\\x.csv",
             "caf\u00e9.csv", "x" * 125 + ".csv"]


def rows(count, value="1.00"):
    return HEADER + "".join(f"u{i},club,monthly,2026-03,{value}\n" for i in range(count))


def applied(rows_, new, lines):
    return {"result": "applied", "rows": str(rows_), "rows_applied": str(rows_), "rows_new": str(new), "lines_applied": lines}


def goals_of(wire, accounts):
    """What each is to achieve in March, as PROGRESS has it."""
    found = []
    for account in accounts:
        row, = wire.ask(f"PROGRESS {account} target=monthly period=2026-03")
        found.append(row["goal"])
    return found


class Dropping(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.drop = Drop(pathlib.Path(folder.name) / "drop")
        self.options = ("--drop", str(self.drop.path))

    def serve(self, *options, **how):
        server = RunningServer(*self.options, *options, plan=PLAN, **how)
        self.addCleanup(server.__exit__)
        return server

    def expect(self, report, name, **said):
        found = fields(report)
        self.assertRegex(found.pop("reported"), r"\A20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z\Z")
        self.assertEqual({"file": name, "checksum": found["checksum"], **said}, found, report)
        return found["checksum"]

    # ---- What is good

    def test_a_file_is_applied_and_told_of(self):
        for assembly in running_server.ASSEMBLIES:
            with self.subTest(assembly):
                server = self.serve(*assembly)
                checksum = self.expect(self.drop.ask("goals.csv", GOALS), "goals.csv", **applied(2, 2, "2-3"))
                self.drop.wait_until_empty()
                self.assertEqual(self.drop.files("in"), [])
                self.assertEqual((self.drop.done / f"{checksum}.csv").read_text(), GOALS)
                with Wire(server.port) as wire:
                    wire.expect_ok(SALE)
                    self.assertEqual(wire.ask("BALANCE anna"), [["club", "points", "10"]], "60 % of the goal")
                self.assertEqual(server.stop(), 0)
                self.assertIn("goals.csv: applied, 2 of 2 goals, 2 new\n", server.errors())

    def test_only_what_was_renamed_is_looked_at(self):
        self.serve()
        others = ["a.csv.part", "a.txt", "a.CSV", "a.csv.gz"]
        for each in others:
            (self.drop.into / each).write_text(GOALS)
        self.drop.ask("goals.csv", GOALS)
        self.assertEqual(self.drop.files("in"), sorted(others))
        self.assertEqual(self.drop.files("out"), [])

    def test_the_forms_that_a_table_program_writes(self):
        self.serve()
        text = "\ufeff\"note\",account,program,target,period,value\r\n\"a,\"\"b\"\"\nc\",anna,club,monthly,2026-03,7\r\n\r\n"
        self.expect(self.drop.ask("a.csv", text), "a.csv", **applied(1, 1, "2"))
        self.expect(self.drop.ask("b.csv", "agent,month,target,currency\nanna,2026-03,8.00,GBP"), "b.csv",
                    **applied(1, 1, "2"))

    def test_the_same_file_again_changes_nothing_though_its_period_is_gone(self):
        server = self.serve()
        self.drop.ask("goals.csv", GOALS)
        with Wire(server.port) as wire:
            wire.expect_ok("TARGET account=anna target=monthly period=2026-03 value=7.00 id=since")
            wire.expect_ok("TICK 2026-12-01T00:00:00Z")
            before = hashes_of(wire)
            self.expect(self.drop.ask("again.csv", GOALS), "again.csv", **applied(2, 0, "2-3"))
            self.assertEqual(hashes_of(wire)["state_hash"], before["state_hash"])
        self.drop.wait_until_empty()
        server.stop(signal.SIGKILL)
        server.start()
        self.expect(self.drop.ask("goals.csv", GOALS), "goals.csv", **applied(2, 0, "2-3"))
        more = GOALS + "cy,club,monthly,2026-03,1.00\n"
        self.assertIn("line 2: period 2026-03 is over for good", self.drop.ask("goals.csv", more))

    def test_the_same_file_again_under_plans_that_have_no_such_goal(self):
        server = self.serve()
        text = GOALS + "cy,club,monthly,2026-05,1.00\n"
        self.expect(self.drop.ask("goals.csv", text), "goals.csv", **applied(3, 3, "2-4"))
        with Wire(server.port) as wire:
            wire.expect_ok("TICK 2026-03-02T00:00:00Z")
            version = PLAN.read_text().replace("plan club\n", "plan club version 2 from 2026-04-01\n")
            self.publish(wire, version.replace("  goal from file\n", "  goal 1000.00\n"))
            before = hashes_of(wire)["state_hash"]
            self.expect(self.drop.ask("again.csv", text), "again.csv", **applied(3, 0, "2-4"))
            self.assertEqual(hashes_of(wire)["state_hash"], before)

    def publish(self, wire, text):
        wire.send(b"*2\r\n$4\r\nPLAN\r\n$%d\r\n%s\r\n" % (len(text.encode()), text.encode()))
        answer = str(wire.reply())
        self.assertTrue(answer.startswith("OK "), answer)

    def test_replaying_never_reads_a_file(self):
        server = self.serve()
        checksum = self.expect(self.drop.ask("goals.csv", GOALS), "goals.csv", **applied(2, 2, "2-3"))
        self.drop.wait_until_empty()
        before = server.hashes()
        server.stop(signal.SIGKILL)
        (self.drop.done / f"{checksum}.csv").unlink()
        server.start()
        self.assertEqual(server.hashes(), before)
        server.stop()
        done = subprocess.run([running_server.GUERDON, "verify", server.data], capture_output=True, text=True, check=False)
        self.assertEqual((done.returncode, done.stdout[-3:]), (0, "ok\n"), done.stderr)

    # ---- What is wrong

    def test_bad_files(self):
        server = self.serve()
        before = server.hashes()
        for number, (content, told) in enumerate(BAD_FILES):
            name = f"bad-{number}.csv"
            with self.subTest(content=content[:120]):
                report = self.drop.ask(name, content)
                head, problems = report.split(REFUSED)
                self.assertTrue(head.startswith(f"file: {name}\nchecksum: "), report)
                self.assertRegex(problems, r"\A(line \d+: [^\n]{1,400}\n)+(\.\.\. and maybe more lines\n)?\Z")
                if told is not None:
                    self.assertEqual(problems, told)
        self.assertEqual(server.hashes(), before)
        self.drop.wait_until_empty()
        self.assertEqual([self.drop.files(each) for each in ("in", "done", "out")], [[], [], []])

    def test_too_large(self):
        self.serve()
        with open(self.drop.into / "large.part", "wb") as file:
            file.write(GOALS.encode())
            file.truncate((64 << 20) + 1)
        (self.drop.into / "large.part").rename(self.drop.into / "large.csv")
        self.assertEqual(self.drop.report("large.csv.in"), "file: large.csv\n" + REFUSED +
                         "the file has more than 67108864 bytes; send it in several pieces, each with the header\n")

    def test_too_many_lines(self):
        self.serve()
        report = self.drop.ask("long.csv", HEADER + "\n" * 1_048_576)
        self.assertTrue(report.endswith(REFUSED + "the file has more than 1048576 lines; send it in several pieces, each "
                                        "with the header\n"), report)

    def test_names(self):
        server = self.serve()
        before = server.hashes()
        for name in BAD_NAMES:
            with self.subTest(name=name):
                self.drop.send(name, GOALS)
                reports = wait_until(lambda: [each for each in self.drop.files("out") if each.endswith(".report")], name)
                self.assertEqual(len(reports), 1)
                self.assertRegex(reports[0], r"\A_[A-Za-z0-9._-]+-[0-9a-f]{32}\.report\Z")
                text = (self.drop.out / reports[0]).read_text()
                self.assertRegex(text, r"\Afile: [^\n]+\n" + REFUSED + "a file is sent under a name of 1 to 128 of ")
                self.assertEqual(self.drop.files("in"), [name], "it stays")
                (self.drop.into / name).unlink()
                (self.drop.out / reports[0]).unlink()
        self.assertEqual(server.hashes(), before)

    def test_what_is_no_file_of_its_own(self):
        self.serve()
        secret = self.drop.path.parent / "secret.csv"
        secret.write_text(GOALS)
        (self.drop.into / "link.csv").symlink_to(secret)
        (self.drop.into / "nowhere.csv").symlink_to("nothing")
        (self.drop.into / "parent.csv").symlink_to("..")
        os.link(secret, self.drop.into / "second.csv")
        os.mkfifo(self.drop.into / "pipe.csv")
        (self.drop.into / "folder.csv").mkdir()
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(os.path.relpath(self.drop.into / "socket.csv"))
        words = {"link": "link", "nowhere": "link", "parent": "link", "second": "second name", "pipe": "pipe",
                 "folder": "folder", "socket": "pipe"}
        for name, word in words.items():
            report = self.drop.report(f"{name}.csv.in")
            self.assertTrue(report.startswith(f"file: {name}.csv\n{REFUSED}"), report)
            self.assertIn(word, report.split(REFUSED)[1])
        # What lies in its own folder from before a crash is trusted no more.
        (self.drop.taking / "link.csv").symlink_to(secret)
        os.mkfifo(self.drop.taking / "pipe.csv")
        os.link(secret, self.drop.taking / "second.csv")
        for name in ("link.csv", "pipe.csv", "second.csv"):
            self.assertIn(REFUSED, self.drop.report(name))
        self.drop.wait_until_empty()
        self.assertEqual(secret.read_text(), GOALS)
        self.assertEqual(sorted(each.split(".csv.")[0] for each in self.drop.files("done")), ["link", "pipe", "second"])

    # Who sends may lay another thing there between a look and the rename.
    def test_what_is_a_folder_by_the_time_it_is_taken(self):
        self.serve()
        for turn in range(2):
            folder = self.drop.path / "folder"
            folder.mkdir()
            (folder / "x").write_text(str(turn))
            folder.rename(self.drop.taking / "full.csv")
            self.assertIn(REFUSED + "it is a folder", self.drop.report("full.csv" if turn else "full.csv.in"))
            self.drop.wait_until_empty()
        self.assertEqual((self.drop.into / "full.csv" / "x").read_text(), "0", "it went back")
        self.assertEqual([(self.drop.done / each / "x").read_text() for each in self.drop.files("done")], ["1"])

    def serve_as_one_who_may_not_do_all(self):
        if os.geteuid() != 0:
            return self.serve()
        if shutil.which("setpriv") is None:
            print("LEFT OUT: no setpriv, and root may do all", flush=True)
            self.skipTest("root may do all")
        return self.serve(before=("setpriv", "--bounding-set=-dac_override,-dac_read_search"))

    # It cannot be moved into another folder.
    def test_a_folder_that_may_not_be_written_is_counted_no_more(self):
        self.serve_as_one_who_may_not_do_all()
        folder = self.drop.taking / "full.csv"
        (folder / "x").mkdir(parents=True)
        folder.chmod(0o555)
        self.assertIn(REFUSED + "it is a folder", self.drop.report("full.csv"))
        self.drop.ask("a.csv", GOALS)
        self.assertEqual([each for each in self.drop.files() if each.startswith("full")], ["full.csv.1.refused"])
        (self.drop.taking / "full.csv.1.refused").chmod(0o755)

    def test_what_cannot_be_read_for_long_waits_in_the_senders_folder(self):
        self.addCleanup(signal.signal, signal.SIGIO, signal.signal(signal.SIGIO, signal.SIG_IGN))
        server = self.serve()
        server.stop()
        (self.drop.taking / "a.csv").write_text(GOALS)
        with open(self.drop.taking / "a.csv", "r+b") as file:
            fcntl.fcntl(file, fcntl.F_SETLEASE, fcntl.F_WRLCK)
            server.start()
            self.assertIn("the server cannot read the file: ", self.drop.report("a.csv.in"))
            self.assertEqual([self.drop.files("in"), self.drop.files()], [["a.csv"], []])
        self.expect(self.drop.report("a.csv"), "a.csv", **applied(2, 2, "2-3"))

    def test_what_may_not_be_read_stays_until_it_may(self):
        self.serve_as_one_who_may_not_do_all()
        part = self.drop.into / "a.csv.part"
        part.write_text(GOALS)
        part.chmod(0)
        part.rename(self.drop.into / "a.csv")
        wait_until((self.drop.out / "a.csv.in.report").exists, "a report")
        self.assertEqual((self.drop.out / "a.csv.in.report").read_text(),
                         f"file: a.csv\n{REFUSED}the server may not read the file; change its mode to 644\n")
        self.assertEqual(self.drop.files("in"), ["a.csv"])
        (self.drop.into / "a.csv").chmod(0o644)
        self.expect(self.drop.report("a.csv"), "a.csv", **applied(2, 2, "2-3"))
        self.assertEqual(self.drop.files("out"), [], "that it stays is true no more")

    def test_a_link_of_the_same_name_leaves_the_report_of_the_file(self):
        self.serve()
        self.drop.send("a.csv", GOALS)
        report = self.drop.out / "a.csv.report"
        wait_until(report.exists, "its report")
        before = report.read_text()
        (self.drop.into / "a.csv").symlink_to("nothing")
        self.assertIn("it is a link", self.drop.report("a.csv.in"))
        self.assertEqual(report.read_text(), before)
        (self.drop.into / "a.csv").unlink()

    def test_each_file_has_a_report_of_its_own(self):
        self.serve()
        report = self.drop.out / "a.csv.report"
        before = None
        for _ in range(4):  # from the second on they say the same, but for the time
            self.drop.send("a.csv", GOALS)
            wait_until(lambda: report.exists() and report.stat().st_ino != before, "a new report")
            self.drop.wait_until_empty()
            before = report.stat().st_ino

    def test_in_order_of_time_then_of_name(self):
        names = ["m.csv", "c.csv", "x.csv", "a.csv", "q.csv", "b.csv", "z.csv", "n.csv"]
        times = [1, 2, 3, 4, 5, 5, 6, 7]
        expected = names[:4] + ["b.csv", "q.csv"] + names[6:]
        server = self.serve()
        for folder in (self.drop.into, self.drop.taking):
            server.stop()
            said = len(server.errors())
            for name, at in sorted(zip(names, times)):
                (folder / name).write_text(rows(at))
                os.utime(folder / name, ns=(0, 1_772_000_000_000_000_000 + at))
            server.start()
            for name in names:
                self.drop.report(name)
            wait_until(lambda: server.errors()[said:].count(": applied, ") == len(names), "all to be told")
            told = [line for line in server.errors()[said:].splitlines() if ": applied, " in line]
            self.assertEqual([line.split(":")[1].rsplit("/", 1)[1] for line in told], expected)

    # Not as the page says; it is taken once nothing is added to it from one look to the next.
    def test_a_file_that_is_written_under_its_last_name(self):
        self.serve()
        for turn in range(100):
            name = f"turn-{turn}.csv"
            longest = 0
            with open(self.drop.into / name, "w", encoding="utf-8", buffering=1) as file:
                file.write(HEADER)
                written = time.monotonic()
                for i in range(50):
                    time.sleep(0.03)
                    file.write(f"u{i},club,monthly,2026-03,1.00\n")
                    longest = max(longest, time.monotonic() - written)
                    written = time.monotonic()
            report = self.drop.report(name)
            if longest < 0.2:  # else this machine held the sender up for a look
                self.expect(report, name, **applied(50, 50, "2-51"))
                return
        self.fail("the sender was held up each time")

    def test_a_thousand_that_cannot_be_taken_do_not_keep_others_out(self):
        self.serve()
        for i in range(1000):
            (self.drop.into / f"{i}.csv").mkdir()
        self.expect(self.drop.ask("goals.csv", GOALS), "goals.csv", **applied(2, 2, "2-3"))
        wait_until(lambda: len(self.drop.files("out")) == 1000, "a report of each")
        written = {each: (self.drop.out / each).stat().st_mtime_ns for each in self.drop.files("out")}
        self.expect(self.drop.ask("b.csv", rows(3)), "b.csv", **applied(3, 3, "2-4"))
        self.assertEqual({each: (self.drop.out / each).stat().st_mtime_ns for each in self.drop.files("out")}, written)

    def test_what_cannot_start(self):
        server = self.serve()
        with self.assertRaises(AssertionError) as raised:
            RunningServer(*self.options, plan=PLAN)
        self.assertIn("another process has the folder", str(raised.exception))
        server.stop()
        for each in (self.drop.path, self.drop.taking, self.drop.out, self.drop.done):
            mode = each.stat().st_mode
            each.chmod(mode | 0o020)
            with self.assertRaises(AssertionError) as raised:
                RunningServer(*self.options, plan=PLAN)
            self.assertIn("may be written by its group", str(raised.exception))
            each.chmod(mode)
        self.drop.taking.rename(self.drop.path / "elsewhere")
        self.drop.taking.symlink_to("elsewhere")
        with self.assertRaises(AssertionError) as raised:
            RunningServer(*self.options, plan=PLAN)
        self.assertIn("cannot open the folder", str(raised.exception))

    # OpenSSH does so where a client does not ask for a rename as POSIX has it.
    def test_a_rename_that_gives_the_new_name_first(self):
        self.serve()
        for i in range(20):
            part = self.drop.into / "goals.csv.part"
            part.write_text(rows(i + 1))
            os.link(part, self.drop.into / "goals.csv")
            time.sleep(0.24)  # less than from one look to the next
            part.unlink()
            self.expect(self.drop.report("goals.csv"), "goals.csv", **applied(i + 1, i + 1, f"2-{i + 2}" if i else "2"))

    def test_by_the_wall_clock(self):
        self.serve(clock="wall")
        report = self.drop.ask("old.csv", rows(1).replace("2026-03", "2020-03"))
        self.assertIn(REFUSED + "line 2: period 2020-03 is over for good", report)
        month = time.strftime("%Y-%m", time.gmtime())
        self.expect(self.drop.ask("new.csv", rows(2).replace("2026-03", month)), "new.csv", **applied(2, 2, "2-3"))

    # ---- While it is taken

    def test_who_sent_it_may_change_it_meanwhile(self):
        server = self.serve()
        for turn in range(20):
            name = f"turn-{turn}.csv"
            texts = [rows(2000, f"{each}.{turn:02}").encode() for each in (1, 2)]
            part = self.drop.into / (name + ".part")
            part.write_bytes(texts[0])
            # Through a map, so that its time stays, and it is taken.
            with open(part, "r+b") as file, mmap.mmap(file.fileno(), 0) as mapped:
                mapped[:] = texts[1]
                part.rename(self.drop.into / name)
                until = time.monotonic() + running_server.WAIT_SECONDS
                while not (self.drop.out / f"{name}.report").exists() and time.monotonic() < until:
                    for text in texts:
                        mapped[:] = text
                checksum = self.expect(self.drop.report(name), name, **applied(2000, 2000, "2-2001"))
            copy = (self.drop.done / f"{checksum}.csv").read_text() if self.kept(checksum) else self.fail(checksum)
            self.check_goals(server, copy)

    def kept(self, checksum):
        self.drop.wait_until_empty()
        return (self.drop.done / f"{checksum}.csv").exists()

    # Each account has the goal of its row of the copy: said again, it is the same state.
    def check_goals(self, server, copy):
        with Wire(server.port) as wire:
            before = hashes_of(wire)["state_hash"]
            for row in copy.splitlines()[1::97]:
                account, _, _, period, value = row.split(",")
                wire.expect_ok(f"TARGET account={account} target=monthly period={period} value={value}")
            self.assertEqual(hashes_of(wire)["state_hash"], before)

    def begun(self, number, stage="good"):
        wait_until(lambda: f"many.csv.{number}.{stage}" in self.drop.files(), f"start {number} to begin")

    def test_killed_amid_it(self):
        whole = self.serve(data=None)
        self.drop.ask("many.csv", rows(MANY))
        expected = whole.hashes()
        self.drop.wait_until_empty()
        whole.stop()
        server = self.serve()
        self.drop.send("many.csv", rows(MANY))
        for number in (1, 2):
            self.begun(number)
            wait_until(lambda: int(server.info()["accepted"]) >= number * 1000, "some rows")
            server.stop(signal.SIGKILL)
            self.assertFalse((self.drop.out / "many.csv.report").exists())
            staged = self.staged(server)
            self.assertGreaterEqual(staged, number * 900, "the next start goes on behind these")
            server.start()
        self.expect(self.drop.report("many.csv"), "many.csv", **applied(MANY, MANY, f"2-{MANY + 1}"))
        self.assertEqual(server.hashes(), expected, "each row was staged once")

    def staged(self, server):
        """Records of a stopped server's log, started without the folder: nothing of the file is to be seen."""
        with RunningServer(plan=PLAN, data=server.data) as other:
            with Wire(other.port) as wire:
                wire.ask("HELLO 3")
                self.assertEqual(goals_of(wire, ("u0", f"u{MANY - 1}")), [None, None])
            rows_ = int(other.info()["lsn_applied"])
            other.stop(signal.SIGKILL)
        return rows_

    # Who reads amid a file sees none of its rows, and then all.
    def test_a_reader_amid_it_sees_none_or_all(self):
        for assembly in running_server.ASSEMBLIES:
            with self.subTest(assembly):
                server = self.serve(*assembly)
                name = f"many-{len(assembly)}.csv"
                accounts = ("u0", f"u{MANY // 2}", f"u{MANY - 1}")
                is_seen = False
                with Wire(server.port) as wire, Wire(server.port) as plain:
                    wire.ask("HELLO 3")
                    wire.expect_ok(SALE.replace("anna", "u0"))
                    self.drop.send(name, rows(MANY, "60.00"))
                    until = time.monotonic() + running_server.WAIT_SECONDS
                    while not is_seen and time.monotonic() < until:
                        # Whoever asks later sees no less.
                        balance = plain.ask("BALANCE u0")
                        goals = goals_of(wire, reversed(accounts))
                        self.assertEqual(goals, sorted(goals, key=lambda goal: goal is not None))
                        is_seen = goals == ["60.00"] * 3
                        if goals[-1] is None:
                            self.assertEqual(balance, [])
                    self.assertTrue(is_seen)
                    self.assertEqual(plain.ask("BALANCE u0"), [["club", "points", "110"]],
                                     "it is owed as of the COMMIT, and seen before anything comes")
                self.assertEqual(fields(self.drop.report(name))["result"], "applied")
                self.assertEqual(server.stop(), 0)

    # The COMMIT is in the log and the report is not written: so it is told by the next start.
    def test_killed_behind_the_commit(self):
        server = self.serve()
        (self.drop.out / "goals.csv.report").mkdir()
        self.drop.send("goals.csv", GOALS)
        wait_until(lambda: "cannot write goals.csv.report" in server.errors(), "it to be applied, and not told")
        before = server.hashes()
        server.stop(signal.SIGKILL)
        server.start()
        self.assertEqual(server.hashes(), before)
        (self.drop.out / "goals.csv.report").rmdir()
        self.expect(self.drop.report("goals.csv"), "goals.csv", **applied(2, 0, "2-3"))

    # At any moment about the COMMIT: all rows hold behind the next start, or none did and they do then.
    def test_killed_about_the_commit(self):
        few = 3_000
        whole = self.serve(data=None)
        self.drop.ask("few.csv", rows(few))
        expected = whole.hashes()["state_hash"]
        self.drop.wait_until_empty()
        whole.stop()
        for turn in range(8):
            with self.subTest(turn):
                server = self.serve()
                self.drop.send("few.csv", rows(few))
                wait_until(lambda: int(server.info()["accepted"]) >= few - 300 * (turn % 4), "most of its rows")
                time.sleep(0.003 * turn)
                server.stop(signal.SIGKILL)
                with RunningServer(plan=PLAN, data=server.data) as other, Wire(other.port) as wire:
                    wire.ask("HELLO 3")
                    self.assertIn(set(goals_of(wire, ("u0", "u7", f"u{few - 1}"))), ({None}, {"1.00"}))
                    other.stop(signal.SIGKILL)
                server.start()
                self.assertEqual(fields(self.drop.report("few.csv"))["result"], "applied")
                self.assertEqual(server.hashes()["state_hash"], expected)
                self.drop.wait_until_empty()
                server.stop()
                # Killed behind its report, it tells once more.
                (self.drop.out / "few.csv.report").unlink(missing_ok=True)

    # Nobody goes on with it.
    def test_what_is_staged_and_lost_is_given_up(self):
        server = self.serve()
        self.drop.send("many.csv", rows(MANY))
        self.begun(1)
        wait_until(lambda: int(server.info()["accepted"]) >= 1000, "some rows")
        server.stop(signal.SIGKILL)
        for each in self.drop.files():
            (self.drop.taking / each).unlink()
        server.start()
        self.expect(self.drop.ask("goals.csv", GOALS), "goals.csv", **applied(2, 2, "2-3"))
        with Wire(server.port) as wire:
            wire.ask("HELLO 3")
            self.assertEqual(goals_of(wire, ("u0",)), [None])

    def test_stopped_amid_it_as_often_as_you_like(self):
        server = self.serve()
        self.drop.send("many.csv", rows(MANY))
        for _ in range(5):
            if "many.csv.1.good" not in self.drop.files():
                wait_until(lambda: "many.csv.1.good" in self.drop.files() or
                           (self.drop.out / "many.csv.report").exists(), "it to begin")
            self.assertEqual(server.stop(), 0)
            server.start()
        self.assertEqual(fields(self.drop.report("many.csv"))["result"], "applied")

    def test_a_file_that_ends_the_server_is_set_aside(self):
        server = self.serve()
        self.drop.send("many.csv", rows(MANY))
        for number in (1, 2, 3):
            self.begun(number)
            server.stop(signal.SIGKILL)
            server.start()
        report = self.drop.report("many.csv")
        found = fields(report)
        self.assertEqual(found["result"], "set aside, nothing was done")
        self.assertIn("the server ended 3 times while it worked on this file", report)
        self.assertNotIn("rows_applied", found)
        self.drop.wait_until_empty()
        self.assertEqual((self.drop.done / (found["checksum"] + ".csv")).read_text(), rows(MANY))
        # And it is not the end of the folder, nor of the file.
        self.expect(self.drop.ask("goals.csv", GOALS), "goals.csv", **applied(2, 2, "2-3"))
        self.assertEqual(fields(self.drop.ask("many.csv", rows(MANY)))["result"], "applied")

    def test_one_that_ended_it_before_a_row_was_applied(self):
        server = self.serve()
        server.stop()
        (self.drop.taking / "bad.csv.3.copy").write_text(GOALS)
        server.start()
        report = self.drop.report("bad.csv")
        self.assertEqual(fields(report)["result"], "set aside, nothing was done")
        self.assertEqual(server.info()["accepted"], "0")

    # A plan has changed, or a period ended, since the file was checked: it is refused whole.
    def test_what_is_refused_by_then_is_told_and_nothing_is_done(self):
        late = HEADER + "anna,club,monthly,2026-01,1.00\n"
        server = self.serve()
        with Wire(server.port) as wire:
            wire.expect_ok("TICK 2026-06-15T00:00:00Z")
            before = hashes_of(wire)["state_hash"]
        server.stop()
        good = late + rows(MANY).split("\n", 1)[1].replace("2026-03", "2026-06")
        for number, (text, said) in enumerate((
                (late + "bo,club,nothing,2026-06,1\n" + rows(900).split("\n", 1)[1].replace("2026-03", "2026-06"),
                 r"\nline 2: period 2026-01 is over for good[^\n]*\nline 3: [^\n]*nothing[^\n]*\n\Z"),
                (good, r"\nline 2: period 2026-01 is over for good[^\n]*\n\Z"))):
            name = f"many-{number}.csv"
            (self.drop.taking / f"{name}.0.good").write_text(text)
            server.start()
            report = self.drop.report(name)
            self.assertEqual(fields(report)["result"], "refused, nothing was done")
            self.assertRegex(report, said)
            self.drop.wait_until_empty()
            self.assertEqual(server.hashes()["state_hash"], before)
            server.stop()

    def test_what_lies_there_from_before_is_taken_and_nothing_is_overwritten(self):
        server = self.serve()
        server.stop()
        (self.drop.taking / "a.csv").write_text(rows(1))
        (self.drop.taking / "b.csv").write_text("never read")
        (self.drop.taking / "b.csv.1.copy").write_text(rows(2))
        (self.drop.taking / "c.csv.1.copy.tmp").write_text("half of it")
        (self.drop.into / "a.csv").write_text(rows(3))
        server.start()
        wait_until(lambda: len(self.drop.files("done")) == 3, "all three")
        self.drop.wait_until_empty()
        self.assertEqual({(self.drop.done / each).read_text() for each in self.drop.files("done")},
                         {rows(1), rows(2), rows(3)})
        (self.drop.taking / "late.csv").write_text(rows(4))
        self.expect(self.drop.report("late.csv"), "late.csv", **applied(4, 4, "2-5"))

    def test_a_report_that_cannot_be_written_holds_up_no_other(self):
        self.serve()
        (self.drop.out / "a.csv.report").mkdir()
        self.drop.send("a.csv", GOALS)
        self.expect(self.drop.ask("b.csv", rows(3)), "b.csv", **applied(3, 3, "2-4"))
        wait_until(lambda: self.drop.files() == ["a.csv.1.good"], "b.csv to be put away")
        (self.drop.out / "a.csv.report").rmdir()
        self.expect(self.drop.report("a.csv"), "a.csv", **applied(2, 2, "2-3"))

    def test_what_was_decided_of_a_file_that_is_gone_is_not_said_of_the_next(self):
        self.serve()
        (self.drop.out / "a.csv.report").mkdir()
        self.drop.send("a.csv", GOALS)
        self.drop.ask("b.csv", rows(3))
        wait_until(lambda: self.drop.files() == ["a.csv.1.good"], "b.csv to be put away")
        (self.drop.taking / "a.csv.1.good").unlink()
        self.drop.send("a.csv", rows(5))
        wait_until(lambda: self.drop.files("in") == [], "it to be taken")
        (self.drop.out / "a.csv.report").rmdir()
        self.expect(self.drop.report("a.csv"), "a.csv", **applied(5, 5, "2-6"))

    def test_a_trouble_that_comes_back_is_told_again(self):
        server = self.serve()
        for count in (1, 2):
            (self.drop.out / "a.csv.report").mkdir()
            self.drop.send("a.csv", GOALS)
            wait_until(lambda: server.errors().count("cannot write a.csv.report") == count, "it to be told")
            (self.drop.out / "a.csv.report").rmdir()
            self.drop.report("a.csv")
            self.drop.ask("b.csv", rows(3))

    def test_a_version_is_published_amid_it(self):
        for assembly in running_server.ASSEMBLIES:
            with self.subTest(assembly):
                server = self.serve(*assembly)
                name = f"many-{len(assembly)}.csv"
                self.drop.send(name, rows(MANY))
                wait_until(lambda: f"{name}.1.good" in self.drop.files(), "it to begin")
                with Wire(server.port) as wire:
                    wire.expect_ok("TICK 2026-03-02T00:00:00Z")
                    version = PLAN.read_text().replace("plan club\n", "plan club version 2 from 2026-04-01\n")
                    self.publish(wire, version)
                self.assertEqual(fields(self.drop.report(name))["result"], "applied")
                self.assertEqual(server.stop(), 0)

    def test_a_stop_amid_it_and_a_version_without_such_goals(self):
        server = self.serve()
        with Wire(server.port) as wire:
            wire.expect_ok("TICK 2026-03-02T00:00:00Z")
        self.drop.send("many.csv", rows(MANY).replace("2026-03", "2026-05"))
        self.begun(1)
        wait_until(lambda: int(server.info()["accepted"]) >= 1000, "some rows")
        server.stop(signal.SIGKILL)
        with RunningServer(plan=PLAN, data=server.data) as other, Wire(other.port) as wire:
            version = PLAN.read_text().replace("plan club\n", "plan club version 2 from 2026-04-01\n")
            self.publish(wire, version.replace("  goal from file\n", "  goal 1000.00\n"))
            self.assertEqual(other.stop(), 0)
        server.start()
        report = self.drop.report("many.csv")
        self.assertEqual(fields(report)["result"], "refused, nothing was done")
        self.assertIn("\nline 2: ", report)
        self.expect(self.drop.ask("goals.csv", GOALS), "goals.csv", **applied(2, 2, "2-3"))

    # Rows behind the first that cannot be are handed over only if those before them are: a start goes on behind as many
    # rows as are staged.
    def test_killed_amid_a_file_that_a_version_made_wrong(self):
        plan = PLAN.read_text() + "\ntarget gone per account per month\n  achieved number of sale\n  goal from file\n" \
            "  at 100% : credit account 7 points\n"
        bad = 12_000
        lines = rows(MANY).replace("2026-03", "2026-05").splitlines(keepends=True)
        lines[bad] = "bad,club,gone,2026-05,1\n"
        path = self.drop.path.parent / "gone.plan"
        path.write_text(plan)
        with RunningServer(*self.options, plan=path) as server:
            with Wire(server.port) as wire:
                wire.expect_ok("TICK 2026-03-02T00:00:00Z")
                self.drop.send("many.csv", "".join(lines))
                self.begun(1)
                wait_until(lambda: int(server.info()["accepted"]) >= 1000, "some rows")
                version = PLAN.read_text().replace("plan club\n", "plan club version 2 from 2026-04-01\n")
                self.publish(wire, version)
                # No more rows come: all are looked at once more, for what is told of them, before it is given up.
                last = [0]
                while len(last) < 6 or last[0] <= bad - 1000:
                    now = wire.ask("HASH")[-1]
                    last = [*last, now] if now == last[0] else [now]
                    time.sleep(0.03)
            server.stop(signal.SIGKILL)
            server.start()
            report = self.drop.report("many.csv")
            self.assertEqual(fields(report)["result"], "refused, nothing was done")
            self.assertRegex(report, rf"\nline {bad + 1}: [^\n]*gone[^\n]*\n\Z")
            with Wire(server.port) as wire:
                wire.ask("HELLO 3")
                self.assertEqual(goals_of(wire, ("u0",)), [None])

    def test_nobody_else_can_say_that_a_file_came(self):
        twin = self.serve()
        checksum = fields(self.drop.ask("goals.csv", GOALS))["checksum"]
        twin.stop()
        self.drop.wait_until_empty()
        server = self.serve()
        with Wire(server.port) as wire:
            for number, source in enumerate(("targets", "*targets", "default")):
                answer = wire.ask(f"EVENT sale {checksum} account=cy amount={number}.00 sku=pen source={source} "
                                  "time=2026-03-05T10:00:00Z")
                self.assertEqual(answer.startswith("OK"), source != "*targets", answer)
            self.assertTrue(wire.ask("SOURCE *targets").startswith("INVALID"))
        self.expect(self.drop.ask("again.csv", GOALS), "again.csv", **applied(2, 2, "2-3"))

    # ---- What its goals came to, and the record at which that stands

    def test_what_goals_came_to_is_none_of_what_the_record_did(self):
        server = self.serve()
        with Wire(server.port) as wire:
            wire.ask("HELLO 3")
            wire.expect_ok(SALE)
            self.drop.ask("goals.csv", GOALS)
            later = SALE.replace("s-1", "s-2").replace("60.00", "1.00") + " object=o-2 version=1"
            tried = wire.ask("DRYRUN " + later)
            self.assertEqual((tried["entries"], [each["amount"] for each in tried["due"]]), ([], ["10"]))
            _, lsn, entries = wire.expect_ok(later).split()
            self.assertEqual(entries, "0")
            entry, = self.register(wire, "anna")
            self.assertEqual((entry["id"], entry["amount"]), (f"{lsn}.0", "10"))
            self.assertEqual(self.register(wire, "anna", "object=o-2"), [])
            why = wire.ask(f"WHYNOT anna {lsn} monthly")["reasons"][0]
            self.assertEqual((why["reason"], why["milestone"], why["posted_before"]), ("unchanged", "at 50%", "10"))
            wire.expect_ok("REVERSE event=s-2 id=r-1 reason=x actor=y")
            self.assertEqual(wire.ask("BALANCE anna"), [["club", "points", "10"]])

    def register(self, wire, account, *words):
        return wire.ask(" ".join((f"REGISTER {account}", *words)))["entries"]

    def test_an_event_can_be_taken_back_though_what_a_file_made_went_to_suspense(self):
        server = self.serve()
        with Wire(server.port) as wire:
            wire.ask("HELLO 3")
            wire.expect_ok(SALE)
            wire.expect_ok("WALLET CLOSE account=anna unit=points reason=x actor=y id=c-1")
            self.drop.ask("goals.csv", GOALS)
            wire.expect_ok(SALE.replace("s-1", "s-2").replace("60.00", "1.00"))
            entry, = self.register(wire, "anna")
            self.assertEqual((entry["amount"], entry["note"]), ("10", "closed"))
            wire.expect_ok("REVERSE event=s-2 id=r-1 reason=x actor=y")

    # Of one clause, at one instant: of two months of one file, and of three files.
    def test_how_goals_came_to_an_entry(self):
        server = self.serve()
        with Wire(server.port) as wire:
            wire.ask("HELLO 3")
            wire.expect_ok(SALE.replace("s-1", "s-0").replace("60.00", "80.00").replace("2026-03", "2026-02"))
            wire.expect_ok(SALE)
            for number, (february, march) in enumerate((("100.00", "90.00"), ("1000.00", "100.00"), ("160.00", "900.00"))):
                self.drop.ask(f"{number}.csv", HEADER + f"anna,club,monthly,2026-02,{february}\nanna,club,monthly,2026-03,{march}\n")
            wire.expect_ok("TICK 2026-03-05T10:00:00Z")
            told = []
            for entry in reversed(self.register(wire, "anna")):
                lsn, n = entry["id"].split(".")
                read = wire.ask(f"EXPLAIN anna {lsn} {n}")["derived"]["inputs"]
                told.append((entry["period"], entry["amount"], read["monthly.achieved after"], read["monthly.goal after"]))
            self.assertEqual(told, [
                ("2026-02", "10", "80.00", "100.00"),
                ("2026-03", "10", "60.00", "90.00"),
                ("2026-02", "-10", "80.00", "1000.00"),
                ("2026-02", "10", "80.00", "160.00"),
                ("2026-03", "-10", "60.00", "900.00")])

    # With the COMMIT itself, where plans rank what is earned.
    def test_how_goals_came_to_an_entry_at_the_commit(self):
        path = self.drop.path.parent / "ranks.plan"
        path.write_text(PLAN.read_text() + "\nrule base\n  on sale\n  credit account 1 points\n\nchallenge best per account "
                        "per month\n  score points earned by base\n  rank 1 : credit account 100 points\n  ties id\n")
        with RunningServer(*self.options, plan=path) as server, Wire(server.port) as wire:
            wire.ask("HELLO 3")
            wire.expect_ok(SALE)
            self.drop.ask("goals.csv", GOALS)
            entry = self.register(wire, "anna")[0]
            lsn, n = entry["id"].split(".")
            told = wire.ask(f"EXPLAIN anna {lsn} {n}")
            self.assertEqual((told["record"]["command"], entry["amount"]), ("COMMIT", "10"))
            self.assertEqual(told["derived"]["inputs"], {"monthly.achieved after": "60.00", "monthly.goal after": "100.00"})

    def test_a_file_at_the_start_may_have_no_rows(self):
        path = self.drop.path.parent / "none.csv"
        path.write_text(HEADER)
        with RunningServer("--ref", f"targets={path}", plan=PLAN) as server:
            self.assertEqual(server.stop(), 0)

    # ---- A full disk

    def mount(self, mib):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        done = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={mib}m", "none", folder.name], capture_output=True,
                              text=True, check=False)
        if done.returncode != 0:
            print(f"LEFT OUT: no tmpfs can be mounted: {done.stderr.strip()}", flush=True)
            self.skipTest("no tmpfs can be mounted")
        self.addCleanup(subprocess.run, ["umount", "-l", folder.name], check=True)
        return pathlib.Path(folder.name)

    def test_while_the_log_has_no_room_it_waits_and_holds_up_nobody(self):
        disk = self.mount(FULL_MIB)
        (disk / "ballast").write_bytes(b"b" * (36 << 20))
        server = self.serve(data=str(disk / "data"))
        with Wire(server.port) as wire:
            for i in range(FULL_MIB * 256):
                answer = wire.ask(f"EVENT sale s-{i} account=a amount=1.00 sku=p time=2026-03-05T10:00:00Z")
                if str(answer).startswith("NOSPACE"):
                    break
            self.drop.send("goals.csv", GOALS)
            wait_until(lambda: "goals.csv.1.good" in self.drop.files(), "it to be checked")
            version = PLAN.read_text().replace("plan club\n", "plan club version 2 from 2026-05-01\n")
            wire.send(b"*2\r\n$4\r\nPLAN\r\n$%d\r\n%s\r\n" % (len(version.encode()), version.encode()))
            self.assertTrue(str(wire.reply()).startswith("NOSPACE"))
            self.assertEqual(wire.ask("PING"), "PONG")
        self.assertFalse((self.drop.out / "goals.csv.report").exists())
        self.assertEqual(server.stop(), 0, "it does not wait for room")
        server.start()
        with Wire(server.port) as wire:
            while not str(wire.ask(f"EVENT sale t-{i} account=a amount=1.00 sku=p time=2026-03-05T10:00:00Z")
                          ).startswith("NOSPACE"):
                i += 1
        (disk / "ballast").unlink()
        found = fields(self.drop.report("goals.csv"))
        self.assertEqual((found["result"], found["lines_applied"]), ("applied", "2-3"))
        self.assertEqual(server.stop(), 0)

    def test_while_the_folder_itself_has_no_room(self):
        disk = self.mount(2)
        self.drop = Drop(disk / "drop")
        self.options = ("--drop", str(self.drop.path))
        server = self.serve()
        (disk / "ballast").write_bytes(b"b" * (1 << 20))
        text = rows(20_000)  # more than half of what is left
        self.drop.send("many.csv", text)
        wait_until(lambda: self.drop.files() == ["many.csv"] and "cannot copy many.csv: No space" in server.errors(),
                   "it to be taken out of in/, and no more")
        with Wire(server.port) as wire:
            wire.expect_ok(SALE)
        self.assertEqual(server.stop(), 0)
        server.start()
        (disk / "ballast").unlink()
        self.expect(self.drop.report("many.csv"), "many.csv", **applied(20_000, 20_000, "2-20001"))


if __name__ == "__main__":
    running_server.main()
