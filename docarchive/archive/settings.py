"""Settings: what ``docarchive.toml`` holds."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from docarchive import failures
from docarchive.archive.user_values import check_language
from docarchive.arguments import checked
from docarchive.engines import CLUSTERED, ENGINES
from docarchive.errors import ArchiveDamaged, ArchiveError, NotAnArchive, UsageError
from docarchive.folder import Folder
from docarchive.records import NamedTuple
from docarchive.regexes import lazy
from docarchive.store.layout import KEPT, OWN, SETTINGS, kept_path
from docarchive.texts import did_you_mean, shorten

if TYPE_CHECKING:
    from docarchive.archive.hooks import Hook
    from docarchive.archive.rules import Rule
    from docarchive.engines.cluster import Cluster

#: The version of the layout on disk that this program writes. An archive of an earlier one is read as it is, and gets
#: this number when its first change is in the log.
LAYOUT: Final = 2
_LAYOUTS: Final = (1, LAYOUT)
_NOTHING: Final = b"\0 \t\r\n\xef\xbb\xbf"
_REPAIR: Final = "run 'docarchive verify --repair'"
_INIT: Final = "move it away and run 'docarchive init {}', which keeps the articles"
_SEARCHES: Final = "searches"
_MAX_SIZE: Final = 10_000_000  # bytes
_IMPORT: Final = "import"
_RULES: Final = "rules"
_HOOKS: Final = "hooks"
#: The settings that are tables, by the name of the attribute.
_TABLES: Final = (_SEARCHES, "importing", _RULES, _HOOKS)
_TABLE_NAMES: Final = (_SEARCHES, _IMPORT, _RULES, _HOOKS, CLUSTERED)
_ALL_ENGINES: Final = (*ENGINES, CLUSTERED)
_TYPE_NAMES: Final = {list: "a list", dict: "a table", str: "a quoted string", int: "a number", bool: "true or false"}
_NAME = lazy(r"[^\W\d][\w-]{0,63}")


class Settings(NamedTuple):
    """The settings of one archive.

    Attributes:
        name: The archive's name.
        engine: The name of its search engine.
        language: The language of articles whose language is unknown, as ISO 639-1.
        layout: The version of its layout on disk.
        searches: The queries of saved searches by name.
        importing: The options of every import: the table ``[import]``.
        rules: What to set on articles when they are imported, by the name of the rule: the table ``[rules]``.
        hooks: Programs that the command line runs after changes, by the name of the hook: the table ``[hooks]``.
        cluster: Where the index is, if the engine is ``opensearch``: the table ``[opensearch]``.
        meaning: Whether searches look for the meaning of a query, too: ``on`` or ``off``.
    """

    name: str
    engine: str = "whoosh"
    language: str = "en"
    layout: int = LAYOUT
    searches: Mapping[str, str] = MappingProxyType({})
    importing: Mapping[str, Any] = MappingProxyType({})
    rules: Mapping[str, Rule] = MappingProxyType({})
    hooks: Mapping[str, Hook] = MappingProxyType({})
    meaning: str = "off"
    cluster: Cluster | None = None

    @classmethod
    @checked
    def load(cls, root: Path, file: str = SETTINGS) -> Settings:
        """Reads the settings of the archive in a folder.

        Args:
            root: The folder.
            file: The path of the settings, relative to the folder.

        Raises:
            NotAnArchive: The folder has no archive.
            ArchiveDamaged: The settings are damaged, or the layout is not supported; the text says what to do.
            ArchiveError: The settings cannot be read.
        """
        try:
            data = _read(root, file)
        except (FileNotFoundError, NotADirectoryError):
            if file == SETTINGS and Folder(root).is_file(kept_path(SETTINGS)):
                raise ArchiveDamaged(f"{root / file} is gone; {_REPAIR}") from None
            raise NotAnArchive(f"{root} is not an archive; create one with 'docarchive init {root}'") from None
        except OSError as error:
            raise ArchiveError(f"{root / file} cannot be read: {failures.reason(error)}") from error
        try:
            return cls.parse(root, data)
        except _Unreadable as error:
            raise ArchiveDamaged(f"{error}; {_advice(root, data)}") from None

    @classmethod
    def parse(cls, root: Path, data: bytes) -> Settings:
        """Reads the settings of the archive in a folder from their bytes.

        Raises:
            ArchiveDamaged: They are damaged, or the layout is not supported; the text may say what to do.
        """
        path = root / SETTINGS
        if not data.strip(_NOTHING):
            raise _Unreadable(f"{path} is empty")
        if len(data) > _MAX_SIZE:
            raise _Unreadable(f"{path} cannot be read: it is too large")
        try:
            values = _values(_text(data))
        except (ValueError, RecursionError) as error:  # of UTF-8 and of TOML
            raise _Unreadable(f"{path} cannot be read: {error}") from None
        _check_tables(path, values)
        if "layout" not in values:
            raise _Unreadable(f"{path} has no layout")
        settings = cls(
            name=str(values.get("name", root.name)),
            engine=str(values.get("engine", "whoosh")),
            language=str(values.get("language", "en")),
            layout=values["layout"],
            searches=_searches(path, values.get(_SEARCHES, {})),
            importing=_importing(path, values.get(_IMPORT, {})),
            meaning=_switch(path, values.get("meaning", "off")),
        )
        settings = settings._with_tables(path, values, _text(data))
        if settings.layout not in _LAYOUTS:
            raise ArchiveDamaged(
                f"{path}: layout {shorten(repr(settings.layout))} is not supported by this version; update docarchive"
            )
        _check_engine(path, settings)
        try:
            check_language(settings.language, assigned=False)  # earlier versions accepted any two letters
        except UsageError as error:
            raise ArchiveDamaged(f"{path}: {error}") from None
        return settings

    def _with_tables(self, path: Path, values: Mapping[str, Any], text: str) -> Settings:
        """Returns the settings with the tables that few archives have."""
        tables: dict[str, Any] = {}
        if _RULES in values:
            tables[_RULES] = _rules(path, values[_RULES], text, self.searches)
        if _HOOKS in values:
            tables[_HOOKS] = _hooks(path, values[_HOOKS])
        if CLUSTERED in values:
            tables["cluster"] = _cluster(path, values[CLUSTERED])
        return self._replace(**tables)

    @checked
    def save(self, root: Path) -> None:
        """Writes the settings of a new archive into its folder."""
        lines = [f"{name} = {json.dumps(value, ensure_ascii=False)}\n" for name, value in self.to_dict().items()]
        _write(root, "".join(lines))

    def __reduce__(self) -> tuple[Any, ...]:  # a ``MappingProxyType`` cannot be pickled
        return _settings, ({**self._asdict(), **{name: dict(getattr(self, name)) for name in _TABLES}},)

    def to_dict(self) -> dict[str, Any]:
        """Returns the settings without the tables, and without what is switched off."""
        values = {name: value for name, value in self._asdict().items() if name not in (*_TABLES, "cluster")}
        return {name: value for name, value in values.items() if name != "meaning" or value == "on"}

    @checked
    def with_search(self, root: Path, name: str, query: str | None) -> Settings:
        """Saves a search, or removes it if the query is None; returns the new settings."""
        import tomlkit

        def change(document: Any) -> None:
            searches: Any = document.setdefault(_SEARCHES, tomlkit.table())
            if query is None:
                del searches[name]
            else:
                searches[name] = query

        return self._changed(root, change)

    @checked
    def with_engine(self, root: Path, engine: str, cluster: Mapping[str, Any] | None = None) -> Settings:
        """Changes the engine, and where its index is if that is in a cluster; returns the new settings."""

        def change(document: Any) -> None:
            document["engine"] = engine
            if cluster is not None:
                document[CLUSTERED] = dict(cluster)

        return self._changed(root, change)

    @checked
    def with_meaning(self, root: Path, on: bool) -> Settings:
        """Switches search by meaning on or off; returns the new settings."""
        return self._changed(root, lambda it: it.update(meaning="on") if on else it.pop("meaning", None))

    @checked
    def with_layout(self, root: Path) -> Settings:
        """Changes the version of the layout to today's; returns the new settings."""
        return self._changed(root, lambda document: document.update(layout=LAYOUT))

    @staticmethod
    def _changed(root: Path, change: Callable[[Any], None]) -> Settings:
        """Changes the file of the settings and reads it again; what is not changed stays as it is written."""
        import tomlkit

        document = tomlkit.parse(_text(_read(root)))
        change(document)
        _write(root, tomlkit.dumps(document))
        return Settings.load(root)

    @staticmethod
    @checked
    def check_name(name: str) -> None:
        """Raises ``UsageError`` if a search cannot have this name."""
        if not _NAME.fullmatch(name):
            raise UsageError(
                f"{shorten(repr(name))} cannot be a search's name; "
                "start with a letter, then use letters, digits, '_' and '-'"
            )

    def _repr_html_(self) -> str:
        from docarchive.notebooks import record_table

        return record_table(self)


