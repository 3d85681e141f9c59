"""Records between an input and a decision, and the data that is held for them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from docarchive.archive.importing.merging import Said
from docarchive.article import Article
from docarchive.digests import sha256
from docarchive.folder import File
from docarchive.identity import ArticleIdentity
from docarchive.readers import Reader, Record, Source, no_sibling
from docarchive.records import NamedTuple, dataclass
from docarchive.store import Original


def fingerprint_of(raw: bytes) -> str:
    """Returns the fingerprint of a record that is one of several in its input: 32 hex digits."""
    return sha256(raw).hexdigest()[:32]


@dataclass(slots=True)
class HeldInput:
    """An input whose bytes are held, and how many of its records are refused so far."""

    where: str  # the input as the user named it
    original: Original
    url: str | None = None  # the URL that it was fetched from, or None
    #: The input that it comes from, if it is one record that was refused earlier; ``where`` then includes its location.
    record_of: str | None = None
    stamp: str = ""  # what its file was when it was opened; see ``sources.stamp_of``
    #: Whether it is kept with an article that was not read from it: a program passed both.
    apart: bool = False
    refused: int = 0  # how many of its records are refused
    kept: str | None = None  # the path in quarantine where the whole input is kept, or None

    def at(self, location: str) -> str:
        """Returns how reports name a record of the input."""
        return self.where if self.record_of is not None or not location else f"{self.where}:{location}"

    def content(self) -> bytes | File:
        """Returns the input's bytes, or the file that holds them."""
        return self.original.content()


class PendingRecord(NamedTuple):
    """A record that waits for a decision."""

    where: str  # the input as the user named it, with the record's location in it
    record: Record  # the record, not yet parsed
    input: HeldInput
    reader: Reader
    fingerprint: str  # the digest of the record's bytes
    weight: int = 0  # how many bytes of the inputs are done with it, for progress
    picture: Callable[[str], Source | None] = no_sibling  # returns what its article shows; see ``Source``

    def content(self) -> bytes | File:
        """Returns the bytes of a file of the record alone, or the file that holds them."""
        record = self.record
        return record.head + record.raw if record.raw is not None else self.input.content()


class RefusedInput(NamedTuple):
    """An input or a record that cannot be read, among the records that wait."""

    where: str  # the input as the user named it, with the record's location in it
    reason: str  # one sentence
    content: bytes | File | None  # its bytes, or the file that holds them; None if there is nothing to keep
    input: HeldInput | None = None  # the input that it belongs to, if its bytes are held
    weight: int = 0  # how many bytes of the inputs are done with it, for progress
    whole: bool = False  # whether it is a whole input, not a record of one


@dataclass(slots=True)
class NewArticle:
    """A parsed article that may be stored, with values that several steps need."""

    article: Article
    path: str  # the path of its file, relative to the archive, if it is new
    #: The identity that it has in its input, if that outlives changes of the text; overrides may change keys that it is
    #: made of.
    strong: str | None
    exported: bool  # whether an archive exported it with this id
    #: Its identity and digest; None after the article was changed, to compute them again.
    identified: ArticleIdentity | None
    #: The identity that it has if its address is that of another article too; None if that is no question.
    at_shared_url: str | None = None
    signature: bytes | None = None  # the MinHash signature of its text, if it was computed; see ``analysis.minhash``
    metadata: dict[str, Any] | None = None  # its metadata as written into its file, if it was written
    said: Said | None = None  # what this import says of it, see ``merging``; None to keep what the last one said

    def identity(self) -> ArticleIdentity:
        """Returns the identity and the digest of the article as it is now."""
        return self.identified or ArticleIdentity.of(self.article)
