"""Which bytes are a picture, by their content: the name of a file may be wrong, and its sender hostile.

Owns the kinds of pictures that are kept and shown. An SVG file is a picture only if it runs nothing and loads nothing:
opened by itself, any other is a program.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final
from xml.parsers import expat

#: How many of its first bytes say what kind a picture is.
HEAD: Final = 4_096
#: Bytes of the largest SVG file that is kept; others are read in whole to check them.
MAX_SVG: Final = 5_000_000

_SIGNATURES: Final = (
    (re.compile(rb"\x89PNG\r\n\x1a\n"), "png"),
    (re.compile(rb"\xff\xd8\xff"), "jpg"),
    (re.compile(rb"GIF8[79]a"), "gif"),
    (re.compile(rb"RIFF.{4}WEBP", re.DOTALL), "webp"),
    (re.compile(rb".{4}ftyp(?:avi[fs]|.{8}(?:.{4}){0,8}?avi[fs])", re.DOTALL), "avif"),
    (re.compile(rb"(?:\xef\xbb\xbf)?\s*<(?:\?xml|!--|!DOCTYPE\s+svg|svg)", re.IGNORECASE), "svg"),
)
_SVG: Final = "http://www.w3.org/2000/svg"
_XHTML: Final = "http://www.w3.org/1999/xhtml"
#: Elements of SVG that run, load or change something else than the picture, or that show HTML.
_ACTIVE: Final = frozenset("a script foreignObject handler listener iframe audio video animate set discard".split())  # noqa: SIM905
_HARMLESS: Final = re.compile(r"\s*(?:#|data:image/(?:png|jpeg|gif|webp)[;,])", re.IGNORECASE)
_URL: Final = re.compile(r"url\(\s*[\"']?\s*(?!#|data:image/|[\"'\s)])|@import|expression\s*\(", re.IGNORECASE)


class _Active(Exception):
    """The file is more than a picture."""


def kind_of(head: bytes) -> str | None:
    """Returns the kind of a picture by its first ``HEAD`` bytes: a key of ``MEDIA_TYPES``, or None if it is none.

    Of an SVG file ``is_passive`` must be asked too.
    """
    return next((kind for signature, kind in _SIGNATURES if signature.match(head)), None)


def is_passive(svg: bytes) -> bool:
    """Returns whether bytes are an SVG picture that runs nothing and loads nothing."""
    parser = expat.ParserCreate(namespace_separator=" ")
    state = _Checker()
    parser.StartElementHandler = state.start
    parser.CharacterDataHandler = state.text
    parser.EndElementHandler = state.end
    parser.ProcessingInstructionHandler = parser.EntityDeclHandler = _refuse
    try:
        parser.Parse(svg, True)
    except (expat.ExpatError, _Active, ValueError, LookupError):
        return False
    return state.is_svg


def is_shown(path: Path) -> str | None:
    """Returns the kind of the picture in a file if pages may show it; None if it is none, or cannot be read."""
    try:
        with open(path, "rb") as file:
            head = file.read(HEAD)
            kind = kind_of(head)
            if kind != "svg":
                return kind
            rest = file.read(MAX_SVG)
    except OSError:
        return None
    return kind if len(rest) < MAX_SVG and is_passive(head + rest) else None


def _refuse(*_: object) -> None:
    raise _Active


class _Checker:
    """Raises ``_Active`` at the first part of a file that is more than a picture."""

    def __init__(self) -> None:
        self.is_svg = False
        self._depth = 0
        self._style: list[str] | None = None

    def start(self, name: str, attributes: dict[str, str]) -> None:
        space, _, tag = name.rpartition(" ")
        if self._depth == 0:
            self.is_svg = space == _SVG and tag == "svg"
        self._depth += 1
        if space == _XHTML or (space in (_SVG, "") and tag in _ACTIVE):
            raise _Active
        self._style = [] if tag == "style" else None
        for key, value in attributes.items():
            attribute = key.rpartition(" ")[2].lower()
            if attribute.startswith("on") or (attribute in ("href", "src") and not _HARMLESS.match(value)):
                raise _Active
            if _URL.search(value) or (attribute == "style" and "\\" in value):
                raise _Active

    def text(self, text: str) -> None:
        if self._style is not None:
            self._style.append(text)

    def end(self, name: str) -> None:
        self._depth -= 1
        if self._style is not None and ("\\" in (style := "".join(self._style)) or _URL.search(style)):
            raise _Active
        self._style = None
