"""Merging articles: one is kept, the ids of the others lead to it, nothing is lost, and undo takes all of it back."""

from __future__ import annotations

import io
import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support import snapshot

from docarchive import ENGINES, Archive, ArchiveDamaged, NotFoundError, UsageError

FERRY = {"title": "Ferry", "url": "https://example.org/ferry", "tags": ["harbour", "ships"], "body": "A ferry left."}
AGAIN = {"title": "The ferry", "url": "https://example.org/f?p=2", "tags": ["harbour", "boats"], "section": "Ports"}
AGAIN |= {"body": "A ferry left on time.", "authors": ["Ada Meyer"]}
PIER = {"title": "Pier", "guid": "tag:example.org,2024:7", "date": "2024-05-01", "body": "The pier is closed."}


def lines(*articles: dict[str, Any]) -> io.BytesIO:
    return io.BytesIO("".join(f"{json.dumps(article)}\n" for article in articles).encode())


def imported(archive: Archive, *articles: dict[str, Any]) -> list[str]:
    return archive.import_(lines(*articles), format="jsonl").ids


def own_files(archive: Archive) -> dict[str, bytes]:
    """Returns the files of the articles and the texts of all versions, without the folders of other articles."""
    return snapshot(archive.path / "articles")


@pytest.fixture(params=ENGINES)
def news(request: pytest.FixtureRequest, root: Path) -> Iterator[Archive]:
    with Archive.create(root, engine=request.param) as archive:
        yield archive


def test_the_first_is_kept_with_what_the_others_have_more(news: Archive) -> None:
    ids = imported(news, FERRY, AGAIN, PIER)
    before = own_files(news)
    report = news.merge(*ids)
    assert (report.changed, report.change, report.ids) == (3, 2, ids)
    assert [(conflict.id, conflict.keys) for conflict in report.conflicts] == [(ids[0], ("title", "url"))]
    article = news[ids[0]]
    assert (article.title, article.url, article.body) == ("Ferry", "https://example.org/ferry", "A ferry left.")
    assert article.tags == ["harbour", "ships", "boats"]
    assert (article.section, article.authors, str(article.date)) == ("Ports", ["Ada Meyer"], "2024-05-01")
    assert article.extra["guid"] == "tag:example.org,2024:7"
    for id_ in ids:
        assert news.resolve(id_) == news.resolve(id_[:9]) == news.get(id_).id == ids[0]
        assert news.list_count(f"id:{id_}") == news.count(f"ferry id:{id_[:8]}") == 1
        assert [row.id for row in news.list(f"id:{id_}")] == [ids[0]]
    assert len(news) == news.list_count("") == 1
    texts = [news.get(ids[0], version=version.number).body for version in news.versions(ids[1])]
    assert texts == ["A ferry left.", "A ferry left on time.", "The pier is closed.", "A ferry left."]
    assert not news.verify().faults
    assert news.undo().changed == 3
    assert own_files(news) == before
    assert [news.resolve(id_) for id_ in ids] == ids
    assert news.count("ferry") == 2
    assert not news.verify().faults
    assert [*news.trash()] == []


def test_imports_of_merged_articles_find_the_one_that_was_kept(news: Archive) -> None:
    ids = imported(news, FERRY, AGAIN, PIER)
    news.merge(*ids)
    for _ in range(2):
        before = own_files(news)
        assert news.import_(lines(FERRY, AGAIN, PIER), format="jsonl").unchanged == 3
        assert own_files(news) == before
        news.tag(ids=[ids[0]], remove=["boats"])
        changed = AGAIN | {"tags": ["harbour", "boats", "sea"], "body": "A ferry left late."}
        report = news.import_(lines(changed), format="jsonl")
        assert report.new == 0
        assert [conflict.keys for conflict in report.conflicts] == [("body",)]
        article = news[ids[1]]
        assert (article.tags, article.body) == (["harbour", "ships", "sea"], "A ferry left.")
        assert article.original == news.get(ids[0], version=1).original
        news.tag(ids=[ids[0]], add=["boats"], remove=["sea"])
        shutil.rmtree(news.path / ".docarchive")
        news.sync()
    assert news.import_(lines(AGAIN | {"body": "Other."}), format="jsonl", dry_run=True).new == 0


