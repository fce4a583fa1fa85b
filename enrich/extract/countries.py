"""Countries by name, top-level domain and language: where a number or an address belongs.

Names are as companies write them in English, in the country's own languages, and in German, French, Spanish,
Dutch and Russian where they differ; codes are ISO 3166-1 alpha-2.
"""

from __future__ import annotations

from functools import lru_cache

# One country a line: code, then names separated by "|". Only what is written in company addresses.
_NAMES = """
AE united arab emirates|uae|u.a.e.|dubai|abu dhabi|vereinigte arabische emirate|émirats arabes unis|оаэ
AM armenia|armenien|армения
AR argentina|argentinien|argentine|аргентина
AT austria|österreich|oesterreich|autriche|oostenrijk|австрия
AU australia|australien|australie|австралия
AZ azerbaijan|aserbaidschan|azərbaycan|азербайджан
BE belgium|belgien|belgique|belgië|belgie|bélgica|бельгия
BG bulgaria|bulgarien|bulgarie|българия|болгария
BH bahrain
BR brazil|brasil|brasilien|brésil|brazilië|бразилия
BY belarus|weißrussland|biélorussie|беларусь|белоруссия|республика беларусь
CA canada|kanada|канада
CH switzerland|schweiz|suisse|svizzera|suiza|zwitserland|швейцария
CL chile
CN china|chine|p.r. china|p. r. china|prc|китай
CO colombia|kolumbien
CY cyprus|zypern|chypre|кипр
CZ czech republic|czechia|tschechien|tschechische republik|česká republika|česko|tchéquie|чехия
DE germany|deutschland|allemagne|alemania|duitsland|германия
DK denmark|dänemark|danmark|danemark|denemarken|дания
EE estonia|estland|eesti|estonie|эстония
EG egypt|ägypten|égypte|египет
ES spain|spanien|españa|espagne|spanje|испания
FI finland|finnland|suomi|finlande|финляндия
FR france|frankreich|francia|frankrijk|франция
GB united kingdom|uk|u.k.|great britain|england|scotland|wales|northern ireland|großbritannien\
|grossbritannien|vereinigtes königreich|royaume-uni|royaume uni|reino unido|verenigd koninkrijk|великобритания
GE georgia (country)|georgien|грузия
GR greece|griechenland|ελλάδα|grèce|griekenland|греция
HK hong kong|hongkong
HR croatia|kroatien|hrvatska|croatie|хорватия
HU hungary|ungarn|magyarország|hongrie|венгрия
ID indonesia|indonesien
IE ireland|irland|irlande|ierland|republic of ireland|ирландия
IL israel|израиль
IN india|indien|inde|индия
IS iceland|island|ísland
IT italy|italien|italia|italie|италия
JP japan|japon|япония|日本
KE kenya|kenia
KR korea|south korea|republic of korea|südkorea|corée du sud|южная корея
KW kuwait
KZ kazakhstan|kasachstan|қазақстан|казахстан|республика казахстан
LB lebanon|libanon|liban
LI liechtenstein
LT lithuania|litauen|lietuva|lituanie|литва
LU luxembourg|luxemburg|люксембург
LV latvia|lettland|latvija|lettonie|латвия
MA morocco|maroc|marokko
MC monaco
MT malta
MX mexico|méxico|mexiko|mexique|мексика
MY malaysia
NL netherlands|the netherlands|holland|nederland|niederlande|pays-bas|países bajos|нидерланды
NO norway|norwegen|norge|norvège|noorwegen|норвегия
NZ new zealand|neuseeland|nouvelle-zélande
OM oman|sultanate of oman
PH philippines|philippinen
PL poland|polen|polska|pologne|polonia|польша
PT portugal|португалия
QA qatar|katar
RO romania|rumänien|românia|roumanie|румыния
RS serbia|serbien|srbija|сербия
RU russia|russian federation|russland|russie|rusia|rusland|россия|рф|российская федерация
SA saudi arabia|kingdom of saudi arabia|ksa|saudi-arabien|arabie saoudite
SE sweden|schweden|sverige|suède|suecia|zweden|швеция
SG singapore|singapur|singapour|сингапур
SI slovenia|slowenien|slovenija|slovénie|словения
SK slovakia|slowakei|slovensko|slovaquie|словакия
TH thailand|thaïlande
TR turkey|türkei|türkiye|turquie|turkije|турция
TW taiwan
UA ukraine|україна|украина
US united states|united states of america|usa|u.s.a.|u.s.|vereinigte staaten|états-unis|etats-unis\
|estados unidos|verenigde staten|сша
UZ uzbekistan|usbekistan|oʻzbekiston|узбекистан
VN vietnam|viet nam
ZA south africa|südafrika|afrique du sud|юар
"""

