"""The ratings service as an ASGI app."""

from gigsta_common.app import Service, app_factory
from gigsta_common.replay import ReadModel
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
    sources={
        "service_summaries": lambda use_cases: use_cases.service_summaries,
        "provider_summaries": lambda use_cases: use_cases.provider_summaries,
    },
    read_models=(
        ReadModel(
            "closed accounts",
            "auth.closed",
            lambda use_cases, *page: use_cases.kept_closures.known(*page),
            lambda use_cases, *user: use_cases.kept_closures.forget(*user),
        ),
        ReadModel(
            "suspensions",
            "auth.suspended",
            lambda use_cases, *page: use_cases.standing.suspensions.known(*page),
            lambda use_cases, *user: use_cases.standing.suspensions.forget(*user),
        ),
        ReadModel(
            "invitations",
            "bookings.bookings",
            lambda use_cases, *page: use_cases.kept_invitations.known(*page),
            lambda use_cases, *booking: use_cases.kept_invitations.forget(*booking),
        ),
        ReadModel(
            "endings",
            "bookings.bookings",
            lambda use_cases, *page: use_cases.kept_endings.known(*page),
            lambda use_cases, *booking: use_cases.kept_endings.forget(*booking),
        ),
    ),
)

create_app = app_factory(SERVICE, Settings)
