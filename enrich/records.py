"""What sources yield beside pages: name server records, certificates and domain registrations.

Like :class:`~enrich.page.Page` they are plain data, and extractors that name one in ``reads`` get it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from enrich.facts import Channel


@dataclass(frozen=True)
class DnsRecords:
    """The records of one type under one name (RFC 1035).

    Attributes
    ----------
    domain : str
        The company's registrable domain in ASCII.
    name : str
        The name asked for, such as ``_dmarc.acme.example``; lower case, no dot at the end.
    type : str
        ``MX``, ``TXT``, ``NS``, ``CAA``, ``CNAME``.
    values : tuple of str
        One a record, as a zone file writes it: host names in lower case without the dot at the end, the
        parts of a TXT record joined and without quotes, MX as ``10 mx.acme.example``.

    >>> DnsRecords("acme.example", "acme.example", "MX", ("10 mx.acme.example",)).hosts
    ('mx.acme.example',)
    """

    channel: ClassVar[Channel] = Channel.DNS

    domain: str
    name: str
    type: str
    values: tuple[str, ...]

    @property
    def hosts(self) -> tuple[str, ...]:
        """The last word of each value: the host that an MX, NS or CNAME record points to."""
        return tuple(value.rpartition(" ")[2] for value in self.values)


@dataclass(frozen=True)
class Certificate:
    """The certificate that a company's website shows (RFC 5280).

    Attributes
    ----------
    host : str
        Where it was shown.
    subject_organization, issuer_organization, issuer_name : str
        O of the subject, O and CN of the issuer; empty where there is none.
    names : tuple of str
        DNS names it is valid for, lower case.
    not_before, not_after : str
        RFC 3339 in UTC.
    problem : str
        Why a browser would not trust it; empty if it would.
    """

    channel: ClassVar[Channel] = Channel.TLS

    host: str
    subject_organization: str
    issuer_organization: str
    issuer_name: str
    names: tuple[str, ...]
    not_before: str
    not_after: str
    problem: str = ""


@dataclass(frozen=True)
class Registration:
    """What the registry says of a domain: the JSON object of RDAP (RFC 9083).

    Attributes
    ----------
    domain : str
        The domain asked for.
    answer : mapping
        The object as received.
    """

    channel: ClassVar[Channel] = Channel.RDAP

    domain: str
    answer: Mapping[str, Any]
