#!/usr/bin/env python3
"""Tenants side by side: whatever one says and is told is what it would be told if it were alone.

    tenants_test.py GUERDON [TEST...]
"""
import json
import pathlib
import random
import shlex
import signal
import subprocess
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True
import running_server  # noqa: E402
from dropping import HEADER, Drop, fields  # noqa: E402
from running_server import ASSEMBLIES, SEGMENTS, RunningServer  # noqa: E402
from wire import Failure, Status, Wire, array  # noqa: E402

HERE = pathlib.Path(__file__).resolve().parent
PLAN = HERE / "tenant.plan"
OTHER = HERE / "tenant_other.plan"
SHAPES = ((), ("--shards", "2"), ("--threads", "net=2,shards=2", "--shards", "7"))
SALE = "EVENT sale {} account={} amount={} sku={} time=2026-01-{:02}T10:00:00Z"
# Of anna, after FILL: all that can be read. What is of one record asks of the second.
READS = (
    "BALANCE anna", "BALANCE anna FULL", "BALANCEAT anna lsn=3", "REGISTER anna", "REGISTER anna derived=yes",
    "REGISTER anna object=o-1", "ENTRIES", "ENTRIES unit=points", "STANDINGS best period=2026-01",
    "STANDINGS best period=2026-01 account=anna", "STANDINGS best period=2026-01 by=team value=north",
    "PROGRESS anna", "BADGES anna", "HOLDERS anna", "ITEMS", "SEALS club", "EXPLAIN anna 2", "WHYNOT anna 2 dear",
    "LOTS anna", "EXPIRING anna at=2026-03-20T00:00:00Z", "IFCLOSED anna", "PAYOUTS pay-1 GBP", "PLAN",
    "DRYRUN EVENT sale new account=anna amount=60.00 sku=x time=2026-03-06T00:00:00Z", "HASH", "VERIFY",
    "REPORT program=club", "REPORT each=month period=2026-01", "ORGS anna", "BUDGETS club", "COMMAND COUNT",
    "CLIENT GETNAME",
)


def serving(tenants, *options, **how):
    """A server of these: pairs of a name and a plan."""
    return RunningServer(*options, plans=[f"{name}={plan}" for name, plan in tenants], **how)


def of_tenant(server, name, proto=2):
    wire = Wire(server.port)
    greeting = wire.ask(f"HELLO {proto} tenant={name}")
    assert not isinstance(greeting, Failure), greeting
    return wire


def words_of(request):
    return shlex.split(request)


def as_bytes(request, is_array):
    """A request, or a BATCH with its lines, as a line or as an array."""
    first, *lines = request.split("\n")
    if not is_array or lines:
        return request.encode() + b"\n"
    return array(*words_of(first))


def fill(mark):
    """A story of one tenant, in which each text is marked. Ids, accounts and objects are everybody's."""
    return [
        "SOURCE shop",
        SALE.format("s-1", "anna", "80.00", f"sku-{mark}", 10) + " object=o-1 version=1",
        SALE.format("s-2", "bo", "30.00", f"sku-{mark}", 11),
        f"HOLDER account=anna attribute=team value=team-{mark} effective=2026-01-01T00:00:00Z id=k-1",
        f"ADJUST account=anna unit=points amount=20 reason=reason-{mark} actor=actor-{mark} id=a-1",
        f"ORG account=anna relation=manager parent=boss-{mark} id=org-1",
        "ITEM item=mug add=2 id=i-1",
        "REDEEM account=anna item=mug id=m-1",
        "HOLD account=anna unit=GBP amount=1.00 id=h-1 for=900s",
        "PAYOUT account=bo unit=GBP amount=0.50 id=pay-1",
        "TARGET account=anna target=spend period=2026-02 value=50.00 id=g-1",
        SALE.format("s-3", f"of-{mark}", "10.00", f"sku-{mark}", 12),
        "TICK 2026-03-05T00:00:00Z",
    ]


# ---- A trace that is drawn

