"""The schemas of what the API returns, as JSON Schema. Keys may be added to any object."""

from __future__ import annotations

from typing import Any, Final

Schema = dict[str, Any]

_TEXT: Final[Schema] = {"type": "string"}
_WHOLE: Final[Schema] = {"type": "integer"}
_NUMBER: Final[Schema] = {"type": "number"}
_FLAG: Final[Schema] = {"type": "boolean"}
_ANY: Final[Schema] = {}
_TEXT_OR_NULL: Final[Schema] = {"type": ["string", "null"]}


def _list(items: Schema) -> Schema:
    return {"type": "array", "items": items}


def _map(values: Schema) -> Schema:
    return {"type": "object", "additionalProperties": values}


def _ref(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


def _object(required: dict[str, Schema], optional: dict[str, Schema] | None = None) -> Schema:
    return {"type": "object", "required": [*required], "properties": {**required, **(optional or {})}}


def _answer(required: dict[str, Schema], optional: dict[str, Schema] | None = None) -> Schema:
    return _object({"schema": {"const": 1}, **required}, optional)


_COUNTS: Final = _list(_object({"value": _TEXT, "count": _WHOLE}))
_METADATA: Final = {
    **dict.fromkeys(("date", "updated", "archived", "source", "section", "url", "language", "summary"), _TEXT),
    **{key: _list(_TEXT) for key in ("authors", "tags", "people", "organizations", "places")},
}

_IMPORT: Final = {
    "import": _WHOLE,
    "state": {"enum": ["waiting", "running", "done", "stopped", "failed"]},
    "inputs": _WHOLE,
    "records": _map(_WHOLE),
    "change": {"type": ["integer", "null"]},
    "detail": _TEXT,
}

#: By name; the name of a route's schema is in the table of routes.
SCHEMAS: Final[dict[str, Schema]] = {
    "Hit": _object(
        {
            "rank": _WHOLE,
            "id": _TEXT,
            "title": _TEXT,
            "date": _TEXT_OR_NULL,
            "score": _NUMBER,
            "path": _TEXT,
            "snippet": _TEXT,
        },
        {"explanation": _list(_ANY)},
    ),
    "Results": _answer(
        {
            "query": _TEXT,
            "total": _WHOLE,
            "mode": {"enum": ["words", "meaning", "both"]},
            "answered": {"enum": ["all words", "any words", "meaning"]},
            "total_all_words": _WHOLE,
            "took_ms": _NUMBER,
            "hits": _list(_ref("Hit")),
        },
        {"facets": _map(_COUNTS), "suggestion": _TEXT, "cursor": _TEXT_OR_NULL},
    ),
    "Count": _answer({"query": _TEXT, "total": _WHOLE}),
    "Facets": _answer({"query": _TEXT, "total": _WHOLE, "facets": _map(_COUNTS), "more": _map(_WHOLE)}),
    "Row": _object({"id": _TEXT, "title": _TEXT, "path": _TEXT}, _METADATA),
    "List": _answer({"query": _TEXT, "total": _WHOLE, "articles": _list(_ref("Row")), "cursor": _TEXT_OR_NULL}),
    "Article": _answer({"id": _TEXT, "title": _TEXT, "body": _TEXT}, {**_METADATA, "path": _TEXT}),
    "Versions": _answer(
        {
            "id": _TEXT,
            "versions": _list(
                _object(
                    {
                        "number": _WHOLE,
                        "current": _FLAG,
                        "written": _TEXT_OR_NULL,
                        "title": _TEXT,
                        "bytes": _WHOLE,
                        "sha256": _TEXT,
                        "path": _TEXT,
                        "keys": _list(_TEXT),
                        "added": _WHOLE,
                        "removed": _WHOLE,
                        "fault": _TEXT_OR_NULL,
                    }
                )
            ),
        }
    ),
    "Diff": _answer(
        {"id": _TEXT, "a": _WHOLE, "b": _WHOLE, "differs": _FLAG, "opcodes": _list(_object({"op": _TEXT}))}
    ),
    "Provenance": _answer(
        {"id": _TEXT, "title": _TEXT, "path": _TEXT, "versions": _list(_TEXT)},
        {"original": _TEXT_OR_NULL, "original_path": _TEXT_OR_NULL, "imported_from": _TEXT_OR_NULL},
    ),
    "Trash": _answer(
        {
            "query": _TEXT,
            "total": _WHOLE,
            "articles": _list(
                _object({"id": _TEXT, "path": _TEXT, "change": _WHOLE, "removed": _TEXT_OR_NULL}, _METADATA)
            ),
            "cursor": _TEXT_OR_NULL,
        }
    ),
    "Import": _answer(_IMPORT, {"report": {"type": ["object", "null"]}}),
    "Imports": _answer({"imports": _list(_object(_IMPORT))}),
    "Changes": _answer({"articles": _list(_ref("Article")), "removed": _list(_TEXT), "position": _TEXT, "more": _FLAG}),
    "Saved": _answer({"searches": _map(_TEXT)}),
    "Statistics": _answer({"name": _TEXT, "articles": _WHOLE, "engine": _TEXT, "years": _map(_WHOLE)}),
    "Quarantine": _answer({"entries": _list(_object({"name": _TEXT, "where": _TEXT, "reason": _TEXT}))}),
    "Formats": _answer({"formats": _list(_object({"name": _TEXT, "direction": {"enum": ["import", "export"]}}))}),
    "Change": _answer(
        {"change": {"type": ["integer", "null"]}, "changed": _WHOLE, "unchanged": _WHOLE, "ids": _list(_TEXT)},
        {"refused": _list(_ANY), "undoes": {"type": ["integer", "null"]}},
    ),
    "Problem": _object(
        {"type": _TEXT, "title": _TEXT, "status": _WHOLE, "detail": _TEXT},
        {"instance": _TEXT, "query": _TEXT, "position": _WHOLE},
    ),
}
