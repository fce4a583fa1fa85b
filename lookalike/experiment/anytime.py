"""P-values and intervals that hold however often one looks.

Who looks at an ordinary p-value every day and stops when it falls below five per cent is wrong in a quarter
of all experiments without a difference. A mixture of likelihood ratios over possible differences (Johari,
Koomen, Pekelis and Walsh 2022, "Always valid inference") is a martingale where there is no difference; the
chance that it ever exceeds 1/α is at most α. With the variance taken from the data it is the asymptotic
confidence sequence of Waudby-Smith, Arbour, Sinha, Kennedy and Ramdas (2024, "Time-uniform central limit
theory and asymptotic confidence sequences"): with ``z`` the difference over its standard error after ``n``
leads,

    p = √(1 + nρ²) · exp(−z²/2 · nρ²/(1 + nρ²))

ρ is settled before the experiment by the number of leads it is planned for, where the interval is narrowest;
it must stay the same from look to look. Being far off costs little.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from lookalike.experiment.estimate import ALPHA, Floats

#: Leads an experiment is planned for where nobody says.
PLANNED = 5_000
#: Conversions, and leads without one, that each arm needs before the first look counts.
BURN_IN = 10


def rho_squared(planned: int) -> float:
    """Give ρ² that makes the 95 % interval narrowest after `planned` leads (Waudby-Smith et al. 2024).

    >>> round(rho_squared(5_000), 6)
    0.001587
    """
    return float((-2 * np.log(ALPHA) + np.log(-2 * np.log(ALPHA) + 1)) / planned)


def always_valid_p(z: ArrayLike, leads: ArrayLike, planned: int = PLANNED) -> Floats:
    """Give p-values that hold whenever one looks.

    Parameters
    ----------
    z : array-like
        Difference over its standard error; any estimate that is nearly normal.
    leads : array-like
        Leads of both arms at that look.
    planned : int
        Leads of both arms the experiment is planned for.

    >>> always_valid_p([1.96, 3.1], [5_000, 5_000]).round(3).tolist()
    [0.543, 0.042]
    """
    spread = np.asarray(leads, dtype=np.float64) * rho_squared(planned)
    squared = np.square(np.asarray(z, dtype=np.float64))
    return np.asarray(np.minimum(1, np.sqrt(1 + spread) * np.exp(-squared / 2 * spread / (1 + spread))))


def always_valid_z(leads: ArrayLike, planned: int = PLANNED) -> Floats:
    """Give the z beyond which a difference is proven at any look; the interval reaches as many errors."""
    spread = np.asarray(leads, dtype=np.float64) * rho_squared(planned)
    return np.asarray(np.sqrt((1 + spread) / spread * np.log((1 + spread) / ALPHA**2)))


@dataclass(frozen=True)
class AlwaysValid:
    """What holds although one looked before and may look again.

    Attributes
    ----------
    p_value, low, high : float
        Of the same estimate as the fixed ones; 1 and without ends before the first look that counts.
    planned : int
        Leads the experiment was planned for.
    """

    p_value: float
    low: float
    high: float
    planned: int

    @property
    def beyond_chance(self) -> bool:
        """Whether the experiment may stop here."""
        return self.p_value < ALPHA

    def to_dict(self) -> dict[str, Any]:
        """Give the attributes, and whether the difference is beyond chance."""
        return asdict(self) | {"beyond_chance": self.beyond_chance}


def always_valid(
    difference: float, standard_error: float, leads: int, planned: int = PLANNED, *, enough: bool = True
) -> AlwaysValid:
    """Give p-value and interval of a difference that hold at any look; none before there is `enough`."""
    if not enough or standard_error == 0:
        return AlwaysValid(1.0, float("nan"), float("nan"), planned)
    far = float(always_valid_z(leads, planned)) * standard_error
    p = float(always_valid_p(difference / standard_error, leads, planned))
    return AlwaysValid(p, difference - far, difference + far, planned)


@dataclass(frozen=True)
class Sums:
    """Running sums of the arms, arrays over looks in the last axis."""

    leads: Floats
    total: Floats
    squares: Floats

    @classmethod
    def of(cls, outcome: Floats, member: ArrayLike) -> Sums:
        """Sum up outcomes (…, n_leads) of the leads that are members of an arm, lead after lead."""
        inside = np.asarray(member, dtype=np.float64)
        y = outcome * inside
        return cls(inside.cumsum(axis=-1), y.cumsum(axis=-1), (y * outcome).cumsum(axis=-1))

    def mean_and_variance(self) -> tuple[Floats, Floats]:
        """Give the mean and the variance of the mean at each look; NaN before two leads."""
        with np.errstate(divide="ignore", invalid="ignore"):
            mean = self.total / self.leads
            spread = np.maximum(self.squares - self.leads * mean**2, 0) / (self.leads - 1)
            return mean, spread / self.leads

    def enough(self, *, conversion: bool) -> Any:
        """Tell at which looks the arm has enough leads, of a conversion enough of both kinds."""
        if not conversion:
            return self.leads >= 2 * BURN_IN
        return (self.total >= BURN_IN) & (self.leads - self.total >= BURN_IN)


def _pooled(one: Sums, other: Sums) -> Floats:
    """Give the variance of the difference if both arms had the spread of all leads.

    A small arm that had no large sale yet has hardly any spread of its own: with 5 % of leads buying, heavy
    tails and arms of 10 and 90 %, every fifth experiment without a difference were proven at some look.
    """
    leads, total, squares = one.leads + other.leads, one.total + other.total, one.squares + other.squares
    with np.errstate(divide="ignore", invalid="ignore"):
        spread = np.maximum(squares - total**2 / leads, 0) / (leads - 1)
        return np.asarray(spread * (1 / one.leads + 1 / other.leads))


def looks(
    outcome: ArrayLike, treated: ArrayLike, planned: int = PLANNED, *, conversion: bool = True
) -> tuple[Floats, Floats, Floats]:
    """Look after every lead.

    Parameters
    ----------
    outcome : array-like of shape (..., n_leads)
        Conversion or revenue of the leads as they came.
    treated : array-like of bool, same shape
    planned : int
        See :func:`always_valid_p`.
    conversion : bool
        Whether the outcome is nought or one. If not, the larger counts of two standard errors: with the
        spread of each arm, and with that of all leads.

    Returns
    -------
    difference, error, p_value : ndarray of the same shape
        After each lead; the least p-value so far holds as well.
    """
    y, arm = np.asarray(outcome, dtype=np.float64), np.asarray(treated, dtype=bool)
    sides = Sums.of(y, arm), Sums.of(y, ~arm)
    (mean, variance), (base, spread) = (side.mean_and_variance() for side in sides)
    difference, squared = mean - base, variance + spread
    if not conversion:
        squared = np.fmax(squared, _pooled(*sides))
    error = np.sqrt(squared)
    ready = sides[0].enough(conversion=conversion) & sides[1].enough(conversion=conversion) & (error > 0)
    z = np.divide(difference, error, out=np.zeros_like(difference), where=ready)
    p = np.where(ready, always_valid_p(z, np.arange(1, y.shape[-1] + 1), planned), 1.0)
    return difference, error, p
