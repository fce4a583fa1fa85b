"""A model as a folder: JSON, Parquet and skops files; nothing in it can run code, and no index is stored.

::

    model.json         format, versions, column parts, calibration, what "auto" compared, whether there is
                       any signal
    deals.parquet      the past deals by id, name, outcome, time, value and persona
    features.parquet   what they were like: a number for each named feature, and the words of their texts
    estimators.skops   vectorizer and embedding; only the types listed here are ever loaded, and a forest's
                       trees are plain arrays (see :mod:`lookalike.embed.packed_trees`)
    reference.json     what the deals' columns and held-out scores were like, for monitoring
    grades.toml        how leads are graded, for people to edit (see :mod:`lookalike.grades`)
    results/           what commands found about the model (see :mod:`lookalike.results`), gone when it is
                       fitted again

Of columns with addresses, phones, links or names, features.parquet has only whether a cell was filled; texts
are kept as at most 30 words each, which are in the encoder's vocabulary anyway.
"""

from __future__ import annotations

import json
import os
import shutil
import warnings
from collections.abc import Iterable
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any
from zipfile import ZIP_DEFLATED

import numpy as np
import pandas as pd
import skops.io

from enrich.errors import ModelError, TableError
from enrich.tables import read_table, write_table
from lookalike.evaluate.reference import Reference
from lookalike.evaluate.signal import Signal
from lookalike.evaluate.unlabelled import calibrator_from
from lookalike.events import EventFeatures
from lookalike.features import DealFeatures
from lookalike.grades.rule_file import FILE as GRADES
from lookalike.grades.rule_file import grades_text, read_grades
from lookalike.grades.rules import Grades
from lookalike.hidden import HiddenPositives
from lookalike.model import LookalikeModel
from lookalike.results import KEPT
from lookalike.schema import Schema
from lookalike.value import Worth

if TYPE_CHECKING:
    from lookalike.scorecard.card import Scorecard

FORMAT = 9
#: What of the deals' features stands in model.json.
NAMED_PARTS = ("names", "columns", "positions", "text")
#: What monitoring compares leads with; models of earlier versions have none.
REFERENCE = "reference.json"
LIBRARIES = ("scikit-learn", "skrub", "lightgbm", "numpy", "pandas")

#: Types that skops does not know by itself and that a model is made of.
TRUSTED = (
    "lookalike.embed.boosted.BoostedEmbedding",
    "lookalike.embed.boosters.LightGBMBooster",
    "lookalike.embed.boosters.SklearnBooster",
    "lookalike.embed.dense.Standardizer",
    "lookalike.embed.favourites.FavouritesEmbedding",
    "lookalike.embed.forest.ForestEmbedding",
    "lookalike.embed.linear.LinearEmbedding",
    "lookalike.embed.plain.PlainEmbedding",
    "lookalike.embed.stack.StackEmbedding",
    "lookalike.embed.text.TextEmbedding",
    "lookalike.plda.LinearDiscriminants",
    "lookalike.roles.Kind",
    "lookalike.roles.Role",
    "lookalike.text.TextEncoder",
    "lookalike.universe.vectorizer.UniverseVectorizer",
    "lookalike.vectorizer.LeadVectorizer",
    "numpy.dtype",
    "sklearn.tree._tree.Tree",
    "skrub._apply_to_each_col.ApplyToEachCol",
    "skrub._check_input.CheckInputDataFrame",
    "skrub._clean_categories.CleanCategories",
    "skrub._clean_null_strings.CleanNullStrings",
    "skrub._dataframe._common.is_any_date",
    "skrub._dataframe._common.is_categorical",
    "skrub._dataframe._common.is_numeric",
    "skrub._datetime_encoder.DatetimeEncoder",
    "skrub._drop_uninformative.DropUninformative",
    "skrub._duration_to_float.DurationToFloat",
    "skrub._string_encoder.StringEncoder",
    "skrub._table_vectorizer.PassThrough",
    "skrub._table_vectorizer.ShortReprDict",
    "skrub._table_vectorizer.TableVectorizer",
    "skrub._table_vectorizer._created_by_predicate",
    "skrub._to_datetime.ToDatetime",
    "skrub._to_float.ToFloat",
    "skrub._to_str.ToStr",
    "skrub.selectors._base.All",
    "skrub.selectors._base.And",
    "skrub.selectors._base.Cols",
    "skrub.selectors._base.Filter",
    "skrub.selectors._base.Sub",
    "skrub.selectors._selectors._cardinality_below",
)


