"""The days of events that a page is about or announces: such a day is not that of its publication."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_PROPERTIES: Final = ("startDate", "endDate", "doorTime", "previousStartDate")
#: Types of schema.org that are events, next to those whose names end with it.
_OTHER_TYPES: Final = frozenset(["festival", "hackathon", "courseinstance"])
_MARKED: Final = " or ".join(f"@itemprop='{name}'" for name in _PROPERTIES)
_META: Final = "//meta[@property='event:start_time' or @property='event:end_time']"
_DAY: Final = re.compile(r"\s*(\d{4}-\d\d-\d\d)")


def event_days(tree: HtmlElement, nodes: Sequence[Mapping[str, Any]]) -> frozenset[str]:
    """Returns the days on which the events of a page begin and end, such as ``2024-03-16``.

    Args:
        tree: The page.
        nodes: The objects that it states, from ``json_ld``.
    """
    days = (_DAY.match(text) for text in _dates(tree, nodes))
    return frozenset(day[1] for day in days if day)


def _dates(tree: HtmlElement, nodes: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    for node in nodes:
        types = node.get("@type")
        names = [str(name).rpartition("/")[2].lower() for name in (types if isinstance(types, list) else [types])]
        if any(name.endswith("event") or name in _OTHER_TYPES for name in names):
            yield from (value for name in _PROPERTIES if isinstance(value := node.get(name), str))
    for element in tree.xpath(f"{_META} | //*[{_MARKED}]"):
        yield element.get("datetime") or element.get("content") or ""
