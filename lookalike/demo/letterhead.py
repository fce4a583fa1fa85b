"""What stands on every page of a site besides its text: menu, contact details, profiles, era, encoding."""

from __future__ import annotations

import json
from dataclasses import dataclass

from markupsafe import Markup

from lookalike.demo.company import Company
from lookalike.demo.dice import Dice
from lookalike.demo.names import slug
from lookalike.demo.writing import Writer

OLD_PLATFORMS = frozenset({"plain", "Joomla"})
BLOCK_PLATFORMS = frozenset({"1C-Bitrix", "OpenCart", "TYPO3", "Joomla", "Magento", "PrestaShop"})
SHOP_PLATFORMS = frozenset({"Shopify", "Shopware", "WooCommerce"})

PROFILES = {
    "LinkedIn": ("https://www.linkedin.com/company/{}-example", 0.35),
    "Facebook": ("https://www.facebook.com/{}.example", 0.35),
    "Instagram": ("https://www.instagram.com/{}_example/", 0.35),
    "YouTube": ("https://www.youtube.com/@{}-example", 0.12),
    "X": ("https://x.com/{}_ex", 0.1),
}
RUSSIAN_PROFILES = {
    "ВКонтакте": ("https://vk.com/{}_example", 0.6),
    "Telegram": ("https://t.me/{}_example", 0.5),
    "YouTube": ("https://www.youtube.com/@{}-example", 0.15),
}
SHARE = (
    '<a href="https://www.facebook.com/sharer/sharer.php?u=https://{host}/">{label}</a>',
    '<a href="https://twitter.com/intent/tweet?url=https://{host}/">X</a>',
)
RUSSIAN_SHARE = (
    '<a href="https://vk.com/share.php?url=https://{host}/">{label}</a>',
    '<a href="https://t.me/share/url?url=https://{host}/">TG</a>',
)


@dataclass(frozen=True)
class Letterhead:
    """The constant part of a site.

    Attributes
    ----------
    template : str
        Which era the markup is from.
    charset : str
        The encoding of the pages.
    in_header, in_meta : bool
        Where the encoding is declared; in neither on some sites.
    postal, tel : str
        Postcode with city as the country writes them; the phone for a link.
    mail : Markup
        The e-mail address as the site shows it: plain, linked or hidden from robots.
    registration : str
        Numbers a German, Swiss, Dutch or Russian company has to state.
    profiles : tuple of (str, str)
        Names and links.
    share : tuple of Markup
        Buttons that share the page, which are no profiles.
    json_ld : Markup
        The organisation for machines; empty on most sites.
    footer_contact, header_phone, demo, social : bool
        What the layout includes.
    year : int
        In the copyright line; often an old one.
    prices : tuple of str
        For products, in the country's currency.
    """

    template: str
    charset: str
    in_header: bool
    in_meta: bool
    postal: str
    tel: str
    mail: Markup
    registration: str
    profiles: tuple[tuple[str, str], ...]
    share: tuple[Markup, ...]
    json_ld: Markup
    footer_contact: bool
    header_phone: bool
    demo: bool
    social: bool
    year: int
    prices: tuple[str, ...]


def design(writer: Writer, host: str, dice: Dice) -> Letterhead:
    """Choose the letterhead of the site that `writer` writes."""
    company = writer.company
    template = _template(company, dice)
    charset = _charset(company, template, dice)
    declared = dice.weighted({"both": 5, "header": 3, "meta": 2, "nowhere": 1})
    if charset != "utf-8" and declared == "nowhere":
        declared = "meta"  # nobody could read the page otherwise
    postal = _postal(company)
    tel = "".join(sign for sign in company.phone.replace("(0)", "") if sign.isdigit() or sign == "+")
    address = f"{dice.pick(_MAILBOXES[company.language])}@{company.domain}"
    profiles = _profiles(company, dice)
    buttons = RUSSIAN_SHARE if company.language == "ru" else SHARE
    share = [Markup(line.format(host=host, label=writer.labels["share"])) for line in buttons]  # noqa: S704
    return Letterhead(
        template=template,
        charset=charset,
        in_header=declared in ("both", "header"),
        in_meta=declared in ("both", "meta"),
        postal=postal,
        tel=tel,
        mail=_mail(address, dice),
        registration=_registration(company, dice),
        profiles=profiles,
        share=tuple(share) if dice.chance(0.3) else (),
        json_ld=_json_ld(company, host, address, profiles) if dice.chance(0.35) else Markup(),
        footer_contact=dice.chance(0.55),
        header_phone=dice.chance(0.6),
        demo=company.segment in ("logistics", "software") and dice.chance(0.7),
        social=dice.chance(0.4),
        year=dice.pick([2026, 2026, 2026, 2025, 2024, 2021, 2018]),
        prices=tuple(writer.price(dice.spread(5, 90)) for _ in writer.goods),
    )


