"""Registries on loopback: one request at a time, over https alone, and no answer that is believed unread."""

import json
import threading
import time
from itertools import pairwise

import pytest
from tls_serving import Authority
from web_serving import Canary, Reply, Web, redirect

from enrich import Settings, State
from enrich.errors import SettingsError, WorkbenchError
from enrich.sources import rdap_bootstrap
from enrich.sources.rdap import Rdap
from enrich.sources.rdap_bootstrap import Bootstrap, refresh, shipped

HOSTS = ["rdap.example", "other.example", "data.iana.org"]
ACME = {"objectClassName": "domain", "ldhName": "acme.example", "status": ["active"]}


def answer(content=None, **options):
    body = content if isinstance(content, bytes) else json.dumps(ACME if content is None else content)
    return Reply(body, media_type="application/rdap+json", **options)


@pytest.fixture(scope="module")
def tls(tmp_path_factory):
    return Authority(tmp_path_factory.mktemp("tls")).issue(HOSTS)


@pytest.fixture
def web(tls):
    one = Web({"rdap.example": {"/v1/domain/acme.example": answer()}}, tls)
    yield one
    one.close()


@pytest.fixture
def bootstrap(tmp_path):
    path = tmp_path / "dns.json"
    services = [
        [["example", "uk"], ["http://rdap.example/v1/", "https://rdap.example/v1"]],
        [["co.uk"], ["https://other.example/"]],
        [["plain"], ["http://rdap.example/"]],
    ]
    path.write_text(json.dumps({"publication": "2026-01-01T00:00:00Z", "services": services}))
    return str(path)


@pytest.fixture
def look(web, bootstrap):
    def ask(*domains, reach=None, **settings):
        quick = {"rdap_pause_seconds": 0.0, "deadline_seconds": 2.0, "rdap_bootstrap_file": bootstrap}
        source = Rdap(Settings(**(quick | settings)), reach or web.reach())
        return {one.domain: one.observations for one in source.look(domains or ["acme.example"])}

    return ask


def outcome(look, *domains, **settings):
    ((one,),) = look(*domains, **settings).values()
    return one.state, one.note


def test_the_registrys_answer_is_the_record(web, look):
    ((one,),) = look(contact="https://owner.example/bot").values()
    assert (one.url, one.state) == ("https://rdap.example/v1/domain/acme.example", State.FOUND)
    assert (one.record.domain, one.record.answer) == ("acme.example", ACME)
    (asked,) = web.asked
    assert asked.scheme == "https"
    assert asked.headers["Accept"] == "application/rdap+json"
    assert asked.headers["User-Agent"].endswith(" (+https://owner.example/bot)")


def test_the_longest_ending_tells_the_registry(web, look):
    web.sites["other.example"] = {}
    look("acme.uk", "acme.co.uk")
    assert sorted((asked.host, asked.path) for asked in web.asked) == [
        ("other.example", "/domain/acme.co.uk"),
        ("rdap.example", "/v1/domain/acme.uk"),
    ]


@pytest.mark.parametrize(
    ("domain", "note"),
    [
        ("acme.nowhere", "the registry of .nowhere has no RDAP service over https"),
        ("acme.plain", "the registry of .plain has no RDAP service over https"),
        ("acme.blogspot.com", "a name under blogspot.com, which is registered by somebody else"),
    ],
)
def test_where_there_is_nobody_to_ask(web, look, domain, note):
    ((one,),) = look(domain).values()
    assert (one.state, one.note, one.url) == (State.NOT_LOOKED, note, rdap_bootstrap.ADDRESS)
    assert web.asked == []


