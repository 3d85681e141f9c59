"""The package as a whole: what it exports, and what it does not load."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import docarchive

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


def test_every_exported_name_is_there() -> None:
    assert sorted(docarchive.__all__) == dir(docarchive)
    for name in docarchive.__all__:
        assert getattr(docarchive, name) is not None


def test_exported_names_do_not_change_unseen() -> None:
    assert docarchive.__all__ == [
        *("ENGINES", "SCHEMA", "SORTS", "AmbiguousId", "Archive", "ArchiveDamaged", "ArchiveError", "ArchiveExists"),
        *(
            "ArchiveLocked",
            "Article",
            "ArticleError",
            "Decision",
            "DocarchiveError",
            "Duplicate",
            "EngineStatus",
            "ExportOptions",
            "ExportReport",
            "Format",
            "Hit",
            "ImportOptions",
            "ImportReport",
            "InputError",
            "Kept",
        ),
        *(
            "NotAnArchive",
            "NotFoundError",
            "PartialDate",
            "Progress",
            "Provenance",
            "QueryError",
            "ReaderError",
            "RebuildReport",
        ),
        *("Refused", "Results", "Row", "Settings", "Snippet", "Statistics", "SyncReport", "UnsupportedQuery"),
        *("UsageError", "__version__"),
    ]


def test_types_are_shipped() -> None:
    assert (Path(docarchive.__file__).parent / "py.typed").exists()


def test_an_unknown_name_is_an_attribute_error() -> None:
    assert not hasattr(docarchive, "nothing_of_the_kind")
