"""Options of imports and exports: the one declaration of each.

A declaration has the name, the type, the default, the help text, and the rule that merges the settings' value with the
caller's. The library, the table ``[import]`` of the settings, the commands and the documentation are made from these
declarations. The annotations are read at run time, so this module does not postpone them.
"""

import os
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from types import UnionType
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal, TypedDict, Union, cast, get_args, get_origin

from docarchive.arguments import check
from docarchive.records import NamedTuple

if TYPE_CHECKING:
    from docarchive.archive.reports import Decision

_DuplicateChoices = Literal["link", "skip", "keep"]
#: What to do with near duplicates: for editors, one of ``DUPLICATE_CHOICES``.
DuplicateChoice = _DuplicateChoices | str
DUPLICATE_CHOICES: Final = get_args(_DuplicateChoices)
_Layouts = Literal["plain", "hugo", "jekyll", "obsidian"]
#: The conventions that exported Markdown files can follow: for editors, one of ``LAYOUTS``.
Layout = _Layouts | str
LAYOUTS: Final = get_args(_Layouts)

#: The commands that import.
_IMPORTING: Final = ("import", "watch", "quarantine")
_EXPORTING: Final = ("export",)


#: The types of options, as ``check`` takes them.
_ANNOTATIONS: Final[dict[Any, str]] = {
    **{str: "str", int: "int", bool: "bool"},
    **{Iterable: "Iterable", Mapping: "Mapping", Callable: "Callable", os.PathLike: "str | os.PathLike"},
}


def ignore(decision: "Decision") -> None:
    """The ``observe`` that does nothing."""


class Declared(NamedTuple):
    """The declaration of one option, besides its name and type."""

    help: str  # its help text and documentation
    default: Any = None  # its value if neither the caller nor the settings give one
    setting: str = ""  # its name in the table ``[import]`` of the settings; empty if it is not a setting
    merge: Callable[[Any, Any], Any] | None = None  # merges the settings' value with the caller's; only for settings
    commands: tuple[str, ...] = _IMPORTING  # the commands that have it; none if only programs can pass it
    flag: str = ""  # its names on the command line; empty to make one from the name
    metavar: str = ""  # the placeholder of its value in help
    example: str = ""  # an example of a value ``KEY=VALUE``, for error messages
    separator: str = ""  # the separator of list items on the command line; empty for an option that is repeated
    choices: tuple[str, ...] = ()  # the valid values; empty for any
    minimum: int | None = None  # the least valid number; None for any
    shown_default: str = ""  # the default that help shows, if it is not ``default``


def _first(setting: Any, value: Any) -> Any:
    """Merges a single value: the caller's wins."""
    return value or setting


def _given(setting: Any, value: Any) -> Any:
    """Merges a choice of yes, no and neither: the caller's wins."""
    return setting if value is None else value


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
            shown_default="detected from the content, then from the name",
        ),
    ]
    tags: Annotated[
        Iterable[str],
        Declared(
            "Add a tag to every article.",
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
            "Set KEY to VALUE in every article. Lists are extended; other values are replaced.",
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
            "Set the language of every article; for example, en.",
            setting="language",
            merge=_first,
            metavar="CODE",
        ),
    ]
    map: Annotated[
        Mapping[str, str] | None,
        Declared(
            "(tables, JSON) Read KEY from COLUMN, such as title=Headline.",
            default={},
            setting="map",
            merge=_over,
            metavar="KEY=COLUMN",
            example="title=Headline",
        ),
    ]
    split: Annotated[bool, Declared("(books) Import each chapter as an article.", default=False)]
    query: Annotated[str | None, Declared("(SQLite) Import the rows of this SQL query as articles.", metavar="SQL")]
    jobs: Annotated[
        int | None,
        Declared(
            "The number of processes that parse and index. With 1, everything runs in one process, except parsers that "
            "may hang or crash.",
            setting="jobs",
            merge=_first,
            metavar="N",
            minimum=1,
            shown_default="one per CPU",
        ),
    ]
    on_duplicate: Annotated[
        DuplicateChoice | None,
        Declared(
            "What to do with an article that has nearly the same text as another one: link (import it, and link it to "
            "the other), skip (do not import it) or keep (import it without a link).",
            default="link",
            setting="on_duplicate",
            merge=_first,
            metavar="CHOICE",
            choices=DUPLICATE_CHOICES,
        ),
    ]
    images: Annotated[
        bool | None,
        Declared(
            "Keep the pictures that articles show: --images also those of fetched pages, --no-images none. In the "
            "library: true or false.",
            setting="images",
            merge=_given,
            flag="--images/--no-images",
            shown_default="those in the imported folder or file",
        ),
    ]
    again: Annotated[
        bool,
        Declared(
            "Import articles even if you deleted them from the archive earlier. By default, they are left out.",
            default=False,
            commands=("import", "quarantine"),
        ),
    ]
    dry_run: Annotated[
        bool,
        Declared(
            "Show what would happen to each article, but change nothing.",
            default=False,
            commands=("import", "quarantine"),
            flag="--dry-run -n",
        ),
    ]
    public_only: Annotated[
        bool,
        Declared(
            "Fetch no addresses of this machine or of private networks: for addresses that others name.",
            default=False,
            commands=(),
        ),
    ]
    observe: Annotated[
        Callable[["Decision"], None],
        Declared("Called with the decision on each record.", default=ignore, commands=()),
    ]
    stop: Annotated[
        Callable[[], bool],
        Declared(
            "Called often. Once it returns true, the import ends after the current batch.",
            default=bool,
            commands=(),
        ),
    ]


