"""Rows of a collection: what a catalog says of an article, from its document, which any program may have written."""

from __future__ import annotations

import json
from collections.abc import Sequence
from hashlib import sha256
from typing import TYPE_CHECKING, Final

from docarchive import frontmatter
from docarchive.analysis import primary
from docarchive.archive.indexing.damaged_articles import is_valid_id
from docarchive.catalog import Row, stored
from docarchive.errors import ArticleError, InputError
from docarchive.store.layout import article_path, is_article_path

if TYPE_CHECKING:
    from docarchive.engines.opensearch.documents import Holder, StoredArticle

_LONGEST: Final = 1_000  # characters of a path
_encode: Final = json.JSONEncoder(ensure_ascii=False, default=str).encode


def row_of(article: StoredArticle, holders: Sequence[Holder]) -> Row:
    """Returns the row of an article.

    Args:
        article: The article that leads.
        holders: The archives that have an article of this id.

    Raises:
        InputError: The document has no article.
    """
    if not is_valid_id(article.id):
        raise ArticleError("id", "it is no id of an article")
    if "\0" in article.text:
        raise InputError("it has zero bytes in it")
    read = frontmatter.read_article(article.text)
    if read.id not in ("", article.id):
        raise ArticleError("id", "the file states another one")
    read.id = article.id
    data = article.text.encode()
    content = {holder.content for holder in holders if holder.archive == article.archive}
    return Row(
        article.id,
        article.path if _is_plain(article.path) else article_path(read),
        stored.metadata(_encode(read.metadata())),
        primary(article.language) or "en",
        len(data),
        digest=sha256(data).digest(),
        archives=(article.archive, *(holder.archive for holder in holders if holder.archive != article.archive)),
        differing=tuple(holder.archive for holder in holders if holder.content not in content),
    )


def _is_plain(path: str) -> bool:
    """Returns whether a path is one that an article may have, without signs that a terminal would obey."""
    return is_article_path(path) and "\\" not in path and path.isprintable() and len(path) <= _LONGEST