@pytest.mark.parametrize(
    ("reply", "state", "note"),
    [
        (answer(status=404), State.ABSENT, "not registered, says the registry"),
        (answer(status=429), State.RATE_LIMITED, "status 429"),
        (answer(status=403), State.BLOCKED, "status 403"),
        (answer(status=400), State.FAILED, "status 400"),
        (answer(status=501), State.FAILED, "status 501"),
        (answer(status=503), State.FAILED, "status 503"),
        (answer(status=503, headers={"Retry-After": "0"}), State.RATE_LIMITED, "status 503"),
        (answer(b"<html>"), State.FAILED, "no valid JSON"),
        (answer(b""), State.FAILED, "no valid JSON"),
        (answer(b"[" * 400_000), State.FAILED, "no valid JSON"),
        (answer(b'{"a":' * 80_000 + b"1" + b"}" * 80_000), State.FAILED, "no valid JSON"),
        (answer(b'{"x": ' + b"9" * 10_000 + b"}"), State.FAILED, "no valid JSON"),
        (answer(b"\xff\xfe{}"), State.FAILED, "no valid JSON"),
        (answer(b'{"a": "' + b"x" * 600_000 + b'"}'), State.FAILED, "no valid JSON"),
        (answer([]), State.FAILED, "no RDAP object of a domain"),
        (answer({}), State.FAILED, "no RDAP object of a domain"),
        (answer({"objectClassName": [[]]}), State.FAILED, "no RDAP object of a domain"),
        (answer(ACME | {"ldhName": "evil.example"}), State.FAILED, "an answer about another domain"),
        (redirect("http://rdap.example/x"), State.REFUSED, "a redirect away from https"),
        (redirect("https://127.0.0.1/x"), State.REFUSED, "the host of the URL is no domain name"),
        (redirect("https://rdap.example:22/x"), State.REFUSED, "port 22 is neither 80 nor 443"),
        (redirect("https://[::1/"), State.FAILED, "redirected to a malformed URL"),
        (redirect("/v1/domain/acme.example"), State.FAILED, "more than 5 redirects"),
        (redirect("https://none.example/x"), State.NO_SUCH_DOMAIN, "none.example has no address"),
        (Reply(raw=b""), State.FAILED, "the connection broke off"),
        (lambda asked: time.sleep(0.6) or answer(), State.TIMED_OUT, "no answer within 0.4 s"),
    ],
)
def test_states(web, look, reply, state, note):
    web.sites["rdap.example"]["/v1/domain/acme.example"] = reply
    assert outcome(look, deadline_seconds=0.4 if callable(reply) else 2.0) == (state, note)


def test_names_are_compared_as_names(web, look):
    for name in ("ACME.EXAMPLE", "acme.example.", 5, None):
        web.sites["rdap.example"]["/v1/domain/acme.example"] = answer(ACME | {"ldhName": name})
        assert outcome(look)[0] is State.FOUND


def test_a_redirect_to_another_server_over_https_is_followed(web, look):
    web.sites["rdap.example"]["/v1/domain/acme.example"] = redirect("https://other.example/d/acme.example")
    web.sites["other.example"] = {"/d/acme.example": answer()}
    ((one,),) = look().values()
    assert (one.url, one.state) == ("https://other.example/d/acme.example", State.FOUND)


def test_a_certificate_for_another_name_is_no_registry(web, look):
    web.sites["rdap.example"]["/v1/domain/acme.example"] = redirect("https://wrong.example/")
    web.sites["wrong.example"] = {"/": answer()}
    state, note = outcome(look)
    assert state is State.FAILED
    assert note.startswith("TLS: Hostname mismatch")


def test_no_address_that_is_not_public_is_connected_to(web, look):
    canary = Canary()
    web.sites["rdap.example"]["/v1/domain/acme.example"] = redirect("https://inner.example/")

    def resolve(host, port):
        return [("127.0.0.2", canary.port)] if host == "inner.example" else web.resolve(host, port)

    state, note = outcome(look, reach=web.reach(resolve))
    canary.close()
    assert (state, canary.connections) == (State.REFUSED, 0)
    assert note.startswith("inner.example is not on the public Internet: ")


def test_a_busy_registry_is_asked_again_later(web, look):
    replies = iter([answer(status=429, headers={"Retry-After": "0"}), answer(status=503), answer()])
    web.sites["rdap.example"]["/v1/domain/acme.example"] = lambda asked: next(replies)
    assert outcome(look)[0] is State.FOUND
    assert len(web.asked) == 3


def test_a_registry_that_wants_to_be_left_alone_is(web, look):
    """All further companies of the registry are told apart from those that were looked up; nobody waits."""
    domains = [f"c{number}.example" for number in range(9)]
    later = answer(status=429, headers={"Retry-After": "3600"})
    web.sites["rdap.example"] = {f"/v1/domain/{domain}": later for domain in domains}
    began = time.monotonic()
    found = look(*domains, max_companies_at_once=2)
    assert time.monotonic() - began < 60
    assert {one.state for (one,) in found.values()} == {State.RATE_LIMITED}
    assert len(web.asked) == 1
    notes = sorted({one.note for (one,) in found.values()})
    assert notes == ["not asked: the registry wants to be left alone", "status 429"]


