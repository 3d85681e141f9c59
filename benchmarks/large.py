"""Writes a JSON Lines file of any size, of articles made of another file's words; the same every time.

    python benchmarks/large.py CORPUS.jsonl GIGABYTES OUT.jsonl [--kilobytes K]

Each article has an id, a title, a date and a text of about K kilobytes (64 if left out), drawn from the sentences of
the corpus. It is meant for imports that do not fit into memory.
"""

from __future__ import annotations

import argparse
import json
import random
import re
from pathlib import Path

_SENTENCE = re.compile(r"[^.]+\.")


def main() -> None:
    """Reads the command line, and writes the file."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("corpus", type=Path)
    parser.add_argument("gigabytes", type=float)
    parser.add_argument("out", type=Path)
    parser.add_argument("--kilobytes", type=float, default=64)
    arguments = parser.parse_args()
    sentences: list[str] = []
    with open(arguments.corpus, encoding="utf-8") as lines:
        for line in lines:
            sentences += (" ".join(each.split()) for each in _SENTENCE.findall(json.loads(line).get("body", "")))
            if len(sentences) > 50_000:
                break
    drawn = random.Random(1987)
    written = number = 0
    with open(arguments.out, "w", encoding="utf-8") as out:
        while written < arguments.gigabytes * 1e9:
            number += 1
            size, parts = 0, []
            while size < arguments.kilobytes * 1000:
                part = drawn.choice(sentences)
                size += len(part) + 1
                parts.append(part)
            date = f"{1987 + number % 37}-{1 + number % 12:02}-{1 + number % 28:02}"
            article = {"id": str(number), "title": f"{parts[0][:60]} {number}", "date": date, "body": " ".join(parts)}
            written += out.write(json.dumps(article, ensure_ascii=False) + "\n")
    print(f"{number:,} articles, {written:,} characters")


if __name__ == "__main__":
    main()
