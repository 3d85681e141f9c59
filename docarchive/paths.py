"""Paths as users name them: ``~`` is the home folder everywhere, also where no shell has replaced it.

A shell replaces it neither in ``--archive=~/news`` nor in files of settings, and a program that calls the library has
no shell. Imports nothing from the package but errors.
"""

from __future__ import annotations

import os
from pathlib import Path

from docarchive.errors import UsageError


def expanded(path: str | os.PathLike[str]) -> Path:
    """Returns the path of something to read, with ``~`` and ``~user`` replaced by the user's home folder.

    Names that only begin with a tilde, such as ``~$letter.docx``, stay as they are.
    """
    text = os.fsdecode(path)
    home = text == "~" or text.startswith(("~/", f"~{os.sep}"))
    if home or (text.startswith("~") and not os.path.lexists(text)):
        text = os.path.expanduser(text)
    return Path(text)


def expanded_target(path: str | os.PathLike[str]) -> Path:
    """Returns the path of an archive, or of something to write, with ``~`` and ``~user`` replaced.

    Raises:
        UsageError: There is no such user. A folder of such a name would hardly be what is meant.
    """
    target = expanded(path)
    name = target.parts[0] if target.parts else ""
    if name.startswith("~") and not os.path.lexists(name):
        raise UsageError(f"there is no user {name[1:]!r}; write ./{target} for a path that begins so")
    return target
