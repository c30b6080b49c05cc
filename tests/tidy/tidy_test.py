#!/usr/bin/env python3
"""Each check fails on a bad sample, passes on the good one beside it, and says what to do."""
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True
import bans  # noqa: E402
import floors  # noqa: E402
import lengths  # noqa: E402
import product_words  # noqa: E402
import sources  # noqa: E402

FLOORS = {floors.FLOORS_FILE: "set(GUERDON_FLOORS\n  base=0\n  money=1 os=1\n  event=2 ledger=2\n"
                              "  plan=3)\n"}


def tree(**files):
    """tree(engine__money__a_h='...'): __ is a slash, the last _ a dot."""
    named = {}
    for name, text in files.items():
        stem, _, kind = name.replace("__", "/").rpartition("_")
        named[f"{stem}.{kind}"] = text
    return sources.Tree({**FLOORS, **named})


class Case(unittest.TestCase):
    def one(self, findings, path, line, wrong):
        self.assertEqual(len(findings), 1, findings)
        self.assertEqual((findings[0].path, findings[0].line), (path, line))
        self.assertIn(wrong, findings[0].wrong)
        self.assertTrue(findings[0].instead)

    def none(self, findings):
        self.assertEqual(findings, [])


class Text(Case):
    def test_comments_strings_and_numbers(self):
        code = sources.code_only("int a = 1'000; // throw\nauto s = \"throw\"; /* throw\n */ char c = '\"';"
                                 "\nauto r = R\"x(throw \" )x\"; throw 1'0;")
        self.assertEqual(code.count("throw"), 1)
        self.assertEqual(code.count("\n"), 3)
        self.assertIn("1'000", code)

    def test_strings_stay_when_only_comments_go(self):
        self.assertEqual(sources.without_comments('f("//x"); // y').rstrip(), 'f("//x");')


class Floors(Case):
    def includes(self, place, *targets, deps=""):
        files = {f"{target}.h": "" for target in
                 ("engine/base/b", "engine/os/o", "engine/event/e", "engine/ledger/l",
                  "include/guerdon/engine", "tests/support/s")}
        room = place.split("/")[1]
        files[place] = "".join(f'#include "{target}"\n' for target in targets)
        files[f"engine/{room}/CMakeLists.txt"] = f"guerdon_room({room} SOURCES a.cc DEPS {deps})\n"
        return floors.check_includes(sources.Tree({**FLOORS, **files}))

    def test_down_is_fine(self):
        self.none(self.includes("engine/money/a.h", "engine/base/b.h", "guerdon/engine.h",
                                "absl/types/span.h", deps="base"))

    def test_up(self):
        self.one(self.includes("engine/money/a.h", "engine/event/e.h"), "engine/money/a.h", 1, "up")

    def test_sideways(self):
        self.one(self.includes("engine/event/a.h", "engine/base/b.h", "engine/ledger/l.h",
                               deps="base"), "engine/event/a.h", 2, "sideways")

    def test_product_does_not_include_tests(self):
        self.one(self.includes("engine/event/a.h", "tests/support/s.h"),
                 "engine/event/a.h", 1, "the product includes")

    def test_include_without_dep(self):
        self.one(self.includes("engine/event/a.h", "engine/base/b.h"),
                 "engine/event/a.h", 1, "does not link")

    def test_dep_without_include(self):
        self.one(self.includes("engine/event/a.h", "engine/base/b.h", deps="base os"),
                 "engine/event/CMakeLists.txt", 1, "no file here includes")

    def test_path_not_from_the_root(self):
        self.one(self.includes("engine/base/a.h", "b.h"), "engine/base/a.h", 1, "no file")

    def test_file_that_is_not_there(self):
        self.one(self.includes("engine/base/a.h", "engine/base/zz.h"), "engine/base/a.h", 1,
                 "no file")

    def test_commented_include_is_none(self):
        files = {"engine/base/a.h": '// #include "engine/event/e.h"\n'}
        self.none(floors.check_includes(sources.Tree({**FLOORS, **files})))

    def test_public_header_includes_no_room(self):
        files = {"include/guerdon/x.h": '#include "engine/base/b.h"\n', "engine/base/b.h": ""}
        self.one(floors.check_includes(sources.Tree({**FLOORS, **files})), "include/guerdon/x.h", 1,
                 "a public header includes a room")

    def own_headers(self, **texts):
        files = {f"engine/base/{name.replace('_', '.')}": text for name, text in texts.items()}
        return floors.check_own_headers(sources.Tree(files))

    def test_own_header_first(self):
        own, other = '#include "engine/base/a.h"\n', "#include <string>\n"
        guarded = "// What it is.\n#pragma once\n"
        self.none(self.own_headers(a_h=guarded, a_cc="// Why.\n" + own + other, b_cc=other))
        self.one(self.own_headers(a_h=guarded, a_cc=other + own), "engine/base/a.cc", 1,
                 "not included first")
        self.one(self.own_headers(a_h=guarded, a_cc="int a;\n"), "engine/base/a.cc", 1,
                 "not included first")

    def test_header_without_guard(self):
        self.one(self.own_headers(a_h="int a();\n#pragma once\n"), "engine/base/a.h", 1, "twice")

    def test_room_of_many_modules(self):
        files = {f"engine/base/m{i}.{end}": "" for i in range(14) for end in ("h", "cc")}
        self.none(floors.check_rooms(sources.Tree({**FLOORS, **files})))
        files["engine/base/m14.h"] = ""
        self.one(floors.check_rooms(sources.Tree({**FLOORS, **files})),
                 "engine/base/CMakeLists.txt", 1, "15 modules")

    def test_file_that_is_not_built(self):
        files = {"engine/base/CMakeLists.txt": "guerdon_room(base SOURCES a.cc) # b.cc\n",
                 "engine/base/a.cc": "", "engine/base/b.cc": ""}
        self.one(floors.check_built(sources.Tree({**FLOORS, **files})), "engine/base/b.cc", 1,
                 "not built")


