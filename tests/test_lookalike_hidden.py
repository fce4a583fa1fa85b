"""How many unlabelled companies are like the favourites: known answers, and honesty where there is none."""

import numpy as np
import pytest

from lookalike.evaluate.unlabelled import UnlabelledCalibrator, calibrator_from
from lookalike.hidden import hidden_positives


def scores(share, favourites=200, unlabelled=5_000, apart=4.0, seed=0):
    """Scores of favourites, and of the unlabelled of which a known share is drawn like the favourites."""
    rng = np.random.default_rng(seed)
    hidden = rng.random(unlabelled) < share
    return rng.normal(apart, 1, favourites), rng.normal(np.where(hidden, apart, 0.0), 1), hidden


def found_in_samples(share, favourites, unlabelled=5_000, apart=4.0, samples=20):
    """What is found in many samples of one share."""
    drawn = [scores(share, favourites, unlabelled, apart, seed)[:2] for seed in range(samples)]
    return [hidden_positives(won, rest) for won, rest in drawn]


@pytest.mark.parametrize("share", [0.02, 0.1, 0.3, 0.7])
def test_a_known_share_is_found(share):
    found = found_in_samples(share, favourites=200)
    assert np.median([one.share for one in found]) == pytest.approx(share, rel=0.1)
    assert np.mean([one.high >= share for one in found]) >= 0.85
    assert np.median([one.high for one in found]) < 1.5 * share
    assert all(one.share <= one.high and one.reliable for one in found)


@pytest.mark.parametrize("favourites", [20, 50, 400])
def test_few_favourites_do_not_make_positives_of_strangers(favourites):
    found = found_in_samples(0.01, favourites, unlabelled=10_000, apart=3.0)
    assert np.median([one.share for one in found]) == pytest.approx(0.01, rel=0.3)
    assert np.mean([one.high >= 0.01 for one in found]) >= 0.9


def test_none_above_the_favourites_is_next_to_none():
    found = hidden_positives(np.linspace(5, 6, 40), np.zeros(1_000))
    assert 0 < found.share < found.high < 0.01


def test_where_favourites_are_like_everyone_everyone_is_like_them():
    rng = np.random.default_rng(1)
    assert hidden_positives(rng.normal(size=300), rng.normal(size=3_000)).share > 0.75


def test_the_label_frequency_follows_from_the_share():
    won, rest, _ = scores(0.1)
    found = hidden_positives(won, rest)
    assert found.label_frequency == pytest.approx(200 / (200 + found.share * 5_000))


def test_five_favourites_give_a_bound_and_no_figure():
    won, rest, _ = scores(0.1, favourites=5)
    found = hidden_positives(won, rest)
    assert not found.reliable
    assert found.high > 0.1
    assert "cannot be told from 5" in str(found)


def test_probabilities_are_those_of_being_a_hidden_positive():
    won, rest, hidden = scores(0.2, favourites=400, unlabelled=8_000, apart=2.5)
    label_frequency = len(won) / (len(won) + hidden.sum())
    everything = np.concatenate([won, rest])
    labelled = np.arange(len(everything)) < len(won)
    p = UnlabelledCalibrator().fit_with(everything, labelled, label_frequency).predict(rest)
    assert p.mean() == pytest.approx(hidden.mean(), abs=0.05)
    for low, high in ((0.0, 0.2), (0.2, 0.6), (0.6, 1.0)):
        among = (p >= low) & (p <= high)
        assert p[among].mean() == pytest.approx(hidden[among].mean(), abs=0.12)


def test_a_stored_calibrator_gives_the_same_probabilities():
    won, rest, _ = scores(0.2)
    labelled = np.arange(len(won) + len(rest)) < len(won)
    made = UnlabelledCalibrator().fit_with(np.concatenate([won, rest]), labelled, 0.3)
    again = calibrator_from(made.to_dict())
    np.testing.assert_array_equal(made.predict(rest), again.predict(rest))


@pytest.mark.parametrize(("won", "rest"), [([], [1.0]), ([1.0], [])])
def test_nothing_to_compare_is_refused(won, rest):
    with pytest.raises(ValueError, match="neither may be empty"):
        hidden_positives(won, rest)
