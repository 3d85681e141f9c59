"""All exports of other tools: how they are recognized, and that nothing in them makes a reader crash."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from samples import EXPORTS, articles, load, source

from docarchive.errors import InputError, ReaderError
from docarchive.readers import Record, choose, readers
from docarchive.readers.exports import READERS


@pytest.mark.parametrize("name", list(EXPORTS))
def test_exports_are_recognized_by_what_is_in_them(name: str) -> None:
    data = EXPORTS[name]
    reader = name.partition("-")[0]
    ending = {b"<": ".html", b"[": ".json", b"{": ".json", b"\xef": ".txt"}.get(data[:1], ".csv")
    for file in ("a", "a.txt", "a" + ending):
        assert choose(source(data, file)).name == reader
    assert [each.name for each in READERS if each.recognizes(data)] == [reader]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"title,url\na,b\n",
        b"<html><title>Bookmarks</title><dl><dt><a href='https://example.org'>A</a></dl>",
        b'[{"title": "a", "url": "https://example.org", "content": "text"}]',
        b'{"roots": [], "bookmarks": []}',
        b'[{"href": "a", "description": "b"}]',
    ],
)
def test_what_only_looks_alike_is_not_recognized(data: bytes) -> None:
    assert not [each.name for each in READERS if each.recognizes(data)]


@pytest.mark.parametrize("name", list(EXPORTS))
@pytest.mark.parametrize("step", [1, 7])
def test_exports_that_are_cut_off_are_read_or_refused(name: str, step: int) -> None:
    data, reader = EXPORTS[name], readers()[name.partition("-")[0]]
    whole = len(articles(reader, data))
    counts = []
    for end in range(0, len(data), step):
        try:
            counts.append(sum(load(each) is not None for each in reader.records(source(data[:end]))))
        except InputError:
            counts.append(0)
    assert max(counts) <= whole + 1  # a book whose title is cut off is another one


@given(st.sampled_from(sorted(EXPORTS)), st.data())
def test_exports_that_are_damaged_are_read_or_refused(name: str, draw: st.DataObject) -> None:
    data = bytearray(EXPORTS[name])
    for _ in range(draw.draw(st.integers(1, 4))):
        data[draw.draw(st.integers(0, len(data) - 1))] = draw.draw(st.integers(0, 255))
    reader = readers()[name.partition("-")[0]]
    try:
        found = [load(each) for each in reader.records(source(bytes(data)))]
    except InputError:
        found = []
    assert all(each is None or each.title for each in found)


@pytest.mark.parametrize("name", ["wallabag", "omnivore", "pinboard", "delicious", "readability"])
def test_lists_of_what_is_no_object_are_refused_item_by_item(name: str) -> None:
    data = b'{"bookmarks": [1, {}, "a"]}' if name == "readability" else b'[1, {}, "a"]'
    found = list(readers()[name].records(source(data)))
    assert [getattr(each, "reason", None) for each in found] == [
        "the item is not a JSON object",
        None,
        "the item is not a JSON object",
    ]
    assert isinstance(found[1], Record)
    with pytest.raises(ReaderError, match=r"^there is neither an address nor a title$"):
        found[1].load()
    with pytest.raises(ReaderError, match=r"^it is not a JSON list of entries of"):
        list(readers()[name].records(source(b'{"a": 1}')))
