"""Archive -> export -> another archive: the same articles."""

import json
import re
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from docarchive import Archive, keys

#: What says how an article came into an archive; ``archived`` and ``imported_from`` stay.
OF_THE_IMPORT = {"original", "fingerprint", "format", "reader", "duplicate_of"}
#: The ways to write what holds articles whole: the format, how the file or folder is named, the options.
WHOLE: dict[str, tuple[str, str, dict[str, Any]]] = {
    **{name: (name, f"out.{name}", {}) for name in ("csv", "tsv", "json", "jsonl", "sqlite", "parquet")},
    **{f"{name}{end}": (name, f"out{end}", {}) for name in ("md", "bagit") for end in ("", ".zip")},
    **{
        f"{layout}{end}": ("md", f"out{end}", {"layout": layout})
        for layout in ("hugo", "jekyll", "obsidian")
        for end in ("", ".zip")
    },
}
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
    *("<script>alert(1)</script>", "]]>", "=cmd()", "'=1", "{{ x }} {% y %}", "{{< x >}} {{</* y */>}} {{% {{< %}}"),
    *("\ufeffx", "one\r\ntwo", "\r", "a\ttab", "---\nx"),
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
        "updated": st.sampled_from(["2024", "2024-03-17"]),
        "source": TEXT,
        "source_url": st.just("https://example.org/b"),
        "url": st.just("https://example.org/a"),
        "section": TEXT,
        "people": st.lists(TEXT, max_size=2),
        "layout": VALUES,
        "docarchive": VALUES,
        "categories": st.lists(TEXT, max_size=2),
    },
)


def contents(archive: Archive, way: str) -> list[str]:
    """Returns the articles; layouts keep other keys in another order."""
    found = []
    for row in archive.list(sort="archived"):
        record = archive.get(row.id).to_dict()
        kept = {key: value for key, value in record.items() if key not in OF_THE_IMPORT}
        found.append(json.dumps(kept, sort_keys="layout" in WHOLE[way][2]))
    return sorted(found)


def taken_over(source: Archive, way: str, folder: Path) -> Archive:
    """Exports an archive, and imports that into another one."""
    format, name, options = WHOLE[way]
    target = folder / name
    source.export(format=format, to=target, **options)
    other = Archive.create(folder / "other")
    report = other.import_(target)
    assert report.refused == []
    return other


@pytest.mark.parametrize("way", WHOLE)
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(records=st.lists(RECORDS, min_size=1, max_size=8))
def test_articles_come_back_equal(way: str, records: list[dict[str, Any]]) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        lines = folder / "in.jsonl"
        lines.write_text("".join(json.dumps(record) + "\n" for record in records), "utf-8")
        with Archive.create(folder / "archive") as archive:
            archive.import_(lines, on_duplicate="keep")
            if not len(archive):
                return
            with taken_over(archive, way, folder) as other:
                assert contents(other, way) == contents(archive, way)
                assert {row.id for row in other.list()} == {row.id for row in archive.list()}


@pytest.mark.parametrize("way", WHOLE)
def test_known_keys_come_back_whole(way: str, tmp_path: Path) -> None:
    record: dict[str, Any] = {
        key: ["one; two", "[three]"] if kind == keys.LIST else "2024-03" if kind == keys.DATE else f"a {key}"
        for key, kind in keys.KNOWN.items()
        if key not in (*keys.PROVENANCE, "id", "title_derived", "url", "language")
    }
    record["highlights"] = [
        {
            "text": "Text",
            "note": "=1; 'two'\nlines",
            "color": "red",
            "created": "2024-03",
            "prefix": "a",
            "page": [7, None],
        },
        {"text": "[{x"},
    ]
    record["notes"] = [{"text": "One: *two*", "created": "2024-03-16T10:00:00Z"}, {"mood": {"a": 1}}]
    record |= {"url": "https://example.org/a", "language": "en", "body": "Text.\n", "extra_key": {"a": [1, None, "b"]}}
    lines = tmp_path / "in.jsonl"
    lines.write_text(json.dumps(record) + "\n", "utf-8")
    with Archive.create(tmp_path / "archive") as archive:
        assert archive.import_(lines).new == 1
        with taken_over(archive, way, tmp_path) as other:
            assert contents(other, way) == contents(archive, way)


@pytest.mark.parametrize("layout", ["plain", "hugo", "jekyll", "obsidian"])
def test_what_was_edited_in_another_program_comes_back(layout: str, tmp_path: Path) -> None:
    record = {"title": "Old", "date": "2024-03", "updated": "2024", "tags": ["free trade"], "body": "Text {{< x >}}."}
    lines = tmp_path / "in.jsonl"
    lines.write_text(json.dumps(record) + "\n", "utf-8")
    with Archive.create(tmp_path / "archive") as archive:
        (id_,) = archive.import_(lines).ids
        archive.export(format="md", layout=layout, to=tmp_path / "out")
        (file,) = (tmp_path / "out").rglob("*.md")
        text = file.read_text("utf-8")
        assert archive.import_(tmp_path / "out").unchanged == 1
        text = re.sub("^(title|date): .*$", lambda found: EDITS[found[1]], text, flags=re.M)
        file.write_text(text.replace("tags:\n", "tags:\n- harbour\n") + "\nMore.\n", "utf-8")
        report = archive.import_(tmp_path / "out")
        assert (report.updated, report.ids) == (1, [id_])
        article = archive.get(id_)
        assert (article.title, str(article.date), str(article.updated)) == ("New", "2024-05-01", "2024")
        assert article.tags == ["harbour", "free trade"]
        assert article.body.startswith("Text {{< x >}}.")
        assert "More." in article.body


EDITS = {"title": "title: New", "date": "date: 2024-05-01"}


def test_pages_of_a_site_come_back_and_its_lists_are_none(tmp_path: Path) -> None:
    records = [{"title": f"Title {n}", "body": "Text.", "tags": ["a", "b"], "people": ["Li Na"]} for n in range(3)]
    lines = tmp_path / "in.jsonl"
    lines.write_text("".join(json.dumps(record) + "\n" for record in records), "utf-8")
    pytest.importorskip("trafilatura")
    with Archive.create(tmp_path / "archive") as archive, Archive.create(tmp_path / "other") as other:
        archive.import_(lines, on_duplicate="keep")
        archive.export(format="site", to=tmp_path / "out")
        report = other.import_(tmp_path / "out", on_duplicate="keep")
        assert (report.new, report.refused) == (3, [])
        found = [other.get(row.id) for row in other.list(sort="title")]
        assert [(each.title, each.date, each.people) for each in found] == [
            (f"Title {n}", None, ["Li Na"]) for n in range(3)
        ]
