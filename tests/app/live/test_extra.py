"""Where the extra is not installed, one sentence says how to install it."""

import subprocess
import sys

import pytest

from app.live.extra import ExtraMissing, check_extra
from tests.program import ROOT, clean_environment


def test_here_it_is_installed() -> None:
    check_extra()


@pytest.mark.parametrize(
    ("absent", "named"),
    [
        (["eth_account"], "eth-account"),
        (["coincurve"], "coincurve"),
        (["eth_account", "coincurve"], "eth-account and coincurve"),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, list) else "",
)
def test_where_it_is_not_the_sentence_says_what_to_run(
    absent: list[str], named: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in absent:
        monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(ExtraMissing) as missing:
        check_extra()
    assert str(missing.value) == (
        f"live orders need {named}, which this installation lacks; run pip install 'pmtui[live]'"
    )


def test_asking_loads_nothing_of_it() -> None:
    code = "import sys; from app.live.extra import check_extra; check_extra(); print('eth_account' in sys.modules)"
    asked = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=clean_environment(), capture_output=True, text=True, check=True
    )
    assert asked.stdout == "False\n"
