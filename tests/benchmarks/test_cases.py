"""The check of small inputs: what is right, wrong and debatable, and what is said of files without a right value."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / "benchmarks/cases.py"
spec = importlib.util.spec_from_file_location("cases", SCRIPT)
assert spec
assert spec.loader
cases = importlib.util.module_from_spec(spec)
sys.modules["cases"] = cases
spec.loader.exec_module(cases)

NOTE = "---\ntitle: Pier\ndate: 2024-03-16\ntags: [sea]\n---\n\nIt **stands** there.\n\n```\ncode\n```\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "import").mkdir()
    (tmp_path / "import/note.md").write_text(NOTE)
    (tmp_path / "import/empty.md").write_text("")
    (tmp_path / "import/more.txt").write_text("More text.")
    return tmp_path


@pytest.mark.parametrize(
    ("check", "reason"),
    [
        (cases.new(1), ""),
        (cases.new(2), "(articles, skipped, refused)"),
        (cases.has("**stands**"), ""),
        (cases.has("falls"), "'falls' is not in"),
        (cases.has("stands", title="Wall"), "no one article 'Wall'"),
        (cases.lacks("falls"), ""),
        (cases.lacks("Pier"), "'Pier' is in it"),
        (cases.value("date", "2024", "2024-03-16"), ""),
        (cases.value("date", "2024"), "date of 'Pier' is 2024-03-16, not 2024"),
        (cases.value("summary", "None"), ""),
        (cases.finds("stands"), ""),
        (cases.finds("falls"), "search falls finds 0"),
        (cases.shown("It stands there."), ""),
        (cases.shown("**stands**"), "'**stands**' is not shown"),
        (cases.code_blocks(1), ""),
        (cases.code_blocks(2), "1 code blocks, not 2"),
        (cases.dated(1), ""),
        (cases.refused_with("empty"), "not refused with empty"),
        (cases.either(cases.finds("falls"), cases.finds("stands")), ""),
        (cases.debatable(cases.finds("falls")), "?search falls finds 0"),
    ],
)
def test_each_check_says_why_it_fails(folder: Path, check: object, reason: str) -> None:
    reasons = cases.judged(folder, cases.Case("import/note.md", (check,)))
    assert len(reasons) == bool(reason)
    assert "".join(reasons).startswith(reason)


def test_refusals_and_other_files(folder: Path) -> None:
    empty = cases.Case("import/empty.md", (cases.new(0, refused=1), cases.refused_with("empty")))
    assert cases.judged(folder, empty) == []
    note = cases.Case("import/note.md", ())
    assert dict(cases.others(folder, [note])) == {"import/empty.md": "refused", "import/more.txt": "imported"}


def test_what_is_printed(folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    right = cases.Case("import/note.md", (cases.finds("stands"),))
    wrong = cases.Case("import/more.txt", (cases.finds("falls"), cases.debatable(cases.new(7))))
    monkeypatch.setattr(cases, "CASES", (right, wrong))
    assert cases.main([str(folder)]) == 1
    printed = capsys.readouterr().out
    assert "wrong     import/more.txt\n          search falls finds 0\n" in printed
    assert "1 right, 1 wrong, 0 debatable\nfiles without a right value: 1 refused\n" in printed
    monkeypatch.setattr(cases, "CASES", (right,))
    assert cases.main([str(folder), "--only", "note"]) == 0
