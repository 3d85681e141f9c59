"""Articles that have one address and are several: entries of a feed that all link to one page.

Articles of one input with one address are different if what else names them differs: DOI, guid, the source's id, or
the fragment of the URL together with the text, or the key in a bibliography together with the title. So are two files
that are one article each, name themselves, and have different titles or ids of docarchive: notes on one page, say.

The first keeps the identity of its URL. Each other one gets an identity made from the URL and its name, and names the
first under ``identity.URL_SHARED``, so that the catalog can be built from the files. Once an archive has several
articles with an address, any input may add another one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from docarchive.archive.importing.destination import Destination
from docarchive.archive.importing.records import NewArticle, PendingRecord, RefusedInput
from docarchive.article import ID_FORM, Article
from docarchive.catalog import Entry
from docarchive.errors import ArchiveDamaged, InputError, NotFoundError
from docarchive.identity import URL_SHARED, make_id, own_name
from docarchive.store import article_path


class SharedUrls:
    """Finds which articles of an import have one address and are several."""

    def __init__(self, destination: Destination) -> None:
        self._destination = destination
        self._ids: set[tuple[int, str]] = set()  # of the batch's unchanged records, each with its input
        self._urls: set[tuple[int, str]] = set()  # identities that several of the batch's articles have in one input

    def look_ahead(
        self,
        pending: Sequence[PendingRecord | RefusedInput],
        parsed: Mapping[str, NewArticle | InputError],
        unchanged: Mapping[str, str],
    ) -> None:
        """Notes which addresses the records of a batch share with others of their input, in any order.

        Args:
            pending: The records.
            parsed: Their articles by fingerprint, unless they are unchanged.
            unchanged: The ids of the articles of the others by fingerprint.
        """
        self._ids.clear()
        self._urls.clear()
        seen: dict[tuple[int, str], NewArticle] = {}
        for record in pending:
            if not isinstance(record, PendingRecord):
                continue
            new = parsed.get(record.fingerprint)
            if id_ := unchanged.get(record.fingerprint):
                self._ids.add((id(record.input), id_))
            elif isinstance(new, NewArticle) and new.strong and new.at_shared_url:
                key = (id(record.input), new.strong)
                first = seen.setdefault(key, new)
                if first.at_shared_url != new.at_shared_url and _are_different(new.article, first.article):
                    self._urls.add(key)

    def tell_apart(self, new: NewArticle, other: Article) -> None:
        """Gives an article an identity of its own if another one of its input, not yet stored, has its address."""
        if new.at_shared_url and new.article.original == other.original and _are_different(new.article, other):
            _set_apart(new, other.id)

    def find(self, new: NewArticle, entry: Entry | None, record: PendingRecord) -> Entry | None:
        """Returns the entry of an article, given the one that has its address; sets the article apart from others.

        Args:
            new: The article.
            entry: What has its identity or its id, or None.
            record: The record that the article came from.
        """
        name = new.at_shared_url
        if name is None or name == new.strong:
            return entry
        own = self._destination.find(name, make_id(name))
        if own is not None:
            _set_apart(new, (entry or own).id if new.exported else None)  # else it keeps what its file says
            return own
        if entry is None or not self._is_another(new, entry, record):
            return entry
        _set_apart(new, entry.id)
        return None

    def _is_another(self, new: NewArticle, entry: Entry, record: PendingRecord) -> bool:
        """Returns whether the article of an entry is another one than that with the same address."""
        if new.identity().content == entry.content:
            return False
        try:
            _, other = self._destination.read(entry)
        except (NotFoundError, InputError, ArchiveDamaged):
            return False  # what becomes of it is decided where it is updated
        if not _are_different(new.article, other):
            return False
        input_ = id(record.input)
        return (
            other.original == new.article.original
            or _are_files_that_differ(new.article, other)
            or (input_, new.strong) in self._urls
            or (input_, entry.id) in self._ids
            or self._destination.shares_url(new.strong or "")
        )


def _are_different(one: Article, other: Article) -> bool:
    """Returns whether two articles with one address, of one input, are different articles."""
    names = [own_name(one), own_name(other)]
    if names[0] == names[1]:
        return False
    if all(name.startswith("#") for name in names):  # the same page may be listed as page#a and as page#b
        return (one.title, one.body) != (other.title, other.body)
    if all(name.startswith("key:") for name in names):  # the same work may be listed twice, with two keys
        return _letters(one.title) != _letters(other.title)
    return True


def _are_files_that_differ(one: Article, other: Article) -> bool:
    """Returns whether two different articles are all of their files, and name themselves as different articles do.

    A feed that is imported again may have other names for its entries, and a page that is saved again has none.
    """
    if one.fingerprint is not None or other.fingerprint is not None:
        return False
    names = [own_name(one), own_name(other)]
    if any(name.startswith(("#", "key:")) for name in names):
        return False
    are_ids = all(ID_FORM.fullmatch(name.removeprefix("id:")) for name in names)
    return are_ids or _letters(one.title) != _letters(other.title)


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text.casefold()))


def _set_apart(new: NewArticle, first: str | None) -> None:
    """Gives an article the identity of a shared address, and states whose address it is, if that is not None."""
    article, name = new.article, new.at_shared_url
    assert name is not None
    if first is not None:
        article.extra[URL_SHARED] = first
    if not new.exported:
        article.id = make_id(name)
    new.strong, new.path, new.identified = name, article_path(article), None
