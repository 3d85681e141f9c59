"""What the generators of sites take from where a file lies, and from front matter that only they write.

Knows Hugo, Jekyll, Zola, Eleventy, Pelican and Nikola: sections, drafts, dates and titles from folders and
names, ``[taxonomies]``, ``[extra]`` and ``[params]``, tags parted by spaces.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from docarchive import keys
from docarchive.dates import PartialDate
from docarchive.readers.names import date_in_name, date_in_path, is_index, title_in_name
from docarchive.readers.writtendates import date_at, read_date

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
_HUGO_DATES: Final = ("date", "publishdate", "pubdate", "published")
_LAST_DATES: Final = ("lastmod", "modified")
_PATH_KEYS: Final = ("path", "permalink", "url", "slug", "aliases")
_TABLES: Final = ("extra", "params")


def section(folder: str, name: str) -> str | None:
    """Returns the section that a file stands in by its folder, or None.

    That is the first folder below the last ``content`` or ``src``, without one of a language and, for ``index.md``,
    without its own; for Jekyll the folder that ``_posts`` lies in; else the first whose name says something.
    """
    parts = [part for part in folder.split("/") if part not in ("", ".", "..")]
    if is_index(name) and not name.startswith("_"):
        parts = parts[:-1]  # a leaf bundle: the folder is the article
    below = next((at for root in _ROOTS if (at := _last(parts, root)) is not None), None)
    if below is not None and not {"_posts", "_drafts"} & set(parts):
        parts = parts[below + 1 :]
        parts = parts[1:] if parts and _LANGUAGE.fullmatch(parts[0]) else parts
        return parts[0] if parts and not _FIGURES.fullmatch(parts[0]) else None
    for special in ("_posts", "_drafts"):
        at = _last(parts, special)
        if at is not None:
            parts = [*reversed(parts[:at]), *parts[at + 1 :]]
    names = (part.lstrip("_") for part in parts if part.lower() not in _GENERIC and not _FIGURES.fullmatch(part))
    return next((part for part in names if part and not part.startswith(".")), None)


def is_draft(metadata: Mapping[Any, Any], folder: str) -> bool:
    """Tells whether a file that says nothing under ``draft`` is one: in ``_drafts``, or by another key."""
    return (
        any(part in ("_drafts",) for part in folder.split("/"))
        or metadata.get("published") is False
        or str(_any_case(metadata, "status") or "").strip().lower() == "draft"
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
    if date := date_in_name(folder.rpartition("/")[2] if is_index(name) else name):
        return date
    for key in _PATH_KEYS:
        values = lowered.get(key)
        for value in values if isinstance(values, list) else [values]:
            if isinstance(value, str) and (date := date_in_path(value)):
                return date
    if date := date_in_path(folder):
        return date
    return next((date for key in _LAST_DATES if (date := _read(lowered.get(key)))), None)


def shown_title(metadata: Mapping[Any, Any], name: str, folder: str) -> str:
    """Returns the title that Jekyll makes of a post's name, or that the name of a folder is; else nothing."""
    own = folder.rpartition("/")[2] if is_index(name) else name
    jekyll = {"_posts", "_drafts"} & set(folder.split("/")) or "layout" in metadata or date_in_name(own)
    return title_in_name(own) if jekyll or (is_index(name) and own) else ""


def lifted(metadata: Mapping[Any, Any], folder: str = "") -> dict[Any, Any]:
    """Returns metadata with what generators keep in tables of their own brought up to where it is looked for."""
    found = dict(metadata)
    taxonomies = found.get("taxonomies")
    if isinstance(taxonomies, dict):
        rest = {key: value for key, value in taxonomies.items() if not _lift(found, key, value)}
        found["taxonomies"] = rest
        if not rest:
            del found["taxonomies"]
    for table in _TABLES:
        inner = found.get(table)
        if isinstance(inner, dict):
            known = {keys.canonical(str(key)) for key in found}
            for key, value in inner.items():
                kind = keys.canonical(str(key))
                if kind in ("authors", "source", "language", "summary", "people", "places") and kind not in known:
                    found.setdefault(key, value)
    jekyll = "layout" in found or "_posts" in folder.split("/")
    for key, value in found.items():
        if keys.canonical(str(key)) == "tags" and isinstance(value, str | list):
            found[key] = tags(value, spaced=jekyll and str(key).lower() in ("tags", "categories"))
    return found


def tags(value: Any, *, spaced: bool = False) -> Any:
    """Returns tags without the ``#`` that some write before them.

    >>> tags("#harbour #ships"), tags(["#a", "b"]), tags("C#, F#"), tags("news sport", spaced=True)
    (['harbour', 'ships'], ['a', 'b'], 'C#, F#', ['news', 'sport'])
    """
    if isinstance(value, str):
        words = value.split()
        if (spaced and "," not in value and ";" not in value) or (len(words) > 1 and all(w[0] == "#" for w in words)):
            return [word.strip("#,") if word.startswith("#") else word for word in words]
        return value.lstrip("#") if value.startswith("#") and "," not in value else value
    return [item[1:] if isinstance(item, str) and len(item) > 1 and item[0] == "#" else item for item in value]


def _lift(found: dict[Any, Any], key: Any, value: Any) -> bool:
    known = keys.canonical(str(key))
    if known is None or keys.KNOWN[known] != keys.LIST or key in found:
        return False
    found[key] = value
    return True


def _read(value: object) -> PartialDate | None:
    if value is None or isinstance(value, bool):
        return None
    if date := read_date(value):
        return date
    found = date_at(value.strip()) if isinstance(value, str) else None
    return found.date if found else None


def _any_case(metadata: Mapping[Any, Any], name: str) -> Any:
    return next((value for key, value in metadata.items() if str(key).lower() == name), None)


def _last(parts: list[str], name: str) -> int | None:
    return next((len(parts) - 1 - i for i, part in enumerate(reversed(parts)) if part == name), None)
