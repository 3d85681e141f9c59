"""Last import: what it said of an article, read again from the article's original.

The catalog knows what an import said. One that was rebuilt from the files does not; then the original is parsed again.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from pathlib import PurePosixPath
from typing import Final

from docarchive.archive.importing.merging import Said, said_of
from docarchive.archive.importing.parsing import Parser
from docarchive.archive.importing.pictures import with_kept
from docarchive.archive.importing.records import HeldInput, PendingRecord, fingerprint_of
from docarchive.article import Article
from docarchive.errors import DocarchiveError
from docarchive.folder import File
from docarchive.readers import ReadOptions, Record, Source, choose
from docarchive.store import Original

#: Of a larger original with several records, nothing is read again: its records are kept in memory.
_MAX_SIZE: Final = 64_000_000


class LastImport:
    """Parses originals again. Keeps the records of the last one, since many articles come from one file.

    Args:
        find_original: Returns the file of an original by its digest, or None.
        parser: Parses the records.
        options: The user's options for reading.
    """

    def __init__(self, find_original: Callable[[str], File | None], parser: Parser, options: ReadOptions) -> None:
        self._find_original = find_original
        self._parser = parser
        self._options = options
        self._digest: str | None = None
        self._records: dict[str | None, PendingRecord] = {}  # of the original with this digest, by fingerprint

    def said_of(self, article: Article) -> Said | None:
        """Returns what the last import said of an article; None if its original does not say.

        Args:
            article: The article as its file has it.
        """
        parsed = self.parsed(article)
        return None if parsed is None else said_of(parsed)

    def parsed(self, article: Article) -> Article | None:
        """Returns an article as its original has it, with the pictures that were kept; None if that cannot be read.

        Args:
            article: The article as its file has it.
        """
        if not article.original or not article.format:
            return None
        if article.original != self._digest:
            self._digest, self._records = article.original, {}
            with suppress(DocarchiveError, OSError):
                self._records = self._read(article.original, article.format)
        record = self._records.get(article.fingerprint)
        parsed = self._parser.parse([record], lambda _: None)[0] if record else None
        if not isinstance(parsed, Article):
            return None
        parsed.body = with_kept(parsed.body, article.body)
        return parsed

    def _read(self, digest: str, format: str) -> dict[str | None, PendingRecord]:
        file = self._find_original(digest)
        if file is None or file.size() > _MAX_SIZE:
            return {}
        original = Original(digest, file.size(), file.path, None, None, True, file.folder)
        name = PurePosixPath(file.path).name
        held = HeldInput(name, original)
        source = Source(name, original.size, original.open, options=self._options)
        reader = choose(source, format)
        return {
            fingerprint_of(record.raw) if record.raw is not None else None: PendingRecord(
                name, record, held, reader, ""
            )
            for record in reader.records(source)
            if isinstance(record, Record)
        }
