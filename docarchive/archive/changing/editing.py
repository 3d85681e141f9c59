"""Editing: replaces the text of an article's file by one that was edited, and merges what was changed meanwhile."""

from __future__ import annotations

from collections import Counter
from copy import deepcopy
from typing import Any, Final

from docarchive import frontmatter, keys
from docarchive.archive import lookup
from docarchive.archive.changing.change import Changer, Observe, run
from docarchive.archive.changing.reports import ChangeReport
from docarchive.archive.importing.merging import SETS
from docarchive.archive.indexing import damaged_articles
from docarchive.archive.reports import Conflict, Decision
from docarchive.archive.session import Session
from docarchive.article import Article, Highlight
from docarchive.catalog import Row
from docarchive.errors import ArchiveDamaged, ArticleError, EditConflict, InputError, NotFoundError, ReaderError
from docarchive.folder import MAX_READ
from docarchive.pictures import placed
from docarchive.records import replace

#: The key of the text, where the values of an article are named.
BODY: Final = "body"
_HIGHLIGHTS: Final = "highlights"


def edit(session: Session, id_: str, text: str, base: str | None, *, dry_run: bool, observe: Observe) -> ChangeReport:
    """Replaces the text of an article's file; see ``Archive.edit``."""
    id_ = lookup.resolve(session.catalog, id_)

    def change(changer: Changer) -> None:
        ((_, row),) = changer.rows([id_])
        if row is None:
            raise NotFoundError(f"{id_} was removed from the archive; 'docarchive undo' takes that back")
        now, article = changer.read(row)
        new, conflicts = _merged(session, row, text, now if base is None else base, now, article)
        if conflicts:
            changer.report.conflicts.append(Conflict(id_, conflicts))
        if new == now:
            changer.report.unchanged += 1
            observe(Decision("unchanged", row.path, id_, article.title, conflicts=conflicts))
        else:
            changer.write(row, now, new)

    return run(session, "edit", id_, change, dry_run=dry_run, observe=observe)


def _merged(session: Session, row: Row, text: str, base: str, now: str, theirs: Article) -> tuple[str, tuple[str, ...]]:
    """Returns an edited text with what has changed since in the file, and the keys that both have changed.

    Raises:
        InputError: The edit is not valid.
        EditConflict: Both have changed the text below the front matter.
    """
    before = theirs if base == now else _read(base)
    text, mine = _checked(session, row, text, before)
    if base == now:
        return text, ()
    merged, conflicts = three_way(before, mine, theirs)
    if merged.to_dict() != mine.to_dict():
        text = placed(frontmatter.revise(text, merged), row.path)
    if BODY in conflicts:
        raise EditConflict(f"the text of {row.id} was changed elsewhere while it was edited", text, now)
    return text, tuple(conflicts)


def _read(text: str) -> Article:
    try:
        return frontmatter.read_article(text)
    except InputError as error:
        raise ReaderError(f"the text that was edited cannot be read: {error}") from None


def _checked(session: Session, row: Row, text: str, before: Article) -> tuple[str, Article]:
    """Returns an edited text and the article in it, whose title is no longer derived if it was edited.

    Raises:
        ReaderError: The text is empty, or its front matter cannot be read.
        ArticleError: A value is not valid, or one was changed that docarchive writes itself.
    """
    _check_characters(text)
    if not text.strip("\ufeff \t\r\n"):
        raise ReaderError("the text is empty; to remove the article, run 'docarchive remove'")
    article = frontmatter.read_article(text)
    if article.id != before.id:
        if frontmatter.find_bounds(text).syntax is None and text.lstrip("\ufeff").startswith(("---", "+++")):
            raise ReaderError("front matter: the line --- that ends it is missing")
        raise ArticleError("id", f"an edit cannot change it; {_put_back('id', before.id)}")
    for key in keys.PROVENANCE:
        value = getattr(before, key)
        if getattr(article, key) != value:
            raise ArticleError(key, f"docarchive writes this key itself; {_put_back(key, value)}")
    _check_id(session, row, text, article)
    if article.title_derived and before.title_derived and article.title != before.title:
        text = frontmatter.edit(text, {"title_derived": None})
        article = frontmatter.read_article(text)
    return text, article


