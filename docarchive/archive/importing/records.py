"""What comes in: records and refusals on their way from the inputs to a decision."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from docarchive.article import Article
from docarchive.identity import ArticleIdentity
from docarchive.readers import Reader, Record
from docarchive.store import Original


@dataclass(slots=True)
class Taken:
    """An input whose bytes are held, and how many of its records were refused.

    Attributes:
        where: It as the user named it.
        original: Its bytes.
        url: Where it was fetched from.
        is_record: Whether it is one record that was refused before; ``where`` tells its place.
        refused: How many of its records were refused.
        kept: Where it is kept as a whole.
    """

    where: str
    original: Original
    url: str | None = None
    is_record: bool = False
    refused: int = 0
    kept: str | None = None

    def at(self, place: str) -> str:
        """Returns how a record of it is called."""
        return self.where if self.is_record or not place else f"{self.where}:{place}"

    def content(self) -> bytes | Path:
        """Returns its bytes, or the file that holds them."""
        return self.original.content()


class Incoming(NamedTuple):
    """A record that waits for a decision.

    Attributes:
        where: The input as the user named it, with the record's place in it.
        record: It itself.
        taken: Its input.
        reader: What reads it.
        fingerprint: Of its bytes.
        weight: How many bytes of the inputs are done with it.
    """

    where: str
    record: Record
    taken: Taken
    reader: Reader
    fingerprint: str
    weight: int = 0

    def content(self) -> bytes | Path | None:
        """Returns its bytes, or the file that holds them."""
        return self.record.raw if self.record.raw is not None else self.taken.content()


@dataclass(slots=True)
class Arrival:
    """An article on its way in, with what was made of it once for all steps.

    Attributes:
        article: It itself.
        path: Where its file goes if it is new.
        strong: The identity that it came with, if that outlives changes of the text; rules may change what it says.
        own: Whether it left an archive with this id.
        identified: What tells it from others; None if that is to be made anew, since it was changed meanwhile.
        signature: Of its text, if that was made; see ``analysis.minhash``.
        metadata: As it was written into its file, if it was.
    """

    article: Article
    path: str
    strong: str | None
    own: bool
    identified: ArticleIdentity | None
    signature: bytes | None = None
    metadata: dict[str, Any] | None = None

    def said(self) -> ArticleIdentity:
        """Returns what tells the article from others as it is now."""
        return self.identified or ArticleIdentity.of(self.article)


class Refused(NamedTuple):
    """What cannot be read, in its place among the records that wait; a record of an input, or all of it."""

    where: str
    reason: str
    content: bytes | Path | None
    taken: Taken | None = None
    weight: int = 0
    whole: bool = False