class _Unreadable(ArchiveDamaged):
    """The settings cannot be read; the text does not say what to do."""


def is_damage(data: bytes, kept: bytes | None) -> bool:
    """Returns whether settings that cannot be read were emptied or cut, which no edit does.

    Args:
        data: The bytes of the settings.
        kept: What they were when docarchive last wrote or read them, if that is known.
    """
    is_cut = kept is not None and len(data) < len(kept) and kept.startswith(data)
    return is_cut or not data.strip(_NOTHING) or b"\0" in data


def _advice(root: Path, data: bytes) -> str:
    """Returns what to do about settings that cannot be read: the end of a sentence."""
    try:
        kept = _read(root, kept_path(SETTINGS))
    except (OSError, ArchiveDamaged):
        return f"fix it in an editor, or {_INIT.format(root)}"
    return _REPAIR if is_damage(data, kept) else f"fix it in an editor, or put back its copy, {kept_path(SETTINGS)}"


def _read(root: Path, file: str = SETTINGS) -> bytes:
    return Folder(root).read(file, _MAX_SIZE + 1)


def _text(data: bytes) -> str:
    return data.decode("utf-8").replace("\r\n", "\n")  # as Python reads text


def _write(root: Path, text: str) -> None:
    """Writes settings: first the copy, so that a file that equals it is not taken for a changed one.

    A name or a query may come from bytes that are not UTF-8: see ``clean``.
    """
    from docarchive.article.plain import clean

    folder, data = Folder(root), clean(text).encode()
    folder.make(KEPT)
    folder.put(kept_path(SETTINGS), data, flush=True)
    folder.put(SETTINGS, data, flush=True)


