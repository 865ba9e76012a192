"""The live account beside the paper one: what is armed, at stake, lost today, and of unknown fate."""

from typing import ClassVar

from engine.units import SIZE
from engine.view import LiveMarket, LiveView, View
from widgets.cells import Row, clip_row, gain_style, leading, time_of_day, usd
from widgets.panel import Drawing, Panel


class LivePanel(Panel):
    """Real money: the limits of the account, then a row for each window that is traded live or waits for its end."""

    TITLE: ClassVar[str] = "live account"

    def draw(self, view: View, width: int, height: int) -> Drawing:
        """The sums first; they are what must not fall off."""
        live = view.live
        if live is None:
            return Drawing([clip_row((("shut: a opens it", "label"),), width)])
        rows = [_state(live), _stake(live), _day(live), *(_market(one) for one in live.markets)]
        if live.trouble:
            rows.insert(1, ((live.trouble, "warn"),))
        note = "ARMED" if live.armed else "HALTED" if live.halted else "disarmed"
        return Drawing([clip_row(row, width) for row in rows[:height]], note, "mode" if live.armed else "frame")


class LiveLine(Panel):
    """The account in one row, for a small screen."""

    FRAMED: ClassVar[bool] = False

    def draw(self, view: View, width: int, height: int) -> Drawing:
        """What fits of state, stake and day, in this order."""
        live = view.live
        if live is None:
            return Drawing([])
        parts = [_state(live), *([((live.trouble, "warn"),)] if live.trouble else []), _stake(live), _day(live)]
        return Drawing([clip_row(((" live ", "label"), *leading(parts, width - 6, "  ")), width)])


def live_part(live: LiveView) -> Row:
    """Real money at stake and orders whose fate nobody knows, for a few rows of words."""
    unknown: Row = ((f"  {live.unknown} of unknown fate", "bad"),) if live.unknown else ()
    return (("live ", "label"), (usd(live.at_stake), "bright"), (" at stake", "label"), *unknown)


def _state(live: LiveView) -> Row:
    word = f"▲ armed for {live.what}" if live.armed else "■ halted" if live.halted else "● not armed"
    style = "bad" if live.armed or live.halted else "text"
    unknown: Row = ((f"  {live.unknown} of unknown fate", "bad"),) if live.unknown else ()
    flying: Row = ((f"  {live.in_flight} on the way", "warn"),) if live.in_flight else ()
    return ((word, style), *unknown, *flying)


def _stake(live: LiveView) -> Row:
    return (("at stake ", "label"), (usd(live.at_stake), "bright"), (f" of {usd(live.limit)}", "label"))


def _day(live: LiveView) -> Row:
    net = (usd(live.day_net, signed=True), gain_style(live.day_net))
    won: Row = ((f"  unredeemed {usd(live.unredeemed)}", "warn"),) if live.unredeemed else ()
    return (("today ", "label"), net, *won, (f"  disarms at −{usd(live.day_limit)}", "label"))


def _market(one: LiveMarket) -> Row:
    held = [f"{name} {size / SIZE:.1f} sh" for name, size in (("UP", one.up), ("DOWN", one.down)) if size]
    what = ", ".join(held) if held else "nothing held"
    orders = f"{one.orders} order{'' if one.orders == 1 else 's'}"
    name = f"{one.asset.upper()} {time_of_day(one.start_ms)}"
    return ((f"{name}  ", "label"), (what, "bright"), (f"  {usd(one.spent)}  {orders}", "label"))
