"""Where a request really comes from, for whoever counts what one client does.

A client can write any header, `X-Forwarded-For` first of all. So the gateway takes away what clients say of themselves,
writes the address that it knows, and proves that it was the gateway who wrote it, by a secret that it shares with the
services concerned. Without the proof the only address to believe is the other end of the connection.
"""

import contextlib
import hmac
import ipaddress

from pydantic import SecretStr
from starlette.types import Scope

ADDRESS_HEADER = b"x-forwarded-for"
PROOF_HEADER = b"x-gigsta-gateway"

_NOWHERE = "unknown"
_IPV6_PREFIX = 56
"""What one household or office gets. A limit for each of its 2**72 addresses would be none."""


def address_of(scope: Scope, gateway_secret: SecretStr | None) -> str:
    """The address that the request came from, as the gateway says or, where it was not the gateway, as we see it."""
    peer = scope.get("client")
    seen = str(peer[0]) if peer else _NOWHERE
    if gateway_secret is None:
        return seen
    said = [value for name, value in scope["headers"] if name == ADDRESS_HEADER]
    proofs = [value for name, value in scope["headers"] if name == PROOF_HEADER]
    if len(said) == len(proofs) == 1 and hmac.compare_digest(proofs[0], gateway_secret.get_secret_value().encode()):
        with contextlib.suppress(ValueError):
            return str(ipaddress.ip_address(said[0].decode("latin-1")))
    return seen


def network_of(address: str) -> str:
    """What counts as one client: an IPv4 address, or the block of IPv6 addresses that one customer is given."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return _NOWHERE
    if isinstance(found, ipaddress.IPv4Address):
        return str(found)
    if found.ipv4_mapped is not None:
        return str(found.ipv4_mapped)
    return str(ipaddress.IPv6Network((int(found), _IPV6_PREFIX), strict=False))
