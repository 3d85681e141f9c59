"""An archive and what it returns, used as containers, at a prompt and in a notebook."""

from __future__ import annotations

import inspect
import io
import os
import pickle
import re
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from support import ARTICLES, exported, write_manifest

import docarchive
from docarchive import (
    Archive,
    Article,
    DocarchiveError,
    ExportReport,
    ImportReport,
    NotFoundError,
    RebuildReport,
    SyncReport,
    UsageError,
)
from docarchive.archive.reports import Refusal
from docarchive.writers import writers

EVIL = "<script>alert('&\"')</script>"


def test_results_are_a_sequence_of_hits(archive: Archive) -> None:
    results = archive.search("pier", sort="title")
    assert isinstance(results, Sequence)
    assert [hit.id for hit in results] == [results[0].id, *(hit.id for hit in results[1:])]
    assert results[-1] is [*results][-1] is results[len(results) - 1]
    assert results[0] in results
    assert results
    assert not archive.search("xyzzy")
    with pytest.raises(IndexError):
        results[len(results)]


def test_no_limit_is_all(archive: Archive) -> None:
    everything = len(ARTICLES)
    assert len(archive.search("", limit=None)) == len(archive.search("", limit=10**30)) == everything
    assert len(archive.search("", limit=None, sort="rating")) == everything
    assert len(archive.search("", limit=None, offset=2)) == everything - 2
    assert len(archive.search("", offset=10**30)) == 0
    assert len([*archive.list(limit=None)]) == len([*archive.list(limit=10**30)]) == everything
    assert [*archive.list(offset=10**30)] == []
    first = archive.search("")[0].id
    assert len(archive.similar(first, limit=None)) == archive.similar(first).total
    assert archive.search("", facets="tag", facet_limit=None).more == {"tag": 0}
    with pytest.raises(UsageError, match="limit=None"):
        archive.search("", limit=-1)


def test_an_archive_is_iterated_over_by_article(archive: Archive) -> None:
    articles = [*archive]
    assert [article.id for article in articles] == [row.id for row in archive.list()]
    assert len(articles) == len(archive) == len(ARTICLES)
    assert all(article in archive and article.id in archive for article in articles)
    first = articles[0].id
    assert archive[first] == archive.get(first) == archive.get(first[:8]) == articles[0]
    assert first[:8] not in archive
    with pytest.raises(KeyError) as raised:
        archive[first[:8]]
    assert isinstance(raised.value, NotFoundError)
    assert str(raised.value) == f"no article has the id {first[:8]!r}; use get() for an id by its prefix"


def test_iterating_leaves_out_what_is_gone(archive: Archive) -> None:
    gone = archive.search("")[0].id
    (archive.path / archive.file(gone)).unlink()
    assert gone not in {article.id for article in archive}


def test_representations_are_short_and_say_what_counts(archive: Archive) -> None:
    archive.import_(Article(title="T" * 500, body="word " * 50_000, tags=["x"] * 3))
    results = archive.search("pier OR word")
    report = archive.import_("nowhere")
    things = [archive, results, results[0], next(archive.list()), report, archive.statistics(), *archive]
    for thing in things:
        assert len(repr(thing)) < 200
        assert "\n" not in repr(thing)
    assert repr(report) == "<ImportReport: 1 refused>"
    assert repr(ImportReport()) == "<ImportReport: nothing>"
    (pier,) = archive.search("title:council")
    assert repr(pier.article) == (
        f"<Article {pier.id} 2024-03-16 'Harbour council votes for the new pier', 94 characters>"
    )
    assert repr(results).startswith("<Results of 'pier OR word': 4 matched, 4 here>")
    assert "closed" not in repr(archive)
    archive.close()
    assert repr(archive).endswith(", closed>")


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)

    def handle_data(self, data: str) -> None:
        self.text += data


