"""AnalyzedArticle: an article as the query tree sees it.

Owns the split of an article into text fields, labels and dates; every engine indexes just these.
"""

from __future__ import annotations

from functools import cached_property
from typing import Final

from docarchive import keys
from docarchive.analysis import WORD, Analyzer, fold_word, label_terms
from docarchive.article import Article
from docarchive.dates import PartialDate

#: Fields that are searched word by word, with stems; a word without a field is sought in all of them.
TEXT_FIELDS: Final = ("title", "summary", "body")
#: Fields that hold dates.
DATE_FIELDS: Final = tuple(key for key, kind in keys.KNOWN.items() if kind == keys.DATE)


class AnalyzedArticle:
    """An article with its terms, each made once, when first asked for.

    Args:
        article: The article.
        analyzer: Makes the terms; the same one must analyse the query.
    """

    def __init__(self, article: Article, analyzer: Analyzer) -> None:
        self.article = article
        self.analyzer = analyzer
        self._labels: dict[str, list[list[str]]] = {}

    @cached_property
    def _found(self) -> dict[str, list[str]]:
        return {name: WORD.findall(self.text(name)) for name in TEXT_FIELDS}

    @cached_property
    def terms(self) -> dict[str, list[str]]:
        """Terms of each text field, in order."""
        return {name: [self.analyzer.term(word) for word in found] for name, found in self._found.items()}

    @cached_property
    def words(self) -> dict[str, set[str]]:
        """Folded words, not stemmed, of each text field."""
        return {name: {fold_word(word) for word in set(found)} for name, found in self._found.items()}

    def text(self, field: str) -> str:
        """Returns the text of a text field."""
        return getattr(self.article, field) or ""

    def labels(self, key: str) -> list[list[str]]:
        """Returns the label terms of each value of a metadata key."""
        if key not in self._labels:
            self._labels[key] = [label_terms(item) for item in self.article.items(key)]
        return self._labels[key]

    def date(self, field: str) -> PartialDate | None:
        """Returns the date in a date field."""
        value = getattr(self.article, field)
        return value if isinstance(value, PartialDate) else None


def label_fields(article: Article) -> list[str]:
    """Returns the metadata keys of an article that are searched as labels, dotted where nested."""
    found = [
        key
        for key, kind in keys.KNOWN.items()
        if key not in TEXT_FIELDS and kind != keys.DATE and getattr(article, key)
    ]
    for key, value in article.extra.items():
        found.append(key)
        if isinstance(value, dict):
            found.extend(_inner(key, value))
    return found


def _inner(prefix: str, value: dict[str, object]) -> list[str]:
    found = []
    for key, inner in value.items():
        found.append(f"{prefix}.{key}")
        if isinstance(inner, dict):
            found.extend(_inner(f"{prefix}.{key}", inner))
    return found
