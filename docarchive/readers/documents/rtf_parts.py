r"""Pictures and footnotes of RTF, which striprtf leaves out: marks that it keeps as text take their places.

The marks are code points that no text has. Text boxes and links are in ``rtf``, which also makes Markdown of the marks.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from docarchive.errors import ReaderError
from docarchive.markdown import Markup, escaped, escaped_part
from docarchive.readers.documents.rtf_signs import pieces
from docarchive.readers.encoding.detect import MAX_SIZE
from docarchive.readers.protocol import Source, embedded
from docarchive.records import NamedTuple

#: Begin and end the number of a picture, and that of a footnote; the last begins the text of a footnote.
_PICTURE_BEGIN, _PICTURE_END, _NOTE_BEGIN, _NOTE_END, _NOTE_TEXT = map(chr, range(0xFDD0, 0xFDD5))
_PICTURE: Final = re.compile(rb"\{\s*\\pict\b")
#: The beginnings of PNG and JPEG, as digits and as bytes; a picture of Windows has neither.
_DATA: Final = re.compile(
    rb"(?P<hex>(?:89504[eE]47|[fF]{2}[dD]8[fF]{2})[0-9a-fA-F\s]{8,})|\\bin(?P<size>\d{1,9}) (?=\x89PNG|\xff\xd8\xff)"
)
_DESCRIPTION: Final = re.compile(rb"\{\\sn wzDescription\}\s*\{\\sv ([^{}\\]{1,500})\}")
#: Bytes between the beginning of a picture's group and its data.
_MAX_HEAD: Final = 20_000
_MAX_PICTURES: Final = 1_000
_TOKEN: Final = re.compile(r"\\[\\{}]|[{}]|\\dapicture(\d+) ")
#: Groups whose text is not shown; what is in the second is shown nowhere else, or not at all.
_UNSHOWN: Final = re.compile(r"\{\s*\\(?:\*|(?:pict|shp|shpinst|shppict|shprslt|object|result|do|listpicture)\b)")
_LEFT_OUT: Final = re.compile(r"\{\s*\\(?:nonshppict|header[lrf]?|footer[lrf]?)\b")
_NOTE: Final = re.compile(r"\{\s*(?:\\\*)?\\footnote(?![a-zA-Z])(?:\\ftnalt\b)? ?")
_BRACE: Final = re.compile(r"\\[\\{}]|[{}]")
_MAX_NOTE: Final = 60_000
#: Notes without an end, or very long ones; with more, no further ones are read.
_MOST_ENDLESS: Final = 20
_PARAGRAPH: Final = re.compile(r"\\par(?![a-zA-Z]) ?")
_MARK: Final = re.compile(f"{_PICTURE_BEGIN}(\\d+){_PICTURE_END}|{_NOTE_BEGIN}(\\d+){_NOTE_END}")
_NOTE_LINE: Final = re.compile(f"{_NOTE_TEXT}(\\d+){_NOTE_TEXT}\\s*(.*)")


class _Picture(NamedTuple):
    """A picture: its data, bytes or digits, from ``start`` to ``end``. Its number replaces what is from ``cut`` on."""

    cut: int
    start: int
    end: int
    is_hex: bool
    description: str


class RtfPictures:
    """Opens the pictures of a document by their numbers; it is read when the first is asked for."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._pictures: list[_Picture] | None = None

    def __call__(self, name: str) -> Source | None:
        """Returns a picture; None if there is none of this name."""
        if self._pictures is None:
            try:
                self._pictures = [*_pictures(self._source.read(MAX_SIZE))]
            except ReaderError:
                self._pictures = []
        if not (name.isascii() and name.isdigit() and int(name[:9]) < len(self._pictures)):
            return None
        picture = self._pictures[int(name[:9])]
        with self._source.open() as file:
            file.seek(picture.start)
            content = file.read(picture.end - picture.start)
        if picture.is_hex:
            digits = b"".join(content.split())
            content = bytes.fromhex(digits[: len(digits) // 2 * 2].decode("ascii"))
        return Source.in_memory(content)


def with_numbers(data: bytes) -> tuple[bytes, list[str]]:
    """Returns RTF with the numbers of its pictures instead of their data, and their descriptions."""
    parts: list[bytes] = []
    descriptions: list[str] = []
    copied_to = 0
    for picture in _pictures(data):
        parts += [data[copied_to : picture.cut], rb"\dapicture%d " % len(descriptions)]
        descriptions.append(picture.description)
        copied_to = picture.end
    return b"".join([*parts, data[copied_to:]]), descriptions


def _pictures(data: bytes) -> Iterator[_Picture]:
    copied_to, count = 0, 0
    for group in _PICTURE.finditer(data):
        if group.start() < copied_to or count >= _MAX_PICTURES:
            continue
        following = _PICTURE.search(data, group.end(), group.end() + _MAX_HEAD)
        head_end = following.start() if following else group.end() + _MAX_HEAD
        match = _DATA.search(data, group.end(), head_end)
        if match is None:
            continue
        described = _DESCRIPTION.findall(data, max(copied_to, group.start() - _MAX_HEAD), match.start())[-1:]
        description = b"".join(described).decode("cp1252", "replace")
        if match["hex"]:
            picture = _Picture(match.start(), match.start(), match.end(), True, description)
        else:
            picture = _Picture(match.start(), match.end(), match.end() + int(match["size"]), False, description)
        copied_to, count = picture.end, count + 1
        yield picture


def with_marks(rtf: str) -> str:
    """Returns RTF with marks where pictures are shown and footnotes are, and the footnotes' texts at the end."""
    return _with_notes(_with_pictures(rtf)) if "\\dapicture" in rtf else _with_notes(rtf)


def _with_pictures(rtf: str) -> str:
    parts: list[str] = []
    open_groups: list[bool] = []  # whether each is the outermost one whose text is not shown
    waiting: list[str] = []  # pictures in it
    hidden, left_out, copied_to = 0, 0, 0
    for token in _TOKEN.finditer(rtf):
        if token[0] == "{":
            is_left_out = _LEFT_OUT.match(rtf, token.start()) is not None
            left_out += bool(is_left_out or left_out)
            is_hidden = hidden == 0 and _UNSHOWN.match(rtf, token.start()) is not None
            hidden += bool(is_hidden or hidden)
            open_groups.append(is_hidden)
        elif token[0] == "}" and open_groups:
            left_out = max(0, left_out - 1)
            hidden = max(0, hidden - 1)
            if open_groups.pop() and waiting:
                parts += [rtf[copied_to : token.end()], *waiting]
                copied_to, waiting = token.end(), []
        elif token[1] is not None:
            parts.append(rtf[copied_to : token.start()])
            copied_to = token.end()
            mark = _mark(_PICTURE_BEGIN, token[1], _PICTURE_END)
            if not left_out:
                (waiting if hidden else parts).append(mark)
    return "".join([*parts, rtf[copied_to:]])


def _mark(begin: str, number: str, end: str) -> str:
    return f"{{\\uc1\\u{ord(begin)}?{number}\\u{ord(end)}?}}"


def _with_notes(rtf: str) -> str:
    parts: list[str] = []
    notes: list[str] = []
    copied_to, endless = 0, 0
    for note in _NOTE.finditer(rtf):
        if note.start() < copied_to or endless > _MOST_ENDLESS:
            continue
        end = _group_end(rtf, note.start())
        if end is None:
            endless += 1
            continue
        number = str(len(notes) + 1)
        parts += [rtf[copied_to : note.start()], _mark(_NOTE_BEGIN, number, _NOTE_END)]
        text = _PARAGRAPH.sub(" ", rtf[note.end() : end - 1])
        notes.append(f"{{\\par {_mark(_NOTE_TEXT, number, _NOTE_TEXT)} {text}\\par}}")
        copied_to = end
    if not notes:
        return rtf
    rest = rtf[copied_to:]
    last = rest.rstrip("\0 \r\n\t")
    last = last.removesuffix("}")
    return "".join([*parts, last, *notes, "}"])


def _group_end(rtf: str, start: int) -> int | None:
    depth = 0
    for brace in _BRACE.finditer(rtf, start, start + _MAX_NOTE):
        depth += {"{": 1, "}": -1}.get(brace[0], 0)
        if not depth:
            return brace.end()
    return None


def escaped_with_parts(line: str, descriptions: Sequence[str]) -> str:
    """Returns the text of a paragraph as Markdown, with pictures and footnotes where their marks are.

    Args:
        line: The text.
        descriptions: The descriptions of the document's pictures.
    """
    if note := _NOTE_LINE.fullmatch(line):
        return f"[^{note[1]}]: {escaped_with_parts(note[2].strip(), descriptions)}"
    if not _MARK.search(line):
        return escaped(pieces(line))
    parts: list[str] = []
    copied_to = 0
    for mark in _MARK.finditer(line):
        parts += pieces(line[copied_to : mark.start()])
        copied_to = mark.end()
        if mark[2]:
            parts.append(Markup(f"[^{mark[2]}]"))
        else:
            description = descriptions[int(mark[1])] if int(mark[1]) < len(descriptions) else ""
            parts.append(Markup(f"![{escaped_part(description)}]({embedded(mark[1])})"))
    return escaped([*parts, *pieces(line[copied_to:])])
