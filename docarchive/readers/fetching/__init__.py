"""Fetching addresses: robots.txt, redirects, pauses between requests, and limits on time and size."""

from __future__ import annotations

from docarchive.readers.fetching.fetcher import Fetched, Fetcher, NotModified, Validators, fetch
from docarchive.readers.fetching.requests import Limits, PrivateAddress

__all__ = ["Fetched", "Fetcher", "Limits", "NotModified", "PrivateAddress", "Validators", "fetch"]
