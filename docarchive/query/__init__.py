"""The query language: text -> tree, and the meaning of the tree's nodes.

Useful for reading a query (``parse``), for its plain meaning (``Node.matches``) and for showing where it matched
(``snippet.snippet``). Not useful for searching articles: that is an engine's work. Nothing here knows of an engine.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from docarchive.lazy import loader
from docarchive.query.document import AnalyzedArticle
from docarchive.query.patterns import Pattern
from docarchive.query.tree import (
    And,
    Boost,
    DateRange,
    Every,
    Has,
    Label,
    Like,
    Node,
    Not,
    NumberRange,
    Or,
    Phrase,
    Regex,
    Word,
    walk,
)

if TYPE_CHECKING:
    from docarchive.query.context import Context
    from docarchive.query.joining import joined
    from docarchive.query.leaves import Mention
    from docarchive.query.lexer import quote
    from docarchive.query.parser import ParsedQuery, any_of, is_in_trash, parse, read
    from docarchive.query.snippet import Passage, Snippet

#: What reads queries; an import makes trees of no text.
_HOMES = {
    "docarchive.query.context": "Context",
    "docarchive.query.joining": "joined",
    "docarchive.query.leaves": "Mention",
    "docarchive.query.lexer": "quote",
    "docarchive.query.parser": "ParsedQuery any_of is_in_trash parse read",
    "docarchive.query.snippet": "Passage Snippet",
}

__all__ = [
    "AnalyzedArticle",
    "And",
    "Boost",
    "Context",
    "DateRange",
    "Every",
    "Has",
    "Label",
    "Like",
    "Mention",
    "Node",
    "Not",
    "NumberRange",
    "Or",
    "ParsedQuery",
    "Passage",
    "Pattern",
    "Phrase",
    "Regex",
    "Snippet",
    "Word",
    "any_of",
    "is_in_trash",
    "joined",
    "parse",
    "quote",
    "read",
    "walk",
]

__getattr__ = loader("docarchive.query", _HOMES)
