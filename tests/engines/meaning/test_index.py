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
    assert folder.names() == ["passages-2", "signs-2", "state.json", "vectors-2"]
    assert index.nearest(VECTORS[1], 5)[0].similarity == pytest.approx(1, abs=0.02)


@pytest.fixture
def many(folder: Folder) -> tuple[Index, np.ndarray]:
    """An index of 4,000 articles of a passage each, on 200 subjects, so that signs are compared, and its vectors."""
    subjects = _RANDOM.standard_normal((200, 60), dtype=np.float32)
    vectors = np.repeat(subjects, 20, axis=0) + 0.7 * _RANDOM.standard_normal((4_000, 60), dtype=np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    index = create(folder, MODEL, 60, "e")
    for start in range(0, 4_000, 1_000):
        entries = [Entry(at + 1, 1, at + 1, [(0, 1)], vectors[at : at + 1]) for at in range(start, start + 1_000)]
        index = index.write(entries, Position("e", start + 1_000))
    return index, vectors


def nearest_rows(index: Index, question: np.ndarray, rows: list[int] | None = None) -> list[int]:
    return [near.row for near in index.nearest(question, 10, rows)]


def share(index: Index, vectors: np.ndarray, rows: list[int] | None = None) -> float:
    """Returns the share of the ten nearest articles that are returned, over 40 questions."""
    allowed = np.array(rows or range(1, len(vectors) + 1)) - 1
    hits = 0
    for question in vectors[::100]:
        wanted = allowed[np.argsort(-(vectors[allowed] @ question))[:10]] + 1
        hits += len({*wanted.tolist()}.intersection(nearest_rows(index, question, rows)))
    return hits / 400


def test_of_very_many_passages_nearly_all_that_are_near_are_returned(
    many: tuple[Index, np.ndarray], monkeypatch: pytest.MonkeyPatch
) -> None:
    index, vectors = many
    assert share(index, vectors) > 0.95
    assert share(index, vectors, [*range(2, 4_000, 3)]) > 0.95
    assert share(index, vectors, [*range(2, 4_000, 40)]) > 0.95
    removed = [Entry(at, 0, 0) for at in range(3, 4_000, 3)]
    index = index.write(removed, Position("e", 5_000))
    assert share(index, vectors, [row for row in range(1, 4_001) if row % 3]) > 0.95
    assert all(row % 3 for row in nearest_rows(index, vectors[2]))
    monkeypatch.setattr("docarchive.engines.meaning.index.promising", lambda *_: np.arange(500))
    assert share(index, vectors) < 0.3  # the signs decide: they are not left out


def test_articles_of_many_passages_do_not_hide_others(folder: Folder) -> None:
    index = create(folder, MODEL, SIZE, "e")
    near, far = np.repeat(VECTORS[:1], 1_500, axis=0), VECTORS[1:10]
    index = index.write([Entry(1, 1, 1, [(0, 1)] * 1_500, near)], Position("e", 1))
    index = index.write([Entry(at, 1, at, [(0, 1)], far[at - 2 : at - 1]) for at in range(2, 11)], Position("e", 2))
    assert {*nearest_rows(index, VECTORS[0])} == {*range(1, 11)}


def test_signs_that_are_missing_are_computed_and_written(folder: Folder, many: tuple[Index, np.ndarray]) -> None:
    index, vectors = many
    data, rows = folder.read("signs-1"), nearest_rows(index, vectors[7])
    for shorter in (None, data[:-1]):
        folder.remove("signs-1")
        if shorter is not None:
            folder.put("signs-1", shorter)
        index = Index(folder, index.state)
        assert nearest_rows(index, vectors[7]) == rows
        assert index.damaged() == []
        index = index.write([Entry(9_000, 1, 9_000, [(0, 1)], vectors[:1])], Position("e", 9_000))
        index = index.write([Entry(9_000, 0, 0)], Position("e", 9_001))
        assert folder.read("signs-1")[: len(data)] == data
        assert Index(folder, index.state).damaged() == []


def test_every_changed_sign_is_noticed_and_written_again(folder: Folder) -> None:
    index = write(create(folder, MODEL, SIZE, "e"), [(1, 0), (2, 3), (3, 9)])
    data = folder.read("signs-1")
    for at in range(len(data)):
        for bit in range(8):
            folder.put("signs-1", data[:at] + bytes([data[at] ^ 1 << bit]) + data[at + 1 :])
            assert Index(folder, index.state).damaged() == [at]
    index = Index(folder, index.state)
    index = index.without(index.damaged())
    assert index.damaged() == []
    assert folder.read("signs-1") == data


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
