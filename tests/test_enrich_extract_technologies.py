"""Every rule has an example that fires it and one that does not, on pages, in DNS and in certificates."""

import tomllib
from importlib.resources import files

import pytest

from enrich.extract.technologies import (
    technologies,
    technologies_from_certificate,
    technologies_from_dns,
    technologies_in,
)
from enrich.extract.technology_rules import CERTIFICATE_PLACES, DNS_PLACES, PAGE_PLACES, PLACES, Rule, rules
from enrich.page import Page
from enrich.records import Certificate, DnsRecords

READERS = {
    Page: technologies,
    DnsRecords: technologies_from_dns,
    Certificate: technologies_from_certificate,
}
RECORDS = ("TXT", "MX", "NS", "CNAME", "CAA")


def subject(example):
    """What the example is of: a page's markup, a record, a certificate's issuer or name, or a header."""
    word, _, rest = example.partition(" ")
    if word in RECORDS:
        return DnsRecords("acme.example", "acme.example", word, (rest,))
    if word in ("ISSUER", "ALTNAME"):
        return certificate(**{"issuer": rest} if word == "ISSUER" else {"names": (rest,)})
    if example.startswith("<"):
        return Page("https://acme.example/", example.encode(), "2026-01-01T00:00:00Z")
    name, _, value = example.partition(": ")
    return Page("https://acme.example/", b"<p>Hello", "2026-01-01T00:00:00Z", headers={name.lower(): value})


def certificate(issuer="", names=()):
    return Certificate("acme.example", "", issuer, "", names, "2026-01-01T00:00:00Z", "2026-04-01T00:00:00Z")


def found(example):
    """Names of the technologies that the extractor of its kind finds in the example."""
    one = subject(example)
    return [fact.value for fact in READERS[type(one)](one) if fact.field == "company_technologies"]


def kinds(places):
    groups = {Page: PAGE_PLACES, DnsRecords: DNS_PLACES, Certificate: CERTIFICATE_PLACES}
    return {kind for kind, group in groups.items() if places & set(group)}


@pytest.mark.parametrize("rule", rules(), ids=lambda rule: rule.name)
def test_rule_fires_on_its_examples_and_not_on_the_other(rule: Rule):
    assert all(rule.name in found(example) for example in rule.yes)
    assert rule.name not in found(rule.no)


@pytest.mark.parametrize("rule", rules(), ids=lambda rule: rule.name)
def test_rule_has_an_example_of_each_kind_it_looks_at(rule: Rule):
    assert {type(subject(example)) for example in rule.yes} == kinds({place for place, _ in rule.traces})


def test_there_are_rules_for_every_place():
    assert len(rules()) >= 400
    assert {place for rule in rules() for place, _ in rule.traces} == set(PLACES)


def test_literals_are_lower_case_and_long_enough_to_mean_something():
    literals = [literal for rule in rules() for _, texts in rule.traces for literal in texts]
    assert all(literal == literal.lower().strip(" ") and len(literal) >= 4 for literal in literals)


def test_no_literal_stands_twice_in_a_place():
    traces = [(place, literal) for rule in rules() for place, texts in rule.traces for literal in texts]
    assert sorted(traces) == sorted(set(traces))


def test_hosts_of_records_are_written_as_hosts():
    places = ("spf", "mx", "ns", "cname", "caa", "altname")
    hosts = [one for rule in rules() for place, texts in rule.traces if place in places for one in texts]
    assert all(one.strip(".") == one and ("." in one or one.endswith("-")) for one in hosts)


def test_rules_have_nothing_but_known_keys():
    data = tomllib.loads(files("enrich.extract").joinpath("technologies.toml").read_text(encoding="utf-8"))
    assert all(set(rule) <= {"category", "yes", "no", *PLACES} for rule in data.values())


def test_facts_name_technologies_and_their_categories():
    html = '<script src="/wp-includes/a.js"></script><script src="https://js.stripe.com/v3/"></script>'
    facts = [(fact.field, fact.value) for fact in technologies(subject(html))]
    assert facts == [
        ("company_technologies", "WordPress"),
        ("company_technologies", "Stripe"),
        ("company_technology_categories", "cms"),
        ("company_technology_categories", "payment"),
    ]


def test_a_link_to_a_product_is_not_its_use():
    html = "".join(
        f'<a href="https://{host}/">x</a>' for host in ("js.stripe.com", "cdn.shopify.com", "tilda.ws")
    )
    assert technologies_in(subject(html)) == []


def test_one_name_s_text_records_tell_of_all_tools():
    values = (
        "MS=ms12345678",
        "atlassian-domain-verification=aZ3",
        "v=spf1 include:_spf.google.com -include:sendgrid.net redirect=_spf.salesforce.com",
        "pardot881234=ab12",
    )
    records = DnsRecords("acme.example", "acme.example", "TXT", values)
    names = {fact.value for fact in technologies_from_dns(records) if fact.field == "company_technologies"}
    assert names == {"Microsoft 365", "Atlassian", "Google Workspace", "SendGrid", "Salesforce", "Pardot"}


def test_hosts_are_compared_by_whole_labels_from_their_end():
    assert found("MX 10 mx.notzoho.com") == []
    assert found("NS ns1.awsdns-12.org") == ["Amazon Route 53"]
    assert found("NS ns.awsdnsx.org") == []
    assert found("CNAME " + "a." * 5000 + "zendesk.com") == ["Zendesk"]


@pytest.mark.parametrize(
    "value", ["0 issue letsencrypt.org", '0 issuewild "letsencrypt.org; validationmethods=dns-01"']
)
def test_authorities_that_may_issue_are_read_from_caa(value):
    assert found(f"CAA {value}") == ["Let's Encrypt"]


@pytest.mark.parametrize("value", ["", '0 iodef "mailto:security@letsencrypt.org"', '0 issue ";"', "0 issue"])
def test_caa_records_that_name_no_authority_say_nothing(value):
    assert found(f"CAA {value}") == []


def test_what_a_page_loads_is_surer_than_a_record_that_may_be_old():
    (page,) = {fact.confidence for fact in technologies(subject('<script src="https://js.stripe.com/v3/">'))}
    (record,) = {fact.confidence for fact in technologies_from_dns(subject("TXT stripe-verification=1"))}
    (issuer,) = {fact.confidence for fact in technologies_from_certificate(certificate("DigiCert Inc"))}
    assert page == issuer > record >= 0.5
