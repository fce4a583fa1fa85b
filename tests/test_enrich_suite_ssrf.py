"""Request forgery: no URL of the suites, and no name server, leads to an address that is not public.

A canary listens on loopback at the very port that names resolve to, and the interpreter's own audit of
connections shows that none is tried but to the one permitted website.
"""

import json
import socket
from ipaddress import ip_network
from itertools import product
from urllib.parse import urlsplit

import pandas as pd
import pytest
from connection_watching import connections
from name_serving import Names
from web_serving import Canary, Reply, Web, redirect

import enrich
from enrich import Settings, State
from enrich.sources.deadline import Deadline
from enrich.sources.exchange import Client
from enrich.sources.guard import Guard, Reach, Refused
from enrich.sources.live import LiveWeb

ALL_PORTS = tuple(range(65_536))
QUICK = Settings(pause_seconds=0.0, deadline_seconds=5.0, max_attempts_per_page=1, max_companies_at_once=16)

# What a name may resolve to that no website has.
INSIDE = (
    *("127.0.0.1", "127.0.0.2", "0.0.0.0", "10.0.0.1", "172.16.0.1", "192.168.1.1", "100.64.0.1"),
    *("169.254.169.254", "192.0.0.192", "198.18.0.1", "224.0.0.1", "255.255.255.255"),
    *("::1", "::", "::127.0.0.1", "::ffff:127.0.0.1", "::ffff:169.254.169.254", "64:ff9b::7f00:1"),
    *("2002:7f00:1::", "fe80::1", "fe80::1%lo", "fc00::1", "fd00:ec2::254", "ff02::1"),
)

# The project's own few, for where the suites are absent.
OWN = [
    *("http://127.0.0.1/", "http://2130706433/", "http://0x7f.1/", "http://[::1]/", "http://localhost/"),
    *("http://127。0。0。1/", "http://inside.example/", "https://inside.example/", "gopher://127.0.0.1:25/_"),
    *("//inside.example/", "http://jan@inside.example/", "http://inside.example:22/", "file:///etc/passwd"),
    *("http://acme.example\\@127.0.0.1/", "http://127.0.0.1.nip.io/"),
]


def suite_urls(material):
    blocked = json.loads((material("suites/ssrf-req-filter") / "urls.json").read_text())["blocked"]
    listed = json.loads((material("suites/payloads-all-the-things") / "ssrf_urls.json").read_text())
    urls = blocked + [case["url"] for cases in listed.values() for case in cases]
    assert (len(blocked), len(urls)) == (98, 180)
    return urls


@pytest.fixture(params=["own", "suites"])
def urls(request):
    return OWN if request.param == "own" else suite_urls(request.getfixturevalue("material"))


@pytest.fixture
def served():
    """A website, and a canary on the same port of another address, where other names resolve to."""
    for _ in range(20):
        web = Web()
        try:
            canary = Canary("127.0.0.2", web.ports[80])
        except OSError:  # somebody else has that port on all addresses
            web.close()
            continue
        yield web, canary
        canary.close()
        web.close()
        return
    pytest.fail("no port is free on both 127.0.0.1 and 127.0.0.2")


@pytest.fixture
def web(served):
    return served[0]


@pytest.fixture
def canary(served):
    return served[1]


def get(url, reach):
    with Client(reach, "test", 5.0) as client:
        return client.get(url, accept="*/*", max_bytes=1_000)


def test_the_canary_would_notice(web, canary):
    """What follows proves nothing unless this does."""
    reach = Reach((ip_network("127.0.0.0/8"),), ALL_PORTS, lambda *_: [("127.0.0.2", canary.port)])
    with connections() as tried:
        assert get("http://inside.example/", reach).state is State.FAILED
    assert tried == [("127.0.0.2", canary.port)]
    assert canary.connections == 1


@pytest.mark.parametrize("address", INSIDE)
def test_no_url_is_asked_for_wherever_its_name_leads(urls, canary, address):
    """On all ports, as the list of permitted ports would hide what the addresses are refused for."""
    reach = Reach(ports=ALL_PORTS, resolve=lambda host, port: [(address, canary.port)])
    with connections() as tried, Client(reach, "test", 5.0) as client:
        for url in urls:
            answer = client.get(url, accept="*/*", max_bytes=1_000)
            assert answer.state is State.REFUSED, url
            assert answer.note, url
    assert (tried, canary.connections) == ([], 0)


def test_no_host_passes_the_guard_at_the_socket(urls):
    """The second line, without the check of URLs: addresses are taken as the operating system reads them."""

    def resolve(host, port):
        try:
            found = socket.getaddrinfo(host, port, flags=socket.AI_NUMERICHOST)
            return [(str(address[0]), port) for *_, address in found]
        except (OSError, UnicodeError):
            return [("127.0.0.1", port)]

    deadline = Deadline()
    deadline.start(60)
    with connections() as tried:
        for url in urls:
            try:
                host = urlsplit(url).hostname or url
            except ValueError:
                host = url
            with pytest.raises(Refused):
                Guard(Reach(resolve=resolve), deadline).open(host, 80)
    assert tried == []


def test_what_the_suite_allows_is_connected_to_as_resolved(material):
    allowed = json.loads((material("suites/ssrf-req-filter") / "urls.json").read_text())["allowed"]
    assert len(allowed) == 5
    with connections() as tried:
        for url in allowed:
            answer = get(url, Reach(resolve=lambda host, port: [("93.184.216.34", port)]))
            assert answer.state is State.FAILED, url
    assert tried == [("93.184.216.34", 443)] * 5


