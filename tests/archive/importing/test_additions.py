"""Articles that a program adds."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from docarchive import Archive, Article, InputError, UsageError
from docarchive.archive.importing import additions
from docarchive.dates import PartialDate

PIER = {
    "title": "Pier",
    "date": "2024-03-16",
    "url": "https://example.org/pier",
    "tags": ["harbour"],
    "rating": 4,
    "body": "The old pier.",
}
FORMS: list[Any] = [
    PIER,
    Article.from_dict(PIER),
    "---\ntitle: Pier\ndate: 2024-03-16\nurl: https://example.org/pier\n"
    "tags: harbour\nrating: 4\n---\n\nThe old pier.\n",
]


@pytest.fixture
def news(root: Path) -> Iterator[Archive]:
    with Archive.create(root) as archive:
        yield archive


@pytest.mark.parametrize("form", FORMS)
def test_all_forms_of_an_article_are_one_article(form: Any, news: Archive) -> None:
    id_ = news.add(form)
    article = news.get(id_)
    assert (article.id, article.title, article.tags, article.body) == (id_, "Pier", ["harbour"], "The old pier.")
    assert (article.date, article.extra) == (PartialDate("2024-03-16"), {"rating": 4})
    decisions: list[Any] = []
    for other in FORMS:
        assert news.add(other, observe=decisions.append) == id_
    assert [decision.kind for decision in decisions] == ["unchanged"] * 3
    assert [(entry.command, entry.words, entry.articles) for entry in news.log()] == [("add", "Pier", 1)]
    assert news.search("pier").hits[0].id == id_
    assert not news.verify().faults
    assert news.undo().changed == 1
    assert len(news) == 0


def test_what_was_added_is_its_own_original_and_outlives_the_catalog(news: Archive) -> None:
    ids = [news.add({**PIER, "url": f"https://example.org/{n}", "source": "A"}) for n in range(2)]
    news.set(values={"source": "Mine"}, ids=ids)
    assert b'"source":"A"' in news.original(ids[0]).read_bytes()
    news.rebuild()
    news.add({**PIER, "url": "https://example.org/0", "source": "A", "body": "The new pier."})
    article = news.get(ids[0])
    assert (article.source, article.body) == ("Mine", "The new pier.")


def test_the_same_identity_with_other_content_is_a_new_version(news: Archive) -> None:
    id_ = news.add(PIER)
    assert news.add({**PIER, "body": "The new pier."}) == id_
    assert news.get(id_).body == "The new pier."
    assert news.provenance(id_).versions == (f"versions/{id_}/0001.md",)


def test_values_of_python_are_read_as_json_has_them(news: Archive) -> None:
    values = {"date": date(2024, 3, 16), "url": float("nan"), "tags": {"b", "a"}, "geo": {"lat": 1.5}, "note": "x\0"}
    article = news.get(news.add({"title": "Gull", "body": "A gull.", **values}))
    assert (str(article.date), article.url, article.tags) == ("2024-03-16", None, ["a", "b"])
    assert article.extra == {"geo": {"lat": 1.5}, "note": "x\ufffd"}


@pytest.mark.parametrize("kind", ["bytes", "text", "path"])
def test_an_original_is_kept_with_its_ending(kind: str, news: Archive, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_bytes(b"<p>The pier.")
    forms: dict[str, dict[str, Any]] = {
        "bytes": {"original": page.read_bytes(), "original_name": "page.html"},
        "text": {"original": str(page)},
        "path": {"original": page},
    }
    given = forms[kind]
    id_ = news.add(PIER, **given)
    article = news.get(id_)
    assert news.original(id_).read_bytes() == page.read_bytes()
    assert news.original(id_).suffix == ".html"
    assert (article.format, article.reader, article.imported_from) == (None, None, "page.html")
    assert [entry.words for entry in news.log()] == ["page.html"]
    assert news.add({**PIER, "body": "Better."}, **given) == id_  # the same page, read better
    assert news.get(id_).body == "Better."
    news.rebuild()
    assert news.get(id_).body == "Better."
    assert not news.verify().faults


def test_a_large_original_is_copied_and_leaves_nothing_behind(news: Archive, tmp_path: Path) -> None:
    (tmp_path / "scan.pdf").write_bytes(b"%PDF" + os.urandom(5_000_000))
    id_ = news.add(PIER, original=tmp_path / "scan.pdf")
    assert news.original(id_).stat().st_size == 5_000_004
    assert not [*(news.path / ".docarchive/tmp").glob("*")]


def test_an_article_of_another_archive_comes_with_its_original(news: Archive, tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text("<title>Gull</title><article><p>A gull on the pier.</p></article>")
    with Archive.create(tmp_path / "other") as other:
        (id_,) = other.import_(tmp_path / "page.html").ids
        assert news.add(other.get(id_), original=other.original(id_)) == id_
        theirs, article = other.get(id_), news.get(id_)
    assert article == theirs
    assert news.import_(tmp_path / "page.html").unchanged == 1


@pytest.mark.parametrize(
    ("article", "options", "error", "reason"),
    [
        ({"tags": ["a"]}, {}, InputError, "no text and no title"),
        ("", {}, InputError, "the file is empty"),
        ({"title": ["a", "b"], "body": "c"}, {}, InputError, "title: "),
        ({"title": "a", "deep": [[0] * 30_000]}, {}, InputError, "more than"),
        ("---\n: [\n---\n", {}, InputError, "front matter"),
        (PIER, {"original": "missing.html"}, UsageError, "missing.html cannot be opened"),
        (PIER, {"original_name": "a.html"}, UsageError, "pass one"),
        (PIER, {"tags": [" "]}, UsageError, "a tag cannot be empty"),
        (3, {}, TypeError, "article must be"),
        (PIER, {"original": 3}, TypeError, "original must be"),
    ],
)
def test_what_cannot_be_added_is_an_error_and_leaves_nothing(
    article: Any, options: Any, error: type[Exception], reason: str, news: Archive
) -> None:
    with pytest.raises(error, match=reason):
        news.add(article, **options)
    assert (len(news), news.quarantine(), [*news.log()]) == (0, [], [])
    assert not [*(news.path / "originals").rglob("*.*")]


@pytest.mark.parametrize(
    ("key", "value", "reason"),
    [
        ("body", b"x", "body must be a str, .* not bytes; decode it"),
        ("title", b"x", "title must be a str"),
        ("rating", bytearray(b"x"), "rating must be .* not bytearray; decode it"),
        ("tags", [b"x"], "tags must be .* not bytes; decode it"),
        ("deep", {"a": {"b": memoryview(b"x")}}, "deep must be .* not memoryview; decode it"),
        ("rating", object(), "rating must be .* not object"),
        ("rating", len, "rating must be .* not builtin_function_or_method"),
        ("rating", 1j, "rating must be .* not complex"),
    ],
)
def test_a_value_that_has_no_text_is_a_type_error_that_names_its_key(
    key: str, value: Any, reason: str, news: Archive
) -> None:
    known = {name: item for name, item in {**PIER, key: value}.items() if name in ("title", "tags", "body")}
    article = Article(**known, extra={key: value} if key not in known else {})
    for call in (news.add, lambda article: news.add_all([article]), news.import_):
        with pytest.raises(TypeError, match=reason):
            call(article)
    with pytest.raises(TypeError, match=reason):
        news.add({**PIER, key: value})
    assert (len(news), news.quarantine(), [*news.log()]) == (0, [], [])


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (date(2024, 3, 1), "2024-03-01"),
        ({2, 1}, [1, 2]),
        (Decimal("1.50"), "1.50"),
        (Path("a/b"), "a/b"),
        (range(2), [0, 1]),
        ({3: date(2024, 1, 1)}, {"3": "2024-01-01"}),
        (float("inf"), "inf"),
    ],
)
def test_values_of_python_are_the_same_however_they_are_added(value: Any, expected: Any, news: Archive) -> None:
    added = news.get(news.add({"title": "a", "body": "x", "seen": value}))
    (id_,) = news.import_(Article(title="b", body="y", extra={"seen": value})).ids
    assert added.extra == news.get(id_).extra == {"seen": expected}


def test_keys_that_are_no_text_become_text_and_extra_must_be_a_dict(news: Archive) -> None:
    (id_,) = news.import_(Article(title="b", body="y", extra={3: 4})).ids  # type: ignore[dict-item]
    assert news.get(id_).extra == {"3": 4}
    for call in (news.add, news.import_):
        with pytest.raises(TypeError, match=r"Article.extra must be a dict, not str"):
            call(Article(title="c", body="z", extra="abc"))  # type: ignore[arg-type]


def test_a_deleted_article_is_added_again_only_if_that_is_asked(news: Archive) -> None:
    id_ = news.add(PIER)
    news.remove(ids=[id_])
    with pytest.raises(UsageError, match=f"{id_} was deleted from the archive earlier; pass again=True"):
        news.add(PIER)
    assert news.add(PIER, again=True) == id_
    assert len(news) == 1


def test_options_and_settings_of_imports_hold(news: Archive) -> None:
    id_ = news.add(PIER, tags=["new"], set={"source": "Gazette"}, dry_run=True)
    assert len(news) == 0
    assert news.add(PIER, tags=["new"], set={"source": "Gazette"}) == id_
    assert news.get(id_).tags == ["harbour", "new"]
    assert news.get(news.add({"Headline": "Gull", "body": "A gull."}, map={"title": "Headline"})).title == "Gull"
    page = "<title>Ferry</title><article><p>The ferry left the pier at noon.</p></article>"
    assert news.get(news.add(page, format="html")).title == "Ferry"


def several(count: int) -> Iterator[Any]:
    """Yields articles in all forms."""
    makers: list[Callable[[int], Any]] = [
        lambda n: {"title": f"Gull {n}", "body": f"Number {n} on the pier."},
        lambda n: Article(title=f"Tern {n}", body=f"Number {n} on the quay."),
        lambda n: f"# Ferry {n}\n\nNumber {n} at sea.\n",
    ]
    for n in range(count):
        yield makers[n % 7 % 3](n)


def test_many_articles_are_one_change_in_batches(news: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(additions, "_BATCH", 5)
    report = news.add_all(several(60))
    assert (report.new, report.refused) == (60, [])
    assert [(entry.command, entry.articles) for entry in news.log()] == [("add", 60)]
    assert news.count("title:gull OR title:tern OR title:ferry") == 60
    assert news.add_all(several(60)).unchanged == 60
    endings = Counter(path.suffix for path in (news.path / "originals").rglob("*.*"))
    assert endings == {".jsonl": 18, ".md": 17}
    where = {news.get(id_).title: news.get(id_).imported_from for id_ in report.ids}
    assert {where[title].partition(":")[2] for title in where if where[title]} == {str(n + 1) for n in range(60)}  # type: ignore[union-attr]
    assert not news.verify().faults
    assert news.undo().changed == 60
    assert len(news) == 0


def test_batches_end_at_their_size_too(news: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(additions, "_BATCH_BYTES", 150)
    assert news.add_all({"title": f"Gull {n}", "body": "word " * 15} for n in range(6)).new == 6
    assert len([*(news.path / "originals").rglob("*.jsonl")]) == 3


def test_what_is_refused_among_many_is_kept_and_the_rest_is_added(news: Archive) -> None:
    articles: list[Any] = [
        PIER,
        {"tags": ["a"]},
        "",
        {"title": "a", "deep": [[0] * 30_000]},
        {"title": "Gull", "body": "x"},
    ]
    report = news.add_all(articles)
    assert report.new == 2
    assert [refusal.where for refusal in report.refused] == ["-:2", "-:3", "-:4"]
    assert report.refused[0].kept is not None


def test_an_error_of_the_iterable_keeps_what_came_in_earlier_batches(
    news: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing() -> Iterator[Any]:
        yield from several(1_100)
        raise RuntimeError("the source is gone")

    monkeypatch.setattr(additions, "_BATCH", 500)
    with pytest.raises(RuntimeError, match="the source is gone"):
        news.add_all(failing())
    assert len(news) == 1_000
    assert news.add_all(several(1_100)).new == 100
    assert not news.verify().faults


@pytest.mark.parametrize("articles", [PIER, "text", 3, Article(title="a")])
def test_one_article_is_not_many(articles: Any, news: Archive) -> None:
    with pytest.raises(TypeError, match="articles must be an iterable of articles"):
        news.add_all(articles)


def test_adding_can_be_stopped(news: Archive) -> None:
    report = news.add_all(several(60), stop=lambda: True)
    assert report.interrupted
    assert len(news) == 0
