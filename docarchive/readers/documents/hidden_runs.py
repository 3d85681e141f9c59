"""Hidden text of Word: runs that are hidden themselves, or by the style of their characters or their paragraph."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from docarchive.readers.documents.package import attribute
from docarchive.readers.html.xml import every, first, local

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_OFF: Final = frozenset(["0", "false", "off"])
#: Parts of a run that a reader would see; fields begin and end in others, which must stay.
_SHOWN: Final = frozenset(["t", "tab", "br", "cr", "sym", "noBreakHyphen", "drawing", "pict", "object"])


class HiddenRuns:
    """Knows which styles of a document are hidden.

    Args:
        styles: The root of ``styles.xml``; None if there is none.
    """

    def __init__(self, styles: Element | None) -> None:
        self._stated: dict[str, bool] = {}
        self._based_on: dict[str, str] = {}
        for style in every(styles, "style") if styles is not None else ():
            name = attribute(style, "styleId")
            properties = next((child for child in style if local(child) == "rPr"), None)
            if (hidden := _hidden(properties)) is not None:
                self._stated[name] = hidden
            if (base := first(style, "basedOn")) is not None:
                self._based_on[name] = attribute(base, "val")

    def empty(self, root: Element) -> None:
        """Removes what is shown of the hidden runs in a part of the document."""
        waiting = [(root, False)]
        while waiting:
            element, hidden = waiting.pop()
            name = local(element)
            if name == "p":
                hidden = self._by_style(element, "pPr", "pStyle", default=False)
            elif name == "r" and self._is_hidden(element, hidden):
                for child in [child for child in element if local(child) in _SHOWN]:
                    element.remove(child)
                continue
            waiting += ((child, hidden) for child in element)

    def _is_hidden(self, run: Element, by_paragraph: bool) -> bool:
        own = _hidden(next((child for child in run if local(child) == "rPr"), None))
        return self._by_style(run, "rPr", "rStyle", default=by_paragraph) if own is None else own

    def _by_style(self, element: Element, properties: str, kind: str, *, default: bool) -> bool:
        """Returns whether the style that an element names is hidden; the default if it says nothing."""
        own = next((child for child in element if local(child) == properties), None)
        named = next((child for child in own if local(child) == kind), None) if own is not None else None
        name, seen = attribute(named, "val") if named is not None else "", set[str]()
        while name and name not in seen:
            if name in self._stated:
                return self._stated[name]
            seen.add(name)
            name = self._based_on.get(name, "")
        return default


def _hidden(properties: Element | None) -> bool | None:
    """Returns whether properties of text hide it; None if they do not say."""
    mark = next((child for child in properties if local(child) == "vanish"), None) if properties is not None else None
    return None if mark is None else attribute(mark, "val").lower() not in _OFF
