"""Header lines above a text: ``Title: …``, ``Date: …``, ``By …``, as people and programs write them.

Pelican and MultiMarkdown have such lines in Markdown, agencies and mail in plain text. A text may well begin with
``Note: …``, so lines are headers only if they convince together (``_convincing``): no word of a text may be lost
(decision 0020).
"""

from __future__ import annotations

import re
from typing import Any, Final

from docarchive import keys
from docarchive.readers.text.header_words import known_key, label_key
from docarchive.readers.values.people import BY_WORDS, byline, may_be_names, split_names
from docarchive.readers.values.reserved_keys import set_aside
from docarchive.readers.values.written_dates import read_date
from docarchive.records import NamedTuple
from docarchive.texts import one_line

_LINE = re.compile(r"(?P<label>[^\W\d_][\w .()-]{0,30}?)[ \t]{0,8}[:：][ \t]*(?P<value>.*)")
_BARE_DATE = re.compile(r"date(?:[ \t]{0,8}=[ \t]{0,8}|[ \t]{1,8})(?P<value>\S.*)", re.IGNORECASE)
_URL = re.compile(r"(?:https?://|www\.)\S+\Z")
_SENTENCE = re.compile(r"[.!?…。！？][\"'”’»)]*\Z")
_SENDER = re.compile(r"[\"']?(?P<name>[^<>\"]+?)[\"']?\s*<[^<>\s]+@[^<>\s]+>")
_SENT: Final = frozenset({"from", "to", "date", "sent", "message-id"})
_MAIL: Final = frozenset({"from", "to", "cc", "reply-to"})
_LONGEST_LINE: Final = 2_000
_LONGEST_TITLE: Final = 300
_LONGEST_NAME: Final = 120
_MOST_LINES: Final = 200


class Headers(NamedTuple):
    """Metadata above a text: header lines, a title block, front matter without fences.

    Attributes:
        metadata: Values by key, in the spellings that ``make_article`` takes.
        end: Index of the first character after them.
        note: Whether the text below is a note, with inline tags and links to other notes.
    """

    metadata: dict[Any, Any]
    end: int
    note: bool = False


class _Pair(NamedTuple):
    """A line that may be a header; ``end`` is the index after it."""

    label: str
    value: str
    end: int


def read_headers(text: str, *, strict: bool = False) -> Headers | None:
    """Reads the header lines that a text begins with; returns None if there are none.

    Args:
        text: The text, without a byte order mark.
        strict: As in Markdown: either all lines up to the first blank one are headers, or none is.
    """
    pairs, closed = _pairs(text, strict)
    if not closed:
        while pairs and not known_key(pairs[-1].label) and label_key(pairs[-1].label) not in _MAIL:
            pairs.pop()  # "Title: T", "Note: the text begins here …"
    if not pairs or (strict and not closed) or not _convincing(pairs):
        return None
    return Headers(_metadata(pairs), pairs[-1].end)


def _pairs(text: str, strict: bool) -> tuple[list[_Pair], bool]:
    """Returns the lines that may be headers, and whether a blank line or the end of the text follows them."""
    pairs: list[_Pair] = []
    position, gap = 0, False
    while position < len(text) and len(pairs) < _MOST_LINES:
        newline = text.find("\n", position, position + _LONGEST_LINE)
        end = newline + 1 if newline >= 0 else len(text)
        if end - position > _LONGEST_LINE:
            return pairs, gap
        line = text[position:end].rstrip("\r\n")
        if not line.strip():
            if strict and (pairs or position == 0):
                return pairs, True
            gap = bool(pairs)
        elif pairs and not gap and line[0] in " \t" and not (strict and not line.startswith(("    ", "\t"))):
            last = pairs[-1]
            pairs[-1] = _Pair(last.label, f"{last.value}\n{line.strip()}".strip("\n"), end)
        elif (pair := _pair(line, end, bare=not strict)) and not (gap and not _surely_header(pair)):
            pairs.append(pair)
            gap = False
        else:
            return pairs, gap
        position = end
    return pairs, True


