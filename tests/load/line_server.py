"""Servers of the line protocol for tests: threads, sockets and a dictionary."""
import re
import socketserver
import threading

_WORD = re.compile(rb'(?:[^ "]|"(?:[^"\\]|\\.)*")+')


def words_of(line):
    """The words of a line; of the escapes, those that the tests need."""
    return [re.sub(rb'\\(.)', rb"\1", word.replace(b'\\"', b"\0").replace(b'"', b"")
                   .replace(b"\0", b'"')) if b'"' in word else word
            for word in _WORD.findall(line.rstrip(b"\r\n"))]


class LineServer(socketserver.ThreadingTCPServer):
    """Remembers event ids and accepts each once, as a server should.

    refused: ids that are refused. forgets: accepts everything every time. closes_after: ends each
    connection behind so many replies to events. greeting: what it says to PING.
    """
    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, refused=(), forgets=False, closes_after=None, greeting=b"+PONG\r\n"):
        super().__init__(("127.0.0.1", 0), Conversation)
        self.refused, self.forgets = frozenset(refused), forgets
        self.closes_after, self.greeting = closes_after, greeting
        self.lock = threading.Lock()
        self.lsns = {}          # by (source, id)
        self.connections = []   # of each: the (source, account, id) of its events, in their order
        self.ticks = []

    @property
    def address(self):
        return "127.0.0.1:%d" % self.server_address[1]

    def __enter__(self):
        threading.Thread(target=self.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def __exit__(self, *_):
        self.shutdown()
        self.server_close()


class Conversation(socketserver.StreamRequestHandler):
    wbufsize = -1

    def handle(self):
        try:
            self.converse()
        except ConnectionError:
            pass  # the peer has gone

    def converse(self):
        self.source, self.events, self.replies = b"default", [], 0
        with self.server.lock:
            self.server.connections.append(self.events)
        while words := self.read_words():
            command = words[0].decode().lower()
            getattr(self, "on_" + command, self.on_unknown)(words[1:])
            if self.server.closes_after is not None and self.replies >= self.server.closes_after:
                break
            self.wfile.flush()
        self.wfile.flush()

    def read_words(self):
        line = self.rfile.readline()
        if not line.startswith(b"*"):
            return words_of(line)
        words = []
        for _ in range(int(line[1:])):
            size = int(self.rfile.readline()[1:])
            words.append(self.rfile.read(size + 2)[:-2])
        return words

    def take(self, words):
        """(status or code, text) for EVENT's words behind the command."""
        kind, name = words[0], words[1]
        values = dict(word.split(b"=", 1) for word in words[2:])
        self.events.append((self.source, values.get(b"account", b""), name))
        if name in self.server.refused:
            return b"INVALID", b"word 3: " + kind + b" is not to be"
        with self.server.lock:
            key = (self.source, name)
            known = key in self.server.lsns and not self.server.forgets
            lsn = self.server.lsns.setdefault(key, len(self.server.lsns) + 1)
        return b"DUP" if known else b"OK", b"%d 2" % lsn

    def on_event(self, words):
        status, text = self.take(words)
        sign = b"+" if status in (b"OK", b"DUP") else b"-"
        self.wfile.write(sign + status + b" " + text + b"\r\n")
        self.replies += 1

    def on_batch(self, words):
        taken = [self.take(words_of(self.rfile.readline())[1:]) for _ in range(int(words[0]))]
        errors = [b"%d %s %s" % (i + 1, status, text) for i, (status, text) in enumerate(taken)
                  if status not in (b"OK", b"DUP")]
        statuses = [status for status, _ in taken]
        self.wfile.write(b"*10\r\n")
        for name, number in ((b"accepted", statuses.count(b"OK")),
                             (b"duplicates", statuses.count(b"DUP")),
                             (b"first_lsn", 0), (b"last_lsn", 0)):
            self.wfile.write(b"$%d\r\n%s\r\n:%d\r\n" % (len(name), name, number))
        self.wfile.write(b"$6\r\nerrors\r\n*%d\r\n" % len(errors))
        for error in errors:
            self.wfile.write(b"$%d\r\n%s\r\n" % (len(error), error))
        self.replies += 1

    def on_source(self, words):
        self.source = words[0]
        self.wfile.write(b"+OK\r\n")

    def on_tick(self, words):
        self.server.ticks.append(words[0].decode())
        self.wfile.write(b"+OK 7\r\n")

    def on_ping(self, _):
        self.wfile.write(self.server.greeting)

    def on_hash(self, _):
        with self.server.lock:
            state = b"%032x" % len(self.server.lsns)
        self.wfile.write(b"*6\r\n$10\r\nstate_hash\r\n$32\r\n%s\r\n$12\r\nentries_hash\r\n$32\r\n%s"
                         b"\r\n$3\r\nlsn\r\n:5\r\n" % (state, state))

    def on_info(self, _):
        self.wfile.write(b"$34\r\n# about\r\ndurability:none\r\nkeys:8\r\n\r\n")

    def on_unknown(self, words):
        self.wfile.write(b"-UNKNOWN no such command\r\n")