def test_all_of_it_is_in_files(news: Archive, root: Path) -> None:
    ids = imported(news, FERRY, AGAIN)
    before = own_files(news)
    news.set(ids=[ids[1]], values={"section": "Sea"})
    news.merge(*ids)
    news.close()
    calls: list[Callable[[Archive], object]] = [lambda archive: archive.resolve(ids[1]), Archive.undo, Archive.undo]
    for call in calls:
        shutil.rmtree(root / ".docarchive")
        with Archive.open(root) as archive:
            call(archive)
            assert not archive.verify().faults
    with Archive.open(root) as archive:
        assert own_files(archive) == before
        assert [archive.resolve(id_) for id_ in ids] == ids
        assert archive.redo().changed == 1
        assert archive.redo().changed == 2
        assert archive.get(ids[1]).section == "Sea"
        assert [version.number for version in archive.versions(ids[0])][-1] == archive.versions(ids[0])[-1].number


def test_a_title_or_text_that_says_nothing_is_replaced(news: Archive) -> None:
    bookmark = {"url": "https://example.org/f", "body": "https://example.org/f"}
    ids = imported(news, bookmark, AGAIN)
    assert news.merge(*ids).conflicts[0].keys == ("url",)
    assert (news[ids[0]].title, news[ids[0]].body) == (AGAIN["title"], AGAIN["body"])


def test_what_both_imports_said_and_one_edit_changed_is_changed(news: Archive) -> None:
    ids = imported(news, FERRY | {"source": "Wire"}, AGAIN | {"source": "Wire"})
    news.tag(ids=[ids[0]], remove=["harbour"])
    news.set(ids=[ids[1]], values={"source": "The Wire"})
    news.merge(*ids)
    assert (news[ids[0]].tags, news[ids[0]].source) == (["ships", "boats"], "The Wire")


def test_links_to_a_merged_article_lead_to_the_kept_one(news: Archive) -> None:
    ids = imported(news, FERRY, AGAIN)
    (link,) = imported(news, {"title": "See", "body": "See the ferry.", "duplicate_of": ids[1]})
    news.merge(*ids)
    assert news.count(f"id:{ids[1]} ferry") == 1
    assert news.resolve(ids[1]) == ids[0]
    news.merge(link, ids[1])
    assert [news.resolve(id_) for id_ in ids] == [link, link]
    news.undo()
    assert [news.resolve(id_) for id_ in ids] == [ids[0], ids[0]]


def test_an_earlier_version_keeps_what_leads_to_it(news: Archive) -> None:
    ids = imported(news, FERRY, AGAIN)
    news.merge(*ids)
    news.restore_version(ids[0], 2)
    assert (news[ids[0]].id, news[ids[0]].title) == (ids[0], "The ferry")
    news.restore_version(ids[0], 1)
    assert (news[ids[1]].title, news.resolve(ids[1])) == ("Ferry", ids[0])
    assert not news.verify().faults


def test_a_purge_leaves_nothing_of_merged_articles(news: Archive) -> None:
    rest = imported(news, {"title": "Wheat", "body": "Wheat was dear."})
    ids = imported(news, FERRY) + imported(news, AGAIN | {"title": "Qzxjvtitle", "body": "Qzxjvbody."})
    news.set(ids=[ids[1]], values={"section": "qzxjvsection"})
    news.merge(*ids)
    report = news.purge(ids=[ids[1]])
    assert (report.articles, report.ids) == (1, [ids[0]])
    left = {path: path.read_bytes() for path in news.path.rglob("*") if path.is_file()}
    assert not [path for path, data in left.items() if b"qzxjv" in data.lower() or "qzxjv" in path.name]
    assert news.import_(lines(FERRY, AGAIN), format="jsonl").deleted == 2
    assert [row.id for row in news.list()] == rest
    assert not news.verify().faults


