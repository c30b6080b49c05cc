#!/usr/bin/env python3
"""Whether each promise of engine/os/disk.h is kept by the calls that keep it, as strace sees them.

    disk_calls_test.py DISK_CALLS

Runs the program under strace, as it is, and with direct access refused, as some file systems do, so
that a sync has to follow each write. Exits with 77 where strace cannot run.
"""
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

PROGRAM = None  # set by main
CALLS = "openat,mkdir,write,pwrite64,fsync,fdatasync,renameat,renameat2,unlinkat"
SKIPPED = 77


class Call:
    def __init__(self, line):
        self.name, self.arguments, self.result = re.fullmatch(
            r"(?:\d+ +)?(\w+)\((.*)\) += (-?\d+).*", line).groups()

    def __repr__(self):
        return f"{self.name}({self.arguments}) = {self.result}"

    def descriptor(self):
        return self.arguments.split(",")[0]


def trace(options=()):
    """The program's exit status, what strace wrote."""
    folder = tempfile.mkdtemp(dir=pathlib.Path(PROGRAM).parent)  # /tmp may lie in memory
    # A sanitizer that looks for leaks is a tracer, too, and there is one already.
    environment = {**os.environ, "ASAN_OPTIONS": "detect_leaks=0"}
    with tempfile.NamedTemporaryFile("r") as lines:
        done = subprocess.run(
            ["strace", "-f", "-o", lines.name, "-e", f"trace={CALLS}", *options, PROGRAM,
             folder + "/data"], env=environment, capture_output=True, check=False)
        shutil.rmtree(folder)
        return done.returncode, lines.read()


def direct_open():
    """How-manyth openat() the first with direct access is, and its line."""
    opens = [line for line in trace()[1].splitlines() if "openat(" in line]
    return next((i + 1, line) for i, line in enumerate(opens) if re.search(r"O_DIRECT\b", line))


def takes_direct_access():
    return "EINVAL" not in direct_open()[1]


def without_direct_access():
    """What makes the system refuse it, in strace's words: to the file that is made, and, when that
    was opened without and made, to the same file under its name."""
    first = direct_open()[0]
    return ("-e", f"inject=openat:error=EINVAL:when={first}..{first + 2}+2")


def steps(text):
    """Each step of the program with its calls, in their order."""
    found = []
    for line in text.splitlines():
        step = re.search(r'write\(1, "step (\w+)', line)
        if step:
            found.append((step.group(1), []))
        elif found and re.match(r"(?:\d+ +)?(?!write\b)\w+\(", line):
            found[-1][1].append(Call(line))
    return found


