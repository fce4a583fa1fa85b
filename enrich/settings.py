"""The settings of an enrichment run: one frozen object, units in the names, overridden by a TOML file."""

from __future__ import annotations

import difflib
import math
import re
import tomllib
from dataclasses import dataclass, fields, replace
from ipaddress import ip_address
from pathlib import Path
from typing import Any, Self

from enrich.errors import SettingsError

EMAIL_COLUMNS = (
    "email", "e-mail", "email address", "e-mail address", "mail", "work email", "business email",
    "contact email", "company email", "person email", "primary email", "e-mail-adresse", "mailadresse",
    "emailadres", "e-mailadres", "adresse e-mail", "courriel", "correo", "correo electrónico",
    "рабочий email", "почта", "эл. почта", "электронная почта", "адрес электронной почты", "емейл", "имейл",
)  # fmt: skip
DOMAIN_COLUMNS = (
    "domain", "company domain", "email domain", "domain name", "company domain name", "primary domain",
    "domäne", "domein", "domaine", "dominio", "домен", "домен компании",
)  # fmt: skip
WEBSITE_COLUMNS = (
    "website", "web site", "website url", "company website", "site", "homepage", "home page", "web", "www",
    "url", "company url", "webseite", "internetseite", "webadresse", "site web", "sitio web", "página web",
    "сайт", "веб-сайт", "сайт компании", "корпоративный сайт", "адрес сайта",
)  # fmt: skip

# Goes into a header, inside parentheses (RFC 9110, section 5.6.5).
_CONTACT = re.compile(r"[!-'*-\[\]-~]*")


