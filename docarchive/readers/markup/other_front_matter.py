"""Front matter without fences, or with one: Hexo's above a rule, JBake's, Nikola's comments, Logseq's properties.

It counts only where it names a title, a date or the like, as any text may begin with ``Note: …``.
"""

from __future__ import annotations

import json
import re
from typing import Any, Final, NamedTuple

from docarchive import keys
from docarchive.errors import ReaderError
from docarchive.frontmatter.yaml12 import parse_yaml
from docarchive.readers.markup.yaml_repair import mended

# Each line is matched in one way alone (``(?>…)``): else a text of many lines would be tried in as many ways.
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
_TELLING: Final = ("title", "date")


class Unfenced(NamedTuple):
    """What such front matter says, and the index behind it.

    Attributes:
        metadata: It.
        end: The index.
        note: Whether it stands above a note, in which there may be tags and links to others.
    """

    metadata: dict[Any, Any]
    end: int
    note: bool = False


def read_unfenced(text: str) -> Unfenced | None:
    """Reads the front matter that a text begins with, if it is of one of these forms."""
    return _hexo(text) or _unclosed(text) or _jbake(text) or _nikola(text) or _logseq(text)


def _hexo(text: str) -> Unfenced | None:
    if found := _HEXO.match(text):
        metadata = _yaml(found["yaml"])
    elif found := _HEXO_JSON.match(text):
        metadata = _json(found["json"])
    else:
        return None
    return _telling(metadata, found)


def _unclosed(text: str) -> Unfenced | None:
    found = _UNCLOSED.match(text)
    return _telling(_yaml(found["yaml"]), found) if found else None


def _telling(metadata: dict[Any, Any], found: re.Match[str]) -> Unfenced | None:
    """Returns what stands in a match, if it names what no prose would."""
    return Unfenced(metadata, found.end()) if any(key in metadata for key in _TELLING) else None


def _yaml(raw: str) -> dict[Any, Any]:
    for form in (raw, mended(raw)):
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


def _jbake(text: str) -> Unfenced | None:
    found = _JBAKE.match(text)
    if not found:
        return None
    pairs = (line.partition("=") for line in found["lines"].splitlines())
    metadata = {key.strip(): value.strip() for key, _, value in pairs if value.strip()}
    return Unfenced(metadata, found.end()) if {*_TELLING, "type", "status"} & metadata.keys() else None


def _nikola(text: str) -> Unfenced | None:
    found = _NIKOLA.match(text)
    if not found:
        return None
    metadata = {key: value.strip() for key, value in _NIKOLA_LINE.findall(found["lines"]) if value.strip()}
    return Unfenced(metadata, found.end()) if "title" in metadata else None


def _logseq(text: str) -> Unfenced | None:
    found = _LOGSEQ.match(text)
    if not found:
        return None
    pairs = (line.strip().removeprefix("- ").partition("::") for line in found["lines"].splitlines())
    metadata: dict[Any, Any] = {key.strip(): value.strip() for key, _, value in pairs if value.strip()}
    for key, value in metadata.items():
        if keys.KNOWN.get(keys.descriptive(key) or "") == keys.LIST or key in ("alias", "aliases"):
            metadata[key] = [item for each in value.split(",") if (item := each.strip().lstrip("#").strip("[]"))]
    return Unfenced(metadata, found.end(), note=True) if metadata else None
