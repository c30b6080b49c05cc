"""A connection as bytes: what a client library does, and nothing in between.

Replies as Python sees them: a status is a Status, an error a Failure (both are texts), a bulk a
text, null None, an array a list, a map a dictionary, a push a Push.
"""
import socket


class Status(str):
    """What stands behind a +."""


class Failure(str):
    """What stands behind a -: the code, and the sentence."""

    @property
    def code(self):
        return self.split(" ", 1)[0]


class Push(list):
    """What stands behind a >."""


class Ended(Exception):
    """The server has ended the connection."""


class Wire:
    def __init__(self, port, timeout=60, source=None, receive_buffer=None):
        self.socket = socket.socket()
        self.socket.settimeout(timeout)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if receive_buffer:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        self.socket.connect(("127.0.0.1", port))
        self._bytes = b""
        self._at = 0
        if source:
            self.expect_ok(f"SOURCE {source}")

    def send(self, data):
        self.socket.sendall(data if isinstance(data, bytes) else data.encode())

    def ask(self, line):
        self.send(line.encode() + b"\n")
        return self.reply()

    def expect_ok(self, line):
        answer = self.ask(line)
        if not isinstance(answer, Status) or not answer.startswith("OK"):
            raise AssertionError(f"{line}: {answer!r}")
        return answer

    def replies(self, count):
        return [self.reply() for _ in range(count)]

    def reply(self):
        line = self._line()
        kind, text = line[:1], line[1:].decode()
        if kind == b"+":
            return Status(text)
        if kind == b"-":
            return Failure(text)
        if kind == b":":
            return int(text)
        if kind == b"$":
            return None if text == "-1" else self._bulk(int(text))
        if kind == b"*":
            return self.replies(int(text))
        if kind == b">":
            return Push(self.replies(int(text)))
        if kind == b"%":
            return {self.reply(): self.reply() for _ in range(int(text))}
        if kind == b"_":
            return None
        raise AssertionError(f"no reply begins with {line!r}")

    def rest(self):
        """Replies until the server ends the connection."""
        replies = []
        try:
            while True:
                replies.append(self.reply())
        except (Ended, ConnectionResetError):
            return replies

    def end_output(self):
        self.socket.shutdown(socket.SHUT_WR)

    def reset(self):
        """Gone without a word: the peer gets a reset."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        self.socket.close()

    def close(self):
        self.socket.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def _line(self):
        while (end := self._bytes.find(b"\r\n", self._at)) < 0:
            self._read()
        line, self._at = self._bytes[self._at:end], end + 2
        return line

    def _bulk(self, size):
        while len(self._bytes) - self._at < size + 2:
            self._read()
        data, self._at = self._bytes[self._at:self._at + size], self._at + size + 2
        return data.decode()

    def _read(self):
        more = self.socket.recv(1 << 16)
        if not more:
            raise Ended(f"with {self._bytes[self._at:]!r} of a reply")
        self._bytes, self._at = self._bytes[self._at:] + more, 0


def array(*words):
    """The words as a RESP array of bulk strings."""
    bulks = [word if isinstance(word, bytes) else word.encode() for word in words]
    return b"*%d\r\n" % len(bulks) + b"".join(b"$%d\r\n%s\r\n" % (len(b), b) for b in bulks)
