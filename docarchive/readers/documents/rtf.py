"""The reader of RTF, with striprtf (decision 0021)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, Final

from docarchive.article import Article
from docarchive.errors import ReaderError
from docarchive.markdown import escaped
from docarchive.readers.documents import metadata
from docarchive.readers.documents.rtf_parts import RtfPictures, escaped_with_parts, with_marks, with_numbers
from docarchive.readers.documents.rtf_signs import bars, pieces, with_sign_marks
from docarchive.readers.encoding.detect import MAX_SIZE
from docarchive.readers.protocol import Record, Source
from docarchive.texts import one_line

#: Characters of RTF without its pictures; more are refused.
_MAX_TEXT: Final = 10_000_000
_BEGIN: Final = b"{\\rtf"
_DIGITS: Final = re.compile(r"[0-9a-fA-F\r\n]{200,}")
_BYTES: Final = re.compile(rb"(?<!\\)\\bin(\d{1,9})?(?![a-zA-Z\d-]) ?")
_SHAPE: Final = re.compile(r"\{\\(?:shp|\*\\do)\b")
#: Shapes that do not end, or are very long; with more, no further ones are read.
_MOST_ENDLESS: Final = 20
_TEXT_BOX: Final = re.compile(r"\{\\(?:shptxt|dptxbxtext)\b ?")
_INFO: Final = re.compile(r"\{\\info\b")
_INFO_ENTRY: Final = re.compile(r"\{(?:\\\*)?\\(title|author|subject|keywords|doccomm|category|creatim|revtim)\b ?")
_TIME: Final = re.compile(r"\\(yr|mo|dy|hr|min|sec)(\d{1,4})")
_HEAD: Final = re.compile(r"\{\\rtf\d*[^{}]{0,500}")
_LINK: Final = re.compile(
    r'\{\\\*\\fldinst[^{}"]{0,200}(?:\{[^{}"]{0,200})?HYPERLINK\s{1,9}"([^"{}\s]{1,2000})"[^{}]{0,200}\}{1,2}\s{0,9}(?=\{\\fldrslt)'
)
_SAFE_ADDRESS: Final = re.compile(r"(?:https?://|mailto:)[^\\]+\Z", re.IGNORECASE)
_LONGEST_GROUP: Final = 60_000
_BRACE: Final = re.compile(r"\\[\\{}]|[{}]")
_HIDDEN: Final = re.compile(r"\\(?:v|deleted)(?![a-zA-Z0])")
_TOKEN: Final = re.compile(
    r"[{}]|\\(?P<hidden>v|deleted)(?P<ends>0?)(?![a-zA-Z\d])[ ]?"
    r"|\\[a-zA-Z]+-?\d*[ ]?|\\'[0-9a-fA-F]{2}|\\.|[^\\{}]+|\\",
    re.DOTALL,
)
#: Commands that stay in hidden text: all but those for letters, tabs, lines and pictures.
_KEPT: Final = re.compile(
    r"\\(?!(?:u-?\d|tab|line|emdash|endash|bullet|[lr]d?blquote|[lr]quote|e[mn]space|dapicture)(?![a-zA-Z]))[a-zA-Z]"
)
_COMMAND: Final = re.compile(r"\\[a-zA-Z]+-?\d*")
_SURROGATE: Final = re.compile("[\ud800-\udfff]")
_ROW: Final = re.compile(r"(?:[^|\n]*\|)+[ \t]*")


def records(source: Source) -> Iterator[Record]:
    """Yields the article of a document."""
    yield Record("", None, partial(load, source.alone()), RtfPictures(source.alone()))


def load(source: Source) -> Article:
    """Makes an article of a document; raises ``ReaderError`` if that cannot be read."""
    data = source.read(MAX_SIZE, advice=", too large for one article").lstrip(b"\xef\xbb\xbf \r\n\t\0")
    if not data.startswith(_BEGIN):
        raise ReaderError("it is not an RTF file: it does not begin as one")
    data, descriptions = with_numbers(data)
    rtf = _DIGITS.sub("", _without_bytes(data).decode("cp1252", "replace"))  # pictures, which are slow to parse
    if len(rtf) > _MAX_TEXT:
        raise ReaderError(f"there are more than {_MAX_TEXT // 1_000_000} million characters in the RTF file")
    body = _markdown(_plain(_prepare(rtf)), partial(escaped_with_parts, descriptions=descriptions))
    if not any(map(str.isalnum, body)):
        raise ReaderError("there is no text in the RTF file")
    return metadata.article({**_stated(rtf, source.name), "url": source.url}, body)


def _without_bytes(data: bytes) -> bytes:
    r"""Returns RTF without the bytes of pictures and objects, of which ``\bin`` says how many follow it."""
    parts: list[bytes] = []
    copied_to = 0
    for match in _BYTES.finditer(data):
        if match.start() >= copied_to:
            parts.append(data[copied_to : match.start()])
            copied_to = match.end() + int(match[1] or 0)
    return b"".join([*parts, data[copied_to:]]) if parts else data


def _with_text_boxes(rtf: str) -> str:
    """Returns RTF in which the texts of shapes, which striprtf leaves out, follow the shapes."""
    if not _TEXT_BOX.search(rtf):
        return rtf
    parts: list[str] = []
    copied_to, read_to, endless = 0, 0, 0
    for shape in _SHAPE.finditer(rtf):
        if shape.start() < read_to or endless > _MOST_ENDLESS:
            continue
        whole = _group(rtf, shape.start())
        if len(whole) >= _LONGEST_GROUP:
            endless += 1
            continue
        read_to = shape.start() + len(whole)
        boxes: list[str] = []
        box_end = 0
        for box in _TEXT_BOX.finditer(whole):
            if box.start() >= box_end:  # else it is inside the one before
                group = _group(whole, box.start())
                box_end = box.start() + len(group)
                boxes.append(group[len(box[0]) : -1])
        if boxes:
            parts += [rtf[copied_to:read_to], *(f"{{\\par {box}\\par}}" for box in boxes)]
            copied_to = read_to
    return "".join([*parts, rtf[copied_to:]])


def _prepare(rtf: str) -> str:
    """Returns RTF in which the addresses of links are text after the links' own text.

    striprtf would search for links and fonts in quadratic time.
    """
    rtf = _with_text_boxes(with_marks(with_sign_marks(_without_hidden(rtf))))
    fonts = rtf.find("{\\fonttbl")
    if fonts >= 0 and len(_group(rtf, fonts)) >= _LONGEST_GROUP:
        rtf = rtf.replace("\\fonttbl", "\\stylesheet")
    pieces: list[str] = []
    copied_to = 0
    for link in _LINK.finditer(rtf):
        end = link.end() + len(_group(rtf, link.end(), 1_000)) - 1
        if link.end() >= copied_to and rtf[end] == "}" and _SAFE_ADDRESS.match(link[1]):
            pieces += [rtf[copied_to:end], f" ({link[1]})"]
            copied_to = end
    return "".join([*pieces, rtf[copied_to:]]).replace("\\fldinst", "\\fldtype")


def _without_hidden(rtf: str) -> str:
    r"""Returns RTF without the text that is hidden, and that a recorded change has deleted.

    >>> _without_hidden(r"{\rtf1 One {\v two} three \v four\v0  five\par}")
    '{\\rtf1 One {} three  five\\par}'
    """
    if not _HIDDEN.search(rtf):
        return rtf
    parts: list[str] = []
    outer: list[set[str]] = []
    hidden: set[str] = set()  # what hides the text
    for token in _TOKEN.finditer(rtf):
        text = token[0]
        if text == "{":
            outer.append(hidden)
        elif text == "}":
            hidden = outer.pop() if outer else set()
        elif token["hidden"]:
            hidden = hidden - {token["hidden"]} if token["ends"] else hidden | {token["hidden"]}
            if parts and _COMMAND.fullmatch(parts[-1]):
                parts[-1] += " "  # else the next letters would be part of its name
            continue
        elif text.startswith("\\plain"):
            hidden = set()
        elif hidden and not _KEPT.match(text):
            continue
        parts.append(text)
    return "".join(parts)


def _plain(rtf: str) -> str:
    from striprtf import striprtf

    convert: Any = striprtf.rtf_to_text
    try:
        text = str(convert(rtf, errors="replace"))
    except Exception as error:  # striprtf raises many types on damaged files
        raise ReaderError(f"the RTF file is damaged: {str(error)[:200] or type(error).__name__}") from None
    # Letters beyond U+FFFF are two numbers in RTF.
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace") if _SURROGATE.search(text) else text


def _markdown(text: str, escaped_line: Callable[[str], str]) -> str:
    """Returns each line as a paragraph, and consecutive lines with cells as a table."""
    blocks: list[list[str]] = []  # of lines
    for line in (line.strip() for line in text.replace("\r", "").replace("\xa0", " ").split("\n")):
        if not line or not line.strip("| \t"):
            continue
        row = _ROW.fullmatch(line)
        if row and blocks and blocks[-1][0].startswith("| "):
            blocks[-1].append(_cells(line))
        elif row:
            blocks.append([_cells(line), f"|{' --- |' * max(line.count('|'), 1)}"])
        else:
            blocks.append([bars(escaped_line(line))])
    return "\n\n".join(map("\n".join, blocks))


def _cells(line: str) -> str:
    cells = line.rstrip().removesuffix("|").split("|")
    texts = (escaped(pieces(cell.strip()), inside=True).replace("|", "\\|") for cell in map(bars, cells))
    return f"| {' | '.join(texts)} |"


def _stated(rtf: str, name: str) -> dict[str, Any]:
    """Returns the metadata in the information group."""
    start = _INFO.search(rtf)
    if not start:
        return {}
    head = _HEAD.match(rtf)
    before = head[0] if head else "{\\rtf1 "
    info = _group(rtf, start.start())
    values: dict[str, str] = {}
    for match in _INFO_ENTRY.finditer(info):
        content = _group(info, match.start())[match.end() - match.start() : -1]
        is_time = match[1].endswith("tim")
        text = _time(content) if is_time else one_line(_plain(f"{before} {content}}}"))
        values.setdefault(match[1], text)
    return {
        "title": metadata.title(values.get("title", ""), name),
        "date": values.get("creatim"),
        "updated": values.get("revtim"),
        "authors": metadata.names(values.get("author", "")),
        "summary": metadata.description(values.get("doccomm", "")),
        "tags": [
            word for key in ("keywords", "subject", "category") for word in metadata.keywords(values.get(key, ""))
        ],
    }


def _group(rtf: str, start: int, limit: int = _LONGEST_GROUP) -> str:
    """Returns the group that begins at a brace; of a group longer than ``limit``, its beginning."""
    depth = 0
    for brace in _BRACE.finditer(rtf, start, start + limit):
        depth += {"{": 1, "}": -1}.get(brace[0], 0)
        if not depth:
            return rtf[start : brace.end()]
    return rtf[start : start + limit]


def _time(text: str) -> str:
    r"""Returns ``\yr2024\mo3\dy16\hr10\min15`` as ISO 8601."""
    numbers = {key: int(value) for key, value in _TIME.findall(text)}
    if not numbers.get("yr"):
        return ""
    day = f"{numbers['yr']:04d}"
    for key in ("mo", "dy"):
        if not numbers.get(key):
            return day
        day += f"-{numbers[key]:02d}"
    if "hr" not in numbers or "min" not in numbers:
        return day
    return f"{day}T{numbers['hr']:02d}:{numbers['min']:02d}" + (f":{numbers['sec']:02d}" if "sec" in numbers else "")
