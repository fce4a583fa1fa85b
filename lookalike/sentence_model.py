"""Texts read as a whole by a transformer: an extra, `pip install lookalike-workbench[transformers]`.

A sentence transformer (Reimers and Gurevych 2019, "Sentence-BERT") knows what words mean beside each other,
which static embeddings cannot; it takes some hundred times as long. The model is the user's choice: a folder,
or a name on the Hugging Face Hub. It is fetched only where the user names it, never where a stored universe
or model does; then it has to be on this machine, and has to answer as it did.

A model is data here. Only weights in the safetensors format are read, as others are pickles, which can run
code; and no code that comes with a model is run.
"""

from __future__ import annotations

import importlib.util
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from enrich.errors import ModelError, first_line

#: What a model is asked in order to tell it from others.
PROBE = "A family firm that builds packaging machines for bakeries and dairies in 12 countries."
#: Cosine of two answers of the same model, on whatever machine.
SAME = 0.999
#: What of a model is fetched: numbers and settings.
FETCHED = ["*.json", "*.txt", "*.model", "*.safetensors"]

_PICKLE, _SAFE = "pytorch_model.bin", "model.safetensors"
_INSTALL = "needs sentence-transformers; install it by: pip install 'lookalike-workbench[transformers]'"


class SentenceModel:
    """A sentence transformer in memory.

    Parameters
    ----------
    folder : Path
        As sentence-transformers saves a model.

    Attributes
    ----------
    probe : ndarray of shape (n_dimensions,)
        The vector of :data:`PROBE`.

    Raises
    ------
    ModelError
        If the folder holds no such model, or pickled weights only.
    """

    def __init__(self, folder: Path) -> None:
        from sentence_transformers import SentenceTransformer

        _check(folder)
        try:
            with _silently():
                self._model = SentenceTransformer(
                    str(folder),
                    local_files_only=True,
                    trust_remote_code=False,
                    model_kwargs={"use_safetensors": True},
                )
            self.probe = self.encode([PROBE])[0]
        except Exception as error:  # whatever torch and transformers make of a damaged or foreign folder
            raise ModelError(
                f"{folder}: no sentence transformer can be loaded from there ({_said(error)}); "
                "name another folder or model"
            ) from error

    def encode(self, texts: list[str]) -> NDArray[np.float64]:
        """Give a vector of each text, shape (n_texts, n_dimensions); a model reads the head of long ones."""
        found = self._model.encode(texts, show_progress_bar=False, convert_to_numpy=True)
        return np.asarray(found, dtype=np.float64).reshape(len(texts), -1)

    def answers_as(self, probe: NDArray[np.float64]) -> bool:
        """Tell whether this is the model that gave `probe`."""
        if probe.shape != self.probe.shape:
            return False
        return bool(probe @ self.probe >= SAME * np.linalg.norm(probe) * np.linalg.norm(self.probe))


def sentence_model(name: str, *, fetch: bool = False) -> SentenceModel:
    """Give the model of a folder or name, loaded once.

    Parameters
    ----------
    name : str
        A folder, or a name on the Hub such as ``sentence-transformers/all-MiniLM-L6-v2``.
    fetch : bool
        Fetch a model that is not on this machine.

    Raises
    ------
    ModelError
        If sentence-transformers is not installed, or the model cannot be found or loaded.
    """
    if importlib.util.find_spec("sentence_transformers") is None:
        raise ModelError(f"transformer '{name}': it {_INSTALL}")
    folder = Path(name) if Path(name).is_dir() else _from_hub(name, fetch)
    return _loaded(folder.resolve())


def lasting(name: str | None) -> str | None:
    """Give a folder's full path, so that it is found from other working directories; a name as it is."""
    return str(Path(name).resolve()) if name is not None and Path(name).is_dir() else name


@cache
def _loaded(folder: Path) -> SentenceModel:
    return SentenceModel(folder)


def _from_hub(name: str, fetch: bool) -> Path:
    from huggingface_hub import snapshot_download

    try:
        return Path(snapshot_download(name, allow_patterns=FETCHED, local_files_only=not fetch))
    except Exception as error:  # no such name, no network, nothing kept: the Hub's client has many classes
        tried = "nor one that can be fetched" if fetch else "nor a model kept on this machine"
        raise ModelError(
            f"transformer '{name}': neither a folder here {tried} ({_said(error)}); name a folder with "
            "a model of sentence-transformers"
        ) from error


def _check(folder: Path) -> None:
    if not (folder / "modules.json").is_file():
        raise ModelError(
            f"{folder}: no sentence transformer is there (modules.json is missing); name a folder that "
            "SentenceTransformer.save wrote"
        )
    pickled = [path for path in sorted(folder.rglob(_PICKLE)) if not path.with_name(_SAFE).is_file()]
    if pickled:
        raise ModelError(
            f"{pickled[0]}: these weights are a pickle, which can run code, and are not loaded; name a model "
            f"with {_SAFE}, or save this one anew with SentenceTransformer.save"
        )


@contextmanager
def _silently() -> Iterator[None]:
    """Keep to ourselves how the libraries load: progress of one's own is shown, or none with --quiet."""
    from transformers.utils import logging as bars

    log, shown = logging.getLogger("sentence_transformers"), bars.is_progress_bar_enabled()
    level = log.level
    log.setLevel(logging.WARNING)
    bars.disable_progress_bar()
    try:
        yield
    finally:
        log.setLevel(level)
        if shown:
            bars.enable_progress_bar()


def _said(error: Exception) -> str:
    """Give an error's class, by which such libraries are looked up, and the first line of what it says."""
    kind, line = type(error).__name__, first_line(error)
    return kind if line == kind else f"{kind}: {line}"
