#!/usr/bin/env python3
"""Shows a replay's report and dump in a terminal.

    show_replay.py REPORT.json BALANCES.tsv

REPORT.json is what `guerdon replay --json` prints, BALANCES.tsv what --dump writes
(`account TAB unit TAB balance LF`, minor units).
"""
import json
import pathlib
import sys

SHOWN = 10
BAR = 40


def decimal(minor, decimals):
    """Minor units as people write them: 4279836 with 2 decimals is 42,798.36."""
    sign = "-" if minor < 0 else ""
    whole, rest = divmod(abs(minor), 10 ** decimals)
    return f"{sign}{whole:,}" + (f".{rest:0{decimals}}" if decimals else "")


def counts(fields):
    return ", ".join(f"{count:,} {name}" for name, count in fields.items()) or "none"


def read_balances(path):
    rows = (line.split("\t") for line in pathlib.Path(path).read_text("utf-8").splitlines())
    return [(account, unit, int(balance)) for account, unit, balance in rows]


def show_report(report):
    def row(name, value):
        print(f"  {name:<14} {value}")

    row("events", f"{report['events']:,}: {report['accepted']:,} accepted, "
        f"{report['ignored']:,} ignored, {report['duplicates']:,} duplicates, "
        f"refused {counts(report['refused'])}")
    row("speed", f"{report['seconds']:.3f} s on {report['shards']} shard(s), "
        f"{report['events_per_second']:,} events a second")
    row("entries", counts(report["entries"]))
    for unit, total in report["balances"].items():
        row("balances", f"{decimal(int(total), report['decimals'][unit])} {unit}")
    row("conservation", {"balanced": "every posting has its counterpart"}.get(
        report["books"], report["books"]))
    row("state_hash", report["state_hash"])
    row("entries_hash", report["entries_hash"])


def show_greatest(balances, decimals):
    for unit in sorted({unit for _, unit, _ in balances}):
        rows = sorted(((account, balance) for account, u, balance in balances if u == unit),
                      key=lambda row: (-row[1], row[0]))
        print(f"\n  The greatest of {len(rows)} balances in {unit}:")
        for account, balance in rows[:SHOWN]:
            bar = "█" * max(1, balance * BAR // rows[0][1]) if balance > 0 else ""
            print(f"  {account:>12} {decimal(balance, decimals[unit]):>14}  {bar}")


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    sys.stdout.reconfigure(encoding="utf-8")  # bars, also where the locale is plain C
    report = json.loads(pathlib.Path(sys.argv[1]).read_text("utf-8"))
    print()
    show_report(report)
    show_greatest(read_balances(sys.argv[2]), report["decimals"])


if __name__ == "__main__":
    main()
