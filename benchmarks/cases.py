"""Imports small inputs that once went wrong, and compares what is archived with what is right.

    python benchmarks/cases.py FOLDER [--only TEXT] [--verbose]

FOLDER has the folders ``import``, ``heldout-kinds`` and ``newcomer``. Each row of ``CASES`` names an input in it and
what is right. Each input is imported into an archive of its own. Prints each wrong and debatable one with the reason,
then the counts. Every other file is imported too: it must be read, skipped or refused with a reason, and no reader may
fail. Exits with 1 if anything is wrong.
"""

from __future__ import annotations

import argparse
import io
import re
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from docarchive import Archive, Article
from docarchive.archive.reports import Decision, ImportReport

FOLDERS = ("import", "heldout-kinds", "newcomer")


class Outcome(NamedTuple):
    """An archive after an import.

    Attributes:
        archive: The archive.
        report: The report of the import; of several imports, that of the last.
        articles: All articles, in the order in which they were imported.
        decisions: What was decided on each record.
    """

    archive: Archive
    report: ImportReport
    articles: list[Article]
    decisions: list[Decision]


#: Returns why an outcome is wrong; empty if it is right. A reason that begins with ``?`` is debatable.
Check = Callable[[Outcome], str]


class Case(NamedTuple):
    """An input and what is right.

    Attributes:
        inputs: Paths below the folder, separated by spaces; ``>`` before a path: imported after the others.
        checks: All of these must hold.
        change: Done between the first import and those with ``>``.
    """

    inputs: str
    checks: tuple[Check, ...]
    change: Callable[[Archive], None] | None = None


def new(count: int, skipped: int | None = None, refused: int = 0) -> Check:
    """Wants so many articles, skipped parts and refusals."""

    def check(outcome: Outcome) -> str:
        counts = (
            len(outcome.articles),
            outcome.report.skipped if skipped is not None else None,
            outcome.report.refusals,
        )
        wanted = (count, skipped, refused)
        reasons = "; ".join(refusal.reason for refusal in outcome.report.refused[:3])
        return "" if counts == wanted else f"(articles, skipped, refused) are {counts}, not {wanted} {reasons}"

    return check


def has(*texts: str, title: str = "") -> Check:
    """Wants these in the body of the one article, or of that with the title."""

    def check(outcome: Outcome) -> str:
        body = _one(outcome, title).body
        missing = [text for text in texts if text not in body]
        return f"{missing[0]!r} is not in {body[:300]!r}" if missing else ""

    return check


def lacks(*texts: str) -> Check:
    """Wants none of these in the titles and bodies."""

    def check(outcome: Outcome) -> str:
        everything = "\n".join(f"{article.title}\n{article.body}" for article in outcome.articles)
        present = [text for text in texts if text in everything]
        return f"{present[0]!r} is in it" if present else ""

    return check


def value(key: str, *wanted: str, title: str = "") -> Check:
    """Wants a key to have this value; one of several. ``None``: none; ``as written``: one that is no date."""

    def check(outcome: Outcome) -> str:
        article = _one(outcome, title)
        stored = article.values(key)
        actual = ", ".join(stored) if stored else "as written" if f"{key}_as_written" in article.extra else "None"
        return "" if actual in wanted else f"{key} of {article.title!r} is {actual}, not {' or '.join(wanted)}"

    return check


def finds(*queries: str) -> Check:
    """Wants each query to match an article."""

    def check(outcome: Outcome) -> str:
        return next((f"search {query} finds 0" for query in queries if not outcome.archive.count(query)), "")

    return check


def shown(*texts: str) -> Check:
    """Wants a reader of the html export to see these; line breaks are spaces."""

    def check(outcome: Outcome) -> str:
        text = " ".join(_page(outcome).get_text().split())
        return next((f"{wanted!r} is not shown" for wanted in texts if wanted not in text), "")

    return check


def code_blocks(count: int) -> Check:
    """Wants so many code blocks in the html export."""

    def check(outcome: Outcome) -> str:
        blocks = len(_page(outcome).find_all("pre"))
        return "" if blocks == count else f"{blocks} code blocks, not {count}"

    return check


