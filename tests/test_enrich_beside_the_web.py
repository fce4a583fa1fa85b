"""The whole way from leads to columns over name servers, certificates and registries of one's own."""

import json

import pandas as pd
import pytest
from dns_serving import SILENCE, NameServer
from tls_serving import Authority, TlsServers
from web_serving import Canary, Reply, Web

import enrich
from enrich import Settings, State
from enrich.errors import SettingsError
from enrich.sources.dns import Dns
from enrich.sources.guard import Reach
from enrich.sources.internet import open_live
from enrich.sources.rdap import Rdap
from enrich.sources.tls import Tls

LEADS = pd.DataFrame(
    {"email": ["jan@acme.example", "anna@slow.example", "info@none.example", "x@acme.example", "a@gmail.com"]}
)
ZONES = {
    "acme.example": {
        "NS": ["ada.ns.cloudflare.com."],
        "MX": ["10 acme-example.mail.protection.outlook.com."],
        "TXT": ['"v=spf1 include:spf.protection.outlook.com include:sendgrid.net -all"'],
        "CAA": ['0 issue "letsencrypt.org"'],
    },
    "_dmarc.acme.example": {"TXT": ['"v=DMARC1; p=quarantine"']},
    "www.acme.example": {"CNAME": ["shops.myshopify.com."]},
    "slow.example": {"NS": ["ns1.slow.example."], "MX": SILENCE, "TXT": ['"v=spf1 ~all"']},
}
REGISTERED = {
    "objectClassName": "domain",
    "ldhName": "acme.example",
    "status": ["active"],
    "events": [
        {"eventAction": "registration", "eventDate": "2001-02-03T00:00:00Z"},
        {"eventAction": "expiration", "eventDate": "2030-02-03T00:00:00Z"},
    ],
    "entities": [
        {"roles": ["registrar"], "vcardArray": ["vcard", [["fn", {}, "text", "Example Registrar"]]]}
    ],
}


@pytest.fixture
def net(tmp_path):
    """Servers of all three kinds, and the sources that reach them and nothing else."""

    class Net:
        authority = Authority(tmp_path)
        names = NameServer(ZONES)
        tls = TlsServers(
            {
                "acme.example": authority.issue(["acme.example"], "Acme GmbH", file="acme.pem"),
                "slow.example": authority.issue(["slow.example"], self_signed=True, file="slow.pem"),
            },
            authority.ca_file,
        )
        registry = Web(
            {
                "rdap.example": {
                    "/domain/acme.example": Reply(json.dumps(REGISTERED)),
                    "/domain/slow.example": Reply("", 429, {"Retry-After": "9999"}),
                }
            },
            authority.issue(["rdap.example"]),
        )

        def sources(self):
            bootstrap = tmp_path / "dns.json"
            services = [[["example"], ["https://rdap.example/"]]]
            bootstrap.write_text(json.dumps({"publication": "2026", "services": services}))
            settings = Settings(
                dns_timeout_seconds=1.0,
                rdap_pause_seconds=0.0,
                max_companies_at_once=1,
                rdap_bootstrap_file=str(bootstrap),
            )
            return [
                Rdap(settings, self.registry.reach()),
                Tls(settings, self.tls.reach()),
                Dns(settings, [self.names.address]),
            ]

        def asked(self):
            return len(self.names.asked), len(self.tls.connections), len(self.registry.asked)

    one = Net()
    yield one
    for servers in (one.names, one.tls, one.registry):
        servers.close()


def test_leads_get_what_the_servers_say_and_why_the_rest_is_missing(net, tmp_path):
    wide = enrich.run(LEADS, live=net.sources(), journal=tmp_path / "journal", quiet=True)
    assert len(wide) == len(LEADS)
    acme, slow, none, again, free = wide.to_dict("records")

    def facts(row, *names):
        return [row[f"company_{name}"] if pd.notna(row[f"company_{name}"]) else None for name in names]

    def why(row, *names):
        return [
            row[f"company_{name}_why"] if pd.notna(row[f"company_{name}_why"]) else None for name in names
        ]

    mail = ("mail_provider", "mail_senders", "spf_policy", "dmarc_policy")
    zone = ("dns_provider", "hosting", "certificate_authorities")
    assert facts(acme, *mail) == ["Microsoft 365", "SendGrid", "fail", "quarantine"]
    assert facts(acme, *zone) == ["Cloudflare", "Shopify", "letsencrypt.org"]
    assert facts(acme, "certificate_organization", "certificate_issuer") == ["Acme GmbH", "Test Trust Ltd"]
    assert facts(acme, "domain_registered", "domain_expires") == ["2001-02-03", "2030-02-03"]
    assert facts(acme, "registrar", "domain_status") == ["Example Registrar", "active"]
    assert why(acme, "mail_gateway", "certificate_problem") == ["absent", "absent"]
    assert facts(again, *mail, *zone) == facts(acme, *mail, *zone)

    # MX of slow.example timed out; what else its zone lacks may have been kept from us, too.
    assert facts(slow, *mail) == [None, None, "softfail", None]
    assert why(slow, *mail) == ["timed out", "timed out", None, "timed out"]
    assert facts(slow, "certificate_organization", "certificate_problem") == [None, "self-signed"]
    assert why(slow, "registrar", "domain_status") == ["rate-limited", "rate-limited"]

    assert why(none, "mail_provider", "certificate_issuer") == ["no such domain", "no such domain"]
    assert why(none, "registrar") == ["absent"]
    assert why(free, "mail_provider", "registrar") == ["not looked", "not looked"]
    assert set(wide["company_name_why"]) == {"not looked"}
    assert list(wide["company_state"]) == ["found", "found", "no such domain", "found", "not looked"]


