"""Which part of a page an element is: by its tag, its role, or the names designers give such parts."""

from __future__ import annotations

from functools import lru_cache

from enrich.extract.visible import Region


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


#: Elements that designers make the parts of a page of.
CONTAINERS = _words("div section table ul ol dl td nav header footer aside form dialog")
#: Elements that are a part of the page by their tag.
REGION_TAGS = {
    "nav": Region.NAV,
    "header": Region.HEADER,
    "footer": Region.FOOTER,
    "aside": Region.ASIDE,
    "form": Region.FORM,
}
_REGION_ROLES = {
    "navigation": Region.NAV,
    "menubar": Region.NAV,
    "banner": Region.HEADER,
    "contentinfo": Region.FOOTER,
    "complementary": Region.ASIDE,
    "search": Region.FORM,
}
# Names that designers give the parts of a page where the markup itself does not say.
_REGION_NAMES = {
    word: region
    for region, text in (
        (
            Region.NAV,
            "nav navbar navigation menu main-nav main-menu mainmenu mainnav topnav top-nav subnav submenu"
            " nav-menu menu-main breadcrumb breadcrumbs site-navigation primary-menu",
        ),
        (Region.HEADER, "header site-header page-header masthead topbar top-bar main-header"),
        (
            Region.FOOTER,
            "footer site-footer page-footer main-footer footer-wrapper footer-widgets foot colophon"
            " copyright",
        ),
        (Region.ASIDE, "sidebar side-bar aside widget-area secondary rightcol leftcol"),
        (
            Region.CONSENT,
            "cookie cookies cookie-banner cookie-notice cookie-consent cookie-law-info-bar cookiebanner"
            " cookieconsent cc-window gdpr gdpr-banner consent consent-banner cookie-bar cookie-popup"
            " onetrust-consent-sdk cookiescript_injected usercentrics-root cybotcookiebotdialog",
        ),
    )
    for word in _words(text)
}


# A footer or a consent box has parts of its own, which do not count.
_WHOLE = frozenset([Region.FOOTER, Region.CONSENT])


def _named(value: str) -> Region | None:
    """Region that an id or a class names."""
    for word in value.lower().split()[:8]:
        if word in _REGION_NAMES:
            return _REGION_NAMES[word]
    return None


# Many elements have the same classes, each has an id of its own.
_named_by_classes = lru_cache(maxsize=4096)(_named)


def region_of(tag: str, attributes: dict[str, str | None], around: Region) -> Region:
    """Region inside an element.

    >>> region_of("div", {"class": "site-footer dark"}, Region.BODY), region_of("nav", {}, Region.FOOTER)
    (<Region.FOOTER: 'footer'>, <Region.FOOTER: 'footer'>)
    """
    if around in _WHOLE:
        return around
    if tag in REGION_TAGS:
        return REGION_TAGS[tag]
    if not attributes:
        return around
    if (role := attributes.get("role")) and (found := _REGION_ROLES.get(role.strip().lower())):
        return found
    if (identifier := attributes.get("id")) and (found := _named(identifier)):
        return found
    classes = attributes.get("class")
    return (_named_by_classes(classes) if classes else None) or around
