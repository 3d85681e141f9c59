"""Pictures that imported articles show: kept as originals, linked from the text, and shown by exports."""

from __future__ import annotations

import json
import os
import re
from base64 import b64encode
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import picture_inputs
import pytest
from picture_samples import ACTIVE_SVG, PICTURES, png
from readers.fetching.serving import gives, serving
from support import snapshot

from docarchive import Archive
from docarchive.archive.importing import pictures, sources
from docarchive.formats.folders import original_path
from docarchive.pictures import path_of as path_in
from docarchive.pictures import paths_in

TEXT = "The chart is below, and it shows the prices of wheat in the harbour."


def path_of(data: bytes, kind: str = "png") -> str:
    """Returns the path of a picture in an archive."""
    return original_path(f"{sha256(data).hexdigest()}.{kind}")


def write(folder: Path, files: dict[str, bytes | str]) -> Path:
    """Writes files below a folder."""
    for name, data in files.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data if isinstance(data, bytes) else data.encode())
    return folder


def post(address: str, **front_matter: str) -> str:
    """Returns a Markdown file that shows a picture."""
    keys = {"title": "With a chart", "date": "2024-01-02", **front_matter}
    return (
        "---\n"
        + "".join(f"{key}: {value}\n" for key, value in keys.items())
        + f"---\n\n{TEXT}\n\n![A plan]({address})\n"
    )


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    with Archive.create(tmp_path / "archive") as archive:
        yield archive


def stored(archive: Archive) -> set[str]:
    """Returns the paths of the stored pictures."""
    return {path for path in snapshot(archive.path) if path_in(path) == path}


@pytest.mark.parametrize("kind", sorted(PICTURES))
def test_a_picture_is_stored_as_it_is_and_linked(archive: Archive, tmp_path: Path, kind: str) -> None:
    write(tmp_path / "in", {"post.md": post("img/chart.dat"), "img/chart.dat": PICTURES[kind]})
    report = archive.import_(tmp_path / "in")
    assert (report.new, report.pictures) == (1, 1)
    path = path_of(PICTURES[kind], kind)
    article = archive.get(report.ids[0])
    assert article.body == f"{TEXT}\n\n![A plan]({path})"
    assert (archive.path / path).read_bytes() == PICTURES[kind]
    file = next((archive.path / "articles").rglob("*.md"))
    link = re.search(r"\]\(([^)]*)\)", file.read_text())
    assert link
    assert (file.parent / link[1]).resolve() == (archive.path / path).resolve()


@pytest.mark.parametrize("data", [*ACTIVE_SVG, b"", b"GIF", b"<html></html>"])
def test_what_is_no_picture_is_not_kept(archive: Archive, tmp_path: Path, data: bytes) -> None:
    write(tmp_path / "in", {"post.md": post("chart.png"), "chart.png": data})
    report = archive.import_(tmp_path / "in")
    assert (report.new, report.pictures, stored(archive)) == (1, 0, set())
    assert archive.get(report.ids[0]).body.endswith("![A plan](chart.png)")


@pytest.mark.parametrize(
    "address",
    [
        "../secret.png",
        "{root}/secret.png",
        "/../secret.png",
        "..%2fsecret.png",
        "link.png",
        "folder/secret.png",
        "file://{root}/secret.png",
        "x/../../secret.png",
        "..\\secret.png",
    ],
)
def test_no_file_outside_of_the_imported_folder_is_read(archive: Archive, tmp_path: Path, address: str) -> None:
    write(tmp_path, {"secret.png": png(), "in/post.md": post(address.format(root=tmp_path))})
    os.symlink(tmp_path / "secret.png", tmp_path / "in" / "link.png")
    os.symlink(tmp_path, tmp_path / "in" / "folder")
    report = archive.import_(tmp_path / "in")
    assert (report.new, report.pictures, stored(archive)) == (1, 0, set())


def test_a_picture_in_another_part_of_the_imported_folder_is_kept(archive: Archive, tmp_path: Path) -> None:
    write(tmp_path / "in", {"posts/2024/post.md": post("../../img/chart.png"), "img/chart.png": png()})
    assert archive.import_(tmp_path / "in").pictures == 1


def test_a_missing_picture_stays_as_it_is_written(archive: Archive, tmp_path: Path) -> None:
    write(tmp_path / "in", {"post.md": post("chart.png")})
    report = archive.import_(tmp_path / "in")
    assert archive.get(report.ids[0]).body.endswith("![A plan](chart.png)")


