#!/usr/bin/env python3
"""Files of goals by SFTP: a real OpenSSH server and its client, on loopback, as docs/operations.md sets them up.

    sftp_test.py GUERDON [TEST...]

The block of sshd_config is read from that page. As root the sender is `nobody`, who is shut in; else it is whoever runs the
test, who cannot be, and that part says that it is left out.
"""
import os
import pathlib
import pwd
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True
import running_server  # noqa: E402
from dropping import HEADER, Drop, fields  # noqa: E402
from running_server import RunningServer, wait_until  # noqa: E402
from wire import Wire  # noqa: E402

HERE = pathlib.Path(__file__).resolve().parent
PAGE = HERE.parent.parent / "docs" / "operations.md"
PLAN = HERE / "goals.plan"
GOALS = HEADER + "anna,club,monthly,2026-03,100.00\nbo,club,monthly,2026-03,0.50\n"
IS_ROOT = os.geteuid() == 0
SENDER = "nobody" if IS_ROOT else pwd.getpwuid(os.geteuid()).pw_name
SSHD = shutil.which("sshd", path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin")
# Folders above one in which somebody is shut in belong to root and are written by nobody else, so not /tmp.
PLACE = "/var/lib" if IS_ROOT else None


def documented_block(folder):
    """What the page says of the sender, for this sender and folder."""
    block = re.search(r"^ *```sshd_config\n(.*?)^ *```$", PAGE.read_text("utf-8"), re.M | re.S)[1]
    block = block.replace("goals-sender", SENDER).replace("/srv/goals", str(folder))
    return block if IS_ROOT else re.sub(r"^ *ChrootDirectory .*\n", "", block, flags=re.M)


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def key(path):
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(path)], check=True)
    return path


class Sshd:
    """Listens on a free port of loopback, with keys of its own; nothing of the machine's is read or changed."""

    def __init__(self, place, drop):
        self.port = free_port()
        self.place = place
        self.key = key(place / "sender")
        known = place / "known"
        keys = place / "authorized"
        shutil.copy(str(self.key) + ".pub", keys)
        keys.chmod(0o644)  # read as the sender
        host = key(place / "host")
        known.write_text(f"[127.0.0.1]:{self.port} " + pathlib.Path(str(host) + ".pub").read_text())
        config = place / "config"
        config.write_text(f"ListenAddress 127.0.0.1:{self.port}\nHostKey {host}\nPidFile none\nUsePAM no\n"
                          f"StrictModes no\nAuthorizedKeysFile {keys}\nPasswordAuthentication no\n"
                          f"KbdInteractiveAuthentication no\nSubsystem sftp internal-sftp\n{documented_block(drop)}")
        if IS_ROOT:  # where it takes its privileges off; made at the start of a machine, but not of a container
            os.makedirs("/run/sshd", mode=0o755, exist_ok=True)
        self.log = place / "log"
        self.process = subprocess.Popen([SSHD, "-D", "-E", str(self.log), "-f", str(config)], stdin=subprocess.DEVNULL)
        wait_until(lambda: self.answers() or self.process.poll() is not None, "sshd to listen")
        if self.process.poll() is not None:
            raise AssertionError(f"sshd does not start: {self.said()}")

    def answers(self):
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=1) as wire:
                return wire.recv(4) == b"SSH-"
        except OSError:
            return False

    def said(self):
        return self.log.read_text("utf-8", "replace") if self.log.exists() else ""

    def options(self):
        return ["-F", "none", "-i", str(self.key), "-o", "IdentitiesOnly=yes", "-o", "BatchMode=yes", "-o",
                f"UserKnownHostsFile={self.place / 'known'}", "-o", "GlobalKnownHostsFile=none", "-o",
                "StrictHostKeyChecking=yes"]

    def sftp(self, *commands):
        """Whether all were done, and what it said."""
        done = subprocess.run(["sftp", *self.options(), "-P", str(self.port), "-b", "-", f"{SENDER}@127.0.0.1"],
                              input="".join(each + "\n" for each in commands), capture_output=True, text=True,
                              timeout=running_server.WAIT_SECONDS, check=False)
        return done.returncode == 0, done.stdout + done.stderr

    def shell(self, command):
        return subprocess.run(["ssh", *self.options(), "-p", str(self.port), f"{SENDER}@127.0.0.1", command],
                              capture_output=True, text=True, timeout=running_server.WAIT_SECONDS, check=False,
                              stdin=subprocess.DEVNULL)

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(running_server.WAIT_SECONDS)


