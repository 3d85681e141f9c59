"""``verify --manifest`` and ``verify --against``."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from conftest import Cli
from support import ARTICLES, snapshot

from docarchive import Archive


def test_a_manifest_is_written_and_any_copy_is_compared_with_it(archive: Archive, cli: Cli, tmp_path: Path) -> None:
    manifest, copy = tmp_path / "m.sha256", tmp_path / "copy"
    shutil.copytree(archive.path, copy, ignore=shutil.ignore_patterns(".docarchive"))
    ran = cli("--archive", archive.path, "verify", "--manifest", manifest)
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.endswith(f": no faults\nhead {archive_head(archive)}\n")
    for root in (archive.path, copy):
        before = snapshot(root)
        ran = cli("--archive", root, "verify", "--against", manifest, "--json")
        assert (ran.code, ran.json["kinds"], ran.json["faults"]) == (0, {}, [])
        assert (ran.json["articles"], ran.json["originals"]) == (len(ARTICLES), 1)
        assert ran.json["head"] == archive_head(archive)
        assert ran.json["in_chain"] is (root == archive.path)
        assert snapshot(root) == before
    assert not (copy / ".docarchive").exists()
    first, second, third, *_ = sorted(path.relative_to(copy).as_posix() for path in copy.rglob("*.md"))
    (copy / first).write_bytes((copy / first).read_bytes().replace(b"a", b"b", 1))
    (copy / second).unlink()
    (copy / third).rename(copy / "articles/z.md")
    (copy / "docarchive.toml").unlink()
    ran = cli("--archive", copy, "verify", "--against", manifest)
    assert ran.code == 3
    shown = [line.split(";")[0] for line in ran.out.splitlines()]
    assert shown[:-2] == [
        f"damaged   {first} is not as the manifest has it",
        f"missing   {second} is in the manifest, and is gone",
        f"missing   {third} is in the manifest, and is gone",
        "unknown   articles/z.md is not in the manifest",
        "missing   docarchive.toml is in the manifest, and is gone",
    ]
    assert shown[-2].endswith("read: 5 faults")


def archive_head(archive: Archive) -> str:
    line = (archive.path / "heads.jsonl").read_text("utf-8").splitlines()[-1]
    return str(json.loads(line)["head"])


def test_a_manifest_can_go_to_a_pipe(archive: Archive, cli: Cli, tmp_path: Path) -> None:
    ran = cli("--archive", archive.path, "verify", "--manifest", "-")
    assert ran.code == 0
    assert ran.out.startswith("# docarchive manifest 1\n")
    assert ran.err.endswith(": no faults\n")
    (tmp_path / "m").write_text(ran.out, "utf-8")
    assert cli("--archive", archive.path, "verify", "--against", tmp_path / "m").code == 0
    assert cli("--archive", archive.path, "verify", "--manifest", "-").out == ran.out


def test_there_is_no_manifest_of_an_archive_with_faults(archive: Archive, cli: Cli, tmp_path: Path) -> None:
    path = archive.path / archive.file(next(archive.list()).id)
    path.unlink()
    for to in (tmp_path / "m", "-"):
        ran = cli("--archive", archive.path, "verify", "--manifest", to)
        assert ran.code == 3
        assert "missing" in ran.out + ran.err
        assert "head" not in ran.out
    assert ran.out == ""
    assert not (tmp_path / "m").exists()
    assert not (archive.path / "heads.jsonl").exists()
    assert not (archive.path / ".docarchive/manifest").exists()


@pytest.mark.parametrize(
    ("arguments", "code", "text"),
    [
        (["--manifest", "there"], 2, "there exists; use --force to overwrite it"),
        (["--manifest", "archive/articles/m"], 2, "belongs to the archive"),
        (["--manifest", "archive/heads.jsonl"], 2, "belongs to the archive"),
        (["--manifest", "archive"], 2, "belongs to the archive"),
        (["--manifest", "."], 2, "name a file in an existing folder"),
        (["--manifest", "nowhere/m"], 2, "name a file in an existing folder"),
        (["--manifest", "m", "--quick"], 2, "--manifest"),
        (["--manifest", "m", "pier"], 2, "--manifest"),
        (["--against", "m", "--manifest", "n"], 2, "--against"),
        (["--against", "there", "pier"], 2, "--against"),
        (["--manifest", "-", "--json"], 2, "name a file for the manifest"),
        (["--against", "nowhere"], 2, "nowhere cannot be read"),
        (["--against", "there"], 2, "there is no manifest; write one with 'docarchive verify --manifest FILE'"),
        (["--against", "cut"], 3, "the manifest cut was changed or cut"),
        (["--against", "."], 2, "cannot be read"),
    ],
)
def test_mistakes_are_said_before_anything_is_done(
    archive: Archive, cli: Cli, tmp_path: Path, arguments: list[str], code: int, text: str
) -> None:
    (tmp_path / "there").write_text("mine")
    archive.write_manifest(tmp_path / "cut")
    (tmp_path / "cut").write_bytes((tmp_path / "cut").read_bytes()[:-20])
    before = snapshot(tmp_path)
    ran = cli("--archive", "archive", "verify", *arguments)
    assert (ran.code, ran.out) == (code, "")
    assert text in ran.err
    assert snapshot(tmp_path) == before


def test_force_overwrites_and_a_manifest_may_be_in_the_archive(archive: Archive, cli: Cli, tmp_path: Path) -> None:
    manifest = archive.path / "MANIFEST"
    manifest.write_text("mine")
    assert cli("--archive", archive.path, "verify", "--manifest", manifest, "--force").code == 0
    assert cli("--archive", archive.path, "verify", "--against", manifest).code == 0
    assert [path.name for path in archive.path.glob(".MANIFEST*")] == []
