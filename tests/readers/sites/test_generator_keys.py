"""Front matter in forms of one program."""

from typing import Any

import pytest

from docarchive.readers.sites.generator_keys import normalized


@pytest.mark.parametrize(
    ("metadata", "expected"),
    [
        pytest.param({"categories": [["Town", "Pier"], ["Sea"]]}, {"categories": ["Town", "Pier", "Sea"]}, id="Hexo"),
        pytest.param(
            {"date": {"created": "2024-03-16", "updated": "2024-03-18"}},
            {"date": "2024-03-16", "updated": "2024-03-18"},
            id="MkDocs",
        ),
        pytest.param(
            {"date": {"created": "2024-03-16", "reviewed": "2024-04-01"}},
            {"date": "2024-03-16", "date_as_written": {"reviewed": "2024-04-01"}},
            id="MkDocs, with a date of its own",
        ),
        pytest.param(
            {"last_update": {"date": "2024-03-18", "author": "Ada"}},
            {"last_update": {"date": "2024-03-18", "author": "Ada"}, "updated": "2024-03-18"},
            id="Docusaurus",
        ),
        pytest.param({"date": "0001-01-01T00:00:00Z"}, {"date_as_written": "0001-01-01T00:00:00Z"}, id="Hugo's no date"),
        pytest.param(
            {"author": [{"name": {"given": "Ada", "family": "Meyer"}, "orcid": "1"}]},
            {"author": [{"name": "Ada Meyer", "orcid": "1"}]},
            id="Quarto",
        ),
        pytest.param({"date": "[[2024-03-16]]", "author": [["Ada"]]}, {"date": "2024-03-16", "author": "Ada"}, id="Obsidian"),
        pytest.param({"aside": "[[a]]"}, {"aside": "[[a]]"}, id="another key"),
    ],
)  # fmt: skip
def test_what_a_program_means(metadata: dict[str, Any], expected: dict[str, Any]) -> None:
    assert normalized(metadata) == expected


@pytest.mark.parametrize(
    ("written", "names"),
    [
        ("Ada Meyer and Bo Larsen", ["Ada Meyer", "Bo Larsen"]),
        ("Ada Meyer, Bo Larsen, and Cy Doe", ["Ada Meyer", "Bo Larsen", "Cy Doe"]),
        ("Ada Meyer, Harbour Master", "Ada Meyer, Harbour Master"),
        ("Ada Meyer, University of Ulm and Wood", "Ada Meyer, University of Ulm and Wood"),
        ("Marks and Spencer", "Marks and Spencer"),
        ("The Harbour Team and friends", "The Harbour Team and friends"),
        (["Ada Meyer und Bo Larsen", "Cy"], ["Ada Meyer", "Bo Larsen", "Cy"]),
    ],
)  # fmt: skip
def test_several_authors_in_one_value(written: Any, names: Any) -> None:
    assert normalized({"author": written}) == {"author": names}


def test_what_stands_beside_names_is_kept() -> None:
    written = "Ada Meyer ([@ada](https://a.example/ada)) and Bo Larsen"
    assert normalized({"author": written}) == {"author": ["Ada Meyer", "Bo Larsen"], "author_as_written": written}
    roles = "Ada Meyer (Ulm), Harbour Master, and Bo Larsen (Ulm)"
    assert normalized({"author": roles}) == {"author": roles}
