"""Puts the manual pages into the wheel, under share/man/man1: a hook of its build, by Hatchling."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class ManualPages(BuildHookInterface[Any]):
    """Writes the pages when a wheel is built; an editable install has none."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Is called by Hatchling before it gathers the files of the wheel."""
        if version == "editable":
            return
        self._folder = tempfile.TemporaryDirectory()
        # In a process of its own, which imports the package from here and not one that is installed; all else it
        # imports as this process does, from where pip has put what a build requires. Without -S, pip's own
        # sitecustomize would take this folder away again where an editable install names it.
        subprocess.run(
            [sys.executable, "-S", "docs/manual.py", self._folder.name],
            cwd=self.root,
            env={**os.environ, "PYTHONPATH": os.pathsep.join([self.root, *sys.path])},
            check=True,
        )
        pages = {str(page): f"share/man/man1/{page.name}" for page in Path(self._folder.name).iterdir()}
        build_data["shared_data"].update(pages)

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """Is called by Hatchling when the wheel is written."""
        if version != "editable":
            self._folder.cleanup()
