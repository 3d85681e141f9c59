"""What an archive says of a quote: word for word, changed or missing, and where."""

from __future__ import annotations

import io
import json
import os
from collections.abc import Iterator
from pathlib import Path
from unittest.mock import patch

import pytest

from docarchive import ENGINES, Archive, Quotation, UsageError
from docarchive.archive.quoting import comparing

BODY = (
    "The co-operation treaty of 1987 gave the harbour *its* [old pier](https://example.org/pier_(1)) back. "
    "“Boats don't wait,” said the U.S. pilot; the fare rose 3,000 dlrs\nto 1.5 mln, or 12%, and fell to -5 degrees.\n\n"
    "It was un<b>do</b>ne by R&amp;D in \\*May\\*[^1] – a year on. The gull left the lighthouse at noon.\n"
)
OTHERS = [
    "The ferry left the pier at noon, and the gull left with it.",
    "A treaty of the harbour was signed; the fare rose again.",
    "In May the boats wait for the pilot. " * 30,
]


def imported(archive: Archive, **values: object) -> str:
    (id_,) = archive.import_(io.BytesIO(json.dumps(values).encode()), format="json").ids
    return id_


@pytest.fixture(params=ENGINES)
def harbour(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Archive, str]]:
    with Archive.create(tmp_path / "harbour", engine=request.param) as archive:
        for number, body in enumerate(OTHERS):
            imported(archive, title=f"Other {number}", body=body)
        yield archive, imported(archive, title="Treaty", url="https://example.org/t", date="2024-05-02", body=BODY)


def said(archive: Archive, quotation: Quotation) -> list[str]:
    """Returns the passages; each is at its place in the article's text."""
    texts = []
    for passage in quotation.passages:
        text = str(archive.get(passage.id, version=passage.version).to_dict()[passage.field])
        for part in passage.parts:
            assert text[part.start : part.end] == part.text
            for difference in part.differences:
                assert text[difference.start : difference.end] == difference.archived
                assert quotation.quote[difference.quote_start : difference.quote_end] == difference.quoted
            texts.append(part.text)
    return texts


@pytest.mark.parametrize(
    "quote",
    [
        "The co-operation treaty of 1987",
        "the cooperation treaty of 1987",
        "co operation treaty",
        "co‑operation   treaty\nof\u00a01987",
        "GAVE THE HARBOUR ITS OLD PIER BACK",
        "gave the harbour **its** [old pier](elsewhere) back",
        "gave the harbour its old pier back. 'Boats dont wait', said the US pilot",
        "“Boats don’t wait” – said the U.S. pilot – the fare rose 3000 dlrs to 1.5 mln",
        "or 12 %, and fell to −5 degrees. It was undone by R&D in May, a year on",
        "undone by R & D in _May_[^1]",
        "»The gull left … the lighthouse« ... at noon",
        "the harbour [...] the U.S. pilot (…) a year on",
        "noon",
        "cooperation",
        "thegull leftthe lighthouse",
    ],
)
def test_other_signs_and_spaces_are_word_for_word(quote: str, harbour: tuple[Archive, str]) -> None:
    archive, id_ = harbour
    answer = archive.quote(quote, limit=None)
    assert answer.verdict == "word for word"
    assert (id_, "body", 1, True) in [(own.id, own.field, own.version, own.current) for own in answer.passages]
    assert said(archive, answer)
    assert answer.unread == ()


@pytest.mark.parametrize(
    ("quote", "differences"),
    [
        ("The co-operation treaty of 1988 gave the harbour", [("1988", "1987")]),
        ("the fare rose 3,001 dlrs to 1.5 mln, or 12%", [("3,001", "3,000")]),
        ("the fare rose 3,000 dlrs to 15 mln, or 12%", [("15", "1.5")]),
        ("the fare rose 3,000 dlrs to 1.5 mln, or 12, and fell", [("", "%")]),
        ("or 12%, and fell to 5 degrees", [("5", "-5")]),
        ("gave the harbour its new pier back", [("new", "old")]),
        ("the harbour its pier back. Boats", [("", "old")]),
        ("the harbour its very old pier back", [("very", "")]),
        ("the gull left the lighthouse at midnight", [("midnight", "noon")]),
        ("A gull left the lighthouse at noon", [("A", "The")]),
        ("the cooperation pact of 1987 gave a harbour its old pier back", [("pact", "treaty"), ("a", "the")]),
        ("the nondescript co operation treaty of 1987", [("nondescript", "")]),
        ("gave the harbour … the fare rises 3,000 dlrs", [("rises", "rose")]),
        ("the gull left the lighthouse at noón", [("noón", "noon")]),
    ],
)
def test_a_changed_word_is_named_with_its_place(
    quote: str, differences: list[tuple[str, str]], harbour: tuple[Archive, str]
) -> None:
    archive, id_ = harbour
    answer = archive.quote(quote)
    assert answer.verdict == "changed"
    (passage,) = answer.passages
    named = [(own.quoted, own.archived) for part in passage.parts for own in part.differences]
    assert (passage.id, named) == (id_, differences)
    assert said(archive, answer)


