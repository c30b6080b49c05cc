"""What a sender does with a server's folder of goals, and what is told him: for the tests of it."""
import os
import pathlib

from running_server import wait_until

HEADER = "account,program,target,period,value\n"


class Drop:
    """The folder of `guerdon serve --drop`, which a server has made by then."""

    def __init__(self, path):
        self.path = pathlib.Path(path)
        self.into, self.taking, self.out, self.done = (self.path / each for each in ("in", "taking", "out", "done"))

    def send(self, name, content):
        """As the page for senders says: written under another name, then renamed."""
        part = self.into / (name + ".part")
        part.write_bytes(content if isinstance(content, bytes) else content.encode())
        part.rename(self.into / name)

    def report(self, name):
        """The text, once it is there, and it is taken away."""
        path = self.out / (name + ".report")
        wait_until(path.exists, f"a report of {name}")
        text = path.read_text("utf-8")
        path.unlink()
        return text

    def ask(self, name, content):
        self.send(name, content)
        return self.report(name)

    def wait_until_empty(self):
        wait_until(lambda: not os.listdir(self.taking), "nothing in taking/")

    def files(self, folder="taking"):
        return sorted(os.listdir(self.path / folder))


def fields(report):
    """Of lines `name: value` what they say, by name; those of the file are left out."""
    return dict(line.split(": ", 1) for line in report.splitlines() if ": " in line and not line.startswith("line "))