class Trace:
    """Requests of every kind, with ids, accounts, objects and amounts out of a few: so tenants share them all."""

    ACCOUNTS = ("anna", "bo", "cy", "Jane Doe")

    def __init__(self, seed, count):
        self.rng = random.Random(seed)
        self.minute = 0
        self.requests = ["SOURCE shop", *(self.one() for _ in range(count)), "HASH"]
        self.forms = [self.rng.random() < 0.5 for _ in self.requests]  # as an array?

    def one(self):
        kinds = ((self.sale, 40), (self.wallet, 14), (self.read, 20), (self.batch, 4), (self.configure, 8),
                 (self.tick, 3), (self.reverse, 2), (self.wrong, 3))
        return self.rng.choices([kind for kind, _ in kinds], [weight for _, weight in kinds])[0]()

    def account(self):
        return self.rng.choice(self.ACCOUNTS)

    def number(self, most=40):
        return self.rng.randrange(most)

    def time(self):
        self.minute += self.rng.randrange(600)
        day, left = divmod(self.minute, 24 * 60)
        month, day = 1 + day // 28 % 12, 1 + day % 28
        return f"2026-{month:02}-{day:02}T{left // 60:02}:{left % 60:02}:00Z"

    def sale(self):
        kind = self.rng.choice(("sale", "sale", "sale", "refund"))
        words = [f'EVENT {kind} s-{self.number(200)} account="{self.account()}"',
                 f"amount={self.rng.choice(('0', '5.00', '12.34', '60.00', '150.00'))} time={self.time()}",
                 f"sku=sku-{self.number(3)}"]
        if self.rng.random() < 0.2:
            words.append(f"object=o-{self.number(9)} version={self.number(5)}")
        return " ".join(words)

    def wallet(self):
        n, who = self.number(), self.account()
        return self.rng.choice((
            f'HOLD account="{who}" unit=GBP amount=0.50 id=h-{n} for=900s',
            f'CAPTURE account="{who}" hold=h-{n} id=c-{n}', f'VOID account="{who}" hold=h-{n}',
            f'SPEND account="{who}" unit=points amount=3 id=p-{n}',
            f'REFUND account="{who}" of=p-{n} unit=points amount=1 id=r-{n}',
            f'ADJUST account="{who}" unit=GBP amount=1.25 reason=r actor=b id=a-{n}',
            f'REDEEM account="{who}" item=mug id=m-{n}', f'UNREDEEM account="{who}" item=mug of=m-{n}',
            f'PAYOUT account="{who}" unit=GBP amount=0.10 id=pay-{n}',
        ))

    def configure(self):
        n, who = self.number(), self.account()
        return self.rng.choice((
            f'HOLDER account="{who}" attribute=team value={self.rng.choice(("north", "south"))} id=k-{n}',
            f'TARGET account="{who}" target=spend period=2026-{1 + self.number(12):02} value={1 + n}.00 id=g-{n}',
            f"ITEM item=mug add={n} id=i-{n}",
            f'ORG account="{who}" relation=manager parent="{self.account()}" id=org-{n}',
        ))

    def read(self):
        return self.rng.choice(READS).replace(" anna", " " + self.rng.choice(("anna", "bo", "cy", "nobody")))

    def batch(self):
        lines = [self.sale() for _ in range(1 + self.number(6))]
        return "\n".join([f"BATCH {len(lines)}", *lines])

    def tick(self):
        return f"TICK {self.time()}"

    def reverse(self):
        n = self.number(200)
        return f"REVERSE event=s-{n} event_source=shop reason=wrong actor=boss id=rev-{n}"

    def wrong(self):
        return self.rng.choice(("EVENT visit v-1 account=anna", "BALANCE", "EVENT sale", "NONSENSE anna",
                                "HOLDER account=anna attribute=grade value=x", "PLAN 'plan club'"))


class Talk:
    """One tenant's connection that sends a trace piece by piece."""

    def __init__(self, server, name, trace):
        self.server, self.name, self.trace = server, name, trace
        self.at = 0
        self.answers = []
        self.wire = None

    def is_over(self):
        return self.at == len(self.trace.requests)

    def send(self, count):
        if self.wire is None:
            self.wire = of_tenant(self.server, self.name)
            if self.at:
                self.wire.expect_ok("SOURCE shop")
        some = self.trace.requests[self.at:self.at + count]
        forms = self.trace.forms[self.at:self.at + count]
        self.wire.send(b"".join(map(as_bytes, some, forms)))
        self.sent = len(some)

    def read(self):
        self.answers += self.wire.replies(self.sent)
        self.at += self.sent

    def hang_up(self):
        if self.wire is not None:
            self.wire.close()
            self.wire = None


