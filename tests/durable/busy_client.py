#!/usr/bin/env python3
"""Keeps a server busy and writes down what it acknowledged: the witness of kill_test.py.

    busy_client.py FOLDER

A process of its own, which outlives the servers. Reads lines `PORT ROUND` and answers each with
`done N`, N acknowledged, once all its connections are lost. For each connection and round there is
a file FOLDER/ROUND-CONNECTION.acks: a line `id first_lsn last_lsn entries` an acknowledged event,
on the disk before the next request is sent; and FOLDER/ROUND-CONNECTION.sent, whose size in bytes
is how many events were sent at most.
"""
import os
import pathlib
import sys
import threading

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import purchases
import serving

# What each connection does, and how many events it has under way at once.
CONNECTIONS = (("single", 1), ("single", 1), ("pipeline", 50), ("pipeline", 400), ("batch", 300))


def event_id(round_number, connection, number):
    return f"r{round_number}-c{connection}-{number}"


class Talker:
    """One connection, until it is lost."""

    def __init__(self, folder, round_number, connection):
        self._round = round_number
        self._number = connection
        self._kind, self._depth = CONNECTIONS[connection]
        stem = folder / f"{round_number}-{connection}"
        self._acks = open(f"{stem}.acks", "wb")
        self._sent_path = f"{stem}.sent"
        self._next = 0
        self.acknowledged = 0

    def run(self, port):
        try:
            connection = serving.Connection(port)
            while True:
                self._one_turn(connection)
        except serving.Gone:
            pass
        finally:
            self._acks.close()

    def _one_turn(self, connection):
        ids = [event_id(self._round, self._number, self._next + i) for i in range(self._depth)]
        self._next += self._depth
        with open(self._sent_path, "ab") as sent:
            sent.truncate(self._next)
        lines = [purchases.line_of(each) for each in ids]
        if self._kind == "batch":
            connection.send("\n".join([f"BATCH {len(lines)}", *lines]))
            self._note_batch(ids, serving.fields(connection.reply()))
        else:
            connection.send("\n".join(lines))
            self._note_each(ids, connection)

    # What came before the connection was lost is written down, too.
    def _note_each(self, ids, connection):
        noted = []
        try:
            for each in ids:
                word, lsn, entries = serving.lsn_of(connection.reply())
                if word != "OK":
                    raise AssertionError(f"{each}: {word}, and it was never sent before")
                noted.append(f"{each} {lsn} {lsn} {entries}\n")
        finally:
            self._write_down(noted)

    def _note_batch(self, ids, answer):
        if answer["accepted"] != len(ids) or answer["errors"] or answer["duplicates"]:
            raise AssertionError(f"a batch of {len(ids)} new events: {answer}")
        first, last = answer["first_lsn"], answer["last_lsn"]
        self._write_down([f"{each} {first} {last} -1\n" for each in ids])

    def _write_down(self, lines):
        self._acks.write("".join(lines).encode())
        self._acks.flush()
        os.fsync(self._acks.fileno())
        self.acknowledged += len(lines)


def keep_busy(folder, port, round_number):
    talkers = [Talker(folder, round_number, i) for i in range(len(CONNECTIONS))]
    threads = [threading.Thread(target=talker.run, args=(port,)) for talker in talkers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(talker.acknowledged for talker in talkers)


def main():
    folder = pathlib.Path(sys.argv[1])
    threading.excepthook = lambda failure: (sys.__excepthook__(*failure[:3]), os._exit(1))
    for line in sys.stdin:
        port, round_number = map(int, line.split())
        print("done", keep_busy(folder, port, round_number), flush=True)


if __name__ == "__main__":
    main()
