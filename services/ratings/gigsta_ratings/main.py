"""The ratings service as an ASGI app."""

from gigsta_common.app import Service, app_factory
from gigsta_ratings.consumers import handlers
from gigsta_ratings.crud import UseCases
from gigsta_ratings.routes import router
from gigsta_ratings.settings import Settings

SERVICE = Service[UseCases, Settings](
    name="ratings",
    title="GigSta ratings",
    router=router,
    build=UseCases,
    handlers=handlers,
    outbox_collections=("ratings",),
    background=(UseCases.keep_closing,),
)

create_app = app_factory(SERVICE, Settings)
