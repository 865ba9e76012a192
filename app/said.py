"""Counts and results as a person reads them: `1 fill`, `2 fills`, `net +$21.36`."""

from engine.units import dollars


def counted(number: int, one: str, many: str = "") -> str:
    """A number and the word for it: `1 window`, `2 windows`."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def net_said(money: int) -> str:
    """A result in money units, its sign before the dollars."""
    net = dollars(money)
    return f"net {'−' if net < 0 else '+'}${abs(net):,.2f}"


def sent_and_filled(orders: int, fills: int) -> str:
    """`1 order, 2 fills`."""
    return f"{counted(orders, 'order')}, {counted(fills, 'fill')}"
