"""The addresses of links and pictures in HTML, as Markdown writes them; those that would run code are left out."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from docarchive.markdown import escaped_part

if TYPE_CHECKING:
    from bs4 import Tag
    from lxml.html import HtmlElement

_SCHEME: Final = re.compile(r"\s*([A-Za-z][A-Za-z0-9+.-]*):")
_SAFE: Final = frozenset(["http", "https", "mailto", "tel", "ftp", "news", "gemini"])
_CONTROLS: Final = re.compile(r"[\x00-\x20\x7f]+")
_ESCAPED: Final = re.compile(r"[\x00-\x20\x7f\\<>]")
_AUTOLINK: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]{1,31}:[^\x00-\x20<>\\&]*\Z")
_ENTITY: Final = re.compile(r"&(?=#?\w+;)")
_TINY: Final = ("0", "1")


def link_target(tag: Tag, *, alone: bool) -> str:
    """Returns the target of a link in Markdown, perhaps with a title; empty if there is none that is safe to keep.

    Args:
        tag: The link.
        alone: Whether relative addresses are not kept.
    """
    address = str(tag.get("href") or "")
    return _target(address, tag) if _is_kept(address, alone) else ""


def picture(tag: Tag, *, alone: bool, readdress: Callable[[str], str | None] | None = None) -> tuple[str, bool]:
    """Returns a picture in Markdown, or its description, and which of the two it is; nothing for what counts readers.

    Args:
        tag: The picture.
        alone: Whether relative addresses are not kept.
        readdress: Returns another address to write, or None.
    """
    source, description = str(tag.get("src") or ""), str(tag.get("alt") or "")
    if readdress is not None and (address := readdress(source.strip())) is not None:
        return f"![{escaped_part(description)}]({_target(address, tag)})", False
    if alone and not _scheme(source):
        return description, True
    if is_tiny(tag):
        return "", True
    if not _is_kept(source, alone):
        return description, True
    return f"![{escaped_part(description)}]({_target(source, tag)})", False


def is_tiny(tag: Tag | HtmlElement) -> bool:
    """Returns whether a picture is a point or nothing, by its sides: it counts readers."""
    sides = (str(tag.get(side) or "") for side in ("width", "height"))
    return any(side.strip().removesuffix("px") in _TINY for side in sides)


def is_autolink(target: str) -> bool:
    """Returns whether an address may be written as ``<https://example.org>``."""
    return _AUTOLINK.match(target) is not None


def _scheme(address: str) -> str:
    match = _SCHEME.match(_CONTROLS.sub("", address))
    return match[1].lower() if match else ""


def _is_kept(address: str, alone: bool) -> bool:
    scheme = _scheme(address)
    return scheme in _SAFE if scheme else not alone and bool(address.strip())


def _target(address: str, tag: Tag) -> str:
    address = _ESCAPED.sub(lambda match: f"%{ord(match[0]):02X}", address.strip())
    if not _is_balanced(address):
        address = address.replace("(", "%28").replace(")", "%29")
    address = _ENTITY.sub("&amp;", address)
    title = _ENTITY.sub("&amp;", " ".join(str(tag.get("title") or "").split()))
    title = title.replace("\\", "\\\\").replace('"', '\\"')
    return f'{address} "{title}"' if title else address


def _is_balanced(address: str) -> bool:
    depth = 0
    for bracket in re.findall("[()]", address):
        depth += 1 if bracket == "(" else -1
        if depth < 0:
            return False
    return depth == 0