def test_notebooks_show_tables_in_which_everything_is_escaped(archive: Archive) -> None:
    archive.import_(Article(title=EVIL, body=f"Words. {EVIL}", tags=[EVIL], extra={EVIL: EVIL, "o": {EVIL: [EVIL]}}))
    results = archive.search("alert OR words")
    hit = results[0]
    reports = [
        ImportReport(new=1, refused=[Refusal(EVIL, EVIL)] * 50, ids=[EVIL]),
        SyncReport(added=[EVIL]),
        RebuildReport(articles=2),
        ExportReport(articles=1, missing=[EVIL], position=EVIL),
    ]
    things: list[Any] = [results, hit, hit.article, hit.snippet, *reports]
    for thing in things:
        parser = _Tags()
        parser.feed(thing._repr_html_())
        assert parser.tags <= {"table", "caption", "thead", "tbody", "tr", "th", "td", "mark"}
        assert isinstance(thing, RebuildReport) or "alert" in parser.text
    assert "and 30 more" in reports[0]._repr_html_()


def returned_classes() -> set[str]:
    """Returns the names of the public classes that methods return, alone or several."""
    annotations = [
        (value.fget if isinstance(value, property) else getattr(value, "__func__", value)).__annotations__["return"]
        for kind in Archive.__mro__[:-1]
        for name, value in vars(kind).items()
        if not name.startswith("_") and (inspect.isroutine(value) or isinstance(value, property))
    ]
    names = {name for annotation in annotations for name in re.findall(r"\w+", annotation)}
    return {name for name in names & {*docarchive.__all__} if inspect.isclass(getattr(docarchive, name))}


@pytest.mark.parametrize("name", sorted(returned_classes() - {"Archive"}))
def test_all_that_methods_return_is_a_table_in_a_notebook(name: str) -> None:
    assert callable(getattr(docarchive, name)._repr_html_)


def test_values_of_all_kinds_are_shown(archive: Archive) -> None:
    statistics = archive.statistics()._repr_html_()
    assert f">{archive.statistics().name}<" in statistics
    assert "2024: " in statistics
    row = next(archive.list(limit=1))
    shown = row._replace(metadata={"title": EVIL, "tags": ["a", "b"], "id": "other"})._repr_html_()
    assert ">a\nb<" in shown
    assert EVIL not in shown
    assert f">{row.id}<" in shown
    assert row.digest.hex() in shown


@pytest.mark.parametrize("count", [0, 1, 90, 1_000])
def test_statistics_count_words(count: int, tmp_path: Path) -> None:
    with Archive.create(tmp_path / "counted") as archive:
        articles = [
            Article(
                title="" if number % 3 else f"A headline of six words {number}",
                title_derived=bool(number % 3),
                summary="Two words" if number % 2 else None,
                body=f"Number {number}, an article - "
                + "whose length isn't the co-operation's [own](a/b/c). " * (number % 50),
            )
            for number in range(count)
        ]
        archive.add_all(articles)
        words = sum(4 + 6 * (number % 50) + 2 * (number % 2) + 6 * (number % 3 == 0) for number in range(count))
        assert archive.statistics().words == (words if count < 100 else pytest.approx(words, rel=0.1))


@pytest.mark.parametrize("wrap", [list, tuple, iter, lambda paths: (path for path in paths), set])
def test_lists_of_inputs_are_inputs(wrap: object, archive: Archive, tmp_path: Path) -> None:
    for name in ("a.txt", "b.txt"):
        (tmp_path / name).write_text(f"A text of {name}.", "utf-8")
    assert archive.import_(wrap([tmp_path / "a.txt", tmp_path / "b.txt"])).new == 2  # type: ignore[operator]
    assert archive.import_([]).new == 0


PAGE = '<html><head><meta charset="iso-8859-1"><title>Größe</title></head><body><p>{}</p></body></html>'
FEED = (
    '<?xml version="1.0" encoding="iso-8859-1"?><rss version="2.0"><channel><title>x</title><item><title>Größe</title>'
    "<description>Grüße aus Köln, wo es heute regnet.</description></item></channel></rss>"
)
NITF = (
    '<?xml version="1.0" encoding="iso-8859-1"?><nitf><head><title>Größe</title></head><body><body.head><hedline>'
    "<hl1>Größe</hl1></hedline></body.head><body.content><p>Grüße aus Köln.</p></body.content></body></nitf>"
)


