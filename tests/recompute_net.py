"""Recompute a log folder's profit from its CSV files alone. Imports nothing of the project, on purpose.

Usage: python recompute_net.py FOLDER. Prints one line a window; exit code 1 where a window's own figures differ.
"""

import csv
import sys
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

CENT = Decimal("0.01")
FEE_PLACES = Decimal("0.00001")
FEE_RATE = Decimal("0.07")


def read_info(folder: Path) -> dict[str, str]:
    lines = (folder / "market_info.txt").read_text().splitlines()
    return dict(line.split("=", 1) for line in lines)


def read_rows(path: Path) -> list[dict[str, str]]:
    if not path.exists():
        return []
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def earned(
    fills: list[dict[str, str]], outcome: str, fee_rate: Decimal = FEE_RATE
) -> tuple[Decimal, Decimal, list[str]]:
    """Net and fees of these rows of `fills.csv` in dollars when `outcome` won, and which fee is not the schedule's."""
    wrong = []
    net = Decimal(0)
    fees = Decimal(0)
    for fill in fills:
        price, size, fee = (Decimal(fill[name]) for name in ("filled_price", "filled_size", "fee"))
        if fee != (size * fee_rate * price * (1 - price)).quantize(FEE_PLACES, ROUND_HALF_UP):
            wrong.append(f"fill {fill['trade_id']}: fee {fee} is not the schedule's")
        payout = Decimal(1) if fill["side"] == outcome else Decimal(0)
        net += size * (payout - price) - fee
        fees += fee
    return net, fees, wrong


def check(folder: Path) -> list[str]:
    """What is wrong with a window's figures, in sentences."""
    info = read_info(folder)
    orders = {row["order_id"]: row for row in read_rows(folder / "orders.csv")}
    fills = [row for row in read_rows(folder / "fills.csv") if row["filled_size"]]
    net, fees, wrong = earned(fills, info["outcome"])
    for fill in fills:
        if Decimal(fill["filled_price"]) > Decimal(orders[fill["order_id"]]["price"]):
            wrong.append(f"fill {fill['trade_id']}: worse than its order's limit")
    strike, final = Decimal(info["strike"]), Decimal(info["final"])
    print(f"{info['slug']} {info['outcome']} orders {len(orders)} fills {len(fills)} fees {fees:.2f} net {net:.2f}")
    if net.quantize(CENT) != Decimal(info["net_pnl"]).quantize(CENT):
        wrong.append(f"net is {net}, market_info.txt says {info['net_pnl']}")
    if fees.quantize(CENT) != Decimal(info["fees"]).quantize(CENT):
        wrong.append(f"fees are {fees}, market_info.txt says {info['fees']}")
    if len(orders) != int(info["total_orders"]) or len(fills) != int(info["total_filled"]):
        wrong.append("orders or fills are miscounted")
    answered = {row["order_id"] for row in read_rows(folder / "fills.csv")}
    if set(orders) != answered:
        wrong.append(f"orders without an answer: {set(orders) - answered}")
    if not strike or not final:
        wrong.append("no strike or no final")
    return wrong


def main(root: Path) -> int:
    folders = sorted(path.parent for path in root.rglob("market_info.txt"))
    faults = [f"{folder.name}: {sentence}" for folder in folders for sentence in check(folder)]
    for fault in faults:
        print(fault)
    return 1 if faults or not folders else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
