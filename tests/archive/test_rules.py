"""Rules: what imports set on articles that match a query."""

from __future__ import annotations

import io
import json
import pickle
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from memory_engine import MemoryEngine
from support import ARTICLES, snapshot

from docarchive import Archive, ArchiveDamaged, Article
from docarchive.archive.rules import Rule, Rules
from docarchive.engines.protocol import Change, Position
from docarchive.query import Context, parse

FERRY = {"title": "Ferry", "url": "https://example.org/f", "tags": ["ships"], "section": "Sea", "body": "A ferry left."}


def lines(*articles: dict[str, Any]) -> io.BytesIO:
    return io.BytesIO("".join(f"{json.dumps(article)}\n" for article in articles).encode())


def write_rules(root: Path, *rules: tuple[str, str, list[str]]) -> None:
    text = (root / "docarchive.toml").read_text("utf-8").partition("\n[rules")[0]
    tables = (
        f"\n[rules.{name}]\nquery = {json.dumps(query)}\nset = {json.dumps(set_)}\n" for name, query, set_ in rules
    )
    (root / "docarchive.toml").write_text("\n".join([text, *tables]), "utf-8")


@pytest.fixture
def news(root: Path) -> Iterator[Archive]:
    with Archive.create(root) as archive:
        yield archive


def test_new_articles_get_what_rules_set(news: Archive) -> None:
    write_rules(
        news.path,
        ("harbour", "ferry OR tag:ships", ["+harbour", "-ships", "section=Ports", "authors+=Ada Meyer"]),
        ("second", "section:sea", ["rating=5"]),
        ("other", "section:ports", ["rating=1"]),  # what other rules set makes no match
    )
    assert news.import_(lines(FERRY, {"title": "Wheat", "body": "Dear."}), format="jsonl", dry_run=True).new == 2
    assert len(news) == 0
    ids = news.import_(lines(FERRY, {"title": "Wheat", "body": "Dear."}), format="jsonl").ids
    article = news[ids[0]]
    assert (article.tags, article.section, article.authors) == (["harbour"], "Ports", ["Ada Meyer"])
    assert article.extra["rating"] == 5
    assert news[ids[1]].tags == []
    assert news.count("tag:harbour ferry") == news.list_count("rating:5") == 1
    added = news.add("# A ferry\n\nIt is white.")
    assert news[added].tags == ["harbour"]
    assert not news.verify().faults
    files = snapshot(news.path / "articles")
    shutil.rmtree(news.path / ".docarchive")
    assert news.import_(lines(FERRY), format="jsonl").unchanged == 1
    assert snapshot(news.path / "articles") == files


def test_what_a_rule_has_set_is_an_edit_and_what_is_taken_away_stays_away(news: Archive) -> None:
    write_rules(news.path, ("harbour", "ferry", ["+harbour", "section=Ports"]))
    (id_,) = news.import_(lines(FERRY), format="jsonl").ids
    news.import_(lines(FERRY | {"body": "A ferry left again.", "section": "Sea"}), format="jsonl")
    assert (news[id_].tags, news[id_].section) == (["ships", "harbour"], "Ports")
    news.tag(ids=[id_], remove=["harbour"])
    for rebuilt in (False, True):
        if rebuilt:
            news.rebuild()
        report = news.import_(lines(FERRY | {"body": f"A ferry left, {rebuilt}."}), format="jsonl")
        assert report.updated == 1
        assert (news[id_].tags, news[id_].section) == (["ships"], "Ports")
    write_rules(news.path)
    news.import_(lines(FERRY | {"body": "A ferry."}), format="jsonl")
    assert news[id_].section == "Ports"


def test_a_new_version_that_matches_at_last_gets_it(news: Archive) -> None:
    write_rules(news.path, ("fire", "fire", ["+urgent"]))
    (id_,) = news.import_(lines(FERRY), format="jsonl").ids
    news.import_(lines(FERRY | {"body": "A ferry is on fire."}), format="jsonl")
    assert news[id_].tags == ["ships", "urgent"]


def test_rules_are_run_on_what_is_there_and_undone(news: Archive) -> None:
    ids = news.import_(lines(*ARTICLES, FERRY), format="jsonl").ids
    before = snapshot(news.path / "articles")
    assert (news.run_rules().changed, news.run_rules().change) == (0, None)
    write_rules(news.path, ("harbour", "pier OR ferry", ["+harbour2"]), ("all", "*", ["rating=3"]))
    assert news.run_rules("tag:ships", dry_run=True).changed == 1
    assert snapshot(news.path / "articles") == before
    assert news.run_rules("tag:ships").ids == ids[-1:]
    assert news.run_rules().changed == len(ids) - 1
    assert news.list_count("tag:harbour2") == 4
    assert news.list_count("rating:3") == len(ids)
    assert news.undo().changed == len(ids) - 1
    news.undo()
    assert snapshot(news.path / "articles") == before
    assert [entry.command for entry in news.log()][-2:] == ["rules", "import"]


