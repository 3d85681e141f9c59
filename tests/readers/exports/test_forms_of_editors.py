"""Texts in the forms of editors: check lists of Evernote, rich text of Day One, raw cells of notebooks, bodies of ninjs."""

import json
from pathlib import Path

import pytest

from docarchive import Archive, Article

CHECK_LIST = (
    '<?xml version="1.0" encoding="UTF-8"?><en-export><note><title>E</title><content><![CDATA[<en-note>{}</en-note>]]>'
    "</content></note></en-export>"
)
DAY_ONE = {
    "metadata": {"version": "1.0"},
    "entries": [
        {
            "uuid": "B" * 32,
            "creationDate": "2024-03-16T23:30:00Z",
            "richText": json.dumps({"contents": [{"text": "# Rich "}, {"text": "words.\n"}]}),
        }
    ],
}
NOTEBOOK = {
    "cells": [
        {"cell_type": "raw", "metadata": {}, "source": ["---\n", "title: Raw title\n", "date: 2024-03-16\n", "---\n"]},
        {"cell_type": "markdown", "metadata": {}, "source": "# Head\n\nWords."},
    ],
    "metadata": {},
    "nbformat": 4,
}


def ninjs(**values: object) -> str:
    """Returns an item of ninjs in an object, with some values."""
    item = {"guid": "g", "headline": "N", "versioncreated": "2024-03-16T10:00:00Z", **values}
    return json.dumps({"item": [item]})


INPUTS = {
    "check list": (
        "a.enex",
        CHECK_LIST.format(
            '<ul style="--en-todo:true;"><li style="--en-checked:true;"><div>rope</div></li>'
            '<li style="--en-checked:false;"><div>lamp</div></li></ul>'
        ),
        "- [x] rope\n- [ ] lamp",
    ),
    "check list without boxes": (
        "a.enex",
        CHECK_LIST.format('<ul style="--en-todo:true"><li style="--en-checked: true">rope</li></ul>'),
        "- [x] rope",
    ),
    "rich text": ("a.json", json.dumps(DAY_ONE), "\\# Rich words."),
    "raw cell": ("a.ipynb", json.dumps(NOTEBOOK), "# Head\n\nWords."),
    "bodies": (
        "a.json",
        ninjs(bodies=[{"contenttype": "text/plain", "content": "Words."}]),
        "Words.",
    ),
    "body of another program": (
        "a.json",
        ninjs(article_html="<p>No</p>", story="<p>Words.</p>"),
        "Words.",
    ),
}


def imported(tmp_path: Path, name: str, text: str) -> Article:
    (tmp_path / name).write_text(text, encoding="utf-8")
    with Archive.create(tmp_path / "archive") as archive:
        report = archive.import_(tmp_path / name)
        assert (report.new, report.refused) == (1, [])
        return archive.get(report.ids[0])


@pytest.mark.parametrize("name", INPUTS)
def test_the_text_is_read(tmp_path: Path, name: str) -> None:
    file, text, body = INPUTS[name]
    assert imported(tmp_path, file, text).body == body


def test_front_matter_of_a_notebook_is_its_metadata(tmp_path: Path) -> None:
    article = imported(tmp_path, "a.ipynb", json.dumps(NOTEBOOK))
    assert (article.title, str(article.date)) == ("Raw title", "2024-03-16")
