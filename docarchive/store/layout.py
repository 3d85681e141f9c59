"""Where things stand in an archive: folder names, and the names of article files.

A file's name is made once, when its article comes in, and never changed by the program.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Final

from docarchive.formats.folders import ARTICLES as ARTICLES
from docarchive.formats.folders import ORIGINALS as ORIGINALS
from docarchive.formats.folders import SETTINGS as SETTINGS

if TYPE_CHECKING:
    from docarchive.article import Article

QUARANTINE: Final = "quarantine"
VERSIONS: Final = "versions"
TEMPORARY: Final = ".docarchive/tmp"
CATALOG: Final = ".docarchive/catalog.sqlite"
INDEX: Final = ".docarchive/index"
LOCK: Final = ".docarchive/lock"
UNDATED: Final = "undated"
#: What is the archive's own within its folder.
OWN: Final = frozenset({SETTINGS, ARTICLES, ORIGINALS, QUARANTINE, VERSIONS, ".docarchive"})

_PLACE = rf"{ARTICLES}/(?:{UNDATED}|\d{{4}}(?:/\d\d)?)"


def article_path(article: Article) -> str:
    """Returns where an article's file goes, relative to the archive, with forward slashes.

    ``articles/2024/03/2024-03-16-<slug>.<id>.md``; ``articles/undated/<slug>.<id>.md`` without a date.
    """
    from docarchive.slugs import slugify

    name = f"{slugify(_wanted_slug(article) or article.title)}.{article.id}.md"
    if article.date is None:
        return f"{ARTICLES}/{UNDATED}/{name}"
    day = article.date.text[:10]
    folder = "/".join(day.split("-")[:2])
    return f"{ARTICLES}/{folder}/{day}-{name}"


def index_folder(root: Path, engine: str) -> Path:
    """Returns the folder in which an engine keeps the index of the archive in a folder."""
    return root / INDEX / engine


def is_own(root: Path, path: Path) -> bool:
    """Tells whether a path is an archive's folder, or a place in it that the archive fills itself."""
    home, place = Path(os.path.realpath(root)), Path(os.path.realpath(path))
    return place == home or (home in place.parents and place.relative_to(home).parts[0] in OWN)


def own_rank(path: str, id_: str) -> int:
    """Returns how much a path is like those that ``article_path`` makes for an id: 2 all, 1 its name alone, 0 not."""
    if not path.endswith(f".{id_}.md"):
        return 0
    return 2 if re.fullmatch(_PLACE, path.rpartition("/")[0]) else 1


def _wanted_slug(article: Article) -> str | None:
    slug = article.extra.get("slug")
    return slug if isinstance(slug, str) else None
