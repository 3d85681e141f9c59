"""What leads on from a search: facets, suggestions, similar articles, saved searches, explanations."""

import io
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support import ARTICLES

from docarchive import Archive, DocarchiveError, InputError, NotFoundError, QueryError, ReaderError, UsageError

PIER = "Harbour council votes for the new pier"
COFFEE = "Économie: le café de Zoë"


def test_facets_count_the_whole_result(archive: Archive) -> None:
    results = archive.search("harbour OR pier", limit=1, facets=["place", "year", "tags", "updated:month"])
    assert results.facets == {
        "place": [("north-bay", 2), ("El Salvador", 1)],
        "year": [("1963", 1), ("2024", 2)],
        "tags": [("harbour", 2), ("free trade", 1), ("nat-gas", 1), ("wheat", 1)],
        "updated:month": [],
    }
    assert results.to_dict()["facets"]["year"] == [{"value": "1963", "count": 1}, {"value": "2024", "count": 2}]
    assert archive.search("*", facets=["month"]).facets == {
        "month": [("1963", 1), ("2023-11", 1), ("2024-03", 2)],
    }
    assert archive.search("*", facets=["place"], facet_limit=1).facets == {"place": [("north-bay", 2)]}
    with pytest.raises(UsageError, match="body is text"):
        archive.search("*", facets=["body"])
    with pytest.raises(UsageError, match="there is no field 'palces'; did you mean: places"):
        archive.search("*", facets=["palces"])


@pytest.mark.parametrize(
    ("query", "suggestion"),
    [
        ("harbor", "harbour"),
        ("whaet prices", "wheat prices"),
        ('"fre trade"', '"free trade"'),
        ('"fre trade" OR zebraaa', '"free trade" OR zebraaa'),
        ("title:harbuor council", "title:harbour council"),
        ("tag:harbuor", "tag:harbour"),
        ("tag:free-trade", 'tag:"free trade"'),
        ('author:"ada mayer"', 'author:"Ada Meyer"'),
        ("author:mayer", "author:meyer"),
        ("(harbor pier)^2", "(harbour pier)^2"),
        ("coffe -wheat", "coffee -wheat"),
        ("cofee", "coffee"),
        ("author: meyer", "author:meyer"),
        ("coffee || zebra", "coffee OR zebra"),
        ("coffee||wheat && prices", "coffee OR wheat AND prices"),
        ("ada meyer", 'authors:"ada meyer"'),
        ('"Ada Meyer"', 'authors:"Ada Meyer"'),
        ("zebra", None),
        ("pier", None),
        ("99999", None),
        ("x", None),
        ("-harbor", None),
    ],
)
def test_did_you_mean(archive: Archive, query: str, suggestion: str | None) -> None:
    results = archive.search(query, all_words=True)
    assert results.suggestion == suggestion
    if suggestion:
        assert archive.count(suggestion) > results.total
        assert results.to_dict()["suggestion"] == suggestion


def test_similar_articles(archive: Archive, tmp_path: Path) -> None:
    first = archive.search(f'title:"{PIER}"').hits[0]
    results = archive.similar(first.id)
    assert first.id not in [hit.id for hit in results]
    assert "Wheat prices climb" in {hit.title for hit in results}
    with pytest.raises(NotFoundError):
        archive.similar("zzzz")
    (tmp_path / "like.txt").write_text("The mayor of the council spoke of free trade and of a pier.\n", "utf-8")
    alike = archive.search(similar_to=tmp_path / "like.txt")
    assert alike.hits[0].title == PIER
    assert len(archive) == len(ARTICLES), "the file is not imported"
    assert [hit.title for hit in archive.search("tag:wheat", similar_to=tmp_path / "like.txt")] == [
        "Wheat prices climb"
    ]
    (tmp_path / "empty.txt").write_text("")
    with pytest.raises(ReaderError, match=r"missing\.txt"):
        archive.search(similar_to=tmp_path / "missing.txt")
    with pytest.raises(InputError):
        archive.search(similar_to=tmp_path / "empty.txt")


