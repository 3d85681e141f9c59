"""Characters that no text file holds, NUL and halves of others: whatever they come in by, an archive stays readable."""

import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from docarchive import Archive, Article, DocarchiveError

_CHARACTERS = ("\0", "\ud83d", "\udc80")
_VERBS: dict[str, Callable[[Archive, str, str], object]] = {
    "add": lambda archive, id_, text: archive.add(Article(title=text, body=text, tags=[text], extra={text: text})),
    "highlight": lambda archive, id_, text: archive.highlight(id_, "ferry", note=text),
    "import": lambda archive, id_, text: archive.import_(
        io.BytesIO(json.dumps({"title": text, "body": text, "tags": [text], text: text}).encode()), format="jsonl"
    ),
    "import with a tag": lambda archive, id_, text: archive.import_(
        io.BytesIO(b"A pier."), format="text", tags=[text], set={text: text}
    ),
    "note": lambda archive, id_, text: archive.note(id_, text),
    "rename a tag": lambda archive, id_, text: archive.rename_tag("sea", text),
    "search": lambda archive, id_, text: archive.count(f'"{text}"'),
    "set": lambda archive, id_, text: archive.set(ids=[id_], values={"title": text, "desk": text, "desks": [text]}),
    "set a key": lambda archive, id_, text: archive.set(ids=[id_], values={text: "night"}),
    "set in a mapping": lambda archive, id_, text: archive.set(ids=[id_], values={"desk": {text: text}}),
    "tag": lambda archive, id_, text: archive.tag(ids=[id_], add=[text]),
    "untag": lambda archive, id_, text: archive.tag(ids=[id_], remove=[text]),
}


@pytest.mark.parametrize("character", _CHARACTERS, ids=ascii)
@pytest.mark.parametrize("verb", _VERBS)
def test_the_archive_stays_readable(verb: str, character: str, tmp_path: Path) -> None:
    record = {"title": "Ferry", "body": "The ferry was late. " * 20, "tags": ["sea"]}
    with Archive.create(tmp_path / "news") as archive:
        archive.import_(io.BytesIO(json.dumps(record).encode()), format="jsonl")
        id_ = next(archive.list()).id
        try:
            _VERBS[verb](archive, id_, f"late{character}edition")
        except DocarchiveError:
            assert verb != "tag"
        assert [*archive.list(sort="title")]
        assert archive.tag(ids=[id_], add=["quay"]).changed
        archive.undo()
        assert archive.verify().ok


@pytest.mark.parametrize("character", _CHARACTERS, ids=ascii)
def test_the_log_says_what_was_set(character: str, tmp_path: Path) -> None:
    text, clean = f"late{character}edition", "late\ufffdedition"
    with Archive.create(tmp_path / "news") as archive:
        archive.add(Article(title="Ferry", body="The ferry was late.", tags=["sea"]))
        archive.tag("", add=[text, f" {text} two "], remove=["sea"])
        (row,) = archive.list()
        set_ = row.metadata["tags"]
        archive.rename_tag(text, f"{text}s")
        archive.set("", values={"desk": text}, add={"tags": [text]})
        archive.tag("", remove=[text])
        words = [entry.words for entry in archive.log()][::-1][1:]
    assert set_ == [clean, f"{clean} two"]
    assert words == [
        f"+{clean} '+{clean} two' -sea",
        f"{clean} {clean}s",
        f"desk={clean} tags+={clean}",
        f"-{clean}",
    ]
