#!/usr/bin/env python3
"""An independent calculator of the acceptance rule sets: the slow, obvious twin of the engine.

Python, standard library only, one small function a rule set, integers throughout. It shares
nothing with the engine: not the plan language, not the reader of traces, not the arithmetic.

    reference.py --trace TRACE --params PARAMS.json [--rule RS01]... [--dump FOLDER]

PARAMS.json gives each rule set its parameters, in the form of the files in expected/:
{"rules": {"RS01": {"params": {...}}, ...}}. What is printed has the same form: the trace, its
SHA-256 (uncompressed), its events, and for each rule set the total, the entries by kind, the
accounts with a balance and the SHA-256 of the canonical dump (`name TAB balance LF`, sorted by the
bytes of the name). --dump writes each dump. So an expected file is made again by

    reference.py --trace docs/examples/online-retail-sample.csv.gz \\
                 --params tests/acceptance/expected/online-retail.json

Common to all rule sets: an earning event is a `purchase` with an account and an amount above 0;
a result of 0 makes no entry; amounts are minor units; months and quarters are those of the event's
own time in UTC; events are taken in file order; after the last the clock goes on to the first
instant of the month that follows.
"""
import argparse
import collections
import csv
import datetime
import gzip
import hashlib
import io
import json
import pathlib
import sys

Event = collections.namedtuple("Event",
                               "type time account amount sku qty country city month quarter agent",
                               defaults=("",))


def read_trace(path):
    """The uncompressed bytes of a trace."""
    data = pathlib.Path(path).read_bytes()
    return gzip.decompress(data) if str(path).endswith(".gz") else data


def trace_rows(data):
    return csv.DictReader(io.StringIO(data.decode("utf-8"), newline=""))


def minor_units(text):
    whole, point, decimals = text.partition(".")
    if point and len(decimals) != 2:
        raise ValueError(f"amount {text!r} does not have two decimals")
    return int(whole) * 100 + (int(decimals) if point else 0)


def instant(text):
    """Seconds since 1970."""
    return int(datetime.datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp())


def month_after(text):
    """Seconds since 1970 of the first instant of the month after this time's."""
    year, month = int(text[:4]), int(text[5:7])
    return instant(f"{year + month // 12}-{month % 12 + 1:02}-01T00:00:00Z")


def events_of(rows):
    """Rows of the CSV (dicts) -> events."""
    for row in rows:
        year, month = row["time"][:4], int(row["time"][5:7])
        yield Event(row["type"], row["time"], row["account"], minor_units(row["amount"]),
                    row.get("sku") or "", int(row.get("qty") or 0),
                    row.get("country") or "", row.get("city") or "",
                    f"{year}-{month:02}", f"{year}Q{(month + 2) // 3}", row.get("agent") or "")


def is_earning(event):
    return event.type == "purchase" and event.account != "" and event.amount > 0


def bracket_rate(brackets, spent):
    rate = None
    for start, percent in brackets:
        if start <= spent:
            rate = percent
    return rate


# Each maker takes the parameters and returns a function: earning event -> list of amounts to credit.

