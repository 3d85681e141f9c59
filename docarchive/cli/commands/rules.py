"""``docarchive rules``."""

from __future__ import annotations

from typing import Annotated

from docarchive.cli.changes import DryRun, show_change, trial
from docarchive.cli.declaring import Argument, Context
from docarchive.cli.opening import opened
from docarchive.cli.render import line, message, out_json, out_text
from docarchive.cli.shared_arguments import Json, Literal, Wait, joined
from docarchive.errors import UsageError


def rules(
    context: Context,
    words: Annotated[
        list[str] | None,
        Argument(metavar="[run [QUERY]]", help="Apply the rules, to the articles of a query or to all."),
    ] = None,
    literal: Literal = False,
    dry_run: DryRun = False,
    wait: Wait = None,
    json: Json = False,
) -> int:
    """List the rules for new articles, or apply them to all.

    Each rule is a table [rules.NAME] in docarchive.toml, with a query, and what to set on articles that match it when
    they are imported: tags such as +harbour and -draft, and values as 'docarchive set' takes them. 'docarchive rules
    run' applies them to the articles of the archive, and 'docarchive undo' takes that back. The exit code is 1 if there
    are no rules, or if nothing matched.
    """
    words = words or []
    if words and words[0] != "run":
        raise UsageError(f"use 'rules' or 'rules run [QUERY]', not 'rules {line(words[0])}'")
    with opened(context, wait=wait) as archive:
        rules = archive.settings.rules.values()
        if words:
            report = archive.run_rules(joined(words[1:], literal=literal), **trial(dry_run, json))
            return show_change(report, json=json, dry_run=dry_run)
        if json:
            out_json({"rules": [{**rule._asdict(), "set": [*rule.set]} for rule in rules]})
        for rule in () if json else rules:
            out_text(f"{rule.name}  {line(rule.query)}  {line('; '.join(rule.set))}", indent=2)
        if not rules and not json:
            message("no rules; write them in docarchive.toml: see 'docarchive rules --help'")
    return 0 if rules else 1
