"""History: the texts that an article had in an archive, to see whether a text is new, and which editions it had."""

from __future__ import annotations

from contextlib import suppress

from docarchive import frontmatter
from docarchive.article import edition
from docarchive.catalog import Entry
from docarchive.digests import sha256
from docarchive.errors import ArchiveDamaged, InputError
from docarchive.identity import content_digest
from docarchive.store import Store


class History:
    """The earlier texts of one article.

    Attributes:
        editions: The editions that they came from.
    """

    def __init__(self) -> None:
        self.editions: set[str] = set()
        self._digests: set[bytes] = set()
        self._contents: set[str] = set()

    @classmethod
    def of(cls, store: Store, id_: str) -> History:
        """Returns the history of an article, from its versions."""
        history = cls()
        for path in store.versions_of(id_):
            with suppress(OSError, ArchiveDamaged):
                history.add(store.folder.read(path))
        return history

    def note_current(self, entry: Entry) -> None:
        """Adds what the article is now."""
        self._digests.add(entry.digest)
        self._contents.add(entry.content)

    def add(self, content: bytes) -> bool:
        """Adds a text, and returns whether it is new; another one that says the same is not."""
        digest = sha256(content).digest()
        if digest in self._digests:
            return False
        self._digests.add(digest)
        try:
            article = frontmatter.read_article(content.decode())
        except (InputError, UnicodeDecodeError):
            return True
        self.editions.add(edition(article))
        said = content_digest(article)
        is_new = said not in self._contents
        self._contents.add(said)
        return is_new
