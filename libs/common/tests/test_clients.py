"""Where a request comes from, whatever it says itself."""

from typing import Any

import pytest
from pydantic import SecretStr

from gigsta_common.clients import address_of, network_of

SECRET = SecretStr("shared-with-the-gateway")
GOOD = (b"x-gigsta-gateway", SECRET.get_secret_value().encode())
SAID = (b"x-forwarded-for", b"203.0.113.9")
PEER = ("127.0.0.1", 4711)


def scope(*headers: tuple[bytes, bytes], peer: Any = PEER) -> dict[str, Any]:
    return {"type": "http", "headers": list(headers), "client": peer}


def test_what_the_gateway_says_counts() -> None:
    assert address_of(scope(SAID, GOOD), SECRET) == "203.0.113.9"


@pytest.mark.parametrize(
    "headers",
    [
        (),
        (SAID,),
        (GOOD,),
        ((b"x-forwarded-for", b"somewhere"), GOOD),
        ((b"x-forwarded-for", b"203.0.113.9, 198.51.100.1"), GOOD),
        (SAID, (b"x-gigsta-gateway", b"")),
        (SAID, (b"x-gigsta-gateway", GOOD[1][:-1])),
        (SAID, (b"x-gigsta-gateway", GOOD[1] + b"x")),
        (SAID, (b"x-gigsta-gateway", b"\xff\xfe")),
        (SAID, (b"x-gigsta-gateway", b"a-guess-at-it"), GOOD),
        (SAID, (b"x-forwarded-for", b"198.51.100.1"), GOOD),
        ((b"x-real-ip", b"203.0.113.9"), GOOD),
    ],
)
def test_anything_else_leaves_the_other_end_of_the_connection(headers: tuple[tuple[bytes, bytes], ...]) -> None:
    assert address_of(scope(*headers), SECRET) == "127.0.0.1"
    assert address_of(scope(*headers, peer=None), SECRET) == "unknown"


def test_without_a_secret_nobody_is_believed() -> None:
    assert address_of(scope(SAID, GOOD), None) == "127.0.0.1"


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("::ffff:203.0.113.9", "203.0.113.9"),
        ("2001:db8:1:2ff::1", "2001:db8:1:200::/56"),
        ("2001:DB8:1:200:0::2", "2001:db8:1:200::/56"),
        ("2001:db8:1:300::1", "2001:db8:1:300::/56"),
        ("::1", "::/56"),
        ("unknown", "unknown"),
        ("203.0.113.9, 198.51.100.1", "unknown"),
        ("", "unknown"),
    ],
)
def test_one_customer_is_one_network(address: str, network: str) -> None:
    assert network_of(address) == network
