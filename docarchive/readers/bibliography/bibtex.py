"""The reader of BibTeX and BibLaTeX: one article an entry (decision 0027).

Entries are split at brackets and quotes as BibTeX does; pylatexenc turns TeX's commands into letters.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache, partial
from typing import Any, Final

from docarchive.article import Article
from docarchive.errors import ReaderError
from docarchive.formats.bibliography import BIBLATEX, BIBTEX, CITATION_KEY, EDITORS, ENTRY_TYPE, PLACE
from docarchive.markdown import in_script
from docarchive.readers.bibliography.reference import attached, date_of, month_in, name_of, reference
from docarchive.readers.encoding.detect import read_text
from docarchive.readers.protocol import Member, Record, Refusal, Source
from docarchive.readers.values.dates_found import date_in
from docarchive.readers.values.reserved_keys import set_aside
from docarchive.records import NamedTuple
from docarchive.texts import one_line

_ENTRY = re.compile(r"^[ \t]*@[ \t]*([a-zA-Z]+)[ \t]*([{(])", re.MULTILINE)
_FIELD = re.compile(r"\s*([a-zA-Z][\w:+-]*)\s*=\s*")
_PARAGRAPHS = re.compile(r"\n\s*\n|\\par\b\s*")
_BARE_VALUE = re.compile(r"[^\s,#{}()\"]+")
_URL = re.compile(r"\\url\s*\{([^{}]*)\}")
_NO_ENTRIES: Final = ("comment", "preamble", "string")
#: Fields by key; the first that an entry has is used.
_FIELDS_BY_KEY: Final = {
    "title": ("title", "booktitle", "maintitle", "shorttitle"),
    "source": ("journal", "journaltitle", "booktitle", "publisher", "institution", "school", "organization"),
    "url": ("url",),
    "doi": ("doi",),
    "language": ("langid", "language"),
    "isbn": ("isbn",),
    "issn": ("issn",),
    PLACE: (BIBTEX[PLACE], BIBLATEX[BIBTEX[PLACE]]),
}
_TEXT_FIELDS: Final = ("abstract", "annote", "annotation", "note")
_READ_FIELDS: Final = frozenset([*_TEXT_FIELDS, "author", "editor", "year", "month", "day", "date", "keywords", "file"])
#: Fields that are read before TeX's commands are converted.
_VERBATIM_FIELDS: Final = ("author", "editor", "url", "doi", "file")
_MAX_FIELD: Final = 1_000_000  # characters
#: Macros that refer to another entry, which a reader does not see.
_CITATIONS: Final = ("cite", "citep", "citet", "autocite", "parencite", "textcite", "footcite")
_NAMED_PARTS: Final = re.compile(
    r"(?:\s*(?:given|family|prefix|suffix|given-i|useprefix)\s*=[^,=]*(?:,|\Z)){2,6}", re.I
)
#: Macros that pylatexenc lacks, or converts to something else.
_SYMBOLS: Final = {
    **{"textbraceleft": "{", "textbraceright": "}", "textasciicircum": "^", "textasciitilde": "~"},
    **{"textbackslash": "\\", "slash": "/", "-": "", "copyright": "©", "pounds": "£", "euro": "€", "par": " "},
    **{"today": "today", "LaTeXe": "LaTeX2e", "MF": "METAFONT", "MP": "MetaPost", "AmS": "AMS"},
}
#: Macros that raise or lower text, and their elements in HTML.
_SCRIPTS: Final = {"textsuperscript": "sup", "textsubscript": "sub"}
_SIZE_COMMANDS: Final = frozenset(["Large", "LARGE", "Huge", "HUGE"])


class _Entry(NamedTuple):
    kind: str
    key: str
    fields: dict[str, str]


def records(source: Source) -> Iterator[Record | Refusal | Member]:
    """Yields the entries of a file, with their keys as locations, and the attached files that are next to it."""
    text, _ = read_text(source)
    strings: dict[str, str] = {}
    count = 0
    for number, (kind, raw, complete) in enumerate(_entries(text), start=1):
        data = raw.encode("utf-8", "surrogatepass")
        if kind in _NO_ENTRIES:
            if kind == "string":
                strings.update(_parse_fields(_content(raw), strings))
            continue
        count += 1
        entry = _parse_entry(kind, raw, strings) if complete else None
        if entry is None:
            yield Refusal(str(number), data, "the entry does not end, or has no key")
            continue
        yield Record(entry.key or str(number), data, partial(_read_entry, entry))
        yield from attached(source, _file_paths(entry.fields.get("file", "")), entry.key)
    if not count:
        raise ReaderError("there is no entry in it")


def _entries(text: str) -> Iterator[tuple[str, str, bool]]:
    """Yields the type and the text of each entry, and whether it is complete."""
    position = 0
    while match := _ENTRY.search(text, position):
        end = _end_of_group(text, match.end() - 1)
        if end is None:
            following = _ENTRY.search(text, match.end())
            position = following.start() if following else len(text)
            yield match[1].lower(), text[match.start() : position], False
        else:
            position = end
            yield match[1].lower(), text[match.start() : end], True


def _end_of_group(text: str, start: int) -> int | None:
    """Returns the position after the bracket that closes the one at ``start``; None if the next entry comes first."""
    opening, closing = text[start], "}" if text[start] == "{" else ")"
    depth = 0
    for match in re.compile(r"\\.|[{}()]|^[ \t]*@[ \t]*[a-zA-Z]+[ \t]*\{[^\s,{}]+,[ \t]*$", re.M).finditer(text, start):
        token = match[0]
        if len(token) > 2 and token.lstrip().startswith("@"):
            return None
        if token in ("{", opening):
            depth += 1
        elif token in ("}", closing):
            depth -= 1
            if depth == 0:
                return match.end()
    return None


def _content(raw: str) -> str:
    opening = re.search(r"[{(]", raw)
    return raw[opening.end() : -1] if opening else ""


def _parse_entry(kind: str, raw: str, strings: dict[str, str]) -> _Entry | None:
    key, comma, rest = _content(raw).partition(",")
    if "=" in key or (not comma and not key.strip()):
        return None
    return _Entry(kind, key.strip(), _parse_fields(rest, strings))


def _parse_fields(text: str, strings: dict[str, str]) -> dict[str, str]:
    fields: dict[str, str] = {}
    position = 0
    while match := _FIELD.match(text, position):
        value, position = _parse_value(text, match.end(), strings)
        fields.setdefault(match[1].lower(), value[:_MAX_FIELD])
        comma = re.compile(r"[\s,]*").match(text, position)
        position = comma.end() if comma else position
    return fields


def _parse_value(text: str, position: int, strings: dict[str, str]) -> tuple[str, int]:
    """Returns a value, concatenated at ``#``, and the position after it."""
    values: list[str] = []
    while position < len(text):
        if text[position] == "{":
            end = _end_of_group(text, position) or len(text)
            values.append(text[position + 1 : end - 1])
        elif text[position] == '"':
            end = _end_of_quotes(text, position)
            values.append(text[position + 1 : end - 1])
        elif word := _BARE_VALUE.match(text, position):
            end = word.end()
            values.append(strings.get(word[0].lower(), word[0]))
        else:
            break
        operator = re.compile(r"\s*#\s*").match(text, end)
        position = operator.end() if operator else end
        if not operator:
            break
    return "".join(values), position


