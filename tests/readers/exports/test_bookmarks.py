import pytest
from hypothesis import given
from hypothesis import strategies as st
from samples import EXPORTS, articles, source
from support import affordable

from docarchive.errors import ReaderError
from docarchive.readers import Record, readers
from docarchive.readers.exports.links import links_in

READER = readers()["bookmarks"]


def test_bookmarks_have_the_folders_they_stand_in() -> None:
    first, second, third = articles(READER, EXPORTS["bookmarks-html"])
    assert (first.title, first.url, first.tags, first.body) == (
        "The pier",
        "https://example.org/a",
        ["harbour", "trade"],
        "My note,\non two lines",
    )
    assert first.extra == {"saved": "2024-03-16T10:00:00Z", "folder": "News/Sea & coast"}
    assert second.extra == {
        "saved": "2024-03-16T10:00:01Z",
        "folder": "News",
        "state": "unread",
        "private": True,
    }
    assert (third.title, third.extra, third.body) == ("Tea", {}, "[Tea](<https://example.org/c>)")


def test_a_bookmark_of_no_page_is_refused() -> None:
    run = list(READER.records(source(EXPORTS["bookmarks-html"])))[2]
    assert isinstance(run, Record)
    with pytest.raises(ReaderError, match=r"^it is not a web page \(javascript:\)$"):
        run.load()


@pytest.mark.parametrize(
    ("name", "extra"),
    [
        ("bookmarks-firefox", {"saved": "2024-03-16T10:00:00Z", "folder": "menu"}),
        ("bookmarks-chrome", {"saved": "2024-03-16T10:00:00Z", "folder": "News"}),
    ],
)
def test_bookmarks_of_browsers_in_json_are_read(name: str, extra: dict[str, str]) -> None:
    (article,) = articles(READER, EXPORTS[name])
    assert (article.title, article.url, article.extra) == ("The pier", "https://example.org/a", extra)


def test_the_raw_bytes_of_a_bookmark_are_without_its_icon() -> None:
    (first, *_) = READER.records(source(EXPORTS["bookmarks-html"]))
    again = EXPORTS["bookmarks-html"].replace(b"data:x", b"data:other")
    (second, *_) = READER.records(source(again))
    assert isinstance(first, Record)
    assert isinstance(second, Record)
    assert first.raw == second.raw


@pytest.mark.parametrize("part", ["<a ", '<a "', "<a href='", "<dl>", "<h3>x", "<dd>", "<a href=x>", "<", "&"])
def test_tags_that_are_never_closed_cost_little(part: str) -> None:
    with affordable():
        count = sum(1 for _ in links_in(part * 100_000))
        assert count <= 100_000


PARTS = [
    *("<a href='https://example.org'", ">", "text", "</a>", "<dl>", "</dl>", "<h3>", "</h3>", "<dd>", '"'),
    *("<", "&amp;"),
]


@given(st.lists(st.sampled_from(PARTS)).map("".join))
def test_any_page_has_links_or_none(page: str) -> None:
    assert all(link.url for link in links_in(page))


@pytest.mark.parametrize(
    ("page", "reader"),
    [
        ("<!DOCTYPE NETSCAPE-Bookmark-file-1>\n<DL><p><DT><H3>Sea</H3><DL><p>", "bookmarks"),
        ("<!DOCTYPE html><html><head><title>Pocket Export</title></head><body><h1>Unread</h1></body></html>", "pocket"),
        ("<!DOCTYPE html><html><head><title>Instapaper: Export</title></head><body></body></html>", "instapaper"),
    ],
)
def test_an_export_without_entries_is_refused(page: str, reader: str) -> None:
    with pytest.raises(ReaderError, match=r"there is no (?:bookmark|entry) in it"):
        list(readers()[reader].records(source(page.encode())))
