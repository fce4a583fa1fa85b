"""Every rule has an example that fires it and one that does not."""

import pytest

from enrich.extract.technologies import PLACES, Rule, rules, technologies, technologies_in
from enrich.page import Page


def page(example: str) -> Page:
    """A page whose markup, or else whose response header, is the example."""
    if example.startswith("<"):
        return Page("https://acme.example/", example.encode(), "2026-01-01T00:00:00Z")
    name, _, value = example.partition(": ")
    return Page("https://acme.example/", b"<p>Hello", "2026-01-01T00:00:00Z", headers={name.lower(): value})


@pytest.mark.parametrize("rule", rules(), ids=lambda rule: rule.name)
def test_rule_fires_on_its_example_and_not_on_the_other(rule: Rule):
    assert rule in technologies_in(page(rule.yes))
    assert rule not in technologies_in(page(rule.no))


def test_there_are_rules_for_every_place():
    assert len(rules()) >= 120
    assert {place for rule in rules() for place, _ in rule.traces} == set(PLACES)


def test_literals_are_lower_case_and_long_enough_to_mean_something():
    literals = [literal for rule in rules() for _, texts in rule.traces for literal in texts]
    assert all(literal == literal.lower() and len(literal) >= 4 for literal in literals)


def test_rules_have_nothing_but_known_keys():
    import tomllib
    from importlib.resources import files

    data = tomllib.loads(files("enrich.extract").joinpath("technologies.toml").read_text(encoding="utf-8"))
    assert all(set(rule) <= {"category", "yes", "no", *PLACES} for rule in data.values())


def test_facts_name_technologies_and_their_categories():
    html = '<script src="/wp-includes/a.js"></script><script src="https://js.stripe.com/v3/"></script>'
    facts = [(fact.field, fact.value) for fact in technologies(page(html))]
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
    assert technologies_in(page(html)) == []
