"""Whom a website's certificate speaks of, who vouches for it, and whether a browser would believe it.

Where it would not, the certificate says nothing of the company but that: anybody can write one, and one for
another name is another's. Only an expired one was true once.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from enrich.domain import registrable_domain
from enrich.extract.registry import extractor
from enrich.facts import Fact, Field, Kind
from enrich.records import Certificate

ORGANIZATION = Field(
    "company_certificate_organization",
    "infrastructure",
    Kind.ONE,
    "the organisation that the certificate's issuer has checked",
)
ISSUER = Field("company_certificate_issuer", "infrastructure", Kind.ONE, "who issued the certificate")
NAMES = Field("company_certificate_names", "infrastructure", Kind.MANY, "names the certificate is valid for")
FROM = Field(
    "company_certificate_from", "infrastructure", Kind.ONE, "first day of the certificate, YYYY-MM-DD"
)
UNTIL = Field(
    "company_certificate_until", "infrastructure", Kind.ONE, "last day of the certificate, YYYY-MM-DD"
)
PROBLEM = Field(
    "company_certificate_problem",
    "infrastructure",
    Kind.ONE,
    "why a browser would not trust the certificate: expired, self-signed, for another name, ...",
)

_EXPIRED = "expired"
_MAX_NAMES = 20
# A certificate for more domains than these is one that a provider's customers share.
_MAX_OWN_DOMAINS = 10
# Content delivery networks that put many customers, and their own organisation, into one certificate.
_SHARED = frozenset({"cloudflaressl.com", "incapsula.com", "fastly.net", "sucuri.net", "akamai.net"})
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


@extractor(ORGANIZATION, ISSUER, NAMES, FROM, UNTIL, PROBLEM, reads=Certificate)
def certificate(shown: Certificate) -> Iterator[Fact]:
    """Facts of a certificate.

    >>> day = "2026-01-01T00:00:00Z"
    >>> names = ("acme.example", "*.acme.example")
    >>> shown = Certificate("acme.example", "Acme Ltd", "CA Inc.", "CA R1", names, day, day)
    >>> [fact.value for fact in certificate(shown)][:4]
    ['Acme Ltd', 'CA Inc.', 'acme.example', '*.acme.example']
    """
    if shown.problem:
        yield Fact(PROBLEM.name, shown.problem, 0.9)
        if shown.problem != _EXPIRED:
            return
    own = registrable_domain(shown.host)
    domains = [registrable_domain(name.removeprefix("*.")) for name in shown.names]
    shared = len({*domains}) > _MAX_OWN_DOMAINS or bool(_SHARED & ({*domains} - {own}))
    if shown.subject_organization:
        yield Fact(ORGANIZATION.name, shown.subject_organization, 0.3 if shared else 0.9)
    if issuer := shown.issuer_organization or shown.issuer_name:
        yield Fact(ISSUER.name, issuer, 0.9)
    ranked = sorted(zip(domains, shown.names, strict=True), key=lambda pair: pair[0] != own)
    for domain, name in ranked[:_MAX_NAMES]:
        yield Fact(NAMES.name, name, 0.9 if domain == own else 0.3 if shared else 0.6)
    for field, moment in ((FROM, shown.not_before), (UNTIL, shown.not_after)):
        if day := _DAY.match(moment):
            yield Fact(field.name, day[0], 0.9)
