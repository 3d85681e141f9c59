"""XML of untrusted sources: no entities, no document types, bounds on size and depth."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from docarchive.errors import ReaderError
from docarchive.readers.encoding.detect import MAX_SIZE
from docarchive.readers.protocol import Source

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_MAX_DEPTH: Final = 200
_MAX_ELEMENTS: Final = 2_000_000
_SPECIAL: Final = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;"}


def parse(source: Source) -> Element:
    """Parses a source that is one XML document.

    Raises:
        ReaderError: It is not well-formed, too large or too deep, or declares entities.
    """
    with source.open() as file:
        return parse_bytes(file.read(MAX_SIZE + 1))


def parse_bytes(data: bytes) -> Element:
    """Parses one XML document; see ``parse``."""
    if len(data) > MAX_SIZE:
        raise ReaderError(f"the XML is longer than {MAX_SIZE // 1_000_000} MB")
    if data.count(b"<") > 2 * _MAX_ELEMENTS:
        raise ReaderError(f"the XML has more than {_MAX_ELEMENTS:,} elements")
    from xml.etree.ElementTree import ParseError

    from defusedxml.common import DefusedXmlException
    from defusedxml.ElementTree import fromstring

    try:
        root: Element = fromstring(data)
    except DefusedXmlException:
        raise ReaderError("the XML declares entities, which are not read from strangers") from None
    except ParseError as error:
        raise ReaderError(f"not well-formed XML: {error}") from None
    except (ValueError, LookupError, RecursionError) as error:
        raise ReaderError(f"not readable XML: {error}") from None
    _bound_depth(root)
    return root


def _bound_depth(root: Element) -> None:
    waiting = [iter(root)]
    while waiting:
        child = next(waiting[-1], None)
        if child is None:
            waiting.pop()
            continue
        waiting.append(iter(child))
        if len(waiting) > _MAX_DEPTH:
            raise ReaderError(f"the XML is nested more than {_MAX_DEPTH} deep")


def local(element: Element) -> str:
    """Returns the name of an element without its namespace; empty for a comment."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def every(root: Element | None, *names: str) -> Iterator[Element]:
    """Yields the elements of these names, whatever their namespace, in document order; none below None."""
    for element in root.iter() if root is not None else ():
        if local(element) in names:
            yield element


def first(root: Element | None, *names: str) -> Element | None:
    """Returns the first element of the first of these names that there is one of, in document order."""
    return next((element for name in names for element in every(root, name)), None)


def text_of(element: Element | None) -> str:
    """Returns all text of an element on one line; empty for None."""
    return " ".join("".join(element.itertext()).split()) if element is not None else ""


def to_html(element: Element) -> str:
    """Returns the content of an element as HTML; names are without namespaces."""
    parts = [_escape(element.text or "")]
    for child in element:
        name = local(child)
        if name:
            attributes = "".join(f' {_plain(key)}="{_escape(value)}"' for key, value in child.attrib.items())
            parts.append(f"<{name}{attributes}>{to_html(child)}</{name}>")
        parts.append(_escape(child.tail or ""))
    return "".join(parts)


def _plain(key: str) -> str:
    return key.rpartition("}")[2]


def _escape(text: str) -> str:
    return "".join(_SPECIAL.get(character, character) for character in text) if set(text) & _SPECIAL.keys() else text
