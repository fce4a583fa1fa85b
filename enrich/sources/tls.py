"""The certificate of a company's website as a source: a TLS handshake, and nothing sent after it.

The connection is the guard's, as for a page. A certificate that a browser would not trust is read all the
same, by a second handshake without verification, and says why it would not.
"""

from __future__ import annotations

import ssl
from collections.abc import Generator, Iterable
from functools import cache

from cryptography import x509
from cryptography.x509.oid import NameOID

from enrich import clock
from enrich.facts import Channel, State
from enrich.records import Certificate
from enrich.settings import Settings
from enrich.sources import Looked, Observation
from enrich.sources.deadline import Deadline, TimedTLSContext
from enrich.sources.guard import Guard, NoSuchName, Reach, Refused
from enrich.sources.guarded import verifying_context
from enrich.sources.side_by_side import Stop, side_by_side

_PORT = 443

# Names of one certificate that are kept, and characters of one text.
_MAX_NAMES = 100
_MAX_CHARACTERS = 200

# Verification errors of OpenSSL (x509_vfy.h) in words that a browser's warning would use.
_PROBLEMS = {
    9: "not yet valid",
    10: "expired",
    18: "self-signed",
    19: "issued by an authority that is not trusted",
    20: "issued by an authority that is not trusted",
    21: "issued by an authority that is not trusted",
    62: "for another name",
}


class Tls:
    """The certificates of companies' websites; see :class:`~enrich.sources.CompanySource`.

    Parameters
    ----------
    settings : Settings
        ``deadline_seconds`` holds for one handshake with its name look-up and connection.
    reach : Reach, optional
        What can be reached beside the public web: servers of one's own, in tests.

    Notes
    -----
    The look goes to ``tls://acme.example:443``, then to ``tls://www.acme.example:443`` if the first shows no
    certificate. No standard has such URLs; they say where to connect and by which protocol.
    """

    identity = "tls"
    channel = Channel.TLS
    name = "certificates"

    def __init__(self, settings: Settings | None = None, reach: Reach | None = None) -> None:
        self.settings = settings or Settings()
        self.reach = reach or Reach()

    def look(self, domains: Iterable[str]) -> Generator[Looked, None, None]:
        """Shake hands with companies; see :meth:`enrich.sources.CompanySource.look`."""
        return side_by_side(domains, self._look, self.settings.max_companies_at_once, Stop())

    def _look(self, domain: str) -> list[Observation]:
        observed = []
        for host in (domain, f"www.{domain}"):
            observed.append(self._observe(domain, host))
            if observed[-1].state in (State.FOUND, State.REFUSED):
                break
        return observed

    def _observe(self, domain: str, host: str) -> Observation:
        state, note, record = State.FAILED, "", None
        try:
            record = self._certificate(host)
            state, note = State.FOUND, record.problem
        except Refused as error:
            state, note = State.REFUSED, str(error)
        except NoSuchName as error:
            state, note = State.NO_SUCH_DOMAIN, str(error)
        except TimeoutError:
            state, note = State.TIMED_OUT, f"no answer within {self.settings.deadline_seconds:g} s"
        except ssl.SSLError as error:
            note = f"TLS: {(error.reason or 'the connection broke off').replace('_', ' ').lower()}"
        except OSError as error:
            note = (error.strerror or "the connection broke off").lower()
        url = f"tls://{host}:{_PORT}"
        return Observation(domain, url, state, clock.now(), note=note, record=record)

    def _certificate(self, host: str) -> Certificate:
        try:
            return read_certificate(host, self._shown(host, verifying_context(self.reach.ca_file)))
        except ssl.SSLCertVerificationError as error:
            problem = _PROBLEMS.get(error.verify_code) or error.verify_message
            return read_certificate(host, self._shown(host, _trusting()), problem)

    def _shown(self, host: str, context: ssl.SSLContext) -> bytes:
        """Shake hands and hang up; returns the server's certificate in DER."""
        deadline = Deadline()
        deadline.start(self.settings.deadline_seconds)
        with (
            Guard(self.reach, deadline).open(host, _PORT) as connection,
            context.wrap_socket(connection, server_hostname=host) as secured,
        ):
            shown = secured.getpeercert(binary_form=True)
        if not shown:
            raise OSError(0, "no certificate")
        return shown


def read_certificate(host: str, encoded: bytes, problem: str = "") -> Certificate:
    """Read a certificate.

    Parameters
    ----------
    host : str
        Where it was shown.
    encoded : bytes
        In DER.
    problem : str
        Why it is not trusted.

    Raises
    ------
    OSError
        If it cannot be read.
    """
    try:
        read = x509.load_der_x509_certificate(encoded)
        return Certificate(
            host,
            _text(read.subject, NameOID.ORGANIZATION_NAME),
            _text(read.issuer, NameOID.ORGANIZATION_NAME),
            _text(read.issuer, NameOID.COMMON_NAME),
            _names(read),
            clock.text(read.not_valid_before_utc),
            clock.text(read.not_valid_after_utc),
            problem,
        )
    except (ValueError, TypeError, x509.InvalidVersion, x509.DuplicateExtension) as error:
        raise OSError(0, f"a certificate that cannot be read ({type(error).__name__})") from error


def _text(name: x509.Name, oid: x509.ObjectIdentifier) -> str:
    value = next((one.value for one in name.get_attributes_for_oid(oid)), "")
    return " ".join(value.split())[:_MAX_CHARACTERS] if isinstance(value, str) else ""


def _names(certificate: x509.Certificate) -> tuple[str, ...]:
    try:
        alternatives = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except (x509.ExtensionNotFound, x509.UnsupportedGeneralNameType):
        return ()  # browsers do not look at the common name any more (RFC 9525, section 1.2)
    names = (name.lower().removesuffix(".") for name in alternatives.get_values_for_type(x509.DNSName))
    return tuple(dict.fromkeys(name for name in names if len(name) <= _MAX_CHARACTERS))[:_MAX_NAMES]


@cache
def _trusting() -> ssl.SSLContext:
    """A context that verifies nothing: over its connections nothing is sent or read but a certificate."""
    context = TimedTLSContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context