def test_pictures_are_not_kept_if_the_user_does_not_want_them(tmp_path: Path) -> None:
    write(tmp_path / "in", {"post.md": post("chart.png"), "chart.png": png()})
    with Archive.create(tmp_path / "one") as archive:
        report = archive.import_(tmp_path / "in", images=False)
        assert (report.new, report.pictures, stored(archive)) == (1, 0, set())
    with Archive.create(tmp_path / "two") as archive:
        root = archive.path
    (root / "docarchive.toml").write_text("layout = 1\n[import]\nimages = false\n")
    with Archive.open(root) as archive:
        assert archive.import_(tmp_path / "in", dry_run=True).pictures == 0
        assert archive.import_(tmp_path / "in", dry_run=True, images=True).pictures == 1


def test_a_dry_run_counts_pictures_and_writes_nothing(archive: Archive, tmp_path: Path) -> None:
    write(tmp_path / "in", {"a.md": post("a.png"), "b.md": post("a.png", title="B"), "a.png": png()})
    before = snapshot(archive.path)
    assert archive.import_(tmp_path / "in", dry_run=True).pictures == 1
    assert snapshot(archive.path) == before
    assert not (archive.path / ".docarchive/tmp").exists() or not os.listdir(archive.path / ".docarchive/tmp")


def test_the_same_picture_is_stored_once(archive: Archive, tmp_path: Path) -> None:
    files = {f"{number}.md": post(f"{number}.png", title=f"Post {number}") for number in range(5)}
    write(tmp_path / "in", {**files, **{f"{number}.png": png() for number in range(5)}})
    report = archive.import_(tmp_path / "in")
    assert (report.new, report.pictures, len(stored(archive))) == (5, 1, 1)
    write(tmp_path / "more", {"x.md": post("y.png", title="Another"), "y.png": png()})
    assert archive.import_(tmp_path / "more").pictures == 0
    assert not os.listdir(archive.path / ".docarchive/tmp")


def test_limits(archive: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pictures, "MAX_SIZE", 1_000)
    monkeypatch.setattr(pictures, "MAX_COUNT", 5)
    shown = "".join(f"![x]({number}.png)\n" for number in range(9))
    files = {f"{number}.png": png(number) for number in range(9)}
    write(tmp_path / "in", {"a.md": f"{TEXT}\n{shown}", **files, "0.png": png(0) + bytes(1_000)})
    report = archive.import_(tmp_path / "in")
    assert report.pictures == 4
    assert len(paths_in(archive.get(report.ids[0]).body)) == 4


def test_an_import_repeated_changes_nothing(archive: Archive, tmp_path: Path) -> None:
    write(tmp_path / "in", {"post.md": post("chart.png"), "chart.png": png()})
    archive.import_(tmp_path / "in")
    before = snapshot(archive.path)
    assert archive.import_(tmp_path / "in").unchanged == 1
    assert snapshot(archive.path) == before


def test_a_new_version_has_the_new_picture(archive: Archive, tmp_path: Path) -> None:
    address = {"url": "https://example.org/a"}
    write(tmp_path / "in", {"post.md": post("chart.png", **address), "chart.png": png(1)})
    archive.import_(tmp_path / "in")
    write(tmp_path / "in", {"post.md": post("chart.png", **address, section="x"), "chart.png": png(2)})
    report = archive.import_(tmp_path / "in")
    assert (report.updated, report.pictures) == (1, 1)
    assert paths_in(archive.get(report.ids[0]).body) == [path_of(png(2))]
    assert stored(archive) == {path_of(png(1)), path_of(png(2))}


def test_after_a_rebuild_a_new_version_is_no_edit_by_hand(archive: Archive, tmp_path: Path) -> None:
    address = {"url": "https://example.org/a"}
    write(tmp_path / "in", {"post.md": post("chart.png", **address), "chart.png": png(1)})
    archive.import_(tmp_path / "in")
    archive.rebuild()
    write(tmp_path / "in", {"post.md": post("chart.png", **address) + "\nMore text.\n"})
    report = archive.import_(tmp_path / "in")
    assert (report.updated, report.conflicts) == (1, [])
    assert archive.get(report.ids[0]).body.endswith(f"({path_of(png(1))})\n\nMore text.")


