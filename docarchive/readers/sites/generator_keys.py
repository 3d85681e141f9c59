"""Front matter in the forms of single programs, normalized to the forms that articles have.

See decision 0051.
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


def normalized(metadata: Mapping[Any, Any], folder: str = "") -> dict[Any, Any]:
    """Returns metadata with the forms of generators and note programs normalized.

    Args:
        metadata: The front matter; not changed.
        folder: The folders of the file, with slashes; Jekyll separates tags by spaces in ``_posts``.
    """
    metadata = dict(metadata)
    _merge_tables(metadata)
    _flatten_dates(metadata)
    jekyll = "layout" in metadata or "_posts" in folder.split("/")
    for key, value in list(metadata.items()):
        known = keys.descriptive(str(key))
        if known is None:
            continue
        if value:
            metadata[key] = value = without_links(value)
        if known == "tags" and isinstance(value, str | list):
            metadata[key] = clean_tags(value, spaced=jekyll and str(key).lower() in ("tags", "categories"))
        elif known == "authors" and value:
            metadata[key] = _authors(metadata, str(key), value)
    return metadata


def clean_tags(value: Any, *, spaced: bool = False) -> Any:
    """Returns tags without the ``#`` that note programs write before them; Jekyll's are separated by spaces.

    >>> clean_tags("#harbour #ships"), clean_tags(["#a", ["b", "c"]]), clean_tags("C#, F#")
    (['harbour', 'ships'], ['a', 'b', 'c'], 'C#, F#')
    >>> clean_tags("news sport", spaced=True)
    ['news', 'sport']
    """
    if isinstance(value, str):
        words = value.split()
        if (spaced and "," not in value and ";" not in value) or (len(words) > 1 and all(w[0] == "#" for w in words)):
            return [word.strip("#,") if word.startswith("#") else word for word in words]
        return value.lstrip("#") if value.startswith("#") and "," not in value else value
    flat = [item for entry in value for item in (entry if isinstance(entry, list) else [entry])]
    if not all(isinstance(item, str) for item in flat):
        return [_tag(item) for item in (value if any(isinstance(item, dict) for item in flat) else flat)]
    return list(dict.fromkeys(_tag(item) for item in flat))


def without_links(value: Any) -> Any:
    """Returns a value without the brackets of a link between notes, also where YAML reads them as lists.

    >>> without_links("[[Ada Meyer|Ada]]"), without_links(["[[a]]", "b"]), without_links("see [[a]]")
    ('Ada Meyer', ['a', 'b'], 'see [[a]]')
    >>> without_links([["2024-03-16"]])
    '2024-03-16'
    """
    if isinstance(value, str):
        link = _WIKILINK.fullmatch(value.strip())
        return link[1].strip() if link else value
    if isinstance(value, list):
        if len(value) == 1 and isinstance(value[0], list) and len(value[0]) == 1 and isinstance(value[0][0], str):
            return value[0][0]
        return [without_links(item) if isinstance(item, str) else item for item in value]
    return value


def _tag(item: Any) -> Any:
    return item[1:] if isinstance(item, str) and len(item) > 1 and item[0] == "#" else item


def _merge_tables(metadata: dict[Any, Any]) -> None:
    """Moves lists out of ``taxonomies``, and copies from ``extra`` and ``params`` what no key above them says."""
    taxonomies = metadata.get("taxonomies")
    if isinstance(taxonomies, dict):
        rest = {key: value for key, value in taxonomies.items() if not _move_list(metadata, key, value)}
        metadata["taxonomies"] = rest
        if not rest:
            del metadata["taxonomies"]
    for table in _TABLES:
        inner = metadata.get(table)
        if isinstance(inner, dict):
            known = {keys.canonical(str(key)) for key in metadata}
            for key, value in inner.items():
                kind = keys.canonical(str(key))
                if kind in _FROM_TABLES and kind not in known:
                    metadata.setdefault(key, value)


def _move_list(metadata: dict[Any, Any], key: Any, value: Any) -> bool:
    """Adds a list under its key; returns whether the key is one of a list, and free."""
    known = keys.descriptive(str(key))
    if known is None or keys.KNOWN[known] != keys.LIST or key in metadata:
        return False
    metadata[key] = value
    return True


def _flatten_dates(metadata: dict[Any, Any]) -> None:
    """Takes dates out of tables (``date: {created: …, updated: …}``), and removes those that mean none (the year 1)."""
    for key, value in list(metadata.items()):
        if keys.KNOWN.get(keys.descriptive(str(key)) or "") != keys.DATE:
            continue
        if isinstance(value, dict):
            first = next((value[name] for name in _FIRST_DATE if value.get(name)), None)
            last = next((value[name] for name in _LAST_DATE if value.get(name)), None)
            if first is not None:
                metadata[key] = first
                if last is not None and last is not first:
                    metadata.setdefault("updated", last)
                if rest := {name: date for name, date in value.items() if date is not first and date is not last}:
                    set_aside(metadata, str(key), rest)
        elif str(value).startswith(_NO_YEAR) and read_date(value):
            del metadata[key]
            set_aside(metadata, str(key), value)
        elif isinstance(value, list) and len(value) == 1 and read_date(value[0]):
            metadata[key] = value[0]
    change = metadata.get("last_update")
    if isinstance(change, dict) and change.get("date"):
        metadata.setdefault("updated", change["date"])


def _authors(metadata: dict[Any, Any], key: str, value: Any) -> Any:
    """Returns the authors of a value: two of ``Ada Meyer (Ulm) and Bo Larsen``, whose text is set aside as written."""
    names: list[Any] = []
    for item in value if isinstance(value, list) else [value]:
        if isinstance(item, dict):
            names.append(_whole_name(item))
            continue
        several = several_people(item) if isinstance(item, str) else []
        if several and says_more(item, several):
            set_aside(metadata, key, item)
        names.extend(several or [item])
    return names if len(names) > 1 or isinstance(value, list) else names[0]


def _whole_name(person: Mapping[Any, Any]) -> Mapping[Any, Any]:
    """Returns a person with the name in one text where it is in parts (``name: {given: Ada, family: Meyer}``)."""
    name = person.get("name")
    parts: Mapping[Any, Any] = name if isinstance(name, dict) else person
    for names in _NAME_PARTS:
        given = [str(parts[part]) for part in names if parts.get(part)]
        if given and names[-1] in parts:
            return {**person, "name": " ".join(given)}
    return person
