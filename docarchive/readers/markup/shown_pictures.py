"""The pictures that Markdown shows: where their addresses are in the text, and the text with other addresses.

Reads ``![…](address)``, ``![…][label]``, ``![[file]]`` and ``<img src="address">``, but not in code. Nothing else of a
text is changed.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from docarchive.pictures import may_show
from docarchive.readers.markup.prose import are_prose, code_spans
from docarchive.readers.protocol import EMBEDDED, OPTIONAL
from docarchive.readers.shown_files import EMBED

#: Pictures of one text that are looked for.
MAX_PICTURES: Final = 1_000

#: A picture whose bytes are in its address, as converters write it.
_DATA: Final = r"data:image/[\w.+-]{1,40}+;base64,[A-Za-z0-9+/=%]++"
_START: Final = re.compile(r"\\.|!\[\[|!\[|<img\b", re.IGNORECASE)
_NOTE: Final = re.compile(r"!\[\[([^\[\]|#^\n]{1,400}+)(?:[#^][^\[\]|\n]{0,200}+)?(?:\|([^\[\]\n]{0,200}+))?\]\]")
_IMAGE: Final = re.compile(
    r"!\[((?:[^\[\]\\]|\\.|\[(?:[^\[\]\\]|\\.){0,500}+\]){0,2000}+)\]"
    rf"(?:\(\s{{0,9}}+(?:<({_DATA}|[^<>\n]{{1,4000}}+)>"
    rf"|({_DATA}|(?:[^\s()<>\\]|\\.|\((?:[^\s()\\]|\\.){{0,300}}+\)){{1,4000}}+))"
    r"(?:\s{1,9}+(?:\"(?:[^\"\\]|\\.){0,1000}+\"|'(?:[^'\\]|\\.){0,1000}+'))?\s{0,9}+\)"
    r"|(?:\[([^\[\]]{0,300}+)\])?(?!\())"
)
_ELEMENT: Final = re.compile(
    rf"<img\b(?:[^<>\"']|\"(?:{_DATA}|[^\"]{{0,4000}}+)\"|'(?:{_DATA}|[^']{{0,4000}}+)'){{0,200}}+>",
    re.IGNORECASE | re.DOTALL,
)
_SOURCE: Final = re.compile(r"\ssrc\s{0,9}=\s{0,9}(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))", re.IGNORECASE)
_DEFINITION: Final = re.compile(
    rf" {{0,3}}\[([^\[\]]{{1,300}}+)\]:\s{{0,9}}+(?:<({_DATA}|[^<>\n]{{1,4000}}+)>|({_DATA}|\S{{1,4000}}+))"
)
_ESCAPE: Final = re.compile(r"\\([!-/:-@\[-`{-~])")
#: What is left of emphasis and links around a picture that is left out.
_EMPTY: Final = re.compile(r"(?<![*\\])\*{4}(?!\*)|(?<!!)\[\s*\]\([^()\s]*\)")

#: Returns another address for the address of a picture as it is written, or None.
Readdress = Callable[[str], str | None]


def with_addresses(body: str, readdress: Readdress) -> str:
    """Returns Markdown with other addresses of its pictures.

    A picture that ``readdress`` returns None for is left as it is. If it is inside of the input (``EMBEDDED``), its
    address means nothing elsewhere, so its description replaces it, or nothing (``OPTIONAL``).

    Args:
        body: The Markdown.
        readdress: Called with the addresses, once for each time that they are shown.
    """
    text = _Text(readdress)
    lines = body.splitlines(keepends=True)
    prose = [*are_prose(lines)]
    result = [text.line(line) if is_prose else line for line, is_prose in zip(lines, prose, strict=True)]
    if text.labels:
        result = [text.definition(line) if is_prose else line for line, is_prose in zip(result, prose, strict=True)]
    if text.left_out:
        result = _without_left_out(lines, result)
    return "".join(result)


def _without_left_out(lines: list[str], result: list[str]) -> list[str]:
    """Removes the lines of which nothing is left, each with one of the blank lines around it."""
    kept: list[str] = []
    for before, after in zip(lines, result, strict=True):
        if before.strip() and not after.strip():
            if kept and not kept[-1].strip():
                kept.pop()
        elif kept or after.strip() or not lines[0].strip():
            kept.append(after)
    if kept and not result[-1].strip() and lines[-1].strip():
        kept[-1] = kept[-1].rstrip("\r\n")
    return kept


class _Text:
    """A text whose pictures get other addresses, line by line."""

    def __init__(self, readdress: Readdress) -> None:
        self._readdress = readdress
        self._remaining = MAX_PICTURES
        self.labels: set[str] = set()
        self.left_out = False

    def line(self, line: str) -> str:
        """Returns a line with other addresses."""
        if not may_show(line):
            return line
        code = [*code_spans(line)]
        parts: list[str] = []
        written = position = 0
        is_left_out = False
        while self._remaining and (start := _START.search(line, position)):
            while code and code[0][1] <= start.start():
                code.pop(0)
            if code and code[0][0] <= start.start():
                position = code[0][1]
                continue
            position = start.end()
            if start[0][0] == "\\":
                continue
            self._remaining -= 1
            if change := self._change(line, start.start()):
                begin, position, new = change
                parts += [line[written:begin], new]
                written = position
                is_left_out = is_left_out or not new
        text = "".join([*parts, line[written:]])
        if is_left_out:
            self.left_out = True
            text = _EMPTY.sub("", text)
        return text

    def definition(self, line: str) -> str:
        """Returns a line with another address, if it defines the address of a picture."""
        match = _DEFINITION.match(line)
        if match is None or _label(match[1]) not in self.labels:
            return line
        address = self._readdress(match[2] or match[3])
        return line if address is None else f"{line[: match.end(1)]}]: {address}{line[match.end() :]}"

    def _change(self, line: str, start: int) -> tuple[int, int, str] | None:
        """Returns what is replaced of a line for a picture, and by what; None if nothing is."""
        if line[start] == "<":
            return self._of_element(line, start)
        if note := _NOTE.match(line, start):
            file = note[1].strip().removesuffix("\\")  # in a table, one is before the sign that ends the name
            address = self._readdress(EMBED + file)
            size = (note[2] or "").strip()
            name = size if size and not size.replace("x", "").isdigit() else file.rpartition("/")[2]
            return None if address is None else (start, note.end(), f"![{name}]({address})")
        image = _IMAGE.match(line, start)
        if image is None:
            return None
        group = 2 if image[2] else 3
        if not image[group]:
            self.labels.add(_label(image[4] or image[1]))
            return None
        written = _ESCAPE.sub(r"\1", image[group])
        address = self._readdress(written)
        if address is not None:
            begin, end = image.span(group)
            return (begin - (group == 2), end + (group == 2), address)
        if written.startswith(EMBEDDED):
            return start, image.end(), "" if written.startswith(OPTIONAL) else image[1]
        return None

    def _of_element(self, line: str, start: int) -> tuple[int, int, str] | None:
        element = _ELEMENT.match(line, start)
        source = _SOURCE.search(element[0]) if element else None
        if element is None or source is None:
            return None
        from html import unescape

        address = self._readdress(unescape(source[source.lastindex or 1]))
        return None if address is None else (start + source.start(), start + source.end(), f' src="{address}"')


def _label(text: str) -> str:
    return " ".join(text.split()).casefold()
