"""Which function handles which event, and the inbox that lets each act once.

A handler's writes and the mark "this event has been handled" are one transaction, so a message that comes twice acts
once, wherever the first attempt died.
"""

import logging
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any, Generic, TypeVar

from pymongo.errors import DuplicateKeyError

from gigsta_common.clock import Clock
from gigsta_common.events import Envelope, EventData
from gigsta_common.messaging.dispatch import matches
from gigsta_common.messaging.outbox import nudges_held
from gigsta_common.mongo import Database, Session, in_transaction

log = logging.getLogger(__name__)

C = TypeVar("C")
E = TypeVar("E", bound=EventData)

Handler = Callable[[C, E, Envelope, Session], Awaitable[None]]

INBOX = "inbox_seen"
REMEMBER = timedelta(days=30)
"""How long a handled event is remembered; MongoDB forgets it then by the TTL index on `expires_at`."""


class Handlers(Generic[C]):
    """The handlers of one service. `C` is the service's own object of use cases, handed to each of them.

        handlers = Handlers[Ratings]()

        @handlers.on("booking.completed", BookingChanged)
        async def invite(ratings: Ratings, event: BookingChanged, envelope: Envelope, session: Session) -> None: ...

    A handler must do its writes with `session`: that is what makes them one with the mark.
    """

    def __init__(self) -> None:
        self._table: list[tuple[str, type[EventData], Handler[C, Any]]] = []

    def on(self, binding: str, contract: type[E]) -> Callable[[Handler[C, E]], Handler[C, E]]:
        """Register a handler for a routing key; `*` stands for one word."""

        def register(handler: Handler[C, E]) -> Handler[C, E]:
            self._table.append((binding, contract, handler))
            return handler

        return register

    @property
    def bindings(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(binding for binding, _, _ in self._table))

    async def handle_again(self, use_cases: C, db: Database, event: Envelope) -> None:
        """Run the handlers of a replayed event in a transaction, without a mark: by its sequence it acts once."""

        async def act(session: Session) -> None:
            for contract, handler in self._chosen(event):
                await handler(use_cases, contract.model_validate(event.data), event, session)

        with nudges_held():
            await in_transaction(db, act)

    def _chosen(self, event: Envelope) -> list[tuple[type[EventData], Handler[C, Any]]]:
        return [(c, h) for binding, c, h in self._table if matches(binding, event.name) and c.version == event.version]

    async def handle_once(self, use_cases: C, db: Database, clock: Clock, event: Envelope) -> None:
        """Run every handler bound to the event, and the mark, as one transaction; do nothing where it is marked."""
        chosen = self._chosen(event)
        if not chosen:
            log.info("an event that nothing here handles", extra={"event_type": event.type, "event_id": event.id})
            return

        async def act(session: Session) -> None:
            now = clock.now()
            mark = {"_id": event.id, "type": event.type, "seen_at": now, "expires_at": now + REMEMBER}
            await db[INBOX].insert_one(mark, session=session)
            for contract, handler in chosen:
                await handler(use_cases, contract.model_validate(event.data), event, session)

        try:
            with nudges_held():
                await in_transaction(db, act)
        except DuplicateKeyError:
            if await db[INBOX].find_one({"_id": event.id}, {"_id": 1}) is None:
                raise
