#!/usr/bin/env python3
"""What a table of many rows from a file costs: at the start of a server, for events that ask it, and while rows come.

    tables_bench.py GUERDON [ROWS] [--runs 5] [--rate 10000] [--folder FOLDER]

Three tables in Markdown. Starts of one folder: without rows, with a file of ROWS rows, and with the same file again;
of each the seconds until it listens (before that it answers nobody), the most memory that the process had (VmHWM), and
the bytes of its log. Then events as fast as one connection takes them, by turns: whose rule asks no table, whose rule
asks one without rows, and one of ROWS rows, each event for another key. Last events at a fixed rate (an open loop: an
event's time runs from when it was due), with and without another connection that changes rows by TABLE as fast as
they are taken.
"""
import argparse
import gc
import multiprocessing
import os
import pathlib
import re
import socket
import subprocess
import sys
import tempfile
import time

sys.dont_write_bytecode = True
import publish_bench as load  # noqa: E402

PLAN = """plan shop
unit RUB, 2 decimals
event sold
  seller as "account" : account
  sku : text
{table}rule per_piece
  on sold
  credit seller {amount}
"""
TABLE = """table price by sku
  from file of RUB at most 1_000_000.00
  otherwise : 0.01
"""
ASKS = PLAN.format(table=TABLE, amount="price for sku")
ASKS_NOT = PLAN.format(table="", amount="0.01 RUB")
EVENTS = 200_000
SECONDS = 5
ROWS_AT_ONCE = 2_000
# Where events are timed; it takes longer to start so.
RESERVED = ("--accounts", "100000", "--keys", "4000000", "--reserve")


def sku(number):
    return f"product-{number:07}"


def value(number):
    return f"{number % 1000}.{number % 100:02}"


