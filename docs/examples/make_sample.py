#!/usr/bin/env python3
"""Cuts the shipped sample out of the full Online Retail trace. Standard library only.

    make_sample.py online-retail.csv.gz online-retail-sample.csv.gz

The rule: every row of the accounts whose number modulo 23 is 18, and of the rows without an
account (guests) those whose event_id modulo 529 (23 x 23) is 18. So an account's history is there
whole or not at all. Lines keep their bytes and their order; the header stays. The gzip file
carries neither name nor time: the same input gives the same bytes (zlib 1.2.13, level 9).
"""
import csv
import gzip
import sys

MODULUS, REMAINDER = 23, 18


def kept(line):
    event_id, _, _, account = next(csv.reader([line.decode("utf-8")]))[:4]
    if account:
        return int(account) % MODULUS == REMAINDER
    return int(event_id) % (MODULUS * MODULUS) == REMAINDER


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    with gzip.open(sys.argv[1], "rb") as trace, open(sys.argv[2], "wb") as raw, \
            gzip.GzipFile(filename="", mode="wb", compresslevel=9, fileobj=raw, mtime=0) as sample:
        sample.write(next(trace))
        rows = 0
        for line in trace:
            if kept(line):
                sample.write(line)
                rows += 1
    print(f"{rows} rows")


if __name__ == "__main__":
    main()
