"""Annotating: adds notes and highlights to one article, and removes them."""

from __future__ import annotations

from typing import Any

from docarchive.archive import lookup
from docarchive.archive.alterations import Alteration
from docarchive.archive.changing.change import Changer, Observe, run
from docarchive.archive.changing.reports import ChangeReport
from docarchive.archive.session import Session
from docarchive.article import Article, Highlight, Note, clean
from docarchive.dates import PartialDate, utc_now
from docarchive.errors import NotFoundError, PassageNotFound, UsageError
from docarchive.records import replace
from docarchive.texts import shorten


def annotate(
    session: Session, command: str, id_: str, alteration: Alteration, *, dry_run: bool, observe: Observe
) -> ChangeReport:
    """Changes the notes or highlights of an article; see ``Archive.note``."""
    id_ = lookup.resolve(session.catalog, id_)

    def change(changer: Changer) -> None:
        ((_, row),) = changer.rows([id_])
        if row is None:
            raise NotFoundError(f"{id_} was removed from the archive; 'docarchive undo' takes that back")
        changer.alter_one(row, alteration)

    return run(session, command, id_, change, dry_run=dry_run, observe=observe)


def note(text: str | None, remove: int | None) -> Alteration:
    """Returns what adds a note, or removes the one of a number.

    Raises:
        UsageError: The text is empty, or there is both or neither.
    """
    if (text is None) == (remove is None):
        raise UsageError("give the text of a note, or the number of one to remove")
    if text is None:
        return _removing("notes", remove)
    said = clean(text).strip()
    if not said:
        raise UsageError("a note cannot be empty")

    def alter(article: Article) -> None:
        if all(said != own.text for own in article.notes):
            article.notes = [*article.notes, Note(said, PartialDate(utc_now()))]

    return alter


def highlight(passage: str | None, note: str | None, occurrence: int | None, remove: int | None) -> Alteration:
    """Returns what marks a passage, or removes the highlight of a number.

    Raises:
        UsageError: The passage is empty, or there is both or neither.
    """
    if (passage is None) == (remove is None):
        raise UsageError("give a passage, or the number of a highlight to remove")
    if passage is None:
        if note is not None or occurrence is not None:
            raise UsageError("a note and an occurrence go with a passage")
        return _removing("highlights", remove)
    wanted = " ".join(clean(passage).split())
    if not wanted:
        raise UsageError("a passage cannot be empty")
    if occurrence is not None and occurrence < 1:
        raise UsageError("an occurrence is a number from 1 on")
    remark = clean(note).strip() if note is not None else None

    def alter(article: Article) -> None:
        new = _highlight_of(article, wanted, occurrence)
        same = next((number for number, own in enumerate(article.highlights) if _is_same(own, new)), None)
        if same is None:
            new = replace(new, note=remark or "", created=PartialDate(utc_now()))
            article.highlights = [*article.highlights, new]
        elif remark is not None:
            own = replace(article.highlights[same], note=remark)
            article.highlights = [*article.highlights[:same], own, *article.highlights[same + 1 :]]

    return alter


def _highlight_of(article: Article, passage: str, occurrence: int | None) -> Highlight:
    """Returns a passage as the text has it, with what comes before and after it."""
    from docarchive.writers.pages.body import text_tree
    from docarchive.writers.pages.marks import PageText, on_one_line

    page = PageText(text_tree(article))
    places = page.places(passage)
    if not places:  # it may be Markdown, copied from the file
        passage = PageText(text_tree(Article(body=passage))).text
        places = page.places(passage)
    if not places:
        problem = f"the text of {article.id} does not have the passage '{shorten(passage, 60)}'"
        raise PassageNotFound(f"{problem}; copy it from the text, as it is shown")
    if occurrence is not None and occurrence > len(places):
        times = "only once" if len(places) == 1 else f"only {len(places):,} times"
        raise PassageNotFound(f"the text of {article.id} has '{shorten(passage, 60)}' {times}")
    start = places[(occurrence or 1) - 1]
    end = start + len(on_one_line(passage))
    prefix, suffix = page.around(start, end)
    return Highlight(page.text[start:end], prefix=prefix, suffix=suffix)


def _is_same(own: Highlight, new: Highlight) -> bool:
    """Returns whether an article has a highlight already; one without context is the same as any of its text."""
    from docarchive.writers.pages.marks import on_one_line

    if on_one_line(own.text) != new.text:
        return False
    return not (own.prefix or own.suffix) or (own.prefix, own.suffix) == (new.prefix, new.suffix)


def _removing(key: str, number: int | None) -> Alteration:
    def alter(article: Article) -> None:
        items: list[Any] = getattr(article, key)
        if number is None or not 1 <= number <= len(items):
            there = f"it has {len(items):,}" if items else f"there are no {key}"
            raise NotFoundError(f"{article.id} has no {key[:-1]} {number}: {there}")
        setattr(article, key, [*items[: number - 1], *items[number:]])

    return alter