def talk(server, traces, seed, stops=()):
    """The answers by tenant; pieces of all go side by side. `stops`: how it is stopped between some."""
    rng = random.Random(seed)
    talks = [Talk(server, name, trace) for name, trace in traces.items()]
    stops = list(stops)
    longest = max(len(trace.requests) for trace in traces.values())
    while not all(each.is_over() for each in talks):
        some = [each for each in talks if not each.is_over()]
        for each in some:
            each.send(1 + rng.randrange(20))
        for each in some:
            each.read()
        if stops and max(each.at for each in talks) > longest // (len(stops) + 1):
            for each in talks:
                each.hang_up()
            server.stop(stops.pop())
            server.start()
    for each in talks:
        each.hang_up()
    return {each.name: each.answers for each in talks}


def exported(server, name):
    done = subprocess.run([running_server.GUERDON, "export", "register", "--data",
                           f"{server.data}/tenant-{name}"], capture_output=True, check=True)
    return done.stdout


class Tenants(unittest.TestCase):
    maxDiff = None

    def test_a_trace_beside_another_is_answered_as_alone(self):
        """Every answer, hash and entry, for each number of shards, over stops and kills."""
        for seed, shape in enumerate(SHAPES, start=1):
            traces = {"acme": Trace(seed, 400), "beta": Trace(seed + 100, 300)}
            alone, registers = {}, {}
            for name, trace in traces.items():
                with serving([(name, PLAN)]) as server:
                    alone.update(talk(server, {name: trace}, seed))
                    server.stop()
                    registers[name] = exported(server, name)
            for stops in ((), (signal.SIGKILL, signal.SIGTERM)):
                with self.subTest(shape=shape, seed=seed, stops=stops), \
                        serving([("acme", PLAN), ("beta", PLAN)], *shape) as server:
                    beside = talk(server, traces, seed + 7, stops)
                    for name in traces:
                        for n, request in enumerate(traces[name].requests):
                            self.assertEqual(beside[name][n], alone[name][n], f"{name}, request {n}: {request}")
                    server.stop()
                    for name in traces:
                        self.assertEqual(exported(server, name), registers[name], name)

    def test_a_tenant_alone_is_answered_as_a_server_without_tenants(self):
        trace = Trace(9, 400)
        with RunningServer(plan=PLAN) as server, Wire(server.port) as wire:
            wire.send(b"".join(map(as_bytes, trace.requests, trace.forms)))
            plain = wire.replies(len(trace.requests))
        with serving([("acme", PLAN)]) as server:
            answers = talk(server, {"acme": trace}, 1)["acme"]
        for request, given, wanted in zip(trace.requests, answers, plain):
            self.assertEqual(given, wanted, request)

    def test_nothing_that_is_read_shows_another(self):
        """Both use all the same names; texts are marked, and no answer has the other's mark."""
        for shape in SHAPES:
            for is_array in (False, True):
                with self.subTest(shape=shape, arrays=is_array), \
                        serving([("acme", PLAN), ("beta", PLAN)], *shape) as server, \
                        of_tenant(server, "acme") as acme, of_tenant(server, "beta") as beta:
                    self.tell_both(acme, beta, is_array)
                    for wire, other in ((acme, "BETA"), (beta, "ACME")):
                        for request in READS:
                            wire.send(as_bytes(request, is_array))
                            answer = wire.reply()
                            self.assertNotIsInstance(answer, Failure, request)
                            self.assertNotIn(other, repr(answer), request)

    def tell_both(self, acme, beta, is_array):
        """Request by request in turn; none is a DUP or a CONFLICT of the other's."""
        for first, second in zip(fill("ACME"), fill("BETA")):
            for wire, request in ((acme, first), (beta, second)):
                wire.send(as_bytes(request, is_array))
                answer = wire.reply()
                self.assertIsInstance(answer, Status, request)
                self.assertTrue(answer.startswith("OK"), f"{request}: {answer}")

    def test_other_plans_by_the_same_names(self):
        with serving([("acme", PLAN), ("beta", OTHER)]) as server, \
                of_tenant(server, "acme") as acme, of_tenant(server, "beta") as beta:
            sale = SALE.format("s-1", "anna", "10.00", "x", 10)
            self.assertEqual(acme.ask(sale), "OK 2 1")
            self.assertEqual(beta.ask(sale), "OK 2 1")
            self.assertEqual(acme.ask(sale), "DUP 2 1")
            self.assertEqual(beta.ask(sale.replace("10.00", "11.00")).code, "CONFLICT")
            visit = "EVENT visit v-1 account=anna time=2026-01-11T00:00:00Z"
            self.assertEqual(acme.ask(visit).code, "UNKNOWN")
            self.assertEqual(beta.ask(visit), "OK 3 1")
            self.assertEqual(acme.ask("BALANCE anna"), [["club", "GBP", "0.50"]])
            self.assertEqual(beta.ask("BALANCE anna"), [["club", "GBP", "5.00"], ["club", "points", "1000"]])
            self.assertEqual(acme.ask("ADJUST account=anna unit=stars amount=1 reason=r actor=b id=a-1").code,
                             "UNKNOWN")
            self.assertIn("Another mug", repr(beta.ask("ITEMS")))
            self.assertNotIn("Another mug", repr(acme.ask("ITEMS")))
            self.assertEqual(beta.ask("STANDINGS best").code, "UNKNOWN")
            self.assertEqual(beta.ask("BADGES anna"), [])

    def test_a_plan_that_one_publishes_is_its_own(self):
        second = PLAN.read_text().replace("plan club\n", "plan club version 2 from 2026-02-01\n") \
            .replace("5% of amount", "10% of amount")
        with serving([("acme", PLAN), ("beta", PLAN)]) as server, \
                of_tenant(server, "acme") as acme, of_tenant(server, "beta") as beta:
            before = beta.ask("HASH"), beta.ask("PLAN")
            acme.send(array("PLAN", second))
            self.assertEqual(acme.reply(), "OK 2")
            self.assertEqual((beta.ask("HASH"), beta.ask("PLAN")), before)
            sale = "EVENT sale s-1 account=anna amount=10.00 sku=x time=2026-02-10T00:00:00Z"
            acme.expect_ok(sale)
            beta.expect_ok(sale)
            self.assertIn(["club", "GBP", "1.00"], acme.ask("BALANCE anna"))
            self.assertIn(["club", "GBP", "0.50"], beta.ask("BALANCE anna"))

    def test_notices_are_the_tenants_own(self):
        for shape in ASSEMBLIES:
            with self.subTest(shape), serving([("acme", PLAN), ("beta", PLAN)], *shape) as server, \
                    of_tenant(server, "acme") as acme, of_tenant(server, "beta") as beta, \
                    of_tenant(server, "beta", proto=3) as listener:
                self.assertTrue(str(listener.ask("SUBSCRIBE after=0")).startswith("OK"))
                for n in range(20):
                    acme.expect_ok(SALE.format(f"s-{n}", "of-ACME", "10.00", "x", 10))
                beta.expect_ok(SALE.format("s-1", "of-BETA", "10.00", "x", 10))
                self.assertIn("of-BETA", repr(listener.reply()))
                listener.send(b"PING\n")
                self.assertEqual(listener.reply(), "PONG", "nothing came in between")


