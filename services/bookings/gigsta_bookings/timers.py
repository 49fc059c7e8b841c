"""The clock of the bookings: takes what is due, every few seconds, on every instance."""

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
