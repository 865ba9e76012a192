"""The themes: they can be read by a person, and every style of the panels has its colour in each of them."""

import tomllib
from collections.abc import Iterator
from importlib.resources import files
from typing import Any, ClassVar

import pytest
from textual.app import App, ComposeResult
from textual.color import Color
from textual.theme import BUILTIN_THEMES, Theme

import themes
from engine.view import View
from tests.snap import screen_text
from widgets.cells import STYLES
from widgets.panel import Drawing, Panel
from widgets.theme import CSS_PATH, load_themes, variable_defaults

THEMES = {theme.name: theme for theme in load_themes()}
MODES = ("paper", "armed", "halted")
DECORATION = "frame"
"""The one style that no word is written in."""


class Sampler(Panel):
    """A row in every style."""

    TITLE: ClassVar[str] = "samples"

    def draw(self, view: View, width: int, height: int) -> Drawing:
        """One row a style."""
        return Drawing([((name, name),) for name in STYLES])


class Console(App[None]):
    """As small as an App with our themes can be."""

    CSS_PATH = CSS_PATH
    AUTO_FOCUS = None

    def __init__(self) -> None:
        super().__init__()
        for theme in load_themes():
            self.register_theme(theme)
        self.theme = themes.NAMES[0]

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Our colours also where a theme does not know them."""
        return variable_defaults()

    def compose(self) -> ComposeResult:
        """The samples, as the position panel, whose frame follows the mode."""
        yield Sampler("position")


def luminance(color: Color) -> float:
    """Relative luminance as WCAG 2 defines it."""
    parts = [part / 255 for part in color.rgb]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str | None, other: str | None) -> float:
    """Contrast ratio as WCAG 2 defines it, 1 to 21."""
    assert one is not None
    assert other is not None
    dark, light = sorted((luminance(Color.parse(one)), luminance(Color.parse(other))))
    return (light + 0.05) / (dark + 0.05)


def inks(theme: Theme) -> Iterator[tuple[str, str | None, str | None]]:
    """Every pair of ink and ground on which words are read."""
    for name in STYLES:
        if name not in ("mode", DECORATION):
            yield name, theme.variables[f"pm-{name}"], theme.background
            yield f"{name} in a dialog", theme.variables[f"pm-{name}"], theme.surface
    for mode in MODES:
        yield f"{mode} badge", theme.variables[f"pm-{mode}-ink"], theme.variables[f"pm-{mode}"]
    yield "text", theme.foreground, theme.background
    yield "cursor", theme.variables["block-cursor-foreground"], theme.variables["block-cursor-background"]
    yield "label under the cursor", theme.variables["pm-label"], theme.variables["block-cursor-background"]
    for part in ("foreground", "key-foreground", "description-foreground"):
        yield f"footer {part}", theme.variables[f"footer-{part}"], theme.variables["footer-background"]


def test_the_contrast_of_black_and_white_is_known() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


def test_there_is_a_file_for_each_name_and_a_name_for_each_file() -> None:
    assert {file.name for file in files(themes).iterdir() if file.name.endswith(".toml")} == {
        f"{name}.toml" for name in themes.NAMES
    }
    assert tuple(THEMES) == themes.NAMES


@pytest.mark.parametrize(("name", "least"), [("dark", 4.5), ("light", 4.5), ("contrast", 7.0)])
def test_every_word_can_be_read(name: str, least: float) -> None:
    faint = {what: round(contrast(ink, ground), 2) for what, ink, ground in inks(THEMES[name])}
    assert {what: ratio for what, ratio in faint.items() if ratio < least} == {}


def test_frames_can_be_seen_in_the_contrast_theme() -> None:
    assert contrast(THEMES["contrast"].variables["pm-frame"], THEMES["contrast"].background) >= 3


@pytest.mark.parametrize("theme", THEMES.values(), ids=THEMES)
def test_a_value_outshines_its_label_and_the_frame_is_quieter_than_both(theme: Theme) -> None:
    bright, text, label, frame = (
        contrast(theme.variables[f"pm-{name}"], theme.background) for name in ("bright", "text", "label", "frame")
    )
    assert bright > text > label > frame


@pytest.mark.parametrize("theme", THEMES.values(), ids=THEMES)
def test_armed_stands_out_from_the_screen_and_paper_does_not(theme: Theme) -> None:
    paper, armed = (contrast(theme.variables[f"pm-{mode}"], theme.background) for mode in ("paper", "armed"))
    assert paper < 2 < 4.5 < armed
    assert len({theme.variables[f"pm-{mode}"] for mode in MODES}) == len(MODES)


@pytest.mark.parametrize("name", themes.NAMES)
def test_all_themes_have_the_same_variables(name: str) -> None:
    assert THEMES[name].variables.keys() == variable_defaults().keys()
    assert {f"pm-{style}" for style in STYLES if style != "mode"} <= THEMES[name].variables.keys()


def test_a_misspelt_field_is_an_error() -> None:
    fields: dict[str, Any] = tomllib.loads((files(themes) / "dark.toml").read_text(encoding="utf-8"))
    with pytest.raises(TypeError):
        Theme(**(fields | {"backgruond": "#000000"}))


def painted(app: App[Any]) -> dict[str, tuple[str, str]]:
    """Ink and ground of each word on the screen."""
    found: dict[str, tuple[str, str]] = {}
    for strip in app.screen._compositor.render_strips():
        for segment in strip:
            style = segment.style
            if segment.text.strip() and style is not None and style.color is not None and style.bgcolor is not None:
                ink, ground = style.color.get_truecolor(), style.bgcolor.get_truecolor(foreground=False)
                found[segment.text.strip()] = (ink.hex, ground.hex)
    return found


@pytest.mark.parametrize("name", themes.NAMES)
async def test_the_panels_are_painted_in_the_colours_of_the_theme(name: str) -> None:
    app = Console()
    async with app.run_test(size=(40, 20)) as pilot:
        app.theme = name
        await pilot.pause()
        app.query_one(Sampler).offer(View("btc", "5m"), 99)
        await pilot.pause()
        colours = painted(app)
        variables = THEMES[name].variables
        for style in STYLES:
            wanted = ("pm-paper-ink", "pm-paper") if style == "mode" else (f"pm-{style}", "")
            ground = variables[wanted[1]] if wanted[1] else THEMES[name].background
            assert colours[style] == (variables[wanted[0]], ground), style


@pytest.mark.parametrize("mode", ["armed", "halted"])
async def test_the_mode_colours_the_badge_and_the_frame_of_the_position(mode: str) -> None:
    app = Console()
    async with app.run_test(size=(40, 20)) as pilot:
        panel = app.query_one(Sampler)
        panel.offer(View("btc", "5m"), 99)
        app.set_class(True, f"-{mode}")
        await pilot.pause()
        panel.offer(View("btc", "5m"), 99)
        await pilot.pause()
        colours, variables = painted(app), THEMES["dark"].variables
        assert colours["mode"] == (variables[f"pm-{mode}-ink"], variables[f"pm-{mode}"])
        assert colours["│"][0] == variables[f"pm-{mode}"]
        app.set_class(False, f"-{mode}")
        await pilot.pause()
        panel.offer(View("btc", "5m"), 99)
        await pilot.pause()
        assert painted(app)["mode"] == (variables["pm-paper-ink"], variables["pm-paper"])


async def test_a_theme_that_is_not_ours_does_not_break_the_screen() -> None:
    app = Console()
    async with app.run_test(size=(40, 20)) as pilot:
        app.theme = next(iter(BUILTIN_THEMES))
        await pilot.pause()
        app.query_one(Sampler).offer(View("btc", "5m"), 99)
        await pilot.pause()
        assert "bright" in screen_text(app)
