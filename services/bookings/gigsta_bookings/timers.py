"""What runs beside the requests, on every instance: the clock of the bookings, and the days that are still open."""

import asyncio
import logging

from gigsta_bookings.crud import UseCases

log = logging.getLogger(__name__)


async def run(use_cases: UseCases) -> None:
    while True:
        try:
            while await use_cases.timekeeper.run_due():
                pass
            await use_cases.departures.run_due()
        except Exception:
            log.exception("the clock of the bookings stumbled; it goes on")
        await asyncio.sleep(use_cases.timekeeper.interval)


async def tell_open_days(use_cases: UseCases) -> None:
    while True:
        try:
            await use_cases.open_days.run_due()
        except Exception:
            log.exception("the open days could not be looked at; it goes on")
        await asyncio.sleep(use_cases.open_days.interval)
