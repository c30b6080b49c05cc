#!/usr/bin/env python3
"""The same event sent again: what it is answered, before and after a kill, and far below the floor.

    retries_test.py GUERDON [TEST...]

An answer to a resend is one of four: the first answer marked DUP; CONFLICT, where the attributes
are others; OK, where it never arrived; TOOOLD, where it may have been forgotten. Never a second
effect: each case also looks at the balance.
"""
import collections
import pathlib
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import purchases
import serving

GUERDON = None  # set by main
KEYS = 100
DAY = 24 * 3_600_000
NOON = purchases.MONTH_BEGIN_MS + DAY // 2


def purchase(event_id, time=NOON, account="anna", amount="100.00", **more):
    extra = "".join(f" {name}={value}" for name, value in more.items())
    return f"EVENT purchase {event_id} account={account} time={time} amount={amount}{extra}"


# What is sent first, what is sent then, and what the second is answered.
Case = collections.namedtuple("Case", "what first then answer")
CASES = (
    Case("the very same line", purchase("a1"), purchase("a1"), "DUP"),
    Case("the attributes in another order", purchase("a2"),
         f"EVENT purchase a2 amount=100.00 time={NOON} account=anna", "DUP"),
    # What counts is the pairs as they were sent.
    Case("the source said, which was left out", purchase("a3"), purchase("a3", source="default"),
         "CONFLICT"),
    Case("the time written in another way", purchase("a13"),
         purchase("a13", time="2026-03-01T12:00:00Z"), "CONFLICT"),
    Case("the amount written in another way", purchase("a14"), purchase("a14", amount="100"),
         "CONFLICT"),
    Case("another source: another event", purchase("a4"), purchase("a4", source="shop-2"), "OK"),
    Case("another amount", purchase("a5"), purchase("a5", amount="100.01"), "CONFLICT"),
    Case("another account", purchase("a6"), purchase("a6", account="berta"), "CONFLICT"),
    Case("another time", purchase("a7"), purchase("a7", time=NOON + 1), "CONFLICT"),
    Case("another type", purchase("a8"),
         purchase("a8").replace("EVENT purchase", "EVENT cancel"), "CONFLICT"),
    Case("one attribute more", purchase("a9"), purchase("a9", sku="47566"), "CONFLICT"),
    Case("one attribute less", purchase("a10", sku="47566"), purchase("a10"), "CONFLICT"),
    Case("refused at first, so nothing is known of it", purchase("a11", amount="1.001"),
         purchase("a11"), "OK"),
    Case("an id of which the first is a beginning", purchase("a12"), purchase("a12-"), "OK"),
)


def word_of(reply):
    return reply.code if isinstance(reply, serving.Refusal) else reply.split(" ")[0]


