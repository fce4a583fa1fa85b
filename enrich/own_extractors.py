"""Loading people's own extractors, which register themselves when their module runs."""

from __future__ import annotations

import importlib
import importlib.util
import sys
from collections.abc import Iterable
from pathlib import Path

from enrich.errors import SettingsError


def load(modules: Iterable[str]) -> None:
    """Run modules or ``.py`` files that hold extractors.

    Parameters
    ----------
    modules : iterable of str
        Names of importable modules, or paths that end in ``.py``.

    Raises
    ------
    SettingsError
        If one is missing or fails; the message says where.
    """
    for module in modules:
        try:
            if module.endswith(".py"):
                _run(Path(module))
            else:
                importlib.import_module(module)
        except SettingsError:
            raise
        except Exception as error:
            reason = f"{type(error).__name__}: {error}"
            raise SettingsError(
                f"extractor_modules: '{module}' cannot be loaded ({reason}); correct it"
            ) from error


def _run(path: Path) -> None:
    name = f"own_extractors_{path.stem}"
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None or not path.is_file():
        raise SettingsError(f"extractor_modules: '{path}' is no file; check the path")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module  # inspect and dataclasses look modules up there
    spec.loader.exec_module(module)
