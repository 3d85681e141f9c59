"""Asks whether an archive has quotes: true ones in other punctuation and spacing, and others with one changed word.

    python -m benchmarks.quoting CORPUS [--quotes N] [--show N]

CORPUS is a file or folder to import, or an archive, which is then measured with its own engine alone. Passages of 8 to
40 words are drawn from its articles, the same every time. Each is asked for twice: with other quotation marks, dashes,
commas, capitals, line ends and spaces, which must be word for word; and besides with one word or number replaced, left
out or added, which must be called changed, with the right place. It prints how many are, and the processor time of a
quote.
"""

import argparse
import random
import re
import statistics
import tempfile
from collections.abc import Iterator
from pathlib import Path
from time import process_time
from typing import Final, NamedTuple

from docarchive import ENGINES, Archive
from docarchive.archive.quoting.quotation import Quotation

_SHORTEST: Final = 8
_LONGEST: Final = 40
_WORD: Final = re.compile(r"\S+")
_LETTERS: Final = re.compile(r"[^\W_]+")
_OTHER_SIGNS: Final = str.maketrans({'"': "”", "'": "’"})
KINDS: Final = ("word replaced", "number replaced", "word left out", "word added")


class Drawn(NamedTuple):
    """A passage of an article: the words of its body from ``first`` to before ``last``, with their places."""

    id: str
    body: str
    words: list[re.Match[str]]

    @property
    def texts(self) -> list[str]:
        """The words as they are."""
        return [word[0] for word in self.words]


class Changed(NamedTuple):
    """A quote with one change."""

    kind: str
    quote: str
    wrong: str  # the word that the article does not have; empty if one was left out
    place: tuple[int, int]  # where the article has what was changed, or the space where a word was added


def passages(archive: Archive, count: int, random_: random.Random) -> Iterator[Drawn]:
    """Yields passages of articles that have the words for one."""
    ids = [row.id for row in archive.list()]
    while count:
        id_ = random_.choice(ids)
        body = archive.get(id_).body
        words = [word for word in _WORD.finditer(body) if _LETTERS.search(word[0])]
        if len(words) >= _SHORTEST:
            length = random_.randint(_SHORTEST, min(_LONGEST, len(words)))
            first = random_.randint(0, len(words) - length)
            yield Drawn(id_, body, words[first : first + length])
            count -= 1


def respelled(words: list[str], random_: random.Random) -> str:
    """Returns words as one text with other punctuation and spacing."""
    pieces: list[str] = []
    for word in words:
        if random_.random() < 0.3:
            word = word.translate(_OTHER_SIGNS)
        if random_.random() < 0.2 and not any(map(str.isdigit, word)):
            ended = word.rstrip(".,;:") + random_.choice((",", ";", " –", ""))
            word = random_.choice((ended, f"“{word}”", f"*{word}*"))
        if random_.random() < 0.2 and word.replace("-", "").isalpha():
            word = word.replace("-", random_.choice(("‐", "", " ")))
        pieces += [word, random_.choice((" ", " ", " ", " ", "  ", "\n", " \n  ", "\u00a0"))]
    text = "".join(pieces[:-1])
    return text[:1].upper() + text[1:] if random_.random() < 0.5 else text


def changed(drawn: Drawn, vocabulary: list[str], random_: random.Random) -> Changed:
    """Returns a passage with one word or number replaced, left out or added."""
    words = drawn.texts
    numbers = [at for at, word in enumerate(words) if word.strip(".,").isdecimal()]
    plain = [at for at, word in enumerate(words[1:-1], start=1) if word.isalpha() and _differs(words, at)]
    kind = random_.choice([kind for kind in KINDS if (numbers if kind == KINDS[1] else plain)] or [KINDS[3]])
    wrong = random_.choice([word for word in random_.sample(vocabulary, 50) if word not in words])
    at = random_.choice(numbers if kind == KINDS[1] else plain or [1])
    start, end = drawn.words[at].span()
    if kind == KINDS[2]:
        return Changed(kind, respelled([*words[:at], *words[at + 1 :]], random_), "", (start, end))
    if kind == KINDS[3]:
        quote = respelled([*words[:at], wrong, *words[at:]], random_)
        return Changed(kind, quote, wrong, (drawn.words[at - 1].end(), start))
    if kind == KINDS[1]:
        wrong = str(int(words[at].strip(".,")) + random_.randint(1, 9))
    return Changed(kind, respelled([*words[:at], wrong, *words[at + 1 :]], random_), wrong, (start, end))


