"""Purging: nothing that an article had is left in any file, whatever was done with it before, and nothing else goes."""

import json
import re
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from docarchive import ENGINES, Archive, ArchiveError, NotFoundError, UsageError
from docarchive.archive.changing.drafts import Drafts, note_on
from docarchive.catalog.copies import packed

_PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360606060000000050001a5f645400000000049454e44ae426082"
)
#: No other text has these letters, and they are more than random bytes have by chance: of three letters, one archive in
#: 700 has them in a digest or a signature.
_MARK = b"qzxjv"
#: How the copies in a catalog begin: that depends on their size.
_BEGINNINGS = b"|".join(re.escape(packed(bytes(1 << size))[:2]) for size in range(16))
_COMPRESSED = re.compile(b"(?=%s)" % _BEGINNINGS, re.DOTALL)
_ARTICLE = """---
title: Qzxjvtitle at the harbour
url: https://qzxjvsite.example/qzxjvpath
tags: [qzxjvtag, sea]
authors: [Qzxjvauthor Meyer]
qzxjvkey: qzxjvvalue
---
The qzxjvbody has a picture. ![qzxjvalt](picture.png)
"""
_LONG = _ARTICLE + "The sea was calm at dawn. " * 100  # so that the copy in the catalog is compressed
_INTENT = b'{"change": {"number": 1, "time": "", "command": "purge", "words": ""}, "purged": {}, "files": ["%s"]}'
_CHANGES: dict[str, Callable[[Archive, str], object]] = {
    "tag": lambda archive, id_: archive.tag(ids=[id_], add=["qzxjvother"]),
    "set": lambda archive, id_: archive.set(ids=[id_], values={"title": "Qzxjvnew title"}),
    "remove": lambda archive, id_: archive.remove("qzxjvbody"),
    "restore": lambda archive, id_: archive.restore_articles(ids=[id_]),
    "undo": lambda archive, _: archive.undo(),
    "search": lambda archive, _: (archive.search("qzxjvbody"), archive.count("in:trash qzxjvbody")),
    "manifest": lambda archive, _: archive.write_manifest(BytesIO()),
    "verify": lambda archive, _: archive.verify(),
    "sync": lambda archive, _: archive.sync(),
    "keep drafts": lambda archive, id_: _keep_drafts(archive, id_),
    "edit by hand": lambda archive, id_: _edit_by_hand(archive, id_),
    "delete by hand": lambda archive, id_: _delete_by_hand(archive, id_),
}


def _fill(archive: Archive, folder: Path, article: str = _ARTICLE) -> str:
    """Imports an article with marks everywhere, and two others; returns its id."""
    folder.mkdir()
    (folder / "picture.png").write_bytes(_PNG + _MARK)
    (folder / "refused.md").write_text("---\ntitle: [\n---\nNo article.\n")
    archive.import_(folder)
    assert archive.quarantine()
    (folder / "other.md").write_text("---\ntitle: Other\ntags: [sea]\n---\nA gull over the harbour.\n")
    (folder / "third.md").write_text("---\ntitle: Third\n---\nA ferry in the fog.\n")
    (folder / "qzxjvname.md").write_text(article)
    archive.import_(folder)
    return next(archive.list("qzxjvbody")).id


def _marked(root: Path) -> list[str]:
    """Returns the files of an archive that have a mark in their names or bytes."""
    return [
        str(path.relative_to(root))
        for path in sorted(root.rglob("*"))
        if _MARK in str(path.relative_to(root)).lower().encode()
        or (path.is_file() and any(_MARK in data.lower() for data in _contents(path.read_bytes())))
    ]


def _contents(data: bytes) -> Iterator[bytes]:
    """Yields the bytes of a file, and what may have been compressed in them."""
    yield data
    for match in _COMPRESSED.finditer(data):
        with suppress(zlib.error):
            yield zlib.decompressobj().decompress(data[match.start() :])


def _keep_drafts(archive: Archive, id_: str) -> None:
    """Keeps what was written about an article, as the commands do that start an editor."""
    for name in (id_, note_on(id_)):
        Drafts(archive.path).keep(name, b"qzxjvdraft", "qzxjvbase")


