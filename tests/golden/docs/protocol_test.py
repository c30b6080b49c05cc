#!/usr/bin/env python3
"""docs/protocol.md and docs/operations.md say what the program does.

    protocol_test.py GUERDON              compare
    protocol_test.py GUERDON --update     write what the server answers into the sessions, for review

* The table of commands has a row for each that COMMAND DOCS gives, with its usage and summary.
* The table of codes has those that the sources can answer with, and says which are by state; the other table has none of them.
* Each block ```session is sent to one server under the page's plan, a connection a block, and what
  comes back is what stands there, # in place of what differs from run to run.
* The other page has a row for each field of INFO, and for no other.
* Each constant of the table of limits is one of the sources'.
"""
import pathlib
import re
import socket
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[3]
PAGE = ROOT / "docs" / "protocol.md"
OPERATIONS = ROOT / "docs" / "operations.md"
ENGINE = ROOT / "engine"
WAIT_SECONDS = 60
GUERDON = None  # set by main

_PLAN = re.compile(r"^```plan\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_SESSION = re.compile(r"(?<=^```session\n)(.*?)(?=^```$)", re.MULTILINE | re.DOTALL)
_ROW = re.compile(r"^\| (.*) \|$", re.MULTILINE)
_VARYING = re.compile(r"^\d+\.\d+\.\d+$|(?<=^:)\d{6,}$")  # the version, the connection's id
_CODE_IN_SOURCE = re.compile(
    r'(?:answer_error\(|\.error\(|Fault\{|Refusal\{|refuse\(|return \{|take_batch_fault\(\{)\s*"([A-Z]{4,})"')
_CODE_OF_REQUEST = re.compile(r'code_word\(RequestCode code\) \{\n.*\? "([A-Z]+)" : "([A-Z]+)";')


class RunningServer:
    def __init__(self, plan):
        self._folder = tempfile.TemporaryDirectory()
        folder = pathlib.Path(self._folder.name)
        (folder / "the.plan").write_text(plan, "utf-8")
        self._process = subprocess.Popen(
            [GUERDON, "serve", "--plan", str(folder / "the.plan"), "--data", str(folder / "data"),
             "--clock", "events", "--segment-mib", "4", "--listen", "127.0.0.1:0"],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        said = self._process.stdout.readline().decode()
        self.port = int(said.rsplit(":", 1)[1])

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._process.kill()
        self._process.wait()
        self._process.stdout.close()
        self._folder.cleanup()


class Connection:
    def __init__(self, port):
        self.socket = socket.create_connection(("127.0.0.1", port), WAIT_SECONDS)
        self._bytes = self.socket.makefile("rb")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._bytes.close()
        self.socket.close()

    def reply(self):
        """One reply, as the lines that it is sent in."""
        line = self._bytes.readline().decode().removesuffix("\r\n")
        kind, size = line[:1], line[1:]
        lines = [line]
        if kind == "$" and size != "-1":
            lines += self._bytes.read(int(size) + 2).decode()[:-2].split("\n")
        for _ in range({"*": 1, "%": 2}.get(kind, 0) * int(size if kind in "*%" else 0)):
            lines += self.reply()
        return lines

    def ask(self, request):
        """What is answered in RESP2: a text, or a list of such."""
        self.socket.sendall(request.encode() + b"\n")
        return self._value()

    def _value(self):
        line = self._bytes.readline().decode().removesuffix("\r\n")
        if line[0] == "*":
            return [self._value() for _ in range(int(line[1:]))]
        if line[0] == "$":
            return self._bytes.read(int(line[1:]) + 2).decode()[:-2]
        return line[1:]


def run_session(port, session):
    """The session as it goes: each request, and what is answered to it."""
    requests = [line for line in session.splitlines() if line.startswith("> ")]
    lines, in_batch = [], 0
    with Connection(port) as connection:
        for request in requests:
            connection.socket.sendall(request[2:].encode() + b"\n")
            lines.append(request)
            if request.startswith("> BATCH "):
                in_batch = int(request.split()[2])
            elif in_batch > 0:
                in_batch -= 1
            if in_batch == 0:
                lines += connection.reply()
    return "".join(_VARYING.sub("#", line) + "\n" for line in lines)


def section(text, title):
    """From a heading to the next of its level or above."""
    begin = text.index(f"\n{title}\n")
    level = title.split()[0]
    end = re.compile(rf"^#{{1,{len(level)}}} ", re.MULTILINE).search(text, begin + len(title) + 2)
    return text[begin:end.start() if end else len(text)]


def tables(text):
    """Each table's rows, but for its head, as lists of cells."""
    found = []
    for block in re.split(r"\n\n", text):
        rows = [re.split(r" \| ", row.replace("\\|", "\0")) for row in _ROW.findall(block)]
        if rows:
            found.append([[cell.replace("\0", "|").strip(" `") for cell in row]
                          for row in rows[1:] if not row[0].startswith("--")])
    return found


def outcome_words():
    """Codes of events and commands: outcomes that reading, admission or the state give."""
    words = dict(re.findall(r'X\((k\w+), "([A-Z]+)"', (ENGINE / "event/outcome.h").read_text()))
    used = set(re.findall(r"^ *X\(k\w+, (k\w+)[,)]", (ENGINE / "event/refusal.h").read_text(),
                          re.MULTILINE))
    for reader in ("feed/event_reader.cc", "feed/command_reader*.cc", "event/named.cc"):
        for source in sorted(ENGINE.glob(reader)):
            used |= set(re.findall(r"Outcome::(k\w+)", source.read_text()))
    used |= set(re.findall(r"case Outcome::(k\w+):",
                           (ENGINE / "runtime/refusals.cc").read_text()))
    return {words[name] for name in used}


def source_codes():
    """All codes that the server can answer with."""
    codes = outcome_words()
    codes |= set(_CODE_OF_REQUEST.search((ENGINE / "net/request_error.cc").read_text()).groups())
    sources = [path for room in ("server", "door", "net", "history")
               for path in sorted((ENGINE / room).glob("*.cc"))]
    for path in sources:
        codes |= set(_CODE_IN_SOURCE.findall(path.read_text("utf-8")))
    return codes


def state_codes():
    """Codes of what the shards refuse, or admission by the rates that it keeps: by state."""
    words = dict(re.findall(r'X\((k\w+), "([A-Z]+)"', (ENGINE / "event/outcome.h").read_text()))
    text = "".join(path.read_text("utf-8") for room in ("accounts", "shard")
                   for path in sorted((ENGINE / room).glob("*.[ch]*")))
    rates = (ENGINE / "pipeline/admission.cc").read_text("utf-8")
    text += rates[rates.index("void Admission::look_at_rates("):]
    used = set(re.findall(r"Outcome::(k\w+)", text)) - {"kOk"}
    return {words[name] for name in used}


class Protocol(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.text = PAGE.read_text("utf-8")
        cls.plan = _PLAN.search(cls.text)[1]

    def test_commands(self):
        with RunningServer(self.plan) as server, Connection(server.port) as connection:
            flat = connection.ask("COMMAND DOCS")
            listed = connection.ask("COMMAND LIST")
        docs = {name: dict(zip(doc[::2], doc[1::2])) for name, doc in zip(flat[::2], flat[1::2])}
        self.assertEqual(sorted(docs), sorted(listed))
        rows, = tables(section(self.text, "## Commands"))
        self.assertEqual([[name, docs[name]["usage"], docs[name]["summary"]] for name in listed],
                         [row[:3] for row in rows])
        self.assertTrue(all(row[3] for row in rows))

    def test_no_other_command_is_named(self):
        with RunningServer(self.plan) as server, Connection(server.port) as connection:
            listed = set(connection.ask("COMMAND LIST"))
        sent = set(re.findall(r"^(?:> |    )([A-Z]{3,})\b", self.text, re.MULTILINE))
        sent |= set(re.findall(r"`([A-Z]{3,})(?: [^`]*)?`", self.text))
        others = {"FULL", "OPEN", "DUP", "PONG", "PROVE", "CODE", "LINE", "OK"} | source_codes()
        self.assertEqual(sent - listed - others, set())

    def test_codes(self):
        used, unused = tables(section(self.text, "## Errors"))
        codes = source_codes()
        self.assertGreater(len(codes), 10)
        self.assertEqual(sorted(row[0] for row in used), sorted(codes))
        self.assertEqual({row[0] for row in unused} & codes, set())

    def test_what_is_refused_by_state_is_said_so(self):
        used, _ = tables(section(self.text, "## Errors"))
        self.assertGreater(len(state_codes()), 8)
        self.assertEqual({row[0] for row in used if "by state" in row[1]}, state_codes())

    def test_limits(self):
        rows, = tables(section(self.text, "## Limits"))
        headers = "\n".join(path.read_text("utf-8") for folder in (ENGINE, ROOT / "include")
                            for path in sorted(folder.rglob("*.h")))
        for row in rows:
            for name in re.findall(r"\bk[A-Z]\w+|(?<=LoopLimits::)\w+", row[2]):
                with self.subTest(name):
                    self.assertRegex(headers, rf"\b{name} = ")

    def test_info(self):
        with RunningServer(self.plan) as server, Connection(server.port) as connection:
            for amount in ("1", "2"):
                connection.ask(f"EVENT purchase i account=anna amount={amount}")
            connection.ask("SNAPSHOT")
            info = connection.ask("INFO")
        given = set(re.findall(r"^(\w+):", info.replace("refused_CONFLICT", "refused_CODE"),
                               re.MULTILINE))
        rows, = tables(section(OPERATIONS.read_text("utf-8"), "## INFO, field by field"))
        self.assertEqual(sorted(given), sorted(row[0].strip("`") for row in rows))

    def test_sessions(self):
        sessions = _SESSION.findall(self.text)
        self.assertGreaterEqual(len(sessions), 3)
        with RunningServer(self.plan) as server:
            for session in sessions:
                self.assertEqual(session, run_session(server.port, session))


def update():
    text = PAGE.read_text("utf-8")
    with RunningServer(_PLAN.search(text)[1]) as server:
        PAGE.write_text(_SESSION.sub(
            lambda match: run_session(server.port, match[1]), text), "utf-8")


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    GUERDON = str(pathlib.Path(sys.argv.pop(1)).resolve())
    if "--update" in sys.argv:
        update()
    else:
        unittest.main()