def test_saved_searches(archive: Archive, root: Path) -> None:
    settings = root / "docarchive.toml"
    settings.write_text("# mine\n" + settings.read_text("utf-8"), "utf-8")
    archive.save_search("water", "harbour OR pier")
    archive.save_search("dry", "-@water")
    assert archive.count("@water") == 4
    assert archive.count("@dry") == 1
    assert archive.count("@water date:2024") == 2
    assert [row.metadata["title"] for row in archive.list("no:date")] == ["An undated note"]
    assert settings.read_text("utf-8").startswith("# mine\n")
    with Archive.open(root) as again:
        assert dict(again.settings.searches) == {"water": "harbour OR pier", "dry": "-@water"}
        assert again.count("@dry") == 1
    archive.save_search("water", "harbour")
    assert archive.count("@dry") == 3
    archive.remove_search("dry")
    assert dict(archive.settings.searches) == {"water": "harbour"}
    with pytest.raises(QueryError, match="there is no saved search @dry"):
        archive.count("@dry")
    with pytest.raises(NotFoundError, match="docarchive saved"):
        archive.remove_search("dry")
    with pytest.raises(QueryError, match="contains itself"):
        archive.save_search("water", "pier OR @water")
    with pytest.raises(QueryError):
        archive.save_search("bad", "a AND")
    with pytest.raises(UsageError, match="cannot be a search's name"):
        archive.save_search("two words", "a")
    assert dict(archive.settings.searches) == {"water": "harbour"}


def test_settings_that_hold_no_searches_are_told(archive: Archive, root: Path) -> None:
    archive.close()
    settings = root / "docarchive.toml"
    settings.write_text(settings.read_text("utf-8") + '[searches]\noil = ["a"]\n', "utf-8")
    with pytest.raises(DocarchiveError, match=r"\[searches\]"):
        Archive.open(root)


def test_an_unknown_field_names_those_near_it(archive: Archive) -> None:
    with pytest.raises(QueryError, match=r"there is no field 'ratng'; did you mean: rating") as caught:
        archive.search("pier ratng:4")
    assert caught.value.position == 5
    with pytest.raises(QueryError, match="did you mean: places"):
        archive.count("palce:oslo")
    assert archive.count("RATING:4") == 1
    assert archive.count("body:coffee") == archive.count("text:coffee") == 1


def test_dates_in_words(archive: Archive) -> None:
    now = datetime(2024, 4, 2, 12, 0)
    for query, total in {"date:last-month": 2, 'date:"march 2024"': 2, "date:-3w..": 2, "archived:today": 0}.items():
        assert archive.count(query, now=now) == total, query
        assert archive.search(query, now=now).total == total, query
    assert archive.list_count("date:last-month", now=now) == len(list(archive.list("date:last-month", now=now))) == 2
    assert archive.export("date:last-month", to=io.BytesIO(), now=now).articles == 2
    assert archive.export("coffee date:2023", to=io.BytesIO(), now=now, language="en").articles == 1
    assert archive.count("archived:today") == len(ARTICLES)
    assert archive.count("archived:-1d..") == len(ARTICLES)


def test_a_language_is_that_of_the_stems(root: Path, tmp_path: Path) -> None:
    """The German stem of ``note`` is ``not``, which is another word in English."""
    for name, language, body in (("de", "de", "Die Note war gut."), ("en", "en", "It was not good.")):
        (tmp_path / f"{name}.md").write_text(f"---\ntitle: {name}\nlanguage: {language}\n---\n{body}\n", "utf-8")
    with Archive.create(root) as archive:
        archive.import_(tmp_path / "de.md", tmp_path / "en.md")
        assert [hit.title for hit in archive.search("note")] == ["de"]
        assert [hit.title for hit in archive.search('"was not"')] == ["en"]


def test_another_language_of_the_archive_makes_the_catalog_anew(archive: Archive, root: Path) -> None:
    assert archive.search("pier").hits[0].language == "en"
    archive.close()
    settings = root / "docarchive.toml"
    settings.write_text(settings.read_text("utf-8").replace('language = "en"', 'language = "de"'), "utf-8")
    with Archive.open(root) as again:
        assert "de" in {hit.language for hit in again.search("pier")}, "where it is not clear"
        assert again.count("pier") == 3


