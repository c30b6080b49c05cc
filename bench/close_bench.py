#!/usr/bin/env python3
"""What events notice of a month that is closed while they come.

A server has many accounts, each with an event of May: each is paid something when the month is
closed, and the best ten win a prize. Then an open loop: events are due at fixed instants, and an
event's time runs from when it was due. In the middle of a run the events are of June, so the
challenge is settled and the accounts are closed, those of whom an event comes with it and the others
by sweeps; or they stay in May (the control). The kinds of runs are taken by turns, each with a new
server and an empty folder. Behind a run the balances of some accounts are looked at, and who won.
Prints a table in Markdown.

usage: close_bench.py GUERDON FOLDER [--accounts 1000000] [--rate 10000] [--seconds 30] [--runs 3] [--shards 4]
       FOLDER: on the disk that is measured
"""
import argparse
import gc
import os
import pathlib
import statistics
import sys

sys.dont_write_bytecode = True
import publish_bench as load  # noqa: E402

LINES = 10_000  # of a batch
PLAN = """plan shop
  zone UTC

unit GBP, 2 decimals
unit points, 0 decimals

event sale
  account : account
  amount : GBP

measure sold per account per month = sum of amount on sale

rule monthly per account per month
  on close
  when sold >= 1.00
  credit account 1% of sold
  at most 1000.00

challenge best per account per month
  score sum of amount on sale
  rank 1 to 10 : credit account 100 points
  ties earliest
"""


def ask(link, request):
    """The lines of the answer, as far as they come at once."""
    link.setblocking(True)
    link.sendall(request)
    return link.recv(1 << 16).decode().split("\r\n")


def fill(link, accounts):
    """One sale of 1.00 each; the last ten sell more, each more than the one before."""
    link.setblocking(True)
    answers = link.makefile("rb")
    for first in range(0, accounts, LINES):
        lines = b"".join(b"EVENT sale f%d account=a%d amount=%d.00 time=2026-05-31T23:00:00Z\n" %
                         (number, number, 1 if number < accounts - 10 else 1000 + number - accounts + 10)
                         for number in range(first, min(first + LINES, accounts)))
        link.sendall(b"*2\r\n$5\r\nBATCH\r\n$%d\r\n%s\r\n" % (len(lines), lines))
        count = int(answers.readline()[1:])
        words = []
        for _ in range(count):
            line = answers.readline()
            if line[:1] == b"$":
                line = answers.readline()
            words.append(line.strip())
        if int(words[1].lstrip(b":")) != min(LINES, accounts - first):
            raise SystemExit(f"not all were taken: {words}")


def prepare(count, size, accounts, closes):
    """Writes of `size` events each: of 0.00, so that they change nobody's month."""
    load.sum_before.clear()
    chunks, sizes = [], []
    for first in range(0, count, size):
        part = range(first, min(first + size, count))
        day = b"2026-06-01T00:00:00Z" if closes and first >= count // 2 else b"2026-05-31T23:59:59Z"
        load.sum_before.append(first)
        chunks.append(b"".join(b"EVENT sale e%d account=a%d amount=0.00 time=%s\n" %
                               (number, number * 7919 % accounts, day) for number in part))
        sizes.append(len(part))
    return chunks, sizes


def check(link, accounts, closes):
    """That all was paid by the end, or nothing."""
    best = accounts - 1
    for account, monthly, prize in ((0, "0.01", None), (accounts // 2, "0.01", None), (best, "10.09", "100")):
        lines = ask(link, b"BALANCE a%d\n" % account)
        expected = [each for each in (monthly, prize) if each] if closes else []
        if [each for each in lines if each in ("0.01", "10.09", "100")] != expected:
            raise SystemExit(f"a{account} has {lines}, and not {expected}")


def measure(options, closes):
    count = int(options.rate * options.seconds)
    chunks, sizes = prepare(count, max(1, int(options.rate * load.DUE_EACH)), options.accounts, closes)
    with load.Server(options.guerdon, options.folder, PLAN, options.accounts, options.accounts + count + 1,
                     options.shards) as server, server.connect() as link:
        fill(link, options.accounts)
        before = load.idle_seconds()
        times, took = load.drive(link, chunks, sizes, options.rate)
        idle = (load.idle_seconds() - before) / took / os.cpu_count()
        check(link, options.accounts, closes)
    times.sort()
    return {"p50": times[count // 2], "p99": times[count * 99 // 100], "p99.9": times[count * 999 // 1000],
            "longest": times[-1], "idle": idle}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("guerdon", type=pathlib.Path)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--accounts", type=int, default=1_000_000)
    parser.add_argument("--rate", type=float, default=10_000)
    parser.add_argument("--seconds", type=float, default=30)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--shards", type=int, default=4)
    options = parser.parse_args()
    gc.disable()  # its pauses would be the server's
    results = {"the month goes on": [], "it is closed": []}
    for _ in range(options.runs):
        for name, runs in results.items():
            runs.append(measure(options, name == "it is closed"))
            print(name, runs[-1], file=sys.stderr)
    print(f"{options.accounts:,} accounts, {options.shards} shards, {options.rate:,.0f} events a second for "
          f"{options.seconds:g} s, {options.runs} runs by turns, load average {os.getloadavg()[0]:.1f} at the end")
    print()
    print("| | p50 ms | p99 ms | p99.9 ms, median (least, most) | longest ms | processors idle |")
    print("|---|---|---|---|---|---|")
    for name, runs in results.items():
        def middle(key):
            return statistics.median(run[key] for run in runs)
        tail = [run["p99.9"] * 1e3 for run in runs]
        print(f"| {name} | {middle('p50') * 1e3:.2f} | {middle('p99') * 1e3:.2f} | {statistics.median(tail):.2f} "
              f"({min(tail):.2f}, {max(tail):.2f}) | {middle('longest') * 1e3:.1f} | {middle('idle'):.0%} |")


if __name__ == "__main__":
    main()
