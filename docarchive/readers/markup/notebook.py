"""The reader of Jupyter notebooks: texts, code as blocks of code, and results that are text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any, Final

from docarchive import frontmatter
from docarchive.article import Article
from docarchive.errors import ReaderError
from docarchive.markdown import fenced
from docarchive.readers.json.json import read_json
from docarchive.readers.protocol import Source
from docarchive.readers.text.headings import first_heading
from docarchive.readers.values.reserved_keys import lenient_article
from docarchive.readers.values.untyped import as_text, objects_in, without_empty

_LONGEST_RESULT: Final = 10_000


def load(source: Source) -> Article:
    """Makes an article of a notebook; raises ``ReaderError`` if that cannot be read."""
    notebook = read_json(source, "notebook")
    if not isinstance(notebook, dict):
        raise ReaderError("it is not a JSON object of a notebook")
    stated = notebook.get("metadata")
    stated = stated if isinstance(stated, dict) else {}
    sheets = objects_in(notebook.get("worksheets"))  # versions 1 to 3
    cells = objects_in(notebook.get("cells")) or [cell for sheet in sheets for cell in objects_in(sheet.get("cells"))]
    front_matter: dict[Any, Any] = {}
    if cells and cells[0].get("cell_type") == "raw":  # as Quarto and nbdev have it
        with suppress(ReaderError):
            front_matter, rest = frontmatter.parse(_joined(cells[0].get("source")))
            cells = [{**cells[0], "source": rest}, *cells[1:]] if front_matter else cells
    body = "\n\n".join(text for cell in cells for text in _texts(cell, _language(stated)) if text)
    if not body:
        raise ReaderError("there is no text in the notebook")
    title = as_text(stated.get("title")) or as_text(stated.get("name")) or first_heading(body)
    authors = stated.get("authors")
    names = [as_text(author.get("name")) for author in objects_in(authors)]
    metadata: dict[str, Any] = {
        "title": title,
        "authors": [name for name in names if name] or (authors if isinstance(authors, str) else []),
        "date": stated.get("date"),
        "programming_language": _language(stated),
    }
    return lenient_article({**without_empty(metadata), **front_matter}, body)


def _language(stated: Mapping[str, Any]) -> str:
    kernel, language = stated.get("kernelspec"), stated.get("language_info")
    of_language = as_text(language.get("name")) if isinstance(language, dict) else ""
    return of_language or (as_text(kernel.get("language")) if isinstance(kernel, dict) else "")


def _texts(cell: Mapping[str, Any], language: str) -> Iterator[str]:
    """Yields the text of a cell and of its results, as Markdown."""
    kind, text = cell.get("cell_type"), _joined(cell.get("source", cell.get("input")))
    if kind == "code":
        yield _block(text, as_text(cell.get("language")) or language)
        for output in objects_in(cell.get("outputs")):
            yield _result(output)
    elif kind == "heading":
        level = cell.get("level")
        yield f"{'#' * (level if isinstance(level, int) and 0 < level <= 6 else 1)} {' '.join(text.split())}"
    else:
        yield text.strip("\n").rstrip()


def _result(output: Mapping[str, Any]) -> str:
    data = output.get("data")
    data = data if isinstance(data, dict) else output
    if markdown := _joined(data.get("text/markdown")):
        return markdown.strip()
    return _block(_joined(output.get("text")) or _joined(data.get("text/plain")))[:_LONGEST_RESULT]


def _block(text: str, language: str = "") -> str:
    text = text.strip("\n").rstrip()[: _LONGEST_RESULT if not language else None]
    return fenced(text, language) if text else ""


def _joined(text: object) -> str:
    if isinstance(text, list):
        return "".join(part for part in text if isinstance(part, str))
    return text if isinstance(text, str) else ""
