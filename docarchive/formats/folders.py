"""Files and folders of archives and of their exports, and which of them are no articles.

The store and the writers of Markdown and BagIt write this layout; the finder of inputs and the readers of containers
import the articles in it, and skip the rest.
"""

from __future__ import annotations

import re
from typing import Final

from docarchive.pictures import ORIGINALS as ORIGINALS
from docarchive.regexes import lazy

#: The file that makes a folder an archive.
SETTINGS: Final = "docarchive.toml"
#: The folder of its articles.
ARTICLES: Final = "articles"

_SKIPPED = lazy(
    rf"(?:^|/)(?:(?:tag)?manifest-(?:md5|sha\d+)\.txt|{ORIGINALS}/[0-9a-f]{{2}}/[0-9a-f]{{64}}(?:\.[^/]*)?)$"
)


_ORIGINAL: Final = lazy(rf"{ORIGINALS}/([0-9a-f]{{2}})/(\1[0-9a-f]{{62}})(?:\.[a-z0-9]{{1,10}})?", re.ASCII)


def original_path(name: str) -> str:
    """Returns the path of an original by its digest (64 hex digits) and ending: ``originals/3f/3fe2….txt``."""
    return f"{ORIGINALS}/{name[:2]}/{name}"


def original_digest(path: str) -> str | None:
    """Returns the digest that the path of an original says, 64 hex digits; None if no original has such a path."""
    match = _ORIGINAL.fullmatch(path)
    return match[2] if match else None


def is_no_article(path: str) -> bool:
    """Returns whether a path, by its name, is an original of an export or a manifest of a bag."""
    return _SKIPPED.search(path) is not None