def test_merging_what_cannot_be_merged_is_one_sentence_and_changes_nothing(news: Archive) -> None:
    ids = imported(news, FERRY, AGAIN, PIER)
    news.merge(*ids[:2])
    (other,) = imported(news, {"title": "Wheat", "body": "Wheat."})
    news.remove(ids=[other])
    before, changes = own_files(news), len([*news.log()])
    for wrong, error, reason in (
        ([], UsageError, "two articles or more"),
        ([ids[0]], UsageError, "two articles or more"),
        ([ids[0], ids[0][:8]], UsageError, "is named twice"),
        ([ids[0], ids[1]], UsageError, "are one article already"),
        ([ids[1], ids[0]], UsageError, "are one article already"),
        ([ids[0], "zzz"], NotFoundError, "no article has an id"),
        ([ids[0], other], NotFoundError, "was removed; .* 'docarchive restore"),
    ):
        with pytest.raises(error, match=reason) as raised:
            news.merge(*wrong)
        assert "\n" not in str(raised.value)
    path = news.path / news.file(ids[2])
    path.write_bytes(path.read_bytes()[:10] + b"\0\0")
    with pytest.raises(ArchiveDamaged):
        news.merge(ids[0], ids[2])
    path.unlink()
    with pytest.raises(NotFoundError, match="sync"):
        news.merge(ids[0], ids[2])
    assert own_files(news) == {name: data for name, data in before.items() if not name.endswith(path.name)}
    assert len([*news.log()]) == changes


def test_users_cannot_set_which_articles_lead_to_one_nor_can_an_import(news: Archive) -> None:
    ids = imported(news, FERRY, AGAIN)
    with pytest.raises(UsageError, match="merged_ids cannot be set"):
        news.set(ids=[ids[0]], values={"merged_ids": ids[1]})
    with pytest.raises(UsageError, match="merged_ids cannot be set"):
        news.import_(lines(PIER), format="jsonl", set={"merged_ids": "x"})
    imported(news, PIER | {"merged_ids": ["0123456789ab"]})
    with pytest.raises(NotFoundError):
        news.resolve("0123456789ab")


def test_an_article_of_its_own_has_its_id(news: Archive) -> None:
    ids = imported(news, FERRY, AGAIN)
    copy = (news.path / news.file(ids[1])).read_bytes()
    news.merge(*ids)
    (news.path / "articles" / "by-hand.md").write_bytes(copy)
    news.sync()
    assert [news.resolve(id_) for id_ in ids] == ids
    news.purge(ids=[ids[0]])
    assert news.resolve(ids[1]) == ids[1]


class Model:
    """Articles as sets of tags, the ids that lead to them, and what each change was."""

    def __init__(self, ids: list[str]) -> None:
        self.tags: dict[str, frozenset[str]] = {id_: frozenset() for id_ in ids}
        self.leads = {id_: id_ for id_ in ids}

    def state(self) -> tuple[dict[str, frozenset[str]], dict[str, str]]:
        return dict(self.tags), dict(self.leads)


steps = st.lists(
    st.one_of(
        st.tuples(st.just("merge"), st.integers(0, 4), st.integers(0, 4)),
        st.tuples(st.just("tag"), st.integers(0, 4), st.integers(0, 2)),
        st.tuples(st.just("undo"), st.just(0), st.just(0)),
        st.tuples(st.just("redo"), st.just(0), st.just(0)),
        st.tuples(st.just("rebuild"), st.just(0), st.just(0)),
        st.tuples(st.just("import"), st.just(0), st.just(0)),
    ),
    max_size=10,
)