class Server(load.Server):
    """Listens, and what it needed for that."""

    def __init__(self, guerdon, folder, plan, *more):
        file = folder / "shop.plan"
        file.write_text(plan, "utf-8")
        begun = time.monotonic()
        self.process = subprocess.Popen(
            [guerdon, "serve", "--plan", str(file), "--data", str(folder / "data"), "--clock", "events",
             "--listen", "127.0.0.1:0", *more],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.port = int(self.process.stdout.readline().rsplit(b":", 1)[1])
        self.seconds = time.monotonic() - begun
        self.said = ""

    def peak_mib(self):
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text("utf-8")
        return int(re.search(r"VmHWM:\s+(\d+) kB", status)[1]) / 1024

    def __exit__(self, *_):
        self.process.terminate()
        self.said = self.process.communicate()[1].decode()


def write_rows(folder, rows):
    path = folder / "prices.csv"
    with open(path, "w", encoding="utf-8") as file:
        file.write("sku,value\n")
        file.writelines(f"{sku(n)},{value(n)}\n" for n in range(rows))
    print(f"{path.stat().st_size / 2**20:.0f} MiB, {rows:,} rows\n")
    return "--ref", f"table:price={path}"


def starts(options, folder, given):
    print("| start | seconds until it listens | VmHWM MiB | log MiB | values new |\n|---|---|---|---|---|")
    for name, more in (("without rows", ()), ("with the file", given), ("with the same file again", given)):
        with Server(options.guerdon, folder, ASKS, *more) as server:
            peak = server.peak_mib()
        size = sum(file.stat().st_size for file in (folder / "data").glob("wal-*"))
        new = re.search(r"(\d+) values new", server.said)
        print(f"| {name} | {server.seconds:.2f} | {peak:,.0f} | {size / 2**20:,.0f} | {new[1] if new else ''} |", flush=True)


def events(first, count, rows, size=256):
    """Writes of `size` events, each of another key in no order that a cache knows."""
    chunks, sizes = [], []
    load.sum_before.clear()
    for begin in range(0, count, size):
        part = range(begin, min(begin + size, count))
        load.sum_before.append(begin)
        chunks.append("".join(
            f"EVENT sold e{first + n} account=a{n * 7919 % 100_000} sku={sku(n * 104_729 % rows)} "
            "time=2026-05-01T10:00:00Z\n" for n in part).encode())
        sizes.append(len(part))
    return chunks, sizes


def asked(options, given):
    kinds = {"no table is asked": (ASKS_NOT, ()), "one without rows": (ASKS, ()),
             f"one of {options.rows:,} rows": (ASKS, given)}
    found = {name: [] for name in kinds}
    for _ in range(options.runs):
        for name, (plan, more) in kinds.items():
            with tempfile.TemporaryDirectory(dir=options.folder) as folder:
                with Server(options.guerdon, pathlib.Path(folder), plan, *RESERVED, *more) as server, server.connect() as link:
                    load.drive(link, *events(0, EVENTS, options.rows), None)
                    found[name].append(EVENTS / load.drive(link, *events(EVENTS, EVENTS, options.rows), None)[1])
    print("\n| as fast as they are taken | events a second |\n|---|---|")
    for name, rates in found.items():
        print(f"| {name} | {load.spread(rates)} |", flush=True)


def change_rows(port, rows, stops, done):
    """Rows said anew by TABLE, until `stops`; each answer must be OK. A process of its own."""
    with socket.create_connection(("127.0.0.1", port)) as link, link.makefile("rb") as replies:
        while not stops.is_set():
            part = range(done.value, done.value + ROWS_AT_ONCE)
            link.sendall("".join(f"TABLE table=price key={sku(n % rows)} value={value(n + 7)}\n"
                                 for n in part).encode())
            for _ in part:
                reply = replies.readline()
                if not reply.startswith(b"+OK "):
                    raise SystemExit(f"a row failed: {reply.decode()}")
            done.value += ROWS_AT_ONCE


def beside(options, given, changes):
    with tempfile.TemporaryDirectory(dir=options.folder) as folder:
        with Server(options.guerdon, pathlib.Path(folder), ASKS, *RESERVED, *given) as server, server.connect() as link:
            chunks, sizes = events(0, int(options.rate * SECONDS), options.rows, max(1, int(options.rate * load.DUE_EACH)))
            stops, done = multiprocessing.Event(), multiprocessing.Value("q", 0)
            writer = multiprocessing.Process(target=change_rows, args=(server.port, options.rows, stops, done))
            if changes:
                writer.start()
            times, took = load.drive(link, chunks, sizes, options.rate)
            stops.set()
            if changes:
                writer.join()
                if writer.exitcode != 0 or done.value == 0:
                    raise SystemExit("no rows were changed")
    times.sort()
    return {"p50": times[len(times) // 2], "p99": times[len(times) * 99 // 100],
            "p99.9": times[len(times) * 999 // 1000], "longest": times[-1], "rows": done.value / took}


def changed(options, given):
    found = {"no row comes": [], "rows are changed meanwhile": []}
    for _ in range(options.runs):
        for name, runs in found.items():
            runs.append(beside(options, given, name != "no row comes"))
    print(f"\n| at {options.rate:,.0f} events a second | p50 ms | p99 ms | p99.9 ms | longest ms | rows a second |\n"
          "|---|---|---|---|---|---|")
    for name, runs in found.items():
        cells = [load.spread([run[key] for run in runs], 1e3, 2) for key in ("p50", "p99", "p99.9", "longest")]
        print(f"| {name} | " + " | ".join(cells) + f" | {load.spread([run['rows'] for run in runs])} |", flush=True)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("guerdon")
    parser.add_argument("rows", type=int, nargs="?", default=1_000_000)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--rate", type=float, default=10_000)
    parser.add_argument("--folder", default=None, help="on the disk that is measured")
    options = parser.parse_args()
    gc.disable()  # its pauses would be the server's
    with tempfile.TemporaryDirectory(dir=options.folder) as name:
        folder = pathlib.Path(name)
        given = write_rows(folder, options.rows)
        starts(options, folder, given)
        asked(options, given)
        changed(options, given)
    print(f"\nload average {os.getloadavg()[0]:.1f} at the end")


if __name__ == "__main__":
    main()
