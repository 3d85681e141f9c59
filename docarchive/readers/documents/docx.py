"""The reader of DOCX, the documents of Word (decision 0021)."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from docarchive.article import Article
from docarchive.errors import ReaderError
from docarchive.readers.documents import metadata
from docarchive.readers.documents.cells import with_flat_cells
from docarchive.readers.documents.footnotes import NOTE, with_footnotes
from docarchive.readers.documents.hidden_runs import HiddenRuns
from docarchive.readers.documents.package import Package, PackagePictures
from docarchive.readers.html.to_markdown import has_words, to_line, to_markdown
from docarchive.readers.html.xml import first, local, text_of
from docarchive.readers.protocol import Record, Source, embedded, kept_picture
from docarchive.readers.text.headings import first_heading

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_STYLES: Final = """
p[style-name='Title'] => h1.title:fresh
p[style-name='Subtitle'] => p:fresh
p[style-name='Quote'] => blockquote > p:fresh
p[style-name='Intense Quote'] => blockquote > p:fresh
p[style-name='Block Text'] => blockquote > p:fresh
p[style-name='HTML Preformatted'] => pre:separator('\\n')
p[style-name='Quotations'] => blockquote > p:fresh
"""
_READ_PARTS: Final = re.compile(r"\[Content_Types\]\.xml|_rels/\.rels|word/(?:_rels/)?[^/]+\.(?:xml|rels)")
_UNREAD_PARTS: Final = re.compile(
    r"word/(?:webSettings|settings|fontTable|people|comments\w*|(?:header|footer)\d*)\.xml"
)
_COMPATIBILITY: Final = "http://schemas.openxmlformats.org/markup-compatibility/2006"
_PICTURES: Final = re.compile(r"word/media/[^/]{1,200}")
_MAX_XML: Final = 30_000_000
_MAX_ELEMENTS: Final = 400_000  # mammoth takes about ten seconds for these
_TITLE: Final = re.compile(r'<h1 class="title">(.*?)</h1>', re.DOTALL)
_NOTE: Final = re.compile(r'<sup><a href="#(?:foot|end)note-[^"]*" id="[^"]*">\[(\d+)\]</a></sup>')
_NOTES: Final = re.compile(r'<ol>((?:<li id="(?:foot|end)note-[^"]*">.*?</li>)+)</ol>\Z', re.DOTALL)
_BACK_LINK: Final = re.compile(r'\s*<a href="#(?:foot|end)note-ref-[^"]*">↑</a>')
_NOTE_TEXT: Final = re.compile(r'<li id="(?:foot|end)note-[^"]*">(.*?)</li>(?=<li id="(?:foot|end)note-|\Z)', re.DOTALL)
_MATH: Final = "http://schemas.openxmlformats.org/officeDocument/2006/math"
_WORD: Final = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_RUBY, _RUBY_BASE = f"{{{_WORD}}}ruby", f"{{{_WORD}}}rubyBase"
_TEXT_BOX: Final = f"{{{_WORD}}}txbxContent"
_DRAWING: Final = f"{{{_WORD}}}drawing"
#: Elements around runs that mammoth leaves out with what is in them: fields, and text in one direction.
_AROUND_RUNS: Final = frozenset(f"{{{_WORD}}}{name}" for name in ("fldSimple", "bdo", "dir"))
#: One around runs whose content it reads.
_READ: Final = f"{{{_WORD}}}ins"
#: What is written between the operands of an element of a formula, and around its content.
_SEPARATORS: Final = {"f": "/", "sSup": "^", "sSub": "_", "limLow": "_", "limUpp": "^", "sSubSup": "_", "nary": " "}
_BRACKETS: Final = {"d": ("(", ")"), "rad": ("√(", ")")}


def records(source: Source) -> Iterator[Record]:
    """Yields the article of a document."""
    yield Record("", None, partial(load, source), PackagePictures(source))


def load(source: Source) -> Article:
    """Makes an article of a document; raises ``ReaderError`` if that cannot be read."""
    package = Package(source)
    html = _html(package)
    stated = _core_properties(package)
    title = _TITLE.search(html)
    html = _with_footnotes(html)
    body = with_footnotes(to_markdown(with_flat_cells(html), alone=True, picture=kept_picture), html)
    if not has_words(body):
        raise ReaderError("there is no text in the document")
    styled = to_line(title[1]) if title else ""
    stated["title"] = metadata.title(stated["title"], source.name) or styled or first_heading(body)
    return metadata.article({**stated, "url": source.url}, body)


def _core_properties(package: Package) -> dict[str, Any]:
    root = package.optional("docProps/core.xml")

    def value(name: str) -> str:
        return text_of(first(root, name))

    return {
        "title": value("title"),
        "date": value("created"),
        "updated": value("modified"),
        "authors": metadata.names(value("creator")),
        "summary": metadata.description(value("description")),
        "language": metadata.language(value("language")),
        "tags": [tag for name in ("keywords", "subject", "category") for tag in metadata.keywords(value(name))],
        "source_id": value("identifier"),
    }


def _html(package: Package) -> str:
    """Converts a copy of the document that holds nothing but checked XML: mammoth parses it without limits."""
    import mammoth
    from mammoth.images import img_element

    copy = _copy(package)
    try:
        result = mammoth.convert_to_html(
            copy,
            style_map=_STYLES,
            include_embedded_style_map=False,
            external_file_access=False,
            convert_image=img_element(_named_picture),
        )
    except RecursionError:
        raise ReaderError("the document is nested too deeply") from None
    except MemoryError:
        raise ReaderError("the document is too large") from None
    except Exception as error:  # mammoth raises many types on damaged documents
        raise ReaderError(f"the document is damaged: {str(error)[:200] or type(error).__name__}") from None
    return str(result.value).replace("<br /></p>", "</p>")


def _named_picture(image: Any) -> dict[str, str]:
    """Returns the address of a picture: in the copy, the content of its file is its name."""
    try:
        with image.open() as file:
            return {"src": embedded(file.read().decode())}
    except Exception:  # it is missing, or outside of the document
        return {"src": ""}


def _copy(package: Package) -> io.BytesIO:
    from xml.etree.ElementTree import tostring
    from zipfile import ZipFile

    output, size, elements = io.BytesIO(), 0, 0
    hidden = HiddenRuns(package.optional("word/styles.xml"))
    with ZipFile(output, "w") as copy:
        for name in package.names:
            if _PICTURES.fullmatch(name):
                copy.writestr(name, name)
            if not _READ_PARTS.fullmatch(name) or _UNREAD_PARTS.fullmatch(name):
                continue
            root = package.xml(name)
            elements += sum(1 for _ in root.iter())
            if elements > _MAX_ELEMENTS:
                raise ReaderError(f"there are more than {_MAX_ELEMENTS:,} elements in the document; save it as several")
            hidden.empty(root)
            _replace_formulas(root)
            _show_all_runs(root)
            _replace_text_boxes(root)
            data = tostring(root)
            size += len(data)
            if size > _MAX_XML:
                raise ReaderError(f"there is more than {_MAX_XML // 1_000_000} MB of XML in the document")
            copy.writestr(name, data)
    output.seek(0)
    return output


def _with_footnotes(html: str) -> str:
    """Returns HTML with its footnotes in the form of Markdown."""
    notes = _NOTES.search(html)
    if not notes:
        return html
    texts = [_BACK_LINK.sub("", note) for note in _NOTE_TEXT.findall(notes[1])]
    written = (NOTE.format(number=n) + re.sub("^<p>|</p>$", "", text) for n, text in enumerate(texts, 1))
    footnotes = "".join(f"{note}</p>" for note in written)
    return _NOTE.sub(r"[^\1]", html[: notes.start()]) + footnotes


def _replace_formulas(root: Element) -> None:
    """Replaces formulas, which are not part of a document's text, with runs of text, as one would type them."""
    for formula in list(root.iter(f"{{{_MATH}}}oMath")):
        text = _formula_text(formula).replace("\u2061", " ")  # the invisible sign of function application
        formula.clear()
        formula.tag = f"{{{_WORD}}}r"
        text_element = formula.makeelement(f"{{{_WORD}}}t", {})
        text_element.text = text
        formula.append(text_element)
    for paragraph in root.iter(f"{{{_MATH}}}oMathPara"):
        paragraph.tag = _READ


