"""Events between services: saved with the state (outbox), published by the relay, handled once (inbox)."""

from gigsta_common.messaging.handlers import Handlers
from gigsta_common.messaging.memory import InProcessBus
from gigsta_common.messaging.outbox import Outbox, Relay
from gigsta_common.messaging.port import (
    Bus,
    BusUnavailable,
    NotHandledYet,
    NotRouted,
    ParkedEvent,
    PublishError,
    Subscription,
)
from gigsta_common.messaging.rabbitmq import RabbitBus

__all__ = [
    "Bus",
    "BusUnavailable",
    "Handlers",
    "InProcessBus",
    "NotHandledYet",
    "NotRouted",
    "Outbox",
    "ParkedEvent",
    "PublishError",
    "RabbitBus",
    "Relay",
    "Subscription",
]
