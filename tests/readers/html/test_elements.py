import io
import re

import pytest
from support import affordable

from docarchive.errors import ReaderError
from docarchive.readers.html import elements as module
from docarchive.readers.html.elements import elements

START = re.compile(rb"<note\b[^>]*>")
END = b"</note>"


@pytest.mark.parametrize("size", [1, 2, 3, 7, 1 << 20])
def test_elements_are_the_same_wherever_the_file_is_cut_into_chunks(size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_CHUNK", size)
    data = b"<all><note id='1'>a</note> b <note>c</ note></note></note> d <note>cut </not"
    assert list(elements(io.BytesIO(data), START, END, 1000, "note")) == [
        b"<note id='1'>a</note>",
        b"<note>c</ note></note>",
        b"<note>cut </not",
    ]


def test_an_element_that_is_too_large_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_CHUNK", 1000)
    data = b"<note>a</note><note>" + b"x" * 2_000_000 + END
    found = elements(io.BytesIO(data), START, END, 1_000_000, "note")
    assert next(found) == b"<note>a</note>"
    with pytest.raises(ReaderError, match=r"^a note in it is larger than 1 MB$"):
        next(found)


def test_a_long_element_is_searched_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_CHUNK", 4096)
    data = b"<note>" + b"x" * 40_000_000 + END
    with affordable():  # searched again with each chunk, it takes a minute
        assert [len(element) for element in elements(io.BytesIO(data), START, END, 50_000_000, "note")] == [len(data)]
