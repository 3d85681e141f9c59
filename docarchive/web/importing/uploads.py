"""Uploads: from a request to the files and addresses that it wants imported, and the options of that.

A body is one file, or a form with several (``multipart/form-data``). Files are kept on the disk until they were
imported. Their names are only names: none of them leads to a file of this machine.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from tempfile import SpooledTemporaryFile
from typing import Any, BinaryIO, Final, cast

from starlette.datastructures import FormData, QueryParams, UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import Request

from docarchive import Archive
from docarchive.errors import UsageError
from docarchive.records import NamedTuple
from docarchive.web.api.routes import values_of
from docarchive.web.api.table import IMPORT
from docarchive.web.options import MAX_ADDRESSES, MAX_FILES

_IN_MEMORY: Final = 65_536
_NAME: Final = 200
_MAX_FIELDS: Final = 20
_MAX_FIELD: Final = 65_536


class Upload:
    """A file that was uploaded, as ``Archive.import_`` reads it.

    Args:
        name: Its name.
        file: Its bytes.
        is_nothing: Whether it is what a form has if no file was chosen.
    """

    def __init__(self, name: str, file: BinaryIO, *, is_nothing: bool) -> None:
        self.name = name
        self.is_nothing = is_nothing
        self._file = file
        self.read = file.read
        self.close = file.close


class Wanted(NamedTuple):
    """What a request wants imported."""

    inputs: Sequence[str | BinaryIO]  # addresses and uploads
    options: dict[str, Any]  # as ``Archive.import_`` takes them
    wait: int = 0  # seconds that a program waits for its end

    def close(self) -> None:
        """Closes the uploads."""
        for input_ in self.inputs:
            if not isinstance(input_, str):
                input_.close()


class Received(NamedTuple):
    """What a request has sent."""

    files: Sequence[UploadFile]
    parameters: Sequence[tuple[str, str]]  # of its address
    fields: Sequence[tuple[str, str]]  # of its form, as they were typed

    @property
    def has_files(self) -> bool:
        """Whether it has any file."""
        return not all(map(_is_nothing, self.files))


async def received(request: Request) -> Received:
    """Reads a request for an import; pass it to ``wanted``, which closes the files if they are not wanted.

    Raises:
        UsageError: It cannot be read.
        Refused: It is too large.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    parameters = request.query_params.multi_items()
    if kind != "multipart/form-data":
        return Received([await _body(request, request.query_params.get("name", ""))], parameters, ())
    items = (await _form(request)).multi_items()
    files = [value for _, value in items if isinstance(value, UploadFile)]
    return Received(files, parameters, [(name, value) for name, value in items if isinstance(value, str)])


def wanted(request: Received, archive: Archive) -> Wanted:
    """Returns what a request wants imported; close it in the end.

    Args:
        request: What the request has sent.
        archive: The archive.

    Raises:
        UsageError: A parameter is wrong, or there is nothing to import.
    """
    try:
        values = values_of(IMPORT, QueryParams([*request.parameters, *_parameters(request.fields)]))
        return _checked(archive, [_upload(file) for file in request.files], values)
    except BaseException:
        for file in request.files:
            file.file.close()
        raise


def check_format(archive: Archive, name: str | None) -> None:
    """Raises ``UsageError`` if there is a name, but no format to import that is called so."""
    formats = (format for format in archive.formats() if format.direction == "import")
    if name is not None and all(name not in (format.name, *format.aliases) for format in formats):
        raise UsageError(f"there is no format {name!r}; see /api/v1/formats")


async def _body(request: Request, name: str) -> UploadFile:
    """Returns the body of a request as a file."""
    file = UploadFile(cast(BinaryIO, SpooledTemporaryFile(max_size=_IN_MEMORY)), size=0, filename=name)  # noqa: SIM115
    try:
        async for chunk in request.stream():
            await file.write(chunk)
        await file.seek(0)
    except BaseException:
        await file.close()
        raise
    return file


def _checked(archive: Archive, uploads: list[Upload], values: dict[str, Any]) -> Wanted:
    """Returns what is wanted; raises ``UsageError`` if that cannot be."""
    addresses = values.pop("address")
    for address in addresses:
        if not address.lower().startswith(("http://", "https://")):
            raise UsageError(f"{address[:80]!r} is no address; use one that begins with http:// or https://")
    check_format(archive, values["format"])
    wanted_uploads = [cast(BinaryIO, upload) for upload in uploads if not upload.is_nothing]
    if not (wanted_uploads or addresses):
        raise UsageError("there is nothing to import; send a file or an address")
    del values["name"]
    seconds = values.pop("wait")
    values["tags"] = values.pop("tag")
    for upload in uploads:
        if upload.is_nothing:
            upload.close()
    return Wanted([*wanted_uploads, *addresses], values, seconds)


async def _form(request: Request) -> FormData:
    parser = _Parser(
        request.headers, request.stream(), max_files=MAX_FILES, max_fields=_MAX_FIELDS, max_part_size=_MAX_FIELD
    )
    try:
        return await parser.parse()
    except MultiPartException as error:
        raise UsageError(f"the form cannot be read: {error.message}") from None


class _Parser(MultiPartParser):
    """Reads a form, of whose files it keeps little in memory."""

    spool_max_size = _IN_MEMORY


def _parameters(fields: Iterable[tuple[str, str]]) -> Iterable[tuple[str, str]]:
    """Yields the fields of a form as parameters: of ``addresses`` and ``tags``, each has one."""
    for name, value in fields:
        if name == "addresses":
            addresses = value.split()
            if len(addresses) > MAX_ADDRESSES:
                raise UsageError(f"use at most {MAX_ADDRESSES} addresses at once")
            yield from (("address", address) for address in addresses)
        elif name == "tags":
            yield from (("tag", tag.strip()) for tag in value.split(",") if tag.strip())
        else:
            yield name, value


def _upload(file: UploadFile) -> Upload:
    """Returns an uploaded file by its name alone: without folders, control characters and what is too long."""
    name = (file.filename or "").replace("\\", "/").rpartition("/")[2]
    name = "".join(character for character in name if character.isprintable()).strip().lstrip("<")[-_NAME:]
    return Upload(name or "-", file.file, is_nothing=_is_nothing(file))


def _is_nothing(file: UploadFile) -> bool:
    """Returns whether it is what a form has if no file was chosen."""
    return not (file.filename or file.size)
