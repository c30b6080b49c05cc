"""Rooms: an include points strictly down, a DEPS line says so too, and every file is built."""
import os.path
import re

from sources import Finding, line_of, without_comments

MODULES_MAX = 15
FLOORS_FILE = "tools/cmake/rooms.cmake"
_INCLUDE = re.compile(r'^\s*#\s*include\s*["<]([^">]+)[">]', re.M)
_QUOTED = re.compile(r'^[ \t]*#[ \t]*include[ \t]*"([^"]+)"', re.MULTILINE)
_COMMAND = re.compile(r"\b(guerdon_\w+)\s*\(([^)]*)\)")
_OURS = ("engine", "guerdon", "include", "tests", "fuzz", "bench", "tools")
_SECTIONS = ("SOURCES", "SOURCE", "DEPS", "LIBS", "LABELS", "CORPUS", "TIMEOUT", "ARGS")


def read_floors(tree):
    """The table is kept in one place, the build's; this reads it."""
    table = re.search(r"set\(GUERDON_FLOORS\s([^)]*)\)", tree.files[FLOORS_FILE])
    return {room: int(floor) for room, floor in re.findall(r"(\w+)=(\d+)", table[1])}


def _cmake_text(text):
    return re.sub(r"#[^\n]*", "", text)


def read_deps(tree):
    """room -> (its CMakeLists.txt, rooms named in DEPS)."""
    found = {}
    for path, text in tree.text():
        if not re.fullmatch(r"engine/\w+/CMakeLists\.txt", path):
            continue
        for command, arguments in _COMMAND.findall(_cmake_text(text)):
            if command != "guerdon_room":
                continue
            name, *words = arguments.split()
            section, deps = None, []
            for word in words:
                if word in _SECTIONS:
                    section = word
                elif section == "DEPS":
                    deps.append(word)
            found[name] = (path, deps)
    return found


def _is_library(path, target, tree):
    """A quoted include may be a library's header: one that is neither ours nor beside the file."""
    if target.split("/")[0] in _OURS:
        return False
    return os.path.normpath(os.path.join(os.path.dirname(path), target)) not in tree.files


def _place(path):
    """The room of an engine file, else the name of the top folder."""
    parts = path.split("/")
    return parts[1] if parts[0] == "engine" and len(parts) > 2 else parts[0]


def _direction(path, target, floors):
    """None if this file may include target, else what is wrong and what to do."""
    top, place, aim = path.split("/")[0], _place(path), _place(target)
    if target.startswith("guerdon/"):
        return None
    if top == "include":
        return ("a public header includes a room",
                "public headers stand alone: standard headers and guerdon/ only")
    if top in ("engine", "tools") and target.split("/")[0] in ("tests", "fuzz", "bench"):
        return (f"the product includes {target}", "move what is needed into a room")
    if top != "engine" or not target.startswith("engine/") or place == aim:
        return None
    for room in (place, aim):
        if room not in floors:
            return (f"room {room} has no floor", f"add it to GUERDON_FLOORS in {FLOORS_FILE}")
    if floors[aim] < floors[place]:
        return None
    way = "sideways" if floors[aim] == floors[place] else "up"
    return (f"{place} (floor {floors[place]}) includes {aim} (floor {floors[aim]}): {way}",
            "an include points strictly down; move the shared part to a lower room, or pass it in")


def check_includes(tree):
    """Paths from the root that exist, pointing down, named in DEPS; DEPS without use."""
    floors, deps = read_floors(tree), read_deps(tree)
    findings, used = [], {}
    for path, text in tree.cpp():
        for match in _QUOTED.finditer(without_comments(text)):
            target, line = match[1], line_of(text, match.start())
            on_disk = "include/" + target if target.startswith("guerdon/") else target
            if _is_library(path, target, tree):
                continue
            if on_disk not in tree.files:
                findings.append(Finding(path, line, f'no file "{target}"',
                                        "write the path from the root of the repository"))
                continue
            wrong = _direction(path, target, floors)
            if wrong:
                findings.append(Finding(path, line, *wrong))
            elif path.startswith("engine/") and target.startswith("engine/"):
                used.setdefault(_place(path), {}).setdefault(_place(target), (path, line))
    for room, targets in used.items():
        listed = deps.get(room, ("", []))[1]
        for aim, (path, line) in targets.items():
            if aim != room and aim not in listed:
                findings.append(Finding(path, line, f"{room} includes {aim} but does not link it",
                                        f"add {aim} to DEPS in engine/{room}/CMakeLists.txt"))
    for room, (path, listed) in deps.items():
        for dep in listed:
            if dep not in used.get(room, {}):
                findings.append(Finding(path, 1, f"DEPS names {dep}, which no file here includes",
                                        f"take {dep} out of DEPS"))
    return findings


def check_own_headers(tree):
    """A header is guarded and, where there is a .cc of its name, the first thing that includes:
    so compiling that shows that it stands alone. headers_alone compiles the others."""
    findings = []
    for path, text in tree.cpp("engine/", "include/"):
        code = without_comments(text)
        if path.endswith(".h"):
            if not code.lstrip().startswith("#pragma once"):
                findings.append(Finding(path, 1, "the header may be included twice",
                                        "begin it with #pragma once"))
            continue
        own = path[:-len("cc")] + "h"
        first = _INCLUDE.search(code)
        if own in tree.files and (first is None or first[1] != own):
            line = line_of(text, first.start()) if first else 1
            findings.append(Finding(path, line, f"{own} is not included first",
                                    "include it before all others: so it stands alone"))
    return findings


def check_rooms(tree):
    """A room is split before it has so many modules; a module is a header with its sources."""
    modules = {}
    for path, _ in tree.cpp():
        if re.fullmatch(r"engine/\w+/\w+\.h", path):
            modules[_place(path)] = modules.get(_place(path), 0) + 1
    return [Finding(f"engine/{room}/CMakeLists.txt", 1,
                    f"{room} has {count} modules, {MODULES_MAX} and more are too many",
                    "split the room in two, each with a floor")
            for room, count in modules.items() if count >= MODULES_MAX]


def check_built(tree):
    """A .cc file that no CMakeLists.txt names is never compiled, a test among them never run."""
    findings = []
    for path, _ in tree.cpp():
        if not path.endswith(".cc"):
            continue
        folder = os.path.dirname(path)
        while folder and folder + "/CMakeLists.txt" not in tree.files:
            folder = os.path.dirname(folder)
        lists = (folder + "/" if folder else "") + "CMakeLists.txt"
        words = set(re.split(r"[\s()]+", _cmake_text(tree.files.get(lists) or "")))
        name = os.path.relpath(path, folder or ".")
        rooms_file = tree.files.get(FLOORS_FILE) or ""
        if name not in words and "${PROJECT_SOURCE_DIR}/" + path not in rooms_file:
            findings.append(Finding(path, 1, "no CMakeLists.txt names this file: it is not built",
                                    f"add {name} to {lists}, or remove the file"))
    return findings
