"""What Prometheus may ask about the gateway."""

from collections.abc import Callable, Mapping
from functools import partial

import prometheus_client as prometheus

from gigsta_gateway.requests import METHODS
from gigsta_gateway.upstream import Upstream


class Metrics:
    def __init__(self, upstreams: Mapping[str, Upstream], in_flight: Callable[[], int]) -> None:
        self.registry = prometheus.CollectorRegistry()
        self._seconds = prometheus.Histogram(
            "gigsta_gateway_request_seconds",
            "Time until a request was answered in full.",
            ("method", "route", "status"),
            registry=self.registry,
            buckets=(0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
        )
        self._children: dict[tuple[str, str, int], prometheus.Histogram] = {}
        self._gauge("gigsta_gateway_requests_in_flight", "Requests being proxied.").set_function(in_flight)
        connections = self._gauge("gigsta_gateway_upstream_connections", "Open connections to services.", "upstream")
        breakers = self._gauge("gigsta_gateway_breaker_open", "1 where a service is being left alone.", "upstream")
        for name, upstream in upstreams.items():
            connections.labels(name).set_function(partial(_open_connections, upstream))
            breakers.labels(name).set_function(partial(_breaker_open, upstream))

    def _gauge(self, name: str, text: str, *labels: str) -> prometheus.Gauge:
        return prometheus.Gauge(name, text, labels, registry=self.registry)

    def observe(self, method: str, route: str, status: int, seconds: float) -> None:
        child = self._children.get((method, route, status))
        if child is None:
            known = method if method in METHODS else "(other)"
            child = self._seconds.labels(known, route, str(status))
            if known == method:
                self._children[method, route, status] = child
        child.observe(seconds)

    def render(self) -> bytes:
        return prometheus.generate_latest(self.registry)


def _open_connections(upstream: Upstream) -> float:
    return upstream.pool.open


def _breaker_open(upstream: Upstream) -> float:
    return float(upstream.breaker.open)
