"""QueryAnalyzer: the terms of queries, in all languages of an archive."""

from __future__ import annotations

import re
from collections.abc import Sequence

from docarchive.analysis.analyzer import analyzer, folded_word
from docarchive.analysis.chunks import chunk_pattern, wordlike
from docarchive.analysis.stemming import primary
from docarchive.analysis.terms import Run, Slot, Term


class QueryAnalyzer:
    """Makes the terms of queries, in all languages (ISO 639-1) of an archive. See docs/decisions/0017."""

    def __init__(self, languages: Sequence[str] = ("en",)) -> None:
        self.languages = tuple(dict.fromkeys(primary(language) for language in languages)) or ("en",)

    def runs(self, text: str) -> list[Run]:
        """Returns the runs of terms that a text can be in articles of any of the languages; see ``Analyzer.runs``."""
        merged: dict[tuple[int, tuple[int, ...]], list[dict[str, set[str]]]] = {}
        for language in self.languages:
            for index, run in enumerate(analyzer(language).runs(text)):
                reading = index if len(run) > 1 else 0  # two runs of one language must not be mixed
                slots = merged.setdefault((reading, tuple(offset for offset, _ in run)), [{} for _ in run])
                for slot, (_, terms) in zip(slots, run, strict=True):
                    for term in terms:
                        slot.setdefault(term, set()).add(language)
        return [
            tuple((offset, self._slot(slot)) for offset, slot in zip(offsets, slots, strict=True))
            for (_, offsets), slots in merged.items()
        ]

    def _slot(self, languages_of: dict[str, set[str]]) -> Slot:
        """Returns terms with their languages; with none if they count in all languages."""
        every = len(self.languages)
        return tuple(
            Term(term, frozenset() if len(languages) == every else frozenset(languages))
            for term, languages in languages_of.items()
        )

    def word(self, text: str) -> str:
        """Returns a word folded as the words of articles are, with its wildcards; empty if it is not one word."""
        return folded_word(re.sub(r"[-&‐‑]", "", text).strip(".")) if wordlike(text) else ""

    def without_spaces(self, text: str) -> bool:
        """Returns whether a text ends in a script without spaces, where the ends of words are not visible."""
        tokens = list(analyzer(self.languages[0]).tokens(text))
        return bool(tokens) and tokens[-1].unit > 0

    def has_pairs(self, text: str) -> bool:
        """Returns whether part of a text is in a script without spaces, which is compared by pairs of characters."""
        return not text.isascii() and any(token.unit for token in analyzer(self.languages[0]).tokens(text))

    def single_character(self, text: str) -> str:
        """Returns the folded text if it is a single character of a script without spaces, else an empty text."""
        if text.isascii():
            return ""
        tokens = list(analyzer(self.languages[0]).tokens(text))
        if len(tokens) != 1 or not tokens[0].unit or tokens[0].unit != tokens[0].end - tokens[0].start:
            return ""
        return tokens[0].words[0]

    def word_spans(self, text: str) -> list[tuple[int, int]]:
        """Returns start and end of the words of a text, as indexes of characters."""
        return [match.span() for match in chunk_pattern(text).finditer(text)]
