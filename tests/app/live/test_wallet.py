"""A wallet is opened from settings that fit together, signs, and never shows its key."""

import copy
import logging
import os
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from eth_account import Account
from eth_account.messages import SignableMessage

from app.crash import crash_report
from app.live.wallet import SignatureType, SigningError, Wallet, brief, open_wallet
from app.settings import load
from app.values import SettingError
from tests.app.live.official import KEY, SIGNER
from tests.app.live.wallets import FUNDS, key_file, wallet

CURVE_ORDER = "fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141"
NO_KEYS = ["0" * 64, CURVE_ORDER, "f" * 64]
"""64 hex digits that are the number of no private key."""

MESSAGE = SignableMessage(b"\x01", bytes(32), bytes(32))


def refusal(path: Path | None, funder: str = "", signature_type: int = 0) -> SettingError:
    with pytest.raises(SettingError) as refused:
        open_wallet(path, funder, signature_type)
    return refused.value


def variables(error: BaseException) -> Iterator[Any]:
    """Everything that a crash screen could print: the variables of every frame, of the causes too."""
    seen: list[BaseException] = []
    todo: list[BaseException | None] = [error]
    while todo:
        one = todo.pop()
        if one is None or one in seen:
            continue
        seen.append(one)
        todo += [one.__cause__, one.__context__]
        yield from one.args
        for frame, _ in traceback.walk_tb(one.__traceback__):
            if "/app/" in frame.f_code.co_filename and "/tests/" not in frame.f_code.co_filename:
                yield from frame.f_locals.values()


def shows(text: str, key: str = KEY) -> bool:
    """Whether 16 characters of the key in a row are in it, in any of the ways in which bytes are written."""
    digits = key.removeprefix("0x").lower()
    raw = repr(bytes.fromhex(digits))[2:-1]
    return digits[:16] in text.lower() or raw in text or str(int(digits, 16)) in text


class TestFittingTogether:
    def test_a_plain_key_holds_its_own_funds(self, tmp_path: Path) -> None:
        for funder in ("", SIGNER, SIGNER.lower()):
            opened = open_wallet(key_file(tmp_path), funder, 0)
            assert (opened.signer, opened.funder, opened.order_signer) == (SIGNER, SIGNER, SIGNER)
            assert opened.signature_type is SignatureType.EOA

    @pytest.mark.parametrize("kind", [SignatureType.PROXY, SignatureType.SAFE])
    def test_a_contract_holds_them_and_the_key_signs(self, tmp_path: Path, kind: SignatureType) -> None:
        opened = open_wallet(key_file(tmp_path), FUNDS.lower(), kind)
        assert (opened.signer, opened.funder, opened.order_signer) == (SIGNER, FUNDS, SIGNER)

    def test_a_deposit_wallet_signs_itself(self, tmp_path: Path) -> None:
        opened = wallet(tmp_path, SignatureType.DEPOSIT)
        assert (opened.signer, opened.funder, opened.order_signer) == (SIGNER, FUNDS, FUNDS)

    @pytest.mark.parametrize("kind", [1, 2, 3])
    def test_a_contract_has_an_address(self, tmp_path: Path, kind: int) -> None:
        said = str(refusal(key_file(tmp_path), "", kind))
        assert said == f"FUNDER is empty, but SIGNATURE_TYPE={kind} needs the address that holds the funds."

    def test_a_plain_key_has_no_other(self, tmp_path: Path) -> None:
        said = str(refusal(key_file(tmp_path), FUNDS, 0))
        assert said.startswith(
            f"FUNDER={brief(FUNDS)} is not the key's own address {brief(SIGNER)}, as SIGNATURE_TYPE=0"
        )

    def test_a_letter_of_the_wrong_size_is_a_typing_mistake(self, tmp_path: Path) -> None:
        said = str(refusal(key_file(tmp_path), FUNDS.replace("aAeb", "aaeb"), 3))
        assert said.endswith("fails its own checksum; copy the address again.")

    def test_without_a_file_there_is_no_live_trading(self) -> None:
        assert str(refusal(None)).startswith("WALLET_KEY_FILE is empty; ")

    def test_the_settings_lead_to_it(self, tmp_path: Path) -> None:
        settings = load({}, {"WALLET_KEY_FILE": str(key_file(tmp_path)), "FUNDER": FUNDS, "SIGNATURE_TYPE": "3"}, None)
        opened = open_wallet(settings.wallet_key_file, settings.funder, settings.signature_type)
        assert opened.order_signer == FUNDS


