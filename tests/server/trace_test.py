"""A trace sent over eight connections, each account on one of them, in each form, comes to the state that
`guerdon replay` comes to; so does the server that is started again with other shards, from its snapshot, and
from its log alone.

The traces: the sample of the quickstart, and with GUERDON_TRACES=FOLDER the whole one.

usage: trace_test.py GUERDON
"""
import json
import os
import pathlib
import signal
import subprocess
import unittest

import running_server
from running_server import ASSEMBLIES, PLAN, RunningServer, main

SAMPLE = PLAN.parent / "online-retail-sample.csv.gz"
CONNECTIONS = 8


def traces():
    yield SAMPLE
    if "GUERDON_TRACES" in os.environ:
        yield from sorted(pathlib.Path(os.environ["GUERDON_TRACES"]).glob("online-retail.csv*"))


def run(*words):
    done = subprocess.run([running_server.GUERDON, *map(str, words)], capture_output=True, text=True)
    if done.returncode != 0:
        raise AssertionError(f"{words}: {done.returncode}, {done.stderr}")
    return done.stdout


class TraceTest(unittest.TestCase):
    def check(self, trace, form, assembly, expected):
        with RunningServer(*assembly) as server:
            report = json.loads(run("load", "--connect", f"127.0.0.1:{server.port}", "--trace", trace,
                                    "--plan", PLAN, "--connections", CONNECTIONS, "--send", form,
                                    "--tick", "next-month", "--json"))
            self.assertEqual(report["state_hash"], expected["state_hash"])
            self.assertEqual(report["accepted"], expected["accepted"])
            hashes = server.hashes()
            self.assertEqual(server.stop(), 0)
            self.start_again(server, ("--shards", "7"), hashes)
            self.start_again(server, ("--threads", "net=1,shards=2", "--shards", "3"), hashes)
            for snapshot in pathlib.Path(server.data).glob("*.snap"):
                snapshot.unlink()
            self.start_again(server, (), hashes)

    def start_again(self, server, options, hashes):
        server._options = options
        server.start()
        self.assertEqual(server.hashes(), hashes)
        self.assertIn(server.stop(signal.SIGTERM), (0,))

    def test_each_form_comes_to_the_state_of_a_replay(self):
        for trace in traces():
            expected = json.loads(run("replay", "--plan", PLAN, "--trace", trace, "--until", "next-month",
                                      "--json"))
            for form in ("lines", "resp", "batch"):
                for assembly in ASSEMBLIES:
                    with self.subTest(trace=trace.name, form=form, assembly=assembly):
                        self.check(trace, form, assembly, expected)

    def test_a_folder_is_proved(self):
        with RunningServer() as server:
            run("load", "--connect", f"127.0.0.1:{server.port}", "--trace", SAMPLE, "--plan", PLAN)
            hashes = server.hashes()
            self.assertEqual(server.stop(), 0)
            proof = run("verify", server.data, "--shards", "5")
            self.assertIn(hashes["state_hash"] if isinstance(hashes, dict) else hashes[0], proof)
            self.assertTrue(proof.endswith("ok\n"), proof)
            run("log", "verify", server.data)
            run("snapshot", "verify", server.data)
            server.start()  # for the end


if __name__ == "__main__":
    main()