class ExportOptions(TypedDict, total=False):
    """Options of an export. Every one may be left out; one that does not apply to the format is an error."""

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
        Declared(
            "(CSV, TSV, XLSX, JSON) Write nested objects as keys such as geo.lat.", default=False, commands=_EXPORTING
        ),
    ]
    excel: Annotated[
        bool,
        Declared(
            "(CSV, TSV) Write the table for Excel: with a byte order mark, and long texts cut to what a cell holds.",
            default=False,
            commands=_EXPORTING,
        ),
    ]
    layout: Annotated[
        Layout | None,
        Declared(
            "(md) Follow the conventions of hugo, jekyll or obsidian; plain follows none.",
            commands=_EXPORTING,
            metavar="NAME",
            choices=LAYOUTS,
            shown_default="plain",
        ),
    ]
    originals: Annotated[
        bool,
        Declared(
            "(md) Also export the original files that the articles were imported from.",
            default=False,
            commands=_EXPORTING,
        ),
    ]
    images: Annotated[
        bool,
        Declared(
            "(html, site) Also show images that are not in the archive, loaded from their URLs.",
            default=False,
            commands=_EXPORTING,
        ),
    ]
    style: Annotated[
        str | None,
        Declared(
            "(citation) The name of a CSL style, such as ieee, or the path of a style file.",
            commands=("export", "show"),
            metavar="STYLE",
            shown_default="apa",
        ),
    ]
    title: Annotated[
        str | None,
        Declared(
            "The title of the book, site or feed.",
            commands=_EXPORTING,
            metavar="TITLE",
            shown_default="the archive's name",
        ),
    ]
    url: Annotated[
        str | None,
        Declared("The URL at which the site or feed will be published.", commands=_EXPORTING, metavar="URL"),
    ]
    template: Annotated[
        str | os.PathLike[str] | None,
        Declared("Format each article with this Jinja2 template.", commands=("export", "show"), metavar="FILE"),
    ]
    name: Annotated[
        str | None,
        Declared(
            "(template) Write one file per article, named by this pattern, such as '{date}-{slug}.txt'.",
            commands=_EXPORTING,
            metavar="PATTERN",
        ),
    ]
    manifest: Annotated[
        str | os.PathLike[str] | None,
        Declared(
            "(proof) Prove that the articles are in this manifest of the archive.",
            commands=_EXPORTING,
            metavar="FILE",
            shown_default="the last one",
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
    if isinstance(annotation, UnionType) or get_origin(annotation) is Union:  # the latter of a literal and None
        annotation = [part for part in get_args(annotation) if part is not type(None)][-1]
    origin = get_origin(annotation) or annotation
    return str if origin is Literal else origin


def checked_options(options: type, values: Mapping[str, Any]) -> dict[str, Any]:
    """Returns the options that a caller passed, with a single text as a list where a list is wanted.

    Args:
        options: ``ImportOptions`` or ``ExportOptions``.
        values: The options by name; None is the default.

    Raises:
        TypeError: There is no option of a name, or a value has another type than the option.
    """
    declarations = declared(options)
    if unknown := next((name for name in values if name not in declarations), None):
        what = "an import" if options is ImportOptions else "an export"
        raise TypeError(f"{what} has no option {unknown!r}; it has {', '.join(declarations)}")
    return {
        name: value if value is None else check(name, value, _ANNOTATIONS[kinds(options)[name]])
        for name, value in values.items()
    }


def resolved(options: ImportOptions, settings: Mapping[str, Any]) -> ImportOptions:
    """Returns the value of every import option: the caller's, merged with the table ``[import]``, or the default.

    Raises:
        TypeError: There is no option of a name, or a value has another type.
    """
    options = cast(ImportOptions, checked_options(ImportOptions, options))
    values: dict[str, Any] = {}
    for name, option in declared(ImportOptions).items():
        value = options.get(name)
        value = option.default if value is None and option.merge is not _first else value
        if option.merge is not None:
            value = option.merge(settings.get(option.setting, option.default), value)
        values[name] = value
    return values  # type: ignore[return-value]