class TestTheKeyStaysIn:
    def test_a_wallet_shows_where_the_funds_are_and_no_more(self, tmp_path: Path) -> None:
        opened = wallet(tmp_path, SignatureType.DEPOSIT)
        assert repr(opened) == str(opened) == f"{opened}" == "Wallet(0x5aAe…eAed, DEPOSIT)"
        assert not shows(repr(opened._account))

    def test_it_is_neither_copied_nor_written_down(self, tmp_path: Path) -> None:
        for take in (copy.copy, copy.deepcopy):
            with pytest.raises(TypeError, match="neither copied nor written down"):
                take(wallet(tmp_path))

    @pytest.mark.parametrize("digits", NO_KEYS)
    def test_a_number_that_is_no_key_is_refused_without_it(self, tmp_path: Path, digits: str) -> None:
        error = refusal(key_file(tmp_path, digits))
        assert str(error).endswith("holds a number that is no key; copy the key again.")
        assert digits not in str(error) + repr(error)

    @pytest.mark.parametrize(
        ("funder", "kind"), [("", 1), (FUNDS, 0), (FUNDS.replace("aAeb", "aaeb"), 3)], ids=["none", "other", "mistyped"]
    )
    def test_no_refusal_carries_it_in_its_words_or_variables(self, tmp_path: Path, funder: str, kind: int) -> None:
        error = refusal(key_file(tmp_path), funder, kind)
        everything = [str(error), repr(error), *map(repr, variables(error))]
        assert len(everything) > 4
        assert not any(map(shows, everything))

    @pytest.mark.parametrize("text", [f"{KEY} {KEY}", f'"{KEY}"', f"key={KEY}", KEY + "é", KEY * 20])
    def test_nor_does_that_of_a_file_with_more_in_it(self, tmp_path: Path, text: str) -> None:
        error = refusal(key_file(tmp_path, text))
        assert "does not hold a private key" in str(error)
        assert not any(map(shows, [str(error), *map(repr, variables(error))]))

    def test_a_failure_of_the_cryptography_is_told_without_its_words(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        opened = wallet(tmp_path)

        def leaks(_: object, private_key: object) -> None:
            raise ValueError(f"bad key {private_key!r}")

        monkeypatch.setattr(Account, "sign_message", leaks)
        monkeypatch.setattr(opened._account._publicapi, "sign_message", leaks)
        with pytest.raises(SigningError) as failed:
            opened.sign(MESSAGE)
        error = failed.value
        assert str(error) == "the message could not be signed (ValueError)"
        assert (error.__cause__, error.__context__) == (None, None)
        assert not shows(crash_report(error, "the order was not sent"))
        assert not any(map(shows, map(repr, variables(error))))

    def test_nothing_is_logged_and_nothing_goes_into_the_environment(
        self, tmp_path: Path, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
    ) -> None:
        with caplog.at_level(logging.DEBUG):
            opened = wallet(tmp_path)
            opened.sign(MESSAGE)
        out, err = capfd.readouterr()
        assert not shows(caplog.text + out + err)
        assert not any(shows(name + value) for name, value in os.environ.items())
        environment = Path("/proc/self/environ")
        if environment.exists():
            assert not shows(environment.read_bytes().decode("utf-8", "replace"))

    def test_the_check_can_fail(self) -> None:
        for text in (KEY, KEY[2:].upper(), f"x{KEY[2:20]}", repr(bytes.fromhex(KEY[2:])), str(int(KEY, 16))):
            assert shows(text)
        assert not shows(SIGNER)

    def test_the_look_at_the_variables_can_fail(self, tmp_path: Path) -> None:
        error = refusal(key_file(tmp_path), "", 1)
        assert any(isinstance(value, SignatureType) for value in variables(error))


def test_a_wallet_signs_with_its_key(tmp_path: Path) -> None:
    opened: Wallet = wallet(tmp_path)
    signature = opened.sign(MESSAGE)
    assert len(signature) == 65
    assert Account.recover_message(MESSAGE, signature=signature) == SIGNER