@pytest.mark.parametrize(
    ("table", "line", "reason"),
    [
        ('[rules.a]\nset = "+x"\nquery = "ferry AND ("', 8, "rule a: something must follow the opening bracket"),
        ('[rules."a"]\nquery = "in:trash"\nset = "+x"', 7, "cannot be about the trash"),
        ('[rules.a]\nquery = "@gone"\nset = "+x"', 7, "gone"),
        ('[rules.a]\nquery = "x"\nset = ["+x", "y"]', 8, "'y' sets nothing"),
        ('[rules.a]\nquery = "x"\nset = "original=x"', 8, "original cannot be set"),
        ('[rules.a]\nquery = "x"\nset = "date=soon"', 8, "'soon' is not a date"),
        ('[rules.a]\nquery = "x"\nset = ["+x", "-X"]', 8, "both added and removed"),
        ('[rules.a]\nquery = "x"', 6, "it needs query and set"),
        ('[rules.a]\nquery = "x"\nset = []', 6, "a list of texts"),
        ('[rules.a]\nquery = " "\nset = "+x"', 6, "query must be text"),
        ('[rules.b]\nquery = "x"\nset = "+x"\n[rules.a]\nquery = "x"\nset = 3', 9, "rule a: what it sets"),
        ('[rules]\na = {query = "AND", set = "+x"}', 7, "rule a: "),
        ('[rules]\n"a b" = {query = "x", set = "+x"}', 7, "its name must start"),
    ],
)
def test_a_mistake_in_a_rule_is_one_sentence_with_its_line(table: str, line: int, reason: str, root: Path) -> None:
    Archive.create(root).close()
    path = root / "docarchive.toml"
    assert len(path.read_text("utf-8").splitlines()) == 4
    path.write_text(f"{path.read_text('utf-8')}\n{table}\n", "utf-8")
    with pytest.raises(ArchiveDamaged, match=f"docarchive.toml: line {line}: .*") as raised, Archive.open(root):
        pass
    assert reason in str(raised.value)
    assert "\n" not in str(raised.value)


def test_settings_with_rules_can_be_pickled_and_changed(news: Archive) -> None:
    write_rules(news.path, ("harbour", "ferry", ["+harbour"]))
    news.save_search("pier", "pier")
    with Archive.open(news.path) as archive:
        rules = archive.settings.rules
        assert dict(rules) == {"harbour": Rule("harbour", "ferry", ("+harbour",))}
        assert pickle.loads(pickle.dumps(archive.settings)) == archive.settings


QUERIES = [
    "ferry",
    "tag:ships",
    "pier harbour",
    '"the ferry"',
    "NOT ferry",
    "ferr*",
    "date:2024",
    "section:s*",
    "has:url",
]
QUERIES += ["no:tags", "title:pier", "authors:/m.*/", "rating:>3", "lang:de hafen", "häfen", "is:undated", "fery~"]
texts = st.lists(
    st.sampled_from(["ferry", "ferries", "the", "pier", "harbour", "ships", "häfen", "Hafen", "left"]), max_size=6
)
articles = st.builds(
    lambda title, body, tags, date, language: Article.from_metadata(
        {"title": " ".join(title) or "x", "tags": tags, "date": date, "language": language}, " ".join(body)
    ),
    texts,
    texts,
    st.lists(st.sampled_from(["ships", "ships/small", "pier"]), max_size=2),
    st.sampled_from([None, "2024", "2024-03-16", "1999"]),
    st.sampled_from([None, "en", "de"]),
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(article=articles, queries=st.lists(st.sampled_from(QUERIES), min_size=1, max_size=4))
def test_a_rule_matches_what_the_query_finds(article: Article, queries: list[str]) -> None:
    """The memory engine is the one that the conformance tests hold equal to the others."""
    rules = [Rule(f"r{n}", query, (f"matched+=r{n}",)) for n, query in enumerate(queries)]
    article.id = "a"
    language = article.language or "en"
    engine = MemoryEngine()
    engine.index([Change("a", article, 1, language)], Position("epoch", 1))
    from docarchive.analysis import QueryAnalyzer

    languages = tuple(dict.fromkeys(["en", language]))
    expected = [
        f"r{n}" for n, query in enumerate(queries) if engine.count(parse(query, Context(QueryAnalyzer(languages))))
    ]
    article.language = language
    assert Rules(rules, ["en"], {}).apply(article) == bool(expected)
    matched = article.extra.get("matched", [])
    assert (matched if isinstance(matched, list) else [matched]) == expected
