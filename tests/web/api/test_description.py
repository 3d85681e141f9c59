"""Requests that Schemathesis makes of the description, right and wrong ones: each answer is as the description says."""

import io
import json
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st
from serving import Browser, served

from docarchive import Archive
from docarchive.web.api.openapi import description

schemathesis = pytest.importorskip("schemathesis", reason="pip install 'docarchive[dev]'")

_DESCRIPTION = description(write=True)
#: All requests but for the one that begins an import, which fetches addresses.
_OPERATIONS = {
    f"{method} {path}": (path, method)
    for path, methods in _DESCRIPTION["paths"].items()
    for method in methods
    if not path.endswith("/import")
}
#: Queries, orders and dates have a grammar that no description has, and a parameter without a value is left out.
_NOT_OF_PARAMETERS = ("positive_data_acceptance", "negative_data_rejection")

#: A longer address is not even read: the connection ends.
_MAX_HEAD = 60_000


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Browser, list[str]]]:
    """A server of an archive that requests may change, and the ids of its articles."""
    rows = [
        {
            "title": f"Ferry {number}",
            "date": f"2024-01-{number + 1:02}",
            "tags": ["ferry"],
            "body": "The ferry was late. " * 20,
        }
        for number in range(12)
    ]
    with closing(Archive.create(tmp_path_factory.mktemp("described") / "archive")) as archive:
        archive.import_(io.BytesIO("".join(json.dumps(row) + "\n" for row in rows).encode()), format="jsonl")
        archive.import_(io.BytesIO(json.dumps({**rows[0], "body": "Corrected."}).encode()), format="jsonl")
        with served(archive, write=True) as browser:
            yield browser, [row.id for row in archive.list()]


@pytest.mark.thorough
@pytest.mark.parametrize("operation", _OPERATIONS)
@pytest.mark.parametrize("mode", ["positive", "negative"])
def test_every_answer_is_as_described(operation: str, mode: str, archive: tuple[Browser, list[str]]) -> None:
    browser, ids = archive
    path, method = _OPERATIONS[operation]
    described = _DESCRIPTION["paths"][path][method]
    in_query = any(parameter["in"] == "query" for parameter in described["parameters"])
    has_fields = "requestBody" in described
    if mode == "negative" and not (in_query or has_fields):
        pytest.skip("there is nothing that could be wrong")
    chosen = schemathesis.openapi.from_dict(_DESCRIPTION)[path][method]
    excluded = [schemathesis.checks.CHECKS.get_one(name) for name in _NOT_OF_PARAMETERS[: 1 if has_fields else None]]

    # To shrink an example asks the server thousands of times.
    @settings(
        max_examples=10, deadline=None, suppress_health_check=[*HealthCheck], phases=[Phase.explicit, Phase.generate]
    )
    @given(chosen.as_strategy(generation_mode=schemathesis.GenerationMode(mode)), st.sampled_from([*ids, None]))
    def check(case: Any, id: str | None) -> None:
        if id and "id" in case.path_parameters:
            case.path_parameters["id"] = id
        if in_query and case.query:
            case.query.pop("wait", None)  # seconds, in which nothing comes
        assume(len(case.as_curl_command()) < _MAX_HEAD)
        response = case.call(base_url=browser.address)
        case.validate_response(response, excluded_checks=excluded)

    check()
