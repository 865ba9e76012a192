import stat
from decimal import Decimal
from pathlib import Path

import pytest

from app.telemetry.info import MarketInfo, read_info, write_info


def saved(info: MarketInfo) -> dict[str, str]:
    write_info(info.path, info.text())
    return read_info(info.path)


def test_the_keys_of_the_design_stand_in_its_order_and_strategies_follow(tmp_path: Path) -> None:
    info = MarketInfo(tmp_path / "market_info.txt")
    info.update({"strategy.momentum": "signals 3", "outcome": "UP", "end_ms": 2, "slug": "s", "strike": 83711.123456})
    info.update({"net_pnl": Decimal("-1.8600000001"), "strike_source": "chainlink_twap", "start_ms": 1})
    assert info.text().split("\n") == [
        "slug=s",
        "strike=83711.123456",
        "strike_source=chainlink_twap",
        "start_ms=1",
        "end_ms=2",
        "outcome=UP",
        "net_pnl=-1.8600000001",
        "strategy.momentum=signals 3",
        "",
    ]


def test_what_was_saved_is_read_again_and_an_earlier_run_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "5m" / "slug" / "market_info.txt"
    first = MarketInfo(path)
    first.update({"slug": "s", "strike": 1.5})
    saved(first)
    second = MarketInfo(path)
    second.update({"strike": 1.25})
    assert saved(second) == {"slug": "s", "strike": "1.25"}
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_what_was_forgotten_is_not_saved(tmp_path: Path) -> None:
    info = MarketInfo(tmp_path / "market_info.txt")
    info.update({"slug": "s", "strike": 1.5})
    info.forget("strike")
    info.forget("never written")
    assert saved(info) == {"slug": "s"}


def test_a_value_cannot_make_a_second_line(tmp_path: Path) -> None:
    info = MarketInfo(tmp_path / "market_info.txt")
    info.update({"slug": "a\nstart_ms=0\x1b[2J"})
    assert saved(info) == {"slug": "a�start_ms=0�[2J"}


@pytest.mark.parametrize("key", ["", "a=b", "a\nb", "A", "1a"])
def test_a_key_that_would_not_read_back_is_refused(tmp_path: Path, key: str) -> None:
    info = MarketInfo(tmp_path / "market_info.txt")
    with pytest.raises(ValueError, match="is no key"):
        info.update({"slug": "s", key: 1})
    assert info.text() == ""


def test_a_save_that_fails_leaves_the_old_file_whole(tmp_path: Path) -> None:
    path = tmp_path / "market_info.txt"
    write_info(path, "slug=old\n")
    (tmp_path / "market_info.txt.tmp").mkdir()
    with pytest.raises(OSError):
        write_info(path, "slug=new\n")
    assert read_info(path) == {"slug": "old"}


def test_a_reader_never_sees_half_a_file(tmp_path: Path) -> None:
    path = tmp_path / "market_info.txt"
    write_info(path, "slug=old\n")
    with path.open() as reader:
        write_info(path, "slug=" + "n" * 100_000 + "\n")
        assert reader.read() == "slug=old\n"
    assert not (tmp_path / "market_info.txt.tmp").exists()


def test_no_file_is_no_pairs_and_other_lines_are_left_out(tmp_path: Path) -> None:
    path = tmp_path / "market_info.txt"
    assert read_info(path) == {}
    path.write_bytes(b"slug=s\nnot a pair\n=x\nnote=a=b\n\xff=1\n")
    assert read_info(path) == {"slug": "s", "note": "a=b"}
