#!/usr/bin/env python3
"""Keys: who may come in, whose they are then, and what each role may ask for.

    auth_test.py GUERDON [TEST...]
"""
import contextlib
import hmac
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True
import running_server  # noqa: E402
from running_server import ASSEMBLIES, SEGMENTS, RunningServer  # noqa: E402
from wire import Failure, Wire  # noqa: E402

PLAN = pathlib.Path(__file__).resolve().parent / "tenant.plan"
ROLES = ("reader", "writer", "admin")
SECRETS = {f"{tenant}-{role}": os.urandom(32).hex() for tenant in ("acme", "beta", "alone") for role in ROLES}
SECRETS["boss"] = os.urandom(16).hex()
SALE = "EVENT sale {} account=anna amount=10.00 sku=x time=2026-01-10T10:00:00Z"
# Request and the least role for it. What is refused otherwise is no matter here: NOPERM is.
NEEDS = [
    *((request, "reader") for request in (
        "PING", "ECHO x", "HELLO 2", "CLIENT GETNAME", "COMMAND COUNT", "CONFIG GET x", "SOURCE till", "INFO", "HASH",
        "VERIFY", "PLAN", "BALANCE anna", "BALANCEAT anna lsn=1", "REGISTER anna", "ENTRIES", "PROGRESS anna", "LOTS anna",
        "EXPIRING anna", "BADGES anna", "HOLDERS anna", "ITEMS", "SEALS club", "STANDINGS best", "IFCLOSED anna",
        "PAYOUTS p GBP", "REPORT", "ORGS anna", "BUDGETS club",
        "EXPLAIN anna 1", "WHYNOT anna 1 back", "DRYRUN EVENT sale d-1 account=anna amount=1.00 sku=x",
        "UNSUBSCRIBE")),
    *((request, "writer") for request in (
        SALE.format("s-1"), "BATCH 0", "ADJUST account=anna unit=points amount=9 reason=r actor=b id=a-1",
        "HOLD account=anna unit=GBP amount=0.10 id=h-1", "CAPTURE account=anna hold=h-1", "VOID account=anna hold=h-1",
        "SPEND account=anna unit=points amount=1 id=p-1", "REFUND account=anna of=p-1 unit=points amount=1 id=r-1",
        "REDEEM account=anna item=mug id=m-1", "UNREDEEM account=anna item=mug of=m-1",
        "PAYOUT account=anna unit=GBP amount=0.01 id=pay-1", "EXCHANGE account=anna unit=GBP to=points amount=1 id=x-1",
        "GRANT by=bo account=anna badge=star id=b-1", "REVERSE event=s-9 reason=r actor=b id=v-1")),
    *((request, "admin") for request in (
        "HOLDER account=anna attribute=team value=north id=k-1", "ITEM item=mug add=1 id=i-1",
        "TARGET account=anna target=spend period=2026-02 value=5.00 id=g-1", "RATE from=GBP to=points rate=1 id=e-1",
        "ORG account=anna relation=manager parent=bo id=org-1",
        "TABLE table=x key=y value=1", "IMPORT account=anna unit=points amount=1 id=o-1",
        "WALLET FREEZE account=cy unit=points", "CLOSE plan=club each=month period=2026-01",
        "REOPEN plan=club each=month period=2026-01 reason=r id=w-1", "TICK 2026-01-11T00:00:00Z",
        'PLAN "plan club"', "SNAPSHOT")),
]


def keys_file(folder, lines):
    path = pathlib.Path(folder) / "keys"
    path.write_text("# who may come in\n" + "".join(f"{line}\n" for line in lines))
    path.chmod(0o600)
    return str(path)


def all_keys(folder):
    """Of acme and beta, each role; and the operator's."""
    return keys_file(folder, ["boss operator - " + SECRETS["boss"],
                              *(f"{tenant}-{role} {role} {tenant} {SECRETS[f'{tenant}-{role}']}"
                                for tenant in ("acme", "beta") for role in ROLES)])


def prove(wire, key, secret):
    challenge = wire.ask(f"AUTH {key}").removeprefix("PROVE ")
    return hmac.new(bytes.fromhex(secret), challenge.encode(), "sha256").hexdigest()


def come_in(port, key):
    wire = Wire(port)
    wire.expect_ok(f"AUTH {key} {prove(wire, key, SECRETS[key])}")
    return wire


