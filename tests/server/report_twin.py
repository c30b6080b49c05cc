"""What REPORT shows of one plan's program, counted anew from ENTRIES, LOTS, BALANCE and PROGRESS, and what was sent.

The slow twin of engine/reports: it knows entries as the register shows them and instants as texts, and asks account by
account. Of the plan it knows what is in `Known`.
"""
import collections
import datetime
import decimal

from wire import Failure

Decimal = decimal.Decimal
ZONE = datetime.timedelta(hours=7)  # Asia/Jakarta, all year

# Of a plan: its units with their decimals, badges, rules that pay at the end of a day or month, its challenge, and
# targets by how their periods are called, and the unit of those that achieve an amount. All rules credit.
Known = collections.namedtuple("Known", "program units badges closing challenge targets targets_in table")


def instant(text):
    form = "%Y-%m-%dT%H:%M:%S.%fZ" if "." in text else "%Y-%m-%dT%H:%M:%SZ"
    return datetime.datetime.strptime(text, form)


def month_of(when):
    return (when + ZONE).strftime("%Y-%m")


def day_of(when):
    return (when + ZONE).strftime("%Y-%m-%d")


def span(label):
    """[from, until) of a month or a day by its name."""
    parts = [int(part) for part in label.split("-")]
    if len(parts) == 3:
        first = datetime.datetime(*parts)
        return first - ZONE, first + datetime.timedelta(days=1) - ZONE
    first = datetime.datetime(parts[0], parts[1], 1)
    after = datetime.datetime(parts[0] + parts[1] // 12, parts[1] % 12 + 1, 1)
    return first - ZONE, after - ZONE


def before(label):
    from_, _ = span(label)
    earlier = from_ - datetime.timedelta(hours=1)
    return day_of(earlier) if label.count("-") == 2 else month_of(earlier)


def half_up(part, whole):
    """Percent, a half away from zero."""
    return int((Decimal(part) * 100 / Decimal(whole)).quantize(Decimal(1), rounding=decimal.ROUND_HALF_UP))


def change(old, new):
    if old < 0:
        return None, "from below zero"
    if old == 0:
        return None, "none" if new == 0 else "new"
    percent = half_up(new - old, old)
    return percent, ("+" if percent > 0 else "") + f"{percent} %"


def all_entries(wire):
    entries, place = [], None
    while True:
        page = wire.ask("ENTRIES limit=1000" + (f" after={place}" if place else ""))
        entries += page["entries"]
        place = page["next"]
        if place is None:
            return entries


class Twin:
    """`trace`: what was taken: its events as (at, occurred, type, account, sku), and by account since when something is
    known of it, or was told as its goal. `rows`: of the table."""

    def __init__(self, wire, known, label, trace, rows):
        self.wire, self.known, self.label, self.rows = wire, known, label, rows
        self.events, self.knows, self.told = trace.events, trace.knows, trace.told
        self.entries = [each for each in all_entries(wire)
                        if each["program"] == known.program and each["note"] not in ("overflow", "closed")]
        self.from_, self.until = span(label)

    def is_in(self, when):
        return self.from_ <= when < self.until

    def accounts(self):
        return sorted({each[3] for each in self.events} | set(self.knows) | set(self.told) |
                      {each["account"] for each in self.entries})

    def participants(self):
        said = {account for account, since in self.knows.items() if since < self.until}
        return set(self.roles()) | said | {each["account"] for each in self.entries if instant(each["effective"]) < self.until}

    def of_unit(self, unit):
        return [(instant(each["effective"]), Decimal(each["amount"]), each) for each in self.entries
                if each["unit"] == unit]

    def active(self):
        return {each["account"] for unit in self.known.units for when, amount, each in self.of_unit(unit)
                if self.is_in(when) and each["rule"] and amount > 0 and each["kind"] != "reverse"}

    def unit(self, unit, decimals):
        shown = self.of_unit(unit)
        kinds, sums = collections.Counter(), collections.Counter()
        before_from, _ = span(before(self.label))
        for when, amount, each in shown:
            is_of_end = each["rule"] in self.known.closing and self.from_ < span(each["period"])[1] <= self.until
            if when < self.until:
                sums["balance"] += amount
            if self.is_in(when) and amount != 0:
                kinds[each["kind"]] += amount
            if not each["rule"]:
                continue
            if is_of_end:
                sums["at_close"] += amount
            if before_from <= when < self.from_:
                sums["net_before"] += amount
            if self.is_in(when):
                sums["credited" if amount > 0 else "taken_back"] += abs(amount)
        net = sums["credited"] - sums["taken_back"]
        percent, words = change(sums["net_before"], net)
        liability, owed = self.liability(unit, decimals)
        form = lambda amount: f"{amount:.{decimals}f}"  # noqa: E731
        return {"unit": unit, **{name: form(sums[name]) for name in ("credited", "taken_back")}, "net": form(net),
                "net_before": form(sums["net_before"]), "change_percent": percent, "change": words,
                "at_close": form(sums["at_close"]), "breakage": form(-kinds["expire"] + 0),
                "balance": form(sums["balance"]), "owed": form(owed),
                "kinds": {kind: form(amount) for kind, amount in kinds.items()}, "liability": liability}

    def liability(self, unit, decimals):
        months, never, held, owed = collections.Counter(), Decimal(0), Decimal(0), Decimal(0)
        for account in self.accounts():
            for lot in self.wire.ask(f"LOTS {account} {self.known.program}/{unit}"):
                if lot["expires"] is None:
                    never += Decimal(lot["amount"])
                else:
                    months[month_of(instant(lot["expires"]))] += Decimal(lot["amount"])
            for wallet in self.wire.ask(f"BALANCE {account} FULL"):
                if (wallet["program"], wallet["unit"]) == (self.known.program, unit):
                    held += Decimal(wallet["held"])
                    owed += Decimal(wallet["debt"]) - min(Decimal(0), Decimal(wallet["posted"]))
        form = lambda amount: f"{amount:.{decimals}f}"  # noqa: E731
        return {"all": form(sum(months.values(), never + held)), "held": form(held), "never_expires": form(never),
                "expires": {month: form(months[month]) for month in sorted(months)}}, owed

    def targets(self, clock):
        """By target and period: rows in each band, and the state; and how many periods are gone."""
        found, gone, self.achieved = {}, 0, {}
        for target, (each, bands) in self.known.targets.items():
            labels, day = set(), self.from_ + datetime.timedelta(hours=1)
            while day < self.until and day <= clock:
                labels.add(day_of(day) if each == "day" else month_of(day))
                day += datetime.timedelta(days=1)
            for label in sorted(labels):
                period_from, period_until = span(label)
                is_now = self.is_in(clock) and period_from <= clock < period_until
                if period_from > clock or not (self.from_ < period_until <= self.until or is_now):
                    continue
                counts, state = collections.Counter({band: 0 for band in (*bands, "none")}), None
                achieved = Decimal(0)
                for account in ("nobody", *self.roles()):
                    rows = self.wire.ask(f"PROGRESS {account} target={target} period={label}")
                    if isinstance(rows, Failure):
                        assert rows.code == "LATE", rows
                        break
                    for row in rows:
                        counts[row["band"]] += account != "nobody"
                        state = row["state"]
                        achieved += Decimal(row["achieved"]) if account != "nobody" else 0
                else:
                    found[target, label] = (dict(counts), state)
                    self.achieved[target, label] = achieved
                    continue
                gone += 1
        return found, gone

    def effects(self):
        """By target and period: what all have achieved, and what was paid in its unit, in percent of it."""
        effects = {}
        for (target, label), achieved in self.achieved.items():
            unit = self.known.targets_in.get(target)
            is_paid_for = unit is not None and span(label) == (self.from_, self.until) and achieved > 0
            paid = Decimal(self.unit(unit, self.known.units[unit])["net"]) if is_paid_for else None
            effects[target, label] = (achieved, half_up(paid, achieved) if is_paid_for else None)
        return effects

    def roles(self):
        """Who was named by an event, or told a goal, by the report's end: it is kept by months."""
        told = {account for account, since in self.told.items() if since < self.until}
        return sorted({each[3] for each in self.events if each[1] < self.until} | told)

    def winners(self):
        won = collections.Counter()
        for each in self.entries:
            if each["rule"] == self.known.challenge and self.from_ < span(each["period"])[1] <= self.until:
                won[each["period"], each["account"], each["unit"], each["effect"]] += Decimal(each["amount"])
        return sorted((period, account, unit, amount) for (period, account, unit, _), amount in won.items() if amount)

    def badges(self):
        given = collections.Counter()
        for badge in self.known.badges:
            for when, amount, _ in self.of_unit(badge):
                if self.is_in(when):
                    given[badge, "given" if amount > 0 else "taken_back"] += abs(amount)
        return {badge: (str(given[badge, "given"]), str(given[badge, "taken_back"])) for badge, _ in given}

    def late(self):
        """Events that came in the period when the day they happened in was closed: the plan counts by days."""
        count = 0
        for at, occurred, *_ in self.events:
            count += self.is_in(at) and span(day_of(occurred))[1] <= at
        return count

    def unmatched(self):
        count = sum(1 for at, _, kind, _, sku in self.events
                    if self.is_in(at) and kind == "sale" and sku and sku not in self.rows)
        return {self.known.table: count} if count else {}


def targets_state(row, targets):
    """That of the row, unless nobody has one that the twin could see."""
    seen = targets.get((row["target"], row["period"]))
    return None if seen is not None and seen[1] is None else row["state"]


def compare(test, report, twin, clock):
    """Each figure of the report of one program, but for instants and LSN."""
    participants, active = twin.participants(), twin.active()
    percent = half_up(len(active), len(participants)) if participants else None
    test.assertEqual(report["program"], twin.known.program)
    test.assertEqual(report["period"], twin.label)
    test.assertEqual(report["before"], before(twin.label))
    test.assertEqual((instant(report["from"]), instant(report["until"])), (twin.from_, twin.until))
    test.assertEqual(report["state"], "open" if clock < twin.until else "over")
    test.assertEqual((report["participants"], report["active"]), (len(participants), len(active)))
    test.assertEqual((report["adoption_percent"], report["adoption"]),
                     (percent, "nobody" if percent is None else f"{percent} %"))
    test.assertEqual(report["units"], [twin.unit(*unit) for unit in twin.known.units.items()])
    targets, gone = twin.targets(clock)
    test.assertEqual({(each["target"], each["period"]): (each["bands"], targets_state(each, targets))
                      for each in report["targets"]}, targets)
    test.assertTrue(all(each["rows"] == sum(each["bands"].values()) and each["whole"] == "yes"
                        for each in report["targets"]))
    test.assertEqual(report["targets_gone"], gone)
    test.assertEqual({(each["target"], each["period"]): (Decimal(each["achieved"]), each["cost_percent"])
                      for each in report["targets"]}, twin.effects())
    test.assertEqual(sorted((each["period"], each["account"], each["unit"], Decimal(each["amount"]))
                            for each in report["winners"]), twin.winners())
    test.assertEqual(report["won"], len(report["winners"]))
    test.assertEqual({each["badge"]: (each["given"], each["taken_back"]) for each in report["badges"]}, twin.badges())
    test.assertEqual((report["late_events"], report["unmatched"]), (twin.late(), twin.unmatched()))
