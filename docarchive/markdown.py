r"""Markdown and the text that it shows: escapes text so that CommonMark shows it as it is, and takes escapes out again.

Text is escaped only where it would be read as markup: ``#`` at the start of a line, but not in ``C#``; ``*`` where it
could begin or end emphasis, but not in ``2 * 3``. Not useful for deciding what is markup: that is each reader's work.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Final

from docarchive.regexes import lazy

_PUNCTUATION: Final = frozenset("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~")
_SPECIAL: Final = lazy(r"[\\`~\[\]<&!]|\*+|_+")
_LINE_START: Final = lazy(
    r"^(?:(?=\#{1,6}(?:[ \t]|$)|>|[-+*](?:[ \t]|$)"
    r"|(?:(?:-[ \t]*){3,}|(?:\*[ \t]*){3,}|(?:_[ \t]*){3,}|=+[ \t]*|-+[ \t]*)$"
    r"|`{3}|~{3}|<[A-Za-z/!?]|[|:-](?=[^\n-]*-)[ \t|:-]*$)|\d{1,9}(?=[.)](?:[ \t]|$)))",
    re.MULTILINE,
)
_TICKS: Final = lazy("`+")
_ENTITY: Final = lazy(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_DEFINITION: Final = lazy(r"\[[^\[\]]*\]:")
_ANYWHERE: Final = lazy(rf"[\\\\`*_~\[\]<]|&(?={_ENTITY.pattern[1:]})")
_CLOSING_HASHES: Final = lazy(r"(?:^|(?<=[ \t]))(?=#+$)")

_FENCE: Final = lazy(r"^[ >]*(`{3,}|~{3,})[^`\n]*$", re.MULTILINE)
#: The names of elements in a line: no word ends at one. For regular expressions that ignore case.
IN_LINE: Final = (
    "a|abbr|b|bdi|bdo|big|cite|code|del|dfn|em|font|i|ins|kbd|mark|q|rp|rt|ruby|s|samp|small|span|strike|strong|sub|sup|"
    "tt|u|var|wbr"
)
_REST: Final = r"(?:\s[^<>]{0,1000})?/?>"
# Each alternative begins with its sign, before what may not be in front of it: so texts are searched quickly.
_SHOWN: Final = lazy(
    r"`(?<!``)(`{0,2})(?!`)(?P<code>[^`]{1,500})`\1(?!`)"  # in which a backslash is a backslash
    r"|\\(?P<escaped>[!-/:-@\[-`{-~])|\\(?=\n)"
    rf"|<(?P<script>(?i:su[bp])){_REST}(?P<raised>[^<>]{{0,100}})</(?i:(?P=script))>"
    rf"|<(?P<close>/?)(?P<element>(?i:{IN_LINE})){_REST}"
    rf"|(?P<entity>{_ENTITY.pattern})"
    r"|\*(?<![\\*]\*)(?P<stars>\*{0,2})(?![\s*])(?P<emphasized>[^*\n]{1,100}?)(?<![\s\\])\*(?P=stars)(?!\*)"
    r"|~~(?<![\\~]~~)(?![\s~])(?P<struck>[^~\n]{1,100}?)(?<![\s\\])~~(?!~)"
)
#: The marks around emphasis or code that begins or ends in a word.
_IN_WORD: Final = lazy(r"[*`~](?<=\w[*`~])[*`~]{0,2}\w")
#: The end of an element. One in a line that has no end, such as ``<S>``, is text.
_END: Final = lazy(rf"</({IN_LINE})\s*>|<(wbr)\s*/?>", re.IGNORECASE)
_RAISED: Final = str.maketrans("0123456789+-=()n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿ")
_LOWERED: Final = str.maketrans("0123456789+-=()", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎")
_SCRIPTS: Final = {"sup": (_RAISED, frozenset("0123456789+-=()n")), "sub": (_LOWERED, frozenset("0123456789+-=()"))}


class Markup(str):
    """A piece of Markdown that is markup, not text: it is written as it is."""

    __slots__ = ()


class Delimiter(Markup):
    """The beginning or the end of emphasis: ``*``, ``**`` or ``~~``."""

    __slots__ = ("opens",)
    opens: bool


#: The element that is written where CommonMark would not read a delimiter as one, as in ``**"a"**b``.
TAGS: Final = {"*": "em", "**": "strong", "~~": "del"}
#: The start of a link. Its end begins with ``](``.
LINK: Final = Markup("[")
_LINK_END: Final = Markup("](")


def delimiter(mark: str, *, opens: bool) -> Delimiter:
    """Returns a delimiter; ``mark`` is a key of ``TAGS``."""
    piece = Delimiter(mark)
    piece.opens = opens
    return piece


def escape(text: str) -> str:
    r"""Returns lines of text as Markdown that shows them as they are.

    >>> escape("1986. A great year for List<String>")
    '1986\\. A great year for List\\<String>'
    """
    return escaped([text])


def fenced(code: str, language: str = "") -> str:
    """Returns lines of code as a block of code, between more backticks than there are in a row in it."""
    fence = "`" * max(3, longest_run(code) + 1)
    return f"{fence}{language}\n{code}\n{fence}"


def longest_run(code: str) -> int:
    """Returns the largest number of backticks in a row in code."""
    return max(map(len, _TICKS.findall(code)), default=0)


def escaped_line(text: str) -> str:
    """Returns text as Markdown on one line, as in an item or the text of a link; brackets in it are escaped."""
    return escaped([LINK, " ".join(text.split()), _LINK_END])[1 : -len(_LINK_END)]


def escaped_part(text: str) -> str:
    """Returns text as Markdown for use in the brackets of a link or a picture, whatever is around these."""
    return _ANYWHERE.sub(r"\\\g<0>", " ".join(text.split()))


def escaped(pieces: Sequence[str], *, inside: bool = False) -> str:
    """Joins the pieces of one block, lines of text and ``Markup``, and escapes the text.

    Args:
        pieces: The pieces; delimiters and the starts and ends of links are in pairs.
        inside: Whether the block is inside a line, as that of a heading or a cell is: nothing in it starts a line.
    """
    pieces = _readable(pieces)
    text = "".join(pieces)
    spots = set() if inside else {match.end() for match in _LINE_START.finditer(text)}
    if not spots and not _SPECIAL.search(text) and not (inside and text.endswith("#")):
        return text
    block = _Block(text, _markup(pieces), inside)
    spots.update(block.spots())
    marked = iter(sorted(spot for spot in spots if not block.is_markup(spot)))
    parts: list[str] = []
    last = 0
    for spot in marked:
        parts += [text[last:spot], "\\"]
        last = spot
    return "".join([*parts, text[last:]])


def _markup(pieces: Sequence[str]) -> bytearray:
    """Returns for each character whether it is markup (1) or text in a link (2)."""
    kinds = bytearray()
    in_link = False
    for piece in pieces:
        if isinstance(piece, Markup):
            in_link = piece is LINK or (in_link and not piece.startswith("]("))
            kinds += b"\1" * len(piece)
        else:
            kinds += (b"\2" if in_link else b"\0") * len(piece)
    return kinds


class _Block:
    """The text of a block, what of it is markup (see ``_markup``), and what may be read as markup in it."""

    def __init__(self, text: str, kinds: bytearray, inside: bool) -> None:
        self._text = text
        self._kinds = kinds
        self._inside = inside
        self._last_tag_end = text.rfind(">")
        self._has_code = text.count("`") > 1
        self._pairs = {mark: self._may_pair(mark) for mark in "*_" if mark in text}

    def is_markup(self, spot: int) -> bool:
        return self._kinds[spot] == 1

    def spots(self) -> Iterator[int]:
        """Yields the indexes of characters that would be read as markup anywhere in a line."""
        text = self._text
        for match in _SPECIAL.finditer(text):
            spot, end = match.span()
            if text[spot] in self._pairs:
                if self._pairs[text[spot]] and not self._is_apart(spot, end):
                    yield from range(spot, end)
            elif self._is_read(text[spot], spot):
                yield spot
        if self._inside and (hashes := _CLOSING_HASHES.search(text, max(0, len(text.rstrip("#")) - 1))):
            yield hashes.start()

    def _is_read(self, character: str, spot: int) -> bool:
        after = self._text[spot + 1 : spot + 2]
        match character:
            case "\\":
                return after in _PUNCTUATION or after == "\n"
            case "<":
                return spot < self._last_tag_end and (after.isalpha() or after in ("/", "!", "?"))
            case "`":
                return self._has_code
            case "~":
                return "~" in (after, self._text[spot - 1 : spot])
            case "&":
                return _is_entity(self._text, spot)
            case "!":
                return after == "[" and self.is_markup(spot + 1)
            case _:
                return self._is_bracket(spot, character, after)

    def _is_bracket(self, spot: int, character: str, after: str) -> bool:
        if self._kinds[spot] == 2:
            return True
        if character == "]":
            return after == "("
        return spot == 0 and not self._inside and _DEFINITION.match(self._text) is not None

    def _may_pair(self, mark: str) -> bool:
        """Returns whether there are two runs of ``*`` or ``_`` that could begin or end emphasis."""
        count = 0
        for match in re.finditer(f"{re.escape(mark)}+", self._text):
            count += 2 if 1 in self._kinds[match.start() : match.end()] else not self._is_apart(*match.span())
            if count > 1:
                return True
        return False

    def _is_apart(self, start: int, end: int) -> bool:
        """Returns whether a run of marks is between spaces, or one of underscores in a word: these are always text."""
        if 1 in self._kinds[start:end]:
            return False
        before, after = self._text[start - 1 : start] if start else "", self._text[end : end + 1]
        if _is_space(before) and _is_space(after):
            return True
        return self._text[start] == "_" and before.isalnum() and after.isalnum()


def _is_space(character: str) -> bool:
    """Returns whether CommonMark takes a character for white space; the end of the text counts as such."""
    return not character or character in " \t\n\f\r" or unicodedata.category(character) == "Zs"


def _is_entity(text: str, spot: int) -> bool:
    match = _ENTITY.match(text, spot)
    if match is None or match[0][1] == "#":
        return match is not None
    from html.entities import html5

    return match[0][1:] in html5


# Delimiters


def _readable(pieces: Sequence[str]) -> Sequence[str]:
    """Returns the pieces, with elements instead of the delimiters that CommonMark would not read as such."""
    if not any(isinstance(piece, Delimiter) for piece in pieces):
        return pieces
    result = [piece for piece in pieces if piece]
    for attempt in range(3):
        unread = _unread(result)
        if not unread:
            break
        if attempt == 2:
            unread = {index for index, piece in enumerate(result) if isinstance(piece, Delimiter)}
        for index in unread:
            piece = result[index]
            assert isinstance(piece, Delimiter)
            result[index] = Markup(f"<{'' if piece.opens else '/'}{TAGS[str(piece)]}>")
    return result


def _unread(pieces: Sequence[str]) -> set[int]:
    """Returns the indexes of pairs of delimiters of which one would not be read."""
    unread: set[int] = set()
    opened: list[int] = []
    for index, piece in enumerate(pieces):
        if not isinstance(piece, Delimiter):
            continue
        if piece.opens:
            opened.append(index)
        if not _is_read(pieces, index, piece):
            unread.add(index)
        if not piece.opens:
            start = opened.pop()
            nested = any(pieces[outer][0] == piece[0] for outer in opened)
            ambiguous = nested and (_is_ambiguous(pieces, start) or _is_ambiguous(pieces, index))
            if start in unread or index in unread or ambiguous:
                unread |= {start, index}
    return unread


def _is_ambiguous(pieces: Sequence[str], index: int) -> bool:
    """Returns whether a delimiter could both begin and end emphasis, so that it may pair with one outside."""
    inside, outside, _ = _around(pieces, index)
    return not _is_space(outside) and (
        unicodedata.category(outside)[0] not in "PS" or _is_space(inside) or unicodedata.category(inside)[0] in "PS"
    )


def _around(pieces: Sequence[str], index: int) -> tuple[str, str, str]:
    """Returns the characters inside and outside of a delimiter and those that touch it, and the piece outside."""
    piece = pieces[index]
    assert isinstance(piece, Delimiter)
    step = 1 if piece.opens else -1
    inner = outer = index
    while _is_same(pieces, inner + step, piece):
        inner += step
    while _is_same(pieces, outer - step, piece):
        outer -= step
    touching = pieces[outer - step] if 0 <= outer - step < len(pieces) else ""
    return _edge(pieces, inner + step, step), _edge(pieces, outer - step, -step), touching


def _is_read(pieces: Sequence[str], index: int, piece: Delimiter) -> bool:
    inside, outside, touching = _around(pieces, index)
    if isinstance(touching, Delimiter) and touching[0] == piece[0]:
        return False
    if not inside or inside.isspace():
        return False
    if unicodedata.category(inside)[0] not in "PS":
        return True
    return _is_space(outside) or outside in _PUNCTUATION or unicodedata.category(outside)[0] == "P"


def _is_same(pieces: Sequence[str], index: int, piece: Delimiter) -> bool:
    other = pieces[index] if 0 <= index < len(pieces) else ""
    return isinstance(other, Delimiter) and other.opens == piece.opens and other[0] == piece[0]


def _edge(pieces: Sequence[str], index: int, step: int) -> str:
    """Returns the nearest character of a neighbor; empty at the end of the block."""
    return pieces[index][0 if step > 0 else -1] if 0 <= index < len(pieces) else ""


# From Markdown to text


def shown(markdown: str, escaped_sign: Callable[[str], str] = str) -> str:
    r"""Returns Markdown without backslashes that only escape, without elements in a line, and with entities as signs.

    The marks of emphasis and code that begin or end in a word go too; other markup stays. In code a backslash is text.

    Args:
        markdown: The Markdown.
        escaped_sign: Returns what is shown for a sign that was escaped.

    >>> shown(r"1986\. H<sub>2</sub>O, un<b>do</b>, R&amp;D and 10<sup>6</sup>")
    '1986. H₂O, undo, R&D and 10⁶'
    """
    if "\\" not in markdown and not has_elements(markdown):
        return markdown
    ends = frozenset((end[1] or end[2]).lower() for end in _END.finditer(markdown)) if "<" in markdown else frozenset()
    show = partial(_show, escaped_sign, ends)
    parts: list[str] = []
    position = 0
    while fence := _FENCE.search(markdown, position):
        parts.append(_SHOWN.sub(show, markdown[position : fence.start()]))
        position = markdown.find(f"\n{fence[1]}", fence.end())
        position = len(markdown) if position < 0 else position + 1 + len(fence[1])
        parts.append(markdown[fence.start() : position])
    parts.append(_SHOWN.sub(show, markdown[position:]))
    return "".join(parts)


#: The target of a link: an address, which may have brackets and a title.
_TARGET: Final = (
    r"\((?:<[^<>\n]{0,2000}>|[^()\s]{0,2000}(?:\([^()\s]{0,200}\)[^()\s]{0,200}){0,4})"
    r"(?:\s{1,3}[\"'][^\"\n]{0,300}[\"'])?\)"
)
_TEXT: Final = r"\[((?:[^\[\]\n\\]|\\.){0,500})\]"
_ADDRESS: Final = (lazy(r"<(?<!\\<)((?:https?://|mailto:)[^<>\s]{1,1000})>"), r"\1")
#: Notes, links between notes, links and pictures, addresses, and what is left of them.
LINKS: Final = (
    (lazy(r"(?<!\\)\[\^[^\[\]\s]{1,100}\](?!:)"), ""),  # the mark of a footnote
    (lazy(r"(?<!\\)!?\[\[(?:[^\[\]|\n]{1,200}\|)?([^\[\]|\n]{1,200})\]\]"), r"\1"),
    (lazy(rf"(?<!\\)!?{_TEXT}{_TARGET}"), r"\1"),
    (lazy(rf"(?<![\w\]\\])!?{_TEXT}\[[^\[\]\n]{{0,100}}\]"), r"\1"),
    _ADDRESS,
)
_PLACE: Final = r"\([^()\s]{0,2000}#[^()\s]{1,200}\)"
_NOTE: Final = r"[\w*†‡§\\ ]{1,12}"
RAISED_NOTE: Final = lazy(
    rf"<sup>(?:\\?\[)?\\?\[{_NOTE}\](?:\\?\])?(?:{_PLACE})?</sup>|(?<!\\)\[<sup>{_NOTE}</sup>\]{_PLACE}"
)
_EMPHASIS: Final = lazy(r"(?<![\\*])(\*{1,3}|~~)(?![\s*~])([^*~\n]{1,300}?)(?<![\s\\])\1(?!\*)")
_CODE: Final = lazy(r"(?<![`\\])(`{1,2})(?!`)([^`\\\n]{1,300})\1(?!`)")


def in_script(element: str, text: str) -> str:
    """Returns what plain text has for raised or lowered text, ``<sup>`` or ``<sub>``; for words the words themselves.

    >>> in_script("sup", "6"), in_script("sub", "2"), in_script("sup", "th")
    ('⁶', '₂', 'th')
    """
    table, characters = _SCRIPTS[element]
    return text.translate(table) if characters.issuperset(text) else text


def without_links(markdown: str) -> str:
    """Returns Markdown without the marks of footnotes, and with links and pictures as their texts.

    >>> without_links("A [link](a_(b))[^1], [[a note|it]] and <https://example.org>")
    'A link, it and https://example.org'
    """
    if "[" in markdown or "<" in markdown:
        markdown = without_raised_notes(markdown)
        for pattern, text in LINKS if "[" in markdown else (_ADDRESS,):
            markdown = pattern.sub(text, markdown)
    return markdown


def without_raised_notes(markdown: str) -> str:
    r"""Returns Markdown without the marks of notes that are raised, with or without a link to the note.

    >>> without_raised_notes(r"It began<sup>[1](#n1)</sup> here<sup>\[2\]</sup>, 10<sup>6</sup>")
    'It began here, 10<sup>6</sup>'
    """
    return RAISED_NOTE.sub("", markdown) if "<sup>" in markdown else markdown


def without_markup(markdown: str) -> str:
    """Returns Markdown without links and pictures but for their text, emphasis, and the marks around code in a line.

    >>> without_markup("A **bold** [link](http://example.org/a_(b)), `code` and 2 * 3 * 4")
    'A bold link, code and 2 * 3 * 4'
    """
    text = without_links(markdown)
    if "*" in text or "~~" in text:
        text = _EMPHASIS.sub(r"\2", _EMPHASIS.sub(r"\2", text))
    return _CODE.sub(r"\2", text) if "`" in text else text


def has_elements(markdown: str) -> bool:
    """Returns whether Markdown may have elements, entities or marks in words, of which ``shown`` leaves the text."""
    return (
        (("*" in markdown or "`" in markdown or "~~" in markdown) and _IN_WORD.search(markdown) is not None)
        or ("<" in markdown and _END.search(markdown) is not None)
        or ("&" in markdown and _ENTITY.search(markdown) is not None)
    )


def _show(escaped_sign: Callable[[str], str], ends: frozenset[str], match: re.Match[str]) -> str:
    if element := match["element"]:
        return "" if match["close"] or element.lower() in ends else match[0]
    if script := match["script"]:
        return in_script(script.lower(), match["raised"])
    if match["entity"]:
        from html import unescape

        return escaped_sign(unescape(match[0])) if _is_entity(match[0], 0) else match[0]
    marked = match["code"] or match["emphasized"] or match["struck"]
    if marked:
        before, after = match.string[match.start() - 1 : match.start()], match.string[match.end() : match.end() + 1]
        return marked if (match.start() and before.isalnum()) or after.isalnum() else match[0]
    return escaped_sign(match["escaped"]) if match["escaped"] else ""