def _settings(values: dict[str, Any]) -> Settings:
    """Returns the settings with these values: the other half of pickling."""
    tables = {name: MappingProxyType(values[name]) for name in _TABLES}
    return Settings(**{**values, **tables})


def other_names(root: Path) -> list[str]:
    """Returns the names in a folder that are not those of an archive, in order; hidden ones do not count."""
    try:
        names = sorted(os.listdir(root))
    except OSError:  # there is no such folder
        return []
    return [name for name in names if not name.startswith(".") and name not in OWN]


def _values(text: str) -> dict[str, Any]:
    """Reads TOML; raises ``ValueError`` if it is not valid."""
    values = plain_values(text)
    if values is not None:
        return values
    import tomllib

    return tomllib.loads(text)


def plain_values(text: str) -> dict[str, Any] | None:
    """Reads settings as ``save`` writes them: lines with a name and a string or a number. Returns None for other TOML.

    Every command reads the settings, and importing a TOML parser takes longer than the rest of opening an archive.
    """
    values: dict[str, Any] = {}
    for line in text.split("\n"):
        name, sign, value = line.partition(" = ")
        if not line:
            continue
        if not (sign and line.isprintable() and name.isascii() and name.isalpha()) or name in values:
            return None
        inner = value[1:-1]
        if value == f'"{inner}"' and '"' not in inner and "\\" not in inner:
            values[name] = inner
        elif value.isascii() and value.isdecimal() and len(value) < 10 and (value[0] != "0" or value == "0"):
            values[name] = int(value)
        else:
            return None
    return values


