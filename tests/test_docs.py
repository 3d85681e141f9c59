"""The pages under docs/ say what the program does: each of these tests fails when one of them drifts."""

from __future__ import annotations

import inspect
import itertools
import json
import os
import re
import shutil
import subprocess
import tomllib
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple
from xml.etree import ElementTree

import grimp
import interpreter
import pytest
from memory_engine import MemoryEngine
from support import exported
from typer.main import get_command

import docarchive
from docarchive import Archive, Article, DocarchiveError, PartialDate, QueryError, errors, keys
from docarchive.analysis import QueryAnalyzer
from docarchive.cli.app import application
from docarchive.dates import words
from docarchive.dates.words import date_range
from docarchive.engines import ENGINES, Change, Engine, Position, open_engine, ranking, terms
from docarchive.folder import Folder
from docarchive.query import Context, Node, leaves, parse, parser, walk
from docarchive.query.context import STATES
from docarchive.query.document import label_values
from docarchive.query.patterns import MAX_VALUE
from docarchive.writers import writers

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
PAGES = sorted([*ROOT.glob("*.md"), *DOCS.rglob("*.md")])
CODE = re.compile(r"`([^`]+)`")
COMMANDS = sorted(get_command(application()).commands)  # type: ignore[attr-defined]


def read(name: str) -> str:
    return (ROOT / name).read_text("utf-8")


def without_code(text: str) -> str:
    """Returns a page without its fenced blocks and code spans: there, nothing is a link or a heading."""
    return re.sub(r"`[^`\n]*`", "", re.sub(r"^```.*?^```$", "", text, flags=re.MULTILINE | re.DOTALL))


def section(text: str, heading: str) -> str:
    """Returns what stands under a heading, up to the next one."""
    match = re.search(rf"^#+ {re.escape(heading)}\n(.*?)(?=^#+ |\Z)", text, re.MULTILINE | re.DOTALL)
    assert match, f"there is no heading {heading!r}"
    return match[1]


def table(text: str) -> list[list[str]]:
    """Returns the cells of every row of every table in a text, without the heads."""
    return [row for _, rows in tables(text) for row in rows]


def tables(text: str) -> list[tuple[list[str], list[list[str]]]]:
    """Returns the head and the rows of every table in a text."""
    found = []
    for block in re.findall(r"(?:^\|.*\n)+", text + "\n", re.MULTILINE):
        head, rule, *rows = [
            [cell.replace("\\|", "|").strip() for cell in re.split(r"(?<!\\)\|", line.strip()[1:-1])]
            for line in block.splitlines()
        ]
        assert set("".join(rule)) == {"-"}, block
        assert all(len(row) == len(head) for row in rows), block
        found.append((head, rows))
    return found


def code(cell: str) -> str:
    match = CODE.match(cell)
    assert match, f"{cell!r} does not begin with code"
    return match[1]


