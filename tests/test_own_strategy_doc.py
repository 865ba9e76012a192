"""The example of a strategy of one's own in STRATEGIES.md: it is loaded, asked, shown and swept as it stands there."""

import re
from pathlib import Path

import pytest

from app.strategies import constants, load, with_constants
from engine.signal import Signal, Strategy
from engine.strategies.explain import inquiry_of
from engine.strategies.guarded import Guarded
from tests.engine.builders import standing
from tests.program import ROOT, run

PAGE = (ROOT / "STRATEGIES.md").read_text(encoding="utf-8")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    (code,) = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    path = tmp_path / "pressure.py"
    path.write_text(code, encoding="utf-8")
    return path


@pytest.fixture
def pressure(file: Path) -> Strategy:
    (strategy,) = load([str(file)])
    return strategy


def test_it_answers_with_each_of_its_gates_and_with_a_signal(pressure: Strategy) -> None:
    assert isinstance(pressure, Guarded)
    assert pressure.evaluate(standing(distance=0.0001)) == ("distance", 0.0001, 0.0002)
    assert isinstance(
        with_constants(pressure, {"min_weight": 0.0}).evaluate(standing(distance=0.001, up_ask=6000)), Signal
    )
    gate = with_constants(pressure, {"min_weight": 0.0}).evaluate(standing(distance=0.001, up_ask=6600))
    assert isinstance(gate, tuple)
    assert gate[0] == "edge"
    assert pressure.faults == 0, pressure.first


def test_its_gates_are_shown_with_their_values(pressure: Strategy) -> None:
    inquiry = inquiry_of(pressure)
    assert inquiry is not None
    readings = inquiry.readings(standing(distance=0.001, up_ask=6000))
    assert [reading.name for reading in readings] == ["distance", "weight", "edge"]


def test_its_figures_can_be_swept(pressure: Strategy) -> None:
    assert set(constants(pressure)) == {"min_distance", "min_weight", "fair", "min_edge"}


def test_it_trades_beside_ours_from_the_setting_of_the_page(file: Path) -> None:
    (setting,) = re.findall(r"^STRATEGIES=(.*pressure\.py)$", PAGE, re.MULTILINE)
    window = ["--window", "10", "--markets", "1", "--seed", "27", "--log-dir", "logs"]
    settings = {"STRATEGIES": setting, "ORDER_CUTOFF_S": "1"}
    done = run("--no-ui", "--demo", *window, cwd=file.parent, environment=settings, timeout=60)
    assert done.returncode == 0, done.stderr
    assert "the strategy failed" not in done.stderr
    (recording,) = (file.parent / "logs").rglob("frames.jsonl.gz")
    check = run("replay", "--check", str(recording.parent), cwd=file.parent, environment=settings, timeout=60)
    assert check.stdout.startswith("same "), check.stdout
    without = run("replay", "--check", str(recording.parent), cwd=file.parent, timeout=60)
    assert without.stdout.startswith("unread "), without.stdout
    assert "'pressure' is none of" in without.stdout