def save(model: LookalikeModel, folder: str | Path) -> None:
    """Write a model into a folder, which is made if need be.

    The files take their names when all are written, so an interrupted save leaves the old model.

    Raises
    ------
    ModelError
        If the folder cannot be written.
    """
    folder = Path(folder)
    about = {
        "format": FORMAT,
        "versions": {name: version(name) for name in LIBRARIES},
        "embedding": model.embedding_name,
        "schema": asdict(model.schema),
        "events": None if model.behaviour is None else asdict(model.behaviour),
        "calibration": model.calibrator.to_dict(),
        "groupings": _columns(model.groupings),
        "features": {part: getattr(model.features, part) for part in NAMED_PARTS},
        "worth": None if model.worth is None else asdict(model.worth),
        "ece": model.ece,
        "signal": None if model.signal is None else asdict(model.signal),
        "hidden": None if model.hidden is None else asdict(model.hidden),
        "choice": _columns(model.choice),
        "drift": _columns(model.drift),
    }
    reference = None if model.reference is None else model.reference.to_dict()
    estimators = {"vectorizer": model.vectorizer, "embedding": model.embedding}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(prefix=".", suffix=".part", dir=folder) as name:
            part = Path(name)
            skops.io.dump(estimators, part / "estimators.skops", compression=ZIP_DEFLATED, compresslevel=1)
            write_table(model.deals, part / "deals.parquet")
            write_table(_feature_table(model.features), part / "features.parquet")
            text = json.dumps(about, ensure_ascii=False, indent=1)
            (part / "model.json").write_text(text, encoding="utf-8")
            (part / REFERENCE).write_text(json.dumps(reference, ensure_ascii=False), encoding="utf-8")
            (folder / GRADES).unlink(missing_ok=True)  # a model without grades must not have another's
            if model.grades is not None:
                (part / GRADES).write_text(grades_text(model.grades), encoding="utf-8")
                os.replace(part / GRADES, folder / GRADES)
            for file in ("estimators.skops", "deals.parquet", "features.parquet", REFERENCE, "model.json"):
                os.replace(part / file, folder / file)
        shutil.rmtree(folder / KEPT, ignore_errors=True)  # what was found about the model before
    except OSError as error:
        raise ModelError(
            f"{folder}: the model cannot be written ({error.strerror}); choose another folder"
        ) from error


