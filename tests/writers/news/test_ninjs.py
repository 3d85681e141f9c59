import json
from pathlib import Path
from typing import Any

import pytest
from support import read_again, written

from docarchive import Archive
from docarchive.article import Article

ARTICLE: dict[str, Any] = {
    "title": "Pier <reopens> & stays",
    "date": "2024-03-16T10:00:00+01:00",
    "updated": "2024-03-17T00:00:00Z",
    "authors": ["Ana Ruiz", "Bo Larsen"],
    "source": "The Harbour Times",
    "source_id": "4711",
    "language": "en",
    "summary": "It opened again.",
    "tags": ["harbour", "a, b"],
    "people": ["Ada Meyer"],
    "organizations": ["Harbour Council"],
    "places": ["Porto"],
    "url": "https://example.org/a b",
    "guid": "tag:example.org,2024:1",
    "urgency": 4,
    "slugline": "PIER",
    "pubstatus": "usable",
    "version": "2",
}
BODY = "The **old** pier\n<script>alert(1)</script> ]]> opened.\n"
TEXT = {"type": "string", "minLength": 1}
MOMENT = {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)$"}


def _list(**properties: Any) -> dict[str, Any]:
    return {
        "type": "array",
        "items": {"type": "object", "properties": properties, "additionalProperties": False},
        "minItems": 1,
    }


_VALUES = _list(role=TEXT, contentType=TEXT, value={"type": "string"})
#: What ninjs 3.0 says of items (https://iptc.org/std/ninjs/), as far as it is used.
SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "standard": {
            "type": "object",
            "properties": {"name": {"const": "ninjs"}, "version": {"const": "3.0"}, "schema": TEXT},
        },
        "type": {"const": "text"},
        "urgency": {"type": "number"},
        "pubStatus": {"enum": ["usable", "withheld", "canceled"]},
        **dict.fromkeys(("contentCreated", "versionCreated"), MOMENT),
        **dict.fromkeys(("uri", "version", "profile", "language", "by", "slugline"), TEXT),
        **dict.fromkeys(("headlines", "descriptions", "bodies"), _VALUES),
        **{key: _list(name=TEXT) for key in ("subjects", "people", "organisations", "places", "infoSources")},
        "altIds": _list(role=TEXT, value=TEXT),
        "renditions": _list(name=TEXT, href=TEXT, contentType=TEXT),
    },
    "required": ["uri"],
    "additionalProperties": False,
}


def titles(archive: Archive) -> set[str]:
    return {archive.get(row.id).title for row in archive.list()}


def test_it_follows_the_schema() -> None:
    jsonschema = pytest.importorskip("jsonschema")
    lines = written("ninjs", Article.from_metadata(ARTICLE, BODY), Article.from_metadata({}, "x")).splitlines()
    for line in lines:
        jsonschema.validate(json.loads(line), SCHEMA)
    item = json.loads(lines[0])
    assert set(item) == set(SCHEMA["properties"]) - {"profile"}
    assert item["renditions"][0]["href"] == "https://example.org/a%20b"
    html, markdown = item["bodies"]
    assert "<strong>old</strong>" in html["value"]
    assert "script" not in html["value"]
    assert markdown["value"] == BODY
    assert json.loads(lines[1])["uri"].startswith("urn:docarchive:")


def test_our_own_reader_finds_what_was_written() -> None:
    article = Article.from_metadata(ARTICLE, BODY)
    for data in (written("ninjs", article), written("ninjs", article, Article.from_metadata({}, "x"))):
        again = read_again("ninjs", data)[0]
        assert again.body == BODY
        for key in ("title", "date", "updated", "authors", "source", "language", "summary", "tags", "people", "places"):
            assert getattr(again, key) == getattr(article, key), key
        assert again.organizations == article.organizations
        assert {key: again.extra.get(key) for key in ("guid", "urgency", "slugline", "pubstatus", "version")} == {
            key: ARTICLE[key] for key in ("guid", "urgency", "slugline", "pubstatus", "version")
        }


def test_a_folder_has_a_file_an_article_and_can_be_imported(archive: Archive, tmp_path: Path) -> None:
    archive.export(format="ninjs", to=tmp_path / "items")
    assert len(list((tmp_path / "items").glob("*.ninjs"))) == len(archive)
    archive.export(to=tmp_path / "all.ninjs")
    for name in ("items", "all.ninjs"):
        with Archive.create(tmp_path / f"from-{name}") as other:
            report = other.import_(tmp_path / name)
            assert (report.new, report.refused) == (len(archive), [])
            assert titles(other) == titles(archive)
