"""Fetching: from an address to its bytes, politely and within bounds."""

from __future__ import annotations

from docarchive.readers.fetching.fetcher import Fetched, Fetcher, NotModified, Validators, fetch
from docarchive.readers.fetching.requests import Limits

__all__ = ["Fetched", "Fetcher", "Limits", "NotModified", "Validators", "fetch"]
