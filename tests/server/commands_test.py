#!/usr/bin/env python3
"""Commands on wallets over a socket: what is answered, again after a restart, and what is refused.

    commands_test.py GUERDON [TEST...]
"""
import functools
import pathlib
import random
import signal
import sys
import unittest

sys.dont_write_bytecode = True
import running_server  # noqa: E402
from running_server import hashes_of, on_each_assembly  # noqa: E402
from wire import Wire  # noqa: E402

PLAN = pathlib.Path(__file__).resolve().parent / "wallets.plan"
on_each_assembly = functools.partial(on_each_assembly, plan=PLAN)

ADJUST = 'ADJUST account=anna unit=GBP amount=250.00 reason="opening" actor=boss id=a-1 time={}'
HOLD = "HOLD account=anna unit=GBP amount={} id={} for=900s time={}"
CAPTURE = "CAPTURE account=anna hold={} unit=GBP amount={} id={} time={}"


def at(minutes):
    return f"2026-03-01T{10 + minutes // 60:02}:{minutes % 60:02}:00Z"


# E13, request and reply, in their order. The plan is LSN 1.
CHECKOUT = [
    (ADJUST.format(at(0)), "OK 2 1"),
    (HOLD.format("100.00", "h-1", at(1)), "OK 3 0"),
    (HOLD.format("200.00", "h-2", at(1)), "INSUFFICIENT amount: 150.00 is available of GBP; ask for no more"),
    (CAPTURE.format("h-1", "80.00", "c-1", at(2)), "OK 5 1"),
    (CAPTURE.format("h-1", "80.00", "c-2", at(2)), "CAPTURED hold: it was captured before, and that is done once"),
    ("VOID account=anna hold=h-1 id=v-1 time=" + at(2), "CAPTURED hold: it was captured before, and that is done once"),
    (HOLD.format("170.00", "h-3", at(3)), "OK 8 0"),
    # Fifteen minutes later it is over, and what it held is there again.
    (CAPTURE.format("h-3", "1.00", "c-3", at(18)), "EXPIRED hold: its time was over before this; what it held is free again"),
    (HOLD.format("170.00", "h-4", at(18)), "OK 10 0"),
    ("VOID account=anna hold=h-4 id=v-4 time=" + at(19), "OK 11 0"),
]
# What the same requests are answered when they come again.
AGAIN = [reply.replace("OK", "DUP", 1) if reply.startswith("OK") else reply for _, reply in CHECKOUT]

# Refused for what they say: no LSN, and the id is free.
WRONG = [
    ("ADJUST account=anna unit=GBP amount=1.005 reason=r actor=b id=w",
     "INVALID word 4, amount: 1.005 has more decimals than 2; write at most 2 decimals"),
    ("ADJUST account=anna unit=EUR amount=1 reason=r actor=b id=w",
     "UNKNOWN word 3, unit: no plan has a unit EUR; the units there are: GBP, points"),
    ("ADJUST account=anna unit=GBP amount=0 reason=r actor=b id=w",
     "INVALID word 4, amount: 0 moves nothing; write an amount above or below 0"),
    ("HOLD account=anna unit=GBP amount=-1 id=w",
     "INVALID word 4, amount: -1 is not above 0; write an amount that is"),
    ("HOLD account=anna unit=points amount=1 id=w",
     "INVALID word 6, total: of points a purchase takes at most a share; write total=, what is to be paid, or "
     "unit:amount:total in legs="),
    ("HOLD account=anna unit=GBP amount=1 id=w for=soon",
     "INVALID word 6, for: soon is no length of time; write it as 900s, 15m, 2h or 30d"),
    ("VOID account=anna hold=h-1 amount=1",
     "UNKNOWN word 4, amount: VOID takes no such field; write one of account, hold, reason, actor, id, time, source"),
    ("VOID account=anna hold", "SYNTAX word 3: hold is no field; write name=value, in quotes where the value has spaces"),
    ("REFUND account=anna of=h-1 legs=points:1:2 id=w",
     "INVALID word 4, legs: points:1:2 has a total, which REFUND does not take; write unit:amount"),
    ("HOLD account=anna legs=GBP:1;points::5 id=w",
     "INVALID word 3, legs: points::5 is no leg; write unit:amount, parted by semicolons, as points:100;RUB:50.00"),
    ("VOID account=anna account=bo hold=h-1", "INVALID word 3, account: it is given twice; write it once"),
]


