"""The catalog: rows, orders, labels, the journal, and files that are not what they should be."""

from __future__ import annotations

import re
import sqlite3
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import corpus
import languages
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import docarchive
from docarchive.analysis import label_terms
from docarchive.analysis.minhash import signature
from docarchive.article import Article
from docarchive.catalog import Catalog, facets, schema
from docarchive.catalog.recorded import RecordedFile
from docarchive.errors import ArchiveDamaged, ArchiveError, QueryError, UnsupportedQuery, UsageError
from docarchive.folder import Folder
from docarchive.language import detect
from docarchive.query import AnalyzedArticle, Label, Node, Or, Pattern, parse
from docarchive.query.facets import Facet

ARTICLES = [
    Article.from_metadata(metadata, "text")
    for metadata in (
        {"id": "a1", "title": "B", "date": "2024-03-16", "tags": ["gas", "free trade"], "url": "https://example.org/1"},
        {"id": "a2", "title": "a", "date": "2024-03", "tags": ["nat-gas"], "rating": 4, "original": "sha256:ff"},
        {"id": "b1", "title": "É", "date": "1963", "places": ["El Salvador"], "v": {"city": "Oslo 50%_\\"}},
        {"id": "b2", "title": "d", "authors": ["Ada Meyer"], "updated": "2024-01-01T10:00:00Z", "fingerprint": "f2"},
    )
]


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[Catalog]:
    schema.create(Folder(tmp_path), "epoch-1")
    found = Catalog.open(Folder(tmp_path))
    assert found is not None
    with found.transaction():
        for number, article in enumerate(ARTICLES):
            found.put(article, f"articles/{article.id}.md", 10 + number, 1000 + number)
    yield found
    found.close()


def test_entries_are_found_by_id_path_and_identity(catalog: Catalog) -> None:
    entry = catalog.entry("a1")
    assert entry is not None
    assert (entry.path, entry.size, entry.modified) == ("articles/a1.md", 10, 1000)
    assert catalog.entry_at("articles/a1.md") == entry
    assert catalog.entry_of_identity("url:https://example.org/1") == entry
    assert catalog.entry("a") is None
    assert catalog.ids_with_prefix("a") == ["a1", "a2"]
    assert catalog.ids_with_prefix("a1") == ["a1"]
    assert catalog.ids_with_prefix("%") == []
    assert [path for files in catalog.files() for path, _, _ in files] == [
        f"articles/{id_}.md" for id_ in ("a1", "a2", "b1", "b2")
    ]


def test_entries_are_found_many_at_once(catalog: Catalog) -> None:
    with catalog.transaction():
        catalog.put(Article.from_metadata({"id": "c1", "url": "https://example.org/1"}, "text"), "articles/c1.md", 1, 1)
    identity = "url:https://example.org/1"
    found = catalog.find_entries([identity, "doi:10.5/1"], ["b1", "none", *map(str, range(1_000)), "a2"])
    assert found == {identity: catalog.entry("a1"), "b1": catalog.entry("b1"), "a2": catalog.entry("a2")}
    assert catalog.entry_of_identity(identity) == catalog.entry("a1")


def test_fingerprints_are_those_of_records_or_of_whole_files(catalog: Catalog) -> None:
    ids = {article.fingerprint or article.original: article.id for article in ARTICLES}
    known = {each: ids[each] for each in ("f2", "sha256:ff")}
    assert catalog.ids_by_fingerprint(["f2", "sha256:ff", "other"]) == known
    assert catalog.ids_by_fingerprint([str(number) for number in range(2000)] + ["f2"]) == {"f2": ids["f2"]}
    assert catalog.ids_by_fingerprint([]) == {}


@pytest.mark.parametrize(
    ("sort", "ids"),
    [
        ("date", ["b1", "a2", "a1", "b2"]),
        ("-date", ["a1", "a2", "b1", "b2"]),
        ("title", ["a2", "a1", "b2", "b1"]),
        ("-title", ["b1", "b2", "a1", "a2"]),
        ("archived", ["a1", "a2", "b1", "b2"]),
    ],
)
def test_orders(catalog: Catalog, sort: str, ids: list[str]) -> None:
    assert [row.id for row in catalog.rows(sort=sort)] == ids
    assert [row.id for row in catalog.rows(sort=sort, limit=2, offset=1)] == ids[1:3]
    assert [row.id for row in catalog.rows_in_order(["b2", "a1", "nowhere", "b1"], sort)] == [
        i for i in ids if i != "a2"
    ]


