"""Template: the text from which a person writes a new article."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, Final

from docarchive import frontmatter, keys
from docarchive.archive.importing.overrides import Overrides
from docarchive.article import Article
from docarchive.dates import PartialDate

#: The keys that it always has.
_KEYS: Final = ("title", "date", "authors", "tags", "url")


def template(title: str | None, tags: Iterable[str], values: Mapping[str, Any]) -> str:
    """Returns front matter with today's date and the given values, in which the other keys are empty.

    Raises:
        UsageError: A value is not valid for its key, or users cannot set the key.
    """
    given = Overrides.of(tags, {**values, **({"title": title} if title else {})}, None)
    article = Article()
    given.apply(article)
    metadata = {**dict.fromkeys(_KEYS), "date": PartialDate(date.today().isoformat()), **article.metadata()}
    lines = [f"{key}:" if value is None else frontmatter.dump_yaml({key: value}) for key, value in metadata.items()]
    return "\n".join(["---", *lines, "---", "", ""])


def is_blank(text: str) -> bool:
    """Returns whether there is neither a title nor a summary nor text in what was written.

    Raises:
        InputError: The front matter cannot be read, or a value is not valid.
    """
    metadata, body = frontmatter.parse(text)
    article = Article.from_metadata(metadata, body)
    stated = {keys.canonical(str(key)) for key, value in metadata.items() if value}
    return not (article.body.strip() or {"title", "summary"} & stated)
