"""Moving about on a tape: wherever one goes, on or back, the engine is what a straight run had there."""

from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import orjson
import pytest

from app.backtest.opening import Opening
from app.backtest.player import SPEEDS, Player
from app.backtest.recorded import play
from app.backtest.run import Run
from app.backtest.tape import CHECKPOINT_STEPS, Tape
from engine.timeline import Timeline
from tests.app.backtest.tapes import write_tape

SECOND = 1_000_000_000


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_tape(tmp_path_factory.mktemp("tape"))


@pytest.fixture(scope="module")
def tape(path: Path) -> Tape:
    return loaded(Tape(path))


def loaded(tape: Tape) -> Tape:
    for _ in tape.load():
        pass
    return tape


@pytest.fixture
def player(tape: Tape) -> Player:
    player = Player(tape)
    player.go(tape.begin)
    return player


def straight_to(path: Path, mono: int) -> Run:
    """A run that never went anywhere else."""
    run: Run | None = None
    for step in play(path):
        if isinstance(step, Opening):
            run = Run(step)
        elif step:
            if step[-1].mono > mono:
                break
            assert run is not None
            run.take(step)
    assert run is not None
    run.timeline.advance(mono)
    return run


def everything(thing: Any) -> Any:
    """All that hangs on an object, as plain values that can be compared; what was met before, as its place."""
    return _plain(thing, {})


def _plain(thing: Any, seen: dict[int, int]) -> Any:
    if thing is None or isinstance(thing, int | float | str | bytes | Path | type):
        return thing
    if id(thing) in seen:
        return ("seen", seen[id(thing)])
    seen[id(thing)] = len(seen)
    if isinstance(thing, dict):
        return [(_plain(key, seen), _plain(value, seen)) for key, value in thing.items()]
    if callable(thing):
        return getattr(thing, "__qualname__", repr(type(thing)))
    if hasattr(thing, "__iter__"):
        return [_plain(one, seen) for one in thing]
    return [(name, _plain(getattr(thing, name), seen)) for name in _fields(thing) if hasattr(thing, name)]


def _fields(thing: Any) -> Iterator[str]:
    for kind in type(thing).__mro__:
        yield from getattr(kind, "__slots__", ())
    yield from getattr(thing, "__dict__", {})


def state_of(run: Run | None) -> Any:
    """Everything a run is, but for how its objects are shared."""
    assert run is not None
    assert isinstance(run.timeline, Timeline)
    engine, lenses = run.engine, run.timeline.lenses
    parts = (engine.state, engine.position, engine.risk, engine.answers, engine.mode, engine.winner, engine.evaluations)
    lens_parts = (lenses.due, lenses.score, lenses._queue, lenses._pessimist)
    return [
        engine.decisions.hexdigest(),
        *(everything(part) for part in parts),
        *(everything(part) for part in lens_parts),
        everything(run.orders),
        everything(run.fills),
        everything(run.acks),
        run.kinds,
        run.timeline.due,
    ]


def test_the_tape_has_something_on_it(tape: Tape) -> None:
    assert tape.whole
    assert tape.trouble == ""
    assert {mark.kind for mark in tape.marks} == {"signal", "order", "fill"}
    assert len(tape.steps) > 3 * CHECKPOINT_STEPS, "too short to need a checkpoint"
    assert tape.monos == sorted(tape.monos)


def test_going_back_and_forth_to_random_points_gives_the_state_of_a_straight_run(path: Path, player: Player) -> None:
    random = Random(3)
    tape = player.tape
    for _ in range(8):
        mono = random.randrange(tape.begin, tape.end)
        player.go(mono)
        assert player.now == mono
        assert state_of(player.run) == state_of(straight_to(path, mono))


def test_an_event_back_and_on_again_is_the_same_place(player: Player) -> None:
    player.go(player.tape.monos[48_000])
    taken = player.taken
    here = state_of(player.run)
    player.step(-3)
    assert player.taken == taken - 3
    assert state_of(player.run) != here
    player.step(3)
    assert player.taken == taken
    assert state_of(player.run) == here


def test_what_is_played_does_not_touch_what_is_kept(path: Path, player: Player) -> None:
    middle = player.tape.begin + 250 * SECOND
    player.go(middle)
    first = state_of(player.run)
    player.go(player.tape.end)
    player.go(middle)
    assert state_of(player.run) == first


