"""The title of a page: of the titles that it states, the one that a reader sees above the text (decision 0034)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Final

from docarchive.readers.html.seen import is_hidden
from docarchive.readers.web.blocks import upwards
from docarchive.readers.web.lines import letters, line_of, lines_of
from docarchive.texts import one_line

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_SEPARATORS: Final = (" | ", " - ", " – ", " — ", " :: ", " · ", " « ", " » ", "｜", "_")
#: The address of a link to the front page.
_FRONT_PAGE: Final = re.compile(r"(?:https?://[^/?#]+)?(?:\.?/)?(?:index\.\w{2,5})?", re.IGNORECASE)
#: Headings of parts of pages, not of articles.
_OF_FRAME = re.compile(
    r"(?:write|leave|post|add|submit)\s+(?:a|your)\s+(?:reply|comment)(?:\s+or\s+(?:reply|comment))?|reply|replies"
    r"|(?:no\s+|\(?\d+\)?\s+)?(?:comments?|kommentare?|kommentarer|commentaires?|comentários?|comentarios?|commenti"
    r"|reacties|komentarze|yorumlar|комментари[ий]|コメント|댓글|评论)(?:\s*\(\d+\))?"
    r"|(?:schreibe|hinterlasse)\s.*(?:kommentar|antwort)|laisser un commentaire"
    r"|dej[ae] un comentario|deixe um comentário|lascia un commento|(?:plaats|geef) een reactie|skriv en kommentar"
    r"|dodaj komentarz|yorum yap|コメントを(?:残す|書く)|댓글\s*(?:남기기|쓰기)|(?:добавить|оставить) комментарий"
    r"|(?:post|article)\s+navigation|breadcrumbs?|archive?s?|advertisement|latest\s+(?:news|posts|articles|stories)|404"
    r"|(?:(?:main|site)\s+)?(?:navigation|menu)|navigation und service|hauptnavigation|men[uü]"
    r"|search(?:\s+results)?|suche"
    r"|related(?:\s+(?:posts|articles|stories|content))?|share(?:\s+this)?:?|newsletter|sitemap|footer|header|cookies?"
    r"|skip to (?:main )?content|no title|untitled",
    re.IGNORECASE,
)
_FRAME: Final = frozenset(["nav", "footer", "aside", "form", "dialog"])
_FRAME_NAMES = re.compile(
    r"comment|respond|\bnav|menu|sidebar|footer|screen-reader|sr-only|visually-?hidden|\baural\b|related|widget",
    re.IGNORECASE,
)
_TITLE = re.compile(r"(?:entry|post|article|page|story|news)[-_]?title|headline|\btitle\b", re.IGNORECASE)
#: Names of the elements in which sites show their own name.
_SITE = re.compile(r"site-?(?:title|name)|\blogo\b|masthead|\bbrand", re.IGNORECASE)
_LONGEST_NUMBER: Final = 2
_MAX_HEADINGS: Final = 20
_MAX_LINES: Final = 200
_LONGEST: Final = 300
#: How many letters and digits a title and a heading must share if one is a part of the other.
_SHORTEST_SHARED: Final = 12
#: Stated titles of at least this many characters may have been cut.
_CUT_LENGTH: Final = 80


def headline(tree: HtmlElement, stated: Sequence[str], sites: Iterable[str]) -> str:
    """Returns the title of a page: a stated one that the page shows as a heading, else the first.

    Pages often state a title for search engines, or a shortened one, as well as the one that they show. A heading
    counts if it is the same as a stated title, its beginning or end, or the title before it was cut.

    Args:
        tree: The page.
        stated: The titles that it states, the best first.
        sites: Names of the site, which are removed from titles.
    """
    linked_names = {letters(name) for name in _names(tree)} - {""}
    names = linked_names | {letters(name) for name in sites if name} - {""}
    titles = [_without_site(_without_prefix(title, linked_names), names) for title in stated if title]
    titles = [title for title in titles if is_headline(title)]
    titles = [title for title in titles if letters(title) not in linked_names] or titles
    headings = [heading for heading in _headings(tree) if letters(heading) not in names]
    for matches in (_says_the_same, _is_part_of_other):
        for title in titles:
            for heading in headings:
                if matches(title, heading):
                    has_parts = ": " in title and ":" not in heading and letters(title) == letters(heading)
                    return title if has_parts else heading  # only a style sheet sets the parts of such a heading apart
    return _part_on_page(titles[0], titles[-1], tree) if titles else ""


def guessed(tree: HtmlElement) -> str:
    """Returns the title of a page that states none but ``<title>``; empty if there is none.

    It is a heading that says what ``<title>`` or its first part says, else the only first heading, else a heading that
    is another part of ``<title>``, else one that is marked as the title, else the first part of ``<title>``.
    """
    headings = [
        (element, text)
        for element in [*islice(tree.iter("h1", "h2", "h3"), _MAX_HEADINGS)]
        if is_headline(text := line_of(element)) and not _is_of_frame(element)
    ]
    headings = [heading for heading in headings if not _SITE.search(_marks(heading[0]))] or headings
    first_headings = [text for element, text in headings if element.tag == "h1"]
    marked = [text for element, text in headings if _TITLE.search(_marks(element))]
    title = one_line(str(tree.xpath("string(//head/title)")))
    parts = [part.strip() for sign in _SEPARATORS[:6] if sign in title for part in title.split(sign)] or [title]
    beginnings = {letters(title), *(letters(title.partition(sign)[0]) for sign in (*_SEPARATORS, ": "))}
    ends = {letters(title.rpartition(sign)[2]) for sign in (*_SEPARATORS, ": ")}
    candidates = [
        *(text for _, text in headings if len(letters(text)) >= _SHORTEST_SHARED and letters(text) in beginnings),
        *(first_headings if len(first_headings) == 1 else ()),
        *(text for _, text in headings if letters(text) in ends),
        *marked,
        *(part for part in parts if "." not in part),
        *first_headings,
        title,
        *(text for _, text in headings),
    ]
    return next((text for text in candidates if is_headline(text)), "")


def is_headline(text: str) -> bool:
    """Returns whether a text can be the title of an article: not ``1``, nor what pages write above their own parts."""
    text = text.strip()
    return (
        len(text) > 0 and (any(map(str.isalpha, text)) or len(text) > _LONGEST_NUMBER) and not _OF_FRAME.fullmatch(text)
    )


def _is_of_frame(element: HtmlElement) -> bool:
    return any(
        ancestor.tag in _FRAME or is_hidden(ancestor.get) or _FRAME_NAMES.search(_marks(ancestor))
        for ancestor in upwards(element)
    )


def _marks(element: HtmlElement) -> str:
    return " ".join(element.get(key) or "" for key in ("class", "id", "itemprop"))


def _names(tree: HtmlElement) -> list[str]:
    """Returns the headings that are links to the front page: names of the site."""
    links = tree.xpath("//h1//a[@href!=''] | //a[@href!=''][h1]")[:_MAX_HEADINGS]
    return [line_of(link) for link in links if _FRONT_PAGE.fullmatch(link.get("href").strip())]


def _part_on_page(title: str, full_title: str, tree: HtmlElement) -> str:
    """Returns the part of ``<title>`` that is a line of the page by itself, if the guessed title is not one.

    Args:
        title: The guessed title.
        full_title: All of ``<title>``.
        tree: The page.
    """
    signs = (*_SEPARATORS, ": ")
    parts = next(
        ([part for part in full_title.split(sign) if part.strip()] for sign in signs if sign in full_title), []
    )
    if len(parts) != 2 or letters(title) not in map(letters, parts):
        return title
    lines = [letters(line) for line in islice(lines_of(tree), _MAX_LINES)]
    if letters(title) in lines:
        return title
    part_by_line = {lines.index(letters(part)): part for part in parts if letters(part) in lines}
    return part_by_line[max(part_by_line)].strip() if part_by_line else title


def _headings(tree: HtmlElement) -> list[str]:
    headings = (line_of(element) for element in tree.xpath("//h1")[:_MAX_HEADINGS])
    return [text for text in headings if 0 < len(text) <= _LONGEST]


def _says_the_same(title: str, heading: str) -> bool:
    return letters(title) == letters(heading) != ""


def _is_part_of_other(title: str, heading: str) -> bool:
    title_letters, heading_letters = letters(title), letters(heading)
    shorter, longer = sorted((title_letters, heading_letters), key=len)
    if len(shorter) < max(_SHORTEST_SHARED, len(longer) // 2):
        return False
    if shorter is title_letters and longer.startswith(shorter):
        return len(title) >= _CUT_LENGTH or title.endswith(("…", "..."))
    return longer.startswith(shorter) or longer.endswith(shorter)


def _without_prefix(title: str, names: set[str]) -> str:
    """Removes the name of a blog from the beginning of a title, as in ``Salt and Rope: Mending a sail``."""
    first, _, rest = title.partition(": ")
    return rest.strip() if rest.strip() and letters(first) in names else title


def _without_site(title: str, names: set[str]) -> str:
    """Removes the name of the site from the end or the beginning of a title."""
    title = one_line(title)
    for sign in _SEPARATORS:
        head, _, tail = title.rpartition(sign)
        if head and letters(tail) in names:
            return head.strip()
        first, _, rest = title.partition(sign)
        if rest and letters(first) in names:
            return rest.strip()
    return title
