"""Checks the invariants of live orders from bytes alone: the venue's ledger, the journal, the CSV files.

It imports nothing of the project, so that no mistake of the project is its own. Every function gives sentences, each a
violation; none where all is well. Money in 1e-10 dollar, sizes in millionths of a share, prices in 1e-4 dollar.
"""

import csv
import json
import re
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

Json = dict[str, Any]

MONEY = 10**10
CENT = MONEY // 100
LATE_MS = 3000
"""A busy machine may take so long from a request's last byte to the venue's clock."""


@dataclass(frozen=True, slots=True)
class Terms:
    """The limits that a run was given."""

    max_position_usd: float = 100.0
    max_exposure_usd: float = 200.0
    max_orders: int = 10
    cooldown_ms: int = 5000
    cutoff_s: int = 5


@dataclass(slots=True)
class Told:
    """One order as its records tell of it."""

    intent: Json
    market: Json
    place: int
    sent: bool = False
    sent_wall: int = 0
    sent_mono: int = 0
    end: str = ""
    by: str = ""
    refused: bool = False
    """Over by an answer that means that it never stood anywhere, and by nothing else."""
    resolved: bool = False
    """Over since nobody found it, and by nothing else."""
    claimed: int = 0
    claim_booked: bool = False
    trades: dict[tuple[str, str], Json] = field(default_factory=dict)

    @property
    def good(self) -> list[Json]:
        """The trades that have not failed."""
        return [trade for trade in self.trades.values() if trade["status"] != "failed"]

    @property
    def size(self) -> int:
        return sum(trade["size"] for trade in self.good)

    @property
    def fate(self) -> str:
        """How it ended; UNKNOWN where nothing says so."""
        if self.trades:
            return "matched" if self.good else "void"
        return self.end or "UNKNOWN"

    @property
    def spent(self) -> int:
        return sum(trade["price"] * trade["size"] + fee(self.market, trade) for trade in self.good)

    @property
    def held(self) -> int:
        """What is still held back for it."""
        cost: int = sum(trade["price"] * trade["size"] for trade in self.trades.values())
        if self.end or self.intent["budget"] - cost < CENT:
            return 0  # one that has spent everything is over without a word
        fees = sum(fee(self.market, each) for each in self.trades.values())
        reserve: int = self.intent["reserve"]
        return max(reserve - cost - fees, 0)


def fee(market: Json, trade: Json) -> int:
    """A taker's fee in money units, by the market's own schedule, rounded half up to five places."""
    if trade["leg"] != "taker":
        return 0
    price = Decimal(trade["price"]) / 10_000
    shares = Decimal(trade["size"]) / 1_000_000
    dollars = shares * Decimal(market["fee_rate"]) * (price * (1 - price)) ** int(market["fee_exponent"])
    return int(dollars.quantize(Decimal("0.00001"), ROUND_HALF_UP) * MONEY)


def read_journal(path: Path) -> tuple[list[Json], list[str]]:
    """The records, and what is wrong with the file. A half line at its end is what a kill may leave."""
    records: list[Json] = []
    wrong: list[str] = []
    lines = path.read_bytes().split(b"\n") if path.exists() else [b""]
    if lines[-1]:
        wrong.append("journal: a half line at the end")
    for number, line in enumerate(lines[:-1], 1):
        body, _, checksum = line.rpartition(b',"crc32":')
        record = json.loads(line)
        if int(checksum.rstrip(b"}")) != zlib.crc32(body):
            wrong.append(f"journal: the checksum of line {number} is wrong")
        if record["n"] != number:
            wrong.append(f"I14 journal: line {number} has n={record['n']}")
        records.append(record)
    return records, wrong