def test_between_two_events_the_due_things_happen(player: Player) -> None:
    """A paper order is answered 200 ms after it was sent, whatever the feeds do."""
    mark = player.go_to_mark(frozenset({"order"}))
    assert mark is not None
    assert player.run is not None
    sent = player.run.engine.risk.in_flight
    assert sent == 1
    player.go(mark.mono + 199_000_000)
    assert player.run.engine.risk.in_flight == 1
    player.go(mark.mono + 200_000_000)
    assert player.run.engine.risk.in_flight == 0
    player.go(mark.mono + 199_000_000)
    assert player.run.engine.risk.in_flight == 1


def test_marks_are_met_one_by_one_in_either_direction(player: Player) -> None:
    kinds = frozenset({"order", "fill"})
    places = []
    while (mark := player.go_to_mark(kinds)) is not None:
        places.append(mark.mono)
    assert places == sorted({mark.mono for mark in player.tape.marks if mark.kind in kinds})
    back = [player.now]
    while (mark := player.go_to_mark(kinds, back=True)) is not None:
        back.append(mark.mono)
    assert back == places[::-1]


def test_time_passes_only_while_it_plays_and_as_fast_as_it_is_set(player: Player) -> None:
    player.pass_time(SECOND)
    assert player.now == player.tape.begin
    player.playing = True
    player.pass_time(SECOND)
    assert player.now == player.tape.begin + SECOND
    player.faster(2)
    assert player.speed == 5.0
    player.pass_time(SECOND // 10)
    assert player.now == player.tape.begin + SECOND + SECOND // 2


def test_speed_ends_at_its_edges(player: Player) -> None:
    player.faster(-100)
    assert player.speed == SPEEDS[0] == 0.25
    player.faster(100)
    assert player.speed == SPEEDS[-1] == 100.0


def test_beyond_the_ends_are_the_ends(player: Player) -> None:
    player.go(player.tape.end + SECOND)
    assert player.now == player.tape.end
    assert player.at_end
    assert not player.finished, "taken there, not played"
    player.go(0)
    assert player.now == player.tape.begin
    player.step(-5)
    assert player.taken == 1


def test_playing_stops_at_the_end_and_says_so(player: Player) -> None:
    player.go(player.tape.end - SECOND // 2)
    player.playing = True
    player.pass_time(SECOND)
    assert not player.playing
    assert player.finished


def test_a_tape_can_be_played_while_it_is_still_read(path: Path) -> None:
    tape = Tape(path)
    player = Player(tape)
    player.playing = True
    reading = tape.load()
    for _ in range(3):
        next(reading)
    player.pass_time(3600 * SECOND)
    assert player.now == tape.end
    assert player.playing, "there is more to come"
    for _ in reading:
        pass
    player.pass_time(3600 * SECOND)
    assert player.finished


def test_a_recording_that_breaks_off_is_played_to_there_and_says_why(path: Path, tmp_path: Path) -> None:
    lines = path.read_bytes().splitlines(keepends=True)[:2_000]
    broken = tmp_path / "broken.jsonl"
    broken.write_bytes(b"".join([*lines, b"{not a record}\n", *lines[-3:]]))
    tape = loaded(Tape(broken))
    assert tape.whole
    assert tape.trouble.startswith("broken.jsonl, line 2001: not a record")
    player = Player(tape)
    player.go(tape.end)
    assert state_of(player.run) == state_of(straight_to(path, tape.end))


def test_a_window_that_was_entered_twice_is_played_through(path: Path, tmp_path: Path) -> None:
    """The second run begins with nothing but what its own record says the first had left."""
    lines = path.read_bytes().splitlines(keepends=True)
    again = [
        orjson.dumps(record | orjson.loads(lines[3_000]) | {"s": record["s"], "d": record["d"]}) + b"\n"
        for record in map(orjson.loads, lines[:5])
    ]
    twice = tmp_path / "twice.jsonl"
    twice.write_bytes(b"".join([*lines[:3_000], *again, *lines[3_000:6_000]]))
    tape = loaded(Tape(twice))
    assert tape.trouble == ""
    assert sum(isinstance(step, Opening) for step in tape.steps) == 2
    player = Player(tape)
    player.go(tape.end)
    end = state_of(player.run)
    player.go(tape.begin)
    player.go(tape.end)
    assert state_of(player.run) == end
