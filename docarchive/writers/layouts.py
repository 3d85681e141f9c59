"""Layouts of Markdown files: where a program looks for them, and what its front matter is called."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final

from docarchive import frontmatter, keys
from docarchive.article import Article
from docarchive.dates import PartialDate
from docarchive.formats.picture_kinds import is_shown
from docarchive.formats.site_layouts import (
    HUGO_UPDATED,
    JEKYLL_UPDATED,
    OWN,
    PARAMS,
    TAGS,
    note_tags,
    shown_shortcodes,
)
from docarchive.frontmatter.bounds import line_end
from docarchive.pictures import paths_in, placed, readdressed
from docarchive.records import NamedTuple
from docarchive.slugs import Names, safe_name, slugify
from docarchive.writers.protocol import Document


class File(NamedTuple):
    """The file of an article in a layout."""

    path: str
    text: str
    pictures: Mapping[str, str] = MappingProxyType({})  # by path in the archive: the paths in the export


Layout = Callable[[Document], File]

_ARTICLES: Final = "articles/"
_NOT_IN_LINKS = re.compile(r"[#^\[\]|]+")


def safe_stem(document: Document) -> str:
    """Returns the path of a document's file below ``articles/``, without its ending; safe for every file system."""
    return "/".join(map(safe_name, document.path.removeprefix(_ARTICLES).removesuffix(".md").split("/")))


def plain() -> Layout:
    """Returns the layout of the archive itself: the files as they are, in folders of years and months."""
    names = Names()

    def file_of(document: Document) -> File:
        path = names.unique(safe_stem(document), ".md", id=document.id)
        return File(path, placed(document.text, path), {shown: shown for shown in paths_in(document.text)})

    return file_of


def hugo() -> Layout:
    """Returns the layout of Hugo: ``content/SECTION/2024-03-16-slug.md``; other keys are in ``params``.

    See https://gohugo.io/content-management/front-matter/. Shortcodes in a text are shown, not run. Values whose form
    differs from the archive's are in ``params.docarchive`` too, so that an import restores them. An article with
    pictures is a page bundle: a folder with ``index.md`` and them.
    """
    names = Names()

    def file_of(document: Document) -> File:
        article = document.parsed
        section = slugify(article.section) if article.section else "posts"
        named = {
            "source": article.source,
            "source_url": article.url,
            **{key: getattr(article, key) for key in ("people", "organizations", "places")},
        }
        said = {"title", "authors", "tags", "summary", "url", *named, *article.extra}
        params = {**_filled(named), **article.extra, OWN: _rest(article, said)}
        metadata = {
            "title": article.title,
            "date": _full(article.date),
            HUGO_UPDATED: _full(article.updated),
            "authors": article.authors,
            "tags": article.tags,
            "description": article.summary,
            PARAMS: params,
        }
        path = names.unique(f"content/{section}/{_dated(article)}", ".md", id=document.id)
        shown = _pictures(document)
        folder = path.removesuffix(".md")
        body = readdressed(article.body, lambda picture: _name(picture) if picture in shown else picture)
        text = _text(_filled(metadata), shown_shortcodes(body))
        if not shown:
            return File(path, text)
        return File(f"{folder}/index.md", text, {picture: f"{folder}/{_name(picture)}" for picture in shown})

    return file_of


def jekyll() -> Layout:
    """Returns the layout of Jekyll: ``_posts/2024-03-16-slug.md``, without a date ``_drafts/slug.md``.

    See https://jekyllrb.com/docs/posts/. Liquid in a text is not run (``render_with_liquid``). Keys that Jekyll
    does not have are in ``docarchive``, so that an import restores them.
    """
    names = Names()

    def file_of(document: Document) -> File:
        article = document.parsed
        full = _full(article.date)
        metadata = {
            "layout": "post",
            "title": article.title,
            "date": full,
            JEKYLL_UPDATED: _full(article.updated),
            # One author is written as text, as Jekyll does, unless it would be read as several.
            "author": article.authors[0]
            if len(article.authors) == 1 and ";" not in article.authors[0]
            else article.authors,
            "categories": [article.section] if article.section else [],
            "tags": article.tags,
            "description": article.summary,
            "source": article.source,
            "source_url": article.url,
            "lang": article.language,
            "render_with_liquid": False,
            OWN: _rest(article, {"title", "authors", "tags", "summary", "source", "url", "language"}),
        }
        slug = slugify(article.title)
        stem = f"_posts/{full[:10]}-{slug}" if full else f"_drafts/{slug}"
        path = names.unique(stem, ".md", id=document.id)
        return _with_pictures(document, path, _filled(metadata), "assets/pictures", "/")

    return file_of


def obsidian() -> Layout:
    """Returns the layout of Obsidian: notes named by their titles, properties, and tags without spaces.

    See https://help.obsidian.md/properties. If that changes a tag, the article's own tags are in ``docarchive_tags``.
    """
    names = Names()

    def file_of(document: Document) -> File:
        article = document.parsed
        metadata = article.metadata()
        if (tags := note_tags(article.tags)) != article.tags:
            metadata |= {"tags": tags, TAGS: article.tags}
        stem = safe_name(_NOT_IN_LINKS.sub(" ", article.title))
        return _with_pictures(document, names.unique(stem, ".md", id=document.id), metadata, "attachments", "")

    return file_of


LAYOUTS: Final[dict[str, Callable[[], Layout]]] = {
    "plain": plain,
    "hugo": hugo,
    "jekyll": jekyll,
    "obsidian": obsidian,
}


def _with_pictures(document: Document, path: str, metadata: dict[str, Any], folder: str, root: str) -> File:
    """Returns a file whose pictures are in one folder for all articles; ``root`` begins their addresses."""
    pictures = {picture: f"{folder}/{_name(picture)}" for picture in _pictures(document)}
    body = readdressed(
        document.parsed.body, lambda picture: root + pictures[picture] if picture in pictures else picture
    )
    return File(path, _text(metadata, body), pictures)


def _pictures(document: Document) -> list[str]:
    """Returns the pictures of an article that a site can show, by their paths in the archive."""
    files = ((path, document.picture(path)) for path in paths_in(document.parsed.body))
    return [path for path, file in files if file is not None and is_shown(file)]


def _name(path: str) -> str:
    return path.rpartition("/")[2]


def _text(metadata: dict[str, Any], body: str) -> str:
    return f"---\n{frontmatter.dump_yaml(metadata)}\n---\n\n{body}{line_end(body)}"


def _rest(article: Article, said: set[str]) -> dict[str, Any]:
    """Returns the metadata that a layout does not hold in the same form; all of it, if other keys could be mistaken."""
    if any(key in (OWN, PARAMS) or keys.canonical(str(key)) for key in article.extra):
        said = set()
    dates = {"date": article.date, "updated": article.updated}
    whole = {key for key, date in dates.items() if date is not None and _full(date) == date.text}
    return {key: value for key, value in article.metadata().items() if key not in said | whole}


def _filled(metadata: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in metadata.items() if value not in (None, "", [], {})}


def _dated(article: Article) -> str:
    slug = slugify(article.title)
    return f"{article.date.text[:10]}-{slug}" if article.date else slug


def _full(date: PartialDate | None) -> str:
    """Returns a date to the day at least, since site generators read no shorter ones; empty for None."""
    if date is None:
        return ""
    return date.text if len(date.text) >= 10 else date.start[:10]