def rs01_cashback_down(params):
    def credit(event):
        low = event.amount <= params["threshold"]
        return [event.amount * params["low_pct" if low else "high_pct"] // 100]
    return credit


def rs02_cashback_half_up(params):
    def credit(event):
        low = event.amount <= params["threshold"]
        return [(event.amount * params["low_pct" if low else "high_pct"] + 50) // 100]
    return credit


def gradation_by(key_of):
    """The rate of the bracket of what was spent before, in the period that key_of names."""
    def maker(params):
        spent = collections.Counter()

        def credit(event):
            key = key_of(event)
            rate = bracket_rate(params["brackets"], spent[key])
            spent[key] += event.amount
            return [event.amount * rate // 100]
        return credit
    return maker


rs03_gradation = gradation_by(lambda event: event.account)
rs09_quarterly_gradation = gradation_by(lambda event: (event.account, event.quarter))


def rs03s_gradation_split(params):
    spent = collections.Counter()
    starts = [start for start, _ in params["brackets"]]
    ends = starts[1:] + [None]

    def credit(event):
        before = spent[event.account]
        after = spent[event.account] = before + event.amount
        hundredths = 0
        for (start, percent), end in zip(params["brackets"], ends):
            top = after if end is None else min(after, end)
            hundredths += max(0, top - max(before, start)) * percent
        return [hundredths // 100]
    return credit


def rs04_sku_bonus(params):
    return lambda event: [params["bonus"].get(event.sku, 0)]


def rs05_rate_by_place(params):
    by_city = {(country, city): bp for country, city, bp in params.get("city_bp", [])}
    by_country = params["country_bp"]

    def credit(event):
        place = (event.country, event.city)
        bp = by_city.get(place, by_country.get(event.country, params["default_bp"]))
        return [event.amount * bp // 10000]
    return credit


def rs07_monthly_sku_target(params):
    bought = collections.Counter()

    def credit(event):
        target = params["targets"].get(event.sku)
        if target is None:
            return []
        key = (event.account, event.sku, event.month)
        before = bought[key]
        bought[key] += event.qty
        return [target["reward"]] if before < target["qty"] <= bought[key] else []
    return credit


def rs08_monthly_milestones(params):
    spent = collections.Counter()

    def credit(event):
        key = (event.account, event.month)
        before = spent[key]
        after = spent[key] = before + event.amount
        # Reached means spent * 100 >= target * percent: no division, nothing to round.
        return [reward for percent, reward in params["milestones"]
                if before * 100 < params["target"] * percent <= after * 100]
    return credit


def rs10_points_per_sum(params):
    carried = collections.Counter()

    def credit(event):
        key = (event.account, event.month)
        full, carried[key] = divmod(carried[key] + event.amount, params["per"])
        return [full * params["points"]]
    return credit


class ExpiringPoints:
    """RS11: every earning event makes a lot, a cancellation burns the oldest, lots expire."""

    def __init__(self, params, result):
        self.per, self.lifetime = params["per"], params["days"] * 86_400
        self.result = result
        self.lots = collections.defaultdict(list)  # by account: [expires at, what is left]
        self.due = collections.deque()  # (expires at, account), as earned

    def pass_time(self, now):
        """Before any event, of any account: what has expired by then leaves the balance."""
        while self.due and self.due[0][0] <= now:
            at, account = self.due.popleft()
            lot = self.lots[account].pop(0)
            if lot[0] != at:
                raise ValueError("lots expire in the order in which they were earned")
            self.result.add(account, -lot[1], "expire")

    def take(self, event):
        now = instant(event.time)
        self.pass_time(now)
        points = event.amount // self.per
        if is_earning(event) and points > 0:
            self.lots[event.account].append([now + self.lifetime, points])
            self.due.append((now + self.lifetime, event.account))
            self.result.add(event.account, points, "earn")
        elif event.type == "cancel" and event.account:
            left = points
            for lot in self.lots[event.account]:
                burned = min(left, lot[1])
                lot[1] -= burned
                left -= burned
            self.result.add(event.account, left - points, "burn")


class Returns:
    """RS06: as RS01, and a cancellation takes back its share of what was earned on the product."""

    def __init__(self, params, result):
        self.cashback = rs01_cashback_down(params)
        self.result = result
        self.value = collections.Counter()  # by account and sku: bought and not returned
        self.earned = collections.Counter()  # and not taken back

    def take(self, event):
        key = (event.account, event.sku)
        if is_earning(event):
            [points] = self.cashback(event)
            self.value[key] += event.amount
            self.earned[key] += points
            self.result.add(event.account, points)
        elif event.type == "cancel" and event.account and event.amount > 0 and self.value[key]:
            returned = min(event.amount, self.value[key])
            points = self.earned[key] * returned // self.value[key]
            self.value[key] -= returned
            self.earned[key] -= points
            self.result.add(event.account, -points, "clawback")


class WinnerOfTheMonth:
    """RS13: with each month the one with the greatest total wins; of equals who had it first."""

    def __init__(self, params, result):
        self.prize, self.subject = params["prize"], params["subject"]
        self.result = result
        self.month = None
        self.totals = {}  # by name: (total, number of the event that made it so)
        self.events = 0

    def close(self):
        if self.totals:
            best = min(self.totals, key=lambda name: (-self.totals[name][0], self.totals[name][1]))
            self.result.add(best, self.prize, "prize")
        self.totals = {}

    def take(self, event):
        self.events += 1
        if event.month != self.month:
            self.close()
            self.month = event.month
        name = getattr(event, self.subject)
        if event.type == "purchase" and name and event.amount > 0:
            total = self.totals.get(name, (0, 0))[0] + event.amount
            self.totals[name] = (total, self.events)


RULE_SETS = {
    "RS01": rs01_cashback_down,
    "RS02": rs02_cashback_half_up,
    "RS03": rs03_gradation,
    "RS03S": rs03s_gradation_split,
    "RS04": rs04_sku_bonus,
    "RS05": rs05_rate_by_place,
    "RS07": rs07_monthly_sku_target,
    "RS08": rs08_monthly_milestones,
    "RS09": rs09_quarterly_gradation,
    "RS10": rs10_points_per_sum,
}
KEEPERS = {"RS06": Returns, "RS11": ExpiringPoints, "RS13": WinnerOfTheMonth}  # which take every event
KNOWN = [*RULE_SETS, *KEEPERS]


class Result:
    """Balances and entry counts of one rule set; what is 0 is not there."""

    def __init__(self):
        self.balances = collections.Counter()
        self.entries = collections.Counter()

    def add(self, account, amount, kind="earn"):
        if amount:
            self.balances[account] += amount
            self.entries[kind] += 1

    def dump(self):
        names = sorted((name for name, value in self.balances.items() if value),
                       key=lambda name: name.encode("utf-8"))
        return "".join(f"{name}\t{self.balances[name]}\n" for name in names).encode("utf-8")

    def summary(self):
        return {
            "total": sum(self.balances.values()),
            "entries": sum(self.entries.values()),
            "entries_by_kind": dict(sorted(self.entries.items())),
            "accounts_nonzero": sum(1 for value in self.balances.values() if value),
            "balances_sha256": hashlib.sha256(self.dump()).hexdigest(),
        }


def calculate(events, params):
    """events: in order; params: {rule set: parameters} -> {rule set: Result}."""
    credits = {rule: RULE_SETS[rule](params[rule]) for rule in params if rule in RULE_SETS}
    results = {rule: Result() for rule in params}
    keepers = {rule: keeper(params[rule], results[rule])
               for rule, keeper in KEEPERS.items() if rule in params}
    event = None
    for event in events:
        for keeper in keepers.values():
            keeper.take(event)
        if not is_earning(event):
            continue
        for rule, credit in credits.items():
            for amount in credit(event):
                results[rule].add(event.account, amount)
    if "RS11" in keepers and event:
        keepers["RS11"].pass_time(month_after(event.time))
    if "RS13" in keepers:
        keepers["RS13"].close()
    return results


def report(path, params):
    """The whole of an expected file for this trace and these parameters, and the results."""
    data = read_trace(path)
    results = calculate(events_of(trace_rows(data)), params)
    name = pathlib.Path(path).name.removesuffix(".gz").removesuffix(".csv")
    document = {
        "trace": name,
        "trace_sha256_uncompressed": hashlib.sha256(data).hexdigest(),
        "events": sum(1 for _ in trace_rows(data)),
        "rules": {rule: {"params": params[rule], **result.summary()}
                  for rule, result in results.items()},
    }
    return document, results


def read_params(path):
    document = json.loads(pathlib.Path(path).read_text(encoding="utf-8"))
    return {rule: fields["params"] for rule, fields in document["rules"].items()}


def main():
    parser = argparse.ArgumentParser(description="Acceptance rule sets, calculated the slow way.")
    parser.add_argument("--trace", required=True, help="CSV, plain or .gz")
    parser.add_argument("--params", required=True, help='JSON: {"rules": {RULE: {"params": ...}}}')
    parser.add_argument("--rule", action="append", help="only this rule set (may be repeated)")
    parser.add_argument("--dump", help="folder for RULE.tsv, the canonical dumps")
    args = parser.parse_args()
    params = read_params(args.params)
    wanted = args.rule or list(params)
    unknown = [rule for rule in wanted if rule not in params or rule not in KNOWN]
    if unknown:
        parser.error(f"no such rule set: {', '.join(unknown)}; there are {', '.join(KNOWN)}")
    document, results = report(args.trace, {rule: params[rule] for rule in wanted})
    if args.dump:
        folder = pathlib.Path(args.dump)
        folder.mkdir(parents=True, exist_ok=True)
        for rule, result in results.items():
            (folder / f"{rule}.tsv").write_bytes(result.dump())
    json.dump(document, sys.stdout, indent=1)
    print()


if __name__ == "__main__":
    main()
