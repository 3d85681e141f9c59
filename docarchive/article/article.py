"""The class ``Article``: its fields, and its forms as metadata and as a JSON object."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from operator import attrgetter
from typing import Any, Final

from docarchive import keys
from docarchive.arguments import check, checked
from docarchive.article.annotations import READ, Highlight, Note, plain_of
from docarchive.article.plain import clean, plain_mapping
from docarchive.article.titles import derive_title
from docarchive.article.values import kind_of, leaves, nested_value, read_date, read_names, read_text
from docarchive.dates import PartialDate
from docarchive.errors import ArticleError
from docarchive.keys import SCHEMA
from docarchive.records import dataclass, field
from docarchive.texts import shorten

#: The form of ids that docarchive makes: 60 bits in Crockford's base 32.
ID_FORM: Final = re.compile(r"[0-9a-hjkmnp-tv-z]{12}")
_DESCRIBING: Final = tuple(key for key in keys.KNOWN if key not in (*keys.PROVENANCE, *keys.ANNOTATIONS))
_described: Final = attrgetter(*_DESCRIBING)
_provenance: Final = attrgetter(*keys.PROVENANCE)
_RESERVED = frozenset({"schema", "extra", *keys.BODY_KEYS})


@dataclass(slots=True, kw_only=True, repr=False)
class Article:
    """One archived article.

    Attributes:
        id: Its id in the archive, such as ``18pmqdjjyp9s``, made from its identity; empty until it is archived.
        title: Its title, one line of text.
        title_derived: Whether the title was made from the text because there was none.
        date: When it was published.
        updated: When the publisher last changed it.
        authors: The names of its authors, in order.
        source: The name of the publication or agency that it comes from.
        source_id: The id that the source or another system gave it.
        section: The section of the publication that it appeared in.
        url: Its address on the web.
        language: Its language as a BCP 47 tag such as ``en``.
        summary: A description or abstract, plain text.
        tags: Its topics.
        people: The names of people that it is about.
        organizations: The names of organizations that it is about.
        places: The names of places that it is about.
        duplicate_of: The ids of articles that it is a near duplicate of.
        archived: When it was imported into the archive.
        original: The digest of the file that it was imported from: ``sha256:`` and 64 hex digits.
        fingerprint: The digest of its own record, if the file held several.
        format: The name of the reader that read it.
        reader: The name and version of that reader: ``html/2``.
        imported_from: The input that it came from, as the user named it, with its location there: ``a.jsonl:17``.
        highlights: The passages that a reader has marked.
        notes: A reader's notes on it.
        extra: All other keys, in order, with plain values.
        body: Its text, as Markdown.
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
    highlights: list[Highlight] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    extra: dict[str, Any] = field(default_factory=dict)
    body: str = ""

    def __repr__(self) -> str:
        about = " ".join(filter(None, [self.id, str(self.date or "undated"), repr(shorten(str(self.title)))]))
        return f"<Article {about}, {len(self.body):,} characters>"

    def _repr_html_(self) -> str:
        from docarchive.notebooks import values_table

        metadata = self.metadata() | {"body": self.body}
        return values_table(self.title, ((key, value) for key, value in metadata.items() if key != "title"))

    @classmethod
    @checked
    def from_metadata(cls, metadata: Mapping[Any, Any], body: str = "") -> Article:
        """Makes an article from metadata with keys in any of the known spellings.

        If several spellings of a key are present, lists are joined. Of single values, that of the exact key is used,
        else the first; the others stay in ``extra``. A missing title is derived from the text.

        Args:
            metadata: Keys and values as in front matter or a JSON object.
            body: The text.

        Raises:
            ArticleError: A value is not valid; it names the key.
        """
        return cls._of(metadata, body)

    @classmethod
    def _of(cls, metadata: Mapping[Any, Any], body: str) -> Article:
        article = cls(body=clean(body))
        plain = plain_mapping(metadata)
        for key, value in _known_spellings_first(plain):
            name = keys.canonical(key)
            if name is None or not article._set(name, key, value, metadata.get(key)):
                article.extra[key] = value
        if len(article.extra) > 1:
            article.extra = {key: article.extra[key] for key in plain if key in article.extra}
        if not article.title:
            article.title = derive_title(article.body)
            article.title_derived = True
        return article

    @classmethod
    def from_stored(cls, metadata: Mapping[str, Any], body: str) -> Article:
        """Makes an article from stored metadata: the result of ``metadata()``, with dates as text. Checks nothing."""
        article = cls(body=clean(body))
        for key, value in metadata.items():
            kind = keys.KNOWN.get(key)
            if kind is None:
                article.extra[key] = value
            elif kind == keys.OBJECTS:
                setattr(article, key, READ[key](value))
            else:
                setattr(article, key, _stored_date(value) if kind == keys.DATE else value)
        return article

    def _set(self, name: str, key: str, value: Any, given: Any) -> bool:
        """Sets a known key to a value, or adds it to a list; returns False if the key has another value already.

        ``given`` is the value before it was made plain: a date need not be read again.
        """
        if value is None or value in ("", []):
            return True
        kind = keys.KNOWN[name]
        if kind == keys.LIST:
            items = getattr(self, name)
            items.extend(item for item in read_names(key, value) if item not in items)
            return True
        if kind == keys.OBJECTS:
            setattr(self, name, READ[name](value))
            return True
        if name == "title_derived":
            self.title_derived = bool(value)
            return True
        if getattr(self, name):
            return False
        if kind == keys.DATE:
            setattr(self, name, given if type(given) is PartialDate else read_date(key, value))
        elif text := read_text(key, value):
            setattr(self, name, shorten(text, len(text) + 1) if name == "title" else text)
        return True

    def metadata(self) -> dict[str, Any]:
        """Returns the metadata: known keys first, then the others in their own order, provenance, and annotations last.

        Keys without a value are left out; dates are ``PartialDate``, and notes and highlights are plain objects.
        """
        metadata = {key: value for key, value in zip(_DESCRIBING, _described(self), strict=True) if value}
        metadata.update(self.extra if isinstance(self.extra, dict) else check("Article.extra", self.extra, "Mapping"))
        metadata.update({key: value for key, value in zip(keys.PROVENANCE, _provenance(self), strict=True) if value})
        if self.highlights or self.notes:
            metadata.update({key: [plain_of(item) for item in items] for key, items in self._annotations() if items})
        return metadata

    def _annotations(self) -> tuple[tuple[str, list[Highlight] | list[Note]], ...]:
        return ("highlights", self.highlights), ("notes", self.notes)

    @checked
    def to_dict(self, *, body: bool = True) -> dict[str, Any]:
        """Returns the article as a JSON object (schema 1): its metadata, then ``body``.

        Extra keys with a name that this form reserves are in an object ``extra``.

        Args:
            body: Whether to include the text.
        """
        record: dict[str, Any] = {"schema": SCHEMA}
        nested: dict[str, Any] = {}
        for key, value in self.metadata().items():
            if str(key).lower() in _RESERVED:
                nested[key] = value
            else:
                record[key] = str(value) if isinstance(value, PartialDate) else value
        if nested:
            record["extra"] = nested
        if body:
            record["body"] = self.body
        return record

    @classmethod
    @checked
    def from_dict(cls, record: Mapping[str, Any]) -> Article:
        """Makes an article from a JSON object: the inverse of ``to_dict()``; other spellings of keys are read too.

        Raises:
            ArticleError: It has neither text, title nor summary, or a value is not valid.
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
            *names, last = keys.BODY_KEYS
            allowed = f"{', '.join(names)} or {last}"
            raise ArticleError("body", f"there is no text and no title; the key of a text is {allowed}")
        return cls._of({**metadata, **nested}, body)

    def values(self, key: str) -> list[str]:
        """Returns the values of a metadata key as text: none, one, or all of a list.

        Args:
            key: Any spelling of a known key, or another key; ``a.b`` is the key ``b`` in the object ``a``.
        """
        if type(key) is not str:  # not decorated with ``checked``: indexing asks for many values of each article
            key = check("Article.values: key", key, "str")
        name = key if key in keys.KNOWN else keys.canonical(key)
        if name in keys.ANNOTATIONS:
            return self._texts(name)
        value: Any = (getattr(self, name) or None) if name else nested_value(self.extra, key)
        if type(value) is str:
            return [value] if value else []
        if type(value) is list and set(map(type, value)) == {str}:
            return [item for item in value if item]
        return [str(item) for item in leaves(value)]

    def _texts(self, key: str) -> list[str]:
        """Returns the passages that are marked, or all notes, also those on passages."""
        if key == "highlights":
            return [highlight.text for highlight in self.highlights if highlight.text]
        return [text for text in (*map(str, self.notes), *(item.note for item in self.highlights)) if text]


@lru_cache(maxsize=4_096)  # many articles have the date of another one
def _stored_date(text: str) -> PartialDate:
    return PartialDate(text)


def _nested(metadata: dict[str, Any]) -> dict[str, Any]:
    """Removes and returns the object ``extra`` of a record, if ``to_dict()`` can have written it."""
    extra = metadata.get("extra")
    if not isinstance(extra, dict) or not all(isinstance(key, str) and key.lower() in _RESERVED for key in extra):
        return {}
    del metadata["extra"]
    return extra


def _known_spellings_first(metadata: dict[str, Any]) -> list[tuple[str, Any]]:
    exact = [item for item in metadata.items() if item[0] in keys.KNOWN]
    return exact + [item for item in metadata.items() if item[0] not in keys.KNOWN] if exact else [*metadata.items()]
