"""Targets that read a text: queries, front matter, dates, addresses, Markdown and HTML.

Each takes an input, and returns whether it was read; a documented error is no find. Anything else that is raised is
one, also an ``AssertionError``: it says which law does not hold.
"""

from __future__ import annotations

import json
import re
from contextlib import suppress
from datetime import datetime
from typing import Any, Final

from readers.html.trees import text_seen

from benchmarks.fuzz.samples import CONTEXT, Engines, engines
from docarchive.article import Article, canonical_url, clean, plain_mapping
from docarchive.dates import PartialDate
from docarchive.dates.words import date_range
from docarchive.errors import ArticleError, DocarchiveError, QueryError, ReaderError, UnsupportedQuery
from docarchive.frontmatter import edit, parse, read_article, render, revise
from docarchive.frontmatter.reading import load
from docarchive.markdown import escape, escaped_line
from docarchive.query import Node, quote, read
from docarchive.query.facets import Facet
from docarchive.query.lexer import QUOTED, REGEX, Token, as_prose, tokens, without_operators
from docarchive.readers.html.to_markdown import to_markdown
from docarchive.writers.markup import html_of

_NOW: Final = datetime(2024, 3, 16, 10, 30)
_FACETS: Final = [Facet.read(name) for name in ("tag", "venue.city", "month")]


def text_of(data: bytes) -> str:
    """Returns an input as text; bytes that are not UTF-8 become lone surrogates, as in the arguments of a command."""
    return data.decode("utf-8", "surrogateescape")


def query(data: bytes) -> bool:
    """A query is read or refused with a position in it, and reads the same when it is written from its tokens."""
    tree = _tree(text_of(data))
    return tree is not None


def _tree(text: str) -> Node | None:
    try:
        tree = read(text, CONTEXT).tree
    except QueryError as error:
        _check_error(error)
        return None
    hash(tree)
    plain = re.sub("[\ud800-\udfff]", "\ufffd", text)
    again = _read_as_written(plain)
    assert again == tree, f"{plain!r} is {tree}, but as it is written from its tokens {again}"
    return tree


def _check_error(error: QueryError) -> None:
    assert 0 <= error.position <= len(error.query), "the position of an error is outside of the query"
    error.caret()


def _read_as_written(text: str) -> Node | None:
    """Returns the tree of a query as it is written from its tokens; what cannot be read as a query is read as prose."""
    for source in (text, as_prose(text)):
        with suppress(QueryError):
            if source is not None:
                return read(_joined(tokens(source), without_operators(source)), CONTEXT).tree
    return None


def _joined(line: list[Token], text: str) -> str:
    """Returns the tokens of a text, with one space where it has any between them."""
    return "".join(" " * text[token.position - 1 : token.position].isspace() + _spelled(token, text) for token in line)


def _spelled(token: Token, text: str) -> str:
    boost = "" if token.boost == 1.0 else f"^{token.boost:.6f}"
    tilde = "" if token.tilde is None else "~" if token.tilde == -1 else f"~{token.tilde}"
    field = f"{token.field}:" if token.field else ""
    if token.kind in ("NEAR", "BEFORE"):
        return token.value
    if token.kind == "saved":
        return f"@{token.value}{boost}"
    if token.kind in ("term", "field") and token.form == QUOTED:
        end = token.at + len(token.value) + 2
        quoted = quote(token.value) if text[token.at] == '"' else text[token.at : end]
        return field + quoted + "*" * token.star + tilde + boost
    if token.kind in ("term", "field"):
        value = "/" + token.value.replace("/", "\\/") + "/" if token.form == REGEX else token.value
        return field + value + tilde + boost
    return "" if token.kind == "end" else token.kind + boost


