"""Metadata that site generators take from the folder and the name of a file: section, draft, date and title.

Knows Hugo, Jekyll, Zola, Eleventy, Pelican, Nikola, Hexo and Docusaurus. Their front matter is read by
``generator_keys``. See decision 0051.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from docarchive import keys
from docarchive.article import Article
from docarchive.dates import PartialDate
from docarchive.readers.sites.file_names import date_in_name, date_in_path, is_index, title_in_name, title_of_post
from docarchive.readers.sites.generator_keys import normalized
from docarchive.readers.values.dates_found import date_people_wrote
from docarchive.readers.values.reserved_keys import lenient_article

#: Names of folders that are no sections.
_GENERIC: Final = frozenset(
    """
    content contents post posts _posts draft drafts _drafts src source site sites www file files doc docs page pages
    article articles collections data input inbox markdown md text blog public vault notes
    """.split()  # noqa: SIM905
)
_ROOTS: Final = ("content", "src", "source")
_LANGUAGE = re.compile(r"[a-z]{2}(?:-[a-z]{2,4})?", re.IGNORECASE)
_FIGURES = re.compile(r"[\d._-]+")
#: Hugo shows the first of these that is present; Jekyll, Zola and Eleventy know only ``date``.
_HUGO_DATES: Final = ("date", "publishdate", "pubdate", "published", "pubdatetime")
_LAST_DATES: Final = ("lastmod", "modified")
_PATH_KEYS: Final = ("path", "permalink", "url", "slug", "aliases")
_POSTS: Final = frozenset(["_posts", "_drafts"])
_TRUE: Final = frozenset(["true", "yes", "on", "1"])
_FALSE: Final = frozenset(["false", "no", "off", "0"])
_STATES: Final = ("status", "jbake-status", "visibility", "state")


def site_article(metadata: Mapping[Any, Any], body: str, name: str, folder: str) -> Article:
    """Makes an article of the metadata and the text of a file, and what a site adds by its name and folder.

    Without a text, the title is the text.
    """
    metadata = normalized(metadata, folder)
    add_folder_metadata(metadata, name, folder)
    if date := shown_date(metadata, name, folder):
        metadata.setdefault("date", date)
    return lenient_article(metadata, body or str(metadata.get("title", "")))


def add_folder_metadata(metadata: dict[Any, Any], name: str, folder: str) -> None:
    """Adds the section, Jekyll's categories and ``draft``, as the folder of a file gives them."""
    if not any(value and keys.canonical(str(key)) == "section" for key, value in metadata.items()) and (
        from_folder := section(folder, name)
    ):
        metadata["section"] = from_folder
    if is_draft(metadata, folder):
        metadata["draft"] = True
    if own := categories(folder):
        given = metadata.get("categories") or []
        metadata["categories"] = [*own, *(given if isinstance(given, list) else [given])]


def section(folder: str, name: str) -> str | None:
    """Returns the section of a file by its folder, or None.

    That is the first folder below the last ``content`` or ``src``, without one of a language and, for ``index.md``,
    without its own; for Jekyll the folder above ``_posts``; else the first with a name of its own.
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
    """Returns the categories that Jekyll makes of the folders above ``_posts``.

    >>> categories("town/news/_posts"), categories("content/news")
    (['town', 'news'], [])
    """
    parts = folder.split("/")
    at = next((_last(parts, special) for special in _POSTS if special in parts), None)
    return (
        [part for part in parts[:at] if part and not part.startswith((".", "_")) and part not in _GENERIC] if at else []
    )


def is_draft(metadata: Mapping[Any, Any], folder: str) -> bool:
    """Returns whether a file is a draft: by its folder (``_drafts``), or by a key such as ``status``."""
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

    In this order, which is Hugo's and which other generators' agree with (decision 0051): the keys of ``_HUGO_DATES``,
    the name of the file or of the folder of an ``index.md``, a path of the form ``2024/03/16/visit`` in a key or the
    folder, the date of the last change.
    """
    lowered = {str(key).lower(): value for key, value in metadata.items()}
    for key in _HUGO_DATES:
        if date := date_people_wrote(lowered.get(key)):
            return date
    if any(keys.canonical(key) == "date" and date_people_wrote(value) for key, value in lowered.items()):
        return None  # a key that generators ignore, such as ``created``: the article takes it by its spelling
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
    return next((date for key in _LAST_DATES if (date := date_people_wrote(lowered.get(key)))), None)


def shown_title(metadata: Mapping[Any, Any], name: str, folder: str) -> str:
    """Returns the title that Jekyll makes of a post's name, or the name of the folder of an index; else empty."""
    own = folder.rpartition("/")[2] if is_index(name) else name
    jekyll = "layout" in metadata or date_in_name(own)
    return title_in_name(own) if jekyll or (is_index(name) and own) else ""


def title_of_jekyll(name: str, folder: str) -> str:
    """Returns the title of a Jekyll post that states none, whatever its headings say; empty for other files."""
    return title_of_post(name) if not _POSTS.isdisjoint(folder.split("/")) and not is_index(name) else ""


def _word(value: object) -> str:
    return str(value).strip().lower() if isinstance(value, str | bool | int) else ""


def _last(parts: list[str], name: str) -> int | None:
    return next((len(parts) - 1 - i for i, part in enumerate(reversed(parts)) if part == name), None)