_BY_NAME = {
    name: line[:2] for line in _NAMES.strip().splitlines() for name in line[3:].split("|") if len(name) > 1
}
# Top-level domains that are used all over the world say nothing about a country.
_WORLDWIDE = "ai io co me tv cc ws fm am to ly gg sh ac la nu vc bz eu im is st"
# Language and the country most of its speakers write from; languages of many countries are left out.
_LANGUAGES = """
bg:BG cs:CZ da:DK de:DE el:GR es:ES et:EE fi:FI fr:FR he:IL hr:HR hu:HU it:IT ja:JP ko:KR lt:LT lv:LV nb:NO
nl:NL no:NO pl:PL pt:PT ro:RO ru:RU sk:SK sl:SI sv:SE th:TH tr:TR uk:UA vi:VN zh:CN
"""
_BY_DOMAIN = {"uk": "GB", "su": "RU", "xn--p1ai": "RU", "рф": "RU", "xn--p1acf": "RU"}
_BY_LANGUAGE = dict(pair.split(":") for pair in _LANGUAGES.split())
CODES = frozenset(_BY_NAME.values())
_EDGES = " \t,;:|·•()[].–-"
# Most lines end in none of these words, so they are not read for the others.
_LAST_WORDS = frozenset(name.split()[-1].strip(_EDGES) for name in _BY_NAME)


def country_named(text: str) -> str:
    """Country that `text` names as a whole, or empty.

    >>> country_named("Deutschland"), country_named(" USA:"), country_named("U.S.A."), country_named("Berlin")
    ('DE', 'US', 'US', '')
    """
    trimmed = text.strip(_EDGES).casefold()
    return _BY_NAME.get(trimmed) or _BY_NAME.get(trimmed + ".", "")


@lru_cache(maxsize=8192)
def country_ending(line: str) -> str:
    """Country that a line of an address ends with, or empty.

    >>> country_ending("10115 Berlin, Germany"), country_ending("1016 ED Amsterdam The Netherlands")
    ('DE', 'NL')
    """
    last = line.rstrip(_EDGES)
    if last[max(last.rfind(" "), last.rfind(",")) + 1 :].lstrip(_EDGES).casefold() not in _LAST_WORDS:
        return ""
    if found := country_named(line.rsplit(",", 1)[-1]):
        return found
    words = line.split()
    for count in (1, 2, 3):
        if len(words) >= count and (found := country_named(" ".join(words[-count:]))):
            return found
    return ""


def country_of_host(host: str) -> str:
    """Country of the host's top-level domain, or empty where that says nothing.

    >>> country_of_host("www.acme.co.uk"), country_of_host("acme.de"), country_of_host("acme.io")
    ('GB', 'DE', '')
    """
    last = host.rsplit(".", 1)[-1].lower()
    if last in _BY_DOMAIN:
        return _BY_DOMAIN[last]
    if len(last) != 2 or last in _WORLDWIDE.split():
        return ""
    return last.upper()


def country_of_language(tag: str) -> str:
    """Country that a BCP 47 language tag speaks of, or most of whose speakers live there; or empty.

    >>> country_of_language("de-AT"), country_of_language("ru"), country_of_language("en")
    ('AT', 'RU', '')
    """
    parts = tag.replace("_", "-").split("-")
    for part in parts[1:]:
        if len(part) == 2 and part.isalpha():
            return part.upper()
    return _BY_LANGUAGE.get(parts[0].lower(), "")
