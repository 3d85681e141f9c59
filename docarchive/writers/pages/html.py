"""The writer of web pages: one per article, which needs no other file and loads nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain, islice
from typing import BinaryIO, Final
from urllib.parse import quote

from docarchive.article import Highlight
from docarchive.slugs import Names
from docarchive.writers.pages.body import html_text, printable, text_tree
from docarchive.writers.pages.marks import marked
from docarchive.writers.pages.templates import asset, digest, template
from docarchive.writers.pictures import embedded
from docarchive.writers.protocol import Document, Files, WriteOptions, Writer
from docarchive.writers.text import dated_slug

_MANY: Final = "many.jinja"
_END: Final = b"</main>\n</body>\n</html>\n"


class HtmlWriter(Writer):
    """Writes a page per article, in folders of years and months; to a stream, one page with all of them.

    Scripts, forms and styles of a text are removed. Pictures that the archive keeps are inside the page. A page loads
    nothing, and its Content-Security-Policy forbids it to; with ``images`` it may load other pictures.
    """

    name = "html"
    summary = "self-contained web pages, one per article"
    suffixes = (".html", ".htm")
    folder = True
    accepts = frozenset({"images"})

    def write(self, documents: Iterable[Document], out: BinaryIO, options: WriteOptions) -> None:
        waiting = iter(documents)
        first = list(islice(waiting, 2))
        if len(first) == 1:
            out.write(page(first[0], options, options.url))
            return
        values = {"title": options.title, "policy": policy(options)}
        out.write(printable(template(_MANY).render(values)).encode())
        write_article = template("article.jinja").module.article_  # type: ignore[attr-defined]
        for document in chain(first, waiting):
            body, listed = _marked(document, options, level=3)
            out.write(printable(write_article(document.article, body, heading="h2", listed=listed)).encode())
        out.write(_END)

    def write_files(self, documents: Iterable[Document], files: Files, options: WriteOptions) -> None:
        for document, path in with_paths(documents, Names()):
            files.add(path, page(document, options, address(options.url, path)))


def page(document: Document, options: WriteOptions, address: str) -> bytes:
    """Returns the page of an article.

    Args:
        document: The article.
        options: The options of the export.
        address: The address at which the page will be published; empty if unknown.
    """
    body, listed = _marked(document, options)
    values = {"article": document.article, "body": body, "listed": listed}
    values |= {"policy": policy(options), "address": address}
    return printable(template("page.jinja").render(values)).encode()


def policy(options: WriteOptions) -> str:
    """Returns the Content-Security-Policy of a page with its style inside: nothing is run, nothing loaded."""
    images = " https: http:" if options.images else ""
    style = digest(asset("page.css"))
    return f"default-src 'none'; style-src {style}; img-src data:{images}; base-uri 'none'; form-action 'none'"


def with_paths(documents: Iterable[Document], names: Names) -> Iterator[tuple[Document, str]]:
    """Yields documents with the paths of their pages: ``2024/03/2024-03-16-slug.html``."""
    for document in documents:
        date = document.article.date
        folder = "/".join(date.text[:7].split("-")) if date else "undated"
        yield document, names.unique(f"{folder}/{dated_slug(document.article)}", ".html", id=document.id)


def address(url: str, path: str) -> str:
    """Returns the address of a page below another address; empty if that is."""
    return f"{url.rstrip('/')}/{quote(path)}" if url else ""


def _marked(document: Document, options: WriteOptions, level: int = 2) -> tuple[object, list[Highlight]]:
    """Returns the text of a page with marked passages, and the highlights to list below it."""
    from markupsafe import Markup

    tree = text_tree(document.article, images=options.images, level=level, picture=embedded(document))
    listed = marked(tree, document.article.highlights)
    return Markup(html_text(tree)), listed  # noqa: S704 - sanitised