def query_engines(data: bytes) -> bool:
    """Every engine and the catalog find for a query what ``Node.matches`` does."""
    try:
        tree = read(text_of(data), CONTEXT).tree
    except QueryError:
        return False
    known: Engines = engines()
    expected = set(known.memory.ids(tree))
    for engine in known.indexes:
        try:
            found = set(engine.ids(tree))
        except UnsupportedQuery:
            continue
        assert found == expected, f"{engine.name} finds {sorted(found ^ expected)[:3]} differently"
        assert engine.search(tree, limit=3).total == len(expected) == engine.count(tree), engine.name
        counts, of_memory = engine.facets(tree, _FACETS), known.memory.facets(tree, _FACETS)
        assert counts == {name: of_memory[name] for name in counts}, engine.name
    try:
        in_catalog = {row.id for row in known.catalog.rows(tree)}
    except UnsupportedQuery:
        return True
    assert in_catalog == expected, f"the catalog finds {sorted(in_catalog ^ expected)[:3]} differently"
    return True


def front_matter(data: bytes) -> bool:
    """An article's text is read or refused, and edits change what they name and nothing else."""
    try:
        text = data.decode("utf-8")
        metadata, _ = parse(text)
    except (UnicodeDecodeError, ReaderError, ArticleError):
        return False
    assert edit(text, {}) == text
    _edits(text, metadata)
    try:
        article = read_article(text)
    except ArticleError:
        return False
    assert as_json(read_article(render(article))) == as_json(article), "what is rendered is read differently"
    assert revise(text, article) == text, "a revision without a change changes the text"
    article.title, article.title_derived = "An other title", False
    assert as_json(read_article(revise(text, article))) == as_json(article), "a revised text says something else"
    return True


def _edits(text: str, metadata: dict[Any, Any]) -> None:
    body = text[load(text)[0].body :]
    try:
        plain = plain_mapping(metadata)
    except ArticleError:
        return
    for key in ["added key", *list(metadata)[:1]]:
        name = str(key)
        edited = edit(text, {name: "new: # value"})
        assert edited.endswith(body), "an edit changes the body"
        expected = {**plain, clean(name): "new: # value"}
        assert _as_json(plain_mapping(parse(edited)[0])) == _as_json(expected), "an edit changes other keys"


def _as_json(value: Any) -> str:
    return json.dumps(value, default=str, sort_keys=True)


def as_json(article: Article) -> str:
    """Returns an article as JSON, in which 1, 1.0 and true are different."""
    return json.dumps(article.to_dict(), default=str)


def dates(data: bytes) -> bool:
    """A date is read or is none; its text is read as the same date; a range begins before it ends."""
    text = text_of(data)
    range_ = date_range(text, _NOW)
    if range_ is not None:
        assert range_[0] <= range_[1], f"{range_} ends before it begins"
        assert all(datetime.fromisoformat(moment) for moment in range_)
    try:
        date = PartialDate.parse(text)
    except ValueError:
        return range_ is not None
    assert date.start <= date.end
    again = PartialDate.parse(date.text)
    assert (again.text, again.start, again.end) == (date.text, date.start, date.end), "a date is read differently"
    return True


def addresses(data: bytes) -> bool:
    """The canonical form of an address is its own canonical form."""
    url = canonical_url(text_of(data))
    if url is None:
        return False
    assert canonical_url(url) == url, f"{url!r} becomes {canonical_url(url)!r}"
    url.encode()
    return True


def markdown(data: bytes) -> bool:
    """Markdown of any content becomes HTML; text that is escaped is shown as it is."""
    text = clean(text_of(data))
    html_of(text)
    html_of(text, images=False)
    line = " ".join(text.split())
    shown = text_seen(html_of(f"A {escaped_line(line)} z"))
    assert shown == " ".join(f"A {line} z".split()), f"{line!r} is shown as {shown!r}"
    html_of(escape(text))
    return True


def html(data: bytes) -> bool:
    """HTML of any content becomes Markdown, and that becomes HTML again."""
    text = clean(text_of(data))
    try:
        html_of(to_markdown(text))
    except DocarchiveError:
        return False
    return True
