"""One clear error for whatever a library raises over a damaged or hostile index."""

from __future__ import annotations

import errno
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from docarchive.errors import DocarchiveError, IndexDamaged

# No number: a library's own error. ENOENT: a file is missing. EINVAL: an offset in a file points outside of it.
_OF_DAMAGE: Final = (None, errno.ENOENT, errno.EINVAL)


@contextmanager
def damage_reported(close: Callable[[], None]) -> Iterator[None]:
    """Raises ``IndexDamaged`` for whatever the library of an index raises, once ``close`` has closed the index."""
    try:
        yield
    except (DocarchiveError, GeneratorExit, KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:  # a panic of a library in Rust is no Exception
        if isinstance(error, OSError) and error.errno not in _OF_DAMAGE:
            raise  # the system's: a full disk, no permission
        close()
        raise IndexDamaged(
            f"the search index cannot be read ({type(error).__name__}: {error}); run 'docarchive rebuild'"
        ) from error
