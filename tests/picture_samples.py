"""Small pictures, made for the tests."""

import struct
import zlib


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(red: int = 200) -> bytes:
    """Returns a PNG picture of 20 by 20 pixels; another number makes another picture."""
    head = struct.pack(">IIBBBBB", 20, 20, 8, 2, 0, 0, 0)
    pixels = zlib.compress(b"".join(b"\0" + bytes([red, 80, 40]) * 20 for _ in range(20)))
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", head) + _chunk(b"IDAT", pixels) + _chunk(b"IEND", b"")


SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="20" height="20"><circle cx="10" cy="10" r="9"/></svg>'
#: A picture of each kind that is kept.
PICTURES: dict[str, bytes] = {
    "png": png(),
    "jpg": b"\xff\xd8\xff\xe0\0\x10JFIF\0\1\1\0\0\1\0\1\0\0\xff\xd9",
    "gif": b"GIF89a\1\0\1\0\x80\0\0\0\0\0\xff\xff\xff!\xf9\4\1\0\0\0\0,\0\0\0\0\1\0\1\0\0\2\2D\1\0;",
    "webp": b"RIFF\x1a\0\0\0WEBPVP8L\r\0\0\0\x2f\0\0\0\x10\x07\x10\x11\x11\x88\x88\xfe\x07\0",
    "avif": b"\0\0\0\x1cftypavif\0\0\0\0avifmif1miaf\0\0\0\x08mdat",
    "svg": SVG,
}
_SVG = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink">{}</svg>'
#: SVG files that are more than pictures, or damaged.
ACTIVE_SVG: list[bytes] = [
    _SVG.format(content).encode()
    for content in (
        "<script>alert(1)</script>",
        '<rect onload="alert(1)"/>',
        '<a href="https://example.org"><rect/></a>',
        '<image href="https://example.org/a.png"/>',
        '<use xlink:href="other.svg#a"/>',
        '<foreignObject><p xmlns="http://www.w3.org/1999/xhtml">x</p></foreignObject>',
        '<set attributeName="href" to="javascript:alert(1)"/>',
        '<rect style="fill: url(https://example.org/a)"/>',
        "<style>@import 'https://example.org/a.css';</style>",
        "<style>rect { fill: u\\72l(https://example.org/a) }</style>",
        "<rect>",
        "<x:script xmlns:x='http://www.w3.org/2000/svg'/>",
        '<image href="data:image/svg+xml;base64,AAAA"/>',
    )
] + [
    b'<?xml version="1.0"?><?xml-stylesheet href="a.xsl"?>' + SVG,
    b'<!DOCTYPE svg [<!ENTITY a "aaaa">]>' + SVG,
    b"<html><svg xmlns='http://www.w3.org/2000/svg'/></html>",
    b"<svg/>",
]
