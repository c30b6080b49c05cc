"""A `guerdon serve` of a test's own: started on a free port, stopped, and started again.

    with RunningServer() as server:
        with Wire(server.port) as wire:
            wire.ask("PING")

The program is the first argument of each test: main() takes it out and runs the tests. Waiting is
for a condition, never for a time; WAIT_SECONDS is what a loaded machine is given.
"""
import functools
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest

from wire import Wire

HERE = pathlib.Path(__file__).resolve().parent
PLAN = HERE.parent.parent / "docs" / "examples" / "cashback.plan"
WAIT_SECONDS = 60
# The fused assembly and the threaded one, several loops and several groups of shards.
ASSEMBLIES = ((), ("--threads", "net=2,shards=2", "--shards", "4"))
# The smallest: a new one is filled with zeros, and that takes time.
SEGMENTS = ("--segment-mib", "4")
GUERDON = None  # set by main()


def wait_until(condition, what):
    """What `condition` gives, once that is true. `what`: it, in words."""
    until = time.monotonic() + WAIT_SECONDS
    while not (found := condition()):
        if time.monotonic() > until:
            raise AssertionError(f"not within {WAIT_SECONDS} seconds: {what}")
        time.sleep(0.01)
    return found


class RunningServer:
    def __init__(self, *options, clock="events", data=None, plan=PLAN, plans=(), before=()):
        self._own = tempfile.TemporaryDirectory(prefix="guerdon-server-")
        self._errors = pathlib.Path(self._own.name) / "errors.txt"
        self._options = options
        self._clock = clock
        self._before = before  # a command that runs the one behind it
        self._plans = [str(each) for each in plans or (plan,)]
        self.data = data or str(pathlib.Path(self._own.name) / "data")
        self.process = None
        self.start()

    def start(self, port=0):
        """Returns when it listens; port 0 is one that is free. REQUIRES: it is not running."""
        with open(self._errors, "ab") as errors:
            self.process = subprocess.Popen(
                [*self._before, GUERDON, "serve", "--plan", *self._plans, "--data", self.data, "--clock", self._clock,
                 "--listen", f"127.0.0.1:{port}", *SEGMENTS, *self._options],
                stdout=subprocess.PIPE, stderr=errors, stdin=subprocess.DEVNULL)
        line = self.process.stdout.readline().decode()  # its end of file, where it does not start
        found = re.fullmatch(r"guerdon: listening on 127\.0\.0\.1:(\d+)\n", line)
        if not found:
            self.process.wait(WAIT_SECONDS)
            errors = self.errors()
            self.__exit__()
            raise AssertionError(f"it does not start: {errors}")
        self.port = int(found[1])

    def stop(self, how=signal.SIGTERM):
        """The exit status, once it has ended."""
        self.process.send_signal(how)
        return self.ended()

    def each_start(self):
        """Yields None at once, then how it ended: after a stop (a snapshot), and after a kill (the log)."""
        for how in (None, signal.SIGTERM, signal.SIGKILL):
            if how is not None:
                self.stop(how)
                self.start()
            yield how

    def ended(self):
        status = self.process.wait(WAIT_SECONDS)
        self.process.stdout.close()
        return status

    def errors(self):
        return self._errors.read_text()

    def info(self):
        """The figures, as a dictionary of texts."""
        with Wire(self.port) as wire:
            return info_of(wire)

    def hashes(self):
        with Wire(self.port) as wire:
            return hashes_of(wire)

    def memory_kib(self, what="VmRSS"):
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(rf"^{what}:\s+(\d+) kB$", status, re.MULTILINE)[1])

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        self.process.stdout.close()
        self._own.cleanup()


def on_each_assembly(test, **how):
    """Runs test(self, server) with a server of each, new every time."""
    @functools.wraps(test)
    def run(self):
        for assembly in ASSEMBLIES:
            with self.subTest(assembly), RunningServer(*assembly, **how) as server:
                test(self, server)
    return run


def info_of(wire):
    lines = wire.ask("INFO").splitlines()
    return dict(line.split(":", 1) for line in lines if ":" in line)


def hashes_of(wire):
    """state_hash, entries_hash and lsn by name."""
    flat = wire.ask("HASH")
    return dict(zip(flat[::2], flat[1::2]))


def skip(missing):
    """Ends the test as one that cannot run here (SKIP_RETURN_CODE in CMakeLists.txt)."""
    print(f"skipped: {missing} is not installed")
    sys.exit(77)


def main(needs=None):
    """`needs`: a program, without which nothing is tested."""
    global GUERDON
    if len(sys.argv) < 2:
        sys.exit(f"usage: {sys.argv[0]} GUERDON [TEST...]")
    if needs and shutil.which(needs) is None:
        skip(needs)
    GUERDON = str(pathlib.Path(sys.argv.pop(1)).resolve())
    unittest.main(module="__main__", verbosity=2)
