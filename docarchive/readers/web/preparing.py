"""What a page shows only by its style sheets and scripts, put into its tree: before anything is read from it.

Buttons that are questions or names of tabs become text, and what they open is seen. Links of a heading to itself, and
of a note back to its mark, are left out. Words that only a style sheet sets apart get a space between them.
"""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING, Final

from docarchive.readers.web.tidying import last_text
from docarchive.texts import one_line

if TYPE_CHECKING:
    from lxml.html import HtmlElement

#: Texts of links that lead to their own heading, or from a note back to its mark.
_SIGNS = re.compile("[¶#^↑↩↪⤴⏎⮐🔗∞⚓\u200b\ufe0e\ufe0f\\s]{1,4}")
#: Those of links that are in a heading, or are marked as such.
_OWN_LINK = re.compile(r"§|(?:perma)?link|anchor|(?:direct |perma)?link to .*|copy link", re.IGNORECASE)
_OWN_LINK_NAME = re.compile(r"anchor|perma-?link|header-?link|hash-?link|head-?link", re.IGNORECASE)
_LONGEST_OWN_LINK: Final = 40
_HEADINGS: Final = frozenset(["h1", "h2", "h3", "h4", "h5", "h6", "dt", "summary"])
#: Elements whose buttons do something.
_CONTROLS: Final = frozenset(["nav", "form", "dialog", "footer", "menu"])
_QUESTION: Final = ("?", "？", "؟")
_MAX_BUTTONS: Final = 500
_LONGEST_BUTTON: Final = 300
_SET_APART: Final = ("span", "a", "label", "time", "strong", "b", "em", "small")
_CODE: Final = frozenset(["code", "pre", "kbd", "samp", "tt"])
#: The shortest word that another one with a capital may touch, as in ``HarbourNews``.
_SHORTEST_WORD: Final = 3


def prepare(tree: HtmlElement) -> None:
    """Brings what a page only shows by its style sheets and scripts into its tree.

    Args:
        tree: The page; it is changed.
    """
    for link in tree.xpath("//a[contains(@href, '#')]"):
        if _leads_to_itself(link):
            link.drop_tree()
    for footer in tree.xpath("//article//footer[contains(@class, 'meta') or contains(@class, 'submitted')]"):
        footer.tag = "div"
    for menu in tree.iter("menu", "dir"):
        if menu.find(".//button") is None:
            menu.tag = "ul"
    buttons = tree.xpath("//button")
    if buttons:
        _open(tree, buttons)
    for element in tree.iter(*_SET_APART):
        _set_apart(element)


def _leads_to_itself(link: HtmlElement) -> bool:
    text = link.text_content()
    if len(text) > _LONGEST_OWN_LINK or not text or text.isspace():
        return False
    if _SIGNS.fullmatch(text):
        return True
    return _OWN_LINK.fullmatch(text.strip()) is not None and (
        _OWN_LINK_NAME.search(link.get("class") or "") is not None or _is_in_heading(link)
    )


def _is_in_heading(link: HtmlElement) -> bool:
    """Returns whether a link is in a heading that has other text too."""
    parent = link.getparent()
    return parent.tag in _HEADINGS and bool((parent.text or "").strip() or len(parent) > 1)


def _open(tree: HtmlElement, buttons: list[HtmlElement]) -> None:
    """Makes text of the buttons that are questions, headings and names of tabs, and shows what they open."""
    controlled: dict[str, str] = {}
    for button in islice(buttons, _MAX_BUTTONS):
        text = one_line(button.text_content())
        if not 0 < len(text) <= _LONGEST_BUTTON:
            continue
        heading = next((element for element in islice(button.iterancestors(), 3) if element.tag in _HEADINGS), None)
        is_title = heading is not None and one_line(heading.text_content()) == text
        panel = button.get("aria-controls") or ""
        if button.get("role") == "tab" and panel:
            controlled[panel] = text
        elif (is_title or text.endswith(_QUESTION)) and not any(e.tag in _CONTROLS for e in button.iterancestors()):
            button.tag = "span" if is_title else "p"
            controlled[panel] = ""
            after = (button if heading is None else heading).getnext()
            if after is not None:
                _show(after)
    for panel in (
        tree.xpath("//*[@id and (@hidden or @aria-hidden or @style or @role='tabpanel')]") if controlled else ()
    ):
        name = controlled.get(panel.get("id"))
        if name is not None:
            _show(panel)
        if name:
            label = panel.makeelement("p")
            label.text = name
            label.tail, panel.text = panel.text, None
            panel.insert(0, label)


def _show(element: HtmlElement) -> None:
    """Removes what says that an element is hidden."""
    for name in ("hidden", "aria-hidden", "style"):
        element.attrib.pop(name, None)


def _set_apart(element: HtmlElement) -> None:
    """Puts a space between a word and one with a capital in the next element: only a style sheet sets them apart."""
    after = element.getnext()
    if element.tail or after is None or after.tag not in _SET_APART:
        return
    while not after.text and len(after):
        after = after[0]
    first = last_text(element)
    is_apart = (after.text or "")[:1].isupper() and first[-_SHORTEST_WORD:].isalpha() and first[-1:].islower()
    if is_apart and len(first) >= _SHORTEST_WORD and not any(e.tag in _CODE for e in element.iterancestors()):
        element.tail = " "
