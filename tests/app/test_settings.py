import os
import re
import unicodedata
from itertools import product
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.cli import USAGE, main
from app.settings import SETTINGS, Setting, Settings, foreign_names, load
from app.values import SettingError
from engine.market import Asset, Interval
from engine.units import MONEY
from tests.program import ROOT

TOKEN = "123456789:AAGmo3kYhTgQvNe0xLwQ2u4bJ5c6D7e8F9g"
"""Of a bot's token it has the form only."""

PASSWORD = "correct-horse"
PRIVATE_KEY = "0x" + "5eedC0de" * 8
SEED_PHRASE = " ".join(["abandon"] * 11 + ["about"])

NOT_NUMBERS = (
    "abc",
    "nan",
    "inf",
    "-inf",
    "1e5",
    "0x10",
    "1_000",
    "1,000",
    "+5",
    "--5",
    "5 0",
    "٣٠٠",
    "５",
    "9" * 5000,
)
ESCAPES = ("\x1b[31mred", "5\nASSET=btc", "\x9b2J", "a\rb", "\u202e5", "\udc80", "\ue000")
FOREIGN_ADDRESSES = (
    "stream.example",
    "ftp://stream.example",
    "//stream.example",
    "wss://",
    "https://",
    "wss:///path",
    "wss://stream.example:0",
    "wss://stream.example:99999",
    "wss://stream.example:x",
    "https://two words.example",
    "https://new\nline.example",
    "https://back\\slash.example",
    "https://пример.example",
    "https://[::1",
    "https://host?",
    "https://host#",
)

CREDENTIALS_GONE_WRONG = ("two words", "k" * 201, "cl\u00e9", *ESCAPES)


def numbers(low: str, high: str) -> tuple[str, ...]:
    return (*NOT_NUMBERS, *ESCAPES, low, high)


BAD = {
    "ASSET": ("doge", "BTC", "btcusdt", "btc,eth", *ESCAPES),
    "INTERVAL": ("1m", "5M", "5", "5min", "1d", *ESCAPES),
    "MAX_POSITION_USD": numbers("0.99", "1000000.01"),
    "MAX_ORDERS_PER_MARKET": (*numbers("0", "1001"), "1.5", "-3"),
    "COOLDOWN_MS": (*numbers("-1", "3600001"), "0.5"),
    "BANKROLL_USD": numbers("0", "10000001"),
    "ORDER_LATENCY_MS": (*numbers("-1", "10001"), "49.9"),
    "TAKER_HOLD_MS": (*numbers("-1", "10001"), "149.9"),
    "MIN_NET_EDGE": numbers("-1.01", "1.01"),
    "QUOTE_MAX_AGE_MS": (*numbers("99", "600001"), "100.5"),
    "PRICE_MAX_AGE_MS": (*numbers("99", "600001"), "100.5"),
    "ORACLE_MAX_AGE_MS": (*numbers("99", "600001"), "100.5"),
    "ORDER_CUTOFF_S": (*numbers("-1", "3601"), "0.5"),
    "BOOK_CHECK_S": (*numbers("-1", "3601"), "0.5"),
    "STRATEGIES": ("Momentum", "momentum,", ",", "momentum;luck", "two words", "rule.txt", *ESCAPES, "a\x1bb.py"),
    "TELEGRAM_BOT_TOKEN": ("abc", "123456", "123456:", f"{TOKEN} x", f"bot{TOKEN}", *ESCAPES),
    "TELEGRAM_CHAT_ID": ("name", "@", "12.5", "-", TOKEN, "@two words", "٣٠٠", *ESCAPES),
    "POLY_API_KEY": (*CREDENTIALS_GONE_WRONG,),
    "POLY_API_SECRET": (*CREDENTIALS_GONE_WRONG,),
    "POLY_API_PASSPHRASE": (*CREDENTIALS_GONE_WRONG,),
    "WALLET_KEY_FILE": (PRIVATE_KEY, PRIVATE_KEY[2:], f"keys/{PRIVATE_KEY}", SEED_PHRASE, "~nobody-here/key", *ESCAPES),
    "FUNDER": ("0x", "5eedc0de" * 5, "0x" + "5eedc0de" * 5 + "0", "0x" + "5eedc0dg" * 5, "vitalik.eth", *ESCAPES),
    "SIGNATURE_TYPE": (*numbers("-1", "4"), "1.5", "eoa"),
    "ARM_LIVE": ("btc", "btc-", "-5m", "5m-btc", "btc-5m-1h", "btc_5m", "BTC-5m", "doge-5m", "yes", *ESCAPES),
    "DAILY_LOSS_USD": numbers("0.99", "1000000.01"),
    "MAX_EXPOSURE_USD": numbers("0.99", "10000000.01"),
    "BINANCE_WS_URL": (*FOREIGN_ADDRESSES, "https://stream.example", *ESCAPES),
    "BINANCE_REST_URL": (*FOREIGN_ADDRESSES, "wss://stream.example", *ESCAPES),
    "CLOB_WS_URL": (*FOREIGN_ADDRESSES, "http://stream.example", *ESCAPES),
    "CLOB_REST_URL": (*FOREIGN_ADDRESSES, "ws://stream.example", *ESCAPES),
    "GAMMA_URL": (*FOREIGN_ADDRESSES, "ws://stream.example", *ESCAPES),
    "RTDS_WS_URL": (*FOREIGN_ADDRESSES, "https://stream.example", *ESCAPES),
    "POLYBOLT_WS_URL": (*FOREIGN_ADDRESSES, "http://stream.example", *ESCAPES),
    "SITE_URL": (*FOREIGN_ADDRESSES, "ws://stream.example", *ESCAPES),
    "DATA_API_URL": (*FOREIGN_ADDRESSES, "ws://stream.example", *ESCAPES),
    "TELEGRAM_URL": (*FOREIGN_ADDRESSES, f"https://api.telegram.org/bot{TOKEN}", *ESCAPES),
    "WINDOW_S": (*numbers("9", "14401"), "60.5"),
    "WINDOW_START_S": (*numbers("-1", "100000000001"), "0.5"),
}

