"""Events that follow from their ids, so that nobody has to remember what was sent.

All of them happen within one month of the example plan: no period ends, so each event is one LSN
and nothing else is.
"""
import zlib

MONTH_BEGIN_MS = 1_772_323_200_000  # 2026-03-01T00:00:00Z
_MONTH_MS = 31 * 24 * 3_600_000
_SKUS = ("22423", "85123A", "47566", "71053")
_ACCOUNTS = 300
PLANS = 1  # records of the log before the first event


def fields_of(event_id):
    draw = zlib.crc32(event_id.encode())
    return {
        "event_id": event_id,
        "time": str(MONTH_BEGIN_MS + draw * 977 % _MONTH_MS),
        "type": "cancel" if draw % 11 == 0 else "purchase",
        "account": f"account-{draw // 7 % _ACCOUNTS}",
        "amount": f"{draw // 3 % 900}.{draw % 100:02}",
        "sku": _SKUS[draw // 13 % len(_SKUS)],
    }


def line_of(event_id, **changed):
    f = {**fields_of(event_id), **changed}
    return (f"EVENT {f['type']} {f['event_id']} account={f['account']} time={f['time']} "
            f"amount={f['amount']} sku={f['sku']}")


def csv_of(event_ids):
    names = ("event_id", "time", "type", "account", "amount", "sku")
    rows = [",".join(names)]
    for event_id in event_ids:
        f = fields_of(event_id)
        rows.append(",".join(f[name] for name in names))
    return "\n".join(rows) + "\n"
