"""The themes as Textual wants them, read from the data files that ship with the program."""

import tomllib
from importlib.resources import files
from typing import Final

from textual.theme import Theme

import themes

CSS_PATH: Final = str(files(themes) / "console.tcss")
"""For `App.CSS_PATH`: an absolute path, so that it does not hang on where the App's module lies."""


def load_themes() -> list[Theme]:
    """Every theme of ours, in the order of `themes.NAMES`."""
    return [_read(name) for name in themes.NAMES]


def variable_defaults() -> dict[str, str]:
    """For `App.get_theme_variable_defaults`: our own colour names, for a theme that does not know them."""
    return dict(_read(themes.NAMES[0]).variables)


def _read(name: str) -> Theme:
    return Theme(**tomllib.loads((files(themes) / f"{name}.toml").read_text(encoding="utf-8")))
