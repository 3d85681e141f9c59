"""Which bytes are a picture."""

from pathlib import Path

import pytest
from picture_samples import ACTIVE_SVG, PICTURES, SVG

from docarchive.formats.picture_kinds import is_passive, is_shown, kind_of


@pytest.mark.parametrize("kind", sorted(PICTURES))
def test_a_picture_is_known_by_its_content(kind: str, tmp_path: Path) -> None:
    assert kind_of(PICTURES[kind][:4096]) == kind
    file = tmp_path / "a.txt"
    file.write_bytes(PICTURES[kind])
    assert is_shown(file) == kind


@pytest.mark.parametrize("data", [b"", b"<html><img></html>", b"%PDF-1.7", b"PK\3\4", b"GIF", b"RIFF....WAVE"])
def test_other_bytes_are_none(data: bytes) -> None:
    assert kind_of(data) is None


@pytest.mark.parametrize("svg", ACTIVE_SVG)
def test_an_svg_file_that_is_more_than_a_picture_is_none(svg: bytes, tmp_path: Path) -> None:
    assert not is_passive(svg)
    file = tmp_path / "a.svg"
    file.write_bytes(svg)
    assert is_shown(file) is None


@pytest.mark.parametrize(
    "svg",
    [
        SVG,
        b'\xef\xbb\xbf<?xml version="1.0"?>\n<!-- a drawing -->\n' + SVG,
        b'<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">' + SVG,
        SVG.replace(b"<circle", b'<style>.a{fill:url(#b)}</style><use href="#c"/><circle style="fill:url(#b)"'),
    ],
)
def test_drawings_as_programs_write_them_are_pictures(svg: bytes) -> None:
    assert kind_of(svg[:4096]) == "svg"
    assert is_passive(svg)


def test_an_svg_file_is_checked_to_its_end(tmp_path: Path) -> None:
    file = tmp_path / "a.svg"
    file.write_bytes(SVG.replace(b"</svg>", b" " * 100_000 + b"<script/></svg>"))
    assert is_shown(file) is None
