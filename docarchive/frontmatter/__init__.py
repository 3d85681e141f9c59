"""Articles as Markdown text with front matter: reading, writing and editing.

Owns the text form of an article. YAML goes through python-frontmatter's handler (``yaml12``); TOML
(``+++``) and JSON front matter are read too. Useful for one text at a time; knows no files.
"""

from docarchive.frontmatter.editing import edit, revise
from docarchive.frontmatter.parts import Parts, split
from docarchive.frontmatter.reading import MAX_TOML, body_of, parse, read_article, render
from docarchive.frontmatter.yaml12 import dump_yaml

__all__ = ["MAX_TOML", "Parts", "body_of", "dump_yaml", "edit", "parse", "read_article", "render", "revise", "split"]