LOOPBACK = {
    "GAMMA_URL": "http://127.0.0.1:8080/gamma",
    "CLOB_WS_URL": "ws://localhost:8080/clob",
    "BINANCE_WS_URL": "ws://[::1]:8080/binance",
    "BINANCE_REST_URL": "http://LOCALHOST:8080/binance",
    "RTDS_WS_URL": "ws://127.0.0.1:8080/rtds",
    "POLYBOLT_WS_URL": "ws://127.0.0.1:8080/polybolt",
    "SITE_URL": "http://127.0.0.1:8080/site",
}
CREDENTIALS = {"POLY_API_KEY": "key-7f3a", "POLY_API_SECRET": "c2VjcmV0LTk5==", "POLY_API_PASSPHRASE": "pass-51c0"}
WINDOW = {"WINDOW_S": "60", "WINDOW_START_S": "1795000000"}
"""A venue on loopback as a person would point at it: all the addresses that its windows need."""

ADDRESSES = [setting.name for setting in SETTINGS if setting.name.endswith("_URL")]
RANGE = r"(-?\d+) to (\d+)"
RANGED = [setting for setting in SETTINGS if re.search(RANGE, setting.about)]
SETTING_NAMES = [setting.name for setting in SETTINGS]
HIDDEN = {"TELEGRAM_BOT_TOKEN", "WALLET_KEY_FILE"}
"""Where a wrong value is likely to be a secret in the wrong place."""


