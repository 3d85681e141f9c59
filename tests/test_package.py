"""The package as a whole: what it exports, and what it does not load."""

import shutil
import subprocess
import sys
from io import BytesIO
from pathlib import Path

import pytest

import docarchive
from docarchive import ENGINES, Archive

HEAVY = ("typer", "click", "rich", "whoosh", "tantivy", "frontmatter", "yaml", "Stemmer", "sqlite3")


def loaded(code: str) -> set[str]:
    """Returns the top-level modules that a new interpreter has loaded after some code."""
    script = f"{code}\nimport sys; print(*{{name.partition('.')[0] for name in sys.modules}})"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def test_importing_the_package_loads_nothing_heavy() -> None:
    assert loaded("import docarchive").isdisjoint(HEAVY)


def test_the_library_never_loads_the_command_line() -> None:
    found = loaded("from docarchive import *; Archive.find")
    assert "sqlite3" in found
    assert found.isdisjoint({"typer", "click", "rich", "whoosh", "tantivy"})


def test_asking_for_the_version_loads_no_typer() -> None:
    run = "import sys; sys.argv = ['docarchive', '--version']; from docarchive.cli import main"
    code = f"{run}\ntry: main()\nexcept SystemExit: pass"
    assert loaded(code).isdisjoint(HEAVY)


#: What no usual command loads: it takes longer than what the command does.
SLOW = {
    *("typer", "click", "rich", "shellingham", "pydantic", "frontmatter", "yaml", "tomlkit", "tomllib", "jinja2"),
    *("trafilatura", "bs4", "pyarrow", "rapidfuzz", "re2", "rensa", "pycld2", "charset_normalizer", "markdown_it"),
    *("dataclasses", "inspect", "ast", "calendar", "locale", "_hashlib", "html", "difflib", "logging", "subprocess"),
    *("multiprocessing", "asyncio", "email", "http", "xml", "statistics", "decimal", "tempfile", "uuid", "zipfile"),
}
OWN = {f"docarchive.{name}" for name in ("readers", "writers", "article", "identity", "language", "archive.reports")}


def loaded_by(root: Path, *arguments: str) -> set[str]:
    """Returns the modules, and the packages that they are in, that a command on an archive has loaded at its end."""
    line = ["docarchive", "--archive", str(root), *arguments]
    code = (
        f"import sys; sys.argv = {line!r}; from docarchive.cli.running import run; code = run(sys.argv[1:])\n"
        "print('loaded', code, *sys.modules)"
    )
    done = subprocess.run([sys.executable, "-I", "-c", code], capture_output=True, text=True, check=True)
    told, code_, *names = done.stdout.splitlines()[-1].split()
    assert (told, code_) == ("loaded", "0"), done.stderr
    return {*names, *(name.partition(".")[0] for name in names)}


