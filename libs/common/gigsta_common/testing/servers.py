"""Real servers for tests: one mongod and one RabbitMQ per test process, started when a test first asks.

Under pytest-xdist each worker has its own, so workers cannot disturb one another. The environment variables
GIGSTA_TEST_MONGODB_URL and GIGSTA_TEST_AMQP_URL name servers to use instead.
"""

import os
from collections.abc import Iterator

import pytest

from gigsta_common.localservers import Mongod, RabbitMQ

__all__ = ["amqp_url", "mongod_url"]


@pytest.fixture(scope="session")
def mongod_url() -> Iterator[str]:
    """The URL of a one-member replica set without access control; tests name databases of their own."""
    existing = os.environ.get("GIGSTA_TEST_MONGODB_URL")
    if existing:
        yield existing
        return
    with Mongod() as mongod:
        yield mongod.url


@pytest.fixture(scope="session")
def amqp_url() -> Iterator[str]:
    """The URL of a broker; tests name exchanges and queues of their own."""
    existing = os.environ.get("GIGSTA_TEST_AMQP_URL")
    if existing:
        yield existing
        return
    with RabbitMQ() as broker:
        yield broker.url