def dated(count: int) -> Check:
    """Wants so many articles, each with a date or a date as it was written."""

    def check(outcome: Outcome) -> str:
        if len(outcome.articles) != count:
            return f"{len(outcome.articles)} articles, not {count}"
        without = [a.title for a in outcome.articles if not a.date and not any("date" in k.lower() for k in a.extra)]
        return f"no date, nor one as written: {', '.join(without)}" if without else ""

    return check


def refused_with(*words: str) -> Check:
    """Wants a refusal whose reason has one of these words."""

    def check(outcome: Outcome) -> str:
        reasons = [refusal.reason for refusal in outcome.report.refused]
        fits = any(word in reason for reason in reasons for word in words)
        return "" if fits else f"not refused with {' or '.join(words)}: {reasons or 'it was imported'}"

    return check


def either(one: Check, *others: Check) -> Check:
    """Wants one of the checks to hold."""

    def check(outcome: Outcome) -> str:
        reasons = [each(outcome) for each in (one, *others)]
        return "" if "" in reasons else " and ".join(reasons)

    return check


def debatable(check: Check) -> Check:
    """Wants what is better; what is there instead can be defended."""

    def weaker(outcome: Outcome) -> str:
        reason = check(outcome)
        return f"?{reason}" if reason else ""

    return weaker


def _one(outcome: Outcome, title: str = "") -> Article:
    fitting = [article for article in outcome.articles if article.title == title or not title]
    if len(fitting) != 1:
        titles = [article.title for article in outcome.articles]
        raise LookupError(f"no one article {title!r}; there are {titles} {outcome.report.refused}")
    return fitting[0]


def _page(outcome: Outcome):  # type: ignore[no-untyped-def]  # bs4's own type
    from bs4 import BeautifulSoup

    target = io.BytesIO()
    outcome.archive.export(format="html", to=target)
    return BeautifulSoup(target.getvalue(), "html.parser")


def _edit(archive: Archive) -> None:
    """Corrects the title and the author of the one article by hand."""
    path = archive.path / archive.file(next(iter(archive.list())).id)
    text = path.read_text(encoding="utf-8")
    text = re.sub(r"(?m)^title:.*$", "title: Wrong title", text)
    path.write_text(re.sub(r"(?m)^(?:- X|authors:.*)$", lambda m: m[0].replace("X", "Y"), text), encoding="utf-8")
    archive.sync()


_RFC_ENDING = "2018-10-10T20:19:24+00:00"
_DATES = tuple(f"import/dates2/d.{suffix}" for suffix in ("bib", "csv", "enex", "json", "jsonl", "ris", "rss"))

