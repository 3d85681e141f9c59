"""What the generators of sites take from where a file lies: sections, drafts, dates and titles.

Knows Hugo, Jekyll, Zola, Eleventy, Pelican, Nikola, Hexo and Docusaurus. What they write in front matter is read by
``lifting``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from docarchive import keys
from docarchive.dates import PartialDate
from docarchive.readers.sites.file_names import date_in_name, date_in_path, is_index, title_in_name, title_of_post
from docarchive.readers.values.written_dates import date_at, read_date

_GENERIC: Final = frozenset(
    [
        "content",
        "contents",
        "post",
        "posts",
        "_posts",
        "draft",
        "drafts",
        "_drafts",
        "src",
        "source",
        "site",
        "sites",
        "www",
        "file",
        "files",
        "doc",
        "docs",
        "page",
        "pages",
        "article",
        "articles",
        "collections",
        "data",
        "input",
        "inbox",
        "markdown",
        "md",
        "text",
        "blog",
        "public",
        "vault",
        "notes",
    ]
)
_ROOTS: Final = ("content", "src", "source")
_LANGUAGE = re.compile(r"[a-z]{2}(?:-[a-z]{2,4})?", re.IGNORECASE)
_FIGURES = re.compile(r"[\d._-]+")
#: Hugo shows the first of these that is there; Jekyll, Zola and Eleventy know ``date`` alone.
_HUGO_DATES: Final = ("date", "publishdate", "pubdate", "published", "pubdatetime")
_LAST_DATES: Final = ("lastmod", "modified")
_PATH_KEYS: Final = ("path", "permalink", "url", "slug", "aliases")
_POSTS: Final = frozenset(["_posts", "_drafts"])
_TRUE: Final = frozenset(["true", "yes", "on", "1"])
_FALSE: Final = frozenset(["false", "no", "off", "0"])
_STATES: Final = ("status", "jbake-status", "visibility", "state")


def add_place(metadata: dict[Any, Any], name: str, folder: str) -> None:
    """Adds what a site takes from where a file lies: its section, Jekyll's categories, whether it is a draft."""
    if not any(value and keys.canonical(str(key)) == "section" for key, value in metadata.items()) and (
        found := section(folder, name)
    ):
        metadata["section"] = found
    if is_draft(metadata, folder):
        metadata["draft"] = True
    if own := categories(folder):
        given = metadata.get("categories") or []
        metadata["categories"] = [*own, *(given if isinstance(given, list) else [given])]


def section(folder: str, name: str) -> str | None:
    """Returns the section that a file stands in by its folder, or None.

    That is the first folder below the last ``content`` or ``src``, without one of a language and, for ``index.md``,
    without its own; for Jekyll the folder that ``_posts`` lies in; else the first whose name says something.
    """
    parts = [part for part in folder.split("/") if part not in ("", ".", "..")]
    if is_index(name) and not name.startswith("_"):
        parts = parts[:-1]  # a leaf bundle: the folder is the article
    below = next((at for root in _ROOTS if (at := _last(parts, root)) is not None), None)
    if below is not None and not _POSTS & set(parts):
        parts = parts[below + 1 :]
        parts = parts[1:] if parts and _LANGUAGE.fullmatch(parts[0]) else parts
        return parts[0] if parts and not _FIGURES.fullmatch(parts[0]) else None
    for special in ("_posts", "_drafts"):
        at = _last(parts, special)
        if at is not None:
            parts = [*reversed(parts[:at]), *parts[at + 1 :]]
    names = (part.lstrip("_") for part in parts if part.lower() not in _GENERIC and not _FIGURES.fullmatch(part))
    return next((part for part in names if part and not part.startswith(".")), None)


def categories(folder: str) -> list[str]:
    """Returns the categories that Jekyll makes of the folders that ``_posts`` lies in.

    >>> categories("town/news/_posts"), categories("content/news")
    (['town', 'news'], [])
    """
    parts = folder.split("/")
    at = next((_last(parts, special) for special in _POSTS if special in parts), None)
    return (
        [part for part in parts[:at] if part and not part.startswith((".", "_")) and part not in _GENERIC] if at else []
    )


def is_draft(metadata: Mapping[Any, Any], folder: str) -> bool:
    """Tells whether a file is a draft: by its folder (``_drafts``), or by one of the keys that say so."""
    lowered = {str(key).lower(): value for key, value in metadata.items()}
    if "draft" in lowered:
        return _word(lowered["draft"]) in _TRUE
    return (
        "_drafts" in folder.split("/")
        or _word(lowered.get("published")) in _FALSE
        or any(_word(lowered.get(key)) == "draft" for key in _STATES)
    )


def shown_date(metadata: Mapping[Any, Any], name: str, folder: str) -> PartialDate | None:
    """Returns the date that a site shows for a file, or None.

    By its keys as Hugo orders them, else by its name or that of the folder of an ``index.md``, by a path of the
    form ``2024/03/16/visit``, or else by the last change.
    """
    lowered = {str(key).lower(): value for key, value in metadata.items()}
    for key in _HUGO_DATES:
        if date := _read(lowered.get(key)):
            return date
    if any(keys.canonical(key) == "date" and _read(value) for key, value in lowered.items()):
        return None  # one of another program, such as ``created``
    own = folder.rpartition("/")[2]
    if date := date_in_name(own if is_index(name) else name, post=not _POSTS.isdisjoint(folder.split("/"))):
        return date
    for key in _PATH_KEYS:
        values = lowered.get(key)
        for value in values if isinstance(values, list) else [values]:
            if isinstance(value, str) and (date := date_in_path(value)):
                return date
    if date := date_in_path(folder) or date_in_name(own):
        return date
    return next((date for key in _LAST_DATES if (date := _read(lowered.get(key)))), None)


def shown_title(metadata: Mapping[Any, Any], name: str, folder: str) -> str:
    """Returns the title that Jekyll makes of a post's name, or that the name of a folder is; else nothing."""
    own = folder.rpartition("/")[2] if is_index(name) else name
    jekyll = "layout" in metadata or date_in_name(own)
    return title_in_name(own) if jekyll or (is_index(name) and own) else ""


def title_of_jekyll(name: str, folder: str) -> str:
    """Returns the title of a post of Jekyll that gives none, whatever its headings say; of other files nothing."""
    return title_of_post(name) if not _POSTS.isdisjoint(folder.split("/")) and not is_index(name) else ""


def _word(value: object) -> str:
    return str(value).strip().lower() if isinstance(value, str | bool | int) else ""


def _read(value: object) -> PartialDate | None:
    if value is None or isinstance(value, bool):
        return None
    if date := read_date(value):
        return date
    found = date_at(value.strip()) if isinstance(value, str) else None
    return found.date if found else None


def _last(parts: list[str], name: str) -> int | None:
    return next((len(parts) - 1 - i for i, part in enumerate(reversed(parts)) if part == name), None)
