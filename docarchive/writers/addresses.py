"""Addresses on the web, in a form that every format can hold."""

from __future__ import annotations

import re
from urllib.parse import quote

_WEB = re.compile(r"https?://[^/?#]", re.IGNORECASE)
_NOT_URI = re.compile("[\x00-\x20\x7f-\xa0\u2028\u2029\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]+")


def web_address(url: str | None) -> str:
    """Returns an address of http or https without spaces, and with escapes for what RFC 3986 does not allow.

    What is no such address gives nothing.
    """
    text = _NOT_URI.sub("", url or "")
    return quote(text, safe="%/:?#[]@!$&'()*+,;=~") if _WEB.match(text) else ""