def test_rows_hold_the_metadata_in_order(catalog: Catalog) -> None:
    row = catalog.rows_of(["a2", "nowhere"])["a2"]
    said = {"id": "a2", "title": "a", "date": "2024-03", "tags": ["nat-gas"], "rating": 4}
    assert row.metadata == {**said, "original": "sha256:ff"}
    assert list(row.metadata)[:2] == ["id", "title"]


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Catalog]:
    """A catalog of the articles that engines are compared with."""
    folder = Folder(tmp_path_factory.mktemp("large"))
    schema.create(folder, "epoch")
    opened = Catalog.open(folder)
    assert opened is not None
    with closing(opened):
        with opened.transaction():
            for article in corpus.ARTICLES:
                opened.put(article, f"articles/{article.id}.md", 1, 1)
        yield opened


@pytest.mark.thorough
@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(node=corpus.metadata_queries)
def test_filters_mean_what_the_query_tree_means(large: Catalog, node: Node) -> None:
    expected = {
        article.id
        for article in corpus.ARTICLES
        if node.matches(AnalyzedArticle(article, detect(f"{article.title}\n{article.body}", "en")))
    }
    assert {row.id for row in large.rows(node)} == expected
    assert large.count(node) == len(expected)


def _facet_by_hand(key: str, length: int, ids: set[str] | None) -> Counter[str]:
    """Counts values; label values that queries do not distinguish as one, in the commonest spelling."""
    found: Counter[str] = Counter()
    articles: dict[str, set[str]] = {}
    for article in corpus.ARTICLES:
        if ids is None or article.id in ids:
            for value in dict.fromkeys(article.values(key)):
                found[value[:length]] += 1
                articles.setdefault(" ".join(label_terms(value)), set()).add(article.id)
    if length != 99:
        return found
    spelled = {folded: [v for v in found if " ".join(label_terms(v)) == folded] for folded in articles}
    return Counter({min(spelled[each], key=lambda v: (-found[v], v)): len(articles[each]) for each in articles})


@pytest.mark.parametrize(
    ("name", "key", "length"),
    [
        ("tag", "tags", 99),
        ("places", "places", 99),
        ("rating", "rating", 99),
        ("venue.city", "venue.city", 99),
        ("title", "title", 999),
        ("id", "id", 99),
        ("year", "date", 4),
        ("month", "date", 7),
        ("day", "date", 10),
        ("date", "date", 4),
        ("updated:month", "updated", 7),
        ("nowhere", "nowhere", 9),
    ],
)
@pytest.mark.parametrize("query", [None, "tag:gas OR place:usa", "id:zzz"])
@pytest.mark.parametrize("few", [0, 2_000], ids=["as of many", "as of few"])
def test_facets_count_what_a_plain_loop_counts(
    large: Catalog, monkeypatch: pytest.MonkeyPatch, name: str, key: str, length: int, query: str | None, few: int
) -> None:
    monkeypatch.setattr(facets, "_FEW", few)
    node = parse(query) if query else None
    ids = {row.id for row in large.rows(node)}
    expected = _facet_by_hand(key, length, ids if query else None)
    rows = {number for number, article in enumerate(corpus.ARTICLES, start=1) if article.id in ids}
    found = large.facets([Facet.read("tag"), Facet.read(name)], rows if query else None)[name]
    assert dict(found) == expected
    counts = [count for _, count in found]
    values = [value for value, _ in found]
    dates = name.partition(":")[0] in ("year", "month", "day", "date", "updated")
    assert values == sorted(values) if dates else counts == sorted(counts, reverse=True)


#: With capitals, marks and letters that are folded to others.
_IDS = [
    f"{one}{other}" for one in ("", "a", "ab", "a0", "A", "é", "ﬁ", "a b", "b-") for other in ("a", "b1", "Ab", "x")
]