class Retries(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.data = pathlib.Path(folder.name) / "data"
        self.server = None
        self.starts = 0

    def start(self, **options):
        """The server, and a connection to it; each time with other shards and threads."""
        if self.server is not None:
            self.server.kill()
        settings = ({"shards": 1}, {"shards": 5, "threads": "net=2,shards=2"}, {"shards": 8})
        setting = settings[self.starts % len(settings)]
        self.starts += 1
        self.server = serving.Server(GUERDON, self.data, **setting, **options)
        self.addCleanup(self.server.__exit__)
        connection = serving.Connection(self.server.port)
        self.addCleanup(connection.close)
        return connection

    def check(self, connection, line, word, like=None):
        """`like`: the answer that came first; a DUP repeats its numbers."""
        before = connection.hashes()
        reply = connection.ask(line)
        self.assertEqual(word_of(reply), word, f"{line}: {reply}")
        if like is not None and word == "DUP":
            self.assertEqual(reply.split(" ")[1:], like.split(" ")[1:], line)
        if word != "OK":
            self.assertEqual(connection.hashes(), before, f"{line} has an effect")
        return reply

    def test_a_table_of_resends_before_and_after_a_kill(self):
        connection = self.start()
        firsts = {case.what: connection.ask(case.first) for case in CASES}
        for case in CASES:
            with self.subTest(case.what):
                self.check(connection, case.then, case.answer, like=firsts[case.what])
        connection = self.start()
        for case in CASES:
            # What was OK then is known now.
            answer = "DUP" if case.answer == "OK" else case.answer
            with self.subTest(case.what + ", after a kill"):
                self.check(connection, case.then, answer, like=None if case.answer == "OK"
                           else firsts[case.what])

    def test_a_batch_sent_again_counts_duplicates_and_conflicts_by_line(self):
        lines = [purchase(f"b{i}") for i in range(20)]
        connection = self.start()
        first = serving.fields(connection.ask("\n".join([f"BATCH {len(lines)}", *lines])))
        self.assertEqual(first["accepted"], 20)
        lines[3] = purchase("b3", amount="7.00")
        lines.append(purchase("b20"))
        for new, known in ((1, 19), (0, 20)):
            again = serving.fields(connection.ask("\n".join([f"BATCH {len(lines)}", *lines])))
            self.assertEqual((again["accepted"], again["duplicates"]), (new, known))
            self.assertEqual([error.split(" ")[:2] for error in again["errors"]],
                             [["4", "CONFLICT"]])
            connection = self.start()

    def test_never_acknowledged_is_applied_once_whether_or_not_it_arrived(self):
        ids = [f"c{i}" for i in range(2_000)]
        connection = self.start()
        connection.send("\n".join(purchases.line_of(each) for each in ids))
        connection.reply()  # so some have arrived; nobody looks at the others
        connection = self.start()
        answers = [serving.lsn_of(each)
                   for each in connection.ask_all([purchases.line_of(each) for each in ids])]
        self.assertEqual(answers[0][0], "DUP")
        self.assertEqual(sorted(lsn for _, lsn, _ in answers),
                         list(range(purchases.PLANS + 1, purchases.PLANS + 1 + len(ids))))
        words = [word for word, _, _ in answers]
        self.assertEqual(words, sorted(words), "what arrived is a beginning of what was sent")
        again = connection.ask_all([purchases.line_of(each) for each in ids])
        self.assertEqual([serving.lsn_of(each)[1:] for each in again],
                         [each[1:] for each in answers])

    def test_below_the_floor_of_forgotten_keys_nothing_is_guessed(self):
        connection = self.start(keys=KEYS)
        # As many as are remembered, one second apart; then ten more, which push out the oldest ten.
        times = [NOON + 1_000 * i for i in range(KEYS + 10)]
        lines = [purchase(f"d{i}", time=at) for i, at in enumerate(times)]
        answers = connection.ask_all(lines)
        self.assertEqual({word_of(each) for each in answers}, {"OK"})
        for turn in range(3):  # at first, and after each of two kills
            with self.subTest(turn=turn):
                for i in (0, 5, 9):
                    self.check(connection, lines[i], "TOOOLD")
                for i in (10, 60, KEYS + 9):
                    self.check(connection, lines[i], "DUP", like=answers[i])
                self.check(connection, purchase("d10", time=times[10], amount="3.00"), "CONFLICT")
                # The instant of the last that was forgotten is below the floor, the next is not.
                self.check(connection, purchase(f"late-{turn}", time=times[9]), "TOOOLD")
                # Where a key is known, its time does not matter.
                self.check(connection, purchase("d50", time=NOON - DAY), "CONFLICT")
            connection = self.start(keys=KEYS)
        self.check(connection, purchase("just-above", time=times[9] + 1), "OK")
        self.check(connection, purchase("just-above", time=times[9] + 1), "DUP")

    def test_one_old_event_raises_no_floor_but_its_own(self):
        connection = self.start(keys=KEYS)
        connection.ask(purchase("from-yesterday", time=NOON - DAY))
        self.check(connection, purchase("earlier-still", time=NOON - 2 * DAY), "OK")
        connection.ask_all([purchase(f"e{i}", time=NOON + i) for i in range(KEYS - 1)])
        # One is forgotten: that of yesterday. The floor is just above it, not where others are.
        self.check(connection, purchase("from-yesterday", time=NOON - DAY), "TOOOLD")
        self.check(connection, purchase("earlier-still", time=NOON - 2 * DAY), "DUP")
        connection = self.start(keys=KEYS)
        self.check(connection, purchase("from-yesterday", time=NOON - DAY), "TOOOLD")
        self.check(connection, purchase("new", time=NOON - DAY + 1), "OK")

    def test_a_smaller_table_after_a_restart_forgets_and_says_so(self):
        connection = self.start()
        lines = [purchase(f"f{i}", time=NOON + i) for i in range(3 * KEYS)]
        answers = connection.ask_all(lines)
        state = connection.hashes()
        connection = self.start(keys=KEYS)
        self.assertEqual(connection.hashes(), state)
        self.check(connection, lines[2 * KEYS - 1], "TOOOLD")
        self.check(connection, lines[2 * KEYS], "DUP", like=answers[2 * KEYS])
        connection = self.start()
        self.check(connection, lines[0], "DUP", like=answers[0])  # the log has them all


def main():
    global GUERDON
    GUERDON = serving.program_of_arguments(sys.argv[1:])
    unittest.main(argv=[sys.argv[0], *sys.argv[2:]])


if __name__ == "__main__":
    main()