#: What is right, in the order of the description of the inputs.
CASES: tuple[Case, ...] = (
    # Web pages
    Case("import/html2/inlinecode.html", (has("Both `Eager` and `lazy` have the same API."),)),
    Case("import/html2/precodespan.html", (has("for i in x:\n    print(i)"), code_blocks(1))),
    Case("import/html2/precodelines.html", (has("for i in x:\n    print(i)"), code_blocks(1))),
    Case("import/html2/celllist.html", (finds("ropework", "lampwork"),)),
    Case("import/html2/linkedp.html", (finds("foghornia", '"the whole foghornia paragraph"'),)),
    Case("import/html/linkedp.html", (finds("foghornia"),)),
    Case("import/html3/olrules.html", (has("1. First rule.", "2. Second rule."),)),
    Case("import/frag/quotes.html", (finds("inner"),)),
    Case("import/frag/tagtext.html", (shown("List<String>", "Use the <b> tag", "a < b && c > d, &copy; too"),)),
    Case("import/frag/all.rss", (new(9), shown("List<String>", "Use the <b> tag", "a < b && c > d"))),
    Case(
        "import/html2/pescape.html",
        (shown("# not a heading", "1. not a list item", "> not a quote", "- not a bullet", "1986. A great year."),),
    ),
    Case("import/html2/sup.html", (lacks("106", "m2,", "H2O"),)),
    Case("import/html/dateexport.html", (value("date", "None"),)),
    Case("import/html3/datetext.html", (value("date", "None"),)),
    Case("import/html3/timeel.html", (value("date", "2024-05-06", "2024-05-06T01:30:00+09:00"),)),
    Case("import/html2/urlyearmonth.html", (value("date", "2024-05"),)),
    Case("import/html3/ampm.html", (value("date", "as written", "None"), debatable(value("date", "as written")))),
    Case("import/html3/plainpre.html", (value("date", "2024-05", "None"),)),
    Case(
        "import/html3/relsib.html",
        (has("https://site.example/blog/p/other.html", "https://site.example/blog/p/sub/x", "https://cdn.example/y"),),
    ),
    Case("import/frag/links.html", (lacks("(https://site.example/#frag)", "(https://site.example#frag)"),)),
    Case("import/perf/manybr.html", (new(1),)),
    # Dates
    Case(
        "import/feed/odd.xml",
        (
            value("date", "2002-10-02T08:00:00+02:00", title="Zone CEST"),
            value("date", "2021-09-02T20:00:00-08:00", title="PST date-only"),
            value("date", "None", "as written", title="Bogus year"),
        ),
    ),
    Case(
        "import/dates2/d.rss",
        (
            value("date", "2024-03-16T09:00:00Z", title="R5"),
            *(value("date", "as written", title=title) for title in ("R1", "R6", "R7")),
        ),
    ),
    *(Case(path, (dated(17),)) for path in _DATES),
    Case("import/dates2/f.json", (dated(17),)),
    Case("import/dates2/wallabag.json", (dated(17),)),
    Case(
        "import/ris2/a.ris",
        (
            value("date", "2021-05", title="Chapter on kelp"),
            value("source", "Kelp J", "The Big Kelp Book", title="Chapter on kelp"),
            lambda outcome: "" if _keeps(outcome, "Kelp J", "Pier Press", "x.example/second") else "JO, PB or UR lost",
        ),
    ),
    Case(
        "import/bib/odd.bib",
        (
            value("authors", "Mara Quill", title="The NATO Pier"),
            lambda outcome: "" if any("a_b?c=1&d=2" in str(a.url) for a in outcome.articles) else "the url is escaped",
        ),
    ),
    # Exports of other programs
    Case(
        "import/wxr/site.xml",
        (
            new(3, skipped=2),
            value("date", "2023-12-31T19:30:00-05:00", "2023-12-31T19:30:00", title="Ropes & knots"),
            value("authors", "Mara Quill", title="Ropes & knots"),
            value("summary", "Short about ropes", title="Ropes & knots"),
            value("tags", "Craft, rope", title="Ropes & knots"),
            value("status", "draft", title="Draft of lanterns"),
            has("after a newline.\n\nNew paragraph with *emphasis*.", "code\n  indented", title="Second plain"),
            has("A coil", title="Ropes & knots"),
            lacks("[caption"),
        ),
    ),
    Case(
        "import/exp/blogger.xml",
        (
            new(1, skipped=3),
            value("tags", "boats"),
            value("draft", "true"),
            value("date", "2012-05-06T10:00:00+02:00", "2012-05-06T10:00:00.000+02:00"),
        ),
    ),
    Case(
        "import/exp/keep",
        (
            new(2),
            finds("Quay", "rope"),
            value("tags", "harbour", title="Berth address"),
            value("date", "2013-09-30T21:15:47Z", title="Berth address"),
            has("- [x] buy rope", "- [ ] buy lampword", title="Shopping"),
        ),
    ),
    Case(
        "import/exp/medium",
        (
            new(2),
            value("url", "https://medium.com/@mquill/on-rigging-abc123def456", title="On rigging"),
            value("date", "2018-03-04T21:35:05.123Z", "2018-03-04T21:35:05Z", title="On rigging"),
            value("authors", "Mara Quill", title="On rigging"),
            has("tie(x)\n  pull(x)", title="On rigging"),
            value("date", "None", title="Unfinished knots"),
            lacks("Exported from"),
        ),
    ),
    Case(
        "import/exp/notion",
        (
            new(4),
            value("date", "2024-01-05T10:00:00", "2024-01-05T10:00", title="Rope report"),
            value("tags", "sea, craft", title="Rope report"),
            value("url", "https://rope.example/x", title="Rope report"),
            value("Status", "Done", title="Rope report"),
            value("tags", "wood, sea", title="Fix pier"),
        ),
    ),
    Case("import/exp/notion-outer.zip", (lambda outcome: "" if outcome.articles else "nothing is read",)),
    Case(
        "import/exp/substack",
        (
            new(2),
            value("date", "2023-04-05T12:00:00Z", "2023-04-05T12:00:00.000Z", title="Kelp season"),
            value("summary", "What the tide left", title="Kelp season"),
            value("draft", "true", title="Draft eel"),
        ),
    ),
    Case(
        "import/enex/dates.enex",
        (
            value("date", "2012-07-15T12:39:52Z", title="Tide tables pm"),
            finds("quaymaster"),
            has("```\ndef f(x):\n    return x*2\n```", title="Code note"),
            has("before secret", "encrypted", "after secret", title="Encrypted"),
        ),
    ),
    Case("import/more/takeout.mbox", (value("tags", "Archivés, Opened, Café, Inbox", title="Gmail one"),)),
    Case("import/mail2/dates12.eml", (value("date", "2024-03-05T10:00:00+01:00"),)),
    Case("import/more/nodate.mbox", (value("date", "2002-03-05T10:00:00", title="Old mail without Date header"),)),
    Case(
        "import/mail2/delsp.eml",
        (has("http://x.example/very/long/address/that/is/broken/here.html now.", "東京の港は再開した。"),),
    ),
    Case("import/mail2/dates2.eml", (value("date", "2024-03-05T10:00:00+01:00"),)),
    Case("import/notes/joplin", (new(2), has("Html **bold** hjword", title="Html note"))),
    Case("import/cjk/a.txt", (finds("港湾評議会"),)),
    Case(
        "import/csv/pocket.csv",
        (
            lambda o: (
                "" if sum("straße" in a.body or "stra%C3%9Fe" in a.body for a in o.articles) == 1 else "two of one"
            ),
        ),
    ),
    Case("import/doc/textbox_bare.docx", (finds("boxword"),)),
    Case("import/doc/textbox.docx", (lambda o: "" if _one(o).body.count("boxword") == 1 else "not there once",)),
    Case("import/doc/dates.docx", (value("date", "None", "as written"),)),
    Case("import/doc/sdt.docx", (shown("1. typed number", "# typed hash", "- typed dash"), lacks("deletia"))),
    # Kinds seen in held-out files
    Case("heldout-kinds/lost-p-div.html", (finds("mayor", "bridge", "consectetur"),)),
    Case("heldout-kinds/lost-p-h2-div.html", (finds("mayor", "bridge", "consectetur"),)),
    Case("heldout-kinds/twitter-data1.html", (value("authors", "Ann Bee", "None"),)),
    Case("heldout-kinds/dmy-date.html", (value("date", "2022-05-10T17:22", "2022-05-10T17:22:00", "as written"),)),
    Case("heldout-kinds/dots-date.html", (value("date", "2022-12-10T07:00:03"),)),
    Case("heldout-kinds/dots-date-only.html", (value("date", "2022-12-10"),)),
    Case("heldout-kinds/dots-date-min.html", (value("date", "2022-12-10T07:00", "2022-12-10T07:00:00"),)),
    Case(
        "heldout-kinds/ninjs-guid.json",
        (has("Oil prices edged up"), value("date", "2017-08-24T01:58:40+0000", "2017-08-24T01:58:40+00:00")),
    ),
    Case("heldout-kinds/byttl.xml", (value("authors", "ANN BEE"),)),
    Case("heldout-kinds/newsml12.xml", (either(has("Body text of the story."), refused_with("NewsML 1")),)),
    Case("heldout-kinds/feed-sjis.xml", (value("title", "新しい橋①"),)),
    Case("heldout-kinds/softhyphen.html", (lacks("\xad"), finds("Mittelalter"))),
    Case("heldout-kinds/marks.md", (value("title", "This is a fine text with a link"),)),
    Case("heldout-kinds/list.md", (value("title", "one"),)),
    Case("heldout-kinds/list.txt", (value("title", "one"),)),
    Case("heldout-kinds/bin.rtf", (has("Before", "After"),)),
    Case("heldout-kinds/pict.rtf", (has("Text before", "Text after"),)),
    Case("heldout-kinds/nb.ipynb", (either(has("Some text."), refused_with("notebook")),)),
    Case("heldout-kinds/mail-blank-line.txt", (value("title", "Hi"), has("Hello world"))),
    # Newcomers
    Case(
        "newcomer/s.jsonl > newcomer/s2.jsonl",
        (value("title", "Wrong title"), value("authors", "Y"), has("Corrected")),
        _edit,
    ),
    Case("newcomer/pics", (new(1), lambda outcome: "" if _pictures(outcome) else "the picture is not kept")),
    Case("newcomer/h.html", (_tags := value("tags", "Elections, Governors, Beshear, Andrew G (1977- )"), new(1))),
    Case("newcomer/h2.html", (_tags,)),
)


