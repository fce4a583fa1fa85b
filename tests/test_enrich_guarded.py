"""Where a request may go: no address that is not public is ever connected to, and nothing leaves with it."""

import errno
import socket
from ipaddress import ip_network

import pytest
from web_serving import Canary, Reply, Web, certificate, redirect

from enrich.facts import State
from enrich.sources.deadline import Deadline, TimedSocket
from enrich.sources.exchange import Client
from enrich.sources.guard import Guard, NoSuchName, Reach, Refused
from enrich.sources.guarded import checked_url


@pytest.fixture
def canary():
    one = Canary()
    yield one
    one.close()


@pytest.fixture
def web():
    one = Web({"acme.example": {"/": "<p>home"}})
    yield one
    one.close()


@pytest.fixture
def connections(monkeypatch):
    """Every connection that is tried; none is made."""
    tried = []

    def connect(self, address):
        tried.append(address)
        raise ConnectionRefusedError(errno.ECONNREFUSED, "Connection refused")

    monkeypatch.setattr(TimedSocket, "connect", connect)
    return tried


def get(url, reach, seconds=5.0):
    with Client(reach, "test", seconds) as client:
        return client.get(url, accept="*/*", max_bytes=100_000)


@pytest.mark.parametrize(
    "addresses",
    [
        *(["10.0.0.1"], ["8.8.8.8", "10.0.0.1"], ["2606:4700::1", "::1"], ["64:ff9b::7f00:1"]),
        *(["fe80::1%lo"], ["169.254.169.254"], ["::ffff:127.0.0.1"], ["localhost"]),
    ],
)
def test_one_address_that_is_not_public_condemns_the_answer(connections, addresses):
    answer = get("http://acme.example/", Reach(resolve=lambda _, port: [(ip, port) for ip in addresses]))
    assert answer.state is State.REFUSED
    assert answer.note.startswith("acme.example is not on the public Internet: ")
    assert connections == []


def test_a_resolver_cannot_send_the_client_to_another_port(connections):
    answer = get("http://acme.example/", Reach(resolve=lambda host, port: [("8.8.8.8", 22)]))
    assert (answer.state, answer.note) == (State.REFUSED, "port 22 is neither 80 nor 443")
    assert connections == []


def test_addresses_are_tried_in_turn_and_not_endlessly(connections):
    many = [(f"8.8.8.{n}", 80) for n in range(9)]
    assert get("http://acme.example/", Reach(resolve=lambda host, port: many)).state is State.FAILED
    assert connections == many[:3]


def test_an_answer_that_changes_between_look_ups_finds_nothing(web, canary):
    """DNS rebinding: first the permitted server, from then on the canary at another address."""
    answers = [[("127.0.0.1", web.ports[80])]]

    def resolve(host, port):
        return answers.pop() if answers else [("127.0.0.2", canary.port)]

    reach = web.reach(resolve)
    with Client(reach, "test", 5) as client:
        states = [client.get("http://acme.example/", accept="*/*", max_bytes=100).state for _ in range(3)]
    assert states == [State.FOUND] * 3
    later = get("http://acme.example/", reach)
    assert (later.state, canary.connections) == (State.REFUSED, 0)


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("ftp://acme.example/", "scheme 'ftp' is neither http nor https"),
        ("file:///etc/passwd", "scheme 'file'"),
        ("acme.example", "scheme ''"),
        ("http://acme.example:22/", "port 22 is neither 80 nor 443"),
        ("http://acme.example:99999/", "malformed"),
        ("http://jan@acme.example/", "names a user"),
        ("http://:@acme.example/", "names a user"),
        ("http://localhost/", "no domain name"),
        ("http://127.0.0.1/", "no domain name"),
        ("http://0x7f.1/", "no domain name"),
        ("http://[::1]/", "no domain name"),
        ("http://①②⑦.⓪.⓪.①/", "no domain name"),
        ("http://127。0。0。1/", "no domain name"),
        ("http://acme.example\\@evil.example/", "backslash"),
        ("http://acme.exa\tmple/", "control character"),
        ("http://acme.example/\r\nHost: x", "control character"),
        ("http://[::1/", "malformed"),
        ("http://acme.example/" + "a" * 2_000, "more than 2000 characters"),
        ("", "scheme ''"),
    ],
)
def test_urls_that_are_not_asked_for(url, reason):
    with pytest.raises(Refused, match=reason):
        checked_url(url, Reach())


