"""Org, whose text stays as it is, and Jupyter notebooks, whose cells become Markdown."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from samples import damaged, found, read_or_refused

from docarchive.article import Article

ORG = """#+TITLE: The pier
#+AUTHOR: Ada Meyer
#+DATE: <2024-03-16 Sat 10:15>
#+FILETAGS: :sea:rope:
#+OPTIONS: toc:nil
# a comment

* Heading
It stands.
"""


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (ORG, ("The pier", "2024-03-16T10:15", ["Ada Meyer"], ["sea", "rope"], "* Heading\nIt stands.")),
        (
            "* TODO The /pier/ :sea:\nIt stands.\n",
            ("The /pier/", "None", [], [], "* TODO The /pier/ :sea:\nIt stands."),
        ),
        (":PROPERTIES:\n:ID: 7\n:END:\n#+title: A\n#+date: 2024-03-16\nText", ("A", "2024-03-16", [], [], "Text")),
        ("Text alone.", ("Text alone", "None", [], [], "Text alone.")),
        ("#+begin_src sh\nls\n#+end_src\n", ("#+begin_src sh", "None", [], [], "#+begin_src sh\nls\n#+end_src")),
    ],
)
def test_org(text: str, wanted: tuple[Any, ...]) -> None:
    (article,) = found(text, "a.org")
    assert isinstance(article, Article)
    said = (article.title, str(article.date), article.authors, article.tags, article.body)
    assert said[1:] == wanted[1:]
    assert said[0].strip("#") == wanted[0].strip("#")


NOTEBOOK: dict[str, Any] = {
    "cells": [
        {"cell_type": "markdown", "metadata": {}, "source": ["# The *pier*\n", "It stands."]},
        {
            "cell_type": "code",
            "source": "print('```')",
            "outputs": [
                {"output_type": "stream", "text": ["one\n", "two\n"]},
                {"output_type": "execute_result", "data": {"text/plain": "3", "image/png": "AAAA"}},
                {"output_type": "display_data", "data": {"text/markdown": ["**bold**"]}},
            ],
        },
        {"cell_type": "code", "source": [], "outputs": []},
    ],
    "metadata": {"language_info": {"name": "python"}, "authors": [{"name": "Ada Meyer"}]},
    "nbformat": 4,
}


def test_notebooks() -> None:
    for name in ("a.ipynb", "a"):
        (article,) = found(json.dumps(NOTEBOOK), name)
        assert isinstance(article, Article)
        assert (article.title, article.authors) == ("The pier", ["Ada Meyer"])
        assert article.body == (
            "# The *pier*\nIt stands.\n\n````python\nprint('```')\n````\n\n```\none\ntwo\n```\n\n![3](cid:1/1)\n\n**bold**"
        )


def test_notebooks_of_version_3() -> None:
    cells = [
        {"cell_type": "heading", "level": 2, "source": "Pier"},
        {"cell_type": "code", "language": "r", "input": "1"},
    ]
    (article,) = found(json.dumps({"nbformat": 3, "worksheets": [{"cells": cells}]}), "a.ipynb")
    assert isinstance(article, Article)
    assert article.body == "## Pier\n\n```r\n1\n```"


@pytest.mark.parametrize("value", [{"cells": [], "nbformat": 4}, {"cells": [{"cell_type": "code"}], "metadata": 7}])
def test_notebooks_without_text_are_refused(value: object) -> None:
    assert found(json.dumps(value), "a.ipynb") == ["there is no text in the notebook"]


@given(damaged([json.dumps(NOTEBOOK).encode(), ORG.encode()]))
def test_damage_is_refused_or_read(data: bytes) -> None:
    read_or_refused(data, "notebook", "org")