class AtTheDoor(unittest.TestCase):
    maxDiff = None

    def test_before_a_tenant_is_named(self):
        for shape in ASSEMBLIES:
            with self.subTest(shape), serving([("acme", PLAN), ("beta", PLAN)], *shape) as server, \
                    Wire(server.port) as wire:
                self.assertEqual(wire.ask("PING"), "PONG")
                self.assertEqual(wire.ask("PING x"), "x")
                self.assertEqual(wire.ask("ECHO x"), "x")
                self.assertEqual(wire.ask("CLIENT SETNAME till"), "OK")
                self.assertEqual(wire.ask("CLIENT SETINFO LIB-NAME redis-py"), "OK")
                self.assertIsInstance(wire.ask("CLIENT ID"), int)
                for request in (*READS[:-2], *fill("ACME"), "SNAPSHOT", "SUBSCRIBE", "BATCH 1", "COMMAND"):
                    self.assertEqual(wire.ask(request).code, "NOPERM", request)
                self.assertEqual(wire.ask("PING a b").code, "SYNTAX")
                self.assertEqual(wire.ask('PING "a').code, "SYNTAX")
                self.assertEqual(wire.ask("HELLO 2 tenant=gamma").code, "UNKNOWN")
                self.assertEqual(wire.ask("HELLO 2 tenant=").code, "UNKNOWN")
                self.assertEqual(wire.ask("HELLO 4 tenant=acme").code, "NOPROTO")
                self.assertEqual(wire.ask("HELLO 2 tenant=acme x").code, "SYNTAX")
                info = dict(line.split(":", 1) for line in wire.ask("INFO").splitlines() if ":" in line)
                self.assertEqual((info["tenants"], info["connections_without_tenant"]), ("2", "1"))
                self.assertIn("connections=0", info["tenant_acme"])
                greeting = wire.ask("HELLO 3 tenant=acme")
                self.assertEqual((greeting["tenant"], greeting["proto"]), ("acme", 3))
                self.assertEqual(wire.ask("CLIENT GETNAME"), "till", "it comes in with one")
                self.assertEqual(wire.ask("BALANCE anna"), [])

    def test_a_connection_stays_with_its_tenant(self):
        with serving([("acme", PLAN), ("beta", PLAN)]) as server, of_tenant(server, "acme") as wire:
            self.assertEqual(wire.ask("HELLO 2 tenant=beta").code, "NOPERM")
            self.assertEqual(wire.ask("HELLO 2 tenant=gamma").code, "NOPERM", "whether there is one or not")
            self.assertEqual(wire.ask("HELLO 3 tenant=acme")["tenant"], "acme")
            self.assertEqual(wire.ask("SHUTDOWN").code, "NOPERM")
            info = wire.ask("INFO")
            self.assertNotIn("beta", info)
            self.assertIn("lsn_applied:1", info)

    def test_what_is_sent_in_one_piece(self):
        """A greeting and what follows it arrive together; as lines, as arrays, byte by byte."""
        sale = SALE.format("s-{}", "anna", "10.00", "x", 10)
        for n, pieces in enumerate((
                [b"HELLO 2 tenant=acme\n" + sale.format(0).encode() + b"\nBALANCE anna\n"],
                [array("HELLO", "2", "tenant=acme") + array(*sale.format(1).split()) + array("BALANCE", "anna")],
                [bytes([byte]) for byte in b"HELLO 2 tenant=acme\n" + sale.format(2).encode() + b"\nBALANCE anna\n"])):
            with self.subTest(n), serving([("acme", PLAN), ("beta", PLAN)]) as server, Wire(server.port) as wire:
                for piece in pieces:
                    wire.send(piece)
                self.assertIn("acme", wire.reply())
                self.assertEqual(wire.replies(2), ["OK 2 1", [["club", "GBP", "0.50"]]])

    def test_bad_peers_at_the_door(self):
        with serving([("acme", PLAN)]) as server:
            with Wire(server.port) as wire:
                wire.send(b"x" * 5000)
                replies = wire.rest()
                self.assertEqual([reply.code for reply in replies], ["TOOLONG"])
            with Wire(server.port) as wire:
                wire.send(b"GET / HTTP/1.1\r\n\r\n")
                self.assertEqual([reply.code for reply in wire.rest()], ["SYNTAX"])
            with Wire(server.port) as wire:
                self.assertEqual(wire.ask("QUIT"), "OK")
                self.assertEqual(wire.rest(), [])
            with Wire(server.port) as wire:
                wire.send("PING\n")
                wire.end_output()
                self.assertEqual(wire.rest(), ["PONG"])

    def test_a_server_without_tenants(self):
        with RunningServer(plan=PLAN) as server, Wire(server.port) as wire:
            refused = wire.ask("HELLO 2 tenant=acme")
            self.assertEqual(refused.code, "UNKNOWN")
            self.assertNotIn("tenant", wire.ask("HELLO 3"))

    def test_the_operator_stops_it(self):
        with serving([("acme", PLAN), ("beta", PLAN)]) as server:
            with of_tenant(server, "acme") as acme:
                acme.expect_ok(SALE.format("s-1", "anna", "10.00", "x", 10))
            with Wire(server.port) as wire:
                self.assertEqual(wire.ask("SHUTDOWN"), "OK")
            self.assertEqual(server.ended(), 0)
            server.start()
            with of_tenant(server, "acme") as acme, of_tenant(server, "beta") as beta:
                self.assertEqual(acme.ask("BALANCE anna"), [["club", "GBP", "0.50"]])
                self.assertEqual(beta.ask("BALANCE anna"), [])


