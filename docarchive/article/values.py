"""Reading values: a text, a date or a list of names from any value of metadata, and the single values in it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, Final

from docarchive import keys
from docarchive.dates import PartialDate
from docarchive.errors import ArticleError

#: The parts of a person's name in JSON, without case and signs.
_PARTS_OF_NAMES: Final = (
    ("given", "droppingparticle", "nondroppingparticle", "family"),
    ("first", "middle", "last"),
    ("firstname", "middlename", "lastname"),
    ("givenname", "additionalname", "familyname"),
    ("forename", "surname"),
)


def read_names(key: str, value: Any) -> list[str]:
    """Returns the names in a value of a list key; text is split at semicolons, and for tags at commas, too.

    Raises:
        ArticleError: An object has no name.
    """
    if isinstance(value, str):
        split = re.split(r"[,;]", value) if keys.canonical(key) == "tags" else value.split(";")
        return [name for name in (text.strip() for text in split) if name]
    if isinstance(value, dict):
        name = value.get("name") or value.get("title") or value.get("literal") or _joined_name(value)
        if not name:
            raise ArticleError(key, "an object needs a name here")
        return [str(name).strip()]
    if isinstance(value, list):
        if set(map(type, value)) == {str}:
            return [name for item in value if (name := item.strip())]
        return [name for item in value if item not in (None, "") for name in _one_name(key, item)]
    return [read_text(key, value)]


def _joined_name(person: dict[Any, Any]) -> str:
    """Returns the name of a person who has it in parts, as in ``{"given": "Ada", "family": "Meyer"}``; may be empty."""
    parts = {str(key).lower().replace("_", "").replace("-", ""): part for key, part in person.items()}
    for names in _PARTS_OF_NAMES:
        written = [str(parts[name]).strip() for name in names if isinstance(parts.get(name), str)]
        if written and names[-1] in parts:
            return " ".join(filter(None, written))
    return ""


def _one_name(key: str, item: Any) -> list[str]:
    return read_names(key, item) if isinstance(item, dict) else [name] if (name := read_text(key, item).strip()) else []


def read_text(key: str, value: Any) -> str:
    """Returns a value as text: a text, a number, true or false, the name of an object, or the only item of a list.

    Raises:
        ArticleError: It is a list of several items, an object without a name, or of another type.
    """
    if isinstance(value, str):
        return str(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(value)
    if isinstance(value, list) and len(value) == 1:
        return read_text(key, value[0])
    if isinstance(value, dict) and isinstance(value.get("name"), str):
        return str(value["name"])
    raise ArticleError(key, f"this key takes one text, not {kind_of(value)}")


def read_date(key: str, value: Any) -> PartialDate:
    """Returns a value as a date; raises ``ArticleError`` if it is not one."""
    try:
        return PartialDate.parse(value)
    except ValueError as error:
        raise ArticleError(key, str(error)) from None


def kind_of(value: Any) -> str:
    """Returns the name of a value's type, for messages."""
    names = {dict: "an object", list: "a list", bool: "true or false", int: "a number", float: "a number"}
    return names.get(type(value), "that")


def nested_value(extra: dict[str, Any], key: str) -> Any:
    """Returns the value of a key, or of a dotted key in nested objects; None if there is none."""
    if key in extra:
        return extra[key]
    value: Any = extra
    for name in key.split("."):
        if not isinstance(value, dict) or name not in value:
            return None
        value = value[name]
    return value


def leaves(value: Any) -> Iterable[Any]:
    """Yields the single values in a value, those in lists and objects too; true and false as text."""
    if value is None or value == "":
        return
    if isinstance(value, list):
        for item in value:
            yield from leaves(item)
    elif isinstance(value, dict):
        for item in value.values():
            yield from leaves(item)
    elif isinstance(value, bool):
        yield "true" if value else "false"
    else:
        yield value
