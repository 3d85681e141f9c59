"""Every writer, on titles and texts that mean harm: files stay where they are put, and the bytes are the same twice."""

import csv
import io
import json
import re
import sqlite3
import tempfile
import unicodedata
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing
from hashlib import sha256
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import fromstring

import pytest
from spreadsheets import sheets
from support import exported, read_again, write_manifest

from docarchive import Archive
from docarchive.writers import writers

TITLES = [
    *(
        "../../etc/passwd",
        "CON",
        "con",
        "a/b\\c:d*?",
        "x" * 300,
        "😀🎉",
        "שלום \u202eabc",
        "...",
        ".",
        "nul.txt",
        "-rf",
    ),
    *("Same title", "same TITLE", "Same title", "é", "e\u0301", "a\x00b\x1b[31m"),
    *("{{ title }}", "=cmd()|' /C calc'!A0"),
]
BODIES = [
    "<script>alert(1)</script>",
    "]]>",
    "=cmd()",
    "{{ 7*7 }} {% raw %} {{< x >}}",
    "<!-- -->\n\n---\n",
    "\\input{x}",
]
TEMPLATE = "{{ title }}|{{ body }}|{{ missing }}\n"
DEVICE = re.compile(r"(?i)^(con|prn|aux|nul|com\d|lpt\d)(\.|$)")
NAMES = sorted(writers())
FOLDERS = [*(name for name in NAMES if writers()[name].folder)]


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    folder = tmp_path_factory.mktemp("hostile")
    lines = folder / "in.jsonl"
    with lines.open("w", encoding="utf-8") as out:
        for number, title in enumerate(TITLES):
            record = {
                "title": title,
                "date": f"2024-03-{number % 28 + 1:02}" if number % 3 else None,
                "body": f"{BODIES[number % len(BODIES)]} number {number}",
                "tags": ["../x", "a b", "<b>", "=1+1"],
                "authors": ["Ana <script> Ruiz", "{Bo} & Co \\ 100%"],
                "section": "../../up",
                "slug": "../../slug" if number % 2 else None,
                "url": f"https://example.org/{number}?a=1&b=<x>",
            }
            out.write(json.dumps(record) + "\n")
    with Archive.create(folder / "archive") as archive:
        assert archive.import_(lines, on_duplicate="keep").new == len(TITLES)
        write_manifest(archive)
        yield archive


def export(archive: Archive, name: str, target: Path, template: Path) -> None:
    options = {"template": template, "name": "{section}/{title}.txt"} if name == "template" else {}
    archive.export(format=name, to=target, **options)  # type: ignore[arg-type]


def digest(path: Path) -> str:
    if path.is_file():
        return sha256(path.read_bytes()).hexdigest()
    found = sorted((each.relative_to(path).as_posix(), digest(each)) for each in path.rglob("*") if each.is_file())
    assert found
    return sha256(repr(found).encode()).hexdigest()


@pytest.fixture
def template(tmp_path: Path) -> Path:
    path = tmp_path / "t.txt"
    path.write_text(TEMPLATE, "utf-8")
    return path


@pytest.mark.parametrize("name", NAMES)
def test_the_same_export_twice_has_the_same_bytes(hostile: Archive, tmp_path: Path, template: Path, name: str) -> None:
    for module in writers()[name].requires:
        pytest.importorskip(module)
    first, second = tmp_path / "1" / "out", tmp_path / "2" / "out"
    for target in (first, second):
        target.parent.mkdir()
        export(hostile, name, target, template)
    assert digest(first) == digest(second)


