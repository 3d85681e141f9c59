"""Restoring: moves articles out of the trash, and makes an earlier version of one the current one."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import closing

from docarchive import failures, frontmatter, keys
from docarchive.archive import lookup
from docarchive.archive.changing.change import Changer, Observe, run
from docarchive.archive.changing.reports import ChangeReport
from docarchive.archive.search import listing
from docarchive.archive.session import Session
from docarchive.archive.trash.searching import tree_of
from docarchive.archive.trash.trash import Trash
from docarchive.archive.versions.versions import Versions
from docarchive.article import Article
from docarchive.errors import ArchiveDamaged, InputError, NotFoundError
from docarchive.store.layout import path_before_trash


def restore(
    session: Session, query: str | None, ids: Iterable[str] | None, *, dry_run: bool, observe: Observe
) -> ChangeReport:
    """Moves articles out of the trash; see ``Archive.restore_articles``."""
    with session.writing(), closing(Trash(session, names_damaged=query == "")) as trash:
        chosen = selected(trash, query, ids)
        words = query if query is not None else " ".join(chosen)

        def change(changer: Changer) -> None:
            paths: set[str] = set()  # of those that are restored
            for id_ in changer.in_batches(chosen):
                _restore_one(session, trash, changer, id_, paths)
            for path, reason in trash.damaged.items() if query == "" else ():
                changer.refuse("", path, reason)

        return run(session, "restore", words, change, dry_run=dry_run, observe=observe)


def selected(trash: Trash, query: str | None, ids: Iterable[str] | None) -> list[str]:
    """Returns the ids of the articles in the trash that match a query, or have the given ids.

    Raises:
        NotFoundError: No article in the trash has one of the ids.
    """
    if ids is not None:
        return [*dict.fromkeys(trash.resolve(id_) for id_ in ids)]
    return [row.id for row in listing.rows(trash, tree_of(trash, query or ""), "-date", None, 0, [])]


def _restore_one(session: Session, trash: Trash, changer: Changer, id_: str, paths: set[str]) -> None:
    """Adds to the batch that a file in the trash becomes the file of an article again, or refuses that."""
    entry = trash.catalog.entry(id_)
    path = path_before_trash(entry.path) if entry is not None else None
    assert entry is not None
    assert path is not None
    try:
        article, _, _ = trash.read(entry.path)
        content = session.store.folder.read(entry.path)
    except OSError as error:
        changer.refuse(id_, entry.path, f"cannot be read: {failures.reason(error)}")
        return
    except (InputError, NotFoundError, ArchiveDamaged) as error:
        changer.refuse(id_, entry.path, str(error))
        return
    if owner := session.catalog.owner_of([id_, *article.values(keys.MERGED)]):
        changer.refuse(id_, entry.path, f"the archive has {owner[1].path} with the id {owner[0]}; remove that first")
    elif path in paths or session.store.exists(path):
        changer.refuse(id_, entry.path, f"{path} is taken by another file; move that first")
    else:
        paths.add(path)
        changer.restore_one(id_, entry.path, path, content)


def restore_version(session: Session, id_: str, version: int, *, dry_run: bool, observe: Observe) -> ChangeReport:
    """Makes an earlier version of an article the current one; see ``Archive.restore_version``."""
    with session.writing():
        id_ = lookup.resolve(session.catalog, id_)
        versions = Versions(session, id_)
        number = versions.number(version)
        path = versions.path(number)

        def change(changer: Changer) -> None:
            ((_, row),) = changer.rows([id_])
            if row is None:
                raise NotFoundError("its file is gone; run 'docarchive sync'")
            before, current, is_put_back = changer.read_or_put_back(row)
            text = before if number == versions.current else _as_version_of(current, versions.text(number), path)
            if before != text:
                changer.write(row, before, text)
            elif is_put_back:
                changer.count(id_, current.title, row.path, "restored")
            else:
                changer.report.unchanged += 1

        return run(session, "restore", f"{id_} --version {number}", change, dry_run=dry_run, observe=observe)


def _as_version_of(current: Article, text: str, path: str) -> str:
    """Returns the text of a version; the ids of the articles that were merged into the current one stay in it.

    Raises:
        ArchiveDamaged: It is a version of another article.
    """
    article = frontmatter.read_article(text)
    merged = current.values(keys.MERGED)
    if article.id not in ("", current.id, *merged):
        raise ArchiveDamaged(f"{path} has another id than {current.id}, whose version it is")
    if article.id in ("", current.id) and article.values(keys.MERGED) == merged:
        return text
    article.id = current.id
    article.extra[keys.MERGED] = merged
    return frontmatter.revise(text, article)
