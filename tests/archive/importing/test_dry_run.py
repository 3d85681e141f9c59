"""Dry runs: what they tell is what an import then does, and nothing is changed by them."""

import io
import json
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support import snapshot

from docarchive import Archive, Decision

RECORDS = st.fixed_dictionaries(
    {"body": st.sampled_from(["Rain.", "Snow.", "Sun."])},
    optional={
        "url": st.sampled_from(["https://example.org/a", "https://example.org/b", "http://www.example.org/a?utm_id=1"]),
        "title": st.sampled_from(["North", "South"]),
        "date": st.sampled_from(["2024-01-02", "no date"]),
    },
)


def lines(records: list[Any]) -> bytes:
    return "".join(json.dumps(record) + "\n" for record in records).encode()


@pytest.mark.thorough
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(before=st.lists(RECORDS, max_size=4), records=st.lists(RECORDS | st.just(7), max_size=8))
def test_a_dry_run_tells_what_an_import_does(before: list[Any], records: list[Any]) -> None:
    with tempfile.TemporaryDirectory() as folder, Archive.create(Path(folder) / "news") as archive:
        archive.import_(io.BytesIO(lines(before)), format="jsonl")
        found = snapshot(archive.path)
        told: list[Decision] = []
        dry = archive.import_(io.BytesIO(lines(records)), format="jsonl", dry_run=True, observe=told.append)
        assert snapshot(archive.path) == found
        done: list[Decision] = []
        real = archive.import_(io.BytesIO(lines(records)), format="jsonl", observe=done.append)
        assert told == done
        assert all(each.id for each in told if each.kind != "refused")
        assert (dry.new, dry.unchanged, dry.updated, dry.ids) == (real.new, real.unchanged, real.updated, real.ids)
        assert [refused[:2] for refused in dry.refused] == [refused[:2] for refused in real.refused]
        assert {refused.kept for refused in dry.refused} <= {None}


def test_each_kind_of_decision(archive: Archive, tmp_path: Path) -> None:
    records = [
        {"url": "https://example.org/rain", "body": "Rain."},
        {"url": "https://example.org/rain", "body": "Rain and snow."},
        {"url": "https://example.org/rain", "title": "", "body": "Rain and snow."},
        {"body": 7},
    ]
    path = tmp_path / "more.jsonl"
    path.write_bytes(lines(records))
    told: list[Decision] = []
    report = archive.import_(path, dry_run=True, observe=told.append)
    assert [(each.kind, each.where) for each in told] == [
        ("new", f"{path}:1"),
        ("updated", f"{path}:2"),
        ("unchanged", f"{path}:3"),
        ("refused", f"{path}:4"),
    ]
    assert told[0].title == "Rain"
    assert told[0].id == told[1].id == told[2].id
    assert told[3].reason
    assert (report.new, report.updated, report.unchanged) == (1, 1, 1)


def test_a_dry_run_writes_nothing_into_quarantine(archive: Archive) -> None:
    report = archive.import_(io.BytesIO(b"{"), format="json", dry_run=True)
    assert report.refused[0].kept is None
    assert archive.quarantine() == []
