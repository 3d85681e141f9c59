"""Names of time zones, as people and programs write them after a time, and their distances from UTC."""

from __future__ import annotations

from typing import Final

#: (distance, names). ``EST`` and the like are those of RFC 5322. Names of several zones are not here, but for ``IST``
#: and ``BST``, which feeds write for India and for British summer time.
_DISTANCES: Final = (
    ("Z", "UTC GMT UT Z WET"),
    ("+01:00", "CET MEZ BST WEST"),
    ("+02:00", "CEST MESZ EET SAST"),
    ("+03:00", "EEST MSK"),
    ("+05:30", "IST"),
    ("+08:00", "AWST HKT SGT"),
    ("+09:00", "JST KST"),
    ("+09:30", "ACST"),
    ("+10:00", "AEST"),
    ("+10:30", "ACDT"),
    ("+11:00", "AEDT"),
    ("+12:00", "NZST"),
    ("+13:00", "NZDT"),
    ("-02:30", "NDT"),
    ("-03:00", "ADT BRT"),
    ("-03:30", "NST"),
    ("-04:00", "EDT"),
    ("-05:00", "EST CDT"),
    ("-06:00", "CST MDT"),
    ("-07:00", "MST PDT"),
    ("-08:00", "PST AKDT"),
    ("-09:00", "AKST"),
    ("-10:00", "HST"),
)
#: The distance of a zone by its name: ``-05:00``, or ``Z``.
TIME_ZONES: Final = {name: distance for distance, names in _DISTANCES for name in names.split()}
