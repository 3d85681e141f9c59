"""The picture that front matter names is kept and shown above the text; one that is not there changes nothing."""

from pathlib import Path

import pytest
from picture_samples import png

from docarchive import Archive
from docarchive.pictures import paths_in

TEXT = "Text of the post."
FILES = ("posts/c d.png", "static/img/x.png", "assets/y.png")


def body_of(tmp_path: Path, front_matter: str, text: str = TEXT) -> str:
    for name in FILES:
        (tmp_path / "site" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "site" / name).write_bytes(png())
    (tmp_path / "site/posts/a.md").write_text(f"{front_matter}\n{text}\n", encoding="utf-8")
    with Archive.create(tmp_path / "archive") as archive:
        report = archive.import_(tmp_path / "site")
        (row,) = archive.list()
        assert (report.new, report.refused) == (1, [])
        body = archive.get(row.id).body
        assert len(paths_in(body)) == report.pictures
        return body


@pytest.mark.parametrize(
    ("front_matter", "description"),
    [
        ("---\ncover: c d.png\n---", ""),
        ("---\nimage: /img/x.png\nimage_alt: A plan\n---", "A plan"),
        ('---\nbanner: "[[y.png]]"\n---', ""),
        ("---\ncover:\n  image: ./c%20d.png\n  alt: A [plan]\n---", r"A \[plan\]"),
        ("---\nheader:\n  teaser: /img/x.png\n---", ""),
        ("---\nimages: [c d.png, other.png]\n---", ""),
        ('+++\nfeatured_image = "c d.png"\n+++', ""),
        ('{"heroImage": "../assets/y.png"}\n', ""),
    ],
)
def test_a_cover_is_kept(tmp_path: Path, front_matter: str, description: str) -> None:
    picture, text = body_of(tmp_path, front_matter).split("\n\n", 1)
    assert picture.startswith(f"![{description}](originals/")
    assert text.strip() == TEXT


@pytest.mark.parametrize(
    "value",
    [
        *("missing.png", "https://example.org/a.png", "//example.org/a.png", "../../../etc/a.png", "notes.txt", "7"),
        *("{image: missing.png}", "[]", "{}", "true", '"[[missing.png]]"', "data:image/png;base64,AAAA"),
    ],
)
@pytest.mark.parametrize("text", [TEXT, "    code first\n\nThen text."])
def test_what_is_no_picture_next_to_it_changes_nothing(tmp_path: Path, value: str, text: str) -> None:
    assert body_of(tmp_path, f"---\ntitle: A\ncover: {value}\n---", text).rstrip() == text


def test_a_cover_that_the_text_shows_is_not_shown_twice(tmp_path: Path) -> None:
    body = body_of(tmp_path, "---\ntitle: A\ncover: c d.png\n---", f"{TEXT}\n\n![](<c d.png>)")
    assert body.startswith(TEXT)
    assert body.count("![") == 1
