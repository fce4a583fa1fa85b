"""The lock file: what is installed can be installed again, and no line of it names a host."""

import re
from importlib.metadata import distributions
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

LOCK = (Path(__file__).resolve().parent.parent / "requirements.lock").read_text(encoding="utf-8")
PINS = [Requirement(line.rstrip(" \\")) for line in LOCK.splitlines() if line and not line.startswith(" ")]


def test_every_pin_has_hashes_and_no_line_names_a_host():
    assert len(PINS) > 100
    assert all(str(pin.specifier).startswith("==") for pin in PINS)
    assert all(line.endswith("\\") for line in LOCK.splitlines() if line and not line.startswith(" "))
    assert not re.search(r"https?://|file:|^-", LOCK, re.MULTILINE)


def test_an_extra_that_a_package_asks_for_is_pinned_as_an_extra():
    """Beside a bare pin older pips take the newest ``coverage[toml]``, and refuse it as not pinned."""
    pinned = {canonicalize_name(pin.name): pin.extras for pin in PINS}
    wanted = [
        requirement
        for distribution in distributions()
        if canonicalize_name(distribution.metadata["Name"]) in pinned
        for requirement in map(Requirement, distribution.requires or [])
        if requirement.extras and (not requirement.marker or requirement.marker.evaluate({"extra": ""}))
    ]
    assert wanted
    missing = [str(one) for one in wanted if not one.extras <= pinned[canonicalize_name(one.name)]]
    assert not missing
