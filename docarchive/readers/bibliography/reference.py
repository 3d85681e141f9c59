"""References: how the entries of all bibliographies become articles."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from docarchive.article import Article
from docarchive.dates import PartialDate
from docarchive.errors import ReaderError
from docarchive.formats.latex_languages import CODES
from docarchive.identity import DOI
from docarchive.readers.html.to_markdown import to_line, to_markdown
from docarchive.readers.protocol import Member, Source
from docarchive.readers.values.months import month
from docarchive.readers.values.reserved_keys import make_article, set_aside

_WORD = re.compile(r"[^\W\d_]+")
_MARKUP = re.compile(r"</?\w+[^<>]*>")
_LANGUAGE = re.compile(r"[a-zA-Z]{2,3}(?:[-_]\w{2,8})*\Z")
_CITATION_KEYS: Final = ("volume", "number", "pages", "publisher")


def reference(metadata: dict[str, Any], texts: list[str]) -> Article:
    """Makes an article of a reference.

    Args:
        metadata: ``title``, ``authors``, ``date``, ``source``, ``doi``, ``url`` and any other keys; values may be
            empty. A ``language`` may be a tag or a name.
        texts: Its abstract and notes; without any, the citation is the text.

    Raises:
        ReaderError: It has neither title nor text.
    """
    body = "\n\n".join(filter(None, (_text(text) for text in texts)))
    title = to_line(str(metadata.get("title") or ""))
    if not title and not body:
        raise ReaderError("the entry has neither title nor abstract")
    if language := str(metadata.get("language") or "").strip():
        code = CODES.get(language.lower()) or (language if _LANGUAGE.match(language) else "")
        metadata["language"] = code.replace("_", "-")
        if not code:
            set_aside(metadata, "language", language)
    if doi := DOI.fullmatch(str(metadata.get("doi") or "").strip()):
        metadata["doi"] = doi[1]
    stated = {key: value for key, value in {**metadata, "title": title}.items() if value}
    return make_article(stated, body or _citation(stated))


def _text(text: str) -> str:
    return to_markdown(text) if _MARKUP.search(text) else "\n\n".join(" ".join(p.split()) for p in text.split("\n\n"))


def _citation(metadata: dict[str, Any]) -> str:
    """Returns the citation of a work on one line: authors, title, source, volume and pages, date, address."""
    authors, date = metadata.get("authors") or [], str(metadata.get("date") or "")
    parts = [
        ", ".join(authors) if isinstance(authors, list) else str(authors),
        str(metadata.get("title", "")),
        str(metadata.get("source", "")),
        " ".join(str(metadata[key]) for key in _CITATION_KEYS if metadata.get(key)),
        date,
        str(metadata.get("doi") or metadata.get("url") or ""),
    ]
    return ". ".join(part for part in parts if part) + "."


def date_of(*parts: object) -> PartialDate | None:
    """Returns the date of a year, a month and a day, up to the first that cannot be read."""
    date = ""
    for value, width in zip(parts, (4, 2, 2), strict=False):
        text = str(value or "").strip()
        number = _month(text) or (int(text) if text.isdigit() else 0)
        if not number:
            break
        date += f"{'-' if date else ''}{number:0{width}}"
    return PartialDate.parse_or_none(date)


def _month(text: str) -> int | None:
    """Returns the number of the month whose name a text begins with: ``Sept.``, ``May/June``."""
    word = _WORD.match(text)
    return month(word[0]) if word else None


def attached(source: Source, files: list[str], location: str) -> Iterator[Member]:
    """Yields the attached files of an entry that are next to its bibliography, or below it."""
    for path in files:
        attachment = source.sibling(path)
        if attachment is not None:
            yield Member(f"{location}/{path}", attachment, named=True)
