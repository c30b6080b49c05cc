#!/usr/bin/env python3
"""What events notice of a version that is published while they come.

An open loop: events are due at fixed instants, at half the rate that the same connection reaches
when it does not wait, or at --rate, and an event's time runs from when it was due. In the middle of a run a
version is published by another connection, or none (the control). The kinds of runs are taken by
turns, each with a new server and an empty folder. Prints a table in Markdown.

usage: publish_bench.py GUERDON FOLDER [--runs 5] [--seconds 8] [--rules 1000] [--rate EVENTS]
       FOLDER: on the disk that is measured
"""
import argparse
import gc
import json
import os
import pathlib
import selectors
import shutil
import socket
import statistics
import subprocess
import sys
import threading
import time

DUE_EACH = 0.001  # seconds from one write to the next
ACCOUNTS = 100_000
SLOW = 0.005


def plan(rules, version=1, adds_attribute=False):
    """Each rule pays for a sku of its own; the second version pays twice as much."""
    header = "" if version == 1 else f" version {version} from 2026-06-01"
    lines = [f"plan club{header}", "  zone UTC", "", "unit GBP, 2 decimals", "", "event purchase",
             "  account : account", "  amount : GBP", "  sku : text"]
    if adds_attribute:
        lines.append("  channel : text")
    for n in range(rules):
        paid = 1 if version == 1 or adds_attribute else 2
        lines += ["", f"rule r{n}", "  on purchase", f'  when sku = "s{n}"', f"  credit account {paid}% of amount"]
    if adds_attribute:
        lines += ["", "rule web", "  on purchase", '  when channel = "web"', "  credit account 1% of amount"]
    return "\n".join(lines) + "\n"


def event(number, rules):
    return (f"EVENT purchase e{number} account=a{number * 7919 % ACCOUNTS} amount=10.00 sku=s{number % rules} "
            "time=2026-05-01T10:00:00Z\n").encode()


