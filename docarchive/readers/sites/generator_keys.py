"""What front matter says in forms of one program, brought to where it is looked for.

Knows ``[taxonomies]``, ``[extra]`` and ``[params]``, tags parted by spaces or marked by ``#``, nested categories,
``date: {created: …}``, names in parts, several names in one value, and values that are links between notes.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from docarchive import keys
from docarchive.readers.values.people import says_more, several_people
from docarchive.readers.values.reserved_keys import set_aside
from docarchive.readers.values.written_dates import read_date

_TABLES: Final = ("extra", "params")
_FROM_TABLES: Final = ("authors", "source", "language", "summary", "people", "places")
_WIKILINK = re.compile(r"\[\[([^\[\]|#]{1,200})(?:#[^\[\]|]{0,200})?(?:\|[^\[\]]{0,200})?\]\]")
_FIRST_DATE: Final = ("created", "published", "posted", "date")
_LAST_DATE: Final = ("updated", "modified", "date")
_NAME_PARTS: Final = (("given", "dropping-particle", "non-dropping-particle", "family"), ("first", "middle", "last"))
_NO_YEAR: Final = "0001-"


def lifted(metadata: Mapping[Any, Any], folder: str = "") -> dict[Any, Any]:
    """Returns metadata with what generators keep in forms of their own brought up to where it is looked for."""
    found = dict(metadata)
    _lift_tables(found)
    _lift_dates(found)
    jekyll = "layout" in found or "_posts" in folder.split("/")
    for key, value in list(found.items()):
        known = keys.canonical(str(key))
        if known is None:
            continue
        if value:
            found[key] = value = unlinked(value)
        if known == "tags" and isinstance(value, str | list):
            found[key] = tags(value, spaced=jekyll and str(key).lower() in ("tags", "categories"))
        elif known == "authors" and value:
            found[key] = _authors(found, str(key), value)
    return found


def tags(value: Any, *, spaced: bool = False) -> Any:
    """Returns tags without the ``#`` that some write before them.

    >>> tags("#harbour #ships"), tags(["#a", ["b", "c"]]), tags("C#, F#"), tags("news sport", spaced=True)
    (['harbour', 'ships'], ['a', 'b', 'c'], 'C#, F#', ['news', 'sport'])
    """
    if isinstance(value, str):
        words = value.split()
        if (spaced and "," not in value and ";" not in value) or (len(words) > 1 and all(w[0] == "#" for w in words)):
            return [word.strip("#,") if word.startswith("#") else word for word in words]
        return value.lstrip("#") if value.startswith("#") and "," not in value else value
    flat = [item for each in value for item in (each if isinstance(each, list) else [each])]
    if not all(isinstance(item, str) for item in flat):
        return [_tag(item) for item in (value if any(isinstance(item, dict) for item in flat) else flat)]
    return list(dict.fromkeys(_tag(item) for item in flat))


def unlinked(value: Any) -> Any:
    """Returns a value without the brackets of a link between notes, also if YAML has read them as lists.

    >>> unlinked("[[Ada Meyer|Ada]]"), unlinked([["2024-03-16"]]), unlinked(["[[a]]", "b"]), unlinked("see [[a]]")
    ('Ada Meyer', '2024-03-16', ['a', 'b'], 'see [[a]]')
    """
    if isinstance(value, str):
        link = _WIKILINK.fullmatch(value.strip())
        return link[1].strip() if link else value
    if isinstance(value, list):
        if len(value) == 1 and isinstance(value[0], list) and len(value[0]) == 1 and isinstance(value[0][0], str):
            return value[0][0]
        return [unlinked(item) if isinstance(item, str) else item for item in value]
    return value


def _tag(item: Any) -> Any:
    return item[1:] if isinstance(item, str) and len(item) > 1 and item[0] == "#" else item


def _lift_tables(found: dict[Any, Any]) -> None:
    taxonomies = found.get("taxonomies")
    if isinstance(taxonomies, dict):
        rest = {key: value for key, value in taxonomies.items() if not _lift(found, key, value)}
        found["taxonomies"] = rest
        if not rest:
            del found["taxonomies"]
    for table in _TABLES:
        inner = found.get(table)
        if isinstance(inner, dict):
            known = {keys.canonical(str(key)) for key in found}
            for key, value in inner.items():
                kind = keys.canonical(str(key))
                if kind in _FROM_TABLES and kind not in known:
                    found.setdefault(key, value)


def _lift(found: dict[Any, Any], key: Any, value: Any) -> bool:
    known = keys.descriptive(str(key))
    if known is None or keys.KNOWN[known] != keys.LIST or key in found:
        return False
    found[key] = value
    return True


def _lift_dates(found: dict[Any, Any]) -> None:
    """Takes dates out of tables (``date: {created: …, updated: …}``), and away that mean none (the year 1)."""
    for key, value in list(found.items()):
        if keys.KNOWN.get(keys.canonical(str(key)) or "") != keys.DATE:
            continue
        if isinstance(value, dict):
            first = next((value[name] for name in _FIRST_DATE if value.get(name)), None)
            last = next((value[name] for name in _LAST_DATE if value.get(name)), None)
            if first is not None:
                found[key] = first
                if last is not None and last is not first:
                    found.setdefault("updated", last)
                if rest := {name: each for name, each in value.items() if each is not first and each is not last}:
                    set_aside(found, str(key), rest)
        elif str(value).startswith(_NO_YEAR) and read_date(value):
            del found[key]
            set_aside(found, str(key), value)
        elif isinstance(value, list) and len(value) == 1 and read_date(value[0]):
            found[key] = value[0]
    change = found.get("last_update")
    if isinstance(change, dict) and change.get("date"):
        found.setdefault("updated", change["date"])


def _authors(found: dict[Any, Any], key: str, value: Any) -> Any:
    """Returns the authors of a value; of ``Ada Meyer (Ulm) and Bo Larsen`` two, with what is written kept aside."""
    names: list[Any] = []
    for item in value if isinstance(value, list) else [value]:
        if isinstance(item, dict):
            names.append(_whole_name(item))
            continue
        several = several_people(item) if isinstance(item, str) else []
        if several and says_more(item, several):
            set_aside(found, key, item)
        names.extend(several or [item])
    return names if len(names) > 1 or isinstance(value, list) else names[0]


def _whole_name(person: Mapping[Any, Any]) -> Mapping[Any, Any]:
    """Returns a person whose name is in parts (``name: {given: Ada, family: Meyer}``) with it in one."""
    name = person.get("name")
    parts: Mapping[Any, Any] = name if isinstance(name, dict) else person
    for names in _NAME_PARTS:
        given = [str(parts[part]) for part in names if parts.get(part)]
        if given and names[-1] in parts:
            return {**person, "name": " ".join(given)}
    return person
