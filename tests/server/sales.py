"""Sales for the tests to send: the same as requests and as a trace, and what becomes of them.

All are of one month, so what connections send at the same time gives the same whatever comes
first, as long as no two of them name one account.
"""
import collections
import csv
import datetime
import json
import pathlib
import random
import subprocess
import tempfile

import running_server

SOURCE = "sales"  # the name of the trace without its ending, too
MONTH_END = "2026-04-01T00:00:00Z"
_BEGIN = datetime.datetime(2026, 3, 1)
_SKUS = ("22423", "85123A", "47566", "71053", "", "")


class Sale(collections.namedtuple("Sale", "id time type account amount sku")):
    def words(self):
        named = {"account": self.account, "amount": self.amount, "time": self.time, "sku": self.sku}
        return ["EVENT", self.type, self.id,
                *(f"{name}={value}" for name, value in named.items() if value)]

    def line(self):
        return " ".join(self.words())


def sales(count, accounts=("anna", "bo", "cy", "dee"), prefix="s", seed=1):
    draw = random.Random(seed)
    made = []
    for i in range(count):
        time = _BEGIN + datetime.timedelta(seconds=(i * 2_400_000) // count)
        made.append(Sale(f"{prefix}{i}", time.isoformat() + "Z",
                         "cancel" if draw.random() < 0.1 else "purchase", draw.choice(accounts),
                         f"{draw.randrange(1, 90_000) / 100:.2f}", draw.choice(_SKUS)))
    return made


def lines(some):
    return "".join(sale.line() + "\n" for sale in some)


def replayed(some):
    """What `guerdon replay` makes of them: hashes, and balances as BALANCE has them, by account."""
    with tempfile.TemporaryDirectory() as folder:
        trace = pathlib.Path(folder) / f"{SOURCE}.csv"
        dump = pathlib.Path(folder) / "dump.tsv"
        with open(trace, "w", encoding="utf-8", newline="") as file:
            rows = csv.writer(file)
            rows.writerow(("event_id", "time", "type", "account", "amount", "sku"))
            rows.writerows(some)
        done = subprocess.run(
            [running_server.GUERDON, "replay", "--plan", str(running_server.PLAN), "--trace",
             str(trace), "--until", MONTH_END, "--dump", str(dump), "--json"],
            capture_output=True, text=True, check=True)
        report = json.loads(done.stdout)
        rows = [line.split("\t") for line in dump.read_text().splitlines()]
    balances = collections.defaultdict(list)
    for account, unit, amount in rows:
        shown = f"{int(amount) // 100}.{int(amount) % 100:02}" if unit == "GBP" else amount
        balances[account].append(["cashback", unit, shown])
    return report, balances


def check(test, server, some):
    """The server took these sales in this order, each once, and nothing else."""
    test.assertEqual(server.info()["accepted"], str(len(some)))
    check_state(test, server, some)


def check_state(test, server, some):
    """After the end of the month, state and entries are those of a replay."""
    report, balances = replayed(some)
    test.assertEqual(report["accepted"], len(some))
    with running_server.Wire(server.port) as wire:
        wire.expect_ok(f"TICK {MONTH_END}")
        hashes = running_server.hashes_of(wire)
        for account in {sale.account for sale in some}:
            test.assertEqual(sorted(wire.ask(f"BALANCE {account}")), sorted(balances[account]))
    for name in ("state_hash", "entries_hash"):
        test.assertEqual(hashes[name], report[name])
