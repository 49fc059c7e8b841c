"""`gigsta seed`."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

from rich.console import Console

from gigsta_cli import services
from gigsta_cli.seed import data, pictures
from gigsta_cli.seed.data import DOMAIN, PASSWORD, Provider
from gigsta_cli.seed.market import Market, Person, SeedError, open_market
from gigsta_cli.seed.story import Listing, Story, around_now, plots
from gigsta_common.clock import ManualClock

HISTORY = timedelta(days=32)
LAST_LOOK = timedelta(hours=12)
"""So long ago everybody last read their inbox."""
PICTURES = 1
"""Of each service."""
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def seed(*, if_empty: bool) -> bool:
    """Load the demo data. With `if_empty`, only where there is no account yet; says whether it loaded anything.

    Raises:
        SeedError: this is production, where real people are. With `if_empty` that is said, and nothing done, unless the
            demo is there already.
    """
    if services.settings("auth").environment == "production":
        if asyncio.run(has_demo_accounts()):
            raise SeedError(
                "This is production (ENVIRONMENT), and its database has the demo's accounts, whose password everybody "
                "knows: production begins with an empty database (`docker compose down --volumes`)."
            )
        if not if_empty:
            raise SeedError("This is production (ENVIRONMENT), which gets no demo data.")
        Console().print("This is production, which gets no demo data.")
        return False
    return asyncio.run(_seed(if_empty=if_empty))


async def _seed(*, if_empty: bool) -> bool:
    if if_empty and await _has_accounts():
        if await _broke_off():
            raise SeedError(
                "Demo data were begun here and not finished: remove what there is (`docker compose down --volumes`, "
                "`make clean-data`) and start again."
            )
        Console().print("There are accounts already: the data stay as they are.")
        return False
    now = datetime.now(UTC)
    async with open_market(ManualClock(now - HISTORY)) as market:
        admin = await _account(market, f"admin@{DOMAIN}", "Ada Admin", ("user", "admin"))
        names = ("Charlie Customer", *data.CUSTOMERS)
        logins = ("customer", *(name.lower().replace(" ", ".") for name in data.CUSTOMERS))
        customers = await asyncio.gather(
            *(_account(market, f"{login}@{DOMAIN}", name, ("user",)) for login, name in zip(logins, names, strict=True))
        )
        listings = await _providers(market, admin)
        await _applicants(market, admin)
        story = Story(market, now)
        usual = [listing for provider, listing in listings if not provider.all_hours]
        for plot in plots(usual, list(customers), now):
            story.add(plot)
        night = next(listing for provider, listing in listings if provider.all_hours)
        for plot in around_now(night, customers[0], now):
            story.add(plot)
        owners = {listing.owner.user_id: listing.owner for _, listing in listings}
        story.look_at_inboxes([admin, *customers, *owners.values()], now - LAST_LOOK)
        await story.play()
        await _tell_open_days(market)
        accounts = len(customers) + len(data.providers()) + len(data.APPLICANTS) + 1
        Console().print(f"Loaded {accounts} accounts, {len(listings)} services and {story.bookings} bookings.")
    return True


async def _tell_open_days(market: Market) -> None:
    """What the bookings service would find out by itself, so that everybody knows from the start."""
    while await market.apps["bookings"].state.use_cases.open_days.run_due():
        await market.settle()


async def _has_accounts() -> bool:
    db = services.database("auth")
    try:
        return await db["users"].find_one({}, {"_id": 1}) is not None
    finally:
        await db.client.close()


async def _broke_off() -> bool:
    """Whether the demo has accounts and, what comes last, no bookings."""
    bookings = services.database("bookings")
    try:
        return await has_demo_accounts() and await bookings["bookings"].find_one({}, {"_id": 1}) is None
    finally:
        await bookings.client.close()


async def has_demo_accounts() -> bool:
    db = services.database("auth")
    try:
        return await db["users"].find_one({"email": f"admin@{DOMAIN}"}, {"_id": 1}) is not None
    finally:
        await db.client.close()


async def _account(market: Market, email: str, name: str, roles: tuple[str, ...]) -> Person:
    operators = market.apps["auth"].state.use_cases.operators
    user = await operators.create_verified_user(email, PASSWORD, name, roles)
    return Person(user["_id"], name, roles)


async def _providers(market: Market, admin: Person) -> list[tuple[Provider, Listing]]:
    """Accounts, applications and approvals first; when everybody knows of those, plans and services."""
    providers = data.providers()
    people = await asyncio.gather(*(_approved(market, admin, provider) for provider in providers))
    await market.settle()
    offers = await asyncio.gather(
        *(_published(market, person, provider) for person, provider in zip(people, providers, strict=True))
    )
    await market.settle()
    made: list[tuple[Provider, Listing]] = []
    for person, provider, published in zip(people, providers, offers, strict=True):
        timezone = (await market.call(person, "GET", "/bookings/schedule"))["timezone"]
        await market.call(person, "PUT", "/bookings/schedule", _plan(timezone, all_hours=provider.all_hours))
        used: set[datetime] = set()
        for service in published:
            instant = service["instant_book"]
            where = {name: service["location"][name] for name in ("lat", "lng")}
            address = f"{len(made) + 3} Rose Road, {provider.place.name}"
            listing = Listing(
                service["id"], person, timezone, service["duration_minutes"], instant, where, address, used
            )
            made.append((provider, listing))
    return made


async def _approved(market: Market, admin: Person, provider: Provider) -> Person:
    person = await _account(market, provider.email, provider.person, ("user", "provider"))
    where = f"{provider.place.name}, {provider.place.city}"
    application = {"trading_name": provider.trading_name, "phone_number": "+64 21 555 0100", "address": where}
    await market.call(person, "POST", "/auth/providers/apply", application)
    await market.call(admin, "POST", f"/auth/admin/providers/{person.user_id}/approve")
    return person


async def _applicants(market: Market, admin: Person) -> None:
    """For the administrator to decide on, and one whom they have sent back."""
    for email, name, trading_name, rejection in data.APPLICANTS:
        person = await _account(market, email, name, ("user", "provider"))
        application = {"trading_name": trading_name, "phone_number": "+64 21 555 0199", "address": "Auckland"}
        await market.call(person, "POST", "/auth/providers/apply", application)
        if rejection:
            path = f"/auth/admin/providers/{person.user_id}/reject"
            await market.call(admin, "POST", path, {"reason": rejection})


async def _published(market: Market, person: Person, provider: Provider) -> list[dict[str, Any]]:
    made = []
    for place, offer in enumerate(provider.offers):
        body = {
            "title": offer.title,
            "description": offer.description,
            "category": offer.category,
            "subcategory": offer.subcategory,
            "price": {"amount": offer.price * 100, "currency": provider.place.currency},
            "duration_minutes": offer.minutes,
            "buffer_minutes": 15,
            "instant_book": offer.instant,
            "location": {
                "address": f"{12 + place} {provider.place.name} Road, {provider.place.name}, {provider.place.city}",
                "suburb": f"{provider.place.name}, {provider.place.city}",
                "lat": provider.place.lat + place * 0.001,
                "lng": provider.place.lng,
            },
            "service_radius_km": 15.0,
        }
        service = await market.call(person, "POST", "/catalog/services", body)
        for variant in range(PICTURES):
            await _picture(market, person, service, variant + PICTURES * place)
        made.append(await market.call(person, "POST", f"/catalog/services/{service['id']}/publish"))
    return made


async def _picture(market: Market, person: Person, service: dict[str, Any], variant: int) -> None:
    """As a provider puts one on their service: asked for, uploaded, completed."""
    async with market.images:
        content = await asyncio.to_thread(pictures.picture, service["category"], f"{person.name} {variant}")
        media = f"/catalog/services/{service['id']}/media"
        alt_text = f"An illustration: {service['title']}"
        wanted = {"content_type": "image/jpeg", "size_bytes": len(content), "alt_text": alt_text}
        ticket = await market.call(person, "POST", media, wanted)
        await market.upload(ticket, content)
        await market.call(person, "POST", f"{media}/{ticket['media_id']}/complete")


def _plan(timezone: str, *, all_hours: bool) -> dict[str, Any]:
    window = {"start": "00:00", "end": "24:00"} if all_hours else {"start": "07:00", "end": "21:00"}
    notice = 0 if all_hours else 120
    return {"timezone": timezone, "weekly": {day: [window] for day in _DAYS}, "minimum_notice_minutes": notice}
