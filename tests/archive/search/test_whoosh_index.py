"""``Archive.whoosh_index``: Whoosh's own library on an archive's index."""

import io
import pickle
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from support import ARTICLES
from whoosh import highlight, scoring, sorting
from whoosh import query as wq
from whoosh.index import Index
from whoosh.qparser import MultifieldParser, QueryParser
from whoosh.qparser.dateparse import DateParserPlugin
from whoosh.writing import AsyncWriter, SegmentWriter

from docarchive import Archive, ArchiveDamaged, ArchiveLocked, UsageError
from docarchive.folder import Folder
from docarchive.store import WriteLock
from docarchive.store.layout import INDEX

INDEX_FOLDER = f"{INDEX}/whoosh"


@pytest.fixture
def index(archive: Archive) -> Any:
    return archive.whoosh_index()


@pytest.fixture
def searcher(index: Any) -> Iterator[Any]:
    with index.searcher() as searcher:
        yield searcher


def titles(results: Any) -> list[str]:
    return [hit["title"] for hit in results]


def found(searcher: Any, query: str, field: str = "text", **options: Any) -> list[str]:
    return titles(searcher.search(QueryParser(field, searcher.schema).parse(query), **options))


def test_it_is_an_index_of_whoosh_with_documented_fields(index: Any) -> None:
    assert isinstance(index, Index)
    assert index.doc_count() == index.doc_count_all() == len(ARTICLES)
    names = index.schema.names()
    assert {"id", "has", "text", "title", "summary", "body", "date", "updated", "archived"} <= {*names}
    assert {"tags", "tags_value", "title_value", "date_value", "rating", "rating_number"} <= {*names}


@pytest.mark.parametrize(
    "query",
    [
        *("harbour", "harbour wheat", "economy", "zoe cafe", '"free trade"', '"trade free"', "climb*"),
        *("wheat OR coffee", "trade AND NOT harbour", "tags:gas", 'tags:"free trade"', "places:salvador"),
        *("has:summary", "date:1963", "date:2023-11", "title:wheat"),
    ],
)
def test_whoosh_finds_what_the_archive_finds(archive: Archive, searcher: Any, query: str) -> None:
    assert sorted(found(searcher, query, limit=None)) == sorted(hit.title for hit in archive.search(query, limit=99))


def test_fields_are_stored_in_the_articles_files(archive: Archive, searcher: Any) -> None:
    (hit,) = searcher.search(wq.Term("text", "climb"))
    assert (hit["title"], hit["date"], hit["tags"]) == ("Wheat prices climb", "2024-03", ["wheat", "nat-gas"])
    assert hit["body"] == archive.get(hit["id"]).body
    assert hit["text"].startswith("Wheat prices climb\n\nWheat climbed")
    assert searcher.document(id=hit["id"])["title"] == hit["title"]
    (archive.path / archive.file(hit["id"])).unlink()
    (gone,) = searcher.search(wq.Term("text", "climb"))
    assert gone.fields() == {"id": hit["id"]}


@pytest.mark.parametrize(
    ("query", "marked"),
    [
        ("climbing trader", "Wheat [climbed] again in March. [Traders] in the harbour expect"),
        ('"wheat climbed"', "[Wheat] [climbed] again in March. Traders"),
        ("trad*", "again in March. [Traders] in the harbour expect"),
        ("har?our", "Traders in the [harbour] expect more of the"),
    ],
)
def test_the_highlighter_marks_words_in_any_form(searcher: Any, query: str, marked: str) -> None:
    results = searcher.search(QueryParser("body", searcher.schema).parse(query))
    results.formatter = Brackets()
    (hit,) = [hit for hit in results if hit["title"] == "Wheat prices climb"]
    assert hit.highlights("body") == marked
    assert hit.highlights("body", text=hit["body"]) == marked


class Brackets(highlight.Formatter):  # type: ignore[misc]
    between = "..."

    def format_token(self, text: str, token: Any, replace: bool = False) -> str:
        return f"[{highlight.get_text(text, token, replace)}]"


def test_the_highlighter_marks_words_of_several_languages_and_whole_phrases(root: Path) -> None:
    articles = [("Die Preise steigen, sagen die Häuser am Hafen.", "de"), ("Prices rise at the harbour.", "en")]
    with Archive.create(root) as archive:
        for body, language in articles:
            archive.import_(io.BytesIO(body.encode()), format="text", language=language)
        with archive.whoosh_index().searcher() as searcher:
            parser = QueryParser("body", searcher.schema)
            shown = {}
            for query in ("Haus", '"Preis steigen"', "price"):
                results = searcher.search(parser.parse(query))
                results.formatter = Brackets()
                shown[query] = [hit.highlights("body", strict_phrase=query.startswith('"')) for hit in results]
    assert shown == {
        "Haus": ["steigen, sagen die [Häuser] am Hafen"],
        '"Preis steigen"': ["Die [Preise] [steigen], sagen die Häuser"],
        "price": ["[Prices] rise at the harbour"],
    }


