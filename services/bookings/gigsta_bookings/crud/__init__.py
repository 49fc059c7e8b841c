"""The use cases of bookings, and the only code that touches its database."""

from dataclasses import dataclass

from gigsta_bookings.crud.actions import Actions
from gigsta_bookings.crud.claims import Claims
from gigsta_bookings.crud.departures import COLLECTION as DEPARTURES
from gigsta_bookings.crud.departures import Departures
from gigsta_bookings.crud.feeds import Feeds
from gigsta_bookings.crud.lists import Lists
from gigsta_bookings.crud.mail_links import MailLinks
from gigsta_bookings.crud.metrics import BookingMetrics
from gigsta_bookings.crud.offerings import Offerings
from gigsta_bookings.crud.open_days import OpenDaysOfServices
from gigsta_bookings.crud.policies import Policies
from gigsta_bookings.crud.quotas import Quotas
from gigsta_bookings.crud.requests import Requests
from gigsta_bookings.crud.schedules import Schedules
from gigsta_bookings.crud.store import Store
from gigsta_bookings.crud.timekeeper import Timekeeper
from gigsta_bookings.settings import Settings
from gigsta_common.app import Runtime
from gigsta_common.standing import Standing
from gigsta_common.suspensions import Suspensions


@dataclass(frozen=True)
class UseCases:
    store: Store
    lists: Lists
    requests: Requests
    actions: Actions
    mail_links: MailLinks
    timekeeper: Timekeeper
    schedules: Schedules
    policies: Policies
    offerings: Offerings
    departures: Departures
    suspensions: Suspensions
    standing: Standing
    feeds: Feeds
    metrics: BookingMetrics
    open_days: OpenDaysOfServices


def build(runtime: Runtime[Settings]) -> UseCases:
    claims = Claims(runtime.db)
    offerings = Offerings(runtime.db)
    policies = Policies(runtime.db, runtime.clock)
    schedules = Schedules(runtime.db, runtime.clock, offerings, claims)
    store = Store(runtime, claims, Quotas(runtime.db), offerings)
    departures = Departures(runtime, store)
    suspensions = Suspensions(runtime.db)
    standing = Standing(suspensions, runtime.db[DEPARTURES])
    actions = Actions(runtime.clock, store, schedules, standing)
    return UseCases(
        store=store,
        lists=Lists(runtime.db),
        requests=Requests(runtime, store, offerings, schedules, policies, departures, suspensions),
        actions=actions,
        mail_links=MailLinks(runtime, store, actions, offerings, departures, suspensions),
        timekeeper=Timekeeper(runtime, store),
        schedules=schedules,
        policies=policies,
        offerings=offerings,
        departures=departures,
        suspensions=suspensions,
        standing=standing,
        feeds=Feeds(runtime, store, suspensions),
        metrics=BookingMetrics(runtime.db, runtime.clock),
        open_days=OpenDaysOfServices(runtime, schedules, claims),
    )
