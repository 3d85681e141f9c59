"""Options of imports and exports: each is declared here, once.

A declaration has the name, the type, the default, the help text, and how a value from the settings is merged with one
from the caller. The library, the table ``[import]`` of the settings, the commands and the documentation are made from
these declarations. The annotations are read when the program runs, so this module does not postpone them.
"""

import os
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from types import UnionType
from typing import TYPE_CHECKING, Annotated, Any, Final, NamedTuple, TypedDict, get_args, get_origin

if TYPE_CHECKING:
    from docarchive.archive.reports import Decision

#: What to do with a new article whose text is near that of another.
DUPLICATE_CHOICES: Final = ("link", "skip", "keep")
#: The conventions that exported Markdown files can follow.
LAYOUTS: Final = ("plain", "hugo", "jekyll", "obsidian")

#: The commands that import: each takes every import option that names it.
_IMPORTING: Final = ("import", "watch", "quarantine")
_EXPORTING: Final = ("export",)


def ignore(decision: "Decision") -> None:
    """The ``observe`` that does nothing."""


class Declared(NamedTuple):
    """What is declared of one option, next to its name and type.

    Attributes:
        help: What it does: its help text, and its documentation.
        default: Its value where neither the caller nor the settings give one.
        setting: Its name in the table ``[import]`` of the settings; empty where it is not one.
        merge: Merges the value of the settings with the caller's; only for settings.
        commands: The commands that take it; none for what only a program can pass.
        flag: On the command line, if that is not made from the name.
        metavar: What help shows for the value.
        example: A value, for error messages; also the form of a repeatable ``KEY=VALUE``.
        separator: Between the items of a list that is one value on the command line; empty if it is repeated.
        choices: The values that there are; empty for any.
        minimum: The least number.
        shown_default: What help shows as the default, if that is not ``default``.
    """

    help: str
    default: Any = None
    setting: str = ""
    merge: Callable[[Any, Any], Any] | None = None
    commands: tuple[str, ...] = _IMPORTING
    flag: str = ""
    metavar: str = ""
    example: str = ""
    separator: str = ""
    choices: tuple[str, ...] = ()
    minimum: int | None = None
    shown_default: str = ""


def _first(setting: Any, value: Any) -> Any:
    """Merges a single value: the caller's wins."""
    return value or setting


def _both(setting: Iterable[str], value: Iterable[str]) -> list[str]:
    """Merges lists: the items of both."""
    return [*setting, *value]


def _over(setting: Mapping[str, Any], value: Mapping[str, Any]) -> dict[str, Any]:
    """Merges tables: key by key, the caller's wins."""
    return {**setting, **value}


class ImportOptions(TypedDict, total=False):
    """Options of an import. Every one may be left out."""

    format: Annotated[
        str | None,
        Declared(
            "The format of the inputs; see 'docarchive formats'.",
            metavar="FORMAT",
            shown_default="by content, then name",
        ),
    ]
    tags: Annotated[
        Iterable[str],
        Declared(
            "Add a tag to every new or updated article.",
            default=(),
            setting="tags",
            merge=_both,
            flag="--tag",
            metavar="TAG",
        ),
    ]
    set: Annotated[
        Mapping[str, Any] | None,
        Declared(
            "Set a value on every new or updated article, over its own; added to lists.",
            default={},
            setting="set",
            merge=_over,
            metavar="KEY=VALUE",
            example="source=Reuters",
        ),
    ]
    language: Annotated[
        str | None,
        Declared(
            "The articles' language, whatever they say: en, de, ….", setting="language", merge=_first, metavar="CODE"
        ),
    ]
    map: Annotated[
        Mapping[str, str] | None,
        Declared(
            "(tables, JSON) The column that holds a key.",
            default={},
            setting="map",
            merge=_over,
            metavar="KEY=COLUMN",
            example="title=Headline",
        ),
    ]
    split: Annotated[bool, Declared("(books) Import each chapter as one article.", default=False)]
    query: Annotated[str | None, Declared("(SQLite) The query whose rows are the articles.", metavar="SQL")]
    jobs: Annotated[
        int | None,
        Declared(
            "How many processes may parse slow formats, and index. 1: no other process, except for formats that must "
            "be isolated.",
            setting="jobs",
            merge=_first,
            metavar="N",
            minimum=1,
            shown_default="one per CPU",
        ),
    ]
    on_duplicate: Annotated[
        str | None,
        Declared(
            "What to do with new articles whose text is near another's: link them, skip them, or keep them as they "
            "are.",
            default="link",
            setting="on_duplicate",
            merge=_first,
            metavar="CHOICE",
            choices=DUPLICATE_CHOICES,
        ),
    ]
    dry_run: Annotated[
        bool,
        Declared(
            "Show what would happen to each article; change nothing.",
            default=False,
            commands=("import", "quarantine"),
            flag="--dry-run -n",
        ),
    ]
    observe: Annotated[
        Callable[["Decision"], None],
        Declared("Called with the decision on each record.", default=ignore, commands=()),
    ]
    stop: Annotated[
        Callable[[], bool],
        Declared(
            "Called now and then; once it returns true, the import ends after the current batch.",
            default=bool,
            commands=(),
        ),
    ]


