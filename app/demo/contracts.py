"""The exchange contracts that an order can be signed for, and their domains. Needs the packages of the extra `live`."""

from typing import Final, NamedTuple

from app.demo.signatures import exchange_domain

CTF: Final = "0x4D97DCd97eC945f40cF65F87097ACe5EA0476045"


class Exchange(NamedTuple):
    """One exchange: its address and the version in its domain."""

    address: str
    version: str

    @property
    def domain(self) -> bytes:
        """Its domain separator."""
        return exchange_domain(self.version, self.address)


EXCHANGE_V2: Final = Exchange("0xE111180000d2663C0091e4f400237545B87B996B", "2")
NEG_RISK_EXCHANGE_V2: Final = Exchange("0xe2222d279d744050d28e00520010520000310F59", "2")
EXCHANGE_V3: Final = Exchange("0xe3333700cA9d93003F00f0F71f8515005F6c00Aa", "3")
ALL: Final = (EXCHANGE_V2, NEG_RISK_EXCHANGE_V2, EXCHANGE_V3)


def exchange_for(protocol: str, neg_risk: bool) -> Exchange:
    """Where orders of a market are settled; `protocol` is the market's version, "v1" or "v2"."""
    if protocol == "v2":
        return EXCHANGE_V3
    return NEG_RISK_EXCHANGE_V2 if neg_risk else EXCHANGE_V2
