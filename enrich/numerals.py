"""Numbers as people write them, in English or Russian."""

from __future__ import annotations

import math
import re

#: What stands for a share that rounding would make nothing, or all, though it is not.
_NEARLY = {"en": ("<{}", ">{}"), "ru": ("менее {}", "более {}")}


def number(value: float, digits: int = 0, language: str = "en", *, sign: bool = False) -> str:
    r"""Give a number, a dash where it is unknown.

    >>> number(-1234.5, 1), number(-1234.5, 1, "ru"), number(float("nan"))
    ('−1,234.5', '−1\xa0234,5', '–')
    """
    if not math.isfinite(value):
        return "–"
    text = f"{value:{'+' if sign else ''},.{digits}f}".replace("-", "−")
    return text.replace(",", "\xa0").replace(".", ",") if language == "ru" else text


def rewritten(text: str, language: str) -> str:
    r"""Give an English text with its numbers as a language writes them.

    >>> rewritten("0.785–12,000", "ru"), rewritten("0.785–12,000", "en")
    ('0,785–12\xa0000', '0.785–12,000')
    """
    if language != "ru":
        return text
    return re.sub(r"\d[\d.,]*", lambda found: found[0].replace(",", "\xa0").replace(".", ","), text)


def percent(share: float, digits: int = 0, language: str = "en") -> str:
    r"""Give a share in per cent; only what is certain is told as certain.

    >>> percent(0.517), percent(0.517, language="ru"), percent(1.0), percent(0.0)
    ('52%', '52\xa0%', '100%', '0%')
    >>> percent(0.9996), percent(0.9996, 1), percent(0.0001, language="ru"), percent(0.997, language="ru")
    ('>99%', '>99.9%', 'менее 1\xa0%', 'более 99\xa0%')
    """
    if not math.isfinite(share):
        return "–"
    told, least = round(100 * share, digits), 10.0**-digits
    form = "{}"
    if share > 0 and told <= 0:
        form, told = _NEARLY[language][0], least
    elif share < 1 and told >= 100:
        form, told = _NEARLY[language][1], 100 - least
    return form.format(number(told, digits, language) + ("\xa0%" if language == "ru" else "%"))
