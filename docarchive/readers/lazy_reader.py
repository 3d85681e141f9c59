"""The declaration of a reader whose module is loaded when it reads its first source.

Each folder of formats declares its readers in its ``__init__``, in the order in which they are asked, together with
the functions that recognize an input by its first bytes. Most inputs need few of them. So these modules load nothing
heavy, and their regular expressions are text, which ``re`` compiles and keeps when they are first used.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from dataclasses import KW_ONLY, dataclass, field
from functools import partial
from importlib import import_module
from importlib.util import find_spec
from typing import Final, Literal

from docarchive.readers.protocol import Item, Reader, Record, Source

#: The modules that were found before: to look for one reads folders, and there is a source for every page.
_installed: Final[set[str]] = set()


@dataclass(eq=False)
class LazyReader(Reader):
    """A reader that is declared in one module and implemented in another.

    Attributes that ``Reader`` has are described there. The modules of ``requires`` must be installed.

    Attributes:
        home: The function that reads a source: ``module:function``, below ``docarchive.readers``.
        test: Whether the first bytes can only be of this format; None where anything may be in the format.
        result: What the function of ``home`` returns: the ``records`` of a source; the ``article`` that all of it is;
            or an ``article of text``, if its arguments are those of the ``read`` of ``load_text``.
    """

    name: str
    summary: str
    suffixes: tuple[str, ...] = field()  # without the default of ``Reader``
    home: str
    test: Callable[[bytes], bool] | None = None
    _: KW_ONLY
    result: Literal["records", "article", "article of text"] = "records"
    by_name: bool = False
    extra: str = ""
    requires: tuple[str, ...] = ()
    isolated: bool = False
    slow: bool = False
    single: bool = False
    version: int = 1

    def recognizes(self, head: bytes) -> bool:
        """See ``Reader``."""
        return self.test is not None and self.test(head)

    def records(self, source: Source) -> Iterator[Item]:
        """See ``Reader``.

        Raises:
            ReaderError: Its extra is not installed, or the source as a whole cannot be read.
        """
        if not all(map(_is_installed, self.requires)):  # they are loaded where records are parsed
            raise self.missing()
        module, _, name = self.home.partition(":")
        function = getattr(import_module(f"docarchive.readers.{module}"), name)
        if self.result == "records":
            yield from function(source)
            return
        source = source.alone()
        if self.result == "article":
            yield Record("", None, partial(function, source))
        else:
            from docarchive.readers.encoding.detect import load_text

            yield Record("", None, partial(load_text, source, function))


def _is_installed(module: str) -> bool:
    if module in sys.modules:
        return sys.modules[module] is not None
    if module not in _installed and find_spec(module) is not None:
        _installed.add(module)
    return module in _installed