def test_moving_an_article_does_not_change_it(archive: Archive, tmp_path: Path) -> None:
    write(tmp_path / "in", {"post.md": post("chart.png"), "chart.png": png()})
    id_ = archive.import_(tmp_path / "in").ids[0]
    before = archive.get(id_).to_dict()
    file = next((archive.path / "articles").rglob("*.md"))
    text = file.read_text().replace("../../../originals", "../originals")
    file.unlink()
    (archive.path / "articles" / "moved.md").write_text(text)
    assert archive.sync().moved == ["articles/moved.md"]
    assert archive.get(id_).to_dict() == before
    archive.rebuild()
    assert archive.get(id_).to_dict() == before


def test_nobody_finds_an_article_by_the_path_of_its_picture(archive: Archive, tmp_path: Path) -> None:
    write(tmp_path / "in", {"post.md": post("chart.png"), "chart.png": png()})
    archive.import_(tmp_path / "in")
    assert archive.count("originals") == archive.count("png") == 0
    hit = next(iter(archive.search("plan")))
    assert "originals" not in hit.snippet.text


def test_a_refused_input_finds_its_pictures_when_it_is_retried(archive: Archive, tmp_path: Path) -> None:
    write(tmp_path / "in", {"post.md": post("chart.png"), "chart.png": png()})
    assert archive.import_(tmp_path / "in" / "post.md", format="epub").refused
    report = archive.retry()
    assert (report.new, report.pictures) == (1, 1)


@pytest.mark.parametrize("format", ["jsonl", "json", "md", "bagit"])
def test_articles_come_back_with_their_pictures(archive: Archive, tmp_path: Path, format: str) -> None:
    write(tmp_path / "in", {"post.md": post("chart.png"), "old.md": post("b.jpg", date="1900"), "chart.png": png()})
    write(tmp_path / "in", {"b.jpg": PICTURES["jpg"]})
    archive.import_(tmp_path / "in")
    before = snapshot(archive.path)
    out = tmp_path / ("out" if format in ("md", "bagit") else f"out.{format}")
    archive.export(to=out, format=format)
    report = archive.import_(out)
    assert (report.unchanged, report.new, report.updated) == (2, 0, 0)
    assert snapshot(archive.path) == before
    if format in ("md", "bagit"):
        with Archive.create(tmp_path / "other") as other:
            assert other.import_(out).pictures == 2
            assert stored(other) == stored(archive)
            for path in (other.path / "articles").rglob("*.md"):
                for link in re.findall(r"\]\(([^)]*)\)", path.read_text()):
                    assert (path.parent / link).is_file()


@pytest.mark.parametrize("name", picture_inputs.NAMES)
def test_every_format_that_holds_pictures_keeps_them(archive: Archive, tmp_path: Path, name: str) -> None:
    if name in ("docx", "warc"):
        pytest.importorskip({"docx": "mammoth", "warc": "warcio"}[name])
    report = archive.import_(picture_inputs.write_input(name, tmp_path / "in"))
    assert (report.new, report.pictures, report.refused) == (1, 1, [])
    body = archive.get(report.ids[0]).body
    shown = f"![A plan]({path_of(picture_inputs.PICTURE)})"
    assert body.split("\n\n") == [picture_inputs.TEXT, shown, picture_inputs.MORE]
    assert stored(archive) >= {path_of(picture_inputs.PICTURE)}


@pytest.mark.parametrize("name", picture_inputs.NAMES)
def test_without_pictures_a_text_has_no_address_that_means_nothing(tmp_path: Path, archive: Archive, name: str) -> None:
    if name in ("docx", "warc"):
        pytest.importorskip({"docx": "mammoth", "warc": "warcio"}[name])
    report = archive.import_(picture_inputs.write_input(name, tmp_path / "in"), images=False)
    assert (report.new, report.pictures) == (1, 0)
    body = archive.get(report.ids[0]).body
    assert "cid:" not in body
    assert body.startswith(picture_inputs.TEXT)
    assert body.endswith(picture_inputs.MORE)


