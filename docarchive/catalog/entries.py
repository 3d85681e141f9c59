"""Entries: what the catalog stores of an article, computed before anything is written.

Owns the values of a row of ``articles``, and which labels an article has. Apart from the database, because computing
them is most of the work and needs nothing from it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from docarchive.analysis import fold, minhash
from docarchive.identity import ArticleIdentity
from docarchive.query.document import UNLABELLED, label_values
from docarchive.records import NamedTuple

if TYPE_CHECKING:
    from docarchive.article import Article

#: The columns of ``articles`` for the article itself, not its file, in the order of ``EntryData.values``.
COLUMNS: Final = (
    "identity",
    "content",
    "title",
    "title_key",
    "language",
    "date_start",
    "date_end",
    "updated_start",
    "updated_end",
    "archived_start",
    "archived_end",
    "metadata",
)
_TITLE_KEY: Final = 200
_encode: Final = json.JSONEncoder(ensure_ascii=False, default=str).encode


class EntryData(NamedTuple):
    """What the catalog stores of an article, apart from where its file is."""

    id: str
    language: str  # the language that it states, else the one that its text is analyzed in
    values: tuple[Any, ...]  # the values of its row, in the order of ``COLUMNS``
    labels: tuple[tuple[str, str], ...]  # its labels as pairs of key and value, without repetitions
    signature: bytes | None  # of its text (``analysis.minhash``); None if that is too short, or the same as before
    fingerprint: str | None  # the fingerprint of the record that it was imported from, or None
    said: str | None = None  # what an import said of it, as JSON; None to keep what the last one said
    same_text: bool = False  # whether the catalog has the signature of its text already

    @classmethod
    def of(
        cls,
        article: Article,
        default_language: str,
        signature: bytes | None = None,
        identity: ArticleIdentity | None = None,
        metadata: Mapping[str, Any] | None = None,
        said: Mapping[str, Any] | None = None,
        language: str | None = None,
        *,
        same_text: bool = False,
    ) -> EntryData:
        """Computes the data of an article; what is left out is computed, except what an import said.

        ``same_text`` says that the catalog has an article of this id with the same text below the front matter, so
        that its signature stays.
        """
        language = language or article.language or _detected(article, default_language)
        metadata = metadata or article.metadata()
        values: list[Any] = [
            *(identity or ArticleIdentity.of(article, metadata)),
            article.title,
            fold(article.title)[:_TITLE_KEY],
            language,
        ]
        for date in (article.date, article.updated, article.archived):
            values += (date.start, date.end) if date else (None, None)
        values.append(_encode(metadata))
        labels = tuple(_labels(article, language))
        if not same_text:
            signature = signature or minhash.signature(article.body)
        fingerprint = article.fingerprint or article.original
        said_json = _encode(said) if said is not None else None
        return cls(article.id, language, tuple(values), labels, signature, fingerprint, said_json, same_text)


def _detected(article: Article, default: str) -> str:
    from docarchive.language import SAMPLE, detect

    return detect(f"{article.title}\n{article.body[:SAMPLE]}", default)


def _labels(article: Article, language: str) -> dict[tuple[str, str], None]:
    rows = label_values(article, language, without=UNLABELLED)
    return {(key, value): None for key, values in rows for value in values}
