"""Whatever hands an original out checks it, and importing the same bytes again restores it."""

import io
import json
import os
from collections.abc import Callable
from pathlib import Path

import picture_inputs
import pytest
from conftest import Cli

from docarchive import Archive, ArchiveDamaged
from docarchive.pictures import paths_in

PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(range(200))


@pytest.fixture
def inputs(tmp_path: Path) -> list[Path]:
    """One article, many articles, and a file that is so large that it is copied."""
    one, many, large = tmp_path / "one.json", tmp_path / "many.jsonl", tmp_path / "large.txt"
    one.write_text('{"title": "One", "url": "https://example.org/1", "body": "The only text."}', "utf-8")
    lines = ({"title": f"Line {n}", "url": f"https://example.org/l{n}", "body": f"Text {n}."} for n in range(5))
    many.write_text("".join(f"{json.dumps(line)}\n" for line in lines), "utf-8")
    large.write_bytes(b"A long text, with many lines.\n" * 200_000)
    return [one, many, large]


@pytest.fixture
def filled(root: Path, inputs: list[Path]) -> Path:
    with Archive.create(root) as archive:
        assert not archive.import_(*inputs).refused
    return root


def flip(path: Path) -> None:
    status, data = path.stat(), bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1])


DAMAGE: dict[str, Callable[[Path], None]] = {"flip": flip, "cut": cut, "lose": Path.unlink}


@pytest.mark.parametrize("ending", [".json", ".jsonl", ".txt"])
@pytest.mark.parametrize("damage", DAMAGE)
def test_the_same_bytes_again_restore_an_original(filled: Path, inputs: list[Path], ending: str, damage: str) -> None:
    (path,) = (filled / "originals").rglob(f"*{ending}")
    before = path.read_bytes()
    DAMAGE[damage](path)
    with Archive.open(filled) as archive:
        assert archive.verify().kinds == {"missing" if damage == "lose" else "damaged": 1}
        report = archive.import_(*inputs)
        assert (report.new, report.updated, report.unchanged) == (0, 0, 7)
        assert path.read_bytes() == before
        assert archive.verify().ok
    assert [*(filled / ".docarchive" / "tmp").glob("*")] == []


def test_a_dry_run_restores_nothing(filled: Path, inputs: list[Path]) -> None:
    (path,) = (filled / "originals").rglob("*.jsonl")
    path.unlink()
    with Archive.open(filled) as archive:
        archive.import_(*inputs, dry_run=True)
    assert not path.exists()


def test_what_no_article_came_from_is_not_kept(filled: Path, inputs: list[Path]) -> None:
    grown = inputs[1]
    lines = grown.read_text("utf-8").splitlines(keepends=True)
    grown.write_text("".join(lines[:3]), "utf-8")
    with Archive.open(filled) as archive:
        assert archive.import_(grown).unchanged == 3
    assert len([*(filled / "originals").rglob("*.jsonl")]) == 1


def test_a_damaged_original_is_refused(filled: Path, cli: Cli) -> None:
    (path,) = (filled / "originals").rglob("*.json")
    with Archive.open(filled) as archive:
        id_ = next(archive.list("title:One")).id
        assert archive.original(id_) == path
        flip(path)
    with Archive.open(filled) as archive, pytest.raises(ArchiveDamaged, match="import the same file again"):
        archive.original(id_)
    ended = cli("--archive", str(filled), "original", id_)
    assert (ended.code, ended.out) == (4, "")
    assert "is damaged" in ended.err


@pytest.mark.parametrize("format", ["bagit", "warc"])
def test_an_export_copies_no_damaged_original(filled: Path, tmp_path: Path, format: str) -> None:
    with Archive.open(filled) as archive:
        archive.export(to=tmp_path / "whole", format=format)
        (path,) = (filled / "originals").rglob("*.jsonl")
        flip(path)
    with Archive.open(filled) as archive:
        with pytest.raises(ArchiveDamaged, match="is damaged"):
            archive.export(to=tmp_path / "damaged", format=format)
        assert archive.export("title:One", to=tmp_path / "other", format=format).articles == 1
    assert not (tmp_path / "damaged").exists()