_MAILBOXES = {
    "en": ("info", "hello", "sales", "contact"),
    "de": ("info", "kontakt", "verkauf", "service"),
    "ru": ("info", "zakaz", "office", "sales"),
    "fr": ("contact", "info", "bonjour"),
    "es": ("info", "contacto", "ventas"),
    "nl": ("info", "hallo", "verkoop"),
}


def _template(company: Company, dice: Dice) -> str:
    if company.platform in OLD_PLATFORMS and dice.chance(0.6):
        return "tables.html"
    if company.shop and company.platform in SHOP_PLATFORMS:
        return "shop.html"
    if company.platform in BLOCK_PLATFORMS or (company.platform == "WordPress" and dice.chance(0.2)):
        return "blocks.html"
    return "modern.html"


def _charset(company: Company, template: str, dice: Dice) -> str:
    old = template in ("tables.html", "blocks.html")
    if company.language == "ru" and old and dice.chance(0.45):
        return "windows-1251"
    if company.language in ("de", "fr", "es") and template == "tables.html" and dice.chance(0.5):
        return "iso-8859-1"
    return "utf-8"


def _postal(company: Company) -> str:
    if company.country == "US":
        city, state = company.city.split(", ")
        return f"{city}, {state} {company.postcode}"
    if company.country == "GB":
        return f"{company.city} {company.postcode}"
    if company.language == "ru":
        return f"{company.postcode}, {company.city}"
    return f"{company.postcode} {company.city}"


def _mail(address: str, dice: Dice) -> Markup:
    local, domain = address.split("@")
    form = dice.pick(
        [
            '<a href="mailto:{local}@{domain}">{local}@{domain}</a>',
            '<a href="mailto:{local}@{domain}">{local}@{domain}</a>',
            "{local}@{domain}",
            "{local} [at] {domain}",
            "{local} (at) {dotted}",
        ]
    )
    return Markup(form).format(local=local, domain=domain, dotted=domain.replace(".", " (dot) "))  # noqa: S704


def _registration(company: Company, dice: Dice) -> str:
    """Numbers of the right form that no register gives out: they begin with zeros."""
    if company.country == "DE":
        court = company.city.split(" am ")[0]
        return dice.digits(f"Amtsgericht {court}, HRB 00####, USt-IdNr.: DE000######")
    if company.country == "CH":
        return dice.digits("CHE-000.###.### MWST")
    if company.country == "RU":
        return dice.digits("ИНН 00########, ОГРН 000##########")
    if company.country == "NL":
        return dice.digits("KvK 000#####")
    return ""


def _profiles(company: Company, dice: Dice) -> tuple[tuple[str, str], ...]:
    networks = RUSSIAN_PROFILES if company.language == "ru" else PROFILES
    handle = slug(company.name, "")
    return tuple(
        (name, link.format(handle)) for name, (link, chance) in networks.items() if dice.chance(chance)
    )


def _json_ld(company: Company, host: str, address: str, profiles: tuple[tuple[str, str], ...]) -> Markup:
    organisation = {
        "@context": "https://schema.org",
        "@type": "Organization",
        "name": company.name,
        "legalName": company.legal_name,
        "url": f"https://{host}/",
        "email": address,
        "telephone": company.phone,
        "foundingDate": str(company.founded),
        "address": {
            "@type": "PostalAddress",
            "streetAddress": company.street,
            "postalCode": company.postcode,
            "addressLocality": company.city.split(", ")[0],
            "addressCountry": company.country,
        },
        "sameAs": [link for _, link in profiles],
    }
    return Markup(json.dumps(organisation, ensure_ascii=False))  # noqa: S704