@pytest.mark.thorough
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25, deadline=None)
@given(steps=steps)
def test_files_catalog_and_search_are_as_a_model_says_whatever_is_merged(
    steps: list[tuple[str, int, int]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    root = tmp_path_factory.mktemp("merging") / "news"
    articles = [{"title": f"Gull {n}", "url": f"https://example.org/{n}", "body": f"Gull {n}."} for n in range(5)]
    with Archive.create(root, engine="whoosh") as news:
        ids = imported(news, *articles)
        model = Model(ids)
        done: list[tuple[Any, dict[str, bytes]]] = []  # how the model and the files were before each change
        undone: list[tuple[Any, dict[str, bytes]]] = []
        states = {0: own_files(news)}
        for step, a, b in steps:
            before, was = model.state(), own_files(news)
            if step == "rebuild":
                shutil.rmtree(root / ".docarchive")
                news.sync()
            elif step == "import":
                assert news.import_(lines(*articles), format="jsonl").unchanged == 5
            elif step == "merge":
                one, other = model.leads[ids[a]], model.leads[ids[b]]
                if one == other:
                    with pytest.raises(UsageError):
                        news.merge(ids[a], ids[b])
                else:
                    news.merge(ids[a], ids[b])
                    model.tags[one] |= model.tags.pop(other)
                    model.leads = {id_: one if to == other else to for id_, to in model.leads.items()}
                    done.append((before, was))
                    undone.clear()
            elif step == "tag":
                id_ = model.leads[ids[a]]
                if news.tag(ids=[ids[a]], add=[f"t{b}"]).changed:
                    model.tags[id_] |= {f"t{b}"}
                    done.append((before, was))
                    undone.clear()
            elif done if step == "undo" else undone:
                assert (news.undo() if step == "undo" else news.redo()).changed
                (undone if step == "undo" else done).append((before, was))
                (model.tags, model.leads), files = (done if step == "undo" else undone).pop()
                assert own_files(news) == files
            assert {row.id: frozenset(row.metadata.get("tags", [])) for row in news.list()} == model.tags
            assert {id_: news.resolve(id_) for id_ in ids} == model.leads
            assert news.count("gull") == len(model.tags)
        while done:
            news.undo()
            _, files = done.pop()
            assert own_files(news) == files
        assert own_files(news) == states[0]
        assert not news.verify().faults


def test_no_id_leads_to_two_articles(news: Archive) -> None:
    first, second = imported(news, FERRY, PIER)
    news.remove(ids=[second])
    assert news.import_(lines(PIER), format="jsonl", again=True).ids == [second]
    news.merge(first, second)
    (refused,) = news.restore_articles(ids=[second]).refused
    assert f"{news.file(first)} with the id {second}" in refused.reason
    with pytest.raises(UsageError, match=rf"{second} was changed since by change 4 \(merge\); undo that first"):
        news.undo(2)
    news.remove(ids=[first])
    assert news.import_(lines(PIER), format="jsonl", again=True).ids == [second]
    assert second in news.restore_articles(ids=[first]).refused[0].reason
    with pytest.raises(UsageError, match=rf"{second} was changed since by change 6 \(import\); undo that first"):
        news.undo(5)
    assert (news.get(second).title, news.list_count("")) == ("Pier", 1)
    assert news.verify().ok


def test_an_address_that_was_edited_to_that_of_another_article_leads_to_that_one(news: Archive) -> None:
    first, second, third = imported(news, FERRY, AGAIN, PIER)
    news.set(ids=[second], values={"url": FERRY["url"]})
    news.merge(third, second)
    assert news.get(third).extra["merged_ids"] == [second]
    assert news.get(first).id == first
    assert news.verify().ok


def test_an_id_that_was_copied_by_hand_is_named(news: Archive) -> None:
    ids = imported(news, FERRY, PIER)
    news.merge(*ids)
    folder = news.path / "articles"
    (folder / "copy.md").write_text(f"---\nid: {ids[1]}\ntitle: Copy\n---\nBy hand.\n")
    (folder / "other.md").write_text(f"---\nid: other\ntitle: Other\nmerged_ids: {ids[1]}\n---\nBy hand.\n")
    news.sync()
    path = news.file(ids[0])
    named = {(fault.path, fault.reason.rpartition(" of ")[2]) for fault in news.verify(repair=True).faults}
    assert named == {
        (path, "articles/copy.md, too"),
        ("articles/other.md", f"{path}, too"),
        ("articles/other.md", "articles/copy.md, too"),
    }
    assert {fault.kind for fault in news.verify().faults} == {"id"}
    news.merge(ids[0], ids[1], "other")
    assert news.verify().ok
