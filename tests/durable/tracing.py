"""System calls of a server made to fail, or to be its last, by strace.

    trouble = "pwrite64:error=EIO:when=3"     # see strace(1), --inject; calls count by thread
    serving.Server(program, data, before=strace_before(trouble))    # from its first call on
    with Tracer(server.pid, trouble) as tracer: ...                 # from now on
"""
import pathlib
import re
import shutil
import subprocess
import tempfile
import time

import serving

_PREFIX = ("strace", "-f", "-q", "-e", "signal=none")


def why_not():
    """Why there is no tracing here, or nothing."""
    if shutil.which("strace") is None:
        return "there is no strace; install it (tools/install test)"
    done = subprocess.run(["strace", "-f", "-o", "/dev/null", "true"], capture_output=True,
                          text=True)
    return "" if done.returncode == 0 else f"strace may not trace here: {done.stderr.strip()}"


def strace_before(trouble, paths=()):
    """Words in front of a program: it is the child, strace is not. `paths`: those files only."""
    call = trouble.split(":", 1)[0]
    words = [*_PREFIX, "-D", "-o", "/dev/null", "-e", f"trace={call}", "-e",
             f"inject={trouble}"]
    for path in paths:
        words += ["-P", str(path)]
    return words


class Tracer:
    """Of a running process: what it writes to the disk and sends, and the trouble."""

    def __init__(self, pid, trouble):
        self._log = tempfile.NamedTemporaryFile(suffix=".strace")
        self._process = subprocess.Popen(
            ["strace", "-f", "-ttt", "-e", "signal=none", "-o", self._log.name, "-e",
             "trace=pwrite64,fdatasync,fsync,sendto,sendmsg,write,writev", "-e",
             f"inject={trouble}", "-p", str(pid)], stdin=subprocess.DEVNULL,
            stderr=subprocess.PIPE, text=True)
        self._wait_until_attached(pid)

    def _wait_until_attached(self, pid):
        threads = {int(each.name) for each in pathlib.Path(f"/proc/{pid}/task").iterdir()}
        until = time.monotonic() + serving.SLOWEST_SECONDS
        while any(self._tracer_of(pid, thread) != self._process.pid for thread in threads):
            if time.monotonic() > until or self._process.poll() is not None:
                raise AssertionError("strace does not attach")
            time.sleep(0.005)

    @staticmethod
    def _tracer_of(pid, thread):
        status = pathlib.Path(f"/proc/{pid}/task/{thread}/status").read_text()
        return int(re.search(r"^TracerPid:\t(\d+)$", status, re.MULTILINE)[1])

    def lines(self):
        """(seconds since 1970, call with its result)."""
        self._process.wait(serving.SLOWEST_SECONDS)
        text = pathlib.Path(self._log.name).read_text()
        rows = re.findall(r"^\d+ +(\d+\.\d+) (.*)$", text, re.MULTILINE)
        return [(float(at), call) for at, call in rows]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._process.kill() if self._process.poll() is None else None
        self._process.wait(serving.SLOWEST_SECONDS)
        self._process.stderr.close()
        self._log.close()
