import io
import pickle
import sqlite3
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import BinaryIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docarchive.archive.importing.sources import sibling
from docarchive.article import Article
from docarchive.dates import PartialDate
from docarchive.errors import InputError, ReaderError
from docarchive.readers import ReadOptions, Record, Source, choose
from docarchive.readers.tables import sqlite

POSTS = """
CREATE TABLE posts (ID INTEGER PRIMARY KEY, post_title TEXT, post_content TEXT, post_date INTEGER, image BLOB);
INSERT INTO posts VALUES (1, 'The pier', '<p>A <b>new</b> pier</p>', 1710583200, x'ff00'), (2, 'Wheat', 'Up', NULL, NULL);
CREATE TABLE people (name TEXT, age INTEGER);
CREATE VIRTUAL TABLE search USING fts5(title, body);
INSERT INTO people VALUES ('Ada', 36);
"""


def database(script: str, folder: Path) -> Path:
    path = folder / "a.db"
    connection = sqlite3.connect(path)
    connection.executescript(script)
    connection.close()
    return path


def opened(path: Path) -> BinaryIO:
    return path.open("rb")


def source(path: Path, query: str | None = None, open: Callable[[], BinaryIO] | None = None, **mapping: str) -> Source:
    options = ReadOptions(query=query, mapping=mapping)
    return Source(
        path.name,
        path.stat().st_size,
        open or partial(opened, path),
        options=options,
        sibling=partial(sibling, path.parent),
    )


def articles(given: Source) -> list[Article]:
    found = []
    for record in sqlite.records(given):
        assert isinstance(record, Record)
        found.append(pickle.loads(pickle.dumps(record.load))())
    return found


def reason(given: Source) -> str:
    with pytest.raises(ReaderError) as caught:
        list(sqlite.records(given))
    return str(caught.value)


WITHOUT_SEARCH = POSTS.replace("CREATE VIRTUAL TABLE search USING fts5(title, body);", "")


@pytest.mark.parametrize("in_memory", [False, True])
def test_the_one_table_of_texts_is_read(tmp_path: Path, in_memory: bool) -> None:
    path = database(WITHOUT_SEARCH, tmp_path)
    data = path.read_bytes()
    given = source(path, open=partial(io.BytesIO, data) if in_memory else None)
    assert choose(given).name == "sqlite"
    first, second = articles(given)
    assert (first.id, first.title, first.body) == ("1", "The pier", "A **new** pier")
    assert first.date == PartialDate("2024-03-16T10:00:00Z")
    assert (second.title, second.body, second.date) == ("Wheat", "Up", None)
    assert path.read_bytes() == data
    assert [each.name for each in tmp_path.iterdir()] == ["a.db"]


def test_the_raw_bytes_of_a_row_hold_all_its_values(tmp_path: Path) -> None:
    first, second = sqlite.records(source(database(WITHOUT_SEARCH, tmp_path)))
    assert first.raw is not None
    assert b'"image":"ff00"' in first.raw
    assert (first.location, second.location) == ("row 1", "row 2")


def test_several_tables_are_listed_with_a_query_to_try(tmp_path: Path) -> None:
    path = database(POSTS, tmp_path)
    assert reason(source(path)) == (
        "several tables look like articles; choose the rows with --query, such as --query 'SELECT * FROM posts'; "
        "there are posts, search"
    )


def test_a_database_without_articles_lists_its_tables(tmp_path: Path) -> None:
    path = database('CREATE TABLE "two words" (a); CREATE TABLE other (b);', tmp_path)
    assert reason(source(path)) == (
        "no table looks like articles; choose the rows with --query, such as --query 'SELECT * FROM other'; "
        "there are other, two words"
    )


def test_a_query_gives_the_rows(tmp_path: Path) -> None:
    path = database(POSTS, tmp_path)
    query = "SELECT upper(post_title) AS Headline, post_content AS t FROM posts WHERE id = 2"
    (article,) = articles(source(path, query, body="t"))
    assert (article.title, article.body) == ("WHEAT", "Up")
    assert articles(source(path, "SELECT title, body FROM search UNION SELECT 'a', 'b'"))[0].title == "a"


