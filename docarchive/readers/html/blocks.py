"""From a parsed HTML fragment to Markdown: its blocks. Their text is written by ``inline``, tables by ``tables``.

Everything that a reader would see is written, and reads as text again: a page made of the Markdown has the text of the
HTML. Each element is visited once.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Final

from bs4.element import PageElement, Tag

from docarchive.markdown import fenced
from docarchive.readers.html.addresses import is_autolink, link_target, picture
from docarchive.readers.html.inline import EMPHASIS, WHITE, Inline, Mark, element, link
from docarchive.readers.html.note_marks import is_note_mark
from docarchive.readers.html.seen import BLOCKS, is_seen, text_of
from docarchive.readers.html.tables import rows_of, table
from docarchive.records import NamedTuple

_EMPHASIS: Final = {"b": "**", "strong": "**", "i": "*", "em": "*", "del": "~~", "s": "~~", "strike": "~~"}
_CODE: Final = frozenset({"code", "kbd", "samp", "tt"})
_LISTS: Final = frozenset({"ul", "ol", "menu", "dir"})
_LANGUAGE: Final = re.compile(r"(?:language|lang)-([\w+#.-]{1,30})\Z")
_LINE: Final = re.compile(r"\n(?=[^\n])")
#: Quotes and lists in each other; the text of those that are deeper follows without their marks.
_MAX_NESTING: Final = 20
#: Markdown has numbers of nine digits; the items that follow need some of them.
_MOST_DIGITS: Final = 8


class Block(NamedTuple):
    """A block of Markdown.

    Attributes:
        text: The block.
        kind: For lists, the character that marks an item; ``p`` for a paragraph.
        tight: Whether there are no blank lines in a list.
        items: Of items without a list around them, each; more may follow. They are the text then.
    """

    text: str
    kind: str = ""
    tight: bool = True
    items: list[str] | None = None


class Writer:
    """Writes a fragment as Markdown.

    Args:
        alone: Whether relative links and pictures are replaced by their texts.
        picture: Returns the address to write for that of a picture, or None; see ``to_markdown``.
    """

    def __init__(self, *, alone: bool = False, picture: Callable[[str], str | None] | None = None) -> None:
        self._alone = alone
        self._address = picture
        self._inline = Inline()
        self._blocks: list[Block] = []
        self._flat = 0  # inside a heading or a cell all is on one line
        self._nesting = 0

    def markdown(self, root: Tag) -> str:
        """Returns the Markdown of all that is in an element."""
        return _joined(self._inside(root.contents))

    def _inside(self, nodes: Iterable[PageElement]) -> list[Block]:
        """Returns the blocks of elements in a quote, an item or the like."""
        self._flush()
        outer, self._blocks = self._blocks, []
        self._walk(nodes)
        self._flush()
        blocks, self._blocks = self._blocks, outer
        return blocks

    def _flush(self) -> None:
        if not self._flat and (text := self._inline.finish()):
            self._blocks.append(Block(text, "p"))

    def _walk(self, nodes: Iterable[PageElement]) -> None:
        for node in nodes:
            if is_seen(node):
                if isinstance(node, Tag):
                    self._element(node)
                elif node:
                    self._inline.text(str(node))

    def _element(self, tag: Tag) -> None:
        name = tag.name
        if name in _EMPHASIS:
            self._marked(tag, EMPHASIS[_EMPHASIS[name]])
        elif write := _WRITERS.get(name):
            write(self, tag)
        elif name in BLOCKS:
            self._box(tag)
        else:
            self._walk(tag.contents)

    # Inline elements

    def _marked(self, tag: Tag, mark: Mark) -> None:
        opened = self._inline.open(mark)
        self._walk(tag.contents)
        if opened:
            self._inline.close()

    def _raised(self, tag: Tag) -> None:
        self._marked(tag, element(tag.name))

    def _link(self, tag: Tag) -> None:
        raised = self._inline.is_open("sup") or tag.find("sup") is not None
        if is_note_mark(tag.get, text := text_of(tag), raised=raised):
            self._note_mark(tag, text)
        else:
            self._linked(tag)

    def _note_mark(self, tag: Tag, text: str) -> None:
        """Writes the mark of a note: raised, and in brackets, so that it is no part of the word before it."""
        opened = self._inline.open(element("sup"))
        if link_target(tag, alone=self._alone) or "[" in text:
            self._linked(tag)
        else:
            self._inline.text("[")
            self._linked(tag)
            self._inline.text("]")
        if opened:
            self._inline.close()

    def _linked(self, tag: Tag) -> None:
        target = link_target(tag, alone=self._alone)
        if not target or self._inline.is_open("a"):
            self._walk(tag.contents)
        elif [*map(str, tag.contents)] == [target] and is_autolink(target):
            self._inline.markup(f"<{target}>")
        else:
            self._marked(tag, link(target))

    def _picture(self, tag: Tag) -> None:
        shown, is_text = picture(tag, alone=self._alone, readdress=self._address)
        if is_text:
            self._inline.text(shown)
        else:
            self._inline.markup(shown)

    def _quoted(self, tag: Tag) -> None:
        self._inline.text('"')
        self._walk(tag.contents)
        self._inline.text('"')

    def _code(self, tag: Tag) -> None:
        if tag.find("pre"):
            self._walk(tag.contents)
            return
        written = text_of(tag)
        code = written.strip(WHITE)
        if written and written[0] in WHITE:
            self._inline.space()
        if code:
            self._inline.code(" ".join(re.split(f"[{WHITE}]+", code)))
        if written and written[-1] in WHITE:
            self._inline.space()

    def _break(self, tag: Tag) -> None:
        if self._flat:
            self._inline.space()
        else:
            self._inline.line_break()
        self._walk(tag.contents)

    # Blocks

    def _box(self, tag: Tag) -> None:
        self._end_line()
        self._walk(tag.contents)
        self._end_line()

    def _end_line(self) -> None:
        if self._flat:
            self._inline.space()
        else:
            self._flush()

    def _heading(self, tag: Tag) -> None:
        if self._flat:
            self._box(tag)
        elif text := self.line(tag):
            self._blocks.append(Block(f"{'#' * int(tag.name[1])} {text}"))

    def line(self, tag: Tag) -> str:
        """Returns all that is in an element on one line."""
        self._flush()
        self._flat += 1
        self._walk(tag.contents)
        self._flat -= 1
        return self._inline.finish(inside=True, lines=False)

    def _quote(self, tag: Tag) -> None:
        if self._flat or self._nesting >= _MAX_NESTING:
            self._box(tag)
            return
        self._nesting += 1
        text = _joined(self._inside(tag.contents))
        self._nesting -= 1
        if text:
            self._blocks.append(Block("\n".join(f"> {line}" if line else ">" for line in text.split("\n"))))

    def _list(self, tag: Tag) -> None:
        if self._flat or self._nesting >= _MAX_NESTING:
            self._box(tag)
            return
        self._flush()
        items: list[list[Block]] = []
        numbers: dict[int, int] = {}  # those that items state, by index
        loose: list[PageElement] = []
        self._nesting += 1
        for child in tag.contents:
            if isinstance(child, Tag) and child.name == "li" and is_seen(child):
                self._add_loose(items, loose)
                if (number := _number(child.get("value"))) is not None:
                    numbers[len(items)] = number
                items.append(self._inside(child.contents))
            else:
                loose.append(child)
        self._add_loose(items, loose)
        self._nesting -= 1
        self._add_list(items, tag, numbers)

    def _add_loose(self, items: list[list[Block]], loose: list[PageElement]) -> None:
        """Adds what is between the items of a list: a list to the item before, other content as an item."""
        blocks = self._inside(loose) if loose else []
        loose.clear()
        if items and items[-1] and blocks and all(block.kind not in ("", "p") for block in blocks):
            items[-1] += blocks
        elif blocks:
            items.append(blocks)

    def _add_list(self, items: list[list[Block]], tag: Tag, numbers: dict[int, int]) -> None:
        """Adds a list; a number that does not follow the one before begins another list, as Markdown counts itself."""
        before = self._blocks[-1].kind if self._blocks else ""
        ordered = tag.name == "ol"
        step = -1 if ordered and tag.get("reversed") is not None else 1
        start = _number(tag.get("start"))
        number = start if start is not None else len(items) if step < 0 else 1
        kind = (")" if before == "." else ".") if ordered else ("*" if before == "-" else "-")
        tight = all(map(_is_tight, items))
        written: list[str] = []
        following = number
        for index, blocks in enumerate(items):
            number = numbers.get(index, number)
            number = max(number, 0)
            if ordered and written and blocks and number != following:
                self._blocks.append(Block(("\n" if tight else "\n\n").join(written), kind, tight))
                written, kind = [], ")" if kind == "." else "."
            if blocks:
                written.append(_item(f"{number}{kind}" if ordered else kind, blocks, tight=tight))
                following = number + 1
            number += step
        if written:
            self._blocks.append(Block(("\n" if tight else "\n\n").join(written), kind, tight))

    def _lone_item(self, tag: Tag) -> None:
        """Writes an item that is in no list, or a definition."""
        if self._flat or self._nesting >= _MAX_NESTING:
            self._box(tag)
            return
        self._nesting += 1
        blocks = self._inside(tag.contents)
        self._nesting -= 1
        if not blocks:
            return
        before = self._blocks[-1] if self._blocks else Block("")
        tight = _is_tight(blocks)
        if before.items is not None:
            before.items.append(_item(before.kind, blocks, tight=tight))
            self._blocks[-1] = before._replace(tight=tight and before.tight)
        else:
            kind = "*" if before.kind == "-" else "-"
            self._blocks.append(Block("", kind, tight, [_item(kind, blocks, tight=tight)]))

    def _term(self, tag: Tag) -> None:
        self._end_line()
        self._marked(tag, EMPHASIS["**"])
        self._end_line()

    def _preformatted(self, tag: Tag) -> None:
        if self._flat:
            self._inline.space()
            self._code(tag)
            self._inline.space()
            return
        self._flush()
        text = text_of(tag, lines=True).replace("\xa0", " ").replace("\r\n", "\n").replace("\r", "\n")
        text = re.sub(r"\A(?:[ \t]*\n)+", "", text).rstrip()
        if text:
            self._blocks.append(Block(fenced(text, _language(tag))))

    def _rule(self, tag: Tag) -> None:
        self._end_line()
        if not self._flat:
            self._blocks.append(Block("___" if self._nesting else "---"))
        self._walk(tag.contents)

    def _table(self, tag: Tag) -> None:
        rows = None if self._flat else rows_of(tag)
        if rows is None:
            self._box(tag)
            return
        self._flush()
        for other in rows.others:
            self._box(other) if isinstance(other, Tag) else self._walk([other])
        self._flush()
        self._blocks.append(Block(table(rows, [[self.line(cell) for cell in row.cells] for row in rows.rows])))


def _joined(blocks: list[Block], *, tight: bool = False) -> str:
    """Returns blocks as one text; the paragraph and the lists of a tight item are on successive lines."""
    texts = (("\n" if block.tight else "\n\n").join(block.items) if block.items else block.text for block in blocks)
    return ("\n" if tight else "\n\n").join(texts)


def _is_tight(blocks: list[Block]) -> bool:
    """Returns whether the blocks of an item need no blank lines: lists may follow, but not one that begins at 2."""
    return all(
        block.kind
        and block.tight
        and (index == 0 or (block.kind != "p" and (block.kind in "-*" or block.text[:2] in ("1.", "1)"))))
        for index, block in enumerate(blocks)
    )


def _item(mark: str, blocks: list[Block], *, tight: bool) -> str:
    return f"{mark} {_LINE.sub(chr(10) + ' ' * (len(mark) + 1), _joined(blocks, tight=tight))}"


def _number(value: object) -> int | None:
    """Returns the number that a list or an item states; None if it is none that Markdown can have."""
    text = str(value or "")
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS else None


def _language(tag: Tag) -> str:
    """Returns the language of code, as a class such as ``language-python`` states it."""
    for element_ in (tag, *(child for child in tag.contents if isinstance(child, Tag) and child.name == "code")):
        for name in element_.get_attribute_list("class"):
            if name and (match := _LANGUAGE.match(name)):
                return match[1]
    return ""


_WRITERS: Final[dict[str, Callable[[Writer, Tag], None]]] = {
    "a": Writer._link,
    "br": Writer._break,
    "img": Writer._picture,
    "q": Writer._quoted,
    "sub": Writer._raised,
    "sup": Writer._raised,
    "blockquote": Writer._quote,
    "dd": Writer._lone_item,
    "dt": Writer._term,
    "hr": Writer._rule,
    "li": Writer._lone_item,
    "pre": Writer._preformatted,
    "table": Writer._table,
    **dict.fromkeys(_CODE, Writer._code),
    **dict.fromkeys(_LISTS, Writer._list),
    **dict.fromkeys(["h1", "h2", "h3", "h4", "h5", "h6"], Writer._heading),
}
