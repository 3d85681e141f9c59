import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support import affordable

from docarchive.article import Article, clean
from docarchive.readers import Record, Source, readers
from docarchive.readers.markup.markdown import read_markdown

READER = readers()["markdown"]


def read(text: str, name: str = "") -> Article:
    return read_markdown(text, name)


def test_the_body_is_kept_byte_for_byte() -> None:
    body = "\n # Not first\r\n\r\nHard  \nbreak\t\n\n\n```\n---\n```\n  "
    data = f"---\r\ntitle: T\r\n---\r\n\r\n{body}\r\n".encode()
    [record] = READER.records(Source("a.md", len(data), lambda: io.BytesIO(data)))
    assert isinstance(record, Record)
    assert (record.location, record.raw) == ("", None)
    article = record.load()
    assert (article.title, article.body) == ("T", body)


@given(st.text())
def test_any_text_without_front_matter_is_the_body(text: str) -> None:
    text = "x" + clean(text)
    assert read(text).body in (text, text.removesuffix("\n"), text.removesuffix("\r\n"))


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("# The harbour\n\nText.", "The harbour"),
        ("\n\n#\tThe  harbour  ##  \r\nText.", "The harbour"),
        ("# C#\nText.", "C#"),
        ("The harbour\n===\nText.", "The harbour"),
        ("The harbour\r\n=== \r\nText.", "The harbour"),
        ("# The harbour", "The harbour"),
    ],
)
def test_a_first_heading_is_the_title(text: str, title: str) -> None:
    article = read(text)
    assert (article.title, article.title_derived) == (title, False)
    assert article.body == text


@pytest.mark.parametrize(
    "text",
    [
        "## Second level\n\nText.",
        "#hashtag first.",
        "Text.\n\n# Later\n",
        "#  \n\nText",
        "# #\nText",
        "Text\n---\n",
        "",
    ],
)
def test_without_a_first_heading_the_title_is_derived(text: str) -> None:
    assert read(text).title_derived


def test_the_front_matter_comes_before_heading_and_name() -> None:
    article = read("---\ntitle: T\ndate: 2020\n---\n# H\n", "2024-03-16-x.md")
    assert (article.title, str(article.date)) == ("T", "2020")


@pytest.mark.parametrize(
    ("name", "date"),
    [
        ("2024-03-16-visit.md", "2024-03-16"),
        ("2024-03-16.md", "2024-03-16"),
        ("2024-03-16 visit.md", "2024-03-16"),
        ("2024-03-16visit.md", None),
        ("2024-13-16-visit.md", None),
        ("x-2024-03-16.md", None),
        ("٢٠٢٤-٠٣-١٦.md", None),
        ("", None),
    ],
)
def test_a_date_in_the_name(name: str, date: str | None) -> None:
    found = read("Text.", name).date
    assert (str(found) if found else None) == date


@pytest.mark.parametrize(
    ("head", "known"),
    [
        (b"---\ntitle: T\n---\nText", True),
        (b"\xef\xbb\xbf---\r\ntitle: T\r\n---\r\n", True),
        (b'+++\ntitle = "T"\n+++\n', True),
        (b"---json\n{}\n---\n", True),
        (b"---\nnot closed\n", False),
        (b"--- x\n---\n", False),
        (b"Text\n---\na: 1\n---\n", False),
        (b"# Heading", False),
        (b"", False),
    ],
)
def test_front_matter_is_recognized(head: bytes, known: bool) -> None:
    assert READER.recognizes(head) is known


@pytest.mark.parametrize(
    "text",
    ["# " + "#" * 100_000 + "x", " " * 200_000 + "x\ny", "\n" * 200_000 + "x\ny", "# a" + " #" * 100_000 + "x"],
    ids=range(4),
)
def test_strange_headings_take_no_time(text: str) -> None:
    with affordable():
        assert read(text).body == text


def test_the_page_that_a_note_was_clipped_from_is_its_address() -> None:
    clipped = read('---\ntitle: A\nsource: "https://post.example/a"\ntags: [clippings]\n---\nText.\n')
    assert (clipped.url, clipped.source) == ("https://post.example/a", None)
    assert read("---\nsource: The Harbour Post\n---\nText.\n").source == "The Harbour Post"
    both = read("---\nsource: https://post.example/\nurl: https://post.example/a\n---\nText.\n")
    assert (both.url, both.source) == ("https://post.example/a", "https://post.example/")


@pytest.mark.parametrize("key", ["status: draft", "state: draft", "visibility: draft", "published: false", "title: T"])
def test_a_note_that_is_a_draft_has_its_tags_and_links(key: str) -> None:
    article = read(f"---\ncreated: 2024-03-05\n{key}\n---\nText [[Page]] #simple end")
    assert (article.tags, article.extra["links"]) == (["simple"], ["Page"])
    assert article.extra.get("draft", False) is (key != "title: T")


@pytest.mark.parametrize("key", ["layout: post", "draft: true", "slug: t"])
def test_a_post_of_a_site_has_no_inline_tags(key: str) -> None:
    article = read(f"---\ntitle: T\nstatus: draft\n{key}\n---\nText #simple end")
    assert article.tags == []
