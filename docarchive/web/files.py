"""Files as answers: originals, which may be anything, and pictures. No browser runs anything in them."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import FileResponse, Response

from docarchive.errors import NotFoundError
from docarchive.formats.picture_kinds import is_shown
from docarchive.pictures import MEDIA_TYPES, path_of
from docarchive.web.safety import SANDBOX
from docarchive.web.site import Site
from docarchive.web.templates import ASSETS, asset, assets_version

_FOREVER = "public, max-age=31536000, immutable"


def original(site: Site, request: Request) -> Response:
    """Returns the original of an article, to be saved: a browser does not show it."""
    path = site.archive.original(request.path_params["id"])
    headers = {"content-security-policy": SANDBOX, "x-content-type-options": "nosniff"}
    return FileResponse(path, filename=path.name, media_type="application/octet-stream", headers=headers)


def picture(site: Site, request: Request) -> Response:
    """Returns a picture that articles show."""
    name = request.path_params["name"]
    path = path_of(f"originals/{name[:2]}/{name}")
    if path is None:
        raise NotFoundError("there is no such picture")
    file = site.archive.picture(path)
    kind = is_shown(file)
    if kind is None:
        raise NotFoundError("there is no such picture")
    headers = {"content-security-policy": SANDBOX, "cache-control": _FOREVER.replace("public", "private")}
    return FileResponse(file, media_type=MEDIA_TYPES[kind], headers=headers)


def static(site: Site, request: Request) -> Response:
    """Returns a file that pages load."""
    name = request.path_params["name"]
    if name not in ASSETS:
        raise NotFoundError("there is no such file")
    is_current = request.path_params["version"] == assets_version()
    headers = {"cache-control": _FOREVER} if is_current else {}
    return Response(asset(name), media_type=ASSETS[name], headers=headers)