@pytest.mark.thorough
@given(
    # ``id:-`` is text, as ``x:-)`` is.
    st.text("abéﬁ01 -*?~", min_size=1, max_size=5).filter(lambda text: text.split() not in ([], ["-"])),
    st.sets(st.sampled_from(_IDS), max_size=12).map(sorted),
)
def test_an_id_is_found_by_what_it_means(pattern: str, ids: list[str]) -> None:
    try:
        node = parse(f'id:"{pattern}"' if " " in pattern else f"id:{pattern}")
    except QueryError:
        return
    articles = [Article.from_metadata({"id": id_, "title": "t"}, "text") for id_ in ids]
    with tempfile.TemporaryDirectory() as folder:
        schema.create(Folder(folder), "epoch")
        opened = Catalog.open(Folder(folder))
        assert opened is not None
        with closing(opened) as catalog:
            with catalog.transaction():
                for article in articles:
                    catalog.put(article, f"articles/{article.id}.md", 1, 1)
            assert {*catalog.ids(node, "id")} == {a.id for a in articles if node.matches(AnalyzedArticle(a))}


@pytest.mark.parametrize("name", ["body", "summary", "date:week", "updated:hour"])
def test_what_cannot_be_counted(name: str) -> None:
    with pytest.raises(UsageError):
        Facet.read(name)


def test_languages_are_detected_where_they_are_not_said(large: Catalog) -> None:
    assert large.languages()[0] == "en"
    assert {each["language"] for each in languages.ARTICLES} <= set(large.languages())
    found = {row.id: row.language for row in large.rows()}
    assert found["lja"] == "ja"


def test_a_language_is_detected(catalog: Catalog) -> None:
    german = next(each for each in languages.ARTICLES if each["language"] == "de")
    with catalog.transaction():
        catalog.put(Article(id="g", title=german["title"], body=german["body"]), "articles/g.md", 1, 1)
    assert catalog.rows_of(["g"])["g"].language == "de"
    assert catalog.languages() == ["en", "de"]
    assert [row.id for row in catalog.rows(parse("language:de"))] == ["g"]
    assert [(each.id, each.language) for each in catalog.changes_since(catalog.last_position() - 1)] == [("g", "de")]


def test_a_filter_of_thousands_of_parts_is_no_trouble(catalog: Catalog) -> None:
    names = [*(f"t{number}" for number in range(1500)), "gas"]
    node = Or(tuple(Label("tags", (Pattern("exact", name),)) for name in names))
    assert [row.id for row in catalog.rows(node)] == ["a1"]


@pytest.mark.parametrize("query", ["word", '"a phrase"', "pre*", "tag:gas word", "-word", "wrod~", "has:body"])
def test_words_of_the_text_are_not_in_the_catalog(catalog: Catalog, query: str) -> None:
    with pytest.raises(UnsupportedQuery, match="the catalog does not have"):
        catalog.count(parse(query))


def test_the_journal_tells_each_change_once_in_order_of_its_last(catalog: Catalog) -> None:
    first = [(each.id, each.path) for each in catalog.changes_since(0)]
    assert first == [(article.id, f"articles/{article.id}.md") for article in ARTICLES]
    last = catalog.last_position()
    with catalog.transaction():
        catalog.put(ARTICLES[1], "articles/a2.md", 1, 1)
        catalog.remove("a1")
        catalog.put(ARTICLES[1], "articles/a2.md", 1, 1)
    assert [(each.id, each.path) for each in catalog.changes_since(last)] == [("a1", None), ("a2", "articles/a2.md")]
    assert (catalog.count_changes_since(last), catalog.has_changes_since(last)) == (2, True)
    last = catalog.last_position()
    assert (catalog.count_changes_since(last), catalog.has_changes_since(last)) == (0, False)


def test_putting_again_replaces_row_and_labels(catalog: Catalog) -> None:
    changed = Article.from_metadata({"id": "a1", "title": "New", "tags": ["oil"]}, "text")
    with catalog.transaction():
        catalog.put(changed, "articles/a1.md", 1, 1)
    assert catalog.count() == len(ARTICLES)
    assert [row.id for row in catalog.rows(parse("tag:gas"))] == []
    assert [row.id for row in catalog.rows(parse("tag:oil"))] == ["a1"]
    assert catalog.entry_of_identity("url:https://example.org/1") is None


def test_removing_takes_labels_along(catalog: Catalog) -> None:
    with catalog.transaction():
        catalog.remove("a2")
    assert [row.id for row in catalog.rows(parse("tag:nat-gas"))] == []
    assert "rating" not in dict(catalog.label_counts())


