"""The table of contents of a book: a line an article, in groups of years and months if there are many."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from typing import Final

from docarchive.article import Article
from docarchive.dates import PartialDate
from docarchive.records import NamedTuple
from docarchive.writers.pages.metadata import written_out

_IN_MEMORY: Final = 10_000_000
#: The number of articles from which they are grouped.
_MANY: Final = 30
_PER_GROUP: Final = 3


class Line(NamedTuple):
    """A line of a table of contents.

    Attributes:
        level: Its depth; 0 is the outermost.
        title: Its text.
        number: The number of the article, or of the first one of a group.
        is_group: Whether it is the heading of a group.
        ends: How many levels end after it.
    """

    level: int
    title: str
    number: int
    is_group: bool
    ends: int


class Contents:
    """The articles of a book, which need not fit into memory. Close it."""

    def __init__(self) -> None:
        self.count = 0
        self._file = tempfile.SpooledTemporaryFile(_IN_MEMORY, "w+", encoding="utf-8")  # noqa: SIM115
        self._last = ("", "")
        self._years = self._months = 0

    def close(self) -> None:
        """Deletes the temporary file."""
        self._file.close()

    def add(self, article: Article) -> None:
        """Adds an article."""
        date = article.date.text if article.date else ""
        keys = date[:4], date[:7]
        self._years += not self.count or keys[0] != self._last[0]
        self._months += not self.count or keys[1] != self._last[1]
        self._last = keys
        self.count += 1
        self._file.write(json.dumps([keys, article.title]) + "\n")

    @property
    def depth(self) -> int:
        """How many levels there are."""
        return len(self._levels()) + 1

    def lines(self) -> Iterator[Line]:
        """Yields the lines in their order."""
        self._file.seek(0)
        levels = self._levels()
        current: list[str] = []
        waiting: Line | None = None
        for number, text in enumerate(self._file, 1):
            keys, title = json.loads(text)
            groups = [keys[level] for level in levels]
            same = next((n for n, (a, b) in enumerate(zip(current, groups, strict=False)) if a != b), len(current))
            if waiting:
                yield waiting._replace(ends=len(current) - same)
            for level in range(same, len(groups)):
                yield Line(level, _named(groups[level]), number, True, 0)
            current, waiting = groups, Line(len(groups), title, number, False, 0)
        if waiting:
            yield waiting._replace(ends=len(current))

    def _levels(self) -> list[int]:
        """Returns the levels of the groups: 0 for years, 1 for months."""
        if self.count < _MANY:
            return []
        years = [0] if 1 < self._years <= self.count / _PER_GROUP else []
        return [*years, 1] if self._years < self._months <= self.count / _PER_GROUP else years


def _named(key: str) -> str:
    return written_out(PartialDate(key)) if key else "Undated"
