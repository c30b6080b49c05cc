#!/usr/bin/env python3
"""`guerdon cli`: requests from a pipe, on the command line, and a person at a terminal.

    cli_test.py GUERDON [TEST...]
"""
import fcntl
import json
import os
import pathlib
import pty
import re
import select
import signal
import socketserver
import struct
import subprocess
import sys
import tempfile
import termios
import threading
import unittest

sys.dont_write_bytecode = True
import running_server  # noqa: E402
import sales  # noqa: E402
from running_server import RunningServer, wait_until  # noqa: E402

DAY = "time=2026-03-01T10:00:00Z"
EVENT = f"EVENT purchase a1 account=anna amount=125.50 {DAY}"
COLUMNS = 100


def command(port, *words):
    return [running_server.GUERDON, "cli", "--connect", f"127.0.0.1:{port}", *words]


def run(port, *words, text=""):
    return subprocess.run(command(port, *words), input=text, text=True, capture_output=True,
                          timeout=running_server.WAIT_SECONDS, check=False)


def has_unread(server):
    """Whether a request lies in a socket of a server that is stopped: so it was sent."""
    rows = [row.split() for row in pathlib.Path("/proc/net/tcp").read_text().splitlines()[1:]]
    return any(int(row[1].split(":")[1], 16) == server.port and row[3] == "01"
               and int(row[4].split(":")[1], 16) > 0 for row in rows)


def kill_when_asked(server):
    """The server is stopped, and is killed once a request has been sent to it."""
    wait_until(lambda: has_unread(server), "the request is sent")
    server.stop(signal.SIGKILL)


