"""Rules: what the user has every imported article carry, whatever it says itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from docarchive import keys
from docarchive.archive.settings import Settings
from docarchive.article import Article
from docarchive.errors import ArticleError, UsageError


class Rules(NamedTuple):
    """What is added to articles as they come in.

    Attributes:
        metadata: Keys in any spelling, with values: of a list's key they are added to the article's
            own, of another key they take the place of what it says.
    """

    metadata: Mapping[str, Any] = {}

    @classmethod
    def of(cls, tags: tuple[str, ...], values: Mapping[str, Any], language: str | None) -> Rules:
        """Makes rules of tags, of values by key and of a language.

        Raises:
            UsageError: A value is not valid for its key, or a key is not for users to set.
        """
        metadata: dict[str, Any] = dict(values)
        if not all(tag.strip() for tag in tags):
            raise UsageError("a tag cannot be empty")
        if language is not None:
            Settings.check_language(language)
        for key in metadata:
            if keys.canonical(key) in ("id", *keys.PROVENANCE) or key.lower() in keys.BODY_KEYS:
                raise UsageError(f"{key} is not set by hand; choose another key")
        if tags:
            metadata["tags"] = [*tags, *_listed(metadata.pop("tags", []))]
        if language is not None:
            metadata["language"] = language
        try:
            Article.from_metadata(metadata, "x")
        except ArticleError as error:
            raise UsageError(str(error)) from None
        return cls(metadata)

    def apply(self, article: Article) -> bool:
        """Adds to an article what the rules say; returns whether they say anything."""
        if not self.metadata:
            return False
        ruled = Article.from_metadata(self.metadata, "x")
        for key in dict.fromkeys(keys.canonical(key) for key in self.metadata):
            if key is None or key == "title_derived":
                continue
            value = getattr(ruled, key)
            if keys.KNOWN[key] == keys.LIST:
                own = getattr(article, key)
                own.extend(item for item in value if item not in own)
            elif value:
                setattr(article, key, value)
                if key == "title":
                    article.title_derived = False
        article.extra.update(ruled.extra)
        return True


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