def _keeps(outcome: Outcome, *texts: str) -> bool:
    everything = "\n".join(str(article.to_dict()) for article in outcome.articles)
    return all(text in everything for text in texts)


def _pictures(outcome: Outcome) -> list[Path]:
    return [path for path in outcome.archive.path.rglob("*.png") if path.is_file()]


def outcome_of(folder: Path, case: Case, archive: Archive) -> Outcome:
    """Imports the inputs of a case."""
    decisions: list[Decision] = []
    report = ImportReport()
    for step, inputs in enumerate(case.inputs.split(" > ")):
        if step and case.change:
            case.change(archive)
        report = archive.import_(*(folder / path for path in inputs.split()), observe=decisions.append, jobs=1)
    articles = [archive.get(row.id) for row in archive.list()]
    return Outcome(archive, report, articles, decisions)


def judged(folder: Path, case: Case) -> list[str]:
    """Returns why a case is wrong or debatable; nothing if it is right."""
    with tempfile.TemporaryDirectory() as target, Archive.create(Path(target) / "a") as archive:
        outcome = outcome_of(folder, case, archive)
        reasons = []
        for check in case.checks:
            try:
                reasons.append(check(outcome))
            except LookupError as error:
                reasons.append(str(error))
        return [reason for reason in reasons if reason]


