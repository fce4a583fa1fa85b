"""Facts of name server records, certificates and registrations: each with its rule, and none of a person."""

import dataclasses
import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enrich.extract.certificate import certificate
from enrich.extract.dns_services import service, tables
from enrich.extract.domain_registration import domain_registration
from enrich.extract.infrastructure import infrastructure
from enrich.extract.mail import mail
from enrich.facts import CONFIDENT, Fact
from enrich.records import Certificate, DnsRecords, Registration

KINDS = ["mailboxes", "gateways", "mailbox_spf", "senders", "name_servers", "hosts"]


def facts(found, *fields):
    """Field and value of the facts that count."""
    names = [f"company_{field}" for field in fields]
    return [fact.value for fact in found if fact.field in names and fact.confidence >= CONFIDENT]


def mx(*values):
    return mail(DnsRecords("acme.example", "acme.example", "MX", values))


def txt(*values, name="acme.example"):
    return mail(DnsRecords("acme.example", name, "TXT", values))


def zone(kind, *values, name="acme.example"):
    return infrastructure(DnsRecords("acme.example", name, kind, values))


def test_there_are_rules_of_every_kind():
    assert list(tables()) == KINDS
    assert sum(len(hosts) for rules in tables().values() for hosts in rules.values()) > 500


@pytest.mark.parametrize("kind", KINDS)
def test_a_rule_holds_for_its_host_and_below_and_for_no_other(kind):
    for name, hosts in tables()[kind].items():
        for host in hosts:
            assert host == host.lower().strip(".") != ""
            real = host.replace("#", "12")
            assert service(real, kind) == name
            assert service(f"a7.{real}", kind) == name
            assert service(f"not{real}", kind) != name
            assert service(f"{real}.evil.example", kind) == ""


@pytest.mark.parametrize(
    ("values", "provider"),
    [
        (["1 aspmx.l.google.com", "5 alt1.aspmx.l.google.com"], ["Google Workspace"] * 1),
        (["0 acme-example.mail.protection.outlook.com"], ["Microsoft 365"]),
        (["10 mx.yandex.net"], ["Yandex 360"]),
        (["10 emx.mail.ru"], ["VK WorkSpace"]),
        (["10 mx.zoho.eu"], ["Zoho Mail"]),
        (["10 mail.protonmail.ch"], ["Proton"]),
        (["10 in1-smtp.messagingengine.com"], ["Fastmail"]),
        (["1 mx0.mail.ovh.net"], ["OVHcloud"]),
        (["10 mx00.ionos.de", "10 mx01.ionos.de"], ["IONOS", "IONOS"]),
        (["5 smtpin.rzone.de"], ["STRATO"]),
        (["10 www123.your-server.de"], ["Hetzner"]),
        (["10 mx.transip.email"], ["TransIP"]),
        (["10 mx1.beget.com"], ["Beget"]),
        (["10 mail.acme.example"], ["own server"]),
        (["10 mx.small-host.example"], ["small-host.example"]),
        (["20 aspmx.l.google.com", "10 mail.acme.example"], ["own server"]),
        (["0 ."], ["no mail"]),
        (["0 .", "10 mx.yandex.net"], []),
        (["mx.yandex.net", "x y", "", "10", "99999999 mx.yandex.net"], []),
    ],
)
def test_who_keeps_the_mailboxes(values, provider):
    assert facts(mx(*values), "mail_provider") == provider


def test_a_gateway_is_not_who_keeps_the_mailboxes():
    found = list(mx("10 mxa-001.gslb.pphosted.com", "10 mxb-001.gslb.pphosted.com"))
    assert facts(found, "mail_gateway") == ["Proofpoint"] * 2
    assert facts(found, "mail_provider") == []
    behind = txt("v=spf1 include:spf.protection.outlook.com include:spf-001.pphosted.com -all")
    assert facts(behind, "mail_provider") == ["Microsoft 365"]


def test_who_sends_in_the_companys_name():
    found = list(
        txt(
            "site-verification=include:sendgrid.net",
            "v=spf1 mx ip4:192.0.2.0/24 include:u1.sendgrid.net ?include:SERVERS.mcsv.net"
            " include:_spf.google.com include:%{ir}.spf.mandrillapp.com include:unknown.example"
            " include: exists:mailgun.org redirect=spf.unisender.com",
        )
    )
    assert facts(found, "mail_senders") == ["SendGrid", "Mailchimp", "Mandrill", "Unisender"]
    assert facts(found, "mail_provider") == ["Google Workspace"]
    assert facts(found, "spf_policy") == []


@pytest.mark.parametrize(
    ("values", "policy"),
    [
        (["v=spf1 -all"], ["fail"]),
        (["V=SPF1 a ~ALL"], ["softfail"]),
        (["v=spf1 ?all"], ["neutral"]),
        (["v=spf1 +all"], ["pass"]),
        (["v=spf1 all"], ["pass"]),
        (["v=spf1 include:all"], []),
        (["v=spf1"], []),
        (["v=spf10 -all"], []),
        (["x v=spf1 -all"], []),
        (["v=spf1 -all", "v=spf1 ~all"], []),
    ],
)
def test_what_spf_says_of_others(values, policy):
    assert facts(txt(*values), "spf_policy") == policy