@pytest.mark.parametrize("images", [None, True, False])
def test_pictures_of_fetched_pages_are_fetched_if_the_user_asks_for_them(archive: Archive, images: bool | None) -> None:
    with serving() as site, serving() as other:
        other.pages["/private.png"] = gives(png(9), Content_Type="image/png")
        shown = '<p><img src="../img/chart.png" alt="A plan"><img src="http://localhost:{}/private.png" alt="No"></p>'
        page = picture_inputs.PAGE.replace(picture_inputs.FIGURE, shown.format(other.host.partition(":")[2]))
        site.pages["/a/wheat"] = gives(page.encode(), Content_Type="text/html")
        site.pages["/img/chart.png"] = gives(png(), Content_Type="image/png")
        report = archive.import_(f"{site.url}/a/wheat", images=images)
        assert (report.new, report.pictures, report.refused) == (1, int(images is True), [])
        assert stored(archive) == ({path_of(png())} if images else set())
        asked = [path for path, _ in site.log if path != "/robots.txt"]
        assert asked == (["/a/wheat", "/img/chart.png"] if images else ["/a/wheat"])
        assert not other.log  # an address of the user's own network that a page names
        body = archive.get(report.ids[0]).body
        assert body.count("![") == report.pictures


def test_the_pictures_of_one_input_are_bounded(
    archive: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sources, "_MEMBERS_SIZE", 0)
    monkeypatch.setattr(sources, "_MEMBERS_RATIO", 1)
    big = png() + bytes(2_000)
    write(tmp_path / "in", {"post.md": post("chart.png"), "chart.png": big})
    assert archive.import_(tmp_path / "in").pictures == 0


def test_the_pictures_of_a_note_of_keep_are_kept(tmp_path: Path) -> None:
    files = [{"filePath": "a plan.png", "mimetype": "image/png"}, {"filePath": "b.3gp", "mimetype": "audio/3gpp"}]
    note = {"title": "Wheat", "textContent": "Prices.", "createdTimestampUsec": 1710579600000000, "attachments": files}
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "n.json").write_text(json.dumps(note), "utf-8")
    (tmp_path / "in" / "a plan.png").write_bytes(picture_inputs.PICTURE)
    with Archive.create(tmp_path / "a") as archive:
        assert archive.import_(tmp_path / "in", format="keep").pictures == 1
        (article,) = (archive.get(entry.id) for entry in archive.list())
    assert article.body.startswith("Prices.\n\n![a plan.png](")
    assert article.extra["attachments"] == ["a plan.png", "b.3gp"]


DATA = "data:image/png;base64," + b64encode(png(1) + bytes(9_000)).decode()


@pytest.mark.parametrize(
    ("shown", "expected"),
    [
        (f"![A plan]({DATA})", "![A plan]({})"),
        (f"![A plan](<{DATA}> 'Title')", "![A plan]({} 'Title')"),
        (f"<img alt='A plan' src='{DATA}'>", "<img alt='A plan' src=\"{}\">"),
        (f"![A plan][1]\n\n[1]: <{DATA}>", "![A plan][1]\n\n[1]: {}"),
        (f"![A plan][]\n\n[a plan]: {DATA}", "![A plan][]\n\n[a plan]: {}"),
    ],
)
def test_a_picture_in_its_address_is_kept(archive: Archive, tmp_path: Path, shown: str, expected: str) -> None:
    (tmp_path / "note.md").write_text(f"# Note\n\n{TEXT}\n\n{shown}\n")
    archive.import_(tmp_path / "note.md")
    (path,) = stored(archive)
    (row,) = archive.list()
    assert archive.get(row.id).body.strip() == f"# Note\n\n{TEXT}\n\n{expected.format(path)}"


@pytest.mark.parametrize("address", ["data:image/png;base64,####", "data:image/png,x", "data:text/html;base64,PGI+"])
def test_an_address_without_a_picture_stays(archive: Archive, tmp_path: Path, address: str) -> None:
    (tmp_path / "note.md").write_text(f"# Note\n\n![A plan]({address})\n")
    archive.import_(tmp_path / "note.md")
    (row,) = archive.list()
    assert f"![A plan]({address})" in archive.get(row.id).body
    assert not stored(archive)


def test_pictures_that_a_table_of_a_vault_shows(archive: Archive, tmp_path: Path) -> None:
    table = "| a | b |\n|---|---|\n| ![[plan.png\\|100]] | [[Quay\\|the quay]] |\n"
    write(tmp_path / "vault", {"Notes/a.md": table, "Files/plan.png": png(2), ".obsidian/app.json": "{}"})
    (tmp_path / "vault/Notes/b.md").write_text("# Linked\n\n![The plan](plan.png)\n")
    archive.import_(tmp_path / "vault")
    (path,) = stored(archive)
    bodies = sorted(archive.get(row.id).body for row in archive.list())
    assert f"![The plan]({path})" in bodies[0]
    assert f"| ![plan.png]({path}) |" in bodies[1]
    assert archive.count("links:quay") == 1
