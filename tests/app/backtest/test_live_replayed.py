"""The recording of a live window run again: the same decisions, the refused orders and the later fills included."""

import asyncio
from collections.abc import Callable
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

import orjson
import pytest

from app.backtest.library import find
from app.backtest.opening import Opening
from app.backtest.recorded import recording
from app.backtest.replay import Replay, replay
from app.backtest.tape import Tape
from app.backtest.window import run_window
from app.live_news import LiveEnded, LiveFilled, LiveSent
from app.news import News
from engine.carried import Carried
from engine.events import OUTCOME_NAMES, Fill
from engine.strategies import standard
from engine.units import MONEY, dollars
from feeds.recording import BadRecording
from tests.app.backtest.live_tapes import LIMITS, ScriptedAccount, in_pairs, play_live
from tests.app.backtest.tapes import write_tape
from tests.program import run
from tests.recompute_net import read_info, read_rows

REFUSALS = (2, 0, 5)


class Played(NamedTuple):
    """A live window as it was, and as it is decided again."""

    folder: Path
    again: Replay
    account: ScriptedAccount
    news: list[News]

    @property
    def info(self) -> dict[str, str]:
        return read_info(self.folder)


@pytest.fixture(scope="module")
def tape(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The busy window, some of its frames with two messages in them."""
    folder = tmp_path_factory.mktemp("tape")
    paired = folder / "paired.jsonl"
    paired.write_bytes(b"".join(_line(record) for record in in_pairs(write_tape(folder))))
    return paired


@pytest.fixture(scope="module")
def played(tape: Path, tmp_path_factory: pytest.TempPathFactory) -> Played:
    return play(tape, tmp_path_factory.mktemp("live") / "5m" / "btc-updown-5m-1795000200", REFUSALS)


def play(tape: Path, folder: Path, refusals: tuple[int, ...], carried: Carried | None = None) -> Played:
    _, account, news = asyncio.run(play_live(tape, folder, refusals, carried))
    (again,) = replay(folder)
    return Played(folder, again, account, news)


def test_a_live_run_is_decided_again_as_it_was(played: Played) -> None:
    again, account = played.again, played.account
    assert len(account.taken) > 5
    assert again.decision_hash == played.info["decision_hash"]
    assert [order.order_id for order in again.orders] == [order.order_id for order in account.taken]
    assert [one.order for one in played.news if isinstance(one, LiveSent)] == account.taken
    whole = sum(REFUSALS[turn % len(REFUSALS)] for turn in range(len(account.taken)))
    assert again.events["Refused"] == whole + account.asked
    assert len(again.fills) == sum(isinstance(one, LiveFilled) for one in played.news) >= len(account.taken) - 1
    assert any(fill.size < 0 for fill in again.fills)
    assert len(again.acks) == sum(isinstance(one, LiveEnded) for one in played.news)
    assert again.result is not None
    assert dollars(again.result.net) == Decimal(played.info["net_pnl"])


def test_without_its_refusals_the_recording_decides_something_else(played: Played, tmp_path: Path) -> None:
    other = tmp_path / "other.jsonl"
    kept = [record for record in recording(played.folder) if not _is_refusal(record.source, record.data)]
    other.write_bytes(b"".join(_line(record) for record in kept))
    (without,) = replay(other)
    assert without.decision_hash != played.again.decision_hash


def _is_refusal(source: str, data: Any) -> bool:
    return source == "order" and data["kind"] == "refused"


def _line(record: Any) -> bytes:
    return orjson.dumps({"t": record.wall, "m": record.mono, "s": record.source, "d": record.data}) + b"\n"


def test_a_run_that_begins_in_the_middle_takes_over_what_the_account_had(
    tape: Path, played: Played, tmp_path: Path
) -> None:
    begin = played.again.began_ms * 1_000_000
    bought = Fill(0, 0, "btc-updown-5m-1795000200-1", "momentum", 1, 5_500, 9_000_000, 12, "t0")
    carried = Carried(
        ("momentum", "distance_fade"), (bought,), begin + 240_000_000_000, {"btc-updown-5m-1795000200-2": 40 * MONEY}
    )
    later = play(tape, tmp_path / "later", REFUSALS, carried)
    again = later.again
    assert again.decision_hash == later.info["decision_hash"] != played.again.decision_hash
    assert later.account.taken == []  # one order of the earlier run has not ended, so none may follow it
    assert again.engine.position.total.shares == [0, 9_000_000]
    assert again.engine.risk.orders == 2


def test_run_as_paper_it_decides_anew_and_leaves_out_what_the_account_said(tape: Path, played: Played) -> None:
    on_paper = run_window(tape, LIMITS, standard())
    live = run_window(played.folder, LIMITS, standard())
    assert live.bets == on_paper.bets != ()
    assert live.hashes == on_paper.hashes
    assert live.outcome == on_paper.outcome


def test_the_console_of_recordings_shows_live_orders_and_what_became_of_them(played: Played) -> None:
    on_screen = Tape(played.folder)
    for _ in on_screen.load():
        pass
    assert on_screen.trouble == ""
    texts = [line.text for line in on_screen.lines]
    won = played.again.outcome
    assert won is not None
    for beginning in ("LIVE bought", "LIVE taken back", "LIVE partial", f"LIVE {OUTCOME_NAMES[won]} won"):
        assert any(text.startswith(beginning) for text in texts), beginning
    kinds = [mark.kind for mark in on_screen.marks]
    assert kinds.count("order") == len(read_rows(played.folder / "orders.csv"))
    assert kinds.count("fill") == len(read_rows(played.folder / "fills.csv"))


def test_going_back_on_a_live_tape_is_exact(played: Played) -> None:
    tape = Tape(played.folder)
    for _ in tape.load():
        pass
    taken, run = tape.run_before(len(tape.steps) - 5_000)
    assert run is not None
    for step in tape.steps[taken:]:
        assert not isinstance(step, Opening)
        run.take(step)
    assert run.engine.decisions.hexdigest() == played.info["decision_hash"]


def test_the_check_compares_live_windows_and_passes_over_the_journal(played: Played) -> None:
    root = played.folder.parent.parent
    (root / "0xabc").mkdir()
    (root / "0xabc" / "journal.jsonl").write_text('{"n":1}\n')
    assert find([root]) == [played.folder]
    done = run("replay", "--check", str(root), cwd=root, timeout=60)
    assert done.returncode == 0, done.stdout
    assert done.stdout.startswith("same      btc-updown-5m-1795000200: ")


def _without(name: str) -> Callable[[dict[str, Any]], None]:
    def drop(data: dict[str, Any]) -> None:
        data["earlier"].pop(name)

    return drop


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda data: data.update(account="real"), "the run record's account is 'real', neither paper nor live"),
        (lambda data: data.pop("earlier"), "the run record's earlier part cannot be read"),
        (_without("reserves"), "the run record's earlier part has no 'reserves'"),
        (_without("cooldown_until"), "the run record's earlier part has no 'cooldown_until'"),
        (lambda data: data["earlier"].update(cooldown_until="1"), "cooldown_until '1' is no int"),
        (lambda data: data["earlier"].update(orders=[1]), "orders 1 is no str"),
        (lambda data: data["earlier"].update(fills=[["o"]]), "the run record's earlier part cannot be read"),
        (lambda data: data["earlier"].update(reserves=[]), "the run record's earlier part cannot be read"),
    ],
)
def test_a_run_record_of_no_use_is_named(
    played: Played, tmp_path: Path, spoil: Callable[[dict[str, Any]], None], words: str
) -> None:
    kept = list(islice(recording(played.folder), 50))
    spoil(kept[0].data)
    bad = tmp_path / "bad.jsonl"
    bad.write_bytes(b"".join(_line(record) for record in kept))
    with pytest.raises(BadRecording) as raised:
        replay(bad)
    assert words in str(raised.value)