def _check_tables(path: Path, values: Mapping[str, Any]) -> None:
    """Raises ``ArchiveDamaged`` if there is a table that nothing reads."""
    for name, value in values.items():
        if isinstance(value, dict) and name not in _TABLE_NAMES:
            raise ArchiveDamaged(f"{path}: there is no table {shorten(repr(name))}; {did_you_mean(name, _TABLE_NAMES)}")


def _switch(path: Path, value: object) -> str:
    if value not in ("on", "off"):
        raise ArchiveDamaged(f'{path}: meaning must be "on" or "off"')
    return str(value)


def _searches(path: Path, table: object) -> Mapping[str, str]:
    if not isinstance(table, dict) or not all(isinstance(query, str) for query in table.values()):
        raise ArchiveDamaged(f'{path}: [{_SEARCHES}] must hold lines such as oil = "tag:crude OR opec"')
    return MappingProxyType(dict(table))


def _rules(path: Path, table: object, text: str, searches: Mapping[str, str]) -> Mapping[str, Rule]:
    from docarchive.archive.rules import read_rules

    try:
        return MappingProxyType(read_rules(table, text, searches))
    except UsageError as error:
        raise ArchiveDamaged(f"{path}: {error}") from None


def _hooks(path: Path, table: object) -> Mapping[str, Hook]:
    from docarchive.archive.hooks import read_hooks

    try:
        return MappingProxyType(read_hooks(table))
    except UsageError as error:
        raise ArchiveDamaged(f"{path}: {error}") from None


def _check_engine(path: Path, settings: Settings) -> None:
    if settings.engine not in _ALL_ENGINES:
        raise ArchiveDamaged(
            f"{path}: there is no engine {shorten(repr(settings.engine))}; "
            f"{did_you_mean(settings.engine, _ALL_ENGINES)}"
        )
    if settings.engine == CLUSTERED and settings.cluster is None:
        raise ArchiveDamaged(f"{path}: there is no table [{CLUSTERED}], which says where the index is")


def _cluster(path: Path, table: object) -> Cluster:
    from docarchive.engines.cluster import Cluster

    if not isinstance(table, dict):
        raise ArchiveDamaged(f'{path}: [{CLUSTERED}] must be a table with lines such as index = "news"')
    try:
        return Cluster.read(table)
    except UsageError as error:
        raise ArchiveDamaged(f"{path}: [{CLUSTERED}]: {error}") from None


def _importing(path: Path, table: object) -> Mapping[str, Any]:
    if not table:
        return MappingProxyType({})
    from docarchive.archive.import_and_export_options import settings_kinds

    types = settings_kinds()
    if not isinstance(table, dict):
        raise ArchiveDamaged(f'{path}: [{_IMPORT}] must be a table with lines such as tags = ["inbox"]')
    for name, value in table.items():
        if name not in types:
            raise ArchiveDamaged(
                f"{path}: [{_IMPORT}] has no setting {shorten(repr(name))}; it may hold {', '.join(types)}"
            )
        if not isinstance(value, types[name]) or isinstance(value, bool) != (types[name] is bool):
            raise ArchiveDamaged(f"{path}: {name} in [{_IMPORT}] must be {_TYPE_NAMES[types[name]]}")
    return MappingProxyType(dict(table))
