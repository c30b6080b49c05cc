"""File and function lengths. They are a ratchet: figures here only ever go down."""
import re
import statistics

from sources import Finding, line_of

FILE_MAX = 800
ENGINE_MEDIAN_MAX = 120
ENGINE_P90_MAX = 400
FUNCTION_MAX = 70

# Functions in these files may be longer, for the reason given.
LONG_FUNCTIONS = {
    "engine/program/machine.cc": "the machine's loop: one case an instruction, hot state in locals",
}

_DIRECTIVE = re.compile(r"^[ \t]*#(?:[^\n]*\\\n)*[^\n]*", re.MULTILINE)
_ACCESS = re.compile(r"\b(?:public|private|protected)\s*:(?!:)")
_TYPE = re.compile(r"\b(?:class|struct|union)\b")
_AFTER_PARAMETERS = re.compile(r"\b(?:const|noexcept|override|final|mutable|try)$")


def percentile(values, share):
    values = sorted(values)
    return values[min(len(values) - 1, int(len(values) * share))] if values else 0


def file_figures(tree):
    lines = [text.count("\n") for _, text in tree.cpp("engine/")]
    return len(lines), statistics.median(lines) if lines else 0, percentile(lines, 0.9)


def check_files(tree):
    findings = []
    for path, text in tree.cpp():
        lines = text.count("\n")
        if lines > FILE_MAX:
            findings.append(Finding(path, lines, f"{lines} lines, more than {FILE_MAX}",
                                    "split it by idea, one file each"))
    count, median, p90 = file_figures(tree)
    for name, value, limit in (("median", median, ENGINE_MEDIAN_MAX), ("p90", p90, ENGINE_P90_MAX)):
        if value > limit:
            findings.append(Finding("engine/", 0, f"{name} of {count} files is {value:g} lines, "
                                    f"more than {limit}", "split the longest files"))
    return findings


def _kind(header):
    """What a { opens, judged by the text since the last ; { or } of its scope."""
    header = header.strip()
    if re.search(r"\bnamespace\b", header) or re.fullmatch(r'extern(\s+"C")?', header):
        return "scope"
    if re.search(r"\benum\b", header):
        return "data"
    head = re.sub(r"\b(?:alignas|__attribute__|requires|decltype)\s*\([^()]*\)", "", header)
    head = re.sub(r"^template\s*<.*?>\s*(?=class|struct|union)", "", head, flags=re.DOTALL)
    if _TYPE.match(head):
        return "scope"
    if "(" not in head or head.endswith(("(", ",")):
        return "data"
    if re.search(r"=\s*(\w[\w:<>, ]*)?$", head) and "operator" not in head:
        return "data"
    parameters_end = head.find(")")
    constructor = re.search(r"\)\s*(?:noexcept\s*)?(?<!:):(?!:)", head[parameters_end:])
    if constructor and re.search(r"[\w>]$", head) and not _AFTER_PARAMETERS.search(head):
        return "initializer"
    return "function"


def functions(code):
    """(first line, last line, header) of each function body that is not inside another one."""
    for noise in (_DIRECTIVE, _ACCESS):
        code = noise.sub(lambda m: re.sub(r"[^\n]", " ", m[0]), code)
    found, stack, header, start = [], [], "", 0
    for match in re.finditer(r"[{};]|[^{};]+", code):
        piece = match[0]
        inside = any(kind in ("function", "data") for kind, *_ in stack)
        if piece == "{":
            kind = "block" if inside else _kind(header)
            stack.append((kind, start, header))
            if kind != "initializer":
                header = ""
        elif piece == "}":
            if not stack:
                raise ValueError(f"a }} too many at line {line_of(code, match.start())}")
            kind, begin, head = stack.pop()
            if kind == "function":
                found.append((line_of(code, begin), line_of(code, match.start()), head.strip()))
            header = head + "()" if kind == "initializer" else ""
        elif piece == ";":
            header = ""
        else:
            if not header.strip():
                start = match.start() + len(piece) - len(piece.lstrip())
            header += piece
    if stack:
        raise ValueError(f"a {{ is never closed, from line {line_of(code, stack[0][1])}")
    return found


def check_functions(tree):
    findings = []
    for path, _ in tree.cpp():
        try:
            bodies = functions(tree.code(path))
        except ValueError as error:
            findings.append(Finding(path, 1, f"braces cannot be followed: {error}",
                                    "keep { and } in pairs within each branch of #if"))
            continue
        for first, last, header in bodies:
            length = last - first + 1
            if length > FUNCTION_MAX and path not in LONG_FUNCTIONS:
                name = re.search(r"([~\w:]+)\s*\(", header)
                findings.append(Finding(
                    path, first, f"{name[1] if name else 'a function'} has {length} lines, more "
                    f"than {FUNCTION_MAX}", "keep the branches here, move loops and steps out"))
    return findings


def function_figures(tree):
    """How many functions the engine has, and the median and greatest length."""
    lengths = []
    for path, _ in tree.cpp("engine/"):
        try:
            lengths += [last - first + 1 for first, last, _ in functions(tree.code(path))]
        except ValueError:
            continue  # check_functions reports it
    return len(lengths), statistics.median(lengths) if lengths else 0, max(lengths, default=0)