def _edit_by_hand(archive: Archive, id_: str) -> None:
    path = archive.path / archive.file(id_)
    path.write_text(path.read_text("utf-8") + "\nThe qzxjvlighthouse.\n", "utf-8")
    archive.sync()


def _delete_by_hand(archive: Archive, id_: str) -> None:
    (archive.path / archive.file(id_)).unlink()
    archive.sync()


@pytest.fixture(params=ENGINES)
def archive(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Archive]:
    with Archive.create(tmp_path / "news", engine=request.param) as opened:
        yield opened


@pytest.mark.parametrize("engine", ENGINES)
@settings(max_examples=5, deadline=None)
@given(article=st.sampled_from([_ARTICLE, _LONG]), steps=st.lists(st.sampled_from([*_CHANGES]), max_size=6))
def test_no_byte_of_an_article_is_left(
    tmp_path_factory: pytest.TempPathFactory, engine: str, article: str, steps: list[str]
) -> None:
    root = tmp_path_factory.mktemp("archives")
    with Archive.create(root / "news", engine=engine) as archive:
        id_ = _fill(archive, root / "inbox", article)
        for step in steps:
            try:
                _CHANGES[step](archive, id_)
            except (NotFoundError, UsageError):
                assert step in ("restore", "undo", "tag", "set", "edit by hand", "delete by hand")
        others = {row.id: archive.text(row.id) for row in archive.list() if row.id != id_}
        before = _marked(root / "news")
        assert {path.partition("/")[0] for path in before} >= {"originals", "log.jsonl", ".docarchive"}
        report = archive.purge(ids=[id_[:8]])
        assert (report.articles, report.ids, report.shared) == (1, [id_], [])
        assert _marked(root / "news") == []
        assert {row.id: archive.text(row.id) for row in archive.list()} == others
        assert (archive.count("qzxjvbody"), archive.count("in:trash qzxjvbody")) == (0, 0)
        assert archive.verify().ok
        assert archive.import_(root / "inbox" / "qzxjvname.md").deleted == 1
        last = next(archive.log())
        assert (last.command, last.words, last.articles, last.change) == ("purge", "", 1, report.change)
    assert _marked(root / "news") == []


def test_drafts_of_merged_articles_go_too(archive: Archive, tmp_path: Path) -> None:
    id_ = _fill(archive, tmp_path / "inbox")
    other = next(archive.list("gull")).id
    _keep_drafts(archive, id_)
    archive.merge(other, id_)
    _keep_drafts(archive, other)
    archive.purge(ids=[other])
    assert _marked(archive.path) == []


def test_copies_of_what_was_in_a_file_are_searched_for(archive: Archive, tmp_path: Path) -> None:
    """The search above sees what is compressed in a catalog."""
    _fill(archive, tmp_path / "inbox", _LONG)
    catalog = (archive.path / ".docarchive" / "catalog.sqlite").read_bytes()
    _, *unpacked = _contents(catalog + b"".join(_wal(archive.path)))
    assert any(b"The qzxjvbody has a picture." in data for data in unpacked)


def _wal(root: Path) -> Iterator[bytes]:
    for path in (root / ".docarchive").glob("catalog.sqlite-wal"):
        yield path.read_bytes()


def test_its_refused_inputs_go_too(archive: Archive, tmp_path: Path) -> None:
    for text in ("Qzxjvtitle\n\nqzxjvbody", "---\ntitle: [\n---\nqzxjv\n"):
        (tmp_path / "qzxjvnote.md").write_text(text)
        archive.import_(tmp_path / "qzxjvnote.md")
    (tmp_path / "other.md").write_text("---\ntitle: [\n---\nNo article.\n")
    archive.import_(tmp_path / "other.md")
    assert len(archive.quarantine()) == 2
    archive.purge("qzxjvbody")
    assert [entry.where for entry in archive.quarantine()] == [str(tmp_path / "other.md")]
    assert _marked(archive.path) == []