def test_results_are_sorted_by_columns_and_values(searcher: Any) -> None:
    every = wq.Every()
    dated = ["A year alone", "Économie: le café de Zoë", "Wheat prices climb", "Harbour council votes for the new pier"]
    assert titles(searcher.search(every, sortedby="date")) == [*dated, "An undated note"]
    newest = sorting.FieldFacet("date", reverse=True)
    assert titles(searcher.search(every, sortedby=newest)) == [*reversed(dated), "An undated note"]
    assert titles(searcher.search(every, sortedby="title")) == sorted(
        (str(article["title"]) for article in ARTICLES), key=lambda title: title.replace("É", "E").lower()
    )
    by_rating_and_title = sorting.MultiFacet(["rating_number", "title"])
    assert titles(searcher.search(every, sortedby=by_rating_and_title))[0] == "Wheat prices climb"


def test_results_are_grouped_by_values_dates_and_numbers(searcher: Any) -> None:
    def groups(facet: Any, query: Any = None) -> dict[Any, list[str]]:
        results = searcher.search(query or wq.Every(), groupedby=facet)
        stored = searcher.stored_fields
        return {name: sorted(stored(number)["title"] for number in group) for name, group in results.groups().items()}

    tags = groups(sorting.FieldFacet("tags_value", allow_overlap=True))
    assert tags["harbour"] == ["A year alone", "Harbour council votes for the new pier"]
    assert tags["free trade"] == ["Harbour council votes for the new pier"]
    assert tags[None] == ["An undated note"]
    assert groups("rating_number")[4.0] == ["Wheat prices climb"]
    assert groups("date")[None] == ["An undated note"]
    months = sorting.DateRangeFacet("date", datetime(2024, 3, 1), datetime(2024, 4, 1), timedelta(days=31))
    march = groups(months)[datetime(2024, 3, 1), datetime(2024, 4, 1)]
    assert march == ["Harbour council votes for the new pier", "Wheat prices climb"]


@pytest.mark.parametrize("weighting", [scoring.BM25F(), scoring.TF_IDF(), scoring.Frequency(), scoring.PL2()])
def test_whoosh_scores_by_any_model(index: Any, weighting: Any) -> None:
    with index.searcher(weighting=weighting) as searcher:
        results = searcher.search(wq.Or([wq.Term("text", "pier"), wq.Term("text", "wheat")]))
        assert len(results) == 4
        scores = [hit.score for hit in results]
        assert scores == sorted(scores, reverse=True)
        assert scores[0] > scores[-1] > 0


def test_bm25f_ranks_by_the_weights_of_fields_as_the_archive_does(archive: Archive, index: Any) -> None:
    with index.searcher(weighting=scoring.BM25F(B=0.65, K1=1.2)) as searcher:
        assert found(searcher, "pier") == [hit.title for hit in archive.search("pier")]


def test_whoosh_suggests_words_as_they_are_written(searcher: Any) -> None:
    assert searcher.suggest("body", "harbuor") == ["harbour"]
    parser = QueryParser("body", searcher.schema)
    assert searcher.correct_query(parser.parse("companeis"), "companeis").string == "companies"
    assert "companies" in {*searcher.reader().field_terms("body")}


def test_whoosh_finds_similar_articles(searcher: Any) -> None:
    (hit,) = searcher.search(wq.Term("text", "climb"))
    assert "Harbour council votes for the new pier" in titles(hit.more_like_this("body", numterms=20))


def test_dates_in_words_and_several_fields_are_parsed(searcher: Any) -> None:
    parser = MultifieldParser(["title", "body"], searcher.schema)
    assert sorted(titles(searcher.search(parser.parse("wheat OR burned")))) == ["A year alone", "Wheat prices climb"]
    parser = QueryParser("text", searcher.schema)
    parser.add_plugin(DateParserPlugin(datetime(2024, 4, 2)))
    march = searcher.search(parser.parse("date:'march 2024'"))
    assert sorted(titles(march)) == ["Harbour council votes for the new pier", "Wheat prices climb"]


