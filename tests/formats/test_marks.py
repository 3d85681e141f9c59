"""Marks that readers know docarchive's own pages, tables, layouts and folders by: writers write just these."""

import csv
import io
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support import written

from docarchive import Archive
from docarchive.article import Article
from docarchive.formats import folders, pages, site_layouts, tables
from docarchive.writers.pages.metadata import dublin_core, json_ld

TEXT = st.text(st.one_of(st.characters(), st.sampled_from("[];'=+-@\t\"")), max_size=12)


@given(st.lists(TEXT, max_size=4))
def test_lists_come_back_from_cells(items: list[str]) -> None:
    kept = [item for item in items if item]
    assert tables.items_of_cell(tables.list_cell(kept)) == kept


@given(TEXT)
def test_cells_come_back_from_a_spreadsheet(cell: str) -> None:
    guarded = tables.guarded(cell)
    assert tables.unguarded(guarded) == cell
    assert guarded[:1] not in ("=", "@", "\t", "\r")


@given(st.text(alphabet="{}<%>/* ab\n", max_size=30))
def test_shortcodes_come_back(body: str) -> None:
    assert site_layouts.plain_shortcodes(site_layouts.shown_shortcodes(body)) == body


def test_a_table_of_whole_articles_is_own() -> None:
    (header, _) = csv.reader(io.StringIO(written("csv", Article(title="T", body="B")).decode()))
    assert tables.is_own(header)
    assert not tables.is_own(header[1:])


def test_pages_have_the_marks() -> None:
    page = written("html", Article(title="T", body="B", date=None)).decode()
    assert f'<meta name="generator" content="{pages.GENERATOR}"' in page
    assert f'<meta property="{pages.KIND}"' in page
    assert page.count(pages.TEXT) == 1


def test_pages_state_all_that_the_terms_can_say() -> None:
    values = {
        **{key: f"a {key}" for key in (*pages.SCHEMA_ORG, *pages.DUBLIN_CORE)},
        **{"date": "2024-03-16", "updated": "2024-03-17", "language": "en", "url": "https://example.org/a"},
    }
    article = Article.from_metadata(values, "Text.")
    stated = json_ld(article)
    assert all(f'"{name}"' in stated for name in pages.SCHEMA_ORG.values())
    terms = dict(dublin_core(article))
    assert all(terms[f"dcterms.{term}"] for term in pages.DUBLIN_CORE.values())


def test_folders_of_exports_are_known(tmp_path: Path) -> None:
    (tmp_path / "in.md").write_text("# A\n\nText.\n", "utf-8")
    with Archive.create(tmp_path / "archive") as archive:
        archive.import_(tmp_path / "in.md")
        archive.export(format="bagit", to=tmp_path / "bag")
        archive.export(format="md", to=tmp_path / "md", originals=True)
    assert (tmp_path / "archive" / folders.SETTINGS).is_file()
    for root in ("bag", "md"):
        paths = [path.relative_to(tmp_path).as_posix() for path in (tmp_path / root).rglob("*") if path.is_file()]
        skipped = [path for path in paths if folders.is_no_article(path)]
        assert any(re.search(r"originals/[0-9a-f]{2}/", path) for path in skipped)
        assert [path for path in paths if path.endswith(".md") and path not in skipped and "/originals/" in path] == []
    digest = "0a" * 32
    assert folders.is_no_article(f"out/{folders.original_path(digest + '.txt')}")
    assert not folders.is_no_article("originals/notes.md")


@pytest.mark.parametrize(("tag", "note"), [("free trade", "free-trade"), ("2024", "2024-"), ("C#", "C")])
def test_tags_of_notes(tag: str, note: str) -> None:
    assert site_layouts.note_tags([tag]) == [note]
