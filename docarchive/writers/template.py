"""The writer of templates: any text that a Jinja2 template says, in one stream or one file an article."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import TYPE_CHECKING, Any, BinaryIO, Final

from docarchive.article import Article
from docarchive.errors import UsageError
from docarchive.slugs import Names, slugify
from docarchive.writers.file_names import file_name
from docarchive.writers.protocol import Document, Files, WriteOptions, Writer

if TYPE_CHECKING:
    from jinja2 import Environment, Undefined

#: Operators that make something of a missing value, and those that ask something about it.
_MAKING: Final = (
    "call add radd sub rsub mul rmul truediv rtruediv floordiv rfloordiv mod rmod pow rpow neg pos abs round"
)
_ASKING: Final = "lt le gt ge contains"
_PLAIN: Final = "{date}-{slug}.txt"


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
        pattern = options.name or _PLAIN
        for document in documents:
            stem, dot, suffix = file_name(pattern, document.article).rpartition(".")
            path = names.unique(stem or suffix, dot + suffix if stem else "", id=document.id)
            files.add(path, render(document).encode())


class _Template:
    def __init__(self, options: WriteOptions) -> None:
        from jinja2 import TemplateError

        if not options.template:
            raise UsageError("name the template with --template FILE")
        self._error = TemplateError
        environment = _sandbox()(
            autoescape=options.name.endswith((".html", ".htm", ".xml", ".xhtml")),
            keep_trailing_newline=True,
            undefined=missing_value(),
            finalize=lambda value: "" if value is None else value,
        )
        environment.policies["json.dumps_kwargs"] = {"sort_keys": True, "default": _null}
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


@cache
def _sandbox() -> type[Environment]:
    from jinja2.exceptions import SecurityError
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    class Sandbox(ImmutableSandboxedEnvironment):
        """A sandbox in which what is forbidden fails, and is not just missing."""

        def unsafe_undefined(self, obj: object, attribute: str) -> Undefined:
            raise SecurityError(f"access to {attribute!r} of a value is not allowed")

    return Sandbox


@cache
def missing_value() -> type[Undefined]:
    """Returns the class of what an article does not have.

    It is empty text, an empty list, 0 and false. What is made of it is missing too, and no comparison with it holds.
    """
    from jinja2 import ChainableUndefined

    methods: dict[str, Any] = {
        **{f"__{name}__": lambda self, *_, **__: self for name in _MAKING.split()},
        **{f"__{name}__": lambda self, _: False for name in _ASKING.split()},
        "__int__": lambda self: 0,
        "__float__": lambda self: 0.0,
    }
    return type("Missing", (ChainableUndefined,), methods)


def _null(value: object) -> None:
    """Returns what is missing as JSON has it."""
    if not isinstance(value, missing_value()):
        raise TypeError(f"{type(value).__name__} is not JSON")