@pytest.fixture(autouse=True)
def bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty folder, and none of our settings in the environment."""
    monkeypatch.chdir(tmp_path)
    for name in SETTING_NAMES:
        monkeypatch.delenv(name, raising=False)


def values(**environ: str) -> Settings:
    return load({}, environ, None)


def refusal(flags: dict[str, str] | None = None, /, **environ: str) -> str:
    with pytest.raises(SettingError) as refused:
        load(flags or {}, environ, None)
    return str(refused.value)


def outcome_of(name: str, text: str) -> Settings | str:
    """The settings with this one set, or the sentence that refuses it."""
    try:
        return load({}, {name: text}, None)
    except SettingError as error:
        return str(error)


def is_one_plain_sentence(text: str) -> bool:
    steers = {unicodedata.category(char) for char in text} & {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}
    return text.endswith(".") and not steers and len(text) < 400


class TestDefaults:
    def test_nothing_said_is_btc_5m_with_the_documented_figures(self) -> None:
        settings = values()
        assert (settings.asset, settings.interval) == (Asset.BTC, Interval.M5)
        assert (settings.max_position_usd, settings.max_orders_per_market, settings.cooldown_ms) == (100.0, 10, 5000)
        assert (settings.order_latency_ms, settings.taker_hold_ms, settings.min_net_edge) == (50, 150, 0.01)
        assert (settings.quote_max_age_ms, settings.price_max_age_ms, settings.order_cutoff_s) == (5000, 3000, 5)
        assert settings.oracle_max_age_ms == 4000
        assert (settings.window_s, settings.window_start_s) == (None, None)

    def test_the_bankroll_is_the_largest_position_unless_said(self) -> None:
        assert values(MAX_POSITION_USD="250").bankroll_usd == 250.0
        assert values(MAX_POSITION_USD="250", BANKROLL_USD="1000").bankroll_usd == 1000.0

    def test_the_most_at_stake_is_twice_the_largest_position_unless_said(self) -> None:
        assert values(MAX_POSITION_USD="250").max_exposure_usd == 500.0
        assert values(MAX_POSITION_USD="250", MAX_EXPOSURE_USD="300").max_exposure_usd == 300.0

    def test_nothing_is_armed_and_no_wallet_known(self) -> None:
        settings = values()
        assert (settings.wallet_key_file, settings.funder, settings.signature_type) == (None, "", 0)
        assert (settings.arm_live, settings.daily_loss_usd) == (None, 25.0)

    @pytest.mark.parametrize("name", SETTING_NAMES)
    def test_an_empty_value_is_as_good_as_none(self, name: str) -> None:
        assert repr(load({}, {name: ""}, None)) == repr(values())

    def test_the_engine_gets_its_own_units(self) -> None:
        limits = values(MAX_POSITION_USD="12.34", COOLDOWN_MS="1500", ORDER_CUTOFF_S="7").limits()
        assert limits.max_position * 100 == 1234 * MONEY
        assert (limits.cooldown_ns, limits.cutoff_ns) == (1_500_000_000, 7_000_000_000)
        assert (limits.latency_ns, limits.hold_ns) == (50_000_000, 150_000_000)


class TestAssetAndInterval:
    @pytest.mark.parametrize(("asset", "interval"), list(product(Asset, Interval)), ids="-".join)
    def test_all_sixteen_pairs_by_environment_flag_and_file(
        self, asset: Asset, interval: Interval, tmp_path: Path
    ) -> None:
        pair = {"ASSET": asset.value, "INTERVAL": interval.value}
        file = tmp_path / "settings"
        file.write_text("".join(f"{name}={value}\n" for name, value in pair.items()))
        for settings in (load({}, pair, None), load(pair, {}, None), load({}, {}, file)):
            assert (settings.asset, settings.interval) == (asset, interval)

    def test_doge_is_refused_on_purpose(self) -> None:
        assert refusal(ASSET="doge") == "ASSET=doge is not one of btc, eth, sol, xrp; set it to one of these."

    def test_an_empty_flag_is_a_value_that_is_wrong_and_never_the_default(self) -> None:
        assert refusal({"ASSET": ""}).startswith("ASSET='' is not one of btc, eth, sol, xrp")


class TestTheWallet:
    def test_its_file_may_lie_under_the_home_folder(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("HOME", "/srv/trader")
        assert values(WALLET_KEY_FILE="~/keys/one").wallet_key_file == Path("/srv/trader/keys/one")
        assert values(WALLET_KEY_FILE="one key").wallet_key_file == Path("one key")

    @pytest.mark.parametrize("text", [PRIVATE_KEY, PRIVATE_KEY[2:], f"/tmp/{PRIVATE_KEY}.txt", SEED_PHRASE])
    def test_the_key_in_its_place_is_refused_and_not_shown(self, text: str) -> None:
        said = refusal(WALLET_KEY_FILE=text)
        assert said.startswith("WALLET_KEY_FILE=(not shown, it looks like a key) is not the path of a file; ")
        assert "5eedC0de" not in said
        assert "abandon" not in said

    @pytest.mark.parametrize("name", SETTING_NAMES)
    def test_a_private_key_in_any_setting_is_not_shown(self, name: str) -> None:
        for text in (PRIVATE_KEY, PRIVATE_KEY[2:], f"x{PRIVATE_KEY}", f"{PRIVATE_KEY}\x1b"):
            assert "5eedC0de" not in repr(outcome_of(name, text))

    def test_the_address_of_the_funds_may_be_in_checksum_spelling_or_not(self) -> None:
        for text in ("0x" + "5eedc0de" * 5, "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"):
            assert values(FUNDER=text).funder == text

    @pytest.mark.parametrize(("asset", "interval"), list(product(Asset, Interval)), ids="-".join)
    def test_what_may_be_armed_is_one_asset_and_interval(self, asset: Asset, interval: Interval) -> None:
        assert values(ARM_LIVE=f"{asset}-{interval}").arm_live == (asset, interval)


class TestPrecedence:
    def test_a_flag_wins_over_the_environment_and_that_over_the_file(self, tmp_path: Path) -> None:
        file = tmp_path / "settings"
        file.write_text("ASSET=xrp\nINTERVAL=4h\nCOOLDOWN_MS=7\n")
        settings = load({"ASSET": "eth"}, {"ASSET": "sol", "INTERVAL": "1h"}, file)
        assert (settings.asset, settings.interval, settings.cooldown_ms) == (Asset.ETH, Interval.H1, 7)

    def test_an_empty_environment_leaves_the_file_its_word(self, tmp_path: Path) -> None:
        file = tmp_path / "settings"
        file.write_text("ASSET=xrp\n")
        assert load({}, {"ASSET": ""}, file).asset is Asset.XRP

    def test_a_flag_that_is_wrong_is_not_saved_by_an_environment_that_is_right(self) -> None:
        with pytest.raises(SettingError):
            load({"ASSET": "doge"}, {"ASSET": "btc"}, None)


class BadValue(NamedTuple):
    name: str
    text: str


BAD_VALUES = [BadValue(name, text) for name, texts in BAD.items() for text in texts]


class TestBadValues:
    def test_the_table_covers_every_setting(self) -> None:
        assert list(BAD) == SETTING_NAMES

    @pytest.mark.parametrize("bad", BAD_VALUES, ids=lambda bad: f"{bad.name}-{ascii(bad.text)[:24]}")
    def test_one_sentence_with_the_name_and_the_value_and_exit_code_2(
        self, bad: BadValue, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv(bad.name, bad.text)
        assert main(["--no-ui"]) == USAGE
        out, err = capsys.readouterr()
        assert (out, err[-1]) == ("", "\n")
        said = err.removesuffix("\n").removeprefix("pmtui: ")
        assert said.startswith(bad.name)
        assert is_one_plain_sentence(said)
        if bad.text.isascii() and bad.text.isalnum() and len(bad.text) < 80 and bad.name not in HIDDEN:
            assert f"{bad.name}={bad.text} " in said

    def test_what_steers_a_terminal_is_seen_but_not_obeyed(self) -> None:
        assert refusal(ASSET="\x1b[31mred").startswith("ASSET='\N{REPLACEMENT CHARACTER}[31mred' is not")

    def test_a_long_value_is_cut(self) -> None:
        assert len(refusal(COOLDOWN_MS="9" * 100_000)) < 300

    @given(name=st.sampled_from(SETTING_NAMES), text=st.text(min_size=1))
    def test_any_text_is_a_value_or_one_plain_sentence(self, name: str, text: str) -> None:
        said = outcome_of(name, text)
        assert isinstance(said, Settings) or is_one_plain_sentence(said)

    def test_a_number_may_have_blanks_around_it_but_not_inside(self) -> None:
        assert values(COOLDOWN_MS=" 7 ").cooldown_ms == 7
        assert refusal(COOLDOWN_MS="7 7")

    def test_the_limits_themselves_are_allowed(self) -> None:
        assert values(MIN_NET_EDGE="-1", COOLDOWN_MS="0", MAX_POSITION_USD="1000000").min_net_edge == -1.0

    def test_the_range_is_told_in_the_digits_that_would_be_accepted(self) -> None:
        said = refusal(MAX_POSITION_USD="1e5")
        assert "from 1 to 1000000 (dollars)" in said


class TestAddresses:
    @pytest.mark.parametrize("name", ADDRESSES)
    def test_host_port_and_path_are_kept_and_the_last_slash_is_not(self, name: str) -> None:
        scheme = "ws" if name.endswith("_WS_URL") else "http"
        for rest in ("127.0.0.1:8080/base", "localhost", "[::1]:9", "venue.example:443/a/b.c"):
            assert getattr(values(**{name: f"{scheme}://{rest}/"}), name.lower()) == f"{scheme}://{rest}"

    @pytest.mark.parametrize("name", ADDRESSES)
    @pytest.mark.parametrize(
        "rest",
        [
            f"user:{PASSWORD}@host",
            f":{PASSWORD}@host",
            f"{PASSWORD}@host",
            f"us/er:{PASSWORD}@host",
            f"host?key={PASSWORD}",
            f"host/path#{PASSWORD}",
            f"127.0.0.1\\@{PASSWORD}.example",
        ],
    )
    def test_credentials_are_refused_and_not_shown(self, name: str, rest: str) -> None:
        scheme = "wss" if name.endswith("_WS_URL") else "https"
        said = refusal(**{name: f"{scheme}://{rest}"})
        assert said.startswith(f"{name}=(not shown")
        assert PASSWORD not in said


class TestSecrets:
    @pytest.mark.parametrize("name", SETTING_NAMES)
    def test_a_token_in_any_setting_is_not_shown(self, name: str) -> None:
        for text in (TOKEN, f"x{TOKEN}", f"https://api.telegram.org/bot{TOKEN}", f"{TOKEN}\x1b"):
            said = repr(outcome_of(name, text))
            assert TOKEN not in said
            assert TOKEN.partition(":")[2] not in said

    def test_a_secret_shows_itself_to_the_one_who_asks(self) -> None:
        settings = values(TELEGRAM_BOT_TOKEN=TOKEN, TELEGRAM_CHAT_ID="-1001")
        assert settings.telegram_bot_token.reveal() == TOKEN
        for shown in (repr(settings), str(settings), f"{settings.telegram_bot_token}"):
            assert TOKEN not in shown


class TestSettingsThatGoTogether:
    @pytest.mark.parametrize("given", [{"TELEGRAM_BOT_TOKEN": TOKEN}, {"TELEGRAM_CHAT_ID": "@channel"}])
    def test_a_token_needs_a_chat_and_a_chat_a_token(self, given: dict[str, str]) -> None:
        assert refusal(**given) == "TELEGRAM_BOT_TOKEN and TELEGRAM_CHAT_ID go together; set both or neither."

    def test_both_or_neither(self) -> None:
        assert values(TELEGRAM_BOT_TOKEN=TOKEN, TELEGRAM_CHAT_ID="@channel").telegram_chat_id == "@channel"
        assert not values().telegram_bot_token

    @pytest.mark.parametrize("name", CREDENTIALS)
    def test_the_venues_credentials_are_all_there_or_none(self, name: str) -> None:
        told = "POLY_API_KEY, POLY_API_SECRET and POLY_API_PASSPHRASE go together; set all or none."
        assert refusal(**{name: CREDENTIALS[name]}) == told
        assert refusal(**{other: text for other, text in CREDENTIALS.items() if other != name}) == told

    def test_the_venues_credentials_never_show_themselves(self) -> None:
        settings = values(**CREDENTIALS)
        assert settings.poly_api_secret.reveal() == CREDENTIALS["POLY_API_SECRET"]
        assert not any(text in repr(settings) for text in CREDENTIALS.values())
        assert not values().poly_api_key

    def test_a_foreign_window_length_is_for_a_venue_on_loopback(self) -> None:
        settings = values(**LOOPBACK, **WINDOW)
        assert (settings.window_s, settings.window_start_s) == (60, 1_795_000_000)

    @pytest.mark.parametrize("name", LOOPBACK)
    @pytest.mark.parametrize("host", ["venue.example", "127.0.0.1.example", "10.0.0.1", "localhost.example"])
    def test_and_for_no_other(self, name: str, host: str) -> None:
        scheme = "ws" if name.endswith("_WS_URL") else "http"
        said = refusal(**LOOPBACK | WINDOW | {name: f"{scheme}://{host}"})
        assert said == f"WINDOW_S=60 is for a venue on loopback, but {name} is {scheme}://{host}."

    @pytest.mark.parametrize("name", LOOPBACK)
    def test_nor_for_the_real_one_by_leaving_an_address_out(self, name: str) -> None:
        given = {other: address for other, address in LOOPBACK.items() if other != name}
        assert name in refusal(**given, **WINDOW)

    @pytest.mark.parametrize("name", WINDOW)
    def test_length_and_start_go_together(self, name: str) -> None:
        said = refusal(**LOOPBACK, **{name: WINDOW[name]})
        assert said == "WINDOW_S and WINDOW_START_S go together; set both or neither."


class TestSettingsFile:
    def write(self, text: str | bytes) -> Path:
        Path(".env").write_bytes(text.encode() if isinstance(text, str) else text)
        return Path(".env")

    def test_it_is_read_and_not_exported(self) -> None:
        before = dict(os.environ)
        file = self.write(f"ASSET=sol\nTELEGRAM_BOT_TOKEN={TOKEN}\nTELEGRAM_CHAT_ID=1\nOTHER=x\n")
        assert load({}, os.environ, file).asset is Asset.SOL
        assert dict(os.environ) == before

    def test_comments_quotes_export_blank_lines_and_a_byte_order_mark_are_understood(self) -> None:
        file = self.write("\ufeff# a comment\n\nexport ASSET='eth'\nINTERVAL = \"1h\"  # the hour\r\nCOOLDOWN_MS=7\n")
        settings = load({}, {}, file)
        assert (settings.asset, settings.interval, settings.cooldown_ms) == (Asset.ETH, Interval.H1, 7)

    def test_values_of_other_names_are_not_put_in(self) -> None:
        file = self.write("COIN=eth\nASSET=${COIN}\n")
        with pytest.raises(SettingError, match=re.escape("ASSET=${COIN} is not one of")):
            load({}, {}, file)

    @pytest.mark.parametrize(
        ("text", "why"),
        [
            (b"\x80\x81\xff\xfe\x00ASSET=btc", "The settings file .env is no UTF-8 text; correct it."),
            (b"\x7fELF\x02\x01\x01\x00", "The settings file .env has no NAME=value in line 1; correct it."),
            ("ASSET=btc\nCOOLDOWN_MS 7\n", "The settings file .env has no NAME=value in line 2; correct it."),
            ("ASSET=btc\n\nASSET\n", "The settings file .env has no NAME=value in line 2; correct it."),
            (f'TELEGRAM_BOT_TOKEN="{TOKEN}\n', "The settings file .env has no NAME=value in line 1; correct it."),
        ],
    )
    def test_no_line_is_skipped_in_silence(
        self, text: str | bytes, why: str, capsys: pytest.CaptureFixture[str]
    ) -> None:
        self.write(text)
        assert main(["--no-ui"]) == USAGE
        assert capsys.readouterr() == ("", f"pmtui: {why}\n")

    @pytest.mark.parametrize(
        ("name", "meant"),
        [
            ("MAX_POSITON_USD", "MAX_POSITION_USD"),
            ("max_position_usd", "MAX_POSITION_USD"),
            ("MAX_ORDERS", "MAX_ORDERS_PER_MARKET"),
            ("COOLDOWN", "COOLDOWN_MS"),
            ("STRATEGY", "STRATEGIES"),
            ("ASSETS", "ASSET"),
            ("TELEGRAM_TOKEN", "TELEGRAM_BOT_TOKEN"),
        ],
    )
    def test_a_name_that_is_nearly_one_of_ours_is_a_mistake(self, name: str, meant: str) -> None:
        file = self.write(f"{name}={TOKEN}\n")
        with pytest.raises(SettingError) as told:
            load({}, {}, file)
        assert str(told.value) == (
            f"{name} in the settings file .env is no setting; did you mean {meant}? Correct it, or remove it."
        )

    def test_other_names_are_somebody_elses(self) -> None:
        file = self.write("LOG_LEVEL=debug\nASSET=eth\nPRIVATE_KEY=0x01\nPMTUI_MAX_NOTIONAL=5\n")
        assert load({}, {}, file).asset is Asset.ETH
        assert foreign_names(file) == ("LOG_LEVEL", "PRIVATE_KEY", "PMTUI_MAX_NOTIONAL")
        assert foreign_names(None) == ()

    def test_a_folder_in_its_place_cannot_be_read(self, tmp_path: Path) -> None:
        with pytest.raises(SettingError, match=r"cannot be read \(Is a directory\)"):
            load({}, {}, tmp_path)

    @pytest.mark.skipif(os.geteuid() == 0, reason="nothing is unreadable to root")
    def test_a_file_without_permission_cannot_be_read(self, capsys: pytest.CaptureFixture[str]) -> None:
        self.write("ASSET=btc\n").chmod(0)
        assert main(["--no-ui"]) == USAGE
        said = "pmtui: The settings file .env cannot be read (Permission denied); correct it.\n"
        assert capsys.readouterr().err == said

    def test_a_bad_value_in_it_is_told_as_any_other(self, capsys: pytest.CaptureFixture[str]) -> None:
        self.write("ASSET=doge\n")
        assert main(["--no-ui"]) == USAGE
        said = "pmtui: ASSET=doge is not one of btc, eth, sol, xrp; set it to one of these.\n"
        assert capsys.readouterr().err == said


class TestTheExample:
    """`.env.example` is the list of the settings for people; it is written by hand and kept true from here."""

    PATH = ROOT / ".env.example"

    def test_it_has_every_setting_in_order_with_its_default_and_what_it_is_about(self) -> None:
        blocks = self.PATH.read_text(encoding="utf-8").split("\n\n")[1:]
        told = [re.fullmatch(r"# (.+)\n([A-Z_]+)=(.*)\n?", block) for block in blocks]
        assert all(told)
        assert [one.groups() for one in told if one] == [(s.about, s.name, s.default) for s in SETTINGS]

    def test_a_copy_of_it_changes_nothing(self) -> None:
        assert repr(load({}, {}, self.PATH)) == repr(values())

    @pytest.mark.parametrize("setting", RANGED, ids=lambda setting: setting.name)
    def test_it_says_the_range_that_is_enforced(self, setting: Setting) -> None:
        low, high = (int(limit) for limit in re.findall(RANGE, setting.about)[0])
        others = LOOPBACK | WINDOW if setting.name == "WINDOW_S" else {}
        for allowed in (low, high):
            load({}, others | {setting.name: str(allowed)}, None)
        for outside in (low - 1, high + 1):
            assert refusal(**others | {setting.name: str(outside)})