class Syscalls(unittest.TestCase):
    maxDiff = None

    def follow(self, calls, *wanted):
        """Each of `wanted` (name, what its arguments hold) is there, one behind the other."""
        left = iter(calls)
        last = None
        for name, words in wanted:
            last = next((call for call in left if call.name == name and words in call.arguments),
                        None)
            self.assertIsNotNone(last, f"{name}({words}) is missing in {calls}")
            self.assertGreaterEqual(int(last.result), 0, last)

    def opened(self, calls, words):
        """The descriptor of what was opened last with these words."""
        return [c.result for c in calls if c.name == "openat" and words in c.arguments][-1]

    def each_access(self):
        """Whether access is direct, and strace's options for it."""
        refused = (False, without_direct_access())
        if takes_direct_access():
            return [(True, ()), refused]
        print("NOT checked here: direct access, which this file system refuses", file=sys.stderr)
        return [refused]

    def each_run(self):
        runs = []
        for is_direct, options in self.each_access():
            status, text = trace(options)
            self.assertEqual(status, 0, text)
            runs.append((is_direct, steps(text)))
        return runs

    def test_a_new_folder_is_known_to_the_one_above(self):
        for _, run in self.each_run():
            calls = dict(run)["open"]
            self.follow(calls, ("mkdir", "/data"), ("openat", '".."'),
                        ("fsync", self.opened(calls, '".."')))

    def test_a_new_file_is_on_the_device_before_it_has_its_name_and_the_name_after(self):
        for _, run in self.each_run():
            for step, name in (("create_zeroed", "a.seg"), ("create_with", "notes")):
                calls = dict(run)[step]
                made = [c for c in calls if f'"{name}.tmp", O_WRONLY|O_CREAT' in c.arguments][-1]
                folder = made.descriptor()
                self.follow(calls[calls.index(made):], ("openat", f'"{name}.tmp"'),
                            ("pwrite64", made.result + ","),
                            ("fsync", made.result), ("renameat", f'"{name}.tmp"'), ("fsync", folder))

    def test_each_write_is_durable_by_the_files_flags_or_by_a_sync_behind_it(self):
        for is_direct, run in self.each_run():
            opens = [c for c in dict(run)["create_zeroed"] if c.name == "openat"
                     and '"a.seg"' in c.arguments]
            self.assertIn("O_DSYNC|O_DIRECT", opens[0].arguments)
            self.assertEqual(int(opens[0].result) >= 0, is_direct)
            writes = [calls for step, calls in run if step == "write_durably"]
            self.assertEqual(len(writes), 2)
            for calls in writes:
                self.assertEqual([c.name for c in calls],
                                 ["pwrite64"] if is_direct else ["pwrite64", "fdatasync"])
                self.assertEqual({c.descriptor() for c in calls}, {opens[-1].result})

    def test_where_a_direct_write_is_refused_the_file_is_made_without(self):
        for is_direct, options in self.each_access():
            if not is_direct:
                continue
            status, text = trace((*options, "-e", "inject=pwrite64:error=EINVAL:when=1"))
            self.assertEqual(status, 0, text)
            lines = text.splitlines()
            at = next(i for i, line in enumerate(lines) if "(INJECTED)" in line)
            made = [line for line in lines if '"a.seg.tmp", O_WRONLY|O_CREAT' in line]
            self.assertEqual(["O_DIRECT" in line for line in made], [True, False], text)
            self.assertLess(lines.index(made[0]), at)
            self.assertLess(at, lines.index(made[1]))

    def test_a_sync_asks_the_device(self):
        for _, run in self.each_run():
            self.assertEqual([c.name for c in dict(run)["sync"]], ["fdatasync"])

    def test_a_name_that_changes_or_goes_is_followed_by_a_sync_of_the_folder(self):
        for _, run in self.each_run():
            for step, name in (("rename", "renameat2"), ("remove", "unlinkat")):
                calls = dict(run)[step]
                self.assertEqual([c.name for c in calls], [name, "fsync"])
                self.assertEqual(calls[0].descriptor(), calls[1].descriptor(), calls)

    def test_no_error_of_such_a_call_goes_unnoticed_and_none_is_tried_again(self):
        for is_direct, options in self.each_access():
            for name in ("fsync", "fdatasync", "pwrite64", "renameat", "renameat2", "unlinkat"):
                failed = 0
                while self.fails(name, failed + 1, options):
                    failed += 1
                expected = {"fsync": 7, "fdatasync": 1 if is_direct else 4, "pwrite64": 4,
                            "renameat": 2, "renameat2": 1, "unlinkat": 1}
                self.assertEqual(failed, expected[name], name)

    def fails(self, name, number, options):
        """Lets one call fail; False when there are not so many."""
        status, text = trace((*options, "-e", f"inject={name}:error=EIO:when={number}"))
        lines = [line for line in text.splitlines() if not re.search(r"openat.*INJECTED", line)]
        at = next((i for i, line in enumerate(lines) if "(INJECTED)" in line), None)
        if at is None:
            self.assertEqual(status, 0, text)
            return False
        self.assertEqual(status, 1, text)
        behind = "\n".join(lines[at + 1:])
        self.assertNotRegex(behind, rf"\b{name}\(", "tried again")
        self.assertNotIn("step", behind)
        return True


def strace_fault():
    """Why there is nothing to see, or an empty text."""
    if shutil.which("strace") is None:
        return "strace is not installed (tools/install test)"
    done = subprocess.run(["strace", "-o", "/dev/null", "true"], capture_output=True, check=False)
    return done.stderr.decode() if done.returncode != 0 else ""


def main():
    global PROGRAM
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    PROGRAM = str(pathlib.Path(sys.argv.pop(1)).resolve())
    fault = strace_fault()
    if fault:
        print(f"SKIPPED, the promises of the disk are NOT checked: {fault}", file=sys.stderr)
        sys.exit(SKIPPED)
    unittest.main()


if __name__ == "__main__":
    main()
