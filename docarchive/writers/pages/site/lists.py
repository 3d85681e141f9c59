"""The lists of a site, page by page: of all articles, of those with a label, of labels, of years and months."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any, Final, TypeVar

from docarchive.dates import PartialDate
from docarchive.records import NamedTuple
from docarchive.writers.pages.body import printable
from docarchive.writers.pages.metadata import written_out
from docarchive.writers.pages.site.register import KINDS, TIMELINE, UNDATED, Label, Register, href, label_stem
from docarchive.writers.pages.templates import template
from docarchive.writers.protocol import Files, WriteOptions

#: Articles and labels on a page.
ARTICLES: Final = 50
LABELS: Final = 500
_TOP: Final = 40
_BARS: Final = 20
T = TypeVar("T")


class Page(NamedTuple):
    """A page of a list: its number, of how many, and the paths of other pages; empty where there is none."""

    number: int
    of: int
    first: str
    previous: str
    next: str
    last: str


class Lists:
    """Writes the lists of a site.

    Args:
        files: The files of the site.
        register: The articles.
        options: The options of the export.
    """

    def __init__(self, files: Files, register: Register, options: WriteOptions) -> None:
        self._files = files
        self._register = register
        self._options = options
        self._shared = {"site": options.title, "kinds": KINDS, "policy": policy(options)}

    def write(self) -> None:
        """Writes all of them."""
        count = self._register.count
        self._articles("index", "", self._register.newest_first(), count, "Articles", "articles")
        for kind, name in KINDS.items():
            self._labels(kind, name)
            self._articles_by_label(kind, name)
        self._articles_by_label(TIMELINE, "Timeline")
        self._timeline()
        self._topics()
        values = {"title": "Search", "section": "search", "policy": policy(self._options, script=True)}
        self.page("search.html", "search.jinja", values)

    def page(self, path: str, name: str, values: dict[str, Any]) -> None:
        """Writes a page by a template."""
        root = "../" * path.count("/")
        values = {"root": root, "link": lambda target: href(target, root), **self._shared, **values}
        self._files.add(path, printable(template(f"site/{name}").render(values)).encode())

    def _articles(self, stem: str, kicker: str, entries: Iterator[Any], count: int, title: str, section: str) -> None:
        for page, part in pages(stem, entries, count, ARTICLES):
            values = {"title": title, "kicker": kicker, "section": section, "page": page, "count": count}
            self.page(page_path(stem, page.number), "list.jinja", {**values, "entries": [*map(shown, part)]})

    def _articles_by_label(self, kind: str, name: str) -> None:
        for label, entries in self._register.articles_by_label(kind):
            title = period(label.name) if kind == TIMELINE else label.name
            section = "timeline" if kind == TIMELINE else "topics"
            self._articles(label_stem(kind, label.name), name, entries, label.articles, title, section)

    def _labels(self, kind: str, name: str) -> None:
        count = self._register.number_of(kind)
        stem = f"{kind}/index"
        if not count:
            return
        for page, part in pages(stem, self._register.labels(kind), count, LABELS):
            values = {"title": name, "section": "topics", "page": page, "count": count}
            self.page(page_path(stem, page.number), "labels.jinja", {**values, "labels": [*map(linked, part)]})

    def _timeline(self) -> None:
        months = list(self._register.labels(TIMELINE))
        most = max((month.articles for month in months), default=1)
        years: dict[str, list[dict[str, Any]]] = {}
        for month in sorted(months, key=lambda month: month.name, reverse=True):
            year = month.name[:4] if month.name != UNDATED else ""
            bar = max(1, round(_BARS * month.articles / most))
            years.setdefault(year, []).append({**linked(month), "name": period(month.name), "bar": bar})
        ordered = sorted(years.items(), reverse=True)
        self.page(
            "timeline/index.html", "timeline.jinja", {"title": "Timeline", "section": "timeline", "years": ordered}
        )

    def _topics(self) -> None:
        topics = []
        for kind, name in KINDS.items():
            if count := self._register.number_of(kind):
                top = [linked(label) for label in self._register.labels(kind, _TOP)]
                topics.append({"kind": kind, "name": name, "count": count, "labels": top})
        self.page("topics.html", "topics.jinja", {"title": "Topics", "section": "topics", "topics": topics})


def policy(options: WriteOptions, *, script: bool = False) -> str:
    """Returns the Content-Security-Policy of a page of a site: nothing is loaded from elsewhere."""
    own = "'self' file:"  # browsers differ in the origin of local files
    images = f" img-src {own}{' https: http:' if options.images else ''};"
    scripts = f" script-src {own};" if script else ""
    return f"default-src 'none'; style-src {own};{scripts}{images} base-uri 'none'; form-action {own}"


def pages(stem: str, items: Iterator[T], count: int, size: int) -> Iterator[tuple[Page, list[T]]]:
    """Yields the pages of a list with their items; one page at least."""
    of = max(1, -(-count // size))
    for number in range(1, of + 1):
        before = page_path(stem, number - 1) if number > 1 else ""
        after = page_path(stem, number + 1) if number < of else ""
        page = Page(number, of, page_path(stem, 1), before, after, page_path(stem, of))
        yield page, list(islice(items, size))


def page_path(stem: str, number: int) -> str:
    """Returns the path of a page of a list."""
    return f"{stem}.html" if number == 1 else f"{stem}_{number}.html"


def shown(entry: Any) -> dict[str, Any]:
    """Returns an article as a list shows it."""
    date = PartialDate(entry.date) if entry.date else None
    return {"path": entry.path, "title": entry.title, "date": date, "excerpt": entry.excerpt}


def linked(label: Label) -> dict[str, Any]:
    """Returns a label as a list shows it."""
    return {"name": label.name, "count": label.articles, "path": page_path(label_stem(label.kind, label.name), 1)}


def period(key: str) -> str:
    """Returns a month or a year in words."""
    return "Undated" if key == UNDATED else written_out(PartialDate(key))


def sitemap(files: Files, url: str, paths: Iterable[str], most: int = 50_000) -> None:
    """Writes the addresses of all pages, for search engines (sitemaps.org).

    Args:
        files: The files of the site.
        url: The address at which the site will be published.
        paths: The paths of its pages.
        most: How many addresses a file may have.
    """
    base = url.rstrip("/") + "/"
    waiting, number = iter(paths), 0
    while batch := list(islice(waiting, most)):
        number += 1
        values = {"kind": "urlset", "entry": "url", "addresses": [base + href(path) for path in batch]}
        files.add(f"sitemap-{number}.xml", template("site/sitemap.jinja").render(values).encode())
    addresses = [f"{base}sitemap-{file}.xml" for file in range(1, number + 1)]
    values = {"kind": "sitemapindex", "entry": "sitemap", "addresses": addresses}
    files.add("sitemap.xml", template("site/sitemap.jinja").render(values).encode())
