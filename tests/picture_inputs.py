"""Inputs of every format that can hold a picture; each shows the same one in the same text."""

from __future__ import annotations

import io
import json
import tarfile
from base64 import b64encode
from collections.abc import Callable
from hashlib import md5
from pathlib import Path
from typing import Literal
from zipfile import ZipFile

from picture_samples import png

PICTURE = png()
TEXT = "The chart is below, and it shows the prices of wheat in the harbour for all of the year 1986."
MORE = "Prices rose in spring, when the ships came late, and they fell in autumn after the harvest was in."
FIGURE = '<p><img src="{}" alt="A plan"></p>'
PAGE = (
    "<html><head><title>Wheat</title></head><body><nav><img src='logo.png' alt='Logo'><a href='/'>Home</a></nav>"
    f"<article><h1>Wheat</h1><p>{TEXT}</p>{FIGURE}<p>{MORE}</p></article>"
    "<aside><a href='/x'><img src='img/chart.png' alt='Other'> Another article</a></aside></body></html>"
)


def zipped(files: dict[str, bytes | str]) -> bytes:
    """Returns a ZIP archive."""
    out = io.BytesIO()
    with ZipFile(out, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return out.getvalue()


def tarred(files: dict[str, bytes | str], mode: Literal["w", "w:gz", "w:bz2", "w:xz"] = "w") -> bytes:
    """Returns a TAR archive."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode=mode) as archive:
        for name, text in files.items():
            data = text if isinstance(text, bytes) else text.encode()
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return out.getvalue()


def _message(html: str, headers: str, part: str) -> bytes:
    """Returns a message, or a page saved as one, with a picture."""
    return (
        f'{headers}MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary="B"; type="text/html"\r\n\r\n'
        f"--B\r\nContent-Type: text/html; charset=utf-8\r\n{part}\r\n{html}\r\n"
        f"--B\r\nContent-Type: image/png\r\nContent-Transfer-Encoding: base64\r\nContent-ID: <chart@example.org>\r\n"
        f"Content-Location: https://example.org/img/chart.png\r\n\r\n{b64encode(PICTURE).decode()}\r\n--B--\r\n"
    ).encode()


_MAIL = "From: Ana <ana@example.org>\r\nTo: b@example.org\r\nSubject: Wheat\r\nDate: Tue, 5 Mar 2024 10:00:00 +0000\r\n"
_FRAGMENT = f"<p>{TEXT}</p>{FIGURE}<p>{MORE}</p>"
_OPF = (
    '<package xmlns="http://www.idpf.org/2007/opf" version="3.0" unique-identifier="i"><metadata '
    'xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>Wheat</dc:title><dc:identifier id="i">x</dc:identifier>'
    '</metadata><manifest><item id="a" href="text/a.xhtml" media-type="application/xhtml+xml"/>'
    '<item id="p" href="img/chart.png" media-type="image/png"/></manifest><spine><itemref idref="a"/></spine></package>'
)
_CONTAINER = (
    '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container" version="1.0"><rootfiles><rootfile '
    'full-path="OPS/b.opf" media-type="application/oebps-package+xml"/></rootfiles></container>'
)
_RELS = "http://schemas.openxmlformats.org/package/2006/relationships"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_DRAWING = (
    '<w:drawing><wp:inline xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing">'
    '<wp:docPr id="1" name="chart" descr="A plan"/><a:graphic xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/'
    'main"><a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/picture"><pic:pic xmlns:pic='
    '"http://schemas.openxmlformats.org/drawingml/2006/picture"><pic:blipFill><a:blip r:embed="rId1" xmlns:r="'
    f'{_OFFICE}"/></pic:blipFill></pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing>'
)
_DOCUMENT = (
    '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>'
    f"<w:p><w:r><w:t>{TEXT}</w:t></w:r></w:p><w:p><w:r>{_DRAWING}</w:r></w:p>"
    f"<w:p><w:r><w:t>{MORE}</w:t></w:r></w:p></w:body></w:document>"
)
_ODT = (
    '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" '
    'xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0" '
    'xmlns:svg="urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0" '
    'xmlns:xlink="http://www.w3.org/1999/xlink"><office:body><office:text>'
    f"<text:p>{TEXT}</text:p><text:p><draw:frame><draw:image xlink:href='Pictures/chart.png'/>"
    f"<svg:title>A plan</svg:title></draw:frame></text:p><text:p>{MORE}</text:p></office:text></office:body>"
    "</office:document-content>"
)


def _docx() -> bytes:
    types = (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="png" '
        'ContentType="image/png"/><Default Extension="xml" ContentType="application/xml"/></Types>'
    )
    document = f'<Relationships xmlns="{_RELS}"><Relationship Id="r" Type="{_OFFICE}/officeDocument" Target="{{}}"/>'
    image = f'<Relationships xmlns="{_RELS}"><Relationship Id="rId1" Type="{_OFFICE}/image" Target="media/image1.png"/>'
    return zipped(
        {
            "[Content_Types].xml": types,
            "_rels/.rels": f"{document.format('word/document.xml')}</Relationships>",
            "word/document.xml": _DOCUMENT,
            "word/_rels/document.xml.rels": f"{image}</Relationships>",
            "word/media/image1.png": PICTURE,
        }
    )


_DESCRIBED = rb"{\*\picprop{\sp{\sn wzDescription}{\sv A plan}}}"


def _rtf(picture: bytes) -> bytes:
    return rb"{\rtf1\ansi\ansicpg1252 %s\par %s\par %s\par}" % (TEXT.encode(), picture, MORE.encode())


def _warc() -> bytes:
    def response(url: str, kind: str, content: bytes) -> bytes:
        http = f"HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nContent-Length: {len(content)}\r\n\r\n".encode() + content
        head = (
            f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: {url}\r\nWARC-Date: 2024-03-05T10:00:00Z\r\n"
            f"WARC-Record-ID: <urn:uuid:{len(content):032x}>\r\nContent-Type: application/http; msgtype=response\r\n"
            f"Content-Length: {len(http)}\r\n\r\n"
        )
        return head.encode() + http + b"\r\n\r\n"

    page = PAGE.format("../img/chart.png").encode()
    return response("https://example.org/a/wheat", "text/html", page) + response(
        "https://example.org/img/chart.png", "image/png", PICTURE
    )


def _markdown(address: str) -> str:
    return f"---\ntitle: Wheat\n---\n\n{TEXT}\n\n![A plan]({address})\n\n{MORE}\n"


def _notebook(cell: dict[str, object]) -> str:
    cells = [{"cell_type": "markdown", "source": TEXT}, cell, {"cell_type": "markdown", "source": MORE}]
    return json.dumps({"cells": cells, "metadata": {"title": "Wheat"}, "nbformat": 4, "nbformat_minor": 5})


_DATA = f"data:image/png;base64,{b64encode(PICTURE).decode()}"
_INPUTS: dict[str, Callable[[], dict[str, bytes | str]]] = {
    "markdown": lambda: {"a.md": _markdown("img/chart.png"), "img/chart.png": PICTURE},
    "obsidian": lambda: {
        "a.md": _markdown("x").replace("![A plan](x)", "![[chart.png|A plan]]"),
        "attachments/chart.png": PICTURE,
    },
    "enex": lambda: {
        "a.enex": f"<en-export><note><title>Wheat</title><content><![CDATA[<en-note><p>{TEXT}</p><en-media "
        f"alt='A plan' type='image/png' hash='{md5(PICTURE).hexdigest()}'/><en-media type='application/pdf' hash='0'/>"
        f"<p>{MORE}</p></en-note>]]></content><resource><data encoding='base64'>\n"
        f"{b64encode(PICTURE).decode()}\n</data>"
        "<mime>image/png</mime></resource></note></en-export>"
    },
    "notebook, attached": lambda: {
        "a.ipynb": _notebook(
            {
                "cell_type": "markdown",
                "source": ["![A plan](attachment:the%20plan.png)"],
                "attachments": {"the plan.png": {"image/png": b64encode(PICTURE).decode()}},
            }
        )
    },
    "notebook, result": lambda: {
        "a.ipynb": _notebook(
            {
                "cell_type": "code",
                "source": [],
                "outputs": [
                    {"output_type": "stream", "text": ["\n"]},
                    {"data": {"text/plain": ["A plan"], "image/png": f"{b64encode(PICTURE).decode()}\n"}},
                ],
            }
        )
    },
    "notebook of version 3": lambda: {
        "a.ipynb": json.dumps(
            {
                "worksheets": [
                    {
                        "cells": [
                            {"cell_type": "markdown", "source": TEXT},
                            {"cell_type": "code", "outputs": [{"text": "A plan", "png": b64encode(PICTURE).decode()}]},
                            {"cell_type": "markdown", "source": MORE},
                        ]
                    }
                ],
                "nbformat": 3,
            }
        )
    },
    "notion's HTML": lambda: {
        f"Wheat {'0' * 32}.html": f'<html><body><article id="{"0" * 32}" class="page sans"><header><h1 '
        f'class="page-title">Wheat</h1></header><div class="page-body"><p>{TEXT}</p><figure class="image"><a '
        f'href="Wheat/chart.png"><img src="Wheat/chart.png" alt="A plan"/></a></figure><p>{MORE}</p></div></article>'
        "</body></html>",
        "Wheat/chart.png": PICTURE,
    },
    "obsidian, another folder": lambda: {
        "notes/a.md": _markdown("x").replace("![A plan](x)", "![[Chart.png|A plan]]"),
        "files of 2024/more/chart.png": PICTURE,
    },
    "page": lambda: {"a.html": PAGE.format("img/chart.png"), "img/chart.png": PICTURE},
    "saved page": lambda: {
        "a.html": "<!-- saved from url=(0026)https://example.org/a/b -->" + PAGE.format("./a_files/chart.png"),
        "a_files/chart.png": PICTURE,
    },
    "page of one file": lambda: {"a.html": PAGE.format(_DATA)},
    "zip": lambda: {"a.zip": zipped({"site/p/a.md": _markdown("../img/c.png"), "site/img/c.png": PICTURE})},
    "zip of pages": lambda: {"a.zip": zipped({"a.html": PAGE.format("img/c.png"), "img/c.png": PICTURE})},
    "tar": lambda: {"a.tar": tarred({"./site/p/a.md": _markdown("../img/c.png"), "./site/img/c.png": PICTURE})},
    "tar.gz": lambda: {"a.tgz": tarred({"img/c.png": PICTURE, "p/a.md": _markdown("../img/c.png")}, "w:gz")},
    "tar.xz of pages": lambda: {"a.tar.xz": tarred({"a.html": PAGE.format("c.png"), "c.png": PICTURE}, "w:xz")},
    "dayone": lambda: {
        "a.zip": zipped(
            {
                "Journal.json": json.dumps(
                    {
                        "metadata": {"version": "1.0"},
                        "entries": [
                            {
                                "uuid": "A" * 32,
                                "creationDate": "2024-03-16T23:30:00Z",
                                "text": f"{TEXT}\n\n![A plan](dayone-moment://AB12)\n\n{MORE}",
                                "photos": [{"identifier": "AB12", "md5": "0f", "type": "png"}],
                            }
                        ],
                    }
                ),
                "photos/0f.png": PICTURE,
            }
        )
    },
    "joplin": lambda: {
        "a.jex": tarred(
            {
                f"{'a' * 32}.md": f"Wheat\n\n{TEXT}\n\n![A plan](:/{'b' * 32})\n\n{MORE}\n\nid: {'a' * 32}\ntype_: 1",
                f"{'b' * 32}.md": f"chart.png\n\nid: {'b' * 32}\nmime: image/png\ntype_: 4",
                f"resources/{'b' * 32}.png": PICTURE,
            }
        )
    },
    "epub": lambda: {
        "a.epub": zipped(
            {
                "mimetype": "application/epub+zip",
                "META-INF/container.xml": _CONTAINER,
                "OPS/b.opf": _OPF,
                "OPS/text/a.xhtml": f"<html><body>{_FRAGMENT.format('../img/chart.png')}</body></html>",
                "OPS/img/chart.png": PICTURE,
            }
        )
    },
    "docx": lambda: {"a.docx": _docx()},
    "odt": lambda: {
        "a.odt": zipped(
            {
                "mimetype": "application/vnd.oasis.opendocument.text",
                "content.xml": _ODT,
                "Pictures/chart.png": PICTURE,
            }
        )
    },
    "rtf": lambda: {"a.rtf": _rtf(rb"{\pict" + _DESCRIBED + rb"\pngblip\picw10 " + PICTURE.hex().encode() + b"}")},
    "rtf of Word": lambda: {
        "a.rtf": _rtf(
            rb"{\*\shppict{\pict"
            + _DESCRIBED
            + rb"\pngblip\bliptag-1{\*\blipuid 01234567}"
            + PICTURE.hex("\n", 32).encode()
            + rb"}}{\nonshppict{\pict\wmetafile8 0100090000}}"
        )
    },
    "rtf with bytes": lambda: {"a.rtf": _rtf(rb"{\pict%s\pngblip\bin%d %s}" % (_DESCRIBED, len(PICTURE), PICTURE))},
    "rtf with a shape": lambda: {
        "a.rtf": _rtf(
            rb"{\shp{\*\shpinst{\sp{\sn wzDescription}{\sv A plan}}{\sp{\sn pib}{\sv {\pict\pngblip %s}}}}}"
            % PICTURE.hex().encode()
        )
    },
    "mail": lambda: {"a.eml": _message(_FRAGMENT.format("cid:chart@example.org"), _MAIL, "")},
    "mbox": lambda: {
        "a.mbox": b"From ana@example.org Tue Mar  5 10:00:00 2024\n"
        + _message(_FRAGMENT.format("cid:chart@example.org"), _MAIL, "").replace(b"\r\n", b"\n")
    },
    "mhtml": lambda: {
        "a.mhtml": _message(
            PAGE.format("../img/chart.png"),
            "From: <Saved by Blink>\r\nSnapshot-Content-Location: https://example.org/a/wheat\r\nSubject: Wheat\r\n",
            "Content-Location: https://example.org/a/wheat\r\n",
        )
    },
    "warc": lambda: {"a.warc": _warc()},
}
NAMES = list(_INPUTS)


def write_input(name: str, folder: Path) -> Path:
    """Writes the files of an input; returns the folder."""
    for path, data in _INPUTS[name]().items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data if isinstance(data, bytes) else data.encode())
    return folder