def _check_characters(text: str) -> None:
    if "\0" in text:
        raise ReaderError("there are zero bytes in the text")
    try:
        size = len(text.encode())
    except UnicodeEncodeError:
        raise ReaderError("there are halves of characters (lone surrogates) in the text") from None
    if size > MAX_READ:
        raise ReaderError(f"the text is larger than {MAX_READ // 1_000_000} MB")


def _check_id(session: Session, row: Row, text: str, article: Article) -> None:
    """Checks that an article whose file does not state its id still has the same one."""
    try:
        id_ = damaged_articles.check(text, article, session.store, row.path, session.catalog)
    except ArchiveDamaged:
        id_ = ""
    if id_ != row.id:
        raise ArticleError("id", f"the file does not say which article it is; add the line 'id: {row.id}'")


def _put_back(key: str, value: Any) -> str:
    if not value:
        return f"remove the line with {key}"
    shown = ", ".join(value) if isinstance(value, list) else value
    return f"put back '{key}: {shown}'"


def three_way(base: Article, mine: Article, theirs: Article) -> tuple[Article, list[str]]:
    """Merges two articles that were made of one, key by key; ``body`` is the text.

    Of keys that only one of them has changed, its value is taken; lists but the authors get what either added, and lose
    what either removed.

    Returns:
        The merged article, and the keys that both have changed in different ways: these have the values of ``mine``.
    """
    merged = deepcopy(mine)
    conflicts: list[str] = []
    known = [key for key in keys.KNOWN if key not in ("id", "title_derived")]
    for key in dict.fromkeys([*known, BODY, *base.extra, *mine.extra, *theirs.extra]):
        before, own, other = (value_of(article, key) for article in (base, mine, theirs))
        if key == _HIGHLIGHTS:
            before, own, other = _aligned(before, own, other)
        if other in (before, own):
            continue
        if own == before:
            set_value(merged, key, other)
        elif key in SETS:
            kept = [item for item in own if item in other or item not in before]
            set_value(merged, key, [*kept, *(item for item in other if item not in before and item not in own)])
        else:
            conflicts.append(key)
    return merged, conflicts


def _aligned(*lists: list[Highlight]) -> tuple[list[Highlight], ...]:
    """Returns three lists of highlights, in which one that all have is the same item.

    Text that is edited next to a passage changes what a highlight says comes before and after it. It is no other one:
    it is as the second list has it, or if that says the same as the first, as the third has it.
    """
    by_passage = [_by_passage(items) for items in lists]
    moved: dict[str, Highlight] = {}
    for passage, before in by_passage[0].items():
        if all(passage in known for known in by_passage):
            own, other = by_passage[1][passage], by_passage[2][passage]
            moved[passage] = other if own == before else own
    return tuple([moved.get(_passage(item), item) for item in items] for items in lists)


def _by_passage(items: list[Highlight]) -> dict[str, Highlight]:
    """Returns the highlights that differ from all others of the list in more than what is around them."""
    counts = Counter(map(_passage, items))
    return {passage: item for item in items if counts[passage := _passage(item)] == 1}


def _passage(item: Highlight) -> str:
    """Returns what a highlight is but for what is around it."""
    return repr(replace(item, prefix="", suffix="")) if isinstance(item, Highlight) else repr(item)


def value_of(article: Article, key: str) -> Any:
    """Returns the value of a key; ``body`` is the text, and a title comes with whether it was derived."""
    if key == "title":
        return article.title, article.title_derived
    return getattr(article, key) if key in keys.KNOWN or key == BODY else article.extra.get(key)


def set_value(article: Article, key: str, value: Any) -> None:
    """Gives a key a value that ``value_of`` has returned."""
    if key == "title":
        article.title, article.title_derived = value
    elif key in keys.KNOWN or key == BODY:
        setattr(article, key, value)
    elif value is None:
        article.extra.pop(key, None)
    else:
        article.extra[key] = value