def test_an_instant_is_in_each_date_that_holds_it(searcher: Any) -> None:
    moment = wq.Term("date", datetime(2024, 3, 16, 12))
    assert sorted(titles(searcher.search(moment))) == ["Harbour council votes for the new pier", "Wheat prices climb"]
    within = wq.DateRange("date", datetime(1963, 5, 1), datetime(1963, 5, 2))
    assert titles(searcher.search(within)) == ["A year alone"]


@pytest.mark.parametrize("way", [
    lambda index: index.writer(),
    lambda index: index.delete_by_term("text", "pier"),
    lambda index: index.delete_by_query(wq.Every()),
    lambda index: index.add_field("new", index.schema["title"]),
    lambda index: index.remove_field("title"),
    lambda index: index.optimize(),
    lambda index: index.lock("WRITELOCK"),
    lambda index: SegmentWriter(index),
    lambda index: AsyncWriter(index),
    lambda index: index.storage.create_file("new"),
    lambda index: index.storage.delete_file("segments.json"),
    lambda index: index.storage.rename_file("segments.json", "other.json"),
    lambda index: index.storage.clean(),
    lambda index: index.storage.destroy(),
    lambda index: index.storage.create_index(index.schema),
    lambda index: index.storage.temp_storage(),
])  # fmt: skip
def test_nothing_can_be_written(archive: Archive, index: Any, way: Any) -> None:
    folder = archive.path / INDEX_FOLDER
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    with pytest.raises(UsageError, match="is read-only"):
        way(index)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_it_is_brought_up_to_date_and_follows_the_archive(archive: Archive) -> None:
    note = archive.path / "articles" / "note.md"
    note.write_text("A lighthouse.\n", "utf-8")
    archive.sync()
    (archive.path / INDEX_FOLDER / "state.json").unlink()
    index = archive.whoosh_index()
    searcher = index.searcher()
    assert len(searcher.search(wq.Term("text", "lighthous"))) == 1
    archive.import_(io.BytesIO(b"Another lighthouse."), format="text")
    note.unlink()
    archive.sync()
    assert not searcher.up_to_date()
    with searcher.refresh() as fresh:
        assert [hit["body"] for hit in fresh.search(wq.Term("text", "lighthous"))] == ["Another lighthouse."]
        assert fresh.up_to_date()
    archive.rebuild()
    assert index.doc_count() == len(ARTICLES) + 1


def test_words_are_read_in_the_language_asked_for(archive: Archive) -> None:
    archive.import_(io.BytesIO("Die Häuser am Hafen, sagte der Bürgermeister.".encode()), format="text", language="de")
    german, english = (archive.whoosh_index(language=code).searcher() for code in ("de", "en"))
    for code, searcher in (("de", german), ("en", english)):
        assert len(found(searcher, "Häusern")) == archive.search("Häusern", language=code).total == (code == "de")
    with pytest.raises(UsageError, match="german"):
        archive.whoosh_index(language="german")


def test_an_empty_archive_has_an_empty_index(root: Path) -> None:
    with Archive.create(root) as archive, archive.whoosh_index().searcher() as searcher:
        assert len(searcher.search(wq.Every())) == 0
        assert found(searcher, "pier tags:gas") == []


def test_with_another_engine_it_says_what_to_do(archive: Archive) -> None:
    archive.use_engine("tantivy")
    with pytest.raises(UsageError, match="docarchive engine use whoosh"):
        archive.whoosh_index()
    archive.use_engine("whoosh")
    assert archive.whoosh_index().doc_count() == len(ARTICLES)


def test_without_an_index_it_waits_for_nobody(archive: Archive) -> None:
    (archive.path / INDEX_FOLDER / "state.json").unlink()
    with WriteLock(Folder(archive.path), ".docarchive/lock"), pytest.raises(ArchiveLocked, match="try again"):
        archive.whoosh_index()


class Bomb:
    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __reduce__(self) -> tuple[Any, ...]:
        return Path.touch, (self.mark,)


def test_what_a_stranger_wrote_is_not_unpickled(archive: Archive, tmp_path: Path) -> None:
    folder, mark = archive.path / INDEX_FOLDER, tmp_path / "ran"
    archive.whoosh_index()
    bomb = pickle.dumps(Bomb(mark))
    (folder / "_MAIN_9999999999999.toc").write_bytes(bomb)
    assert archive.whoosh_index().doc_count() == len(ARTICLES)
    for name in ("segments.json", next(folder.glob("*.idx")).name):
        data = (folder / name).read_bytes()
        (folder / name).write_bytes(data[:20] + bomb)
        with pytest.raises(ArchiveDamaged, match="docarchive rebuild"):
            archive.whoosh_index()
        (folder / name).write_bytes(data)
    assert not mark.exists()
