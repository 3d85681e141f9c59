import io
import sys
from contextlib import suppress

import pytest

from docarchive.errors import InputError, ReaderError, UsageError
from docarchive.readers import Source, choose, readers


def source(name: str, data: bytes) -> Source:
    return Source(name, len(data), lambda: io.BytesIO(data))


TWO_LINES = b'{"title": "a"}\n{"title": "b"}\n'
FENCED = b"---\ntitle: T\n---\nText\n"


@pytest.mark.parametrize(
    ("name", "data", "reader"),
    [
        ("a.txt", b"Text.", "text"),
        ("a.TEXT", b"Text.", "text"),
        ("a", b"Text.", "text"),
        ("", b"Text.", "text"),
        (".hidden", b"Text.", "text"),
        ("a.md", b"Text.", "markdown"),
        ("a.Markdown", TWO_LINES, "markdown"),
        ("a.jsonl", b"not json", "jsonl"),
        ("a.ndjson", b"{}", "jsonl"),
        ("a.json", b'{"title": "a"}', "json"),
        ("a.json", b"broken", "json"),
        ("a.json", TWO_LINES, "jsonl"),
        ("", TWO_LINES, "jsonl"),
        ("", FENCED, "markdown"),
        ("a.txt", FENCED, "markdown"),
        ("", b'{"title": "a"}', "json"),
        ("", b'[{"title": "a"}]', "json"),
    ],
)
def test_content_decides_and_then_the_name(name: str, data: bytes, reader: str) -> None:
    assert choose(source(name, data)).name == reader


LONG = b'{"body": "' + b"Words } { and words. " * 5_000 + b'"}'


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize(
    ("data", "reader"),
    [
        (LONG + b"\n" + LONG, "jsonl"),
        (LONG + b" \r\n\n" + TWO_LINES, "jsonl"),
        (LONG, "json"),
        (LONG + b"\n\n", "json"),
        (LONG[:-1] + b', "tags": [\n{"a": 1}]}', "json"),
        (LONG[:-1] + b', "place": {}\n, "tags": []}', "json"),
        (b"[" + LONG + b",\n" + LONG + b"]", "json"),
        (b"{\n" + LONG[1:-1] + b"\n}\n", "json"),
        (b"{" + b"Words } and { words. " * 5_000 + b"\n\nMore.\n", "text"),
    ],
)
@pytest.mark.parametrize("name", ["", "a.txt"])
def test_a_long_first_line_is_read_to_its_end(name: str, mark: bytes, data: bytes, reader: str) -> None:
    assert choose(source(name, mark + data)).name == reader


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("a.txt", b"", "the file is empty"),
        ("a", b"\x89PNG\r\n", "it is a picture, which this version does not read"),
        ("a.doc", b"\xd0\xcf\x11\xe0", "it is an old office document, which this version does not read"),
        (
            "a.msg",
            b"\xd0\xcf\x11\xe0" + "__substg1.0_0037001F".encode("utf-16-le"),
            "it is a message of Outlook, which this version does not read; save it as .eml, and import that",
        ),
        (
            "a.docx",
            b"\xd0\xcf\x11\xe0" + "EncryptedPackage".encode("utf-16-le"),
            "it is an office document encrypted with a password, which this version does not read; "
            "save it without one, and import it again",
        ),
        (
            "a.Odd",
            b"Text.",
            "unknown format '.odd'; to import it anyway, use --format, such as --format text",
        ),
    ],
)
def test_what_no_reader_takes_is_refused(name: str, data: bytes, message: str) -> None:
    with pytest.raises(ReaderError) as caught:
        choose(source(name, data))
    assert str(caught.value) == message


@pytest.mark.parametrize("name", list(readers()))
def test_a_format_that_is_named_is_taken(name: str) -> None:
    assert choose(source("a.odd", b"%PDF"), name).name == name


def test_a_format_that_does_not_exist_is_wrong_usage() -> None:
    with pytest.raises(UsageError, match=r"^there is no format 'odd'; 'docarchive formats' lists all formats$"):
        choose(source("a.txt", b"Text."), "odd")


def test_readers_say_what_they_are() -> None:
    for name, reader in readers().items():
        assert reader.name == name
        assert reader.summary
        assert reader.version >= 1
        assert bool(reader.extra) == bool(reader.requires)
        assert all(suffix.startswith(".") and suffix == suffix.lower() for suffix in reader.suffixes)


@pytest.mark.parametrize("name", list(readers()))
def test_what_a_declaration_names_is_there(name: str) -> None:
    """The module and the function of a reader are named in a string, which no type checker follows."""
    reader = readers()[name]
    with suppress(InputError):  # what the input is does not matter here
        for each in reader.records(source("a", b"Text.")):
            assert each


@pytest.mark.parametrize("name", [name for name, reader in readers().items() if reader.requires])
def test_a_reader_without_its_extra_says_what_to_install(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    reader = readers()[name]
    for module in reader.requires:
        monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(ReaderError) as caught:
        list(reader.records(source("a", b"Text.")))
    assert str(caught.value) == f"reading {reader.summary} needs an extra: pip install 'docarchive[{reader.extra}]'"


def test_the_most_general_reader_of_an_ending_is_asked_last() -> None:
    assert [*readers()][-6:] == ["markdown", "rst", "asciidoc", "jsonl", "json", "text"]


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("a.fb2", "<?xml version='1.0'?><FictionBook xmlns='x'>", "FictionBook"),
        ("a.xml", "<mods xmlns='http://www.loc.gov/mods/v3'>", "RIS or BibTeX"),
        ("a.xml", "<?xml version='1.0'?><m:modsCollection xmlns:m='x'>", "MODS"),
        ("a.xml", "<!DOCTYPE PubmedArticleSet><PubmedArticleSet>", ".nbib"),
    ],
)
def test_what_is_not_read_is_named_with_a_way_out(name: str, text: str, words: str) -> None:
    with pytest.raises(ReaderError, match=words):
        choose(Source(name, len(text), lambda: io.BytesIO(text.encode())))
