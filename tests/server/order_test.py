#!/usr/bin/env python3
"""What is asked later sees what was answered before; replies come in the order of requests.

    order_test.py GUERDON [TEST...]
"""
import itertools
import sys
import unittest

sys.dont_write_bytecode = True
import running_server  # noqa: E402
import sales  # noqa: E402
from running_server import ASSEMBLIES, RunningServer, on_each_assembly  # noqa: E402
from wire import Failure, Status, Wire, array  # noqa: E402

TIME = "time=2026-03-01T10:00:00Z"


def bought(number):
    """BALANCE after so many purchases of 10.00: 5 % each, below the milestone of the month."""
    pennies = 50 * number
    return [["cashback", "GBP", f"{pennies // 100}.{pennies % 100:02}"]] if number else []


class Order(unittest.TestCase):
    @on_each_assembly
    def test_a_pipeline_sees_itself(self, server):
        """BALANCE between events sees those before it and not the one behind it."""
        with Wire(server.port) as wire:
            wire.send("".join(f"BALANCE anna\nEVENT purchase e{i} account=anna amount=10.00 "
                              f"{TIME}\n" for i in range(20)) + "BALANCE anna\n")
            for i in range(20):
                self.assertEqual(wire.reply(), bought(i))
                self.assertRegex(wire.reply(), rf"^OK {i + 2} \d+$")
            self.assertEqual(wire.reply(), bought(20))

    @on_each_assembly
    def test_a_read_sees_what_others_were_answered(self, server):
        """On whichever connection, and whichever loop has that."""
        wires = [Wire(server.port) for _ in range(6)]
        for wire in wires:
            self.addCleanup(wire.close)
        pairs = itertools.islice(itertools.cycle(itertools.permutations(wires, 2)), 40)
        for i, (writer, reader) in enumerate(pairs):
            account = f"account{i // 20}"
            writer.expect_ok(f"EVENT purchase e{i} account={account} amount=10.00 {TIME}")
            self.assertEqual(reader.ask(f"BALANCE {account}"), bought(i % 20 + 1))

    @on_each_assembly
    def test_replies_in_the_order_of_requests(self, server):
        """Of all kinds: at once, with an LSN, at a barrier, refused, lines and arrays by turns."""
        with Wire(server.port) as wire:
            for i in range(30):
                wire.send(f"PING a{i}\n")
                wire.send(f"EVENT purchase e{i} account=anna amount=1.00 {TIME}\n")
                wire.send(array("ECHO", f"b{i}"))
                wire.send("HASH\n")
                wire.send(f"EVENT purchase e{i} account=anna amount=ten\n")
                wire.send(array("NOSUCH", f"c{i}"))
                wire.send(f"BATCH 1\nEVENT purchase f{i} account=bo amount=1.00 {TIME}\n")
            for i in range(30):
                self.check_seven(wire, i)

    def check_seven(self, wire, i):
        lsn = 2 + 2 * i
        self.assertEqual(wire.reply(), f"a{i}")
        self.assertRegex(wire.reply(), rf"^OK {lsn} \d+$")
        self.assertEqual(wire.reply(), f"b{i}")
        hashes = wire.reply()
        self.assertEqual(hashes[4:], ["lsn", lsn])
        self.assertEqual(wire.reply().code, "INVALID")
        self.assertEqual(wire.reply().code, "UNKNOWN")
        self.assertEqual(wire.reply(), ["accepted", 1, "duplicates", 0, "first_lsn", lsn + 1,
                                        "last_lsn", lsn + 1, "errors", []])

    @on_each_assembly
    def test_a_change_of_protocol_is_of_what_follows(self, server):
        with Wire(server.port) as wire:
            wire.send("HASH\nHELLO 3\nHASH\nCLIENT GETNAME\nHELLO 2\nHASH\n")
            kinds = [type(reply) for reply in wire.replies(6)]
            self.assertEqual(kinds, [list, dict, dict, type(None), list, list])

    def test_both_forms_of_a_batch_are_one(self):
        """The same lines, among them wrong ones and some that came before: the same replies."""
        some = sales.sales(700)
        rows = [sale.line() for sale in some]
        rows[5:5] = ["EVENT purchase x amount=ten", "NOSUCH", 'EVENT purchase "x']
        rows += rows[100:120] + [rows[0].replace("amount=", "amount=9")]
        for assembly in ASSEMBLIES:
            replies, hashes = [], []
            for form in (f"BATCH {len(rows)}\n" + "\n".join(rows) + "\n",
                         array("BATCH", "\n".join(rows)),
                         array("BATCH", "\r\n".join(rows) + "\r\n")):
                with RunningServer(*assembly) as server:
                    with Wire(server.port, source=sales.SOURCE) as wire:
                        wire.send(form)
                        replies.append(wire.reply())
                    sales.check(self, server, some)
                    hashes.append(server.hashes())
            self.assertEqual(replies[0][:8], ["accepted", 700, "duplicates", 20, "first_lsn", 2,
                                              "last_lsn", 701])
            errors = [error.split(" ")[:2] for error in replies[0][9]]
            self.assertEqual(errors, [["6", "INVALID"], ["7", "SYNTAX"], ["8", "SYNTAX"],
                                      [str(len(rows)), "CONFLICT"]])
            self.assertEqual(replies[1:], replies[:1] * 2)
            self.assertEqual(hashes[1:], hashes[:1] * 2)

    @on_each_assembly
    def test_blank_lines_are_none(self, server):
        """In both forms: neither counted nor numbered, however many, and not against the limit."""
        lines = (f"EVENT purchase {{}} account=anna amount=10.00 {TIME}\n\n \r\n\nNOSUCH\n"
                 f"  \nEVENT purchase {{}} account=anna amount=10.00 {TIME}\n")
        with Wire(server.port) as wire:
            wire.send("BATCH 3\n\n" + lines.format("a", "b") + "\nPING\n")
            wire.send(array("BATCH", 20_000 * "\n" + lines.format("c", "d")))
            wire.send("PING\n")
            for lsn in (2, 4):
                tally = wire.reply()
                self.assertEqual(tally[:8], ["accepted", 2, "duplicates", 0, "first_lsn", lsn,
                                             "last_lsn", lsn + 1])
                self.assertEqual([error.split(" ")[:2] for error in tally[9]], [["2", "SYNTAX"]])
                self.assertEqual(wire.reply(), "PONG")

    @on_each_assembly
    def test_the_depth_of_queues(self, server):
        with Wire(server.port) as wire, Wire(server.port) as idle:
            self.assertEqual(idle.ask("PING"), "PONG")
            figures = running_server.info_of(wire)
        self.assertEqual(figures["connections"], "2")
        self.assertEqual(figures["jobs_under_way"], "1")  # the question itself
        self.assertEqual(figures["answers_waiting_jobs"], "0")
        self.assertEqual(figures["answers_waiting_bytes"], "0")
        self.assertEqual(figures["ignored"], "0")

    @on_each_assembly
    def test_an_id_is_that_of_its_source(self, server):
        event = f"EVENT purchase e account=anna amount=10.00 {TIME}"
        with Wire(server.port) as wire, Wire(server.port, source="till") as till:
            first = wire.expect_ok(event)
            self.assertEqual(wire.ask(event), Status(first.replace("OK", "DUP")))
            self.assertTrue(till.ask(event).startswith("OK 3 "))
            self.assertTrue(till.ask(event).startswith("DUP 3 "))
            self.assertTrue(till.ask(event + " source=shop").startswith("OK 4 "))
            self.assertTrue(wire.ask(event + " source=shop").startswith("DUP 4 "))
            conflict = wire.ask(event + " sku=22423")
            self.assertIsInstance(conflict, Failure)
            self.assertEqual(conflict.code, "CONFLICT")


if __name__ == "__main__":
    running_server.main()
