#!/usr/bin/env python3
"""What is known of accounts, over a socket: said, read, sent again, kept, and refused.

    holders_test.py GUERDON [TEST...]
"""
import functools
import pathlib
import sys
import unittest

sys.dont_write_bytecode = True
import running_server  # noqa: E402
from running_server import hashes_of, on_each_assembly  # noqa: E402
from wire import Wire  # noqa: E402

PLAN = pathlib.Path(__file__).resolve().parent / "holders.plan"
on_each_assembly = functools.partial(on_each_assembly, plan=PLAN)


def day(number):
    return f"2026-03-{number:02}T00:00:00Z"


# Request and reply, in their order. The plan is LSN 1.
STORY = [
    (f"EVENT sale s-1 seller=olga amount=100.00 time={day(1)}", "OK 2 0"),
    (f"HOLDER account=olga attribute=home value=North effective={day(2)} id=k-1 time={day(1)}", "OK 3 0"),
    (f"HOLDER account=olga attribute=grade value=3 effective={day(3)} until={day(5)} id=k-2 time={day(1)}", "OK 4 0"),
    (f"HOLDER account=olga attribute=target value=-1.50 effective={day(1)} id=k-3 time={day(1)}", "OK 5 0"),
    (f"HOLDER account=olga attribute=trained value=false effective={day(4)} id=k-4 time={day(1)}", "OK 6 0"),
    (f"EVENT sale s-2 seller=olga amount=100.00 time={day(2)}", "OK 7 1"),
    (f"EVENT sale s-3 seller=olga amount=100.00 time={day(3)}", "OK 8 2"),
    (f"EVENT sale s-4 seller=olga amount=100.00 time={day(4)}", "OK 9 1"),
    # What is said later holds in its time, and what was said before goes on behind it.
    (f'HOLDER account=olga attribute=home value="Far away" effective={day(6)} until={day(8)} id=k-5 time={day(5)}',
     "OK 10 0"),
    (f"EVENT sale s-5 seller=olga amount=100.00 time={day(6)}", "OK 11 0"),
    (f"EVENT sale s-6 seller=olga amount=100.00 time={day(8)}", "OK 12 1"),
    (f"HOLDER account=olga attribute=home value=East until={day(7)} id=k-6 time={day(9)}",
     "EXPIRED until: it is over before it begins; write a later time, or an earlier effective="),
]
BALANCE = [["sellers", "RUB", "23.00"]]
KNOWN = [
    {"attribute": "home", "value": "North", "from": day(2), "until": day(6)},
    {"attribute": "home", "value": "Far away", "from": day(6), "until": day(8)},
    {"attribute": "home", "value": "North", "from": day(8), "until": "never"},
    {"attribute": "grade", "value": "3", "from": day(3), "until": day(5)},
    {"attribute": "target", "value": "-1.50", "from": day(1), "until": "never"},
    {"attribute": "trained", "value": "false", "from": day(4), "until": "never"},
]

# Refused for what they say: no LSN, and the id is free.
WRONG = [
    ("HOLDER account=olga attribute=region value=North id=w",
     "UNKNOWN word 3, attribute: no plan knows region of accounts; what `holder` declares: home, grade, target, "
     "trained"),
    ("HOLDER account=olga attribute=home id=w",
     "INVALID word 5, value: it is missing; write HOLDER account=NAME attribute=NAME value=TEXT [effective=TIME] "
     "[until=TIME] [id=ID] ..."),
    ("HOLDER account=olga attribute=grade value=high id=w",
     "INVALID word 4, value: high is not a whole number; write digits alone"),
    ("HOLDER account=olga attribute=grade value=-1 id=w",
     "INVALID word 4, value: -1 is below zero; write it without the minus, or declare the attribute signed in the plan"),
    ("HOLDER account=olga attribute=target value=1.005 id=w",
     "INVALID word 4, value: 1.005 has more decimals than 2; write at most 2 decimals"),
    ("HOLDER account=olga attribute=trained value=yes id=w",
     "INVALID word 4, value: yes is neither true nor false; write one of these two words"),
    ("HOLDER account=olga attribute=home value=x effective=soon id=w",
     "INVALID word 5, effective: soon is not a time from 1970 to 2099; write it as 2010-12-01T08:26:00Z or in milliseconds since 1970"),
    (f"HOLDER account=olga attribute=home value=x effective={day(2)} until={day(2)} id=w",
     "INVALID word 6, until: it is no later than effective=; write when it is so no more"),
    ("HOLDER account=olga attribute=home value=" + "x" * 129 + " id=w", "TOOLONG word 4, value:"),
]


def known_of(wire, account):
    """Maps as RESP2 has them: names and values by turns."""
    return [dict(zip(row[::2], row[1::2])) for row in wire.ask(f"HOLDERS {account}")]


class Holders(unittest.TestCase):
    maxDiff = None
    hashes = None  # of the first assembly

    @on_each_assembly
    def test_said_read_and_kept(self, server):
        """At once, sent again, after a stop (a snapshot), and after a kill (the log)."""
        with Wire(server.port) as wire:
            for request, reply in STORY:
                self.assertEqual(wire.ask(request), reply, request)
            before = hashes_of(wire)
        self.assertEqual(before, Holders.hashes or before, "no number of shards shows")
        Holders.hashes = before
        for how in server.each_start():
            with self.subTest(how), Wire(server.port) as wire:
                self.assertEqual(known_of(wire, "olga"), KNOWN)
                self.assertEqual(known_of(wire, "nobody"), [])
                self.assertEqual(wire.ask("BALANCE olga"), BALANCE)
                for request, reply in STORY:
                    self.assertEqual(wire.ask(request), reply.replace("OK", "DUP", 1), request)
                self.assertEqual(hashes_of(wire), before)

    @on_each_assembly
    def test_what_is_wrong_is_said_and_leaves_no_trace(self, server):
        with Wire(server.port) as wire:
            before = hashes_of(wire)
            for request, reply in WRONG:
                self.assertEqual(wire.ask(request)[:len(reply)], reply, request)
            self.assertEqual(hashes_of(wire), before)

    def test_no_more_stretches_of_time_than_may_be(self):
        with running_server.RunningServer(plan=PLAN) as server, Wire(server.port) as wire:
            say = "HOLDER account=bo attribute=grade value={} effective={} id=g-{} time=" + day(1)
            for n in range(128):
                self.assertTrue(wire.ask(say.format(n, 1_000 * n, n)).startswith("OK"), n)
            self.assertEqual(wire.ask(say.format(500, 128_000, 128)),
                             "LIMIT effective: this is known for as many stretches of time as may be; let one be longer")
            self.assertEqual(len(known_of(wire, "bo")), 128)
            self.assertEqual(wire.ask(say.format(500, 127_000, 129)), "OK 131 0")


if __name__ == "__main__":
    running_server.main()
