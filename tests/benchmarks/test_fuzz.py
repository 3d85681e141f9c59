"""The targets of the fuzzer on their start corpora, on mutations of these, and on what was once found."""

from importlib.util import find_spec
from pathlib import Path

import pytest
from running import run

from benchmarks.fuzz.mutation import Mutator
from benchmarks.fuzz.running import place_of, tried
from benchmarks.fuzz.targets import targets
from docarchive.readers import readers

FOUND = Path(__file__).parents[1] / "regressions"
#: So many mutations are read of each target; `make fuzz` reads millions.
MUTATIONS = 40


@pytest.mark.parametrize("name", targets())
def test_what_is_made_of_the_start_corpus_is_read_or_refused(name: str) -> None:
    target = targets()[name]
    seeds = target.seeds()
    read = [target.read(data) for data in seeds]
    assert any(read), "nothing in the start corpus is read"
    for data in Mutator(seeds, target.tokens).inputs(MUTATIONS, name):
        try:
            target.read(data)
        except BaseException as error:
            error.add_note(f"{name} reads {data!r}")
            raise


@pytest.mark.parametrize("file", sorted(FOUND.glob("*/*")), ids=lambda file: f"{file.parent.name}-{file.name}")
def test_what_was_found_once_is_read_or_refused(file: Path) -> None:
    targets()[file.parent.name].read(file.read_bytes())


def test_all_formats_are_targets() -> None:
    assert set(readers()) <= set(targets())


def test_mutations_are_the_same_each_time_and_differ() -> None:
    mutator = Mutator([b"abc", b"def"], ("x",))
    made = [*mutator.inputs(50, "a")]
    assert made == [*mutator.inputs(50, "a")]
    assert len({*made}) > 30


def test_a_find_is_told_from_a_refusal_in_another_process(tmp_path: Path) -> None:
    file = tmp_path / "input"
    file.write_bytes(b"(((")
    assert tried("query", file) == ""
    assert "there is no target" in tried("no-target", file)


def test_finds_are_the_same_if_their_places_are() -> None:
    def raised(call: object) -> str:
        try:
            raise ValueError(call)
        except ValueError as error:
            return place_of(error)

    assert raised(1) == raised(2) != ""


@pytest.mark.skipif(find_spec("atheris") is None, reason="it needs atheris")
def test_a_target_is_fuzzed(tmp_path: Path) -> None:
    printed = run("benchmarks.fuzz", "dates", "--runs", 500, "--seconds", 60, "--keep", tmp_path)
    assert "executions of 1 targets, 0 finds" in printed
