"""Near duplicates: what is linked, skipped or kept, and which groups are listed."""

import io
import json
import random
from pathlib import Path
from typing import Any

import pytest
from conftest import Cli
from hypothesis import given
from hypothesis import strategies as st

from docarchive import Archive, Decision, UsageError
from docarchive.analysis.minhash import MIN_WORDS, bands, signature, similarity

WORDS = [f"word{number}" for number in range(2_000)]


def text(seed: int, length: int = 150) -> str:
    return " ".join(random.Random(seed).choices(WORDS, k=length))


def edited(original: str, changes: int) -> str:
    words = original.split()
    for place in range(changes):
        words[(place * 31) % len(words)] = f"edit{place}"
    return " ".join(words)


def lines(*bodies: str) -> io.BytesIO:
    records = [{"title": f"Number {n}", "id": str(n), "body": body} for n, body in enumerate(bodies)]
    return io.BytesIO("".join(json.dumps(record) + "\n" for record in records).encode())


STORY = text(1)


def test_a_rerun_is_linked_to_what_came_before(root: Path) -> None:
    with Archive.create(root) as archive:
        first = archive.import_(lines(STORY), format="jsonl").ids[0]
        report = archive.import_(lines(edited(STORY, 1)), format="jsonl")
        assert (report.new, report.duplicates) == (1, 1)
        assert archive.get(report.ids[0]).duplicate_of == [first]
        assert archive.list_count(f"duplicate_of:{first}") == 1


def test_reruns_in_one_input_are_linked_too(root: Path) -> None:
    with Archive.create(root) as archive:
        report = archive.import_(lines(STORY, text(2), edited(STORY, 2)), format="jsonl")
        assert (report.new, report.duplicates) == (3, 1)
        assert archive.get(report.ids[2]).duplicate_of == [report.ids[0]]
        assert archive.import_(lines(STORY, text(2), edited(STORY, 2)), format="jsonl").unchanged == 3


def test_what_came_in_meanwhile_is_compared_too(root: Path) -> None:
    record = {"title": "Ice", "url": "https://example.org/ice", "body": STORY}
    versions = [record, {**record, "body": text(2)}, {"title": "Snow", "body": edited(STORY, 1)}]
    data = "".join(json.dumps(version) + "\n" for version in versions).encode()
    with Archive.create(root) as archive:
        report = archive.import_(io.BytesIO(data), format="jsonl")
        assert (report.new, report.updated, report.duplicates) == (2, 1, 1)
        assert archive.get(report.ids[2]).duplicate_of == [report.ids[0]]


def test_a_file_that_stands_there_already_is_compared_too(root: Path, tmp_path: Path) -> None:
    with Archive.create(tmp_path / "other") as other:
        first = other.import_(lines(STORY), format="jsonl").ids[0]
        path = next(other.list()).path
    with Archive.create(root) as archive:
        (root / path).parent.mkdir(parents=True)
        (root / path).write_bytes((tmp_path / "other" / path).read_bytes())
        report = archive.import_(lines(STORY, edited(STORY, 1)), format="jsonl")
        assert (report.unchanged, report.new, report.duplicates) == (1, 1, 1)
        assert archive.get(report.ids[0]).duplicate_of == [first]


@pytest.mark.parametrize("seen", [True, False])
def test_skip_leaves_reruns_out(root: Path, seen: bool) -> None:
    told: list[Decision] = []
    with Archive.create(root) as archive:
        if seen:
            archive.import_(lines(STORY), format="jsonl")
        bodies = [edited(STORY, 1)] if seen else [STORY, edited(STORY, 1)]
        report = archive.import_(lines(*bodies), format="jsonl", on_duplicate="skip", observe=told.append)
        assert (report.new, report.duplicates, len(archive)) == (0 if seen else 1, 1, 1)
        (row,) = archive.list()
        assert (told[-1].kind, told[-1].id) == ("duplicate", row.id)


def test_keep_says_nothing_of_them(root: Path) -> None:
    with Archive.create(root) as archive:
        report = archive.import_(lines(STORY, edited(STORY, 1)), format="jsonl", on_duplicate="keep")
        assert (report.new, report.duplicates) == (2, 0)
        assert not any(archive.get(id_).duplicate_of for id_ in report.ids)


