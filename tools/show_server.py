#!/usr/bin/env python3
"""What a running server says, over its port, for a person to read.

    show_server.py balances PORT TRACE.csv.gz    the greatest balances of the trace's accounts
    show_server.py hashes PORT                   state_hash, entries_hash and LSN, in one line
    show_server.py certificate PORT              the certificate that its books agree

It asks as any client may: lines of words go out, replies of RESP2 come in (docs/protocol.md).
"""
import csv
import decimal
import gzip
import socket
import sys

SHOWN = 10
BAR = 40
WAIT_SECONDS = 60


class Server:
    def __init__(self, port):
        self._socket = socket.create_connection(("127.0.0.1", port), WAIT_SECONDS)
        self._replies = self._socket.makefile("rb")

    def ask_all(self, requests):
        """Sends all of them, then reads a reply for each."""
        self._socket.sendall("".join(request + "\n" for request in requests).encode())
        return [self._reply() for _ in requests]

    def _reply(self):
        line = self._replies.readline()
        kind, text = line[:1], line[1:].rstrip(b"\r\n").decode()
        if kind == b"*":
            return [self._reply() for _ in range(int(text))]
        if kind == b"$":
            return self._replies.read(int(text) + 2)[:-2].decode()
        if kind in (b"+", b":"):
            return text
        sys.exit(f"the server answers {line!r}")


def accounts_of(path):
    with gzip.open(path, "rt", encoding="utf-8", newline="") as trace:
        return sorted({row["account"] for row in csv.DictReader(trace)} - {""})


def quoted(word):
    escaped = word.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def read_balances(server, accounts):
    """(amount, account) by unit."""
    by_unit = {}
    for account, rows in zip(accounts, server.ask_all([f"BALANCE {quoted(a)}" for a in accounts])):
        for _, unit, amount in rows:
            by_unit.setdefault(unit, []).append((decimal.Decimal(amount), account))
    return by_unit


def paint(text, colour):
    return f"\033[{colour}m{text}\033[0m" if sys.stdout.isatty() else text


def show_balances(server, trace):
    sys.stdout.reconfigure(encoding="utf-8")  # bars, also where the locale is plain C
    for unit, balances in sorted(read_balances(server, accounts_of(trace)).items()):
        total = sum(amount for amount, _ in balances)
        print(f"\n  {unit}: {total:,} in {len(balances)} balances, of which the greatest are")
        balances.sort(key=lambda balance: (-balance[0], balance[1]))
        for amount, account in balances[:SHOWN]:
            bar = "█" * max(1, int(amount * BAR / balances[0][0])) if amount > 0 else ""
            print(f"  {account:>12} {amount:>14,}  {paint(bar, 32)}")


def show_hashes(server):
    flat, = server.ask_all(["HASH"])
    said = dict(zip(flat[::2], flat[1::2]))
    print(said["state_hash"], said["entries_hash"], said["lsn"])


def show_certificate(server):
    text, = server.ask_all(["VERIFY"])
    print(text, end="")


def main():
    if len(sys.argv) == 4 and sys.argv[1] == "balances":
        show_balances(Server(int(sys.argv[2])), sys.argv[3])
    elif len(sys.argv) == 3 and sys.argv[1] == "hashes":
        show_hashes(Server(int(sys.argv[2])))
    elif len(sys.argv) == 3 and sys.argv[1] == "certificate":
        show_certificate(Server(int(sys.argv[2])))
    else:
        sys.exit(__doc__)


if __name__ == "__main__":
    main()