def run(*arguments: str, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    kept = {key: value for key, value in os.environ.items() if not key.startswith("DOCARCHIVE")}
    return interpreter.run(arguments, cwd=cwd, env={**kept, **environment})


# The reference of the command line


@pytest.mark.parametrize(
    "environment",
    [
        {},
        {"COLUMNS": "40", "TERM": "dumb", "NO_COLOR": "1"},
        {"COLUMNS": "200", "DOCARCHIVE_ARCHIVE": "elsewhere", "LC_ALL": "C", "_TYPER_FORCE_DISABLE_TERMINAL": "1"},
    ],
    ids=["plain", "narrow", "wide"],
)
def test_reference_is_current_in_any_environment(environment: dict[str, str], tmp_path: Path) -> None:
    checked = run(str(DOCS / "reference.py"), "--check", cwd=tmp_path, **environment)
    assert (checked.returncode, checked.stdout, checked.stderr) == (0, "", "")


def test_the_page_of_the_api_is_current(tmp_path: Path) -> None:
    checked = run(str(DOCS / "api.py"), "--check", cwd=tmp_path, PYTHONPATH=str(ROOT))
    assert (checked.returncode, checked.stdout, checked.stderr) == (0, "", "")
    (tmp_path / "docs").mkdir()
    shutil.copy(DOCS / "api.py", tmp_path / "docs")
    page = read("docs/api.md").replace("| `limit` |", "| `most` |")
    (tmp_path / "docs/api.md").write_text(page, "utf-8")
    command = str(tmp_path / "docs/api.py")
    assert run(command, "--check", cwd=tmp_path, PYTHONPATH=str(ROOT)).returncode == 1
    assert run(command, cwd=tmp_path, PYTHONPATH=str(ROOT)).returncode == 0
    assert (tmp_path / "docs/api.md").read_text("utf-8") == read("docs/api.md")


def test_reference_writes_the_page_and_tells_when_it_is_stale(tmp_path: Path) -> None:
    shutil.copy(DOCS / "commands.py", tmp_path)
    generator = str(shutil.copy(DOCS / "reference.py", tmp_path))
    library = Path(shutil.copy(DOCS / "library.md", tmp_path))
    page = tmp_path / "cli.md"
    assert run(generator, "--check", cwd=tmp_path).returncode == 1
    assert run(generator, cwd=tmp_path).returncode == 0
    assert page.read_bytes() == (DOCS / "cli.md").read_bytes()
    page.write_text(page.read_text("utf-8").replace("--limit", "--most"), "utf-8")
    stale = run(generator, "--check", cwd=tmp_path)
    assert stale.returncode == 1
    assert stale.stderr == "docs/cli.md is stale; run: python docs/reference.py\n"
    assert run(generator, cwd=tmp_path).returncode == 0
    library.write_text(library.read_text("utf-8").replace("| `on_duplicate`", "| `on_duplicates`"), "utf-8")
    assert run(generator, "--check", cwd=tmp_path).stderr == "docs/library.md is stale; run: python docs/reference.py\n"
    assert run(generator, cwd=tmp_path).returncode == 0
    assert library.read_bytes() == (DOCS / "library.md").read_bytes()
    assert run(generator, "--chek", cwd=tmp_path).returncode == 2


@pytest.mark.parametrize("command", ["", *COMMANDS])
def test_every_option_that_help_shows_is_in_the_reference(command: str, tmp_path: Path) -> None:
    shown = run("-m", "docarchive", *command.split(), "--help", cwd=tmp_path, COLUMNS="200")
    assert shown.returncode == 0
    lines = re.findall(r"^  (-.*)$", shown.stdout, re.MULTILINE)
    options = {name for line in lines for name in re.findall(r"(?<!\S)--?[a-z][a-z-]*", line.partition("  ")[0])}
    assert "--help" in options
    rows = table(section(read("docs/cli.md"), f"docarchive {command}".strip()))
    documented = {name for row in rows for name in CODE.findall(row[0]) if name.startswith("-")}
    assert documented == options


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_and_a_place_in_the_guide(command: str) -> None:
    found = get_command(application()).commands[command]  # type: ignore[attr-defined]
    assert found.help.split("\n")[0].endswith(".")
    for parameter in found.params:
        assert parameter.help.endswith("."), f"{command}: {parameter.name}"
    sessions = "".join(re.findall(r"^```console\n(.*?)^```$", read("docs/guide.md"), re.MULTILINE | re.DOTALL))
    assert re.search(rf"docarchive (--archive \w+ )?{command}\b", sessions)


# Links


def anchors(text: str) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", re.sub(r"^```.*?^```$", "", text, flags=re.M | re.S), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.replace("`", "")).lower().replace(" ", "-") for heading in headings}


def links() -> Iterator[tuple[Path, str]]:
    for page in PAGES:
        for target in re.findall(r"\]\(([^)\s]+)\)", without_code(page.read_text("utf-8"))):
            if not target.startswith(("http://", "https://")):
                yield page, target
        for target in re.findall(r"\[`[^`]+`\]\(([^)\s]+)\)", page.read_text("utf-8")):
            yield page, target


def test_relative_links_lead_somewhere() -> None:
    broken = []
    found = list(links())
    for page, target in found:
        path, _, anchor = target.partition("#")
        file = (page.parent / path).resolve() if path else page
        if (
            not file.is_relative_to(ROOT)
            or not file.exists()
            or (anchor and anchor not in anchors(file.read_text("utf-8")))
        ):
            broken.append(f"{page.relative_to(ROOT)}: {target}")
    assert len(found) > 40
    assert broken == []


def test_every_page_can_be_reached_from_the_readme() -> None:
    reached, waiting = set(), [ROOT / "README.md"]
    found = list(links())
    while waiting:
        page = waiting.pop()
        if page not in reached:
            reached.add(page)
            targets = (from_ / to.partition("#")[0] for from_, to in ((p.parent, t) for p, t in found if p == page))
            waiting += [target.resolve() for target in targets if target.suffix == ".md"]
    assert set(PAGES) <= reached


# The query language


class Example(NamedTuple):
    """A row of a table: a query, the language that it is in, and the articles that it finds."""

    query: str
    language: str | None
    found: list[str]


def page_articles() -> list[Article]:
    """Returns the articles of the page; their ids are their letters."""
    block = re.search(r"^```jsonl\n(.*?)^```$", read("docs/query-language.md"), re.MULTILINE | re.DOTALL)
    assert block
    records = [json.loads(line) for line in block[1].splitlines()]
    return [Article.from_dict({**record, "id": record.pop("article")}) for record in records]


def page_searches() -> dict[str, str]:
    block = re.search(r"^```toml\n(.*?)^```$", read("docs/query-language.md"), re.MULTILINE | re.DOTALL)
    assert block
    found: dict[str, str] = tomllib.loads(block[1])["searches"]
    return found


def page_now() -> datetime:
    named = re.search(r"with `--now (\S+)`", read("docs/query-language.md"))
    assert named
    return datetime.fromisoformat(named[1])


def page_context(language: str | None = None) -> Context:
    """Returns what the queries of the page are read with; an archive makes the same."""
    articles = page_articles()
    languages = [language] if language else ["en", *(article.language for article in articles if article.language)]
    fields = {name for article in articles for name, _ in label_values(article, "en")}
    return Context(QueryAnalyzer(languages), page_now(), lambda: fields, page_searches())


