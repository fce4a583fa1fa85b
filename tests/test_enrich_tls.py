"""Certificates of servers on loopback: what they say, why they would not be believed, and nothing sent."""

import socket
import struct
import time

import pytest
from cryptography import x509
from tls_serving import NOW, Authority, TlsServers
from web_serving import Canary

from enrich import Settings, State, clock
from enrich.sources.guard import Reach
from enrich.sources.tls import Tls, read_certificate


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    return Authority(tmp_path_factory.mktemp("tls"))


@pytest.fixture
def serve(authority):
    opened = []

    def start(hosts):
        opened.append(TlsServers(hosts, authority.ca_file))
        return opened[-1]

    yield start
    for servers in opened:
        servers.close()


def look(servers, *domains, reach=None, **settings):
    source = Tls(Settings(**({"deadline_seconds": 3.0} | settings)), reach or servers.reach())
    return {one.domain: one.observations for one in source.look(domains or ["acme.example"])}


def test_what_a_certificate_says(serve, authority):
    names = ["Acme.example", "*.acme.example", "acme.shop.example"]
    servers = serve({"acme.example": authority.issue(names, "Acme  Widgets\tGmbH")})
    (one,) = look(servers)["acme.example"]
    assert (one.url, one.state, one.note) == ("tls://acme.example:443", State.FOUND, "")
    shown = one.record
    assert (shown.host, shown.subject_organization) == ("acme.example", "Acme Widgets GmbH")
    assert (shown.issuer_organization, shown.issuer_name) == ("Test Trust Ltd", "Test Trust R1")
    assert shown.names == ("acme.example", "*.acme.example", "acme.shop.example")
    assert shown.problem == ""
    assert shown.not_before < clock.text(NOW) < shown.not_after


def test_nothing_is_sent_after_the_handshake(serve, authority):
    servers = serve({"acme.example": authority.issue(["acme.example"])})
    look(servers)
    deadline = time.monotonic() + 5
    while not servers.received and time.monotonic() < deadline:
        time.sleep(0.01)
    assert servers.received == [b""]
    assert servers.connections == ["acme.example"]


@pytest.mark.parametrize(
    ("names", "options", "problem"),
    [
        (["acme.example"], {"days": (-60, -30)}, "expired"),
        (["acme.example"], {"days": (30, 60)}, "not yet valid"),
        (["acme.example"], {"self_signed": True}, "self-signed"),
        (["other.example"], {}, "for another name"),
        (["*.acme.example"], {}, "for another name"),
        ([], {}, "for another name"),
    ],
)
def test_a_certificate_that_a_browser_would_not_trust_is_read_and_says_why(
    serve, authority, names, options, problem
):
    servers = serve({"acme.example": authority.issue(names, "Acme", **options)})
    (one,) = look(servers)["acme.example"]
    assert (one.state, one.note, one.record.problem) == (State.FOUND, problem, problem)
    assert one.record.names == tuple(names)
    assert one.record.subject_organization == "Acme"
    assert servers.connections == ["acme.example"] * 2


def test_an_authority_that_nobody_knows(serve, authority, tmp_path):
    servers = serve({"acme.example": Authority(tmp_path, "").issue(["acme.example"])})
    (one,) = look(servers)["acme.example"]
    assert one.record.problem == "issued by an authority that is not trusted"
    assert (one.record.subject_organization, one.record.issuer_organization) == ("", "")
    assert one.record.issuer_name == "Test Trust R1"


def test_www_is_asked_where_the_domain_shows_nothing(serve, authority):
    servers = serve({"www.acme.example": authority.issue(["www.acme.example"])})
    first, second = look(servers)["acme.example"]
    assert (first.url, first.state) == ("tls://acme.example:443", State.NO_SUCH_DOMAIN)
    assert (second.url, second.state) == ("tls://www.acme.example:443", State.FOUND)
    assert second.record.host == "www.acme.example"


def test_a_domain_without_an_address(serve):
    observations = look(serve({}))["acme.example"]
    assert [one.state for one in observations] == [State.NO_SUCH_DOMAIN] * 2


def reset(connection):
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def plain(connection):
    connection.recv(100)
    connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")


def hang_up(connection):
    connection.recv(10_000)


def silent(connection):
    connection.recv(10_000)
    connection.recv(10_000)


def drip(connection):
    """A record that takes for ever."""
    connection.sendall(b"\x16\x03\x03\x40\x00")
    while True:
        connection.sendall(b"\x00")
        time.sleep(0.02)


@pytest.mark.parametrize(
    ("act", "state"),
    [
        (reset, State.FAILED),
        (plain, State.FAILED),
        (hang_up, State.FAILED),
        (silent, State.TIMED_OUT),
        (drip, State.TIMED_OUT),
    ],
)
def test_faults(serve, act, state):
    seconds = 0.3 if state is State.TIMED_OUT else 9.0
    first, second = look(serve({"acme.example": act}), deadline_seconds=seconds)["acme.example"]
    assert (first.state, first.record) == (state, None)
    assert first.note
    assert second.state is State.NO_SUCH_DOMAIN


def test_a_port_that_nobody_listens_on(serve):
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))  # and not listening
        servers = serve({})
        servers.ports["acme.example"] = closed.getsockname()[1]
        (first, _) = look(servers)["acme.example"]
    assert (first.state, first.note) == (State.FAILED, "connection refused")


def test_no_address_that_is_not_public_is_connected_to():
    canary = Canary()
    for address in ("127.0.0.1", "169.254.169.254", "::1", "10.0.0.1"):
        reach = Reach(ports=(canary.port,), resolve=lambda host, port, a=address: [(a, canary.port)])
        (one,) = look(None, reach=reach)["acme.example"]
        assert one.state is State.REFUSED
        assert one.note.startswith("acme.example is not on the public Internet: ")
    canary.close()
    assert canary.connections == 0


def test_an_address_that_changes_between_the_handshakes(serve, authority):
    """The second handshake, without verification, is guarded as the first."""
    canary = Canary("127.0.0.2")
    servers = serve({"acme.example": authority.issue(["acme.example"], self_signed=True)})
    answers = [servers.resolve("acme.example", 443)]

    def resolve(host, port):
        return answers.pop() if answers else [("127.0.0.2", canary.port)]

    (one,) = look(servers, reach=servers.reach(resolve))["acme.example"]
    canary.close()
    assert (one.state, canary.connections) == (State.REFUSED, 0)


def test_many_names_are_cut(serve, authority):
    names = [f"n{number}.example" for number in range(300)]
    servers = serve({"acme.example": authority.issue(["acme.example", *names])})
    (one,) = look(servers)["acme.example"]
    assert one.record.names == ("acme.example", *names[:99])


def test_a_certificate_that_cannot_be_read_is_no_record(authority):
    for encoded in (b"", b"\x30\x00", b"\xff" * 100, b"\x30\x82\xff\xff"):
        with pytest.raises(OSError, match="certificate that cannot be read"):
            read_certificate("acme.example", encoded)
    whole = x509.load_pem_x509_certificates(authority.issue(["acme.example"]).read_bytes())[0]
    from cryptography.hazmat.primitives.serialization import Encoding

    encoded = whole.public_bytes(Encoding.DER)
    for place in range(0, len(encoded), 7):
        broken = bytearray(encoded)
        broken[place] ^= 0x5F
        try:
            read = read_certificate("acme.example", bytes(broken))
        except OSError:
            continue
        assert isinstance(read.names, tuple)