class Story:
    """The journal as a story: what was armed when, and what each order came to."""

    def __init__(self, records: Sequence[Json], terms: Terms) -> None:
        self.orders: dict[str, Told] = {}
        self.wrong: list[str] = []
        self.markets: dict[str, Json] = {}
        self.closed: dict[str, int] = {}
        self.armed: list[tuple[int, int]] = []
        """Wall ns from and until; until is 0 where it did not end."""
        self.killed: list[int] = []
        """Wall ns of every kill of an armed account."""
        self._terms = terms
        self._is_armed = False
        self._names: Counter[tuple[str, str]] = Counter()
        self._seen: Counter[tuple[str, str, str, str]] = Counter()
        for record in records:
            self._take(record)

    def committed(self, market: str) -> int:
        """Spent and held back in one market."""
        return sum(told.spent + told.held for told in self.orders.values() if told.intent["market"] == market)

    def held(self) -> int:
        """Held back over all markets."""
        return sum(told.held for told in self.orders.values())

    def exposure(self) -> int:
        """What can still be lost."""
        return self.held() + sum(
            told.spent for told in self.orders.values() if told.intent["market"] not in self.closed
        )

    def _take(self, record: Json) -> None:
        match record["type"]:
            case "RUN":
                self._disarmed(record["t_wall"])
            case "ARM":
                self._disarmed(record["t_wall"])
                self._is_armed = True
                self.armed.append((record["t_wall"], 0))
            case "DISARM":
                self._disarmed(record["t_wall"])
                if record["reason"] == "killed":
                    self.killed.append(record["t_wall"])
            case "MARKET":
                self.markets[record["market"]["condition_id"]] = record["market"]
            case "INTENT":
                self._intent(record)
            case "CLOSE":
                self.closed[record["market"]] = record["net"]
            case _:
                self._of_order(record)

    def _disarmed(self, wall: int) -> None:
        if self._is_armed:
            self._is_armed = False
            self.armed[-1] = (self.armed[-1][0], wall)

    def _intent(self, record: Json) -> None:
        name, market, terms = record["order"], self.markets.get(record["market"]), self._terms
        if market is None:
            self.wrong.append(f"I9 {name}: no MARKET record before its INTENT")
            return
        self._names[record["market"], name] += 1
        if self._names[record["market"], name] > 1:
            self.wrong.append(f"I4 {name}: two INTENT records")
        key = record["hash"] or name
        if key in self.orders:
            self.wrong.append(f"I4 {name}: its hash was used before")
        told = Told(record, market, len(self.orders))
        if not record["hash"]:
            told.end, told.by = "cancelled", "us"
        before = [other for other in self.orders.values() if other.intent["market"] == record["market"]]
        if len(before) >= terms.max_orders:
            self.wrong.append(f"I3 {name}: more than {terms.max_orders} orders in its market")
        self.orders[key] = told
        if self.committed(record["market"]) > terms.max_position_usd * MONEY:
            self.wrong.append(f"I3 {name}: takes its market over {terms.max_position_usd} dollars")
        if self.exposure() > terms.max_exposure_usd * MONEY:
            self.wrong.append(f"I3 {name}: takes the account over {terms.max_exposure_usd} dollars")
        if before and record["decided"] - before[-1].intent["decided"] < terms.cooldown_ms * 1_000_000:
            self.wrong.append(f"I11 {name}: decided within the cooldown")

    def _of_order(self, record: Json) -> None:
        told = self.orders.get(record["hash"] or record.get("order", ""))
        if told is None:
            self.wrong.append(f"I9 a {record['type']} record of {record['hash'][:12]} without an INTENT record")
            return
        match record["type"], record.get("by"):
            case "SENT", _:
                self._sent(told, record)
            case (("FILL" | "VOID"), _):
                self._trade(told, record)
            case "ACK", "answer" if record["answer"] == "matched":
                told.claimed = record["bought"]
                told.end = "matched"
            case "ACK", "report":
                self._shown(told, record)
            case "REJECT", _ if record["mode"] != "restarting":
                told.end, told.by = "rejected", "answer"
                told.refused = "no orders found to match" not in record["reason"].lower()
            case "CANCEL", by:
                told.end, told.by = told.end or "cancelled", told.by or str(by)
                told.refused, told.resolved = told.refused and by != "report", told.resolved and by != "report"
            case "RESOLVED", _:
                told.end, told.resolved = told.end or "resolved", True

    def _shown(self, told: Told, record: Json) -> None:
        """What was taken to be over, by its refusal or because nobody found it, is not: the venue shows it."""
        if told.resolved or told.refused:
            told.end, told.by, told.refused, told.resolved = "", "", False, False
        if record["state"] == "matched":
            told.end = told.end or "matched"

    def _sent(self, told: Told, record: Json) -> None:
        name = told.intent["order"]
        if told.sent:
            self.wrong.append(f"I4 {name}: sent twice")
        told.sent, told.sent_wall, told.sent_mono = True, record["t_wall"], record["t_mono"]
        if not self._is_armed:
            self.wrong.append(f"I1 {name}: sent while disarmed")
        if told.intent["price"] % 10 or not 0 < told.intent["price"] < 10_000:
            self.wrong.append(f"I10 {name}: a price off every grid, {told.intent['price']}")
        if record["t_wall"] >= (told.market["end_ms"] - self._terms.cutoff_s * 1000) * 1_000_000:
            self.wrong.append(f"I10 {name}: sent past the cutoff")

    def _trade(self, told: Told, record: Json) -> None:
        name = told.intent["order"]
        if record["trade"] == "claim":
            told.claim_booked = True
            return
        key = record["hash"], record["trade"], record["leg"], record["status"]
        self._seen[key] += 1
        if self._seen[key] > 1:
            self.wrong.append(f"I6 {name}: trade {record['trade']} is {record['status']} twice")
        known = told.trades.get((record["trade"], record["leg"]))
        if known is not None and known["status"] in ("confirmed", "failed"):
            self.wrong.append(f"I6 {name}: trade {record['trade']} goes on after its end")
        told.trades[record["trade"], record["leg"]] = record