def is_elsewhere(archive: Archive, answer: Quotation, quote: str) -> bool:
    """Returns whether an article has a changed quote by chance, compared in another way than the answer was."""
    bodies = (archive.get(passage.id).body for passage in answer.passages)
    return answer.verdict == "word for word" and any(_row(quote) in _row(body) for body in bodies)


def _row(text: str) -> str:
    return " ".join(_LETTERS.findall(text.lower()))


def _differs(words: list[str], at: int) -> bool:
    """Returns whether a word is not that before or after it: of two equal ones, either may be the one left out."""
    return words[at].lower() not in (words[at - 1].lower(), words[at + 1].lower())


def is_right(answer: Quotation, drawn: Drawn, change: Changed) -> bool:
    """Returns whether an answer names one change of the article, at its place."""
    if answer.verdict != "changed":
        return False
    for passage in answer.passages:
        differences = [difference for part in passage.parts for difference in part.differences]
        if passage.id == drawn.id and len(differences) == 1:
            (difference,) = differences
            same_word = _LETTERS.findall(difference.quoted.lower()) == _LETTERS.findall(change.wrong.lower())
            start, end = change.place
            near = difference.start <= end + 2 and difference.end >= start - 2  # with the signs around it
            return same_word and near and (change.kind != KINDS[3] or not difference.archived)
    return False


def measure(archive: Archive, count: int, show: int) -> None:
    """Prints how the archive answers the quotes."""
    random_ = random.Random(1987)
    drawn = [*passages(archive, count, random_)]
    vocabulary = sorted({word for passage in drawn for word in passage.texts if word.isalpha()})
    archive.quote("the first quote opens the index")
    right = {"true": 0, "changed": 0}
    times: dict[str, list[float]] = {name: [] for name in right}
    wrong: list[tuple[str, str, str, Quotation]] = []
    kinds, elsewhere = dict.fromkeys(KINDS, 0), 0
    for passage in drawn:
        true, change = respelled(passage.texts, random_), changed(passage, vocabulary, random_)
        start = process_time()
        answer = archive.quote(true, limit=None)
        times["true"].append((process_time() - start) * 1000)
        is_true = answer.verdict == "word for word" and passage.id in [own.id for own in answer.passages]
        right["true"] += is_true
        start = process_time()
        second = archive.quote(change.quote, limit=None)
        times["changed"].append((process_time() - start) * 1000)
        by_chance = is_elsewhere(archive, second, change.quote)
        elsewhere += by_chance
        is_changed = by_chance or is_right(second, passage, change)
        right["changed"] += is_changed
        kinds[change.kind] += 1
        wrong += [(passage.id, "true", true, answer)] * (not is_true)
        wrong += [(passage.id, f"{change.kind} {change.wrong}", change.quote, second)] * (not is_changed)
    print(f"\n{len(archive):,} articles, {archive.settings.engine}: {count:,} quotes each; ms of processor time\n")
    print("| quotes | right | median | p99 | slowest |\n|---|--:|--:|--:|--:|")
    for name, taken in times.items():
        p99 = statistics.quantiles(taken, n=100, method="inclusive")[98]
        print(f"| {name} | {right[name]} | {statistics.median(taken):.1f} | {p99:.1f} | {max(taken):.1f} |")
    print("\nchanged:", ", ".join(f"{kind} {number}" for kind, number in kinds.items()))
    print(f"of these, {elsewhere} are word for word in another article")
    for id_, what, text, answer in wrong[:show]:
        print(f"\n{id_} {what}: {text!r}\n  {answer.verdict} {answer.unread}")
        for other in answer.passages[:3]:
            print("  ", other.id, other.field, other.start, other.end, [part.differences for part in other.parts])


def main() -> None:
    """Reads the command line, measures and prints."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--quotes", type=int, default=1_000)
    parser.add_argument("--show", type=int, default=0, help="how many wrong answers to print")
    options = parser.parse_args()
    if (options.corpus / "docarchive.toml").exists():
        with Archive.open(options.corpus) as archive:
            measure(archive, options.quotes, options.show)
        return
    with tempfile.TemporaryDirectory() as folder, Archive.create(Path(folder, "archive")) as archive:
        archive.import_(options.corpus)
        for engine in ENGINES:
            archive.use_engine(engine)
            measure(archive, options.quotes, options.show)


if __name__ == "__main__":
    main()
