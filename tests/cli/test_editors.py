"""The commands that start the user's editor."""

from __future__ import annotations

import os
import shlex
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from conftest import Cli
from interpreter import PATIENCE
from support import UNPRIVILEGED

from docarchive import Archive
from docarchive.cli.running import run

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the editors are scripts of a POSIX system")

ID = "pier1"
TEXT = f"---\r\n# By hand.\r\nid: {ID}\r\ntitle: The pier  # twice\r\ndate: 2024-03-16\r\n---\r\n\r\nThe old pier.\r\n"
#: What the editors of the tests begin with.
_HEAD = """
import os, sys
from pathlib import Path
path = Path(sys.argv[-1])
text = path.read_bytes().decode()
"""

Editor = Callable[[str], str]


@pytest.fixture
def news(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of an archive with an article, which commands in this process and others use."""
    with Archive.create(tmp_path / "news") as archive:
        path = archive.path / "articles/2024-03-16-the-pier.md"
        path.write_bytes(TEXT.encode())
        archive.sync()
    monkeypatch.setenv("DOCARCHIVE_ARCHIVE", str(tmp_path / "news"))
    monkeypatch.delenv("VISUAL", raising=False)
    return tmp_path / "news"


@pytest.fixture
def editor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Editor:
    """Makes an editor of lines of Python, which have ``path`` and ``text``, and sets ``$EDITOR`` to it."""

    def make(lines: str) -> str:
        script = tmp_path / "an editor.py"
        script.write_text(_HEAD + lines)
        command = f"{shlex.quote(sys.executable)} {shlex.quote(str(script))} --wait"
        monkeypatch.setenv("EDITOR", command)
        return command

    return make


def replacing(old: str, new: str) -> str:
    return f"path.write_bytes(text.replace({old!r}, {new!r}).encode())"


def file_of(news: Path) -> bytes:
    return (news / "articles/2024-03-16-the-pier.md").read_bytes()


def kept(news: Path) -> list[str]:
    folder = news / ".docarchive/edits"
    return sorted(os.listdir(folder)) if folder.exists() else []


def test_edit_and_new_as_processes(news: Path, editor: Editor, cli: Cli) -> None:
    command = editor(replacing("old", "new"))
    ran = cli("--archive", "news", "edit", "pi", code=0, EDITOR=command)
    assert (ran.out, ran.err) == ("1 changed, 0 unchanged, 0 refused (change 1)\n", "")
    assert file_of(news) == TEXT.replace("old", "new").encode()
    command = editor(replacing("url:", "url: https://example.org/gull") + "\npath.open('a').write('A gull.')")
    ran = cli("--archive", "news", "new", "--title", "Gull", "--json", code=0, EDITOR=command)
    assert ran.json["kind"] == "new"
    shown = cli("--archive", "news", "show", ran.json["id"], "--json", code=0).json
    assert (shown["title"], shown["url"], shown["body"]) == ("Gull", "https://example.org/gull", "A gull.")
    log = cli("--archive", "news", "log", "--json", code=0).json["changes"]
    assert [(entry["command"], entry["words"]) for entry in log] == [("add", "Gull"), ("edit", ID)]


def test_the_editor_gets_a_private_copy_with_the_articles_name(news: Path, editor: Editor, tmp_path: Path) -> None:
    editor(f"Path({str(tmp_path / 'seen')!r}).write_text(f'{{path}} {{path.parent.stat().st_mode}}')")
    assert run(["edit", ID]) == 0
    name, _, mode = (tmp_path / "seen").read_text().rpartition(" ")
    assert Path(name).name == "2024-03-16-the-pier.md"
    assert stat.S_IMODE(int(mode)) == 0o700
    assert not Path(name).is_relative_to(news)
    assert not Path(name).parent.exists()


def test_nothing_changed(news: Path, editor: Editor, capfd: pytest.CaptureFixture[str]) -> None:
    editor(replacing("x", "x"))
    assert run(["edit", ID]) == 0
    assert capfd.readouterr() == ("", "docarchive: nothing was changed\n")
    assert file_of(news) == TEXT.encode()


@pytest.mark.parametrize(
    ("command", "reason"),
    [
        ("false", "the editor false ended with exit code 1; nothing was changed"),
        ("no-such-editor --wait", "the editor no-such-editor cannot be started: No such file or directory"),
        ("/", "the editor / cannot be started: Permission denied"),
        ("sh -c 'kill -9 $$'", "the editor sh was ended by signal 9; nothing was changed"),
        ("vim '", "$EDITOR cannot be read (No closing quotation): vim '"),
        ("", "there is no editor, or no terminal for one; name an editor in $VISUAL or $EDITOR"),
        ("rm", "cannot be read"),
    ],
)
def test_an_editor_that_fails_changes_nothing(
    command: str, reason: str, news: Path, monkeypatch: pytest.MonkeyPatch, cli: Cli
) -> None:
    for line in (["edit", ID], ["new"]):
        ran = cli("--archive", "news", *line, code=4, EDITOR=command, VISUAL="")
        assert reason in ran.err
        assert ran.out == ""
    assert file_of(news) == TEXT.encode()
    assert kept(news) == []
    with Archive.open(news) as archive:
        assert not [*archive.log()]


def test_visual_is_before_editor(news: Path, editor: Editor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VISUAL", editor(replacing("old", "blue")))
    monkeypatch.setenv("EDITOR", "false")
    assert run(["edit", ID]) == 0
    assert b"blue" in file_of(news)


def test_no_shell_reads_the_editors_command(news: Path, tmp_path: Path, cli: Cli) -> None:
    cli("--archive", "news", "edit", ID, EDITOR=f"true ; touch {tmp_path / 'made'}", code=0)
    cli("--archive", "news", "edit", ID, EDITOR=f"$(touch {tmp_path / 'made'})", code=4)
    assert not (tmp_path / "made").exists()


def test_a_bad_edit_is_kept_and_taken_up_again(news: Path, editor: Editor, capfd: pytest.CaptureFixture[str]) -> None:
    editor(replacing("2024-03-16", "soon") + "\npath.write_text(path.read_text() + 'More.')")
    assert run(["edit", ID]) == 3
    out, err = capfd.readouterr()
    assert out == ""
    assert err.startswith("docarchive: date: 'soon' is not a date; write it as 2024,")
    assert err.endswith(
        "; the edit is kept in .docarchive/edits/pier1.md: 'docarchive edit pier1' takes it up again, "
        "and with --discard drops it\n"
    )
    assert file_of(news) == TEXT.encode()
    editor("")
    assert run(["edit", ID]) == 0  # looked at, and left as it is
    assert capfd.readouterr().err.splitlines() == [
        "docarchive: taking up the edit that is kept in .docarchive/edits/pier1.md",
        "docarchive: nothing was changed; the edit is still kept: 'docarchive edit pier1' takes it up again, "
        "and with --discard drops it",
    ]
    editor(replacing("soon", "2024-04"))
    assert run(["edit", ID]) == 0
    assert b"date: 2024-04" in file_of(news)
    assert file_of(news).endswith(b"More.")
    assert kept(news) == []


def test_what_was_changed_since_a_bad_edit_is_merged(news: Path, editor: Editor) -> None:
    editor(replacing("2024-03-16", "soon"))
    assert run(["edit", ID]) == 3
    assert run(["tag", "--all", "+harbour"]) == 0
    editor(replacing("soon", "2024-04"))
    assert run(["edit", ID]) == 0
    with Archive.open(news) as archive:
        article = archive.get(ID)
    assert (article.tags, str(article.date)) == (["harbour"], "2024-04")
    assert b"# By hand.\r\n" in file_of(news)


def test_an_edit_is_discarded(news: Path, editor: Editor, capfd: pytest.CaptureFixture[str]) -> None:
    assert run(["edit", ID, "--discard"]) == 1
    editor("path.write_bytes(b'\\xff')")
    assert run(["edit", ID]) == 3
    assert "the text is not UTF-8 (byte 0)" in capfd.readouterr().err
    assert kept(news) == ["pier1.base", "pier1.md"]
    assert run(["edit", ID, "--discard"]) == 0
    assert capfd.readouterr().err == "docarchive: the edit was discarded\n"
    assert kept(news) == []
    assert file_of(news) == TEXT.encode()


def test_what_was_saved_before_the_editor_failed_is_kept(
    news: Path, editor: Editor, capfd: pytest.CaptureFixture[str]
) -> None:
    editor(replacing("old", "new") + "\nsys.exit(7)")
    assert run(["edit", ID]) == 4
    assert "ended with exit code 7; nothing was changed; the edit is kept in" in capfd.readouterr().err
    editor("path.touch()")
    assert run(["edit", ID]) == 0
    assert file_of(news) == TEXT.replace("old", "new").encode()


def test_an_archive_that_another_process_writes_to_keeps_the_edit(news: Path, editor: Editor) -> None:
    from docarchive.folder import Folder
    from docarchive.store import WriteLock
    from docarchive.store.layout import LOCK

    editor(replacing("old", "new"))
    with WriteLock(Folder(news), LOCK):
        assert run(["edit", ID, "--wait", "0.01"]) == 4
    assert kept(news) == ["pier1.base", "pier1.md"]
    editor("path.touch()")
    assert run(["edit", ID]) == 0
    assert file_of(news) == TEXT.replace("old", "new").encode()


def meanwhile(call: str) -> str:
    """Returns lines of an editor that change the archive while it runs, as another process may."""
    return f"""
from docarchive import Archive
with Archive.open(os.environ["DOCARCHIVE_ARCHIVE"], wait=0) as archive:
    archive.{call}
"""


def test_what_another_process_changes_meanwhile_is_merged(
    news: Path, editor: Editor, capfd: pytest.CaptureFixture[str]
) -> None:
    editor(meanwhile("set('', {'source': 'Gazette', 'title': 'Theirs'})") + replacing("The", "My"))
    assert run(["edit", ID]) == 0
    assert "pier1: both you and another process changed title; your value was kept" in capfd.readouterr().err
    with Archive.open(news) as archive:
        article = archive.get(ID)
    assert (article.title, article.source, article.body) == ("My pier", "Gazette", "My old pier.")


def test_a_text_that_another_process_changes_meanwhile_is_not_overwritten(
    news: Path, editor: Editor, capfd: pytest.CaptureFixture[str]
) -> None:
    editor(meanwhile("edit('pier1', archive.text('pier1').replace('old', 'blue'))") + replacing("old", "red"))
    assert run(["edit", ID]) == 3
    assert capfd.readouterr().err == (
        "docarchive: the text of pier1 was changed elsewhere while it was edited; the edit is kept in "
        ".docarchive/edits/pier1.md: 'docarchive edit pier1' takes it up again, and replaces the other text, "
        "and with --discard drops it\n"
    )
    assert b"blue" in file_of(news)
    editor("path.touch()")
    assert run(["edit", ID]) == 0
    assert file_of(news) == TEXT.replace("old", "red").encode()


def test_an_article_that_another_process_removes_meanwhile(
    news: Path, editor: Editor, capfd: pytest.CaptureFixture[str]
) -> None:
    editor(meanwhile("remove(ids=['pier1'])") + replacing("old", "red"))
    assert run(["edit", ID]) == 1
    assert "the edit is kept in" in capfd.readouterr().err
    assert run(["undo"]) == 0
    editor("path.touch()")
    assert run(["edit", ID]) == 0
    assert b"red" in file_of(news)


def test_an_interruption_keeps_the_edit(news: Path, editor: Editor, tmp_path: Path) -> None:
    command = editor(
        replacing("old", "new") + f"\nPath({str(tmp_path / 'saved')!r}).touch()\nimport time; time.sleep(60)"
    )
    process = subprocess.Popen(
        [sys.executable, "-m", "docarchive", "edit", ID],
        env={**os.environ, "EDITOR": command},
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    while not (tmp_path / "saved").exists():
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)  # is left to the editor
    process.send_signal(signal.SIGTERM)
    _, err = process.communicate(timeout=PATIENCE)
    assert process.returncode == 130
    assert "interrupted; the edit is kept in .docarchive/edits/pier1.md: 'docarchive edit pier1' takes it up" in err
    assert kept(news) == ["pier1.base", "pier1.md"]
    assert file_of(news) == TEXT.encode()


def test_an_unknown_article_opens_no_editor(news: Path, editor: Editor, tmp_path: Path) -> None:
    editor(f"Path({str(tmp_path / 'seen')!r}).touch()")
    assert run(["edit", "zzz"]) == 1
    assert not (tmp_path / "seen").exists()


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="takes the rights of root from a process")
def test_an_archive_that_is_read_only_opens_no_editor(news: Path, editor: Editor, tmp_path: Path) -> None:
    command = editor(f"Path({str(tmp_path / 'seen')!r}).touch()")
    for path in (news, *news.rglob("*")):
        path.chmod(0o555 if path.is_dir() else 0o444)
    for line in (["edit", ID], ["new"]):
        ran = subprocess.run(
            [*UNPRIVILEGED, sys.executable, "-m", "docarchive", *line],
            env={**os.environ, "EDITOR": command},
            capture_output=True,
            text=True,
            check=False,
        )
        assert (ran.returncode, "is read-only for this user" in ran.stderr) == (4, True), ran.stderr
    assert not (tmp_path / "seen").exists()


def test_the_template_of_a_new_article(news: Path, editor: Editor, tmp_path: Path) -> None:
    editor(f"Path({str(tmp_path / 'seen')!r}).write_text(text)")
    assert run(["new"]) == 0
    today = date.today().isoformat()
    empty = f"---\ntitle:\ndate: {today}\nauthors:\ntags:\nurl:\n---\n\n"
    assert (tmp_path / "seen").read_text() == empty
    options = ["--title", "A: b", "--tag", "x", "--tag", "y", "--set", "rating=4", "--set", "date=2024-03"]
    assert run(["new", *options, "--set", "authors=Ada Meyer; Bo Larsen"]) == 0
    assert (tmp_path / "seen").read_text() == (
        "---\ntitle: 'A: b'\ndate: 2024-03\nauthors:\n- Ada Meyer\n- Bo Larsen\ntags:\n- x\n- y\n"
        "url:\nrating: '4'\n---\n\n"
    )
    with Archive.open(news) as archive:
        assert len(archive) == 1


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        ("", "nothing was changed"),
        ("path.write_text('')", "there is neither a title nor a text; nothing was added"),
        (replacing("tags:", "tags: x"), "there is neither a title nor a text; nothing was added"),
    ],
)
def test_an_empty_new_article_adds_nothing(
    lines: str, message: str, news: Path, editor: Editor, capfd: pytest.CaptureFixture[str]
) -> None:
    editor(lines)
    assert run(["new"]) == 0
    assert capfd.readouterr() == ("", f"docarchive: {message}\n")
    assert kept(news) == []
    with Archive.open(news) as archive:
        assert len(archive) == 1


def test_a_new_article_that_is_not_valid_is_kept(news: Path, editor: Editor, capfd: pytest.CaptureFixture[str]) -> None:
    editor("path.write_text('---\\ntitle: Gull\\ndate: soon\\n---\\n\\nA gull.\\n')")
    assert run(["new"]) == 3
    assert "the edit is kept in .docarchive/edits/new article.md: 'docarchive new'" in capfd.readouterr().err
    editor(replacing("soon", "2024-03"))
    assert run(["new", "--title", "Other"]) == 0
    assert capfd.readouterr().out.startswith("new ")
    assert run(["new", "--discard"]) == 1
    editor("path.write_text('---\\ntitle: Gull\\ndate: 2024-03\\n---\\n\\nA gull.\\n')")
    assert run(["new"]) == 0
    assert capfd.readouterr().out.startswith("unchanged ")


def test_a_mistake_in_an_option_opens_no_editor(news: Path, editor: Editor, tmp_path: Path) -> None:
    editor(f"Path({str(tmp_path / 'seen')!r}).touch()")
    for option in (["--set", "rating"], ["--set", "date=soon"], ["--set", "id=x"], ["--tag", " "]):
        assert run(["new", *option]) == 2
    assert not (tmp_path / "seen").exists()


def test_an_edit_that_cannot_be_kept_in_the_archive_is_kept_elsewhere(
    news: Path, editor: Editor, capfd: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (news / ".docarchive/edits").symlink_to(tmp_path)
    editor(replacing("2024-03-16", "soon"))
    assert run(["edit", ID]) == 4  # before the editor starts: an edit may be kept there
    (news / ".docarchive/edits").unlink()
    editor(
        replacing("2024-03-16", "soon") + f"\nPath({str(news / '.docarchive/edits')!r}).symlink_to({str(tmp_path)!r})"
    )
    assert run(["edit", ID]) == 3
    err = capfd.readouterr().err
    assert "; the edit is in " in err
    path = Path(err.split("; the edit is in ")[1].strip())
    assert path.read_bytes() == TEXT.replace("2024-03-16", "soon").encode()
    path.unlink()
    assert not [*tmp_path.glob("*.base")]