def _end_of_quotes(text: str, start: int) -> int:
    depth = 0
    for index in range(start + 1, len(text)):
        if text[index] in "{}":
            depth += 1 if text[index] == "{" else -1
        elif text[index] == '"' and depth <= 0 and text[index - 1] != "\\":
            return index + 1
    return len(text)


def _read_entry(entry: _Entry) -> Article:
    fields = {name: _tex_to_text(value) for name, value in entry.fields.items() if name not in _VERBATIM_FIELDS}
    metadata: dict[str, Any] = {}
    used = set(_READ_FIELDS)
    for key, names in _FIELDS_BY_KEY.items():
        name = next((name for name in names if entry.fields.get(name)), None)
        if name:
            used.add(name)
            metadata[key] = _verbatim(entry.fields[name]) if name in ("url", "doi") else fields[name]
    if not entry.fields.get("title") and metadata.get("source") == metadata.get("title"):
        metadata["source"] = fields.get("publisher") or fields.get("organization", "")  # not the book itself
    metadata |= {
        "authors": _people(entry.fields.get("author", "")),
        EDITORS: _people(entry.fields.get("editor", "")),
        "tags": [tag.strip() for tag in re.split("[,;]", fields.get("keywords", "")) if tag.strip()],
        CITATION_KEY: entry.key,
        ENTRY_TYPE: entry.kind,
        "files": _file_paths(entry.fields.get("file", "")),
    }
    used.update(metadata)
    rest: dict[Any, Any] = {name: value for name, value in fields.items() if name not in used and value}
    _add_date(rest, fields)
    texts_in_tex = [entry.fields.get(name, "") for name in _TEXT_FIELDS]
    texts = ["\n\n".join(filter(None, map(_tex_to_text, _PARAGRAPHS.split(text)))) for text in texts_in_tex if text]
    return reference({**metadata, **rest}, texts)


def _add_date(metadata: dict[Any, Any], fields: Mapping[str, str]) -> None:
    """Adds the date of an entry, and what of it cannot be read."""
    written, year, month, day = (fields.get(name, "") for name in ("date", "year", "month", "day"))
    numbers = re.findall(r"\d+", month)
    if not day and month_in(month) and len(numbers) == 1 and not month.isdigit():
        day = numbers[0]  # mar # "~16"
    date = date_of(year, month, day)
    if written and (date is None or date_in(written)[0]):
        metadata["date"] = written
        return
    metadata["date"] = date or year
    if written:
        set_aside(metadata, "date", written)
    known = str(date or "").count("-")
    if month and (not known or len(numbers) > 1):
        metadata["month"] = month
    if day and known < 2:
        metadata["day"] = day


