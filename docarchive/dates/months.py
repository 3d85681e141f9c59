"""Names of months in the languages in which dates are read."""

from __future__ import annotations

import unicodedata
from functools import cache
from typing import Final

#: One language per line, January to December; ``|`` separates other forms of a name.
_NAMES: Final = """
January February March April May June July August September October November December
Januar|Jänner Februar März|Mrz April Mai Juni Juli August September Oktober|Okt November Dezember|Dez
janvier février mars avril mai juin juillet août septembre octobre novembre décembre
enero febrero marzo abril mayo junio julio agosto septiembre|setiembre octubre noviembre diciembre
gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre
janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro
januari februari maart|mrt april mei juni juli augustus september oktober november december
januari februari mars april maj juni juli augusti september oktober november december
januar februar marts april maj juni juli august september oktober november desember
stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października listopada grudnia
января|январь февраля|февраль марта|март апреля|апрель мая|май июня|июнь июля|июль августа|август сентября|сентябрь \
октября|октябрь ноября|ноябрь декабря|декабрь
січня лютого березня квітня травня червня липня серпня вересня жовтня листопада грудня
ocak şubat mart nisan mayıs haziran temmuz ağustos eylül ekim kasım aralık
"""
_SHORTEST: Final = 3


@cache
def _table() -> dict[str, int]:
    """Returns the numbers of months by their names, and by every prefix that means one month only."""
    names: dict[str, set[int]] = {}
    prefixes: dict[str, set[int]] = {}
    for line in _NAMES.strip().splitlines():
        for number, forms in enumerate(line.split(), start=1):
            for name in map(_folded, forms.split("|")):
                names.setdefault(name, set()).add(number)
                for length in range(_SHORTEST, len(name)):
                    prefixes.setdefault(name[:length], set()).add(number)
    return {name: min(numbers) for name, numbers in {**prefixes, **names}.items() if len(numbers) == 1}


def month(name: str) -> int | None:
    """Returns the number of a month by its name or a prefix of it, or None.

    >>> month("Sept"), month("März"), month("décembre"), month("Jui"), month("palms")
    (9, 3, 12, None, None)
    """
    return _table().get(_folded(name))


def _folded(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name.casefold())
    return "".join(character for character in plain if not unicodedata.combining(character)).replace("ı", "i")
