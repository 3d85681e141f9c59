"""Dates: partial ones as articles carry them, and the words that people write for them."""

from docarchive.dates.partial import EXAMPLES, PartialDate, days_in

__all__ = ["EXAMPLES", "PartialDate", "days_in"]