def test_a_mapping_finds_the_table_too(tmp_path: Path) -> None:
    path = database("CREATE TABLE a (x, y); INSERT INTO a VALUES ('T', 'B'); CREATE TABLE b (z);", tmp_path)
    (article,) = articles(source(path, title="x", body="y"))
    assert (article.title, article.body) == ("T", "B")


@pytest.mark.parametrize(
    "query",
    [
        "DELETE FROM posts",
        "INSERT INTO posts (post_title) VALUES ('x')",
        "CREATE TABLE x (a)",
        "DROP TABLE posts",
        "UPDATE sqlite_master SET sql = ''",
        "PRAGMA page_size = 512",
        "ATTACH 'other.db' AS other",
        "PRAGMA journal_mode = WAL",
        "VACUUM INTO 'copy.db'",
        "SELECT load_extension('x') AS title",
        "SELECT fts3_tokenizer('x') AS title",
        "SELECT 1; SELECT 2",
        "SELECT title FROM nowhere",
        "nonsense",
        "",
    ],
)
def test_a_query_can_only_select(tmp_path: Path, query: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    path = database(POSTS, tmp_path)
    before = path.read_bytes()
    if query:
        assert reason(source(path, query)).startswith(("the query may only select rows", "the query cannot be run"))
    else:
        assert reason(source(path, query)).startswith("several tables look like articles")
    assert path.read_bytes() == before
    assert [each.name for each in tmp_path.iterdir()] == ["a.db"]


def test_a_query_without_end_is_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite, "QUERY_TIME", 0.2)
    query = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT max(x) AS title FROM n"
    assert reason(source(database(POSTS, tmp_path), query)) == "the query returns no row within 0 seconds"


def test_a_query_without_rows_and_without_texts_is_refused(tmp_path: Path) -> None:
    path = database(POSTS, tmp_path)
    assert reason(source(path, "SELECT post_title FROM posts WHERE 0")).startswith("there is no article in it")
    assert reason(source(path, "SELECT age FROM people")).startswith("no column looks like a title or a text")
    assert reason(source(path, "SELECT name FROM people", title="x")).startswith("--map title=x: there is no such")


def test_what_is_not_yet_in_the_database_is_told(tmp_path: Path) -> None:
    path = database(WITHOUT_SEARCH, tmp_path)
    (tmp_path / "a.db-wal").write_bytes(b"x")
    assert reason(source(path)).startswith("the database is in use: some of it is still in a.db-wal")


def test_a_database_in_wal_mode_is_read(tmp_path: Path) -> None:
    path = database("PRAGMA journal_mode = WAL;" + WITHOUT_SEARCH, tmp_path)
    assert len(articles(source(path, open=partial(io.BytesIO, path.read_bytes())))) == 2


def test_a_database_whose_error_is_no_text_is_refused() -> None:
    # SQLite's message quotes the damaged schema, and is not UTF-8 then.
    memory = sqlite3.connect(":memory:")
    memory.executescript("CREATE TABLE articles (title, body)")
    data = memory.serialize().replace(b"CREATE TABLE articles (title", b"CREATE TABLE articles \x80\x80 title")
    memory.close()
    with pytest.raises(ReaderError, match="the database cannot be read"):
        list(sqlite.records(Source("a.db", len(data), lambda: io.BytesIO(data))))


@given(st.data())
def test_a_damaged_database_is_read_or_refused(draw: st.DataObject) -> None:
    memory = sqlite3.connect(":memory:")
    memory.executescript(WITHOUT_SEARCH)
    data = bytearray(memory.serialize())
    memory.close()
    for _ in range(draw.draw(st.integers(1, 20))):
        data[draw.draw(st.integers(16, len(data) - 1))] = draw.draw(st.integers(0, 255))
    cut = bytes(data[: draw.draw(st.integers(16, len(data)))])
    with suppress(InputError):
        for record in sqlite.records(Source("a.db", len(cut), lambda: io.BytesIO(cut))):
            with suppress(InputError):
                record.load()
