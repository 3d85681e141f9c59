"""Articles that state one DOI and are two: a DOI that was copied from another reference, or that of a whole volume."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from docarchive.archive.importing.destination import Destination
from docarchive.archive.importing.records import NewArticle
from docarchive.article import Article
from docarchive.catalog import Entry
from docarchive.errors import ArchiveDamaged, InputError, NotFoundError
from docarchive.identity import DOI_SHARED, make_id
from docarchive.store import article_path

_WORD: Final = re.compile(r"\w{2,}")


def find(new: NewArticle, entry: Entry, destination: Destination) -> Entry | None:
    """Returns the entry of an article, given the one that has its DOI.

    An article whose DOI another one has, with nothing in common in title and authors, is not that one: it gets an id of
    its own, and names the other one under ``doi_shared_with``.
    """
    if new.identity().content == entry.content:
        return entry
    if _are_alike(new.article, entry, destination):
        return entry
    own = destination.entry(new.article.id)
    if own is not None and own.id != entry.id and _are_alike(new.article, own, destination):
        return own
    article = new.article
    article.id = make_id(f"{new.strong} {' '.join(sorted(_words(article.authors)))}")  # they change less than titles
    article.extra[DOI_SHARED] = entry.id
    new.path, new.identified = article_path(article), None
    return destination.entry(article.id)


def _are_alike(article: Article, entry: Entry, destination: Destination) -> bool:
    """Returns whether an article and one in the archive share a word of title or authors, or say too little."""
    try:
        _, other = destination.read(entry)
    except (NotFoundError, InputError, ArchiveDamaged):
        return True  # what becomes of it is decided where it is updated
    if article.title_derived or other.title_derived or not (article.authors and other.authors):
        return True
    titles = _words([article.title]) & _words([other.title])
    return bool(titles or _words(article.authors) & _words(other.authors))


def _words(texts: Iterable[str]) -> set[str]:
    return {word.casefold() for text in texts for word in _WORD.findall(text)}
