"""Datelines: where and when a report was written, and its agency, as in ``PARIS, March 3 (Reuters) - …``.

A dateline is no title. One without a day or an agency is recognized by its capitals and its long dash only.
"""

from __future__ import annotations

import re
from typing import Final

from docarchive.records import NamedTuple

_LONGEST: Final = 200
_FEWEST_WORDS: Final = 3
_FEWEST_LETTERS: Final = 3
_CAPITALS: Final = r"[A-ZÀ-ÖØ-Þ][A-ZÀ-ÖØ-Þ.'’/-]{1,30}(?:[ ](?:[A-ZÀ-ÖØ-Þ][A-ZÀ-ÖØ-Þ.'’/-]{0,30}|de|da|do|del)){0,3}"
_NAME: Final = r"[A-ZÀ-ÖØ-Þ][^\W\d_]{0,30}\.?(?:[ -][A-ZÀ-ÖØ-Þ][^\W\d_]{0,30}\.?){0,3}"
_MONTH: Final = (
    r"(?i:jan|feb|fév|fev|mar|mär|mrz|apr|avr|abr|ma[yij]|mag|jun|jui|giu|jul|lug|aug|aoû|ago|sep|set|oct|okt|ott|out"
    r"|nov|dec|déc|dez|dic|ene|gen)[^\W\d_]{0,7}\.?"
)
#: A line of a day of the week and a date has no place.
_WEEKDAY: Final = re.compile(
    r"(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day|mon|tue|wed|thu|fri|sat|sun"
    r"|(?:mon|diens|donners|frei|sams|sonn)tag|mittwoch|sonnabend|(?:lun|mar|mercre|jeu|vendre|same)di|dimanche"
    r"|lunes|martes|miércoles|jueves|viernes|sábado|domingo|(?:lune|marte|mercole|giove|vener)dì|sabato|domenica"
    r"|(?:segunda|terça|quarta|quinta|sexta)(?:-feira)?|(?:maan|dins|woens|donder|vrij|zater|zon)dag"
    r"|m[aå]ndag|ti[rs]s?dag|onsdag|torsdag|fredag|l[øö]rdag|s[øö]ndag)\b",
    re.IGNORECASE,
)
_NUMBER: Final = r"\d{1,2}(?:\.|st|nd|rd|th)?"
_DAY: Final = rf"(?:{_MONTH}[ ]{_NUMBER}|{_NUMBER}[ ]{_MONTH})(?:,?[ ]\d{{4}})?"
_AGENCY: Final = r"(?:\([A-Za-z][\w&.'’/ -]{1,40}\)|/[A-Z][\w&. -]{1,40}/)"
_KNOWN: Final = (
    r"\((?:AAP|AFP|ANI|ANP|ANSA|AP|APA|Belga|Bloomberg|dpa|EFE|IANS|Interfax|IPS|Kyodo|Lusa|NTB|PAP|PTI|Reuters"
    r"|Ritzau|SDA|TASS|TT|UPI|Xinhua|Yonhap)\b[^()]{0,30}\)"
)
_PARTS: Final = re.compile(
    rf"(?:(?P<capitals>{_CAPITALS})|(?P<name>{_NAME}))?(?:,[ ](?P<region>{_NAME})(?=,?[ ]|—|–))?"
    rf"(?:(?:,[ ]|(?<=[\w.])[ ]|\A)(?P<day>{_DAY}))?"
    rf"(?:[ ]?(?:(?P<known>{_KNOWN})|(?P<agency>{_AGENCY})))?"
    r"(?P<dash>[ ]?(?:—|–|--)[ ]?|[ ]-[ ]|[ ]-?\Z|\Z)",
)
_YEAR: Final = re.compile(r"\b\d{4}\b")


class Dateline(NamedTuple):
    """The dateline that a line begins with."""

    text: str  # the dateline without the dash after it
    day: str  # the day in it; empty if there is none
    end: int  # the index of the text after it; the length of the line if there is none


def dateline(line: str) -> Dateline | None:
    """Returns the dateline that a line begins with, or that it is; None if there is none.

    >>> dateline("PARIS, March 3 (Reuters) - The harbour opened on Monday.")
    Dateline(text='PARIS, March 3 (Reuters)', day='March 3', end=27)
    >>> dateline("LONDON — The harbour opened."), dateline("OIL - The harbour opened."), dateline("LONDON")
    (Dateline(text='LONDON', day='', end=9), None, None)
    """
    match = _PARTS.match(line[:_LONGEST])
    if match is None or not match[0]:
        return None
    rest = line[match.end() :]
    day, known, agency = match["day"] or "", bool(match["known"]), bool(match["agency"])
    if rest:
        if not _like_sentence(rest) or not match["dash"]:
            return None
        long_dash = "-" not in match["dash"].replace("--", "—")
        capitals = sum(map(str.isalpha, match["capitals"] or "")) >= _FEWEST_LETTERS
        sure = known or (capitals and (agency or bool(day) or long_dash)) or (agency and bool(day))
    else:
        placed = bool(match["capitals"] or match["name"]) and f", {day}" in match[0] and not _WEEKDAY.match(line)
        sure = bool(day) and (known or agency or (placed and bool(_YEAR.search(day))))
    if not sure:
        return None
    return Dateline(line[: match.start("dash")].strip(), day, match.end())


def _like_sentence(text: str) -> bool:
    """Returns whether a text may be the beginning of a report: several words, the first with a capital or a quote."""
    return len(text.split(None, _FEWEST_WORDS)) >= _FEWEST_WORDS and not text[0].islower() and text[0] not in "-—–("