def test_a_transaction_that_fails_changes_nothing(catalog: Catalog) -> None:
    with pytest.raises(KeyError), catalog.transaction():
        catalog.remove("a1")
        raise KeyError
    assert catalog.entry("a1") is not None


def test_a_full_disk_is_one_clear_error(catalog: Catalog) -> None:
    with pytest.raises(ArchiveError, match="no room left on the disk; free some space"), catalog.transaction():
        catalog._db.execute("PRAGMA max_page_count = 1")  # no more than there are
        catalog.add_seen((f"sha256:{n}", "a1") for n in range(100_000))
    assert catalog.entry("a1") is not None


def test_a_snapshot_does_not_see_later_changes(catalog: Catalog) -> None:
    with catalog.snapshot() as before:
        with catalog.transaction():
            catalog.remove("a1")
        assert before.entry("a1") is not None
        assert catalog.entry("a1") is None


def test_pending_files_are_remembered_until_settled(catalog: Catalog) -> None:
    catalog.add_pending(["articles/x.md", "articles/w.md", "articles/x.md"])
    assert catalog.pending() == ["articles/w.md", "articles/x.md"]
    with catalog.transaction():
        catalog.clear_pending()
    assert catalog.pending() == []


def test_a_missing_catalog_and_one_of_another_version_are_none(tmp_path: Path) -> None:
    path = tmp_path / schema.FILE
    assert Catalog.open(Folder(tmp_path)) is None
    schema.create(Folder(tmp_path), "e")
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA user_version = 99")
        connection.execute("DROP TABLE folders")
    connection.close()
    assert Catalog.open(Folder(tmp_path)) is None


def test_another_version_with_the_same_tables_is_damage(tmp_path: Path) -> None:
    schema.create(Folder(tmp_path), "e")
    with sqlite3.connect(tmp_path / schema.FILE) as connection:
        connection.execute(f"PRAGMA user_version = {schema.VERSION ^ 4}")
    connection.close()
    with pytest.raises(ArchiveDamaged, match="its version has changed"):
        Catalog.open(Folder(tmp_path))


