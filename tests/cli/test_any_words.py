"""``search`` for a question: it says what it shows, and what scripts use never shows more than what matches."""

from pathlib import Path

from conftest import Cli

QUESTION = "What did the council say about wheat?"


def test_a_question_is_answered_with_any_of_its_words(cli: Cli, tmp_path: Path) -> None:
    for name, text in [
        ("a", "The council\n\nA vote."),
        ("b", "Prices\n\nWheat fell, they say."),
        ("c", "Rain\n\nIt fell."),
    ]:
        (tmp_path / f"{name}.txt").write_text(text, "utf-8")
    cli("--archive", "n", "import", "a.txt", "b.txt", "c.txt", code=0)
    shown = cli("--archive", "n", "search", QUESTION, "--limit", "1", code=0)
    assert "no article has all of these words; 2 have some of them, showing 1 to 1" in shown.err
    data = cli("--archive", "n", "search", QUESTION, "--json", code=0).json
    assert (data["answered"], data["total"], data["total_all_words"], len(data["hits"])) == ("any words", 2, 0, 2)
    data = cli("--archive", "n", "search", QUESTION, "--json", "--all-words", code=1).json
    assert (data["answered"], data["total"], data["hits"]) == ("all words", 0, [])
    assert "nothing matched" in cli("--archive", "n", "search", "--all-words", QUESTION, code=1).err
    assert cli("--archive", "n", "search", QUESTION, "--ids", code=1).out == ""
    assert cli("--archive", "n", "search", QUESTION, "--count", code=1).out == "0\n"
    assert cli("--archive", "n", "export", QUESTION).out == ""
