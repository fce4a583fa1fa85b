"""Technologies in use, by fingerprints in markup, headers, cookies, DNS records and certificates.

The rules are our own and free to use (:mod:`enrich.extract.technology_rules`). All are plain literals; those
of pages are looked for in one pass, together with what other extractors ask for
(:mod:`enrich.extract.source_words`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from enrich.extract.registry import extractor
from enrich.extract.source_words import traces_in
from enrich.extract.technology_rules import DIGEST, Rule, by_literal, rules
from enrich.facts import Fact, Field, Kind
from enrich.page import Page
from enrich.records import Certificate, DnsRecords

TECHNOLOGIES = Field("company_technologies", "stack", Kind.MANY, "technologies in use, by name")
CATEGORIES = Field(
    "company_technology_categories", "stack", Kind.MANY, "kinds of technology in use: cms, shop, crm, ..."
)

# What a page loads is in use; a record may outlive the contract it was once made for.
_ON_PAGE, _IN_RECORD = 0.9, 0.7

# Labels of a host name looked at, from its end: more than any rule has.
_LABELS = 8


def _in_order(fired: set[int]) -> list[Rule]:
    return [rules()[position] for position in sorted(fired)]


def technologies_in(page: Page) -> list[Rule]:
    """The rules that fire on `page`, in the order of the file."""
    return _in_order(
        {
            position
            for place, literals in traces_in(page).items()
            for literal in literals
            for position in by_literal(place).get(literal, ())
        }
    )


def technologies_in_dns(records: DnsRecords) -> list[Rule]:
    """The rules that fire on the records of one name and type, in the order of the file."""
    if records.type != "TXT":
        hosts = records.hosts if records.type != "CAA" else [_authority(value) for value in records.values]
        return _in_order(_by_host(records.type.lower(), hosts))
    fired: set[int] = set()
    for value in map(str.lower, records.values):
        for literal, positions in by_literal("txt").items():
            if value.startswith(literal):
                fired.update(positions)
        if value.startswith("v=spf1"):
            fired |= _by_host("spf", _spf_hosts(value))
    return _in_order(fired)


def technologies_in_certificate(certificate: Certificate) -> list[Rule]:
    """The rules that fire on `certificate`, in the order of the file."""
    fired = _by_host("altname", certificate.names)
    issuer = f"{certificate.issuer_organization}\n{certificate.issuer_name}".lower()
    for literal, positions in by_literal("issuer").items():
        if literal in issuer:
            fired.update(positions)
    return _in_order(fired)


def _by_host(place: str, hosts: Iterable[str]) -> set[int]:
    """Positions of the rules for a host or one above it, or for the beginning of a label ("awsdns-")."""
    known = by_literal(place)
    beginnings = tuple(literal for literal in known if literal.endswith("-"))
    fired: set[int] = set()
    for host in hosts:
        labels = host.lower().split(".")[-_LABELS:]
        for start, label in enumerate(labels):
            fired.update(known.get(".".join(labels[start:]), ()))
            if label.startswith(beginnings):
                fired.update(*(known[literal] for literal in beginnings if label.startswith(literal)))
    return fired


def _spf_hosts(record: str) -> Iterator[str]:
    """Whose servers may send in the company's name (RFC 7208, sections 5.2 and 6.1)."""
    for term in record.split():
        name, separator, host = term.lstrip("+-~?").replace("=", ":", 1).partition(":")
        if separator and name in ("include", "redirect"):
            yield host


def _authority(value: str) -> str:
    """The authority that a CAA record lets issue, as ``0 issue "letsencrypt.org; ..."`` (RFC 8659)."""
    return value.replace('"', " ").partition("issue")[2].partition(" ")[2].partition(";")[0].strip()


@extractor(TECHNOLOGIES, CATEGORIES, data=DIGEST)
def technologies(page: Page) -> Iterator[Fact]:
    """Names and categories of the rules that fire on a page.

    >>> page = Page("https://acme.example/", b'<script src="https://js.stripe.com/v3/"></script>', "")
    >>> [fact.value for fact in technologies(page)]
    ['Stripe', 'payment']
    """
    return _facts(technologies_in(page), _ON_PAGE)


@extractor(TECHNOLOGIES, CATEGORIES, reads=DnsRecords, data=DIGEST)
def technologies_from_dns(records: DnsRecords) -> Iterator[Fact]:
    """Names and categories of the rules that fire on name server records.

    >>> records = DnsRecords("acme.example", "acme.example", "TXT", ("atlassian-domain-verification=aZ3",))
    >>> [fact.value for fact in technologies_from_dns(records)]
    ['Atlassian', 'collaboration']
    """
    return _facts(technologies_in_dns(records), _IN_RECORD)


@extractor(TECHNOLOGIES, CATEGORIES, reads=Certificate, data=DIGEST)
def technologies_from_certificate(certificate: Certificate) -> Iterator[Fact]:
    """Names and categories of the rules that fire on a certificate.

    >>> certificate = Certificate("acme.example", "", "Let's Encrypt", "R11", ("acme.example",), "", "")
    >>> [fact.value for fact in technologies_from_certificate(certificate)]
    ["Let's Encrypt", 'certificate authority']
    """
    return _facts(technologies_in_certificate(certificate), _ON_PAGE)


def _facts(fired: Iterable[Rule], confidence: float) -> Iterator[Fact]:
    categories: dict[str, None] = {}
    for rule in fired:
        categories[rule.category] = None
        yield Fact(TECHNOLOGIES.name, rule.name, confidence)
    for category in categories:
        yield Fact(CATEGORIES.name, category, confidence)
