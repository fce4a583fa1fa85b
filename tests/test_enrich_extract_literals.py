"""Which of many literals a text holds: the filter before the search misses none."""

import random

import pytest

from enrich.extract.literals import Literals
from enrich.extract.technology_rules import PLACES, rules


def traces():
    return [literal for rule in rules() for _, literals in rule.traces for literal in literals]


def test_the_filter_agrees_with_searching_for_each_literal():
    chance = random.Random(7)
    literals = traces()
    found = Literals(literals)
    for _ in range(50):
        pieces = [*chance.sample(literals, 5), "é" * chance.randrange(9), "<p>" * chance.randrange(200)]
        cut = [piece[: chance.randrange(1, 40)] for piece in pieces]
        text = "".join(chance.sample(pieces + cut, len(pieces) + len(cut)))
        assert sorted(found.within(text)) == sorted({one for one in literals if one in text})


@pytest.mark.parametrize("padding", ["", " " * 1000])
@pytest.mark.parametrize("literal", ["js", "abc", "abcd", "naïve", "цена", "\ud800x"])
def test_short_and_foreign_literals_are_found_at_both_ends(literal, padding):
    other = "nowhere to be found"
    assert Literals([literal, other]).within(literal + padding) == [literal]
    assert Literals([literal, other]).within(padding + literal) == [literal]


@pytest.mark.parametrize("text", ["", "a", "abc", "abc" * 1000])
def test_no_literals_are_in_no_text(text):
    assert Literals([]).within(text) == []
    assert Literals(["abcdefgh"]).within(text) == []


def test_every_place_of_a_rule_is_looked_in():
    assert {place for rule in rules() for place, _ in rule.traces} == set(PLACES)