def test_what_others_have_stays(archive: Archive, tmp_path: Path) -> None:
    lines = [{"title": "Qzxjvone", "body": "qzxjv first"}, {"title": "Two", "body": "second"}]
    (tmp_path / "both.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    archive.import_(tmp_path / "both.jsonl")
    (tmp_path / "picture.png").write_bytes(_PNG)
    for name in ("a", "b"):
        (tmp_path / f"{name}.md").write_text(f"---\ntitle: {name} gull\n---\nText {name} ![x](picture.png)\n")
    archive.import_(tmp_path / "a.md", tmp_path / "b.md")
    (original,) = [*(archive.path / "originals").rglob("*.jsonl")]
    (picture,) = [*(archive.path / "originals").rglob("*.png")]
    report = archive.purge("Qzxjvone")
    assert [Path(path).name for path in report.shared] == [original.name]
    assert _marked(archive.path) == [str(original.relative_to(archive.path))]
    assert [Path(path).name for path in archive.purge("title:a").shared] == [picture.name]
    archive.remove("title:b")
    assert archive.purge("Two").shared == []
    assert picture.exists()
    archive.purge("", trash=True)
    assert [*(archive.path / "originals").rglob("*.*")] == []
    assert len(archive) == 0


def test_a_purge_is_for_good(archive: Archive, tmp_path: Path) -> None:
    id_ = _fill(archive, tmp_path / "inbox")
    archive.tag("", add=["new"])
    report = archive.purge(ids=[id_])
    with pytest.raises(UsageError, match="which cannot be undone"):
        archive.undo()
    with pytest.raises(UsageError, match="which cannot be undone"):
        archive.undo(report.change)
    with pytest.raises(NotFoundError):
        archive.restore_articles(ids=[id_])
    before = next(entry.change for entry in archive.log() if entry.command == "tag")
    assert archive.undo(before).changed == 2, "what was done to the others can be undone"
    assert archive.count("tag:new") == 0
    assert _marked(archive.path) == []


def test_the_trash_is_emptied_with_what_is_damaged(archive: Archive, tmp_path: Path) -> None:
    _fill(archive, tmp_path / "inbox")
    archive.remove("")
    damaged = next((archive.path / "trash").rglob("*.md"))
    damaged.write_bytes(b"")
    dry = archive.purge("", trash=True, dry_run=True)
    assert (dry.articles, dry.change, damaged.exists()) == (2, None, True)
    assert archive.purge("in:trash").articles == 2
    assert next(archive.trash()).damage
    assert archive.purge("", trash=True).articles == 0
    assert [*archive.trash()] == []
    assert not [*(archive.path / "trash").rglob("*")]


def test_a_purge_takes_a_query_or_ids(archive: Archive) -> None:
    for wrong in ({}, {"query": "x", "ids": ["y"]}, {"ids": ["y"], "trash": True}, {"trash": True}):
        with pytest.raises(UsageError):
            archive.purge(**wrong)
    with pytest.raises(NotFoundError):
        archive.purge(ids=["y"])
    assert archive.purge("nothing").to_dict()["change"] is None
    assert not (archive.path / "log.jsonl").exists()


def test_an_interrupted_purge_is_finished_when_the_archive_is_opened(
    archive: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from docarchive.archive.changing.purging import purging

    id_ = _fill(archive, tmp_path / "inbox")

    def fail(session: object) -> None:
        raise ArchiveError("the power is gone")

    with monkeypatch.context() as patch:
        patch.setattr(purging, "rebuild", fail)
        with pytest.raises(ArchiveError, match="the power is gone"):
            archive.purge(ids=[id_])
    archive.close()
    with Archive.open(archive.path) as opened:
        assert id_ not in opened
        assert [entry.command for entry in opened.log()].count("purge") == 1
        assert opened.verify().ok
    assert _marked(archive.path) == []


@pytest.mark.parametrize(
    "written",
    [
        b"{",
        b"[]",
        _INTENT % b"../x",
        _INTENT % b"articles/../../../x",
        _INTENT % b"docarchive.toml",
    ],
)
def test_a_strangers_intent_deletes_nothing_else(tmp_path: Path, written: bytes) -> None:
    (tmp_path / "x").write_text("mine")
    with Archive.create(tmp_path / "news"):
        pass
    intent = tmp_path / "news" / ".docarchive" / "purge.json"
    intent.write_bytes(written)
    with Archive.open(tmp_path / "news") as archive:
        assert len(archive) == 0
    assert (tmp_path / "x").read_text() == "mine"
    assert not intent.exists()
