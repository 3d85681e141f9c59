"""The reader of RTF."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from typing import Any, Final

from docarchive.article import Article
from docarchive.errors import ReaderError
from docarchive.readers.documents import metadata
from docarchive.readers.encoding.detect import MAX_SIZE
from docarchive.readers.protocol import Record, Source

#: Characters of RTF that are not those of pictures; more are refused.
_MAX_TEXT: Final = 10_000_000
_BEGIN: Final = b"{\\rtf"
_DIGITS: Final = re.compile(r"[0-9a-fA-F\r\n]{200,}")
_INFO: Final = re.compile(r"\{\\info\b")
_PART: Final = re.compile(r"\{(?:\\\*)?\\(title|author|subject|keywords|doccomm|category|creatim|revtim)\b ?")
_TIME: Final = re.compile(r"\\(yr|mo|dy|hr|min|sec)(\d{1,4})")
_HEAD: Final = re.compile(r"\{\\rtf\d*[^{}]{0,500}")
_LINK: Final = re.compile(
    r'\{\\\*\\fldinst[^{}"]{0,200}(?:\{[^{}"]{0,200})?HYPERLINK\s{1,9}"([^"{}\s]{1,2000})"[^{}]{0,200}\}{1,2}\s{0,9}(?=\{\\fldrslt)'
)
_SAFE: Final = re.compile(r"(?:https?://|mailto:)[^\\]+\Z", re.IGNORECASE)
_LONGEST_GROUP: Final = 60_000
_BRACE: Final = re.compile(r"\\[\\{}]|[{}]")
_ROW: Final = re.compile(r"(?:[^|\n]*\|)+[ \t]*")
_MARKUP: Final = re.compile(r"^(?=#{1,6}\s|>|```|~~~)", re.MULTILINE)


def records(source: Source) -> Iterator[Record]:
    """Yields a document as one article."""
    yield Record("", None, partial(_load, source))


def _load(source: Source) -> Article:
    data = source.read(MAX_SIZE, advice=", too large for one article").lstrip(b"\xef\xbb\xbf \r\n\t\0")
    if not data.startswith(_BEGIN):
        raise ReaderError("it is no RTF file: it does not begin as one")
    rtf = _DIGITS.sub("", data.decode("cp1252", "replace"))  # pictures, which would take long to pass over
    if len(rtf) > _MAX_TEXT:
        raise ReaderError(f"there are more than {_MAX_TEXT // 1_000_000} million characters in the RTF file")
    body = _markdown(_plain(_prepared(rtf)))
    if not any(map(str.isalnum, body)):
        raise ReaderError("there is no text in the RTF file")
    return metadata.article({**_stated(rtf, source.name), "url": source.url}, body)


def _prepared(rtf: str) -> str:
    """Returns RTF in which links stand beside their texts.

    striprtf would look for them and for fonts in a time that grows with the square of what there is.
    """
    fonts = rtf.find("{\\fonttbl")
    if fonts >= 0 and len(_group(rtf, fonts)) >= _LONGEST_GROUP:
        rtf = rtf.replace("\\fonttbl", "\\stylesheet")
    parts: list[str] = []
    done = 0
    for link in _LINK.finditer(rtf):
        end = link.end() + len(_group(rtf, link.end(), 1_000)) - 1
        if link.end() >= done and rtf[end] == "}" and _SAFE.match(link[1]):
            parts += [rtf[done:end], f" ({link[1]})"]
            done = end
    return "".join([*parts, rtf[done:]]).replace("\\fldinst", "\\fldtype")


def _plain(rtf: str) -> str:
    from striprtf import striprtf

    convert: Any = striprtf.rtf_to_text
    try:
        return str(convert(rtf, errors="replace"))
    except Exception as error:  # it fails in many ways on what is damaged
        raise ReaderError(f"the RTF file is damaged: {str(error)[:200] or type(error).__name__}") from None


def _markdown(text: str) -> str:
    """Makes a paragraph of each line, and a table of lines with cells that follow each other."""
    blocks: list[str] = []
    for line in (line.strip() for line in text.replace("\r", "").replace("\xa0", " ").split("\n")):
        if not line or not line.strip("| \t"):
            continue
        row = _ROW.fullmatch(line)
        if row and blocks and blocks[-1].startswith("| "):
            blocks[-1] += "\n" + _cells(line)
        elif row:
            head = _cells(line)
            blocks.append(f"{head}\n|{' --- |' * (head.count('|') - 1)}")
        else:
            blocks.append(_MARKUP.sub(r"\\", line))
    return "\n\n".join(blocks)


def _cells(line: str) -> str:
    return "| " + " | ".join(cell.strip() for cell in line.rstrip().removesuffix("|").split("|")) + " |"


def _stated(rtf: str, name: str) -> dict[str, Any]:
    """Returns what the information group says."""
    start = _INFO.search(rtf)
    if not start:
        return {}
    head = _HEAD.match(rtf)
    before = head[0] if head else "{\\rtf1 "
    info = _group(rtf, start.start())
    found: dict[str, str] = {}
    for part in _PART.finditer(info):
        inside = _group(info, part.start())[part.end() - part.start() : -1]
        is_time = part[1].endswith("tim")
        text = _time(inside) if is_time else " ".join(_plain(f"{before} {inside}}}").split())
        found.setdefault(part[1], text)
    return {
        "title": metadata.title(found.get("title", ""), name),
        "date": found.get("creatim"),
        "updated": found.get("revtim") if found.get("revtim") != found.get("creatim") else None,
        "authors": metadata.names(found.get("author", "")),
        "summary": metadata.told(found.get("doccomm", "")),
        "tags": [word for key in ("keywords", "subject", "category") for word in metadata.words(found.get(key, ""))],
    }


def _group(rtf: str, start: int, limit: int = _LONGEST_GROUP) -> str:
    """Returns the group that begins at a brace, or the beginning of a longer one."""
    depth = 0
    for brace in _BRACE.finditer(rtf, start, start + limit):
        depth += {"{": 1, "}": -1}.get(brace[0], 0)
        if not depth:
            return rtf[start : brace.end()]
    return rtf[start : start + limit]


def _time(text: str) -> str:
    r"""Returns ``\yr2024\mo3\dy16\hr10\min15`` as ISO 8601."""
    parts = {key: int(value) for key, value in _TIME.findall(text)}
    if not parts.get("yr"):
        return ""
    written = f"{parts['yr']:04d}"
    for key in ("mo", "dy"):
        if not parts.get(key):
            return written
        written += f"-{parts[key]:02d}"
    if "hr" not in parts or "min" not in parts:
        return written
    return f"{written}T{parts['hr']:02d}:{parts['min']:02d}" + (f":{parts['sec']:02d}" if "sec" in parts else "")
