"""Quotation: what an archive has of a quote, as ``Archive.quote`` returns it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from docarchive.keys import SCHEMA
from docarchive.records import NamedTuple

#: What an archive has of a quote.
WORD_FOR_WORD: Final = "word for word"
CHANGED: Final = "changed"
MISSING: Final = "not in the archive"


class QuoteDifference(NamedTuple):
    """Words of a quote that an article has differently.

    Attributes:
        quoted: The words of the quote; empty if words are missing there.
        archived: What the article has instead; empty if the quote adds words.
        quote_start: The index of the first character of the words in the quote.
        quote_end: The index after their last character.
        start: The index of the first character of what the article has, in its text.
        end: The index after the last character of that.
    """

    quoted: str
    archived: str
    quote_start: int
    quote_end: int
    start: int
    end: int


class QuotedPart(NamedTuple):
    """A passage of an article that a quote, or a part of it between ellipses, repeats.

    Attributes:
        text: The passage as the article has it, with its markup.
        start: The index of its first character in the article's text.
        end: The index after its last character.
        differences: What the quote has differently, in order.
    """

    text: str
    start: int
    end: int
    differences: tuple[QuoteDifference, ...] = ()

    def pieces(self) -> list[tuple[str, str]]:
        """Returns the passage with its differences: pairs of ``equal``, ``removed`` or ``added``, and a text.

        ``removed`` is what only the quote has, and ``added`` what only the article has.
        """
        pieces: list[tuple[str, str]] = []
        position = self.start
        for difference in self.differences:
            pieces += [("equal", self.text[position - self.start : difference.start - self.start])]
            pieces += [("removed", difference.quoted), ("added", difference.archived)]
            position = difference.end
        return [(kind, text) for kind, text in (*pieces, ("equal", self.text[position - self.start :])) if text]


class QuotedPassage(NamedTuple):
    """Where an article has a quote.

    Attributes:
        id: The article's id.
        title: Its title.
        date: Its date as text, or None.
        version: The number of the version, as ``versions`` lists it.
        current: Whether this is the current version.
        path: The path of the version's file, relative to the archive.
        original: The digest of the bytes that the article was imported from, as ``sha256:``…; None if there are none.
        field: ``body``, ``title`` or ``summary``: the text that the indexes count the characters of. It is the value of
            this key as ``get`` returns it, and as ``docarchive show --json`` prints it.
        parts: The passage; several if the quote has ellipses.
    """

    id: str
    title: str
    date: str | None
    version: int
    current: bool
    path: str
    original: str | None
    field: str
    parts: tuple[QuotedPart, ...]

    @property
    def start(self) -> int:
        """The index of the first character of the passage in the article's text."""
        return self.parts[0].start

    @property
    def end(self) -> int:
        """The index after its last character."""
        return self.parts[-1].end

    @property
    def changes(self) -> int:
        """How many words of the quote are changed, missing or added; 0 if it is word for word."""
        return changed_words(self.parts)

    def to_dict(self) -> dict[str, Any]:
        """Returns the passage as a JSON object."""
        parts = [
            {**part._asdict(), "differences": [difference._asdict() for difference in part.differences]}
            for part in self.parts
        ]
        return {**self._asdict(), "start": self.start, "end": self.end, "changes": self.changes, "parts": parts}


def changed_words(parts: Iterable[QuotedPart]) -> int:
    """Returns how many words of a quote are changed, missing or added in its parts."""
    differences = (difference for part in parts for difference in part.differences)
    return sum(max(len(difference.quoted.split()), len(difference.archived.split()), 1) for difference in differences)


class Quotation(NamedTuple):
    """What an archive has of a quote.

    Attributes:
        quote: The quote as given.
        verdict: ``"word for word"``, ``"changed"`` or ``"not in the archive"``.
        passages: Where it is word for word; if it is so nowhere, where the fewest words are changed. Current versions
            come first, then those with the earliest date.
        more: How many articles have it besides these, as far as they were compared.
        unread: Sentences that say what was not compared, such as a damaged file; empty if the verdict is sure.
    """

    quote: str
    verdict: str
    passages: tuple[QuotedPassage, ...] = ()
    more: int = 0
    unread: tuple[str, ...] = ()

    def _repr_html_(self) -> str:
        from docarchive.notebooks import table

        texts = (" … ".join(part.text for part in own.parts) for own in self.passages)
        rows = ((own.date or "", own.title, text, own.id) for own, text in zip(self.passages, texts, strict=True))
        return table(f"{self.quote}: {self.verdict}", ("date", "title", "passage", "id"), rows)

    def to_dict(self) -> dict[str, Any]:
        """Returns the quotation as a JSON object (schema 1)."""
        passages = [passage.to_dict() for passage in self.passages]
        return {"schema": SCHEMA, **self._asdict(), "passages": passages, "unread": [*self.unread]}
