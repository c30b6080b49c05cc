#!/usr/bin/env python3
"""Eight connections that send as much as they can, beside one that asks one thing at a time.

    flood_test.py GUERDON [TEST...]

The polite one is answered while the flood goes on; and what was sent is what was accepted, was a
duplicate, or was refused: nothing is lost.
"""
import collections
import sys
import threading
import unittest

sys.dont_write_bytecode = True
import running_server  # noqa: E402
from running_server import on_each_assembly  # noqa: E402
from wire import Wire  # noqa: E402

FLOODERS = 8
PIPELINE = 400  # requests that a flooder sends before it reads
POLITE_REQUESTS = 30
# A new event, one with a wrong amount, the new one again, its id with another amount.
ROUND = ("EVENT purchase {id} account={account} amount=10.00 time=2026-03-01T10:00:00Z\n"
         "EVENT purchase {id}x account={account} amount=1.005 time=2026-03-01T10:00:00Z\n"
         "EVENT purchase {id} account={account} amount=10.00 time=2026-03-01T10:00:00Z\n"
         "EVENT purchase {id} account={account} amount=11.00 time=2026-03-01T10:00:00Z\n")
WORDS = ("OK", "INVALID", "DUP", "CONFLICT")


class Flooder(threading.Thread):
    """Sends until it is told to end, and counts the first words of the replies."""

    def __init__(self, port, number):
        super().__init__()
        self.wire = Wire(port)
        self.account = f"account{number}"
        self.words = collections.Counter()
        self.rounds = 0
        self.is_over = threading.Event()
        self.wrong = None

    def run(self):
        with self.wire:
            while not self.is_over.is_set() or self.rounds == 0:
                self.send_rounds()

    def send_rounds(self):
        numbers = range(self.rounds, self.rounds + PIPELINE // len(WORDS))
        self.wire.send("".join(ROUND.format(id=f"{self.account}-{number}", account=self.account)
                               for number in numbers))
        for wanted in WORDS * len(numbers):
            word = self.wire.reply().split(" ", 1)[0]
            self.words[word] += 1
            if word != wanted and self.wrong is None:
                self.wrong = f"{word} instead of {wanted}"
        self.rounds += len(numbers)


class Flood(unittest.TestCase):
    @on_each_assembly
    def test_a_polite_client_is_answered(self, server):
        flooders = [Flooder(server.port, number) for number in range(FLOODERS)]
        for flooder in flooders:
            flooder.start()
        try:
            self.be_polite(server, flooders)
        finally:
            for flooder in flooders:
                flooder.is_over.set()
            for flooder in flooders:
                flooder.join()
        self.check_counts(server, flooders)

    def be_polite(self, server, flooders):
        """Each answer is awaited before the next request; all of them while the flood goes on."""
        with Wire(server.port) as polite:
            for number in range(POLITE_REQUESTS):
                polite.expect_ok(f"EVENT purchase polite-{number} account=polite amount=10.00 "
                                 "time=2026-03-01T10:00:00Z")
                pennies = 50 * (number + 1)
                wanted = ["cashback", "GBP", f"{pennies // 100}.{pennies % 100:02}"]
                self.assertIn(wanted, polite.ask("BALANCE polite"))
        self.assertTrue(all(flooder.is_alive() for flooder in flooders))

    def check_counts(self, server, flooders):
        rounds = sum(flooder.rounds for flooder in flooders)
        for flooder in flooders:
            self.assertIsNone(flooder.wrong)
            self.assertEqual(flooder.words, dict.fromkeys(WORDS, flooder.rounds))
        info = server.info()
        self.assertEqual(info["accepted"], str(rounds + POLITE_REQUESTS))
        self.assertEqual(info["duplicates"], str(rounds))
        self.assertEqual(info["refused_CONFLICT"], str(rounds))
        self.assertEqual(server.stop(), 0)


if __name__ == "__main__":
    running_server.main()
