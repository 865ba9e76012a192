from engine.clock import ClockWatch
from engine.events import VenueClock
from tests.engine.builders import mono, wall

S = 1_000_000_000


def test_clock_that_goes_with_the_monotonic_one_is_believed() -> None:
    clock = ClockWatch()
    for t in (0.0, 0.1, 60.0):
        clock.see(mono(t), wall(t))
    assert clock.distrust(mono(60.0)) is None
    assert clock.steps == 0


def test_step_of_more_than_a_second_either_way_is_distrusted_for_ten() -> None:
    for jump in (S + 1, -S - 1):
        clock = ClockWatch()
        clock.see(mono(0.0), wall(0.0))
        clock.see(mono(0.1), wall(0.1) + jump)
        assert clock.steps == 1
        assert clock.distrust(mono(0.1)) == ("clock_step", 10.0, 0.0)
        assert clock.distrust(mono(10.1) - 1) == ("clock_step", 1e-9, 0.0)
        assert clock.distrust(mono(10.1)) is None


def test_jump_of_a_second_is_no_step_yet() -> None:
    clock = ClockWatch()
    clock.see(mono(0.0), wall(0.0))
    clock.see(mono(0.1), wall(0.1) + S)
    assert (clock.steps, clock.distrust(mono(0.1))) == (0, None)


def test_slow_drift_is_no_step() -> None:
    clock = ClockWatch()
    for second in range(20):
        clock.see(mono(second), wall(second) + second * S // 2)
    assert clock.steps == 0


def test_first_look_has_nothing_to_compare_with() -> None:
    clock = ClockWatch()
    clock.see(mono(0.0), wall(500.0))
    assert clock.steps == 0


def test_second_step_extends_the_distrust() -> None:
    clock = ClockWatch()
    clock.see(mono(0.0), wall(0.0))
    clock.see(mono(1.0), wall(11.0))
    clock.see(mono(5.0), wall(5.0))
    assert (clock.steps, clock.distrust(mono(14.0))) == (2, ("clock_step", 1.0, 0.0))


def test_trades_from_the_future_mean_that_our_clock_is_behind() -> None:
    clock = ClockWatch()
    clock.behind_ms = 2_000
    assert clock.distrust(mono(0.0)) is None
    clock.behind_ms = 2_001
    assert clock.distrust(mono(0.0)) == ("clock_behind", 2.001, 2.0)


def test_a_clock_that_is_surely_more_than_two_seconds_off_the_venues_is_distrusted_either_way() -> None:
    clock = ClockWatch()
    for ahead_ms in (2_000, -2_000, 0):
        clock.on_venue(VenueClock(mono(0.0), wall(0.0), ahead_ms))
        assert clock.distrust(mono(0.0)) is None
    for ahead_ms in (2_001, -2_001):
        clock.on_venue(VenueClock(mono(0.0), wall(0.0), ahead_ms))
        assert clock.distrust(mono(500.0)) == ("clock_offset", 2.001, 2.0)
