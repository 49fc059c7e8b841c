"""Run as a process of its own: consumers that die at every step of what geo does with four events of others.

A service is published, is rated, says on which days it can be booked, and moves to another place and category. Each
consumer has a service of its own, in categories of its own, so that none waits for what another has locked.
"""

import json
import sys
from datetime import datetime
from typing import Any

from gigsta_common.app import working
from gigsta_common.clock import ManualClock
from gigsta_common.events import Envelope, EventData, OpenDaysChanged, RatingChanged, RatingSummary, ServiceChanged
from gigsta_common.events.envelope import envelope
from gigsta_common.testing.dying import die_at_every_step
from gigsta_geo.main import SERVICE
from gigsta_geo.settings import Settings


def service_of(number: int) -> str:
    return f"service-{number}"


def events_of(number: int, at: datetime) -> list[Envelope]:
    service_id = service_of(number)

    def event(name: str, data: EventData, sequence: int) -> Envelope:
        facts: dict[str, Any] = {"publisher": "test", "subject": service_id, "sequence": sequence, "time": at}
        return envelope(name, data, event_id=f"{name}-{sequence}-{number}", **facts)

    def service(lat: float, category: str) -> ServiceChanged:
        return ServiceChanged.model_validate(
            {
                "service_id": service_id, "provider_id": "ana", "provider_name": "Ana", "title": f"Hedges {number}",
                "description": "Cut.", "category": f"{category}-{number}", "price": {"amount": 1, "currency": "NZD"},
                "duration_minutes": 60, "location": {"address": "1 Queen Street", "lat": lat, "lng": 174.7},
                "service_radius_km": 5, "status": "published", "changed_at": at,
            }
        )  # fmt: skip

    summary = RatingSummary(average=4.5, weighted=4.2, count=2, histogram={}, version=1)
    rated = RatingChanged(
        rating_id=f"r{number}", booking_id="b", service_id=service_id, service_title="Hedges", provider_id="ana",
        author_id="cleo", author_role="customer", rated_user_id="ana", stars=5, published_at=at,
        service_summary=summary,
    )  # fmt: skip
    days = {"service_id": service_id, "provider_id": "ana", "timezone": "Pacific/Auckland", "days": ["2026-03-02"]}
    return [
        event("service.published", service(-36.8, "gardening"), 1),
        event("rating.published", rated, 1),
        event("offering.days_changed", OpenDaysChanged.model_validate(days), 1),
        event("service.updated", service(-43.5, "hedges"), 2),
    ]


async def consume(settings: Settings, number: int, at: datetime) -> None:
    async with working(SERVICE, settings, clock=ManualClock(at)) as (runtime, use_cases):
        for event in events_of(number, at):
            await SERVICE.handlers.handle_once(use_cases, runtime.db, runtime.clock, event)


def main() -> None:
    settings, at = Settings.model_validate(json.loads(sys.argv[1])), datetime.fromisoformat(sys.argv[2])
    die_at_every_step(lambda number: consume(settings, number, at))


if __name__ == "__main__":
    main()