@pytest.mark.parametrize("format", ["bagit", "site", "epub", "md", "html"])
def test_an_export_copies_no_damaged_picture(root: Path, tmp_path: Path, format: str) -> None:
    (tmp_path / "plan.png").write_bytes(PICTURE)
    (tmp_path / "page.md").write_text("# A plan\n\n![Plan](plan.png)\n", "utf-8")
    with Archive.create(root) as archive:
        assert archive.import_(tmp_path / "page.md").pictures == 1
        flip(next((root / "originals").rglob("*.png")))
        with pytest.raises(ArchiveDamaged, match="is damaged"):
            archive.export(to=tmp_path / "out", format=format)
        archive.import_(tmp_path / "page.md", again=True)


def test_a_damaged_picture_is_stored_again_with_an_article_that_shows_it(root: Path, tmp_path: Path) -> None:
    (tmp_path / "plan.png").write_bytes(PICTURE)
    (tmp_path / "page.md").write_text("# A plan\n\n![Plan](plan.png)\n", "utf-8")
    with Archive.create(root) as archive:
        archive.import_(tmp_path / "page.md")
        picture = next((root / "originals").rglob("*.png"))
        flip(picture)
        (tmp_path / "other.md").write_text("# Another page\n\n![Plan](plan.png)\n", "utf-8")
        assert archive.import_(tmp_path / "other.md").new == 1
        assert picture.read_bytes() == PICTURE
        assert archive.verify().ok


@pytest.mark.parametrize("damage", DAMAGE)
@pytest.mark.parametrize("name", picture_inputs.NAMES)
def test_the_same_bytes_again_restore_a_picture(root: Path, tmp_path: Path, name: str, damage: str) -> None:
    input_ = picture_inputs.write_input(name, tmp_path / "in")
    with Archive.create(root) as archive:
        first = archive.import_(input_)
        path = root / paths_in(archive.get(first.ids[0]).body)[0]
        before = path.read_bytes()
        DAMAGE[damage](path)
        assert archive.verify().kinds == {"missing" if damage == "lose" else "damaged": 1}
        archive.import_(input_, images=False)
        archive.import_(input_, dry_run=True)
        assert not archive.verify().ok
        report = archive.import_(input_)
        assert (report.new, report.updated, report.unchanged, report.pictures) == (0, 0, first.new, 1)
        assert path.read_bytes() == before
        assert archive.verify().ok
    assert [*(root / ".docarchive" / "tmp").glob("*")] == []


@pytest.mark.parametrize("edited", [False, True])
def test_an_article_that_is_the_same_after_parsing_restores_its_picture(
    root: Path, tmp_path: Path, edited: bool
) -> None:
    page = tmp_path / "page.md"
    (tmp_path / "plan.png").write_bytes(PICTURE)
    page.write_text("---\ntitle: A plan\nurl: https://example.org/p\n---\n\n![Plan](plan.png)\n", "utf-8")
    with Archive.create(root) as archive:
        path = root / archive.file(archive.import_(page).ids[0])
        if edited:
            path.write_text(path.read_text("utf-8").replace("\nurl:", "\ntags: [harbour]\nurl:"), "utf-8")
            archive.sync()
        next((root / "originals").rglob("*.png")).unlink()
        page.write_text(page.read_text("utf-8").replace("A plan", '"A plan"'), "utf-8")  # other bytes, nothing new
        assert archive.import_(page).unchanged == 1
        assert archive.verify().ok


def test_bytes_without_a_name(root: Path) -> None:
    data = b'{"title": "Stream", "body": "From a stream."}'
    with Archive.create(root) as archive:
        archive.import_(io.BytesIO(data), format="json")
        (path,) = (path for path in (root / "originals").rglob("*") if path.is_file())
        path.unlink()
        archive.import_(io.BytesIO(data), format="json")
        assert path.read_bytes() == data
