"""Drafts: edits that could not be saved. They are kept in the archive's folder, and taken up again."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from docarchive.errors import ArchiveDamaged
from docarchive.folder import Folder
from docarchive.records import NamedTuple
from docarchive.store.layout import EDITS

#: The name of the draft of a new article; no id has a space.
NEW = "new article"


def note_on(id_: str) -> str:
    """Returns the name of the draft of a note on an article."""
    return f"{id_} note"


class Draft(NamedTuple):
    """An edit that could not be saved.

    Attributes:
        content: Its bytes.
        base: The text that was edited.
        path: Its path, relative to the archive.
    """

    content: bytes
    base: str
    path: str


class Drafts:
    """The drafts of one archive, by names: the id of an article, ``note_on`` it, or ``NEW``.

    Args:
        root: The archive's folder.
    """

    def __init__(self, root: Path) -> None:
        self._folder = Folder(root)

    def keep(self, name: str, content: bytes, base: str) -> Draft:
        """Keeps a draft, in place of an earlier one; raises ``OSError`` if it cannot be written."""
        draft = Draft(content, base, f"{EDITS}/{name}.md")
        self._folder.make(EDITS)
        self._folder.put(f"{EDITS}/{name}.base", base.encode(), flush=True)
        self._folder.put(draft.path, content, flush=True)
        return draft

    def find(self, name: str) -> Draft | None:
        """Returns a draft; None if there is none."""
        path = f"{EDITS}/{name}.md"
        try:
            content = self._folder.read(path)
            return Draft(content, self._folder.read(f"{EDITS}/{name}.base").decode(), path)
        except FileNotFoundError:
            return None
        except (OSError, UnicodeDecodeError) as error:
            raise ArchiveDamaged(f"{path} cannot be read: {error}") from None

    def drop(self, name: str) -> None:
        """Deletes a draft, if there is one."""
        for ending in (".md", ".base"):
            self._folder.remove(f"{EDITS}/{name}{ending}")

    def drop_of(self, ids: Iterable[str]) -> None:
        """Deletes all drafts of some articles."""
        for id_ in ids:
            self.drop(id_)
            self.drop(note_on(id_))
