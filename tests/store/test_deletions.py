"""The list of deleted articles."""

import json
from pathlib import Path

from docarchive.folder import Folder
from docarchive.store.deletions import Deletions


def deletion(id_: str, time: str) -> dict[str, object]:
    return {"id": id_, "title": id_, "path": f"articles/{id_}.md", "keys": [id_], "deleted": time}


def test_what_an_interrupted_sync_has_listed_is_not_listed_again(tmp_path: Path) -> None:
    deletions = Deletions(Folder(tmp_path))
    deletions.append([deletion("a", "1"), deletion("b", "1")])
    deletions.append([deletion("b", "2"), deletion("c", "2")])
    assert [(item["id"], item["deleted"]) for item in deletions.read()] == [("a", "1"), ("b", "1"), ("c", "2")]
    deletions.append([deletion("c", "3")])
    assert len((tmp_path / "deleted.jsonl").read_bytes().splitlines()) == 3


def test_half_a_line_spoils_no_other(tmp_path: Path) -> None:
    deletions = Deletions(Folder(tmp_path))
    line = json.dumps(deletion("a", "1"))
    (tmp_path / "deleted.jsonl").write_text(f"{line}\n{line[:20]}")
    deletions.append([deletion("b", "1")])
    assert [item["id"] for item in deletions.read()] == ["a", "b"]


def test_half_a_line_that_an_interruption_left_is_no_damage(tmp_path: Path) -> None:
    deletions = Deletions(Folder(tmp_path))
    deletions.append([deletion("a", "1")])
    line = (tmp_path / "deleted.jsonl").read_bytes()
    for size in range(1, len(line) - 2):
        added = line[:size] + b"\n" + line
        assert deletions.may_follow(added)
        (tmp_path / "deleted.jsonl").write_bytes(line + added)
        assert deletions.first_invalid() is None
    (tmp_path / "deleted.jsonl").write_bytes(line + b'{"id": "a"}\n' + line)
    assert deletions.first_invalid() == 2
