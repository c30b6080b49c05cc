#!/usr/bin/env python3
"""kill -9, again and again: what was acknowledged is there, once, at its LSN.

    kill_test.py GUERDON [--kills 10] [--seed N]

busy_client.py keeps a server busy from another process, which writes down what was acknowledged;
this one kills the server after a random time, often kills the next start while it recovers, and
starts it again, each time with other shards and threads. Then:

  * each acknowledged event is sent again: DUP, with the LSN and entries it was acknowledged with;
  * each one that was sent and not acknowledged is sent again: OK, or DUP where it had arrived;
  * all LSNs are those that the log can have: no two the same, none left out;
  * started with other shards once more, the server says the same hashes;
  * `guerdon replay` of the events in the order of their LSNs says the same hashes, too;
  * the book is, byte for byte (cmp), the one that another server derives from the log alone.

The seed is printed; the same one repeats the same times and settings, though not the same moment.
"""
import argparse
import json
import pathlib
import random
import shutil
import subprocess
import sys
import tempfile
import time

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import busy_client
import purchases
import serving

HERE = pathlib.Path(__file__).resolve().parent
KILLS_A_LOG = 25  # then a new one is begun: recovery reads a log from its beginning
BUSY_SECONDS = (0.005, 0.4)
OLD_EVENTS_SAMPLED = 2_000
SETTINGS = ({"shards": 1}, {"shards": 7}, {"shards": 4, "threads": "net=2,shards=2"},
            {"shards": 16, "threads": "net=1,shards=3"}, {"shards": 2})


class Failure(Exception):
    pass


def require(is_so, sentence):
    if not is_so:
        raise Failure(sentence)


