"""The names that ``--format`` takes, in both directions, wherever a format can be named."""

import io
from pathlib import Path

import pytest
from conftest import Cli

from docarchive import Archive
from docarchive.errors import UsageError
from docarchive.formats.names import aliases, resolve
from docarchive.readers import Source, choose, readers
from docarchive.writers import writer, writers

#: Each name, the reader that it means, and the writer; None where it could mean several, or nothing.
NAMES = [
    ("markdown", "markdown", "md"),
    ("md", "markdown", "md"),
    ("text", "text", "txt"),
    ("txt", "text", "txt"),
    ("jsonfeed", "jsonfeed", "json-feed"),
    ("json-feed", "jsonfeed", "json-feed"),
    ("jsonl", "jsonl", "jsonl"),
    ("ndjson", "jsonl", "jsonl"),
    ("html", "html", "html"),
    ("htm", "html", "html"),
    ("csl-json", "csl-json", "csl-json"),
    ("csl", "csl-json", "csl-json"),
    ("csljson", "csl-json", "csl-json"),
    ("bibtex", "bibtex", "bibtex"),
    ("bib", "bibtex", "bibtex"),
    ("biblatex", "bibtex", "biblatex"),
    ("csv", "csv", "csv"),
    ("tsv", "csv", "tsv"),
    ("feed", "feed", None),
    ("rss", "feed", "rss"),
    ("atom", "feed", "atom"),
    ("sqlite", "sqlite", "sqlite"),
    ("xlsx", None, "xlsx"),
    ("markup", None, None),
    ("", None, None),
]


@pytest.mark.parametrize(("name", "reader", "_"), NAMES)
def test_a_reader_is_chosen_by_any_of_its_names(name: str, reader: str | None, _: str | None) -> None:
    source = Source("a.odd", 4, lambda: io.BytesIO(b"Text"))
    if reader is not None:
        assert choose(source, name) is readers()[reader]
        return
    with pytest.raises(UsageError, match=f"^there is no format '{name}'"):
        choose(source, name)


@pytest.mark.parametrize(("name", "_", "expected"), NAMES)
def test_a_writer_has_any_of_its_names(name: str, _: str | None, expected: str | None) -> None:
    if expected is not None:
        assert writer(name).name == expected
        return
    with pytest.raises(UsageError, match=f"^there is no format '{name}' to export to"):
        writer(name)


@pytest.mark.parametrize("known", [readers(), writers()], ids=["readers", "writers"])
def test_no_name_means_two_formats(known: dict[str, object]) -> None:
    names = [alias for name in known for alias in aliases(name, known)]
    assert len(names) == len({*names})
    assert known.keys().isdisjoint(names)
    assert all(resolve(alias, known) == name for name in known for alias in aliases(name, known))


def test_what_another_package_calls_so_is_meant_first() -> None:
    assert resolve("md", ["markdown", "md"]) == "md"
    assert aliases("markdown", ["markdown", "md"]) == ()


def test_formats_are_listed_with_their_other_names(cli: Cli) -> None:
    listed = {(format.direction, format.name): format.aliases for format in Archive.formats()}
    assert listed["import", "feed"] == ("rss", "atom")
    assert listed["import", "markdown"] == ("md",)
    assert listed["export", "md"] == ("markdown",)
    assert listed["export", "epub"] == ()
    lines = cli("formats", code=0).out.splitlines()
    assert "  md           Markdown with front matter, one article per file (also markdown)  .md .markdown" in lines
    shown = {
        (each["direction"], each["name"]): each["aliases"] for each in cli("formats", "--json", code=0).json["formats"]
    }
    assert shown == {key: [*names] for key, names in listed.items()}


def test_imports_and_exports_take_either_name(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "one.odd").write_text("---\ntitle: Tides\n---\nHigh water.\n")
    (tmp_path / "two.odd").write_text("---\ntitle: Ebb\n---\nLow water.\n")
    cli("init", "news", code=0)
    for name, file in (("md", "one.odd"), ("markdown", "two.odd")):
        assert cli("--archive", "news", "import", file, "--format", name, code=0).out.startswith("1 new")
    first, second = (cli("--archive", "news", "export", "--format", name, code=0).out for name in ("md", "markdown"))
    assert first == second
    assert "format: markdown\n" in first
    article = cli("--archive", "news", "search", "title:Tides", "--ids", code=0).out.strip()
    assert cli("--archive", "news", "show", article, "--format", "text", code=0).out.startswith("Title: Tides")
