"""The auth service: accounts, sessions, and the keys with which access tokens are signed."""

from fastapi import FastAPI

from gigsta_auth.crud import USERS, Auth, Keyring
from gigsta_auth.routes import router
from gigsta_auth.settings import Settings
from gigsta_common.app import Service, create_service
from gigsta_common.clock import Clock
from gigsta_common.messaging import Bus
from gigsta_common.security import KeySource
from gigsta_common.settings import load

SERVICE = Service(
    name="auth",
    title="GigSta auth",
    router=router,
    build=Auth,
    outbox_collections=(USERS,),
    keys=Keyring,
    background=(Auth.close_threads_at_the_end,),
)


def create_app(
    settings: Settings | None = None,
    *,
    clock: Clock | None = None,
    bus: Bus | None = None,
    keys: KeySource | None = None,
) -> FastAPI:
    return create_service(SERVICE, settings or load(Settings), clock=clock, bus=bus, keys=keys)
