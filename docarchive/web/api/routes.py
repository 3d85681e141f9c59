"""What the routes of the API are declared with, and how the parameters of a request are read by these declarations."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Final

from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import Response

from docarchive.errors import UsageError
from docarchive.records import NamedTuple
from docarchive.web.options import MAX_QUERY
from docarchive.web.site import Site
from docarchive.web.threads import Threads

_TRUE: Final = frozenset({"1", "true", "yes"})
_FALSE: Final = frozenset({"0", "false", "no"})


class Parameter(NamedTuple):
    """A parameter of a route.

    Attributes:
        name: Its name.
        kind: ``string``, ``integer``, ``number`` or ``boolean``.
        meaning: What it does, for the description.
        default: Its value if it is left out; None for none.
        least: Of numbers: the least value.
        most: Of numbers: the greatest value; of texts: how many characters.
        choices: Of texts: the only values; empty for any.
        repeated: How many times it may be there at most; 0 for once.
    """

    name: str
    kind: str
    meaning: str
    default: Any = None
    least: int = 0
    most: int = MAX_QUERY
    repeated: int = 0
    choices: tuple[str, ...] = ()


class Route(NamedTuple):
    """A route of the API.

    Attributes:
        path: Its path below ``/api/v1``; ``{id}`` is an article's id.
        handler: Answers, in a thread, by the values of the parameters.
        summary: What it returns, for the description.
        schema: The name of the schema of what it returns.
        parameters: Its parameters.
        by_position: Whether its answers change with the archive only, so that they need not be made to be compared.
        streams: Whether it takes ``format``, which streams an export.
        ready: Whether there is something to answer: until then, a request with ``wait`` waits; None if it does not.
        events: Answers a request for events instead; None if there are none.
    """

    path: str
    handler: Callable[[Site, Request, dict[str, Any]], dict[str, Any] | Response]
    summary: str
    schema: str
    parameters: tuple[Parameter, ...] = ()
    by_position: bool = False
    streams: bool = False
    ready: Callable[[Site, Request, dict[str, Any]], bool] | None = None
    events: Callable[[Site, Threads, Request, dict[str, Any]], Awaitable[Response]] | None = None


def values_of(parameters: Sequence[Parameter], given: QueryParams) -> dict[str, Any]:
    """Returns the values of parameters by their names.

    Raises:
        UsageError: There is no such parameter, or a value is not what it must be.
    """
    known = {parameter.name: parameter for parameter in parameters}
    for name in given:
        if name not in known:
            names = ", ".join(known) or "no parameters"
            raise UsageError(f"there is no parameter {name[:40]!r} here; use {names}")
    return {name: _value(parameter, given.getlist(name)) for name, parameter in known.items()}


def _value(parameter: Parameter, texts: list[str]) -> Any:
    if parameter.repeated:
        if len(texts) > parameter.repeated:
            raise UsageError(f"use {parameter.name} at most {parameter.repeated} times")
        return [_converted(parameter, text) for text in texts if text]
    if len(texts) > 1:
        raise UsageError(f"use {parameter.name} once")
    return _converted(parameter, texts[0]) if texts and texts[0] else parameter.default


def _converted(parameter: Parameter, text: str) -> Any:
    name, kind = parameter.name, parameter.kind
    if kind == "string":
        if len(text) > parameter.most:
            raise UsageError(f"{name} is longer than {parameter.most:,} characters; shorten it")
        if parameter.choices and text not in parameter.choices:
            raise UsageError(f"{name} must be one of {', '.join(parameter.choices)}")
        return text
    if kind == "boolean":
        if text.lower() not in _TRUE | _FALSE:
            raise UsageError(f"{name} must be true or false")
        return text.lower() in _TRUE
    try:
        value = int(text) if kind == "integer" else float(text)
    except ValueError:
        value = None
    if value is None or not text.isascii() or len(text) > 20 or not parameter.least <= value <= parameter.most:
        kind = "a whole number" if kind == "integer" else "a number"
        raise UsageError(f"{name} must be {kind} from {parameter.least:,} to {parameter.most:,}")
    return value