def examples() -> list[Example]:
    """Returns every row of the tables of queries and what they find."""
    found = []
    for head, rows in tables(read("docs/query-language.md")):
        if "Finds" in head:
            named = [dict(zip(head, row, strict=True)) for row in rows]
            found += [Example(code(row["Query"]), row.get("Language") or None, row["Finds"].split()) for row in named]
    return found


@pytest.fixture(scope="module", params=["memory", *ENGINES])
def engine(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """Each engine, with the articles of the page."""
    articles = page_articles()
    changes = [Change(each.id, each, row, each.language or "en") for row, each in enumerate(articles, start=1)]
    folder = Folder(tmp_path_factory.mktemp("page")) / "index"
    found: Engine = MemoryEngine() if request.param == "memory" else open_engine(request.param, folder)
    found.index(changes, Position("page", len(changes)))
    yield found
    found.close()


def test_page_of_the_query_language_has_every_form() -> None:
    nodes = {type(node).__name__ for example in examples() for node in walk(parse(example.query, page_context()))}
    assert nodes == {kind.__name__ for kind in Node.__subclasses__()}
    assert len(examples()) > 150


@pytest.mark.parametrize("example", examples(), ids=lambda example: example.query)
def test_query_finds_what_the_page_says(engine: Engine, example: Example) -> None:
    assert sorted(engine.ids(parse(example.query, page_context(example.language)))) == example.found


def test_queries_find_the_same_in_an_archive(tmp_path: Path) -> None:
    with Archive.create(tmp_path) as archive:
        for article in page_articles():
            metadata = {key: value for key, value in article.to_dict(body=False).items() if key != "schema"}
            text = f"{json.dumps(metadata)}\n\n{article.body}\n"
            (tmp_path / f"articles/{article.id}.md").write_text(text, "utf-8")
        assert len(archive.sync().added) == len(page_articles())
        for name, query in page_searches().items():
            archive.save_search(name, query)
        for query, language, found in examples():
            results = archive.search(query, limit=100, now=page_now(), language=language, all_words=True)
            assert sorted(hit.id for hit in results) == found, query
            assert archive.count(query, now=page_now(), language=language) == len(found), query


def test_dates_in_words_mean_what_the_page_says() -> None:
    rows = [row for head, rows in tables(read("docs/query-language.md")) if head[0] == "Words" for row in rows]
    for cell, first, last in rows:
        found = date_range(code(cell), page_now())
        assert found is not None, cell
        assert found[0].ljust(26).startswith(first), cell
        assert found[1].startswith(last), cell
        assert PartialDate(first).start == found[0], cell
        assert PartialDate(last).end == found[1], cell
    spoken = [code(row[0]).replace("-", " ").strip() for row in rows]
    unshown = [
        pattern
        for pattern, _ in words._FORMS
        if not any(re.fullmatch(pattern, form) for form in [*spoken, *(code(row[0]) for row in rows)])
    ]
    assert unshown == []


def test_states_on_the_page_are_those_of_the_code() -> None:
    named = re.findall(r"`is:(\w+)`", section(read("docs/query-language.md"), "Whether there is a value"))
    assert set(named) == set(STATES)


def test_weights_and_bounds_on_the_page_are_those_of_the_code() -> None:
    order = section(read("docs/query-language.md"), "Order")
    weights = {name.split()[1]: float(weight) for name, weight in table(order)}
    assert weights == {**ranking.WEIGHTS, "heading": ranking.HEADING_WEIGHT}
    assert f"The {ranking.FEEDBACK_HITS} best hits are read" in order
    bounds = [int(most.replace(",", "")) for _, most in table(section(read("docs/query-language.md"), "Limits"))]
    assert bounds == [
        parser.MAX_LENGTH,
        parser.MAX_DEPTH,
        parser._MAX_SAVED,
        parser._MAX_SAVED_IN_ALL,
        leaves.MAX_SLOP,
        leaves.MAX_PHRASE,
        leaves.MAX_PATTERN,
        leaves.MAX_REGEX,
        terms.MAX_EXPANSIONS,
    ]
    assert f"the first {MAX_VALUE} characters" in section(read("docs/query-language.md"), "Regular expressions")


@pytest.mark.parametrize(
    ("query", "most"),
    [
        ("a" * (parser.MAX_LENGTH + 1), parser.MAX_LENGTH),
        ("(" * (parser.MAX_DEPTH + 1) + "a OR b" + ")" * (parser.MAX_DEPTH + 1), parser.MAX_DEPTH),
        ("a" * leaves.MAX_PATTERN + "*", leaves.MAX_PATTERN),
        (f"tag:/{'a' * (leaves.MAX_REGEX + 1)}/", leaves.MAX_REGEX),
        (f'"a b"~{leaves.MAX_SLOP + 1}', leaves.MAX_SLOP),
    ],
    ids=["length", "depth", "wildcard", "regex", "slop"],
)
def test_a_query_beyond_a_bound_is_told_it(query: str, most: int) -> None:
    with pytest.raises(QueryError, match=f"{most:,}"):
        parse(query)


def test_readme_queries_parse() -> None:
    rows = table(section(read("README.md"), "Queries"))
    queries = [query for row in rows for query in CODE.findall("|".join(row)) if not query.startswith("--")]
    assert len(queries) > 15
    context = Context(searches={"name": "oil"})
    for query in queries:
        value = "" if not query.endswith(":") else "2024" if query.startswith(("updated", "archived")) else "x"
        parse(query + value, context)


def test_wrong_queries_get_the_message_on_the_page() -> None:
    rows = table(section(read("docs/query-language.md"), "Malformed queries"))
    assert len(rows) > 25
    for cell, message in rows:
        with pytest.raises(QueryError) as raised:
            parse(code(cell), page_context())
        assert str(raised.value) == message


# The archive on disk


def test_table_of_keys_is_that_of_the_code() -> None:
    known, spellings = [], []
    for row in table(section(read("docs/archive-format.md"), "Front matter")):
        if row[1].startswith("`"):
            spellings.append((code(row[0]), " ".join(CODE.findall(row[1])), row[2]))
        else:
            known.append((code(row[0]), row[1]))
    assert known == list(keys.KNOWN.items())
    assert spellings == keys.conventions()


def test_names_for_the_text_are_those_of_the_code() -> None:
    sentence = re.search(r"In JSON records the text is under ([^.]+)\.", read("docs/archive-format.md"))
    assert sentence
    assert tuple(CODE.findall(sentence[1])) == keys.BODY_KEYS


def test_archive_on_disk_is_as_the_page_says(tmp_path: Path) -> None:
    (tmp_path / "good.jsonl").write_text(
        '{"url": "http://a.example/1", "title": "A", "date": "2024-03"}\n{"title": "B"}\n'
    )
    (tmp_path / "newer.jsonl").write_text('{"url": "http://a.example/1", "title": "A2"}\n{"title": "C"}\n')
    (tmp_path / "bad.json").write_text("{")
    root = tmp_path / "archive"
    with Archive.create(root) as archive:
        for name in ("good.jsonl", "newer.jsonl", "bad.json"):
            archive.import_(tmp_path / name)
        ids = [row.id for row in archive.list("date:2024", sort="title")]
        (deleted,) = root.glob("articles/undated/c.*.md")
        deleted.unlink()
        archive.sync()
        archive.remove("title:b")
        assert archive.write_manifest(tmp_path / "m").ok
    page = read("docs/archive-format.md")
    drawn = set(re.findall(r"^      (\.?[a-z.]+)(?:/| )", page, re.MULTILINE))
    assert {path.name for path in root.iterdir()} == drawn
    assert (root / f"versions/{ids[0]}/0001.md").is_file()
    assert [path.name for path in root.glob("articles/2024/03/*")] == [f"2024-03-a.{ids[0]}.md"]
    assert [len([*root.glob(f"trash/{name}.*.md")]) for name in ("3/undated/c", "4/undated/b")] == [1, 1]
    change, article, _ = map(json.loads, (root / "log.jsonl").read_text("utf-8").splitlines()[-3:])
    keys_of_log = [code(row[0]) for row in table(section(page, "Changes"))]
    assert [key for key in keys_of_log if key != "undoes"] == [*change, *article]
    line = json.loads((root / "deleted.jsonl").read_text("utf-8").splitlines()[0])
    assert set(line) == {code(row[0]) for row in table(section(page, "Deleted articles"))}
    head = json.loads((root / "heads.jsonl").read_text("utf-8"))
    assert list(head) == [code(row[0]) for row in table(section(page, "Manifests"))]
    comments = re.findall(r"^    # (\w+) .*$", section(page, "Manifests"), re.MULTILINE)
    assert [line.split()[1] for line in (tmp_path / "m").read_text("utf-8").splitlines()[:7]] == comments
    with Archive.open(root) as archive:
        proof = json.loads(exported(archive, format="proof", limit=1))
    assert list(proof) == [code(row[0]) for row in table(section(read("docs/export.md"), "Proofs"))]
    for original in root.glob("originals/*/*"):
        assert re.fullmatch(rf"{original.parent.name}[0-9a-f]{{62}}\.jsonl", original.name)
    settings = {code(row[0]) for row in table(section(page, "Settings"))}
    assert set(tomllib.loads((root / "docarchive.toml").read_text("utf-8"))) == settings - {"searches"}
    shown = re.search(r"^```toml\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    assert shown
    (root / "docarchive.toml").write_text(shown[1], "utf-8")
    with Archive.open(root) as archive:
        assert {*archive.settings.to_dict(), "searches"} == settings
        assert archive.count("@new-oil") == 0
        archive.save_search("wet", "rain OR sea")
    assert (root / "docarchive.toml").read_text("utf-8") == shown[1] + 'wet = "rain OR sea"\n'
    assert set(tomllib.loads(shown[1])) == settings
    (note,) = root.glob("quarantine/*.json.json")
    assert list(json.loads(note.read_text())) == [code(row[0]) for row in table(section(page, "Quarantine"))]
    assert note.name.startswith(json.loads(note.read_text())["sha256"][:12] + "-bad.json")


# JSON


def test_versions_of_json_are_those_of_the_code() -> None:
    from docarchive.cli.shared_arguments import OLDEST_SCHEMA

    schemas = [int(row[0]) for row in table(section(read("docs/json.md"), "Versions"))]
    assert schemas == list(range(schemas[0], docarchive.SCHEMA + 1))
    assert OLDEST_SCHEMA in schemas


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What each form of ``--json`` prints, by the heading of its section."""
    folder = tmp_path_factory.mktemp("json")
    (folder / "inbox").mkdir()
    (folder / "inbox/a.md").write_text(
        "---\ntitle: A\ndate: 2024-03\ntags: [sea]\nschema: mine\n---\n\nRain on the harbour.\n"
    )
    (folder / "inbox/c.md").write_text("---\ntitle: C\n---\n\nRain on the ferry.\n")
    (folder / "inbox/b.json").write_text("{")

    def printed_by(*arguments: str, code: int = 0) -> Any:
        ended = run("-m", "docarchive", "--archive", "news", *arguments, cwd=folder)
        assert ended.returncode == code, ended.stderr
        said = [line for line in ended.stdout.splitlines() if '"type": "progress"' not in line]  # on a slow machine
        return json.loads("\n".join(said))

    init, import_ = printed_by("init", "--json"), printed_by("import", "inbox", "--json", code=3)
    shown = printed_by("show", import_["ids"][0], "--json")
    formats = printed_by("formats", "--json")
    search = printed_by("search", "harbour OR ferrry", "--facet", "tag", "--explain", "--save", "both", "--json")
    with (folder / "news/docarchive.toml").open("a") as toml:
        toml.write('\n[rules.wet]\nquery = "rain"\nset = ["+wet"]\n[hooks.note]\nrun = ["true"]\n')
    (folder / "news/articles/b.md").write_text("---\na: [\n---\n")
    sync = printed_by("sync", "--json", code=3)
    return {
        "init": init,
        "import": import_,
        "Refusals": import_["refused"][0],
        "search": search,
        "Hits": search["hits"][0],
        "Facets": search["facets"]["tag"][0],
        "Explanations": search["hits"][0]["explanation"][0],
        "similar": printed_by("similar", import_["ids"][0], "--json"),
        "quote": (quoted := printed_by("quote", "Rain in the harbour", "--json", code=5)),
        "Passages": (passage := quoted["passages"][0]),
        "Parts": (part := passage["parts"][0]),
        "Differences": part["differences"][0],
        "saved": printed_by("saved", "--json"),
        "rules": printed_by("rules", "--json")["rules"][0],
        "hooks": printed_by("hooks", "--json")["hooks"][0],
        "search --count": printed_by("search", "harbour", "--count", "--json"),
        "list": printed_by("list", "--json"),
        "Articles": {key: value for key, value in shown.items() if key != "path"},
        "export": printed_by("export", "--format", "json"),
        "Exported": printed_by("export", "--output", "all.csv", "--json"),
        "sync": sync,
        "tag, set, rename-tag, merge, rules run, remove, undo, redo": printed_by("tag", "--all", "+sea", "--json"),
        "purge": printed_by("purge", "--all", "--dry-run", "--json"),
        "highlight": (marked := marked_in(printed_by, import_["ids"][0])),
        "Highlights": {key: value for key, value in marked["highlights"][0].items() if key != "number"},
        "log": printed_by("log", "--json")["changes"][0],
        "rebuild": printed_by("rebuild", "--json", code=3),
        "verify": (verified := printed_by("verify", "--json", code=3)),
        "Faults": verified["faults"][0],
        "backup": printed_by("backup", "backups", "--json"),
        "backup --list": (backups := printed_by("backup", "backups", "--list", "--json")),
        "Backups": backups["backups"][0],
        "restore": printed_by("restore", "backups", "restored", "--json"),
        "stats": printed_by("stats", "--json"),
        "engine": printed_by("engine", "status", "--json"),
        "show --provenance": printed_by("show", import_["ids"][0], "--provenance", "--json"),
        "versions": (versions := printed_by("versions", import_["ids"][0], "--json")),
        "Listed versions": versions["versions"][0],
        "diff": (diff := printed_by("diff", import_["ids"][0], "0", "--json")),
        "Opcodes": diff["opcodes"][0],
        "formats": formats,
        "Formats": formats["formats"][0],
    }


def marked_in(printed_by: Callable[..., Any], id_: str) -> Any:
    """Marks a passage, and returns what lists it."""
    printed_by("highlight", id_, "on the harbour", "--note", "Where?", "--json")
    return printed_by("highlight", id_, "--json")


TYPES: dict[str, tuple[type, ...]] = {
    "integer": (int,),
    "number": (int, float),
    "text": (str,),
    "true": (bool,),
    "false": (bool,),
    "null": (type(None),),
    "list": (list,),
    "list of text": (list,),
    "object": (dict,),
}


def documented(heading: str) -> dict[str, str]:
    rows = table(section(read("docs/json.md"), heading))
    return {code(row[0]): row[1] for row in rows if row[0].startswith("`")}


@pytest.mark.parametrize(
    "heading",
    [
        *["init", "import", "Refusals", "search", "Hits", "Facets", "Explanations", "search --count", "saved"],
        *("quote", "Passages", "Parts", "Differences", "rules", "hooks"),
        *("list", "export", "Exported", "sync", "rebuild", "verify", "Faults", "stats", "engine", "show --provenance"),
        *("versions", "Listed versions", "diff", "Opcodes"),
        *("tag, set, rename-tag, merge, rules run, remove, undo, redo", "log", "highlight", "purge"),
        *("formats", "Formats", "backup", "backup --list", "Backups", "restore"),
    ],
)
def test_json_has_just_the_keys_that_the_page_names(heading: str, printed: dict[str, Any]) -> None:
    assert list(printed[heading]) == list(documented(heading))


@pytest.mark.parametrize("heading", ["search", "Hits"])
def test_keys_that_are_there_only_at_times_are_left_out_else(heading: str, printed: dict[str, Any]) -> None:
    similar = printed["similar"]
    assert similar["query"] == ""
    rows = {code(row[0]): row[2] for row in table(section(read("docs/json.md"), heading))}
    always = [key for key, meaning in rows.items() if not meaning.startswith("only ")]
    assert list(similar if heading == "search" else similar["hits"][0]) == always
    assert len(rows) > len(always)


def test_json_of_an_article_names_every_known_key(printed: dict[str, Any]) -> None:
    page = section(read("docs/json.md"), "Articles").partition("What the keys mean")[0]
    named = {name for row in table(page) for cell in row for name in CODE.findall(cell)}
    assert named == {"schema", "extra", "body", *keys.KNOWN}
    assert {"schema", "extra", "body"} <= set(printed["Articles"]) <= named
    assert printed["Articles"]["extra"] == {"schema": "mine"}
    assert set(printed["list"]["articles"][0]) - {"path"} <= named


def test_json_values_have_the_types_that_the_page_names(printed: dict[str, Any]) -> None:
    for heading, found in printed.items():
        for key, type_ in documented(heading).items():
            if key in found:
                allowed = tuple(each for name in type_.split(" or ") for each in TYPES[name])
                assert isinstance(found[key], allowed), f"{heading}: {key}"
                assert isinstance(found[key], bool) == type_.startswith("true"), f"{heading}: {key}"


# What is promised to be safe


def test_each_promise_names_tests_that_there_are() -> None:
    promises = re.findall(r"^- (.*(?:\n  .*)*)", section(read("SECURITY.md"), "What is promised"), re.MULTILINE)
    named = [re.findall(r"`(test_\w+)`", promise) for promise in promises]
    assert len(named) > 10
    assert all(named)
    table = re.findall(r"^\| (?!Promise|---).* \| `(test_\w+)` \|$", read("docs/security.md"), re.MULTILINE)
    tables = [
        section(read("docs/security.md"), heading)
        for heading in ("What is promised", "Serving an archive", "Assistants")
    ]
    assert len(table) == sum(part.count("\n|") - 2 for part in tables)
    named.append(table)
    defined = {
        name
        for file in (ROOT / "tests").rglob("test_*.py")
        for name in re.findall(r"^def (test_\w+)\(", file.read_text("utf-8"), re.MULTILINE)
    }
    assert {test for tests in named for test in tests} <= defined


# The library, errors, exit codes, environment, rooms


def test_library_page_names_all_that_is_public() -> None:
    page = read("docs/library.md")
    prose = re.sub(r"^```.*?^```$", "", page, flags=re.MULTILINE | re.DOTALL)
    named = set(re.findall(r"\w+", " ".join(CODE.findall(prose))))
    public = {name for name in docarchive.__all__ if not name.startswith("_")}
    assert public <= named
    called = set(re.findall(r"[Aa]rchive\.(\w+)", page)) | named
    assert {name for name in vars(Archive) if not name.startswith("_")} <= called


def test_library_page_names_the_arguments_and_what_results_have(tmp_path: Path) -> None:
    page = read("docs/library.md")
    named = set(re.findall(r"\w+", " ".join(CODE.findall(re.sub(r"^```.*?^```$", "", page, flags=re.M | re.S)))))
    used = set(re.findall(r"(\w+)=", page)) | set(re.findall(r"\.(\w+)", page))
    arguments = set(inspect.signature(Archive.search).parameters) - {"self"}
    assert arguments == {"query", "limit", "offset", "sort"} | {
        code(row[0]) for head, rows in tables(page) if head[0] == "Argument" for row in rows
    }
    assert arguments <= named | used
    (tmp_path / "a.txt").write_text("Rain on the harbour.\n", "utf-8")
    with Archive.create(tmp_path / "news") as archive:
        archive.import_(tmp_path / "a.txt")
        results = archive.search("rain", explain=True)
        for each in (results, results.hits[0], results.hits[0].snippet, results.hits[0].explanation[0]):
            public = {name for name in dir(each) if not name.startswith("_")} - set(dir(tuple))
            assert public <= named | used, type(each).__name__


def exit_codes() -> dict[str, int]:
    kinds = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, DocarchiveError)]
    return {kind.__name__: kind.exit_code for kind in kinds}


def test_table_of_errors_is_that_of_the_code() -> None:
    rows = {code(row[0]): int(row[1]) for row in table(section(read("docs/library.md"), "Errors"))}
    assert rows == exit_codes()


def test_exit_codes_are_all_in_the_guide() -> None:
    from docarchive.cli.commands.quote import CODES
    from docarchive.cli.running import INTERNAL

    rows = [int(row[0]) for row in table(section(read("docs/guide.md"), "Exit codes"))]
    assert rows == sorted({*exit_codes().values(), *CODES.values(), INTERNAL, 130})


def test_environment_variables_are_all_in_the_guide() -> None:
    source = "".join(path.read_text("utf-8") for path in (ROOT / "docarchive").rglob("*.py"))
    used = set(re.findall(r"""environ(?:\.get\(|\[)["'](\w+)["']""", source))
    used |= set(re.findall(r'VARIABLE: Final = "(\w+)"', source)) | set(re.findall(r'envvar="(\w+)"', source))
    used |= set(re.findall(r'"(\w+)" in os\.environ', source))
    assert "DOCARCHIVE_ARCHIVE" in used
    assert {name for name in used if f"`{name}`" not in read("docs/guide.md")} == set()


def test_the_tables_of_formats_are_what_readers_and_writers_say(tmp_path: Path) -> None:
    names = ("formats.md", "export.md", "article.schema.json")
    for name in names:
        shutil.copy(DOCS / name, tmp_path)
    assert run(str(shutil.copy(DOCS / "formats.py", tmp_path)), cwd=tmp_path).returncode == 0
    for name in names:
        assert (tmp_path / name).read_bytes() == (DOCS / name).read_bytes(), "run: python docs/formats.py"


def test_each_writer_is_in_the_page_of_export() -> None:
    page = read("docs/export.md").partition("<!-- end of the table -->")[2]
    assert set(writers()) <= set(re.findall(r"`([\w-]+)`", page)) | {"template"}


# Decisions

DECISIONS = sorted((DOCS / "decisions").glob("[0-9]*.md"))


@pytest.mark.parametrize("page", DECISIONS, ids=lambda page: page.stem)
def test_a_decision_has_its_number_a_status_and_a_date(page: Path) -> None:
    head, _, status, date, _, first = page.read_text("utf-8").split("\n")[:6]
    assert re.fullmatch(rf"# {page.stem[:4]} \S.*[^.]", head)
    match = re.fullmatch(r"- Status: (accepted|superseded by \[(\d{4})\]\((\2-[\w-]+\.md)\))", status)
    assert match, status
    assert not match[3] or (page.parent / match[3]).exists()
    assert datetime.strptime(date, "- Date: %Y-%m-%d") >= datetime(2026, 11, 22)
    assert first.startswith("**Context.** ")
    text = page.read_text("utf-8")
    assert text.index("**Context.**") < text.index("**Decision.**") < text.index("**Consequences.**")


def test_the_index_of_decisions_is_what_they_say() -> None:
    numbers = [page.name[:4] for page in DECISIONS]
    assert len(set(numbers)) == len(numbers)
    rows = []
    for page in DECISIONS:
        head, _, status, date = page.read_text("utf-8").split("\n")[:4]
        number, title = head.removeprefix("# ").split(" ", 1)
        rows.append(
            [number, f"[{title}]({page.name})", date.removeprefix("- Date: "), status.removeprefix("- Status: ")]
        )
    index = read("docs/decisions/README.md")
    assert table(index) == rows
    gaps = {f"{number:04}" for number in range(1, int(numbers[-1]))} - set(numbers)
    named = set()
    for first, last in re.findall(r"\b(\d{4})(?: to (\d{4}))?", index.partition("|")[0]):
        named |= {f"{number:04}" for number in range(int(first), int(last or first) + 1)}
    assert named == gaps


def test_decisions_that_code_names_are_there() -> None:
    files = [path for folder in ("docarchive", "benchmarks", "tests") for path in (ROOT / folder).rglob("*.py")]
    named = {name for path in files for name in re.findall(r"decisions/(\d{4}[\w.-]*)", path.read_text("utf-8"))}
    names = {page.name for page in DECISIONS}
    assert {name for name in named if not any(known.startswith(name.rstrip(".")) for known in names)} == set()


# Words


def test_words_to_avoid_are_found_with_their_lines(tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "docarchive/cli").mkdir(parents=True)
    page = "# A page\n\nRows stand here.\n\n```console\n$ made anew\n```\nIt stands for `anew`.\n"
    (tmp_path / "docs/page.md").write_text(page, "utf-8")
    code = '''"""Reads.

    Args:
        rows: They.
    """

told = f"{1} are handed out."  # made anew
label = "beside"
'''
    (tmp_path / "docarchive/cli/code.py").write_text(code, "utf-8")
    ended = run(str(DOCS / "words.py"), str(tmp_path), cwd=tmp_path)
    assert ended.returncode == 1
    assert [line.partition(";")[0] for line in ended.stdout.splitlines()] == [
        "docarchive/cli/code.py:4: 'They.'",
        "docarchive/cli/code.py:7: 'handed out'",
        "docarchive/cli/code.py:7: 'anew'",
        "docs/page.md:3: 'stand'",
    ]
    counted = run(str(DOCS / "words.py"), "--count", str(tmp_path), cwd=tmp_path).stdout
    assert "| told, tells | 125.0 | 125.0 |\n| anew | 0.0 | 125.0 |\n| beside | 0.0 | 125.0 |" in counted
    (tmp_path / "docs/page.md").write_text("# A page\n", "utf-8")
    (tmp_path / "docarchive/cli/code.py").write_text("x = 1\n", "utf-8")
    ended = run(str(DOCS / "words.py"), str(tmp_path), cwd=tmp_path)
    assert (ended.returncode, ended.stdout) == (0, "")
    assert run(str(DOCS / "words.py"), "--cuont", cwd=tmp_path).returncode == 2


def test_architecture_has_a_heading_for_every_room() -> None:
    headings = set(re.findall(r"^### (\S+)$", read("docs/architecture.md"), re.MULTILINE))
    package = ROOT / "docarchive"
    modules = {path.name for path in package.glob("*.py") if not path.name.startswith("__")}
    packages = {f"{path.parent.name}/" for path in package.glob("*/__init__.py")}
    assert headings == modules | packages


def test_drawings_are_current_in_any_folder(tmp_path: Path) -> None:
    checked = run(str(DOCS / "drawing.py"), "--check", cwd=tmp_path, PYTHONHASHSEED="1")
    assert (checked.returncode, checked.stdout, checked.stderr) == (0, "", "")


def test_a_drawing_is_stale_when_an_arrow_is_missing(tmp_path: Path) -> None:
    program = str(shutil.copy(DOCS / "drawing.py", tmp_path))
    page = Path(shutil.copy(DOCS / "architecture.md", tmp_path))
    page.write_text(page.read_text("utf-8").replace("    cli --> web\n", ""), "utf-8")
    stale = run(program, "--check", cwd=tmp_path)
    assert stale.returncode == 1
    assert "run: python docs/drawing.py" in stale.stderr
    assert run(program, cwd=tmp_path).returncode == 0
    assert page.read_bytes() == (DOCS / "architecture.md").read_bytes()
    assert run(program, "--chek", cwd=tmp_path).returncode == 2


@pytest.mark.skipif(os.name == "nt", reason="the picture is that of a POSIX terminal")
def test_the_picture_of_a_session_is_current_and_loads_nothing(tmp_path: Path) -> None:
    checked = run(str(DOCS / "picture.py"), "--check", cwd=tmp_path)
    assert (checked.returncode, checked.stdout, checked.stderr) == (0, "", "")
    svg = read("docs/session.svg")
    assert "stoltenburg" in svg
    assert "url(http" not in svg.replace('"', "")


def test_a_drawing_leaves_out_arrows_that_others_imply() -> None:
    drawn = re.findall(r"<!-- drawing of ([\w.]+),.*?```mermaid\n(.*?)```", read("docs/architecture.md"), re.DOTALL)
    assert [package for package, _ in drawn] == ["docarchive", "docarchive.readers", "docarchive.archive"]
    graph = grimp.build_graph("docarchive", cache_dir=None)
    for package, drawing in drawn:
        shown = {room: to.split(" & ") for room, to in re.findall(r"^    (\w+) --> (.*)$", drawing, re.MULTILINE)}
        rooms = {room.rpartition(".")[2]: room for room in graph.find_children(package) - {f"{package}.__main__"}}
        assert set(re.findall(r"^    (\w+)\[", drawing, re.MULTILINE)) == set(rooms)
        for one, other in itertools.permutations(sorted(rooms), 2):
            imports = graph.direct_import_exists(importer=rooms[one], imported=rooms[other], as_packages=True)
            reached: set[str] = set()
            while more := {to for room in reached | {one} for to in shown.get(room, ())} - reached:
                reached |= more
            assert imports <= (other in reached), f"{one} imports {other}"
            assert (other in shown.get(one, ())) <= imports, f"{one} does not import {other}"


def test_architecture_draws_the_layers_that_are_checked() -> None:
    contracts = tomllib.loads(read("pyproject.toml"))["tool"]["importlinter"]["contracts"]
    layers = next(contract["layers"] for contract in contracts if contract["type"] == "layers")
    drawn = section(read("docs/architecture.md"), "Who may import whom")
    assert [line.strip() for line in drawn.splitlines() if line.startswith("    ")] == layers


@pytest.mark.parametrize(
    "source",
    [
        *re.findall(r"```mermaid\n(.*?)```", read("docs/architecture.md"), re.DOTALL),
        'flowchart TD\n    a["a/"]\n    b["b.py"]\n    c["c<d"]\n    a --> b\n    b --> c\n    c --> a & b\n',
        'flowchart TD\n    a["a.py"]\n',
    ],
)
def test_a_drawing_of_the_site_has_each_box_and_each_arrow_and_no_box_covers_another(
    source: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(str(DOCS))
    from flowchart import svg

    drawn = ElementTree.fromstring(svg(source))
    name = "{http://www.w3.org/2000/svg}"
    labels = [text.text for text in drawn.findall(f"{name}text")]
    assert labels == re.findall(r'\["(.+)"\]', source)
    arrows = sum(len(ends.split(" & ")) for ends in re.findall(r"--> (.+)", source))
    assert len(drawn.findall(f"{name}path")) == arrows
    boxes = [
        [float(box.attrib[side]) for side in ("x", "y", "width", "height")] for box in drawn.findall(f"{name}rect")
    ]
    for (x, y, width, height), (x2, y2, width2, height2) in itertools.combinations(boxes, 2):
        assert x + width <= x2 or x2 + width2 <= x or y + height <= y2 or y2 + height2 <= y
    assert all(x >= 0 and x + width <= float(drawn.attrib["width"]) for x, _, width, _ in boxes)
