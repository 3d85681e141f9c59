"""What differs between two versions: applied to the one, it gives the other."""

import re
import shutil
import subprocess
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from docarchive import Diff
from docarchive.archive.versions import diff as module
from docarchive.archive.versions.diff import compared, lines_of

LINES = st.sampled_from(
    [
        "a\n",
        "b\n",
        "\n",
        "a b c\n",
        "a x c\n",
        "\r\n",
        "a\r",
        "\x0b",
        "\u2028",
        "@@ -1 +1 @@\n",
        "-a\n",
        "+a\n",
        " ",
        "é…\n",
    ]
)
TEXTS = st.lists(LINES | st.text(max_size=5), max_size=30).map("".join)


def diff_of(before: str, after: str) -> Diff:
    return Diff("x1", 1, 2, "versions/x1/0001.md", "articles/a.md", before, after, compared(before, after))


def patched(before: str, unified: str) -> str:
    """Returns a text with a unified diff applied to it."""
    lines, rows, result, at = before.split("\n"), unified.split("\n")[2:-1], [], 0
    for index, row in enumerate(rows):
        if header := re.fullmatch(r"@@ -(\d+)(?:,(\d+))? \+\d+(?:,\d+)? @@", row):
            start = int(header[1]) - (header[2] != "0")
            result += [f"{line}\n" for line in lines[at:start]]
            at = start
        elif row[0] in " -+":
            ends = rows[index + 1 : index + 2] != ["\\ No newline at end of file"]
            text = row[1:] + "\n" * ends
            if row[0] != "+":
                assert lines[at] == row[1:]
                assert ends == (at < len(lines) - 1)
                at += 1
            if row[0] != "-":
                result.append(text)
        else:
            assert row == "\\ No newline at end of file"
    return "".join(result) + "\n".join(lines[at:])


@given(TEXTS, TEXTS, st.integers(0, 4))
@example("a", "a\n", 3)
@example("a\n", "a", 0)
@example("", "a", 3)
@example("a\nb\nc\n", "a\nc\n", 0)
def test_a_unified_diff_makes_one_from_the_other(before: str, after: str, context: int) -> None:
    unified = diff_of(before, after).unified(context)
    assert (unified == "") == (before == after)
    assert before == after or patched(before, unified) == after


@given(TEXTS, TEXTS)
def test_so_do_the_opcodes(before: str, after: str) -> None:
    record = diff_of(before, after).to_dict()
    assert record["differs"] == (before != after)
    lines = lines_of(before)
    assert "".join(lines) == before
    made, removed = "", ""
    for item in record["opcodes"]:
        kept = "".join(lines[slice(*item["a"])])
        made += kept if item["op"] == "equal" else item["added"]
        removed += kept if item["op"] == "equal" else item["removed"]
    assert (removed, made) == (before, after)


@given(TEXTS, TEXTS)
@example("a b\n", "x y\n")
def test_and_the_words(before: str, after: str) -> None:
    pieces = diff_of(before, after).words(context=None)
    assert "".join(text for kind, text in pieces if kind != "added") == before
    assert "".join(text for kind, text in pieces if kind != "removed") == after
    assert {kind for kind, _ in pieces} <= {"equal", "added", "removed"}


@given(TEXTS, TEXTS)
def test_each_hunk_of_words_begins_with_its_header(before: str, after: str) -> None:
    diff = diff_of(before, after)
    headers = [text for kind, text in diff.words() if kind == "hunk"]
    assert headers == re.findall(r"^@@.*@@$", diff.unified(), re.MULTILINE)
    assert bool(headers) == diff.differs


@pytest.mark.skipif(not shutil.which("patch"), reason="needs patch")
@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("a\nb\n", "a\nc\n"),
        ("a", "a\n"),
        ("", "a\nb"),
        ("a\r\nb\r\n", "a\r\nc\r\n"),
        ("a\nb\n" * 30, "a\nb\n" * 9 + "x"),
    ],
)
def test_patch_applies_it(before: str, after: str, tmp_path: Path) -> None:
    file = tmp_path / "a.md"
    file.write_bytes(before.encode())
    unified = diff_of(before, after).unified().encode()
    subprocess.run(["patch", "--binary", "--quiet", str(file)], input=unified, check=True, capture_output=True)
    assert file.read_bytes().decode() == after


def test_words_that_changed_are_marked_and_no_others() -> None:
    diff = diff_of("The bridge, opened on Monday.\n", "The bridge opened late on Friday.\n")
    assert diff.words(None) == [
        ("equal", "The bridge"),
        ("removed", ","),
        ("equal", " opened "),
        ("added", "late "),
        ("equal", "on "),
        ("removed", "Monday"),
        ("added", "Friday"),
        ("equal", ".\n"),
    ]


def test_neighbouring_words_that_changed_are_one() -> None:
    assert diff_of("see old words here\n", "see new text here\n").words(None)[1:3] == [
        ("removed", "old words"),
        ("added", "new text"),
    ]


def test_signs_of_scripts_without_spaces_are_compared_one_by_one() -> None:
    assert diff_of("東京の港は古い。\n", "東京の橋は古い。\n").words(None)[1:3] == [("removed", "港"), ("added", "橋")]


def test_hunks_that_are_too_long_are_shown_by_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_MOST_OF_HUNK", 20)
    diff = diff_of("a long line of words\n\nb c\n", "a long line of signs\n\nb d\n")
    assert diff.words(None)[:2] == [("removed", "a long line of words\n"), ("added", "a long line of signs\n")]
    assert ("equal", "b ") in diff.words(None)
    monkeypatch.setattr(module, "_MOST_OF_ALL", 5)
    assert ("equal", "b ") not in diff.words(None)


class _Page(HTMLParser):
    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.inside: list[str] = []
        self.text = {"ins": "", "del": "", "": ""}
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.inside.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.inside.pop() == tag

    def handle_data(self, data: str) -> None:
        if "pre" in self.inside and "span" not in self.inside:
            self.text[self.inside[-1] if self.inside[-1] in self.text else ""] += data


@given(TEXTS, TEXTS)
@example("<script>a</script>\n", '"</pre><img src=x onerror=y>&amp;\n')
def test_a_page_shows_the_words_and_runs_nothing(before: str, after: str) -> None:
    diff = diff_of(before, after)
    page = _Page(diff.html().replace('<meta charset="utf-8">', ""))
    assert {*page.tags} <= {"html", "head", "title", "style", "body", "h1", "pre", "span", "ins", "del"}
    shown = {kind: "".join(text for name, text in diff.words() if name == kind) for kind in ("added", "removed")}
    clean = {kind: module._CONTROLS.sub("\ufffd", text) for kind, text in shown.items()}
    assert (page.text["ins"], page.text["del"]) == (clean["added"], clean["removed"])


def test_the_names_of_files_cannot_break_the_header() -> None:
    opcodes = compared("a\n", "b\n")
    for path, shown in (
        ("articles/a b.md", "b/articles/a b.md\t"),
        ("articles/a\n+++ c.md", '"b/articles/a\\012+++ c.md"'),
        ('articles/"é.md', '"b/articles/\\042\\303\\251.md"'),
        ("articles/é.md", "b/articles/é.md"),
    ):
        unified = Diff("x", 1, 2, "versions/x/0001.md", path, "a\n", "b\n", opcodes).unified()
        assert unified.split("\n")[1:3] == [f"+++ {shown}", "@@ -1 +1 @@"]
    assert repr(diff_of("a\n", "b\nc\n")) == "<Diff of x1, version 1 to 2: +2 -1 lines>"
