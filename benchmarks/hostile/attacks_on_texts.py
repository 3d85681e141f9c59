"""Attacks in texts: notes in quarantine, settings, articles with their front matter, versions, lists of deletions."""

from __future__ import annotations

import hashlib
import json
import random
import re
from contextlib import suppress
from typing import Any, Final

from benchmarks.hostile import values
from benchmarks.hostile.arena import Arena

_IMPORT: Final = (
    "tags",
    "set",
    "language",
    "map",
    "jobs",
    "on_duplicate",
    "images",
    "format",
    "query",
    "template",
    "x",
)
_KEYS: Final = (
    *(
        "id",
        "title",
        "title_derived",
        "date",
        "updated",
        "authors",
        "source",
        "source_id",
        "section",
        "url",
        "language",
    ),
    *("summary", "tags", "people", "duplicate_of", "archived", "original", "fingerprint", "format", "reader", "slug"),
    *("imported_from", "aliases", "permalink", "layout", "cover", "image", "images", "template", "cssclass", "path"),
    *("draft", "guid", "doi", "message_id", "rating", "__class__", "geo", "original_as_written", "type", "outputs"),
)


def notes(random_: random.Random, arena: Arena) -> str:
    """Adds an input to quarantine whose note, name or content leads out."""
    folder = arena.archive / "quarantine"
    with suppress(OSError):
        folder.mkdir(exist_ok=True)
        ending, data = random_.choice(_inputs(random_, arena))
        name = f"{hashlib.sha256(data).hexdigest()[:12]}-x.{ending}"
        own = random_.choice(("quarantine", str(folder)))
        inputs = [values.paths(random_, arena), f"{own}/{name}", str(arena.canary / "secret.md"), "-", "quarantine"]
        input_ = random_.choice(inputs)
        note: dict[str, Any] = {
            **{"schema": 1, "where": random_.choice((input_, f"{input_}:1", values.paths(random_, arena)))},
            **{"reason": "none", "refused": "2024-01-01T00:00:00Z", "sha256": hashlib.sha256(data).hexdigest()},
            **{"input": input_, "is_record": random_.random() < 0.3, "is_kept": random_.random() < 0.7},
            **{"retry": "docarchive quarantine x --retry", "format": "markdown", "options": {"query": "SELECT 1"}},
        }
        if note["is_kept"] or random_.randrange(4) == 0:
            same = random_.randrange(6) == 0
            (folder / name).write_bytes((arena.canary / "secret.md").read_bytes()[::-1] if same else data)
        whole = values.dumped(note)
        if random_.randrange(3) == 0:
            whole = values.encoded(random_, arena, note)
        (folder / f"{name}.json").write_bytes(whole)
        return f"{name} of {input_!a}, kept {note['is_kept']}: {data[:60]!r}"
    return "no quarantine"


def settings(random_: random.Random, arena: Arena) -> str:
    """Changes a setting, adds options of imports or saved searches, or breaks the file."""
    lines = {"name": '"x"', "engine": '"whoosh"', "language": '"en"', "layout": "1"}
    how = random_.randrange(9)
    tail = ""
    if how < 3:
        name = random_.choice([*lines, "root", "articles"])
        lines[name] = _toml(values.value(random_, arena))
    elif how < 6:
        chosen = random_.choices(_IMPORT, k=2)
        tail = "[import]\n" + "".join(f"{name} = {_toml(_option(random_, arena, name))}\n" for name in {*chosen})
    elif how == 6:
        searches = [
            {"a": "@b", "b": "@a", "harbour": "@a"},
            {f"a{n}": f"@a{n + 1} OR @a{n + 1}" for n in range(40)} | {"a40": "pier", "harbour": "@a0"},
            {"harbour": values.text(random_, arena), values.text(random_, arena): "x"},
            {"harbour": "(" * 500 + "pier", "more": "/(a+)+$/"},
            {f"s{n}": "pier" for n in range(20_000)},
        ]
        found = random_.choice(searches)
        tail = "[searches]\n" + "".join(f"{_toml(key)} = {_toml(query)}\n" for key, query in found.items())
    elif how == 7:
        tail = random_.choice(
            (
                "x = " + "[" * 5_000,
                "x" + ".y" * 5_000 + " = 1",
                "x = 2024-99-99",
                "x = 9" + "9" * 5_000,
                "[import]\n[import]\n",
                "\0",
                "name = 'twice'",
                "[[searches]]\na = 'b'",
                "x = {" * 3_000,
                "#" * 2_000_000,
            )
        )
    with suppress(OSError):
        file = arena.archive / "docarchive.toml"
        if how == 8:
            file.unlink()
            return "no settings"
        text = "".join(f"{name} = {value}\n" for name, value in lines.items()) + tail
        file.write_bytes(text.encode("utf-8", "surrogatepass"))
        return text[-160:].replace("\n", "; ")
    return "no place for settings"