@pytest.mark.parametrize("name", FOLDERS)
def test_files_stay_in_the_folder_and_have_names_for_every_disk(
    hostile: Archive, tmp_path: Path, template: Path, name: str
) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    export(hostile, name, outside / "out", template)
    assert [path.name for path in outside.iterdir()] == ["out"]
    export(hostile, name, outside / "out.zip", template)
    files = [path.relative_to(outside / "out").as_posix() for path in (outside / "out").rglob("*") if path.is_file()]
    with zipfile.ZipFile(outside / "out.zip") as packed:
        assert sorted(packed.namelist()) == sorted(files)
        assert packed.testzip() is None
    plain = [unicodedata.normalize("NFKC", path).casefold() for path in files]
    assert len(set(plain)) == len(plain)
    for part in {part for path in files for part in path.split("/")}:
        assert len(part.encode()) <= 255
        assert not re.search(r'[\x00-\x1f<>:"\\|?*\u202e]', part), part
        assert not DEVICE.match(part), part
        assert part.strip(". ") == part, part


def lines(data: bytes) -> int:
    return len([json.loads(line) for line in data.splitlines()])


def elements(tag: str) -> Callable[[bytes], int]:
    return lambda data: len([*fromstring(data).iter(tag)])


def entries(reader: str) -> Callable[[bytes], int]:
    return lambda data: len(read_again(reader, data))


def in_file(query: str, suffix: str) -> Callable[[bytes], int]:
    """Counts by a query of DuckDB or SQLite on a file."""

    def count(data: bytes) -> int:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, f"a{suffix}")
            path.write_bytes(data)
            if suffix == ".db":
                with closing(sqlite3.connect(path)) as database:
                    return int(database.execute(query).fetchone()[0])
            return int(pytest.importorskip("duckdb").sql(query.format(path)).fetchall()[0][0])

    return count


#: How many articles a parser of the format finds in it.
COUNTS: dict[str, Callable[[bytes], int]] = {
    "atom": elements("{http://www.w3.org/2005/Atom}entry"),
    "biblatex": entries("bibtex"),
    "bibtex": entries("bibtex"),
    "citation": lambda data: len(data.decode().splitlines()),
    "csl-json": lambda data: len(json.loads(data)),
    "csv": lambda data: len([*csv.reader(io.StringIO(data.decode(), newline=""))]) - 1,
    "html": lambda data: len(re.findall(b"<article[ >]", data)),
    "json": lambda data: len(json.loads(data)["articles"]),
    "json-feed": lambda data: len(json.loads(data)["items"]),
    "jsonl": lines,
    "ninjs": lines,
    "proof": lines,
    "parquet": in_file("SELECT count(*) FROM '{}'", ".parquet"),
    "ris": entries("ris"),
    "rss": elements("item"),
    "sqlite": in_file("SELECT count(*) FROM articles", ".db"),
    "tsv": lambda data: len([*csv.reader(io.StringIO(data.decode(), newline=""), delimiter="\t")]) - 1,
    "txt": lambda data: data.count(b"=" * 72) + 1,
    "xlsx": lambda data: len(sheets(data)["Articles"]) - 1,
}


@pytest.mark.parametrize("name", sorted(COUNTS))
def test_a_parser_finds_each_article_and_nothing_that_acts(hostile: Archive, name: str) -> None:
    for module in writers()[name].requires:
        pytest.importorskip(module)
    data = exported(hostile, format=name)
    assert COUNTS[name](data) == len(TITLES)
    if name in ("rss", "atom", "html"):
        assert b"<script>" not in data
        assert b"\x1b" not in data
    if name in ("rss", "atom", "json-feed"):
        assert b"alert(1)" not in data
    if name in ("bibtex", "biblatex"):
        assert b"\\input" not in data
        assert data.count(b"{") == data.count(b"}")


#: What each article is in a ZIP file of a format: the format, its options, and the files that are articles.
PACKED: dict[str, tuple[str, dict[str, Any], str]] = {
    "bagit": ("bagit", {}, r"data/articles/.*\.md"),
    "epub": ("epub", {}, r"EPUB/articles/.*\.xhtml"),
    "html": ("html", {}, r".*\.html"),
    "ninjs": ("ninjs", {}, r".*\.ninjs"),
    "site": ("site", {}, r"articles/.*\.html"),
    "template": ("template", {"name": "{section}/{title}.txt"}, r".*\.txt"),
    "txt": ("txt", {}, r".*\.txt"),
    **{f"md {layout}": ("md", {"layout": layout}, r".*\.md") for layout in ("plain", "hugo", "jekyll", "obsidian")},
}