def _show_all_runs(root: Element) -> None:
    """Puts runs inside of elements that mammoth does not know into one that it reads; of ruby, the text on the line."""
    for element in root.iter():
        if element.tag in _AROUND_RUNS:
            element.tag = _READ
        elif element.tag == _RUBY:
            element.tag = _READ
            for part in [*element]:
                if part.tag == _RUBY_BASE:
                    part.tag = _READ
                else:
                    element.remove(part)


def _formula_text(element: Element) -> str:
    name = local(element)
    if name == "t":
        return element.text or ""
    texts = [operand for child in element if not local(child).endswith("Pr") and (operand := _formula_text(child))]
    if separator := _SEPARATORS.get(name):
        return separator.join(
            text if len(text) == 1 or name == "nary" or text.isalnum() else f"({text})" for text in texts
        )
    before, after = _BRACKETS.get(name, ("", ""))
    return before + "".join(texts) + after


def _replace_text_boxes(root: Element) -> None:
    """Puts text boxes into the form that mammoth reads: that of older documents, a fallback in newer ones."""
    read: set[Element] = set()  # drawings whose text is in a fallback
    for alternatives in [*root.iter(f"{{{_COMPATIBILITY}}}AlternateContent")]:
        fallback = alternatives.find(f"{{{_COMPATIBILITY}}}Fallback")
        if fallback is not None and next(fallback.iter(_TEXT_BOX), None) is not None:
            read.update(alternatives.iter(_DRAWING))
        else:
            _make_picture(alternatives)
    for drawing in [*root.iter(_DRAWING)]:
        if drawing not in read:
            _make_picture(drawing)


def _make_picture(drawing: Element) -> None:
    """Makes an element that has text boxes an old picture with these, and without what else is in it."""
    boxes: list[Element] = []
    waiting = [*reversed(drawing)]
    while waiting:
        element = waiting.pop()
        if element.tag == _TEXT_BOX:
            boxes.append(element)  # with the boxes in it
        else:
            waiting.extend(reversed(element))
    if boxes:
        drawing.clear()
        drawing.tag = f"{{{_WORD}}}pict"
        drawing.extend(boxes)
