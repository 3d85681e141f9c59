"""The writer of sites: a page per article, lists of them, and a search, opened from a folder or a server."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

from docarchive.dates import PartialDate
from docarchive.formats.pages import STYLE_SHEET
from docarchive.records import NamedTuple
from docarchive.slugs import Names
from docarchive.writers.addresses import valid_address
from docarchive.writers.pages.body import excerpt, html_text, plain_text, printable, text_tree
from docarchive.writers.pages.html import address, with_paths
from docarchive.writers.pages.marks import marked
from docarchive.writers.pages.metadata import written_out
from docarchive.writers.pages.site.lists import Lists, sitemap
from docarchive.writers.pages.site.register import KINDS, Entry, Register, href, label_stem, labels_of
from docarchive.writers.pages.site.search import SearchIndex, write_articles
from docarchive.writers.pages.templates import asset
from docarchive.writers.pictures import CopiedPictures
from docarchive.writers.protocol import Document, Files, WriteOptions, Writer

_TITLE_WEIGHT = 5
_LABEL_WEIGHT = 2
_SUMMARY_WEIGHT = 2


class SiteWriter(Writer):
    """Writes a site: first the pages of articles, then lists and search from a temporary database.

    It works from a folder without a server; all but the search works without JavaScript.
    """

    name = "site"
    summary = "a web site with lists, a timeline and a search; needs no server"
    stream = False
    folder = True
    accepts = frozenset({"images"})

    def write_files(self, documents: Iterable[Document], files: Files, options: WriteOptions) -> None:
        options = options._replace(title=" ".join(options.title.split()) or "Articles", url=valid_address(options.url))
        with (
            tempfile.TemporaryDirectory(prefix="docarchive-") as folder,
            closing(Register(Path(folder, "site.sqlite"))) as register,
        ):
            pictures = CopiedPictures(files, "pictures")
            lists, index = Lists(files, register, options), SearchIndex(register.connection)
            for page in _pages(documents):
                _add(page, lists, register, index, pictures, options)
            register.finish()
            lists.write()
            index.write(files)
            write_articles(files, map(_result, register.in_order()))
            if options.url:
                sitemap(files, options.url, (entry.path for entry in register.in_order()))
        files.add(STYLE_SHEET, (asset("page.css") + asset("site/site.css")).encode())
        files.add("assets/search.js", asset("site/search.js").encode())


class _Page(NamedTuple):
    """An article with the path of its page, and the paths and titles of the articles before and after it."""

    document: Document
    path: str
    before: tuple[str, str]
    after: tuple[str, str]


def _pages(documents: Iterable[Document]) -> Iterator[_Page]:
    """Yields articles with a delay of one, so that the next one is known."""
    waiting: _Page | None = None
    for document, page_path in with_paths(documents, Names()):
        path = f"articles/{page_path}"
        here = path, document.article.title
        if waiting is not None:
            yield waiting._replace(after=here)
        before = (waiting.path, waiting.document.article.title) if waiting else ("", "")
        waiting = _Page(document, path, before, ("", ""))
    if waiting is not None:
        yield waiting


def _add(
    page: _Page,
    lists: Lists,
    register: Register,
    index: SearchIndex,
    pictures: CopiedPictures,
    options: WriteOptions,
) -> None:
    """Writes the page of an article, and stores the data of its entries in lists and search."""
    from markupsafe import Markup

    article = page.document.article
    way = "../" * page.path.count("/")
    root = text_tree(article, images=options.images, picture=pictures.address_from(page.document, way))
    labels = [label for kind in KINDS for label in labels_of(article, kind)]
    index.add(
        [
            (article.title, _TITLE_WEIGHT),
            (" \n ".join(labels), _LABEL_WEIGHT),
            (article.summary or "", _SUMMARY_WEIGHT),
            (plain_text(root), 1),
        ]
    )
    register.add(
        article, Entry(page.path, printable(article.title), str(article.date or ""), _beginning(article, root))
    )
    listed = marked(root, article.highlights)
    values = {
        "title": article.title,
        "article": article,
        "body": Markup(html_text(root)),  # noqa: S704 - sanitised
        "listed": listed,
        "address": address(options.url, page.path),
        "label_link": lambda kind: lambda name: href(f"{label_stem(kind, name)}.html", way),
        "before": page.before,
        "after": page.after,
        "section": "articles",
    }
    lists.page(page.path, "article.jinja", values)


def _beginning(article: Any, root: ET.Element) -> str:
    return printable(" ".join((article.summary or excerpt(root)).split())[:300])


def _result(entry: Entry) -> tuple[str, str, str, str]:
    return href(entry.path), entry.title, written_out(PartialDate(entry.date)) if entry.date else "", entry.excerpt
