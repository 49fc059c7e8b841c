"""The auth service: accounts, sessions, and the keys with which access tokens are signed."""

from gigsta_auth.consumers import handlers
from gigsta_auth.crud import CLOSED_USERS, USERS, Auth, Keyring
from gigsta_auth.routes import router
from gigsta_auth.settings import Settings
from gigsta_common.app import Service, app_factory

SERVICE = Service(
    name="auth",
    title="GigSta auth",
    router=router,
    build=Auth,
    handlers=handlers,
    outbox_collections=(USERS, CLOSED_USERS),
    keys=Keyring,
    sources={
        "accounts": lambda auth: auth.told.accounts,
        "suspended": lambda auth: auth.told.suspended,
        "closed": lambda auth: auth.told.closed,
    },
    background=(Auth.keep_answering, Auth.close_threads_at_the_end),
)

create_app = app_factory(SERVICE, Settings)
