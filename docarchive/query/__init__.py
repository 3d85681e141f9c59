"""The query language: text -> tree, and what each node of the tree means.

Useful for reading a query (``parse``), for its plain meaning (``Node.matches``) and for showing
where it matched (``snippet``). Not useful for finding articles: that is an engine's work. Nothing
here knows of an engine.
"""

from docarchive.query.document import AnalyzedArticle
from docarchive.query.parser import parse
from docarchive.query.snippet import Snippet, snippet
from docarchive.query.tree import And, DateRange, Every, Label, Node, Not, Or, Phrase, Prefix, Word, walk

__all__ = [
    "AnalyzedArticle",
    "And",
    "DateRange",
    "Every",
    "Label",
    "Node",
    "Not",
    "Or",
    "Phrase",
    "Prefix",
    "Snippet",
    "Word",
    "parse",
    "snippet",
    "walk",
]
