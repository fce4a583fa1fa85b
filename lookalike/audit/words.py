"""Words in a column's name that hint at what is filled in late: durations, stages, last activities, reasons.

A name proves nothing ("marital status" is known beforehand, "Tags" may be anything), so the audit only
takes it as a hint beside what the column's cells say.
"""

from __future__ import annotations

import re

#: Beginnings of words, in lower case: English, Russian, German.
STEMS = (
    # how long it took, and when it ended
    *("duration", "elapsed", "cycle", "clos", "ended", "complet", "finish", "expir"),
    *("длительн", "продолжит", "закры", "заверш", "dauer", "abgeschl", "abschluss"),
    # where it stands by now
    *("stage", "status", "phase", "latest", "final", "updat", "modif", "chang"),
    *("этап", "стади", "статус", "состоян", "последн", "итог", "измен", "обновл", "letzt"),
    # how it ended, and why
    *("outcome", "result", "reason", "lost", "loss", "churn", "cancel", "reject", "disposit", "convert"),
    *(
        "результат",
        "исход",
        "причин",
        "проигр",
        "выигр",
        "отказ",
        "ergebnis",
        "grund",
        "gewonnen",
        "verloren",
    ),
    # what people or machines note along the way
    *("quality", "probab", "forecast", "activit", "invoic", "signed"),
    *("вероятн", "качеств", "активн", "подпис", "wahrschein", "qualität", "rechnung"),
)
#: Words that would be found in too many others.
WHOLE = frozenset({"days", "last", "paid", "won", "win", "дней", "срок", "tage", "tagen"})

_WORD = re.compile(r"[^\W\d_]+")
_CAMEL = re.compile(r"(?<=[a-zа-я])(?=[A-ZА-Я])")


def hints(name: str) -> list[str]:
    """Give the words of a column's name that hint at what is filled in late.

    >>> hints("Elapsed Days In Sales Stage"), hints("leadStatus"), hints("Причина отказа"), hints("Industry")
    (['Elapsed', 'Days', 'Stage'], ['Status'], ['Причина', 'отказа'], [])
    """
    return [word for word in _WORD.findall(_CAMEL.sub(" ", name)) if _late(word.casefold())]


def _late(word: str) -> bool:
    return word in WHOLE or word.startswith(STEMS)
