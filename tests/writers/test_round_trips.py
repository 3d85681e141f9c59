"""Archive -> export -> another archive: the same articles."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from docarchive import Archive, keys

#: What says how an article came into an archive; ``archived`` and ``imported_from`` stay.
OF_THE_IMPORT = {"original", "fingerprint", "format", "reader", "duplicate_of"}
WHOLE = ["csv", "tsv", "json", "jsonl", "md", "bagit", "sqlite", "parquet"]
TITLES = [
    "../../etc/passwd",
    "CON",
    "a/b\\c:d*?",
    "x" * 300,
    "😀🎉",
    "שלום \u202eabc",
    "...",
    "=cmd()|' /C calc'!A0",
    "-3",
]
BODIES = [
    "<script>alert(1)</script>",
    "]]>",
    "=cmd()",
    "'=1",
    "{{ x }} {% y %}",
    "\ufeffx",
    "one\r\ntwo",
    "a\ttab",
    "---\nx",
]
TEXT = st.text(st.one_of(st.characters(), st.sampled_from("\n\t\",;|'=+-@😀שלום\u2028\x85 ")), max_size=15)
VALUES = st.recursive(
    TEXT | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=4,
)
RECORDS = st.fixed_dictionaries(
    {"title": st.sampled_from(TITLES) | TEXT, "body": st.sampled_from(BODIES) | TEXT},
    optional={
        "date": st.sampled_from(["2024", "2024-03", "2024-03-16", "2024-03-16T10:00:00+01:00", "1963"]),
        "tags": st.lists(TEXT, max_size=3),
        "authors": st.lists(TEXT, max_size=3),
        "summary": TEXT,
        "rating": VALUES,
        "geo": st.dictionaries(TEXT, VALUES, max_size=2),
    },
)


def contents(archive: Archive) -> list[str]:
    found = []
    for row in archive.list(sort="archived"):
        record = archive.get(row.id).to_dict()
        found.append(json.dumps({key: value for key, value in record.items() if key not in OF_THE_IMPORT}))
    return sorted(found)


def taken_over(source: Archive, format: str, folder: Path) -> Archive:
    """Exports an archive, and imports that into another one."""
    target = folder / {"md": "out", "bagit": "out"}.get(format, f"out.{format}")
    source.export(format=format, to=target)
    other = Archive.create(folder / "other")
    report = other.import_(target)
    assert report.refused == []
    return other


@pytest.mark.parametrize("format", WHOLE)
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(records=st.lists(RECORDS, min_size=1, max_size=8))
def test_articles_come_back_equal(format: str, records: list[dict[str, Any]]) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        lines = folder / "in.jsonl"
        lines.write_text("".join(json.dumps(record) + "\n" for record in records), "utf-8")
        with Archive.create(folder / "archive") as archive:
            archive.import_(lines, on_duplicate="keep")
            if not len(archive):
                return
            with taken_over(archive, format, folder) as other:
                assert contents(other) == contents(archive)
                assert {row.id for row in other.list()} == {row.id for row in archive.list()}


@pytest.mark.parametrize("format", WHOLE)
def test_known_keys_come_back_whole(format: str, tmp_path: Path) -> None:
    record: dict[str, Any] = {
        key: ["one; two", "[three]"] if kind == keys.LIST else "2024-03" if kind == keys.DATE else f"a {key}"
        for key, kind in keys.KNOWN.items()
        if key not in (*keys.PROVENANCE, "id", "title_derived", "url", "language")
    }
    record |= {"url": "https://example.org/a", "language": "en", "body": "Text.\n", "extra_key": {"a": [1, None, "b"]}}
    lines = tmp_path / "in.jsonl"
    lines.write_text(json.dumps(record) + "\n", "utf-8")
    with Archive.create(tmp_path / "archive") as archive:
        assert archive.import_(lines).new == 1
        with taken_over(archive, format, tmp_path) as other:
            assert contents(other) == contents(archive)
