import pytest
from samples import EXPORTS, articles, source

from docarchive.article import Article, Highlight
from docarchive.dates import PartialDate
from docarchive.errors import ReaderError
from docarchive.readers import Record, Refusal, readers
from docarchive.readers.protocol import Reader


def said(article: Article) -> dict[str, object]:
    return {**article.metadata(), "body": article.body}


@pytest.mark.parametrize(
    ("reader", "name", "wanted"),
    [
        (
            readers()["pocket"],
            "pocket-csv",
            [
                {
                    "title": "The pier",
                    "url": "https://example.org/pier?utm_source=pocket",
                    "tags": ["harbour", "trade"],
                    "saved": "2024-03-16T10:00:00Z",
                    "state": "archived",
                    "body": "[The pier](<https://example.org/pier?utm_source=pocket>)",
                },
                {
                    "title": "https://example.org/wheat",
                    "url": "https://example.org/wheat",
                    "saved": "2024-03-16T10:00:01Z",
                    "state": "unread",
                    "body": "<https://example.org/wheat>",
                },
            ],
        ),
        (
            readers()["pocket"],
            "pocket-html",
            [
                {
                    "title": "Ships & piers",
                    "url": "https://example.org/a?b=1&c=2",
                    "tags": ["harbour", "trade"],
                    "saved": "2024-03-16T10:00:00Z",
                    "state": "unread",
                    "body": "[Ships & piers](<https://example.org/a?b=1&c=2>)",
                },
                {
                    "title": "Wheat",
                    "url": "https://example.org/b",
                    "saved": "2024-03-16T10:00:01Z",
                    "state": "archived",
                    "body": "[Wheat](<https://example.org/b>)",
                },
            ],
        ),
        (
            readers()["instapaper"],
            "instapaper-csv",
            [
                {
                    "title": "The pier",
                    "url": "https://example.org/a",
                    "tags": ["harbour"],
                    "saved": "2024-03-16T10:00:00Z",
                    "state": "archived",
                    "highlights": [{"text": "A new pier,\nthey say."}],
                    "body": "> A new pier,\n> they say.",
                },
                {
                    "title": "Wheat",
                    "url": "https://example.org/b",
                    "saved": "2024-03-16T10:00:01Z",
                    "favourite": True,
                    "body": "[Wheat](<https://example.org/b>)",
                },
                {
                    "title": "Tea",
                    "url": "https://example.org/c",
                    "saved": "2024-03-16T10:00:02Z",
                    "folder": "Kitchen",
                    "body": "[Tea](<https://example.org/c>)",
                },
            ],
        ),
        (
            readers()["instapaper"],
            "instapaper-html",
            [
                {
                    "title": title,
                    "url": f"https://example.org/{page}",
                    **place,
                    "body": f"[{title}](<https://example.org/{page}>)",
                }
                for title, page, place in (
                    ("The pier", "a", {"state": "unread"}),
                    ("Wheat", "b", {"state": "unread"}),
                    ("Tea", "c", {"folder": "Kitchen"}),
                )
            ],
        ),
        (
            readers()["readwise"],
            "readwise-highlights",
            [
                {
                    "title": "Of piers",
                    "authors": ["Ada Meyer"],
                    "tags": ["harbour", "wood"],
                    "guid": "readwise:B000",
                    "saved": "2024-03-15T10:00:00+00:00",
                    "highlights": [
                        {
                            "text": "One line,\nanother.",
                            "color": "yellow",
                            "created": "2024-03-16T10:00:00+00:00",
                            "tags": ["wood"],
                            "page": "1",
                        },
                        {
                            "text": "Piers end.",
                            "note": "So true",
                            "created": "2024-03-15T10:00:00+00:00",
                            "tags": ["wood"],
                            "page": "9",
                        },
                    ],
                    "body": "> One line,\n> another.\n\n> Piers end.\n\nSo true",
                },
                {
                    "title": "Of wheat",
                    "guid": "readwise:/Of wheat",
                    "saved": "2024-03-17T10:00:00+00:00",
                    "highlights": [{"text": "Wheat grows.", "created": "2024-03-17T10:00:00+00:00", "page": "2"}],
                    "body": "> Wheat grows.",
                },
            ],
        ),
        (
            readers()["readwise"],
            "readwise-reader",
            [
                {
                    "title": "The pier",
                    "source_id": "01abc",
                    "url": "https://example.org/a",
                    "tags": ["harbour", "free trade"],
                    "saved": "2024-03-16T10:00:00+00:00",
                    "state": "archived",
                    "progress": "0.5",
                    "body": "[The pier](<https://example.org/a>)",
                }
            ],
        ),
        (
            readers()["raindrop"],
            "raindrop",
            [
                {
                    "title": "The pier",
                    "url": "https://example.org/a",
                    "summary": "What it is about",
                    "tags": ["harbour", "trade"],
                    "saved": "2024-03-16T10:00:00.000Z",
                    "folder": "News / Sea",
                    "favourite": True,
                    "highlights": [{"text": "A new pier"}],
                    "notes": [{"text": "My note"}],
                    "body": "My note\n\n> A new pier",
                }
            ],
        ),
    ],
)
def test_entries_become_articles(reader: Reader, name: str, wanted: list[dict[str, object]]) -> None:
    assert [said(article) for article in articles(reader, EXPORTS[name])] == wanted


def test_a_saved_entry_has_no_date_of_publication() -> None:
    assert all(article.date is None for article in articles(readers()["pocket"], EXPORTS["pocket-csv"]))


def test_the_highlights_of_a_book_are_one_record_with_all_its_rows() -> None:
    first, second = readers()["readwise"].records(source(EXPORTS["readwise-highlights"]))
    assert isinstance(first, Record)
    assert first.raw is not None
    assert first.raw.count(b"Of piers") == 2
    assert (first.location, second.location) == ("book 1", "book 2")


def test_bad_rows_are_refused_with_their_bytes() -> None:
    data = (
        EXPORTS["pocket-csv"].replace(b"The pier", "Ä ö ü ß é è".encode())
        + b"bad,\xff\na,b,c,d,e,f\n,,,,\nrun,javascript:x,,,\n"
    )
    found = list(readers()["pocket"].records(source(data)))[2:]
    assert [(each.raw, each.reason) for each in found if isinstance(each, Refusal)] == [
        (b"bad,\xff\n", "the text is not UTF-8 (byte 0xff)"),
        (b"a,b,c,d,e,f\n", "the row has 6 cells, and the header 5"),
    ]
    assert isinstance(found[-1], Record)
    with pytest.raises(ReaderError, match=r"^it is not a web page \(javascript:\)$"):
        found[-1].load()


def test_a_date_that_is_none_is_kept_as_it_is_written() -> None:
    (article,) = articles(readers()["pocket"], b"title,url,time_added,tags,status\nA,https://example.org,soon,,\n")
    assert article.extra == {"saved": "soon"}
    assert article.date != PartialDate("1970")


def test_highlights_of_raindrop_are_quotes_with_their_notes() -> None:
    highlights = "Highlight:A new pier\nNote:Of wood\n\nHighlight:Two lines\nof it\nNote:\n\nHighlight:Last"
    data = f'title,url,folder,tags,created,cover,highlights\nA,https://x.example/a,,,,,"{highlights}"\n'
    (article,) = articles(readers()["raindrop"], data.encode())
    assert article.body == "> A new pier\n\nOf wood\n\n> Two lines\n> of it\n\n> Last"
    assert article.highlights == [Highlight("A new pier", "Of wood"), Highlight("Two lines\nof it"), Highlight("Last")]
