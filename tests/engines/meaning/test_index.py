"""The vectors on the disk: what was written last is what is near, and damage is noticed."""

import tracemalloc
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from docarchive.engines.meaning.entries import Entry, key_of
from docarchive.engines.meaning.index import Index, Near, create
from docarchive.engines.meaning.model import Identity
from docarchive.engines.meaning.state import read_state
from docarchive.engines.protocol import Position
from docarchive.errors import IndexDamaged
from docarchive.folder import Folder

MODEL = Identity("small", "1", "ab" * 32)
SIZE = 6
_RANDOM = np.random.default_rng(5)
VECTORS = _RANDOM.standard_normal((40, SIZE), dtype=np.float32)
VECTORS /= np.linalg.norm(VECTORS, axis=1, keepdims=True)
#: An article's row and text: which of the vectors it has. No text: it is removed.
_CHANGES = st.lists(st.lists(st.tuples(st.integers(1, 9), st.none() | st.integers(0, 36)), max_size=4), max_size=8)


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    folder = Folder(tmp_path, "meaning")
    folder.make()
    return folder


def passages(text: int) -> np.ndarray:
    """Returns the vectors of the passages of a text."""
    return VECTORS[text : text + 1 + text % 3]


def entry(index: Index, row: int, text: int | None) -> Entry:
    key = key_of(f"id{row}")
    if text is None:
        return Entry(key, 0, 0)
    if index.known([(key, text)]):
        return Entry(key, text, row)
    vectors = passages(text)
    return Entry(key, text, row, [(at, at + 1) for at in range(len(vectors))], vectors)


def write(index: Index, changes: list[tuple[int, int | None]], number: int = 1) -> Index:
    return index.write([entry(index, *change) for change in dict(changes).items()], Position("e", number))


def expected(texts: dict[int, int], question: np.ndarray) -> dict[int, float]:
    """Returns the similarity of the nearest passage of each article by row."""
    return {row: float((passages(text) @ question).max()) for row, text in texts.items()}


@settings(max_examples=60)
@given(batches=_CHANGES, question=st.integers(0, 39), reopened=st.booleans())
def test_the_nearest_passages_are_those_of_the_articles_as_they_are(
    tmp_path_factory: pytest.TempPathFactory,
    batches: list[list[tuple[int, int | None]]],
    question: int,
    reopened: bool,
) -> None:
    folder = Folder(tmp_path_factory.mktemp("index"))
    index = create(folder, MODEL, SIZE, "e")
    texts: dict[int, int] = {}
    for number, batch in enumerate(batches, start=1):
        index = write(index, batch, number)
        for row, text in dict(batch).items():
            texts.pop(row, None)
            texts |= {} if text is None else {row: text}
        if reopened:
            state = read_state(folder)
            assert state is not None
            index = Index(folder, state)
    for now in (index, index.compacted()):
        near = now.nearest(VECTORS[question], 20)
        wanted = expected(texts, VECTORS[question])
        assert {hit.row: pytest.approx(hit.similarity, abs=0.02) for hit in near} == wanted
        assert [hit.similarity for hit in near] == sorted((hit.similarity for hit in near), reverse=True)
        assert {hit.key for hit in near} == {key_of(f"id{row}") for row in texts}
        some = {row for row in texts if row % 2}
        assert [hit.row for hit in now.nearest(VECTORS[question], 20, some)] == [h.row for h in near if h.row in some]
        assert now.nearest(VECTORS[question], 2) == near[:2]
        assert now.articles() == len(texts)


def test_what_was_written_without_a_state_is_overwritten(folder: Folder) -> None:
    index = write(create(folder, MODEL, SIZE, "e"), [(1, 3)])
    state = folder.read("state.json")
    write(index, [(2, 4), (1, 5)], 2)
    folder.put("state.json", state)  # as if that had been interrupted before its end
    known = read_state(folder)
    assert known is not None
    index = write(Index(folder, known), [(1, 6)], 2)
    (near,) = index.nearest(VECTORS[6], 5)
    assert (near.row, round(near.similarity, 1)) == (1, 1.0)
    assert index.state.position == Position("e", 2)


def test_a_text_that_returns_is_not_computed_again(folder: Folder) -> None:
    index = create(folder, MODEL, SIZE, "e")
    for text in (3, 4, 3):
        index = write(index, [(1, text)])
    assert index.state.passages == len(passages(3)) + len(passages(4))
    index.release()
    assert index.nearest(VECTORS[3], 5) == []
    index = index.write([Entry(key_of("id1"), 3, 7)], Position("other", 1))
    assert index.nearest(VECTORS[3], 1)[0].row == 7