def test_an_explanation_adds_up(archive: Archive) -> None:
    for hit in archive.search("harbour OR pier OR title:wheat^2", explain=True):
        assert sum(part.score for part in hit.explanation) == pytest.approx(hit.score, abs=2e-4)
        assert hit.to_dict()["explanation"][0]["what"] == hit.explanation[0].what
    fresh = archive.search("pier", explain=True, freshness=30.0, now=datetime(2024, 4, 1)).hits[0]
    *parts, factor = fresh.explanation
    assert sum(part.score for part in parts) * factor.score == pytest.approx(fresh.score, abs=2e-4)
    with pytest.raises(UsageError, match="above 0"):
        archive.search("pier", freshness=0)


def test_pages_of_a_query_with_feedback_are_parts_of_one_order(archive: Archive) -> None:
    query = "harbour OR pier OR trade OR climbed OR nothing"
    whole = [(hit.rank, hit.id, hit.score) for hit in archive.search(query, limit=9)]
    assert len(whole) == len(ARTICLES)
    pages = [(hit.rank, hit.id, hit.score) for n in range(0, 9, 2) for hit in archive.search(query, limit=2, offset=n)]
    assert pages == whole


def test_a_query_is_analysed_in_each_language_of_the_archive(root: Path, tmp_path: Path) -> None:
    (tmp_path / "de.md").write_text("---\ntitle: Neue Häuser\nlanguage: de\n---\nDie Häuser am Hafen.\n", "utf-8")
    (tmp_path / "en.md").write_text("---\ntitle: Ferries\nlanguage: en\n---\nThe ferries run.\n", "utf-8")
    with Archive.create(root) as archive:
        archive.import_(tmp_path / "de.md", tmp_path / "en.md")
        assert [hit.title for hit in archive.search("haus")] == ["Neue Häuser"]
        assert [hit.language for hit in archive.search("haus")] == ["de"]
        assert [hit.title for hit in archive.search("ferry")] == ["Ferries"]
        assert archive.count("häuser", language="en") == 0
        assert archive.count("häuser", language="de") == 1
        assert archive.search("haus").hits[0].snippet.marked() == "Die **Häuser** am Hafen."
        assert archive.count("language:de") == 1


HOSTILE = [
    "x" * 10_000,
    "a " * 5_000,
    "(" * 5_000 + "a" + ")" * 5_000,
    "-" * 9_999 + "a",
    "****",
    "a*",
    "?*",
    "*a*e*i*o*",
    "a" + "*a" * 4_000,
    "title:/(a+)+$/",
    "title:/" + "(a|aa)+" * 60 + "$/",
    "title:/a{1000}{1000}/",
    "id:/[/",
    "\x00",
    "pier\x00wheat",
    "\ud800",
    'title:"\udfff"',
    "place:\ud800",
    "place:north-bay\udcff",
    "title:/\udcff/",
    '"' + "the " * 2_400 + '"~1000',
    "\u202epier\u2066",
    "date:[* TO *]",
    "rating:[* TO *]",
    "date:-99999999999w..",
    "rating:>1e999",
    "rating:..",
    "wheat~999999999999",
    '"wheat climbed"~999999999999',
    "wheat^999999",
    "wheat^99999999999999",
    "@" + "a" * 9_000,
    "OR " * 3_000,
    "a OR " * 1_900 + "a",
    '"' + "a " * 4_000 + '"',
    '"' + "a-b " * 2_000 + '"',
    "日" * 9_999,
    "é" * 9_999,
    "a\u0301" * 4_999,
    "tag:" * 2_400,
    "has:" + "x" * 5_000,
    "%s %n {0} ${x} $(id) `id`",
]


@pytest.mark.parametrize("query", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_queries_get_an_answer_or_one_sentence(unchanged: Archive, query: str) -> None:
    sentence = ""
    try:
        assert unchanged.search(query, facets=["place"], explain=True).total <= len(ARTICLES)
    except DocarchiveError as error:
        sentence = str(error)
    assert len(sentence) < 400
    assert "\n" not in sentence


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(query=st.text(max_size=60) | st.text(alphabet='ab:()"*?~^-+/[]@. TOANDR<>=0129', max_size=40))
def test_any_text_at_all_is_a_query_or_an_error(archive: Archive, query: str) -> None:
    try:
        total = archive.search(query, limit=2, all_words=True).total
    except DocarchiveError:
        return
    assert total == archive.count(query)