def test_one_request_a_registry_at_a_time_with_a_pause(web, look):
    under_way, most = [], []
    lock = threading.Lock()

    def slow(asked):
        with lock:
            under_way.append(asked)
            most.append(len(under_way))
        time.sleep(0.02)
        with lock:
            under_way.remove(asked)
        return answer(status=404)

    domains = [f"c{number}.example" for number in range(6)]
    web.sites["rdap.example"] = {f"/v1/domain/{domain}": slow for domain in domains}
    look(*domains, rdap_pause_seconds=0.05)
    assert max(most) == 1
    assert all(after.at - before.at >= 0.05 for before, after in pairwise(web.asked))


def test_the_file_that_comes_with_the_package():
    """IANA's, whole; some registries of countries have no RDAP that IANA knows of."""
    known = shipped()
    assert known.publication == "2026-07-23T02:00:03Z"
    assert len(known.servers) == 1_198
    assert all(url.startswith("https://") and url.endswith("/") for url in known.servers.values())
    assert known.server("acme.com") == "https://rdap.verisign.com/com/v1/"
    assert known.server("acme.nl") == "https://rdap.sidn.nl/"
    assert [known.server(f"acme.{ending}") for ending in ("de", "ru", "xn--p1ai", "mg")] == [""] * 4


@pytest.mark.parametrize(
    "content",
    [
        "", "[]", "{}", "null", "{", '{"publication": 5, "services": []}', "[" * 100_000,
        '{"publication": "2026", "services": []}',
        '{"publication": "2026", "services": 5}',
        '{"publication": "2026", "services": [[]]}',
        '{"publication": "2026", "services": [[["x"], ["http://a/"]]]}',
        '{"publication": "2026", "services": [[["x"], [5]]]}',
        '{"publication": "2026", "services": [[[5], ["https://a/"]]]}',
        '{"publication": "2026", "services": [[{}, {"https://a/": 1}]]}',
        b"\xff\xfe\xff",
    ],
)  # fmt: skip
def test_what_is_no_bootstrap_file(content, tmp_path):
    with pytest.raises(ValueError, match="is no bootstrap file of RDAP"):
        Bootstrap.parse(content)
    path = tmp_path / "dns.json"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(SettingsError, match=r"dns.json: is no bootstrap file of RDAP; get it from https://"):
        Rdap(Settings(rdap_bootstrap_file=str(path)))


def test_a_file_of_ones_own_that_is_not_there(tmp_path):
    config = tmp_path / "enrich.toml"
    config.write_text('rdap_bootstrap_file = "rdap.json"')
    settings = Settings.from_toml(config)
    assert settings.rdap_bootstrap_file == str(tmp_path / "rdap.json")
    with pytest.raises(SettingsError, match=r"cannot be read .*; check rdap_bootstrap_file"):
        Rdap(settings)


def test_refreshing_writes_what_iana_publishes(web, tmp_path):
    services = [
        [list(shipped().servers), ["https://rdap.example/"]],
        [["brand-new"], ["https://rdap.example/"]],
    ]
    fresh = json.dumps({"publication": "2026-09-01T00:00:00Z", "services": services})
    web.sites["data.iana.org"] = {"/rdap/dns.json": Reply(fresh, media_type="application/json")}
    path = tmp_path / "dns.json"
    written = refresh(path, Settings(), web.reach())
    assert (written.publication, len(written.servers)) == ("2026-09-01T00:00:00Z", 1_199)
    assert path.read_text() == fresh
    assert rdap_bootstrap.read(path) == written
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize(
    ("reply", "message"),
    [
        (Reply("no", 503), r"failed \(status 503\); try again later"),
        (Reply("<html>"), "is no bootstrap file of RDAP; try again later"),
        (
            Reply('{"publication": "2026", "services": [[["com"], ["https://a.example/"]]]}'),
            "has servers for 1 domains, which cannot be all; try again later",
        ),
        (Reply("{}" + " " * 5_000_000), r"found \(cut at 4000000 bytes\); try again later"),
    ],
)
def test_a_file_that_is_there_stays_where_the_new_one_is_no_good(web, tmp_path, reply, message):
    web.sites["data.iana.org"] = {"/rdap/dns.json": reply}
    path = tmp_path / "dns.json"
    path.write_text("old")
    with pytest.raises(WorkbenchError, match=message):
        refresh(path, Settings(), web.reach())
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_place_that_cannot_be_written(web, tmp_path):
    services = [[list(shipped().servers), ["https://rdap.example/"]]]
    fresh = json.dumps({"publication": "2026-09-01T00:00:00Z", "services": services})
    web.sites["data.iana.org"] = {"/rdap/dns.json": fresh}
    with pytest.raises(WorkbenchError, match=r"cannot be written .*; name another file"):
        refresh(tmp_path / "none" / "dns.json", Settings(), web.reach())
