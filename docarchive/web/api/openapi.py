"""The description of the API for programs, in OpenAPI 3.1, made from the table of routes."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Final

from docarchive import __version__
from docarchive.web.api.routes import Parameter, Route
from docarchive.web.api.schemas import SCHEMAS
from docarchive.web.api.table import IMPORT, IMPORT_ROUTES, PREFIX, RETRY, ROUTES
from docarchive.web.verbs import FIELDS, OF_ARCHIVE, OF_ARTICLE, REQUIRED

_ID: Final = {
    "name": "id",
    "in": "path",
    "required": True,
    "schema": {"type": "string"},
    "description": "The id of an article, or any unique prefix of it.",
}
_PROBLEM: Final = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}

_ERROR: Final = {"default": {"description": "An error.", "content": _PROBLEM}}
_NUMBER: Final = {
    "name": "number",
    "in": "path",
    "required": True,
    "schema": {"type": "integer", "minimum": 0},
    "description": "The number of an import.",
}


#: What a value of a change is.
_FIELD: Final = {
    "text": {"type": "string"},
    "texts": {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]},
    "number": {"type": "integer", "minimum": 1, "maximum": 999_999_999},
}


def description(root_path: str = "", *, write: bool = False) -> dict[str, Any]:
    """Returns the description.

    Args:
        root_path: What comes before the paths, behind a proxy.
        write: Whether requests may change the archive.
    """
    listed = [*ROUTES, *(IMPORT_ROUTES if write else ())]
    paths = {PREFIX + route.path: {"get": _operation(route)} for route in listed}
    if write:
        paths |= {
            f"{PREFIX}/articles/{{id}}/{name}": {"post": _change(name, verb)} for name, verb in OF_ARTICLE.items()
        }
        paths |= {f"{PREFIX}/{name}": {"post": _change(name, verb)} for name, verb in OF_ARCHIVE.items()}
        paths[f"{PREFIX}/import"] = {"post": _import()}
        paths[f"{PREFIX}/quarantine/retry"] = {"post": _retry()}
        paths[f"{PREFIX}/imports/{{number}}/stop"] = {"post": _stop()}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "docarchive",
            "version": __version__,
            "summary": "Searches and reads an archive of articles.",
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "servers": [{"url": root_path or "/"}],
        "paths": paths,
        "components": {"schemas": SCHEMAS},
    }


def _change(name: str, verb: Callable[..., Any]) -> dict[str, Any]:
    """Returns the description of a change."""
    fields = {field: _FIELD[kind] for field, kind in FIELDS[name].items()}
    schema: dict[str, Any] = {"type": "object", "properties": fields, "additionalProperties": False}
    groups = REQUIRED.get(name, ())
    if groups:
        schema["anyOf"] = [{"required": [*group]} for group in groups]
    body = {"required": bool(groups), "content": {"application/json": {"schema": schema}}}
    return {
        "operationId": name,
        "summary": (verb.__doc__ or "").replace("``", "`"),
        "parameters": [_ID] if name in OF_ARTICLE else [],
        "requestBody": body,
        "responses": {
            "200": {"description": "What was changed.", "content": _content("Change")},
            **_ERROR,
        },
    }


def _import() -> dict[str, Any]:
    """Returns the description of the request that begins an import."""
    several = {"type": "array", "items": {"type": "string", "contentMediaType": "application/octet-stream"}}
    texts = {name: {"type": "string"} for name in ("addresses", "tags")}
    form = {"type": "object", "properties": {"files": several, **texts}}
    return {
        "operationId": "import",
        "summary": "Begin to import a file, which is the body, or the files and addresses of a form.",
        "parameters": [*map(_parameter, IMPORT)],
        "requestBody": {"content": {"application/octet-stream": {}, "multipart/form-data": {"schema": form}}},
        "responses": {"202": {"description": "It waits or runs.", "content": _content("Import")}, **_ERROR},
    }


def _retry() -> dict[str, Any]:
    """Returns the description of the request that imports refused inputs again."""
    return {
        "operationId": "retry",
        "summary": "Begin to import what is in quarantine again.",
        "parameters": [*map(_parameter, RETRY)],
        "responses": {"202": {"description": "It waits or runs.", "content": _content("Import")}, **_ERROR},
    }


def _stop() -> dict[str, Any]:
    return {
        "operationId": "stop_import",
        "summary": "Let an import end after its current batch.",
        "parameters": [_NUMBER],
        "responses": {"200": {"description": "It will end.", "content": _content("Import")}, **_ERROR},
    }


def _content(schema: str) -> dict[str, Any]:
    return {"application/json": {"schema": {"$ref": f"#/components/schemas/{schema}"}}}


def _operation(route: Route) -> dict[str, Any]:
    name = re.sub(r"[{}]", "", route.path).strip("/").replace("/", "_")
    in_path = [part for part in (_ID, _NUMBER) if f"{{{part['name']}}}" in route.path]
    content: dict[str, Any] = {"application/octet-stream": {}}
    if route.schema:
        content = _content(route.schema)
    if route.streams:
        content["application/octet-stream"] = {}
    if route.events is not None:
        content["text/event-stream"] = {}
    return {
        "operationId": name,
        "summary": route.summary,
        "parameters": [*in_path, *map(_parameter, route.parameters)],
        "responses": {
            "200": {"description": "The answer.", "content": content},
            **(
                {}
                if not route.schema
                else {"304": {"description": "It has not changed since the answer with this ETag."}}
            ),
            **_ERROR,
        },
    }


def _parameter(parameter: Parameter) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": parameter.kind}
    if parameter.kind in ("integer", "number"):
        schema |= {"minimum": parameter.least, "maximum": parameter.most}
    elif parameter.kind == "string":
        schema |= {"enum": [*parameter.choices]} if parameter.choices else {"maxLength": parameter.most}
    if parameter.default is not None:
        schema["default"] = parameter.default
    if parameter.repeated:
        schema = {"type": "array", "items": schema, "maxItems": parameter.repeated}
    return {"name": parameter.name, "in": "query", "description": parameter.meaning, "schema": schema}
