"""What an engine decided on one quote, written down: the same for paper and for real money."""

from app.telemetry.window_files import WindowFiles
from engine.engine import Evaluation
from engine.signal import Signal
from engine.state import MarketState


def write_evaluation(files: WindowFiles, state: MarketState, evaluation: Evaluation, eval_us: float) -> Signal | None:
    """A row for each signal, and one for the order; the signal that became it, None where there is none."""
    ordered = None
    for signal in evaluation.signals:
        files.signal(
            evaluation.wall,
            signal,
            spot=state.price,
            dist=state.distance * state.strike,
            time_left_s=state.left_s,
            eval_us=eval_us,
            strike_source=str(state.strike_source),
        )
        if signal.order is not None:
            files.order(signal.order)
            ordered = signal
    return ordered
