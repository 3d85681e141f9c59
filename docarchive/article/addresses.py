"""Addresses: one form for all spellings of a web address.

Useful for comparing addresses, in imports and in queries. Not useful for fetching them.
"""

from __future__ import annotations

import re
from contextlib import suppress
from typing import Any

from docarchive.article.plain import clean
from docarchive.regexes import lazy

#: A DOI as people write it; its first group is the DOI alone.
DOI = lazy(r"(?:doi:\s*|https?://(?:dx\.)?doi\.org/)?(10\.\d{4,9}/\S+)", re.IGNORECASE)
_TRACKING = lazy(r"utm_\w+|fbclid|gclid|dclid|msclkid|mc_cid|mc_eid|igshid|ref_src|cmpid", re.IGNORECASE)
#: An escape that is not within what may be the start of another one, such as ``%37`` in ``%c%37``.
_ESCAPE = lazy(r"(?<!%)(?<!%[0-9A-Fa-f])%[0-9A-Fa-f]{2}")
#: What no name of a host has (code points that the URL Standard forbids, and other spaces).
_NOT_IN_HOST = lazy(r"[\x00-\x20\x7f\s#/<>?@\[\\\]^`{|}]")
_IN_PATH = "/%:@!$&'()*+,;=~-._"
_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_~")


def shorten_doi(metadata: dict[str, Any]) -> None:
    """Writes the DOIs among some metadata in their shortest form: without ``doi:``, and without the resolver's address.

    >>> shorten_doi(metadata := {"doi": "https://doi.org/10.5555/ABC"}); metadata
    {'doi': '10.5555/ABC'}
    """
    for key, value in metadata.items():
        if key.lower() == "doi":
            metadata[key] = [short_doi(item) for item in value] if isinstance(value, list) else short_doi(value)


def short_doi(value: Any) -> Any:
    """Returns a DOI in its shortest form; any other value as it is."""
    match = DOI.fullmatch(value.strip()) if isinstance(value, str) else None
    return match[1] if match else value


def canonical_url(url: str) -> str | None:
    """Returns a URL in canonical form, the same for all spellings of one address; None if it is not an absolute URL.

    A fragment that starts with ``/`` or ``!`` is a route: an application shows another page for each. It is kept.
    http and https, any other fragment, a default port, a final slash, tracking parameters, and the case of
    scheme, host and escapes (``%c3%a9``) make no difference. A name of a host is the same in letters and in ASCII
    (``xn--…``), and so is a letter, figure, ``-``, ``_`` or ``~`` of a path with and without escape.

    >>> canonical_url("HTTP://Example.org:80/a/?utm_source=x&id=7#top")
    'https://example.org/a?id=7'
    >>> canonical_url("https://example.org/app#/news/7")
    'https://example.org/app#/news/7'
    """
    from urllib.parse import parse_qsl, quote, urlencode, urlsplit

    try:
        split = urlsplit(clean(url).strip())
        host, port = (split.hostname or "").rstrip("."), split.port
    except ValueError:
        return None
    if split.scheme.lower() not in ("http", "https") or not host:
        return None
    if ":" in host:
        host = f"[{host}]"
    elif not host.isascii():
        with suppress(UnicodeError):
            host = host.encode("idna").decode()
    if _NOT_IN_HOST.search(host.strip("[]") if ":" in host else host):
        return None
    if port and port not in (80, 443):
        host = f"{host}:{port}"
    query = [pair for pair in parse_qsl(split.query, keep_blank_values=True) if not _TRACKING.fullmatch(pair[0])]
    path, route = (
        _ESCAPE.sub(_escape, quote(part, safe=safe).rstrip("/"))
        for part, safe in ((split.path, _IN_PATH), (split.fragment, _IN_PATH + "?"))
    )
    return (
        f"https://{host}{path}" + (f"?{urlencode(query)}" if query else "") + (f"#{route}" if _is_route(route) else "")
    )


def _is_route(fragment: str) -> bool:
    return fragment.startswith(("/", "!"))


def _escape(escape: re.Match[str]) -> str:
    """Returns an escape of an address in capitals; for a character that needs none, the character."""
    character = chr(int(escape[0][1:], 16))
    return character if character in _UNRESERVED else escape[0].upper()
