"""Bylines: who is named in them."""

from __future__ import annotations

import pytest

from docarchive.readers.values.people import are_weak, byline, people


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("By Ada Meyer", ["Ada Meyer"]),
        ("Analysis by Ada Meyer, Northbay Editor-at-large", ["Ada Meyer"]),
        ("ADA MEYER and BO LARSEN, Associated Press", ["ADA MEYER", "BO LARSEN"]),
        ("Ada Meyer, Bo Larsen, and Chi Okoro, CNN", ["Ada Meyer", "Bo Larsen", "Chi Okoro"]),
        ("Ada Meyer | Northbay Media for north.com", ["Ada Meyer"]),
        ("Ada Meyer, MS, PhD", ["Ada Meyer"]),
        ("Ada Meyer News reporter", ["Ada Meyer"]),
        ("Meyer, Ada", ["Meyer, Ada"]),
        ("Northbay Post", ["Northbay Post"]),
        ("Associated Press", ["Associated Press"]),
        ("Marks and Spencer", ["Marks and Spencer"]),
        ("Ministry of Health and Social Care", ["Ministry of Health and Social Care"]),
        ("Käthe Grün und Ana Ruiz", ["Käthe Grün", "Ana Ruiz"]),
        ("佐藤 花子", ["佐藤 花子"]),
        ("https://post.example/ada", []),
        ("@ada", []),
        ("admin", []),
        ("", []),
    ],
)
def test_people(text: str, names: list[str]) -> None:
    assert people(text) == names


def test_the_publication_is_no_author() -> None:
    assert people("Ada Meyer, Futura", "Futura") == ["Ada Meyer"]
    assert people("Futura", "Futura") == ["Futura"]


def test_logins_are_weak() -> None:
    assert are_weak(["ada-m"])
    assert not are_weak(["Ada Meyer", "bo"])


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("By Ada Meyer and Bo Larsen", ["Ada Meyer", "Bo Larsen"]),
        ("von Käthe Grün", ["Käthe Grün"]),
        ("By the time we came, it was gone", []),
        ("By and large", []),
    ],
)
def test_bylines(line: str, names: list[str]) -> None:
    assert byline(line) == names
