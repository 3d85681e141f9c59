"""Identity: what makes two inputs the same article, and the id that follows from it. See docs/decisions/0004.

Owns identities, content digests and ids. The identity of an article is the first of these that it has:
its URL, its DOI, its guid or Message-ID, its source together with the source's id, the id that another system gave it
together with its content, its content alone. If several articles of an input have one URL, that of the second and
others is the URL together with what else names them.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from docarchive import keys
from docarchive.article import DOI, ID_FORM, Article, canonical_url
from docarchive.digests import sha256
from docarchive.records import NamedTuple, replace

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_SHIFTS = range(59, 3, -5)  # to take the first 60 of 64 bits, five at a time
_encode = json.JSONEncoder(ensure_ascii=False, sort_keys=True, default=str).encode
_NOT_CONTENT = frozenset({"id", *keys.PROVENANCE})
#: The key under which an article has the id of the one whose address it has too; see ``archive.importing.same_url``.
URL_SHARED = "url_shared_with"
#: The key under which it has the id of the one whose DOI it has too; see ``archive.importing.same_doi``.
DOI_SHARED = "doi_shared_with"
SHARED = (URL_SHARED, DOI_SHARED)
_GUID_KEYS = ("guid", "message_id", "message-id", "uuid")
_GLOBAL_KEYS = frozenset({"doi", *_GUID_KEYS})
#: The keys, in small letters, that identities are made from: no two articles should have one value of them.
NAMING_KEYS = frozenset({"url", "source_id", *_GLOBAL_KEYS})


def strong_identity(article: Article) -> str | None:
    """Returns the identity that stays when the text changes, or None if the article has none.

    Returns:
        The identity: ``url:…``, ``doi:…``, ``guid:…`` or ``source:…``.
    """
    if article.url and (address := canonical_url(article.url)):
        return f"url:{address} {own_name(article)}" if article.extra.get(URL_SHARED) else f"url:{address}"
    if name := _global_name(article):
        return name
    if article.source and article.source_id:
        return f"source:{article.source}/{article.source_id}"
    return None


def own_name(article: Article) -> str:
    """Returns what names an article that has its address in common with others.

    It is its DOI or guid, its source's id, its key in a bibliography, or else the fragment of its URL, which starts
    with ``#`` and may be empty.
    """
    if name := _global_name(article):
        return name
    if article.source_id:
        return f"id:{article.source_id}"
    if key := article.extra.get(keys.CITATION_KEY):
        return f"key:{key}"
    return f"#{(article.url or '').partition('#')[2]}"


def _global_name(article: Article) -> str | None:
    """Returns the DOI or the guid of an article: ``doi:…`` or ``guid:…``."""
    if _GLOBAL_KEYS.isdisjoint(map(str.lower, article.extra)):
        return None
    extra = {key.lower(): value for key, value in article.extra.items()}
    doi = extra.get("doi")
    if isinstance(doi, str) and (match := DOI.fullmatch(doi.strip())):
        return f"doi:{match[1].lower()}"
    for key in _GUID_KEYS:
        guid = extra.get(key)
        if isinstance(guid, str) and guid.strip():
            return f"guid:{guid.strip().strip('<>')}"
    return None


class ArticleIdentity(NamedTuple):
    """What distinguishes an article from others, computed once for several steps.

    Attributes:
        strong: The result of ``strong_identity``.
        content: The result of ``content_digest``.
    """

    strong: str | None
    content: str

    @classmethod
    def of(cls, article: Article, metadata: Mapping[str, Any] | None = None) -> ArticleIdentity:
        """Computes both for an article; they are valid until its metadata or text changes.

        ``metadata`` is the result of its ``metadata()``; computed if left out.
        """
        return cls(strong_identity(article), content_digest(article, metadata))


def identity(article: Article, known: ArticleIdentity | None = None) -> str:
    """Returns the identity of an article: the strong one, else one made from its content without notes and highlights.

    Args:
        article: The article.
        known: Its parts, if they are computed already.
    """
    strong, digest = known or ArticleIdentity.of(article)
    if strong:
        return strong
    if article.highlights or article.notes:
        digest = content_digest(replace(article, highlights=[], notes=[]))
    return f"source_id:{article.source_id} content:{digest}" if article.source_id else f"content:{digest}"


def content_digest(article: Article, metadata: Mapping[str, Any] | None = None) -> str:
    """Returns the digest of an article's content: 32 hex digits, computed from metadata and text.

    Its id and its provenance (``keys.PROVENANCE``) are not part of its content. Notes and highlights are: whoever
    compares two versions must see them. ``metadata`` is the result of its ``metadata()``; computed if left out.
    """
    return digest_of(content_of(article, metadata))


def content_of(article: Article, metadata: Mapping[str, Any] | None = None) -> str:
    """Returns an article's content as the text that ``content_digest`` is the digest of."""
    metadata = metadata or article.metadata()
    content = {key: value for key, value in metadata.items() if key not in _NOT_CONTENT}
    return _encode(content) + "\0" + article.body


def digest_of(content: str) -> str:
    """Returns the digest of a content that ``content_of`` has returned."""
    return sha256(content.encode("utf-8", "surrogatepass")).hexdigest()[:32]


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

    Among ten million articles, the chance that any two have the same id is 1 in 20,000.
    """
    number = int.from_bytes(sha256(identity.encode("utf-8", "surrogatepass")).digest()[:8], "big")
    return "".join([_ALPHABET[number >> shift & 31] for shift in _SHIFTS])
