"""``docarchive open``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

from docarchive.cli.declaring import Context, Option
from docarchive.cli.opening import opened
from docarchive.cli.render import line, out
from docarchive.cli.shared_arguments import ArticleId
from docarchive.errors import NotFoundError, UsageError

if TYPE_CHECKING:
    from docarchive import Archive

#: How scripts and programs begin.
_PROGRAMS: Final = (
    b"#!",
    b"MZ",
    b"\x7fELF",
    b"\xca\xfe\xba\xbe",
    b"\xfe\xed\xfa",
    b"\xce\xfa\xed\xfe",
    b"\xcf\xfa\xed\xfe",
)
#: How files begin that start programs.
_STARTER: Final = b"[desktop entry]"
_HEAD: Final = 4_096
#: Endings of documents that hold programs.
_WITH_PROGRAMS: Final = frozenset({".docm"})


def open_(
    context: Context,
    id_: ArticleId,
    url: Annotated[bool, Option("--url", help="Open the article's address on the web.")] = False,
    print_: Annotated[bool, Option("--print", help="Print what would be opened, and open nothing.")] = False,
) -> None:
    """Open the original of an article, or its address.

    Without an original, the address is opened, and without an address, the article's Markdown file. Addresses are
    opened with $BROWSER if it is set. Files that the system might run are not opened.
    """
    from docarchive.cli.programs import open_address, open_file

    with opened(context) as archive:
        target = _address(archive, id_) if url else _target(archive, archive.resolve(id_))
    if print_:
        out(line(str(target)))
    elif isinstance(target, Path):
        open_file(target)
    else:
        open_address(target)


def _target(archive: Archive, id_: str) -> Path | str:
    try:
        path = archive.original(id_)
    except NotFoundError:
        try:
            return _address(archive, id_)
        except NotFoundError:
            archive.text(id_)  # that the file is one of the archive is checked here
            return archive.path / archive.file(id_)
    _check_harmless(path, id_)
    return path


def _address(archive: Archive, id_: str) -> str:
    from docarchive.archive.lookup import address

    return address(archive.get(id_))


def _check_harmless(path: Path, id_: str) -> None:
    """Raises ``UsageError`` for a file that the system might run: a stranger has chosen its bytes and its ending."""
    from docarchive import Archive

    with open(path, "rb") as file:
        head = file.read(_HEAD)
    if head.startswith(_PROGRAMS) or head.removeprefix(b"\xef\xbb\xbf").lstrip().lower().startswith(_STARTER):
        what = "a program"
    else:
        formats = (format for format in Archive.formats() if format.direction == "import")
        known = {suffix for format in formats for suffix in format.suffixes} - _WITH_PROGRAMS
        if not path.suffix or path.suffix.lower() in known:
            return
        what = f"a {path.suffix} file, which may be a program"
    raise UsageError(f"the original is {what}, and is not opened; print it with 'docarchive original {id_}'")
