"""The query language: text -> tree, and the meaning of the tree's nodes.

Useful for reading a query (``parse``), for its plain meaning (``Node.matches``) and for showing where it matched
(``snippet``). Not useful for searching articles: that is an engine's work. Nothing here knows of an engine.
"""

from docarchive.query.context import Context
from docarchive.query.document import AnalyzedArticle
from docarchive.query.leaves import Mention
from docarchive.query.lexer import quote
from docarchive.query.parser import ParsedQuery, any_of, parse, read
from docarchive.query.patterns import Pattern
from docarchive.query.snippet import Snippet, snippet
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
    "Pattern",
    "Phrase",
    "Regex",
    "Snippet",
    "Word",
    "any_of",
    "parse",
    "quote",
    "read",
    "snippet",
    "walk",
]
