"""What Prometheus may ask about the gateway."""

from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from itertools import accumulate

import prometheus_client as prometheus
from prometheus_client.core import HistogramMetricFamily
from prometheus_client.registry import Collector

from gigsta_gateway.requests import METHODS
from gigsta_gateway.upstream import Upstream

_BOUNDS = (0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


class Durations(Collector):
    """A histogram by method, route and status. The library's own takes a lock for each number, of which one thread
    has no need."""

    def __init__(self) -> None:
        self._counts: dict[tuple[str, str, int], list[int]] = {}
        self._sums: dict[tuple[str, str, int], float] = {}

    def observe(self, method: str, route: str, status: int, seconds: float) -> None:
        key = (method, route, status)
        counts = self._counts.get(key)
        if counts is None and method not in METHODS:
            key = ("(other)", route, status)
            counts = self._counts.get(key)
        if counts is None:
            counts = self._counts[key] = [0] * (len(_BOUNDS) + 1)
            self._sums[key] = 0.0
        counts[bisect_left(_BOUNDS, seconds)] += 1
        self._sums[key] += seconds

    def collect(self) -> Iterator[HistogramMetricFamily]:
        family = HistogramMetricFamily(
            "gigsta_gateway_request_seconds",
            "Time until a request was answered in full.",
            labels=("method", "route", "status"),
        )
        bounds = [*map(str, _BOUNDS), "+Inf"]
        for (method, route, status), counts in self._counts.items():
            buckets = list(zip(bounds, accumulate(counts), strict=True))
            family.add_metric((method, route, str(status)), buckets, self._sums[method, route, status])
        yield family


class Metrics:
    def __init__(self, upstreams: Mapping[str, Upstream], in_flight: Callable[[], int]) -> None:
        self.registry = prometheus.CollectorRegistry()
        durations = Durations()
        self.registry.register(durations)
        self.observe = durations.observe
        self._gauge("gigsta_gateway_requests_in_flight", "Requests being proxied.").set_function(in_flight)
        connections = self._gauge("gigsta_gateway_upstream_connections", "Open connections to services.", "upstream")
        breakers = self._gauge("gigsta_gateway_breaker_open", "1 where a service is being left alone.", "upstream")
        for name, upstream in upstreams.items():
            connections.labels(name).set_function(partial(_open_connections, upstream))
            breakers.labels(name).set_function(partial(_breaker_open, upstream))

    def _gauge(self, name: str, text: str, *labels: str) -> prometheus.Gauge:
        return prometheus.Gauge(name, text, labels, registry=self.registry)

    def render(self) -> bytes:
        return prometheus.generate_latest(self.registry)


def _open_connections(upstream: Upstream) -> float:
    return upstream.pool.open


def _breaker_open(upstream: Upstream) -> float:
    return float(upstream.breaker.open)
