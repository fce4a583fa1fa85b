"""Dates as pages write them, in eight languages.

Months by name settle the order of day and month; where both are numbers, a dot settles it (day first), and a
slash or dash does if one of them exceeds 12. What stays ambiguous is no date.
"""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache

# Beginnings of months' names; the first that fits wins, so "mai" stands before "ma".
_MONTHS = {
    1: "jan ene gen sty январ янв",
    2: "feb fév fev lut феврал фев",
    3: "mar mär maart mrt marz мар",
    4: "apr avr abr kwi апр",
    5: "may mai mei may mag maj май мая",
    6: "jun juin giu cze июн",
    7: "jul juil lug lip июл",
    8: "aug août aout ago sie авг",
    9: "sep set wrz сен",
    10: "oct okt ott paź paz окт",
    11: "nov lis ноя",
    12: "dec dez déc dic gru дек",
}
_BEGINNINGS = sorted(
    ((start, month) for month, starts in _MONTHS.items() for start in starts.split()),
    key=lambda entry: -len(entry[0]),
)
_MONTH_NAMES = frozenset(
    """
    january february march april may june july august september october november december
    januar jänner februar märz april mai juni juli august september oktober november dezember
    janvier février fevrier mars avril mai juin juillet août aout septembre octobre novembre décembre decembre
    enero febrero marzo abril mayo junio julio agosto septiembre setiembre octubre noviembre diciembre
    januari februari maart april mei juni juli augustus september oktober november december
    gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre
    stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października listopada grudnia
    styczeń luty marzec kwiecień maj czerwiec lipiec sierpień wrzesień październik listopad grudzień
    января февраля марта апреля мая июня июля августа сентября октября ноября декабря
    январь февраль март апрель май июнь июль август сентябрь октябрь ноябрь декабрь
    """.split()  # noqa: SIM905 - a table of twelve columns
)
_ISO = re.compile(r"(?<!\d)((?:19|20)\d\d)-(\d\d)-(\d\d)(?!\d)")
_DAY_FIRST = re.compile(
    r"(?<![\d.,/-])(\d{1,2})(?:\.|st|nd|rd|th|er|º|ª)?[\s/-]+(?:de\s+|of\s+)?([^\W\d_]{3,12})\.?,?[\s/-]+(?:de[l]?\s+)?"
    r"((?:19|20)\d\d)(?!\d)"
)
_MONTH_FIRST = re.compile(r"\b([^\W\d_]{3,12})\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+((?:19|20)\d\d)(?!\d)")
_NUMBERS = re.compile(r"(?<![\d.,/-])(\d{1,2})([./-])(\d{1,2})\2((?:19|20)\d\d)(?![\d.,/-]*\d)")


def month_of(name: str) -> int:
    """The month that a name or an abbreviation means, or 0.

    >>> [month_of(name) for name in ("März", "sept", "mayo", "października", "июл", "marketing", "mayor")]
    [3, 9, 5, 10, 7, 0, 0]
    """
    name = name.lower()
    if name not in _MONTH_NAMES and len(name) > 4:
        return 0
    return next((month for start, month in _BEGINNINGS if name.startswith(start)), 0)


def dates_in(text: str) -> list[date]:
    """All days named in `text`, in the order of their kinds.

    >>> text = "12. März 2024 | May 3rd, 2023 | 3 мая 2022 г. | 31/12/2021 | 1.2.2020"
    >>> [str(day) for day in dates_in(text)]
    ['2024-03-12', '2022-05-03', '2023-05-03', '2021-12-31', '2020-02-01']
    >>> dates_in("2/3/2020, 99 May 2020, version 1.2.2020.4")
    []
    """
    found = [_day(year, month, day) for year, month, day in _ISO.findall(text)]
    found += [_day(year, month_of(name), day) for day, name, year in _DAY_FIRST.findall(text)]
    found += [_day(year, month_of(name), day) for name, day, year in _MONTH_FIRST.findall(text)]
    for first, mark, second, year in _NUMBERS.findall(text):
        if mark == "." or int(first) > 12 or first == second:
            found.append(_day(year, second, first))
        elif int(second) > 12:
            found.append(_day(year, first, second))
    return [day for day in found if day is not None]


@lru_cache(maxsize=1024)
def timestamp(text: str) -> date | None:
    """The day of a machine-readable date (ISO 8601, RFC 3339), or of a written one.

    >>> timestamp("2024-05-03T10:00:00+02:00"), timestamp("3 May 2024"), timestamp("PT3H")
    (datetime.date(2024, 5, 3), datetime.date(2024, 5, 3), None)
    """
    return next(iter(dates_in(text[:60])), None)


def _day(year: str, month: str | int, day: str) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None
