"""Cards: what the catalog notes of an article, made before anything is written.

Owns what stands in a row of ``articles``, and which labels an article has. Useful apart from the database:
making a card is most of the work, and needs nothing of what is in the catalog.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from docarchive.analysis import fold
from docarchive.analysis.minhash import signature
from docarchive.catalog.filters import UNLABELLED
from docarchive.identity import ArticleIdentity
from docarchive.language import SAMPLE, detect
from docarchive.query import AnalyzedArticle

if TYPE_CHECKING:
    from docarchive.article import Article

#: The columns of ``articles`` that tell of the article itself, in the order of ``EntryData.values``.
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
    """What the catalog notes of an article.

    Attributes:
        id: The article's.
        language: Its own, else the one that its words are taken to be in.
        values: Of the row, in the order of ``COLUMNS``.
        labels: Key and value of each label, each pair once.
        signature: Of its text (``analysis.minhash``), or None if that is too short.
        fingerprint: Of the record that it came from, if there was one.
    """

    id: str
    language: str
    values: tuple[Any, ...]
    labels: tuple[tuple[str, str], ...]
    signature: bytes | None
    fingerprint: str | None

    @classmethod
    def of(
        cls,
        article: Article,
        language: str,
        signed: bytes | None = None,
        identified: ArticleIdentity | None = None,
        metadata: Mapping[str, Any] | None = None,
    ) -> EntryData:
        """Makes the card of an article.

        Args:
            article: The article.
            language: Its language where that is neither said nor clear.
            signed: The signature of its text, if that is known.
            identified: What tells it from others, if that is known.
            metadata: What its ``metadata()`` gives, if that is at hand.
        """
        spoken = article.language or detect(f"{article.title}\n{article.body[:SAMPLE]}", language)
        values: list[Any] = [
            *(identified or ArticleIdentity.of(article)),
            article.title,
            fold(article.title)[:_TITLE_KEY],
            spoken,
        ]
        for date in (article.date, article.updated, article.archived):
            values += (date.start, date.end) if date else (None, None)
        values.append(_encode(metadata or article.metadata()))
        labels = tuple(_labels(AnalyzedArticle(article, spoken)))
        signed = signed or signature(article.body)
        return cls(article.id, spoken, tuple(values), labels, signed, article.fingerprint or article.original)


def _labels(analyzed: AnalyzedArticle) -> dict[tuple[str, str], None]:
    return {
        (key, value): None for key in analyzed.label_fields if key not in UNLABELLED for value in analyzed.values(key)
    }
