"""Banned calls and words, as pairs: what is banned, what to write instead."""
import collections
import re

from sources import Finding, line_of, without_comments

# where: folders it is banned in ("" is everywhere); allowed: folders or files where it may stand.
# text: "code" (no comments, no strings), "strings" (no comments), "all".
Ban = collections.namedtuple("Ban", "name pattern instead where allowed text",
                             defaults=(("",), (), "code"))

PRODUCT = ("engine/", "include/")

# Bytes seen as another type. Each place with its reason.
REINTERPRET_CAST = {
    "engine/os/": "the system's own structures",
    "engine/base/hash.cc": "the hash library takes bytes",
    "engine/calendar/zone_codec.cc": "integers written as little-endian bytes",
    "engine/accounts/": "cells stand behind their header in one block of a pool",
    "fuzz/": "a fuzz body gets bytes and reads text",
    "tests/": "alignment of addresses, bytes that a test makes",
}

BANS = (
    Ban("wall clock", r"\b(?:system|steady|high_resolution|utc)_clock::now\b|\bclock_gettime\s*\("
        r"|\bgettimeofday\s*\(|\btime\s*\(\s*(?:nullptr|NULL|0)\s*\)",
        "take time from the record, or a clock from engine/os/clock.h that is passed in",
        ("",), ("engine/os/", "tests/", "bench/", "fuzz/")),
    Ban("C random numbers", r"(?<![\w.>])(?:s?rand|rand_r|srandom|[dlm]rand48)\s*\(",
        "a seeded generator that is passed in"),
    Ban("random device", r"\brandom_device\b", "a seeded generator that is passed in",
        ("",), ("engine/os/",)),
    Ban("thread", r"\bstd::j?thread\b|\bpthread_create\b|\bstd::async\b",
        "guerdon::os threads (engine/os/thread.h)", ("",), ("engine/os/", "tests/", "bench/")),
    Ban("direct file access", r"(?<![\w>.:])::\s*p?(?:open|openat|read|write|fsync|fdatasync|mmap)"
        r"\s*\(|\bf(?:re)?open\s*\(|\bpp?(?:read|write)v?\s*\(|\bstd::[io]?fstream\b",
        "the interfaces of engine/os/", PRODUCT, ("engine/os/",)),
    Ban("system header", r"#\s*include\s*<(?:fcntl\.h|unistd\.h|sys/[\w.]+|fstream|filesystem|"
        r"thread|random|ctime|time\.h|pthread\.h)>",
        "the interfaces of engine/os/", PRODUCT,
        ("engine/os/", "engine/base/assert.cc"), "strings"),
    Ban("floating point in a format", r"(?:printf|StrFormat|StrAppendFormat|std::format)\w*\s*\("
        r"[^;]*?%[-+ #0-9.*']*[aefgAEFG]\b",
        "integers, and the printed form of the amount (engine/money)", PRODUCT, (), "strings"),
    Ban("floating point", r"\b(?:float|double)\b",
        "integers of minor units, or an exact ratio (engine/money/ratio.h)", PRODUCT),
    Ban("assert", r"(?<!\w)assert\s*\(|#\s*include\s*<(?:cassert|assert\.h)>",
        "GUERDON_ASSERT (engine/base/assert.h): it stays on in release", text="strings"),
    Ban("reinterpret_cast", r"\breinterpret_cast\b",
        "std::bit_cast, std::memcpy or absl; or list the place with its reason in tests/tidy/"
        "bans.py", allowed=tuple(REINTERPRET_CAST)),
    Ban("using namespace", r"\busing\s+namespace\b", "the full name, or `using` of one name"),
    Ban("throw", r"\bthrow\b", "an outcome code or a diagnostic for what the world does, "
        "GUERDON_ASSERT for our own mistakes"),
    Ban("run-time type information", r"\bdynamic_cast\b|\btypeid\s*\(",
        "a virtual function, a variant, or an enum that names the kinds", PRODUCT),
    Ban("hash order of the library", r"\bstd::(?:unordered_\w+|hash)\b",
        "absl::flat_hash_map (never iterate it for output), guerdon::base hashes", PRODUCT),
    Ban("leaving the process", r"(?<![\w.>])(?:std::)?(?:abort|exit|_exit|quick_exit)\s*\(",
        "an outcome that the caller reports, or GUERDON_ASSERT", PRODUCT,
        ("engine/base/assert.cc", "engine/os/")),
    Ban("inline member outside its class", r"(?m)^inline\b[^(;=]*\b\w+::\w+\s*\(",
        "the definition in the class, or no `inline`: where other sources call it, whether the program "
        "links hangs on the optimiser"),
    Ban("std::endl", r"\bstd::endl\b", "'\\n': endl flushes each line"),
    Ban("vague type name", r"\b(?:class|struct|namespace)\s+\w*(?:[Uu]tils?|[Hh]elpers?|[Mm]anager"
        r"|[Cc]ommon|[Mm]isc)\b", "the name of what it does or holds"),
)

_MARK = re.compile(r"\b(?:TO[D]O|FIX[M]E|X[X]X|HA[C]K)\b")
_VAGUE_FILE = re.compile(r"(?:^|[/_.-])(?:utils?|helpers?|manager|common|misc)(?=$|[/_.-])")


def _banned_here(ban, path):
    return path.startswith(ban.where) and not path.startswith(ban.allowed or ("\0",))


def check_bans(tree, bans=BANS):
    findings = []
    for path, text in tree.cpp():
        readings = {"code": tree.code(path), "strings": without_comments(text), "all": text}
        for ban in bans:
            if not _banned_here(ban, path):
                continue
            reading = readings[ban.text]
            for match in re.finditer(ban.pattern, reading):
                found = " ".join(match[0].split())
                findings.append(Finding(path, line_of(reading, match.start()),
                                        f"{ban.name}: `{found}`", ban.instead))
    return findings


def check_marks(tree):
    """Marks of unfinished work, in any text."""
    return [Finding(path, line_of(text, match.start()), f"{match[0]} left over",
                    "do it, or say in the README's Limitations what is not there")
            for path, text in tree.text() for match in _MARK.finditer(text)]


def check_names(tree):
    """Files and folders are named for what they hold."""
    return [Finding(path, 1, f"`{match[0].lstrip('/_.-')}` says nothing about what is inside",
                    "name the file or folder for what it holds")
            for path in tree.files for match in _VAGUE_FILE.finditer(path)]
