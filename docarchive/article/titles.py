"""Titles made from a text, for articles that have none, and lines of Markdown without its marks."""

from __future__ import annotations

import re
from typing import Final

from docarchive.markdown import shown, without_links, without_raised_notes
from docarchive.regexes import lazy
from docarchive.texts import cut_at_word

TITLE_LENGTH: Final = 90
#: A first sentence with fewer letters is no title: ``1.``, ``Dr.``, ``U.S.``.
_FEWEST_LETTERS: Final = 4
_MOST_LINES: Final = 200

_MARKS: Final = lazy(r"[\[\]*_`~\\<{]")
_HTML: Final = "a|b|i|u|em|strong|span|p|div|br|img|h[1-6]|center|small|code|kbd|mark|font"
_CODE: Final = lazy(r"(?<![`\\])(`{1,3})(?!`)[ ]?([^`]{1,500}?)[ ]?\1(?!`)")
_INLINE: Final = (
    (lazy(rf"</?(?:{_HTML})\b[^<>]{{0,500}}>|<!--.{{0,500}}?-->"), ""),
    (lazy(r"(\*\*\*|\*\*|~~)(?=\S)(.{1,500}?)(?<=\S)\1"), r"\2"),
    (lazy(r"(?<!\w)(___|__)(?=\S)(.{1,500}?)(?<=\S)\1(?!\w)"), r"\2"),
    (lazy(r"(?<![\w*])\*(?=[^\s*])([^*]{1,500}?)(?<=\S)\*(?![\w*])"), r"\1"),
    (lazy(r"(?<!\w)_(?=[^\s_])([^_]{1,500}?)(?<=\S)_(?!\w)"), r"\1"),
    (lazy(r"\s*\{(?::\s*)?[#.][^{}]{1,100}\}\s*\Z"), ""),  # attributes
)
#: Escaped signs stand for others, in no text, while marks are looked for.
_ESCAPED: Final = lazy(r"\\([!-/:-@\[-`{-~])")
_STAND_INS: Final = {ord(sign): chr(0xF700 + ord(sign)) for sign in "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"}
_SIGNS: Final = {ord(stand_in): chr(code) for code, stand_in in _STAND_INS.items()}
_BLOCK: Final = lazy(r"\s*(?:(?:#{1,6}|>|[-+*])(?=\s|\Z)\s*|>)*")
#: Lines that a reader does not see as text: fences, definitions of links and footnotes, directives.
_UNSEEN: Final = lazy(r"\s*(?:```|~~~|:::|\[[^\[\]]{1,100}\]:|\[\[?_?toc_?\]\]?\s*\Z|\{%.*%\}\s*\Z)", re.IGNORECASE)
_BOX: Final = lazy(r"\[[ xX]\]\s+")
_ITEM: Final = lazy(r"\s*\d{1,9}[.)]\s+")
_SENTENCE_END: Final = lazy(r"(?<=[.!?。])\s")
#: What is short and in capitals before a full stop, such as ``Mr.``, ``St.`` and ``J.``: the sentence may continue.
_ABBREVIATION: Final = lazy(r"(?<![^\W\d_])(?:[A-Z][a-z]{0,2}|Prof|vs|etc|approx|[A-Za-z]\.[A-Za-z])\.\Z")
_DIVIDED: Final = lazy(r"[^\W\d_]-\Z")
#: A line of pictures alone; their descriptions are a title only if there is no text.
_PICTURES: Final = lazy(r"\s*(?:!\[[^\[\]]{0,500}\](?:\([^()]{0,1000}\)|\[[^\[\]]{0,100}\])\s*)+")
_EDGES: Final = " \t#>*-_=`|"


def derive_title(body: str) -> str:
    """Returns a title made from a text: its first sentence without Markdown markup, cut at a word if it is long."""
    from docarchive.article.datelines import dateline  # most articles have a title

    raw_lines = body.split("\n", _MOST_LINES)[:_MOST_LINES]
    lines = ((number, line) for number, raw in enumerate(raw_lines) if (line := _without_markup(raw)))
    first = ""
    for number, line in lines:
        first = first or line
        if any(map(str.isalpha, line)) and not _PICTURES.fullmatch(raw_lines[number]):
            first = line
            if (place := dateline(line)) and place.end == len(line):
                continue
            first = _whole(_without_number(line, raw_lines[number + 1 :]), raw_lines[number : number + 2])
            break
    place = dateline(first)
    sentence = _first_sentence(first[place.end :] if place else first) or first
    if len(sentence) <= TITLE_LENGTH:
        return sentence.rstrip(".。 ") or sentence or "Untitled"
    return cut_at_word(sentence, TITLE_LENGTH)


def _whole(line: str, raw_lines: list[str]) -> str:
    """Returns a line with the rest of a word that its end divides, and what follows that.

    Args:
        line: The line without markup.
        raw_lines: The same line as it is written, and the next one.
    """
    rest = raw_lines[1].strip() if len(raw_lines) > 1 else ""
    if not _DIVIDED.search(raw_lines[0].rstrip()) or not rest[:1].islower():
        return line
    return f"{line}{_without_markup(rest)}"


def plain_line(line: str) -> str:
    r"""Returns a line of Markdown as a reader sees it, without emphasis, links and the like.

    >>> plain_line(r"A *fine* [text](a.md)[^1], `x` and snake_case \# 2 * 3")
    'A fine text, x and snake_case # 2 * 3'
    """
    return _unmarked(line).translate(_SIGNS)


def _unmarked(line: str) -> str:
    """Returns a line without marks, in which others stand for escaped signs."""
    if _MARKS.search(line):
        line = without_raised_notes(line)
        line = _CODE.sub(lambda code: code[2].translate(_STAND_INS), line)
        line = without_links(shown(_ESCAPED.sub(lambda escape: escape[1].translate(_STAND_INS), line)))
        for pattern, plain in _INLINE:
            line = pattern.sub(plain, line)
    return line


def _without_markup(raw: str) -> str:
    if _UNSEEN.match(raw):
        return ""
    line = raw[: 10 * TITLE_LENGTH]
    block = _BLOCK.match(line)
    plain = _unmarked(line[block.end() if block else 0 :])
    plain = _BOX.sub("", plain.removesuffix("\\"), count=1).strip(_EDGES).replace(" | ", " ")
    return " ".join(plain.translate(_SIGNS).split())


def _without_number(line: str, following: list[str]) -> str:
    """Returns the first item of a list without its number; a number that no other follows belongs to the text."""
    item = _ITEM.match(line)
    if item is None or item.end() == len(line):
        return line
    following_line = next((other for other in following if other.strip()), "")
    return line[item.end() :] if _ITEM.match(following_line) else line


def _first_sentence(text: str) -> str:
    """Returns the first sentence of a line, with those after it until there are some letters."""
    for end in _SENTENCE_END.finditer(text):
        if _ABBREVIATION.search(text, max(0, end.start() - 20), end.start()):
            continue
        if sum(map(str.isalpha, text[: end.start()])) >= _FEWEST_LETTERS:
            return text[: end.start()]
    return text
