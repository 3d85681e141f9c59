"""The class ``Article``: its fields, and its form as metadata and as a JSON object."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from operator import attrgetter
from typing import Any, Final

from docarchive import keys
from docarchive.article.plain import clean, plain_mapping
from docarchive.article.titles import derive_title
from docarchive.article.values import kind_of, leaves, nested_value, read_date, read_names, read_text
from docarchive.dates import PartialDate
from docarchive.errors import ArticleError
from docarchive.keys import SCHEMA
from docarchive.texts import shorten

#: An id as docarchive makes it: 60 bits in Crockford's base 32.
ID_FORM: Final = re.compile(r"[0-9a-hjkmnp-tv-z]{12}")
_DESCRIBING: Final = tuple(key for key in keys.KNOWN if key not in keys.PROVENANCE)
_described: Final = attrgetter(*_DESCRIBING)
_provenance: Final = attrgetter(*keys.PROVENANCE)
_RESERVED = frozenset({"schema", "extra", *keys.BODY_KEYS})


@dataclass(slots=True, kw_only=True)
class Article:
    """One archived article.

    Attributes:
        id: Short, stable, content-derived; empty until the article is archived.
        title: One line of text.
        title_derived: True if the title was made from the text because none was given.
        date: When it was published.
        updated: When it was last changed, by its publisher's word.
        authors: Names, in order.
        source: The publication or agency that it comes from.
        source_id: The id that the source or another system gave it.
        section: The part of the publication it stood in.
        url: Where it stands on the web.
        language: Its language as a BCP 47 tag such as ``en``.
        summary: Its description or abstract.
        tags: Its labels; likewise people, organizations and places that it is about.
        archived: When it came into the archive.
        original: ``sha256:…`` of the file that it was imported from.
        fingerprint: Digest of its own record, if the file held many.
        format: The reader that read it.
        reader: The reader that made it of its original, and that reader's version: ``html/2``.
        imported_from: The file that it came from, as the user named it, and its place there: ``a.jsonl:17``.
        extra: Every other key, in order, with plain values.
        body: The text, as Markdown.
    """

    id: str = ""
    title: str = ""
    title_derived: bool = False
    date: PartialDate | None = None
    updated: PartialDate | None = None
    authors: list[str] = field(default_factory=list)
    source: str | None = None
    source_id: str | None = None
    section: str | None = None
    url: str | None = None
    language: str | None = None
    summary: str | None = None
    tags: list[str] = field(default_factory=list)
    people: list[str] = field(default_factory=list)
    organizations: list[str] = field(default_factory=list)
    places: list[str] = field(default_factory=list)
    duplicate_of: list[str] = field(default_factory=list)
    archived: PartialDate | None = None
    original: str | None = None
    fingerprint: str | None = None
    format: str | None = None
    reader: str | None = None
    imported_from: str | None = None
    extra: dict[str, Any] = field(default_factory=dict)
    body: str = ""

    @classmethod
    def from_metadata(cls, metadata: Mapping[Any, Any], body: str = "") -> Article:
        """Makes an article of metadata in any of the known spellings.

        Where several spellings of one key are present, lists are joined; of single values the
        known spelling wins, else the first, and the rest stay in ``extra``. A missing title is
        derived from the text.

        Args:
            metadata: Keys and values as a front matter or a JSON object holds them.
            body: The text.

        Raises:
            ArticleError: A value is not valid; it names the key.
        """
        article = cls(body=clean(body))
        plain = plain_mapping(metadata)
        for key, value in _known_spellings_first(plain):
            known = keys.canonical(key)
            if known is None or not article._take(known, key, value):
                article.extra[key] = value
        if len(article.extra) > 1:
            article.extra = {key: article.extra[key] for key in plain if key in article.extra}
        if not article.title:
            article.title = derive_title(article.body)
            article.title_derived = True
        return article

    @classmethod
    def from_stored(cls, metadata: Mapping[str, Any], body: str) -> Article:
        """Makes an article of what ``metadata()`` gave, dates as text; nothing is checked or derived anew."""
        article = cls(body=clean(body))
        for key, value in metadata.items():
            kind = keys.KNOWN.get(key)
            if kind is None:
                article.extra[key] = value
            else:
                setattr(article, key, PartialDate(value) if kind == keys.DATE else value)
        return article

    def _take(self, known: str, key: str, value: Any) -> bool:
        """Stores value under a known key; returns False if that key is taken already."""
        if value is None or value in ("", []):
            return True
        kind = keys.KNOWN[known]
        if kind == keys.LIST:
            items = getattr(self, known)
            items.extend(item for item in read_names(key, value) if item not in items)
            return True
        if known == "title_derived":
            self.title_derived = bool(value)
            return True
        if getattr(self, known):
            return False
        if kind == keys.DATE:
            setattr(self, known, read_date(key, value))
        elif text := read_text(key, value):
            setattr(self, known, shorten(text, len(text) + 1) if known == "title" else text)
        return True

    def metadata(self) -> dict[str, Any]:
        """Returns the metadata with known keys first and the rest in its own order.

        Keys without a value are left out; dates are ``PartialDate``.
        """
        found = {key: value for key, value in zip(_DESCRIBING, _described(self), strict=True) if value}
        found.update(self.extra)
        found.update({key: value for key, value in zip(keys.PROVENANCE, _provenance(self), strict=True) if value})
        return found

    def to_dict(self, *, body: bool = True) -> dict[str, Any]:
        """Returns the article as a JSON object (schema 1): known keys, then the others, then ``body``.

        An extra key that has the name of a part of this form stands inside ``extra``.
        """
        record: dict[str, Any] = {"schema": SCHEMA}
        nested: dict[str, Any] = {}
        for key, value in self.metadata().items():
            if key.lower() in _RESERVED:
                nested[key] = value
            else:
                record[key] = str(value) if isinstance(value, PartialDate) else value
        if nested:
            record["extra"] = nested
        if body:
            record["body"] = self.body
        return record

    @classmethod
    def from_dict(cls, record: Mapping[str, Any]) -> Article:
        """Makes an article of a JSON object: the inverse of ``to_dict()``, and lenient to other forms.

        Raises:
            ArticleError: It holds no text at all, or a value is not valid.
        """
        metadata = dict(record)
        nested: dict[str, Any] = {}
        if metadata.get("schema") == SCHEMA:
            del metadata["schema"]
            nested = _nested(metadata)
        body = ""
        for key in list(metadata):
            if key.lower() in keys.BODY_KEYS and not body:
                value = metadata.pop(key)
                if not isinstance(value, str | None):
                    raise ArticleError(key, f"the text of an article is a string, not {kind_of(value)}")
                body = value or ""
        if not body and not any(keys.canonical(key) in ("title", "summary") and metadata[key] for key in metadata):
            raise ArticleError("body", f"no text and no title; name the text one of {', '.join(keys.BODY_KEYS)}")
        return cls.from_metadata({**metadata, **nested}, body)

    def values(self, key: str) -> list[str]:
        """Returns the values of a metadata key as text: none, one, or each of a list.

        Args:
            key: Any spelling of a known key, or another key; ``a.b`` looks inside objects.
        """
        known = key if key in keys.KNOWN else keys.canonical(key)
        value: Any = (getattr(self, known) or None) if known else nested_value(self.extra, key)
        if type(value) is str:
            return [value] if value else []
        if type(value) is list and set(map(type, value)) == {str}:
            return [item for item in value if item]
        return [str(item) for item in leaves(value)]


def _nested(metadata: dict[str, Any]) -> dict[str, Any]:
    """Takes out of a record what ``to_dict()`` had to put inside ``extra``, if anything."""
    extra = metadata.get("extra")
    if not isinstance(extra, dict) or not all(isinstance(key, str) and key.lower() in _RESERVED for key in extra):
        return {}
    del metadata["extra"]
    return extra


def _known_spellings_first(metadata: dict[str, Any]) -> list[tuple[str, Any]]:
    known = [item for item in metadata.items() if item[0] in keys.KNOWN]
    return known + [item for item in metadata.items() if item[0] not in keys.KNOWN] if known else [*metadata.items()]
