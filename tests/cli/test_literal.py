"""``--literal``: a text is searched for as it is, by every command that takes a query for text."""

from pathlib import Path

from conftest import Cli

TEXT = 'A (very) "odd" title: it\'s -not* AND OR'


def test_a_literal_query_is_the_words_as_they_are(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(f"{TEXT}\n\nSome text of it.", "utf-8")
    (tmp_path / "b.txt").write_text("Another one\n\nnot a very odd or it's title and", "utf-8")
    cli("--archive", "n", "import", "a.txt", "b.txt", code=0)
    (hit,) = cli("--archive", "n", "search", TEXT, "--literal", "--json", code=0).json["hits"]
    assert hit["title"].startswith("A (very)")
    assert cli("--archive", "n", "search", "--literal", TEXT, "--count", code=0).out == "1\n"
    assert cli("--archive", "n", "export", "--literal", TEXT, code=0).out.count("\n") == 1
    assert cli("--archive", "n", "search", "--literal", *TEXT.split(), "--ids", code=0).out == f"{hit['id']}\n"
    cli("--archive", "n", "search", TEXT, code=2)
    cli("--archive", "n", "search", "--literal", "no such -text", code=1)
    for command in ("search", "export"):  # a variable of the shell that is not set is not all articles
        assert "--literal needs words" in cli("--archive", "n", command, "--literal", "", code=2).err
