"""Forms of a phrase: which of its terms count in the languages of articles; the same for engines that have phrases."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from docarchive.analysis import Slot
from docarchive.query.tree import languages_of, terms_in_language

_ANY: Final = ""  # no article's language: terms that count in some languages do not count in it

#: Pairs of a slot's distance from the first slot, and its terms.
Slots = Sequence[tuple[int, Sequence[str]]]


def by_language(slots: Sequence[tuple[int, Slot]]) -> Iterator[tuple[list[str], Slots]]:
    """Yields languages of articles (none means any), and the slots with the terms that count in them."""
    mentioned = sorted(set().union(*(languages_of(term) for _, terms in slots for term in terms)))
    forms: dict[tuple[tuple[int, tuple[str, ...]], ...], list[str]] = {}
    for language in [_ANY, *mentioned]:
        form = tuple((offset, tuple(terms_in_language(terms, language))) for offset, terms in slots)
        if all(terms for _, terms in form):
            forms.setdefault(form, []).append(language)
    for form, languages in forms.items():
        yield ([] if _ANY in languages else languages), form