class Lengths(Case):
    def test_long_file(self):
        self.none(lengths.check_files(tree(tests__a_cc="\n" * 800)))
        self.one(lengths.check_files(tree(tests__a_cc="\n" * 801)), "tests/a.cc", 801, "801 lines")

    def test_median_and_p90(self):
        short = {f"engine__base__s{i}_h": "\n" * 10 for i in range(8)}
        self.none(lengths.check_files(tree(**short, engine__base__x_h="\n" * 400)))
        self.one(lengths.check_files(tree(**short, engine__base__x_h="\n" * 401)), "engine/", 0,
                 "p90 of 9 files is 401")
        self.one(lengths.check_files(tree(engine__base__x_h="\n" * 121)), "engine/", 0, "median")

    def function(self, text, path="engine__base__a_cc"):
        return lengths.check_functions(tree(**{path: text}))

    def test_long_function(self):
        body = "  f();\n"
        self.none(self.function("void g() {\n" + body * 68 + "}\n"))
        self.one(self.function("\nvoid Row::g(int x) const {\n" + body * 69 + "}\n"),
                 "engine/base/a.cc", 2, "Row::g has 71 lines")

    def test_the_loop_may_be_long(self):
        self.none(self.function("void g() {\n" + "  f();\n" * 300 + "}\n",
                                "engine__program__machine_cc"))

    def test_what_is_a_function(self):
        text = ("namespace a {\nclass B : public C {\n public:\n  B(int x) : x_{x}, y_(x) {\n"
                "    if (x) { f(); }\n  }\n  int y() const { return y_; }\n};\n"
                "constexpr int kTable[] = {\n 1,\n 2,\n};\nenum class E : int { kA };\n"
                "auto f(int x) -> int {\n  auto g = [x] { return x; };\n  return g();\n}\n"
                "extern \"C\" int h(const char* s) { return 0; }\n"
                "template <typename T>\nstruct D { T t{}; };\n"
                "#define M(x) \\\n  { f(x);\n}\n")
        found = [(first, last) for first, last, _ in lengths.functions(sources.code_only(text))]
        self.assertEqual(found, [(4, 6), (7, 7), (14, 17), (18, 18)])

    def test_braces_that_do_not_match(self):
        self.one(self.function("void g() {\n"), "engine/base/a.cc", 1, "never closed")