class Starting(unittest.TestCase):
    def start(self, *options):
        done = subprocess.run([running_server.GUERDON, "serve", "--listen", "127.0.0.1:0", *SEGMENTS, *options],
                              capture_output=True, text=True, timeout=60)
        return done.returncode, done.stderr

    def test_what_is_refused(self):
        with tempfile.TemporaryDirectory() as folder:
            none = ("--durability", "none")
            for options, status, said in (
                    (("--plan", f"acme={PLAN}", str(OTHER), *none), 2, "some name their tenant"),
                    (("--plan", f"acme={PLAN}", *none, "--drop", folder), 2, "TENANT=DIR"),
                    (("--plan", f"acme={PLAN}", *none, "--drop", f"beta={folder}"), 2, "TENANT=DIR"),
                    (("--plan", f"acme={PLAN}", *none, "--ref", "rates=x.csv"), 2, "TENANT:KIND=FILE"),
                    (("--plan", f"acme={PLAN}", f"acme={PLAN}", *none), 1, "tenant acme: ")):
                with self.subTest(options):
                    code, error = self.start(*options)
                    self.assertEqual(code, status, error)
                    self.assertIn(said, error)

    def test_a_folder_is_of_one_kind(self):
        with serving([("acme", PLAN), ("beta", PLAN)]) as server:
            with of_tenant(server, "acme") as acme:
                acme.expect_ok(SALE.format("s-1", "anna", "10.00", "x", 10))
            server.stop()
            code, error = self.start("--plan", str(PLAN), "--data", server.data)
            self.assertEqual(code, 3, error)
            self.assertIn("--plan acme=FILE", error)
            for command in (("export", "register", "--data"), ("verify",), ("log", "inspect"), ("log", "verify"),
                            ("snapshot", "inspect"), ("book", "inspect")):
                done = subprocess.run([running_server.GUERDON, *command, server.data], capture_output=True, text=True)
                self.assertEqual(done.returncode, 3, f"{command}: {done}")
                self.assertIn("tenant-acme", done.stderr, command)
            done = subprocess.run([running_server.GUERDON, "verify", f"{server.data}/tenant-acme"],
                                  capture_output=True, text=True)
            self.assertEqual(done.returncode, 0, done)
        with RunningServer(plan=PLAN) as server:
            server.stop()
            code, error = self.start("--plan", f"acme={PLAN}", "--data", server.data)
            self.assertEqual(code, 3, error)
            self.assertIn("without tenants", error)

    def test_a_tenant_that_is_left_out_keeps_what_it_has(self):
        with serving([("acme", PLAN), ("beta", PLAN)]) as server:
            with of_tenant(server, "beta") as beta:
                beta.expect_ok(SALE.format("s-1", "anna", "10.00", "x", 10))
            server.stop()
            with serving([("acme", PLAN)], data=server.data) as fewer, Wire(fewer.port) as wire:
                self.assertEqual(wire.ask("HELLO 2 tenant=beta").code, "UNKNOWN")
                self.assertIn("tenant beta is not served", fewer.errors())
            server.start()
            with of_tenant(server, "beta") as beta:
                self.assertEqual(beta.ask("BALANCE anna"), [["club", "GBP", "0.50"]])

    def test_what_keeps_one_from_being_served_changes_no_other(self):
        with serving([("acme", PLAN), ("beta", PLAN)]) as server, tempfile.TemporaryDirectory() as folder:
            server.stop()
            second = pathlib.Path(folder) / "second.plan"
            second.write_text(PLAN.read_text().replace("plan club\n", "plan club version 2 from 2026-02-01\n")
                              .replace("= 300.00 GBP", "= 200.00 GBP"))
            with self.assertRaisesRegex(AssertionError, "(?s)it does not start: .*tenant beta: "):
                serving([("acme", PLAN), ("acme", second), ("beta", OTHER)], data=server.data)
            server.start()
            with of_tenant(server, "acme") as acme:
                self.assertEqual(len(acme.ask("PLAN")), 1)
            server.stop()
            with serving([("acme", PLAN), ("acme", second), ("beta", PLAN)], data=server.data) as both, \
                    of_tenant(both, "acme") as acme, of_tenant(both, "beta") as beta:
                self.assertEqual((len(acme.ask("PLAN")), len(beta.ask("PLAN"))), (2, 1))

    def test_replay_and_its_like_take_one(self):
        done = subprocess.run([running_server.GUERDON, "replay", "--plan", f"acme={PLAN}", "--trace", "-"],
                              input="", capture_output=True, text=True)
        self.assertEqual(done.returncode, 3, done)
        self.assertIn("name the files of one of them alone", done.stderr)


