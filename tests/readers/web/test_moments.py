"""When a page was published."""

import pytest

from docarchive.readers.web.moments import day_of, published, read_moment


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("2024-03-16T10:00:00.123+0100", "2024-03-16T10:00:00.123+0100"),
        ("March 16, 2024 5:30 PM EDT", "2024-03-16T17:30-04:00"),
        ("0001-01-01T00:00:00Z", None),
        ("1970-01-01T00:00:00Z", None),
        ("0000-00-00", None),
        ("yesterday", None),
        ("", None),
    ],
)
def test_read_moment(text: str, date: str | None) -> None:
    found = read_moment(text)
    assert (str(found) if found else None) == date


@pytest.mark.parametrize(
    ("url", "day"),
    [
        ("https://post.example/2024/03/16/pier", "2024-03-16"),
        ("https://post.example/2024/mar/6/pier", "2024-03-06"),
        ("https://post.example/news-2024-03-16/", "2024-03-16"),
        ("https://post.example/20240316.html", "2024-03-16"),
        ("https://post.example/2024/11/pier", None),
        ("https://post.example/2024/03/1645232", None),
        ("https://post.example/202403161200", None),
        ("https://post.example/2024/abc/16/", None),
        ("https://post.example/2024/02/31/", None),
        ("https://[post.example/", None),
    ],
)
def test_day_of(url: str, day: str | None) -> None:
    found = day_of(url)
    assert (str(found) if found else None) == day


def test_a_moment_in_utc_is_of_the_day_in_the_address() -> None:
    address = "https://post.example/2024/03/16/pier"
    assert str(published(["2024-03-17T02:30:00Z"], address)) == "2024-03-16"
    assert str(published(["2024-03-17T02:30:00Z", "2024-03-16T21:30:00-05:00"], address)) == "2024-03-16T21:30:00-05:00"
    assert str(published(["2024-03-17T02:30:00-05:00"], address)) == "2024-03-17T02:30:00-05:00"
    assert str(published(["2024-03-18T02:30:00Z"], address)) == "2024-03-18T02:30:00Z"
    assert str(published(["0001-01-01T00:00:00Z", "2024-03-16"], None)) == "2024-03-16"
    assert published([], address) is None