@pytest.fixture(scope="module", params=ENGINES)
def root(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of an archive by each engine; with more articles than those for which others are suggested."""
    found = tmp_path_factory.mktemp("loaded") / "news"
    lines = [
        f'{{"title": "Oil {n}", "date": "1987-04-0{n}", "body": "Oil, U.S. and OPEC: 1,00{n}."}}' for n in range(1, 6)
    ]
    with Archive.create(found, engine=request.param) as archive:
        archive.import_(BytesIO("\n".join(lines).encode()))
        assert len(archive) == len(lines)
    return found


@pytest.mark.parametrize(
    "query",
    ["oil", "oil AND opec", '"oil u.s."', "op*", "title:oil", "oil date:1987-04-01..1987-04-07", "U.S.", "oil OR opec"],
)
def test_a_search_loads_what_it_needs_alone(root: Path, query: str) -> None:
    assert loaded_by(root, "search", query, "--limit", "10") & (SLOW | OWN | {"whoosh"}) == set()


CHANGES = [
    ["tag", "+port", "title:2"],
    ["set", "section=Markets", "title:2"],
    ["remove", "title:2"],
]
#: Those that read or write values of several lines, for which YAML is needed, or add texts.
YAML_CHANGES = [["note", "title:3", "Ask the pilot."], ["undo"], ["redo"], ["undo"], ["undo"]]


def test_a_change_loads_what_it_needs_alone(root: Path, tmp_path: Path) -> None:
    copy = shutil.copytree(root, tmp_path / "news")
    slow = SLOW | {"whoosh", "docarchive.readers", "docarchive.writers"}
    for arguments in CHANGES:
        assert loaded_by(copy, *arguments) & (slow | {"shlex", "weakref", "docarchive.language"}) == set()
    with Archive.open(copy) as archive:
        (three,) = archive.list("title:3")
    for arguments in YAML_CHANGES:
        loaded = loaded_by(copy, *(three.id if argument == "title:3" else argument for argument in arguments))
        assert loaded & slow <= {"frontmatter", "yaml", "rensa"}
    with Archive.open(copy) as archive:
        assert [entry.command for entry in archive.log()][:5] == ["undo", "undo", "redo", "undo", "note"]


def test_neither_indexing_nor_searching_loads_whoosh(tmp_path: Path) -> None:
    code = (
        "from io import BytesIO; from docarchive import Archive\n"
        f"with Archive.create({str(tmp_path)!r}) as archive:\n"
        "    archive.import_(BytesIO(b'A pier.'), format='text'); assert archive.count('pier') == 1"
    )
    assert "whoosh" not in loaded(code)


@pytest.mark.parametrize("arguments", [["list"], ["list", "date:1987"], ["show", "."], ["list", "--json"]])
def test_reading_the_catalog_or_an_article_loads_no_engine(root: Path, arguments: list[str]) -> None:
    with Archive.open(root) as archive:
        first = next(archive.list()).id
    words = [first if word == "." else word for word in arguments]
    # An article is shown only if it has the bytes that are recorded: that needs a digest.
    digests = {"_hashlib"} if words[0] == "show" else set()
    assert loaded_by(root, *words) & (SLOW | OWN | {"whoosh", "tantivy", "Stemmer"}) <= digests


#: What only other formats than Markdown need, and what asks for plug-ins where a package names some.
OF_OTHER_FORMATS = {
    *("csv", "email", "http", "xml", "zipfile", "charset_normalizer", "bs4", "lxml"),
    *("trafilatura", "feedparser", "pyarrow", "pypdfium2", "mammoth", "striprtf", "warcio", "importlib.metadata"),
}


def test_importing_a_markdown_file_loads_the_reader_of_markdown_alone(root: Path, tmp_path: Path) -> None:
    (tmp_path / "tides.md").write_text("---\ntitle: Tides\ndate: 2024-03-16\n---\nHigh water at six.\n")
    names = loaded_by(root, "import", str(tmp_path / "tides.md"))
    assert names & OF_OTHER_FORMATS == set()
    assert len({name for name in names if name.startswith("docarchive.readers.")}) <= 45
    # Of these, two write files and their log; twelve check what is inside of an archive, and keep its bytes; one
    # defines named tuples, which saves the time that ten modules take; one checks the values that users give; one has
    # the weights of terms for tantivy and OpenSearch; two tell the address of a collection from a path; one says which
    # articles are of one edition; one divides what is asked of the catalog into batches; one
    # hashes few bytes without OpenSSL.
    assert len({name for name in names if name.startswith("docarchive.")}) <= 198


def test_every_exported_name_is_there() -> None:
    assert sorted(docarchive.__all__) == dir(docarchive)
    for name in docarchive.__all__:
        assert getattr(docarchive, name) is not None


def test_exported_names_do_not_change_unseen() -> None:
    exported = """
            ENGINES SCHEMA SORTS AmbiguousId Archive ArchiveDamaged ArchiveError ArchiveExists ArchiveLocked
            ArchiveReadOnly Article ArticleError Backup BackupReport ChangeReport ChangedArticle ClusterStatus
            Conflict DateError Decision Diff DocarchiveError Duplicate EditConflict EngineStatus ExportOptions
            ExportReport Fault Format Highlight Hit ImportOptions ImportReport IndexUnavailable InputError LogEntry
            MeaningStatus NoRoom NotAnArchive NotFoundError NotInCollection Note Notify OutputClosed Overtaken
            PartialDate Passage PassageNotFound Progress Provenance PurgeReport QuarantineEntry QueryError Quotation
            QuoteDifference QuotedPart QuotedPassage ReaderError RebuildReport Refusal RestoreReport Results Row
            Settings Snippet Statistics SyncReport TrashedArticle UnionReport UnsupportedQuery UsageError Verification
            Version __version__ quote
    """
    assert docarchive.__all__ == exported.split()


def test_types_are_shipped() -> None:
    assert (Path(docarchive.__file__).parent / "py.typed").exists()


def test_an_unknown_name_is_an_attribute_error() -> None:
    assert not hasattr(docarchive, "nothing_of_the_kind")
