#!/usr/bin/env python3
"""redis-py (Debian's python3-redis) as it comes.

    python_redis_test.py GUERDON [TEST...]
"""
import sys
import threading
import unittest

sys.dont_write_bytecode = True
sys.path.append("/usr/lib/python3/dist-packages")  # where Debian has it, whichever python3 runs
import running_server  # noqa: E402
import sales  # noqa: E402
from running_server import ASSEMBLIES, RunningServer  # noqa: E402

try:
    import redis
except ImportError:
    running_server.skip("python3-redis")


def connect(server, **options):
    return redis.Redis(port=server.port, decode_responses=True,
                       socket_timeout=running_server.WAIT_SECONDS, **options)


class PythonRedis(unittest.TestCase):
    def test_one_request_after_the_other(self):
        some = sales.sales(60)
        with RunningServer() as server, connect(server, client_name="shop") as client:
            self.assertTrue(client.ping())
            self.assertEqual(client.execute_command("CLIENT GETNAME"), "shop")
            self.assertEqual(client.execute_command("SOURCE", sales.SOURCE), "OK")
            for i, sale in enumerate(some):
                answer = client.execute_command(*sale.words())
                self.assertRegex(answer, rf"^OK {i + 2} \d+$")
            sales.check(self, server, some)

    def test_pipelines(self):
        some = sales.sales(3_000)
        for assembly in ASSEMBLIES:
            with self.subTest(assembly), RunningServer(*assembly) as server, \
                    connect(server) as client:
                pipeline = client.pipeline(transaction=False)
                pipeline.execute_command("SOURCE", sales.SOURCE)
                for sale in some:
                    pipeline.execute_command(*sale.words())
                answers = pipeline.execute()
                self.assertEqual(len(answers), 1 + len(some))
                for i, answer in enumerate(answers[1:]):
                    self.assertRegex(answer, rf"^OK {i + 2} \d+$")
                sales.check(self, server, some)

    def test_errors_are_its_exceptions(self):
        with RunningServer() as server, connect(server) as client:
            with self.assertRaisesRegex(redis.ResponseError, r"^INVALID word 4, amount: a is not"):
                client.execute_command("EVENT", "purchase", "x", "amount=a")
            pipeline = client.pipeline(transaction=False)
            for request in (("PING",), ("NOSUCH",), ("PING",)):
                pipeline.execute_command(*request)
            first, second, third = pipeline.execute(raise_on_error=False)
            self.assertEqual((first, third), (True, True))
            self.assertIsInstance(second, redis.ResponseError)

    def test_values_that_lines_must_quote(self):
        """In an array nothing is quoted: spaces, quotes and backslashes are themselves."""
        name = 'Jane "J." O\\Hara \u00e9'
        with RunningServer() as server, connect(server) as client:
            client.execute_command("EVENT", "purchase", "a b", f"account={name}", "amount=10",
                                   "time=1772359200000")
            self.assertEqual(client.execute_command("BALANCE", name),
                             [["cashback", "GBP", "0.50"]])

    def test_a_batch_in_one_bulk(self):
        some = sales.sales(2_000)
        with RunningServer() as server, connect(server) as client:
            client.execute_command("SOURCE", sales.SOURCE)
            answer = client.execute_command("BATCH", sales.lines(some))
            self.assertEqual(answer, ["accepted", len(some), "duplicates", 0, "first_lsn", 2,
                                      "last_lsn", len(some) + 1, "errors", []])
            sales.check(self, server, some)

    def test_a_pool_of_threads(self):
        """Eight threads share a client, as a web server's do: each LSN is one event's."""
        groups = [sales.sales(40, (f"account{i}",), f"t{i}-", seed=i) for i in range(8)]
        lsns = {}
        with RunningServer("--threads", "net=2,shards=2") as server, connect(server) as client:
            def send(group):
                for sale in group:
                    words = sale.words() + [f"source={sales.SOURCE}"]
                    lsns[int(client.execute_command(*words).split()[1])] = sale
            threads = [threading.Thread(target=send, args=(group,)) for group in groups]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            self.assertEqual(len(lsns), 8 * 40)
            sales.check(self, server, [lsns[lsn] for lsn in sorted(lsns)])


if __name__ == "__main__":
    running_server.main()
