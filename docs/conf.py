"""How ``make docs`` makes a site of README.md and docs/: Sphinx, MyST and Furo (decision 0058).

The source is the root of the repository, so that every relative link leads to the same file in the repository and in
the site. The navigation is here, not in the pages: they stay plain Markdown.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import Any, Final

from docutils.nodes import literal_block, raw
from pygments.lexers.data import JsonLexer
from pygments.lexers.special import TextLexer
from sphinx.addnodes import pending_xref
from sphinx.highlighting import lexers

import docarchive

sys.path.insert(0, str(Path(__file__).parent))
from flowchart import svg

#: What the sidebar shows below a page: (caption, pages). Each page is below one other, or the build fails.
NAVIGATION: Final = {
    "README": (
        (
            "Command line",
            ("docs/guide", "docs/cli", "docs/query-language", "docs/ranking", "docs/formats", "docs/export"),
        ),
        ("Library", ("docs/library", "docs/plugins")),
        (
            "Scripts",
            (
                "docs/scripting",
                "docs/json",
                "docs/api",
                "docs/mcp",
                "docs/archive-format",
                "docs/backups",
                "docs/growing",
            ),
        ),
        (
            "Project",
            (
                "docs/architecture",
                "docs/dependencies",
                "docs/decisions/README",
                "docs/benchmarks/README",
                "CONTRIBUTING",
                "SECURITY",
                "docs/security",
                "docs/reliability",
                "CHANGELOG",
            ),
        ),
    ),
    "docs/decisions/README": (("", ("[0-9]*",)),),
    "docs/benchmarks/README": (("", ("measurements", "articles-*")),),
}

project = "docarchive"
author = "The docarchive authors"
copyright = author
version = release = docarchive.__version__

extensions = ["myst_parser"]
root_doc = "README"
include_patterns = ["*.md", "docs/**"]
exclude_patterns = [".*", "build", "dist", "benchmarks", "docarchive", "seeds", "tests"]
myst_heading_anchors = 6
smartquotes = False  # they would make a dash of the two hyphens of an option

html_theme = "furo"
html_title = f"docarchive {version}"
html_static_path = ["site.css"]
html_css_files = ["site.css"]
html_copy_source = False
html_show_sphinx = False
html_theme_options: dict[str, Any] = {"navigation_with_keys": True}

lexers["jsonl"] = JsonLexer()
lexers["mermaid"] = TextLexer()  # for builders other than HTML


def _add_navigation(app: Any, docname: str, source: list[str]) -> None:
    """Adds the pages below a page to its end."""
    for caption, pages in NAVIGATION.get(docname, ()):
        options = ":hidden:\n:glob:\n" + (f":caption: {caption}\n" if caption else "")
        source[0] += f"\n```{{toctree}}\n{options}\n" + "\n".join(pages) + "\n```\n"


def _unlink_folders(app: Any, doctree: Any) -> None:
    """Makes plain text of links to folders of the repository: the site has no page for them."""
    page = Path(doctree["source"])
    for link in list(doctree.findall(pending_xref)):
        if "/" in link["reftarget"] and (page.parent / link["reftarget"]).is_dir():
            link.replace_self(link.children)


def _draw(app: Any, doctree: Any) -> None:
    """Replaces Mermaid flowcharts by drawings."""
    if app.builder.format == "html":
        for block in list(doctree.findall(literal_block)):
            if block.get("language") == "mermaid":
                block.replace_self(raw("", f'<div class="drawing">{svg(block.astext())}</div>', format="html"))


def _add_index(app: Any, failed: Exception | None) -> None:
    """Makes README.html the page of the folder, too."""
    site = Path(app.outdir)
    if not failed and (site / "README.html").exists():
        shutil.copyfile(site / "README.html", site / "index.html")


def setup(app: Any) -> None:
    """Is called by Sphinx."""
    app.connect("source-read", _add_navigation)
    app.connect("doctree-read", _unlink_folders)
    app.connect("doctree-read", _draw)
    app.connect("build-finished", _add_index)
