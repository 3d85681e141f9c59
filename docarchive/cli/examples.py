"""Worked examples: two for each command, at the end of its help. A test runs them all."""

from __future__ import annotations

from typing import Final

#: Command lines with what they do, by command.
EXAMPLES: Final = {
    "init": (
        ("docarchive init news", "Create an archive in the folder news."),
        ("docarchive init papers --engine tantivy --language de", "Use tantivy, and assume German."),
    ),
    "import": (
        ("docarchive import inbox", "Import the articles in a folder."),
        ("docarchive import feed.xml --tag to-read --dry-run", "See what an import would do."),
    ),
    "duplicates": (
        ("docarchive duplicates", "List articles with nearly the same text."),
        ("docarchive duplicates --threshold 0.95 --limit 5", "Only the most similar ones."),
    ),
    "watch": (
        ("docarchive watch inbox", "Import what appears in a folder."),
        ("docarchive watch inbox --settle 10 --tag scanned", "Wait until a file is complete, and tag articles."),
    ),
    "formats": (
        ("docarchive formats", "List what can be imported and exported."),
        ("docarchive formats --json", "The same for scripts."),
    ),
    "search": (
        ("docarchive search 'partner* AND \"liaison office\" date:2024-03'", "Words, a phrase and a month."),
        ("docarchive search harbour --facet year --limit 3", "The three best articles, and all by year."),
    ),
    "similar": (
        ("docarchive similar 4q1c", "Find articles similar to one of them."),
        ("docarchive similar 4q1c --limit 3 --ids", "Only the ids of the three most similar ones."),
    ),
    "quote": (
        ("docarchive quote 'The geese graze on the hill'", "Is this in the archive word for word?"),
        ("docarchive quote 'NATO liaison office […] at the harbour' --json", "With an omission, for scripts."),
    ),
    "saved": (
        ("docarchive saved", "List the saved searches."),
        ("docarchive saved --remove harbour", "Remove one."),
    ),
    "rules": (
        ("docarchive rules", "List the rules for new articles."),
        ("docarchive rules run tag:harbour --dry-run", "See what they would change in articles with a tag."),
    ),
    "hooks": (
        ("docarchive hooks", "List the programs to run after changes."),
        ("docarchive hooks allow", "Allow them, as they are now."),
    ),
    "show": (
        ("docarchive show 4q1c", "Read an article."),
        ("docarchive show 4q1c --provenance", "See where it came from."),
    ),
    "versions": (
        ("docarchive versions 4q1c", "List the versions of an article."),
        ("docarchive versions 4q1c --json", "The same for scripts."),
    ),
    "diff": (
        ("docarchive diff 4q1c", "See what the last import changed."),
        ("docarchive diff 4q1c 1 current --html", "Print all changes as a page for a browser."),
    ),
    "original": (
        ("docarchive original 4q1c", "Print the file that an article was imported from."),
        ("docarchive original 4q1c --json", "Print where that file is."),
    ),
    "open": (
        ("docarchive open 4q1c", "Open the file that an article was imported from."),
        ("docarchive open 4q1c --print", "See what would be opened."),
    ),
    "quarantine": (
        ("docarchive quarantine", "List what could not be imported, and why."),
        ("docarchive quarantine --retry --format text", "Import it as plain text."),
    ),
    "list": (
        ("docarchive list tag:harbour date:2024", "List articles by tag and year, newest first."),
        ("docarchive list --trash", "List removed articles."),
    ),
    "serve": (
        ("docarchive serve", "Search and read the archive in a browser, at http://127.0.0.1:8765."),
        ("docarchive serve --port 8080 --root-path /news", "The same behind a proxy."),
    ),
    "mcp": (
        ("docarchive mcp", "What a client starts in the folder of the archive."),
        ("docarchive --archive news mcp", "The archive in the folder news."),
    ),
    "export": (
        ("docarchive export tag:harbour -o harbour.csv", "Export some articles as a table."),
        ("docarchive export --format md -o copies", "Export all as Markdown files in a folder."),
    ),
    "new": (
        ("docarchive new", "Write an article in your editor."),
        ("docarchive new --title 'Harbour news' --tag harbour", "Begin with a title and a tag."),
    ),
    "edit": (
        ("docarchive edit 4q1c", "Edit an article in your editor."),
        ("docarchive edit 4q1c --wait 60", "Wait up to a minute to save it, if another process writes."),
    ),
    "note": (
        ("docarchive note 4q1c 'Quote this in the report.'", "Add a note."),
        ("docarchive note 4q1c --list", "List the notes of an article."),
    ),
    "highlight": (
        ("docarchive highlight 4q1c 'liaison office' --note 'Since when?'", "Mark a passage, with a note on it."),
        ("docarchive highlight 4q1c", "List what is marked."),
    ),
    "tag": (
        ("docarchive tag tag:harbour date:2024 +to-read", "Tag the articles that match a query."),
        ("docarchive tag harbour --add port --remove harbour --dry-run", "See what would be changed."),
    ),
    "set": (
        ("docarchive set id:4q1c title='Harbour news, corrected' rating=5", "Set the title and a key of your own."),
        ("docarchive set tag:harbour authors+='Ada Meyer' section=", "Add an author, and remove the section."),
    ),
    "rename-tag": (
        ("docarchive rename-tag harbour port", "Rename a tag in all articles."),
        ("docarchive rename-tag harbour places/harbour --dry-run", "See which articles would be changed."),
    ),
    "merge": (
        ("docarchive merge 4q1c 9w3d", "Make one article of two; the first one is kept."),
        ("docarchive merge laptop/news", "Add what another archive has, and this one lacks."),
    ),
    "remove": (
        ("docarchive remove gossip", "Move articles into the trash."),
        ("docarchive remove id:4q1c --dry-run", "See what would be removed."),
    ),
    "purge": (
        ("docarchive purge gossip --dry-run", "See what would be deleted for good."),
        ("docarchive purge --trash --yes", "Empty the trash, without a question."),
    ),
    "log": (
        ("docarchive log", "List what changed."),
        ("docarchive log tag:harbour --json", "What changed in the articles that match, for scripts."),
    ),
    "undo": (
        ("docarchive undo", "Take back the last change."),
        ("docarchive undo 1 --dry-run", "See what taking back a change would do."),
    ),
    "redo": (
        ("docarchive redo", "Make the change again that was undone last."),
        ("docarchive redo --dry-run", "See what that would change."),
    ),
    "sync": (
        ("docarchive sync", "Read files that you edited, added, moved or deleted."),
        ("docarchive sync --dry-run", "Print which ones, and change nothing."),
    ),
    "rebuild": (
        ("docarchive rebuild", "Build the catalog and the index again from the files."),
        ("docarchive --archive news rebuild", "The same for an archive elsewhere."),
    ),
    "verify": (
        ("docarchive verify", "Check all files, the catalog and the index."),
        ("docarchive verify --quick", "Compare only sizes, times and names."),
    ),
    "backup": (
        ("docarchive backup backups/news", "Copy what is new or has changed."),
        ("docarchive backup backups/news --list", "List the backups there."),
    ),
    "restore": (
        ("docarchive restore 7k2m", "Restore a removed article."),
        ("docarchive restore backups/news restored", "Restore the last backup to a new folder."),
    ),
    "stats": (
        ("docarchive stats", "See what the archive contains."),
        ("docarchive stats --json", "The same for scripts."),
    ),
    "engine": (
        ("docarchive engine use tantivy", "Switch to tantivy."),
        ("docarchive engine meaning on", "Find articles by what they mean, too."),
    ),
}


def examples_of(command: str) -> str:
    """Returns the examples of a command as they end its help; empty if it has none."""
    lines = [f"  {line}\n      {purpose}" for line, purpose in EXAMPLES.get(command, ())]
    return "\n".join(["Examples:", *lines]) if lines else ""