def check_journal(path: Path, terms: Terms) -> tuple[Story, list[str]]:
    """The story of a journal, and what is wrong with it by itself."""
    records, wrong = read_journal(path)
    story = Story(records, terms)
    return story, wrong + story.wrong


def check_ledger(story: Story, ledger: Json, owner: str, *, settled: bool = True) -> list[str]:
    """The journal against what really happened at the venue. `settled`: every settlement has been heard of."""
    wrong = list(_posts(story, ledger, owner.lower()))
    ours = {order["order_id"]: order for order in ledger["orders"] if order["owner"].lower() == owner.lower()}
    posted = {post["order_id"] for post in ledger["posts"]}
    for order_id in ours.keys() - story.orders.keys():
        wrong.append(f"I9 the venue has an order that the journal does not know: {order_id}")
    for order_hash, told in story.orders.items():
        wrong += _fate(order_hash, told, order_hash in posted, ours.get(order_hash))
        if told.fate != "UNKNOWN":
            wrong += _matches(order_hash, told, ledger, settled=settled)
    return wrong


def _posts(story: Story, ledger: Json, owner: str) -> Iterator[str]:
    posts = [post for post in ledger["posts"] if post["owner"].lower() == owner]
    for order_id, count in Counter(post["order_id"] for post in posts).items():
        if count > 1:
            yield f"I4 {order_id} was posted {count} times"
    for post in posts:
        told, wall = story.orders.get(post["order_id"]), post["received_ms"] * 1_000_000
        if told is None:
            yield f"I9 {post['order_id']} was posted and has no INTENT record"
            continue
        if told.intent["t_wall"] > wall + 1_000_000:
            yield f"I9 {told.intent['order']} was posted before its INTENT record"
        late = LATE_MS * 1_000_000
        if not any(start <= wall + 1_000_000 and (not end or wall <= end + late) for start, end in story.armed):
            yield f"I1 {told.intent['order']} was posted while disarmed"
        if told.by == "us":
            yield f"I5 {told.intent['order']} was posted and the journal says that it never left"


def _fate(order_hash: str, told: Told, posted: bool, order: Json | None) -> Iterator[str]:
    name = told.intent["order"]
    if told.trades and not posted:
        yield f"I8 {name} has trades and was never posted"
    if order is not None and order["matched"] and told.fate in ("rejected", "cancelled", "resolved"):
        yield f"I5 {name} is {told.fate} in the journal and was matched at the venue"
    if told.end == "matched" and not told.trades and not told.claim_booked and order is None:
        yield f"I5 {name} is matched in the journal and unknown at the venue"