def _verbatim(value: str) -> str:
    r"""Returns an address or a DOI without the escapes of TeX: ``a\_b?c=1\&d``."""
    value = _URL.sub(r"\1", re.sub(r"\{?\\(?:textasciitilde|~)(?:\{\})?\s*\}?", "~", value))
    return re.sub(r"\{?\\([_&%#$])\}?", r"\1", value).strip()


def _tex_to_text(value: str) -> str:
    """Returns a TeX value as plain text on one line."""
    if not re.search(r"[\\{}$~]|--|``|''", value):
        return one_line(value)
    value = _URL.sub(lambda url: re.sub(r"\\?([_#&$])", r"\\\1", url[1]).replace("~", r"\textasciitilde{}"), value)
    value = re.sub(r"(?<!\\)%", r"\%", value)  # not a comment in BibTeX
    try:
        tex, macros = _tex_converter()
        value = tex.latex_to_text(value, tolerant_parsing=True, latex_context=macros)
    except Exception:  # what pylatexenc cannot parse is kept, without its brackets
        value = re.sub(r"[{}]", "", value)
    return one_line(value)


@cache
def _tex_converter() -> tuple[Any, Any]:
    """Returns pylatexenc's converter and its macros, with symbols that it lacks."""
    from pylatexenc.latex2text import LatexNodes2Text, MacroTextSpec, get_default_latex_context_db
    from pylatexenc.latexwalker import get_default_latex_context_db as get_macros
    from pylatexenc.macrospec import std_macro

    scripts = [MacroTextSpec(name, partial(_in_script, element)) for name, element in _SCRIPTS.items()]
    symbols = [
        MacroTextSpec("href", "%(2)s (%(1)s)"),
        *scripts,
        *(MacroTextSpec(name, sign) for name, sign in {**_SYMBOLS, **dict.fromkeys(_CITATIONS, "")}.items()),
    ]
    macros_to_text = get_default_latex_context_db()
    macros_to_text.add_context_category("signs", macros=symbols, prepend=True)
    macros_to_text.set_unknown_macro_spec(MacroTextSpec("", _unknown_macro_text))
    macros = get_macros()
    known_macros = [std_macro("href", False, 2), *(std_macro(name, False, 1) for name in ("mbox", *_SCRIPTS))]
    macros.add_context_category("links", macros=known_macros, prepend=True)
    return LatexNodes2Text(latex_context=macros_to_text, math_mode="verbatim", strict_latex_spaces=True), macros


def _in_script(element: str, node: Any, l2tobj: Any) -> str:
    """Returns the text of a macro that raises or lowers it."""
    return in_script(element, l2tobj.nodelist_to_text([*filter(None, node.nodeargs or ())]).strip())


def _unknown_macro_text(node: Any, l2tobj: Any) -> str:
    r"""Returns an unknown macro's name if it has capitals (``\NASA``), else its arguments: it is for layout then."""
    name, following = node.macroname, node.parsing_state.s[node.pos + node.len :]
    arguments: str = "".join(
        l2tobj.nodelist_to_text([argument]) for argument in node.nodeargs or () if argument is not None
    )
    is_command = arguments or (following.startswith("{") and not following.startswith("{}"))  # the argument is text
    return (
        name if name.isalpha() and not name.islower() and not is_command and name not in _SIZE_COMMANDS else arguments
    )


def _people(value: str) -> list[str]:
    """Returns names as ``Given Family``; they are separated by ``and`` outside of brackets."""
    names = []
    for name in re.split(r"\s+and\s+(?![^{}]*\})", one_line(value)):
        if _NAMED_PARTS.fullmatch(name):  # of BibLaTeX: ``given=Ada, family=Meyer``
            parts = {key.strip().lower(): part.strip() for key, _, part in (p.partition("=") for p in name.split(","))}
            family = f"{parts.get('prefix', '')} {parts.get('family', '')}".strip()
            name = name_of(parts.get("given", ""), family, parts.get("suffix", "")).replace(",", " ")
        braced = name.startswith("{") and name.endswith("}")
        family, comma, given = name.partition(",")
        if comma and not braced:
            middle, _, first = given.rpartition(",")
            name = name_of(first, family, middle)
        if plain := _tex_to_text(name):
            names.append(plain)
    return names


def _file_paths(value: str) -> list[str]:
    """Returns the paths in a ``file`` field: ``Title:path/to.pdf:application/pdf``, or paths between semicolons."""
    paths = []
    for file in re.split(r"(?<!\\);", value):
        fields = re.split(r"(?<!\\):", file.strip())
        path = fields[1] if len(fields) >= 3 else fields[0]
        if path := path.replace("\\:", ":").replace("\\;", ";").replace("\\_", "_").strip():
            paths.append(path)
    return paths
