from dataclasses import replace
from pathlib import Path

import pytest

from app.telemetry.folders import window_folder
from app.telemetry.info import write_info
from tests.app.telemetry.examples import MARKET, START_MS

SLUG = MARKET.slug


def test_paper_live_and_demo_lie_apart(tmp_path: Path) -> None:
    assert window_folder(tmp_path, MARKET) == tmp_path / "5m" / SLUG
    assert window_folder(tmp_path, MARKET, "live") == tmp_path / "live" / "5m" / SLUG
    assert window_folder(tmp_path, MARKET, demo=True) == tmp_path / "demo" / "5m" / SLUG
    assert window_folder(tmp_path, MARKET, "live", demo=True) == tmp_path / "demo" / "live" / "5m" / SLUG


@pytest.mark.parametrize(
    "slug",
    ["", ".", "..", "../x", "/etc/passwd", "a/b", "a\\b", "A", "-a", "a\n", "a.b", "a\0", "x" * 82, "é", "a b", "~"],
)
def test_a_slug_that_is_no_plain_name_makes_no_folder(tmp_path: Path, slug: str) -> None:
    with pytest.raises(ValueError, match="cannot name a folder"):
        window_folder(tmp_path, replace(MARKET, slug=slug))


def test_a_link_out_of_the_log_folder_is_refused(tmp_path: Path) -> None:
    logs, elsewhere = tmp_path / "logs", tmp_path / "elsewhere"
    logs.mkdir()
    elsewhere.mkdir()
    (logs / "5m").symlink_to(elsewhere)
    with pytest.raises(ValueError, match="leads out"):
        window_folder(logs, MARKET)


def test_the_log_folder_may_itself_be_a_link(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "logs").symlink_to(tmp_path / "real")
    assert window_folder(tmp_path / "logs", MARKET) == tmp_path / "logs" / "5m" / SLUG


def test_a_slug_that_comes_twice_takes_its_start_time(tmp_path: Path) -> None:
    hour = replace(MARKET, slug="bitcoin-up-or-down-november-1-2026-1am-et")
    again = replace(hour, start_ms=START_MS + 3_600_000)
    folder = window_folder(tmp_path, hour)
    write_info(folder / "market_info.txt", f"slug={hour.slug}\nstart_ms={START_MS}\n")
    assert window_folder(tmp_path, hour) == folder
    assert window_folder(tmp_path, again) == folder.with_name(f"{hour.slug}-{START_MS // 1000 + 3600}")