class Server:
    def __init__(self, guerdon, folder, text, accounts=ACCOUNTS, keys=4_000_000, shards=None, more=()):
        self.data = folder / "publish-bench"
        shutil.rmtree(self.data, ignore_errors=True)
        self.data.mkdir(parents=True)
        file = folder / "publish-bench.plan"
        file.write_text(text)
        self.process = subprocess.Popen(
            [guerdon, "serve", "--plan", file, "--data", self.data, "--clock", "events", "--listen", "127.0.0.1:0",
             "--accounts", str(accounts), "--keys", str(keys), "--reserve",
             *(["--shards", str(shards)] if shards else []), *more],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self.port = int(self.process.stdout.readline().rsplit(":", 1)[1])
        # Its spare files are made while it listens; that is not what is measured.
        while len(list(self.data.glob("spare-*.seg"))) < 2:
            time.sleep(0.1)
        time.sleep(1)

    def connect(self):
        link = socket.create_connection(("127.0.0.1", self.port))
        link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return link

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()
        self.process.stdout.close()
        shutil.rmtree(self.data, ignore_errors=True)


def publish(server, text):
    """Seconds until it was answered."""
    data = text.encode()
    with server.connect() as link:
        began = time.monotonic()
        link.sendall(b"*2\r\n$4\r\nPLAN\r\n$%d\r\n%s\r\n" % (len(data), data))
        answer = link.recv(4096)
        if not answer.startswith(b"+OK "):
            raise SystemExit(f"not published: {answer.decode()}")
        return time.monotonic() - began


def drive(link, chunks, sizes, rate, due=None, is_over=None):
    """Seconds from when each event was due until it was answered, in their order, and how long all took.

    rate: events a second; None: as fast as they are taken. Each must be answered OK. due: a list that
    gets the instants at which they were. is_over: asked whether no more are to be sent."""
    link.setblocking(False)
    look = selectors.DefaultSelector()
    look.register(link, selectors.EVENT_READ)
    total = sum(sizes)
    due = [] if due is None else due
    times = []
    out = bytearray()
    began = time.monotonic()
    next_chunk = answered = 0
    left = b""
    while answered < total:
        now = time.monotonic()
        if is_over is not None and is_over():
            next_chunk, total = len(chunks), len(due)
        while next_chunk < len(chunks):
            at = began + sum_before[next_chunk] / rate if rate else now
            if at > now or (not rate and len(due) - answered > 4096):
                break
            out += chunks[next_chunk]
            due.extend([at] * sizes[next_chunk])
            next_chunk += 1
        if out:
            try:
                del out[:link.send(out)]
            except BlockingIOError:
                pass
        waits = 0 if out or not rate else DUE_EACH / 4
        if look.select(waits):
            data = left + link.recv(1 << 18)
            end = data.rfind(b"\n") + 1
            lines = data[:end].split(b"\r\n")[:-1]
            left = data[end:]
            now = time.monotonic()
            for line in lines:
                if not line.startswith(b"+OK "):
                    raise SystemExit(f"an event failed: {line.decode()}")
                times.append(now - due[answered])
                answered += 1
    return times, time.monotonic() - began


sum_before = []


def prepare(count, size, rules):
    """Writes of `size` events each, and how many each has."""
    sum_before.clear()
    chunks, sizes = [], []
    for first in range(0, count, size):
        part = range(first, min(first + size, count))
        sum_before.append(first)
        chunks.append(b"".join(event(number, rules) for number in part))
        sizes.append(len(part))
    return chunks, sizes


def idle_seconds():
    """Of all processors, since the machine began."""
    words = pathlib.Path("/proc/stat").read_text().split("\n", 1)[0].split()
    return int(words[4]) / os.sysconf("SC_CLK_TCK")


def highest_rate(guerdon, folder, rules):
    count = 200_000
    chunks, sizes = prepare(count, 256, rules)
    with Server(guerdon, folder, plan(rules)) as server, server.connect() as link:
        return count / drive(link, chunks, sizes, None)[1]


def measure(guerdon, folder, rules, rate, seconds, text):
    chunks, sizes = prepare(int(rate * seconds), max(1, int(rate * DUE_EACH)), rules)
    took = []
    with Server(guerdon, folder, plan(rules)) as server, server.connect() as link:
        def in_the_middle():
            time.sleep(seconds / 2)
            took.append(publish(server, text))
        publisher = threading.Thread(target=in_the_middle if text else lambda: None)
        publisher.start()
        before = idle_seconds()
        times, took_all = drive(link, chunks, sizes, rate)
        idle = (idle_seconds() - before) / took_all / os.cpu_count()
        publisher.join()
        if text and not took:
            raise SystemExit("the version was not published")
    times.sort()
    return {"slow": sum(1 for each in times if each > SLOW), "idle": idle, "p99": times[len(times) * 99 // 100],
            "p99.9": times[len(times) * 999 // 1000], "longest": times[-1], "publish": took[0] if took else 0}


def spread(values, scale=1, digits=0):
    """Median (least to most) of the values, each times `scale`."""
    values = [each * scale for each in values]
    return f"{statistics.median(values):,.{digits}f} ({min(values):,.{digits}f} to {max(values):,.{digits}f})"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("guerdon", type=pathlib.Path)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=8)
    parser.add_argument("--rules", type=int, default=1000)
    parser.add_argument("--rate", type=float, help="events a second; else half of what a connection reaches")
    parser.add_argument("--json", action="store_true", help="all runs, instead of the table")
    options = parser.parse_args()
    gc.disable()  # its pauses would be the server's
    rate = options.rate or highest_rate(options.guerdon, options.folder, options.rules) / 2
    print(f"{rate:,.0f} events a second", file=sys.stderr)
    kinds = {"none published": None,
             f"{options.rules} rules changed": plan(options.rules, 2),
             "an attribute added": plan(options.rules, 2, adds_attribute=True)}
    results = {name: [] for name in kinds}
    for _ in range(options.runs):
        for name, text in kinds.items():
            results[name].append(measure(options.guerdon, options.folder, options.rules, rate, options.seconds, text))
            print(name, results[name][-1], file=sys.stderr)
    if options.json:
        return print(json.dumps({"rate": rate, "runs": results}, indent=1))
    print(f"{options.runs} runs by turns, {rate:,.0f} events a second for {options.seconds:g} s, {options.rules} rules, "
          f"load average {os.getloadavg()[0]:.1f} at the end")
    print()
    print("| | events above 5 ms, median (least, most) | p99 ms | p99.9 ms | longest ms, median (most) | PLAN answered in ms | "
          "processors idle |")
    print("|---|---|---|---|---|---|---|")
    for name, runs in results.items():
        def middle(key):
            return statistics.median(run[key] for run in runs)
        slow = [run["slow"] for run in runs]
        print(f"| {name} | {middle('slow'):,.0f} ({min(slow):,}, {max(slow):,}) | {middle('p99') * 1e3:.2f} "
              f"| {middle('p99.9') * 1e3:.2f} | {middle('longest') * 1e3:.2f} ({max(r['longest'] for r in runs) * 1e3:.2f}) "
              f"| {middle('publish') * 1e3:.1f} | {middle('idle'):.0%} |")


if __name__ == "__main__":
    main()
