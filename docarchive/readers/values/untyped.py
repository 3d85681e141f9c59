"""Values of any type, as JSON and feedparser return them: a value of another type counts as empty."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any


def as_text(value: object) -> str:
    """Returns a string without white space around it; empty for any other value."""
    return value.strip() if isinstance(value, str) else ""


def objects_in(value: object) -> list[dict[str, Any]]:
    """Returns the objects of a list; none for any other value."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list | tuple) else []


def without_empty(metadata: Mapping[str, Any]) -> dict[str, Any]:
    """Returns metadata without empty values, and without an ``updated`` that is the same as ``date``."""
    date = metadata.get("date")
    return {key: value for key, value in metadata.items() if value and not (key == "updated" and value == date)}


def sorted_json(value: object) -> bytes:
    """Returns a value of JSON as bytes, the same in whatever order its keys are."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True).encode("utf-8", "surrogatepass")
