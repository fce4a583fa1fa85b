"""Who serves a company's zone and its website, and who may issue certificates for it."""

from __future__ import annotations

from collections.abc import Iterator

from enrich.domain import ascii_host, registrable_domain
from enrich.extract.dns_services import service
from enrich.extract.registry import extractor
from enrich.facts import Fact, Field, Kind
from enrich.records import DnsRecords

DNS_PROVIDER = Field(
    "company_dns_provider",
    "infrastructure",
    Kind.ONE,
    "who serves the domain's zone, by name or domain; 'own server' under the company's name",
)
HOSTING = Field(
    "company_hosting",
    "infrastructure",
    Kind.MANY,
    "content delivery, hosting or site builder that the name www points to",
)
AUTHORITIES = Field(
    "company_certificate_authorities",
    "infrastructure",
    Kind.MANY,
    "who may issue certificates for the domain, by domain (CAA, RFC 8659)",
)


@extractor(DNS_PROVIDER, HOSTING, AUTHORITIES, reads=DnsRecords)
def infrastructure(records: DnsRecords) -> Iterator[Fact]:
    """Facts of NS, CNAME and CAA records.

    >>> records = DnsRecords("acme.example", "acme.example", "NS", ("ada.ns.cloudflare.com",))
    >>> [fact.value for fact in infrastructure(records)]
    ['Cloudflare']
    """
    own = records.domain
    if records.type == "NS" and records.name == own:
        for host in records.hosts:
            if name := service(host, "name_servers"):
                yield Fact(DNS_PROVIDER.name, name, 0.9)
            elif host == own or host.endswith(f".{own}"):
                yield Fact(DNS_PROVIDER.name, "own server", 0.7)
            elif domain := registrable_domain(host):
                yield Fact(DNS_PROVIDER.name, domain, 0.7)
    elif records.type == "CNAME" and records.name == f"www.{own}":
        for host in records.hosts:
            if name := service(host, "hosts"):
                yield Fact(HOSTING.name, name, 0.9)
    elif records.type == "CAA" and records.name == own:
        for value in records.values:
            _, tag, issuer = (*value.split(None, 2), "", "", "")[:3]
            authority = ascii_host(issuer.partition(";")[0].strip())
            if tag in ("issue", "issuewild") and authority:
                yield Fact(AUTHORITIES.name, authority, 0.9)
