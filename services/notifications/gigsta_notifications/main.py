"""The notifications service as an ASGI app."""

from fastapi import APIRouter, FastAPI

from gigsta_common.app import Service, create_service
from gigsta_common.clock import Clock
from gigsta_common.messaging import Bus
from gigsta_common.replay import ReadModel
from gigsta_common.security import KeySource
from gigsta_common.settings import load
from gigsta_notifications.consumers import handlers
from gigsta_notifications.crud import Notifications
from gigsta_notifications.routes import deliveries, dev_mail, inbox, preferences, stream
from gigsta_notifications.settings import Settings

router = APIRouter()
for part in (stream, preferences, deliveries, inbox):
    router.include_router(part.router)

SERVICE = Service[Notifications, Settings](
    name="notifications",
    title="GigSta notifications",
    router=router,
    build=Notifications,
    handlers=handlers,
    end_streams=Notifications.end_streams,
    background=(Notifications.keep_sending, Notifications.keep_watching),
    read_models=(
        ReadModel(
            "addresses",
            "auth.accounts",
            lambda use_cases, *page: use_cases.kept_addresses.known(*page),
            lambda use_cases, *user: use_cases.kept_addresses.forget(*user),
        ),
    ),
)


def create_app(
    settings: Settings | None = None,
    *,
    clock: Clock | None = None,
    bus: Bus | None = None,
    keys: KeySource | None = None,
) -> FastAPI:
    chosen = settings or load(Settings)
    app = create_service(SERVICE, chosen, clock=clock, bus=bus, keys=keys)
    if chosen.environment != "production":
        app.include_router(dev_mail.router)
    return app
