"""Name servers on loopback and all they may answer: exact states, records in one form and one order."""

import socket
from itertools import pairwise

import pytest
from dns_serving import SILENCE, NameServer, Question, truncated
from dnslib import CAA, RR, TXT, DNSRecord
from web_serving import Canary

from enrich import Settings, State
from enrich.errors import SettingsError
from enrich.records import DnsRecords
from enrich.sources.dns import Dns, Pace
from enrich.sources.side_by_side import Stop, Stopped

ACME = {
    "acme.example": {
        "NS": ["ns2.acme.example.", "NS1.Acme.example."],
        "MX": ["20 b.mail.example.", "5 Z.mail.example.", "10 a.mail.example."],
        "TXT": ['"v=spf1 include:spf.mail." "example -all"', '"site-verification=x"'],
        "CAA": ['0 issue "letsencrypt.org; validationmethods=dns-01"', '0 iodef "mailto:jan@acme.example"'],
    },
    "_dmarc.acme.example": {"TXT": ['"v=DMARC1; p=reject"']},
    "www.acme.example": {"CNAME": ["Acme.Hosting.example."]},
}
URLS = {
    "NS": "dns:acme.example?type=NS",
    "MX": "dns:acme.example?type=MX",
    "TXT": "dns:acme.example?type=TXT",
    "DMARC": "dns:_dmarc.acme.example?type=TXT",
    "CAA": "dns:acme.example?type=CAA",
    "CNAME": "dns:www.acme.example?type=CNAME",
}


@pytest.fixture
def serve():
    servers = []

    def start(names):
        servers.append(NameServer(names))
        return servers[-1]

    yield start
    for server in servers:
        server.close()


def look(server, *domains, servers=None, **settings):
    quick = {"dns_timeout_seconds": 2.0, "max_dns_queries_per_second": 1e6}
    source = Dns(Settings(**(quick | settings)), servers or [server.address])
    return {one.domain: one.observations for one in source.look(domains or ["acme.example"])}


def seen(server, **settings):
    (observations,) = look(server, **settings).values()
    return {one.url: one for one in observations}


def with_answer(kind, values):
    """The zone of acme.example with another answer to one of the questions."""
    names = {name: dict(types) for name, types in ACME.items()}
    name = {"DMARC": "_dmarc.acme.example", "CNAME": "www.acme.example"}.get(kind, "acme.example")
    names[name]["TXT" if kind == "DMARC" else kind] = values
    return names


def test_each_name_and_type_is_a_look_with_records_in_one_form(serve):
    (observations,) = look(serve(ACME)).values()
    assert [one.url for one in observations] == list(URLS.values())
    assert {one.state for one in observations} == {State.FOUND}
    assert {one.url: one.record.values for one in observations} == {
        URLS["NS"]: ("ns1.acme.example", "ns2.acme.example"),
        URLS["MX"]: ("5 z.mail.example", "10 a.mail.example", "20 b.mail.example"),
        URLS["TXT"]: ("site-verification=x", "v=spf1 include:spf.mail.example -all"),
        URLS["DMARC"]: ("v=DMARC1; p=reject",),
        URLS["CAA"]: (
            "0 iodef mailto:jan@acme.example",
            "0 issue letsencrypt.org; validationmethods=dns-01",
        ),
        URLS["CNAME"]: ("acme.hosting.example",),
    }
    record = observations[1].record
    assert (record.domain, record.name, record.type) == ("acme.example", "acme.example", "MX")
    assert record.hosts == ("z.mail.example", "a.mail.example", "b.mail.example")
    times = [one.observed_at for one in observations]
    assert times == sorted(times)


def test_the_order_of_answers_does_not_matter(serve):
    turned = {name: {kind: values[::-1] for kind, values in types.items()} for name, types in ACME.items()}
    records = [{one.record for one in seen(serve(names)).values()} for names in (ACME, turned)]
    assert records[0] == records[1]


def test_only_the_companys_own_names_are_asked_about(serve):
    server = serve(ACME)
    look(server)
    assert server.asked == [
        Question("acme.example", "NS", "udp"),
        Question("acme.example", "MX", "udp"),
        Question("acme.example", "TXT", "udp"),
        Question("_dmarc.acme.example", "TXT", "udp"),
        Question("acme.example", "CAA", "udp"),
        Question("www.acme.example", "CNAME", "udp"),
    ]


def test_a_domain_that_does_not_exist_is_asked_nothing_else(serve):
    server = serve({})
    (one,) = seen(server).values()
    assert (one.url, one.state, one.note) == (URLS["NS"], State.NO_SUCH_DOMAIN, "no such domain")
    assert len(server.asked) == 1


