"""``docarchive show``."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated, Any

from docarchive.cli.declaring import Argument, Context, Option
from docarchive.cli.ids import found, with_piped
from docarchive.cli.library_options import export_options, export_values
from docarchive.cli.opening import opened
from docarchive.cli.render import bold, cut, line, missing, out, out_json, out_text, safe, unproved
from docarchive.cli.shared_arguments import Json, check_alone, format_option, version_number
from docarchive.cli.streams import standard_output
from docarchive.errors import UsageError

if TYPE_CHECKING:
    from docarchive import Archive, Provenance


@export_options("show")
def show(
    context: Context,
    ids: Annotated[
        list[str],
        Argument(
            metavar="ID...",
            help="The ids of the articles; - reads them from standard input. Any unique prefix of an id will do.",
        ),
    ],
    format: Annotated[str | None, format_option("rendered on a terminal, else the files as they are")] = None,
    raw: Annotated[bool, Option("--raw", help="Print the files as they are, even on a terminal.")] = False,
    version: Annotated[
        str | None,
        Option(
            metavar="N",
            help="Print version N of each article, as 'docarchive versions' lists them; -1 is the last one before the "
            "current.",
            show_default="current",
        ),
    ] = None,
    provenance: Annotated[
        bool,
        Option(
            "--provenance",
            help="Print where each article came from: the input, the reader, the time and the original file.",
        ),
    ] = False,
    json: Json = False,
    **values: Any,
) -> int:
    """Print articles.

    On a terminal, articles are rendered. Long ones open in a pager ($PAGER, or less). In a pipe, their files are
    printed as they are. The exit code is 1 if no article has one of the ids, or not that version; the others are
    printed.
    """
    options = export_values(values)
    converts = format is not None or "template" in options
    check_alone("raw", raw, format=format, template=options.get("template"), provenance=provenance, json=json)
    check_alone("version", version, format=format, template=options.get("template"), provenance=provenance)
    for name, given in (("format", format), ("template", options.get("template"))):
        check_alone(name, given, provenance=provenance, json=json)
    if options and not converts:
        raise UsageError("--style requires --format citation")
    number = 0 if version is None else version_number(version)
    ids = with_piped(ids)
    if not ids:
        return 1
    with opened(context, reads=True) as archive:
        full_ids, code = found(ids, archive.resolve)
        if converts and full_ids:
            advice = f"redirect it to a file: docarchive show {' '.join(ids)} --format {format} > FILE"
            report = archive.export(ids=full_ids, format=format, to=standard_output(advice), **options)
            missing(report.missing)
            cut(report.cut)
            unproved(report.unproved)
            return max(code, 1 if report.missing or report.unproved else 0)
        if not (raw or provenance or json or converts) and sys.stdout.isatty():
            from docarchive.cli.reading import show_rendered

            articles, missed = found(full_ids, lambda id_: archive.get(id_, version=number))
            show_rendered(articles)
        else:
            printed: list[str] = []

            def show_one(id_: str) -> None:
                _print(archive, id_, number, json=json, provenance=provenance, index=len(printed))
                printed.append(id_)

            _, missed = found(full_ids, show_one)
        return max(code, missed)


def _print(archive: Archive, id_: str, version: int, *, json: bool, provenance: bool, index: int) -> None:
    if provenance:
        _show_provenance(archive.provenance(id_), json=json, index=index)
    elif json:
        out_json(archive.get(id_, version=version).to_dict() | {"path": archive.file(id_, version=version)})
    else:
        text = archive.text(id_, version=version)
        sys.stdout.write("\n" * (index > 0) + (safe(text) if sys.stdout.isatty() else text))
        sys.stdout.write("" if text.endswith("\n") else "\n")


def _show_provenance(provenance: Provenance, *, json: bool, index: int) -> None:
    if json:
        out_json(provenance.to_dict())
        return
    if index:
        out("")
    for name, value in provenance._asdict().items():
        joined = ", ".join(value) if isinstance(value, tuple) else value
        if joined:
            out_text(line(str(joined)), first=f"{bold(f'{name:<13}')} ", indent=14)
