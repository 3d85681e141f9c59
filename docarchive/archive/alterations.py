"""Alterations: what ``tag`` and ``set`` do to one article.

The forms ``key=value``, ``key+=value``, ``key-=value`` and ``key=`` are those of beets.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from operator import itemgetter
from typing import Any, Final

from docarchive import keys
from docarchive.analysis import fold
from docarchive.archive.user_values import article_with
from docarchive.article import Article, clean
from docarchive.errors import UsageError
from docarchive.records import NamedTuple
from docarchive.regexes import lazy

#: Changes an article; raises ``ArticleError`` if that article cannot be changed so. It can be sent to another process.
Alteration = Callable[[Article], None]

_FORM: Final = lazy(r"([^\W\d][\w. -]*?)\s*([+-]?=)(.*)", re.DOTALL)
_NUMBER: Final = lazy(r"-?(?:0|[1-9]\d{0,14})(?:\.\d{1,9})?", re.ASCII)
#: What separates a tag from one that is nested in it.
_NESTED: Final = "/"


def parsed(text: str) -> tuple[str, str, Any] | None:
    """Returns key, operator and value of ``key=value``, ``key+=value`` or ``key-=value``; None if it is none.

    Of a key that docarchive does not know, numbers, true and false are values, as in front matter. No value is None.

    >>> parsed("authors += Ada Meyer"), parsed("rating=5"), parsed("date:2024")
    (('authors', '+=', 'Ada Meyer'), ('rating', '=', 5), None)
    """
    match = _FORM.fullmatch(text)
    if match is None:
        return None
    key, value = match[1], match[3].strip()
    is_plain = keys.canonical(key) is None and (value in ("true", "false") or _NUMBER.fullmatch(value))
    plain = json.loads(value) if is_plain else value or None
    is_same = isinstance(plain, bool) or str(plain) == value  # 1.10 would be written as 1.1
    return key, match[2], plain if is_same or plain is None else value


class Assignment(NamedTuple):
    """One value to set, add or remove.

    Attributes:
        key: The key, as the article has it.
        operator: ``=``, ``+=`` or ``-=``.
        value: The value; empty to remove the key.
    """

    key: str
    operator: str
    value: Any

    @classmethod
    def of(cls, key: str, operator: str, value: Any) -> Assignment:
        """Checks an assignment as an import checks values.

        Raises:
            UsageError: Users cannot set the key, or the value is not valid for it.
        """
        key = clean(key)
        known = keys.canonical(key)
        if known in ("id", *keys.RESERVED) or key.lower() in (keys.MERGED, *keys.BODY_KEYS):
            raise UsageError(f"{key} cannot be set; choose another key")
        empty = value in (None, "", [])
        if operator != "=" and (empty or (known and known not in keys.SEVERAL)):
            form = f"{key}=VALUE" if not empty else f"{key}{operator}VALUE"
            raise UsageError(f"{key}{operator} needs {'a value' if empty else 'a key with several values'}; use {form}")
        if empty and known == "title":
            raise UsageError("an article needs a title; use title=VALUE")
        read = article_with({} if empty else {key: value})
        values = read.extra.get(key, "") if known is None else getattr(read, known)
        return cls(known or key, operator, None if empty else values)

    def apply(self, article: Article) -> None:
        """Makes the assignment on an article."""
        if self.key not in keys.KNOWN:
            self._apply_to_extra(article.extra)
        elif self.key in keys.SEVERAL:
            own = getattr(article, self.key)
            setattr(article, self.key, self._items(own, self.value or []))
        else:
            setattr(article, self.key, self.value if self.value is not None else _NOTHING[self.key])
            if self.key == "title":
                article.title_derived = False

    def _apply_to_extra(self, extra: dict[str, Any]) -> None:
        holder, key = _holder(extra, self.key)
        if self.operator == "=":
            value = self.value
        else:
            own = holder.get(key, [])
            own = own if isinstance(own, list) else [own]
            items = self._items(own, self.value if isinstance(self.value, list) else [self.value])
            value = items[0] if len(items) == 1 and not isinstance(holder.get(key), list) else items
        if value in (None, []):
            holder.pop(key, None)
        else:
            holder[key] = value

    def _items(self, own: list[Any], items: list[Any]) -> list[Any]:
        if self.operator == "=":
            return [*items]
        if self.operator == "+=":
            return _once([*own, *items])
        removed = {*map(_folded, items)}
        return [item for item in own if _folded(item) not in removed]


def _holder(extra: dict[str, Any], key: str) -> tuple[dict[str, Any], str]:
    """Returns the mapping that a key is in, and its name there: ``desk.editor`` may be ``editor`` in ``desk``.

    Mappings on the way are copied, so that the metadata from before stay as they are.
    """
    holder = extra
    head, dot, rest = key.partition(".")
    while dot and key not in holder and isinstance(inner := holder.get(head), dict):
        holder[head] = holder = {**inner}
        key = rest
        head, dot, rest = key.partition(".")
    return holder, key


#: The values that stand for none, by key.
_NOTHING: Final = {key: getattr(Article(), key) for key in keys.KNOWN if key not in keys.SEVERAL}


def all_of(assignments: Sequence[Assignment], such_as: str = "KEY=VALUE") -> Alteration:
    """Returns what makes assignments, in order.

    Args:
        assignments: The assignments.
        such_as: What one is like, for the message if there are none.

    Raises:
        UsageError: There are none.
    """
    if not assignments:
        raise UsageError(f"say what to change, such as {such_as}")
    return in_order([assignment.apply for assignment in assignments])


def check_are_of_one(assignments: Iterable[Assignment], count: int) -> None:
    """Raises ``UsageError`` if several articles would get one value of a key by which imports know an article."""
    from docarchive.identity import NAMING_KEYS

    named = (key for key, _, value in assignments if value is not None and key.lower() in NAMING_KEYS)
    if count > 1 and (key := next(named, None)):
        raise UsageError(f"{key} says which article one is, so it can be set on one only, not on {count:,}")


def in_order(alterations: Sequence[Alteration]) -> Alteration:
    """Returns what makes several alterations."""
    return partial(_alter_in_order, tuple(alterations))


def _alter_in_order(alterations: Sequence[Alteration], article: Article) -> None:
    for alteration in alterations:
        alteration(article)


def words(assignments: Iterable[Assignment]) -> str:
    """Returns assignments as the log has them: ``year=1963 'authors+=Ada Meyer'``."""
    return in_a_line(
        f"{key}{operator}{'; '.join(map(_text, value)) if isinstance(value, list) else _text(value)}"
        for key, operator, value in assignments
    )


def in_a_line(arguments: Iterable[str]) -> str:
    """Returns arguments as the log has them: those with white space in quotes, as a shell wants them."""
    return " ".join(_quoted(argument) if len(argument.split()) != 1 else argument for argument in arguments)


def _quoted(argument: str) -> str:
    from shlex import quote

    return quote(argument)


def _text(value: Any) -> str:
    return "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


def tags(add: Iterable[str], remove: Iterable[str]) -> list[Assignment]:
    """Returns the assignments that add and remove tags.

    Raises:
        UsageError: A tag is empty, or both is asked of one tag.
    """
    added, removed = ([cleaned_tag(tag) for tag in given] for given in (add, remove))
    if both := {_folded(tag) for tag in added} & {_folded(tag) for tag in removed}:
        raise UsageError(f"the tag {sorted(both)[0]} cannot be both added and removed; name it once")
    return [
        *(Assignment("tags", "-=", removed) for _ in removed[:1]),
        *(Assignment("tags", "+=", added) for _ in added[:1]),
    ]


def cleaned_tag(tag: str) -> str:
    """Returns a tag as articles have it; raises ``UsageError`` if nothing is left of it."""
    tag = clean(tag).strip()
    if not tag:
        raise UsageError("a tag cannot be empty")
    return tag


def words_of_tags(assignments: Iterable[Assignment]) -> str:
    """Returns what ``tags`` returns as the log has it: ``+budget -draft``."""
    signed = ((operator[0], tag) for _, operator, tags_ in assignments for tag in tags_)
    return in_a_line(f"{sign}{tag}" for sign, tag in sorted(signed, key=itemgetter(0)))


def renamed_tag(old: str, new: str) -> Alteration:
    """Returns what renames a tag and those nested in it; a tag that the article has already is there once."""
    return partial(_rename, old, new)


def _rename(old: str, new: str, article: Article) -> None:
    prefix = _folded(old) + _NESTED

    def renamed(tag: str) -> str:
        if _folded(tag) == _folded(old):
            return new
        return new + tag[len(old) :] if _folded(tag).startswith(prefix) and tag[len(old) :][:1] == _NESTED else tag

    article.tags = _once(map(renamed, article.tags))


def _once(items: Iterable[Any]) -> list[Any]:
    """Returns items without those that equal an earlier one but for case."""
    first: dict[Any, Any] = {}
    for item in items:
        first.setdefault(_folded(item), item)
    return [*first.values()]


def _folded(item: Any) -> Any:
    return fold(_text(item)) if isinstance(item, str | int | float) else repr(item)