@pytest.mark.parametrize(
    "text",
    [
        "# Größe\n\nÜber alles.",
        '{"title": "Größe", "body": "Über alles."}',
        PAGE.format("Die Brücke. " * 30),
        FEED,
        NITF,
    ],
    ids=["markdown", "json", "html", "rss", "nitf"],
)
def test_a_stream_of_text_is_read_as_what_it_says(text: str, archive: Archive) -> None:
    report = archive.import_(io.StringIO(text))
    assert (report.new, report.refused) == (1, [])
    assert archive.get(report.ids[0]).title == "Größe"


def test_a_file_open_for_text_is_read_as_its_bytes(archive: Archive, tmp_path: Path) -> None:
    path = tmp_path / "a.html"
    path.write_bytes(PAGE.format("Die Brücke. " * 30).encode("latin-1"))
    with open(path, encoding="ascii", errors="replace") as file:
        report = archive.import_(file)
    article = archive.get(report.ids[0])
    assert (article.title, article.imported_from) == ("Größe", str(path))
    assert archive.original(article.id).read_bytes() == path.read_bytes()


def test_an_article_of_ones_own_is_imported(archive: Archive) -> None:
    mine = Article(title="Mine", body="A tide table.", tags=["sea"], extra={"rating": 5})
    report = archive.import_(mine)
    stored = archive.get(report.ids[0])
    assert (stored.title, stored.body, stored.tags, stored.extra) == ("Mine", "A tide table.", ["sea"], {"rating": 5})
    again = archive.import_([mine, Article.from_dict({"headline": "Other", "text": "Of the sea."})], tags="coast")
    assert (again.new, again.updated) == (1, 1)
    assert archive.count("tag:coast") == 2


def test_an_article_of_another_archive_is_the_same_article(archive: Archive, tmp_path: Path) -> None:
    with Archive.create(tmp_path / "other") as other:
        assert other.import_(*archive).new == len(ARTICLES)
        assert {article.id for article in other} == {article.id for article in archive}


TEXT_FORMATS = sorted(name for name, writer in writers().items() if not writer.binary and writer.stream)


@pytest.mark.parametrize("format", TEXT_FORMATS)
def test_an_export_of_text_can_go_to_a_stream_of_text(format: str, archive: Archive, tmp_path: Path) -> None:
    options: dict[str, Any] = {}
    if format == "template":
        (tmp_path / "t").write_text("{{ title }}\n", "utf-8")
        options = {"template": tmp_path / "t"}
    write_manifest(archive)
    wanted = exported(archive, format=format, **options)
    out = io.StringIO(newline="")
    archive.export(to=out, format=format, **options)
    assert out.getvalue().encode() == wanted
    with open(tmp_path / "out", "w", encoding="ascii") as file:
        archive.export(to=file, format=format, **options)
    assert (tmp_path / "out").read_bytes() == wanted


@pytest.mark.parametrize("format", sorted({*writers()} - {*TEXT_FORMATS}))
def test_an_export_of_bytes_to_a_stream_of_text_is_refused_before_any(format: str, archive: Archive) -> None:
    out = io.StringIO()
    with pytest.raises(UsageError, match=f"{format} is not text"):
        archive.export(to=out, format=format)
    assert out.getvalue() == ""


def test_all_of_the_quarantine_is_deleted_only_when_that_is_said(archive: Archive) -> None:
    archive.import_(io.BytesIO(b"{"), format="json")
    for names, all_ in (((), False), (("x",), True)):
        with pytest.raises(UsageError, match="all=True"):
            archive.discard(*names, all=all_)
    assert archive.discard(all=True) == 1
    assert archive.quarantine() == []


def test_an_error_of_an_unknown_id_can_be_pickled() -> None:
    error = pickle.loads(pickle.dumps(NotFoundError("nothing has this id")))
    assert str(error) == "nothing has this id"


