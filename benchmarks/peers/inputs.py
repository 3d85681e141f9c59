"""Writes the articles that all peers import, in the form that each peer reads.

    python -m benchmarks.peers.inputs CORPUS.jsonl ARTICLES FOLDER FORM…

CORPUS is JSON Lines with id, title, date, topics, places and body. If it has more than ARTICLES, some are picked that
are evenly spread; if it has fewer, articles are resampled from its sentences, the same every time. The forms are jsonl,
mail (a Maildir) and markdown. Batches of ten new articles, to be added later, are written in the same forms.

This runs in a process of its own, because the process that measures must stay small: Linux counts the peak memory of a
process from the size of the one that started it.
"""

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
#: The number of batches of new articles.
BATCHES = 3
_BATCH = 10  # articles

Row = dict[str, Any]


class Inputs(NamedTuple):
    """The files of articles.

    Attributes:
        folder: The folder with all forms.
        articles: The number of articles.
    """

    folder: Path
    articles: int

    def path(self, form: str, batch: int | None = None) -> Path:
        """Returns the file or folder of a form, of all articles or of one batch."""
        folder = self.folder if batch is None else self.folder / f"batch{batch}"
        return folder / ("articles.jsonl" if form == "jsonl" else form)


class Resampler:
    """Makes articles of the sentences, titles and metadata of others.

    Args:
        rows: The other articles.
        seed: The same seed gives the same articles.
    """

    def __init__(self, rows: list[Row], seed: int) -> None:
        self._random = random.Random(seed)
        self._rows = rows
        self._shapes: list[list[int]] = []
        self._sentences: list[str] = []
        for row in rows:
            split = [_SENTENCE.split(paragraph) for paragraph in paragraphs(row["body"])]
            self._shapes.append([len(sentences) for sentences in split])
            for sentences in split:
                self._sentences += sentences

    def article(self, id_: str, first: str, days: int) -> Row:
        """Returns an article with an id, and a date at most some days after the first one."""
        shape, other = self._random.choice(self._shapes), self._random.choice(self._rows)
        body = "\n\n".join(" ".join(self._random.choice(self._sentences) for _ in range(count)) for count in shape)
        moment = datetime.fromisoformat(first) + timedelta(seconds=self._random.randrange(days * 86_400))
        return {**other, "id": id_, "date": moment.isoformat(), "body": body}


def paragraphs(body: str) -> list[str]:
    """Returns the paragraphs of a text, each on one line."""
    lines = [" ".join(paragraph.split()) for paragraph in _BREAK.split(body)]
    return [line for line in lines if line] or [""]


def rows(corpus: Path) -> list[Row]:
    """Returns the articles of a corpus, with the keys that peers need; a missing date is that of the article before."""
    articles = []
    date = "1987-01-01T00:00:00"
    with open(corpus, encoding="utf-8") as lines:
        for number, line in enumerate(lines, start=1):
            row = json.loads(line)
            date = (row.get("date") or date)[:19]
            articles.append(
                {
                    "id": str(row.get("id") or number),
                    "title": row.get("title") or "",
                    "date": date,
                    "topics": row.get("topics") or [],
                    "places": row.get("places") or [],
                    "body": row.get("body") or "",
                }
            )
    return articles


def sample(articles: list[Row], count: int) -> Iterator[Row]:
    """Yields a number of articles: all, some that are spread evenly, or resampled ones if there are too few."""
    if count <= len(articles):
        yield from (articles[number * len(articles) // count] for number in range(count))
    else:
        resampler = Resampler(articles, count)
        yield from (resampler.article(f"s{number}", "1987-01-01", 20 * 365) for number in range(count))


def write(articles: Iterable[Row], folder: Path, forms: Iterable[str]) -> int:
    """Writes articles in some forms; returns their number."""
    forms = set(forms)
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("mail/cur", "mail/new", "mail/tmp"):
        if "mail" in forms:
            (folder / name).mkdir(parents=True, exist_ok=True)
    if "markdown" in forms:
        (folder / "markdown").mkdir(exist_ok=True)
    count = 0
    with open(folder / "articles.jsonl", "w", encoding="utf-8") as lines:
        for row in articles:
            count += 1
            lines.write(json.dumps(row, ensure_ascii=False) + "\n")
            if "mail" in forms:
                (folder / "mail/cur" / f"{row['id']}.eml").write_text(mail(row), "utf-8")
            if "markdown" in forms:
                (folder / "markdown" / f"{row['date'][:10]}-{row['id']}.md").write_text(markdown(row), "utf-8")
    return count


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
    """Writes all forms, and the batches; prints the number of articles."""
    articles = rows(Path(corpus))
    written = write(sample(articles, int(count) or len(articles)), Path(folder), forms)
    resampler = Resampler(articles, 7)
    for batch in range(BATCHES):
        batch_articles = [resampler.article(f"x{batch}-{number}", "1987-02-26", 230) for number in range(_BATCH)]
        write(batch_articles, Path(folder, f"batch{batch}"), forms)
    print(written)


if __name__ == "__main__":
    main(*sys.argv[1:])
