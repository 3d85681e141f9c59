"""Text analysis: from text to the terms that are compared.

Owns what a word is in every script and language, how words are folded and stemmed, and the terms of metadata values.
Defined once, and used by all engines, so that they give the same answers. Useful to everything that compares words;
not useful for looking anything up.

A text becomes a list of positions with one or more terms: ``co-operation`` is ``co`` and ``oper``, and both positions
also have ``cooper``, the stem of ``cooperation``.
"""

from docarchive.analysis.analyzer import Analyzer, analyzer
from docarchive.analysis.chunks import searchable
from docarchive.analysis.folding import MAX_WORD, fold, label_key, label_terms
from docarchive.analysis.query_analyzer import QueryAnalyzer
from docarchive.analysis.stemming import primary
from docarchive.analysis.terms import PreToken, Run, Slot, Term, Token, slots_of, words_of

__all__ = [
    "MAX_WORD",
    "Analyzer",
    "PreToken",
    "QueryAnalyzer",
    "Run",
    "Slot",
    "Term",
    "Token",
    "analyzer",
    "fold",
    "label_key",
    "label_terms",
    "primary",
    "searchable",
    "slots_of",
    "words_of",
]
