"""The writer of templates: any text that a Jinja2 template says, in one stream or one file an article."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, BinaryIO

from docarchive.article import Article
from docarchive.errors import UsageError
from docarchive.slugs import Names, safe_name, slugify
from docarchive.writers.fields import field_of
from docarchive.writers.protocol import Document, Files, WriteOptions, Writer

_FIELD = re.compile(r"\{([^{}]*)\}")
_ENDING = re.compile(r"(.*?)((?:\.\w{1,10})?)", re.S)


class TemplateWriter(Writer):
    """Renders articles with a template, in a sandbox: it sees the article's values, and can call nothing else.

    A template sees every key of the article by its name, ``body``, ``slug``, ``extra`` (all other keys), and
    the filters of Jinja2. In files that end in ``.html`` or ``.xml``, values are escaped unless marked as safe.
    """

    name = "template"
    summary = "the output of a Jinja2 template (--template)"
    folder = True
    accepts = frozenset({"template", "name"})

    def write(self, documents: Iterable[Document], out: BinaryIO, options: WriteOptions) -> None:
        render = _Template(options)
        for document in documents:
            out.write(render(document).encode())

    def write_files(self, documents: Iterable[Document], files: Files, options: WriteOptions) -> None:
        render, names = _Template(options), Names()
        pattern = options.name or "{date}-{slug}.txt"
        for document in documents:
            stem, dot, suffix = file_name(pattern, document.article).rpartition(".")
            path = names.unique(stem or suffix, dot + suffix if stem else "", id=document.id)
            files.add(path, render(document).encode())


class _Template:
    def __init__(self, options: WriteOptions) -> None:
        from jinja2 import TemplateError
        from jinja2.sandbox import ImmutableSandboxedEnvironment

        if not options.template:
            raise UsageError("name the template with --template FILE")
        self._error = TemplateError
        environment = ImmutableSandboxedEnvironment(
            autoescape=options.name.endswith((".html", ".htm", ".xml", ".xhtml")),
            keep_trailing_newline=True,
        )
        environment.globals.pop("lipsum", None)  # it is random
        try:
            self._template = environment.from_string(options.template)
        except TemplateError as error:
            line = f" (line {line})" if (line := getattr(error, "lineno", None)) else ""
            raise UsageError(f"the template cannot be read: {error.message}{line}") from None

    def __call__(self, document: Document) -> str:
        article = document.article
        try:
            return self._template.render(values_of(article))
        except self._error as error:
            raise UsageError(f"the template fails on {document.id}: {error.message}") from None
        except (ArithmeticError, LookupError, TypeError, ValueError, OverflowError) as error:
            raise UsageError(f"the template fails on {document.id}: {type(error).__name__}: {error}") from None


def values_of(article: Article) -> dict[str, Any]:
    """Returns the variables of a template: the keys of the article, ``body``, ``slug``, ``extra``."""
    record = article.to_dict()
    record.pop("schema")
    return {**article.extra, **record, "slug": slugify(article.title), "extra": article.extra}


def file_name(pattern: str, article: Article) -> str:
    """Returns the name of an article's file: ``{key}`` is replaced by its value, and ``/`` makes a folder.

    Raises:
        UsageError: The pattern names no file.
    """

    def value(match: re.Match[str]) -> str:
        key = match[1].strip()
        if key == "slug":
            return slugify(article.title)
        field = field_of(article, key)
        if key == "date" and article.date is not None:
            field = article.date.text[:10]
        return str(field[0] if isinstance(field, list) and field else field or "").replace("/", "-")

    wanted = [name for name in pattern.split("/") if name.strip(" .")]
    if not wanted:
        raise UsageError(f"{pattern!r} is not a pattern for file names; use one such as {{date}}-{{slug}}.txt")
    names = []
    for name in wanted:
        stem, ending = _ENDING.fullmatch(name).groups()  # type: ignore[union-attr] # it fits whatever the name is
        names.append(safe_name(_FIELD.sub(value, stem).strip("-_ ")) + ending)
    return "/".join(names)
