"""Pictures of the screen, kept beside the tests: `snap(app)` compares what is on the screen now with the kept one.

The text is compared first, because its difference can be read (`.txt`); then the colours and styles (`.svg`). A picture
that differs is written beside the kept one as `.got.svg`. `pytest --snap-update` keeps what is on the screen now; look
at it before it is committed (`python -m tests.svg_to_png` makes a PNG).
"""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from textual.app import App

Snap = Callable[..., None]
"""Called as `snap(app)` inside `run_test`, with a name for each further picture of the same test."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """The one option."""
    parser.addoption("--snap-update", action="store_true", help="keep the pictures of the screen as they are now")


def screen_text(app: App[Any]) -> str:
    """What a person would read, a line a row, without blanks at the ends."""
    return "\n".join(strip.text.rstrip() for strip in app.screen._compositor.render_strips()) + "\n"


def screen_picture(app: App[Any], title: str) -> str:
    """The screen as an SVG that is the same for the same screen: the random id in it is taken out."""
    svg = app.export_screenshot(title=title, simplify=True)
    return re.sub(r"terminal-\d+", "terminal", svg)


@pytest.fixture
def snap(request: pytest.FixtureRequest) -> Snap:
    """Compares with `snapshots/<test file>/<test>[-name].txt` and `.svg` beside the test file."""
    test = re.sub(r"[^\w.-]+", "_", request.node.name).strip("_")
    folder = Path(request.path).parent / "snapshots" / Path(request.path).stem
    update = bool(request.config.getoption("--snap-update"))

    def compare(app: App[Any], name: str = "") -> None:
        stem = f"{test}-{name}" if name else test
        check(folder, stem, screen_text(app), screen_picture(app, stem), update)

    return compare


def check(folder: Path, stem: str, text: str, picture: str, update: bool) -> None:
    """Fail unless text and picture are the kept ones, or keep them."""
    kept_text, kept_picture = folder / f"{stem}.txt", folder / f"{stem}.svg"
    got_picture = folder / f"{stem}.got.svg"
    if update:
        folder.mkdir(parents=True, exist_ok=True)
        kept_text.write_text(text, encoding="utf-8")
        kept_picture.write_text(picture, encoding="utf-8")
        got_picture.unlink(missing_ok=True)
        return
    if not (kept_text.exists() and kept_picture.exists()):
        pytest.fail(f"no picture {kept_picture.name} is kept; run pytest --snap-update and look at it")
    same_picture = picture == kept_picture.read_text(encoding="utf-8")
    if same_picture:
        got_picture.unlink(missing_ok=True)
    else:
        got_picture.write_text(picture, encoding="utf-8")
    assert text == kept_text.read_text(encoding="utf-8")
    if not same_picture:
        pytest.fail(f"the text is the same, colours or styles are not: compare {kept_picture} with {got_picture}")
