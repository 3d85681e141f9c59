"""The declaration of a reader whose module is loaded when it reads its first source.

Each folder of formats declares its readers in its ``__init__``, in the order in which they are asked, together with
the functions that recognize an input by its first bytes. Most inputs need few of them. So these modules load nothing
heavy, and their regular expressions are text, which ``re`` compiles and keeps when they are first used.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib import import_module

from docarchive.readers.protocol import Item, Reader, Source


class LazyReader(Reader):
    """A reader that is declared in one module and implemented in another.

    Args:
        name: See ``Reader``.
        summary: See ``Reader``.
        suffixes: See ``Reader``.
        home: The function that yields the records of a source: ``module:function``, below ``docarchive.readers``.
        recognizes: See ``Reader``; None where anything may be in the format.
        by_name: See ``Reader``.
        extra: See ``Reader``.
        requires: See ``Reader``; they are imported first, and if one is missing, the error names the extra.
        isolated: See ``Reader``.
        single: See ``Reader``.
        version: See ``Reader``.
    """

    def __init__(
        self,
        name: str,
        summary: str,
        suffixes: tuple[str, ...],
        home: str,
        recognizes: Callable[[bytes], bool] | None = None,
        *,
        by_name: bool = False,
        extra: str = "",
        requires: tuple[str, ...] = (),
        isolated: bool = False,
        single: bool = False,
        version: int = 1,
    ) -> None:
        self.name = name
        self.summary = summary
        self.suffixes = suffixes
        self.by_name = by_name
        self.extra = extra
        self.requires = requires
        self.isolated = isolated
        self.single = single
        self.version = version
        self._home = home
        self._recognizes = recognizes

    def recognizes(self, head: bytes) -> bool:
        """See ``Reader``."""
        return self._recognizes is not None and self._recognizes(head)

    def records(self, source: Source) -> Iterator[Item]:
        """See ``Reader``.

        Raises:
            ReaderError: Its extra is not installed, or the source as a whole cannot be read.
        """
        try:
            for module in self.requires:
                import_module(module)
        except ImportError:
            raise self.missing() from None
        module, _, function = self._home.partition(":")
        yield from getattr(import_module(f"docarchive.readers.{module}"), function)(source)
