"""Words before a date, which say what of a page it is of: its publication, a change, or something in its text."""

from __future__ import annotations

import re
from typing import Final, Literal

Of = Literal["publication", "change", "other", ""]

_PUBLISHED: Final = (
    r"\b(?:(?:first )?published|posted|publiziert|veröffentlicht|erschienen|publié|(?:mise?|mis) en ligne|publicado"
    r"|pubblicato|gepubliceerd|publicerad|опубликовано|дата публикации)\b|发布|發布|公開日|投稿日|掲載日"
    "|기사입력|입력|등록"
)
_UPDATED: Final = (
    r"\b(?:(?:last|zuletzt|dernière|última|ultima)\s+)?(?:updated?|modified|revised|edited|reviewed|amended"
    r"|actualizad[oa]|actualización|atualizad[oa]|aktualisiert|geändert|mis(?:e)? à jour|aggiornat[oa]|aggiornamento"
    r"|bijgewerkt|uppdaterad|opdateret|oppdatert|zaktualizowano|обновлено)(?!\w)|最終更新日?|更新(?:日時?|时间|時間|日期)?|수정"
)
#: What has a date on pages, and is not their publication.
_OTHER: Final = (
    r"\b(?:born|birth(?:day)?|d\.?o\.?b\.?|died|death|geb(?:oren|\.)|geburt\w*|gestorben|née? le|naissance|nacid[oa]"
    r"|nacimiento|fallecid[oa]|nat[oa]|morto|overleden|urodzon[ya]|deadline|due|closing|expir\w+|valid|gültig|frist"
    r"|einsendeschluss|when|wann|quand|cuándo|quando|wanneer|kiedy|event|termin|veranstaltung\w*|beginn|begins?|starts?"
    r"|ends?|opens|opening|doors|founded|gegründet|established|effective|in force|until|bis|hasta|jusqu|next"
    r"|joined|member since|accessed|retrieved|abgerufen|consulté|join us|save the date"
    r"|日時|開催日|期間|締切|生年月日)(?!\w)"
)
_WORDS: Final = re.compile(f"(?P<publication>{_PUBLISHED})|(?P<change>{_UPDATED})|(?P<other>{_OTHER})", re.IGNORECASE)
_CHANGE: Final = re.compile(_UPDATED, re.IGNORECASE)
_PUBLICATION: Final = re.compile(_PUBLISHED, re.IGNORECASE)
_SIGNS: Final = " \t:：·|•–—-*"
_LONGEST_LABEL: Final = 40


def date_of(words: str) -> Of:
    """Returns what a date is of, by the last words before it that say so; empty if none do.

    >>> date_of("Published 3 May,  last updated on"), date_of("By Ann Bee on"), date_of("Born:")
    ('change', '', 'other')
    """
    of: Of = ""
    for match in _WORDS.finditer(words):
        of = "publication" if match["publication"] else "change" if match["change"] else "other"
    return of


def is_label(line: str) -> bool:
    """Returns whether a line says nothing else than what the date in the next one is of: ``Last updated:``."""
    words = line.strip(_SIGNS)
    match = _WORDS.match(words) if len(words) <= _LONGEST_LABEL else None
    return match is not None and not any(map(str.isdigit, words)) and len(words) - match.end() <= _LONGEST_LABEL // 2


def at_change(line: str) -> tuple[str, str]:
    """Returns a line up to the words of a change in it, and what is after them; the second is empty without any.

    >>> at_change("Published 3 May, updated: 5 May"), at_change("2023/04/05 更新")
    (('Published 3 May, ', '5 May'), ('', '2023/04/05 '))
    >>> at_change("By Ann Bee, updated 5 May, first published 3 May")
    ('By Ann Bee, first published 3 May', '5 May, ')
    """
    match = _CHANGE.search(line)
    if match is None:
        return line, ""
    before, after = line[: match.start()], line[match.end() :].lstrip(_SIGNS)
    if (published := _PUBLICATION.search(after)) and any(map(str.isdigit, after[: published.start()])):
        return before + after[published.start() :], after[: published.start()]
    return (before, after) if any(map(str.isdigit, after)) else ("", before)
