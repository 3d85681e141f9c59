"""Schemas: what tools take and return, in JSON Schema, and whether arguments fit."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from docarchive.errors import UsageError
from docarchive.mcp.limits import FEWEST, MOST, USUAL
from docarchive.texts import did_you_mean, shorten

Schema = dict[str, Any]

#: The most characters of a text that a client passes, and the largest number.
_LONGEST: Final = 20_000
_LARGEST: Final = 1_000_000_000
_WORDS: Final = {"string": "a text", "integer": "a whole number", "boolean": "true or false", "array": "a list"}
_TYPES: Final[Mapping[str, type]] = {"string": str, "integer": int, "boolean": bool, "array": list}


def _described(schema: Schema, description: str) -> Schema:
    return {**schema, "description": description} if description else schema


def text(description: str = "", **more: Any) -> Schema:
    """Returns the schema of a text."""
    return _described({"type": "string", **more}, description)


def number(description: str = "", **more: Any) -> Schema:
    """Returns the schema of a whole number."""
    return _described({"type": "integer", **more}, description)


def truth(description: str = "") -> Schema:
    """Returns the schema of true or false."""
    return _described({"type": "boolean"}, description)


def several(items: Schema, description: str = "", **more: Any) -> Schema:
    """Returns the schema of a list."""
    return _described({"type": "array", "items": items, **more}, description)


def fields(required: str, /, **properties: Schema) -> Schema:
    """Returns the schema of an object with some properties, of which some must be there."""
    schema: Schema = {"type": "object", "properties": properties}
    return schema | ({"required": required.split()} if required else {})


def optional(schema: Schema) -> Schema:
    """Returns the schema of a value that may be null."""
    return {**schema, "type": [schema["type"], "null"]}


#: How long the answer may be: every tool takes it.
MAX_TOKENS: Final = number("The most tokens of the answer.", minimum=FEWEST, maximum=MOST, default=USUAL)
CURSOR: Final = text("The cursor of the answer before, to get what follows it.")
NEXT: Final = optional(text("Pass it as cursor to get what follows; null if this is the end."))
ID: Final = text("The id of the article, or any unique prefix of it.", maxLength=200)


def arguments(**properties: Schema) -> Schema:
    """Returns the schema of the arguments of a tool; those without a default and not marked otherwise are required."""
    needed = [name for name, schema in properties.items() if schema.get("minLength")]
    schema = fields(" ".join(needed), **properties, max_tokens=MAX_TOKENS)
    return {**schema, "additionalProperties": False}


def checked(values: Any, schema: Schema) -> dict[str, Any]:
    """Returns arguments that fit a schema of ``arguments``, with its defaults.

    Raises:
        UsageError: They do not fit; the sentence says what would.
    """
    if values is None:
        values = {}
    if not isinstance(values, dict):
        raise UsageError("the arguments are an object")
    properties = schema["properties"]
    for name in values:
        if name not in properties:
            raise UsageError(f"there is no argument {shorten(repr(name))}; {did_you_mean(str(name), properties)}")
    for name in schema.get("required", ()):
        if name not in values:
            raise UsageError(f"the argument {name} is required")
    given = {name: _checked(name, value, properties[name]) for name, value in values.items() if value is not None}
    defaults = {name: inner["default"] for name, inner in properties.items() if "default" in inner}
    return {**defaults, **given}


def _checked(name: str, value: Any, schema: Schema) -> Any:
    kind = schema["type"]
    if kind == "integer" and isinstance(value, float) and value.is_integer():
        value = int(value)
    if not isinstance(value, _TYPES[kind]) or (kind == "integer" and isinstance(value, bool)):
        raise UsageError(f"{name} must be {_WORDS[kind]}")
    return _CHECKS[kind](name, value, schema) if kind in _CHECKS else value


def _checked_number(name: str, value: int, schema: Schema) -> int:
    low, high = schema.get("minimum", value), schema.get("maximum", value)
    if not low <= value <= high:
        least = f"from {low:,} to {high:,}" if "maximum" in schema else f"{low:,} or more"
        raise UsageError(f"{name} must be {least}")
    if abs(value) > _LARGEST:
        raise UsageError(f"{name} is too large")
    return value


def _checked_text(name: str, value: str, schema: Schema) -> str:
    longest = schema.get("maxLength", _LONGEST)
    if len(value) > longest:
        raise UsageError(f"{name} is too long: at most {longest:,} characters")
    if len(value.strip()) < schema.get("minLength", 0):
        raise UsageError(f"{name} is empty")
    return value.encode("utf-8", "replace").decode().replace("\0", "\ufffd")  # without lone surrogates


def _checked_list(name: str, values: list[Any], schema: Schema) -> list[Any]:
    if len(values) > schema["maxItems"]:
        raise UsageError(f"{name} has too many items: at most {schema['maxItems']}")
    return [_checked(f"an item of {name}", value, schema["items"]) for value in values]


_CHECKS: Final[Mapping[str, Callable[[str, Any, Schema], Any]]] = {
    "integer": _checked_number,
    "string": _checked_text,
    "array": _checked_list,
}
