"""``~`` is the home folder wherever a path is named, with and without a shell."""

import os
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from conftest import Cli

from docarchive import Archive
from docarchive.errors import UsageError
from docarchive.paths import expanded, expanded_target


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The home folder, which is not the current folder."""
    home, current = tmp_path / "home", tmp_path / "current"
    for folder in (home / "inbox", current):
        folder.mkdir(parents=True)
    (home / "inbox" / "a.jsonl").write_text('{"title": "A", "body": "Words."}\n', "utf-8")
    (home / "t.txt").write_text("{{ title }}", "utf-8")
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("USERPROFILE", str(home))
    monkeypatch.chdir(current)
    return home


def test_a_tilde_is_what_a_shell_makes_of_it(home: Path) -> None:
    assert expanded("~") == expanded_target("~") == home
    assert expanded("~/news") == expanded_target(Path("~/news")) == home / "news"
    assert expanded("news/~") == Path("news/~")
    for name in ("~$letter.docx", "~nobody-at-all/x", "./~/x"):
        assert expanded(name) == Path(name)
    Path("~$letter.docx").write_bytes(b"")
    assert expanded("~$letter.docx") == expanded_target("~$letter.docx") == Path("~$letter.docx")
    with pytest.raises(UsageError, match=r"there is no user 'nobody-at-all'; write \./~nobody-at-all/x"):
        expanded_target("~nobody-at-all/x")


def test_the_library_takes_a_tilde_in_every_path(home: Path) -> None:
    with Archive.create("~/news") as archive:
        assert archive.path == home / "news"
        assert archive.import_("~/inbox").new == 1
        assert archive.search(similar_to="~/inbox/a.jsonl", limit=1).total >= 0
        archive.export(to="~/out.jsonl")
        assert (home / "out.jsonl").is_file()
        text = BytesIO()
        archive.export(to=text, template="~/t.txt")
        assert text.getvalue() == b"A"
    with Archive.open("~/news") as archive:
        assert len(archive) == 1
    assert Archive.find("~/news/articles") == home / "news"
    create: list[Callable[[str], Archive]] = [Archive.create, Archive.open]
    for make in create:
        with pytest.raises(UsageError, match="no user"):
            make("~nobody-at-all/news")
    assert not [*Path().iterdir()]


@pytest.mark.parametrize("form", ["--archive=~/news {}", "--archive ~/news {}", "{} --archive=~/news", "{}"])
def test_the_program_takes_a_tilde_that_no_shell_replaced(home: Path, cli: Cli, form: str) -> None:
    environment = {"HOME": str(home), "USERPROFILE": str(home)} | (
        {"DOCARCHIVE_ARCHIVE": "~/news"} if form == "{}" else {}
    )

    def run(command: str, code: int = 0) -> str:
        return cli(*form.format(command).split(), code=code, **environment).out

    run("import ~/inbox")
    assert run("list --count") == "1\n"
    id_ = run("list --ids")
    (home / "ids").write_text(id_, "utf-8")
    run("export --ids=~/ids --output=~/out.csv --format=csv")
    assert (home / "out.csv").is_file()
    assert run("export --template=~/t.txt") == "A"
    run("search --similar-to=~/inbox/a.jsonl --freshness 30 --count")
    assert cli("init", "~nobody-at-all", **environment).code == 2
    assert not {name for name in os.listdir(home.parent) if name.startswith("~")}
