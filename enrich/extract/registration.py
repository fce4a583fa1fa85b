"""Registration and tax numbers: of the many numbers a page holds, those whose check digits come out right.

Forms and check digits: EU VAT numbers as in the Commission's VIES, ИНН (Приказ ФНС № ЕД-7-14/559@), ОГРН and
ОГРНИП (Приказ Минфина № 165н), SIREN and SIRET (Luhn).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from enrich.extract.fields import REGISTRATION
from enrich.extract.legal_forms import by_first_letter
from enrich.extract.registry import extractor
from enrich.facts import Fact
from enrich.page import Page


def _weighted(digits: str, weights: tuple[int, ...]) -> int:
    return sum(int(digit) * weight for digit, weight in zip(digits, weights, strict=False))


def _luhn(digits: str) -> bool:
    total = 0
    for position, digit in enumerate(reversed(digits)):
        doubled = int(digit) * (1 + position % 2)
        total += doubled - 9 * (doubled > 9)
    return total % 10 == 0


def is_inn(digits: str) -> bool:
    """Whether an ИНН is right: ten digits for companies, twelve for sole traders.

    >>> is_inn("7707083893"), is_inn("7707083894"), is_inn("500100732259")
    (True, False, True)
    """
    if len(digits) == 10:
        return _weighted(digits, (2, 4, 10, 3, 5, 9, 4, 6, 8)) % 11 % 10 == int(digits[9])
    if len(digits) == 12:
        first = _weighted(digits, (7, 2, 4, 10, 3, 5, 9, 4, 6, 8)) % 11 % 10
        second = _weighted(digits, (3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8)) % 11 % 10
        return first == int(digits[10]) and second == int(digits[11])
    return False


def is_ogrn(digits: str) -> bool:
    """Whether an ОГРН (13 digits) or ОГРНИП (15 digits) is right.

    >>> is_ogrn("1027700132195"), is_ogrn("1027700132196")
    (True, False)
    """
    if len(digits) not in (13, 15):
        return False
    return int(digits[:-1]) % (len(digits) - 2) % 10 == int(digits[-1])


def _german_vat(digits: str) -> bool:
    """ISO 7064, MOD 11,10."""
    product = 10
    for digit in digits[:8]:
        total = (int(digit) + product) % 10 or 10
        product = 2 * total % 11
    return len(digits) == 9 and (11 - product) % 10 == int(digits[8])


def _french_vat(digits: str) -> bool:
    return (
        len(digits) == 11
        and digits.isdigit()
        and _luhn(digits[2:])
        and ((12 + 3 * (int(digits[2:]) % 97)) % 97 == int(digits[:2]))
    )


def _dutch_vat(text: str) -> bool:
    """Nine digits of the old form (MOD 11) or the number as a whole (MOD 97), then B and two digits."""
    if not re.fullmatch(r"\d{9}B\d\d", text):
        return False
    if _weighted(text, (9, 8, 7, 6, 5, 4, 3, 2)) % 11 == int(text[8]):
        return True
    return int("".join(str(int(c, 36)) for c in f"NL{text}")) % 97 == 1


def _spanish_vat(text: str) -> bool:
    match = re.fullmatch(r"([A-HJNP-SUVW])(\d{7})([0-9A-J])", text)
    if match is None:
        return False
    doubled = sum(sum(divmod(2 * int(digit), 10)) for digit in match[2][::2])
    control = -(doubled + sum(map(int, match[2][1::2]))) % 10
    return match[3] in (str(control), "JABCDEFGHI"[control])


def _british_vat(digits: str) -> bool:
    if len(digits) not in (9, 12):
        return False
    total = _weighted(digits, (8, 7, 6, 5, 4, 3, 2)) + int(digits[7:9])
    return total % 97 == 0 or (total + 55) % 97 == 0


def _belgian_vat(digits: str) -> bool:
    return len(digits) == 10 and digits[0] in "01" and 97 - int(digits[:8]) % 97 == int(digits[8:])


def _italian_vat(digits: str) -> bool:
    return len(digits) == 11 and _luhn(digits)


def _austrian_vat(text: str) -> bool:
    if not re.fullmatch(r"U\d{8}", text):
        return False
    digits = text[1:]
    total = sum(sum(divmod(int(d) * (1 + i % 2), 10)) for i, d in enumerate(digits[:7]))
    return (10 - (total + 4) % 10) % 10 == int(digits[7])


def _swiss_uid(digits: str) -> bool:
    return len(digits) == 9 and (11 - _weighted(digits, (5, 4, 3, 2, 7, 6, 5, 4)) % 11) % 11 == int(digits[8])


def _polish_vat(digits: str) -> bool:
    return len(digits) == 10 and _weighted(digits, (6, 5, 7, 2, 3, 4, 5, 6, 7)) % 11 == int(digits[9])


_VAT: dict[str, Callable[[str], bool]] = {
    "DE": _german_vat,
    "FR": _french_vat,
    "NL": _dutch_vat,
    "ES": _spanish_vat,
    "GB": _british_vat,
    "BE": _belgian_vat,
    "IT": _italian_vat,
    "AT": _austrian_vat,
    "PL": _polish_vat,
}
_VAT_NUMBER = re.compile(
    r"\b(DE|FR|NL|ES|GB|BE|IT|ATU?|PL)[ .\-:]{0,2}((?:[A-Z]?[ .-]?\d)(?:[ .-]?[0-9B]){7,12}[A-J]?)\b"
)
_SWISS = re.compile(r"\bCHE[ -]?(\d{3})[. ]?(\d{3})[. ]?(\d{3})\b")
_LABELLED = re.compile(
    r"\b(ИНН|ОГРН(?:ИП)?|SIREN|SIRET|RCS(?: [A-ZÀ-Ÿ][\w'À-ÿ-]+)?(?: [AB])?|CIF|NIF|KvK|KVK|HR[AB]|NIP"
    r"|P\.? ?IVA)"
    r"(?:[\s/.:№#-]|(?:nr|no|num[eé]ro|n°|КПП|номер)\b){0,6}([A-Z]?[ -]?\d[\d .-]{3,19})",
    re.IGNORECASE,
)


def checked(text: str) -> Iterator[str]:
    """Numbers in `text` that are what they say they are, as "KIND NUMBER".

    >>> list(checked("USt-IdNr.: DE 136 695 976, ИНН/КПП 7707083893/773601001, ОГРН 1027700132195"))
    ['VAT DE136695976', 'INN 7707083893', 'OGRN 1027700132195']
    >>> list(checked("USt-IdNr.: DE 123 456 789; SIREN 732 829 320"))
    ['SIREN 732829320']
    """
    for match in _VAT_NUMBER.finditer(text):
        country = match[1][:2]
        number = ("U" if match[1] == "ATU" else "") + re.sub(r"[^0-9A-Z]", "", match[2])
        if _VAT[country](number):
            yield f"VAT {country}{number}"
    for match in _SWISS.finditer(text):
        if _swiss_uid(digits := "".join(match.groups())):
            yield f"UID CHE{digits}"
    for match in _LABELLED.finditer(text):
        label = match[1].upper()
        digits = re.sub(r"\D", "", match[2])
        if label == "ИНН" and (inn := re.match(r"\d{12}|\d{10}", match[2].strip())) and is_inn(inn[0]):
            yield f"INN {inn[0]}"
        elif label.startswith("ОГРН") and is_ogrn(digits):
            yield f"{'OGRNIP' if len(digits) == 15 else 'OGRN'} {digits}"
        elif label.startswith(("SIREN", "SIRET", "RCS")):
            if len(digits) == 14 and _luhn(digits):
                yield f"SIRET {digits}"
            elif len(digits) == 9 and _luhn(digits):
                yield f"SIREN {digits}"
        elif label in ("CIF", "NIF") and _spanish_vat(number := re.sub(r"[ .-]", "", match[2]).upper()):
            yield f"VAT ES{number}"
        elif label == "KVK" and len(digits) == 8:
            yield f"KVK {digits}"
        elif label in ("HRA", "HRB") and 3 <= len(digits) <= 6:
            yield f"{label} {digits}"
        elif label == "NIP" and _polish_vat(digits):
            yield f"VAT PL{digits}"
        elif label.endswith("IVA") and _italian_vat(digits):
            yield f"VAT IT{digits}"


# What a line must hold in upper case to be worth reading.
_COUNTRIES = ("DE", "FR", "NL", "ES", "GB", "BE", "IT", "ATU?", "PL", "CHE")
_HINT = re.compile(
    by_first_letter(
        "|".join(rf"{country}[ .\-:]{{0,2}}[A-Z]?\d" for country in _COUNTRIES)
        + r"|ИНН|ОГРН|SIRE[NT]|RCS|CIF|NIF|KVK|HR[AB]|NIP|P\.? ?IVA"
    )
)


@extractor(REGISTRATION)
def registration(page: Page) -> Iterator[Fact]:
    """Numbers in the visible text, a line at a time."""
    found: dict[str, None] = {}
    lines = [line for _, line in page.visible.numeric_lines]
    if _HINT.search("\n".join(lines).upper()):
        for line in lines:
            if _HINT.search(line.upper()):
                found.update(dict.fromkeys(checked(line)))
    for number in found:
        yield Fact(REGISTRATION.name, number, 0.9)
