"""Lazy loading: the names of a package are imported when they are first used (PEP 562). See docs/decisions/0010.

Useful for packages of which most users need only some names, so that start-up stays fast. Not useful within a package,
where modules import one another. Imports nothing else of docarchive.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from typing import Any


def loader(package: str, homes: Mapping[str, str]) -> Callable[[str], Any]:
    """Returns the function ``__getattr__`` for a package.

    Args:
        package: The name of the package.
        homes: The names that each module defines, separated by spaces, by the name of the module.
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
