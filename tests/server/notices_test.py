#!/usr/bin/env python3
"""SUBSCRIBE: what is posted goes to who has asked for it, in order, and none is left out.

    notices_test.py GUERDON [TEST...]
"""
import contextlib
import functools
import json
import pathlib
import signal
import subprocess
import sys
import tempfile
import threading
import unittest

sys.dont_write_bytecode = True
import running_server  # noqa: E402
from running_server import ASSEMBLIES, RunningServer, wait_until  # noqa: E402
from wire import Failure, Push, Wire, array  # noqa: E402

TEXT = """plan shop
  program club
unit EUR, 2 decimals
unit points, 0 decimals
wallet points
  expire 24 hours after earning
holder
  channel : text
event sale
  agent : account
  amount : EUR
rule share
  on sale
  credit agent 10% of amount
rule point
  on sale
  when amount >= 10.00
  credit agent 1 point
"""
# What posts nothing by itself.
TOLD_TEXT = """plan shop
  program club
unit EUR, 2 decimals
wallet EUR
  hold for 15 minutes
event sale, refund
  agent : account
  amount : EUR
measure spent per agent = sum of amount on sale less amount on refund
target quota per agent per month
  achieved sum of amount on sale less amount on refund
  goal 100.00 EUR
  at 50% : notify agent "halfway"
  at 100% : notify agent "reached"
ladder status per agent
  measure spent
  level bronze
  level silver from 100.00
  review at once
  at silver : notify agent "silver"
challenge best per agent per month
  score sum of amount on sale
  rank 1 : notify agent "winner"
  ties share
rule share
  on sale
  credit agent 10% of amount
"""
TOLD_OF = [
    "EVENT sale s-1 agent=ann amount=60.00 time=2026-03-01T10:00:00Z",
    "EVENT sale s-2 agent=ann amount=50.00 time=2026-03-01T11:00:00Z",
    "EVENT refund r-1 agent=ann amount=20.00 time=2026-03-01T12:00:00Z",
    "HOLD account=ann unit=EUR amount=4.00 id=h-1 time=2026-03-01T13:00:00Z",
    "EVENT sale s-4 agent=ann amount=1.00 time=2026-03-01T13:20:00Z",
    "EVENT sale s-5 agent=bob amount=1.00 time=2026-04-01T00:00:00Z",
]
TOLD = [
    ("ann", "notice", "halfway", "1", "quota"),
    ("ann", "earn", "EUR", "6.00", "share"),
    ("ann", "notice", "reached", "1", "quota"),
    ("ann", "notice", "silver", "1", "status.notices"),
    ("ann", "earn", "EUR", "5.00", "share"),
    ("ann", "clawback", "reached", "-1", "quota"),
    ("ann", "clawback", "silver", "-1", "status.notices"),
    ("ann", "timeout", "EUR", "0.00", ""),
    ("ann", "earn", "EUR", "0.10", "share"),
    ("ann", "notice", "winner", "1", "best"),
    ("bob", "earn", "EUR", "0.10", "share"),
]
# What is told of when its time comes, and by nothing else.
WARNED_TEXT = """plan shop
  program club
unit points, 0 decimals
wallet points
  expire 10 days after earning
  warn 2 days before expiry
event sale
  agent : account
  earned : points
rule earn
  on sale
  credit agent earned
"""
WARNED_OF = [
    "EVENT sale s-1 agent=ann earned=50 time=2026-03-01T10:00:00Z",
    "EVENT sale s-2 agent=bob earned=7 time=2026-03-02T10:00:00Z",
    "EVENT sale s-3 agent=cid earned=3 time=2026-03-02T11:00:00Z",
    "SPEND account=ann unit=points amount=20 id=x-1 time=2026-03-05T10:00:00Z",
    "SPEND account=cid unit=points amount=3 id=x-2 time=2026-03-05T11:00:00Z",
    # With its account's next record; nothing comes to bob, whose turn it is with the sweep.
    "EVENT sale s-4 agent=ann earned=1 time=2026-03-09T12:00:00Z",
    "TICK 2026-03-10T12:00:00Z",
]
# Account, kind, amount, what is left, from when on, when it will be gone.
WARNED = [
    ("ann", "expiring", "0", "30", "2026-03-09T10:00:00Z", "2026-03-11T10:00:00Z"),
    ("bob", "expiring", "0", "7", "2026-03-10T10:00:00Z", "2026-03-12T10:00:00Z"),
]
FOLDER = tempfile.TemporaryDirectory(prefix="guerdon-notices-")
PLAN = pathlib.Path(FOLDER.name) / "shop.plan"
PLAN.write_text(TEXT)
on_each_assembly = functools.partial(running_server.on_each_assembly, plan=PLAN)
SUBSCRIBERS_MAX = 16


