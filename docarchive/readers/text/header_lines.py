"""Header lines above a text: ``Title: …``, ``Date: …``, ``By …``, as people and programs write them.

Pelican and MultiMarkdown have such lines in Markdown, agencies and mail in plain text. Lines count as
headers only where they can hardly be anything else, as a text may well begin with ``Note: …``.
"""

from __future__ import annotations

import re
from typing import Any, Final, NamedTuple

from docarchive import keys
from docarchive.readers.text.header_words import known_key, spelled
from docarchive.readers.values.people import BY_WORDS, byline, like_names, split_names
from docarchive.readers.values.reserved_keys import set_aside
from docarchive.readers.values.written_dates import read_date

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
    """What header lines say, by key as ``Article.from_metadata`` takes it, and the index behind them."""

    metadata: dict[str, Any]
    end: int


class _Pair(NamedTuple):
    label: str
    value: str
    end: int


def read_headers(text: str, *, strict: bool = False) -> Headers | None:
    """Reads the header lines that a text begins with; None if it begins with none.

    Args:
        text: The text, without a byte order mark.
        strict: As in Markdown: all lines up to the first blank one are headers, or none is.
    """
    pairs, closed = _pairs(text, strict)
    if not closed:
        while pairs and not known_key(pairs[-1].label) and spelled(pairs[-1].label) not in _MAIL:
            pairs.pop()  # "Title: T", "Note: the text begins here …"
    if not pairs or (strict and not closed) or not _convincing(pairs):
        return None
    return Headers(_metadata(pairs), pairs[-1].end)


def _pairs(text: str, strict: bool) -> tuple[list[_Pair], bool]:
    """Returns the lines that may be headers, and whether a blank line or the end stands behind them."""
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
        elif (pair := _pair(line, end, bare=not strict)) and not (gap and not _surely(pair)):
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


def _surely(pair: _Pair) -> bool:
    """Tells whether a line behind a blank one still is a header."""
    return known_key(pair.label) is not None and bool(pair.value) and not _like_prose(pair)


def _like_prose(pair: _Pair) -> bool:
    key = known_key(pair.label)
    if key == "date":
        return read_date(pair.value) is None
    if key == "url":
        return not _URL.match(pair.value)
    if key in ("title", "summary"):
        return len(pair.value) > _LONGEST_TITLE
    if key == "authors":
        return not like_names(pair.value) and (len(pair.value) > _LONGEST_NAME or bool(_SENTENCE.search(pair.value)))
    return len(pair.value) > _LONGEST_NAME or bool(_SENTENCE.search(pair.value))


def _convincing(pairs: list[_Pair]) -> bool:
    known = [pair for pair in pairs if known_key(pair.label) and pair.value]
    good = [pair for pair in known if not _like_prose(pair)]
    strong = [pair for pair in good if known_key(pair.label) in ("title", "date", "authors", "url")]
    mail = _like_mail({spelled(pair.label) for pair in pairs})
    if any(known_key(pair.label) in ("date", "url") or like_names(pair.value) for pair in strong) or mail:
        return True
    return bool(strong) or len(good) > 1 or (len(pairs) == 1 and bool(good))


def _metadata(pairs: list[_Pair]) -> dict[str, Any]:
    metadata: dict[str, Any] = {}
    mail = _like_mail({spelled(pair.label) for pair in pairs})
    for label, value, _ in pairs:
        known = {"from": "authors", "subject": "title"}.get(spelled(label)) if mail else None
        if known == "authors" and (sender := _SENDER.fullmatch(value)):
            metadata["from"], value = value, sender["name"]
        known = known or known_key(label)
        key = known or spelled(label)
        line = " ".join(value.split()) if known and known != "summary" else value
        if known and keys.KNOWN[known] == keys.LIST:
            metadata.setdefault(key, []).extend(_items(key, spelled(label), value))
        elif key not in metadata:
            metadata[key] = line
        elif known:
            set_aside(metadata, key, line)
        else:
            before = metadata[key]
            metadata[key] = [*(before if isinstance(before, list) else [before]), line]
    return metadata


def _like_mail(labels: set[str]) -> bool:
    """Tells whether lines are the head of a message, whose subject is its title."""
    return "subject" in labels and bool(labels & _SENT) and not any(known_key(label) == "title" for label in labels)


def _items(key: str, label: str, value: str) -> list[str]:
    """Returns the items of a list: parted by semicolons, else by lines or, but for one name, by commas."""
    parts = [part for line in value.split("\n") for part in line.split(";")]
    if key == "authors" and label in BY_WORDS:
        parts = [name for part in parts for name in split_names(part)]
    elif len(parts) == 1 and not (
        key == "authors" and value.count(",") == 1 and value.partition(",")[0].count(" ") == 0
    ):
        parts = re.split(r"[,、，]", value)
    return [item for part in parts if (item := part.strip(" \t,").lstrip("#").strip())]
