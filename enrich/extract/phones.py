"""Phone and fax numbers in E.164.

A cheap expression finds runs of digits that could be numbers; only those are parsed with ``phonenumbers``
(Google's libphonenumber), which costs a hundred times more. What a run means depends on where it stands: a
national number is tried in the country named just before it, then in the site's, then in those the page
gives other reasons to think of. A label (Tel, Fax, Тел., ...) earns a run the benefit of the doubt; a run
after the name of another kind of number (VAT, ИНН, ISBN, ...) gets none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from urllib.parse import unquote

import phonenumbers
from phonenumbers import NumberParseException

from enrich.extract.countries import country_ending, country_named
from enrich.extract.fields import PHONES
from enrich.extract.home_country import likely_countries, site_country
from enrich.extract.registry import extractor
from enrich.facts import Fact
from enrich.page import Page

# Digits in groups; a group may be in parentheses. Never crosses a line. The first sign is one of a set, for
# which a search is fast; what may not stand before it, and what it asks for, is said behind.
_SEPARATOR = r"[ .\-‐‑–—−·/\u00a0]"
_IN_PARENTHESES = r"\+?\d{1,5}(?:[- ]\d{1,5})?\)"
_GROUPED = rf"(?:\({_IN_PARENTHESES}|\d)"
_RUN = re.compile(
    r"[+＋(\d](?<![\w@#=%&/].)(?<!\d[.,:].)"
    rf"(?:(?<=\d)|(?<=\(){_IN_PARENTHESES}|(?<=[+＋]) ?{_GROUPED})"
    rf"(?:{_SEPARATOR}{{0,3}}{_GROUPED}){{5,24}}(?!\d)"
)
_VANITY = re.compile(
    r"(?<![\w-])(?:\+?1[-. ]?)?\(?8(?:00|33|44|55|66|77|88)\)?[-. ]?(?=[A-Z0-9-]{7,9}\b)[A-Z0-9-]+"
)
_GROUP = re.compile(r"\d+")
_GROUP_STARTS = re.compile(r"(?<![\d(])\(?\d")
_GROUP_ENDS = re.compile(r"\d\)?(?!\d)")
_NO_DIGITS = re.compile(r"\D+")
# What a zero in parentheses is left out behind.
_INTERNATIONAL = re.compile(r"\+|00|\d{2,3} ?\(0\)")
_PARTED = re.compile(r"[,;|•·]")
# Of texts in lower case: to search in any case takes four times as long.
_LABEL = re.compile(
    r"(?:\b(?:tel|tél|telef|teléf|telefon|telefoon|telefono|teléfono|telefax|téléphone|telephone|fax|phone"
    r"|phones|ph|call|mobile|mobil|móvil|mob|cell|handy|gsm|hotline|toll[ -]?free|free ?phone|tfno|tlf|tfn"
    r"|office|direct|main|local|whatsapp|viber|sms|text|appel\w*|contact|rufen sie uns an|rufnummer|fon"
    r"|тел|телефон\w*|факс|моб|звоните|т|ф|t|f|p|m|o)(?:[ .]?(?:no|nr|number|us|us at|at|uns|us now))?"
    r"|[☎☏✆📞📱📠🖷])[\s.:/|()\]–-]{0,6}(?:\+|\()?$"
)
_OTHER_NUMBER = re.compile(
    r"(?:\b(?:inn|vat|ust|ustid|uid|hrb|hra|kvk|btw|abn|acn|arbn|isbn|issn|iban|bic|swift|siret|siren|rcs|nif"
    r"|cif|nip|regon|krs|ico|ičo|dič|ean|upc|sku|asin|doi|iso|din|en|item|part|model|order|account|konto|blz"
    r"|invoice|license|licence|lic|registration|registered|registernummer|steuernummer|reg|company|charity"
    r"|ein"
    r"|id|ref|art|artikel\w*|code|serial|patent|policy|permit|cvr|org|orgnr|nmls|dot|mc|zip|plz|p\.?o\.? ?box"
    r"|инн|кпп|огрн|огрнип|бик|окпо|оквэд|снилс|р/с|к/с|р/сч|счет|счёт|лицензи\w*|артикул|гост"
    r"|index|индекс|case|ticket|version|copyright|lat|lon|gps)\b|[#№©$€£₽])"
    r"[\s.:/|()–-]{0,4}(?:(?:no|nr|number|num|num[eé]ro|номер)\b)?[\s.:#№()–-]{0,4}$"
)
_AFTER = re.compile(
    r"\s?(?:[%$€£₽°]|(?:usd|eur|gbp|rub|руб|p\.m|a\.m|px|mm|cm|km|kg|mb|gb)\b)", re.IGNORECASE
)
_DATE = re.compile(
    r"(?:\d{1,2}[./-]\d{1,2}[./-](?:19|20)?\d\d|(?:19|20)\d\d[./-]\d{1,2}[./-]\d{1,2}"
    r"|(?:19|20)\d\d ?[-–] ?(?:19|20)\d\d)(?:[ -]|$)"
)
_INTERNET_ADDRESS = re.compile(r"\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}$")
# Words that templates set right behind a number, without a space.
_GLUED = re.compile(r"[A-Z][a-z]")
_LONGEST_LABEL = 30
# Numbers reserved for fiction in the North American plan (555-0100 to 555-0199).
_FICTION = re.compile(r"\+1\d{3}55501\d\d")
# The plan's area code and exchange; the library denies a number only after it asked each of 25 countries.
_NORTH_AMERICAN = re.compile(r"[2-9]\d\d[2-9]\d{6}")
_MAX_RUNS = 2_000


def _could_be_national(digits: str, region: str) -> bool:
    """Whether a run of digits is long enough for a number of a country; prefixes only make it longer."""
    metadata = phonenumbers.PhoneMetadata.metadata_for_region(region, None)
    if metadata is None or metadata.general_desc is None or metadata.national_prefix_transform_rule:
        return True
    return len(digits) >= min(metadata.general_desc.possible_length)


def _number(digits: str, region: str) -> phonenumbers.PhoneNumber:
    """Country code and number; those of North America, by far the most, are plain to read."""
    if region in ("US", "CA") and _NORTH_AMERICAN.fullmatch(digits):
        return phonenumbers.PhoneNumber(1, int(digits))
    return phonenumbers.parse(digits, region or None)


@lru_cache(maxsize=4096)
def _parse(digits: str, region: str) -> str:
    """E.164 of a number that is valid in `region` (or anywhere, if it starts with a plus), else empty."""
    if region and not _could_be_national(digits, region):
        return ""
    try:
        number = _number(digits, region)
    except NumberParseException:
        return ""
    if region and phonenumbers.country_code_for_region(region) != number.country_code:
        return ""
    if number.country_code == 1 and not _NORTH_AMERICAN.fullmatch(str(number.national_number)):
        return ""
    # To ask first whether it is one of the country that is meant takes half the time.
    at_home = region and phonenumbers.is_valid_number_for_region(number, region)
    if not at_home and not phonenumbers.is_valid_number(number):
        return ""
    found: str = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return "" if _FICTION.fullmatch(found) else found


def _could_be_phone(run: str) -> bool:
    """Whether the shape of an unlabelled run allows a number: no date, no IP address, no list or counter."""
    if _DATE.match(run) or _INTERNET_ADDRESS.fullmatch(run) or run.count("/") > 1:
        return False
    return sum(len(group) == 1 for group in _GROUP.findall(run)) <= 3


@extractor(PHONES)
def phones(page: Page) -> Iterator[Fact]:
    """Numbers in the visible text and behind ``tel:`` links."""
    reader = _PageNumbers(page)
    best: dict[str, float] = {}
    for number, confidence in (*reader.written(), *reader.linked()):
        best[number] = max(confidence, best.get(number, 0.0))
    for number, confidence in best.items():
        yield Fact(PHONES.name, number, confidence)


def number_as_written(text: str, page: Page) -> str:
    """E.164 of a number that is known to be one, with the page's country as its context; or empty.

    >>> number_as_written("020 7946 0018", Page("https://acme.co.uk/", b"", ""))
    '+442079460018'
    """
    return _PageNumbers(page).resolve(text, [], labelled=True)


class _PageNumbers:
    """The numbers of one page; countries are looked for only when a number asks for them."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._home = site_country(page)
        self._likely: tuple[str, ...] | None = None

    def linked(self) -> Iterator[tuple[str, float]]:
        """Numbers behind ``tel:`` links."""
        for link in self._page.visible.links:
            if link.href[:1] in ("t", "T") and link.href[:4].lower() == "tel:":
                digits = unquote(link.href[4:]).split(";")[0].strip()
                if number := self.resolve(digits, [], labelled=True):
                    yield number, 0.9

    def written(self) -> Iterator[tuple[str, float]]:
        """Numbers in the visible text."""
        lines = self._page.visible.lines
        runs = 0
        for index, line in self._page.visible.numeric_lines:
            for match in _RUN.finditer(line):
                runs += 1
                if runs > _MAX_RUNS:
                    return
                yield from self._read_run(match, lines, index)
            if "8" in line:
                for match in _VANITY.finditer(line):
                    word = match[0]
                    if sum(map(str.isalpha, word)) >= 3 and (
                        number := _parse(phonenumbers.convert_alpha_characters_in_number(word), "US")
                    ):
                        yield number, 0.8

    def _read_run(self, match: re.Match[str], lines: list[str], index: int) -> Iterator[tuple[str, float]]:
        line, run = match.string, match[0]
        before = line[max(0, match.start() - 40) : match.start()]
        above = lines[index - 1] if index else ""
        # A short line above is a label; a long one is a sentence that has nothing to do with the number.
        label = (before if before.strip() or len(above) > _LONGEST_LABEL else above).lower()
        labelled = _LABEL.search(label) is not None
        if not labelled and (_OTHER_NUMBER.search(label) or not _could_be_phone(run)):
            return
        after = line[match.end() : match.end() + 8]
        if not labelled and (_AFTER.match(after) or (after[:1].isalpha() and not _GLUED.match(after))):
            return
        near = [] if "+" in run else self._countries_near(lines, index, before)
        rest = run
        while rest:
            number, rest = self._first_number(rest, near, labelled)
            if number:
                yield number, 0.9 if labelled else 0.8

    def _first_number(self, run: str, near: list[str], labelled: bool) -> tuple[str, str]:
        """The first number of a run and what is left of the run behind it."""
        head, slash, rest = run.partition("/")
        if slash and sum(map(str.isdigit, head)) >= 7 and (number := self.resolve(head, near, labelled)):
            return number, rest.strip()
        if number := self.resolve(run, near, labelled):
            return number, ""
        for end in _ends(run):
            if number := self.resolve(run[:end], near, labelled):
                return number, run[end:].lstrip(" -–/.")
        for start in _starts(run):
            if number := self.resolve(run[start:], near, labelled):
                return number, ""
        return "", ""

    def _countries_near(self, lines: list[str], index: int, before: str) -> list[str]:
        """Countries named just before a number: on its line, or at the end of one of the lines above."""
        found: list[str] = []
        label = _PARTED.split(before)[-1].lower()
        if named := country_named(_LABEL.sub("", label)):
            found.append(named)
        for line in lines[max(0, index - 6) : index][::-1]:
            if len(line) <= 80 and (named := country_ending(line)) and named not in found:
                found.append(named)
        return found

    def resolve(self, digits: str, near: list[str], labelled: bool) -> str:
        """E.164 of a run of digits, by the countries that could be meant, the nearest first."""
        digits = digits.replace("(0)", "") if _INTERNATIONAL.match(digits) else digits
        bare = _NO_DIGITS.sub("", digits)
        if not 6 <= len(bare) <= 15:
            return ""
        if digits.lstrip("( ").startswith(("+", "＋")):
            return _parse("+" + bare, "")
        for region in near:
            if number := self._national(bare, region):
                return number
        if self._home and (number := self._national(bare, self._home)):
            return number
        if bare.startswith("00") and (number := _parse("+" + bare[2:], "")):
            return number
        if not (labelled or bare.startswith("0") or digits.startswith("(")) and self._home:
            return ""
        if self._likely is None:
            self._likely = likely_countries(self._page)
        for region in self._likely:
            if number := self._national(bare, region):
                return number
        return ""

    def _national(self, bare: str, region: str) -> str:
        """A number written the national way, or internationally without its plus."""
        if number := _parse(bare, region):
            return number
        code = str(phonenumbers.country_code_for_region(region))
        if bare.startswith(code) and len(bare) >= 10:
            return _parse("+" + bare, "")
        return ""


def _ends(run: str) -> list[int]:
    """Where a run may be cut short: behind its groups, the last but one first."""
    return [match.end() for match in _GROUP_ENDS.finditer(run)][-2:-8:-1]


def _starts(run: str) -> list[int]:
    """Where a run may begin later: at its groups, for it may start with a postcode."""
    return [match.start() for match in _GROUP_STARTS.finditer(run)][1:4]