class Sftp(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(dir=PLACE, prefix="guerdon-sftp-")
        self.addCleanup(folder.cleanup)
        place = pathlib.Path(folder.name)
        place.chmod(0o755)
        self.drop = Drop(place / "drop")
        self.server = RunningServer("--drop", str(self.drop.path), plan=PLAN)
        self.addCleanup(self.server.__exit__)
        if IS_ROOT:
            shutil.chown(self.drop.into, SENDER)
            self.drop.into.chmod(0o700)
        self.files = place / "files"
        self.files.mkdir()
        self.root = "" if IS_ROOT else str(self.drop.path)  # of what the sender sees
        self.sshd = Sshd(place, self.drop.path)
        self.addCleanup(self.sshd.stop)

    def put(self, name, text):
        (self.files / name).write_text(text)
        return [f"put {self.files / name} {self.root}/in/{name}.part",
                f"rename {self.root}/in/{name}.part {self.root}/in/{name}"]

    def fetched(self, name):
        to = self.files / "fetched"
        wait_until(lambda: self.sshd.sftp(f"get {self.root}/out/{name}.report {to}")[0], f"the report of {name}")
        return to.read_text("utf-8")

    def test_a_file_goes_in_and_its_report_comes_back(self):
        done, said = self.sshd.sftp(*self.put("goals.csv", GOALS))
        self.assertTrue(done, said + self.sshd.said())
        found = fields(self.fetched("goals.csv"))
        self.assertEqual((found["file"], found["result"], found["rows_new"]), ("goals.csv", "applied", "2"))
        with Wire(self.server.port) as wire:
            wire.expect_ok("EVENT sale s-1 account=anna amount=60.00 sku=pen time=2026-03-05T10:00:00Z")
            self.assertEqual(wire.ask("BALANCE anna"), [["club", "points", "10"]])
        done, said = self.sshd.sftp(*self.put("bad.csv", GOALS + "cy,club,monthly,2026-03,x\n"))
        self.assertTrue(done, said)
        self.assertIn("refused, nothing was done\nline 4: x is not a number", self.fetched("bad.csv"))

    def test_what_is_sent_and_not_renamed_is_let_be(self):
        done, said = self.sshd.sftp(self.put("slow.csv", GOALS)[0], *self.put("goals.csv", GOALS))
        self.assertTrue(done, said)
        self.fetched("goals.csv")
        self.assertEqual(self.drop.files("in"), ["slow.csv.part"])

    # As clients do that know no other rename: the new name comes first, then the old one goes.
    def test_a_rename_as_the_protocol_has_it(self):
        put, rename = self.put("goals.csv", GOALS)
        done, said = self.sshd.sftp(put, rename.replace("rename ", "rename -l "))
        self.assertTrue(done, said)
        self.assertEqual(fields(self.fetched("goals.csv"))["result"], "applied")

    def test_a_link_is_refused(self):
        done, said = self.sshd.sftp(f"symlink /etc/passwd {self.root}/in/passwd.csv")
        self.assertTrue(done, said)
        self.assertIn("it is a link", self.fetched("passwd.csv.in"))

    def test_there_is_no_shell(self):
        self.assertNotIn("in the shell", self.sshd.shell("echo in the shell").stdout)

    def test_the_sender_is_shut_in(self):
        if not IS_ROOT:
            print("LEFT OUT: only root may shut in who sends", flush=True)
            self.skipTest("only root may shut in who sends")
        done, said = self.sshd.sftp(*self.put("goals.csv", GOALS))
        self.assertTrue(done, said)
        self.fetched("goals.csv")  # so that there is one that might be removed
        (self.files / "x").write_text("x")
        for command in ("get /etc/passwd", "ls /taking", "ls /done", "cd ..\nls etc", f"put {self.files / 'x'} /x",
                        f"put {self.files / 'x'} /out/goals.csv.report", f"put {self.files / 'x'} /taking/x.csv",
                        "rename /in /elsewhere", "rename /taking /elsewhere", "rm /out/*"):
            self.assertFalse(self.sshd.sftp(*command.split("\n"))[0], command)
        done, said = self.sshd.sftp("ls -1 /")
        self.assertTrue(done)
        self.assertEqual([each for each in said.splitlines() if each.startswith("/")],
                         ["/done", "/in", "/out", "/taking"])
        self.assertIn("applied", self.fetched("goals.csv"))


if __name__ == "__main__":
    if SSHD is None:
        running_server.skip("sshd (openssh-server)")
    running_server.main(needs="sftp")
