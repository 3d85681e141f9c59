"""``docarchive import``."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, BinaryIO

import typer

from docarchive.cli.opening import opened
from docarchive.cli.options import Json
from docarchive.cli.render import number, out, out_json, refusals
from docarchive.errors import UsageError


def import_(
    context: typer.Context,
    paths: Annotated[list[Path], typer.Argument(metavar="PATH...", help="Files and folders; - is standard input.")],
    format: Annotated[
        str | None,
        typer.Option(metavar="FORMAT", help="markdown, text, jsonl or json.", show_default="by content, then by name"),
    ] = None,
    tag: Annotated[
        list[str] | None, typer.Option(metavar="TAG", help="A tag for every article that comes in; repeatable.")
    ] = None,
    set_: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="KEY=VALUE", help="A value for every article that comes in; repeatable."),
    ] = None,
    language: Annotated[
        str | None, typer.Option(metavar="CODE", help="The articles' language, whatever they say: en, de, ….")
    ] = None,
    json: Json = False,
) -> int:
    """Bring articles in.

    What is there already stays as it is. What cannot be read is named with its reason and kept in
    quarantine/, and does not stop the rest; the exit code is 3 then.

    With --archive DIR, the archive is made if DIR is missing or empty.
    """
    values = dict(_key_and_value(each) for each in set_ or [])
    inputs: list[Path | BinaryIO] = [sys.stdin.buffer if str(path) == "-" else path for path in paths]
    with opened(context, create=True) as archive:
        report = archive.import_(*inputs, format=format, tags=tag or (), set=values, language=language)
    if json:
        out_json(report.to_dict())
    else:
        refusals(report.refused)
        out(
            f"{number(report.new)} new, {number(report.known)} already there, "
            f"{number(report.updated)} updated, {number(len(report.refused))} refused"
        )
    return 3 if report.refused else 0


def _key_and_value(text: str) -> tuple[str, str]:
    key, sign, value = text.partition("=")
    if not sign or not key.strip() or not value.strip():
        raise UsageError(f"--set takes KEY=VALUE, such as source=Reuters, not {text!r}")
    return key.strip(), value.strip()
