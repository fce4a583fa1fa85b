"""Which of many literals a text holds: the filter before the search misses none."""

import random

import pytest

from enrich.extract.literals import Literals
from enrich.extract.technology_rules import PLACES, rules


def traces():
    return [literal for rule in rules() for _, literals in rule.traces for literal in literals]


@pytest.mark.parametrize("shortest", [1, 5])
def test_the_filter_agrees_with_searching_for_each_literal(shortest):
    chance = random.Random(7)
    literals = [one for one in traces() if len(one) >= shortest]
    found = Literals(literals)
    for _ in range(50):
        pieces = [*chance.sample(literals, 5), "é" * chance.randrange(9), "<p>" * chance.randrange(200)]
        cut = [piece[: chance.randrange(1, 40)] for piece in pieces]
        text = "".join(chance.sample(pieces + cut, len(pieces) + len(cut)))
        assert sorted(found.within(text.encode())) == sorted({one for one in literals if one in text})


@pytest.mark.parametrize("padding", ["", " " * 1000])
@pytest.mark.parametrize("literal", ["js", "abc", "abcd", "naïve", "цена", "\ud800x"])
def test_short_and_foreign_literals_are_found_at_both_ends(literal, padding):
    found = Literals([literal, "nowhere to be found"])
    for text in (literal + padding, padding + literal, padding + "." + literal):
        assert found.within(text.encode("utf-8", "replace")) == [literal]


@pytest.mark.parametrize("text", [b"", b"a", b"abc", b"abc" * 1000])
def test_no_literals_are_in_no_text(text):
    assert Literals([]).within(text) == []
    assert Literals(["abcdefgh"]).within(text) == []


def test_every_place_of_a_rule_is_looked_in():
    assert {place for rule in rules() for place, _ in rule.traces} == set(PLACES)
