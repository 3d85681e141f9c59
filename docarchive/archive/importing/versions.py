"""New versions of articles: what a new version keeps of the old one."""

from __future__ import annotations

from docarchive import keys
from docarchive.article import Article


def is_bare(article: Article) -> bool:
    """Returns whether the text is only the title or the URL, as that of a bookmark."""
    rest = article.body
    for part in (article.url, article.title):
        rest = rest.replace(part, "") if part else rest
    return not any(character.isalnum() for character in rest)


def carry_over(old: Article, new: Article) -> None:
    """Adds to a new version the values that only the old one has; lists but the authors get the items of both."""
    for key, kind in keys.KNOWN.items():
        before, now = getattr(old, key), getattr(new, key)
        if key == "authors" and now:
            continue  # the source says who wrote it
        if kind == keys.LIST:
            now.extend(item for item in before if item not in now)
        elif before and (key == "archived" or (not now and key not in (*keys.PROVENANCE, "title_derived"))):
            setattr(new, key, before)
    if new.title_derived and not old.title_derived:
        new.title, new.title_derived = old.title, False
    new.extra = {**{key: value for key, value in old.extra.items() if key not in new.extra}, **new.extra}
