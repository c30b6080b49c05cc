#!/usr/bin/env python3
"""clang-tidy over every source of a build tree, in parallel, remembering what was clean.

    clang_tidy.py BUILD_FOLDER [CACHE_FOLDER] [--jobs N]

A clean result is kept under a name that is the hash of all that it depends on: the configuration,
clang-tidy's version, the compile command, the source and each header of the repository that it
reads (as ninja recorded them). So a second run looks at what changed and nothing else.
"""
import argparse
import concurrent.futures
import hashlib
import json
import os
import pathlib
import re
import subprocess
import sys
import time


def read_dependencies(build):
    """object -> files it was made from, as the last build recorded them."""
    listing = subprocess.run(["ninja", "-C", str(build), "-t", "deps"], check=True,
                             capture_output=True, text=True).stdout
    found, current = {}, None
    for line in listing.splitlines():
        if line.startswith("    "):
            found[current].append(line.strip())
        elif ": #deps" in line:
            current = line.split(": #deps")[0]
            found[current] = []
    return found


def key_of(entry, root, dependencies, common):
    """The name of a clean result, or None where the build does not know the headers."""
    made_from = dependencies.get(re.search(r" -o (\S+)", entry["command"])[1])
    if made_from is None:
        return None
    digest = hashlib.sha256(common)
    # The folder of the build is no part of the question.
    digest.update(entry["command"].replace(entry["directory"], "").encode())
    ours = {(pathlib.Path(entry["directory"]) / name).resolve() for name in made_from}
    for path in sorted(path for path in ours if path.is_relative_to(root) and path.is_file()):
        digest.update(str(path.relative_to(root)).encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def inspect(entry, build, cache, key):
    """None if clean, else what clang-tidy says."""
    if key and (cache / key).exists():
        return None
    done = subprocess.run(["clang-tidy", "--quiet", "-p", str(build), entry["file"]], check=False,
                          capture_output=True, text=True)
    if done.returncode == 0:
        if key:
            (cache / key).touch()
        return None
    return re.sub(r"(?m)^\d+ warnings? generated\.\n", "", done.stdout + done.stderr)


def main():
    parser = argparse.ArgumentParser(description="clang-tidy, in parallel and remembered.")
    parser.add_argument("build", type=pathlib.Path)
    parser.add_argument("cache", type=pathlib.Path, nargs="?")
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    args = parser.parse_args()
    root = pathlib.Path(__file__).resolve().parents[1]
    build = args.build.resolve()
    cache = args.cache or build / "clang-tidy"
    cache.mkdir(parents=True, exist_ok=True)

    version = subprocess.run(["clang-tidy", "--version"], check=True, capture_output=True).stdout
    common = version + b"".join(path.read_bytes() for path in sorted(root.rglob(".clang-tidy"))
                                if not path.is_relative_to(build))
    entries = [entry for entry in json.loads((build / "compile_commands.json").read_text())
               if pathlib.Path(entry["file"]).is_relative_to(root)
               and not pathlib.Path(entry["file"]).is_relative_to(build)]
    if not entries:
        sys.exit(f"{build}/compile_commands.json names no file of ours: nothing was checked")
    dependencies = read_dependencies(build)

    started, findings, reused = time.monotonic(), 0, 0
    with concurrent.futures.ThreadPoolExecutor(args.jobs) as pool:
        waiting = {}
        for entry in entries:
            key = key_of(entry, root, dependencies, common)
            reused += bool(key and (cache / key).exists())
            waiting[pool.submit(inspect, entry, build, cache, key)] = entry
        for future in concurrent.futures.as_completed(waiting):
            said = future.result()
            if said is not None:
                findings += 1
                print(said.strip(), flush=True)
    print(f"clang-tidy: {len(entries)} files ({reused} unchanged), {findings} with findings, "
          f"{time.monotonic() - started:.0f} s")
    sys.exit(1 if findings else 0)


if __name__ == "__main__":
    main()