def load(folder: str | Path, *, own: Iterable[type] = ()) -> LookalikeModel:
    """Read a model from a folder that :func:`save` wrote, or the champion of a registry.

    Parameters
    ----------
    folder : path
    own : iterable of type
        Classes of one's own that the model may be made of, such as the embedding it was fitted with. A folder
        holds their numbers; their code is the caller's.

    Raises
    ------
    ModelError
        If the folder is no model, is of another format, or holds types that a model is not made of; or, in a
        registry, is not what was added to it.
    """
    folder = model_folder(Path(folder))
    if is_scorecard(folder):
        raise ModelError(
            f"{folder}: a points scorecard names no past deals, which this needs; name a model's folder"
        )
    try:
        about: dict[str, Any] = json.loads((folder / "model.json").read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ModelError(
            f"{folder}: no model is there (model.json cannot be read); make one with fit"
        ) from error
    found = about.get("format") if isinstance(about, dict) else None
    if found != FORMAT:
        raise ModelError(f"{folder}: model format {found} is not {FORMAT}; fit it again")
    try:
        model = _described(about)
    except (KeyError, TypeError, AttributeError) as error:
        raise ModelError(f"{folder}: model.json lacks or garbles {error}; fit the model again") from error
    estimators = load_trusted(folder / "estimators.skops", about.get("versions", {}), own)
    model.vectorizer, model.embedding = estimators["vectorizer"], estimators["embedding"]
    try:
        model.deals = read_table(folder / "deals.parquet").frame
        features = read_table(folder / "features.parquet").frame
    except TableError as error:
        raise ModelError(f"{error}; or fit the model again") from error
    try:
        values = features.drop(columns="words").to_numpy(dtype=np.float32, na_value=np.nan)
        words = features["words"].fillna("").astype("str").tolist()
        model.features = DealFeatures(**about["features"], values=values, words=words)
    except (KeyError, TypeError, ValueError) as error:
        raise ModelError(
            f"{folder}: features.parquet lacks or garbles {error}; fit the model again"
        ) from error
    model.reference = _reference(folder / REFERENCE)
    model.grades = _grades(folder)
    model.prepare()
    return model


def model_folder(folder: Path) -> Path:
    """Give the folder to read from where a registry (:mod:`lookalike.registry`) has a say in it."""
    if not any((place / "registry.json").is_file() for place in (folder, folder.resolve().parent.parent)):
        return folder
    from lookalike.registry.folder import resolved

    return resolved(folder)


def _reference(path: Path) -> Reference | None:
    try:
        kept = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else None
        return None if kept is None else Reference.from_dict(kept)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise ModelError(f"{path}: lacks or garbles {error}; fit the model again") from error


def _grades(folder: Path) -> Grades | None:
    """Read the rules of grades; a mistake in them spoils nothing but grades, so it is only told."""
    try:
        return read_grades(folder) if (folder / GRADES).is_file() else None
    except ModelError as error:
        warnings.warn(str(error), stacklevel=3)
        return None


def load_scorer(path: str | Path) -> LookalikeModel | Scorecard:
    """Read what can score and explain leads: a model's folder, or a scorecard, whose name ends in ``.toml``.

    Raises
    ------
    ModelError
        If it can be read as neither.
    """
    from lookalike.scorecard.rule_file import read_rules

    return read_rules(path) if is_scorecard(path) else load(path)


def is_scorecard(path: str | Path) -> bool:
    """Tell a scorecard from a model's folder.

    >>> is_scorecard("rules.toml"), is_scorecard("model")
    (True, False)
    """
    return Path(path).suffix.lower() == ".toml" and not Path(path).is_dir()


def _feature_table(features: DealFeatures) -> pd.DataFrame:
    # By number: two features may have one name.
    table = pd.DataFrame(features.values, columns=[str(i) for i in range(len(features.names))])
    return table.assign(words=features.words)


def _described(about: dict[str, Any]) -> LookalikeModel:
    """Make the model that model.json describes, still without estimators and deals."""
    events = about["events"]
    model = LookalikeModel(
        Schema(**{**about["schema"], "features": tuple(about["schema"]["features"])}),
        None if events is None else EventFeatures(tuple(events["kinds"]), events["half_life_days"]),
    )
    model.embedding_name = about["embedding"]
    model.calibrator = calibrator_from(about["calibration"])
    model.hidden = None if about["hidden"] is None else HiddenPositives(**about["hidden"])
    model.worth = None if about["worth"] is None else Worth(**about["worth"])
    model.ece = about["ece"]
    model.signal = None if about["signal"] is None else Signal(**about["signal"])
    model.groupings = pd.DataFrame(about["groupings"])
    model.choice, model.drift = _table(about["choice"]), _table(about["drift"])
    return model


def _columns(table: pd.DataFrame | None) -> dict[Any, Any] | None:
    return None if table is None else table.to_dict(orient="list")


def _table(columns: dict[Any, Any] | None) -> pd.DataFrame | None:
    return None if columns is None else pd.DataFrame(columns)


def load_trusted(path: Path, versions: dict[str, str] | None = None, own: Iterable[type] = ()) -> Any:
    """Read estimators from a skops file, if they are of the types listed here or of one's own.

    Raises
    ------
    ModelError
        If the file is damaged or holds another type.
    """
    trusted = [*TRUSTED, *(f"{one.__module__}.{one.__qualname__}" for one in own)]
    try:
        strangers = sorted(set(skops.io.get_untrusted_types(file=path)) - set(trusted))
    except Exception as error:  # whatever zip, JSON and skops make of a damaged file
        raise ModelError(
            f"{path}: cannot be read ({type(error).__name__}); copy the whole folder, or fit the model again"
        ) from error
    if strangers:
        raise ModelError(
            f"{path}: holds {strangers[0]}, which no model is made of; do not load it. If it is a "
            "class of your own, give the class to load(…, own=[…])"
        )
    try:
        return skops.io.load(path, trusted=trusted)
    except Exception as error:
        changed = [f"{n} {v} (here {version(n)})" for n, v in (versions or {}).items() if version(n) != v]
        cause = f"it was made with {', '.join(changed)}" if changed else type(error).__name__
        raise ModelError(f"{path}: cannot be loaded ({cause}); fit the model again") from error
