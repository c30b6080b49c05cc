#!/usr/bin/env python3
"""What a challenge costs by its members: an event that moves a score, and STANDINGS.

For each number of members a server with an empty folder gets one event for each, and then more, in
batches, under a plan that keeps a measure and under the same with a challenge over it, by turns. Then
STANDINGS is asked for the best ten and for who is around somebody. The answer is compared with a
list that is sorted here; where they differ the bench fails. Prints a table in Markdown.

usage: standings_bench.py GUERDON FOLDER [--members 1000,10000,100000,1000000] [--events 200000] [--runs 5]
       FOLDER: on the disk that is measured
"""
import argparse
import pathlib
import random
import statistics
import sys
import time

sys.dont_write_bytecode = True
import publish_bench as load  # noqa: E402

LINES = 10_000  # of a batch

PLAN = """plan league
  zone UTC

unit GBP, 2 decimals
unit points, 0 decimals

event sale
  account : account
  amount : GBP

"""
MEASURE = """measure sold per account per month = sum of amount on sale

rule paid
  on sale
  when sold after > 1_000_000_000.00
  credit account 1 point
"""
CHALLENGE = """challenge best per account per month
  score sum of amount on sale
  rank 1 : credit account 1000 points
  ties earliest
"""


class Server(load.Server):
    def __init__(self, guerdon, folder, plan, members):
        super().__init__(guerdon, folder, plan, members)
        self.link = self.connect()
        self.answers = self.link.makefile("rb")

    def __exit__(self, *about):
        self.link.close()
        super().__exit__(*about)

    def reply(self):
        line = self.answers.readline().rstrip(b"\r\n")
        kind, rest = line[:1], line[1:]
        if kind == b"*":
            return [self.reply() for _ in range(int(rest))]
        if kind == b"$":
            return self.answers.read(int(rest) + 2)[:-2].decode()
        if kind == b"-":
            raise SystemExit(f"refused: {rest.decode()}")
        return int(rest) if kind == b":" else rest.decode()

    def batches(self, lines):
        """Seconds that all took, each answered before the next goes."""
        texts = ["".join(lines[i:i + LINES]) for i in range(0, len(lines), LINES)]
        whole = [b"*2\r\n$5\r\nBATCH\r\n$%d\r\n%s\r\n" % (len(text), text.encode()) for text in texts]
        began = time.monotonic()
        for data in whole:
            self.link.sendall(data)
            self.reply()
        return time.monotonic() - began

    def standings(self, words):
        """Seconds, and (rank, account, score) of each place."""
        began = time.monotonic()
        self.link.sendall(f"STANDINGS {words}\r\n".encode())
        answer = self.reply()
        took = time.monotonic() - began
        maps = [dict(zip(place[::2], place[1::2])) for place in answer]
        return took, [(each["rank"], each["account"], each["score"]) for each in maps]


def events(rng, members, count, first, order):
    """Lines, and (account, cents) of each. order: whether each member has one, in turn."""
    made = [(i % members if order else rng.randrange(members), rng.randrange(1, 1_000_000)) for i in range(count)]
    return [f"EVENT sale e{first + i} account=a{account} amount={cents // 100}.{cents % 100:02} "
            f"time=2026-05-01T10:00:00Z\n" for i, (account, cents) in enumerate(made)], made


def expected(sums, held):
    """Ranks as 1-1-3, equal ones by who had the score first."""
    ranked = sorted(sums, key=lambda account: (-sums[account], held[account]))
    rank, places = 0, []
    for i, account in enumerate(ranked):
        if i == 0 or sums[account] != sums[ranked[i - 1]]:
            rank = i + 1
        places.append((rank, f"a{account}", f"{sums[account] // 100}.{sums[account] % 100:02}"))
    return places


def one_run(options, members, run, folder):
    """Nanoseconds an event without and with the challenge; milliseconds of the best and of who is around."""
    took = {}
    order = [MEASURE, CHALLENGE] if run % 2 else [CHALLENGE, MEASURE]
    for rules in order:
        rng = random.Random(run)
        with Server(options.guerdon, folder, PLAN + rules, members) as server:
            lines, made = events(rng, members, members, 0, True)
            server.batches(lines)
            more, made_more = events(rng, members, options.events, members, False)
            took[rules] = server.batches(more) / options.events * 1e9
            if rules is MEASURE:
                continue
            sums, held = {}, {}
            for at, (account, cents) in enumerate(made + made_more):
                sums[account] = sums.get(account, 0) + cents
                held[account] = at
            places = expected(sums, held)
            best, shown = server.standings("best top=1000")
            middle = len(places) // 2
            around, near = server.standings(f"best account={places[middle][1]} around=5")
            ten = min(server.standings("best")[0] for _ in range(3))
            if shown != places[:1000] or near != places[max(0, middle - 5):middle + 6]:
                raise SystemExit(f"{members} members: STANDINGS is not the sorted list")
    return took[MEASURE], took[CHALLENGE], ten * 1e3, around * 1e3


def shown(values, form="{:,.0f}"):
    return f"{form} ({form}, {form})".format(statistics.median(values), min(values), max(values))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("guerdon", type=pathlib.Path)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--members", default="1000,10000,100000,1000000")
    parser.add_argument("--events", type=int, default=200_000)
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args()
    print("| members | ns an event, measure alone | with the challenge | ratio | best ten, ms | around one, ms |")
    print("|---|---|---|---|---|---|")
    for members in map(int, options.members.split(",")):
        runs = [one_run(options, members, run, options.folder) for run in range(options.runs)]
        alone, with_it, ten, around = zip(*runs)
        ratios = [b / a for a, b in zip(alone, with_it)]
        print(f"| {members:,} | {shown(alone)} | {shown(with_it)} | {shown(ratios, '{:.2f}')} | "
              f"{shown(ten, '{:.2f}')} | {shown(around, '{:.2f}')} |", flush=True)


if __name__ == "__main__":
    main()