class Tools(unittest.TestCase):
    def run_tool(self, *words, status=0):
        done = subprocess.run([running_server.GUERDON, *words], capture_output=True, text=True)
        self.assertEqual(done.returncode, status, done)
        return done

    def test_cli_and_load(self):
        with serving([("acme", PLAN), ("beta", PLAN)]) as server, tempfile.TemporaryDirectory() as folder:
            to = ("--connect", f"127.0.0.1:{server.port}")
            trace = pathlib.Path(folder) / "shop.csv"
            rows = [f"e-{n},2026-01-10T10:{n % 60:02}:00Z,sale,anna,10.00,x\n" for n in range(300)]
            trace.write_text("event_id,time,type,account,amount,sku\n" + "".join(rows))
            load = self.run_tool("load", *to, "--tenant", "beta", "--plan", str(PLAN), "--trace", str(trace), "--json")
            self.assertEqual(json.loads(load.stdout)["accepted"], 300)
            self.assertEqual(self.run_tool("cli", *to, "--tenant", "acme", "--json", "BALANCE", "anna").stdout, "[]\n")
            self.assertIn("150.00", self.run_tool("cli", *to, "--tenant", "beta", "--json", "BALANCE", "anna").stdout)
            self.assertIn("NOPERM", self.run_tool("cli", *to, "--json", "BALANCE", "anna", status=1).stdout)
            self.assertIn("tenants", self.run_tool("cli", *to, "INFO").stdout)
            self.run_tool("cli", *to, "--tenant", "gamma", "PING", status=3)
            self.run_tool("cli", *to, "--tenant", "No", "PING", status=2)
            self.run_tool("load", *to, "--tenant", "gamma", "--plan", str(PLAN), "--trace", str(trace), status=3)

    def test_a_drop_folder_each(self):
        with tempfile.TemporaryDirectory() as folder:
            drops = {name: pathlib.Path(folder) / name for name in ("acme", "beta")}
            for path in drops.values():
                path.mkdir()
            with serving([("acme", PLAN), ("beta", PLAN)], "--drop",
                         *(f"{name}={path}" for name, path in drops.items())) as server, \
                    of_tenant(server, "acme") as acme, of_tenant(server, "beta") as beta:
                report = Drop(drops["beta"]).ask("march.csv", HEADER + "anna,club,spend,2026-03,33.00\n")
                self.assertEqual(fields(report)["result"], "applied")
                self.assertIn("33.00", repr(beta.ask("PROGRESS anna period=2026-03")))
                self.assertNotIn("33.00", repr(acme.ask("PROGRESS anna period=2026-03")))


if __name__ == "__main__":
    running_server.main()
