"""HTML -> the XHTML of books: elements only where the standard allows them, and with valid values.

Browsers accept broken HTML; readers of books do not. An element that is not allowed where it is, is removed or
replaced by a plain one; its text stays.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Final
from xml.etree import ElementTree as ET

from docarchive.writers.addresses import valid_address
from docarchive.writers.pages.body import VOID

_PHRASING: Final = frozenset(
    """
    a abbr b br cite code del dfn em i img ins kbd mark q rp rt ruby s samp small span strong sub sup time u var wbr
    """.split()  # noqa: SIM905
)
#: Blocks that contain no other blocks.
_OF_WORDS: Final = frozenset({"p", "pre", "h1", "h2", "h3", "h4", "h5", "h6", "dt", "summary", "caption", "th"})
#: The parents that an element needs.
_PARENTS: Final = {
    "li": ("ul", "ol"),
    "dt": ("dl",),
    "dd": ("dl",),
    "figcaption": ("figure",),
    "summary": ("details",),
    "rt": ("ruby",),
    "rp": ("ruby",),
    "caption": ("table",),
    "thead": ("table",),
    "tbody": ("table",),
    "tfoot": ("table",),
    "tr": ("table", "thead", "tbody", "tfoot"),
    "td": ("tr",),
    "th": ("tr",),
}
#: The children that some elements must have: their tags in order, and ``words`` for text between them.
_SHAPES: Final = {
    "dl": re.compile("(?:(?:dt )+(?:dd )+)+"),
    "table": re.compile("(?:caption )?(?:thead )?(?:(?:tbody )*|(?:tr )*)(?:tfoot )?"),
    "thead": re.compile("(?:tr )*"),
    "tbody": re.compile("(?:tr )*"),
    "tfoot": re.compile("(?:tr )*"),
    "tr": re.compile("(?:t[dh] )*"),
    "ruby": re.compile("(?:(?:words )+(?:rt |rp rt rp ))+"),
    "figure": re.compile("(?:figcaption )?(?:(?!figcaption)[a-z0-9]+ )*|(?:(?!figcaption)[a-z0-9]+ )*figcaption "),
    "details": re.compile("summary (?:(?!summary)[a-z0-9]+ )*"),
}
_WITHIN: Final = {name: parents for name, parents in _PARENTS.items() if name not in ("li", "rt", "rp")}
#: The valid values of some attributes.
_CHECKS: Final = {
    "colspan": re.compile(r"[1-9]\d{0,2}\Z", re.ASCII),
    "rowspan": re.compile(r"[1-9]\d{0,2}\Z", re.ASCII),
    "start": re.compile(r"-?\d{1,6}\Z", re.ASCII),
    "datetime": re.compile(
        r"\d{4}(?:-\d\d(?:-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?(?:Z|[+-]\d\d:\d\d)?)?)?)?\Z", re.ASCII
    ),
}
_TAG: Final = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*\Z")


def xhtml_text(root: ET.Element) -> str:
    """Returns the content of a tree as XHTML; changes the tree."""
    _settle(root, frozenset())
    for element in root.iter():
        _tidy_values(element)
    text = ET.tostring(root, "unicode")
    return "" if text.endswith("/>") else text[text.index(">") + 1 : text.rindex("<")].strip()


def _settle(element: ET.Element, above: frozenset[str]) -> None:
    """Makes the content of an element valid, from the innermost elements outwards."""
    above = above | {element.tag}
    for child in list(element):
        _settle(child, above)
    _rebuild(element, lambda child: _fate(child, element.tag, above))
    if element.tag in ("ul", "ol"):
        _wrap_items(element)
    elif (shape := _SHAPES.get(element.tag)) and not shape.fullmatch("".join(_parts(element))):
        _flatten(element)


def _fate(child: ET.Element, parent: str, above: frozenset[str]) -> str:
    """Returns the tag that an element becomes in a parent; empty if only its content is allowed there."""
    tag = child.tag
    if tag in _PARENTS and parent not in _PARENTS[tag]:
        return "" if tag in _PHRASING or parent in _OF_WORDS or parent in _PHRASING else "div"
    if tag in _PHRASING:
        blocks = any(inner.tag not in _PHRASING for inner in child)
        return "" if blocks or (tag in ("a", "dfn") and tag in above) or (tag == "ruby" and not len(child)) else tag
    return "" if parent in _OF_WORDS else tag


def _rebuild(element: ET.Element, fate: Callable[[ET.Element], str]) -> None:
    children = list(element)
    element[:] = []
    for child in children:
        _take(element, child, fate)


def _take(element: ET.Element, child: ET.Element, fate: Callable[[ET.Element], str]) -> None:
    """Appends a child, or only its content, to an element."""
    tail, child.tail = child.tail, None
    if tag := fate(child):
        if tag != child.tag:
            child.tag, child.attrib = tag, {}
        element.append(child)
    else:
        if child.tag not in _PHRASING and _has_words(element):
            ET.SubElement(element, "br")
        _say(element, child.text)
        for inner in list(child):
            _take(element, inner, fate)
    _say(element, tail)


def _has_words(element: ET.Element) -> bool:
    """Returns whether the content of an element needs a line break before more is appended."""
    if not len(element):
        return bool((element.text or "").strip())
    return element[-1].tag != "br" or bool((element[-1].tail or "").strip())


def _say(element: ET.Element, text: str | None) -> None:
    """Appends text to an element."""
    if text and len(element):
        element[-1].tail = (element[-1].tail or "") + text
    elif text:
        element.text = (element.text or "") + text


def _parts(element: ET.Element) -> Iterator[str]:
    if (element.text or "").strip():
        yield "words "
    for child in element:
        yield "words " if element.tag == "ruby" and child.tag not in ("rt", "rp") else f"{child.tag} "
        if (child.tail or "").strip():
            yield "words "


def _wrap_items(element: ET.Element) -> None:
    """Makes items of the children of a list that are not."""
    children, text = list(element), element.text
    element[:], element.text = [], None
    if (text or "").strip():
        ET.SubElement(element, "li").text = text
    for child in children:
        tail, child.tail = child.tail, None
        if child.tag == "li":
            element.append(child)
        else:
            ET.SubElement(element, "li").append(child)
        if (tail or "").strip():
            ET.SubElement(element, "li").text = tail


def _flatten(element: ET.Element) -> None:
    """Makes plain blocks of an element with wrong children, and of these."""
    if element.tag == "ruby":
        element.tag = "span"
        _rebuild(element, lambda child: "" if child.tag in ("rt", "rp") else child.tag)
        return
    kind = element.tag
    element.tag, element.attrib = "div", {}
    for child in element:
        if kind in _WITHIN.get(child.tag, ()):
            _flatten(child)


def _tidy_values(element: ET.Element) -> None:
    kept: dict[str, str] = {}
    for name, value in element.attrib.items():
        if name == "href" and (address := value if value.startswith("#") else valid_address(value)):
            kept[name] = address
        elif (element.tag == "img" and name in ("src", "alt")) or ((check := _CHECKS.get(name)) and check.match(value)):
            kept[name] = value
        elif name == "align" and value in ("left", "right", "center"):
            kept["style"] = f"text-align: {value}"
        elif name == "lang" and _TAG.match(value):
            kept |= {"lang": value, "xml:lang": value}
        elif (name == "dir" and value.lower() in ("ltr", "rtl", "auto")) or name in ("title", "class", "id", "role"):
            kept[name] = value.lower() if name == "dir" else value
    if element.tag == "time" and "datetime" not in kept:
        element.tag = "span"
    if element.tag in VOID:
        element.text = None
    element.attrib = kept
