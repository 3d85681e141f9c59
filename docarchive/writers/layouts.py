"""Layouts of Markdown files: where a program looks for them, and what its front matter is called."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Final

from docarchive import frontmatter
from docarchive.article import Article
from docarchive.dates import PartialDate
from docarchive.slugs import Names, safe_name, slugify
from docarchive.writers.protocol import Document

#: Takes a document, and returns the path of its file and what is in it.
Layout = Callable[[Document], tuple[str, str]]

_ARTICLES: Final = "articles/"
_SHORTCODE = re.compile(r"\{\{([<%])(.*?)([>%])\}\}", re.S)
_NOT_IN_LINKS = re.compile(r"[#^\[\]|]+")
_NOT_IN_TAGS = re.compile(r"[^\w/-]+")


def plain() -> Layout:
    """Returns the layout of the archive itself: the files as they are, in folders of years and months."""
    names = Names()

    def place(document: Document) -> tuple[str, str]:
        stem = document.path.removeprefix(_ARTICLES).removesuffix(".md")
        parts = [safe_name(part) for part in stem.split("/")]
        return names.unique("/".join(parts), ".md", id=document.id), document.text

    return place


def hugo() -> Layout:
    """Returns the layout of Hugo: ``content/SECTION/2024-03-16-slug.md``; other keys are in ``params``.

    See https://gohugo.io/content-management/front-matter/. Shortcodes in a text are shown, not run.
    """
    names = Names()

    def place(document: Document) -> tuple[str, str]:
        article = document.parsed
        section = slugify(article.section) if article.section else "posts"
        params = {
            "id": article.id,
            "source": article.source,
            "source_url": article.url,
            **{key: getattr(article, key) for key in ("people", "organizations", "places")},
            **_plain(article.extra),
        }
        metadata = {
            "title": article.title,
            "date": _full(article.date),
            "lastmod": _full(article.updated),
            "authors": article.authors,
            "tags": article.tags,
            "description": article.summary,
            "params": _filled(params),
        }
        path = names.unique(f"content/{section}/{_dated(article)}", ".md", id=document.id)
        return path, _text(_filled(metadata), _shown(article.body))

    return place


def jekyll() -> Layout:
    """Returns the layout of Jekyll: ``_posts/2024-03-16-slug.md``, without a date ``_drafts/slug.md``.

    See https://jekyllrb.com/docs/posts/. Liquid in a text is not run (``render_with_liquid``).
    """
    names = Names()

    def place(document: Document) -> tuple[str, str]:
        article = document.parsed
        full = _full(article.date)
        metadata = {
            "layout": "post",
            "title": article.title,
            "date": full,
            "last_modified_at": _full(article.updated),
            "author": article.authors[0] if len(article.authors) == 1 else article.authors,
            "categories": [article.section] if article.section else [],
            "tags": article.tags,
            "description": article.summary,
            "source": article.source,
            "source_url": article.url,
            "lang": article.language,
            "docarchive_id": article.id,
            "render_with_liquid": False,
        }
        slug = slugify(article.title)
        stem = f"_posts/{full[:10]}-{slug}" if full else f"_drafts/{slug}"
        return names.unique(stem, ".md", id=document.id), _text(_filled(metadata), article.body)

    return place


def obsidian() -> Layout:
    """Returns the layout of Obsidian: notes named by their titles, properties, and tags without spaces.

    See https://help.obsidian.md/properties.
    """
    names = Names()

    def place(document: Document) -> tuple[str, str]:
        article = document.parsed
        metadata = {key: value for key, value in article.metadata().items() if key != "title_derived"}
        metadata["tags"] = list(dict.fromkeys(tag for each in article.tags if (tag := _tag(each))))
        stem = safe_name(_NOT_IN_LINKS.sub(" ", article.title))
        return names.unique(stem, ".md", id=document.id), _text(_filled(metadata), article.body)

    return place


LAYOUTS: Final[dict[str, Callable[[], Layout]]] = {
    "plain": plain,
    "hugo": hugo,
    "jekyll": jekyll,
    "obsidian": obsidian,
}


def _text(metadata: dict[str, Any], body: str) -> str:
    text = f"---\n{frontmatter.dump_yaml(metadata)}\n---\n\n{body}"
    return text if text.endswith("\n") else f"{text}\n"


def _filled(metadata: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in metadata.items() if value not in (None, "", [], {})}


def _plain(extra: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in extra.items() if isinstance(key, str)}


def _dated(article: Article) -> str:
    slug = slugify(article.title)
    return f"{article.date.text[:10]}-{slug}" if article.date else slug


def _full(date: PartialDate | None) -> str:
    """Returns a date of at least a day: site generators read no others."""
    if date is None:
        return ""
    return date.text if len(date.text) >= 10 else date.start[:10]


def _shown(body: str) -> str:
    """Returns a text in which Hugo's shortcodes are shown as they are written."""
    return _SHORTCODE.sub(r"{{\1/*\2*/\3}}", body) if "{{" in body else body


def _tag(tag: str) -> str:
    found = _NOT_IN_TAGS.sub("-", tag.strip()).strip("-/")
    return f"{found}-" if found.isdigit() else found  # a tag of digits alone is none