def test_similar_articles_of_a_stream_or_an_article(archive: Archive) -> None:
    text = "The harbour council votes for a pier, and the mayor for free trade."
    ways = (io.StringIO(text), io.BytesIO(text.encode()), Article(title="", body=text))
    first, *others = [[hit.id for hit in archive.search(similar_to=way)] for way in ways]
    assert first
    assert others == [first, first]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_named_pipe_is_read_once(archive: Archive, tmp_path: Path) -> None:
    pipe = tmp_path / "wire.jsonl"
    os.mkfifo(pipe)
    data = b'{"title": "One", "body": "Of tides."}\n{"title": "Two", "body": "Of piers."}\n'

    def feed() -> None:
        pipe.write_bytes(data)

    for expected in ((2, 0), (0, 2)):
        with ThreadPoolExecutor() as pool:
            fed = pool.submit(feed)
            report = archive.import_(pipe)
            fed.result()
        assert (report.new, report.unchanged, report.refused) == (*expected, [])
    (one,) = archive.list("title:one")
    assert archive.provenance(one.id).imported_from == f"{pipe}:1"
    with ThreadPoolExecutor() as pool:
        fed = pool.submit(feed)
        assert archive.search(similar_to=pipe).total
        fed.result()


@pytest.mark.skipif(not os.path.isdir("/dev/fd"), reason="this system has no such folder")
def test_a_pipe_of_a_shell_has_no_name(archive: Archive) -> None:
    reading, writing = os.pipe()
    os.write(writing, b"# Tides\n\nHigh water at six.\n")
    os.close(writing)
    report = archive.import_(f"/dev/fd/{reading}")
    os.close(reading)
    assert archive.provenance(report.ids[0]).imported_from == "-"


def test_an_empty_path_is_not_the_current_folder(
    archive: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "inbox").mkdir()
    (tmp_path / "inbox" / "a.txt").write_text("A text.", "utf-8")
    monkeypatch.chdir(tmp_path / "inbox")
    calls: list[Callable[[], Any]] = [
        lambda: archive.import_(""),
        lambda: archive.import_(["a.txt", ""]),
        lambda: archive.watch(""),
        lambda: archive.export(to=""),
        lambda: archive.search(similar_to=""),
        lambda: Archive.create(""),
        lambda: Archive.open(""),
    ]
    for call in calls:
        with pytest.raises(UsageError, match="an empty path"):
            call()
    assert sorted(path.name for path in Path.cwd().iterdir()) == ["a.txt"]


@pytest.mark.parametrize("path", ["\0", "a\0b.txt", "\ud800", Path("a\0")])
def test_what_no_file_can_be_called_is_refused(archive: Archive, path: Any) -> None:
    calls: list[Callable[[], Any]] = [
        lambda: archive.import_(path),
        lambda: archive.import_([path]),
        lambda: archive.add("text", original=path),
        lambda: archive.export(to=path),
        lambda: archive.search(similar_to=path),
        lambda: archive.write_manifest(path),
        lambda: archive.backup(path),
        lambda: Archive.backups(path),
        lambda: Archive.verify_against(path, "x"),
        lambda: Archive.create(path),
        lambda: Archive.open(path),
    ]
    for call in calls:
        with pytest.raises(UsageError, match="no file can have the name"):
            call()


def test_errors_show_the_beginning_of_what_is_wrong(archive: Archive) -> None:
    long = "a" * 20_000
    calls: list[Callable[[], Any]] = [
        lambda: archive.get(long),
        lambda: archive.search("x", sort=long),
        lambda: archive.export(to="x", format=long),
        lambda: archive.import_(io.StringIO("text"), format=long),
        lambda: archive.restore_articles(ids=[long]),
        lambda: archive.retry(long),
        lambda: archive.remove_search(long),
        lambda: archive.search(f"{long[:5000]}:x"),
    ]
    for call in calls:
        with pytest.raises(DocarchiveError, match="aaaa") as caught:
            call()
        assert len(str(caught.value)) < 500


def test_other_odd_values_are_no_errors_of_python(archive: Archive) -> None:
    assert len([*archive.list(limit=-(10**30))]) == len([*archive.list()])
    with pytest.raises(TypeError, match=r"Archive\.set: the name of a key must be a str, not int"):
        archive.set(values={1: 2}, all=True)  # type: ignore[dict-item]


def test_a_text_in_place_of_a_path_is_refused_with_what_to_do(archive: Archive) -> None:
    (refused,) = archive.import_("# Tides\n\nHigh water.").refused
    assert "io.StringIO" in refused.reason


@pytest.mark.parametrize("threshold", [-0.1, 1.1, float("nan")])
def test_a_similarity_is_a_share(threshold: float, archive: Archive) -> None:
    with pytest.raises(UsageError, match="from 0 to 1"):
        next(archive.duplicates(threshold))