def _matches(order_hash: str, told: Told, ledger: Json, *, settled: bool) -> Iterator[str]:
    """The order's trades, one by one, by amount, price and how they were settled."""
    real = {match["trade_id"]: match for match in ledger["matches"] if match["taker"]["order_id"] == order_hash}
    name = told.intent["order"]
    heard = {trade: record for (trade, _), record in told.trades.items()}
    if heard.keys() != real.keys() and not (told.claim_booked and not heard):
        yield f"I8 {name}: trades {sorted(heard)} in the journal, {sorted(real)} at the venue"
    for trade, record in heard.items():
        match = real.get(trade)
        if match is None:
            continue
        if (record["price"], record["size"]) != (match["taker"]["price"] * 10, match["taker"]["size"]):
            yield f"I8 {name}: trade {trade} has another price or size at the venue"
        if settled and record["status"] != match["status"].lower():
            yield f"I8 {name}: trade {trade} is {record['status']} in the journal, {match['status']} at the venue"
        if abs(fee(told.market, record) - match["fee"] * (MONEY // 1_000_000)) > MONEY // 100_000:
            yield f"I8 {name}: the fee of trade {trade} is {match['fee']} millionths at the venue"


OPEN = frozenset({"LIVE", "DELAYED"})
NOTHING_OPEN = "killed: nothing is open at the venue"
MAY_BE_OPEN = "the venue may hold orders"


def check_kills(story: Story, ledger: Json, owner: str, log: str) -> list[str]:
    """After a kill nothing is posted any more, and within ten seconds nothing is open or an alarm says that it may be.

    `log` is what the program wrote: lines that begin with their time.
    """
    wrong: list[str] = []
    posts = [post["received_ms"] * 1_000_000 for post in ledger["posts"] if post["owner"].lower() == owner.lower()]
    for killed in story.killed:
        again = min((start for start, _ in story.armed if start > killed), default=10**20)
        late = [wall for wall in posts if killed + LATE_MS * 1_000_000 < wall < again]
        wrong += [f"I16 an order was posted {(wall - killed) / 1e6:.0f} ms after a kill" for wall in late]
        words = [text for wall, text in _log(log) if killed - 10**6 <= wall <= killed + 10 * 10**9]
        if any(NOTHING_OPEN in text for text in words):
            orders = [order for order in ledger["orders"] if order["owner"].lower() == owner.lower()]
            left = [o["order_id"] for o in orders if o["status"] in OPEN and o["created_ms"] * 1_000_000 < again]
            wrong += [f"I16 {order_id} is open at the venue after a kill that said nothing was" for order_id in left]
        elif not any(MAY_BE_OPEN in text for text in words):
            wrong.append("I16 ten seconds after a kill nobody had said whether anything is open")
    return wrong


def _log(text: str) -> Iterator[tuple[int, str]]:
    """The lines of a log with their wall ns; what has no time belongs to none."""
    for line in text.splitlines():
        stamp, _, words = line.partition("Z  ")
        try:
            yield int(datetime.fromisoformat(stamp + "+00:00").timestamp() * 1e9), words
        except ValueError:
            continue


def check_files(folder: Path, story: Story) -> list[str]:
    """A live window's `orders.csv` and `fills.csv` against the journal."""
    orders, wrong = read_csv(folder / "orders.csv")
    fills, more = read_csv(folder / "fills.csv")
    wrong += more
    slug = folder.name
    told_of = {told.intent["order"]: told for told in story.orders.values() if told.market["slug"] == slug}
    rows = Counter(row["order_id"] for row in orders)
    for name in told_of.keys() - rows.keys():
        wrong.append(f"I14 {slug}: {name} is in the journal and not in orders.csv")
    wrong += [f"I14 {slug}: {name} is {count} times in orders.csv" for name, count in rows.items() if count > 1]
    for name, told in told_of.items():
        booked = [row for row in fills if row["order_id"] == name and row["filled_size"] and row["trade_id"] != "claim"]
        size = sum(_micros(row["filled_size"]) for row in booked)
        if size != told.size:
            wrong.append(f"I8 {slug}: {name} has {size} in fills.csv and {told.size} in the journal")
        cost = sum(Decimal(row["fee"]) for row in booked)
        fees = sum(fee(told.market, trade) for trade in told.good)
        if int(cost * MONEY) != fees:
            wrong.append(f"I8 {slug}: {name} has fees of {cost} in fills.csv and {fees} in the journal")
    return wrong


def check_result(folder: Path, story: Story) -> list[str]:
    """A settled live window's own result against its `fills.csv` and the journal's last word."""
    info = dict(line.split("=", 1) for line in (folder / "market_info.txt").read_text().splitlines())
    if "outcome" not in info:
        return []
    net = Decimal(0)
    for row in read_csv(folder / "fills.csv")[0]:
        if row["filled_size"]:
            payout = Decimal(row["side"] == info["outcome"])
            net += Decimal(row["filled_size"]) * (payout - Decimal(row["filled_price"])) - Decimal(row["fee"])
    wrong = []
    if abs(net - Decimal(info["net_pnl"])) > Decimal("0.00000001"):
        wrong.append(f"I8 {folder.name}: fills.csv makes a net of {net}, market_info.txt says {info['net_pnl']}")
    markets = [name for name, market in story.markets.items() if market["slug"] == folder.name]
    closed = [story.closed[name] for name in markets if name in story.closed]
    if markets and [int(net * MONEY)] != closed:
        wrong.append(f"I8 {folder.name}: fills.csv makes a net of {net}, the journal's CLOSE says {closed}")
    return wrong


def read_csv(path: Path) -> tuple[list[dict[str, str]], list[str]]:
    """The rows, and what is wrong with them. A file that is not there has none."""
    if not path.exists():
        return [], []
    text = path.read_text()
    wrong = [] if text.endswith("\n") else [f"I14 {path.name}: the last row is torn"]
    header, *rows = list(csv.reader(text.splitlines()))
    wrong += [
        f"I14 {path.name}: row {n} has {len(row)} cells" for n, row in enumerate(rows, 1) if len(row) != len(header)
    ]
    named = [dict(zip(header, row, strict=False)) for row in rows]
    counts: Counter[str] = Counter()
    for row in named:
        counts[row["run_id"]] += 1
        if row["seq"] != str(counts[row["run_id"]]):
            wrong.append(f"I14 {path.name}: seq {row['seq']} where {counts[row['run_id']]} has to stand")
    return named, wrong


def _micros(text: str) -> int:
    return int(Decimal(text) * 1_000_000)


def check_run(
    root: Path, ledger: Json, owner: str, terms: Terms, *, settled: bool = True, files: bool = True
) -> tuple[Story, list[str]]:
    """Everything that one account left under its `live` folder, against the ledger."""
    (journal,) = root.glob("0x*/journal.jsonl")
    story, wrong = check_journal(journal, terms)
    wrong += check_ledger(story, ledger, owner, settled=settled)
    for folder in sorted(root.glob("[0-9]*[mh]/*")) if files else ():
        wrong += check_files(folder, story) + check_result(folder, story)
    return story, wrong


def leaks(places: Iterable[Path], canaries: Mapping[str, str]) -> list[str]:
    """Where a secret stands, in any spelling of its letters; files and folders."""
    found: list[str] = []
    for place in places:
        for path in [place] if place.is_file() else sorted(place.rglob("*")):
            if path.is_file():
                found += [f"{name} is in {path}" for name in names_in(path.read_bytes(), canaries)]
    return found


def names_in(data: bytes, canaries: Mapping[str, str]) -> list[str]:
    """Which secrets stand in the bytes, whole or a third of them."""
    text = data.decode("latin-1").lower()
    hits = []
    for name, secret in canaries.items():
        bare = re.sub("^0x", "", secret.lower())
        pieces = {bare[at : at + max(len(bare) // 3, 8)] for at in range(0, len(bare), max(len(bare) // 3, 8))}
        if any(piece in text for piece in pieces if len(piece) >= 8):
            hits.append(name)
    return hits
