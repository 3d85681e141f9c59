"""Makes the articles that all peers get, in the form that each of them takes.

    python -m benchmarks.peers.inputs CORPUS.jsonl ARTICLES FOLDER FORM…

CORPUS is JSON Lines with id, title, date, topics, places and body. Fewer articles than it has are spread evenly over
it; more are resampled from its sentences, the same every time. The forms are jsonl, mail (a Maildir) and markdown. Ten
new articles at a time, for adding, are made in the same forms.

This is a process of its own, as the one that measures has to stay small: the system counts the memory of a process from
the size of the one that started it.
"""

from __future__ import annotations

import json
import random
import re
import sys
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any, NamedTuple

FORMS = ("jsonl", "mail", "markdown")
_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-Z\"'<+])")
_BREAK = re.compile(r"\n\s*\n|\n {3,}")
#: How many times there are ten new articles.
BATCHES = 3
_TEN = 10

Row = dict[str, Any]


class Inputs(NamedTuple):
    """Where the articles are.

    Attributes:
        folder: Of all forms.
        articles: How many there are.
    """

    folder: Path
    articles: int

    def path(self, form: str, batch: int | None = None) -> Path:
        """Returns the file or folder of a form; of a batch to be added, if one is named."""
        folder = self.folder if batch is None else self.folder / f"batch{batch}"
        return folder / ("articles.jsonl" if form == "jsonl" else form)


class Resampler:
    """Draws articles from the sentences, titles and metadata of others.

    Args:
        rows: The others.
        seed: The same seed, the same articles.
    """

    def __init__(self, rows: list[Row], seed: int) -> None:
        self._pick = random.Random(seed)
        self._rows = rows
        self._shapes: list[list[int]] = []
        self._sentences: list[str] = []
        for row in rows:
            parts = [_SENTENCE.split(each) for each in paragraphs(row["body"])]
            self._shapes.append([len(part) for part in parts])
            for part in parts:
                self._sentences += part

    def article(self, name: str, first: str, days: int) -> Row:
        """Returns an article with some id, of a moment in the days after the first one."""
        shape, other = self._pick.choice(self._shapes), self._pick.choice(self._rows)
        body = "\n\n".join(" ".join(self._pick.choice(self._sentences) for _ in range(count)) for count in shape)
        moment = datetime.fromisoformat(first) + timedelta(seconds=self._pick.randrange(days * 86_400))
        return {**other, "id": name, "date": moment.isoformat(), "body": body}


def paragraphs(body: str) -> list[str]:
    """Returns the paragraphs of a text, each on one line."""
    found = [" ".join(part.split()) for part in _BREAK.split(body)]
    return [part for part in found if part] or [""]


def rows(corpus: Path) -> list[Row]:
    """Returns the articles of a corpus, with the keys that peers need; one without a date has its neighbour's."""
    found = []
    date = "1987-01-01T00:00:00"
    with open(corpus, encoding="utf-8") as lines:
        for number, line in enumerate(lines, start=1):
            row = json.loads(line)
            date = (row.get("date") or date)[:19]
            found.append(
                {
                    "id": str(row.get("id") or number),
                    "title": row.get("title") or "",
                    "date": date,
                    "topics": row.get("topics") or [],
                    "places": row.get("places") or [],
                    "body": row.get("body") or "",
                }
            )
    return found


def chosen(found: list[Row], count: int) -> Iterator[Row]:
    """Yields so many articles: all, some spread evenly, or more than there are, resampled."""
    if count <= len(found):
        yield from (found[number * len(found) // count] for number in range(count))
    else:
        resampler = Resampler(found, count)
        yield from (resampler.article(f"s{number}", "1987-01-01", 20 * 365) for number in range(count))


def write(articles: Iterable[Row], folder: Path, forms: Iterable[str]) -> int:
    """Writes articles in some forms; returns how many there were."""
    forms = set(forms)
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("mail/cur", "mail/new", "mail/tmp"):
        if "mail" in forms:
            (folder / name).mkdir(parents=True, exist_ok=True)
    if "markdown" in forms:
        (folder / "markdown").mkdir(exist_ok=True)
    written = 0
    with open(folder / "articles.jsonl", "w", encoding="utf-8") as lines:
        for row in articles:
            written += 1
            lines.write(json.dumps(row, ensure_ascii=False) + "\n")
            if "mail" in forms:
                (folder / "mail/cur" / f"{row['id']}.eml").write_text(mail(row), "utf-8")
            if "markdown" in forms:
                (folder / "markdown" / f"{row['date'][:10]}-{row['id']}.md").write_text(markdown(row), "utf-8")
    return written


def mail(row: Row) -> str:
    """Returns an article as a message."""
    date = datetime.fromisoformat(row["date"]).replace(tzinfo=UTC)
    head = {
        "From": "Wire <wire@example.org>",
        "To": "Archive <archive@example.org>",
        "Date": format_datetime(date),
        "Subject": " ".join(row["title"].split()),
        "Message-ID": f"<{row['id']}@example.org>",
        "Keywords": ", ".join(row["topics"] + row["places"]),
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=utf-8",
        "Content-Transfer-Encoding": "8bit",
    }
    lines = "".join(f"{key}: {value}\n" for key, value in head.items())
    return lines + "\n" + "\n\n".join(paragraphs(row["body"])) + "\n"


def markdown(row: Row) -> str:
    """Returns an article as Markdown with front matter."""
    head = f"title: {json.dumps(row['title'])}\ndate: {row['date']}\ntags: {json.dumps(row['topics'] + row['places'])}"
    return f"---\n{head}\n---\n\n" + "\n\n".join(paragraphs(row["body"])) + "\n"


def main(corpus: str, count: str, folder: str, *forms: str) -> None:
    """Writes all forms, and the batches; prints how many articles there are."""
    found = rows(Path(corpus))
    written = write(chosen(found, int(count) or len(found)), Path(folder), forms)
    resampler = Resampler(found, 7)
    for batch in range(BATCHES):
        added = [resampler.article(f"x{batch}-{number}", "1987-02-26", 230) for number in range(_TEN)]
        write(added, Path(folder, f"batch{batch}"), forms)
    print(written)


if __name__ == "__main__":
    main(*sys.argv[1:])
