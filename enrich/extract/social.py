"""Profiles of the company on social networks, not share buttons, posts, or people.

One field a network; the value is the profile's address without tracking parameters. Addresses of the
networks themselves and of the makers of site builders and themes, which stand in many footers, are not the
company's.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import parse_qs, unquote, urlsplit

from enrich.extract.marked import marked_lines
from enrich.extract.registry import extractor
from enrich.extract.visible import Region
from enrich.facts import Fact, Field, Kind
from enrich.page import Page

_HANDLE = re.compile(r"[\w.&'+,~%!()-]{1,150}")
_BLANKS_BEHIND = re.compile(r"(?:%20|\s|\+)+$")
_NO_WORD = re.compile(r"\W+")


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


@dataclass(frozen=True)
class Network:
    """A network and what a profile's address looks like there.

    Attributes
    ----------
    field : Field
        What its profiles fill.
    hosts : frozenset of str
        Registrable hosts; subdomains such as ``m.`` or ``de-de.`` belong to them.
    profile : callable
        From path segments and query to the profile's path, or empty.
    """

    field: Field
    hosts: frozenset[str]
    profile: Callable[[list[str], str], str]


def _one_of(*reserved: str) -> Callable[[list[str], str], str]:
    """Profiles are the first segment, unless it is reserved."""
    names = _words(" ".join(reserved))

    def profile(parts: list[str], query: str) -> str:
        handle = parts[0].lower()
        return "" if handle in names or handle.endswith((".php", ".html", ".aspx")) else parts[0]

    return profile


_facebook_name = _one_of(
    "sharer share dialog plugins tr help login about policies privacy legal terms hashtag photo photos events"
    " event watch games marketplace groups search home settings directory badges careers mobile find-friends"
    " campaign ads business appcenter apps developers recover notes story media messages video reel stories"
    " gaming public places people"
)


def _facebook(parts: list[str], query: str) -> str:
    kind = parts[0].lower()
    if kind == "pages" and len(parts) >= 3:
        # pages/Name/1234, but also pages/Town/Name/1234 and pages/category/Kind/Name-1234
        ends = [index for index, part in enumerate(parts[:5]) if part.isdigit()]
        return "/".join(parts[: ends[0] + 1] if ends else parts[:4])
    if kind in ("profile.php", "people") and (ids := parse_qs(query).get("id")):
        return f"profile.php?id={ids[0]}"
    if kind == "pg" and len(parts) >= 2:
        return parts[1]
    if kind == "pages" or (len(parts) >= 2 and parts[1].lower() in ("posts", "videos", "events", "photos")):
        return ""
    return _facebook_name(parts, query)


def _linkedin(parts: list[str], query: str) -> str:
    if parts[0].lower() in ("company", "school", "showcase", "companies", "organization") and len(parts) >= 2:
        return "/".join(parts[:2])
    return ""


_x_name = _one_of(
    "intent share home search hashtag i login signup about privacy tos settings explore widgets statuses"
    " download account messages notifications compose oauth who_to_follow goodies logged_out"
)


def _x(parts: list[str], query: str) -> str:
    if len(parts) >= 2 and parts[1].lower() in ("status", "statuses"):
        return ""
    handle = _x_name(parts, query).lstrip("@")
    return handle if re.fullmatch(r"\w{1,20}", handle) else ""


_youtube_name = _one_of(
    "watch embed playlist results v shorts feed redirect live hashtag t about howyoutubeworks premium ads"
    " creators yt account static iframe_api player_api s gaming my_videos upload signin clip post"
)


def _youtube(parts: list[str], query: str) -> str:
    if parts[0].lower() in ("user", "channel", "c"):
        return "/".join(parts[:2]) if len(parts) >= 2 else ""
    return _youtube_name(parts, query)


_instagram_name = _one_of("p reel reels explore accounts stories tv about legal developer share sharer")
_github_name = _one_of(
    "about features pricing login join explore topics marketplace sponsors settings security site contact"
    " collections trending enterprise readme customer-stories apps solutions team resources gist"
)


def _github(parts: list[str], query: str) -> str:
    if parts[0].lower() == "orgs" and len(parts) >= 2:
        return parts[1]
    return _github_name(parts, query) if len(parts) == 1 else ""


def _tiktok(parts: list[str], query: str) -> str:
    return parts[0] if parts[0].startswith("@") and "video" not in parts[1:2] else ""


_vk_name = _one_of("share.php share widget im feed login about dev video audio doc app away.php search join")


def _vk(parts: list[str], query: str) -> str:
    name = _vk_name(parts, query)
    return "" if re.match(r"(?:wall|photo|album|topic|clip|video|market|app|doc|@)-?\d", name) else name


_telegram_name = _one_of(
    "share joinchat addstickers proxy socks iv login confirmphone setlanguage addtheme bg"
)


def _telegram(parts: list[str], query: str) -> str:
    if parts[0].lower() == "s" and len(parts) >= 2:
        return parts[1]
    return "" if parts[0].startswith("+") else _telegram_name(parts, query)


def _network(name: str, label: str, hosts: str, profile: Callable[[list[str], str], str]) -> Network:
    field = Field(f"company_{name}", "social", Kind.ONE, f"the company's profile on {label}", unique=True)
    return Network(field, _words(hosts), profile)


NETWORKS = (
    _network("linkedin", "LinkedIn", "linkedin.com", _linkedin),
    _network("x", "X (Twitter)", "x.com twitter.com", _x),
    _network("facebook", "Facebook", "facebook.com fb.com fb.me", _facebook),
    _network(
        "instagram", "Instagram", "instagram.com", lambda parts, query: _instagram_name(parts[:1], query)
    ),
    _network("youtube", "YouTube", "youtube.com", _youtube),
    _network("github", "GitHub", "github.com", _github),
    _network("tiktok", "TikTok", "tiktok.com", _tiktok),
    _network("vk", "VK", "vk.com vk.ru vkontakte.ru", _vk),
    _network("telegram", "Telegram", "t.me telegram.me telegram.dog", _telegram),
)
_BY_HOST = {host: network for network in NETWORKS for host in network.hosts}

# Makers of site builders, themes and the networks: their own profiles stand on their customers' pages.
_MAKERS = _words(
    "facebook twitter x instagram youtube linkedin github tiktok vk telegram pinterest google wordpress"
    " wordpressdotcom wordpress.com wix wixcom squarespace weebly shopify joomla drupal typo3 prestashop"
    " webflow godaddy ghost medium tilda tildacc bitrix24 elementor elegantthemes themeforest envato jimdo"
    " blogger tumblr hubspot bootstrap twbs jquery your-username yourusername username your_username"
    " yourprofile yourpage your-page yourcompany user example #"
)


@lru_cache(maxsize=4096)
def _network_host(authority: str) -> str:
    """The host in ``_BY_HOST`` that the authority of an address belongs to, or empty."""
    try:
        host = (urlsplit(f"//{authority}").hostname or "").rstrip(".")
    except ValueError:
        return ""
    while host not in _BY_HOST:
        _, dot, host = host.partition(".")
        if not dot:
            return ""
    return host


def profile(url: str) -> tuple[Network, str] | None:
    """Network and canonical address of a profile, or nothing where `url` is none.

    >>> profile("https://www.facebook.com/Acme/?ref=hl")[1]
    'https://www.facebook.com/Acme'
    >>> profile("http://twitter.com/#!/acme")[1], profile("//de.linkedin.com/company/acme/about")[1]
    ('https://twitter.com/acme', 'https://www.linkedin.com/company/acme')
    >>> profile("https://twitter.com/intent/tweet?text=hi"), profile("https://www.linkedin.com/in/jane")
    (None, None)
    """
    if len(url) > 2000:
        return None
    url = url.strip() if "//" in url else f"//{url.strip()}"
    host = _network_host(url.partition("//")[2].split("/", 1)[0])
    if not host:
        return None
    try:
        address = urlsplit(url)
    except ValueError:
        return None
    if not address.netloc:  # the address of a network within another
        return None
    network = _BY_HOST[host]
    path = address.path
    # Old Twitter and Facebook addresses have the profile behind a "#!".
    if path in ("", "/") and unquote(address.fragment).startswith("!/"):
        path, _, _ = unquote(address.fragment)[1:].partition("?")
    parts = [part for part in (unquote(p).strip() for p in path.split("/")) if part and part != "#!"]
    if not parts or not all(part.isprintable() for part in parts):
        return None
    written = [part for part in path.split("/") if unquote(part).strip() and unquote(part) != "#!"]
    written = [_BLANKS_BEHIND.sub("", part) for part in written]
    handle = network.profile(written, address.query)
    if not handle or handle.lower() in _MAKERS or "{" in handle or "<" in handle:
        return None
    prefix = "" if host in ("twitter.com", "x.com", "github.com", "vk.com", "vk.ru", "t.me") else "www."
    return network, f"https://{prefix}{host}/{handle}"


_FRAME = frozenset([Region.FOOTER, Region.HEADER, Region.NAV])


@extractor(*(network.field for network in NETWORKS))
def social(page: Page) -> Iterator[Fact]:
    """Links to profiles; those in header and footer speak for the site rather than for an article."""
    own = _NO_WORD.sub("", page.host.removeprefix("www.").split(".")[0])
    # One cheap look before parsing: most links stay on the site.
    links = page.visible.links
    candidates = frozenset(marked_lines("\n".join([href for href, _, _ in links]).lower(), _BY_HOST))
    best: dict[tuple[str, str], float] = {}
    for href, _, region in links if candidates else ():
        if href.lower() not in candidates or (href[:1] in ("/", "#", "?") and href[:2] != "//"):
            continue
        found = profile(href)
        if found is None:
            continue
        network, url = found
        handle = _NO_WORD.sub("", url.rsplit("/", 1)[-1]).lower()
        confidence = 0.8 if region in _FRAME else 0.7
        if len(own) > 2 and (own in handle or (len(handle) > 3 and handle in own)):
            confidence += 0.15
        key = (network.field.name, url)
        best[key] = max(confidence, best.get(key, 0.0))
    for (field, url), confidence in best.items():
        yield Fact(field, url, confidence)
