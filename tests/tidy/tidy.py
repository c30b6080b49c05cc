#!/usr/bin/env python3
"""Style as a test: reads the repository, prints what is wrong and what to write instead.

    tidy.py [ROOT]

Exit status 0 if nothing is wrong, 1 otherwise. That headers stand alone only a
compiler can tell: the build target `headers_alone`, for those that no .cc includes first.
"""
import pathlib
import sys

sys.dont_write_bytecode = True
import bans  # noqa: E402
import floors  # noqa: E402
import lengths  # noqa: E402
import product_words  # noqa: E402
from sources import Tree  # noqa: E402

CHECKS = (
    floors.check_includes,
    floors.check_own_headers,
    floors.check_rooms,
    floors.check_built,
    lengths.check_files,
    lengths.check_functions,
    bans.check_bans,
    bans.check_marks,
    bans.check_names,
    product_words.check_words,
)


def main():
    root = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else pathlib.Path(__file__).parents[2]
    tree = Tree.of_repository(root)
    if not tree.cpp():
        sys.exit(f"no C++ files under {root}: nothing was checked")
    findings = [finding for check in CHECKS for finding in check(tree)]
    for finding in sorted(findings):
        print(f"{finding.path}:{finding.line}: {finding.wrong}; instead: {finding.instead}")
    files, median, p90 = lengths.file_figures(tree)
    print(f"engine/: {files} files, lines median {median:g}, p90 {p90} "
          f"(limits {lengths.ENGINE_MEDIAN_MAX}, {lengths.ENGINE_P90_MAX}, {lengths.FILE_MAX})")
    count, middle, longest = lengths.function_figures(tree)
    print(f"engine/: {count} functions, lines median {middle:g}, longest {longest} "
          f"(limit {lengths.FUNCTION_MAX})")
    print(f"{len(CHECKS)} checks, {len(findings)} findings")
    sys.exit(1 if findings else 0)


if __name__ == "__main__":
    main()
