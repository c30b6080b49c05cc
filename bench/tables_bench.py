#!/usr/bin/env python3
"""How long a table of many rows from a file takes at the start of a server, and how much memory.

    tables_bench.py GUERDON [ROWS]

Three starts of one folder: without rows, with a file of ROWS rows, and with the same file again. Of each: seconds until
it listens, the most memory that the process had (VmHWM), and the bytes of its folder.
"""
import pathlib
import re
import subprocess
import sys
import tempfile
import time

PLAN = """plan shop
unit RUB, 2 decimals
event sold
  seller as "account" : account
  sku : text
table price by sku
  from file of RUB at most 1_000_000.00
  otherwise : none
rule per_piece
  on sold
  credit seller price for sku
"""


def start(guerdon, folder, more):
    begun = time.monotonic()
    process = subprocess.Popen(
        [guerdon, "serve", "--plan", str(folder / "shop.plan"), "--data", str(folder / "data"), "--clock", "events",
         "--listen", "127.0.0.1:0", *more], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    process.stdout.readline()
    seconds = time.monotonic() - begun
    status = pathlib.Path(f"/proc/{process.pid}/status").read_text("utf-8")
    peak = int(re.search(r"VmHWM:\s+(\d+) kB", status)[1])
    process.terminate()
    said = process.communicate()[1].decode()
    size = sum(file.stat().st_size for file in (folder / "data").glob("wal-*"))
    found = re.search(r"\d+ rows of table .*", said)
    print(f"{seconds:8.2f} s {peak / 1024:8.0f} MiB {size / 2**20:8.0f} MiB of log  {found[0] if found else ''}")


def main():
    rows = int(sys.argv[2]) if len(sys.argv) > 2 else 1_000_000
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        (folder / "shop.plan").write_text(PLAN, "utf-8")
        with open(folder / "prices.csv", "w", encoding="utf-8") as file:
            file.write("sku,value\n")
            file.writelines(f"product-{n:07},{n % 1000}.{n % 100:02}\n" for n in range(rows))
        print(f"{(folder / 'prices.csv').stat().st_size / 2**20:.0f} MiB, {rows} rows")
        given = ("--ref", f"table:price={folder / 'prices.csv'}")
        for more in ((), given, given):
            start(sys.argv[1], folder, more)


if __name__ == "__main__":
    main()
