"""The reader of DOCX, the documents of Word."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from functools import partial
from typing import Any, Final

from docarchive.article import Article
from docarchive.errors import ReaderError
from docarchive.readers.documents import metadata
from docarchive.readers.documents.cells import as_data
from docarchive.readers.documents.formulas import write_out
from docarchive.readers.documents.package import Package
from docarchive.readers.html.to_markdown import to_line, to_markdown
from docarchive.readers.html.xml import first, text_of
from docarchive.readers.protocol import Record, Source

_STYLES: Final = """
p[style-name='Title'] => h1.title:fresh
p[style-name='Subtitle'] => p:fresh
p[style-name='Quote'] => blockquote > p:fresh
p[style-name='Intense Quote'] => blockquote > p:fresh
p[style-name='Block Text'] => blockquote > p:fresh
p[style-name='HTML Preformatted'] => pre:separator('\\n')
p[style-name='Quotations'] => blockquote > p:fresh
"""
_PARTS: Final = re.compile(r"\[Content_Types\]\.xml|_rels/\.rels|word/(?:_rels/)?[^/]+\.(?:xml|rels)")
_UNUSED: Final = re.compile(r"word/(?:webSettings|settings|fontTable|people|comments\w*|(?:header|footer)\d*)\.xml")
_MAX_XML: Final = 30_000_000
_MAX_ELEMENTS: Final = 400_000  # mammoth takes some ten seconds for these
_TITLE: Final = re.compile(r'<h1 class="title">(.*?)</h1>', re.DOTALL)
_NOTE: Final = re.compile(r'<sup><a href="#(?:foot|end)note-[^"]*" id="[^"]*">\[(\d+)\]</a></sup>')
_NOTES: Final = re.compile(r'<ol>((?:<li id="(?:foot|end)note-[^"]*">.*?</li>)+)</ol>\Z', re.DOTALL)
_BACK: Final = re.compile(r'\s*<a href="#(?:foot|end)note-ref-[^"]*">↑</a>')
_EACH: Final = re.compile(r'<li id="(?:foot|end)note-[^"]*">(.*?)</li>(?=<li id="(?:foot|end)note-|\Z)', re.DOTALL)


def records(source: Source) -> Iterator[Record]:
    """Yields a document as one article."""
    yield Record("", None, partial(_load, source))


def _load(source: Source) -> Article:
    package = Package(source)
    html = _html(package)
    stated = core(package)
    title = _TITLE.search(html)
    stated["title"] = metadata.title(stated["title"], source.name) or (to_line(title[1]) if title else "")
    body = to_markdown(as_data(_with_notes(html)), alone=True)
    if not any(map(str.isalnum, body)):
        raise ReaderError("there is no text in the document")
    return metadata.article({**stated, "url": source.url}, body)


def core(package: Package) -> dict[str, Any]:
    """Returns what a document of Office says about itself."""
    root = package.optional("docProps/core.xml")

    def told(*names: str) -> str:
        return text_of(first(root, *names)) if root is not None else ""

    return {
        "title": told("title"),
        "date": told("created"),
        "updated": told("modified") if told("modified") != told("created") else "",
        "authors": metadata.names(told("creator")),
        "summary": metadata.told(told("description")),
        "language": metadata.language(told("language")),
        "tags": [
            *metadata.words(told("keywords")),
            *metadata.words(told("subject")),
            *metadata.words(told("category")),
        ],
        "source_id": told("identifier"),
    }


def _html(package: Package) -> str:
    """Converts the text, of a copy in which there is nothing but XML that was looked at."""
    import mammoth
    from mammoth.images import img_element

    copy = _copy(package)
    try:
        result = mammoth.convert_to_html(
            copy,
            style_map=_STYLES,
            include_embedded_style_map=False,
            external_file_access=False,
            convert_image=img_element(_no_picture),
        )
    except RecursionError:
        raise ReaderError("the document is nested too deeply") from None
    except MemoryError:
        raise ReaderError("the document is too large") from None
    except Exception as error:  # it fails in many ways on what is no document of Word
        raise ReaderError(f"the document is damaged: {str(error)[:200] or type(error).__name__}") from None
    return str(result.value).replace("<br /></p>", "</p>")


def _no_picture(_image: Any) -> dict[str, str]:
    return {"src": ""}


def _copy(package: Package) -> io.BytesIO:
    from xml.etree.ElementTree import tostring
    from zipfile import ZipFile

    held, size, elements = io.BytesIO(), 0, 0
    with ZipFile(held, "w") as copy:
        for name in package.names:
            if not _PARTS.fullmatch(name) or _UNUSED.fullmatch(name):
                continue
            root = package.xml(name)
            elements += sum(1 for _ in root.iter())
            if elements > _MAX_ELEMENTS:
                raise ReaderError(f"there are more than {_MAX_ELEMENTS:,} elements in the document; save it as several")
            write_out(root)
            data = tostring(root)
            size += len(data)
            if size > _MAX_XML:
                raise ReaderError(f"there is more than {_MAX_XML // 1_000_000} MB of XML in the document")
            copy.writestr(name, data)
    held.seek(0)
    return held


def _with_notes(html: str) -> str:
    """Writes footnotes as Markdown does."""
    notes = _NOTES.search(html)
    if not notes:
        return html
    each = [_BACK.sub("", note) for note in _EACH.findall(notes[1])]
    written = "".join(f"<p>[^{number}]: {re.sub('^<p>|</p>$', '', note)}</p>" for number, note in enumerate(each, 1))
    return _NOTE.sub(r"[^\1]", html[: notes.start()]) + written
