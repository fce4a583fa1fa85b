"""What fitting a model did, as the command tells it and the model's report repeats it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import pandas as pd

if TYPE_CHECKING:
    from lookalike.model import LookalikeModel


@dataclass(frozen=True)
class Fitted:
    """What fitting a model did.

    Attributes
    ----------
    model : LookalikeModel
    folder : str
        Where it was written.
    digest : str
        Of its files (:func:`lookalike.registry.digests.digest_of_model`).
    """

    command: ClassVar[str] = "fit"

    model: LookalikeModel
    folder: str
    digest: str

    @property
    def headline(self) -> str:
        """One sentence for people."""
        deals, won = len(self.model.deals), int(self.model.deals["won"].sum())
        said = f"fitted '{self.model.embedding_name}' on {deals} deals, {won} of them won"
        return (
            said if self.model.signal is None else f"{said}; {self.model.signal.verdict}: {self.model.signal}"
        )

    @property
    def moved_on(self) -> pd.DataFrame:
        """The columns that move on with time, as in ``model.drift``."""
        drift = self.model.drift
        return pd.DataFrame() if drift is None else drift[drift["moved_on"]]

    @property
    def because(self) -> str:
        """Why "auto" chose the embedding; empty where it did not choose."""
        choice = self.model.choice
        return "" if choice is None else str(choice.loc[choice["chosen"], "because"].iloc[0])

    def to_dict(self) -> dict[str, Any]:
        """Give everything."""
        model = self.model
        held_out = None if model.reference is None else model.reference.held_out
        return {
            "folder": self.folder,
            "digest": self.digest,
            "deals": len(model.deals),
            "won": int(model.deals["won"].sum()),
            "embedding": model.embedding_name,
            "columns": list(model.schema.features),
            "events": [] if model.behaviour is None else list(model.behaviour.kinds),
            "because": self.because,
            "choice": [] if model.choice is None else model.choice,
            "drift": [] if model.drift is None else model.drift,
            "signal": None if model.signal is None else asdict(model.signal),
            "held_out": None if held_out is None else asdict(held_out),
            "ece": model.ece,
            "hidden": None if model.hidden is None else asdict(model.hidden),
            "worth": None if model.worth is None else asdict(model.worth),
        }
