"""From the content of an OpenDocument text to HTML."""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING, Final

from docarchive.errors import ReaderError
from docarchive.readers.documents.footnotes import NOTE
from docarchive.readers.documents.package import attribute
from docarchive.readers.html.to_markdown import to_line
from docarchive.readers.html.xml import every, first, local, text_of
from docarchive.readers.protocol import embedded
from docarchive.records import NamedTuple

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

#: Elements that are not text of the document: deletions, comments, and what programs fill in.
_SKIPPED: Final = frozenset(
    [
        *("tracked-changes", "annotation", "annotation-end", "note-citation", "ruby-text", "scripts", "forms"),
        *("object-ole", "plugin", "sequence-decls", "variable-decls", "user-field-decls"),
        *("table-of-content", "alphabetical-index", "illustration-index", "table-index"),
    ]
)
_BREAKS: Final = {"line-break": "<br>", "tab": "\t", "soft-page-break": ""}
_NOTE: Final = re.compile(r"\[\^\d+\]")
_MAX_COLUMNS: Final = 200
_MAX_LENGTH: Final = 10_000_000


class Html(NamedTuple):
    """A document as HTML.

    Attributes:
        html: The HTML.
        title: The text of the first paragraph in the style for titles; may be empty.
    """

    html: str
    title: str


def to_html(content: Element, styles: Element | None = None) -> Html:
    """Converts a document.

    Args:
        content: The root of ``content.xml``, or of a document in one file.
        styles: The root of ``styles.xml``.

    Raises:
        ReaderError: It is not a text document, or too long.
    """
    office = first(content, "body")
    body = next((element for element in office if local(element) == "text"), None) if office is not None else None
    if body is None:
        raise ReaderError("it is not a text document")
    writer = _Writer(_styles(content, styles))
    html = writer.block(body)
    return Html(html + writer.notes(), writer.title)


class _Style(NamedTuple):
    """A style: its name followed by those that it is derived from, and whether its text is bold, italic or hidden.

    ``script`` is the element of raised or lowered text; empty for other text.
    """

    names: tuple[str, ...]
    bold: bool
    italic: bool
    script: str
    hidden: bool


class _Styles(NamedTuple):
    texts: dict[str, _Style]
    numbered: dict[str, set[int]]  # numbered levels by name of the list's style


def _styles(*roots: Element | None) -> _Styles:
    parents: dict[str, str] = {}
    looks: dict[str, tuple[bool, bool, str]] = {}
    displays: dict[str, str] = {}
    numbered: dict[str, set[int]] = {}
    for root in (root for root in roots if root is not None):
        for style in every(root, "style"):
            name = attribute(style, "name")
            parents.setdefault(name, attribute(style, "parent-style-name"))
            properties = first(style, "text-properties")
            weight, slant, position = (
                (attribute(properties, key) for key in ("font-weight", "font-style", "text-position"))
                if properties is not None
                else ("", "", "")
            )
            if properties is not None and (display := attribute(properties, "display")):
                displays.setdefault(name, display)
            bold = weight == "bold" or weight in ("600", "700", "800", "900")
            looks.setdefault(name, (bold, slant in ("italic", "oblique"), _script(position)))
        for style in every(root, "list-style"):
            levels = {_number(attribute(level, "level"), 1) for level in every(style, "list-level-style-number")}
            numbered.setdefault(attribute(style, "name"), levels)
    texts: dict[str, _Style] = {}
    for name, look in looks.items():
        names = [name]
        while (parent := parents.get(names[-1])) and parent not in names and len(names) < 20:
            names.append(parent)
        display = next((displays[style] for style in names if style in displays), "")
        texts[name] = _Style(tuple(names), *look, display == "none")
    return _Styles(texts, numbered)


