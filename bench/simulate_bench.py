#!/usr/bin/env python3
"""How many events a second `guerdon plan simulate` takes, with and without `--against`, and `guerdon replay` beside it.

By turns, each a process of its own, over one trace. Prints a table in Markdown: the trace's events by the seconds of
the whole process.

usage: simulate_bench.py GUERDON FOLDER [--runs 5] [--events 1000000] [--rules 10]
"""
import argparse
import os
import pathlib
import statistics
import subprocess
import sys
import time

sys.dont_write_bytecode = True
import publish_bench as load  # noqa: E402


def write_trace(path, events, rules):
    with open(path, "w", encoding="utf-8") as file:
        file.write("event_id,time,type,account,amount,sku\n")
        file.writelines(f"e{n},2026-07-01T10:00:00Z,purchase,a{n * 7919 % load.ACCOUNTS},10.00,s{n % rules}\n"
                        for n in range(events))


def seconds_of(command):
    began = time.monotonic()
    done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=False)
    if done.returncode != 0:
        raise SystemExit(f"{command}: {done.stderr.decode()}")
    return time.monotonic() - began


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("guerdon", type=pathlib.Path)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--events", type=int, default=1_000_000)
    parser.add_argument("--rules", type=int, default=10)
    options = parser.parse_args()
    old, new, trace = (options.folder / name for name in ("simulate-1.plan", "simulate-2.plan", "simulate.csv"))
    old.write_text(load.plan(options.rules))
    new.write_text(load.plan(options.rules, 2))
    write_trace(trace, options.events, options.rules)
    kinds = {"`replay --plan OLD`": ["replay", "--plan", old, "--trace", trace],
             "`plan simulate --plan OLD`": ["plan", "simulate", "--plan", old, "--trace", trace],
             "`plan simulate --plan NEW --against OLD`": ["plan", "simulate", "--plan", new, "--against", old,
                                                          "--trace", trace]}
    found = {name: [] for name in kinds}
    for _ in range(options.runs):
        for name, words in kinds.items():
            found[name].append(options.events / seconds_of([options.guerdon, *words]))
            print(name, f"{found[name][-1]:,.0f}", file=sys.stderr)
    for path in (old, new, trace):
        path.unlink()
    print(f"{options.runs} runs by turns, {options.events:,} events, {load.ACCOUNTS:,} accounts, {options.rules} rules, "
          f"load average {os.getloadavg()[0]:.1f} at the end\n")
    print("| | events of the trace a second, median (least, most) |\n|---|---|")
    for name, rates in found.items():
        print(f"| {name} | {statistics.median(rates):,.0f} ({min(rates):,.0f}, {max(rates):,.0f}) |")


if __name__ == "__main__":
    main()
