"""The heading that a Markdown text begins with."""

import pytest

from docarchive.readers.text.headings import first_heading


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("# Pier\n", "Pier"),
        ("\n\n# Pier #\nText", "Pier"),
        ("Pier\n=====\n", "Pier"),
        ("import Map from './map'\nexport const a = 1 from 'b'\n\n# Pier\n", "Pier"),
        ("<!-- a\nb -->\n# Pier\n", "Pier"),
        ("[TOC]\n\n# Pier {#the-pier .big}\n", "Pier"),
        ('<p align="center"><img src="a.png"></p>\n\n<h1 align="center">The <b>pier</b> &amp; sea</h1>\n', "The pier & sea"),
        ("[![build](https://a.example/b.svg)](https://a.example)\n# Pier ![new](new.png)\n", "Pier"),
        ("# The [pier](https://a.example) and [[Port of Ulm|Ulm]]\n", "The pier and Ulm"),
        ("{% include head %}\n# Pier\n", "Pier"),
        ("# C#\n", "C#"),
        ("# The *new* `pier()` of **Ulm**[^1]\n", "The new pier() of Ulm"),
        ("## Pier\n", ""),
        ("Text.\n\n# Pier\n", ""),
        ("import taxes are high\n\n# Pier\n", ""),
        ("- a\n---\n# Pier", ""),
        ("", ""),
        ("<!-- never closed\n# Pier\n", ""),
    ],
)  # fmt: skip
def test_first_heading(text: str, title: str) -> None:
    assert first_heading(text) == title