def articles(random_: random.Random, arena: Arena) -> str:
    """Changes the front matter or the text of an article, or adds one."""
    files = [path for path in sorted((arena.archive / "articles").rglob("*.md")) if path.is_file()]
    files += [path for path in sorted((arena.archive / "versions").rglob("*.md")) if path.is_file()]
    with suppress(OSError):
        file = random_.choice(files) if files and random_.randrange(4) else arena.archive / "articles/2024/03/new.md"
        text = file.read_text("utf-8", "replace") if file.is_file() else "---\ntitle: New\n---\n\nA pier.\n"
        if random_.randrange(3):
            keys = random_.choices(_KEYS, k=random_.choice((1, 2, 4)))
            changed = ""
            for key in {*keys}:
                written = _yaml(_meta(random_, arena, key))
                text = re.sub(rf"^{key}:.*\n(?:[ -].*\n)*", "", text, flags=re.MULTILINE)
                text = text.replace("---\n", f"---\n{key}: {written}\n", 1)
                changed += f"{key}: {written[:80]!a} "
        else:
            changed = random_.choice(_texts(random_, arena))
            text += f"\n\n{changed}\n"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text.encode("utf-8", "surrogatepass"))
        return f"{file.name}: {changed[:200]!a}"
    return "no articles"


def records(random_: random.Random, arena: Arena) -> str:
    """Changes lists of records: deletions, heads, manifests, and what may be there by then."""
    names = {"deleted.jsonl", "heads.jsonl", *(path.name for path in arena.archive.glob("*.jsonl"))}
    file = arena.archive / random_.choice(sorted(names))
    lines = [{"id": "x", "title": "X", "path": "articles/x.md", "keys": ["x"], "deleted": "2024-01-01T00:00:00Z"}]
    with suppress(OSError):
        if file.is_file():
            with suppress(ValueError):
                lines = [json.loads(line) for line in file.read_bytes().splitlines()] or lines
        data = values.encoded(random_, arena, random_.choice(lines))
        if random_.randrange(8) == 0:
            data = data[:2_000] + b"\n" + (data[:200] + b"\n") * 20_000
        with file.open("ab") as out:
            out.write(data + random_.choice((b"\n", b"", b"\r\n", b"\n\n\n")))
        return f"{file.name}: {data[:150]!r}"
    return f"no {file.name}"


def _option(random_: random.Random, arena: Arena, name: str) -> Any:
    """Returns a value of an option of imports."""
    likely = {
        "jobs": random_.choice((0, -1, 1, 10**6, 2**40)),
        "images": True,
        "tags": [values.text(random_, arena)],
        "set": {values.text(random_, arena): values.value(random_, arena), "original": values.paths(random_, arena)},
        "map": {"title": values.text(random_, arena)},
        "language": values.text(random_, arena),
        "query": f"ATTACH '{arena.canary}/secret.sqlite' AS s; SELECT * FROM s.a",
    }
    return likely[name] if name in likely and random_.randrange(4) else values.value(random_, arena)


def _meta(random_: random.Random, arena: Arena, key: str) -> Any:
    """Returns a value for a key of front matter."""
    own = sorted((arena.archive / "originals").rglob("*.*"))
    digest = own[0].stem if own else "0" * 64
    if key == "original" and random_.randrange(4):
        return random_.choice(
            (
                f"sha256:{digest}",
                f"sha256:{values.paths(random_, arena)}",
                f"sha256:{digest[:2]}/../../../canary/secret",
                f"sha256:..{digest[2:]}",
                f"sha256:{digest.upper()}",
                f"sha256:{hashlib.sha256((arena.canary / 'secret.md').read_bytes()).hexdigest()}",
                "sha256:",
            )
        )
    return values.value(random_, arena) if random_.randrange(2) else values.paths(random_, arena)


def _texts(random_: random.Random, arena: Arena) -> list[str]:
    """Returns texts that show, include or run something."""
    path = values.paths(random_, arena)
    return [
        f"![A picture]({path})",
        f"![A picture](<../../../../canary/a.png>) ![b]({arena.canary}/a.png) ![c](file://{arena.canary}/a.png)",
        "![A picture](../../../originals/ab/../../../canary/photos/a.png)",
        "![A picture](../../../originals/../../canary/photos/a.png)",
        f"![A picture](../../../originals/00/{'0' * 64}.png)",
        f"[link]({path}) <{path}> [ref][1]\n\n[1]: {path}",
        f"<img src='{path}'><iframe src='{path}'></iframe><link rel=stylesheet href='{arena.canary}/photos/x.css'>",
        f"<script src='{path}'></script><object data='{path}'></object><embed src='{path}'><base href='{path}'>",
        f"<svg><image href='{path}'/><use href='{path}'/></svg><style>@import '{path}';</style>",
        f"![[{arena.canary}/a.png]] ![[../../canary/secret.md]] [[{path}]]",
        f'{{{{< readfile "{path}" >}}}} {{% include {path} %}} {{{{ site.config }}}} {{{{% figure src="{path}" %}}}}',
        f".. include:: {path}\n.. raw:: html\n   :file: {path}\n.. csv-table::\n   :file: {path}",
        f'#+INCLUDE: "{path}"\ninclude::{path}[]',
        f"$$\\input{{{path}}} \\write18{{touch x}}$$ \\(\\href{{{path}}}{{x}}\\)",
        f"```{{=html}}\n<script>fetch('{path}')</script>\n```",
        values.text(random_, arena),
        "> " * 3_000 + "x",
        "- " * 3_000 + "x",
        "[" * 5_000,
        "![" * 5_000 + "](" * 5_000,
        "*" * 30_000 + "a" + "_" * 30_000,
        "|" * 20_000 + "\n" + "|-" * 20_000,
        "a " * 500_000,
        "\n".join(f"[^{n}]: [^{n + 1}]" for n in range(2_000)),
        "&" + "amp;" * 20_000,
        "`" * 9_999 + "x" + "`" * 9_998,
    ]