def test_no_redirect_robots_txt_or_link_leads_there(urls, web, canary):
    """Each URL as what a permitted website redirects to, moves its robots.txt to, and links to."""
    at = {url: url.encode().decode("latin-1") for url in urls}  # how a server writes it into a header
    for number, url in enumerate(urls):
        web.sites[f"home{number}.example"] = {"/": redirect(at[url])}
        web.sites[f"robots{number}.example"] = {"/robots.txt": redirect(at[url]), "/": "<p>home"}
        web.sites[f"page{number}.example"] = {"/": "<a href=/about>About</a>", "/about": redirect(at[url])}
    links = "".join(f'<a href="{url}">Contact</a><a href="{url}">About us</a>' for url in urls)
    web.sites["links.example"] = {"/": f"<p>home{links}"}

    def resolve(host, port):
        return web.resolve(host, port) if host in web.sites else [("127.0.0.2", canary.port)]

    with connections() as tried:
        looked = {one.domain: one.observations for one in LiveWeb(QUICK, web.reach(resolve)).look(web.sites)}
    for number, url in enumerate(urls):
        for kind, paths in (
            ("home", ["/robots.txt", "/"]),
            ("robots", ["/robots.txt"]),
            ("page", ["/robots.txt", "/", "/about"]),
        ):
            domain = f"{kind}{number}.example"
            last = looked[domain][-1]
            assert web.paths(domain) == paths, (kind, url)
            assert not (last.page and kind != "page"), (kind, url)
            assert last.state in (State.REFUSED, State.ABSENT), (kind, url)
            assert last.state is State.REFUSED or last.note.endswith("on another site"), (kind, url)
    assert web.paths("links.example") == ["/robots.txt", "/"]
    assert {host for host, _ in tried} == {"127.0.0.1"}
    assert {port for _, port in tried} <= set(web.ports.values())
    assert canary.connections == 0


@pytest.mark.parametrize("column", ["website", "domain", "email"])
def test_no_cell_of_a_lead_leads_there(urls, canary, column):
    frame = pd.DataFrame({column: [f"jan@{url}" if column == "email" else url for url in urls]})
    reach = Reach(ports=ALL_PORTS, resolve=lambda host, port: [("127.0.0.2", canary.port)])
    with connections() as tried:
        table = enrich.run(frame, live=[LiveWeb(QUICK, reach)], settings=QUICK, quiet=True)
    assert len(table) == len(urls)
    states = table["company_state"].where(table["company_domain"].notna())
    assert set(states.dropna()) <= {"refused"}, table[states.notna() & (states != "refused")]
    assert (tried, canary.connections) == ([], 0)


GOOD = ("127.0.0.1",)
BAD = {
    "another address": ("127.0.0.2",),
    "one of two": ("127.0.0.1", "127.0.0.2"),
    "IPv6": ("127.0.0.1", "::1"),
    "IPv4 in IPv6": ("::ffff:7f00:2",),
    "metadata": ("169.254.169.254",),
    "an alias": ("inside.example",),
}
CLOSING = Reply("<title>Acme</title><a href=/about>About</a>", headers={"Connection": "close"})


@pytest.mark.parametrize("bad", BAD.values(), ids=BAD)
def test_a_name_server_that_flips_its_answers_finds_nothing(web, canary, bad):
    """DNS rebinding over a real name server: every order of good and bad answers, without a lifetime.

    The first answer is for https, which nothing serves here, the second for http; each is kept as long as the
    visit, though the server closes every connection.
    """
    orders = {f"c{number}.example": order for number, order in enumerate(product((GOOD, bad), repeat=4))}
    web.sites = {domain: {"/": CLOSING, "/about": CLOSING} for domain in orders}
    names = Names({**orders, "inside.example": [("127.0.0.2",)]})

    def resolve(host, port):
        return [(address, web.ports[port]) for address in names.look_up(host)]

    try:
        with connections() as tried:
            looks = list(LiveWeb(QUICK, web.reach(resolve)).look(orders))
    finally:
        names.close()
    assert canary.connections == 0
    assert {host for host, _ in tried} <= {"127.0.0.1"}
    for one in looks:
        order = orders[one.domain]
        found = order[0] == order[1] == GOOD
        pages = ["/robots.txt", "/", "/about"] if found else []
        assert web.paths(one.domain) == pages, (one.domain, order)
        assert one.observations[-1].state is (State.FOUND if found else State.REFUSED), order
        asked = [name for name, kind in names.asked if (name, kind) == (one.domain, "A")]
        assert len(asked) == (1 if order[0] != GOOD else 2), order


def test_the_next_visit_believes_no_old_answer(web, canary):
    """Permitted once is not permitted for ever, and refused once is not refused for ever."""
    web.sites = {"acme.example": {"/": CLOSING}}
    names = Names({"acme.example": [GOOD, ("127.0.0.2",), GOOD]})
    reach = web.reach(lambda host, port: [(address, web.ports[port]) for address in names.look_up(host)])
    try:
        states = [get("http://acme.example/", reach).state for _ in range(3)]
    finally:
        names.close()
    assert states == [State.FOUND, State.REFUSED, State.FOUND]
    assert canary.connections == 0
