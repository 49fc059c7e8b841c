"""The use cases of ratings, and its only access to MongoDB."""

from gigsta_common.app import Runtime
from gigsta_common.standing import Standing
from gigsta_common.suspensions import Suspensions
from gigsta_ratings.crud.copies import KeptClosures, KeptOfBookings, summaries_told
from gigsta_ratings.crud.departures import Departures
from gigsta_ratings.crud.invitations import Invitations
from gigsta_ratings.crud.moderation import Moderation
from gigsta_ratings.crud.outcomes import Outcomes
from gigsta_ratings.crud.publishing import Publishing
from gigsta_ratings.crud.ratings import Ratings
from gigsta_ratings.settings import Settings


class UseCases:
    def __init__(self, runtime: Runtime[Settings]) -> None:
        self.publishing = Publishing(runtime)
        self.invitations = Invitations(runtime)
        self.standing = Standing(Suspensions(runtime.db), runtime.db["closed_users"])
        self.ratings = Ratings(runtime, self.invitations, self.publishing, self.standing)
        self.moderation = Moderation(runtime, self.publishing, self.standing)
        self.departures = Departures(runtime, self.publishing)
        self.outcomes = Outcomes(runtime)
        self.service_summaries = summaries_told(runtime.db, "service")
        self.provider_summaries = summaries_told(runtime.db, "provider")
        self.kept_invitations = KeptOfBookings(runtime.db["invitations"])
        self.kept_closures = KeptClosures(runtime.db["closed_users"])
        self.kept_endings = KeptOfBookings(runtime.db["endings"])

    async def keep_closing(self) -> None:
        """Runs for as long as the service does."""
        await self.publishing.keep_closing()


__all__ = ["UseCases"]