@pytest.mark.parametrize(
    ("values", "policy"),
    [
        (["v=DMARC1; p=reject; rua=mailto:a@b.example"], ["reject"]),
        (["v=DMARC1;p=Quarantine"], ["quarantine"]),
        (["v = DMARC1 ; p = none"], ["none"]),
        (["other", "v=DMARC1; p=reject"], ["reject"]),
        (["v=DMARC1; p=banana; rua=mailto:a@b.example"], ["none"]),
        (["v=DMARC1; p=banana"], []),
        (["v=DMARC1"], []),
        (["p=reject; v=DMARC1"], []),
        (["v=DMARC10; p=reject"], []),
        (["v=DMARC1; p=reject", "v=DMARC1; p=none"], []),
        (["v=spf1 -all"], []),
    ],
)
def test_what_becomes_of_forged_mail(values, policy):
    assert facts(txt(*values, name="_dmarc.acme.example"), "dmarc_policy") == policy
    assert facts(txt(*values), "dmarc_policy") == []


@pytest.mark.parametrize(
    ("hosts", "provider"),
    [
        (["ada.ns.cloudflare.com", "bob.ns.cloudflare.com"], {"Cloudflare"}),
        (["ns-7.awsdns-00.com", "ns-1234.awsdns-26.co.uk"], {"Amazon Route 53"}),
        (["ns-cloud-a1.googledomains.com"], {"Google Cloud DNS"}),
        (["ns1-04.azure-dns.com", "ns2-04.azure-dns.net"], {"Azure DNS"}),
        (["ns1.reg.ru"], {"REG.RU"}),
        (["ns3-l2.nic.ru"], {"RU-CENTER"}),
        (["ns1.beget.com", "ns2.beget.pro"], {"Beget"}),
        (["hydrogen.ns.hetzner.com"], {"Hetzner"}),
        (["dns100.ovh.net"], {"OVHcloud"}),
        (["ns1.acme.example"], {"own server"}),
        (["ns1.small-host.example"], {"small-host.example"}),
        (["localhost", "", "."], set()),
    ],
)
def test_who_serves_the_zone(hosts, provider):
    assert set(facts(zone("NS", *hosts), "dns_provider")) == provider


def test_where_the_website_is():
    name = "www.acme.example"
    assert facts(zone("CNAME", "d111.cloudfront.net", name=name), "hosting") == ["Amazon CloudFront"]
    assert facts(zone("CNAME", "acme.example.cdn.cloudflare.net", name=name), "hosting") == ["Cloudflare"]
    assert facts(zone("CNAME", "shops.myshopify.com", name=name), "hosting") == ["Shopify"]
    assert facts(zone("CNAME", "acme.example", name=name), "hosting") == []
    assert facts(zone("CNAME", "d111.cloudfront.net", name="acme.example"), "hosting") == []


def test_who_may_issue_certificates():
    found = zone(
        "CAA",
        *["0 issue letsencrypt.org; validationmethods=dns-01", "0 issuewild DigiCert.com", "0 issue ;"],
        *["0 iodef mailto:jan@acme.example", "128 issue", "0", "", "0 issue a b c"],
    )
    assert facts(found, "certificate_authorities") == ["letsencrypt.org", "digicert.com"]


SHOWN = Certificate(
    "www.acme.example",
    "Acme Widgets GmbH",
    "Let's Encrypt",
    "R11",
    ("acme.shop", "acme.example", "*.acme.example"),
    "2026-01-02T03:04:05.000000Z",
    "2026-04-02T03:04:05.000000Z",
)


def of(**changes):
    found = certificate(dataclasses.replace(SHOWN, **changes))
    return {
        fact.field.removeprefix("company_certificate_"): (fact.value, fact.confidence)
        for fact in found
        if fact.field != "company_certificate_names"
    }


def test_facts_of_a_certificate_do_not_depend_on_the_day():
    assert of() == {
        "organization": ("Acme Widgets GmbH", 0.9),
        "issuer": ("Let's Encrypt", 0.9),
        "from": ("2026-01-02", 0.9),
        "until": ("2026-04-02", 0.9),
    }
    assert facts(certificate(SHOWN), "certificate_names") == ["acme.example", "*.acme.example", "acme.shop"]
    assert of(subject_organization="", issuer_organization="")["issuer"] == ("R11", 0.9)


def test_a_certificate_that_is_not_trusted_says_nothing_else():
    assert of(problem="self-signed") == {"problem": ("self-signed", 0.9)}
    assert set(of(problem="expired")) == {"problem", "organization", "issuer", "from", "until"}


