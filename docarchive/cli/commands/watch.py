"""``docarchive watch``."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from docarchive.cli.declaring import Argument, Context, Option
from docarchive.cli.importing import (
    Format,
    Jobs,
    Language,
    Mapping,
    OnDuplicate,
    Split,
    Sql,
    Tags,
    Values,
    import_options,
    import_report,
)
from docarchive.cli.interrupting import stop_on_interrupt
from docarchive.cli.opening import opened
from docarchive.cli.options import Json
from docarchive.cli.render import counted, message

if TYPE_CHECKING:
    from docarchive.archive import ImportReport


def watch(
    context: Context,
    folders: Annotated[list[Path], Argument(metavar="FOLDER...", help="What to watch, with all below it.")],
    settle: Annotated[
        float,
        Option(metavar="SECONDS", min=0.1, help="How long a file must stay the same before it is read."),
    ] = 2.0,
    format: Format = None,
    tag: Tags = None,
    set_: Values = None,
    language: Language = None,
    map_: Mapping = None,
    split: Split = False,
    query: Sql = None,
    jobs: Jobs = None,
    on_duplicate: OnDuplicate = None,
    json: Json = False,
) -> None:
    """Bring in what is in folders and what appears, until Ctrl-C.

    A file is read once it has stayed the same for a while, so that none is taken half written; names
    such as x.part and x.tmp wait until they are renamed. What was there before is known and passed over.
    A line is printed each time that something came in.
    """
    options = import_options(format, tag, set_, language, map_, split, query, jobs, on_duplicate)

    def tell(report: ImportReport) -> None:
        import_report(report, json=json)
        sys.stdout.flush()

    with opened(context, create=True) as archive, stop_on_interrupt("stopping") as stop:
        message(f"watching {counted(len(folders), 'folder')}; Ctrl-C ends it")
        options["stop"] = stop
        archive.watch(*folders, settle=settle, report=tell, **options)
