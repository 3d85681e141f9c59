"""Joining: the article that two archives have, each in its own state, as one.

The rule treats both alike, so it does not matter which archive is joined to which, or how often. An article comes from
an edition of its source: the record that was imported last. What an archive says otherwise than its edition was edited
there. Where the edition's original is lost, nothing counts as edited.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from copy import deepcopy
from typing import Any, Final

from docarchive import keys
from docarchive.archive.changing.editing import BODY, set_value, value_of
from docarchive.archive.importing.merging import SETS
from docarchive.article import Article, Highlight, Note, edition, is_bare
from docarchive.article.annotations import plain_of
from docarchive.records import NamedTuple

#: Keys that are not joined by themselves: a title that was derived goes with the text, the rest with the edition.
_APART: Final = frozenset({"id", "title", "title_derived", keys.MERGED, *keys.PROVENANCE, *keys.SEVERAL}) - {"authors"}
_ITEMS: Final = sorted(SETS - {*keys.PROVENANCE})
_encode: Final = json.JSONEncoder(ensure_ascii=False, sort_keys=True, default=str).encode

#: The values of an article by key, as texts that can be compared; without those that are empty.
_Texts = Mapping[str, str]


class Side(NamedTuple):
    """An article as one archive has it.

    Attributes:
        article: The article as its file has it.
        imported: The article as its original has it; None if that cannot be read.
        earlier: The editions of its earlier versions.
    """

    article: Article
    imported: Article | None
    earlier: Collection[str]


class Joined(NamedTuple):
    """An article with what both archives have of it.

    Attributes:
        article: The article.
        conflicts: The keys that both have changed in different ways; ``body`` is the text.
        imported: The article as the original of its edition has it; None if that cannot be read.
    """

    article: Article
    conflicts: list[str]
    imported: Article | None


def join(ours: Side, theirs: Side) -> Joined:
    """Joins an article of this archive with that of another one.

    Of a key that only one of them has changed, its value is taken, and of one that both have, the longer value. Of one
    that neither has, the value of the newer edition, or else that of the other. Lists get what either has, without
    what one of them has removed.
    """
    is_same = edition(ours.article) == edition(theirs.article)
    newer, older = (ours, theirs) if is_same or _is_newer(ours, theirs) else (theirs, ours)
    base_newer = newer.imported or (older.imported if is_same else None)
    base_older = base_newer if is_same else older.imported
    joined = deepcopy(newer.article)
    conflicts: list[str] = []
    new, old, said_new, said_old = map(_texts, (newer.article, older.article, base_newer, base_older))
    for key in sorted({*new, *old, *said_new, *said_old}):
        choice = _Choice(new.get(key), old.get(key), said_new.get(key), said_old.get(key))
        is_older, is_conflict = choice.made(
            known=base_newer is not None, known_old=base_older is not None, same=is_same
        )
        if is_conflict:
            conflicts.append(key)
        if is_older:
            set_value(joined, key, deepcopy(value_of(older.article, key)))
    if joined.title_derived:
        with_text = newer if joined.body == newer.article.body else older
        joined.title, joined.title_derived = value_of(with_text.article, "title")
    for key in _ITEMS:
        lists = (getattr(side, key) if side else [] for side in (newer.article, older.article, base_newer, base_older))
        setattr(joined, key, _items(*lists))
    if merged := {*newer.article.values(keys.MERGED), *older.article.values(keys.MERGED)} - {joined.id}:
        joined.extra[keys.MERGED] = sorted(merged)
    return Joined(joined, conflicts, base_newer)


class _Choice(NamedTuple):
    """The values of one key in both articles and in the originals of both, as texts; None for no value."""

    new: str | None  # of the article of the newer edition
    old: str | None
    said_new: str | None
    said_old: str | None

    def made(self, *, known: bool, known_old: bool, same: bool) -> tuple[bool, bool]:
        """Returns whether the older article's value is taken, and whether that is a conflict.

        Args:
            known: Whether the original of the newer edition can be read.
            known_old: Whether that of the older one can.
            same: Whether both are of one edition.
        """
        new, old, said_new, said_old = self
        if new == old:
            return False, False
        if not known:
            is_conflict = same and None not in (new, old)
            return (_rank(old) > _rank(new) if same else new is None), is_conflict
        is_old_edited = known_old and old not in (said_old, said_new)
        if new != said_new:
            return (is_old_edited and _rank(old) > _rank(new)), is_old_edited
        if is_old_edited:
            return True, not same and new not in (None, said_old)
        return new is None, False


def _is_newer(one: Side, other: Side) -> bool:
    """Returns whether the edition of an article is newer than that of the other.

    A bookmark replaces no text. Where one archive had the edition of the other before its own, its own is newer.
    """
    bare, bare_other = is_bare(one.article), is_bare(other.article)
    if bare != bare_other:
        return bare_other
    follows, precedes = edition(other.article) in one.earlier, edition(one.article) in other.earlier
    if follows != precedes:
        return follows
    return _age(one.article) > _age(other.article)


def _age(article: Article) -> tuple[str, str, str]:
    dates = (article.updated, article.archived)
    updated, archived = (date.start if date else "" for date in dates)
    return updated, archived, edition(article)


def _items(new: list[Any], old: list[Any], said_new: list[Any], said_old: list[Any]) -> list[Any]:
    """Joins two lists: the items that the newer original has, in its order, then the others by their texts."""
    mine, theirs, base, base_old = ({_text(item): item for item in items} for items in (new, old, said_new, said_old))
    if [*mine] == [*theirs]:
        return new
    both = theirs | mine
    removed = base_old.keys() - theirs.keys()
    kept = [text for text in base if text in mine and text not in removed]
    added = sorted(both.keys() - base.keys(), key=lambda text: (_time(both[text]), text))
    return [both[text] for text in (*kept, *added)]


def _time(item: Any) -> str:
    """Returns when a note or highlight was made: they are in that order; empty for any other item."""
    return item.created.start if isinstance(item, Highlight | Note) and item.created else ""


def _texts(article: Article | None) -> _Texts:
    """Returns the values of an article that are joined by themselves; that of a title that was derived is none."""
    if article is None:
        return {}
    names = [key for key in (*keys.KNOWN, *article.extra, BODY) if key not in _APART]
    values = {key: _text(value) for key in names if (value := value_of(article, key)) not in (None, "", [])}
    title = {"title": article.title} if article.title and not article.title_derived else {}
    return values | title


def _text(value: Any) -> str:
    """Returns a value as a text that can be compared."""
    plain = plain_of(value)
    return plain if isinstance(plain, str) else _encode(plain)


def _rank(text: str | None) -> tuple[int, str]:
    """Returns what values that are in conflict are chosen by: the longer one, else the one that sorts last."""
    return (-1, "") if text is None else (len(text), text)
