#!/usr/bin/env python3
"""Killed in each single system call that touches the disk: a first run, and a recovery.

    crash_test.py GUERDON [--step N]

For each kind of call the process is killed on entering its first, second, third ... until a run
comes to its end without. A run is a start, 20 events, and a stop in order. Then the server is
started with other shards: what was acknowledged is there, the rest is sent again, and the state is
always the same. --step N: only each N-th call, for a short test.
"""
import argparse
import pathlib
import shutil
import sys
import tempfile

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import purchases
import serving
import tracing

EVENTS = [f"x{i}" for i in range(20)]
SEGMENT = "wal-00000001-0000000000000001.seg"
SECOND_SEGMENT = "wal-00000002-000000000000000c.seg"  # of a start after TEMPLATE_EVENTS events
TEMPLATE_EVENTS = 10
POINTS_MIN = 60  # fewer, and the calls are not those that are looked at
# Kinds of calls; calls count by thread, so that those of the writer of frames hide behind those of
# the maker of segments, unless only its files are looked at. mkdir is before all of them.
POINTS = (("mkdir", ()), ("flock", ()), ("pwrite64", ()), ("pwrite64", ("spare-0.seg",)),
          ("pwrite64", (SEGMENT,)), ("pwrite64", (SECOND_SEGMENT,)), ("fsync", ()),
          ("fdatasync", ()), ("renameat", ()), ("renameat2", ()), ("unlinkat", ()), ("pread64", ()))


class Crashes:
    def __init__(self, program, folder, step):
        self._program = program
        self._folder = folder
        self._step = step
        self._hashes = None
        self.points = 0

    def run_all(self, template):
        for call, files in POINTS:
            when = 1
            while self._crash(template, call, files, when):
                when += self._step
            print(f"  {call} {' '.join(files)}: the last is before number {when}", flush=True)

    # Whether it was killed.
    def _crash(self, template, call, files, when):
        data = self._folder / "data"
        shutil.rmtree(data, ignore_errors=True)
        if template is not None:
            shutil.copytree(template, data)
        paths = [data / name for name in files]
        before = tracing.strace_before(f"{call}:signal=KILL:when={when}", paths)
        acknowledged = {}
        was_killed = self._run(data, before, acknowledged)
        where = f"{call} number {when} of {files or 'any file'}, template {template}"
        try:
            self._check(data, acknowledged)
        except (AssertionError, serving.NoStart, serving.Gone) as failure:
            sys.exit(f"FAILED: killed in {where}\n{failure}")
        self.points += was_killed
        return was_killed

    def _run(self, data, before, acknowledged):
        try:
            with serving.Server(self._program, data, shards=2, before=before) as server:
                connection = serving.Connection(server.port)
                for event_id in EVENTS:
                    reply = connection.ask(purchases.line_of(event_id))
                    acknowledged[event_id] = serving.lsn_of(reply)[1:]
                connection.close()
                return server.stop() != 0
        except (serving.NoStart, serving.Gone) as end:
            if isinstance(end, serving.NoStart) and end.status != -9:
                raise
            return True

    def _check(self, data, acknowledged):
        with serving.Server(self._program, data, shards=3) as server:
            connection = serving.Connection(server.port)
            for event_id in EVENTS:
                word, *numbers = serving.lsn_of(connection.ask(purchases.line_of(event_id)))
                then = acknowledged.get(event_id)
                if then is not None and (word != "DUP" or tuple(numbers) != then):
                    raise AssertionError(f"{event_id} was {then}, now {word} {numbers}")
            hashes = connection.hashes()
            connection.close()
            server.kill()
        self._hashes = self._hashes or hashes
        if hashes != self._hashes:
            raise AssertionError(f"another state: {hashes}, not {self._hashes}")


def make_template(program, folder):
    """A log that ends in a torn frame, with spares left over and a file that is not whole."""
    data = folder / "template"
    with serving.Server(program, data, shards=2) as server:
        connection = serving.Connection(server.port)
        for event_id in EVENTS[:TEMPLATE_EVENTS]:
            connection.ask(purchases.line_of(event_id))
        connection.close()
        server.kill()
    with open(data / SEGMENT, "r+b") as segment:
        used = len(segment.read().rstrip(b"\0"))
        end = (used + 4095) // 4096 * 4096
        segment.seek(end)
        segment.write(b"torn" * 100)
    (data / "spare-9.seg.tmp").write_bytes(b"\0" * 4096)
    return data


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("guerdon")
    parser.add_argument("--step", type=int, default=1)
    arguments = parser.parse_args()
    program = serving.program_of_arguments([arguments.guerdon])
    if tracing.why_not():
        print(f"SKIPPED, nothing is tested: {tracing.why_not()}")
        sys.exit(77)
    for name in ("in a first run", "in a recovery"):
        with tempfile.TemporaryDirectory() as folder:
            folder = pathlib.Path(folder)
            template = make_template(program, folder) if name == "in a recovery" else None
            crashes = Crashes(program, folder, arguments.step)
            crashes.run_all(template)
            print(f"killed at {crashes.points} points {name}: each recovers", flush=True)
            if crashes.points * arguments.step < POINTS_MIN:
                sys.exit("FAILED: there are more calls than that; are they looked at?")


if __name__ == "__main__":
    main()
