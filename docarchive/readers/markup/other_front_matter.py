"""Front matter without fences, or with one: of Hexo, JBake, Nikola and Logseq, and Pandoc's title block.

It counts only if it names a title, a date or the like, as any text may begin with ``Note: …``. See decision 0051.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any, Final

from docarchive import keys
from docarchive.errors import ReaderError
from docarchive.frontmatter.yaml12 import parse_yaml
from docarchive.readers.markup.yaml_repair import repaired
from docarchive.readers.text.header_lines import Headers

# Lines are atomic groups (``(?>…)``): with backtracking, a text of many lines would take exponential time.
_END: Final = r"(?:\r?\n|\Z)"
_LINE: Final = r"(?>(?:[\w\"'][^\r\n:=]{0,60}:(?:[ \t][^\r\n]*)?|[ \t]+[^\s][^\r\n]*|-[ \t][^\r\n]*|\#[^\r\n]*)\r?\n)"
_HEXO = re.compile(rf"(?P<yaml>(?:{_LINE}){{1,200}}+)-{{3,}}[ \t]*{_END}")
_HEXO_JSON = re.compile(
    rf"(?:;{{3,}}[ \t]*\r?\n)?(?P<json>(?:(?>[ \t]*[\"\]}}{{\[][^\r\n]*\r?\n)){{1,200}}+);{{3,}}[ \t]*{_END}"
)
_JBAKE = re.compile(rf"(?P<lines>(?:(?>[\w.-]{{1,40}}[ \t]*=[^\r\n]*\r?\n)){{1,100}}+)~{{3,}}[ \t]*{_END}")
_NIKOLA = re.compile(
    r"\s{0,40}(?:<!--[ \t]{0,20}\r?\n?)?"
    rf"(?P<lines>(?:(?>[ \t]{{0,20}}\.\.[ \t]{{1,20}}\w{{1,40}}:(?!:)[^\r\n]*{_END})){{1,100}}+)"
    r"(?:[ \t]{0,20}-->[ \t]*\r?\n?)?"
)
_NIKOLA_LINE = re.compile(r"[ \t]*\.\.[ \t]+(\w{1,40}):([^\r\n]*)")
_LOGSEQ = re.compile(
    rf"(?P<lines>(?:(?>(?:-[ \t]{{1,20}}|[ \t]{{1,20}})?[\w.-]{{1,40}}::[ \t][^\r\n]*{_END})){{1,100}}+)"
)
_UNCLOSED = re.compile(rf"---[ \t]*\r?\n(?P<yaml>(?:{_LINE}){{1,200}}+)(?:[ \t]*\r?\n)?")
_TITLE_BLOCK_FIELD = re.compile(r"%(?P<value>[ \t\u00a0][^\r\n]*|)(?P<more>(?:\r?\n[ \t]+\S[^\r\n]*)*)(?:\r?\n|\Z)")
_BLANK_LINE = re.compile(r"[ \t]*(?:\r?\n|\Z)")
_CONVINCING: Final = ("title", "date")


def _convincing(metadata: dict[Any, Any], match: re.Match[str]) -> Headers | None:
    """Returns the front matter of a match, if it has keys that prose would not begin with."""
    return Headers(metadata, match.end()) if any(key in metadata for key in _CONVINCING) else None


def _yaml(raw: str) -> dict[Any, Any]:
    for form in (raw, repaired(raw)):
        try:
            value = parse_yaml(form) if form is not None else None
        except ReaderError:
            continue
        if isinstance(value, dict):
            return value
    return {}


def _json(raw: str) -> dict[Any, Any]:
    inner = raw.strip()
    try:
        value = json.loads(inner if inner.startswith("{") else "{" + inner + "}")
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def _jbake(match: re.Match[str]) -> Headers | None:
    pairs = (line.partition("=") for line in match["lines"].splitlines())
    metadata = {key.strip(): value.strip() for key, _, value in pairs if value.strip()}
    return Headers(metadata, match.end()) if {*_CONVINCING, "type", "status"} & metadata.keys() else None


def _nikola(match: re.Match[str]) -> Headers | None:
    metadata = {key: value.strip() for key, value in _NIKOLA_LINE.findall(match["lines"]) if value.strip()}
    return Headers(metadata, match.end()) if "title" in metadata else None


def _logseq(match: re.Match[str]) -> Headers | None:
    pairs = (line.strip().removeprefix("- ").partition("::") for line in match["lines"].splitlines())
    metadata: dict[Any, Any] = {key.strip(): value.strip() for key, _, value in pairs if value.strip()}
    for key, value in metadata.items():
        if keys.KNOWN.get(keys.descriptive(key) or "") == keys.LIST or key in ("alias", "aliases"):
            metadata[key] = [item for part in value.split(",") if (item := part.strip().lstrip("#").strip("[]"))]
    return Headers(metadata, match.end(), note=True) if metadata else None


#: The forms, in the order in which they are tried, and what reads a match.
_FORMS: Final[tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], Headers | None]], ...]] = (
    (_HEXO, lambda match: _convincing(_yaml(match["yaml"]), match)),
    (_HEXO_JSON, lambda match: _convincing(_json(match["json"]), match)),
    (_UNCLOSED, lambda match: _convincing(_yaml(match["yaml"]), match)),
    (_JBAKE, _jbake),
    (_NIKOLA, _nikola),
    (_LOGSEQ, _logseq),
)


def read_other_front_matter(text: str) -> Headers | None:
    """Reads the front matter that a text begins with; returns None if it is of none of these forms."""
    matches = ((read, match) for pattern, read in _FORMS if (match := pattern.match(text)))
    return next((headers for read, match in matches if (headers := read(match))), None)


def read_title_block(text: str) -> Headers | None:
    r"""Reads the title block that a text begins with; returns None if there is none.

    >>> read_title_block("% On ships\n% Ann Lee; Bo Ek\n% 2024\n\nText").metadata
    {'title': 'On ships', 'authors': ['Ann Lee', 'Bo Ek'], 'date': '2024'}
    """
    metadata: dict[str, Any] = {}
    end = 0
    for key in ("title", "authors", "date"):
        match = _TITLE_BLOCK_FIELD.match(text, end)
        if not match:
            break
        end = match.end()
        lines = [line.strip() for line in (match["value"] + match["more"]).splitlines() if line.strip()]
        if lines:
            value = " ".join(lines)
            names = [name.strip() for line in lines for name in line.split(";") if name.strip()]
            metadata[key] = names if key == "authors" else value
    return Headers(metadata, end) if metadata and _BLANK_LINE.match(text, end) else None
