"""What the checks look at: the repository's files, and C++ text without comments and strings.

A check is a function from a Tree to a list of Findings. A Tree is a mapping from path to text, so
that the tests of the checks hand in three lines where the repository hands in itself.
"""
import collections
import pathlib
import re
import subprocess

Finding = collections.namedtuple("Finding", "path line wrong instead")

# One token a match, in the order in which they must be tried: numbers come before characters, or
# the ' of 1'000 would open one.
_TOKEN = re.compile(
    r"(?P<number>\b[0-9](?:[\w.]|'(?=\w))*)"
    r'|(?P<raw>\b(?:u8|[uUL])?R"(?P<mark>[^()\\\s]{0,16})\(.*?\)(?P=mark)")'
    r'|(?P<string>"(?:\\.|[^"\\\n])*")'
    r"|(?P<char>'(?:\\.|[^'\\\n])+')"
    r"|(?P<comment>//[^\n]*|/\*.*?\*/)", re.DOTALL)
_INCLUDE_LINE = re.compile(r'^[ \t]*#[ \t]*include[^\n]*', re.MULTILINE)


def _blank(text):
    return re.sub(r"[^\n]", " ", text)


def without_comments(text):
    """Comments become spaces; strings stay. Lines keep their numbers, columns too."""
    return _TOKEN.sub(lambda m: _blank(m[0]) if m.lastgroup == "comment" else m[0], text)


def code_only(text):
    """Comments, strings, characters and the paths of includes become spaces."""
    text = _INCLUDE_LINE.sub(lambda m: _blank(m[0]), without_comments(text))
    return _TOKEN.sub(lambda m: m[0] if m.group("number") else _blank(m[0]), text)


def line_of(text, offset):
    return text.count("\n", 0, offset) + 1


class Tree:
    """Path (from the root, with slashes) -> text. Binary files are listed without text."""

    def __init__(self, files):
        self.files = dict(files)
        self._code = {}

    @classmethod
    def of_repository(cls, root):
        """What git tracks and what it would: untracked files that are not ignored."""
        root = pathlib.Path(root)
        listed = subprocess.run(
            ["git", "-c", "safe.directory=*", "-C", str(root), "ls-files", "-z", "--cached",
             "--others", "--exclude-standard"], check=True, capture_output=True).stdout
        files = {}
        for name in sorted(filter(None, listed.decode("utf-8").split("\0"))):
            if not (root / name).is_file():
                continue  # deleted, not yet committed
            data = (root / name).read_bytes()
            files[name] = None if b"\0" in data[:8192] else data.decode("utf-8", "replace")
        return cls(files)

    def text(self):
        return [(path, text) for path, text in self.files.items() if text is not None]

    def cpp(self, *folders):
        """C++ files, in these folders or everywhere: (path, text)."""
        return [(path, text) for path, text in self.text()
                if path.endswith((".cc", ".h")) and (not folders or path.startswith(folders))]

    def code(self, path):
        if path not in self._code:
            self._code[path] = code_only(self.files[path])
        return self._code[path]
