"""Names of a package that are loaded when they are first used, as PEP 562 has it.

Useful for packages whose users need but a part of them: start-up is a feature. Not useful within a package, where
modules import each other. Imports nothing of the package.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from typing import Any


def loader(package: str, homes: Mapping[str, str]) -> Callable[[str], Any]:
    """Returns the ``__getattr__`` of a package.

    Args:
        package: Its name.
        homes: By module, the names that are there, with spaces between.
    """
    module_of = {name: module for module, names in homes.items() for name in names.split()}

    def load(name: str) -> Any:
        if name not in module_of:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        from importlib import import_module

        value = getattr(import_module(module_of[name]), name)
        setattr(sys.modules[package], name, value)
        return value

    return load
