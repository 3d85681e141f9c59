"""Readable passages: what a reader sees of a passage of Markdown, on one line.

Owns what is left out (the marks of tables, fences, headings, lists, notes, links and elements) and what is shorter
(addresses). The words stay, and so do the marks of a snippet on them. Not useful for choosing passages: that is
``snippet``.

Text in Markdown may look like markup: an escaped ``*``, or anything in code. ``protected`` makes such characters
unlike markup, and ``unprotected`` restores them. They are exchanged for Unicode's noncharacters, one for each sign of
ASCII, which no text contains.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain
from typing import Final

from docarchive.markdown import IN_LINE
from docarchive.records import NamedTuple
from docarchive.regexes import lazy

_SIGNS: Final = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"
_PROTECT: Final = {ord(sign): 0xFDD0 + number for number, sign in enumerate(_SIGNS)}
_RESTORE: Final = {chr(noncharacter): chr(sign) for sign, noncharacter in _PROTECT.items()}

#: What is between the cells and between the rows of a table.
_CELLS: Final = "·"
_ROWS: Final = "/"
#: The first of the characters of Chinese and Japanese, which are written without spaces.
_WIDE: Final = "\u2e80"
#: How far the markup around a passage is read, in characters on each side.
_AROUND: Final = 2_000
#: The length of the longest address that is shown whole, without its scheme; a longer one is cut.
_LONGEST_ADDRESS: Final = 40

_PROTECTED: Final = lazy("[\ufdd0-\ufdef]")
_FENCED: Final = lazy(r"^([ \t>]*(`{3,}|~{3,})[^\n`]*\n)([\s\S]*?)(^[ \t>]*\2[`~]*[ \t]*$|\Z)", re.MULTILINE)
_INLINE_CODE: Final = lazy(r"(?<![`\\])(`{1,2})(?!`)([^`\n]{1,300})\1(?!`)")

_SPACES: Final = lazy(r"\s{2,}|[^\S ]")  # all but a single space
_BLANK: Final = lazy(r"\n[ \t>]*\n")
_FENCE: Final = lazy(r"[ \t>]*(?:`{3,}|~{3,})")
_DASHES: Final = lazy(r"[ \t>]*\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*$", re.MULTILINE)
_RULE: Final = lazy(r"[ \t>]*(?:([-*_])(?:[ \t]*\1){2,}|=+|-+)[ \t]*$")
_OPENING: Final = lazy(r"[ \t]*(?:(?:>|[-*+](?=[ \t])(?:[ \t]+\[[ xX]\](?=[ \t]))?|#{1,6}(?=[ \t]))[ \t]*)*")
_CLOSING: Final = lazy(r"[ \t]+#+[ \t]*$|[ \t]*\{[ \t]*[:#.][^{}\n]{0,200}\}[ \t]*$")
_ONLY_MARKUP: Final = "`~-*_=|:["  #: what lines begin with that are only markup
_DEFINITION: Final = lazy(
    r"^[ \t>]{0,4}\[(?!\^)([^\[\]\n]{1,200})\]:[ \t]*\S+(?:[ \t]+[\"'(][^\n]*[\"')])?[ \t]*$", re.MULTILINE
)
_BLOCK: Final = (
    "address|article|aside|blockquote|body|br|button|caption|center|col|colgroup|dd|details|div|dl|dt|embed|figcaption|"
    "figure|footer|form|h[1-6]|head|header|hr|html|iframe|img|input|label|li|main|nav|object|ol|p|picture|pre|section|"
    "source|summary|svg|table|tbody|td|tfoot|th|thead|time|tr|ul|video"
)
_TAG: Final = lazy(rf"<!--[\s\S]{{0,2000}}?-->|<(/?)({IN_LINE}|{_BLOCK})((?:\s[^<>]{{0,1000}})?/?)>", re.IGNORECASE)
#: Elements in a line; all others are set off by a space.
_IN_LINE: Final = lazy(IN_LINE)
_NOTE: Final = lazy(r"\[\^[^\[\]\s]{1,100}\]:?")
_LINK: Final = lazy(r"(!?\[)([^\[\]\n]{0,500})(\]\([^()\n]{0,2000}(?:\([^()\n]{0,200}\)[^()\n]{0,200})?\))")
_REFERENCE: Final = lazy(r"(!?\[)([^\[\]\n]{1,200})(\](?:\[([^\[\]\n]{0,200})\])?)(?![(\[:])")
_AUTOLINK: Final = lazy(r"<((?:https?://|mailto:)?[^\s<>@]*(?:://|@)[^\s<>]*)>")
_PAIRS: Final = {  # of marks around text, by a character that they begin with
    "*": lazy(r"(?<![\w*])(\*{1,3})(?=[^\s*])([\s\S]{1,600}?)(?<=[^\s*])(\1)(?![\w*])"),
    "_": lazy(r"(?<![\w_])(_{1,3})(?=[^\s_])([\s\S]{1,600}?)(?<=[^\s_])(\1)(?![\w_])"),
    "~": lazy(r"(~~)(?=[^\s~])([\s\S]{1,600}?)(?<=[^\s~])(\1)"),
    "`": lazy(r"(?<!`)(`+)(?!`)([\s\S]{1,600}?)(?<!`)(\1)(?!`)"),
}
_ADDRESS: Final = lazy(r"(https?://(?:www\.)?|\bwww\.)([^\s<>\[\]\"|]*[^\s<>\[\]\"|.,;:!?)'*_])", re.IGNORECASE)


class Hidden(NamedTuple):
    """A part of a text that is not shown as it is."""

    start: int
    end: int
    shown: str  # what is shown instead


def protected(markdown: str) -> str:
    """Returns Markdown with the signs in code protected; as long as before."""
    text = markdown if markdown.isascii() else _PROTECTED.sub("\ufffd", markdown)
    if "```" in text or "~~~" in text:
        text = _FENCED.sub(lambda fence: fence[1] + literal(fence[3]) + fence[4], text)
    return _INLINE_CODE.sub(lambda code: code[1] + literal(code[2]) + code[1], text) if "`" in text else text


def literal(text: str) -> str:
    """Returns text whose signs are no markup; as long as before."""
    return text.translate(_PROTECT)


def unprotected(text: str) -> str:
    """Returns text with its signs as they were before they were protected."""
    return text if text.isascii() else _PROTECTED.sub(lambda sign: _RESTORE[sign[0]], text)


def readable(text: str, start: int, end: int, marks: list[tuple[int, int]]) -> tuple[str, list[tuple[int, int]]]:
    """Returns what a reader sees of a passage, on one line, with its marks moved accordingly.

    Args:
        text: The text that the passage is from, with escaped signs and code protected.
        start: Where the passage starts in it.
        end: Where it ends.
        marks: Start and end of marked parts of the passage, as indexes in ``text``, in order.
    """
    line = _Line()
    position = start
    for part in _hidden(text, start, end):
        line.add(text, position, part.start)
        line.replace(part)
        position = max(position, part.end)
    line.add(text, position, end)
    return line.finished(marks)


class _Line:
    """A line that is put together of parts of a text, and of what is shown instead of others."""

    def __init__(self) -> None:
        # Its runs of characters, and the index in the text of the first of each; -1 if it is not from there. A line
        # break is a run of its own until it is known what follows.
        self._runs: list[tuple[str, int]] = []

    def add(self, text: str, start: int, end: int) -> None:
        """Adds a part of the text."""
        position = start
        for spaces in _SPACES.finditer(text, start, end):
            self._add(text[position : spaces.start()], position)
            self._add("\n" if spaces[0][0] == "\n" else " ", spaces.start())
            position = spaces.end()
        self._add(text[position:end], position)

    def replace(self, part: Hidden) -> None:
        """Adds what is shown instead of a part. Of several signs between cells and rows the last for rows is kept."""
        if part.shown not in (_CELLS, _ROWS):
            self._add(part.shown, -1 if part.shown == " " else part.start)
            return
        self._strip()
        if self._ends_with_sign():
            if part.shown == _ROWS:
                self._runs[-1] = (_ROWS, -1)
        elif self._runs:
            self._add(" ", -1)
            self._add(part.shown, -1)
        self._add(" ", -1)

    def finished(self, marks: list[tuple[int, int]]) -> tuple[str, list[tuple[int, int]]]:
        """Returns the line, and the marks of the text that have characters in it."""
        self._strip()
        while self._ends_with_sign():
            self._runs.pop()
            self._strip()
        moved = [inside for start, end in marks if (inside := self._inside(start, end))]
        return unprotected("".join(run for run, _ in self._runs)), moved

    def _inside(self, start: int, end: int) -> tuple[int, int] | None:
        """Returns start and end in the line of what is from a part of the text; None if nothing is."""
        first = last = -1
        position = 0
        for run, source in self._runs:
            before, after = max(start, source), min(end, source + len(run))
            if source >= 0 and before < after:
                first = position + before - source if first < 0 else first
                last = position + after - source
            position += len(run)
        return (first, last) if first >= 0 else None

    def _add(self, run: str, source: int) -> None:
        """Adds characters without two spaces in a row; a space only if there is none already."""
        last = self._runs[-1][0][-1] if self._runs else " "
        if last.isspace() and run[:1].isspace():
            run, source = run[1:], source + 1
        if not run:
            return
        if last == "\n":
            if len(self._runs) > 1 and self._runs[-2][0][-1] >= _WIDE and run[0] >= _WIDE:
                self._runs.pop()  # in Chinese and Japanese, a line break is no space
            else:
                self._runs[-1] = (" ", self._runs[-1][1])
        self._runs.append((run, source))

    def _ends_with_sign(self) -> bool:
        return bool(self._runs) and self._runs[-1] in ((_CELLS, -1), (_ROWS, -1))

    def _strip(self) -> None:
        while self._runs and self._runs[-1][0][-1].isspace():
            run, source = self._runs.pop()
            if len(run) > 1:
                self._runs.append((run[:-1], source))


def _hidden(text: str, start: int, end: int) -> Iterator[Hidden]:
    """Yields the parts of a passage that are not shown as they are, in order; none overlap."""
    first = max((blank.end() for blank in _BLANK.finditer(text, max(0, start - _AROUND), start)), default=0)
    first = first or text.rfind("\n", 0, max(0, start - _AROUND)) + 1
    blank = _BLANK.search(text, end, end + _AROUND)
    last = blank.start() if blank else text.find("\n", min(end + _AROUND, len(text)))
    last = len(text) if last < 0 else last
    block = text[first:last]
    lines = _lines(block, start - first, end - first)
    kinds = chain(lines, _elements(block), _brackets(block, text), _pairs(block), _addresses(block))
    parts = [
        Hidden(a + first, b + first, shown)
        for a, b, shown in kinds
        if a + first < end and b + first > start and (a < b or shown)
    ]
    position = start
    for part in sorted(parts):
        if part.end > position or part.start >= position:
            yield part._replace(start=max(part.start, position), end=min(part.end, end))
            position = min(part.end, end)


def _lines(block: str, passage: int, passage_end: int) -> Iterator[Hidden]:
    """Yields what opens and closes lines, lines that are only markup, and the bars between cells.

    Only lines of the passage are read if there is no table, for which the lines before it count.
    """
    first = 0 if "|" in block else block.rfind("\n", 0, max(passage, 0)) + 1
    last = -1 if "|" in block else block.find("\n", passage_end)
    lines = block[first : last + 1 or len(block)].splitlines(keepends=True)
    start, in_table = first, False
    for line, following in zip(lines, [*lines[1:], ""], strict=True):
        end = start + len(line)
        heads = "|" in line and "|" in following and _DASHES.match(following)
        opening = _OPENING.match(line)
        opened = opening.end() if opening else 0
        stripped = line[opened:].strip()
        if line.lstrip(" \t>")[:1] in _ONLY_MARKUP and _is_markup(line):
            yield Hidden(start, end, " ")
        elif stripped.startswith("|") or heads or (in_table and stripped):
            yield Hidden(start, start + opened, "")
            yield from _cells(line, start, opened, _ROWS if in_table else "")
            in_table = True
        else:
            yield Hidden(start, start + opened, "")
            in_table = False
            if ("#" in line or "}" in line) and (closing := _CLOSING.search(line.rstrip("\n"))):
                yield Hidden(start + closing.start(), start + closing.end(), "")
        start = end


def _is_markup(line: str) -> bool:
    """Returns whether a line has nothing to read."""
    if _FENCE.match(line) or _RULE.match(line) or _DEFINITION.match(line):
        return True
    return "|" in line and _DASHES.match(line) is not None


def _cells(line: str, start: int, opened: int, before: str) -> Iterator[Hidden]:
    """Yields the bars of a row of a table; ``before`` is shown before the row."""
    if not line[opened:].startswith("|"):
        yield Hidden(start + opened, start + opened, before)
    last = len(line.rstrip()) - 1
    for index in range(opened, len(line)):
        if line[index] == "|":
            shown = before if index == opened else " " if index == last else _CELLS
            yield Hidden(start + index, start + index + 1, shown)


def _elements(block: str) -> Iterator[Hidden]:
    """Yields tags of HTML and comments.

    A name in capitals, as in ``Standard Oil <SRD>``, is an element only if the block closes it, or it has attributes.
    """
    if "<" in block:
        for tag in _TAG.finditer(block):
            name = tag[2] or ""
            if name.isupper() and not tag[1] and not tag[3] and f"</{name}>" not in block:
                continue
            yield Hidden(tag.start(), tag.end(), "" if _IN_LINE.fullmatch(name.casefold()) else " ")


def _brackets(block: str, text: str) -> Iterator[Hidden]:
    """Yields the marks of links, pictures and notes but for their text, as they are defined in the whole text."""
    if "[" in block:
        for note in _NOTE.finditer(block):
            yield Hidden(note.start(), note.end(), "")
        for link in _LINK.finditer(block):
            yield Hidden(link.start(1), link.end(1), "")
            yield Hidden(link.start(3), link.end(3), "")
        labels = {match[1].casefold() for match in _DEFINITION.finditer(text)} if "]:" in text else frozenset()
        for link in _REFERENCE.finditer(block) if labels else ():
            if (link[4] or link[2]).casefold() in labels:
                yield Hidden(link.start(1), link.end(1), "")
                yield Hidden(link.start(3), link.end(3), "")


def _pairs(block: str) -> Iterator[Hidden]:
    """Yields the marks around emphasis and code."""
    for sign, pattern in _PAIRS.items():
        if sign in block:
            for pair in pattern.finditer(block):
                yield Hidden(pair.start(1), pair.end(1), "")
                yield Hidden(pair.start(3), pair.end(3), "")


def _addresses(block: str) -> Iterator[Hidden]:
    """Yields the brackets around addresses, their schemes, and the rest of long ones."""
    if "<" in block:
        for link in _AUTOLINK.finditer(block):
            yield Hidden(link.start(), link.start() + 1, "")
            yield Hidden(link.end() - 1, link.end(), "")
    for address in _ADDRESS.finditer(block) if "://" in block or "www." in block else ():
        yield Hidden(address.start(1), address.end(1), "")
        rest, start = address[2], address.start(2)
        if len(rest) > _LONGEST_ADDRESS:
            host, last = rest.find("/") + 1, rest.rstrip("/").rfind("/")
            length = _LONGEST_ADDRESS - 2  # of what is left of it
            if 0 < host < last:
                yield Hidden(start + host, start + last, "…")
                length += last - host
            if len(rest) > length:
                yield Hidden(start + max(length, last), address.end(), "…")
