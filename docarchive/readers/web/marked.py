"""Dates and authors in elements that are marked as such, by ``<time>``, ``itemprop``, ``rel=author`` or their class.

Only those of the article itself count, not those of comments, of other articles, or in the frame of the page.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING, Final

from docarchive.readers.html.seen import is_hidden
from docarchive.readers.values.people import are_full_names
from docarchive.readers.web.blocks import INLINE, nearest
from docarchive.readers.web.date_words import date_of
from docarchive.readers.web.lines import letters
from docarchive.records import NamedTuple
from docarchive.texts import one_line

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_OTHER_TAGS: Final = frozenset(["nav", "footer", "aside", "form", "figure", "blockquote", "head"])
_OTHER_NAMES = re.compile(
    r"comment|respond|repl(?:y|ies)|related|recommend|promo|newsletter|sidebar|widget|popular|trending|most-|more-|next"
    r"|prev|teaser|footer|\bnav|menu|carousel|slide|gallery|ticker|\bads?\b|advert|copyright|event|expir",
    re.IGNORECASE,
)
_PUBLISHED = re.compile(r"publi|posted|pub-?date|created|entry-date|post-?date|article-?date|date-?line", re.IGNORECASE)
_UPDATED = re.compile(r"updat|modif|revis|edited|actualiz|aktualis|mis à jour|aggiornat|bijgewerkt", re.IGNORECASE)
_DATE = re.compile(r"\b(?:date|time|timestamp|datum|fecha)\b|date$|^date|timestamp|publi|posted|pubdate", re.IGNORECASE)
#: The names of a date of an event, in microdata and microformats.
_OF_EVENT = re.compile(r"\b(?:start|end)-?date\b|\bdt-?(?:start|end)\b|\bdoortime\b", re.IGNORECASE)
_AUTHOR = re.compile(r"\bauthors?\b|\bby-?line|author-?(?:name|info)|\bbyl\b", re.IGNORECASE)
_AUTHOR_PAGE = re.compile(r"/(?:authors?|autor(?:en|es|in)?|auteurs?|contributors?|writers?)/[^/?#]", re.IGNORECASE)
_LISTS: Final = ("ul", "ol")
_VALUES: Final = ("dd", "td")
_LABELS: Final = ("dt", "td", "th")
_ELEMENT_NAMES: Final = "time ul ol a abbr address cite dd div em font h3 h4 h5 h6 li meta p small span strong td"
_ELEMENTS: Final = tuple(_ELEMENT_NAMES.split())
_UNCLEAR: Final = 2
#: So many words may be before a date that is no part of a sentence, whatever is after it.
_FEW_WORDS: Final = 2
_LONGEST: Final = 160
_MAX_ELEMENTS: Final = 20
_MAX_NAMED: Final = 20_000
_MAX_HEADINGS: Final = 30


class Marked(NamedTuple):
    """What a page marks as its own.

    Attributes:
        dates: Dates as they are written, in ``datetime`` or as text; the best first.
        maybe_dates: The same of elements whose names say only that there is a date.
        updates: Dates of changes, in the same way.
        authors: Texts that name authors, the best first.
    """

    dates: list[str]
    maybe_dates: list[str]
    updates: list[str]
    authors: list[str]


def marked(tree: HtmlElement, title: str, event_days: frozenset[str] = frozenset()) -> Marked:
    """Returns the dates and the authors that a page marks: those in its article, else clear ones elsewhere.

    Args:
        tree: The page.
        title: Its title.
        event_days: Days that are the page's own only if it says so; see ``events``.
    """
    scope = _scope(tree, title)
    in_article = _marked_in(scope, event_days)
    if scope is tree or (in_article.dates and in_article.authors):
        return in_article
    on_page = _marked_in(tree, event_days)
    return Marked(
        in_article.dates or on_page.dates,
        in_article.maybe_dates,
        in_article.updates or on_page.updates,
        in_article.authors or on_page.authors,
    )


def _marked_in(scope: HtmlElement, event_days: frozenset[str]) -> Marked:
    dates: list[tuple[int, str]] = []
    updates: list[str] = []
    authors: list[tuple[int, str]] = []
    people: list[tuple[HtmlElement, str]] = []
    known: dict[HtmlElement, bool] = {}
    for element, names in islice(_named(scope), _MAX_NAMED):
        is_date = element.tag == "time" or bool(_DATE.search(names))
        is_author = is_of_author(element, names)
        if not (is_date or is_author) or _is_of_other(element, scope, known):
            continue
        text = " ".join(element.text_content().split()) if is_date else _author_text(element)
        if is_date and not _PUBLISHED.search(names) and element.get("pubdate") is None:
            before, after = _around(element)
            of = date_of(before)
            if of == "other" or (not of and (_is_in_sentence(before, after) or _is_in_row(element))):
                continue
            if not of and (_OF_EVENT.search(names) or _date(element, text)[:10] in event_days):
                continue
            names += {"change": " updated", "publication": " published"}.get(of, "")
        if is_date and (value := _date(element, text)):
            if _UPDATED.search(names):
                updates.append(value)
            else:
                dates.append((_rank_of_date(element, names), value))
        elif is_author and 0 < len(text) <= _LONGEST:
            authors.append((0 if element.get("rel") or "name" in names else 1, text))
            people.append((element, text))
    sure = [ranked for ranked in dates if ranked[0] < _UNCLEAR]
    others = [ranked for ranked in dates if ranked[0] == _UNCLEAR]
    together = [(-1, text) for text in _together(people[:_MAX_ELEMENTS])]
    return Marked(_ranked(sure), _ranked(others), updates[:_MAX_ELEMENTS], _ranked([*together, *authors]))


def is_of_author(element: HtmlElement, names: str) -> bool:
    """Returns whether an element is marked as that of an author: by ``rel``, class or property, or by where it links.

    Args:
        element: The element.
        names: Its classes and the like, in lower case.
    """
    if "author" in (element.get("rel") or "").split() or _AUTHOR.search(names):
        return True
    return element.tag == "a" and _AUTHOR_PAGE.search(element.get("href") or "") is not None and _is_in_short(element)


def _is_in_short(link: HtmlElement) -> bool:
    """Returns whether a link is in a line that is too short for a paragraph."""
    around = link.getparent()
    while around is not None and around.tag in INLINE:
        around = around.getparent()
    return around is not None and len(" ".join(around.text_content().split())) <= _LONGEST


def _together(people: list[tuple[HtmlElement, str]]) -> Iterator[str]:
    """Yields the names in elements of one kind that are next to one another, with commas between them.

    They are children of one element, or of its children, as in a list.
    """
    groups: dict[tuple[object, ...], list[str]] = {}
    for element, text in people:
        if element.tag in _LISTS:
            for item in element.findall("li"):
                groups.setdefault((element,), []).append(one_line(item.text_content()))
            continue
        look = (element.tag, element.get("class"), element.get("itemprop"), element.get("rel"))
        parent = element.getparent()
        above = parent.getparent() if parent is not None else None
        groups.setdefault((parent, *look), []).append(text)
        if parent is not None and parent.tag in ("li", "span") and above is not None:
            groups.setdefault((above, parent.tag, *look), []).append(text)
    for texts in groups.values():
        if len(names := [*dict.fromkeys(texts)]) > 1 and are_full_names(names):
            yield ", ".join(names)


def _author_text(element: HtmlElement) -> str:
    """Returns the name in an element: its property, else its text, in which parts that touch are set apart."""
    properties: dict[str, str] = {}
    for child in islice(element.iterdescendants("*"), _MAX_ELEMENTS):
        if name := child.get("itemprop"):
            properties.setdefault(name, one_line(child.get("content") or child.text_content()))
    given, family = properties.get("givenName"), properties.get("familyName")
    if "author" in (element.get("itemprop") or "").split() and (name := properties.get("name")):
        return name
    if given and family:
        return f"{given} {family}"
    text = ""
    for piece in element.itertext():
        if len(text) > _LONGEST:
            break
        if text and piece and (text[-1].islower() or text[-1] == ".") and (piece[0].isupper() or piece[0].isdigit()):
            text += " · " if " " in text else " "
        text += piece
    return one_line(text)


def _around(element: HtmlElement) -> tuple[str, str]:
    """Returns the text before and after an element in its line; of a very long one, the nearest part.

    The cell or the term before it is in its line too.
    """
    before: list[str] = []
    after = [element.tail or ""]
    while True:
        for other in islice(element.itersiblings(preceding=True), _MAX_ELEMENTS):
            before.append(other.tail or "")
            if other.tag not in INLINE:
                return "".join(reversed(before)), "".join(after)
            before.append(other.text_content())
        parent = element.getparent()
        if parent is None or len(before) >= _MAX_ELEMENTS:
            break
        before.append(parent.text or "")
        if parent.tag not in INLINE:
            label = parent.getprevious() if parent.tag in _VALUES else None
            before += [" ", label.text_content()] if label is not None and label.tag in _LABELS else []
            break
        element = parent
        after.append(element.tail or "")
    return "".join(reversed(before)), "".join(after)


def _is_in_sentence(before: str, after: str) -> bool:
    """Returns whether a date is in a sentence about something else: words are before it and after it."""
    if before.lower().startswith("by "):
        return False
    ends = after.rstrip().endswith((".", "!", "?", "。")) or len(before) + len(after) > _LONGEST
    return ends and any(map(str.isalpha, after)) and len(before.split()) > _FEW_WORDS and before.split()[-1].islower()


def _is_in_row(element: HtmlElement) -> bool:
    """Returns whether a date is one of several in the items of a list that has links, or in a table with a header."""
    row = next((ancestor for ancestor in islice(element.iterancestors("li", "tr"), 1)), None)
    if row is None:
        return False
    if row.tag == "tr":
        return any(map(is_data, islice(row.iterancestors("table"), 1)))
    others = islice((item for item in row.getparent() if item is not row), _MAX_ELEMENTS)
    return row.find(".//a") is not None and any(item.find(".//time") is not None for item in others)


def _ranked(values: list[tuple[int, str]]) -> list[str]:
    return [value for _, value in sorted(values[:_MAX_ELEMENTS], key=lambda ranked: ranked[0])]


def _named(scope: HtmlElement) -> Iterator[tuple[HtmlElement, str]]:
    """Yields elements that may be marked, and the names that they have."""
    for element in scope.iter(*_ELEMENTS):
        names = [element.get(key) for key in ("class", "id", "itemprop", "property", "rel", "pubdate")]
        if (
            element.tag == "time"
            or any(names)
            or (element.tag == "a" and _AUTHOR_PAGE.search(element.get("href") or ""))
        ):
            yield element, " ".join(name for name in names if name).lower()


def _date(element: HtmlElement, text: str) -> str:
    stated = element.get("datetime") or element.get("content") or ""
    if not stated and element.tag == "abbr":
        stated = element.get("title") or ""
    return stated.strip() or (text if len(text) <= _LONGEST else "")


def _rank_of_date(element: HtmlElement, names: str) -> int:
    """Returns 0 for what says to be the date of publication, 1 for ``<time>``, 2 for others."""
    if _PUBLISHED.search(names) or element.get("pubdate") is not None:
        return 0
    return 1 if element.tag == "time" and element.get("datetime") else _UNCLEAR


def _scope(tree: HtmlElement, title: str) -> HtmlElement:
    """Returns the element of the article: the one around the title, the only one, or the page."""
    headings = [*tree.iter("h1", "h2", "h3")][:_MAX_HEADINGS]
    title_letters = letters(title)
    headings.sort(key=lambda heading: (letters(heading.text_content()) != title_letters, heading.tag))
    for ancestor in headings[0].iterancestors("article") if headings else ():
        return ancestor
    for name in ("article", "main"):
        candidates = [
            element for element in islice(tree.iter(name), _MAX_ELEMENTS) if not _is_of_other(element, tree, {})
        ]
        if len(candidates) == 1:
            return candidates[0]
    return tree


def is_other(element: HtmlElement) -> bool:
    """Returns whether an element holds something else than an article: comments, other articles, the page's frame."""
    if element.tag in _OTHER_TAGS or is_hidden(element.get):
        return True
    return element.tag != "body" and bool(
        _OTHER_NAMES.search(f"{element.get('class') or ''} {element.get('id') or ''}")
    )


def _is_footer(element: HtmlElement) -> bool:
    """Returns whether an element is a footer: in an article, it may have the article's own date and author."""
    names = f"{element.get('class') or ''} {element.get('id') or ''}"
    others = _OTHER_NAMES.findall(names)
    return (element.tag == "footer" or bool(others)) and all(name.lower() == "footer" for name in others)


def is_data(element: HtmlElement) -> bool:
    """Returns whether an element is a table whose first row is a header."""
    head = next(element.iter("tr"), None) if element.tag == "table" else None
    return head is not None and len(head) > 1 and all(cell.tag == "th" for cell in head)


def _is_of_other(element: HtmlElement, scope: HtmlElement, known: dict[HtmlElement, bool]) -> bool:
    """Returns whether an element is in something else than the article.

    Args:
        element: The element.
        scope: The element of the article.
        known: The answers so far, for other elements; those of this one and of what is around it are added.
    """

    def answer(ancestor: HtmlElement) -> bool | None:
        if ancestor is scope or ancestor.tag == "body":
            return False
        if scope.tag == "article" and _is_footer(ancestor):
            return None
        return is_other(ancestor) or (ancestor.tag == "article" and ancestor is not element) or None

    return nearest(element, known, answer, default=False)