# For each ban: a place, a line that must be found there, a place or line where it must not.
BAN_SAMPLES = {
    "wall clock": ("engine/event/a.cc", "auto t = std::chrono::steady_clock::now();",
                   "engine/os/clock.cc", None),
    "C random numbers": ("tests/a.cc", "int r = rand();", "tests/a.cc", "int r = seeded.rand();"),
    "random device": ("tests/a.cc", "std::random_device d;", "engine/os/a.cc", None),
    "thread": ("engine/pipeline/a.cc", "std::jthread t(f);", "engine/os/thread.cc", None),
    "direct file access": ("engine/plan/a.cc", "int n = ::read(fd, p, 3);",
                           "engine/plan/a.cc", "int n = source::read(fd, p, 3);"),
    "system header": ("engine/plan/a.cc", "#include <unistd.h>", "tools/a.cc", None),
    "floating point in a format": ("engine/plan/a.cc", 'std::snprintf(b, 9, "%5.2f", x);',
                                   "engine/plan/a.cc", 'std::snprintf(b, 9, "%5d of", x);'),
    "floating point": ("engine/feed/a.cc", "double rate;", "bench/a.cc", None),
    "assert": ("tests/a.cc", "assert(x);", "tests/a.cc", "static_assert(x); GUERDON_ASSERT(x);"),
    "reinterpret_cast": ("engine/plan/a.cc", "auto p = reinterpret_cast<char*>(q);",
                         "fuzz/a.cc", None),
    "using namespace": ("tests/a.cc", "using namespace std;", "tests/a.cc", "using std::string;"),
    "throw": ("engine/plan/a.cc", "throw 1;", "engine/plan/a.cc", "// we never throw"),
    "run-time type information": ("engine/plan/a.cc", "dynamic_cast<A*>(b);", "tests/a.cc", None),
    "hash order of the library": ("engine/plan/a.cc", "std::unordered_map<int, int> m;",
                                  "tests/a.cc", None),
    "leaving the process": ("engine/plan/a.cc", "std::exit(1);", "tools/a.cc", None),
    "inline member outside its class": ("engine/plan/a.cc", "inline void Machine::begin(int a) {}",
                                        "engine/plan/a.cc", "inline plan::Row row_of(int a) {}"),
    "std::endl": ("tests/a.cc", "std::cout << std::endl;", "tests/a.cc", "std::cout << '\\n';"),
    "vague type name": ("engine/plan/a.cc", "class RuleManager {};",
                        "engine/plan/a.cc", "class RuleIndex {};"),
}


class Bans(Case):
    def test_every_ban_has_a_sample_that_it_finds(self):
        self.assertEqual(set(BAN_SAMPLES), {ban.name for ban in bans.BANS})
        for name, (path, bad, good_path, good) in BAN_SAMPLES.items():
            with self.subTest(name):
                only = [ban for ban in bans.BANS if ban.name == name]
                self.one(bans.check_bans(sources.Tree({path: f"\n{bad}\n"}), only), path, 2, name)
                self.none(bans.check_bans(sources.Tree({good_path: good or bad}), only))

    def test_marks(self):
        mark = "TO" + "DO"
        self.one(bans.check_marks(tree(docs__a_md=f"fine\n{mark}: later\n")), "docs/a.md", 2, mark)
        self.none(bans.check_marks(tree(docs__a_md="mktemp x.XXXXXX\n")))

    def test_names(self):
        self.one(bans.check_names(tree(engine__base__string_utils_h="")),
                 "engine/base/string_utils.h", 1, "utils")
        self.one(bans.check_names(tree(engine__common__a_h="")), "engine/common/a.h", 1, "common")
        self.none(bans.check_names(tree(engine__base__commonwealth_h="")))


class Words(Case):
    def test_what_is_not_the_product(self):
        for word, what in (("/wo" + "rk/main", "a path of one machine"),
                           ("/tm" + "p/bash", "a path of one machine"),
                           ("see .libr" + "ary now", "a tool around the work"),
                           ("a sub" + "agent", "a tool around the work")):
            with self.subTest(word):
                self.one(product_words.check_words(tree(docs__a_md=f"x\n{word}\n")),
                         "docs/a.md", 2, what)

    def test_ordinary_words(self):
        self.none(product_words.check_words(tree(docs__a_md="the network/ and a library\n")))


class HeadersAlone(Case):
    """What the build target does: two includes of one header, nothing else."""

    def compiles(self, header):
        with tempfile.TemporaryDirectory() as folder:
            pathlib.Path(folder, "a.h").write_text(header, encoding="utf-8")
            pathlib.Path(folder, "a.cc").write_text('#include "a.h"\n#include "a.h"\n',
                                                    encoding="utf-8")
            done = subprocess.run([os.environ.get("CXX", "c++"), "-std=c++20", "-fsyntax-only",
                                   "a.cc"], cwd=folder, capture_output=True, check=False)
            return done.returncode == 0

    def test_alone(self):
        whole = "#pragma once\n#include <string>\nstruct A { std::string s; };\n"
        self.assertTrue(self.compiles(whole))
        self.assertFalse(self.compiles(whole.replace("#include <string>\n", "")))
        self.assertFalse(self.compiles(whole.replace("#pragma once\n", "")))


if __name__ == "__main__":
    unittest.main()