def test_every_format_is_counted() -> None:
    assert {*COUNTS, *(format for format, _, _ in PACKED.values()), "warc"} == set(NAMES)


@pytest.mark.parametrize("way", sorted(PACKED))
def test_each_article_is_a_file_that_does_nothing(hostile: Archive, tmp_path: Path, template: Path, way: str) -> None:
    format, options, pattern = PACKED[way]
    options = options | ({"template": template} if format == "template" else {})
    path = tmp_path / ("out.epub" if format == "epub" else "out.zip")
    assert hostile.export(format=format, to=path, **options).articles == len(TITLES)
    with zipfile.ZipFile(path) as packed:
        files = {name: packed.read(name).decode() for name in packed.namelist() if re.fullmatch(pattern, name)}
    assert len(files) == len(TITLES)
    if format not in ("html", "site", "epub"):  # of these, bodies that are nothing but a comment are empty
        found = [int(match[1]) for text in files.values() if (match := re.search(r"number (\d+)", text))]
        assert sorted(found) == list(range(len(TITLES)))
    if format in ("epub", "html", "site"):
        for text in files.values():
            assert "alert(1)" not in text
            assert not re.search(r"<script(?! type=.application/ld\+json)(?! src=)", text)
    if format == "epub":
        for text in files.values():
            assert fromstring(text).tag == "{http://www.w3.org/1999/xhtml}html"


def test_each_original_is_a_record(tmp_path: Path) -> None:
    archiveiterator = pytest.importorskip("warcio.archiveiterator")
    inbox = tmp_path / "in"
    inbox.mkdir()
    for number, title in enumerate(TITLES):
        record = {"title": title, "body": f"{BODIES[number % 6]} {number}"}
        (inbox / f"{number}.jsonl").write_text(json.dumps(record) + "\n", "utf-8")
    with Archive.create(tmp_path / "archive") as archive:
        assert archive.import_(inbox, on_duplicate="keep").new == len(TITLES)
        data = exported(archive, format="warc")
    records = [
        record.content_stream().read()
        for record in archiveiterator.ArchiveIterator(io.BytesIO(data))
        if record.rec_type == "resource"
    ]
    assert sorted(records) == sorted(path.read_bytes() for path in inbox.iterdir())


def test_cells_are_no_formulas(hostile: Archive) -> None:
    data = exported(hostile, format="csv", fields=["title", "body", "tags"])
    rows = list(csv.reader(io.StringIO(data.decode(), newline="")))
    assert len(rows) == len(TITLES) + 1
    assert all(not cell.startswith(("=", "+", "-", "@", "\t", "\r")) for row in rows for cell in row)


def test_a_database_holds_what_would_be_sql(hostile: Archive, tmp_path: Path) -> None:
    path = tmp_path / "out.db"
    key = 'x"); DROP TABLE articles; --'
    record = json.dumps({"title": "Key", "body": "A key that would be SQL.", key: "value"}).encode()
    hostile.import_(io.BytesIO(record), format="jsonl")
    hostile.export(to=path, fields=["id", "title", key])
    with closing(sqlite3.connect(path)) as database:
        assert database.execute("SELECT count(*) FROM articles").fetchone() == (len(TITLES) + 1,)


def test_a_folder_appears_whole_or_not_at_all(hostile: Archive, tmp_path: Path, template: Path) -> None:
    template.write_text("{{ 1 // (title | length - 300) }}", "utf-8")
    with pytest.raises(Exception, match="the template fails on"):
        hostile.export(to=tmp_path / "out", template=template, format="template", name="{title}.txt")
    assert [path.name for path in tmp_path.iterdir()] == ["t.txt"]