def sale(n, agent, amount):
    return f"EVENT sale s-{n} agent={agent} amount={amount} time=2026-03-01T10:00:{n % 60:02}Z"


def open_wire(server, **how):
    wire = Wire(server.port, **how)
    wire.ask("HELLO 3")
    return wire


def entries(server):
    """All that the book has, with the place of each: pages of one."""
    with open_wire(server) as wire:
        found, after = [], ""
        while True:
            page = wire.ask(f"ENTRIES limit=1{after}")
            found += [(page["next"], entry) for entry in page["entries"]]
            if page["next"] is None or not page["entries"]:
                return found
            after = f" after={page['next']}"


def strip(notice):
    """What ENTRIES has of it."""
    return {name: value for name, value in notice.items() if name not in ("now", "channel")}


class Notices(unittest.TestCase):
    maxDiff = None

    def take(self, wire, count):
        """Of each notice the place and the entry."""
        taken = []
        for _ in range(count):
            push = wire.reply()
            self.assertIsInstance(push, Push)
            word, place, entry = push
            self.assertEqual(word, "notice")
            taken.append((place, entry))
        places = [int(place) for place, _ in taken]
        self.assertEqual(places, sorted(set(places)))
        return taken

    def subscribe(self, wire, *words):
        answer = wire.ask(" ".join(["SUBSCRIBE", *words]))
        self.assertRegex(answer, "^OK [0-9]+$")
        return answer.split()[1]

    @on_each_assembly
    def test_what_comes_from_now_on(self, server):
        with open_wire(server) as wire, open_wire(server) as listener:
            wire.expect_ok(sale(1, "ann", "5.00"))
            wire.expect_ok("HOLDER account=ann attribute=channel value=sms time=2026-03-01T10:00:01Z id=h-1")
            self.subscribe(listener)
            wire.expect_ok(sale(2, "ann", "20.00"))
            wire.expect_ok(sale(3, "bob", "1.00"))
            notices = self.take(listener, 3)
            told = [(n["account"], n["kind"], n["unit"], n["amount"], n["rule"], n["now"], n["channel"])
                    for _, n in notices]
            self.assertEqual(told, [("ann", "earn", "EUR", "2.00", "share", told[0][5], "sms"),
                                    ("ann", "earn", "points", "1", "point", "1", "sms"),
                                    ("bob", "earn", "EUR", "0.10", "share", "0.10", None)])
            self.assertEqual(told[0][5], "2.50")
            self.assertEqual(wire.ask("BALANCE ann"), [["club", "EUR", "2.50"], ["club", "points", "1"]])
            # From the beginning, and from a place on: the same, word by word, as ENTRIES has it.
            with open_wire(server) as again:
                self.assertEqual(self.subscribe(again, "after=0"), "0")
                whole = self.take(again, 4)
                self.assertEqual([strip(entry) for _, entry in whole], [entry for _, entry in entries(server)])
                self.assertEqual([place for place, _ in whole[1:]], [place for place, _ in notices])
                self.assertEqual(self.subscribe(again, f"after={whole[1][0]}"), whole[1][0])
                self.assertEqual(self.take(again, 2), whole[2:])
            # Who is subscribed may ask, too; and does not wait for ever.
            self.assertEqual(listener.ask("PING"), "PONG")
            self.assertEqual(listener.ask("UNSUBSCRIBE"), "OK")
            wire.expect_ok(sale(4, "bob", "1.00"))
            self.assertEqual(listener.ask("BALANCE bob"), [["club", "EUR", "0.20"]])

    @on_each_assembly
    def test_what_is_due_is_not_there_any_more(self, server):
        """Points of yesterday that no sweep has come by: as BALANCE has it."""
        with open_wire(server) as wire, open_wire(server) as listener:
            for n in range(40):
                wire.expect_ok(sale(n, f"a{n}", "10.00"))
            wire.expect_ok("EVENT sale late agent=bob amount=1.00 time=2026-03-09T10:00:00Z")
            self.subscribe(listener, "after=0", "unit=points kind=earn")
            for _, notice in self.take(listener, 40):
                self.assertEqual(notice["now"], "0", notice)
                self.assertEqual(wire.ask(f"BALANCE {notice['account']}"), [["club", "EUR", "1.00"]])

    @on_each_assembly
    def test_a_version_meanwhile_hides_nothing(self, server):
        """What a rule has begun under a new version passes a filter of before, however long the desk takes."""
        version = TEXT.replace("plan shop\n", "plan shop version 2 from 2026-03-02\n").replace("10% of", "20% of")
        with contextlib.ExitStack() as opened:
            wire, listener, *busy = [opened.enter_context(open_wire(server)) for _ in range(202)]
            wire.send("".join(sale(n, f"a{n % 7}", "10.00") + "\n" for n in range(500)))
            wire.replies(500)
            self.subscribe(listener, "rule=share")
            for one in busy:  # each has one question at the desk
                one.send("ENTRIES limit=1000 kind=earn unit=points\n")
            wire.expect_ok(sale(1001, "ann", "10.00"))
            wire.send(array("PLAN", version))
            self.assertRegex(wire.reply(), "^OK [0-9]+$")
            for n in range(5):
                wire.expect_ok(f"EVENT sale v-{n} agent=ann amount=10.00 time=2026-03-03T10:00:00Z")
            self.assertEqual([notice["amount"] for _, notice in self.take(listener, 6)], ["1.00"] + ["2.00"] * 5)
            for one in busy:
                one.reply()

    @on_each_assembly
    def test_who_listens_is_answered(self, server):
        """While others write without a pause, and nothing of it passes."""
        is_over = threading.Event()

        def write(first):
            with open_wire(server) as wire:
                for n in range(first, first + 100_000, 20):
                    if is_over.is_set():
                        return
                    wire.send("".join(sale(each, "ann", "1.00") + "\n" for each in range(n, n + 20)))
                    wire.replies(20)
        writers = [threading.Thread(target=write, args=(first,)) for first in (0, 1_000_000)]
        with open_wire(server) as listener:
            self.subscribe(listener, "account=nobody")
            for writer in writers:
                writer.start()
            try:
                for _ in range(20):
                    self.assertEqual(listener.ask("PING"), "PONG")
            finally:
                is_over.set()
                for writer in writers:
                    writer.join()

    @on_each_assembly
    def test_only_what_was_asked_for(self, server):
        with open_wire(server) as wire:
            wire.send("".join(sale(n, "ann" if n % 3 else "bob", "10.00") + "\n" for n in range(300)))
            wire.replies(300)
            for words, count in (("account=ann", 400), ("unit=points", 300), ("program=club rule=share", 300),
                                 ("account=bob unit=EUR", 100), ("kind=earn account=bob", 200)):
                with self.subTest(words), open_wire(server) as listener:
                    self.subscribe(listener, "after=0", words)
                    self.take(listener, count)
                    self.assertEqual(listener.ask("UNSUBSCRIBE"), "OK")  # and no more before

    def test_by_a_client_of_before(self):
        """RESP2 has no pushes: an array; a map is one, too."""
        with RunningServer(plan=PLAN) as server, Wire(server.port) as wire:
            self.subscribe(wire)
            with Wire(server.port) as other:
                other.expect_ok(sale(1, "ann", "5.00"))
            word, place, entry = wire.reply()
            self.assertEqual((word, int(place) > 0), ("notice", True))
            self.assertEqual(dict(zip(entry[::2], entry[1::2]))["account"], "ann")

    @on_each_assembly
    def test_who_does_not_read_is_not_waited_for(self, server):
        count = 10_000
        with open_wire(server) as wire, open_wire(server, receive_buffer=4096) as slow:
            self.subscribe(slow)
            for first in range(0, count, 500):
                wire.send("".join(sale(n, f"a{n % 7}", "1.00") + "\n" for n in range(first, first + 500)))
                for answer in wire.replies(500):
                    self.assertTrue(answer.startswith("OK"), answer)
            self.assertEqual(wire.ask("PING"), "PONG")
            lsns = [int(entry["lsn"]) for _, entry in self.take(slow, count)]
            self.assertEqual(lsns, list(range(lsns[0], lsns[0] + count)))

    def test_over_a_kill_none_is_left_out(self):
        """At least once: who goes on behind the last place that he has dealt with sees all others."""
        count = 3_000
        for assembly in ASSEMBLIES:
            with self.subTest(assembly), RunningServer(*assembly, plan=PLAN) as server:
                seen = []
                with open_wire(server) as wire, open_wire(server) as listener:
                    self.subscribe(listener)
                    wire.send("".join(sale(n, f"a{n % 7}", "1.00") + "\n" for n in range(count)))
                    seen += self.take(listener, count // 10)
                    server.stop(signal.SIGKILL)
                server.start()
                with open_wire(server) as again:
                    again.send("".join(sale(n, f"a{n % 7}", "1.00") + "\n" for n in range(count)))
                    again.replies(count)
                    self.subscribe(again, f"after={seen[-1][0]}")
                    seen += self.take(again, count - len(seen))
                self.assertEqual([strip(entry) for _, entry in seen], [entry for _, entry in entries(server)])
                self.assertEqual(len({entry["lsn"] for _, entry in seen}), count)

    def test_what_posts_nothing_is_told(self):
        """Parts of a goal, levels, both lost, a winner, a hold that ran out: as they come, and again behind a kill."""
        plan = pathlib.Path(FOLDER.name) / "told.plan"
        plan.write_text(TOLD_TEXT)
        for assembly in ASSEMBLIES:
            with self.subTest(assembly), RunningServer(*assembly, plan=plan) as server:
                with open_wire(server) as wire, open_wire(server) as listener:
                    self.subscribe(listener)
                    answers = [wire.expect_ok(line) for line in TOLD_OF[:4]]
                    held = answers[3].split()[1]
                    tried = wire.ask(f"DRYRUN {TOLD_OF[4]}")
                    self.assertEqual([(e["kind"], e["hold"]) for e in tried["due"]], [("timeout", held)])
                    self.assertEqual([(e["kind"], e["hold"]) for e in tried["entries"]], [("earn", "")])
                    for line in TOLD_OF[4:]:
                        wire.expect_ok(line)
                    first = self.take(listener, len(TOLD))
                    told = [(n["account"], n["kind"], n["unit"], n["amount"], n["rule"] or "") for _, n in first]
                    self.assertEqual(told, TOLD)
                    timeout = first[7][1]
                    self.assertEqual((timeout["effective"][:19], timeout["now"]), ("2026-03-01T13:15:00", "11.10"))
                    self.assertEqual((timeout["hold"], timeout["left"]), (held, ""))
                    why = wire.ask(f"EXPLAIN ann {timeout['id'].replace('.', ' ')}")
                    self.assertEqual((why["hold"]["id"], why["hold"]["command"]), ("h-1", "HOLD"))
                    self.assertEqual(first[9][1]["now"], "1")
                    self.assertEqual(wire.ask("BADGES ann"), [])
                    server.stop(signal.SIGKILL)
                server.start()
                for words, chosen in (("", lambda n: True), ("kind=notice", lambda n: n["kind"] == "notice"),
                                      ("unit=reached", lambda n: n["unit"] == "reached"),
                                      ("rule=status.notices", lambda n: n["rule"] == "status.notices"),
                                      ("kind=timeout", lambda n: n["kind"] == "timeout")):
                    with open_wire(server) as again:
                        wanted = [(place, strip(n)) for place, n in first if chosen(n)]
                        self.subscribe(again, f"after=0 {words}".strip())
                        taken = self.take(again, len(wanted))
                        self.assertEqual([(place, strip(n)) for place, n in taken], wanted)

    def test_what_is_about_to_expire_is_told(self):
        """Once of each lot with what is left of it, by touch and by sweep, also where a kill lies between."""
        plan = pathlib.Path(FOLDER.name) / "warned.plan"
        plan.write_text(WARNED_TEXT)
        for assembly in ASSEMBLIES:
            with self.subTest(assembly), RunningServer(*assembly, plan=plan) as server:
                lots = {}
                for lines in (WARNED_OF[:4], WARNED_OF[4:]):
                    with open_wire(server) as wire:
                        for line in lines:
                            answer = wire.expect_ok(line)
                            lots.setdefault(line.split("agent=")[-1][:3], answer.split()[1] + ".0")
                    server.stop(signal.SIGKILL)
                    server.start()
                with open_wire(server) as wire, open_wire(server) as listener:
                    self.subscribe(listener, "after=0 kind=expiring")
                    taken = [notice for _, notice in self.take(listener, len(WARNED))]
                    told = [(n["account"], n["kind"], n["amount"], n["left"], n["effective"], n["expires"])
                            for n in taken]
                    self.assertEqual(told, WARNED)
                    self.assertEqual([n["lot"] for n in taken], [lots["ann"], lots["bob"]])
                    self.assertEqual([n["now"] for n in taken], ["31", "7"])
                    kinds = [e["kind"] for e in wire.ask("REGISTER ann")["entries"]]
                    self.assertEqual(kinds, ["earn", "expiring", "redeem", "earn"])
                    why = wire.ask(f"EXPLAIN ann {taken[0]['id'].replace('.', ' ')}")
                    self.assertEqual((why["entry"]["left"], why["record"]["record"], why["text"]), ("30", "event", ""))
                    # No more comes of them but that they go.
                    wire.expect_ok("TICK 2026-03-15T00:00:00Z")
                    kinds = [e["kind"] for e in wire.ask("REGISTER bob")["entries"]]
                    self.assertEqual(kinds, ["expire", "expiring", "earn"])
                self.assertEqual(server.stop(), 0)
                done = subprocess.run([running_server.GUERDON, "export", "register", "--data", server.data, "--format",
                                       "jsonl"], capture_output=True, text=True, check=True)
                lines = [line for line in map(json.loads, done.stdout.splitlines()) if line["kind"] == "expiring"]
                self.assertEqual([(line["account"], line["left"], line["expires"]) for line in lines],
                                 [(account, left, gone) for account, _, _, left, _, gone in WARNED])

    def test_a_stop_ends_it(self):
        with RunningServer(plan=PLAN) as server, open_wire(server) as listener:
            self.subscribe(listener)
            thread = threading.Thread(target=listener.rest)
            thread.start()
            self.assertEqual(server.stop(), 0)
            thread.join()

    def test_what_is_refused(self):
        with RunningServer(plan=PLAN) as server, open_wire(server) as wire:
            for words, code in (("account=", "INVALID"), ("unit=USD", "UNKNOWN"), ("rule=none", "UNKNOWN"),
                                ("limit=3", "SYNTAX"), ("from=2026-01-01T00:00:00Z", "SYNTAX"), ("after=x", "INVALID"),
                                ("program=other", "UNKNOWN"), ("all", "SYNTAX"), ("after=999999999", "INVALID")):
                answer = wire.ask(f"SUBSCRIBE {words}")
                self.assertIsInstance(answer, Failure)
                self.assertEqual(answer.code, code, words)
            wires = [open_wire(server) for _ in range(SUBSCRIBERS_MAX)]
            for one in wires:
                self.subscribe(one)
            self.assertEqual(wire.ask("SUBSCRIBE").code, "LIMIT")
            self.subscribe(wires[0], "account=ann")  # again, in place of the first
            wires.pop().close()
            wait_until(lambda: wire.ask("SUBSCRIBE").startswith("OK"), "there is room again")
            self.assertEqual(wire.ask("UNSUBSCRIBE"), "OK")
            for one in wires:
                one.close()
        with RunningServer("--no-book", plan=PLAN) as server, open_wire(server) as wire:
            self.assertEqual(wire.ask("SUBSCRIBE").code, "NOBOOK")


if __name__ == "__main__":
    running_server.main()
