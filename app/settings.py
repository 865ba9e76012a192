"""Every setting: its name, unit, default and range. Flags win over the environment, that over the `.env` file.

The `.env` file is read, never exported: a child process or a crash report cannot see what stands in it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from app.envfile import BadEnvFile, read_env_file
from app.values import (
    Parser,
    Secret,
    SettingError,
    account,
    address,
    chat,
    credential,
    key_file,
    number,
    one_of,
    optional,
    pair,
    shown,
    strategies,
    token,
    whole,
)
from engine.limits import Limits
from engine.market import Asset, Interval
from engine.units import MONEY

LOOPBACK: Final = frozenset({"127.0.0.1", "localhost", "::1"})
_OF_A_VENUE: Final = (
    *("GAMMA_URL", "CLOB_WS_URL", "BINANCE_WS_URL", "BINANCE_REST_URL"),
    *("RTDS_WS_URL", "POLYBOLT_WS_URL", "SITE_URL"),
)
"""What must be on one venue: another's prices would decide this one's windows."""


ALIKE: Final = 0.77
"""A name this much like one of ours (difflib's ratio) is meant for it: STRATEGY for STRATEGIES, COOLDOWN, ASSETS."""


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings in the units of their names; addresses are bases to which the program appends the path."""

    asset: Asset
    interval: Interval
    max_position_usd: float
    max_orders_per_market: int
    cooldown_ms: int
    bankroll_usd: float
    order_latency_ms: int
    taker_hold_ms: int
    min_net_edge: float
    quote_max_age_ms: int
    price_max_age_ms: int
    oracle_max_age_ms: int
    order_cutoff_s: int
    book_check_s: int
    strategies: tuple[str, ...]
    """Names, and paths of files: `app.strategies.load` makes strategies of them."""
    telegram_bot_token: Secret
    telegram_chat_id: str
    poly_api_key: Secret
    poly_api_secret: Secret
    poly_api_passphrase: Secret
    wallet_key_file: Path | None
    funder: str
    signature_type: int
    arm_live: tuple[Asset, Interval] | None
    daily_loss_usd: float
    max_exposure_usd: float
    binance_ws_url: str
    binance_rest_url: str
    clob_ws_url: str
    clob_rest_url: str
    gamma_url: str
    rtds_ws_url: str
    polybolt_ws_url: str
    site_url: str
    data_api_url: str
    telegram_url: str
    window_s: int | None
    window_start_s: int | None

    def limits(self) -> Limits:
        """The limits in the engine's units."""
        return Limits(
            max_position=round(self.max_position_usd * 100) * (MONEY // 100),
            max_orders=self.max_orders_per_market,
            cooldown_ns=self.cooldown_ms * 1_000_000,
            bankroll=self.bankroll_usd,
            min_net_edge=self.min_net_edge,
            quote_max_age_ms=float(self.quote_max_age_ms),
            price_max_age_ms=float(self.price_max_age_ms),
            oracle_max_age_ms=float(self.oracle_max_age_ms),
            cutoff_ns=self.order_cutoff_s * 1_000_000_000,
            latency_ns=self.order_latency_ms * 1_000_000,
            hold_ns=self.taker_hold_ms * 1_000_000,
        )


@dataclass(frozen=True, slots=True)
class Setting:
    """One line of `.env.example`: how a text becomes a value, and what stands there if nothing does."""

    name: str
    parse: Parser
    default: str
    about: str

    @property
    def field(self) -> str:
        """The attribute of Settings."""
        return self.name.lower()


SETTINGS: Final = (
    Setting("ASSET", one_of(Asset), "btc", "the coin: btc, eth, sol or xrp"),
    Setting("INTERVAL", one_of(Interval), "5m", "the window: 5m, 15m, 1h or 4h"),
    Setting(
        "MAX_POSITION_USD",
        number(1, 1_000_000, "dollars"),
        "100",
        "most spent in one market, fees included; dollars, 1 to 1000000",
    ),
    Setting(
        "MAX_ORDERS_PER_MARKET",
        whole(1, 1000, "orders"),
        "10",
        "most orders in one market, filled or not; 1 to 1000",
    ),
    Setting("COOLDOWN_MS", whole(0, 3_600_000, "ms"), "5000", "pause after an order; ms, 0 to 3600000"),
    Setting(
        "BANKROLL_USD",
        optional(number(1, 10_000_000, "dollars")),
        "",
        "what the Kelly fraction is taken of; dollars, 1 to 10000000, empty: MAX_POSITION_USD",
    ),
    Setting(
        "ORDER_LATENCY_MS",
        whole(0, 10_000, "ms"),
        "50",
        "time from here to the venue, assumed for paper orders; ms, 0 to 10000",
    ),
    Setting("TAKER_HOLD_MS", whole(0, 10_000, "ms"), "150", "the venue's hold of a taker's order; ms, 0 to 10000"),
    Setting(
        "MIN_NET_EDGE",
        number(-1, 1, "dollars a share"),
        "0.01",
        "least edge after the fee to trade on; dollars a share, -1 to 1",
    ),
    Setting(
        "QUOTE_MAX_AGE_MS",
        whole(100, 600_000, "ms"),
        "5000",
        "an older quote carries no order; ms, 100 to 600000",
    ),
    Setting(
        "PRICE_MAX_AGE_MS",
        whole(100, 600_000, "ms"),
        "3000",
        "an older Binance price carries no order; ms, 100 to 600000",
    ),
    Setting(
        "ORACLE_MAX_AGE_MS",
        whole(100, 600_000, "ms"),
        "4000",
        "an older report of the settlement's oracle carries no order; ms, 100 to 600000",
    ),
    Setting(
        "ORDER_CUTOFF_S",
        whole(0, 3600, "seconds"),
        "5",
        "no order in this last part of a window; seconds, 0 to 3600",
    ),
    Setting(
        "BOOK_CHECK_S",
        whole(0, 3600, "seconds"),
        "0",
        "compare the books with the venue's REST answer this often; seconds, 0 to 3600, 0: never",
    ),
    Setting(
        "STRATEGIES",
        strategies,
        "distance_fade,momentum,settlement_sniper",
        "what to trade by, with commas between: names, also of installed packages, and paths of .py files",
    ),
    Setting("TELEGRAM_BOT_TOKEN", token, "", "secret, a bot's token of the form digits:letters; empty: no Telegram"),
    Setting("TELEGRAM_CHAT_ID", chat, "", "where messages go: a number or @channel; goes with TELEGRAM_BOT_TOKEN"),
    Setting(
        "POLY_API_KEY",
        credential,
        "",
        "secret, the venue's API key, for its price socket PolyBolt; empty: RTDS, which needs none",
    ),
    Setting("POLY_API_SECRET", credential, "", "secret, goes with POLY_API_KEY"),
    Setting("POLY_API_PASSPHRASE", credential, "", "secret, goes with POLY_API_KEY"),
    Setting(
        "WALLET_KEY_FILE",
        key_file,
        "",
        "a file of mode 0600 with the private key that signs live orders; never the key itself; empty: paper only",
    ),
    Setting(
        "FUNDER",
        account,
        "",
        "the address that holds the funds, 0x and 40 hex digits; empty: the key's own, with SIGNATURE_TYPE 0 alone",
    ),
    Setting(
        "SIGNATURE_TYPE",
        whole(0, 3, "a kind of wallet"),
        "0",
        "the kind of wallet, 0 to 3: the key's own address, a proxy, a safe, a deposit wallet (every new account)",
    ),
    Setting(
        "ARM_LIVE",
        pair,
        "",
        "what --arm may trade live, as asset-interval, such as btc-5m; empty: nothing",
    ),
    Setting(
        "DAILY_LOSS_USD",
        number(1, 1_000_000, "dollars"),
        "25",
        "the day's live loss at which no further live order is sent; dollars, 1 to 1000000",
    ),
    Setting(
        "MAX_EXPOSURE_USD",
        optional(number(1, 10_000_000, "dollars")),
        "",
        "most at stake live over all markets; dollars, 1 to 10000000, empty: twice MAX_POSITION_USD",
    ),
    Setting(
        "BINANCE_WS_URL",
        address("wss", "ws"),
        "wss://stream.binance.com:9443",
        "Binance trades; a base, wss:// or ws://",
    ),
    Setting(
        "BINANCE_REST_URL",
        address("https", "http"),
        "https://data-api.binance.vision",
        "Binance candles; a base, https:// or http://",
    ),
    Setting(
        "CLOB_WS_URL",
        address("wss", "ws"),
        "wss://ws-subscriptions-clob.polymarket.com",
        "the venue's books; a base, wss:// or ws://",
    ),
    Setting(
        "CLOB_REST_URL",
        address("https", "http"),
        "https://clob.polymarket.com",
        "the venue's clock; a base, https:// or http://",
    ),
    Setting(
        "GAMMA_URL",
        address("https", "http"),
        "https://gamma-api.polymarket.com",
        "market discovery; a base, https:// or http://",
    ),
    Setting(
        "RTDS_WS_URL",
        address("wss", "ws"),
        "wss://ws-live-data.polymarket.com",
        "the oracle's reports without credentials; a base, wss:// or ws://",
    ),
    Setting(
        "POLYBOLT_WS_URL",
        address("wss", "ws"),
        "wss://ws-live-v2.polymarket.com",
        "the oracle's reports with credentials; a base, wss:// or ws://",
    ),
    Setting(
        "SITE_URL",
        address("https", "http"),
        "https://polymarket.com",
        "the venue's website, for a window's opening price; a base, https:// or http://",
    ),
    Setting(
        "DATA_API_URL",
        address("https", "http"),
        "https://data-api.polymarket.com",
        "the venue's lists of positions, for what can be redeemed; a base, https:// or http://",
    ),
    Setting(
        "TELEGRAM_URL",
        address("https", "http"),
        "https://api.telegram.org",
        "Telegram's Bot API; a base, https:// or http://",
    ),
    Setting(
        "WINDOW_S",
        optional(whole(10, 14_400, "seconds")),
        "",
        "window length of a demo venue; seconds, 10 to 14400; loopback only, empty: the interval's own",
    ),
    Setting(
        "WINDOW_START_S",
        optional(whole(0, 10**11, "unix seconds")),
        "",
        "start of a demo venue's first window; unix seconds; goes with WINDOW_S",
    ),
)


def load(flags: Mapping[str, str], environ: Mapping[str, str], env_file: Path | None) -> Settings:
    """Read all settings. `flags` maps setting names to what the command line said.

    An empty value in the environment or the file is as good as none; an empty flag is a value that is wrong.
    Raises SettingError for the first value that cannot be used, for a name in `env_file` that is meant for one of ours,
    and for an `env_file` that cannot be read.
    """
    from_file = _read(env_file)
    for name in _foreign(from_file):
        _check_spelling(name, env_file)
    values: dict[str, Any] = {}
    for setting in SETTINGS:
        name = setting.name
        text = flags[name] if name in flags else environ.get(name) or from_file.get(name) or setting.default
        values[setting.field] = setting.parse(name, text.strip())
    values["bankroll_usd"] = values["bankroll_usd"] or values["max_position_usd"]
    values["max_exposure_usd"] = values["max_exposure_usd"] or 2 * values["max_position_usd"]
    settings = Settings(**values)
    _check_together(settings)
    return settings


def foreign_names(env_file: Path | None) -> tuple[str, ...]:
    """The names in the settings file that are no settings of ours; they are ignored. Raises SettingError as `load`."""
    return _foreign(_read(env_file))


def _read(env_file: Path | None) -> Mapping[str, str]:
    try:
        return read_env_file(env_file) if env_file is not None else {}
    except BadEnvFile as error:
        raise SettingError(f"The settings file {shown(str(env_file))} {error}; correct it.") from None


def _foreign(names: Iterable[str]) -> tuple[str, ...]:
    ours = {setting.name for setting in SETTINGS}
    return tuple(name for name in names if name not in ours)


def _check_spelling(name: str, env_file: Path | None) -> None:
    """A limit that is misspelt would not hold."""
    asked, ours = name.upper(), [setting.name for setting in SETTINGS]
    begun = [known for known in ours if "_" in asked and known.startswith(f"{asked}_")]  # MAX_ORDERS
    meant = get_close_matches(asked, ours, 1, ALIKE) or begun
    if meant:
        told = f"{shown(name)} in the settings file {shown(str(env_file))} is no setting"
        raise SettingError(f"{told}; did you mean {meant[0]}? Correct it, or remove it.")


def _check_together(settings: Settings) -> None:
    if bool(settings.telegram_bot_token) != bool(settings.telegram_chat_id):
        raise SettingError("TELEGRAM_BOT_TOKEN and TELEGRAM_CHAT_ID go together; set both or neither.")
    credentials = (settings.poly_api_key, settings.poly_api_secret, settings.poly_api_passphrase)
    if any(credentials) and not all(credentials):
        raise SettingError("POLY_API_KEY, POLY_API_SECRET and POLY_API_PASSPHRASE go together; set all or none.")
    if (settings.window_s is None) != (settings.window_start_s is None):
        raise SettingError("WINDOW_S and WINDOW_START_S go together; set both or neither.")
    if settings.window_s is None:
        return
    for name in _OF_A_VENUE:
        address = getattr(settings, name.lower())
        if urlsplit(address).hostname not in LOOPBACK:
            raise SettingError(f"WINDOW_S={settings.window_s} is for a venue on loopback, but {name} is {address}.")


assert {setting.field for setting in SETTINGS} == {field.name for field in fields(Settings)}
