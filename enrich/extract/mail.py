"""Who keeps a company's mail, who else sends in its name, and what becomes of mail that pretends to."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from enrich.domain import registrable_domain
from enrich.extract.dns_services import service
from enrich.extract.registry import extractor
from enrich.facts import Fact, Field, Kind
from enrich.records import DnsRecords

PROVIDER = Field(
    "company_mail_provider",
    "mail",
    Kind.ONE,
    "who keeps the mailboxes, by name or domain; 'own server' or 'no mail' where that is said",
)
GATEWAY = Field("company_mail_gateway", "mail", Kind.ONE, "who filters mail before it gets there")
SENDERS = Field(
    "company_mail_senders", "mail", Kind.MANY, "services that may send in the company's name, by its SPF"
)
SPF = Field(
    "company_spf_policy",
    "mail",
    Kind.ONE,
    "what SPF says of other senders: fail, softfail, neutral or pass (RFC 7208)",
)
DMARC = Field(
    "company_dmarc_policy",
    "mail",
    Kind.ONE,
    "what receivers do with forged mail: none, quarantine or reject (RFC 7489)",
)

_MX = re.compile(r"(\d{1,5}) (\S+)", re.ASCII)
_QUALIFIERS = {"+": "pass", "-": "fail", "~": "softfail", "?": "neutral"}
_DMARC_POLICIES = ("none", "quarantine", "reject")


@extractor(PROVIDER, GATEWAY, SENDERS, SPF, DMARC, reads=DnsRecords)
def mail(records: DnsRecords) -> Iterable[Fact]:
    """Facts of MX, SPF and DMARC records.

    >>> records = DnsRecords("acme.example", "acme.example", "MX", ("1 aspmx.l.google.com",))
    >>> [fact.value for fact in mail(records)]
    ['Google Workspace']
    """
    if records.type == "MX" and records.name == records.domain:
        return _receives(records)
    if records.type == "TXT" and records.name == records.domain:
        return _sends(records)
    if records.type == "TXT" and records.name == f"_dmarc.{records.domain}":
        return _protects(records)
    return ()


def _receives(records: DnsRecords) -> Iterator[Fact]:
    """Facts of the exchangers that are tried first, those of the least preference (RFC 5321, section 5.1)."""
    exchangers = [(int(match[1]), match[2]) for match in map(_MX.fullmatch, records.values) if match]
    first = min((preference for preference, _ in exchangers), default=0)
    for preference, host in exchangers:
        if preference != first:
            continue
        if host == ".":  # RFC 7505; beside others it says nothing
            if len(exchangers) == 1:
                yield Fact(PROVIDER.name, "no mail", 0.9)
        elif name := service(host, "mailboxes"):
            yield Fact(PROVIDER.name, name, 0.9)
        elif name := service(host, "gateways"):
            yield Fact(GATEWAY.name, name, 0.9)
        elif host == records.domain or host.endswith(f".{records.domain}"):
            yield Fact(PROVIDER.name, "own server", 0.7)
        elif domain := registrable_domain(host):
            yield Fact(PROVIDER.name, domain, 0.7)


def _sends(records: DnsRecords) -> Iterator[Fact]:
    policies = [value for value in records.values if value.lower().split(" ", 1)[0] == "v=spf1"]
    for policy in policies:
        for word in policy.lower().split()[1:]:
            bare = word.lstrip("+-~?")
            if not bare.startswith(("include:", "redirect=")):
                continue
            host = bare[len("include:") :] if bare.startswith("include:") else bare[len("redirect=") :]
            if name := service(host, "senders"):
                yield Fact(SENDERS.name, name, 0.9)
            if name := service(host, "mailbox_spf"):
                # Behind a gateway, MX does not tell who keeps the mailboxes.
                yield Fact(PROVIDER.name, name, 0.5)
        rest = re.findall(r"(?:^|\s)([-+~?]?)all(?=\s|$)", policy.lower())
        if rest and len(policies) == 1:  # two are an error, and count for nothing (RFC 7208, section 4.5)
            yield Fact(SPF.name, _QUALIFIERS[rest[0] or "+"], 0.9)


def _protects(records: DnsRecords) -> Iterator[Fact]:
    policies = [value for value in records.values if re.match(r"v\s*=\s*DMARC1\s*(;|$)", value)]
    if len(policies) != 1:  # several count for none (RFC 7489, section 6.6.3)
        return
    tags = {
        name.strip().lower(): value.strip().lower()
        for name, _, value in (tag.partition("=") for tag in policies[0].split(";"))
    }
    policy = tags.get("p", "")
    if policy not in _DMARC_POLICIES:  # unusable, but reports are asked for: as none (ibid.)
        policy = "none" if tags.get("rua") else ""
    if policy:
        yield Fact(DMARC.name, policy, 0.9)
