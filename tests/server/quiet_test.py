#!/usr/bin/env python3
"""A server that nothing comes to: what falls due by time is done all the same.

    quiet_test.py GUERDON [TEST...]
"""
import sys
import unittest

sys.dont_write_bytecode = True
import running_server  # noqa: E402
from running_server import ASSEMBLIES, RunningServer, wait_until  # noqa: E402
from wire import Wire  # noqa: E402

PLAN = running_server.PLAN.parent / "points.plan"
SLICES = 64  # of a whole sweep


def kinds(server, account):
    with Wire(server.port) as wire:
        wire.ask("HELLO 3")
        return [entry["kind"] for entry in wire.ask(f"REGISTER {account}")["entries"]]


class NobodyAsks(unittest.TestCase):
    def test_points_expire_while_nothing_comes(self):
        """Days have passed while it was stopped: it ticks once, and then waits for the next."""
        for assembly in ASSEMBLIES:
            with self.subTest(assembly), RunningServer(*assembly, plan=PLAN) as server:
                with Wire(server.port) as wire:
                    wire.ask("EVENT purchase p-1 account=anna amount=120.00 time=2026-01-10T10:00:00Z")
                    self.assertEqual(kinds(server, "anna"), ["earn"])
                    last = int(server.info()["lsn_applied"])
                server.stop()
                server._clock = "wall"
                server.start()
                ticked = last + 1 + SLICES
                with Wire(server.port) as wire:
                    # Who only looks does not keep it from that.
                    wait_until(lambda: wire.ask("PING") == "PONG" and
                               int(running_server.info_of(wire)["lsn_applied"]) >= ticked, "it has ticked")
                    self.assertEqual(kinds(server, "anna"), ["expire", "earn"])
                    self.assertEqual(wire.ask("TICK"), f"OK {ticked + 1}")

    def test_none_ticks_before_its_first_record(self):
        """Nor under the clock of events, whatever the wall says: the second of the records is the event's."""
        for clock in ("wall", "events"):
            with self.subTest(clock), RunningServer(plan=PLAN, clock=clock) as server:
                with Wire(server.port) as wire:
                    wait_until(lambda: int(server.info()["uptime_seconds"]) >= 2, "two seconds have passed")
                    time = " time=2026-01-10T10:00:00Z" if clock == "events" else ""
                    self.assertEqual(wire.ask(f"EVENT purchase p-1 account=anna amount=120.00{time}"), "OK 2 1")
                    if clock == "wall":
                        continue
                    asked = int(server.info()["uptime_seconds"]) + 2
                    wait_until(lambda: int(server.info()["uptime_seconds"]) >= asked, "two more have")
                    self.assertEqual(server.info()["lsn_applied"], "2")


if __name__ == "__main__":
    running_server.main()
