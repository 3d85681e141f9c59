"""What commands print on a terminal: compared with files in ``terminal/``, and laws for all articles.

``DOCARCHIVE_WRITE_EXPECTED=1 pytest tests/cli/test_terminal.py`` writes the files; look at what changed.
"""

from __future__ import annotations

import io
import json
import os
import re
import shutil
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any

import interpreter
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from docarchive import Archive
from docarchive.cli.running import run
from docarchive.cli.terminal import coloured, columns

HERE = Path(__file__).parent
EXPECTED = HERE / "terminal"
WIDTHS = (40, 80, 120)
#: A bar, which a slow machine shows: from hiding the cursor to removing the bar.
PROGRESS = re.compile(r"\x1b\[\?25l.*?\x1b\[\?25h(?:[\r\n]*\x1b\[[0-9]*[AK])*", re.DOTALL)
ESCAPES = re.compile(r"\x1b\[[0-9;]*m")
#: Runs several commands in one process: a process each would take a minute.
_COMMANDS = """
import sys
from docarchive.cli.running import run
for line in sys.argv[1].split("|"):
    print("$", line)
    sys.stdout.flush()
    run(["--archive", "news", *line.split()])
    sys.stdout.flush()
"""
SESSION = {
    "import": "import articles broken.xyz",
    "search": "search harbour OR 港湾 OR Hafen OR evil|search harbour --facet year --limit 0|search oil --explain",
    "list": "list|list tag:nothing",
    "show": "show {odds}|show {cjk} --provenance",
    "stats": "stats",
    "others": "sync|quarantine|import --dry-run articles|saved",
    "versions": "import again|versions {odds}|diff {odds}|diff {odds} 0|show {odds} --version 1",
}
ARTICLES = {
    "odds.md": """---
title: Odds and ends of harbour markup, with a title that is longer than most terminals are wide, and then some
date: 2024-03-16T09:30:00Z
authors: [Ann Bee, Cy Dee]
tags: [harbour, oil]
source: Harbour Gazette
url: https://gazette.example/2024/03/16/odds-and-ends
summary: One of each.
---
The harbour of <SRD> and <b>bold</b> letters.[^1] See <https://a.example/b> or [docs](https://docs.example/x "t") and
![a plan of the harbour](plan.png) &amp; more: https://gazette.example/2024/03/a/very/long/address/of/the/harbour.html

<div class="x">Inside a div with <i>it</i>.</div>

| Port | Crude oil | Remarks |
| --- | ---: | --- |
| Rotterdam | 70.5 | **oil** delivered at the harbour, berth 4 |
| 横浜 | 71.25 | 港湾 |

- [ ] inspect the harbour
- [x] `paint | varnish`

```python
def harbour(ships: list[str]) -> int:
    return len(ships)  # or | and
```

[^1]: A note on the harbour.
""",
    "cjk.md": """---
title: 東京の港湾評議会、新しい橋の建設計画を承認、来年春に着工へ
date: 2023-11
language: ja
tags: [橋]
---
東京の港湾評議会は土曜日、新しい橋の建設計画を全会一致で承認した。総工費は約三百億円で、来年春に着工する見通しだ。
評議会の田中議長は「地域の物流を大きく改善する橋になる」と述べた。
""",
    "german.md": """---
title: Donaudampfschifffahrtsgesellschaftskapitänsmützenverordnung im Hafen
date: 2022
language: de
---
Der Hafen beschloss am Donnerstag die Umgestaltung des Güterumschlagplatzes. Öl und Getreide laufen über den neuen Kai.
""",
    "evil.md": """---
title: "Evil \\e]0;owned\\a \\e[31mred\\e[0m \\u202ereversed"
---
An evil \x1b[2J\x1b]8;;https://evil.example\x1b\\text\x1b]8;;\x1b\\ 👩\u200d🔬 and cafe\u0301 with \x9b31m controls.
""",
}
#: A new version of an article.
AGAIN = (
    ARTICLES["odds.md"]
    .replace("One of each.", "Two of each \\e[31m, perhaps.")
    .replace("of <SRD> and", "of <SRD>, small and")
    .replace(
        "    return len(ships)",
        "    return sum(1 for ship in ships if ship.harbour == 'Rotterdam' and ship.oil > 70.5)",
    )
    .replace("- [ ] inspect", "- [ ] \x1b[2Jinspect")
    .replace("<div", "新しい橋の建設計画を承認、来年春に着工へ。東京の港湾評議会、新しい橋の建設計画を承認。\n\n<div")
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("terminal")
    (root / "articles").mkdir()
    for name, text in ARTICLES.items():
        (root / "articles" / name).write_text(text, "utf-8")
    (root / "again").mkdir()
    (root / "again" / "odds.md").write_text(AGAIN, "utf-8")
    (root / "broken.xyz").write_bytes(b"\0\1\2 not an article")
    with Archive.create(root / "news", name="Harbour desk"):
        pass
    return root


def on_a_terminal(folder: Path, commands: str, width: int, environment: dict[str, str]) -> str:
    """Returns what commands print on a terminal of a width."""
    pty = pytest.importorskip("pty")
    ours, theirs = pty.openpty()
    cleared = ("NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "PAGER")
    process = interpreter.start(
        ["-c", _COMMANDS, commands],
        (theirs, theirs, theirs),
        cwd=folder,
        env={
            **{name: value for name, value in os.environ.items() if name not in cleared},
            **{"TERM": "xterm-256color", "COLUMNS": str(width), "LINES": "500"},
            **environment,
        },
    )
    os.close(theirs)
    shown = b""
    try:
        while data := os.read(ours, 65536):
            shown += data
    except OSError:  # how Linux says that the other end is closed
        pass
    os.close(ours)
    assert process.wait(60) == 0
    return PROGRESS.sub("", shown.decode().replace("\r\n", "\n"))


def steady(shown: str) -> str:
    """Returns what was shown without times, sizes and places, which differ between runs."""
    shown = re.sub(r"(Harbour desk(?:\x1b\[0m)?\n)[\s\S]*?(?=(?:\x1b\[2m)?articles)", r"\1/home/you/news\n", shown)
    shown = re.sub(r"\d[\d.]* (kB|MB)", "0 \\1", shown)
    shown = re.sub(r"(last import(?:\x1b\[0m)? +).* UTC", r"\1today UTC", shown)
    shown = re.sub(r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ", "2026-01-01T00:00:00Z", shown)
    shown = re.sub(r"(?m)^((?:\x1b\[1m)?(?:\d+|current) *(?:\x1b\[0m)?  )\d.* 20\d\d, \d\d:\d\d", r"\g<1>today", shown)
    return shown.replace("\x1b", "␛")


@pytest.mark.parametrize("colour", [True, False])
@pytest.mark.parametrize("width", WIDTHS)
def test_the_terminal_shows_what_is_expected(folder: Path, tmp_path: Path, width: int, colour: bool) -> None:
    shutil.copytree(folder, tmp_path / "home")
    home = tmp_path / "home"
    environment = {} if colour else {"NO_COLOR": "1"}
    for name, commands in SESSION.items():
        ids = {"odds": "", "cjk": ""}
        if name in ("show", "versions"):
            with Archive.open(home / "news") as archive:
                ids = {
                    key: archive.search(query).hits[0].id for key, query in (("odds", "varnish"), ("cjk", "港湾評議会"))
                }
        shown = on_a_terminal(home, commands.format(**ids), width, environment)
        for line in ESCAPES.sub("", shown).splitlines():
            assert cell_len(line) <= width or line.startswith("$ "), line
        assert colour == ("\x1b[" in shown) or name == "import"
        assert not re.search(r"\x1b(?!\[[0-9;]*m)", shown)
        file = EXPECTED / f"{name}-{width}{'-colour' if colour else ''}.txt"
        text = steady(shown)
        if os.environ.get("DOCARCHIVE_WRITE_EXPECTED"):
            EXPECTED.mkdir(exist_ok=True)
            file.write_text(text, "utf-8")
        assert file.read_text("utf-8") == text


@pytest.mark.parametrize("width", WIDTHS)
def test_what_depends_on_the_release_fits_too(folder: Path, width: int) -> None:
    shown = on_a_terminal(folder, "formats|engine", width, {})
    assert all(cell_len(line) <= width for line in ESCAPES.sub("", shown).splitlines())


class Terminal(io.StringIO):
    """A stream that is a terminal."""

    def isatty(self) -> bool:
        return True


def printed(root: Path, *arguments: str, width: int | None, environment: dict[str, str]) -> tuple[str, str]:
    """Returns what a command prints to stdout and stderr, on a terminal of a width or, without one, in a pipe."""
    out, err = (io.StringIO(), io.StringIO()) if width is None else (Terminal(), Terminal())
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(out), redirect_stderr(err):
        for name in ("NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE"):
            patch.delenv(name, raising=False)
        patch.setenv("TERM", "xterm-256color")
        patch.setenv("COLUMNS", str(width or 80))
        for name, value in environment.items():
            patch.setenv(name, value)
        run(["--archive", str(root), *arguments])
    return out.getvalue(), err.getvalue()


def letters(text: str) -> str:
    return "".join(filter(str.isalnum, text))


WORDS = st.sampled_from(
    [
        "harbour",
        "oil",
        "日本語の港",
        "👩\u200d🔬",
        "cafe\u0301",
        "x" * 70,
        "\x1b[31m",
        "\x1b]0;x\x07",
        "\x9b1m",
        "\u202e",
        "a_b",
        "…",
        "한국어",
    ]
)
PLAIN = st.lists(WORDS | st.text("abcdé \n", min_size=1, max_size=8), min_size=1, max_size=60).map(" ".join)
MARKUP = st.lists(
    WORDS
    | st.sampled_from(
        [
            "| a | b |",
            "|---|---|",
            "**",
            "`",
            "```",
            "\n",
            "\n\n",
            "[a](http://b.example/" + "c" * 50 + ")",
            "<b>",
            "&amp;",
        ]
    )
    | st.text(max_size=9),
    min_size=1,
    max_size=60,
).map(" ".join)


@pytest.mark.thorough
@given(
    st.lists(st.tuples(PLAIN, PLAIN | MARKUP), min_size=1, max_size=3),
    st.integers(20, 130),
    st.sampled_from([{}, {"NO_COLOR": "1"}, {"TERM": "dumb"}]),
)
@settings(max_examples=30, deadline=None, phases=[Phase.generate], suppress_health_check=[HealthCheck.too_slow])
def test_no_line_is_too_wide_and_nothing_of_an_article_steers_the_terminal(
    tmp_path_factory: pytest.TempPathFactory,
    articles: list[tuple[str, str]],
    width: int,
    environment: dict[str, str],
) -> None:
    root = tmp_path_factory.mktemp("law") / "news"
    with Archive.create(root) as archive:
        lines = "\n".join(
            json.dumps({"title": title, "body": body, "url": f"https://a.example/{n}"})
            for n, (title, body) in enumerate(articles)
        )
        archive.import_(io.BytesIO(lines.encode()))
        ids = [row.id for row in archive.list()]
        again = json.dumps({"title": articles[-1][0], "body": articles[0][1], "url": "https://a.example/0"})
        archive.import_(io.BytesIO(again.encode()))
        changed = next(row.id for row in archive.list("url:*/0"))
    for arguments in (
        ["search", "*"],
        ["list"],
        ["search", "oil OR 日本", "--facet", "url"],
        ["stats"],
        ["show", *ids],
        ["versions", changed],
        ["diff", changed, "1"],
    ):
        shown = "".join(printed(root, *arguments, width=width, environment=environment))
        assert not environment or "\x1b" not in shown
        for line in ESCAPES.sub("", shown).splitlines():
            assert cell_len(line) <= width, line
            assert line.isprintable() or not re.search("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", line)


@pytest.mark.thorough
@given(st.lists(st.tuples(PLAIN, PLAIN), min_size=1, max_size=3), st.integers(20, 130))
@settings(max_examples=30, deadline=None, phases=[Phase.generate], suppress_health_check=[HealthCheck.too_slow])
def test_a_terminal_shows_the_words_that_a_pipe_gets(
    tmp_path_factory: pytest.TempPathFactory, articles: list[tuple[str, str]], width: int
) -> None:
    root = tmp_path_factory.mktemp("law") / "news"
    with Archive.create(root) as archive:
        lines = "\n".join(json.dumps({"title": title, "body": body}) for title, body in articles)
        archive.import_(io.BytesIO(lines.encode()))
    shown, _ = printed(root, "search", "oil OR harbour", width=width, environment={"NO_COLOR": "1"})
    piped = json.loads(printed(root, "search", "oil OR harbour", "--json", width=None, environment={})[0])
    expected = [
        f"{hit['rank']}{hit['title']}undated{hit['id']}{hit['score']:.2f}{hit['snippet']}" for hit in piped["hits"]
    ]
    assert letters(shown) == letters("".join(expected))


@pytest.mark.parametrize(
    ("environment", "terminal", "pipe"),
    [
        ({}, True, False),
        ({"NO_COLOR": "1"}, False, False),
        ({"NO_COLOR": ""}, True, False),
        ({"TERM": "dumb"}, False, False),
        ({"CLICOLOR": "0"}, False, False),
        ({"CLICOLOR_FORCE": "1"}, True, True),
        ({"CLICOLOR_FORCE": "1", "TERM": "dumb"}, True, True),
        ({"CLICOLOR_FORCE": "0"}, True, False),
        ({"CLICOLOR_FORCE": "1", "NO_COLOR": "1"}, False, False),
    ],
)
def test_colours(environment: dict[str, str], terminal: bool, pipe: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm")
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert coloured(Terminal()) == terminal
    assert coloured(io.StringIO()) == pipe


def test_the_width_is_that_of_the_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    assert columns(io.StringIO()) is None
    for given_, width in (("132", 132), ("5", 20), ("0", 80), ("wide", 80), ("", 80)):
        monkeypatch.setenv("COLUMNS", given_)
        assert columns(Terminal()) == width


def test_a_pipe_gets_lines_of_any_length_and_markup_as_it_is(folder: Path, tmp_path: Path) -> None:
    with Archive.create(tmp_path / "news") as archive:
        archive.import_(folder / "articles")
    environment: dict[str, Any] = {"COLUMNS": "40"}
    shown, _ = printed(tmp_path / "news", "search", "varnish", width=None, environment=environment)
    assert "```python def harbour(" in shown
    assert "  2024-03-16T09:30:00Z  " in shown
    assert len(shown.splitlines()) == 3
    shown, _ = printed(tmp_path / "news", "list", width=None, environment=environment)
    assert re.search(r"^2024-03-16  \w{12}  Odds and ends .* and then some$", shown, re.MULTILINE)


@pytest.mark.parametrize(
    ("address", "shown"),
    [(f"originals/ab/ab{'0' * 62}.png", "[picture]"), ("https://a.example/quay.png", "quay.png")],
)
def test_a_picture_without_a_description_has_a_short_name(address: str, shown: str) -> None:
    from rich.console import Console

    from docarchive.cli.rendering import rendered

    out = io.StringIO()
    Console(file=out, width=120).print(rendered(f"Before\n\n![]({address})\n\n![A quay]({address})"))
    assert [line.strip() for line in out.getvalue().splitlines() if line.strip()] == ["Before", shown, "A quay"]
