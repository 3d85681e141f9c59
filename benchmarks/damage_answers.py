"""Answers for benchmarks/damage.py: questions to an archive, and which answers are right although a file is damaged."""

from __future__ import annotations

import json
import traceback
from collections.abc import Callable, Iterable
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from random import Random
from typing import Any, Final, NamedTuple

from docarchive import Archive, DocarchiveError, NotFoundError

_QUERIES: Final = ("gull", '"wheat strike"', "tag:t1 rai*", "date:2020..2021 -bridge", "@birds")
_LISTS: Final = (("", "-date"), ("tag:t1", "title"), ("date:2020..2021", "date"), ("title:pier", "source_id"))


class Answer(NamedTuple):
    """An answer: parts by name, or what was raised."""

    parts: dict[str, Any]
    error: str = ""
    documented: bool = True  # whether the error is one that users of the library know


def _search(archive: Archive) -> dict[str, Any]:
    parts: dict[str, Any] = {}
    for query in _QUERIES:
        results = archive.search(query, limit=None, facets=["tag", "year", "source"])
        hits = [(hit.id, hit.title, hit.date, hit.metadata, hit.path) for hit in results]
        parts[query] = (results.total, [*map(repr, hits)], results.facets)
        parts[f"scores of {query}"] = {hit.id: round(hit.score, 6) for hit in results}
        parts |= {f"{hit.id}: snippet of {query}": hit.snippet.marked() for hit in results[:4]}
    return parts


def _list(archive: Archive) -> dict[str, Any]:
    return {
        f"{query} {sort}": [(row.id, row.path, row.metadata, row.language) for row in archive.list(query, sort=sort)]
        for query, sort in _LISTS
    }


def _show(archive: Archive, ids: Iterable[str]) -> dict[str, Any]:
    return {f"{id_}: text": archive.text(id_) for id_ in ids}


def _get(archive: Archive, ids: Iterable[str]) -> dict[str, Any]:
    return {f"{id_}: article": archive.get(id_).to_dict() for id_ in ids}


def _original(archive: Archive, ids: Iterable[str]) -> dict[str, Any]:
    return {f"{id_}: original": sha256(archive.original(id_).read_bytes()).hexdigest() for id_ in ids}


def _count(archive: Archive) -> dict[str, Any]:
    return {query: (archive.count(query), archive.list_count(query)) for query in _QUERIES} | {"": len(archive)}


def _export(archive: Archive) -> dict[str, Any]:
    stream = BytesIO()
    if missing := archive.export(to=stream, format="jsonl").missing:
        raise NotFoundError(f"{missing} are missing")
    records = [json.loads(line) for line in stream.getvalue().splitlines()]
    return {"order": [record["id"] for record in records]} | {f"{record['id']}: record": record for record in records}


def _similar(archive: Archive, id_: str) -> dict[str, Any]:
    return {f"{id_}: similar": [(hit.id, round(hit.score, 6)) for hit in archive.similar(id_, limit=None)]}


def _statistics(archive: Archive) -> dict[str, Any]:
    stats = archive.statistics()
    return {"articles": (stats.articles, stats.years, stats.values, stats.languages, stats.top), "bytes": stats.bytes}


def questions(ids: list[str]) -> dict[str, Callable[[Archive], dict[str, Any]]]:
    """Returns what an archive is asked, by name, given the ids of its articles."""
    each: dict[str, Callable[[Archive], dict[str, Any]]] = {}
    for id_ in ids:
        each[f"show {id_}"] = lambda archive, id_=id_: _show(archive, [id_])  # type: ignore[misc]
        each[f"get {id_}"] = lambda archive, id_=id_: _get(archive, [id_])  # type: ignore[misc]
        each[f"original {id_}"] = lambda archive, id_=id_: _original(archive, [id_])  # type: ignore[misc]
    similar = {"similar": lambda archive: _similar(archive, ids[0])}
    whole = {"search": _search, "list": _list, "count": _count, "export": _export, "statistics": _statistics}
    return {**whole, **similar, **each}


def ask(root: Path, ids: list[str], random: Random) -> dict[str, Answer]:
    """Asks an archive everything, in a random order; returns the answers by question."""
    asked = [*questions(ids).items()]
    random.shuffle(asked)
    answers: dict[str, Answer] = {}
    try:
        with Archive.open(root) as archive:
            for name, question in asked:
                answers[name] = _answer(lambda question=question: question(archive))  # type: ignore[misc]
    except BaseException as error:
        answers["open"] = _failed(error)
    return answers


def _answer(question: Callable[[], dict[str, Any]]) -> Answer:
    try:
        return Answer(question())
    except Exception as error:
        return _failed(error)


def _failed(error: BaseException) -> Answer:
    documented = isinstance(error, DocarchiveError)
    where = "" if documented else "\n" + "".join(traceback.format_exception(error)[-4:])
    return Answer({}, f"{type(error).__name__}: {error}{where}", documented)


def wrong(
    answers: dict[str, Answer], truths: list[dict[str, Answer]], changed: set[str], touched: set[str]
) -> list[str]:
    """Returns what is wrong with answers: values that differ, and errors that are not documented.

    Args:
        answers: The answers after the damage, by question.
        truths: Those before it, and those after a rebuild: the scores of an index depend on its history.
        changed: The ids of articles whose files say something else now, as far as docarchive can know: what is read
            from such a file is right as it is.
        touched: The ids of articles whose files were damaged: a snippet shows what the file has.
    """
    surprising = {name: answer for name, answer in answers.items() if answer.error and not answer.documented}
    faults = [f"{name}: undocumented {answer.error}" for name, answer in surprising.items()]
    for name, answer in answers.items():
        if answer.error or name == "open":
            continue
        right = [truth[name].parts for truth in truths]
        for part in {part for parts in (answer.parts, *right) for part in parts}:
            if part.partition(":")[0] in changed or (": snippet" in part and part.partition(":")[0] in touched):
                continue
            if touched and (part.startswith("scores of") or part.endswith(": similar")):
                continue  # the text of the best hits takes part in the scores of others
            if answer.parts.get(part) not in [parts.get(part) for parts in right]:
                faults.append(f"{name}: {part}: {_shown(answer.parts.get(part), right[0].get(part))}")
    return faults


def _shown(answer: object, right: object) -> str:
    """Returns two values where they begin to differ."""
    one, two = repr(answer), repr(right)
    start = next((n for n, (a, b) in enumerate(zip(one, two, strict=False)) if a != b), min(len(one), len(two)))
    start = max(start - 30, 0)
    return f"…{one[start : start + 100]} instead of …{two[start : start + 100]}"
