"""The programs of the system that commands start: the user's editor, and what opens files and addresses. No shell."""

from __future__ import annotations

import os
import shlex
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import current_thread, main_thread
from typing import Final

from docarchive.errors import DocarchiveError

_EDITORS: Final = ("sensible-editor", "nano", "vi")
_WINDOWS: Final = os.name == "nt"


class ProgramFailed(DocarchiveError):
    """A program is missing, or has failed."""


def edit_file(path: Path) -> None:
    """Lets the user edit a file, until the editor ends; raises ``ProgramFailed``."""
    command = _editor()
    _run([*command, str(path.absolute())], f"the editor {command[0]}")


def open_file(path: Path) -> None:
    """Opens a file with the program that the system has for it; raises ``ProgramFailed``."""
    _open(str(path.absolute()))  # no option begins with a slash


def open_address(address: str) -> None:
    """Opens an address that begins with http, with ``$BROWSER`` if that is set; raises ``ProgramFailed``."""
    for browser in filter(None, os.environ.get("BROWSER", "").split(os.pathsep)):
        words = _split(browser, "$BROWSER")
        if shutil.which(words[0]):
            named = any("%s" in word for word in words)
            words = [word.replace("%s", address) for word in words] if named else [*words, address]
            _run(words, f"the browser {words[0]}")
            return
    _open(address)


def _open(target: str) -> None:
    if sys.platform == "win32":
        try:
            os.startfile(target)  # noqa: S606 - what it is has been checked
        except OSError as error:
            raise ProgramFailed(f"{target} cannot be opened: {error.strerror}") from None
        return
    program = "open" if sys.platform == "darwin" else "xdg-open"
    if not shutil.which(program):
        raise ProgramFailed(f"there is no {program} to open it with; install it, or use --print")
    _run([program, target], program)


def _editor() -> list[str]:
    """Returns the command of the user's editor.

    Raises:
        ProgramFailed: There is none.
    """
    for variable in ("VISUAL", "EDITOR"):
        if (text := os.environ.get(variable, "")).strip():
            return _split(text, f"${variable}")
    if _WINDOWS:
        return ["notepad"]
    editor = next(filter(shutil.which, _EDITORS), None) if sys.stdin and sys.stdin.isatty() else None
    if editor is None:
        raise ProgramFailed("there is no editor, or no terminal for one; name an editor in $VISUAL or $EDITOR")
    return [editor]


def _split(command: str, variable: str) -> list[str]:
    try:
        words = shlex.split(command, posix=not _WINDOWS)  # a path of Windows has backslashes
    except ValueError as error:
        raise ProgramFailed(f"{variable} cannot be read ({error}): {command}") from None
    return [word.strip('"') if _WINDOWS else word for word in words]


def _run(words: Sequence[str], title: str) -> None:
    """Runs a program to its end.

    Raises:
        ProgramFailed: It cannot be started, or its exit code is not 0.
    """
    try:
        process = subprocess.Popen([shutil.which(words[0]) or words[0], *words[1:]])
    except OSError as error:
        raise ProgramFailed(f"{title} cannot be started: {error.strerror}") from None
    with _interrupts_left_to(process):
        code = process.wait()
    if code:
        how = f"was ended by signal {-code}" if code < 0 else f"ended with exit code {code}"
        raise ProgramFailed(f"{title} {how}; nothing was changed")


@contextmanager
def _interrupts_left_to(process: subprocess.Popen[bytes]) -> Iterator[None]:
    """Leaves Ctrl-C to a program, which may mean something else by it; ends the program if this one is ended."""
    main = current_thread() is main_thread()
    before = signal.signal(signal.SIGINT, signal.SIG_IGN) if main else None
    try:
        yield
    except BaseException:
        process.terminate()
        process.wait()
        raise
    finally:
        if main:
            signal.signal(signal.SIGINT, before)
