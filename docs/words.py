"""Finds words of the old dialect in what people read: pages, docstrings, comments, messages and help texts.

    python docs/words.py [ROOT]            prints each use with its file and line; exits with 1 if there are any
    python docs/words.py --count [ROOT]    prints how often some words are used, per 1,000 lines of code

Pages are README.md and all of docs/, without code blocks and code spans. From docarchive/ the comments, the docstrings
and all other texts with a space in them are read: help texts, messages, summaries. ROOT is the root of a checkout, by
default that of this file.
"""

from __future__ import annotations

import io
import re
import sys
import tokenize
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

ROOT: Final = Path(__file__).parent.parent

#: What to avoid, as a regular expression, and what to write instead.
AVOIDED: Final = {
    r"(?:bring|brings|bringing|brought) (?:it |them )?in": "import",
    r"(?:come|comes|coming|came) in(?! (?:order|turn)\b)": "is imported, arrives",
    r"(?:take|takes|taking|took|taken) (?:it |them )?in(?! (?:order|turn|place)\b)": "read, import",
    r"(?:take|takes|taking|took|taken) over": "apply, replace",
    r"(?:hand|hands|handed|handing) (?:it |them )?(?:out|over|on)": "export, return, pass",
    r"(?:give|gives|gave|given|giving) (?:it |them )?(?:back|out)": "return, export",
    r"anew": "again, rebuilt",
    r"beside": "next to",
    r"(?:stand|stands|stood)(?! for\b)": "is",
    r"(?:go|goes|going|went|gone) on": "continue",
    r"(?:let|lets|letting) go of": "drop, release",
    r"(?:mend|mends|mended|mending)": "fix",
    r"(?:keep|keeps|keeping|kept) up with": "follow",
    r"(?:tell|tells|telling|told)": "say, report, detect, distinguish",
    r"made good": "fixed, replaced",
    r"(?:lie|lies|lay)": "is",
    r"at hand": "available",
    r"such as is": "such as",
    r"(?:pass|passes|passed|passing) over": "skip",
    r"(?:turn|turns|turned|turning) (?:it |them )?round": "reverse",
    r"(?:already there|there already|known already|already known)": "unchanged",
    r"numbers? of the journal|journal's numbers?": "journal position",
    r"nonsense": "invalid; say what is wrong",
    r"(?<=: )(?:They|It|Them|It itself|Likewise)\.(?= *$)": "what it holds, with type and unit",
}
_AVOIDED: Final = [
    (re.compile(rf"(?<![\w-])(?:{word})(?![\w-])", re.IGNORECASE), plain) for word, plain in AVOIDED.items()
]
#: What ``--count`` counts, as identifiers and in all text.
COUNTED: Final = ("found", "each", "place", "told|tells", "anew", "beside")

_CODE_SPAN: Final = re.compile(r"(`+).+?\1|\]\([^)\s]*\)")
_FENCE: Final = re.compile(r" *(```|~~~)")


class Use(NamedTuple):
    """A use of a word to avoid.

    Attributes:
        path: The file, relative to the root.
        line: The number of the line, from 1.
        text: The words as they are written.
        plain: What to write instead.
    """

    path: str
    line: int
    text: str
    plain: str


def uses(root: Path) -> Iterator[Use]:
    """Yields all uses in the pages and the code of a checkout, in order of path and line."""
    for path in sorted([*root.glob("README.md"), *root.glob("docs/**/*.md"), *root.glob("docarchive/**/*.py")]):
        lines = _prose(path.read_text("utf-8")) if path.suffix == ".md" else _texts(path.read_text("utf-8"))
        for number, line in lines:
            for word, plain in _AVOIDED:
                for match in word.finditer(line):
                    yield Use(path.relative_to(root).as_posix(), number, match[0], plain)


def _prose(page: str) -> Iterator[tuple[int, str]]:
    """Yields number and text of the lines of a Markdown page that are not code."""
    fence = ""
    for number, line in enumerate(page.splitlines(), start=1):
        if match := _FENCE.match(line):
            fence = "" if fence == match[1] else fence or match[1]
        elif not fence and not line.startswith("    "):
            yield number, _CODE_SPAN.sub("", line)


def _texts(source: str) -> Iterator[tuple[int, str]]:
    """Yields number and text of the lines of comments, and of strings with a space in them."""
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        is_string = token.type in (tokenize.STRING, getattr(tokenize, "FSTRING_MIDDLE", -1))
        if token.type == tokenize.COMMENT or (is_string and " " in token.string):
            text = _CODE_SPAN.sub(lambda span: re.sub(r"[^\n]", " ", span[0]), token.string)
            for offset, line in enumerate(text.split("\n")):
                yield token.start[0] + offset, line.rstrip("\"'")


def counts(root: Path) -> Iterator[tuple[str, float, float]]:
    """Yields each counted word, and how often it is used per 1,000 lines of code: as identifiers, and in all text."""
    sources = [path.read_text("utf-8") for path in root.glob("docarchive/**/*.py")]
    lines = sum(source.count("\n") for source in sources)
    names: Counter[str] = Counter()
    for source in sources:
        tokens = tokenize.generate_tokens(io.StringIO(source).readline)
        names.update(token.string for token in tokens if token.type == tokenize.NAME)
    for words in COUNTED:
        identifiers = sum(names[word] for word in words.split("|"))
        anywhere = sum(len(re.findall(rf"\b(?:{words})\b", source)) for source in sources)
        yield words, 1_000 * identifiers / lines, 1_000 * anywhere / lines


def main(arguments: list[str]) -> int:
    """Lists or counts; returns the exit code."""
    counting = arguments[:1] == ["--count"]
    given = arguments[counting:]
    if len(given) > 1 or any(argument.startswith("-") for argument in given):
        print("usage: python docs/words.py [--count] [ROOT]", file=sys.stderr)
        return 2
    root = Path(given[0]) if given else ROOT
    if counting:
        print("| per 1,000 lines | identifiers | all text |\n|---|--:|--:|")
        for word, identifiers, anywhere in counts(root):
            print(f"| {word.replace('|', ', ')} | {identifiers:.1f} | {anywhere:.1f} |")
        return 0
    all_uses = list(uses(root))
    for use in all_uses:
        print(f"{use.path}:{use.line}: {use.text!r}; write: {use.plain}")
    return 1 if all_uses else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
