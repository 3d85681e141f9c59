"""Targets that read formats: every reader, with what an import makes of its articles before it writes anything.

Each format has a target that takes a file, and, where that is packed or encoded, one that takes the text inside of it:
``docx`` and ``docx.inside``.
"""

from __future__ import annotations

import ast
import io
import logging
from collections.abc import Callable, Iterator
from functools import cache, partial
from pathlib import Path
from typing import Final

from benchmarks.fuzz import TESTS
from benchmarks.fuzz.texts import as_json
from benchmarks.growth_inputs import FORMATS
from docarchive.article import Article
from docarchive.catalog.entries import EntryData
from docarchive.errors import ArticleError, DocarchiveError, ReaderError
from docarchive.frontmatter import read_article, render
from docarchive.identity import identity, make_id
from docarchive.query import parse
from docarchive.query.document import AnalyzedArticle
from docarchive.query.snippet import snippet
from docarchive.readers import Member, Reader, Record, Refusal, Skip, Source, choose, readers
from docarchive.store.layout import article_path

_MAX_RECORDS: Final = 300
_MAX_MEMBER: Final = 10_000_000  # bytes
_QUERY: Final = parse("a OR words")
_INSIDE: Final = ".inside"
_REPEATED: Final = 3
#: Files of formats whose shapes alone are no articles.
_ARTICLES: Final = {
    "instapaper": "URL,Title,Selection,Folder,Timestamp\nhttps://a.example/,T,Words.,Unread,1710583200\n",
    "jsonl": '{"title": "T", "date": "2024-03-16", "tags": ["a"], "body": "Words."}\n' * 2,
    "markdown": "---\ntitle: T\ntags: [a]\n---\n\n# Heading\n\nWords *of* [a link](https://a.example).\n",
}
#: Formats whose text has a separator between records, or is more than its own bytes in the file.
_PROBE: Final = 'a "b" <c> & d'


def read_file(name: str, data: bytes) -> bool:
    """A file of a format is read or refused, and each of its articles can be stored, found and read again."""
    reader = readers()[name]
    source = Source(f"a{reader.suffixes[0]}" if reader.suffixes else "a", len(data), partial(io.BytesIO, data))
    read = 0
    try:
        for entry in _first(reader, source):
            _check_text(entry)
            if isinstance(entry, Record):
                try:
                    _store(entry.load())
                    read += 1
                except (ReaderError, ArticleError) as error:
                    _check_reason(str(error))
            elif isinstance(entry, Member):
                choose(entry.source)
                with entry.source.open() as file:
                    file.read(_MAX_MEMBER)
                read += 1
            elif isinstance(entry, Refusal | Skip):
                _check_reason(entry.reason)
    except ReaderError as error:
        _check_reason(str(error))
    return read > 0


def _check_text(entry: object) -> None:
    if isinstance(entry, Record | Refusal | Skip):
        entry.location.encode()


def _check_reason(reason: str) -> None:
    assert reason, "a refusal without a reason"
    reason.encode()


def _first(reader: Reader, source: Source) -> Iterator[object]:
    for _, entry in zip(range(_MAX_RECORDS), reader.records(source), strict=False):
        yield entry


def read_inside(name: str, data: bytes) -> bool:
    """The same for a file that is made of a text."""
    key = next(key for key in FORMATS if key.partition(",")[0] == name)
    try:
        made = FORMATS[key].make(data.decode("utf-8", "replace"))
    except (ValueError, KeyError):  # no such file can be made
        return False
    return read_file(name, made)


def _store(article: Article) -> None:
    """Does what an import does with an article."""
    article.id = article.id or make_id(identity(article))
    assert article.title, "an article without a title"
    article_path(article)
    entry = EntryData.of(article, "en")
    for value in entry.values:
        if isinstance(value, str):
            value.encode()
    text = render(article)
    text.encode()
    assert as_json(read_article(text)) == as_json(article), "what is written is read differently"
    analyzed = AnalyzedArticle(article, "en")
    snippet(_QUERY, article.body, analyzed.analyzer, plain=True)


def targets() -> dict[str, Callable[[bytes], bool]]:
    """Returns the targets by name."""
    found: dict[str, Callable[[bytes], bool]] = {}
    for name in readers():
        found[name] = partial(read_file, name)
        if _is_packed(name):
            found[f"{name}{_INSIDE}"] = partial(read_inside, name)
    return found


def format_of(target: str) -> str:
    """Returns the name of the format that a target is of; the name itself for other targets."""
    return target.removesuffix(_INSIDE)


def _is_packed(name: str) -> bool:
    return any(
        _PROBE.encode() not in form.make(_PROBE) for key, form in FORMATS.items() if key.partition(",")[0] == name
    )


def seeds(target: str) -> list[bytes]:
    """Returns the start corpus of a target: shapes of its format, and the texts in the tests of its reader."""
    name, inside = format_of(target), target.endswith(_INSIDE)
    found = [_ARTICLES[target].encode()] if target in _ARTICLES else []
    for key, form in FORMATS.items():
        if key.partition(",")[0] == name:
            texts = [part * _REPEATED for part in form.parts] + ["".join(form.parts)]
            if inside:
                found += [text.encode() for text in texts]
            else:
                found += [form.make(text) for text in texts]
    if not inside:
        found += _written_in_tests(getattr(readers()[name], "home", "").partition(".")[0], name)
    return [*dict.fromkeys(found)]


def tokens(target: str) -> tuple[str, ...]:
    """Returns the parts that inputs of a target are made of."""
    name = format_of(target)
    return tuple(part for key, form in FORMATS.items() if key.partition(",")[0] == name for part in form.parts)


def files_of(target: str, folder: Path) -> list[bytes]:
    """Returns the files in a folder that the reader of a target reads."""
    reader = readers().get(target)
    if reader is None:
        return []
    files = [path for path in sorted(folder.rglob("*")) if path.is_file() and path.stat().st_size < 65_536]
    return [data for path in files if _is_for(reader, data := path.read_bytes(), path.name)]


def _is_for(reader: Reader, data: bytes, name: str) -> bool:
    try:
        return choose(Source(name, len(data), partial(io.BytesIO, data))) is reader
    except DocarchiveError:
        return False


@cache
def _texts_in_tests(folder: str) -> list[bytes]:
    """Returns the texts and bytes that are written in the tests of a folder of readers."""
    found: dict[bytes, None] = {}
    for file in sorted((TESTS / "readers" / folder).glob("test_*.py")):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            value = node.value if isinstance(node, ast.Constant) else None
            data = value.encode("utf-8", "replace") if isinstance(value, str) else value
            if isinstance(data, bytes) and 30 < len(data) < 20_000:
                found[data] = None
    return [*found]


def _written_in_tests(folder: str, name: str) -> list[bytes]:
    reader = readers()[name]
    return [data for data in _texts_in_tests(folder) if reader.by_name or reader.recognizes(data)]


logging.disable()