@pytest.mark.parametrize("data", [b"", b"no database", b"SQLite format 3\0" + b"\xff" * 5000])
def test_a_file_that_is_no_catalog_is_damage(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / schema.FILE
    path.write_bytes(data)
    with pytest.raises(ArchiveDamaged, match="docarchive rebuild"):
        Catalog.open(Folder(tmp_path))


@pytest.mark.parametrize(
    "sql",
    ["CREATE TRIGGER t AFTER INSERT ON articles BEGIN SELECT 1; END", "CREATE VIEW v AS SELECT 1"],
)
def test_a_catalog_with_code_in_it_is_damage(tmp_path: Path, sql: str) -> None:
    path = tmp_path / schema.FILE
    schema.create(Folder(tmp_path), "e")
    connection = sqlite3.connect(path)
    connection.execute(sql)
    connection.commit()
    connection.close()
    with pytest.raises(ArchiveDamaged):
        Catalog.open(Folder(tmp_path))


def test_a_page_that_goes_bad_is_damage(catalog: Catalog, tmp_path: Path) -> None:
    catalog.close()
    path = tmp_path / "catalog.sqlite"
    data = bytearray(path.read_bytes())
    data[4096:] = b"\xff" * (len(data) - 4096)
    path.write_bytes(data)
    with pytest.raises(ArchiveDamaged, match="docarchive rebuild"):
        opened = Catalog.open(Folder(tmp_path))
        assert opened is not None
        with closing(opened):
            list(opened.rows())


def test_values_that_queries_do_not_distinguish_are_counted_once(catalog: Catalog) -> None:
    with catalog.transaction():
        for number, tags in enumerate((["Free Trade", "!!"], ["free  trade", "?"])):
            article = Article.from_metadata({"id": f"t{number}", "title": "T", "tags": tags, "mood": tags}, "text")
            catalog.put(article, f"articles/t{number}.md", 1, 1)
    counted = catalog.facets([Facet.read("mood")])["mood"]
    assert dict(catalog.label_counts())["mood"] == len(counted) == 3


def test_labels_that_no_article_has_are_not_there(catalog: Catalog) -> None:
    changed = Article.from_metadata({"id": "a1", "title": "New", "tags": ["oil", "gas"]}, "text")
    with catalog.transaction():
        catalog.put(changed, "articles/a1.md", 1, 1)
        assert sorted(catalog.all_values("tags")) == ["gas", "nat-gas", "oil"]
        catalog.remove("a2")
        catalog.put(ARTICLES[2], "articles/b1.md", 1, 1)
    assert sorted(catalog.all_values("tags")) == ["gas", "oil"]
    assert dict(catalog.label_counts())["tags"] == 2
    with catalog.transaction():
        catalog.put(ARTICLES[1], "articles/a2.md", 1, 1)
    assert [row.id for row in catalog.rows(parse("tag:nat-gas"))] == ["a2"]


def test_more_labels_than_fit_one_statement(catalog: Catalog) -> None:
    tags = [f"tag {n}" for n in range(1_200)]
    with catalog.transaction():
        catalog.put(Article.from_metadata({"id": "c1", "tags": [*tags[600:], "gas"]}, "text"), "articles/c1.md", 1, 1)
    with catalog.transaction():
        catalog.put(Article.from_metadata({"id": "c2", "tags": tags}, "text"), "articles/c2.md", 1, 1)
    assert sorted(catalog.all_values("tags")) == sorted([*tags, "free trade", "gas", "nat-gas"])
    assert [row.id for row in catalog.rows(parse('tags:"tag 700"'))] == ["c1", "c2"]


def test_near_articles_of_many_texts_are_those_of_each(catalog: Catalog) -> None:
    words = [f"word{n}" for n in range(40)]
    texts = [" ".join(words), " ".join(words[:30]), " ".join(words[1:]), " ".join(reversed(words))]
    copies = {1: 2, 2: 1, 3: 150}  # of the last, more than are compared
    with catalog.transaction():
        for text, count in copies.items():
            for n in range(count):
                article = Article.from_metadata({"id": f"t{text}n{n:03}"}, texts[text])
                catalog.put(article, f"articles/{article.id}.md", 1, 1)
    signatures = [signed for text in texts if (signed := signature(text))]
    found = catalog.near(signatures, 0.7)
    assert found == [catalog.near([each], 0.7)[0] for each in signatures]
    assert found[0][0].id == "t2n000"
    assert [near.id for near in found[1]] == ["t1n000", "t1n001"]
    assert [near.id for near in found[3]] == [f"t3n{n:03}" for n in range(100)]
    assert catalog.near([]) == []


def test_every_row_has_the_checksum_of_its_values(catalog: Catalog) -> None:
    catalog.put(ARTICLES[1], "articles/moved.md", 1, 1)
    with catalog.transaction():
        catalog.touch("a1", "articles/a2.md", 2, 2, bytes(range(32)))
        catalog.forget_content(["b1"])
        catalog.set_folder_times({"articles": 1})
        catalog.set_validators("https://example.org/", '"a"', None)
        catalog.note_import("2024-01-01T00:00:00Z")
        catalog.record([RecordedFile("versions/a1/0001.md", 1, 1, bytes(32))])
    assert catalog.is_whole()
    db = catalog._db
    for table, columns in {
        "facts": "name, value",
        "folders": "path, modified",
        "fetched": "address, etag, modified",
        "recorded": "path, size, modified, digest",
        "journal": "id",
    }.items():
        assert db.execute(f"SELECT count(*), sum(sum = row_sum({columns})) FROM {table}").fetchone()[0] > 0
        assert db.execute(f"SELECT count(*) FROM {table} WHERE sum <> row_sum({columns})").fetchone() == (0,)


@pytest.mark.parametrize("column", ["title", "metadata", "digest", "modified", "content", "said"])
def test_a_changed_value_of_an_article_is_noticed(catalog: Catalog, column: str) -> None:
    catalog._db.execute(f"UPDATE articles SET {column} = {column} || 'x' WHERE id = 'a1'")
    if column == "said":
        catalog._db.execute("UPDATE articles SET said = 'x' WHERE id = 'a1'")
    assert not catalog.is_whole()


def test_no_statement_numbers_its_placeholders() -> None:
    """Python calls ``?1`` a named parameter, and from 3.12 on warns of one that is bound to a sequence."""
    package = Path(docarchive.__file__).parent
    numbered = [
        f"{path.relative_to(package)}:{n}"
        for path in sorted(package.rglob("*.py"))
        for n, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if re.search(r"[=<>(,] ?\?\d", line)
    ]
    assert not numbered