def _pair(line: str, end: int, *, bare: bool) -> _Pair | None:
    if match := _LINE.fullmatch(line.strip()):
        if not re.match(r"//\S", match["value"]):  # http://…
            return _Pair(match["label"], match["value"].strip(), end)
    elif bare and (match := _BARE_DATE.fullmatch(line.strip())) and read_date(match["value"]):
        return _Pair("date", match["value"].strip(), end)
    elif bare and byline(line):
        return _Pair("by", line.strip().partition(" ")[2].strip(), end)
    return None


def _surely_header(pair: _Pair) -> bool:
    """Returns whether a line after a blank one is still a header."""
    return known_key(pair.label) is not None and bool(pair.value) and not _looks_like_prose(pair)


def _looks_like_prose(pair: _Pair) -> bool:
    """Returns whether a value looks like text that happens to follow a colon, not like a value of its key."""
    key = known_key(pair.label)
    if key == "date":
        return read_date(pair.value) is None
    if key == "url":
        return not _URL.match(pair.value)
    if key in ("title", "summary"):
        return len(pair.value) > _LONGEST_TITLE
    if key == "authors":
        return not may_be_names(pair.value) and (len(pair.value) > _LONGEST_NAME or bool(_SENTENCE.search(pair.value)))
    return len(pair.value) > _LONGEST_NAME or bool(_SENTENCE.search(pair.value))


def _convincing(pairs: list[_Pair]) -> bool:
    """Returns whether lines are headers, by the score of their labels and values (decision 0020).

    A value that looks like prose scores nothing. One title, date, address or author is enough: prose hardly has such a
    value after such a label. So is the head of a mail message. Of other known labels (``Source``, ``Tags``) two are
    wanted, as one may begin a sentence, unless it is the only line above the text.
    """
    known = [pair for pair in pairs if known_key(pair.label) and pair.value]
    plausible = [pair for pair in known if not _looks_like_prose(pair)]
    enough = any(known_key(pair.label) in ("title", "date", "authors", "url") for pair in plausible)
    few = len(plausible) > 1 or (len(pairs) == 1 and bool(plausible))
    return enough or few or _like_mail({label_key(pair.label) for pair in pairs})


def _metadata(pairs: list[_Pair]) -> dict[str, Any]:
    metadata: dict[str, Any] = {}
    mail = _like_mail({label_key(pair.label) for pair in pairs})
    for label, value, _ in pairs:
        known = {"from": "authors", "subject": "title"}.get(label_key(label)) if mail else None
        if known == "authors" and (sender := _SENDER.fullmatch(value)):
            metadata["from"], value = value, sender["name"]
        known = known or known_key(label)
        key = known or label_key(label)
        line = one_line(value) if known and known != "summary" else value
        if known and keys.KNOWN[known] == keys.LIST:
            metadata.setdefault(key, []).extend(_items(key, label_key(label), value))
        elif key not in metadata:
            metadata[key] = line
        elif known:
            set_aside(metadata, key, line)
        else:
            before = metadata[key]
            metadata[key] = [*(before if isinstance(before, list) else [before]), line]
    return metadata


def _like_mail(labels: set[str]) -> bool:
    """Returns whether the lines are the head of a mail message, whose subject is its title."""
    return "subject" in labels and bool(labels & _SENT) and not any(known_key(label) == "title" for label in labels)


def _items(key: str, label: str, value: str) -> list[str]:
    """Returns the items of a list, separated by semicolons or lines, else by commas, unless that is one name."""
    parts = [part for line in value.split("\n") for part in line.split(";")]
    if key == "authors" and label in BY_WORDS:
        parts = [name for part in parts for name in split_names(part)]
    elif len(parts) == 1 and not (
        key == "authors" and value.count(",") == 1 and value.partition(",")[0].count(" ") == 0
    ):
        parts = re.split(r"[,、，]", value)
    return [item for part in parts if (item := part.strip(" \t,").lstrip("#").strip())]
