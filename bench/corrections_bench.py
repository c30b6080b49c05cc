#!/usr/bin/env python3
"""What corrections cost: a version with `change retro` is published over HISTORY events, and new events come beside them.

Three tables. First the corrections alone, no event beside them: how many in a second, from the reply of PLAN until the
last event of the history is corrected. Then events as fast as one connection takes them, and last events at a fixed
rate (an open loop: an event's time runs from when it was due), each without corrections and with them by turns. Of a
run with corrections that stretch counts in which they were under way; of one without, the stretch of the run before.

usage: corrections_bench.py GUERDON FOLDER [--runs 5] [--history 300000] [--rate 20000] [--rules 10]
       FOLDER: on the disk that is measured
"""
import argparse
import gc
import os
import pathlib
import sys
import threading
import time

sys.dont_write_bytecode = True
import publish_bench as load  # noqa: E402

BEGIN = 0.5  # seconds of events before the version is published
MARK = "last"


def retro(rules):
    return load.plan(rules, 2).replace("from 2026-06-01\n", "from 2026-05-01\n  change retro\n")


def mark(number):
    """The last event of the history: 1 % of 10.00, and 2 % once it is corrected."""
    return (f"EVENT purchase m{number} account={MARK} amount=10.00 sku=s0 time=2026-05-01T10:00:00Z\n").encode()


def send_history(link, count, rules):
    chunks, sizes = load.prepare(count - 1, 256, rules)
    load.drive(link, chunks, sizes, None)
    load.drive(link, [mark(0)], [1], None)


class Corrections:
    """Publishes, and waits until all is corrected. Times are those of time.monotonic()."""

    def __init__(self, server, text):
        self.server, self.text = server, text
        self.begin = self.end = None

    def run(self):
        load.publish(self.server, self.text)
        self.begin = time.monotonic()
        with self.server.connect() as link:
            while self.end is None:
                link.sendall(b"BALANCE " + MARK.encode() + b"\n")
                answer = link.recv(4096)
                if b"0.20" in answer:
                    self.end = time.monotonic()
                elif b"0.10" not in answer:
                    raise SystemExit(f"another balance: {answer.decode()}")
                time.sleep(0.01)

    def seconds(self):
        return self.end - self.begin


def alone(options):
    with load.Server(options.guerdon, options.folder, load.plan(options.rules)) as server, server.connect() as link:
        send_history(link, options.history, options.rules)
        corrections = Corrections(server, retro(options.rules))
        corrections.run()
        return options.history / corrections.seconds()


def beside(options, rate, corrects, stretch):
    """Of events in the stretch, seconds from when the first was due: how many a second, and their times.

    rate: None: as fast as they are taken. corrects: publishes; gives the stretch in which it corrected."""
    with load.Server(options.guerdon, options.folder, load.plan(options.rules)) as server, server.connect() as link:
        send_history(link, options.history, options.rules)
        corrections = Corrections(server, retro(options.rules))

        def later():
            time.sleep(BEGIN)
            corrections.run()
        # Other ids than those of the history.
        count = int((rate or options.highest) * options.seconds)
        chunks, sizes = load.prepare(count, max(1, int(rate * load.DUE_EACH)) if rate else 256, options.rules)
        chunks = [chunk.replace(b"purchase e", b"purchase n") for chunk in chunks]
        thread = threading.Thread(target=later if corrects else lambda: None)
        thread.start()
        due = []
        began = time.monotonic()
        if corrects:
            times, took = load.drive(link, chunks, sizes, rate, due, lambda: corrections.end is not None)
        else:
            times, took = load.drive(link, chunks, sizes, rate, due, lambda: time.monotonic() - began > stretch[1])
        ended = began + took
        thread.join()
    if corrects:
        stretch = (corrections.begin - began, min(corrections.end, ended) - began)
        if corrections.end > ended:
            print(f"corrections went on for {corrections.end - ended:.1f} s more", file=sys.stderr)
    answered = [at + each - began for at, each in zip(due, times)]
    inside = sorted(each for each, at in zip(times, answered) if stretch[0] <= at < stretch[1])
    return stretch, {"rate": len(inside) / (stretch[1] - stretch[0]), "p50": inside[len(inside) // 2],
                     "p99": inside[len(inside) * 99 // 100], "p99.9": inside[len(inside) * 999 // 1000],
                     "longest": inside[-1],
                     "corrections": options.history / corrections.seconds() if corrects else 0}


def by_turns(options, rate):
    found = {"corrections": [], "none": []}
    for _ in range(options.runs):
        stretch, one = beside(options, rate, True, None)
        found["corrections"].append(one)
        found["none"].append(beside(options, rate, False, stretch)[1])
        print(found["corrections"][-1], found["none"][-1], file=sys.stderr)
    return found


def show(title, found):
    print(f"\n{title}\n")
    print("| | events a second | p50 ms | p99 ms | p99.9 ms | longest ms | corrections a second |")
    print("|---|---|---|---|---|---|---|")
    for kind, runs in (("without corrections", found["none"]), ("with them", found["corrections"])):
        cells = [load.spread([run["rate"] for run in runs])]
        cells += [load.spread([run[key] for run in runs], 1e3, 2) for key in ("p50", "p99", "p99.9", "longest")]
        cells.append(load.spread([run["corrections"] for run in runs]) if runs[0]["corrections"] else "")
        print(f"| {kind} | " + " | ".join(cells) + " |")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("guerdon", type=pathlib.Path)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--history", type=int, default=300_000)
    parser.add_argument("--rules", type=int, default=10)
    parser.add_argument("--rate", type=float, default=20_000, help="events a second of the open loop")
    parser.add_argument("--seconds", type=float, default=6, help="how long events come at most")
    options = parser.parse_args()
    gc.disable()  # its pauses would be the server's
    rates = [alone(options) for _ in range(options.runs)]
    options.highest = load.highest_rate(options.guerdon, options.folder, options.rules)
    print(f"{options.runs} runs by turns, {options.history:,} events before, {options.rules} rules, load average "
          f"{os.getloadavg()[0]:.1f}; corrections alone, a second: {load.spread(rates)}", flush=True)
    show("As fast as one connection takes them", by_turns(options, None))
    show(f"At {options.rate:,.0f} events a second", by_turns(options, options.rate))


if __name__ == "__main__":
    main()
