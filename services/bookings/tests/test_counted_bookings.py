"""What was made before it was counted is counted by a migration, as if it always had been."""

import importlib
from typing import Any

from .conftest import CUSTOMER, SERVICE, Market, offered

migration = importlib.import_module("gigsta_bookings.migrations.0007_counted_bookings")


async def registers(market: Market) -> dict[str, list[str]]:
    """All but those of mails, which are forgotten by the day."""
    found = await market.service.db["quotas"].find({"expires_at": None}).to_list()
    return {register["_id"]: sorted(register["holders"]) for register in found}


async def test_every_live_booking_takes_its_places_and_no_other_does(market: Market) -> None:
    db = market.service.db
    work = await market.done(market.as_provider, await market.book(minutes=15), "accept")
    await market.done(market.as_provider, work, "start")
    await market.done(market.as_customer, work, "open_dispute", reason="Half the hedge is left")
    over = await market.book(days=3)
    await market.done(market.as_customer, over, "withdraw")
    await market.book(days=4)
    await market.book_as_guest(starts_at=market.starts_in(days=5))
    proven = await market.book_as_guest(starts_at=market.starts_in(days=6))
    assert (await proven.act("verify_guest")).status_code == 200
    await market.service.settle()  # or events leave the documents meanwhile
    before = await registers(market)
    bookings = await db["bookings"].find().to_list()
    assert sum(len(holders) for holders in before.values()) == 10

    some = next(iter(before))
    for spoil in ({}, {"_id": some}, {"_id": "nobody"}):
        await db["quotas"].delete_many(spoil)
        await migration.up(db)
        assert await registers(market) == before
    assert await db["bookings"].find().to_list() == bookings


async def test_whoever_has_more_than_there_is_room_for_keeps_it_and_gets_no_more(market: Market) -> None:
    await market.service.receive("service.updated", offered(instant_book=True), subject=SERVICE, sequence=2)
    mine: list[dict[str, Any]] = []
    for number in range(22):
        if number == 20:
            await market.service.db["quotas"].delete_many({})
        mine.append(await market.book(days=2 + number))
    await migration.up(market.service.db)
    assert [len(holders) for holders in (await registers(market)).values()] == [22]
    body = {"service_id": SERVICE, "starts_at": market.starts_in(days=2 + 22)}
    for booking in mine[:3]:
        refused = await market.as_user(CUSTOMER, "POST", "/bookings", json=body)
        assert (refused.status_code, refused.json()["code"]) == (409, "too_many_bookings")
        await market.done(market.as_customer, booking, "cancel")
    assert (await market.as_user(CUSTOMER, "POST", "/bookings", json=body)).status_code == 201