@dataclass(frozen=True)
class Settings:
    """What a run does, where a command line says nothing about it.

    Attributes
    ----------
    email_columns, domain_columns, website_columns : tuple of str
        Names under which those columns go, most trusted first; case, blanks and punctuation do not count.
    extractor_modules : tuple of str
        Modules, or ``.py`` files relative to the configuration file, that hold people's own extractors.
    fingerprints : str
        A folder of one's own technology fingerprints in Wappalyzer's format, relative to the configuration
        file; needs the extra ``fingerprints``.
    max_pages_per_company : int
        Pages of one company that are read, over all sources, in the order in which they come.
    max_body_bytes : int
        A longer page, counted after decompression, is cut there.
    min_confidence : float
        Facts below it stay in the journal and out of the table; from 0 to 1.
    max_values_per_field : int
        Values joined in the cell of a field that has many.
    commit_every_pages : int
        Pages read between two checkpoints; a killed run repeats at most these.
    max_processes : int
        Processes that read pages at the same time, as far as there are processors for them; 1 keeps all in
        the process of the run. Few pages never take more than that one.
    batch_rows : int
        Rows of the lead table held in memory at a time.
    contact : str
        An e-mail address or URL for the owners of websites, sent in the User-Agent of every request.
    max_pages_fetched_per_company : int
        Pages fetched of one company's website, the home page included.
    max_companies_at_once : int
        Companies whose websites are visited at the same time; each host is asked once at a time.
    pause_seconds : float
        Between two requests to one host; a longer Crawl-delay of its robots.txt counts instead.
    max_crawl_delay_seconds : float
        A Crawl-delay beyond it is cut to it.
    deadline_seconds : float
        For one request as a whole: name, connection, TLS, headers and body.
    use_sitemaps : bool
        Read the sitemap that a robots.txt names where the home page links to too few representative pages.
    max_seconds_per_company : float
        For a whole visit, pauses included; no request begins later.
    max_redirects : int
        Followed from one page.
    max_attempts_per_page : int
        Made where a server is overloaded (429, 503) or the connection breaks off.
    max_retry_after_seconds : float
        Waited before a further attempt; a server that asks for more is not asked again.
    dns_servers : tuple of str
        IP addresses of name servers to ask in place of this machine's.
    dns_timeout_seconds : float
        For one question to the name servers, repetitions included.
    max_dns_queries_per_second : float
        Questions put to the name servers, over all companies.
    rdap_pause_seconds : float
        Between two requests to one registry of domains, over all companies.
    rdap_bootstrap_file : str
        IANA's list of the registries' servers (RFC 9224), relative to the configuration file, in place of the
        one that comes with the package.

    >>> Settings(max_pages_per_company=5).max_pages_per_company
    5
    >>> Settings(min_confidence=2.0)
    Traceback (most recent call last):
    ...
    enrich.errors.SettingsError: min_confidence is 2.0; it must be from 0 to 1
    """

    email_columns: tuple[str, ...] = EMAIL_COLUMNS
    domain_columns: tuple[str, ...] = DOMAIN_COLUMNS
    website_columns: tuple[str, ...] = WEBSITE_COLUMNS
    extractor_modules: tuple[str, ...] = ()
    fingerprints: str = ""
    max_pages_per_company: int = 100
    max_body_bytes: int = 2_000_000
    min_confidence: float = 0.0
    max_values_per_field: int = 20
    commit_every_pages: int = 200
    max_processes: int = 8
    batch_rows: int = 1_000
    contact: str = ""
    max_pages_fetched_per_company: int = 8
    max_companies_at_once: int = 32
    pause_seconds: float = 1.0
    max_crawl_delay_seconds: float = 10.0
    deadline_seconds: float = 20.0
    use_sitemaps: bool = True
    max_seconds_per_company: float = 180.0
    max_redirects: int = 5
    max_attempts_per_page: int = 3
    max_retry_after_seconds: float = 30.0
    dns_servers: tuple[str, ...] = ()
    dns_timeout_seconds: float = 5.0
    max_dns_queries_per_second: float = 100.0
    rdap_pause_seconds: float = 1.0
    rdap_bootstrap_file: str = ""

    def __post_init__(self) -> None:
        for setting in fields(self):
            value = getattr(self, setting.name)
            if type(value) is int and value < 1:
                raise SettingsError(f"{setting.name} is {value}; it must be 1 or more")
            if "seconds" in setting.name and not 0 <= value < math.inf:
                raise SettingsError(f"{setting.name} is {value}; it must be a number of seconds, 0 or more")
            if "per_second" in setting.name and not 0 < value < math.inf:
                raise SettingsError(f"{setting.name} is {value}; it must be more than 0")
        for address in self.dns_servers:
            if not _is_address(address):
                raise SettingsError(f"dns_servers has '{address}'; list IP addresses, such as 192.0.2.53")
        if not 0 <= self.min_confidence <= 1:
            raise SettingsError(f"min_confidence is {self.min_confidence}; it must be from 0 to 1")
        if not _CONTACT.fullmatch(self.contact):
            raise SettingsError(f"contact is {self.contact!r}; it must be an e-mail address or URL in ASCII")

    @classmethod
    def from_toml(cls, path: str | Path) -> Self:
        """Read a TOML file that names only what differs from the defaults.

        Raises
        ------
        SettingsError
            If the file is missing or no TOML, a key is unknown, or a value has the wrong type.
        """
        path = Path(path)
        try:
            given = tomllib.loads(path.read_text(encoding="utf-8"))
        except OSError as error:
            raise SettingsError(f"{path}: cannot be read ({error.strerror}); check the path") from error
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise SettingsError(f"{path}: is no valid TOML ({error}); write lines as: key = value") from error
        defaults = {setting.name: getattr(cls(), setting.name) for setting in fields(cls)}
        values = {key: _checked(path, key, value, defaults) for key, value in given.items()}
        if modules := values.get("extractor_modules"):
            values["extractor_modules"] = tuple(_beside(path, module) for module in modules)
        for name in ("rdap_bootstrap_file", "fingerprints"):
            if values.get(name):
                values[name] = str(path.parent / values[name])
        try:
            return replace(cls(), **values)
        except SettingsError as error:
            raise SettingsError(f"{path}: {error}") from error


def _checked(path: Path, key: str, value: Any, defaults: dict[str, Any]) -> Any:
    if key not in defaults:
        near = difflib.get_close_matches(key, defaults, n=1, cutoff=0.5)
        remedy = f"did you mean '{near[0]}'?" if near else f"settings are {', '.join(defaults)}"
        raise SettingsError(f"{path}: unknown setting '{key}'; {remedy}")
    default = defaults[key]
    if isinstance(default, tuple):
        if isinstance(value, list) and all(isinstance(item, str) for item in value):
            return tuple(value)
        raise SettingsError(f'{path}: {key} is {value!r}; it must be a list of texts, as ["a", "b"]')
    if isinstance(default, float) and type(value) is int:
        return float(value)
    if type(value) is not type(default):
        kind = {bool: "true or false", int: "a whole number", float: "a number", str: "a text"}[type(default)]
        raise SettingsError(f"{path}: {key} is {value!r}; it must be {kind}, as {default!r}")
    return value


def _beside(path: Path, module: str) -> str:
    return str(path.parent / module) if module.endswith(".py") else module


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True
