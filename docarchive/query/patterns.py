"""Patterns: what a wildcard, a fuzzy word or a regular expression means for one term.

One definition for all: ``Node.matches`` tests terms with them, and engines select terms of their
vocabulary with them.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any, Final, NamedTuple

from docarchive.errors import UnsupportedQuery

EXACT: Final = "exact"
GLOB: Final = "glob"
FUZZY: Final = "fuzzy"
_WILD = re.compile(r"[*?]")
_REGEX_MEMORY: Final = 8 << 20


class Pattern(NamedTuple):
    """A test of one term.

    Attributes:
        kind: ``exact``; ``glob``: ``*`` stands for any characters and ``?`` for one; or ``fuzzy``: at most
            distance letters added, left out, replaced or swapped with their neighbour (optimal string
            alignment).
        text: The term, or its pattern.
        distance: For ``fuzzy``.
    """

    kind: str
    text: str
    distance: int = 0

    def test(self) -> Callable[[str], bool]:
        """Returns what tests a term."""
        text = self.text
        if self.kind == EXACT:
            return lambda term: term == text
        if self.kind == GLOB:
            found = _glob(text)
            return lambda term: found.fullmatch(term) is not None
        distance, limit = _distance(), self.distance
        return lambda term: distance(term, text, score_cutoff=limit) <= limit

    def select(self, vocabulary: Sequence[str]) -> list[str]:
        """Returns the terms of a sorted vocabulary that pass."""
        if self.kind == FUZZY:
            test = self.test()
            least, most = len(self.text) - self.distance, len(self.text) + self.distance
            return [term for term in vocabulary if least <= len(term) <= most and test(term)]
        head = self.literal()
        low = bisect_left(vocabulary, head)
        if self.kind == EXACT:
            return [head] if low < len(vocabulary) and vocabulary[low] == head else []
        high = bisect_left(vocabulary, head + "\U0010ffff", low)
        part = vocabulary[low:high]
        if self.text == head + "*":
            return list(part)
        match = _glob(self.text).fullmatch
        return [term for term in part if match(term)]

    def literal(self) -> str:
        """Returns the start that each passing term has."""
        if self.kind == FUZZY:
            return ""
        wild = _WILD.search(self.text) if self.kind == GLOB else None
        return self.text[: wild.start()] if wild else self.text


@lru_cache(maxsize=256)
def _glob(text: str) -> re.Pattern[str]:
    # Runs of stars are one, and each part between two is found as early as it can be and never given
    # back (an atomic group): no pattern takes more than linear time a star.
    *parts, last = re.sub(r"\*+", "*", text).split("*")
    if not parts:
        return re.compile(_literal(last), re.DOTALL)
    first, *middle = parts
    lazily = "".join(f"(?>.*?{_literal(part)})" for part in middle if part)
    return re.compile(f"{_literal(first)}{lazily}.*{_literal(last)}", re.DOTALL)


def _literal(text: str) -> str:
    return "".join("." if character == "?" else re.escape(character) for character in text)


def _distance() -> Any:
    from rapidfuzz.distance import OSA

    return OSA.distance


@lru_cache(maxsize=64)
def regex(pattern: str) -> Callable[[str], bool]:
    """Returns what tests whether a regular expression is found in a value, in any letter case.

    RE2 takes time in proportion to the value's length, whatever the expression.

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
        found = re2.compile(pattern, options=options)
    except UnicodeEncodeError:
        raise ValueError("it holds half a character") from None
    except re2.error as error:
        reason = error.args[0] if error.args else error
        raise ValueError(reason.decode("utf-8", "replace") if isinstance(reason, bytes) else str(reason)) from None

    def test(value: str) -> bool:
        return found.search(value) is not None

    return test