def _inputs(random_: random.Random, arena: Arena) -> list[tuple[str, bytes]]:
    """Returns inputs that name other files or addresses, by their endings."""
    path = values.paths(random_, arena).replace("\0", "")
    xxe = f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file://{arena.canary}/secret.md">]>'
    feed = (
        f"<rss><channel><item><title>T</title><link>{path}</link><description>&e;</description></item></channel></rss>"
    )
    items = [
        ("md", f"# A\n\n![](photos/a.png) ![]({path}) ![](../canary/a.png)\n"),
        (
            "html",
            f"<html><body><h1>A</h1><p>{'A pier. ' * 40}</p><img src='photos/a.png'><img src='{path}'></body></html>",
        ),
        (
            "html",
            f"<html><head><base href='{path}'><link rel=canonical href='{path}'></head><body><p>A</p></body></html>",
        ),
        (
            "rst",
            f"A\n=\n\n.. include:: {path}\n\n.. image:: {path}\n\n.. raw:: html\n   :file: {arena.canary}/secret.md\n",
        ),
        ("rst", f"A\n=\n\n.. include:: {arena.canary}/secret.md\n\n.. csv-table:: x\n   :url: {path}\n"),
        ("adoc", f"= A\n\ninclude::{arena.canary}/secret.md[]\n\nimage::{path}[]\n"),
        ("org", f'#+TITLE: A\n#+INCLUDE: "{arena.canary}/secret.md"\n[[file:{arena.canary}/a.png]]\n'),
        ("xml", xxe + feed),
        (
            "xml",
            f"<?xml-stylesheet href='{path}'?>"
            f"<x xmlns:xi='http://www.w3.org/2001/XInclude'><xi:include href='{path}'/></x>",
        ),
        ("opml", f"<opml><body><outline type='rss' text='a' xmlUrl='{path}'/></body></opml>"),
        ("json", json.dumps({"title": "A", "body": f"![]({path})", "image": path, "original": f"sha256:{path}"})),
        ("jsonl", json.dumps({"title": "A", "body": "x", "archived": "2024-01-01", "original": "sha256:../../x"})),
        ("bib", f"@article{{a, title={{A}}, file={{{path}}}, abstract={{\\input{{{path}}}}}}}"),
        ("ipynb", json.dumps({"nbformat": 4, "cells": [{"cell_type": "markdown", "source": [f"![]({path})"]}]})),
        ("eml", f'Subject: A\nContent-Type: message/external-body; access-type=local-file; name="{path}"\n\nx\n'),
        ("mhtml", f"Subject: A\nContent-Type: text/html\nContent-Location: {path}\n\n<img src='{path}'>\n"),
        ("csv", f"title,body,original\nA,![]({path}),{path}\n"),
        ("tex", f"\\input{{{path}}}"),
        ("rtf", f'{{\\rtf1 {{\\field{{\\*\\fldinst INCLUDEPICTURE "{path}"}}}} x}}'),
        ("url", f"[InternetShortcut]\nURL={path}\n"),
    ]
    return [(ending, text.encode("utf-8", "surrogatepass")) for ending, text in items]


def _toml(value: Any) -> str:
    """Returns a value as TOML, as far as TOML has it."""
    if value is None:
        return "nan"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_toml(str(key))} = {_toml(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_toml, value)) + "]"
    if isinstance(value, float):
        return repr(value)
    return json.dumps(value)


def _yaml(value: Any) -> str:
    """Returns a value as YAML: often as JSON, at times with a tag or an alias."""
    tags = ("", "", "", "", "!!python/object/apply:os.system ", "!!binary ", "!!timestamp ", "&a ", "!<tag:x> ")
    tag = tags[len(json.dumps(value)) % len(tags)] if isinstance(value, str | dict) else ""
    return tag + json.dumps(value, ensure_ascii=isinstance(value, str))
