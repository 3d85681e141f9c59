"""Patterns: which terms a wildcard, a fuzzy word or a regular expression matches.

One definition for everything: ``Node.matches`` tests terms with it, and engines select terms of their vocabulary with
it.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any, Final

from docarchive.errors import UnsupportedQuery
from docarchive.records import NamedTuple

#: The number of characters of a value that a regular expression is tested on.
MAX_VALUE: Final = 400
EXACT: Final = "exact"
GLOB: Final = "glob"
FUZZY: Final = "fuzzy"
BELOW: Final = "below"
#: Between a label and one below it: ``reading/books``.
_SEPARATOR: Final = "/"
_AFTER_SEPARATOR: Final = "0"
_WILD = re.compile(r"[*?]")
_REGEX_MEMORY: Final = 8 << 20


class Pattern(NamedTuple):
    """A test of one term."""

    #: ``exact``; ``below``: the text, or one below it, as ``reading/books`` is below ``reading``; ``glob``: ``*``
    #: stands for any characters and ``?`` for one; or ``fuzzy``: at most ``distance`` letters
    #: inserted, deleted, replaced or swapped with a neighbour (optimal string alignment).
    kind: str
    text: str  # the term, or the pattern
    distance: int = 0  # the maximum number of differences, for ``fuzzy``

    def test(self) -> Callable[[str], bool]:
        """Returns the function that tests a term."""
        text = self.text
        if self.kind == EXACT:
            return lambda term: term == text
        if self.kind == BELOW:
            below = text + _SEPARATOR
            return lambda term: term == text or term.startswith(below)
        if self.kind == GLOB:
            glob = _glob(text)
            return lambda term: glob.fullmatch(term) is not None
        distance, limit = _distance(), self.distance
        return lambda term: distance(term, text, score_cutoff=limit) <= limit

    def select(self, vocabulary: Sequence[str]) -> list[str]:
        """Returns the terms of a sorted vocabulary that match."""
        if self.kind == FUZZY:
            test = self.test()
            least, most = len(self.text) - self.distance, len(self.text) + self.distance
            return [term for term in vocabulary if least <= len(term) <= most and test(term)]
        head = self.literal()
        low = bisect_left(vocabulary, head)
        if self.kind in (EXACT, BELOW):
            own = [head] if low < len(vocabulary) and vocabulary[low] == head else []
            if self.kind == EXACT:
                return own
            first, last = (bisect_left(vocabulary, head + end, low) for end in (_SEPARATOR, _AFTER_SEPARATOR))
            return own + list(vocabulary[first:last])
        high = bisect_left(vocabulary, head + "\U0010ffff", low)
        candidates = vocabulary[low:high]
        if self.text == head + "*":
            return list(candidates)
        match = _glob(self.text).fullmatch
        return [term for term in candidates if match(term)]

    def literal(self) -> str:
        """Returns the prefix that all matching terms have."""
        if self.kind == FUZZY:
            return ""
        wild = _WILD.search(self.text) if self.kind == GLOB else None
        return self.text[: wild.start()] if wild else self.text


@lru_cache(maxsize=256)
def _glob(text: str) -> re.Pattern[str]:
    # Several stars in a row are one. A literal between two stars is matched at its first occurrence, without
    # backtracking (an atomic group), so that a pattern takes linear time per star.
    *literals, last = re.sub(r"\*+", "*", text).split("*")
    if not literals:
        return re.compile(_literal(last), re.DOTALL)
    first, *middle = literals
    lazily = "".join(f"(?>.*?{_literal(literal)})" for literal in middle if literal)
    return re.compile(f"{_literal(first)}{lazily}.*{_literal(last)}", re.DOTALL)


def _literal(text: str) -> str:
    return "".join("." if character == "?" else re.escape(character) for character in text)


def _distance() -> Any:
    from rapidfuzz.distance import OSA

    return OSA.distance


def one_line(value: str) -> str:
    """Returns the text that regular expressions are tested on: a value on one line, cut to ``MAX_VALUE``."""
    return " ".join(value.split())[:MAX_VALUE]


@lru_cache(maxsize=64)
def regex(pattern: str) -> Callable[[str], bool]:
    """Returns the function that tests whether a regular expression matches in a value, in any letter case.

    RE2 takes time in proportion to the length of the value, for any expression.

    Raises:
        ValueError: It cannot be read, or needs too much memory; the text says why.
        UnsupportedQuery: RE2 is not installed.
    """
    try:
        import re2
    except ImportError:
        raise UnsupportedQuery("regular expressions need an extra: pip install 'docarchive[regex]'") from None

    options = re2.Options()
    options.case_sensitive = False
    options.max_mem = _REGEX_MEMORY
    options.log_errors = False
    try:
        compiled = re2.compile(pattern, options=options)
    except UnicodeEncodeError:
        raise ValueError("it has a lone surrogate") from None
    except re2.error as error:
        reason = error.args[0] if error.args else error
        raise ValueError(reason.decode("utf-8", "replace") if isinstance(reason, bytes) else str(reason)) from None

    def test(value: str) -> bool:
        return compiled.search(value) is not None

    return test
