"""Uniting: makes several articles one. The first is kept, and the ids of the others lead to it from then on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import closing
from copy import deepcopy

from docarchive import frontmatter, keys
from docarchive.archive import lookup
from docarchive.archive.changing.change import Changer, Observe, run
from docarchive.archive.changing.editing import three_way
from docarchive.archive.changing.reports import ChangeReport
from docarchive.archive.importing.last_import import LastImport
from docarchive.archive.importing.merging import SETS
from docarchive.archive.importing.parsing import Parser
from docarchive.archive.reports import Conflict
from docarchive.archive.session import Session
from docarchive.article import Article, is_bare
from docarchive.catalog import Catalog, Row
from docarchive.errors import NotFoundError, UsageError
from docarchive.identity import SHARED, make_id, strong_identity
from docarchive.readers import ReadOptions


def merge(session: Session, ids: Iterable[str], *, dry_run: bool, observe: Observe) -> ChangeReport:
    """Merges articles; see ``Archive.merge``."""
    with session.writing():
        chosen = _chosen(session, ids)

        def change(changer: Changer) -> None:
            rows = dict(changer.rows(chosen))
            present = [row for row in rows.values() if row is not None]
            if len(present) < len(rows):
                gone = next(id_ for id_, row in rows.items() if row is None)
                raise NotFoundError(f"the file of {gone} is gone; run 'docarchive sync'")
            with closing(Parser(1)) as parser:
                merge_rows(session, changer, present, LastImport(session.store.original, parser, ReadOptions()))

        return run(session, "merge", " ".join(chosen), change, dry_run=dry_run, observe=observe)


def merge_rows(session: Session, changer: Changer, rows: Sequence[Row], last_import: LastImport) -> None:
    """Adds to the batch that articles become a part of the first one; raises as ``Changer.read`` does."""
    read = [changer.read(row) for row in rows]  # all of them, before anything is written
    united, conflicts = unite([article for _, article in read], last_import)
    if conflicts:
        changer.report.conflicts.append(Conflict(united.id, tuple(conflicts)))
    drop_names_of_others(united, session.catalog, [row.id for row in rows])
    (kept, *others), text = rows, read[0][0]
    changer.write(kept, text, frontmatter.revise(text, united))
    for row in others:
        changer.merge_one(row, kept.id)


def _chosen(session: Session, ids: Iterable[str]) -> list[str]:
    """Returns the full ids of the articles to merge.

    Raises:
        NotFoundError: No article has one of the ids.
        UsageError: There are fewer than two, or an article is named twice.
    """
    chosen: dict[str, str] = {}
    for name in ids:
        id_ = lookup.resolve(session.catalog, name)
        if id_ in chosen:
            is_own = id_.startswith(name) and id_.startswith(chosen[id_])
            twice = f"{id_} is named twice" if is_own else f"{name} and {chosen[id_]} are one article already, {id_}"
            raise UsageError(f"{twice}; name each article once")
        chosen[id_] = name
    if len(chosen) < 2:
        raise UsageError("name two articles or more; the first is kept, and the others become a part of it")
    return [*chosen]


def unite(articles: Sequence[Article], last_import: LastImport) -> tuple[Article, list[str]]:
    """Returns the first of some articles with what the others have more, and the keys of which others were dropped.

    What all imports said of them is what they have in common: of a value that was edited in one of them since, the
    edited one is taken, and an item that was removed from one list is in none.
    """
    first, *others = articles
    imported = last_import.parsed(first)
    united, conflicts = deepcopy(first), dict[str, None]()
    merged = _names(first, first)
    for other in others:
        base = _common(imported, last_import.parsed(other))
        if is_bare(united) and not is_bare(other):
            united.body = other.body  # a bookmark replaces no text
        if united.title_derived and not other.title_derived:
            united.title, united.title_derived = other.title, False
        united, dropped = three_way(base, united, _without_own(other, united))
        conflicts.update(dict.fromkeys(key for key in dropped if key != "body"))
        merged += _names(other, first)
    united.duplicate_of = [id_ for id_ in united.duplicate_of if id_ not in merged]
    united.extra[keys.MERGED] = [*dict.fromkeys(merged)]
    return united, [*conflicts]


def _names(article: Article, kept: Article) -> list[str]:
    """Returns the ids that lead to an article: its own, and that which an import gives one of the same identity."""
    strong = strong_identity(article)
    names = [article.id, *([make_id(strong)] if strong else []), *article.values(keys.MERGED)]
    return [name for name in names if name != kept.id]


def drop_names_of_others(united: Article, catalog: Catalog, chosen: Sequence[str]) -> None:
    """Removes ids from those that lead to an article if they lead to one that is not merged: addresses are edited."""
    names = united.values(keys.MERGED)
    united.extra[keys.MERGED] = [
        name for name in names if (owner := catalog.owner_of([name])) is None or owner[1].id in chosen
    ]


def _without_own(other: Article, united: Article) -> Article:
    """Returns an article with what is said of only one file as another article has it, and that one's text."""
    theirs = deepcopy(other)
    for key in keys.PROVENANCE:
        if key != "duplicate_of":
            setattr(theirs, key, getattr(united, key))
    for key in (keys.MERGED, *SHARED):
        theirs.extra.pop(key, None)
        if key in united.extra:
            theirs.extra[key] = united.extra[key]
    if theirs.title_derived:
        theirs.title, theirs.title_derived = united.title, united.title_derived
    theirs.body = united.body
    return theirs


def _common(one: Article | None, other: Article | None) -> Article:
    """Returns what two imports both said."""
    common = Article()
    if one is None or other is None:
        return common
    for key in keys.KNOWN:
        values = getattr(one, key), getattr(other, key)
        if key in SETS:
            setattr(common, key, [item for item in values[0] if item in values[1]])
        elif values[0] == values[1]:
            setattr(common, key, values[0])
    common.extra = {key: value for key, value in one.extra.items() if other.extra.get(key) == value}
    return common
