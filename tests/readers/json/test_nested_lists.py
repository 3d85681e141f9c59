"""Lists of articles inside other JSON: a refusal names the option that reads them, and that option reads them."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from docarchive import Archive

ONE, TWO = {"title": "One", "content": "The pier is open."}, {"headline": "Two", "body_html": "<p>It is long.</p>"}
#: What is in the file, and the path of the list.
NESTED: dict[str, tuple[Any, str]] = {
    "one object": ({"status": "ok", "results": [ONE, TWO]}, "results"),
    "deep": ({"response": {"meta": {"hits": 2}, "docs": [ONE, TWO]}}, "response.docs"),
    "with a title": ({"title": "My feed", "posts": [ONE, TWO]}, "posts"),
    "several lists": ([{"section": "news", "items": [ONE]}, {"section": "sport", "items": [TWO]}], "items"),
    "by id": ({"a1": ONE, "a2": TWO}, "*"),
    "by id, deep": ({"export": {"posts": {"17": ONE, "18": TWO}, "version": 2}}, "export.posts.*"),
    "a list in each of a list": ({"pages": [{"page": 1, "docs": [ONE]}, {"page": 2, "docs": [TWO]}]}, "pages.docs"),
}


def _write(path: Path, value: Any) -> None:
    lines = value if path.suffix == ".jsonl" and isinstance(value, list) else [value]
    path.write_text("\n".join(map(json.dumps, lines)) + "\n", encoding="utf-8")


@pytest.mark.parametrize("suffix", [".json", ".jsonl"])
@pytest.mark.parametrize(("value", "path"), NESTED.values(), ids=NESTED)
def test_the_option_that_a_refusal_names_reads_the_list(tmp_path: Path, value: Any, path: str, suffix: str) -> None:
    file = tmp_path / f"a{suffix}"
    if suffix == ".json":
        file.write_text(json.dumps(value), encoding="utf-8")
    else:
        _write(file, value)
    with Archive.create(tmp_path / "archive") as archive:
        report = archive.import_(file)
        assert report.new == 0
        named = {
            match for refusal in report.refused for match in re.findall(r"--map '?articles=([\w.*]+)", refusal.reason)
        }
        assert named == {path}
        report = archive.import_(file, map={"articles": path})
        assert (report.new, report.refused) == (2, [])
        assert sorted(row.metadata["title"] for row in archive.list()) == ["One", "Two"]
        assert archive.import_(file, map={"articles": path}).unchanged == 2


def test_other_keys_of_the_mapping_are_those_of_the_items(tmp_path: Path) -> None:
    file = tmp_path / "a.json"
    file.write_text(json.dumps({"data": {"rows": [{"kop": "Een", "verhaal": "De pier is open."}]}}), encoding="utf-8")
    with Archive.create(tmp_path / "archive") as archive:
        report = archive.import_(file, map={"articles": "data.rows", "title": "kop", "body": "verhaal"})
        assert (report.new, report.refused) == (1, [])
        assert archive.get(next(archive.list()).id).body == "De pier is open."


@pytest.mark.parametrize("suffix", [".json", ".jsonl"])
def test_a_path_without_a_list_is_one_error(tmp_path: Path, suffix: str) -> None:
    file = tmp_path / f"a{suffix}"
    _write(file, [ONE, TWO])
    if suffix == ".json":
        file.write_text(json.dumps([ONE, TWO]), encoding="utf-8")
    with Archive.create(tmp_path / "archive") as archive:
        (refusal,) = archive.import_(file, map={"articles": "results"}).refused
        assert refusal.reason == "--map articles=results: there is no list of JSON objects"


@pytest.mark.parametrize("suffix", [".json", ".jsonl"])
def test_a_list_named_as_the_text_is_explained(tmp_path: Path, suffix: str) -> None:
    file = tmp_path / f"a{suffix}"
    _write(file, {"results": [ONE, TWO]})
    with Archive.create(tmp_path / "archive") as archive:
        (refusal,) = archive.import_(file, map={"body": "results"}).refused
        assert "--map articles=results" in refusal.reason


def test_lists_that_hold_no_articles_are_not_suggested(tmp_path: Path) -> None:
    file = tmp_path / "a.json"
    file.write_text(json.dumps({"title": "T", "remarks": "some words", "links": [{"href": "x"}]}), encoding="utf-8")
    with Archive.create(tmp_path / "archive") as archive:
        (refusal,) = archive.import_(file).refused
        assert "articles=" not in refusal.reason
        assert refusal.reason.endswith(": remarks")
