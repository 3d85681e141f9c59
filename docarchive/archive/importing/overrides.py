"""Overrides: values that the user sets on every imported article, instead of its own."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from docarchive import keys
from docarchive.archive.user_values import article_with, check_language
from docarchive.article import Article
from docarchive.digests import sha256
from docarchive.errors import UsageError
from docarchive.records import NamedTuple


class Overrides(NamedTuple):
    """Values to set on imported articles, by key in any spelling: lists are added to the article's own."""

    metadata: Mapping[str, Any] = {}

    @property
    def keys(self) -> set[str]:
        """The keys that are set, known ones in their own spelling."""
        return {keys.canonical(key) or key for key in self.metadata}

    @property
    def mark(self) -> str:
        """What distinguishes a record that was imported with these values from the same with others; empty for none."""
        if not self.metadata:
            return ""
        values = json.dumps(self.metadata, sort_keys=True, default=str)
        return "+" + sha256(values.encode("utf-8", "surrogatepass")).hexdigest()[:16]

    @classmethod
    def of(cls, tags: Iterable[str], values: Mapping[str, Any], language: str | None) -> Overrides:
        """Returns the overrides of tags, values by key and a language.

        Raises:
            UsageError: A value is not valid for its key, or users cannot set the key.
        """
        tags = [*tags]
        metadata: dict[str, Any] = dict(values)
        if not all(tag.strip() for tag in tags):
            raise UsageError("a tag cannot be empty")
        if language is not None:
            check_language(language)
        for key in metadata:
            if keys.canonical(key) in ("id", *keys.PROVENANCE) or key.lower() in (keys.MERGED, *keys.BODY_KEYS):
                raise UsageError(f"{key} cannot be set; choose another key")
        if tags:
            metadata["tags"] = [*tags, *_listed(metadata.pop("tags", []))]
        if language is not None:
            metadata["language"] = language
        article_with(metadata)
        return cls(metadata)

    def apply(self, article: Article) -> bool:
        """Sets the values on an article; returns whether there are any."""
        if not self.metadata:
            return False
        overrides = article_with(self.metadata)
        for key in dict.fromkeys(keys.canonical(key) for key in self.metadata):
            if key is None or key == "title_derived":
                continue
            value = getattr(overrides, key)
            if key in keys.SEVERAL:
                own = getattr(article, key)
                own.extend(item for item in value if item not in own)
            elif value:
                setattr(article, key, value)
                if key == "title":
                    article.title_derived = False
        article.extra.update(overrides.extra)
        return True


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
