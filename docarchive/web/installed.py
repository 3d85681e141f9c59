"""Whether what the server needs is installed. Not useful for anything else: it must be importable without that."""

from __future__ import annotations

from docarchive.errors import UsageError


def check_installed() -> None:
    """Raises ``UsageError`` if what the server needs is not installed."""
    try:
        import python_multipart
        import starlette
        import uvicorn  # noqa: F401
    except ImportError:
        raise UsageError("serving an archive needs an extra: pip install 'docarchive[web]'") from None
    del starlette, python_multipart
