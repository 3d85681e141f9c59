"""One clear error for whatever a library raises over a damaged or hostile index."""

from __future__ import annotations

import errno
import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from docarchive import failures
from docarchive.errors import DocarchiveError, IndexDamaged

_IN_RUST: Final = re.compile(r"\(os error (\d+)\)|\bcode: (\d+)")
# No number: a library's own error. ENOENT: a file is missing. EINVAL: an offset in a file points outside of it.
_OF_DAMAGE: Final = (None, errno.ENOENT, errno.EINVAL)


@contextmanager
def damage_reported(close: Callable[[], None], folder: Path | None = None) -> Iterator[None]:
    """Raises ``IndexDamaged`` for whatever the library of an index raises, once ``close`` has closed the index.

    Errors of the system are raised as ``OSError``. ``folder`` is that of the index.
    """
    try:
        yield
    except (DocarchiveError, GeneratorExit, KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:  # a panic of a library in Rust is no Exception
        system = error if isinstance(error, OSError) else _in_rust(error, folder)
        if system.errno not in _OF_DAMAGE:  # the system's: a full disk, no permission
            if system is error:
                raise
            raise system from error
        close()
        raise IndexDamaged(
            f"the search index cannot be read ({type(error).__name__}: {error}); run 'docarchive rebuild'"
        ) from error


def _in_rust(error: BaseException, folder: Path | None) -> OSError:
    """Returns the system's error that a library in Rust reports as text; without a number if it reports none."""
    match = _IN_RUST.search(str(error))
    number = int(match[1] or match[2]) if match else None
    if number is None and failures.is_full(folder):  # tantivy does not say why its threads have failed
        number = errno.ENOSPC
    return OSError(number, os.strerror(number)) if number else OSError()
