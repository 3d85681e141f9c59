"""Fixtures that many tests share: articles written for the tests, archives, the program as a process."""

import json
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any, NamedTuple

import clusters
import interpreter
import pytest
from hypothesis import settings
from support import ARTICLES

from docarchive import Archive
from docarchive.engines import ENGINES, Engine, open_engine
from docarchive.folder import Folder

# Machines are noisy: time is for benchmarks to tell, never for a test. A change is tried on the same examples
# everywhere; `make explore` looks for new ones. A second Python needs few of them.
settings.register_profile("docarchive", deadline=None, derandomize=True)
settings.register_profile("few", deadline=None, derandomize=True, max_examples=20)
settings.register_profile("explore", deadline=None, max_examples=500)
settings.load_profile("docarchive")


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Stops the cluster of OpenSearch that the tests of this run have started."""
    if not hasattr(session.config, "workerinput"):
        clusters.stop_all(all_=False)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Says what was left out."""
    if not clusters.is_possible():
        terminalreporter.write_line("the tests of OpenSearch were left out: they need Java and Maven")


class Ran(NamedTuple):
    """What a run of the program gave."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Its output, parsed."""
        return json.loads(self.out)


Cli = Callable[..., Ran]


def write_articles(path: Path) -> Path:
    path.write_text("".join(json.dumps(article) + "\n" for article in ARTICLES), "utf-8")
    return path


@pytest.fixture
def articles_file(tmp_path: Path) -> Path:
    """A JSON Lines file with the articles."""
    return write_articles(tmp_path / "articles.jsonl")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Where an archive is to be."""
    return tmp_path / "archive"


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of an archive that holds the articles, to be copied: that takes a fifth of what an import takes."""
    folder = tmp_path_factory.mktemp("prepared")
    articles = write_articles(folder / "articles.jsonl")
    with Archive.create(folder / "archive") as archive:
        report = archive.import_(articles)
        assert (report.new, report.refused) == (len(ARTICLES), [])
    return folder / "archive"


@pytest.fixture(scope="module")
def unchanged(tmp_path_factory: pytest.TempPathFactory, prepared: Path) -> Iterator[Archive]:
    """An archive that holds the articles, and that no test of a module changes."""
    with Archive.open(shutil.copytree(prepared, tmp_path_factory.mktemp("unchanged") / "archive")) as opened:
        yield opened


@pytest.fixture
def archive(root: Path, articles_file: Path, prepared: Path) -> Iterator[Archive]:
    """An archive that holds the articles."""
    shutil.copytree(prepared, root)
    with Archive.open(root) as opened:
        yield opened


OpenAt = Callable[..., Engine]


@pytest.fixture(params=ENGINES)
def engine_at(request: pytest.FixtureRequest) -> Iterator[OpenAt]:
    """Opens engines in folders, and closes them at the end."""
    with ExitStack() as opened:

        def open_at(path: Path, language: str = "en") -> Engine:
            folder = Folder(path.parent) / path.name
            return opened.enter_context(closing(open_engine(request.param, folder, language)))

        yield open_at


@pytest.fixture
def cli(tmp_path: Path) -> Cli:
    """Runs the program as a process, in the test's folder."""

    def run(*arguments: object, stdin: bytes | None = None, code: int | None = None, **environment: str) -> Ran:
        inherited = {name: value for name, value in os.environ.items() if name != "DOCARCHIVE_ARCHIVE"}
        command = ["-m", "docarchive", *map(str, arguments)]
        done = interpreter.run(command, cwd=tmp_path, env={**inherited, **environment}, input=stdin or b"")
        ran = Ran(done.returncode, done.stdout, done.stderr)
        assert "Traceback" not in ran.err, ran.err
        if code is not None:
            assert ran.code == code, ran
        return ran

    return run
