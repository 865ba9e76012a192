"""Which strategies run: ours by name, a file's by its path, a package's by its entry point."""

import sys
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import pytest

from app.strategies import Selection, constants, known, load, names, with_constants
from app.values import SettingError
from engine.signal import Signal
from engine.strategies import standard
from engine.strategies.guarded import Guarded
from engine.strategies.momentum import Momentum
from tests.engine.builders import Declines, standing

OURS = ("distance_fade", "momentum", "settlement_sniper")

SOURCE = """
from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from engine.signal import Gate, Signal
from engine.state import MarketState


@dataclass(frozen=True, slots=True)
class Patient:
    name: ClassVar[str] = "patient"
    gates: ClassVar[tuple[tuple[str, str], ...]] = (("left", "min_left_frac"),)

    min_left_frac: float = 0.5
    trades: int = 3
    label: str = "x"
    eager: bool = False

    def __post_init__(self) -> None:
        if self.trades < 0:
            raise ValueError("trades")

    def evaluate(self, state: MarketState) -> Signal | Gate:
        return ("left", state.left_frac, self.min_left_frac)


STRATEGY = Patient()
"""

Write = Callable[[str], str]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Writes a strategy's file; its path as a person gives it."""

    def write(source: str) -> str:
        path = tmp_path / f"rule_{len(list(tmp_path.iterdir()))}.py"
        path.write_text(source, encoding="utf-8")
        return str(path)

    return write


def refusal(*spec: str) -> str:
    with pytest.raises(SettingError) as refused:
        load(spec)
    return str(refused.value)


class TestOurs:
    def test_they_are_loaded_by_name_in_the_order_that_was_asked_for(self) -> None:
        assert load(OURS) == standard()
        assert [one.name for one in load(["momentum", "distance_fade"])] == ["momentum", "distance_fade"]
        assert load([]) == ()

    def test_they_are_known(self) -> None:
        assert names()[:3] == OURS
        assert [known()[name] for name in OURS] == list(standard())

    def test_an_unknown_name_is_refused_with_the_known_ones(self) -> None:
        assert refusal("luck") == (
            f"STRATEGIES: luck is none of {', '.join(names())}; give one of these or the path of a .py file."
        )

    def test_a_name_that_comes_twice_is_refused(self) -> None:
        assert "two strategies are called momentum" in refusal("momentum", "momentum")


class TestFile:
    def test_it_adds_a_strategy_under_guard(self, write: Write) -> None:
        ours, theirs = load(["momentum", write(SOURCE)])
        assert ours == Momentum()
        assert isinstance(theirs, Guarded)
        assert theirs.name == "patient"
        assert theirs.evaluate(standing(left_s=150.0)) == ("left", 0.5, 0.5)

    @pytest.mark.parametrize("made", ["Patient", "lambda: Patient()"])
    def test_what_makes_a_strategy_will_do(self, made: str, write: Write) -> None:
        (strategy,) = load([write(SOURCE.replace("STRATEGY = Patient()", f"STRATEGY = {made}"))])
        assert strategy.name == "patient"

    @pytest.mark.parametrize(
        ("source", "why"),
        [
            ("", "has no STRATEGY; end it with STRATEGY = its strategy."),
            ("x = 1\ny = x / 0\n", "cannot be loaded (ZeroDivisionError in line 2); correct it."),
            ("import nowhere_to_be_found\n", "cannot be loaded (ModuleNotFoundError in line 1); correct it."),
            ("x = 1\ndef f(:\n", "cannot be loaded (SyntaxError in line 2); correct it."),
            ("import sys\nsys.exit(3)\n", "cannot be loaded (SystemExit in line 2); correct it."),
            ("\0", "cannot be loaded (SyntaxError"),
            ("STRATEGY = 3", "is a int; it must be a strategy or what makes one."),
            ("STRATEGY = lambda x: x", "cannot be made (TypeError); it must need no arguments."),
            ("class STRATEGY:\n    def evaluate(self, state): ...", "is called None; a strategy's name is made of"),
            (SOURCE.replace('"patient"', '"Patient"'), "is called Patient; a strategy's name is made of a-z"),
            (SOURCE.replace('"patient"', '"a.b"'), "is called a.b; a strategy's name"),
            (SOURCE.replace('"patient"', '"a\\n"'), "a strategy's name"),
            (SOURCE.replace('"patient"', f'"{"a" * 41}"'), "no longer than 40"),
            (SOURCE.replace('"patient"', '"momentum"'), "has a strategy momentum, a name that is taken; rename it."),
            ("class STRATEGY:\n    name = 'idle'", "has no evaluate(state); a strategy answers there."),
            ("class STRATEGY:\n    name = 'idle'\n    evaluate = 3", "has no evaluate(state)"),
        ],
    )
    def test_one_that_gives_no_strategy_says_why_in_one_sentence(self, source: str, why: str, write: Write) -> None:
        path = write(source)
        told = refusal(path)
        assert told.startswith("STRATEGIES: ")
        assert Path(path).name in told
        assert why in told
        assert "\n" not in told

    def test_one_that_is_not_there_is_refused(self, tmp_path: Path) -> None:
        assert refusal(str(tmp_path / "no.py")).endswith("no.py is not a file; give the path of a Python file.")
        assert "is not a file" in refusal(str(tmp_path) + "/.py")

    def test_two_of_one_name_are_refused(self, write: Write) -> None:
        assert "two strategies are called patient" in refusal(write(SOURCE), write(SOURCE))

    def test_one_that_failed_leaves_nothing_behind(self, write: Write) -> None:
        before = set(sys.modules)
        refusal(write("1 / 0"))
        assert set(sys.modules) == before


