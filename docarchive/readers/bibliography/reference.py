"""References: what an entry of any bibliography becomes as an article."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from typing import Any, Final

from docarchive.article import Article
from docarchive.dates import PartialDate
from docarchive.errors import ReaderError
from docarchive.formats.latex_languages import CODES
from docarchive.readers.html.to_markdown import to_line, to_markdown
from docarchive.readers.protocol import Member, Source
from docarchive.readers.values.reserved_keys import make_article, set_aside

_DOI = re.compile(r"(?:doi:\s*|https?://(?:dx\.)?doi\.org/)?(10\.\d{4,9}/\S+)\Z", re.IGNORECASE)
_MARKUP = re.compile(r"</?\w+[^<>]*>")
_LANGUAGE = re.compile(r"[a-zA-Z]{2,3}(?:[-_]\w{2,8})*\Z")
_CITED: Final = ("volume", "number", "pages", "publisher")


def reference(metadata: dict[str, Any], texts: list[str]) -> Article:
    """Makes an article of a reference.

    Args:
        metadata: What it says; values may be empty. ``title``, ``authors``, ``date``, ``source``, ``doi``, ``url`` and
            any other keys. A ``language`` may be a tag or a name.
        texts: Its abstract and notes; without any, the text is the citation.

    Raises:
        ReaderError: It has neither title nor text.
    """
    body = "\n\n".join(filter(None, (_text(text) for text in texts)))
    title = to_line(str(metadata.get("title") or ""))
    if not title and not body:
        raise ReaderError("the entry has neither title nor abstract")
    if language := str(metadata.get("language") or "").strip():
        known = CODES.get(language.lower()) or (language if _LANGUAGE.match(language) else "")
        metadata["language"] = known.replace("_", "-")
        if not known:
            set_aside(metadata, "language", language)
    if doi := _DOI.match(str(metadata.get("doi") or "").strip()):
        metadata["doi"] = doi[1]
    given = {key: value for key, value in {**metadata, "title": title}.items() if value}
    return make_article(given, body or _citation(given))


def _text(text: str) -> str:
    return to_markdown(text) if _MARKUP.search(text) else "\n\n".join(" ".join(p.split()) for p in text.split("\n\n"))


def _citation(metadata: dict[str, Any]) -> str:
    """Returns a line that names the work: authors, title, where and when it came out."""
    authors, date = metadata.get("authors") or [], str(metadata.get("date") or "")
    parts = [
        ", ".join(authors) if isinstance(authors, list) else str(authors),
        str(metadata.get("title", "")),
        str(metadata.get("source", "")),
        " ".join(str(metadata[key]) for key in _CITED if metadata.get(key)),
        date,
        str(metadata.get("doi") or metadata.get("url") or ""),
    ]
    return ". ".join(part for part in parts if part) + "."


def date_of(*parts: object) -> PartialDate | None:
    """Returns the date that a year, a month and a day make, as far as they can be read."""
    found = ""
    for part, width in zip(parts, (4, 2, 2), strict=False):
        text = str(part or "").strip()
        number = _MONTHS.get(text[:3].lower()) or (int(text) if text.isdigit() else 0)
        if not number:
            break
        found += f"{'-' if found else ''}{number:0{width}}"
    with suppress(ValueError):
        return PartialDate(found) if found else None
    return None


_MONTHS: Final = {
    name: number
    for number, name in enumerate("jan feb mar apr may jun jul aug sep oct nov dec".split(), start=1)  # noqa: SIM905
}


def attached(source: Source, files: list[str], place: str) -> Iterator[Member]:
    """Yields the files of an entry that lie beside its bibliography."""
    for path in files:
        found = source.beside(path)
        if found is not None:
            yield Member(f"{place}/{path}", found, named=True)
