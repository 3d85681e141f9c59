"""The reader of Jupyter notebooks: texts, code as blocks of code, and results that are text or pictures."""

from __future__ import annotations

import re
from base64 import b64decode
from collections.abc import Iterator, Mapping
from contextlib import suppress
from functools import partial
from typing import Any, Final
from urllib.parse import unquote

from docarchive import frontmatter
from docarchive.article import Article
from docarchive.errors import ReaderError
from docarchive.markdown import escaped_part, fenced
from docarchive.readers.json.json import read_json
from docarchive.readers.protocol import Record, Source, embedded
from docarchive.readers.text.headings import first_heading
from docarchive.readers.values.reserved_keys import lenient_article
from docarchive.readers.values.untyped import as_text, objects_in, without_empty
from docarchive.texts import one_line

_LONGEST_RESULT: Final = 10_000
#: The media types of pictures, the sharpest first, and what versions 1 to 3 call them.
_KINDS: Final = ("image/svg+xml", "image/png", "image/jpeg", "image/gif", "image/webp")
_OLD_KINDS: Final = {"svg": "image/svg+xml", "png": "image/png", "jpeg": "image/jpeg"}
#: What makes a terminal show colours.
_COLOURS: Final = re.compile(r"\x1b\[[\d;]{0,20}[A-Za-z]")
_ATTACHMENT: Final = re.compile(r"(\]\(<?|\bsrc\s?=\s?[\"']?)attachment:([^\s)>\"']+)")


def records(source: Source) -> Iterator[Record]:
    """Yields the article of a notebook."""
    yield Record("", None, partial(load, source.alone()), _Pictures(source.alone()))


class _Pictures:
    """Opens the pictures of a notebook by the number of their cell and their name; it is read when one is asked for."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._pictures: dict[str, str] | None = None

    def __call__(self, name: str) -> Source | None:
        if self._pictures is None:
            try:
                cells = enumerate(_cells(read_json(self._source, "notebook")))
            except ReaderError:
                return None
            self._pictures = {
                f"{number}/{name}": text for number, cell in cells for name, text in _pictures_of(cell).items()
            }
        text = self._pictures.get(name, "")
        try:
            data = text.encode() if text.lstrip().startswith("<") else b64decode(text)
        except ValueError:
            return None
        return Source.in_memory(data) if data else None


def _pictures_of(cell: Mapping[str, Any]) -> dict[str, str]:
    """Returns the attachments of a cell by their names, and the pictures of its results by their numbers."""
    attachments = cell.get("attachments")
    named = attachments.items() if isinstance(attachments, dict) else ()
    results = ((str(number), _data(output)) for number, output in enumerate(objects_in(cell.get("outputs"))))
    pictures = {name: _picture(data) for name, data in (*named, *results)}
    return {name: text for name, text in pictures.items() if text}


def _picture(data: object) -> str:
    """Returns the picture in data by their media types: SVG, or base64; empty if there is none."""
    if not isinstance(data, dict):
        return ""
    return next(filter(None, (_joined(data.get(kind)) for kind in _KINDS)), "")


def _data(output: Mapping[str, Any]) -> Mapping[str, Any]:
    data = output.get("data")
    if isinstance(data, dict):
        return data
    old = {_OLD_KINDS.get(key, key): value for key, value in output.items()}  # before version 4
    return {"text/plain": output.get("text"), **old}


def _cells(notebook: object) -> list[dict[str, Any]]:
    """Returns the cells of a notebook; raises ``ReaderError`` if it is none."""
    if not isinstance(notebook, dict):
        raise ReaderError("it is not a JSON object of a notebook")
    sheets = objects_in(notebook.get("worksheets"))  # versions 1 to 3
    return objects_in(notebook.get("cells")) or [cell for sheet in sheets for cell in objects_in(sheet.get("cells"))]


def load(source: Source) -> Article:
    """Makes an article of a notebook; raises ``ReaderError`` if that cannot be read."""
    notebook = read_json(source, "notebook")
    cells = _cells(notebook)
    stated = notebook.get("metadata")
    stated = stated if isinstance(stated, dict) else {}
    front_matter: dict[Any, Any] = {}
    if cells and cells[0].get("cell_type") == "raw":  # as Quarto and nbdev have it
        with suppress(ReaderError):
            front_matter, rest = frontmatter.parse(_joined(cells[0].get("source")))
            cells = [{**cells[0], "source": rest}, *cells[1:]] if front_matter else cells
    language = _language(stated)
    body = "\n\n".join(text for number, cell in enumerate(cells) for text in _texts(number, cell, language) if text)
    if not body:
        raise ReaderError("there is no text in the notebook")
    title = as_text(stated.get("title")) or as_text(stated.get("name")) or first_heading(body)
    authors = stated.get("authors")
    names = [as_text(author.get("name")) for author in objects_in(authors)]
    metadata: dict[str, Any] = {
        "title": title,
        "authors": [name for name in names if name] or (authors if isinstance(authors, str) else []),
        "date": stated.get("date"),
        "programming_language": language,
    }
    return lenient_article({**without_empty(metadata), **front_matter}, body)


def _language(stated: Mapping[str, Any]) -> str:
    kernel, language = stated.get("kernelspec"), stated.get("language_info")
    of_language = as_text(language.get("name")) if isinstance(language, dict) else ""
    return of_language or (as_text(kernel.get("language")) if isinstance(kernel, dict) else "")


def _texts(cell_number: int, cell: Mapping[str, Any], language: str) -> Iterator[str]:
    """Yields the text of a cell and of its results, as Markdown."""
    kind, text = cell.get("cell_type"), _joined(cell.get("source", cell.get("input")))
    if kind == "code":
        yield _block(text, as_text(cell.get("language")) or language)
        for number, output in enumerate(objects_in(cell.get("outputs"))):
            yield _result(output, f"{cell_number}/{number}")
    elif kind == "heading":
        level = cell.get("level")
        yield f"{'#' * (level if isinstance(level, int) and 0 < level <= 6 else 1)} {one_line(text)}"
    else:
        if cell.get("attachments"):
            text = _ATTACHMENT.sub(lambda name: f"{name[1]}{embedded(f'{cell_number}/{unquote(name[2])}')}", text)
        yield text.strip("\n").rstrip()


def _result(output: Mapping[str, Any], name: str) -> str:
    data = _data(output)
    if _picture(data):
        return f"![{escaped_part(_joined(data.get('text/plain')))}]({embedded(name)})"
    if markdown := _joined(data.get("text/markdown")):
        return markdown.strip()
    error = ": ".join(filter(None, map(as_text, (output.get("ename"), output.get("evalue")))))
    text = _joined(output.get("text")) or _joined(data.get("text/plain")) or error
    return _block(_COLOURS.sub("", text))[:_LONGEST_RESULT]


def _block(text: str, language: str = "") -> str:
    text = text.strip("\n").rstrip()[: _LONGEST_RESULT if not language else None]
    return fenced(text, language) if text else ""


def _joined(text: object) -> str:
    if isinstance(text, list):
        return "".join(part for part in text if isinstance(part, str))
    return text if isinstance(text, str) else ""
