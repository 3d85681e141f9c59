"""Whoever can write to the index of a collection can write any document: none of them gets out of hand."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import pytest
from conftest import Cli
from support import ARTICLES

from docarchive import Archive

NAME = f"strange-{os.getpid()}"
GOOD = "---\nid: {id}\ntitle: Strange {id}\n---\n\nStrange words.\n"
#: Documents by the id that they state, and what is in them otherwise.
STRANGE: dict[str, dict[str, Any]] = {
    "../../escaped": {},
    "": {},
    "a b\x1b[31m": {},
    "otherid": {"file": GOOD.format(id="another")},
    "notyaml": {"file": "---\ntitle: [\n---\n\nStrange words.\n"},
    "zerobytes": {"file": "---\ntitle: Zero\n---\n\nStrange \0 words.\n"},
    "nofile": {"file": None},
    "numbered": {"language": None},
}
PATHS = {
    "pathup": "../../../escaped.md",
    "pathabsolute": "/etc/escaped.md",
    "pathhidden": "articles/../../escaped.md",
    "pathother": "originals/escaped.md",
    "pathback": "articles\\..\\..\\escaped.md",
    "pathescape": "articles/\x1b[31mred.md",
}


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory, urls: str) -> Iterator[str]:
    """A collection of one archive, into whose index another program has written."""
    root, node = tmp_path_factory.mktemp("strange") / "news", urls.partition(",")[0]
    (root.parent / "articles.jsonl").write_text("\n".join(map(json.dumps, ARTICLES)), "utf-8")
    with Archive.create(root) as archive:
        archive.import_(root.parent / "articles.jsonl")
        archive.use_engine("opensearch", {"url": urls, "index": NAME, "replicas": 0})

        def ask(method: str, path: str, body: Any = None) -> Any:
            data = None if body is None else json.dumps(body).encode()
            request = Request(node + path, data, {"content-type": "application/json"}, method=method)
            with urlopen(request, timeout=60) as answer:
                return json.load(answer)

        index = next(iter(ask("GET", f"/{NAME}")))
        documents = [{"id": id_, **changes} for id_, changes in STRANGE.items()]
        documents += [{"id": id_, "path": path} for id_, path in PATHS.items()]
        for number, changes in enumerate(documents):
            plain = {"language": "en", "file": GOOD.format(id=changes["id"]), "path": "articles/x.md", "row": number}
            shared = {"archive": "elsewhere", "leading": True, "text": "strang", "body": "strang", "title_key": "s"}
            ask("PUT", f"/{index}/_doc/strange{number}", {**plain, **shared, "words_body": ["strange"], **changes})
        ask("POST", f"/{index}/_refresh")
        hosts = ",".join(url.partition("://")[2] for url in urls.split(","))
        yield f"opensearch+http://{hosts}/{NAME}"
        archive.use_engine("whoosh")


def test_documents_that_are_no_articles_are_left_out_and_named(cli: Cli, address: str) -> None:
    listed = cli("--archive", address, "list", "--json", code=3)
    ids = {article["id"] for article in listed.json["articles"]}
    assert not ids & STRANGE.keys()
    assert {*PATHS} < ids
    assert len(ids) == len(ARTICLES) + len(PATHS)
    assert "an article of the collection cannot be read and is left out: 'notyaml' of 'elsewhere'" in listed.err
    assert "\x1b" not in listed.out + listed.err
    searched = cli("--archive", address, "search", "strange", "-n", 50, code=3)
    assert "Strange pathup" in searched.out
    assert "\x1b" not in searched.out + searched.err


def test_no_path_leads_out_of_an_export(cli: Cli, address: str, tmp_path: Path) -> None:
    before = {*tmp_path.parent.rglob("*escaped*")}
    for number, format_ in enumerate(("md", "site", "txt", "json")):
        (tmp_path / f"deep{number}").mkdir()
        cli(
            "--archive", address, "export", "strange", "--format", format_, "-o", tmp_path / f"deep{number}/out", code=3
        )
    assert {*tmp_path.parent.rglob("*escaped*")} == before
    assert not Path("/etc/escaped.md").exists()
    for id_ in PATHS:
        shown = cli("--archive", address, "show", id_, "--json", code=0).json
        assert shown["path"] == f"articles/undated/strange-{id_}.{id_}.md"


def test_an_id_that_is_none_is_not_there(cli: Cli, address: str) -> None:
    for id_ in ("../../escaped", "otherid", "notyaml", "nofile"):
        assert cli("--archive", address, "show", id_).code in (1, 3)
