"""QueryAnalyzer: the terms of queries, in each language of an archive."""

from __future__ import annotations

import re
from collections.abc import Sequence

from docarchive.analysis.analyzer import analyzer, folded_word
from docarchive.analysis.chunks import chunk_pattern, wordlike
from docarchive.analysis.stemming import primary
from docarchive.analysis.terms import Run, Slot, Term


class QueryAnalyzer:
    """Makes terms of queries in each language of an archive.

    Args:
        languages: ISO 639-1, each once.
    """

    def __init__(self, languages: Sequence[str] = ("en",)) -> None:
        self.languages = tuple(dict.fromkeys(primary(language) for language in languages)) or ("en",)

    def runs(self, text: str) -> list[Run]:
        """Returns the ways in which a text stands in articles of any of the languages."""
        merged: dict[tuple[int, tuple[int, ...]], list[dict[str, set[str]]]] = {}
        for language in self.languages:
            for number, run in enumerate(analyzer(language).runs(text)):
                way = number if len(run) > 1 else 0  # two ways of one language must not be mixed
                slots = merged.setdefault((way, tuple(offset for offset, _ in run)), [{} for _ in run])
                for slot, (_, terms) in zip(slots, run, strict=True):
                    for term in terms:
                        slot.setdefault(term, set()).add(language)
        return [
            tuple((offset, self._slot(slot)) for offset, slot in zip(offsets, slots, strict=True))
            for (_, offsets), slots in merged.items()
        ]

    def _slot(self, languages_of: dict[str, set[str]]) -> Slot:
        """Returns terms that know their languages, where those are not all."""
        every = len(self.languages)
        return tuple(
            Term(term, frozenset() if len(languages) == every else frozenset(languages))
            for term, languages in languages_of.items()
        )

    def word(self, text: str) -> str:
        """Returns a word folded, with its wildcards, as words of articles are; nothing if it is not one word."""
        return folded_word(re.sub(r"[-&‐‑]", "", text).strip(".")) if wordlike(text) else ""

    def without_spaces(self, text: str) -> bool:
        """Tells whether a text ends in a script without spaces, where words have no ends that one could see."""
        found = list(analyzer(self.languages[0]).tokens(text))
        return bool(found) and found[-1].unit > 0

    def single_character(self, text: str) -> str:
        """Returns the one character of a script without spaces that a text is, folded; else nothing."""
        found = list(analyzer(self.languages[0]).tokens(text))
        if len(found) != 1 or not found[0].unit or found[0].unit != found[0].end - found[0].start:
            return ""
        return found[0].words[0]

    def word_spans(self, text: str) -> list[tuple[int, int]]:
        """Returns where the words of a text begin and end."""
        return [match.span() for match in chunk_pattern(text).finditer(text)]
