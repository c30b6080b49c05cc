"""A `guerdon serve` of one's own: started, talked to, killed, started again.

    server = Server(program, data, shards=7, threads="net=2,shards=2")
    connection = Connection(server.port)
    connection.ask("EVENT purchase id-1 account=anna time=1772323200000 amount=1.00 sku=a")
    server.kill()

Each wait has a limit; what does not come in time is an error that shows what the server wrote.
"""
import os
import pathlib
import signal
import socket
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
PLAN = ROOT / "docs" / "examples" / "cashback.plan"
SLOWEST_SECONDS = 60  # a start, a stop, an answer: far above what any should take
_PROMPT = b"guerdon: listening on "


class NoStart(Exception):
    """The server ended before it listened."""

    def __init__(self, status, text):
        super().__init__(f"exit status {status}\n{text}")
        self.status = status


class Gone(Exception):
    """The connection is closed, or was never taken."""


class Refusal(str):
    """An error reply, without its minus."""

    @property
    def code(self):
        return self.split(" ", 1)[0]


class Server:
    def __init__(self, program, data, shards=1, threads=None, keys=None, segment_mib=4,
                 before=(), waits=True):
        words = [*before, str(program), "serve", "--plan", str(PLAN), "--data", str(data),
                 "--clock", "events", "--listen", "127.0.0.1:0", "--shards", str(shards),
                 "--segment-mib", str(segment_mib)]
        if threads:
            words += ["--threads", threads]
        if keys:
            words += ["--keys", str(keys)]
        self._said = tempfile.TemporaryFile()
        self.process = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=self._said,
                                        stderr=subprocess.STDOUT)
        self.port = None
        if waits:
            self.wait_until_it_listens()

    @property
    def pid(self):
        return self.process.pid

    def said(self):
        size = os.fstat(self._said.fileno()).st_size
        return os.pread(self._said.fileno(), size, 0).decode("utf-8", "replace")

    def wait_until_it_listens(self):
        until = time.monotonic() + SLOWEST_SECONDS
        while True:
            has_ended = self.process.poll() is not None
            text = self.said().encode()
            if _PROMPT in text and b"\n" in text.split(_PROMPT, 1)[1]:
                self.port = int(text.split(_PROMPT, 1)[1].split(b"\n", 1)[0].rsplit(b":", 1)[1])
                return
            if has_ended:
                raise NoStart(self.process.returncode, self.said())
            if time.monotonic() > until:
                self.kill()
                raise AssertionError(f"it does not listen\n{self.said()}")
            time.sleep(0.002)

    def kill(self):
        self.process.kill()
        self.process.wait(SLOWEST_SECONDS)

    def stop(self):
        """In order; the exit status."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(SLOWEST_SECONDS)

    def wait(self, seconds=SLOWEST_SECONDS):
        return self.process.wait(seconds)

    def is_running(self):
        return self.process.poll() is None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.is_running():
            self.kill()
        self._said.close()


class Connection:
    def __init__(self, port):
        try:
            self._socket = socket.create_connection(("127.0.0.1", port), SLOWEST_SECONDS)
        except OSError as error:
            raise Gone(str(error)) from error
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._in = self._socket.makefile("rb", buffering=1 << 16)

    def send(self, text):
        try:
            self._socket.sendall(text if isinstance(text, bytes) else text.encode() + b"\n")
        except OSError as error:
            raise Gone(str(error)) from error

    def reply(self):
        """A reply of RESP2: text, Refusal, number, None or a list."""
        line = self._line()
        kind, rest = line[:1], line[1:].decode()
        if kind == b"+":
            return rest
        if kind == b"-":
            return Refusal(rest)
        if kind == b":":
            return int(rest)
        if kind == b"$":
            return None if rest == "-1" else self._bytes(int(rest) + 2)[:-2].decode()
        if kind == b"*":
            return [self.reply() for _ in range(int(rest))]
        raise AssertionError(f"no reply begins with {line!r}")

    def ask(self, text):
        self.send(text)
        return self.reply()

    def ask_all(self, lines):
        """Many at once, in pieces, so that neither side waits for the other."""
        replies = []
        for at in range(0, len(lines), 500):
            piece = lines[at:at + 500]
            self.send("\n".join(piece))
            replies += [self.reply() for _ in piece]
        return replies

    def info(self):
        lines = self.ask("INFO").split("\r\n")
        return dict(line.split(":", 1) for line in lines if ":" in line)

    def hashes(self):
        return fields(self.ask("HASH"))

    def silent_for(self, seconds):
        """Whether nothing comes; that the connection ends is nothing, too."""
        self._socket.settimeout(seconds)
        try:
            return self._in.read(1) == b""
        except TimeoutError:
            return True
        except OSError:
            return True

    def close(self):
        self._in.close()
        self._socket.close()

    def _line(self):
        try:
            line = self._in.readline()
        except TimeoutError:
            raise AssertionError("no answer comes") from None
        except OSError as error:
            raise Gone(str(error)) from error
        if not line.endswith(b"\r\n"):
            raise Gone("the connection ended")
        return line[:-2]

    def _bytes(self, count):
        try:
            data = self._in.read(count)
        except OSError as error:
            raise Gone(str(error)) from error
        if len(data) != count:
            raise Gone("the connection ended")
        return data


def fields(reply):
    """A map of RESP2 is a list of names and values."""
    return dict(zip(reply[::2], reply[1::2]))


def lsn_of(reply):
    """(word, lsn, entries) of `OK 5 0` or `DUP 5 0`."""
    word, lsn, entries = reply.split(" ")
    return word, int(lsn), int(entries)


def program_of_arguments(arguments):
    if not arguments or not os.access(arguments[0], os.X_OK):
        sys.exit(f"usage: {sys.argv[0]} GUERDON [TEST...]; GUERDON is the program")
    return pathlib.Path(arguments[0]).resolve()