@pytest.fixture(scope="module")
def secure(tmp_path_factory):
    """A web with TLS for acme.example, not for other.example."""
    tls = certificate(tmp_path_factory.mktemp("tls"), ["acme.example"])
    if tls is None:
        pytest.skip("the command openssl is absent; it makes the certificates")
    one = Web({"acme.example": {"/": "<p>safe"}, "other.example": {"/": "<p>wrong"}}, tls)
    yield one
    one.close()


def test_certificates_are_checked_on_the_host_name(secure):
    answer = get("https://acme.example/", secure.reach())
    assert (answer.state, answer.body) == (State.FOUND, b"<p>safe")
    assert secure.asked[-1].headers["Host"] == "acme.example"
    answer = get("https://other.example/", secure.reach())
    assert answer.state is State.FAILED
    assert answer.note.startswith("TLS: Hostname mismatch")


def test_an_authority_of_ones_own_is_not_trusted_by_default(secure):
    reach = Reach(secure.reach().networks, secure.reach().ports, secure.resolve)
    answer = get("https://acme.example/", reach)
    assert answer.state is State.FAILED
    assert answer.note.startswith("TLS: ")
    assert "certificate" in answer.note


def test_the_environment_is_not_read(web, canary, tmp_path, monkeypatch):
    netrc = tmp_path / "netrc"
    netrc.write_text("machine acme.example login jan password secret\ndefault login jan password secret\n")
    netrc.chmod(0o600)
    proxy = f"http://jan:secret@127.0.0.1:{canary.port}"
    for name in ("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, proxy)
    monkeypatch.setenv("NETRC", str(netrc))
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "none.pem"))
    assert get("http://acme.example/", web.reach()).state is State.FOUND
    assert canary.connections == 0
    assert set(web.asked[0].headers) == {"Host", "User-Agent", "Accept", "Accept-Encoding"}


def test_cookies_and_referers_are_not_sent(web):
    web.sites["acme.example"]["/"] = Reply("<p>home", headers={"Set-Cookie": "id=1; Path=/"})
    with Client(web.reach(), "test", 5) as client:
        for _ in range(2):
            answer = client.get("http://acme.example/", accept="*/*", max_bytes=100)
    assert answer.headers["set-cookie"].startswith("id=1")
    assert all(
        set(asked.headers) <= {"Host", "User-Agent", "Accept", "Accept-Encoding"} for asked in web.asked
    )


def test_a_redirect_is_an_answer_and_its_body_is_left_alone(web):
    """Sessions of requests read it whole, decompressed, even where they do not follow."""
    answer = redirect("http://127.0.0.1/")
    answer.body = b"x" * 5_000_000
    web.sites["acme.example"]["/"] = answer
    answer = get("http://acme.example/", web.reach())
    assert (answer.location, answer.body) == ("http://127.0.0.1/", b"")


def test_names_that_do_not_exist_and_name_servers_that_fail(web):
    assert get("http://none.example/", web.reach()).state is State.NO_SUCH_DOMAIN

    def fail(host, port):
        raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")

    answer = get("http://acme.example/", Reach(resolve=fail))
    assert (answer.state, answer.note) == (State.FAILED, "temporary failure in name resolution")
    assert get("http://acme.example/", Reach(resolve=lambda host, port: [])).state is State.NO_SUCH_DOMAIN


def test_permitted_networks_do_not_open_others(connections):
    reach = Reach((ip_network("127.0.0.1/32"),), (8080,), lambda host, port: [("127.0.0.2", port)])
    assert get("http://acme.example:8080/", reach).state is State.REFUSED
    deadline = Deadline()
    deadline.start(1)
    with pytest.raises(NoSuchName):
        Guard(Reach(resolve=lambda host, port: []), deadline).open("acme.example", 80)
    assert connections == []