def drawn(count, seed):
    """Commands that meet each other: each with an id and a time of its own."""
    rng = random.Random(seed)
    holds, lines = ["none"], []
    for n in range(count):
        account = f"a{rng.randrange(5)}"
        word = rng.choice(("ADJUST", "HOLD", "HOLD", "CAPTURE", "VOID", "SPEND", "REFUND"))
        line = f"{word} account={account} id=i{n} time={1_772_359_200_000 + n * 60_000}"
        if word in ("CAPTURE", "VOID"):
            line += f" hold={rng.choice(holds[-8:])}"
        if word == "REFUND":
            line += f" of={rng.choice(holds[-8:])}"
        if word in ("HOLD", "SPEND"):
            holds.append(f"i{n}")
        if word == "ADJUST":
            line += " reason=r actor=b"
        if word not in ("CAPTURE", "VOID"):
            line += f" unit=GBP amount={rng.randrange(1, 5_000) / 100:.2f}"
        lines.append(line)
    return lines


def maps(rows):
    """Maps as RESP2 has them: names and values by turns."""
    return [dict(zip(row[::2], row[1::2])) for row in rows]


class Commands(unittest.TestCase):
    maxDiff = None

    @on_each_assembly
    def test_a_checkout(self, server):
        with Wire(server.port) as wire:
            for request, reply in CHECKOUT:
                self.assertEqual(wire.ask(request), reply, request)

    @on_each_assembly
    def test_the_same_again_is_answered_as_the_first(self, server):
        """At once, after a stop (a snapshot), and after a kill (the log)."""
        with Wire(server.port) as wire:
            for request, _ in CHECKOUT:
                wire.ask(request)
            before = hashes_of(wire)
        for how in server.each_start():
            with self.subTest(how), Wire(server.port) as wire:
                for (request, _), reply in zip(CHECKOUT, AGAIN):
                    self.assertEqual(wire.ask(request), reply, request)
                other = wire.ask(HOLD.format("1.00", "h-1", at(1)))
                self.assertEqual(other.code, "CONFLICT")
                self.assertEqual(hashes_of(wire), before)

    @on_each_assembly
    def test_killed_again_and_again(self, server):
        """Whatever was lost on the way, all sent again comes to what one run comes to."""
        lines = drawn(1_500, seed=7)
        with running_server.RunningServer(plan=PLAN) as other, Wire(other.port) as wire:
            first = [wire.ask(line) for line in lines]
            wanted = hashes_of(wire)
        codes = {reply.split(" ", 1)[0] for reply in first}
        self.assertGreaterEqual(codes, {"OK", "INSUFFICIENT", "CAPTURED", "VOIDED", "EXPIRED",
                                        "UNKNOWN", "LIMIT"})
        for sent in (100, 450, 900):
            with Wire(server.port) as wire:
                for begin in range(0, sent, 50):
                    wire.send("\n".join(lines[begin:begin + 50]) + "\n")
                    if begin + 50 < sent:
                        wire.replies(50)
                server.stop(signal.SIGKILL)  # the last fifty are on their way
            server.start()
        with Wire(server.port) as wire:
            for line, reply in zip(lines, first):
                self.assertIn(wire.ask(line), (reply, reply.replace("OK", "DUP", 1)), line)
            self.assertEqual(hashes_of(wire), wanted)

    def test_a_snapshot_when_the_key_forgotten_last_was_refused(self):
        with running_server.RunningServer("--keys", "100", plan=PLAN) as server:
            with Wire(server.port) as wire:
                refused = "SPEND account=bo unit=GBP amount=1.00 id=s-1 time=" + at(0)
                self.assertIn("INSUFFICIENT", wire.ask(refused))
                for n in range(100):
                    self.assertIn("OK", wire.ask(f"EVENT purchase p-{n} account=anna amount=20.00 time={at(1)}"))
                before = hashes_of(wire)
            self.assertEqual(server.stop(signal.SIGTERM), 0)
            server.start()
            self.assertEqual(server.hashes(), before)

    @on_each_assembly
    def test_what_is_wrong_is_said_and_leaves_no_trace(self, server):
        with Wire(server.port) as wire:
            wire.expect_ok(ADJUST.format(at(0)))
            before = hashes_of(wire)
            for request, reply in WRONG:
                self.assertEqual(wire.ask(f"{request}"), reply, request)
            self.assertEqual(hashes_of(wire), before)

    @on_each_assembly
    def test_a_hold_of_two_wallets_is_one(self, server):
        with Wire(server.port) as wire:
            wire.expect_ok(ADJUST.format(at(0)))
            wire.expect_ok("ADJUST account=anna unit=points amount=100 reason=r actor=b id=a-2 "
                           f"time={at(0)}")
            legs = "legs=points:{}:200;GBP:{}"
            hold = f"HOLD account=anna {legs} id={{}} time={at(1)}"
            self.assertEqual(wire.ask(hold.format(61, "10.00", "h-1")),
                             "LIMIT legs: at most 60 points for this purchase; ask for less")
            self.assertEqual(wire.ask(hold.format(60, "250.01", "h-2")).code, "INSUFFICIENT")
            self.assertEqual(wire.ask(hold.format(60, "250.00", "h-3")), "OK 6 0")
            self.assertEqual(wire.ask(f"CAPTURE account=anna hold=h-3 legs=GBP:1.00 time={at(2)}"),
                             "OK 7 1")
            self.assertEqual(wire.ask("HOLD account=anna unit=points amount=100 total=1000 id=h-5 "
                                      f"time={at(2)}"), "OK 8 0")

    @on_each_assembly
    def test_wallets_and_lots_are_read(self, server):
        with Wire(server.port) as wire:
            wire.expect_ok(ADJUST.format(at(0)))
            wire.expect_ok(HOLD.format("100.00", "h-1", at(1)))
            for n, (earned, matures) in enumerate((("01", "02"), ("05", "28"))):
                wire.expect_ok(f"IMPORT account=anna unit=points amount={n + 10} id=i-{n} "
                               f"earned=2026-03-{earned}T00:00:00Z time={at(2)} "
                               f"matures=2026-03-{matures}T00:00:00Z")
            wire.expect_ok(f"WALLET FREEZE account=anna unit=points time={at(3)}")
            gbp, points = maps(wire.ask("BALANCE anna FULL"))
            self.assertEqual(gbp, {
                "program": "shop", "unit": "GBP", "posted": "250.00", "available": "150.00",
                "held": "100.00", "pending": "0.00", "debt": "0.00", "status": "open", "scale": 2,
                "lsn": 6})
            self.assertEqual(points["posted"], "21")
            self.assertEqual(points["pending"], "21")
            self.assertEqual(points["status"], "frozen")
            self.assertEqual(wire.ask("BALANCE anna"),
                             [["shop", "GBP", "250.00"], ["shop", "points", "21"]])
            lots = maps(wire.ask("LOTS anna points"))
            self.assertEqual([(lot["amount"], lot["earned"], lot["matures"], lot["expires"],
                               lot["lsn"]) for lot in lots],
                             [("10", "2026-03-01T00:00:00Z", "2026-03-02T00:00:00Z",
                               "2026-03-31T00:00:00Z", 4),
                              ("11", "2026-03-05T00:00:00Z", "2026-03-28T00:00:00Z",
                               "2026-04-04T00:00:00Z", 5)])
            # Reads settle a copy: the hold's time is over, the first lot is mature.
            wire.expect_ok("TICK 2026-03-02T00:00:00Z")
            gbp, points = maps(wire.ask("BALANCE anna FULL"))
            self.assertEqual((gbp["held"], points["pending"]), ("0.00", "11"))
            self.assertEqual([lot["amount"] for lot in maps(wire.ask("LOTS anna"))],
                             ["250.00", "10", "11"])
            self.assertEqual(wire.ask("LOTS nobody"), [])
            self.assertEqual(wire.ask("BALANCE nobody FULL"), [])

    @on_each_assembly
    def test_what_runs_out_soon(self, server):
        """A lot is in its notice time from seven days before its end, or from when it was earned."""
        with Wire(server.port) as wire:
            wire.ask("HELLO 3")
            for number, (earned, expires) in enumerate((("01", "10"), ("03", "20"), ("12", "14"))):
                wire.expect_ok(f"IMPORT account=anna unit=points amount={10 + number} "
                               f"id=a-{number} earned=2026-03-{earned}T00:00:00Z time={at(2)} "
                               f"expires=2026-03-{expires}T00:00:00Z")
            wire.expect_ok(f"ADJUST account=anna unit=GBP amount=5 reason=r actor=b id=g time={at(2)} "
                           "expires=2026-03-10T00:00:00Z")
            warns = {lot["amount"]: lot["warns"] for lot in wire.ask("LOTS anna")}
            self.assertEqual(warns, {"10": "2026-03-03T00:00:00Z", "11": "2026-03-13T00:00:00Z",
                                     "12": "2026-03-12T00:00:00Z", "5.00": None})

            def soon(*words):
                return [lot["amount"] for lot in wire.ask(" ".join(("EXPIRING", "anna") + words))]
            self.assertEqual(soon(), [])  # engine time is 1 March
            for instant, expected in (("03-02T23:59:59.999Z", []), ("03-03T00:00:00Z", ["10"]),
                                      ("03-09T23:59:59.999Z", ["10"]), ("03-10T00:00:00Z", []),
                                      ("03-13T12:00:00Z", ["12", "11"]), ("03-14T00:00:00Z", ["11"])):
                self.assertEqual(soon(f"at=2026-{instant}"), expected, instant)
                self.assertEqual(soon("points", f"at=2026-{instant}"), expected, instant)
                self.assertEqual(soon("unit=points", "program=shop", f"at=2026-{instant}"), expected)
                self.assertEqual(soon("unit=GBP", f"at=2026-{instant}"), [])
            wire.expect_ok("TICK 2026-03-13T00:00:00Z")
            self.assertEqual(soon(), ["12", "11"])
            self.assertEqual(wire.ask("EXPIRING nobody"), [])
            self.assertEqual(wire.ask("EXPIRING at=1"), [], "the second word is an account")
            for words, code in (("at=soon", "INVALID"), ("EUR", "UNKNOWN"), ("at=1 points", "SYNTAX"),
                                ("points shop", "SYNTAX")):
                self.assertEqual(wire.ask(f"EXPIRING anna {words}").code, code, words)

    @on_each_assembly
    def test_the_register_names_lots_and_their_dates(self, server):
        """Those that commands bring; which one a capture, a debit, a refund and an expiry is of."""
        def ask(wire, line, when):
            return wire.expect_ok(f"{line} account=anna unit=points time={at(when)}").split(" ")[1]

        with Wire(server.port) as wire:
            first = ask(wire, "IMPORT amount=10 id=i-1 expires=2026-03-02T00:00:00Z", 0)
            second = ask(wire, "ADJUST amount=20 id=a-1 reason=r actor=b "
                               "matures=2026-03-01T10:05:00Z expires=2026-03-03T00:00:00Z", 1)
            third = ask(wire, "IMPORT amount=5 id=i-2 expires=never", 2)
            ask(wire, "HOLD amount=4 id=h-1 total=1000", 20)
            wire.expect_ok(f"CAPTURE account=anna hold=h-1 time={at(21)}")
            ask(wire, "SPEND amount=9 id=s-1 total=1000", 22)
            ask(wire, "REFUND amount=5 id=r-1 of=s-1", 23)
            ask(wire, "ADJUST amount=-18 id=a-2 reason=r actor=b", 24)
            wire.expect_ok("TICK 2026-03-05T00:00:00Z")
            wire.send("HELLO 3\nREGISTER anna\n")
            wire.reply()
            entries = wire.reply()["entries"]
            lines = [(e["kind"], e["amount"], e["lot"], e["matures"], e["expires"])
                     for e in reversed(entries)]
            end = {"first": "2026-03-02T00:00:00Z", "second": "2026-03-03T00:00:00Z"}
            self.assertEqual(lines, [
                ("import", "10", f"{first}.0", "", end["first"]),
                ("expiring", "0", f"{first}.0", "", end["first"]),  # it lives no longer than its notice time
                ("adjust", "20", f"{second}.0", "2026-03-01T10:05:00Z", end["second"]),
                ("expiring", "0", f"{second}.0", "", end["second"]),
                ("import", "5", "", "", ""),
                ("redeem", "-4", f"{first}.0", "", ""),
                ("redeem", "-9", f"{first}.0+1", "", ""),
                ("refund", "5", f"{second}.0+1", "", end["second"]),
                ("adjust", "-18", f"{first}.0+1", "", ""),
                ("expire", "-4", f"{second}.0", "", "")])
            self.assertNotIn(third, [line[2] for line in lines])

    @on_each_assembly
    def test_lines_of_a_batch(self, server):
        with Wire(server.port) as wire:
            wire.send("BATCH 4\n" + ADJUST.format(at(0)) + "\n" + ADJUST.format(at(0)) + "\n" +
                      HOLD.format("999.00", "h-1", at(1)) + "\nTICK\n")
            flat = wire.reply()
            self.assertEqual(dict(zip(flat[::2], flat[1::2])), {
                "accepted": 1, "duplicates": 1, "first_lsn": 2, "last_lsn": 2, "errors": [
                    "3 INSUFFICIENT amount: 250.00 is available of GBP; ask for no more",
                    "4 SYNTAX word 1: a batch has events and commands that the log keeps, as EVENT "
                    "type id name=value ..., and nothing else"]})


if __name__ == "__main__":
    running_server.main()
