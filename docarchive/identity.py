"""What makes two inputs the same article, and the id that follows from it.

Owns canonical URLs, identities, content digests and ids. In order, the identity of an article is
its URL, its DOI, guid or Message-ID, its source together with the source's own id, the id that
another system gave it together with its content, or its content alone.
"""

from __future__ import annotations

import json
import re
from hashlib import sha256
from typing import NamedTuple

from docarchive import keys
from docarchive.article import ID_FORM, Article, clean

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_SHIFTS = range(59, 3, -5)  # of the first 60 bits of 64, by fives
_TRACKING = re.compile(r"utm_\w+|fbclid|gclid|dclid|msclkid|mc_cid|mc_eid|igshid|ref_src|cmpid", re.IGNORECASE)
_ESCAPE = re.compile(r"%[0-9A-Fa-f]{2}")
#: A DOI as people write it; its first group is the DOI alone.
DOI = re.compile(r"(?:doi:\s*|https?://(?:dx\.)?doi\.org/)?(10\.\d{4,9}/\S+)", re.IGNORECASE)
_encode = json.JSONEncoder(ensure_ascii=False, sort_keys=True, default=str).encode
_UNSAID = frozenset({"id", *keys.PROVENANCE})
_GUID_KEYS = ("guid", "message_id", "message-id", "uuid")


def strong_identity(article: Article) -> str | None:
    """Returns the identity that outlives changes of the text, or None if the article has none.

    Returns:
        ``url:…``, ``doi:…``, ``guid:…`` or ``source:…``.
    """
    if article.url and (url := canonical_url(article.url)):
        return f"url:{url}"
    lowered = {key.lower(): value for key, value in article.extra.items()}
    doi = lowered.get("doi")
    if isinstance(doi, str) and (match := DOI.fullmatch(doi.strip())):
        return f"doi:{match[1].lower()}"
    for key in _GUID_KEYS:
        guid = lowered.get(key)
        if isinstance(guid, str) and guid.strip():
            return f"guid:{guid.strip().strip('<>')}"
    if article.source and article.source_id:
        return f"source:{article.source}/{article.source_id}"
    return None


class ArticleIdentity(NamedTuple):
    """What tells an article from others, made once where several steps ask for it.

    Attributes:
        strong: See ``strong_identity``.
        content: See ``content_digest``.
    """

    strong: str | None
    content: str

    @classmethod
    def of(cls, article: Article) -> ArticleIdentity:
        """Makes both of an article; they hold as long as what it says is not changed."""
        return cls(strong_identity(article), content_digest(article))


def identity(article: Article, identified: ArticleIdentity | None = None) -> str:
    """Returns the identity of an article: the strong one, else one made from its content.

    Args:
        article: The article.
        identified: What is known of it already.
    """
    strong, digest = identified or ArticleIdentity.of(article)
    if strong:
        return strong
    return f"source_id:{article.source_id} content:{digest}" if article.source_id else f"content:{digest}"


def content_digest(article: Article) -> str:
    """Returns the digest of what an article says: 32 hex digits over metadata and text.

    Its id and where it came from (``keys.PROVENANCE``) are no part of that.
    """
    metadata = article.metadata()
    said = {key: value for key, value in metadata.items() if key not in _UNSAID}
    text = _encode(said) + "\0" + article.body
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def is_exported(id_: object, archived: object, original: object) -> bool:
    """Returns whether an article left an archive with these values, so that it keeps them when it is imported again.

    Args:
        id_: Its id. One that a person chose does not count: two archives may have it for two articles.
        archived: When it was archived, in any form.
        original: What it says of its original file.
    """
    return bool(archived) and str(original).startswith("sha256:") and ID_FORM.fullmatch(str(id_)) is not None


def make_id(identity: str) -> str:
    """Returns the id for an identity: the first 60 bits of its SHA-256 in Crockford's base 32.

    Among ten million articles, two share an id with a chance of 1 in 20,000.
    """
    number = int.from_bytes(sha256(identity.encode("utf-8", "surrogatepass")).digest()[:8], "big")
    return "".join([_ALPHABET[number >> shift & 31] for shift in _SHIFTS])


def canonical_url(url: str) -> str | None:
    """Returns a URL in the form in which two spellings of one address are equal.

    http and https, a fragment, a default port, a final slash, tracking parameters, and the case of
    scheme, host and escapes (``%c3%a9``) make no difference. None for what is no absolute web address.

    >>> canonical_url("HTTP://Example.org:80/a/?utm_source=x&id=7#top")
    'https://example.org/a?id=7'
    """
    from urllib.parse import parse_qsl, quote, urlencode, urlsplit

    try:
        parts = urlsplit(clean(url).strip())
        host, port = (parts.hostname or "").rstrip("."), parts.port
    except ValueError:
        return None
    if parts.scheme.lower() not in ("http", "https") or not host:
        return None
    if ":" in host:
        host = f"[{host}]"
    if port and port not in (80, 443):
        host = f"{host}:{port}"
    query = [pair for pair in parse_qsl(parts.query, keep_blank_values=True) if not _TRACKING.fullmatch(pair[0])]
    path = quote(parts.path, safe="/%:@!$&'()*+,;=~-._").rstrip("/")
    path = _ESCAPE.sub(lambda escape: escape[0].upper(), path)
    return f"https://{host}{path}" + (f"?{urlencode(query)}" if query else "")
