"""A sync that changes nothing reports what the sync after it does."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docarchive import Archive, Article, NotFoundError
from docarchive.archive.indexing import syncer

#: What is done to the files, by their places in order of path.
_EDITS = st.lists(
    st.tuples(st.sampled_from(["edit", "delete", "move", "copy", "break", "swap"]), st.integers(0, 4)), max_size=6
)


def edit(root: Path, kind: str, place: int, number: int) -> None:
    files = sorted(root.joinpath("articles").rglob("*.md"))
    if not files:
        return
    file = files[place % len(files)]
    if kind == "edit":
        file.write_text(f"{file.read_text()}More {number}.\n")
    elif kind == "delete":
        file.unlink()
    elif kind == "move":
        file.rename(file.with_name(f"{number}.md"))
    elif kind == "copy":
        file.with_name(f"{number} copy.md").write_bytes(file.read_bytes())
    elif kind == "break":
        file.write_text(f"---\ntitle: [{number}\n---\n")
    else:
        other = files[0].read_bytes()
        files[0].write_bytes(file.read_bytes())
        file.write_bytes(other)


@given(_EDITS, st.sampled_from([1, 2, 1_000]))
def test_a_trial_reports_what_a_sync_does(
    tmp_path_factory: pytest.TempPathFactory, edits: list[tuple[str, int]], together: int
) -> None:
    root = tmp_path_factory.mktemp("trial") / "a"
    with pytest.MonkeyPatch.context() as patch, Archive.create(root) as archive:
        patch.setattr(syncer, "_BATCH", together)
        archive.add_all(Article(title=f"Crane {number}", body=f"Text {number}.") for number in range(4))
        for number, (kind, place) in enumerate(edits):
            edit(root, kind, place, number)
        position = archive.position
        planned = archive.sync(dry_run=True)
        assert archive.sync(dry_run=True) == planned
        assert archive.position == position
        assert archive.count("text") == 4
        made = archive.sync()
        made.change = None
        assert planned == made


def test_after_a_trial_that_fails_the_catalog_is_as_it_was(tmp_path: Path) -> None:
    with Archive.create(tmp_path / "a") as archive:
        archive.add(Article(title="Crane", body="Text."))
        (tmp_path / "a/articles").rename(tmp_path / "elsewhere")
        with pytest.raises(Exception, match="articles is missing"):
            archive.sync(dry_run=True)
        (tmp_path / "elsewhere").rename(tmp_path / "a/articles")
        assert archive.sync().unchanged == 1
        with pytest.raises(NotFoundError):
            archive.get("000000000000")