class Pipes(unittest.TestCase):
    def check(self, done, status, out, errors=r"^$"):
        self.assertEqual(done.stdout, out)
        self.assertRegex(done.stderr, errors)
        self.assertEqual(done.returncode, status)

    def test_a_request_a_line(self):
        with RunningServer() as server:
            text = f"PING\n\n{EVENT}\r\n{EVENT}\nBALANCE anna\nBALANCE \"Jane Doe\"\nCLIENT GETNAME"
            self.check(run(server.port, text=text), 0,
                       "PONG\nOK 2 1\nDUP 2 1\ncashback  GBP  6.27\n(none)\nguerdon-cli\n")

    def test_an_error_is_an_answer_and_the_rest_goes_on(self):
        with RunningServer() as server:
            self.check(run(server.port, text="NOSUCH\nPING\n"), 1,
                       "(error) UNKNOWN word 1: there is no command NOSUCH; COMMAND LIST names "
                       "those there are\nPONG\n")

    def test_a_map_and_a_table_in_it(self):
        with RunningServer() as server:
            text = f"BATCH 3\n{EVENT}\n\n{EVENT}\nEVENT nosuch 1\nPING\n"
            self.check(run(server.port, text=text), 0,
                       "accepted    1\n"
                       "duplicates  1\n"
                       "first_lsn   2\n"
                       "last_lsn    2\n"
                       "errors      3 UNKNOWN word 2, type: no plan declares events of type nosuch; "
                       "declare it in a plan, or write a type that is declared\n"
                       "PONG\n")

    def test_a_batch_that_is_cut_off_is_not_sent(self):
        with RunningServer() as server:
            self.check(run(server.port, text=f"PING\nBATCH 2\n{EVENT}\n"), 3, "PONG\n",
                       "line 2: the file ends before all lines of this batch; it was not sent")
            self.assertEqual(server.info()["accepted"], "0")

    def test_many_lines(self):
        some = sales.sales(300)
        with RunningServer() as server:
            done = run(server.port, text=f"SOURCE {sales.SOURCE}\n" + sales.lines(some))
            self.assertEqual(done.returncode, 0)
            self.assertEqual(len(done.stdout.splitlines()), 1 + len(some))
            sales.check(self, server, some)

    def test_words_of_the_command_line_are_as_they_are(self):
        with RunningServer() as server:
            self.check(run(server.port, "EVENT", "purchase", "a \"1", "account=Jane Doe",
                           "amount=10", DAY), 0, "OK 2 1\n")
            self.check(run(server.port, "BALANCE", "Jane Doe"), 0, "cashback  GBP  0.50\n")
            self.check(run(server.port, "ECHO", "--json"), 0, "--json\n")
            self.check(run(server.port, "BALANCE"), 1,
                       "(error) SYNTAX word 2: a word is missing; write BALANCE account [FULL | in=UNIT] [program=P]\n")

    def test_json(self):
        with RunningServer() as server:
            done = run(server.port, "--json", text=f"{EVENT}\nBALANCE anna\nHASH\nBALANCE\n"
                       "CLIENT SETNAME \"\"\nCONFIG GET x\nCOMMAND INFO NOSUCH\n")
            answers = [json.loads(line) for line in done.stdout.splitlines()]
            self.assertEqual(answers[:2], ["OK 2 1", [["cashback", "GBP", "6.27"]]])
            self.assertEqual(list(answers[2]), ["state_hash", "entries_hash", "lsn"])
            self.assertEqual(answers[2]["lsn"], 2)
            self.assertEqual(answers[3]["error"], {
                "code": "SYNTAX", "sentence": "word 2: a word is missing; write BALANCE account [FULL | in=UNIT] [program=P]"})
            self.assertEqual(answers[5:], [{}, [None]])
            self.assertEqual(done.returncode, 1)
            self.check(run(server.port, "--json", "PING"), 0, '"PONG"\n')

    def test_no_server(self):
        with RunningServer() as server:
            port = server.port
        self.check(run(port, "PING"), 3, "", r"cannot connect to 127\.0\.0\.1:\d+: ")
        self.check(run(port, text="PING\n"), 3, "", "cannot connect")
        self.check(run("x", "PING"), 2, "", "--connect takes HOST:PORT")

    def test_nothing_is_sent_behind_the_end_of_the_connection(self):
        with RunningServer() as server:
            self.check(run(server.port, text="PING\nQUIT\n"), 0, "PONG\nOK\n")
            self.check(run(server.port, text=f"QUIT\n{EVENT}\n"), 3, "OK\n",
                       "line 2: the server (has ended|ended) the connection")
            self.assertEqual(server.info()["accepted"], "0")

    def test_killed_while_it_was_asked(self):
        with RunningServer() as server:
            process = subprocess.Popen(command(server.port), stdin=subprocess.PIPE,
                                       stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
            process.stdin.write("PING\n")
            process.stdin.flush()
            self.assertEqual(process.stdout.readline(), "PONG\n")  # each answer comes at once
            server.process.send_signal(signal.SIGSTOP)
            process.stdin.write(EVENT + "\nPING\n")
            process.stdin.flush()
            kill_when_asked(server)
            out, errors = process.communicate(timeout=running_server.WAIT_SECONDS)
            self.assertEqual(out, "")
            self.assertRegex(errors, "line 2: .*not known.*not sent again by itself.*same id is safe")
            self.assertEqual(process.returncode, 3)


class Page(unittest.TestCase):
    """The session of docs/cli.md: from a pipe the same answers come, but no carets."""

    def test_session(self):
        page = (running_server.HERE.parent.parent / "docs" / "cli.md").read_text("utf-8")
        session = re.search(r"^```console\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)[1]
        lines = [line for line in session.splitlines() if not re.fullmatch(r" *\^+", line)]
        typed = re.compile(r"^(?:127\.0\.0\.1:7411|\d+ of \d+)> (.*)$")
        requests = [found[1] for line in lines if (found := typed.match(line))]
        answers = [line for line in lines if not typed.match(line)]
        with RunningServer() as server:
            done = run(server.port, text="\n".join(requests) + "\n")
        self.assertEqual(done.stdout.splitlines(), answers)


class DrippingServer(socketserver.ThreadingTCPServer):
    """Sends `answer` to every request but the first, HELLO, a byte at a time."""
    daemon_threads = True

    def __init__(self, answer):
        super().__init__(("127.0.0.1", 0), Dripping)
        self.answer = answer

    def __enter__(self):
        threading.Thread(target=self.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def __exit__(self, *_):
        self.shutdown()
        self.server_close()


class Dripping(socketserver.StreamRequestHandler):
    disable_nagle_algorithm = True

    def handle(self):
        answer = b"%0\r\n"
        for _ in self.rfile:
            for byte in answer:
                self.wfile.write(bytes([byte]))
                self.wfile.flush()
            answer = self.server.answer


class Answers(unittest.TestCase):
    """Shapes that no command answers with today, and bytes that are no answer."""

    def ask(self, answer, *options):
        with DrippingServer(answer) as server:
            return run(server.server_address[1], *options, text="REGISTER anna\n")

    def test_rows_that_are_maps(self):
        row = b"%2\r\n$4\r\nkind\r\n$4\r\nearn\r\n$6\r\namount\r\n$5\r\n12.50\r\n"
        self.assertEqual(self.ask(b"*2\r\n" + row + row.replace(b"12.50", b"-1.00")).stdout,
                         "kind  amount\n----  ------\nearn   12.50\nearn   -1.00\n")
        self.assertEqual(self.ask(b"*1\r\n" + row, "--json").stdout,
                         '[{"kind":"earn","amount":"12.50"}]\n')

    def test_what_is_no_answer(self):
        done = self.ask(b"HTTP/1.1 200\r\n")
        self.assertRegex(done.stderr, "what came is no answer: a reply begins with")
        self.assertEqual((done.returncode, done.stdout), (3, ""))


class Terminal(unittest.TestCase):
    """A person: what is typed, and what is then to be seen."""

    def setUp(self):
        self.server = RunningServer()
        self.addCleanup(self.server.__exit__)
        folder = tempfile.TemporaryDirectory(prefix="guerdon-cli-")
        self.addCleanup(folder.cleanup)
        self.state = pathlib.Path(folder.name)
        self.history = self.state / "guerdon" / "cli_history"
        self.prompt = f"127.0.0.1:{self.server.port}> "

    def start(self, *options, **environment):
        self.pid, self.screen = pty.fork()
        if self.pid == 0:
            size = struct.pack("HHHH", 40, COLUMNS, 0, 0)
            fcntl.ioctl(0, termios.TIOCSWINSZ, size)
            kept = {name: value for name, value in os.environ.items() if name != "NO_COLOR"}
            kept.update(TERM="xterm", XDG_STATE_HOME=str(self.state), HOME=str(self.state))
            line = command(self.server.port, *options)
            os.execve(line[0], line, {**kept, **environment})
        self.addCleanup(self.end)
        self.unseen = ""
        self.see(re.escape(self.prompt))

    def end(self):
        if self.pid:
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
            os.close(self.screen)
            self.pid = 0

    def status(self):
        """Its exit status, once it has ended by itself."""
        _, status = os.waitpid(self.pid, 0)
        self.pid = 0
        os.close(self.screen)
        return os.waitstatus_to_exitcode(status)

    def see(self, pattern):
        """Returns once what matches has come, behind what was seen before."""
        while not (found := re.search(pattern, self.unseen)):
            ready, _, _ = select.select([self.screen], [], [], running_server.WAIT_SECONDS)
            if not ready:
                self.fail(f"{pattern!r} does not come, but {self.unseen!r}")
            self.unseen += os.read(self.screen, 4096).decode()
        self.unseen = self.unseen[found.end():]
        return found

    def is_editing(self):
        return not termios.tcgetattr(self.screen)[3] & termios.ICANON

    def type(self, keys):
        """At its prompt: it shows that a moment before keys are its own and no longer the
        terminal's, which would make an end of file of Ctrl-D."""
        wait_until(self.is_editing, "it reads keys")
        os.write(self.screen, keys.encode())

    def ask(self, line, *patterns):
        """Types a line at its prompt; it is at the next one when this returns."""
        self.type(line + "\r")
        for pattern in patterns:
            self.see(pattern)
        return self.see(re.escape(self.prompt[:-2]) + r"(?: \(not connected\))?> ")

    def test_answers(self):
        self.start()
        self.ask("PING", r"\r\nPONG\r\n")
        self.ask(EVENT, r"\r\nOK 2 1\r\n")
        self.ask("BALANCE anna", r"\r\ncashback  GBP  6\.27\r\n")
        self.ask("HASH", r"\r\nstate_hash    [0-9a-f]{32}\r\n", r"lsn           2\r\n")
        self.ask("INFO", r"\r\n# server\r\nversion:", r"accepted:1\r\n")
        self.type("BATCH 2\r")
        self.see(r"\r\n1 of 2> ")
        self.type(EVENT + "\r")
        self.see(r"\r\n2 of 2> ")
        self.ask("EVENT x y", r"duplicates  1\r\n", r"errors      2 UNKNOWN word 2")
        self.ask("ECHO \u6f22\u00e9", "\r\n\u6f22\u00e9\r\n")
        self.type("exit\r")
        self.assertEqual(self.status(), 0)

    def caret_of(self, line, red=r"\x1b\[31m", plain=r"\x1b\[0m"):
        """What the carets stand under, and what is said below them."""
        self.type(line + "\r")
        found = self.see(rf"\r\n{red}( *)(\^+){plain}\r\n{red}(\(error\) [^\r\n]*?){plain}\r\n")
        self.see(re.escape(self.prompt))
        marked = (self.prompt + line)[len(found[1]):]
        return marked[:len(found[2])], found[3]

    def test_an_error_shows_its_place(self):
        self.start()
        amount, said = self.caret_of("EVENT purchase p account=\"J D\" amount=1.255")
        self.assertEqual(amount, "amount=1.255")
        self.assertEqual(said, "(error) INVALID word 5, amount: 1.255 has more decimals than 2; "
                               "write at most 2 decimals")
        self.assertEqual(self.caret_of("NOSUCH x")[0], "NOSUCH")
        self.assertEqual(self.caret_of("BALANCE")[0], "")
        self.assertEqual(self.caret_of("ECHO \"a b")[0], "\"")

    def test_no_colours_where_they_are_not_wanted(self):
        self.start(NO_COLOR="1")
        self.assertEqual(self.caret_of("NOSUCH x", "", "")[0], "NOSUCH")

    def test_completion(self):
        self.start()
        self.type("bal\t")
        self.see("BALANCE")  # or BALANCEAT: as far as they are the same
        self.ask(" nobody", r"\r\n\(none\)\r\n")
        self.type("client \t")
        self.see(r"\r\nID  GETNAME  SETNAME  SETINFO\r\n")
        self.type("getn\t")
        self.see("GETNAME ")
        self.ask("", r"\r\nguerdon-cli\r\n")
        self.type("lots \t")
        self.see(r"\r\nunit=  program=\r\n")
        self.ask("anna", r"\(none\)\r\n")
        self.type("echo \t")
        self.see(r"\r\nECHO text\r\n")  # what comes, where nothing can be completed
        self.ask("anna", r"anna\r\n")
        self.type("help ti\t")
        self.ask("", r"TICK \[time\]")

    def test_help_is_what_the_server_says(self):
        self.start(NO_COLOR="1")
        self.ask("help", r"\r\nBALANCE +The balances of an account", r"\r\nTICK +Moves",
                 "help COMMAND says more")
        self.ask("help balance", r"\r\nBALANCE account \[FULL \| in=UNIT\] \[program=P\]\r\n  The balances of an account")
        self.ask("help nosuch", "The server has no command nosuch")

    def test_history(self):
        self.start()
        self.ask("PING one", r"\r\none\r\n")
        self.ask("PING two", r"\r\ntwo\r\n")
        self.ask(" PING three", r"\r\nthree\r\n")
        self.type("\x04")
        self.assertEqual(self.status(), 0)
        self.assertEqual(self.history.read_text(), "PING one\nPING two\n")
        self.assertEqual(self.history.stat().st_mode & 0o777, 0o600)
        self.start()
        self.ask("\x1b[A\x1b[A", r"\r\none\r\n")
        self.type("\x04")
        self.assertEqual(self.status(), 0)
        self.start("--no-history")
        self.ask("PING four", r"\r\nfour\r\n")
        self.assertNotIn("four", self.history.read_text())

    def test_interrupted(self):
        self.start()
        self.type("PING never")
        self.see("never")
        self.type("\x03")
        self.see(re.escape(self.prompt))
        self.ask("PING", r"\r\nPONG\r\n")
        self.server.process.send_signal(signal.SIGSTOP)
        self.type("PING\r")
        self.see(r"PING\r\n")
        wait_until(lambda: not self.is_editing(), "it waits for the answer")
        os.write(self.screen, b"\x03")
        self.see(r"No answer: the answer was not waited for\. Whether the request was done is not")
        self.see(r"\(not connected\)> ")
        self.server.process.send_signal(signal.SIGCONT)
        self.ask("PING", r"Connected again\.", r"\r\nPONG\r\n")

    def test_killed_while_it_was_asked(self):
        self.start()
        self.ask("SOURCE shop", r"\r\nOK\r\n")
        self.server.process.send_signal(signal.SIGSTOP)
        self.type(EVENT + "\r")
        kill_when_asked(self.server)
        self.see(r"No answer: the server ended the connection and did not answer\.")
        self.see(r"same\s+id\s+is\s+safe\.\r\n")
        self.see(r"\(not connected\)> ")
        self.ask("PING", r"Not connected: cannot connect to ")
        self.server.start(self.server.port)
        self.ask("PING", r"Connected again\. What was set for the old connection, such as its source",
                 r"\r\nPONG\r\n")
        self.assertEqual(self.server.info()["events"], "0")  # it was not sent again by itself
        self.ask(EVENT, r"\r\nOK 2 1\r\n")

    def test_gone_between_two_requests(self):
        """Found before the request is sent, so it is not sent: its source would be another."""
        self.start()
        self.ask("PING", r"\r\nPONG\r\n")
        self.server.stop()
        self.server.start(self.server.port)
        self.ask(EVENT, r"The server has ended the connection; the request was not sent\.")
        self.assertEqual(self.server.info()["events"], "0")
        self.ask("\x1b[A", r"Connected again\.", r"\r\nOK 2 1\r\n")


if __name__ == "__main__":
    running_server.main()