class Keys(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)

    def serving(self, *options):
        return RunningServer("--auth", all_keys(self.folder.name), *options,
                             plans=(f"acme={PLAN}", f"beta={PLAN}"))

    def test_what_each_role_may_ask_for(self):
        for shape in ASSEMBLIES:
            for role in ROLES:
                with self.subTest(shape=shape, role=role), self.serving(*shape) as server, \
                        come_in(server.port, f"acme-{role}") as wire:
                    for request, least in NEEDS:
                        answer = wire.ask(request)
                        is_refused = isinstance(answer, Failure) and answer.startswith("NOPERM word 1: ")
                        self.assertEqual(is_refused, ROLES.index(role) < ROLES.index(least), f"{request}: {answer!r}")

    def test_what_changes_anything_and_is_not_a_writers_is_an_admins(self):
        writers = {request.split()[0] for request, least in NEEDS if least == "writer"}
        with self.serving() as server, come_in(server.port, "acme-writer") as wire:
            listed = {row[0] for row in wire.ask("COMMAND") if {"write", "admin"} & set(row[2])}
            self.assertEqual(writers - listed, set())
            for name in listed - writers:
                request = name if name in ("SNAPSHOT", "SHUTDOWN") else f"{name} id=x"
                self.assertEqual(wire.ask(request).code, "NOPERM", request)

    def test_strangers_keep_nobody_out(self):
        with self.serving() as server, contextlib.ExitStack() as stack, come_in(server.port, "acme-admin") as first:
            strangers = [stack.enter_context(Wire(server.port)) for _ in range(257)]
            for wire in strangers[1:]:
                self.assertEqual(wire.ask("PING"), "PONG")
            self.assertEqual([each.code for each in strangers[0].rest()], ["BUSY"], "it has waited for longest")
            with come_in(server.port, "acme-writer") as wire:
                wire.expect_ok(SALE.format("s-1"))
            self.assertEqual(first.ask("PING"), "PONG")
            strangers[-1].send("AUTH " + "k" * 60_000 + "\n")
            self.assertEqual([each.code for each in strangers[-1].rest()], ["TOOLONG"])

    def test_lines_of_a_batch(self):
        with self.serving() as server, come_in(server.port, "acme-writer") as wire:
            wire.send(f"BATCH 3\n{SALE.format('s-1')}\nITEM item=mug add=1 id=i-1\n{SALE.format('s-2')}\n")
            answer = wire.reply()
            told = dict(zip(answer[::2], answer[1::2]))
            self.assertEqual((told["accepted"], len(told["errors"])), (2, 1))
            self.assertTrue(told["errors"][0].startswith("2 NOPERM word 1: ITEM"), told)

    def test_whose_a_key_is(self):
        with self.serving() as server, come_in(server.port, "acme-admin") as acme, \
                come_in(server.port, "beta-reader") as beta:
            acme.expect_ok(SALE.format("s-1"))
            self.assertEqual(acme.ask("BALANCE anna"), [["club", "GBP", "0.50"]])
            self.assertEqual(beta.ask("BALANCE anna"), [])
            self.assertEqual(beta.ask("HELLO 2 tenant=acme").code, "NOPERM")
            self.assertNotIsInstance(beta.ask("HELLO 2 tenant=beta"), Failure)
            self.assertEqual(beta.ask("AUTH acme-admin").code, "NOPERM")
            self.assertEqual(acme.ask("SHUTDOWN").code, "NOPERM")

    def test_strangers(self):
        with self.serving() as server, Wire(server.port) as wire:
            self.assertEqual(wire.ask("PING"), "PONG")
            for request in (*(request for request, _ in NEEDS[6:]), "SHUTDOWN", "HELLO 2 tenant=acme", "SUBSCRIBE"):
                self.assertEqual(wire.ask(request).code, "NOAUTH", request)
            self.assertNotIsInstance(wire.ask("HELLO 2"), Failure)

    def test_proofs_that_are_wrong(self):
        said = set()
        with self.serving() as server:
            for key, secret in (("acme-admin", SECRETS["beta-admin"]), ("nobody", SECRETS["boss"]),
                                ("beta-reader", SECRETS["boss"])):
                with Wire(server.port) as wire:
                    said.add(wire.ask(f"AUTH {key} {prove(wire, key, secret)}"))
                    self.assertEqual(wire.rest(), [], "it is ended")
            self.assertEqual({answer.code for answer in said}, {"NOAUTH"})
            self.assertEqual(len(said), 1, "which was wrong, nobody learns")
            with Wire(server.port) as first, Wire(server.port) as second:
                proof = prove(first, "acme-admin", SECRETS["acme-admin"])
                second.ask("AUTH acme-admin")
                self.assertEqual(second.ask(f"AUTH acme-admin {proof}").code, "NOAUTH", "it was heard elsewhere")
                first.expect_ok(f"AUTH acme-admin {proof}")
            for secret in SECRETS.values():
                self.assertNotIn(secret, server.errors())

    def test_the_operator(self):
        with self.serving() as server:
            with come_in(server.port, "boss") as boss:
                self.assertIn("tenants:2", boss.ask("INFO"))
                self.assertEqual(boss.ask("BALANCE anna").code, "NOPERM")
                self.assertEqual(boss.ask("HELLO 2 tenant=acme").code, "NOAUTH")
                self.assertEqual(boss.ask("SHUTDOWN"), "OK")
            self.assertEqual(server.ended(), 0)

    def test_a_server_without_tenants(self):
        lines = [f"alone-{role} {role} - {SECRETS[f'alone-{role}']}" for role in ROLES]
        with RunningServer("--auth", keys_file(self.folder.name, lines), plan=PLAN) as server:
            with Wire(server.port) as wire:
                self.assertEqual(wire.ask("BALANCE anna").code, "NOAUTH")
            with come_in(server.port, "alone-writer") as writer, come_in(server.port, "alone-reader") as reader:
                self.assertEqual(writer.ask(SALE.format("s-1")), "OK 2 1")
                self.assertEqual(reader.ask("BALANCE anna"), [["club", "GBP", "0.50"]])
                self.assertEqual(writer.ask("SHUTDOWN").code, "NOPERM")
                self.assertEqual(writer.ask("HELLO 2 tenant=acme").code, "UNKNOWN")
            with come_in(server.port, "alone-admin") as admin:
                self.assertEqual(admin.ask("SHUTDOWN"), "OK")
            self.assertEqual(server.ended(), 0)

    def test_tools_come_in_by_a_key(self):
        keys = pathlib.Path(self.folder.name) / "mine"
        keys.write_text(f"acme-writer writer acme {SECRETS['acme-writer']}\n")
        keys.chmod(0o600)
        trace = pathlib.Path(self.folder.name) / "shop.csv"
        trace.write_text("event_id,time,type,account,amount,sku\n"
                         + "".join(f"e-{n},2026-01-10T10:{n:02}:00Z,sale,anna,10.00,x\n" for n in range(60)))
        with self.serving() as server:
            to = ("--connect", f"127.0.0.1:{server.port}")

            def run(*words):
                return subprocess.run([running_server.GUERDON, *words], capture_output=True, text=True)

            self.assertEqual(run("load", *to, "--key", str(keys), "--plan", str(PLAN), "--trace", str(trace)).returncode, 0)
            said = run("cli", *to, "--key", str(keys), "--tenant", "acme", "--json", "BALANCE", "anna")
            self.assertEqual(said.returncode, 0, said)
            self.assertIn("30.00", said.stdout)
            self.assertEqual(run("cli", *to, "--key", str(keys), "--tenant", "beta", "PING").returncode, 3)
            self.assertIn("NOAUTH", run("cli", *to, "BALANCE", "anna").stdout)
            keys.chmod(0o644)
            said = run("cli", *to, "--key", str(keys), "PING")
            self.assertEqual(said.returncode, 3)
            self.assertIn("chmod 600", said.stderr)

    def test_files_of_keys_that_are_refused(self):
        def start(path):
            done = subprocess.run([running_server.GUERDON, "serve", "--plan", str(PLAN), "--durability", "none", "--listen",
                                   "127.0.0.1:0", *SEGMENTS, "--auth", str(path)], capture_output=True, text=True, timeout=60)
            self.assertNotIn(SECRETS["boss"], done.stderr)
            return done.returncode, done.stderr

        path = pathlib.Path(keys_file(self.folder.name, ["boss operator - " + SECRETS["boss"]]))
        path.chmod(0o640)
        self.assertEqual(start(path)[0], 3)
        path.chmod(0o600)
        link = path.with_name("link")
        link.symlink_to(path)
        self.assertIn("it is a link", start(link)[1])
        self.assertEqual(start(path.with_name("none"))[0], 3)
        path.write_text(f"boss operator - {SECRETS['boss']}\nboss operator - {SECRETS['boss']}\n")
        code, error = start(path)
        self.assertEqual(code, 1, error)
        self.assertIn("line 2: there is a key boss already", error)


if __name__ == "__main__":
    running_server.main()
