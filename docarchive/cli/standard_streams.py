"""The standard streams of the program: UTF-8 in pipes and files, the terminal's encoding on a terminal, never closed.

Imports nothing from the package: it is set up before anything else.
"""

from __future__ import annotations

import io
import os
import sys
from contextlib import suppress
from typing import Final, TextIO

#: The option of Python (``-X``) that carries the terminal's encoding into the process that ``ensure_utf8`` starts.
_TERMINAL_ENCODING: Final = "docarchive_terminal"
_STANDARD: Final = (("stdin", "r"), ("stdout", "w"), ("stderr", "w"))


def ensure_utf8() -> None:
    """Starts the program again in Python's UTF-8 mode if the locale has another encoding.

    The names of the files in an archive are UTF-8. In a locale such as Latin-1, Python would look for them under other
    names. Python 3.15 is always in this mode.
    """
    encoding = sys.getfilesystemencoding()
    if encoding.lower() == "utf-8" or _TERMINAL_ENCODING in sys._xoptions or not (sys.executable and sys.orig_argv):
        return
    options = [b"-X", b"utf8", b"-X", f"{_TERMINAL_ENCODING}={encoding}".encode()]
    with suppress(OSError, UnicodeEncodeError):  # then this encoding stays
        program, *words = _bytes_of_command()
        os.execv(sys.executable, [program, *options, *words])  # noqa: S606 - ourselves


def _bytes_of_command() -> list[bytes]:
    """Returns the command line of this process; what Python made of it cannot be encoded again in every locale."""
    try:
        with open("/proc/self/cmdline", "rb") as file:
            return file.read().split(b"\0")[:-1]
    except OSError:
        return [os.fsencode(word) for word in sys.orig_argv]


def set_up() -> None:
    """Makes the standard streams accept any text.

    A closed one is opened on the null device, as git does: otherwise the next file that is opened would take its
    place, and what is printed would be written into that file. Characters that a terminal cannot show are printed as
    ``?``.
    """
    while (descriptor := os.open(os.devnull, os.O_RDWR)) <= 2:
        os.set_inheritable(descriptor, True)
    os.close(descriptor)
    for descriptor, (name, mode) in enumerate(_STANDARD):
        if getattr(sys, name) is None:
            setattr(sys, name, open(descriptor, mode, encoding="utf-8", closefd=False))  # noqa: SIM115 - to the end
    of_terminal = None if os.environ.get("PYTHONIOENCODING") else sys._xoptions.get(_TERMINAL_ENCODING)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            if stream.isatty():
                stream.reconfigure(encoding=of_terminal, errors="replace")  # None: as it is
            else:
                stream.reconfigure(encoding="utf-8", errors="replace", newline="\n")


def decoded(word: str) -> str:
    """Returns a word of the command line as it was typed, if the terminal's encoding is not UTF-8.

    In UTF-8 mode, bytes that are not UTF-8 are surrogates. The path of an existing file keeps them.
    """
    encoding = sys._xoptions.get(_TERMINAL_ENCODING)
    if word.isascii() or not isinstance(encoding, str) or os.path.lexists(word):
        return word
    try:
        word.encode()
    except UnicodeEncodeError:
        with suppress(UnicodeDecodeError):
            return os.fsencode(word).decode(encoding)
    return word


def silence(stream: TextIO) -> None:
    """Discards further output: its reader is gone, which is no error, and Python must not report one at exit."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def flush() -> None:
    """Writes what is buffered; what cannot be written has been reported, and is discarded."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (OSError, ValueError):
            silence(stream)
