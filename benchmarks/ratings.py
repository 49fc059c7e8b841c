"""From a rating to the map: how long after `POST /ratings` the places of geo show the new average.

Real processes of ratings and geo with real servers. The provider has rated before, so that each rating is published at
once; then geo is asked again and again until the service that was rated shows one more.
"""

import asyncio
import os
import time
from datetime import UTC, datetime, timedelta

import httpx2
import uvloop
from rich.console import Console
from rich.table import Table

from benchmarks.running_services import Running, running
from gigsta_common.events import BookingChanged, ServiceChanged
from gigsta_common.events.catalog import Location, Price

AT = {"lat": -36.8485, "lng": 174.7633}
PATIENCE = 30.0
PROVIDER, SERVICE = "pat", "service-1"


def main(*, quick: bool) -> None:
    ratings = 10 if quick else 200
    answered, shown = uvloop.run(_measure(ratings))
    load = ", ".join(f"{one:.1f}" for one in os.getloadavg())
    table = Table("ms", "p50", "p99", "most", title=f"{ratings} ratings, one after the other (load {load})")
    for name, waits in (("POST /ratings is answered", sorted(answered)), ("the map shows it", sorted(shown))):
        picks = (waits[int(len(waits) * 0.5)], waits[int(len(waits) * 0.99)], waits[-1])
        table.add_row(name, *(f"{pick * 1000:.1f}" for pick in picks))
    Console().print(table)


async def _measure(count: int) -> tuple[list[float], list[float]]:
    answered, shown = [], []
    async with running("ratings", "geo") as found, httpx2.AsyncClient(trust_env=False, timeout=10) as client:
        await found.tell("service.published", _service(), SERVICE)
        await _until(client, found, None)
        for number in range(count):
            booking = f"booking-{number}"
            await found.tell("booking.completed", _completed(booking, f"customer-{number}"), booking, 5)
            await _rate(client, found, PROVIDER, booking, 5)
            started = time.perf_counter()
            await _rate(client, found, f"customer-{number}", booking, 1 + number % 5)
            answered.append(time.perf_counter() - started)
            await _until(client, found, number + 1)
            shown.append(time.perf_counter() - started)
    return answered, shown


async def _rate(client: httpx2.AsyncClient, found: Running, user: str, booking: str, stars: int) -> None:
    """As soon as ratings has heard of the booking."""
    headers = {"Authorization": f"Bearer {found.token(user)}"}
    async with asyncio.timeout(PATIENCE):
        while True:
            body = {"booking_id": booking, "stars": stars}
            answer = await client.post(f"{found.urls['ratings']}/ratings", json=body, headers=headers)
            if answer.status_code == 201:
                return
            assert answer.status_code == 404, answer.text
            await asyncio.sleep(0.01)


async def _until(client: httpx2.AsyncClient, found: Running, count: int | None) -> None:
    """The service is on the map; with so many ratings, if that is given."""
    async with asyncio.timeout(PATIENCE):
        while True:
            answer = await client.get(f"{found.urls['geo']}/geo/nearby", params={**AT, "radius_km": 1})
            items = answer.raise_for_status().json()["items"]
            if items and (count is None or items[0]["rating"]["count"] == count):
                return
            await asyncio.sleep(0.002)


def _service() -> ServiceChanged:
    return ServiceChanged(
        service_id=SERVICE,
        provider_id=PROVIDER,
        provider_name="Pat's Plumbing",
        title="Tap repair",
        description="Taps repaired.",
        category="plumbing",
        price=Price(amount=8500, currency="NZD"),
        duration_minutes=60,
        location=Location(address="1 Queen Street, Auckland", **AT),
        status="published",
        changed_at=datetime.now(UTC),
    )


def _completed(booking: str, customer: str) -> BookingChanged:
    now = datetime.now(UTC)
    return BookingChanged(
        booking_id=booking,
        customer_id=customer,
        customer_name="Cleo",
        provider_id=PROVIDER,
        provider_name="Pat's Plumbing",
        service_id=SERVICE,
        service_title="Tap repair",
        price=Price(amount=8500, currency="NZD"),
        starts_at=now - timedelta(hours=2),
        ends_at=now - timedelta(hours=1),
        timezone="Pacific/Auckland",
        action_name="confirm_completion",
        from_status="awaiting_confirmation",
        to_status="completed",
        actor="customer",
        note="Confirmed by customer",
        at=now,
    )