def test_evidence_says_where_it_was_seen(net, tmp_path):
    enrich.run(LEADS[:1], live=net.sources(), journal=tmp_path / "journal", quiet=True)
    evidence = enrich.show("acme.example", tmp_path / "journal").set_index("field")
    urls = {
        "company_mail_provider": "dns:acme.example?type=MX",
        "company_dmarc_policy": "dns:_dmarc.acme.example?type=TXT",
        "company_hosting": "dns:www.acme.example?type=CNAME",
        "company_certificate_issuer": "tls://acme.example:443",
        "company_registrar": "https://rdap.example/domain/acme.example",
    }
    for field, url in urls.items():
        assert url in set(evidence.loc[[field], "url"]), field


def test_a_second_run_asks_nothing(net, tmp_path):
    first = enrich.run(LEADS, live=net.sources(), journal=tmp_path / "journal", quiet=True)
    asked = net.asked()
    assert min(asked) > 0
    second = enrich.run(LEADS, live=net.sources(), journal=tmp_path / "journal", quiet=True)
    assert net.asked() == asked
    pd.testing.assert_frame_equal(first, second)


def test_what_was_kept_from_us_can_be_asked_for_again(net, tmp_path):
    enrich.run(LEADS, live=net.sources(), journal=tmp_path / "journal", quiet=True)
    net.names.names["slow.example"]["MX"] = ["10 mx.yandex.net."]
    before = net.asked()
    wide = enrich.run(
        LEADS, live=net.sources(), journal=tmp_path / "journal", retry=[State.TIMED_OUT], quiet=True
    )
    assert wide["company_mail_provider"][1] == "Yandex 360"
    assert net.asked()[1:] == before[1:]
    assert {question.name.removeprefix("_dmarc.") for question in net.names.asked[before[0] :]} == {
        "slow.example",
        "www.slow.example",
    }


def test_each_can_be_left_out(net, tmp_path):
    sources = {str(source.channel): source for source in net.sources()}
    wide = enrich.run(LEADS, live=[sources["tls"]], quiet=True)
    assert net.asked()[0] == net.asked()[2] == 0
    assert wide["company_certificate_issuer"][0] == "Test Trust Ltd"
    assert set(wide["company_mail_provider_why"]) == set(wide["company_registrar_why"]) == {"not looked"}


def test_sources_are_named_by_their_channel():
    names = {"web": "companies' websites", "dns": "name servers", "tls": "certificates"}
    settings = Settings(dns_servers=("192.0.2.53",))
    for channel, name in (names | {"rdap": "domain registries"}).items():
        (source,) = open_live([channel], settings)
        assert (source.channel, source.name, source.identity) == (channel, name, channel)
    assert [str(source.channel) for source in open_live(True, settings)] == ["web", "dns", "tls", "rdap"]
    with pytest.raises(SettingsError, match="'whois' is no source; there are web, dns, tls, rdap"):
        open_live(["whois"], settings)


def test_only_the_domain_leaves_and_nowhere_but_to_those_asked(net, tmp_path):
    """No part of an address before the @ is in anything that servers receive; no other host is asked."""
    enrich.run(LEADS, live=net.sources(), journal=tmp_path / "journal", quiet=True)
    received = json.dumps(
        [
            [question.name for question in net.names.asked],
            [[asked.host, asked.path, asked.headers] for asked in net.registry.asked],
        ]
    )
    assert "jan" not in received
    assert "gmail" not in received
    assert "@" not in received


def test_a_company_that_points_inwards_is_refused():
    canary = Canary()
    reach = Reach(ports=(canary.port,), resolve=lambda host, port: [("127.0.0.1", canary.port)])
    settings = Settings(rdap_pause_seconds=0.0)
    wide = enrich.run(
        pd.DataFrame({"domain": ["acme.com"]}), live=[Tls(settings, reach), Rdap(settings, reach)], quiet=True
    )
    canary.close()
    assert canary.connections == 0
    assert wide["company_certificate_issuer_why"][0] == wide["company_registrar_why"][0] == "refused"
