"""XML of untrusted sources: no entities, no document types, bounds on size and depth."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

from docarchive.errors import ReaderError
from docarchive.markdown import in_script
from docarchive.readers.encoding.declared import codec, decode_declared
from docarchive.readers.encoding.detect import MAX_SIZE
from docarchive.readers.protocol import Source
from docarchive.texts import one_line

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_DECLARED: Final = re.compile(rb"\s*<\?xml\b[^<>?]{0,200}\bencoding\s*=\s*[\"']([\w.:-]{1,40})[\"'][^<>?]{0,200}\?>")
#: Encodings with several bytes per character.
_WIDE: Final = frozenset("gb2312 gbk gb18030 big5 big5hkscs cp949 euc_jp euc_kr shift_jis cp932 iso2022_jp".split())  # noqa: SIM905
#: The parser finds out by itself that it is one of these.
_NO_BYTES: Final = ("utf-16", "utf-32", "cp037", "cp500", "cp1140")
_BEFORE_SIGN: Final = re.compile(r" ([,.;:)])")
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
    from defusedxml.ElementTree import DefusedXMLParser

    parser = DefusedXMLParser()
    # No tree has these; each would make ElementTree copy all of the text before it.
    parser.parser.CommentHandler = parser.parser.ProcessingInstructionHandler = None
    try:
        parser.feed(as_utf8(data))
        root: Element = parser.close()
    except DefusedXmlException:
        raise ReaderError("the XML declares entities, which are not supported") from None
    except ParseError as error:
        raise ReaderError(f"not well-formed XML: {error}") from None
    except (ValueError, LookupError, RecursionError) as error:
        raise ReaderError(f"not readable XML: {error}") from None
    if is_deep(root, iter, _MAX_DEPTH):
        raise ReaderError(f"the XML is nested more than {_MAX_DEPTH} deep")
    return root


def as_utf8(data: bytes, sent_as: str | None = None) -> bytes:
    """Returns XML that declares another encoding in UTF-8, without the declaration; other XML unchanged.

    Args:
        data: The XML.
        sent_as: The encoding that a server named, which takes precedence.

    The parser knows few encodings. Where bytes are UTF-8 although an encoding of single bytes is declared, they are
    UTF-8: a text in another encoding that is valid UTF-8 by chance would be very short.
    """
    declared = _DECLARED.match(data)
    sent = codec(sent_as or "") or ""
    name = (declared and codec(declared[1].decode())) if not sent or sent.startswith(_NO_BYTES) else sent
    if name in (None, "utf-8"):
        return data
    text = ""
    if name not in _WIDE:
        with suppress(UnicodeDecodeError):
            text = data.decode("utf-8")
    text = text or decode_declared(data, name)
    end = text.index("?>") + 2 if declared else 0
    return ("\n" * text.count("\n", 0, end) + text[end:]).encode("utf-8", "replace")


def is_deep(root: Any, children: Callable[[Any], Iterator[Any]], limit: int) -> bool:
    """Returns whether elements are nested deeper than a limit; does not recurse."""
    waiting = [children(root)]
    while waiting and len(waiting) <= limit:
        child = next(waiting[-1], None)
        if child is None:
            waiting.pop()
        else:
            waiting.append(children(child))
    return bool(waiting)


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
    """Returns all text of an element on one line, raised and lowered numbers as signs (``10⁶``); empty for None."""
    if element is None:
        return ""
    raised = {child: local(child) for child in element.iter() if local(child) in ("sup", "sub")} if len(element) else {}
    text = "".join(_text_with_scripts(element, raised) if raised else element.itertext())
    return one_line(text)


def _text_with_scripts(element: Element, raised: Mapping[Element, str]) -> Iterator[str]:
    if name := raised.get(element):
        yield in_script(name, "".join(element.itertext()).strip())
        return
    yield element.text or ""
    for child in element:
        yield from _text_with_scripts(child, raised)
        yield child.tail or ""


def spaced_text_of(element: Element | None, *without: str) -> str:
    """Returns the text of an element on one line, with spaces between the elements in it.

    Args:
        element: The element; None has no text.
        without: Names of elements in it whose text is left out.
    """
    if element is None:
        return ""
    parts = [element.text or ""]
    for child in element:
        parts += ["" if local(child) in without else spaced_text_of(child, *without), child.tail or ""]
    return _BEFORE_SIGN.sub(r"\1", one_line(" ".join(parts)))


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