def test_a_choice_that_is_none(archive: Archive) -> None:
    with pytest.raises(UsageError, match="choose one of link, skip, keep"):
        archive.import_(lines(STORY), format="jsonl", on_duplicate="drop")


def test_a_dry_run_tells_the_same(root: Path) -> None:
    with Archive.create(root) as archive:
        dry = archive.import_(lines(STORY, edited(STORY, 1)), format="jsonl", dry_run=True)
        assert (dry.new, dry.duplicates) == (2, 1)


def test_forms_that_share_their_first_lines_are_not_linked(root: Path) -> None:
    boilerplate = text(3, 25)
    with Archive.create(root) as archive:
        report = archive.import_(lines(*(f"{boilerplate} {text(n, 40)}" for n in range(10, 60))), format="jsonl")
        assert (report.new, report.duplicates) == (50, 0)


def test_short_texts_are_never_near(root: Path) -> None:
    with Archive.create(root) as archive:
        report = archive.import_(lines("Closed today.", "Closed today."), format="jsonl")
        assert (report.new, report.duplicates) == (2, 0)


def groups(archive: Archive, **options: Any) -> list[list[str]]:
    return [[each.title for each in group] for group in archive.duplicates(**options)]


def test_groups_are_listed_and_follow_what_changes(root: Path) -> None:
    with Archive.create(root) as archive:
        bodies = [STORY, text(2), edited(STORY, 1), edited(STORY, 2), text(4), edited(text(4), 1)]
        archive.import_(lines(*bodies), format="jsonl")
        expected = [["Number 0", "Number 2", "Number 3"], ["Number 4", "Number 5"]]
        assert groups(archive) == expected
        shares = [each.similarity for each in next(archive.duplicates())]
        assert shares[0] == 1
        assert all(0.8 <= share <= 1 for share in shares[1:])
        archive.rebuild()
        assert [sorted(group) for group in groups(archive)] == expected
        gone = next(row for row in archive.list() if row.metadata["title"] == "Number 5")
        (root / gone.path).unlink()
        archive.sync()
        assert [sorted(group) for group in groups(archive)] == expected[:1]


def test_by_the_command_line(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_bytes(lines(STORY, edited(STORY, 2)).getvalue())
    done = cli("--archive", "news", "import", "a.jsonl", code=0)
    assert done.out == "2 new, 0 unchanged, 0 updated, 0 refused, 1 near duplicate\n"
    shown = cli("--archive", "news", "duplicates", code=0).out.splitlines()
    assert [line.split()[-1] for line in shown] == ["0", "1"]
    assert len(cli("--archive", "news", "duplicates", "--json", code=0).json["articles"]) == 2
    assert cli("--archive", "news", "duplicates", "--threshold", "1", code=1).out == ""
    assert cli("--archive", "other", "import", "a.jsonl", "--on-duplicate", "skip", code=0).out.startswith("1 new")


@given(st.lists(st.sampled_from(WORDS[:50]), min_size=MIN_WORDS, max_size=60))
def test_a_text_is_like_itself_however_it_is_written(words: list[str]) -> None:
    one, other = signature(" ".join(words)), signature("  ".join(words).upper() + " .")
    assert one is not None
    assert one == other
    assert similarity(one, one) == 1
    assert bands(one) == bands(bytes(one))


@given(st.text(st.characters(codec="ascii")) | st.lists(st.sampled_from(["Ab", "c3", "_", "."])).map(" x ".join))
def test_ascii_has_the_same_words_with_other_signs_beside_it(text: str) -> None:
    text = "\n".join([text] * MIN_WORDS)
    assert signature(text) == signature(text + " —")


@given(
    st.lists(st.sampled_from(WORDS[:50]), min_size=MIN_WORDS), st.lists(st.sampled_from(WORDS[:50]), min_size=MIN_WORDS)
)
def test_likeness_goes_both_ways(one: list[str], other: list[str]) -> None:
    first, second = signature(" ".join(one)), signature(" ".join(other))
    assert first is not None
    assert second is not None
    assert similarity(first, second) == similarity(second, first)
    assert 0 <= similarity(first, second) <= 1


def test_scripts_without_spaces() -> None:
    sentence = "港の議会は土曜日に新しい桟橋の建設を決めた。冬の嵐で古い桟橋が流されたためである。"
    one, other = signature(sentence * 2), signature(sentence * 2 + "以上")
    assert one is not None
    assert other is not None
    assert similarity(one, other) > 0.8