class TestPackage:
    """A distribution as pip leaves it: a module, and a folder that says what it gives."""

    @pytest.fixture
    def install(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
        def install(point: str, source: str = SOURCE, name: str = "patience") -> None:
            site = tmp_path / "site" / name
            about = site / f"{name}-1.0.dist-info"
            about.mkdir(parents=True)
            (site / f"{name}_rules.py").write_text(source, encoding="utf-8")
            (about / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
            (about / "entry_points.txt").write_text(f"[pmtui.strategies]\n{point}\n")
            monkeypatch.syspath_prepend(site)
            monkeypatch.delitem(sys.modules, f"{name}_rules", raising=False)

        return install

    @pytest.mark.parametrize("target", ["STRATEGY", "Patient"])
    def test_its_strategy_is_loaded_by_name(self, target: str, install: Callable[..., None]) -> None:
        install(f"patient = patience_rules:{target}")
        assert "patient" in names()
        ours, theirs = load(["momentum", "patient"])
        assert isinstance(theirs, Guarded)
        assert (ours.name, theirs.name) == ("momentum", "patient")
        assert known()["patient"].name == "patient"
        assert "patient" in refusal("luck")

    @pytest.mark.parametrize(
        ("point", "why"),
        [
            ("patient = patience_rules:Nobody", "cannot be loaded (AttributeError); update or uninstall it."),
            ("patient = nowhere_to_be_found:X", "cannot be loaded (ModuleNotFoundError)"),
            ("calm = patience_rules:Patient", "calls itself patient; its entry point must have the same name."),
            ("momentum = patience_rules:Patient", "is given by pmtui and by patience; uninstall all but one."),
            ("patient = patience_rules:dataclass", "is called None; a strategy's name"),
        ],
    )
    def test_one_that_gives_no_strategy_is_refused_when_it_is_asked_for(
        self, point: str, why: str, install: Callable[..., None]
    ) -> None:
        install(point)
        told = refusal(point.partition(" ")[0])
        assert why in told
        assert "patience" in told
        assert load(["distance_fade"])

    def test_two_packages_with_one_name_are_refused(self, install: Callable[..., None]) -> None:
        install("patient = patience_rules:Patient")
        install("patient = calmness_rules:Patient", name="calmness")
        assert "patient is given by calmness and by patience; uninstall all but one." in refusal("patient")

    def test_a_file_cannot_take_a_packages_name(self, install: Callable[..., None], write: Write) -> None:
        install("patient = patience_rules:Patient")
        assert "a name that is taken" in refusal(write(SOURCE))


class TestConstants:
    def test_they_are_the_numbers_among_the_fields(self, write: Write) -> None:
        (theirs,) = load([write(SOURCE)])
        assert constants(theirs) == {"min_left_frac": 0.5, "trades": 3}
        assert constants(Momentum())["min_edge"] == 0.05
        assert "steps_s" not in constants(standard()[2])

    def test_a_strategy_that_is_no_dataclass_has_none(self) -> None:
        class Plain:
            name = "plain"
            evaluate = Declines.evaluate

        assert constants(Plain()) == {}
        with pytest.raises(SettingError, match="plain has no constant x; it has no constants"):
            with_constants(Plain(), {"x": 1.0})

    def test_they_can_be_changed(self, write: Write) -> None:
        assert with_constants(Momentum(), {"min_edge": 1}) == Momentum(min_edge=1.0)
        (theirs,) = load([write(SOURCE)])
        changed = with_constants(theirs, {"trades": 5.0})
        assert isinstance(changed, Guarded)
        assert constants(changed) == {"min_left_frac": 0.5, "trades": 5}
        assert type(constants(changed)["trades"]) is int
        assert constants(theirs)["trades"] == 3

    @pytest.mark.parametrize(
        ("changed", "why"),
        [
            ({"min_egde": 0.1}, "patient has no constant min_egde; its constants are min_left_frac, trades."),
            ({"label": 1.0}, "patient has no constant label"),
            ({"eager": 1.0}, "patient has no constant eager"),
            ({"trades": 2.5}, "patient.trades cannot be 2.5; it is a whole number."),
            ({"trades": True}, "patient.trades cannot be True; give it a finite number."),
            ({"min_left_frac": float("nan")}, "patient.min_left_frac cannot be nan"),
            ({"trades": -1}, "patient refuses trades=-1 (ValueError)."),
        ],
    )
    def test_what_cannot_be_set_is_named(self, changed: dict[str, float], why: str, write: Write) -> None:
        with pytest.raises(SettingError) as refused:
            with_constants(load([write(SOURCE)])[0], changed)
        assert why in str(refused.value)


def answer_of(selection: Selection) -> Signal | tuple[str, float, float]:
    """What the last of the strategies says in the middle of a window."""
    return selection.load()[-1].evaluate(standing(left_s=150.0))


class TestSelection:
    def test_it_carries_a_files_strategy_with_its_constants_into_another_process(self, write: Write) -> None:
        selection = Selection(("momentum", write(SOURCE)), (("patient.min_left_frac", 0.75),))
        with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as workers:
            assert workers.submit(answer_of, selection).result(timeout=60) == ("left", 0.5, 0.75)

    def test_constants_go_to_the_strategy_that_they_name(self) -> None:
        fade, momentum = Selection(("distance_fade", "momentum"), (("momentum.min_edge", 0.2),)).load()
        assert (fade, momentum) == (standard()[0], Momentum(min_edge=0.2))

    @pytest.mark.parametrize(
        ("dotted", "why"), [("luck.min_edge", "luck.min_edge is of no strategy here"), ("momentum", "no constant ''")]
    )
    def test_a_constant_of_nobody_is_refused(self, dotted: str, why: str) -> None:
        with pytest.raises(SettingError, match=why):
            Selection(("momentum",), ((dotted, 0.2),)).load()
