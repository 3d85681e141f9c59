"""The reader of BibTeX and BibLaTeX: one article an entry.

Entries are told apart by brackets and quotes as BibTeX does; TeX's accents become letters by pylatexenc.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache, partial
from typing import Any, Final, NamedTuple

from docarchive.article import Article
from docarchive.dates import PartialDate
from docarchive.errors import ReaderError
from docarchive.formats.bibliography import BIBLATEX, BIBTEX, CITATION_KEY, EDITORS, ENTRY_TYPE, PLACE
from docarchive.readers.bibliography.reference import attached, date_of, reference
from docarchive.readers.encoding.detect import read_text
from docarchive.readers.protocol import Member, Reader, Record, Refusal, Source
from docarchive.readers.values.reserved_keys import set_aside

_ENTRY = re.compile(r"^[ \t]*@[ \t]*([a-zA-Z]+)[ \t]*([{(])", re.MULTILINE)
_START = re.compile(
    rb"^[ \t]*@[ \t]*[a-zA-Z]+[ \t]*[{(][ \t]*[^\s,{}()=\"]+[ \t]*,\s*(?:[a-zA-Z][\w-]*[ \t]*=|[})])", re.MULTILINE
)
_FIELD = re.compile(r"\s*([a-zA-Z][\w:+-]*)\s*=\s*")
_PARAGRAPHS = re.compile(r"\n\s*\n|\\par\b\s*")
_WORD = re.compile(r"[^\s,#{}()\"]+")
_URL = re.compile(r"\\url\s*\{([^{}]*)\}")
_NO_ENTRIES: Final = ("comment", "preamble", "string")
_KNOWN: Final = {
    "title": ("title",),
    "source": ("journal", "journaltitle", "booktitle", "publisher", "institution", "school", "organization"),
    "url": ("url",),
    "doi": ("doi",),
    "language": ("langid", "language"),
    "isbn": ("isbn",),
    "issn": ("issn",),
    PLACE: (BIBTEX[PLACE], BIBLATEX[BIBTEX[PLACE]]),
}
_TEXTS: Final = ("abstract", "annote", "annotation", "note")
_USED: Final = frozenset([*_TEXTS, "author", "editor", "year", "month", "day", "date", "keywords", "file"])
_AS_WRITTEN: Final = ("author", "editor", "url", "doi", "file")
_MAX_FIELD: Final = 1_000_000
_SIGNS: Final = {
    **{"textbraceleft": "{", "textbraceright": "}", "textasciicircum": "^", "textasciitilde": "~"},
    **{
        "textbackslash": "\\",
        "slash": "/",
        "-": "",
        "copyright": "©",
        "pounds": "£",
        "euro": "€",
        "today": "today",
        "par": " ",
    },
    **{"today": "today", "LaTeXe": "LaTeX2e", "MF": "METAFONT", "MP": "MetaPost", "AmS": "AMS"},
}
_SIZES: Final = frozenset(["Large", "LARGE", "Huge", "HUGE"])


class _Entry(NamedTuple):
    kind: str
    key: str
    fields: dict[str, str]


class BibtexReader(Reader):
    """Reads each entry of a file."""

    name = "bibtex"
    summary = "bibliographies in BibTeX and BibLaTeX"
    suffixes = (".bib", ".bibtex")
    by_name = True
    extra = "bibliography"
    requires = ("pylatexenc",)
    version = 2

    def recognizes(self, head: bytes) -> bool:
        """See ``Reader``."""
        start = head.lstrip(b"\xef\xbb\xbf \t\r\n")
        return start.startswith((b"@", b"%")) and _START.search(head) is not None

    def records(self, source: Source) -> Iterator[Record | Refusal | Member]:
        """See ``Reader``; the place is the entry's key. Attached files that lie beside the file are read too."""
        try:
            import pylatexenc  # noqa: F401
        except ImportError:
            raise self.missing() from None
        text, _ = read_text(source)
        strings: dict[str, str] = {}
        found = 0
        for number, (kind, raw, whole) in enumerate(_entries(text), start=1):
            data = raw.encode("utf-8", "surrogatepass")
            if kind in _NO_ENTRIES:
                if kind == "string":
                    strings.update(_fields(_inside(raw), strings))
                continue
            found += 1
            entry = _parsed(kind, raw, strings) if whole else None
            if entry is None:
                yield Refusal(str(number), data, "the entry does not end, or has no key")
                continue
            yield Record(entry.key or str(number), data, partial(_article, entry))
            yield from attached(source, _files(entry.fields.get("file", "")), entry.key)
        if not found:
            raise ReaderError("there is no entry in it")


