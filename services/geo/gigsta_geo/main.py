"""The geo service: what is near."""

from gigsta_common.app import Service, app_factory
from gigsta_geo.consumers import handlers
from gigsta_geo.crud import Geo
from gigsta_geo.routes import router
from gigsta_geo.settings import Settings

SERVICE = Service(name="geo", title="GigSta geo", router=router, build=Geo, handlers=handlers)

create_app = app_factory(SERVICE, Settings)
