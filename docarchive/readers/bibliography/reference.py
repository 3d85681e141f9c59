"""References: how the entries of all bibliographies become articles."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from docarchive.article import DOI, Article
from docarchive.dates import PartialDate
from docarchive.dates.months import month as month_by_name
from docarchive.errors import ReaderError
from docarchive.formats.bibliography import EDITORS
from docarchive.formats.latex_languages import CODES
from docarchive.markdown import escape
from docarchive.readers.html.to_markdown import has_element, to_line, to_markdown
from docarchive.readers.protocol import Member, Source
from docarchive.readers.values.reserved_keys import make_article, set_aside
from docarchive.texts import one_line

_WORD = re.compile(r"[^\W\d_]+")
_LANGUAGE = re.compile(r"[a-zA-Z]{2,3}(?:[-_]\w{2,8})*\Z")
_YEAR = re.compile(r"\d{4}", re.ASCII)
_DAY = re.compile(r"\d{1,2}", re.ASCII)
_OTHERS = re.compile(r"(?:and )?others|et\.? al(?:ii|\.)?", re.IGNORECASE)
#: Names of which the order of the parts shows: not those in Katakana alone, which are foreign ones.
_EAST_ASIAN = re.compile(r"(?=.*[\u3400-\u9fff\uac00-\ud7a3])[\u3005\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]+")
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
    for key in ("authors", EDITORS):
        names = metadata.get(key) or []
        if isinstance(names, list) and any(map(_OTHERS.fullmatch, names)):
            metadata[key] = [name for name in names if not _OTHERS.fullmatch(name)]
            set_aside(metadata, key, "and others")
    stated = {key: value for key, value in {**metadata, "title": title}.items() if value}
    return make_article(stated, body or _citation(stated))


def _text(text: str) -> str:
    if has_element(text):
        return to_markdown(text)
    return "\n\n".join(escape(one_line(paragraph)) for paragraph in text.split("\n\n"))


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
    return escape(" ".join(part if part.endswith((".", "?", "!")) else f"{part}." for part in parts if part))


def name_of(given: str, family: str, suffix: str = "") -> str:
    """Returns a name as people write it: Chinese, Japanese and Korean names have the family's name first.

    >>> name_of("Ada", "Meyer", "Jr."), name_of("太郎", "山田"), name_of("길동", "홍")
    ('Ada Meyer Jr.', '山田太郎', '홍길동')
    """
    if given and family and _EAST_ASIAN.fullmatch(given.strip() + family.strip()):
        return f"{family.strip()}{given.strip()}"
    return " ".join(f"{given} {family} {suffix}".split())


def date_of(year: object, month: object = "", day: object = "") -> PartialDate | None:
    """Returns the date of a year of four digits, a month and a day, up to the first that cannot be read.

    >>> date_of(2020, "May/June"), date_of("2024", 2, 30), date_of("May 2021")
    (PartialDate('2020-05'), PartialDate('2024-02'), None)
    """
    written = str(year or "").strip()
    if not _YEAR.fullmatch(written):
        return None
    parts = [written]
    if number := month_in(str(month or "")):
        parts.append(f"{number:02}")
        if _DAY.fullmatch(str(day or "").strip()):
            parts.append(f"{int(str(day)):02}")
    while parts and not (date := PartialDate.parse_or_none("-".join(parts))):
        parts.pop()
    return date


def month_in(text: str) -> int | None:
    """Returns the number of the first month in a text, by number or name: ``9``, ``Sept.``, ``1-3 May/June``."""
    if text.strip().isdigit():
        return int(text.strip()[:4])
    return next(filter(None, map(month_by_name, _WORD.findall(text))), None)


def attached(source: Source, files: list[str], location: str) -> Iterator[Member]:
    """Yields the attached files of an entry that are next to its bibliography, or below it."""
    for path in files:
        attachment = source.sibling(path)
        if attachment is not None:
            yield Member(f"{location}/{path}", attachment, named=True)