def _entries(text: str) -> Iterator[tuple[str, str, bool]]:
    """Yields the kind and the text of each entry, and whether it ends."""
    place = 0
    while match := _ENTRY.search(text, place):
        end = _closing(text, match.end() - 1)
        if end is None:
            following = _ENTRY.search(text, match.end())
            place = following.start() if following else len(text)
            yield match[1].lower(), text[match.start() : place], False
        else:
            place = end
            yield match[1].lower(), text[match.start() : end], True


def _closing(text: str, place: int) -> int | None:
    """Returns the place behind the bracket that closes the one at a place."""
    opening, closing = text[place], "}" if text[place] == "{" else ")"
    depth = 0
    for match in re.compile(r"\\.|[{}()]|^[ \t]*@[ \t]*[a-zA-Z]+[ \t]*\{[^\s,{}]+,[ \t]*$", re.M).finditer(text, place):
        sign = match[0]
        if len(sign) > 2 and sign.lstrip().startswith("@"):
            return None  # the next entry begins
        if sign in ("{", opening):
            depth += 1
        elif sign in ("}", closing):
            depth -= 1
            if depth == 0:
                return match.end()
    return None


def _inside(raw: str) -> str:
    return raw[re.search(r"[{(]", raw).end() : -1] if re.search(r"[{(]", raw) else ""  # type: ignore[union-attr]


def _parsed(kind: str, raw: str, strings: dict[str, str]) -> _Entry | None:
    key, comma, rest = _inside(raw).partition(",")
    if "=" in key or (not comma and not key.strip()):
        return None
    return _Entry(kind, key.strip(), _fields(rest, strings))


def _fields(text: str, strings: dict[str, str]) -> dict[str, str]:
    found: dict[str, str] = {}
    place = 0
    while match := _FIELD.match(text, place):
        value, place = _value(text, match.end(), strings)
        found.setdefault(match[1].lower(), value[:_MAX_FIELD])
        comma = re.compile(r"[\s,]*").match(text, place)
        place = comma.end() if comma else place
    return found


def _value(text: str, place: int, strings: dict[str, str]) -> tuple[str, int]:
    """Returns a value, its parts put together, and the place behind it."""
    parts: list[str] = []
    while place < len(text):
        if text[place] == "{":
            end = _closing(text, place) or len(text)
            parts.append(text[place + 1 : end - 1])
        elif text[place] == '"':
            end = _quoted(text, place)
            parts.append(text[place + 1 : end - 1])
        elif word := _WORD.match(text, place):
            end = word.end()
            parts.append(strings.get(word[0].lower(), word[0]))
        else:
            break
        joined = re.compile(r"\s*#\s*").match(text, end)
        place = joined.end() if joined else end
        if not joined:
            break
    return "".join(parts), place


def _quoted(text: str, place: int) -> int:
    depth = 0
    for at in range(place + 1, len(text)):
        if text[at] in "{}":
            depth += 1 if text[at] == "{" else -1
        elif text[at] == '"' and depth <= 0 and text[at - 1] != "\\":
            return at + 1
    return len(text)


def _article(entry: _Entry) -> Article:
    fields = {name: _plain(value) for name, value in entry.fields.items() if name not in _AS_WRITTEN}
    metadata: dict[str, Any] = {}
    used = set(_USED)
    for key, names in _KNOWN.items():
        name = next((name for name in names if entry.fields.get(name)), None)
        if name:
            used.add(name)
            metadata[key] = entry.fields[name].strip() if name in ("url", "doi") else fields[name]
    metadata |= {
        "date": _date(fields),
        "authors": _names(entry.fields.get("author", "")),
        EDITORS: _names(entry.fields.get("editor", "")),
        "tags": [tag.strip() for tag in re.split("[,;]", fields.get("keywords", "")) if tag.strip()],
        CITATION_KEY: entry.key,
        ENTRY_TYPE: entry.kind,
        "files": _files(entry.fields.get("file", "")),
    }
    used.update(metadata)
    rest: dict[Any, Any] = {name: value for name, value in fields.items() if name not in used and value}
    for name in ("year", "date"):
        if not metadata["date"] and fields.get(name):
            set_aside(rest, "date", fields[name])
    written = [entry.fields.get(name, "") for name in _TEXTS]
    texts = ["\n\n".join(filter(None, map(_plain, _PARAGRAPHS.split(text)))) for text in written if text]
    return reference({**metadata, **rest}, texts)


