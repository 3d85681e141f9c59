"""Weighting: the text of an article with its terms repeated by their weights, for engines that count terms.

BM25F saturates one weighted frequency of a term; where an engine has BM25 alone, repetition is the weight.
"""

from __future__ import annotations

from itertools import chain
from operator import attrgetter
from typing import Final

from docarchive.analysis import slots_of
from docarchive.query import AnalyzedArticle

#: How often a word of the title is repeated: its weight in ``ranking``, as a whole number. Words of the summary, which
#: weigh 1.5, are there once and twice in turn.
TITLE_COPIES: Final = 3
_terms, _length = attrgetter("terms"), attrgetter("length")


def weighted_text(analyzed: AnalyzedArticle) -> tuple[str, int]:
    """Returns the terms of an article, repeated by their weights and joined by spaces, and their number."""
    summary = analyzed.pretokens("summary")
    whole = analyzed.pretokens("body") + analyzed.headings() + summary
    rest = [*chain.from_iterable(slots_of(summary)[::2])]
    if analyzed.article.title_derived:  # its words are in the text, as a rule
        title = set(chain.from_iterable(analyzed.slots("title")))
        rest += title.difference(chain.from_iterable(slots_of(whole)))
    else:
        whole += analyzed.pretokens("title") * TITLE_COPIES
    return " ".join(chain(map(_terms, whole), rest)), sum(map(_length, whole)) + len(rest)
