"""What Notion exports: pages as Markdown (a heading, the properties, one a line, and the text), and databases as CSV.

Each row of a database is a page too, in the folder of the database, if that was exported.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Final

from docarchive import keys
from docarchive.article import Article
from docarchive.markdown import escape
from docarchive.records import NamedTuple

if TYPE_CHECKING:
    from docarchive.readers.protocol import Source

_NAME = re.compile(r"(?:(?P<title>.*?)\s)?(?P<id>[0-9a-f]{32})(?P<suffix>\.\w+)")
_HEADING = re.compile(r"\ufeff?#[ \t]*(?P<title>[^\n]*)\n+")
_PROPERTY = re.compile(r"(?P<key>[^\s:#\-*>|`\[][^:\n]{0,79}):[ \t](?P<value>[^\n]*)(?:\n|\Z)")
_UNTITLED = "Untitled"
_DATABASE = re.compile(r"(?P<title>.*?)\s?(?P<id>[0-9a-f]{32})(?P<all>_all)?\.csv")
_SENTENCE_ENDS: Final = (".", "!", "?")
#: The least spaces of a sentence.
_SPACES: Final = 3
#: The least letters of the name of a file that may be cut.
_CUT: Final = 40


class Page(NamedTuple):
    """A page of Notion.

    Attributes:
        metadata: Its properties, and its id as ``guid``.
        body: The text, with its heading unless that is empty.
        name: The name of its file without the id.
    """

    metadata: dict[str, str]
    body: str
    name: str


def read_page(text: str, name: str) -> Page | None:
    """Reads a page; returns None if the file is not named as Notion names files, by title and id.

    Args:
        text: The whole text.
        name: The file's name.
    """
    named = _NAME.fullmatch(name)
    heading = _HEADING.match(text)
    if named is None or heading is None:
        return None
    properties: dict[str, str] = {}
    end = heading.end()
    while match := _PROPERTY.match(text, end):
        properties.setdefault(match["key"].strip(), match["value"].strip())
        end = match.end()
    if (properties and text[end:].strip() and text[end] != "\n") or _are_sentences(properties):
        properties, end = {}, heading.end()  # lines of the text, which happen to have colons
    title = heading["title"].strip()
    rest = text[end:].lstrip("\n") if properties or not title else text[heading.end() :]
    body = f"# {title}\n\n{rest}" if title else rest
    stem = named["title"] or ""
    metadata = {**properties, "guid": f"notion:{named['id']}"}
    return Page(metadata, body, f"{'' if stem == _UNTITLED else stem}{named['suffix']}")


def _are_sentences(properties: Mapping[str, str]) -> bool:
    """Returns whether no key is one that articles have, and a value is a sentence."""
    return all(keys.canonical(key) is None for key in properties) and any(
        value.endswith(_SENTENCE_ENDS) and value.count(" ") >= _SPACES for value in properties.values()
    )


def without_ids(folder: str) -> str:
    """Returns the path of a folder without the ids that Notion adds to names.

    >>> without_ids("Notes/Tasks 11112222333344445555666677778888")
    'Notes/Tasks'
    """
    return re.sub(r" [0-9a-f]{32}(?=/|\Z)", "", folder)


class Database:
    """A database that Notion exported.

    Args:
        source: The file of its rows.
        match: The parts of the file's name.
    """

    def __init__(self, source: Source, match: re.Match[str]) -> None:
        names = source.files.names if source.files is not None else lambda _="": ()
        stem = f"{match['title']} {match['id']}".strip()
        self.has_all_rows = bool(match["all"]) or f"{source.name.removesuffix('.csv')}_all.csv" not in names()
        pages = [page for folder in (stem, match["title"]) if folder for page in names(folder)]
        titles = (_NAME.fullmatch(page) for page in pages if not page.endswith(".csv"))
        self._pages = Counter(_letters(title["title"] or "") for title in titles if title)
        self._cut = [letters for letters in self._pages if len(letters) >= _CUT]

    def has_page(self, title: str) -> bool:
        """Returns whether the row with a title is a page in the export; each page is one row."""
        letters = _letters(title) or _letters(_UNTITLED)
        names = [letters, "", *(cut for cut in self._cut if letters.startswith(cut))]
        name = next((name for name in names if self._pages[name] > 0 and (name or not title.strip())), None)
        if name is None:
            return False
        self._pages[name] -= 1
        return True


def database_of(source: Source) -> Database | None:
    """Returns the database whose rows a file has; None if it is not named as Notion names files of databases."""
    match = _DATABASE.fullmatch(source.name)
    return Database(source, match) if match else None


def read_database_row(read: Callable[[Sequence[str]], Article], cells: Sequence[str]) -> Article:
    """Makes an article of a row without a page: what it has of words is its text."""
    article = read(cells)
    if not article.body.strip():
        values = [*article.extra.items(), *(("Notes", note.text) for note in article.notes)]
        texts = [(key, value) for key, value in values if isinstance(value, str) and " " in value]
        article.body = "\n\n".join(f"{escape(key)}: {escape(value)}" for key, value in texts) or escape(article.title)
    return article


def _letters(text: str) -> str:
    """Returns what is left of a title in the name of a file."""
    return "".join(filter(str.isalnum, text.casefold()))