class Witness:
    """busy_client.py, and what it wrote."""

    def __init__(self, folder):
        self._folder = folder
        self._process = subprocess.Popen(
            [sys.executable, str(HERE / "busy_client.py"), str(folder)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def begin(self, port, round_number):
        self._process.stdin.write(f"{port} {round_number}\n")
        self._process.stdin.flush()

    def end(self):
        line = self._process.stdout.readline()
        require(line.startswith("done "), "the client ended; what it says is above")
        return int(line.split()[1])

    def close(self):
        self._process.stdin.close()
        self._process.wait(serving.SLOWEST_SECONDS)
        self._process.stdout.close()

    def acknowledged(self, round_number):
        """id -> (first LSN, last LSN, entries or -1)."""
        found = {}
        for path in self._folder.glob(f"{round_number}-*.acks"):
            for line in path.read_text().splitlines():
                event_id, *numbers = line.split(" ")
                found[event_id] = tuple(map(int, numbers))
        return found

    def sent(self, round_number):
        ids = []
        for connection in range(len(busy_client.CONNECTIONS)):
            path = self._folder / f"{round_number}-{connection}.sent"
            count = path.stat().st_size if path.exists() else 0
            ids += [busy_client.event_id(round_number, connection, n) for n in range(count)]
        return ids


class KillLoop:
    """One log, and all that happens to it."""

    def __init__(self, program, folder, rng, first_round):
        self._program = program
        self._data = folder / "data"
        self._rng = rng
        self._round = first_round
        self._witness = Witness(folder)
        self._lsns = {}  # of every event that was sent
        self._entries = {}
        self._starts = 0
        self.figures = {"kills": 0, "in recovery": 0, "acknowledged": 0, "had arrived": 0,
                        "had not": 0}

    def close(self):
        self._witness.close()

    def run(self, kills):
        with self._start() as server:
            self._keep_busy_and_kill(server)
        for kill in range(kills):
            self._kill_while_it_recovers()
            with self._start() as server:
                self._check_round(server)
                hashes = serving.Connection(server.port).hashes()
                server.kill()
            self._round += 1
            with self._start() as server:
                require(serving.Connection(server.port).hashes() == hashes,
                        "other shards, other hashes")
                if kill + 1 < kills:
                    self._keep_busy_and_kill(server)
                else:
                    self._check_all(server, hashes)

    # ---- Killing

    def _start(self, waits=True):
        self._starts += 1
        setting = SETTINGS[self._starts % len(SETTINGS)]
        return serving.Server(self._program, self._data, waits=waits, **setting)

    def _keep_busy_and_kill(self, server):
        self._witness.begin(server.port, self._round)
        time.sleep(self._rng.uniform(*BUSY_SECONDS))
        require(server.is_running(), f"it ended by itself\n{server.said()}")
        server.kill()
        self.figures["kills"] += 1
        self.figures["acknowledged"] += self._witness.end()

    def _kill_while_it_recovers(self):
        while self._rng.random() < 0.5:
            with self._start(waits=False) as server:
                time.sleep(self._rng.uniform(0, 0.05))
                require(server.is_running(), f"it did not start\n{server.said()}")
                server.kill()
                self.figures["in recovery"] += 1

    # ---- Checking

    def _check_round(self, server):
        connection = serving.Connection(server.port)
        acknowledged = self._witness.acknowledged(self._round)
        for event_id, reply in self._send(connection, list(acknowledged)):
            word, lsn, entries = reply
            first, last, entries_then = acknowledged[event_id]
            require(word == "DUP", f"{event_id} was acknowledged and is lost: now {reply}")
            require(first <= lsn <= last, f"{event_id} was {first} to {last}, now {reply}")
            require(entries_then in (-1, entries), f"{event_id}: {entries_then} entries, {reply}")
        missing = [each for each in self._witness.sent(self._round) if each not in acknowledged]
        for _, (word, _, _) in self._send(connection, missing):
            self.figures["had arrived" if word == "DUP" else "had not"] += 1
        self._check_older(connection)
        self._check_lsns(connection)
        connection.close()

    def _check_older(self, connection):
        older = list(self._lsns)
        older = self._rng.sample(older, min(len(older), OLD_EVENTS_SAMPLED))
        for event_id, reply in self._send(connection, older):
            require(reply[0] == "DUP", f"{event_id} is lost: now {reply}")

    def _send(self, connection, ids):
        """Sends again; (id, reply) each, compared with what was said of it ever before."""
        replies = connection.ask_all([purchases.line_of(each) for each in ids])
        answered = [(each, serving.lsn_of(reply)) for each, reply in zip(ids, replies)]
        for event_id, (_, lsn, entries) in answered:
            known = self._lsns.setdefault(event_id, lsn), self._entries.setdefault(event_id,
                                                                                 entries)
            require(known == (lsn, entries), f"{event_id} was {known}, now {lsn}, {entries}")
        return answered

    def _check_lsns(self, connection):
        lsns = sorted(self._lsns.values())
        first = purchases.PLANS + 1
        require(lsns == list(range(first, first + len(lsns))), "the LSNs have holes, or repeat")
        info = connection.info()
        require(int(info["accepted"]) == len(lsns),
                f"{info['accepted']} are applied, {len(lsns)} were sent")

    def _check_all(self, server, hashes):
        connection = serving.Connection(server.port)
        for event_id, reply in self._send(connection, list(self._lsns)):
            require(reply[0] == "DUP", f"{event_id} is lost: now {reply}")
        connection.close()
        replayed = self._replay()
        for name in ("state_hash", "entries_hash"):
            require(replayed[name] == hashes[name], f"{name}: replay says another one")
        require(replayed["accepted"] == len(self._lsns), "replay accepts another number")
        require(server.stop() == 0, f"it does not stop in order\n{server.said()}")
        self._check_book()

    def _check_book(self):
        """Written through all starts and kills, or derived at once by another server: one book."""
        again = self._data.parent / "again"
        shutil.copytree(self._data, again, ignore=shutil.ignore_patterns("book", "*.snap"))
        with serving.Server(self._program, again, shards=2) as server:
            require(server.stop() == 0, f"it does not stop in order\n{server.said()}")
        names = sorted(path.name for path in (self._data / "book").glob("*.seg"))
        require(names, "there is no book")
        require(names == sorted(path.name for path in (again / "book").glob("*.seg")),
                "the books have other segments")
        for name in names:
            done = subprocess.run(["cmp", str(self._data / "book" / name),
                                   str(again / "book" / name)], capture_output=True, text=True)
            require(done.returncode == 0, f"the books differ: {done.stdout}{done.stderr}")
        shutil.rmtree(again)

    def _replay(self):
        in_order = sorted(self._lsns, key=self._lsns.get)
        done = subprocess.run(
            [str(self._program), "replay", "--plan", str(serving.PLAN), "--trace", "-", "--json",
             "--shards", "3"], input=purchases.csv_of(in_order), capture_output=True, text=True)
        require(done.returncode == 0, done.stderr)
        return json.loads(done.stdout)


def read_arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("guerdon")
    parser.add_argument("--kills", type=int, default=10)
    parser.add_argument("--seed", type=int, default=None)
    return parser.parse_args()


def main():
    arguments = read_arguments()
    program = serving.program_of_arguments([arguments.guerdon])
    seed = arguments.seed if arguments.seed is not None else random.SystemRandom().getrandbits(32)
    print(f"seed {seed}", flush=True)
    rng = random.Random(seed)
    done = 0
    totals = {}
    while done < arguments.kills:
        kills = min(KILLS_A_LOG, arguments.kills - done)
        with tempfile.TemporaryDirectory() as folder:
            loop = KillLoop(program, pathlib.Path(folder), rng, done)
            try:
                loop.run(kills)
            except (Failure, AssertionError, serving.NoStart, serving.Gone) as failure:
                sys.exit(f"FAILED after {done} kills and these: {loop.figures}\n{failure}")
            finally:
                loop.close()
        done += kills
        totals = {name: totals.get(name, 0) + count for name, count in loop.figures.items()}
        print(f"{done} kills: {totals}", flush=True)


if __name__ == "__main__":
    main()
