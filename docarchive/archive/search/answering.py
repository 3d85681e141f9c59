"""Answering: when articles with any of a query's words are a better answer than those with all of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, cast

from docarchive.catalog import Catalog
from docarchive.engines import Engine
from docarchive.query import AnalyzedArticle, Context, Node, ParsedQuery
from docarchive.records import NamedTuple

if TYPE_CHECKING:
    from docarchive.article import Article

#: What the hits of a search are: the articles that match the query, those with any of its words, or those that mean
#: something like it and have none of them.
ALL_WORDS: Final = "all words"
ANY_WORDS: Final = "any words"
BY_MEANING: Final = "meaning"
#: A query matches little if at most so many articles match.
FEW: Final = 2
#: A query of so many words is also answered with any of them if only few articles have all (decision 0070).
_MANY_WORDS: Final = 4


class _TitledText(NamedTuple):
    """An article that consists of its title, as the analysis needs it."""

    id: str
    title: str
    title_derived: bool = False
    summary: str | None = None
    body: str = ""
    language: str | None = None


def any_words_instead(
    parsed: ParsedQuery, total: int, engine: Engine, catalog: Catalog, context: Context
) -> Node | None:
    """Returns the tree for any of a query's words if too few articles, ``total``, match the query; else None."""
    if total > FEW or not parsed.words:
        return None
    if total and (len(parsed.words) < _MANY_WORDS or _is_title(parsed, engine, catalog)):
        return None
    from docarchive.query.any_words import any_words

    return any_words(parsed, context.analyzer)


def _is_title(parsed: ParsedQuery, engine: Engine, catalog: Catalog) -> bool:
    """Returns whether the title of one of few matches has all words of a query, as if it were pasted."""
    for row in catalog.rows_of([*engine.ids(parsed.tree)]).values():
        if row.metadata.get("title_derived"):
            continue
        titled = cast("Article", _TitledText(row.id, str(row.metadata.get("title", ""))))
        document = AnalyzedArticle(titled, row.language)
        if all(node.matches(document) for node, _ in parsed.words):
            return True
    return False