def others(folder: Path, cases: Sequence[Case]) -> Iterator[tuple[str, str]]:
    """Imports every file that no case names; yields its path and what became of it."""
    named = [folder / path for case in cases for path in re.split(r"[ >]+", case.inputs)]
    files = [path for name in FOLDERS for path in sorted((folder / name).rglob("*")) if path.is_file()]
    with tempfile.TemporaryDirectory() as target, Archive.create(Path(target) / "a") as archive:
        for path in files:
            if not any(path.is_relative_to(other) for other in named):
                report = archive.import_(path, jobs=1)
                bug = next((one.reason for one in report.refused if "please report" in one.reason), "")
                kinds = ("refused", report.refusals), ("skipped", report.skipped)
                yield (
                    str(path.relative_to(folder)),
                    bug or next((kind for kind, count in kinds if count), "imported"),
                )


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the command; returns its exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="the folder of the inputs")
    parser.add_argument("--only", default="", metavar="TEXT", help="run only cases whose path has this text")
    parser.add_argument("--verbose", action="store_true", help="print the right ones too")
    options = parser.parse_args(arguments)
    counts: Counter[str] = Counter()
    for case in CASES:
        if options.only not in case.inputs:
            continue
        reasons = judged(options.folder, case)
        wrong = [reason for reason in reasons if not reason.startswith("?")]
        verdict = "wrong" if wrong else "debatable" if reasons else "right"
        counts[verdict] += 1
        if reasons or options.verbose:
            print(f"{verdict:<9} {case.inputs}")
            for reason in reasons:
                print(f"          {reason.removeprefix('?')}")
    print(", ".join(f"{counts[verdict]} {verdict}" for verdict in ("right", "wrong", "debatable")))
    if not options.only:
        rest = Counter[str]()
        for path, kind in others(options.folder, CASES):
            rest[kind if kind in ("imported", "refused", "skipped") else "failed"] += 1
            if kind not in ("imported", "refused", "skipped"):
                print(f"wrong     {path}\n          {kind}")
        print("files without a right value: " + ", ".join(f"{count} {kind}" for kind, count in sorted(rest.items())))
        counts["wrong"] += rest["failed"]
    return 1 if counts["wrong"] else 0


if __name__ == "__main__":
    sys.exit(main())
