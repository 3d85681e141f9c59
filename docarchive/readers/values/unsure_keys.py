"""Keys of other programs that mean a date or authors only if the value says so, and numbers that are no names.

``time: 5 min`` is no date, and ``by: bus`` no author. A number under ``author`` is the id of one, as in tables of
WordPress and in what its API returns.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from docarchive import keys
from docarchive.readers.values.people import are_logins, is_nobody, may_be_names, without_addresses
from docarchive.readers.values.written_dates import read_date

#: A time of day and a year are no date of an article.
_VAGUE: Final = ("year", "month")


def with_meant_keys(metadata: Mapping[Any, Any]) -> Mapping[Any, Any]:
    """Returns metadata with ``time``, ``by`` and the like as ``date`` and ``authors``, if they are these.

    >>> with_meant_keys({"by": "pg", "time": 1175714200}), with_meant_keys({"by": "bus", "time": "5 min"})
    ({'authors': 'pg', 'date': 1175714200}, {'by': 'bus', 'time': '5 min'})
    """
    unsure = {name: key for key in metadata if (name := str(key).lower()) in keys.UNSURE}
    known = {keys.canonical(str(key)) for key in metadata}
    meant: dict[Any, tuple[str, Any]] = {}
    time = next(
        (unsure[name] for name in keys.UNSURE_DATES if name in unsure and _is_date(metadata[unsure[name]])), None
    )
    if time is not None and "date" not in known:
        meant[time] = ("date", metadata[time])
    for name in keys.UNSURE_AUTHORS if "authors" not in known else ():
        if name in unsure and _are_names(value := metadata[unsure[name]], login=time is not None):
            meant[unsure[name]] = ("authors", value)
            break
    return dict(meant.get(key, (key, value)) for key, value in metadata.items()) if meant else metadata


def names_among(value: Any) -> tuple[Any, Any]:
    """Returns the names in a value, and what of it is no name as it is: numbers, and names with an address of mail.

    >>> names_among(3), names_among(["Ann Lee", "17"]), names_among("Ann Lee"), names_among("Ann Lee <a@b.example>")
    ((None, 3), (['Ann Lee'], ['17']), ('Ann Lee', None), (['Ann Lee'], 'Ann Lee <a@b.example>'))
    """
    items = value if isinstance(value, list) else [value]
    named = [(item, without_addresses(item) if isinstance(item, str) else []) for item in items]
    others = [item for item, names in named if names or _is_number(item)]
    if not others:
        return value, None
    kept = [name for item, names in named for name in names or ([] if _is_number(item) else [item])]
    return kept or None, others if isinstance(value, list) else value


def _is_number(value: Any) -> bool:
    return value.strip().isdecimal() if isinstance(value, str) else type(value) in (int, float)


def _is_date(value: Any) -> bool:
    date = read_date(value) if isinstance(value, str | int | float) else None
    return date is not None and date.precision not in _VAGUE


def _are_names(value: Any, *, login: bool) -> bool:
    """Returns whether a value is names; a single word in lower case is one only if it may be a login."""
    if isinstance(value, list):
        return bool(value) and all(isinstance(item, str) and may_be_names(item) for item in value)
    if not isinstance(value, str) or is_nobody(value):
        return False
    return may_be_names(value) or (login and are_logins([value]))