@pytest.mark.parametrize(
    "names",
    [
        ("sni.cloudflaressl.com", "acme.example"),
        ("acme.example", *(f"customer{number}.example" for number in range(30))),
    ],
)
def test_a_certificate_shared_by_customers_is_not_about_the_company(names):
    found = list(certificate(dataclasses.replace(SHOWN, names=names)))
    assert facts(found, "certificate_names") == ["acme.example"]
    assert facts(found, "certificate_organization") == []
    assert len(found) < 30


VCARD = ["vcard", [["version", {}, "text", "4.0"], ["fn", {}, "text", "Example  Registrar, LLC"]]]
PERSON = ["vcard", [["fn", {}, "text", "Jan Jansen"], ["email", {}, "text", "jan@acme.example"]]]
ANSWER = {
    "objectClassName": "domain",
    "status": ["Client Transfer Prohibited", "active"],
    "events": [
        {"eventAction": "registration", "eventDate": "1997-09-15T23:30:00-04:00"},
        {"eventAction": "expiration", "eventDate": "2028-09-14T04:00:00.123Z"},
        {"eventAction": "last changed", "eventDate": "2024-01-01T00:00:00Z"},
    ],
    "entities": [
        {"roles": ["registrant"], "vcardArray": PERSON},
        {
            "roles": ["registrar"],
            "vcardArray": VCARD,
            "entities": [{"roles": ["abuse"], "vcardArray": PERSON}],
        },
        {"roles": ["administrative", "technical"], "vcardArray": PERSON},
    ],
    "remarks": [{"description": ["Registrant: Jan Jansen"]}],
}


def registered(**changes):
    return list(domain_registration(Registration("acme.example", ANSWER | changes)))


def test_facts_of_a_registration():
    found = {field: facts(registered(), field) for field in ("domain_registered", "domain_expires")}
    assert found == {"domain_registered": ["1997-09-16"], "domain_expires": ["2028-09-14"]}
    assert facts(registered(), "registrar") == ["Example Registrar, LLC"]
    assert facts(registered(), "domain_status") == ["client transfer prohibited", "active"]


def test_nobodys_name_or_address_becomes_a_fact():
    assert not [fact for fact in registered() if "jan" in str(fact.value).lower()]
    person = {
        "roles": ["registrar"],
        "vcardArray": ["vcard", [["kind", {}, "text", "Individual"], *PERSON[1]]],
    }
    assert facts(registered(entities=[person]), "registrar") == []


@pytest.mark.parametrize(
    "moment", ["", "soon", "9999-99-99", "0001-01-01T00:00:00+23:59", "1970-01-01T00:00:00Z", None, 5, [], {}]
)
def test_days_that_are_none(moment):
    events = [{"eventAction": "registration", "eventDate": moment}]
    assert facts(registered(events=events), "domain_registered") == []


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["eventAction", "eventDate", "roles", "vcardArray", "registrar"])
            | st.text(max_size=3),
            inner,
            max_size=4,
        )
    ),
    max_leaves=20,
)


@given(st.dictionaries(st.sampled_from(["events", "entities", "status", "x"]), JSON))
def test_no_answer_of_a_registry_raises(answer):
    check(domain_registration(Registration("acme.example", answer)))


VALUES = st.lists(
    st.text(max_size=30)
    | st.sampled_from(["v=spf1 ", "v=DMARC1; ", "0 issue ", "10 ", "."]).flatmap(
        lambda start: st.text(max_size=20).map(lambda rest: start + rest)
    ),
    max_size=5,
)


@given(
    st.sampled_from(["acme.example", "_dmarc.acme.example", "www.acme.example"]),
    st.sampled_from(["MX", "TXT", "NS", "CAA", "CNAME"]),
    VALUES,
)
def test_no_record_raises(name, kind, values):
    records = DnsRecords("acme.example", name, kind, tuple(values))
    check(mail(records))
    check(infrastructure(records))


@given(*[st.text(max_size=20)] * 5, st.lists(st.text(max_size=20), max_size=5))
def test_no_certificate_raises(host, organization, issuer, first, last, names):
    check(certificate(Certificate(host, organization, issuer, "", tuple(names), first, last)))


def check(found):
    for fact in found:
        assert isinstance(fact, Fact)
        assert isinstance(fact.value, str)
        assert len(fact.value) <= 300
        assert 0 <= fact.confidence <= 1
        json.dumps(fact.value)


@pytest.mark.parametrize("text", ["include:a.b ", "-all ", "v=spf1 ", "a.", "; p=", "%{i}.", "1" * 50, "~"])
def test_time_is_linear_in_hostile_records(text):
    """A zone has 64 KB of them at most."""
    long = text * (64_000 // len(text))
    began = time.process_time()
    for start in ("v=spf1 ", "v=DMARC1; ", "0 issue ", "10 ", ""):
        for kind, name in (
            ("TXT", ""),
            ("TXT", "_dmarc."),
            ("MX", ""),
            ("NS", ""),
            ("CAA", ""),
            ("CNAME", "www."),
        ):
            records = DnsRecords("acme.example", f"{name}acme.example", kind, (start + long,))
            list(mail(records))
            list(infrastructure(records))
    assert time.process_time() - began < 5
