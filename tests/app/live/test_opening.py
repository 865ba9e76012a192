"""The live account that cannot be opened: said in words, and nobody waits for it for ever."""

import sys
from pathlib import Path

import pytest

from app.live_desk import LiveDesk
from app.live_news import LiveAlarm
from app.live_plan import DISARM_FILE, KILL_FILE, LivePlan
from app.news import News
from app.plan import Plan
from app.settings import load
from app.telemetry.writer import Writer
from engine.market import Market


def a_desk(folder: Path, news: list[News]) -> LiveDesk:
    settings = load({}, {}, None)

    async def nobody_knows(_: Market) -> int | None:
        return None

    plan = Plan(settings.limits(), (), settings.clob_ws_url, "test", "0", record=False, tape=False)
    return LiveDesk(settings, LivePlan(plan, Writer(), folder, False, folder, nobody_knows), news.append)


async def test_a_missing_key_is_one_sentence(tmp_path: Path) -> None:
    news: list[News] = []
    desk = a_desk(tmp_path, news)
    desk.open()
    assert desk.opening is not None
    await desk.opening
    assert desk.refused.startswith("WALLET_KEY_FILE is empty")
    assert desk.gates(None)[0].state == desk.refused


async def test_a_fault_is_an_alarm_with_its_place_and_without_its_variables(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def breaks(*_: object) -> None:
        secret = "0x" + "ab12" * 16
        raise RuntimeError(f"no use for {secret}")

    monkeypatch.setattr("app.live.opening.open_account", breaks)
    news: list[News] = []
    desk = a_desk(tmp_path, news)
    desk.open()
    assert desk.opening is not None
    await desk.opening
    assert desk.refused == "a fault of the program (RuntimeError); start it again"
    (alarm,) = [one for one in news if isinstance(one, LiveAlarm)]
    assert "live/test_opening.py" in alarm.sentence
    assert "ab12" not in alarm.sentence


@pytest.mark.parametrize("name", [DISARM_FILE, KILL_FILE])
def test_a_file_that_stops_trading_closes_a_gate_for_as_long_as_it_is_there(tmp_path: Path, name: str) -> None:
    plan = a_desk(tmp_path, [])._plan
    assert plan.switch_gate().passed
    (tmp_path / name).touch()
    assert not plan.switch_gate().passed
    assert f"the file {name} is in the log folder" in plan.switch_gate().state
    (tmp_path / name).unlink()
    assert plan.switch_gate().passed


async def test_without_the_extra_it_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "coincurve", None)
    news: list[News] = []
    desk = a_desk(tmp_path, news)
    desk.open()
    assert desk.opening is not None
    await desk.opening
    assert "pip install 'pmtui[live]'" in desk.refused
    assert desk.gates(None)[0].state == desk.refused
