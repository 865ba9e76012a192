import pytest

from engine.coin import coin_places, coin_text


@pytest.mark.parametrize(
    ("price", "text"),
    [
        (83_758.02, "83,758.02"),
        (3_512.4, "3,512.40"),
        (146.2375, "146.238"),
        (2.1846, "2.18460"),
        (1.50125, "1.50125"),
        (0.51236, "0.512360"),
        (0.0, "0.00"),
    ],
)
def test_price_is_written_to_a_tenth_of_a_basis_point(price: float, text: str) -> None:
    assert coin_text(price) == text
    if price:
        assert 10.0 ** -coin_places(price) <= max(price * 1e-5, 1e-2)