@pytest.mark.parametrize(
    "quote",
    [
        "nothing like this was ever said of anybody",
        "the lighthouse [...] the harbour its old pier",  # in this order they are not there
        "lightho",
        "zebra",
        "gull zebra",
        "the old gull of 1987 said it fell to a year",
    ],
)
def test_other_texts_are_not_in_the_archive(quote: str, harbour: tuple[Archive, str]) -> None:
    archive, _ = harbour
    assert archive.quote(quote)[1:] == ("not in the archive", (), 0, ())


def test_titles_and_summaries_are_texts_too(harbour: tuple[Archive, str]) -> None:
    archive, _ = harbour
    id_ = imported(archive, title="Mayor opens the walrus pool", summary="Two walruses swam.", body="It was warm.")
    for quote, field in (("The mayor opens the walrus pool", "title"), ("“two walruses swam”", "summary")):
        answer = archive.quote(quote)
        assert [(own.id, own.field) for own in answer.passages] == [(id_, field)]
        assert said(archive, answer)


def test_earlier_versions_are_compared_where_the_current_one_differs(harbour: tuple[Archive, str]) -> None:
    archive, id_ = harbour
    imported(archive, title="Treaty", url="https://example.org/t", body=BODY.replace("1987", "1988") + "\nOn the quay.")
    answer = archive.quote("The co-operation treaty of 1987 gave the harbour")
    assert answer.verdict == "word for word"
    assert [(own.id, own.version, own.current) for own in answer.passages] == [(id_, 1, False)]
    assert said(archive, answer)
    now = archive.quote("gave the harbour its old pier back")
    assert [own.version for own in now.passages] == [2]
    both = archive.quote("gave the harbour its old pier back", versions=True)
    assert [own.version for own in both.passages] == [2, 1]
    imported(archive, title="Treaty", url="https://example.org/t", body="A new text without any of those.")
    assert archive.quote("un<b>do</b>ne by R&D in May").verdict == "not in the archive"
    assert [own.version for own in archive.quote("undone by R&D in May", versions=True).passages] == [1, 2]


def test_the_passages_of_several_articles_are_limited(harbour: tuple[Archive, str]) -> None:
    archive, _ = harbour
    for number in range(5):
        imported(archive, title=f"Wire {number}", date=f"2024-01-0{number + 1}", body=f"Seals bask on rock {number}.")
    answer = archive.quote("seals bask on rock", limit=2)
    assert ([own.title for own in answer.passages], answer.more) == (["Wire 0", "Wire 1"], 3)
    assert len(archive.quote("seals bask on rock", limit=None).passages) == 5


@pytest.mark.parametrize("before", [0, 19_900, 19_990, 20_000, 20_010, 41_000])
def test_a_passage_anywhere_in_a_long_text(before: int, harbour: tuple[Archive, str]) -> None:
    archive, _ = harbour
    filler = "the sea and the sand " * (before // 21)
    body = f"{filler}Seven grey seals basked on the northern skerry until dusk. {'Waves and wind. ' * 3_000}"
    id_ = imported(archive, title="Seals", body=body)
    for quote, verdict in (
        ("seven grey seals basked on the northern skerry until dusk", "word for word"),
        ("seven grey seals basked on the southern skerry until dusk", "changed"),
        ("seven grey seals […] waves and wind", "word for word"),
    ):
        answer = archive.quote(quote)
        assert (answer.verdict, [own.id for own in answer.passages]) == (verdict, [id_])
        assert said(archive, answer)[0].startswith("Seven grey seals")


def test_a_quote_has_words_and_not_too_many(harbour: tuple[Archive, str]) -> None:
    archive, _ = harbour
    for quote, message in (
        ("", "no word"),
        ("… – “”", "no word"),
        ("x" * 1_000_000, "at most 100,000 characters"),
        ("a " * 2_001, "at most 2,000 words"),
    ):
        with pytest.raises(UsageError, match=message):
            archive.quote(quote)
    assert archive.quote("zebra " * 2_000).verdict == "not in the archive"


def test_what_is_compared_is_bounded_and_the_answer_says_so(harbour: tuple[Archive, str]) -> None:
    archive, _ = harbour
    imported(archive, title="Waves", body="seals bask rock the on " * 20_000)
    with patch.object(comparing, "MAX_COMPARED", 50_000):
        answer = archive.quote("the seals on rock bask the seals rock on the bask")
    assert answer.verdict == "not in the archive"
    assert any("compared" in sentence for sentence in answer.unread)


def test_a_damaged_file_is_named(harbour: tuple[Archive, str]) -> None:
    archive, id_ = harbour
    path = archive.path / archive.file(id_)
    status, data = path.stat(), path.read_bytes()
    path.write_bytes(data.replace(b"1987", b"1986"))
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
    answer = archive.quote("The co-operation treaty of 1987")
    assert answer.verdict == "not in the archive"
    assert "docarchive verify" in answer.unread[0]


def test_a_quotation_as_json(harbour: tuple[Archive, str]) -> None:
    archive, id_ = harbour
    values = archive.quote("the gull left the lighthouse at midnight").to_dict()
    assert json.loads(json.dumps(values)) == values
    (passage,) = values["passages"]
    assert (passage["id"], passage["changes"], passage["original"][:7]) == (id_, 1, "sha256:")
    assert passage["parts"][0]["differences"][0]["archived"] == "noon"
