"""Colours and layout rules, as data: a `NAME.toml` a theme, and `console.tcss` for all of them."""

from typing import Final

NAMES: Final = ("dark", "light", "contrast")
"""The themes there are, in the order in which a key steps through them; the first is the default."""
