"""Writers: from articles to other forms. One module a format.

Useful for exports; not useful for writing into an archive: that is the store's work. A writer's module is loaded
when the writer is first used.
"""

from __future__ import annotations

from importlib import import_module
from pathlib import PurePath
from typing import Final

from docarchive import plugins
from docarchive.errors import UsageError
from docarchive.formats.names import resolve
from docarchive.texts import did_you_mean, shorten
from docarchive.writers.files import FolderFiles, ZipFiles
from docarchive.writers.protocol import Document, Files, WriteOptions, Writer

__all__ = [
    "Document",
    "Files",
    "FolderFiles",
    "WriteOptions",
    "Writer",
    "ZipFiles",
    "writer",
    "writer_for",
    "writers",
]

#: The module and the class of a writer, by its name.
_HOMES: Final[dict[str, str]] = {
    "atom": "feeds.atom:AtomWriter",
    "bagit": "preservation.bagit:BagitWriter",
    "biblatex": "bibliography.bibtex:BiblatexWriter",
    "bibtex": "bibliography.bibtex:BibtexWriter",
    "citation": "bibliography.citation:CitationWriter",
    "csl-json": "bibliography.csl:CslWriter",
    "csv": "tables.csv:CsvWriter",
    "epub": "pages.epub:EpubWriter",
    "html": "pages.html:HtmlWriter",
    "json": "json:JsonWriter",
    "json-feed": "feeds.jsonfeed:JsonFeedWriter",
    "jsonl": "json:JsonLinesWriter",
    "md": "markdown:MarkdownWriter",
    "ninjs": "news.ninjs:NinjsWriter",
    "parquet": "tables.parquet:ParquetWriter",
    "proof": "preservation.proof:ProofWriter",
    "ris": "bibliography.ris:RisWriter",
    "rss": "feeds.rss:RssWriter",
    "site": "pages.site.writer:SiteWriter",
    "sqlite": "tables.sqlite:SqliteWriter",
    "template": "template:TemplateWriter",
    "tsv": "tables.csv:TsvWriter",
    "txt": "text:TextWriter",
    "warc": "preservation.warc:WarcWriter",
    "xlsx": "tables.xlsx:XlsxWriter",
}


def writers() -> dict[str, Writer]:
    """Returns all writers by name, plug-ins too; a plug-in cannot replace a writer of docarchive's own."""
    return {**_plugins(), **{name: _own(name) for name in _HOMES}}


def _plugins() -> dict[str, Writer]:
    return {writer.name: writer for writer in plugins.load("docarchive.writers", _checked)}


def _checked(plugin: object) -> Writer:
    if not isinstance(plugin, Writer):
        raise TypeError("it is no docarchive.writers.Writer")
    return plugin


def writer(name: str) -> Writer:
    """Returns the writer of a format.

    Args:
        name: Any of its names.

    Raises:
        UsageError: There is none of that name.
    """
    if name in _HOMES:
        return _own(name)
    given = _plugins()
    known = {*_HOMES, *given}
    own = resolve(name, known)
    if own is None:
        raise UsageError(f"there is no format {shorten(repr(name))} to export to; {did_you_mean(name, sorted(known))}")
    return _own(own) if own in _HOMES else given[own]


def writer_for(path: str) -> Writer | None:
    """Returns the writer for the ending of a path, or None if no writer has it."""
    name = PurePath(path).name.lower()
    matches = [
        (len(suffix), writer) for writer in writers().values() for suffix in writer.suffixes if name.endswith(suffix)
    ]
    return max(matches, key=lambda match: match[0])[1] if matches else None


def _own(name: str) -> Writer:
    module, _, class_ = _HOMES[name].partition(":")
    writer = getattr(import_module(f"docarchive.writers.{module}"), class_)()
    assert isinstance(writer, Writer)
    return writer
