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
FACTS = ("events", "accepted", "ignored", "duplicates", "refused", "entries", "accounts",
         "state_hash", "entries_hash", "shards", "seconds", "events_per_second")


def text_of(value):
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return str(value)
    return f"{value:,}" if isinstance(value, int) else f"{value:,.3f}".rstrip("0").rstrip(".")


def read_balances(path):
    rows = (line.split("\t") for line in pathlib.Path(path).read_text("utf-8").splitlines())
    return [(account, unit, int(balance)) for account, unit, balance in rows]


def show_report(report):
    for name in FACTS:
        value = report.get(name)
        if value is not None and not isinstance(value, dict):
            print(f"  {name:<18} {text_of(value)}")
    for unit, total in sorted(report.get("balances", {}).items()):
        print(f"  {'balance, ' + unit:<18} {total}")


def show_greatest(balances):
    units = sorted({unit for _, unit, _ in balances})
    for unit in units:
        rows = sorted(((account, balance) for account, u, balance in balances if u == unit),
                      key=lambda row: (-row[1], row[0]))
        print(f"\n  The greatest of {len(rows)} balances, {unit}, in minor units:")
        for account, balance in rows[:SHOWN]:
            bar = "█" * max(1, balance * BAR // rows[0][1]) if balance > 0 else ""
            print(f"  {account:>12} {balance:>14,}  {bar}")


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    sys.stdout.reconfigure(encoding="utf-8")  # bars, also where the locale is plain C
    print()
    show_report(json.loads(pathlib.Path(sys.argv[1]).read_text("utf-8")))
    show_greatest(read_balances(sys.argv[2]))


if __name__ == "__main__":
    main()
