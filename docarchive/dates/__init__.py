"""Dates: partial dates, as articles have them, and dates in words, as people write them in queries."""

from docarchive.dates.partial import EXAMPLES, PartialDate, days_in, utc_now

__all__ = ["EXAMPLES", "PartialDate", "days_in", "utc_now"]
