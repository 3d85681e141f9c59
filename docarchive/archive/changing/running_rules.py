"""Running the rules of an archive on the articles that it has."""

from __future__ import annotations

from docarchive.archive.alterations import in_order
from docarchive.archive.changing.change import Changer, Observe, run, selected
from docarchive.archive.changing.reports import ChangeReport
from docarchive.archive.session import Session
from docarchive.query import And, Every, Node


def run_rules(session: Session, tree: Node, words: str, *, dry_run: bool, observe: Observe) -> ChangeReport:
    """Applies all rules, as imports do: which articles match is found before any is changed.

    Args:
        session: The archive.
        tree: A query: only its articles are changed.
        words: The query as it was given, for the log.
        dry_run: Whether nothing is written.
        observe: Called with what is done to each article.
    """
    with session.writing():
        languages, searches = session.catalog.languages(), session.settings.searches
        rules = [*session.settings.rules.values()]
        matching: dict[str, int] = {}  # by id: the sum of 1 << number of the rules that it matches
        for number, rule in enumerate(rules):
            own = rule.tree(languages, searches)
            for id_ in selected(session, own if isinstance(tree, Every) else And((own, tree)), None):
                matching[id_] = matching.get(id_, 0) | 1 << number
        groups: dict[int, list[str]] = {}
        for id_, matched in matching.items():
            groups.setdefault(matched, []).append(id_)

        def change(changer: Changer) -> None:
            changer.read_edits(matching)
            alterations = [rule.alteration() for rule in rules]
            for matched, ids in groups.items():
                chosen = [alteration for number, alteration in enumerate(alterations) if matched >> number & 1]
                changer.alter(ids, in_order(chosen))

        return run(session, "rules", words, change, dry_run=dry_run, observe=observe)
