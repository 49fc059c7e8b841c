"""The HTTP/1.1 client side of the proxy: connections, a pool of them per service, and a circuit breaker."""

from gigsta_gateway.upstream.breaker import Breaker
from gigsta_gateway.upstream.connection import BadUpstreamResponse, Connection, UpstreamGone
from gigsta_gateway.upstream.pool import Pool, TooManyConnections, Upstream

__all__ = ["BadUpstreamResponse", "Breaker", "Connection", "Pool", "TooManyConnections", "Upstream", "UpstreamGone"]