def test_unused_vectors_are_left_out_when_they_are_most(folder: Folder) -> None:
    index = create(folder, MODEL, SIZE, "e")
    many = np.repeat(VECTORS[:1], 1_500, axis=0)
    index = index.write([Entry(1, 1, 1, [(0, 1)] * 1_500, many)], Position("e", 1))
    index = index.write([Entry(1, 2, 1, [(0, 1)], VECTORS[1:2])], Position("e", 2))
    assert index.state.passages == 1
    assert folder.names() == ["passages-2", "state.json", "vectors-2"]
    assert index.nearest(VECTORS[1], 5)[0].similarity == pytest.approx(1, abs=0.02)


@pytest.mark.parametrize("name", ["vectors-1", "passages-1"])
def test_files_that_are_shorter_than_the_state_says_are_damaged(folder: Folder, name: str) -> None:
    write(create(folder, MODEL, SIZE, "e"), [(1, 3)])
    state = read_state(folder)
    assert state is not None
    for data in (b"", folder.read(name)[:-1]):
        folder.put(name, data)
        with pytest.raises(IndexDamaged, match=name):
            Index(folder, state)
    folder.remove(name)
    with pytest.raises(IndexDamaged, match=name):
        Index(folder, state)


@pytest.mark.parametrize("data", [b"", b"[]", b"{}", b"\xff", b'{"version": 1, "crc": 0}', b"[" * 9_000])
def test_a_state_that_cannot_be_read_is_none(folder: Folder, data: bytes) -> None:
    folder.put("state.json", data)
    assert read_state(folder) is None


def test_a_state_of_other_sizes_is_none(folder: Folder) -> None:
    create(folder, MODEL, SIZE, "e")
    data = folder.read("state.json")
    assert read_state(folder) is not None
    for wrong in (b'"size": 7', b'"size": 99999999', b'"size": -1', b'"size": "6"'):
        folder.put("state.json", data.replace(b'"size": 6', wrong))
        assert read_state(folder) is None


def test_rows_that_are_not_allowed_may_be_any(folder: Folder) -> None:
    index = write(create(folder, MODEL, SIZE, "e"), [(1, 3), (2, 4)])
    assert [hit.row for hit in index.nearest(VECTORS[3], 5, [1, -4, 10**12])] == [1]
    assert index.nearest(VECTORS[3], 5, []) == []
    assert isinstance(index.nearest(np.zeros(SIZE, np.float32), 5)[0], Near)


def test_the_rows_of_a_file_ask_for_no_memory(folder: Folder) -> None:
    """The file may be a stranger's, and name the largest row that there is."""
    index = write(create(folder, MODEL, SIZE, "e"), [(2, 4), (2**32 - 1, 7)])
    tracemalloc.start()
    try:
        assert [near.row for near in index.nearest(VECTORS[7], 5, [2, 3])] == [2]
        assert tracemalloc.get_traced_memory()[1] < 1_000_000
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("name", ["vectors-1", "passages-1"])
def test_every_changed_byte_is_noticed(folder: Folder, name: str) -> None:
    index = write(create(folder, MODEL, SIZE, "e"), [(1, 0), (2, 3), (3, 9)])  # a passage each
    whole = folder.read(name)
    width = len(whole) // 3
    assert index.damaged() == []
    right = index.nearest(VECTORS[4], 50)
    for at in range(len(whole)):
        folder.put(name, whole[:at] + bytes([whole[at] ^ 1 << at % 8]) + whole[at + 1 :])
        changed = Index(folder, index.state)
        assert changed.damaged() == [at // width]
        near = None
        with suppress(IndexDamaged):
            near = changed.nearest(VECTORS[4], 50)
        # Else the row became 0: nothing wrong is returned.
        assert near is None or near == [hit for hit in right if hit.row != at // width + 1]


@pytest.mark.parametrize("name", ["vectors-1", "passages-1"])
@pytest.mark.parametrize("place", [0, 8, 24])
def test_of_what_is_damaged_the_whole_article_is_made_again(folder: Folder, name: str, place: int) -> None:
    texts: list[tuple[int, int | None]] = [
        (1, 2),
        (2, 5),
        (3, 8),
        (4, 0),
        (5, 3),
        (6, 6),
    ]  # three passages each, then one each
    index = write(create(folder, MODEL, SIZE, "e"), texts)
    width = SIZE if name == "vectors-1" else len(folder.read(name)) // index.state.passages
    data = bytearray(folder.read(name))
    data[4 * width + place % width] ^= 4  # in the middle of the second
    folder.put(name, bytes(data))
    index = Index(folder, index.state)
    assert index.damaged() == [4]
    index = index.without(index.damaged())
    assert (index.damaged(), index.state.position.number) == ([], 0)
    lost = {row for row, text in texts if text is not None and not index.known([(key_of(f"id{row}"), text)])}
    assert lost == {2}
    index = write(index, texts)
    assert {hit.row: round(hit.similarity, 1) for hit in index.nearest(VECTORS[6], 3)}[2] == 1.0