def _date(fields: Mapping[str, str]) -> PartialDate | str | None:
    written = fields.get("date", "")
    if re.match(r"\d{4}(-\d\d){0,2}\Z", written):
        return written
    return date_of(fields.get("year"), fields.get("month"), fields.get("day"))


def _plain(value: str) -> str:
    """Returns text of TeX without its commands."""
    if not re.search(r"[\\{}$~]|--|``|''", value):
        return " ".join(value.split())
    value = _URL.sub(lambda url: re.sub(r"([_#&$])", r"\\\1", url[1]).replace("~", r"\textasciitilde{}"), value)
    value = re.sub(r"(?<!\\)%", r"\%", value)  # in BibTeX it is no comment
    try:
        tex, macros = _tex()
        value = tex.latex_to_text(value, tolerant_parsing=True, latex_context=macros)
    except Exception:  # what it cannot parse stays as it is written
        value = re.sub(r"[{}]", "", value)
    return " ".join(value.split())


@cache
def _tex() -> tuple[Any, Any]:
    r"""Returns what makes text of TeX, and the macros that it is told of: pylatexenc, with signs that it lacks.

    A macro that it does not know is a word if there are capitals in its name (``\BibTeX``, ``\NASA``); others
    tell how to set or to sort, and only what they are given is text.
    """
    from pylatexenc.latex2text import LatexNodes2Text, MacroTextSpec, get_default_latex_context_db
    from pylatexenc.latexwalker import get_default_latex_context_db as get_macros
    from pylatexenc.macrospec import std_macro

    signs = [MacroTextSpec("href", "%(2)s (%(1)s)"), *(MacroTextSpec(name, sign) for name, sign in _SIGNS.items())]
    known = get_default_latex_context_db()
    known.add_context_category("signs", macros=signs, prepend=True)
    known.set_unknown_macro_spec(MacroTextSpec("", _unknown))
    macros = get_macros()
    links = [std_macro("href", False, 2), std_macro("mbox", False, 1)]
    macros.add_context_category("links", macros=links, prepend=True)
    return LatexNodes2Text(latex_context=known, math_mode="verbatim", strict_latex_spaces=True), macros


def _unknown(node: Any, l2tobj: Any) -> str:
    name, behind = node.macroname, node.parsing_state.s[node.pos + node.len :]
    given: str = "".join(l2tobj.nodelist_to_text([each]) for each in node.nodeargs or () if each is not None)
    is_command = given or (behind.startswith("{") and not behind.startswith("{}"))  # what it is given stands there
    return name if name.isalpha() and not name.islower() and not is_command and name not in _SIZES else given


def _names(value: str) -> list[str]:
    """Returns names as ``Given Family``; ``and`` stands between them, but not inside of brackets."""
    found = []
    for name in re.split(r"\s+and\s+(?![^{}]*\})", " ".join(value.split())):
        braced = name.startswith("{") and name.endswith("}")
        family, comma, given = name.partition(",")
        if comma and not braced:
            middle, _, first = given.rpartition(",")
            name = f"{first.strip()} {family.strip()}{' ' + middle.strip() if middle.strip() else ''}"
        if plain := _plain(name):
            found.append(plain)
    return found


def _files(value: str) -> list[str]:
    """Returns the paths in a ``file`` field: ``Title:path/to.pdf:application/pdf``, or paths between semicolons."""
    found = []
    for each in re.split(r"(?<!\\);", value):
        parts = re.split(r"(?<!\\):", each.strip())
        path = parts[1] if len(parts) >= 3 else parts[0]
        if path := path.replace("\\:", ":").replace("\\;", ";").replace("\\_", "_").strip():
            found.append(path)
    return found
