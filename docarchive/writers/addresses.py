"""Addresses as exports may contain them: absolute and encoded."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import quote, urlsplit, urlunsplit

_HOST: Final = re.compile(r"(?:[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?|\[[0-9A-Fa-f:.]+\])(?::\d{1,5})?\Z")
_STRAY: Final = re.compile(r"%(?![0-9A-Fa-f]{2})")


def web_address(url: str | None) -> str:
    """Returns an address on the web, encoded by RFC 3986; empty if it is not one that a browser can follow.

    >>> web_address("https://example.org/a b"), web_address("mailto:a@example.org"), web_address(None)
    ('https://example.org/a%20b', '', '')
    """
    address = valid_address(url or "")
    return address if address.startswith("http") else ""


def valid_address(address: str) -> str:
    """Returns an absolute address, encoded by RFC 3986; empty if it cannot be one.

    >>> valid_address("https://example.org/a b?c=<d>"), valid_address("doi:10.1000/x"), valid_address("x.html")
    ('https://example.org/a%20b?c=%3Cd%3E', 'https://doi.org/10.1000/x', '')
    """
    scheme, _, rest = address.strip().partition(":")
    scheme = scheme.lower()
    if scheme == "doi":
        scheme, rest = "https", f"//doi.org/{rest}"
    if scheme in ("mailto", "tel"):
        return f"{scheme}:{_quoted(rest)}" if rest else ""
    if scheme not in ("http", "https", "ftp"):
        return ""
    try:
        parts = urlsplit(f"{scheme}:{rest}")
        host = parts.netloc.encode("idna").decode()
    except (ValueError, UnicodeError):
        return ""
    if not _HOST.match(host):
        return ""
    return urlunsplit((scheme, host, _quoted(parts.path), _quoted(parts.query), _quoted(parts.fragment)))


def _quoted(text: str) -> str:
    return _STRAY.sub("%25", quote(text, safe="%/:?@!$&'()*+,;=~", errors="replace"))