class ExportOptions(TypedDict, total=False):
    """Options of an export that depend on its format. Every one may be left out; a writer refuses those of others."""

    fields: Annotated[
        Iterable[str],
        Declared(
            "(tables, JSON) Export only these keys, in this order, such as id,title,date,geo.lat.",
            default=(),
            commands=_EXPORTING,
            metavar="KEY,KEY…",
            separator=",",
        ),
    ]
    flatten: Annotated[
        bool,
        Declared("(tables, JSON) Write objects as keys such as geo.lat.", default=False, commands=_EXPORTING),
    ]
    layout: Annotated[
        str | None,
        Declared(
            "(md) The conventions that files follow: plain, hugo, jekyll or obsidian.",
            commands=_EXPORTING,
            metavar="NAME",
            choices=LAYOUTS,
            shown_default="plain",
        ),
    ]
    originals: Annotated[
        bool, Declared("(md) Also export the original imported files.", default=False, commands=_EXPORTING)
    ]
    images: Annotated[
        bool,
        Declared("(html, site) Load the pictures of a text from their addresses.", default=False, commands=_EXPORTING),
    ]
    style: Annotated[
        str | None,
        Declared("(citation) A CSL style such as apa, or its file.", commands=("export", "show"), metavar="STYLE"),
    ]
    title: Annotated[
        str | None,
        Declared(
            "The title of the book, the site or the feed.",
            commands=_EXPORTING,
            metavar="TITLE",
            shown_default="the archive's name",
        ),
    ]
    url: Annotated[
        str | None,
        Declared("The address at which the feed or the site will be published.", commands=_EXPORTING, metavar="URL"),
    ]
    template: Annotated[
        str | os.PathLike[str] | None,
        Declared("A Jinja2 template that writes each article.", commands=("export", "show"), metavar="FILE"),
    ]
    name: Annotated[
        str | None,
        Declared(
            "With --template, one file per article, named by this pattern: '{date}-{slug}.txt'.",
            commands=_EXPORTING,
            metavar="PATTERN",
        ),
    ]


@cache
def declared(options: type) -> dict[str, Declared]:
    """Returns the declarations of ``ImportOptions`` or ``ExportOptions`` by name, in order."""
    return {name: get_args(annotation)[1] for name, annotation in options.__annotations__.items()}


@cache
def kinds(options: type) -> dict[str, type]:
    """Returns the type of each option by name: str, bool, int, Iterable, Mapping, Callable or PathLike."""
    return {name: _kind(get_args(annotation)[0]) for name, annotation in options.__annotations__.items()}


@cache
def settings_kinds() -> dict[str, type]:
    """Returns the type in TOML (list, dict, str or int) of each key of the table ``[import]``."""
    types: dict[type, type] = {Iterable: list, Mapping: dict}
    return {
        option.setting: types.get(kinds(ImportOptions)[name], kinds(ImportOptions)[name])
        for name, option in declared(ImportOptions).items()
        if option.setting
    }


def _kind(annotation: Any) -> type:
    if isinstance(annotation, UnionType):
        annotation = [part for part in get_args(annotation) if part is not type(None)][-1]
    return get_origin(annotation) or annotation  # type: ignore[no-any-return]


def resolved(options: ImportOptions, settings: Mapping[str, Any]) -> ImportOptions:
    """Returns the value of every import option: the caller's, merged with the settings', or the default.

    Args:
        options: What the caller passes.
        settings: The table ``[import]``.

    Raises:
        TypeError: There is no option of a name.
    """
    declarations = declared(ImportOptions)
    if unknown := next((name for name in options if name not in declarations), None):
        raise TypeError(f"an import has no option {unknown!r}; it has {', '.join(declarations)}")
    values: dict[str, Any] = {}
    for name, option in declarations.items():
        value = options.get(name)
        value = option.default if value is None and option.merge is not _first else value
        if option.merge is not None:
            value = option.merge(settings.get(option.setting, option.default), value)
        values[name] = value
    return values  # type: ignore[return-value]
