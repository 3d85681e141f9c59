"""Articles with one address: the same one in another version, or several that link to one page."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from docarchive import Archive
from docarchive.archive.reports import Decision

URL = "https://town.example/notices"
Entry = Mapping[str, str]  # title, text, and any of name, fragment


def _rss(entries: Sequence[Entry]) -> str:
    items = "".join(
        f"<item><title>{entry['title']}</title><link>{URL}{entry.get('fragment', '')}</link>"
        + (f"<guid isPermaLink='false'>{entry['name']}</guid>" if "name" in entry else "")
        + f"<description>{entry['text']}</description></item>"
        for entry in entries
    )
    return f"<rss version='2.0'><channel><title>Town</title>{items}</channel></rss>"


def _atom(entries: Sequence[Entry]) -> str:
    items = "".join(
        f"<entry><title>{entry['title']}</title><link href='{URL}{entry.get('fragment', '')}'/>"
        + (f"<id>{entry['name']}</id>" if "name" in entry else "")
        + f"<summary>{entry['text']}</summary></entry>"
        for entry in entries
    )
    return f"<feed xmlns='http://www.w3.org/2005/Atom'><title>Town</title>{items}</feed>"


def _record(entry: Entry, name: str, text: str) -> dict[str, str]:
    record = {"title": entry["title"], text: entry["text"], "url": URL + entry.get("fragment", "")}
    return record | ({name: entry["name"]} if "name" in entry else {})


def _json_feed(entries: Sequence[Entry]) -> str:
    items = [_record(entry, "id", "content_text") for entry in entries]
    return json.dumps({"version": "https://jsonfeed.org/version/1.1", "title": "Town", "items": items})


def _json_lines(name: str) -> Callable[[Sequence[Entry]], str]:
    return lambda entries: "\n".join(json.dumps(_record(entry, name, "body")) for entry in entries)


INPUTS = {
    "rss": ("feed", _rss),
    "atom": ("feed", _atom),
    "json feed": ("jsonfeed", _json_feed),
    "json lines, id": ("jsonl", _json_lines("id")),
    "json lines, guid": ("jsonl", _json_lines("guid")),
    "json lines, doi": ("jsonl", _json_lines("doi")),
}
FIRST = {"title": "Road closed", "text": "Mill road is closed.", "name": "10.1000/n1"}
SECOND = {"title": "Library hours", "text": "The library opens at noon.", "name": "10.1000/n2"}
THIRD = {"title": "Water off", "text": "No water in Elm street.", "name": "10.1000/n3"}


def imported(archive: Archive, kind: str, *entries: Entry, dry_run: bool = False) -> list[str]:
    decisions: list[Decision] = []
    format_, write = INPUTS[kind]
    data = io.BytesIO(write(entries).encode())
    archive.import_(data, format=format_, observe=decisions.append, jobs=1, dry_run=dry_run)
    return [decision.kind for decision in decisions]


def texts(archive: Archive) -> list[str]:
    return sorted(article.body.strip() for article in archive)


@pytest.mark.parametrize("kind", INPUTS)
def test_entries_with_one_address_and_names_of_their_own(tmp_path: Path, kind: str) -> None:
    changed = {**SECOND, "text": "The library opens at ten."}
    with Archive.create(tmp_path / "a") as archive:
        assert imported(archive, kind, FIRST, SECOND, THIRD, dry_run=True) == ["new"] * 3
        assert imported(archive, kind, FIRST, SECOND, THIRD) == ["new"] * 3
        for _ in range(2):  # also after the catalog is made of the files
            assert imported(archive, kind, FIRST, SECOND, THIRD) == ["unchanged"] * 3
            assert {article.url for article in archive} == {URL}
            archive.rebuild()
        assert imported(archive, kind, changed) == ["updated"]
        assert imported(archive, kind, {**FIRST, "name": "10.1000/n9", "text": "It is open."}) == ["new"]
        assert texts(archive) == sorted([FIRST["text"], changed["text"], THIRD["text"], "It is open."])


@pytest.mark.parametrize("kind", ["rss", "json feed", "json lines, id"])
def test_entries_without_names_whose_links_lead_into_one_page(tmp_path: Path, kind: str) -> None:
    one, two = ({"title": f"v{n}", "text": f"Release {n}.", "fragment": f"#v{n}"} for n in (1, 2))
    three = {"title": "All", "text": "All releases."}
    with Archive.create(tmp_path / "a") as archive:
        assert imported(archive, kind, one, two, three) == ["new"] * 3
        assert imported(archive, kind, three, two, one) == ["unchanged"] * 3
        assert imported(archive, kind, {**two, "text": "Release 2, signed."}) == ["updated"]
        assert texts(archive) == ["All releases.", "Release 1.", "Release 2, signed."]


def test_one_page_under_several_fragments_is_one_article(tmp_path: Path) -> None:
    page = {"title": "Page", "text": "Its text."}
    with Archive.create(tmp_path / "a") as archive:
        assert imported(archive, "json lines, id", page, {**page, "fragment": "#comments"})[0] == "new"
        assert len(archive) == 1


def test_another_feed_with_another_guid_for_an_article_updates_it(tmp_path: Path) -> None:
    with Archive.create(tmp_path / "a") as archive:
        id_ = imported(archive, "rss", FIRST) and next(iter(archive)).id
        assert imported(archive, "atom", {**FIRST, "name": "urn:x"}) == ["updated"]
        assert [article.id for article in archive] == [id_]


def test_the_newest_entry_first_replaces_no_older_one(tmp_path: Path) -> None:
    for older in (FIRST, {**FIRST, "text": "Mill road is open again."}):
        with TemporaryDirectory() as folder, Archive.create(Path(folder) / "a") as archive:
            imported(archive, "rss", FIRST)
            imported(archive, "rss", SECOND, older)
            assert texts(archive) == sorted([SECOND["text"], older["text"]])


def test_deleted_ones_stay_deleted(tmp_path: Path) -> None:
    with Archive.create(tmp_path / "a") as archive:
        imported(archive, "rss", FIRST, SECOND, THIRD)
        (path,) = (tmp_path / "a" / "articles").rglob("*library*.md")
        path.unlink()
        archive.sync()
        changed = [{**entry, "text": entry["text"] + " Again."} for entry in (FIRST, SECOND, THIRD)]
        assert imported(archive, "rss", *changed) == ["updated", "deleted", "updated"]


NOTICES = [{"title": f"T{n}", "text": f"Text {n}.", "name": f"n{n}"} for n in range(5)]


@settings(max_examples=12, deadline=None)
@given(
    st.sampled_from(["rss", "json feed", "json lines, id"]),
    st.lists(st.lists(st.sampled_from(range(5)), min_size=1, unique=True), min_size=1, max_size=4),
)
def test_no_entry_of_a_feed_that_links_to_one_page_is_ever_lost(kind: str, windows: list[list[int]]) -> None:
    windows = [[0, 1], *windows]  # the first shows that the entries share their address
    with TemporaryDirectory() as folder, Archive.create(Path(folder) / "a") as archive:
        for window in windows:
            imported(archive, kind, *(NOTICES[n] for n in window))
        seen = {n for window in windows for n in window}
        assert texts(archive) == [f"Text {n}." for n in sorted(seen)]


#: Formats to export to, and how they are read: as a folder, or by the name of a reader.
EXPORTS = {
    **dict.fromkeys(["md", "html", "site", "epub", "ninjs"], ""),
    **{name: name for name in ("jsonl", "csv", "bibtex", "ris", "csl-json")},
    **{"biblatex": "bibtex", "atom": "feed", "rss": "feed", "json-feed": "jsonfeed"},
}


@pytest.mark.parametrize(("format_", "reader"), EXPORTS.items())
def test_articles_with_one_address_come_back_from_every_export(tmp_path: Path, format_: str, reader: str) -> None:
    exported = tmp_path / "exported"
    with Archive.create(tmp_path / "one") as archive:
        imported(archive, "json lines, guid", FIRST, SECOND, THIRD)
        archive.export("", format=format_, to=exported)
    with Archive.create(tmp_path / "other") as archive:
        report = archive.import_(exported, format=reader or None, split=format_ == "epub")
        assert (report.new, report.updated, report.refused) == (3, 0, [])
        again = archive.import_(exported, format=reader or None, split=format_ == "epub")
        assert (again.new, again.updated, again.unchanged) == (0, 0, 3)
        titles = sorted(archive.get(row.id).title for row in archive.list())
    assert titles == ["Library hours", "Road closed", "Water off"]


def _notes(*titles: str, name: bool = True) -> dict[str, str]:
    guid = "guid: {title}\n" if name else ""
    text = "---\ntitle: {title}\n" + guid + "url: https://town.example/page\n---\n\nWhat {title} says.\n"
    return {f"{number}.md": text.format(title=title) for number, title in enumerate(titles)}


@pytest.mark.parametrize(
    ("files", "count"),
    [
        (_notes("Roads", "Water"), 2),
        (_notes("Roads", "Water", name=False), 1),  # a page that was saved twice, and whose title has changed
        ({"1.md": _notes("Roads")["0.md"], "2.md": _notes("Roads")["0.md"].replace("guid: ", "guid: other ")}, 1),
    ],
)
def test_files_that_name_themselves_are_different_articles(tmp_path: Path, files: dict[str, str], count: int) -> None:
    folder = tmp_path / "notes"
    folder.mkdir()
    for name, text in files.items():
        (folder / name).write_text(text)
    with Archive.create(tmp_path / "archive") as archive:
        archive.import_(folder)
        assert archive.count("") == count
        archive.import_(folder)
        assert archive.count("") == count


def test_a_reference_that_is_listed_twice_is_one_article(tmp_path: Path) -> None:
    entry = "@misc{%s,\n title = {%s},\n url = {https://town.example/page}\n}\n"
    source = tmp_path / "works.bib"
    source.write_text(entry % ("a", "The roads") + entry % ("b", "The Roads.") + entry % ("c", "The water"))
    with Archive.create(tmp_path / "archive") as archive:
        archive.import_(source)
        assert archive.count("") == 2