def test_a_domain_without_any_record_of_these_types(serve):
    found = seen(serve({"acme.example": {"A": ["192.0.2.1"]}}))
    assert {url: (one.state, one.note, one.record) for url, one in found.items()} == {
        URLS[kind]: (State.ABSENT, "no such name" if kind in ("DMARC", "CNAME") else "", None)
        for kind in URLS
    }


@pytest.mark.parametrize(
    ("answer", "state", "note"),
    [
        (SILENCE, State.TIMED_OUT, "no answer within 1 s"),
        ("SERVFAIL", State.FAILED, "SERVFAIL"),
        ("NOTIMP", State.FAILED, "NOTIMP"),
        ("REFUSED", State.BLOCKED, "REFUSED"),
        ("YXDOMAIN", State.FAILED, "no valid answer (YXDOMAIN)"),
    ],
)
def test_a_domain_whose_servers_give_no_answer_is_asked_nothing_else(serve, answer, state, note):
    server = serve(with_answer("NS", answer))
    (one,) = seen(server, dns_timeout_seconds=1.0 if answer is SILENCE else 9.0).values()
    assert (one.state, one.note) == (state, note)
    assert {question.type for question in server.asked} == {"NS"}


@pytest.mark.parametrize(
    ("answer", "state"),
    [(SILENCE, State.TIMED_OUT), ("SERVFAIL", State.FAILED), ("REFUSED", State.BLOCKED)],
)
def test_a_question_without_an_answer_is_asked_again_last(serve, answer, state):
    """Last, so that what was kept from us comes after a success and counts; once, so that it ends."""
    (observations,) = look(serve(with_answer("MX", answer)), dns_timeout_seconds=1.0).values()
    assert [one.url for one in observations][-1] == URLS["MX"]
    assert len(observations) == len(URLS)
    assert observations[-1].state is state
    assert {one.state for one in observations[:-1]} == {State.FOUND}


def test_the_second_answer_counts(serve):
    server = serve({})
    times = []

    def at_second(request, protocol):
        times.append(protocol)
        if len(times) == 1:
            return with_rcode(request, 2)
        return bytes(server_of_acme.reply(request, protocol))

    server_of_acme = serve(ACME)
    server.names = with_answer("MX", at_second)
    assert seen(server)[URLS["MX"]].record.values[0] == "5 z.mail.example"


def with_rcode(request, rcode):
    reply = request.reply()
    reply.header.rcode = rcode
    return reply.pack()


def test_servers_are_tried_in_turn(serve):
    bad, good = serve(with_answer("NS", "SERVFAIL")), serve(ACME)
    found = look(None, servers=[bad.address, good.address])["acme.example"]
    assert {one.state for one in found} == {State.FOUND}


def test_a_long_answer_comes_by_tcp(serve):
    many = [f'"token-{number:03}={"x" * 60}"' for number in range(60)]
    server = serve(with_answer("TXT", many))
    assert len(seen(server)[URLS["TXT"]].record.values) == 60
    assert [one.protocol for one in server.asked if one.name == "acme.example" and one.type == "TXT"] == [
        "udp",
        "tcp",
    ]


def test_a_hostile_zone_is_cut(serve):
    """500 records, and some of a length that nobody needs: a message is full at 64 KB."""
    many = [f'"token-{number:03}"' for number in range(500)]
    long = [TXT([bytes([97 + part]) * 255 for part in range(17)]), TXT([b"long" * 60] * 20)]
    one = seen(serve(with_answer("TXT", many + long)))[URLS["TXT"]]
    assert (one.state, one.note, len(one.record.values)) == (State.FOUND, "200 of 502 records kept", 200)
    assert max(map(len, one.record.values)) <= 4_096
    alone = seen(serve(with_answer("TXT", long)))[URLS["TXT"]]
    assert (alone.state, alone.note, alone.record) == (State.ABSENT, "0 of 2 records kept", None)


def test_bytes_that_are_no_text(serve):
    odd = [TXT([b"caf\xe9 \x00\xff"]), TXT([b""]), TXT(["Büro".encode()])]
    assert seen(serve(with_answer("TXT", odd)))[URLS["TXT"]].record.values == ("Büro", "caf� \x00�")
    assert seen(serve(with_answer("CAA", [CAA(0, "issue", ";")])))[URLS["CAA"]].record.values == (
        "0 issue ;",
    )


def garbage(request, protocol):
    return b"\xff" * 40


def wrong_id(request, protocol):
    reply = request.reply()
    reply.header.id = (request.header.id + 1) % 65_536
    return reply.pack()


