"""The text of one block of HTML with its inline markup, as Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from docarchive.markdown import LINK, TAGS, Markup, delimiter, escaped, longest_run
from docarchive.records import NamedTuple
from docarchive.texts import joined

#: White space of HTML, and the space at which lines are not broken.
WHITE: Final = " \t\r\n\f\xa0"
_RUN: Final = re.compile(f"[{WHITE}]{{2,}}|[{WHITE[1:]}]")


class Mark(NamedTuple):
    """Markup around text.

    Attributes:
        kind: What it is; a mark inside another of the same kind is ignored.
        before: The piece before the text.
        after: The piece after it.
    """

    kind: str
    before: Markup
    after: Markup


def emphasis(mark: str) -> Mark:
    """Returns the mark of emphasis: ``*``, ``**`` or ``~~``."""
    return Mark(mark, delimiter(mark, opens=True), delimiter(mark, opens=False))


def element(name: str) -> Mark:
    """Returns the mark of an element that Markdown has no form for."""
    return Mark(name, Markup(f"<{name}>"), Markup(f"</{name}>"))


def link(target: str) -> Mark:
    """Returns the mark of a link; the target may have a title."""
    return Mark("a", LINK, Markup(f"]({target})"))


class _Code(Markup):
    """Code whose parts may still grow in number: code that touches is one.

    Attributes:
        parts: The code.
        is_linked: Whether it is in a link.
    """

    __slots__ = ("is_linked", "parts")
    parts: list[str]
    is_linked: bool

    @classmethod
    def of(cls, code: str, *, is_linked: bool) -> _Code:
        piece = cls()
        piece.parts = [code]
        piece.is_linked = is_linked
        return piece

    def pieces(self) -> list[str]:
        """Returns what is written: the code in backticks, more of them than in it."""
        code = "".join(self.parts)
        if "]:" in code and self.is_linked:  # "[`]:`" would begin the definition of a reference
            return [Markup("<code>"), code, Markup("</code>")]
        ticks = "`" * (longest_run(code) + 1)
        pad = " " if code[0] == "`" or code[-1] == "`" else ""
        return [Markup(f"{ticks}{pad}{code}{pad}{ticks}")]


EMPHASIS: Final = {mark: emphasis(mark) for mark in TAGS}
_BREAK: Final = Markup("\\\n")


def collapsed(text: str) -> str:
    """Returns text with each run of white space as one space, or one line end if there is one in it."""
    return _RUN.sub(lambda run: "\n" if "\n" in run[0] or "\r" in run[0] else " ", text)


class Inline:
    """Collects the text of a block and the marks in it; white space is moved out of marks.

    A mark is written when text follows. One that is still open at the end of a block is open in the next.
    """

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._gap = ""
        self._breaks = 0
        self._marks: list[Mark] = []
        self._written = 0

    def text(self, text: str) -> None:
        """Adds text, in which white space counts as in HTML."""
        text = collapsed(text)
        core = text.strip()
        if not core:
            self.space(text)
            return
        start = text.index(core[0]) if text[0].isspace() else 0
        self.space(text[:start])
        self._begin()
        self._pieces.append(core)
        self._gap = text[start + len(core) :]

    def markup(self, piece: str) -> None:
        """Adds markup that shows something, such as a picture or code."""
        self._begin()
        self._pieces.append(Markup(piece))

    def code(self, code: str) -> None:
        """Adds code on one line; it is not empty, and neither begins nor ends with white space."""
        self._begin()
        last = self._pieces[-1] if self._pieces else None
        if isinstance(last, _Code):
            last.parts.append(code)
        else:
            self._pieces.append(_Code.of(code, is_linked=self.is_open("a")))

    def space(self, text: str = " ") -> None:
        """Adds white space; nothing at the start of a line."""
        if text and self._pieces and not self._breaks:
            self._gap = "\n" if "\n" in self._gap or "\n" in text else self._gap or text

    def line_break(self) -> None:
        """Adds the end of a line; nothing at the start and at the end of a block."""
        if self._pieces:
            self._breaks += 1
            self._gap = ""

    def open(self, mark: Mark) -> bool:
        """Begins a mark; returns False, and does nothing, inside one of its kind."""
        if any(mark.kind == other.kind for other in self._marks):
            return False
        self._marks.append(mark)
        return True

    def close(self) -> None:
        """Ends the last mark that was begun; nothing is written of one without text."""
        mark = self._marks.pop()
        if self._written > len(self._marks):
            self._pieces.append(mark.after)
            self._written -= 1

    def is_open(self, kind: str) -> bool:
        """Returns whether a mark of a kind is begun."""
        return any(mark.kind == kind for mark in self._marks)

    def finish(self, *, inside: bool = False, lines: bool = True) -> str:
        """Returns the block, and begins the next one with the same marks.

        Args:
            inside: Whether the block is inside a line, as a heading is.
            lines: Whether the block may have several lines.
        """
        if not self._pieces:
            self._gap, self._breaks = "", 0
            return ""
        pieces = [part for piece in self._pieces for part in (piece.pieces() if isinstance(piece, _Code) else [piece])]
        pieces += [mark.after for mark in reversed(self._marks[: self._written])]
        text = escaped(pieces if lines else [*_on_one_line(pieces)], inside=inside)
        self._pieces, self._gap, self._breaks, self._written = [], "", 0, 0
        return text

    def _begin(self) -> None:
        """Writes what was put off until text follows."""
        if self._breaks:
            self._pieces += [_BREAK] * self._breaks
            self._breaks = 0
        elif self._gap:
            self._pieces.append(self._gap)
        self._gap = ""
        for mark in self._marks[self._written :]:
            if mark.kind in TAGS and self._pieces and self._pieces[-1] is mark.after:
                self._pieces.pop()  # two of a kind that touch are one
            else:
                self._pieces.append(mark.before)
        self._written = len(self._marks)


def _on_one_line(pieces: list[str]) -> Iterator[str]:
    """Yields pieces without the ends of lines; in Chinese and Japanese, these are no spaces."""
    for index, piece in enumerate(pieces):
        if piece == "\n" or piece is _BREAK:
            after = pieces[index + 1][:1] if index + 1 < len(pieces) else ""
            yield " " if "\n" in joined(f"{pieces[index - 1][-1:]}\n{after}") else ""
        else:
            yield joined(piece).replace("\n", " ") if "\n" in piece and not isinstance(piece, Markup) else piece
