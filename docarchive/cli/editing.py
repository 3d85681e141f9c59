"""What edit and new share: the editor, and edits that could not be saved."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory, mkstemp
from typing import Final

from docarchive.archive.changing.drafts import Draft, Drafts
from docarchive.cli.interrupting import Interrupted
from docarchive.cli.programs import ProgramFailed, edit_file
from docarchive.cli.render import message
from docarchive.errors import DocarchiveError, EditConflict, InputError, NotFoundError

_SECONDS: Final = 10


class Editing:
    """One edit. Whatever goes wrong, what was written is kept, and the next edit takes it up again.

    A dry run keeps nothing, and what is kept from before stays.

    Args:
        root: The archive's folder.
        name: The id of the article, or ``drafts.NEW``.
        command: The command that takes the edit up again, for messages.
        dry_run: Whether nothing is saved.
    """

    def __init__(self, root: Path, name: str, command: str, *, dry_run: bool = False) -> None:
        self._drafts = Drafts(root)
        self._name = name
        self._command = command
        self._dry_run = dry_run
        self.draft = self._drafts.find(name)

    def discard(self) -> None:
        """Deletes the edit that was kept; raises ``NotFoundError`` if there is none."""
        if self.draft is None:
            raise NotFoundError(f"no edit is kept; {self._command!r} begins one")
        self._drafts.drop(self._name)
        message("the edit was discarded")

    def run(self, text: str, file_name: str, save: Callable[[str, str], None]) -> int:
        """Lets the user edit a text, and saves it.

        Args:
            text: The text.
            file_name: The name of the file that the editor gets.
            save: Saves the edited text; its second argument is the text that was edited.

        Returns:
            The exit code.
        """
        draft = self.draft or Draft(text.encode(), text, "")
        if self.draft is not None:
            message(f"taking up the edit that is kept in {draft.path}")
        with TemporaryDirectory(prefix="docarchive-") as folder:  # which only this user may enter
            copy = _Copy(Path(folder, file_name), draft.content)
            try:
                edit_file(copy.path)
                text = copy.text()
                if not copy.saved() if self.draft else copy.changed() is None:
                    return self._unchanged()
                save(text, draft.base)
            except EditConflict as error:
                return self._keep(error, error.text.encode(), error.base)
            except DocarchiveError as error:
                return self._keep(error, copy.changed(), draft.base)
            except BaseException as error:
                if self._dry_run or (changed := copy.changed()) is None:
                    raise
                kept = self._kept(changed, draft.base)
                if isinstance(error, KeyboardInterrupt):
                    raise Interrupted(kept) from None
                raise
        if not self._dry_run:
            self._drafts.drop(self._name)
        return 0

    def _unchanged(self) -> int:
        if self.draft is None:
            message("nothing was changed")
        else:
            message(f"nothing was changed; the edit is still kept: {self._advice()}")
        return 0

    def _keep(self, error: DocarchiveError, content: bytes | None, base: str) -> int:
        """Keeps an edit that cannot be saved, and says so; returns the exit code."""
        if content is not None and not self._dry_run:
            more = ", and replaces the other text" if isinstance(error, EditConflict) else ""
            message(f"{error}; {self._kept(content, base, more)}")
        else:
            message(f"{error}; the edit is still kept: {self._advice()}" if self.draft else str(error))
        return error.exit_code

    def _kept(self, content: bytes, base: str, more: str = "") -> str:
        """Keeps an edit, and returns a sentence that says where."""
        try:
            path = self._drafts.keep(self._name, content, base).path
        except (OSError, DocarchiveError):  # the disk of the archive may be full
            descriptor, path = mkstemp(prefix="docarchive-", suffix=".md")
            with os.fdopen(descriptor, "wb") as file:
                file.write(content)
            return f"the edit is in {path}"
        return f"the edit is kept in {path}: {self._advice(more)}"

    def _advice(self, more: str = "") -> str:
        return f"{self._command!r} takes it up again{more}, and with --discard drops it"


class _Copy:
    """The file that the editor gets."""

    def __init__(self, path: Path, content: bytes) -> None:
        self.path = path
        self._content = content
        path.write_bytes(content)
        past = path.stat().st_mtime_ns - _SECONDS * 1_000_000_000  # so that the time of any later change differs
        os.utime(path, ns=(past, past))
        self._stamp = self._stamp_now()

    def _stamp_now(self) -> tuple[int, ...]:
        status = self.path.stat()
        return status.st_ino, status.st_mtime_ns

    def saved(self) -> bool:
        """Returns whether the editor has written the file, even with the same bytes."""
        return self._stamp_now() != self._stamp

    def changed(self) -> bytes | None:
        """Returns the bytes of the file if they differ; None if not, or if there is no file."""
        with suppress(OSError):
            if (content := self.path.read_bytes()) != self._content:
                return content
        return None

    def text(self) -> str:
        """Returns the text of the file.

        Raises:
            ProgramFailed: There is no file that can be read.
            InputError: It is not UTF-8.
        """
        try:
            return self.path.read_bytes().decode()
        except OSError as error:
            raise ProgramFailed(f"what the editor has left cannot be read: {error.strerror}") from None
        except UnicodeDecodeError as error:
            raise InputError(f"the text is not UTF-8 (byte {error.start}); save it as UTF-8") from None
