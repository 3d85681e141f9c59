"""The reader of Markdown, with or without front matter (YAML, TOML or JSON)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial

from docarchive import frontmatter
from docarchive.article import Article
from docarchive.readers.decoding import read_text
from docarchive.readers.names import date_in_name
from docarchive.readers.protocol import Reader, Record, Refusal, Source

_OPENING = re.compile(
    rb"(?:\xef\xbb\xbf)?(?:---(?:yaml|toml|json)?[ \t]*\r?\n.*?^(?:---|\.\.\.)|\+\+\+[ \t]*\r?\n.*?^\+\+\+)[ \t]*\r?$",
    re.S | re.M,
)


class MarkdownReader(Reader):
    """Reads one article a file; its text is kept byte for byte."""

    name = "markdown"
    summary = "Markdown with front matter in YAML, TOML or JSON"
    suffixes = (".md", ".markdown", ".mdown", ".mkd", ".mdx")
    by_name = True

    def recognizes(self, head: bytes) -> bool:
        """See ``Reader``: front matter at the beginning."""
        return _OPENING.match(head) is not None

    def records(self, source: Source) -> Iterator[Record | Refusal]:
        """See ``Reader``."""
        yield Record("", None, partial(self._load, source))

    def _load(self, source: Source) -> Article:
        text, encoding = read_text(source)
        article = self.read(text, source.name)
        if encoding != "utf-8":
            article.extra.setdefault("encoding", encoding)
        return article

    def read(self, text: str, name: str = "") -> Article:
        """Reads an article from Markdown.

        Without a title in the front matter, a first heading serves, and without a date there, one
        that the file's name begins with.

        Args:
            text: The whole text.
            name: The file's name.
        """
        article = frontmatter.read_article(text)
        if article.title_derived and (title := _first_heading(article.body)):
            article.title, article.title_derived = title, False
        if article.date is None:
            article.date = date_in_name(name)
        return article


def _first_heading(body: str) -> str:
    """Returns the heading of the first level that a text begins with (``# …`` or ``…`` over ``===``), or nothing."""
    first, _, rest = body.lstrip().partition("\n")
    below = rest.partition("\n")[0].strip()
    if first.startswith(("# ", "#\t")):
        first = first[1:].strip()
        bare = first.rstrip("#")
        return " ".join((bare if not bare or bare[-1].isspace() else first).split())
    return " ".join(first.split()) if below and not below.strip("=") else ""
