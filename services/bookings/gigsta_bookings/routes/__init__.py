"""The HTTP interface of bookings. Fixed paths come before those that begin with a booking's id."""

from fastapi import APIRouter

from gigsta_bookings.routes import admin, bookings, calendar, export, guests, mail_links, schedules

router = APIRouter()
for part in (schedules, guests, mail_links, calendar, admin, export, bookings):
    router.include_router(part.router)
