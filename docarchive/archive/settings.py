"""Settings: what ``docarchive.toml`` holds."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Final, NamedTuple

from docarchive.engines import ENGINES
from docarchive.errors import ArchiveDamaged, NotAnArchive
from docarchive.store.batch import write
from docarchive.store.layout import SETTINGS

#: The version of the layout on disk that this program reads and writes.
LAYOUT: Final = 1


class Settings(NamedTuple):
    """The settings of one archive.

    Attributes:
        name: What it is called.
        engine: The engine that searches it.
        language: The language in which words are stemmed, as ISO 639-1.
        layout: Version of its layout on disk.
    """

    name: str
    engine: str = "whoosh"
    language: str = "en"
    layout: int = LAYOUT

    @classmethod
    def load(cls, root: Path) -> Settings:
        """Reads the settings of the archive in a folder.

        Raises:
            NotAnArchive: There is no archive.
            ArchiveDamaged: The settings cannot be read, or are of a newer version.
        """
        path = root / SETTINGS
        try:
            found = tomllib.loads(path.read_text("utf-8"))
        except (FileNotFoundError, NotADirectoryError):
            raise NotAnArchive(f"{root} is no archive; make one with 'docarchive init {root}'") from None
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            raise ArchiveDamaged(f"{path} cannot be read: {error}") from None
        settings = cls(
            name=str(found.get("name", root.name)),
            engine=str(found.get("engine", "whoosh")),
            language=str(found.get("language", "en")),
            layout=found.get("layout", LAYOUT),
        )
        if settings.layout != LAYOUT:
            raise ArchiveDamaged(
                f"{path}: layout {settings.layout!r} is not one that this version reads; update docarchive"
            )
        if settings.engine not in ENGINES:
            raise ArchiveDamaged(f"{path}: there is no engine {settings.engine!r}; choose one of {', '.join(ENGINES)}")
        return settings

    def save(self, root: Path) -> None:
        """Writes the settings into a folder."""
        lines = [f"{name} = {json.dumps(value, ensure_ascii=False)}\n" for name, value in self._asdict().items()]
        write(root / SETTINGS, "".join(lines).encode())
