#!/usr/bin/env python3
"""What events notice of a file of goals that is taken while they come.

A server has many accounts, each with an event of May and a target whose goal comes from a file. Then an
open loop: events are due at fixed instants, and an event's time runs from when it was due. In the middle
of a run a file with a goal for each account is renamed in the drop folder; or none is (the control). The
kinds of runs are taken by turns, each with a new server and an empty folder. Events go on until the
file's report is there. Prints a table in Markdown.

usage: goals_bench.py GUERDON FOLDER [--lines 1000000] [--rate 5000] [--seconds 60] [--runs 3] [--shards 4]
                      [--drop FOLDER]
       FOLDER: on the disk that is measured
"""
import argparse
import gc
import os
import pathlib
import shutil
import statistics
import sys
import threading
import time

sys.dont_write_bytecode = True
import close_bench as accounts_bench  # noqa: E402
import publish_bench as load  # noqa: E402

PLAN = """plan shop
  zone UTC

unit GBP, 2 decimals
unit points, 0 decimals

event sale
  account : account
  amount : GBP

target monthly per account per month
  achieved sum of amount on sale
  goal from file
  at 100% : credit account 100 points
"""


class Server(load.Server):
    """With a drop folder beside its own."""

    def __init__(self, options, keys):
        self.drop = (options.drop or options.folder) / "goals-bench-drop"
        shutil.rmtree(self.drop, ignore_errors=True)
        super().__init__(options.guerdon, options.folder, PLAN, options.lines, keys, options.shards,
                         ["--drop", self.drop])

    def __exit__(self, *all_of_it):
        super().__exit__(*all_of_it)
        shutil.rmtree(self.drop, ignore_errors=True)

    def bring(self, content):
        """All but the rename, and on the disk: how it comes is not the server's doing."""
        with open(self.drop / "in" / "goals.csv.part", "wb") as file:
            file.write(content)
            os.fsync(file.fileno())

    def send(self):
        """Seconds until the file was reported as applied."""
        began = time.monotonic()
        (self.drop / "in" / "goals.csv.part").rename(self.drop / "in" / "goals.csv")
        report = self.drop / "out" / "goals.csv.report"
        while not report.exists():
            time.sleep(0.05)
        if "\nresult: applied\n" not in "\n" + report.read_text():
            raise SystemExit(f"the file was not applied: {report.read_text()[:2000]}")
        return time.monotonic() - began


def goals(lines):
    """Each account has sold 1.00, or a little more: half have reached their goal by it."""
    return b"account,program,target,period,value\n" + b"".join(
        b"a%d,shop,monthly,2026-05,%s\n" % (number, b"1.00" if number % 2 == 0 else b"9999.00")
        for number in range(lines))


def measure(options, content):
    count = int(options.rate * options.seconds)
    size = max(1, int(options.rate * load.DUE_EACH))
    chunks, sizes = accounts_bench.prepare(count, size, options.lines, False)
    took = []
    with Server(options, options.lines * 2 + count + 1) as server, server.connect() as link:
        accounts_bench.fill(link, options.lines)
        if content:
            server.bring(content)

        def in_the_middle():
            time.sleep(options.seconds / 10)
            took.append(server.send())
        sender = threading.Thread(target=in_the_middle if content else lambda: None)
        sender.start()
        before = load.idle_seconds()
        times, took_all = load.drive(link, chunks, sizes, options.rate)
        idle = (load.idle_seconds() - before) / took_all / os.cpu_count()
        if content and not took:
            raise SystemExit("the file was not applied before the events were through; give more --seconds")
        sender.join()
        for account, points in (("a0", "100"), ("a1", "0")):
            lines = accounts_bench.ask(link, b"BALANCE %s\n" % account.encode())
            if ("100" in lines) != (content is not None and points == "100"):
                raise SystemExit(f"{account} has {lines}")
    times.sort()
    return {"p50": times[count // 2], "p99": times[count * 99 // 100], "p99.9": times[count * 999 // 1000],
            "longest": times[-1], "file": took[0] if took else 0, "idle": idle}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("guerdon", type=pathlib.Path)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--drop", type=pathlib.Path, help="where the drop folder is, if not in FOLDER")
    parser.add_argument("--lines", type=int, default=1_000_000)
    parser.add_argument("--rate", type=float, default=5_000)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--shards", type=int, default=4)
    options = parser.parse_args()
    gc.disable()  # its pauses would be the server's
    contents = {"no file": None, "a file is taken": goals(options.lines)}
    results = {name: [] for name in contents}
    for _ in range(options.runs):
        for name, runs in results.items():
            runs.append(measure(options, contents[name]))
            print(name, runs[-1], file=sys.stderr)
    print(f"{options.lines:,} lines, {options.shards} shards, {options.rate:,.0f} events a second for "
          f"{options.seconds:g} s, {options.runs} runs by turns, load average {os.getloadavg()[0]:.1f} at the end")
    print()
    print("| | p50 ms | p99 ms | p99.9 ms, median (least, most) | longest ms | file taken in s | processors idle |")
    print("|---|---|---|---|---|---|---|")
    for name, runs in results.items():
        def middle(key):
            return statistics.median(run[key] for run in runs)
        tail = [run["p99.9"] * 1e3 for run in runs]
        print(f"| {name} | {middle('p50') * 1e3:.2f} | {middle('p99') * 1e3:.2f} | {statistics.median(tail):.2f} "
              f"({min(tail):.2f}, {max(tail):.2f}) | {middle('longest') * 1e3:.1f} | {middle('file'):.1f} "
              f"| {middle('idle'):.0%} |")


if __name__ == "__main__":
    main()