def other_question(request, protocol):
    reply = DNSRecord.question("evil.example", "MX").reply()
    reply.header.id = request.header.id
    return reply.pack()


def pointer_loop(request, protocol):
    """A name that points to itself (the oldest trick against parsers)."""
    header = request.reply().pack()[:6] + b"\0\1\0\0\0\0"
    question = request.reply().pack()[12:]
    return header + question + b"\xc0" + bytes([len(header + question)]) + b"\0\x0f\0\1\0\0\0\1\0\2\0\0"


def endless_aliases(request, protocol):
    reply = request.reply()
    names = ["acme.example", *(f"a{number}.example" for number in range(60))]
    for one, next_ in pairwise(names):
        reply.add_answer(*RR.fromZone(f"{one}. 60 IN CNAME {next_}."))
    return reply.pack()


@pytest.mark.parametrize("answer", [garbage, wrong_id, other_question, pointer_loop, endless_aliases])
def test_no_answer_raises_or_is_believed(serve, answer):
    def by_tcp(request, protocol):
        return answer(request, protocol) if protocol == "tcp" else truncated(request)

    for fault in (answer, by_tcp):
        one = seen(serve(with_answer("MX", fault)), dns_timeout_seconds=0.7)[URLS["MX"]]
        assert one.state in (State.FAILED, State.TIMED_OUT)
        assert one.record is None
        assert one.note


def test_null_mx_stays_what_it_is(serve):
    assert seen(serve(with_answer("MX", ["0 ."])))[URLS["MX"]].record.values == ("0 .",)


def test_a_name_too_long_to_have_a_policy(serve):
    domain = ".".join(["a" * 61] * 4)
    found = look(serve({domain: {"NS": ["ns.a.example."]}}), domain)[domain]
    states = {one.url: one.state for one in found}
    assert states[f"dns:{domain}?type=NS"] is State.FOUND
    assert states[f"dns:_dmarc.{domain}?type=TXT"] is State.FAILED


def test_nothing_connects_to_what_an_answer_names(serve):
    canary = Canary()
    names = {"acme.example": {"MX": ["1 mx.acme.example."], "NS": ["ns.acme.example."], "A": ["127.0.0.1"]}}
    names |= {host: {"A": ["127.0.0.1"]} for host in ("mx.acme.example", "ns.acme.example")}
    server = serve(names)
    look(server)
    canary.close()
    assert canary.connections == 0
    assert {question.type for question in server.asked} <= {"NS", "MX", "TXT", "CAA", "CNAME"}


def test_many_companies_at_once(serve):
    domains = [f"c{number}.example" for number in range(40)]
    found = look(serve({domain: {"NS": ["ns.a.example."]} for domain in domains}), *domains)
    assert sorted(found) == sorted(domains)
    assert {one[0].record.domain for one in found.values()} == set(domains)


def test_questions_keep_a_pace_over_all_threads():
    waits = []
    pace = Pace(0.001, waits.append)
    for _ in range(4):
        pace.wait()
    assert waits == pytest.approx([0, 1_000, 2_000, 3_000], abs=100)


def test_a_run_that_ended_asks_nothing_more():
    stop = Stop()
    pace = Pace(0.001, stop.wait)
    pace.wait()
    stop.now()
    with pytest.raises(Stopped):
        pace.wait()


def test_servers_of_the_settings_are_asked_at_the_port_of_dns():
    source = Dns(Settings(dns_servers=("192.0.2.53", "2001:db8::53")))
    assert [(one.address, one.port) for one in source._resolver.nameservers] == [
        ("192.0.2.53", 53),
        ("2001:db8::53", 53),
    ]


@pytest.mark.parametrize("address", ["dns.example", "192.0.2.53:5353", "https://192.0.2.53/dns-query", ""])
def test_a_server_is_an_address(address):
    with pytest.raises(SettingsError, match=r"dns_servers has '.*'; list IP addresses"):
        Settings(dns_servers=(address,))


@pytest.mark.parametrize("rate", [0.0, -1.0, float("nan"), float("inf")])
def test_a_pace_is_more_than_none(rate):
    with pytest.raises(SettingsError, match=r"max_dns_queries_per_second is .*; it must be more than 0"):
        Settings(max_dns_queries_per_second=rate)


def test_a_server_that_is_not_there(serve):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
    (one,) = look(None, servers=[("127.0.0.1", port)], dns_timeout_seconds=0.3)["acme.example"]
    assert one.state in (State.TIMED_OUT, State.FAILED)
    assert isinstance(one.record, DnsRecords | None)
