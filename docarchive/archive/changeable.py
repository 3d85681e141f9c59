"""Changeable: the methods of ``Archive`` that change articles, take changes back, and list them."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, Unpack

from docarchive.archive.border import guarded
from docarchive.arguments import checked
from docarchive.errors import UsageError

if TYPE_CHECKING:
    from docarchive.archive.alterations import Alteration
    from docarchive.archive.changing.change import Changer, Observe
    from docarchive.archive.changing.reports import ChangedArticle, ChangeReport, LogEntry, PurgeReport, UnionReport
    from docarchive.archive.import_and_export_options import ImportOptions
    from docarchive.archive.importing.additions import Articles
    from docarchive.archive.reports import ImportReport
    from docarchive.archive.session import Session
    from docarchive.archive.sessions import Sessions
    from docarchive.archive.trash.listing import TrashedArticle
    from docarchive.article import Article
    from docarchive.engines import Sort
    from docarchive.query import Node


def _ignore(_: object) -> None:
    """Ignores what is done to an article."""


@guarded
class Changeable:
    """An archive whose articles can be changed."""

    _sessions: Sessions

    if TYPE_CHECKING:

        @property
        def _session(self) -> Session: ...
        def _parse(self, query: str) -> Node: ...
        def _is_in_trash(self, query: str) -> bool: ...
        def _ids_of(self, query: str) -> Sequence[str]: ...

    @checked
    def add(
        self,
        article: Article | Mapping[str, Any] | str,
        *,
        original: bytes | str | os.PathLike[str] | None = None,
        original_name: str | None = None,
        **options: Unpack[ImportOptions],
    ) -> str:
        """Adds an article as an import does: one that the archive has is unchanged, or is updated.

        Args:
            article: An article, a mapping as an import of JSON reads one, or Markdown with or without front matter; a
                text in another form if the option ``format`` names it.
            original: Bytes, or the path of a file, to keep as its original, such as the page that it was made from. If
                left out, the article is kept as it is passed.
            original_name: The name of the original's file, such as ``page.html``; that of the path if left out.
            options: See ``import_``.

        Returns:
            The id of the article.

        Raises:
            InputError: It has neither text nor title, or a value is not valid.
            UsageError: The article was deleted earlier, and ``again`` is not set; or the original cannot be opened.
            ArchiveLocked: Another process is writing.
        """
        from docarchive.archive.importing.additions import OriginalFile
        from docarchive.archive.importing.run import add

        file = None
        if original is not None:
            path = "original" if isinstance(original, bytes) else os.path.basename(original)
            file = OriginalFile(os.path.basename(original_name or path), original)
        elif original_name is not None:
            raise UsageError("original_name is the name of an original; pass one")
        return add(self._session, article, file, options)

    @checked
    def add_all(self, articles: Articles, **options: Unpack[ImportOptions]) -> ImportReport:
        """Adds many articles, which are taken from an iterable in batches; all of them are one change in the log.

        While the iterable is read, no other process can write. If it raises an error, earlier batches are stored.

        Args:
            articles: What ``add`` takes, in any number.
            options: See ``import_``.

        Returns:
            Counts, and every refusal with its reason.

        Raises:
            ArchiveLocked: Another process is writing.
        """
        from docarchive.archive.importing.run import add_all

        return add_all(self._session, articles, options)

    @checked
    def edit(
        self,
        id: str,
        text: str,
        *,
        base: str | None = None,
        dry_run: bool = False,
        observe: Observe = _ignore,
    ) -> ChangeReport:
        """Replaces the text of an article's file, which has the front matter too; every other byte is as in ``text``.

        Args:
            id: An id, as ``get`` takes it.
            text: The new text.
            base: The text that was edited, as the method ``text`` returned it. What another process has changed since
                is merged key by key. If left out, nothing is merged.
            dry_run: Change nothing, and report what would be changed.
            observe: Called with a ``Decision`` on the article.

        Raises:
            NotFoundError: There is no such article.
            InputError: The front matter cannot be read, a value is not valid, or a key was changed that docarchive
                writes itself, such as the id.
            EditConflict: Another process has changed the text below the front matter since, and so does the edit.
        """
        from docarchive.archive.changing import editing

        return editing.edit(self._session, id, text, base, dry_run=dry_run, observe=observe)

    @checked
    def note(
        self,
        id: str,
        text: str | None = None,
        *,
        remove: int | None = None,
        dry_run: bool = False,
        observe: Observe = _ignore,
    ) -> ChangeReport:
        """Adds a note to an article, or removes one; ``get(id).notes`` has them.

        Args:
            id: An id, as ``get`` takes it.
            text: The note. The article is unchanged if it has it already.
            remove: The number of a note to remove, from 1 on, instead.
            dry_run: Change nothing, and report what would be changed.
            observe: Called with a ``Decision`` on the article.

        Raises:
            NotFoundError: There is no such article or note.
            UsageError: The text is empty, or there is neither a text nor a number, or both.
        """
        from docarchive.archive.changing import annotating

        alteration = annotating.note(text, remove)
        return annotating.annotate(self._session, "note", id, alteration, dry_run=dry_run, observe=observe)

    @checked
    def highlight(
        self,
        id: str,
        passage: str | None = None,
        *,
        note: str | None = None,
        occurrence: int | None = None,
        remove: int | None = None,
        dry_run: bool = False,
        observe: Observe = _ignore,
    ) -> ChangeReport:
        """Marks a passage of an article, or removes a mark; ``get(id).highlights`` has them.

        Args:
            id: An id, as ``get`` takes it.
            passage: Words of the text, as they are read: white space and markup make no difference.
            note: A note on the passage; that of a passage that is marked already is replaced.
            occurrence: Which one to mark if the text has the passage several times, from 1 on; the first if left out.
            remove: The number of a highlight to remove, from 1 on, instead.
            dry_run: Change nothing, and report what would be changed.
            observe: Called with a ``Decision`` on the article.

        Raises:
            NotFoundError: There is no such article or highlight, or the text does not have the passage.
            UsageError: The passage is empty, or there is neither a passage nor a number, or both.
        """
        from docarchive.archive.changing import annotating

        alteration = annotating.highlight(passage, note, occurrence, remove)
        return annotating.annotate(self._session, "highlight", id, alteration, dry_run=dry_run, observe=observe)

    @checked
    def tag(
        self,
        query: str | None = None,
        *,
        add: Iterable[str] = (),
        remove: Iterable[str] = (),
        ids: Iterable[str] | None = None,
        all: bool = True,
        dry_run: bool = False,
        observe: Observe = _ignore,
    ) -> ChangeReport:
        """Adds tags to articles, and removes tags from them.

        Args:
            query: A query: all its articles are changed; ``""`` for all.
            add: The tags to add. A tag that an article has in another case stays as it is.
            remove: The tags to remove, in any case.
            ids: The ids of the articles, instead of a query.
            all: Whether the query may match all articles; if not, one that does is refused, unless there is only one.
            dry_run: Change nothing, and report what would be changed.
            observe: Called with a ``Decision`` on each article: ``changed``, ``unchanged`` or ``refused``.

        Raises:
            QueryError: The query is malformed.
            NotFoundError: No article has one of the ids.
            UsageError: A tag is empty, or there is neither a query nor ids, or both, or the query is refused.
        """
        from docarchive.archive import alterations

        chosen = alterations.tags(add, remove)
        alteration = alterations.all_of(chosen, "+TAG")
        words = alterations.words_of_tags(chosen)
        return self._alter("tag", words, alteration, query, ids, all, dry_run, observe)

    @checked
    def set(
        self,
        query: str | None = None,
        values: Mapping[str, Any] | None = None,
        *,
        add: Mapping[str, Any] | None = None,
        remove: Mapping[str, Any] | None = None,
        ids: Iterable[str] | None = None,
        all: bool = True,
        dry_run: bool = False,
        observe: Observe = _ignore,
    ) -> ChangeReport:
        """Sets values of articles, by key; for the other arguments see ``tag``.

        Args:
            query: A query; ``""`` for all articles.
            values: The new values; None removes a key.
            add: Values to add to those of keys with several values, such as ``authors``.
            remove: Values to remove from them.
            ids: The ids of the articles, instead of a query.
            all: Whether the query may match all articles.
            dry_run: Change nothing, and report what would be changed.
            observe: Called with a ``Decision`` on each article.

        Raises:
            UsageError: A value is not valid for its key, users cannot set the key, or several articles would get one
                URL, DOI or other value that says which article one is.
        """
        from docarchive.archive.alterations import Assignment, all_of, check_are_of_one, words

        forms = {"=": values, "-=": remove, "+=": add}
        pairs = [(form, *item) for form, items in forms.items() for item in (items or {}).items()]
        if wrong := next((key for _, key, _ in pairs if not isinstance(key, str)), None):
            raise TypeError(f"Archive.set: the name of a key must be a str, not {type(wrong).__name__}")
        chosen = [Assignment.of(key, form, value) for form, key, value in pairs]
        alteration = all_of(chosen)

        def alter(changer: Changer, of: list[str]) -> None:
            check_are_of_one(chosen, len(of))
            changer.alter(of, alteration)

        return self._change("set", words(chosen), alter, query, ids, all, dry_run, observe)

    @checked
    def rename_tag(self, old: str, new: str, *, dry_run: bool = False, observe: Observe = _ignore) -> ChangeReport:
        """Renames a tag in all articles, and those nested in it (``old/inner``); for the arguments see ``tag``.

        Raises:
            UsageError: One of the tags is empty.
        """
        from docarchive.archive import alterations
        from docarchive.archive.changing.change import selected
        from docarchive.query import Label, quote

        old, new = map(alterations.cleaned_tag, (old, new))
        alteration = alterations.renamed_tag(old, new)

        def select() -> tuple[list[str], str]:
            tree = self._parse(f"tag:{quote(old)}")
            assert isinstance(tree, Label)
            return selected(self._session, tree.with_below(), None), alterations.in_a_line((old, new))

        def rename(changer: Changer, chosen: list[str]) -> None:
            changer.alter(chosen, alteration)

        report = self._change_selected("rename-tag", select, rename, dry_run, observe)
        report.unchanged = 0  # they have a longer tag, such as ``old pier``
        return report

    @checked
    def merge(self, *ids: str, dry_run: bool = False, observe: Observe = _ignore) -> ChangeReport:
        """Merges articles that are one: the first is kept, and the ids of the others lead to it from then on.

        It gets what the others have more: keys that it lacks, and tags and other items. Of keys with one value it keeps
        its own, and the report names the keys of which another one has another value. The files of the others, and
        their versions, become versions of it. An import of one of the others finds it.

        Args:
            ids: The ids of the articles, as ``get`` takes them.
            dry_run: Change nothing, and report what would be changed.
            observe: Called with a ``Decision`` on each article: ``changed`` for the first, ``merged`` for the others.

        Raises:
            NotFoundError: There is no such article.
            UsageError: There are fewer than two, or they are one already.
        """
        from docarchive.archive.changing import uniting

        return uniting.merge(self._session, ids, dry_run=dry_run, observe=observe)

    @checked
    def unite(self, other: str | os.PathLike[str], *, dry_run: bool = False, observe: Observe = _ignore) -> UnionReport:
        """Unites the archive with another one: afterwards it has what both have, and the other is as it was.

        That are articles, earlier versions, originals and pictures, the trash, refused inputs, and the list of deleted
        articles. It makes no difference which archive is united with which, or how often. An article that only one of
        them has is kept, also if the other has removed it. One that both have is merged three ways with what its
        import said; its other text becomes a version. What is damaged there is refused, and the rest is added. It is
        one change, of which ``undo`` takes back what it did to articles. After an interruption, do it again.

        Args:
            other: The folder of the other archive.
            dry_run: Change nothing, and report what would be changed.
            observe: Called with a ``Decision`` on each article: ``new``, ``changed``, ``unchanged``, ``merged`` or
                ``refused``.

        Raises:
            NotAnArchive: There is no archive.
            ArchiveDamaged: The other archive cannot be read, or a later version of docarchive has made it.
            UsageError: It is this archive.
        """
        from docarchive.archive.changing.union.run import unite
        from docarchive.paths import expanded

        return unite(self._session, expanded(other), dry_run=dry_run, observe=observe)

    @checked
    def run_rules(self, query: str = "", *, dry_run: bool = False, observe: Observe = _ignore) -> ChangeReport:
        """Applies the rules in the settings to the articles that match a query, or to all; see ``Settings.rules``.

        Imports apply them to what they add. For the other arguments see ``tag``.

        Raises:
            QueryError: The query is malformed.
        """
        from docarchive.archive.changing.running_rules import run_rules

        session = self._session
        with session.writing():
            return run_rules(session, self._parse(query), query, dry_run=dry_run, observe=observe)

    @checked
    def remove(
        self,
        query: str | None = None,
        *,
        ids: Iterable[str] | None = None,
        all: bool = True,
        dry_run: bool = False,
        observe: Observe = _ignore,
    ) -> ChangeReport:
        """Removes articles: moves their files into the trash, from where ``undo`` takes them; see ``tag``."""

        def remove(changer: Changer, chosen: list[str]) -> None:
            changer.remove(chosen)

        return self._change("remove", "", remove, query, ids, all, dry_run, observe)

    @checked
    def trash(
        self,
        query: str = "",
        *,
        sort: Sort = "-date",
        limit: int | None = None,
        offset: int = 0,
        now: datetime | None = None,
    ) -> Iterator[TrashedArticle]:
        """Yields the articles in the trash; for the arguments see ``list``.

        If an article was removed several times, it is the one removed last. Files that are damaged come last, if there
        is neither a query nor a limit.

        Raises:
            QueryError: The query is malformed.
            UsageError: There is no such order.
        """
        from docarchive.archive.search.options import check_page
        from docarchive.archive.trash import listing

        check_page(sort, limit, offset, "a list")
        return listing.entries(self._session, query, sort, limit, offset, now)

    @checked
    def restore_articles(
        self,
        query: str | None = None,
        *,
        ids: Iterable[str] | None = None,
        dry_run: bool = False,
        observe: Observe = _ignore,
    ) -> ChangeReport:
        """Restores articles from the trash: their files have the same paths and bytes as before.

        Args:
            query: A query: all articles in the trash that match it are restored; ``""`` for all.
            ids: The ids of the articles, or unique prefixes of them, instead of a query.
            dry_run: Change nothing, and report what would be changed.
            observe: Called with a ``Decision`` on each article: ``restored`` or ``refused``.

        Raises:
            QueryError: The query is malformed.
            NotFoundError: No article in the trash has one of the ids.
            UsageError: There is neither a query nor ids, or both.
        """
        from docarchive.archive.changing import restoring

        _check_selection(query, ids)
        return restoring.restore(self._session, query, ids, dry_run=dry_run, observe=observe)

    @checked
    def restore_version(
        self, id: str, version: int, *, dry_run: bool = False, observe: Observe = _ignore
    ) -> ChangeReport:
        """Makes an earlier version of an article the current one; the current one becomes an earlier version.

        Args:
            id: The id of the article, or a unique prefix of it.
            version: The number of the version, as ``get`` takes it. The current one puts the last text of a damaged
                file back.
            dry_run: Change nothing, and report what would be changed.
            observe: Called with a ``Decision`` on the article.

        Raises:
            NotFoundError: There is no such article or version.
            ArchiveDamaged: The version is damaged.
        """
        from docarchive.archive.changing import restoring

        return restoring.restore_version(self._session, id, version, dry_run=dry_run, observe=observe)

    @checked
    def purge(
        self,
        query: str | None = None,
        *,
        ids: Iterable[str] | None = None,
        trash: bool = False,
        all: bool = True,
        dry_run: bool = False,
    ) -> PurgeReport:
        """Deletes all that the archive has of articles, for good: there is no undo.

        Their files, earlier versions, originals and pictures that no other article has, refused inputs that became
        these articles, and what the log and the list of deleted articles say of them. Only their ids stay, so that
        imports do not add them again. Catalog and index are built again. Backups, exports and other copies are not
        touched. A purge that was interrupted is finished when the archive is opened next.

        Args:
            query: A query; ``""`` for all articles.
            ids: The ids of articles, in the archive or in the trash, or unique prefixes of them, instead of a query.
            trash: Whether the query is about the articles in the trash. ``""`` then empties the trash.
            all: Whether a query may match all articles of the archive; see ``tag``.
            dry_run: Delete nothing, and report what would be deleted.

        Raises:
            QueryError: The query is malformed.
            NotFoundError: No article has one of the ids.
            UsageError: There is neither a query nor ids, or both.
            ArchiveLocked: Another process is writing.
        """
        from docarchive.archive.changing.purging import purging

        _check_selection(query, ids)
        if trash and query is None:
            raise UsageError("give a query for the trash; '' is a query for all articles in it")
        trash = trash or (query is not None and self._is_in_trash(query))
        tree = self._parse(query) if query is not None and not trash else None
        return purging.purge(self._session, tree, query if trash else None, ids, all=all, dry_run=dry_run)

    @checked
    def log(self, id: str | None = None, *, query: str | None = None, limit: int | None = None) -> Iterator[LogEntry]:
        """Yields the changes of the archive, the last first.

        Args:
            id: The id of an article, to list only its changes. It may have been removed since.
            query: A query, to list only the changes of the articles that match it; ``in:trash`` for removed ones.
            limit: How many to list; None for all.

        Raises:
            NotFoundError: No article has or had that id.
            QueryError: The query is malformed.
            UsageError: There are both an id and a query.
        """
        from docarchive.archive.changing import undo

        if id is not None and query is not None:
            raise UsageError("give an id or a query, not both")
        ids: Sequence[str] | None = None if id is None else undo.names_of(self._session, id)
        if query is not None:
            ids = self._ids_of(query)
        return undo.entries(self._session, ids, limit)

    @property
    def changes(self) -> Sequence[int]:
        """The numbers of the changes that this object has made, in order."""
        return tuple(self._sessions.changes)

    @checked
    def changed(self, change: int) -> Iterator[ChangedArticle]:
        """Yields what a change did to each article, in order; an article that it changed twice is there twice.

        Args:
            change: The number of the change.
        """
        from docarchive.archive.changing import undo

        return undo.changed(self._session, change)

    @checked
    def undo(self, change: int | None = None, *, dry_run: bool = False, observe: Observe = _ignore) -> ChangeReport:
        """Takes a change back: the files get the bytes that they had before it, and what it added is removed.

        Args:
            change: The number of the change; None for the last one that is not undone.
            dry_run: Change nothing, and report what would be changed.
            observe: Called with a ``Decision`` on each article.

        Raises:
            NotFoundError: There is no such change.
            UsageError: It was undone already, or one of its articles was changed since.
        """
        from docarchive.archive.changing import undo

        return undo.undo(self._session, change, dry_run=dry_run, observe=observe)

    @checked
    def redo(self, *, dry_run: bool = False, observe: Observe = _ignore) -> ChangeReport:
        """Makes the change again that was undone last; for the arguments see ``undo``.

        Raises:
            NotFoundError: No change was undone, or there was another change since.
        """
        from docarchive.archive.changing import undo

        return undo.redo(self._session, dry_run=dry_run, observe=observe)

    def _alter(
        self,
        command: str,
        words: str,
        alteration: Alteration,
        query: str | None,
        ids: Iterable[str] | None,
        all: bool,
        dry_run: bool,
        observe: Observe,
    ) -> ChangeReport:
        def alter(changer: Changer, chosen: list[str]) -> None:
            changer.alter(chosen, alteration)

        return self._change(command, words, alter, query, ids, all, dry_run, observe)

    def _change(
        self,
        command: str,
        words: str,
        change: Callable[[Changer, list[str]], None],
        query: str | None,
        ids: Iterable[str] | None,
        all: bool,
        dry_run: bool,
        observe: Observe,
    ) -> ChangeReport:
        """Makes a change of the articles that match a query, or have the given ids."""
        from docarchive.archive.changing.change import selected

        def select() -> tuple[list[str], str]:
            chosen = selected(self._session, None if query is None else self._parse(query), ids, all=all)
            return chosen, f"{words} {query if query is not None else ' '.join(chosen)}".strip()

        _check_selection(query, ids)
        return self._change_selected(command, select, change, dry_run, observe)

    def _change_selected(
        self,
        command: str,
        select: Callable[[], tuple[list[str], str]],
        change: Callable[[Changer, list[str]], None],
        dry_run: bool,
        observe: Observe,
    ) -> ChangeReport:
        """Makes a change of articles; ``select`` returns their ids, and the words for the log, and is called locked."""
        from docarchive.archive.changing.change import run

        session = self._session
        with session.writing():
            chosen, words = select()
            return run(session, command, words, lambda made: change(made, chosen), dry_run=dry_run, observe=observe)


def _check_selection(query: str | None, ids: Iterable[str] | None) -> None:
    if (query is None) == (ids is None):
        raise UsageError("give a query, or ids; '' is a query for all articles")
