"""Run as a process of its own: consumers that die at every step of what catalog does with four events of others.

A provider gets another name, is suspended, let in again, and rated. Each consumer has a provider with a service of its
own, so that none waits for what another has locked.
"""

import json
import sys
from datetime import datetime
from typing import Any

from gigsta_catalog.main import SERVICE
from gigsta_catalog.settings import Settings
from gigsta_common.app import working
from gigsta_common.clock import ManualClock
from gigsta_common.events import (
    Envelope,
    EventData,
    ProviderApproved,
    RatingChanged,
    RatingSummary,
    UserReinstated,
    UserSuspended,
)
from gigsta_common.events.envelope import envelope
from gigsta_common.testing.dying import die_at_every_step


def provider_of(number: int) -> str:
    return f"provider-{number}"


def events_of(number: int, service_id: str, at: datetime) -> list[Envelope]:
    user_id = provider_of(number)

    def event(name: str, data: EventData, sequence: int) -> Envelope:
        facts: dict[str, Any] = {"publisher": "test", "subject": user_id, "sequence": sequence, "time": at}
        return envelope(name, data, event_id=f"{name}-{number}", **facts)

    summary = RatingSummary(average=4.5, weighted=4.2, count=2, histogram={}, version=1)
    rated = RatingChanged(
        rating_id=f"r{number}", booking_id="b", service_id=service_id, service_title="Hedges", provider_id=user_id,
        author_id="cleo", author_role="customer", rated_user_id=user_id, stars=5, published_at=at,
        service_summary=summary, provider_summary=summary,
    )  # fmt: skip
    renamed = ProviderApproved(provider_id=user_id, trading_name=f"New {number}", approved_at=at)
    return [
        event("provider.approved", renamed, 2),
        event("user.suspended", UserSuspended(user_id=user_id, reason="Complaints.", suspended_at=at), 3),
        event("user.reinstated", UserReinstated(user_id=user_id, reason="Cleared up.", reinstated_at=at), 4),
        event("rating.published", rated, 1),
    ]


async def consume(settings: Settings, number: int, service_id: str, at: datetime) -> None:
    async with working(SERVICE, settings, clock=ManualClock(at)) as (runtime, use_cases):
        for event in events_of(number, service_id, at):
            await SERVICE.handlers.handle_once(use_cases, runtime.db, runtime.clock, event)


def main() -> None:
    settings, at = Settings.model_validate(json.loads(sys.argv[1])), datetime.fromisoformat(sys.argv[2])
    services: dict[str, str] = json.loads(sys.argv[3])
    die_at_every_step(lambda number: consume(settings, number, services[str(number)], at))


if __name__ == "__main__":
    main()
