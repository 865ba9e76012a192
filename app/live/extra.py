"""Whether the cryptography for live orders is installed: the extra `live`, which paper does without."""

from importlib.util import find_spec
from typing import Final

_PACKAGES: Final = {"eth_account": "eth-account", "coincurve": "coincurve"}
"""Modules and the packages that hold them. Without coincurve eth-account signs ten times slower, in pure Python."""


class ExtraMissing(Exception):
    """Live orders cannot be signed here: one sentence with what to do."""


def check_extra() -> None:
    """Raises ExtraMissing where a package is absent. To be asked before anything else of `app.live` is imported."""
    missing = [package for module, package in _PACKAGES.items() if find_spec(module) is None]
    if missing:
        raise ExtraMissing(
            f"live orders need {' and '.join(missing)}, which this installation lacks; run pip install 'pmtui[live]'"
        )
