"""The geo service: what is near."""

from gigsta_common.app import Service, app_factory
from gigsta_common.replay import ReadModel
from gigsta_geo.consumers import handlers
from gigsta_geo.crud import Geo
from gigsta_geo.routes import router
from gigsta_geo.settings import Settings

SERVICE = Service(
    name="geo",
    title="GigSta geo",
    router=router,
    build=Geo,
    handlers=handlers,
    read_models=(
        ReadModel("places", "catalog.services", Geo.known_places, Geo.forget_place),
        ReadModel("ratings", "ratings.service_summaries", Geo.known_ratings, Geo.forget_rating),
        ReadModel("open days", "bookings.open_days", Geo.known_days, Geo.forget_days),
    ),
)

create_app = app_factory(SERVICE, Settings)
