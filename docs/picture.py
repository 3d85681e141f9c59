"""Draws docs/session.svg: a terminal session of docarchive, from a real run.

    python docs/picture.py            write the picture
    python docs/picture.py --check    exit with 1 if it is stale

The commands run in a terminal of their own (a pseudo-terminal), on an archive of seeds/ in a temporary folder, so the
picture has the colours that a user sees. Rich draws it.
"""

from __future__ import annotations

import fcntl
import io
import os
import pty
import re
import shutil
import struct
import subprocess
import sys
import termios
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from rich.console import Console
from rich.text import Text

ROOT: Final = Path(__file__).resolve().parents[1]
PICTURE: Final = Path(__file__).with_name("session.svg")
_COLUMNS: Final = 100
_SESSION: Final = (
    "docarchive init news",
    "export DOCARCHIVE_ARCHIVE=news",
    "docarchive import seeds",
    "docarchive search 'partner* AND \"liaison office\" date:2024-03'",
    "docarchive search stoltenburg",
    "docarchive search stoltenberg --facet format --facet year --limit 0",
)


def picture() -> str:
    """Returns the picture as SVG."""
    console = Console(record=True, width=_COLUMNS, file=io.StringIO(), force_terminal=True, color_system="truecolor")
    with TemporaryDirectory() as folder:
        shutil.copytree(ROOT / "seeds", Path(folder) / "seeds")
        environment = {**os.environ, "TERM": "xterm-256color", "LC_ALL": "C.UTF-8", "PYTHONIOENCODING": "utf-8"}
        environment = {name: value for name, value in environment.items() if not name.startswith("DOCARCHIVE")}
        for name in ("NO_COLOR", "COLUMNS", "LINES"):
            environment.pop(name, None)
        for command in _SESSION:
            console.print(Text.assemble(("$ ", "green"), (command, "bold")))
            name, sign, value = command.removeprefix("export ").partition("=")
            if command.startswith("export ") and sign:
                environment[name] = value
                continue
            shown = _output(command, folder, environment).replace(os.path.realpath(folder), "/home/you")
            console.print(Text.from_ansi(shown.rstrip()))
    svg = console.export_svg(title="docarchive", unique_id="session", font_aspect_ratio=0.61)
    return re.sub(r"\s*@font-face \{.*?\}", "", svg, flags=re.DOTALL)  # the picture loads nothing from elsewhere


def texts(svg: str) -> list[str]:
    """Returns the texts of a picture, in order: what is the same whatever the release of Rich."""
    return re.findall(r"<text [^>]*>([^<]*)</text>", svg)


def _output(command: str, folder: str, environment: dict[str, str]) -> str:
    """Returns what a command prints to a terminal, in the order in which it prints it."""
    program = f'docarchive() {{ "{sys.executable}" -m docarchive "$@"; }}\n'
    outer, inner = pty.openpty()
    fcntl.ioctl(inner, termios.TIOCSWINSZ, struct.pack("HHHH", 40, _COLUMNS, 0, 0))
    arguments = ["sh", "-c", program + command]
    with subprocess.Popen(arguments, cwd=folder, env=environment, stdin=inner, stdout=inner, stderr=inner):
        os.close(inner)
        shown = b""
        while True:
            try:
                chunk = os.read(outer, 65_536)
            except OSError:  # as Linux says that the other side is closed
                break
            if not chunk:
                break
            shown += chunk
    os.close(outer)
    return shown.decode("utf-8").replace("\r\n", "\n")


def main(arguments: list[str]) -> int:
    """Writes or checks the picture; returns the exit code."""
    if arguments not in ([], ["--check"]):
        print("usage: python docs/picture.py [--check]", file=sys.stderr)
        return 2
    svg = picture()
    if not arguments:
        PICTURE.write_text(svg, "utf-8")
        return 0
    if PICTURE.exists() and texts(PICTURE.read_text("utf-8")) == texts(svg):
        return 0
    print("docs/session.svg is stale; run: python docs/picture.py", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
