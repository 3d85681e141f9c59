"""What the library returns goes to other processes and comes back."""

import multiprocessing
import pickle
import shutil
from concurrent.futures import ProcessPoolExecutor
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from support import search_in

import docarchive
from docarchive import Archive, NotFoundError, PartialDate, QueryError


def returned_by(archive: Archive) -> list[Any]:
    """Returns what the methods of an archive return, with one value of each public type at least."""
    refused = BytesIO(b'{"title": 3\n')
    archive.path.joinpath("articles", "1963").mkdir(parents=True, exist_ok=True)
    archive.path.joinpath("articles", "1963", "odd.md").write_text("---\nid: '?'\n---\nOdd.\n")
    decisions: list[Any] = []
    report = archive.import_(refused, format="jsonl", observe=decisions.append)
    report.conflicts.append(docarchive.Conflict("1", ("title",)))
    archive.save_search("piers", "pier")
    archive.import_(BytesIO(b"The pier. " * 30), format="text")
    archive.import_(BytesIO(b"The pier. " * 31), format="text")
    results = archive.search("pier", facets=["tag"], explain=True)
    hit = results.hits[0]
    archive.path.joinpath(".docarchive", "tmp").mkdir(exist_ok=True)
    archive.path.joinpath(".docarchive", "tmp", "1-1").write_text("What a kill has left.")
    verification, target = archive.verify(), archive.path.with_name("backups")
    purge = archive.purge("nothing", dry_run=True)
    changes = [
        archive.tag("pier", add=["sea"]),
        next(archive.log()),
        archive.remove("pier"),
        next(archive.trash()),
        archive.undo(),
    ]
    return [
        *(purge, *changes, report, *report.refused, *report.conflicts, *decisions, archive.sync(), archive.rebuild()),
        *((quoted := archive.quote("The peer. The pier. The pier.")), *quoted.passages, *quoted.passages[0].parts),
        *quoted.passages[0].parts[0].differences,
        *(results, hit, hit.article, hit.snippet, *hit.passages, next(archive.list()), PartialDate("1963-04")),
        *(
            archive.settings,
            archive.statistics(),
            archive.engine_status(),
            docarchive.ClusterStatus("http://127.0.0.1:9200", "news", "news-1"),
            archive.engine_status().meaning,
            archive.provenance(hit.id),
        ),
        *(*archive.versions(hit.id), archive.diff(hit.id, 0)),
        *(archive.quarantine(), archive.quarantine()[0], [*archive.duplicates()], next(archive.duplicates())[0]),
        *(archive.formats(), archive.formats()[0], archive.export("pier", to=BytesIO())),
        *(verification, *verification.faults, archive.backup(target), *Archive.backups(target)),
        *(archive.edit(hit.id, archive.text(hit.id) + "Edited.\n"), next(archive.log())),
        *archive.changed(archive.changes[-1]),
        *(archive.note(hit.id, "Seen"), archive.highlight(hit.id, "Edited", note="When?")),
        *(*archive.get(hit.id).notes, *archive.get(hit.id).highlights),
        Archive.restore(target, archive.path.with_name("restored")),
        archive.unite(archive.path.with_name("restored"), dry_run=True),
    ]


def test_everything_that_is_returned_survives_pickling(archive: Archive) -> None:
    values = returned_by(archive)
    classes = {kind for kind in map(vars(docarchive).get, docarchive.__all__) if isinstance(kind, type)}
    results = {kind for kind in classes if not issubclass(kind, Exception | dict) and kind is not Archive}
    results -= {docarchive.Progress}
    assert {type(value) for value in values} >= {kind for kind in results if not getattr(kind, "_is_protocol", False)}
    for value in values:
        copy = pickle.loads(pickle.dumps(value))
        assert type(copy) is type(value)
        if type(value) in (docarchive.Results, docarchive.Hit):
            assert copy.to_dict() == value.to_dict()
        else:
            assert copy == value


def test_a_hit_in_another_process_has_its_snippet_and_reads_its_article(archive: Archive) -> None:
    hit = archive.search("pier").hits[0]
    dumped = pickle.dumps(hit)
    copy = pickle.loads(dumped)
    assert copy.article == hit.article
    shutil.rmtree(archive.path)
    copy = pickle.loads(pickle.dumps(pickle.loads(dumped)))
    assert copy.snippet == hit.snippet
    assert copy.snippet.marks
    with pytest.raises(NotFoundError, match="there is no archive at"):
        _ = copy.article


def in_a_pool(root: Path, query: str) -> Any:
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply_async(search_in, (root, query)).get(60)


def in_an_executor(root: Path, query: str) -> Any:
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        return pool.submit(search_in, root, query).result(60)


@pytest.mark.parametrize("elsewhere", [in_a_pool, in_an_executor])
def test_results_and_errors_come_from_a_pool_of_processes(archive: Archive, elsewhere: Any) -> None:
    results = elsewhere(archive.path, "pier")
    here = archive.search("pier")
    assert [hit.to_dict() for hit in results] == [hit.to_dict() for hit in here]
    with pytest.raises(QueryError) as raised:
        elsewhere(archive.path, "pier AND (")
    assert raised.value.query == "pier AND ("
    assert "^" in raised.value.caret()


def test_an_archive_says_what_to_pass_instead(archive: Archive) -> None:
    with pytest.raises(TypeError, match="give the other process its path"):
        pickle.dumps(archive)