class _Writer:
    def __init__(self, styles: _Styles) -> None:
        self._styles = styles
        self._notes: list[str] = []
        self._length = 0
        self.title = ""

    def block(self, element: Element) -> str:
        """Returns the content of an element that holds paragraphs as HTML."""
        return "".join(self._block_element(child) for child in element)

    def notes(self) -> str:
        """Returns the footnotes, in the form of Markdown."""
        return "".join(f"{NOTE.format(number=number)}{note}</p>" for number, note in enumerate(self._notes, 1))

    def _block_element(self, element: Element) -> str:
        name = local(element)
        if name in _SKIPPED or not name or self._is_hidden(element):
            return ""
        if name == "p":
            return self._paragraph(element)
        if name == "h":
            level = min(max(_number(attribute(element, "outline-level"), 1), 1), 6)
            return f"<h{level}>{self._inline(element)}</h{level}>"
        if name == "list":
            return self._list(element, 1, "")
        if name == "table":
            return self._table(element)
        return self.block(element)

    def _paragraph(self, element: Element) -> str:
        style = self._styles.texts.get(attribute(element, "style-name"))
        names = {name.replace("_20_", " ") for name in style.names} if style else {attribute(element, "style-name")}
        inline = self._inline(element)
        if not inline.strip():
            return ""
        if "Title" in names:
            self.title = self.title or to_line(_NOTE.sub("", inline))
            return f"<h1>{inline}</h1>"
        if "Quotations" in names:
            return f"<blockquote><p>{inline}</p></blockquote>"
        if "Preformatted Text" in names:
            return f"<pre>{inline}</pre>"
        return f"<p>{inline}</p>"

    def _inline(self, element: Element) -> str:
        pieces = [self._text(element.text)]
        for child in element:
            pieces += [self._inline_element(child), self._text(child.tail)]
        return "".join(pieces)

    def _is_hidden(self, element: Element) -> bool:
        """Returns whether a paragraph, a span, a section or a field is hidden, as far as it or its style says."""
        if attribute(element, "display") == "none" or attribute(element, "is-hidden") == "true":
            return True
        style = self._styles.texts.get(attribute(element, "style-name"))
        return style is not None and style.hidden

    def _text(self, text: str | None) -> str:
        self._length += len(text or "")
        if self._length > _MAX_LENGTH:
            raise ReaderError(f"there is more than {_MAX_LENGTH // 1_000_000} million characters in the document")
        return escape(text or "", quote=False)

    def _inline_element(self, element: Element) -> str:
        name = local(element)
        if name in _SKIPPED or not name or self._is_hidden(element):
            return ""
        if name in _BREAKS:
            return _BREAKS[name]
        if name == "s":
            return self._text(" " * min(_number(attribute(element, "c"), 1), 100))
        if name == "note":
            return self._note(element)
        if name == "frame":
            return self._frame(element)
        inline = self._inline(element)
        if name == "a" and (address := attribute(element, "href")):
            return f'<a href="{escape(address)}">{inline}</a>'
        if name == "span" and inline.strip() and (style := self._styles.texts.get(attribute(element, "style-name"))):
            inline = f"<em>{inline}</em>" if style.italic or "Emphasis" in style.names else inline
            inline = f"<strong>{inline}</strong>" if style.bold or "Strong_20_Emphasis" in style.names else inline
            is_raised = style.script and not _NOTE.search(inline)
            return f"<{style.script}>{inline}</{style.script}>" if is_raised else inline
        return inline

    def _note(self, element: Element) -> str:
        body = first(element, "note-body")
        self._notes.append("")
        number = len(self._notes)
        if body is not None:
            self._notes[number - 1] = " ".join(self._inline(paragraph) for paragraph in body).strip()
        return f"[^{number}]"

    def _frame(self, element: Element) -> str:
        box = first(element, "text-box")
        if box is not None:
            return f" {' '.join(self._inline(paragraph) for paragraph in box)} "
        description = self._text(text_of(first(element, "desc", "title")))
        image = first(element, "image")
        name = attribute(image, "href") if image is not None else ""
        if not name.startswith("Pictures/"):
            return description
        return f'<img src="{escape(embedded(name))}" alt="{description}"/>'

    def _list(self, element: Element, level: int, outer: str) -> str:
        name = attribute(element, "style-name") or outer
        items: list[str] = []
        for item in element:
            if local(item) in ("list-item", "list-header"):
                blocks = [
                    self._list(child, level + 1, name) if local(child) == "list" else self._item_content(child, index)
                    for index, child in enumerate(item)
                ]
                items.append(f"<li>{''.join(blocks)}</li>")
        tag = "ol" if level in self._styles.numbered.get(name, ()) else "ul"
        headings = all("<h" in item for item in items)  # LibreOffice numbers headings by lists
        return "".join(item[4:-5] for item in items) if headings else f"<{tag}>{''.join(items)}</{tag}>"

    def _item_content(self, element: Element, index: int) -> str:
        if local(element) != "p":
            return self._block_element(element)
        return f"<p>{self._inline(element)}</p>" if index else self._inline(element)

    def _table(self, element: Element) -> str:
        rows: list[str] = []
        for row in every(element, "table-row"):
            cells: list[str] = []
            for cell in row:
                if local(cell) in ("table-cell", "covered-table-cell"):
                    text = self.block(cell)
                    count = _number(attribute(cell, "number-columns-repeated"), 1)
                    cells += [f"<td>{text}</td>"] * min(count, max(_MAX_COLUMNS - len(cells), 0))
            while cells and cells[-1] == "<td></td>" and len(cells) > 1:
                cells.pop()
            rows.append(f"<tr>{''.join(cells)}</tr>")
            self._length += len(rows[-1])
        return f"<table>{''.join(rows)}</table>"


def _script(position: str) -> str:
    """Returns the element for a position such as ``super 58%`` or ``-33% 58%``; empty for the line itself."""
    first_word = position.partition(" ")[0]
    if first_word == "sub" or re.match(r"-\d*[1-9]", first_word):
        return "sub"
    return "sup" if first_word == "super" or re.match(r"\d*[1-9]", first_word) else ""


def _number(text: str, default: int) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else default
