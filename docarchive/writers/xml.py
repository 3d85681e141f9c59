"""Text in XML 1.0."""

from __future__ import annotations

import re
from typing import Final

#: What no document of XML 1.0 may hold, even as a reference (https://www.w3.org/TR/xml/#charsets).
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_ESCAPES: Final = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\r": "&#13;"})


def xml_text(text: str) -> str:
    """Returns text for an element or a quoted attribute; characters that XML does not allow become U+FFFD."""
    return _NOT_XML.sub("\ufffd", text).translate(_ESCAPES)


def xml_element(name: str, text: str, attributes: str = "") -> str:
    """Returns an element with a text in it, on a line of its own.

    Args:
        name: Of the element.
        text: Its text.
        attributes: As they are written in the tag.
    """
    return f"<{name}{attributes and ' '}{attributes}>{xml_text(text)}</{name}>\n"
