"""What the link of a mail opens: it is looked at, and then, by another request, its action is taken."""

from gigsta_bookings import linking, mail_links, transitions
from gigsta_bookings.actions import BookingAction, get_available_booking_actions
from gigsta_bookings.callers import Caller
from gigsta_bookings.crud.actions import Actions
from gigsta_bookings.crud.departures import Departures
from gigsta_bookings.crud.offerings import Offerings
from gigsta_bookings.crud.store import Store
from gigsta_bookings.lifecycle import BY_NAME
from gigsta_bookings.mail_links import MailLink
from gigsta_bookings.models import Actor, Booking
from gigsta_bookings.schemas import ActionRequest
from gigsta_bookings.settings import Settings
from gigsta_common.app import Runtime
from gigsta_common.errors import Conflict, Gone, NotFound
from gigsta_common.suspensions import Suspensions


class MailLinks:
    def __init__(
        self,
        runtime: Runtime[Settings],
        store: Store,
        actions: Actions,
        offerings: Offerings,
        departures: Departures,
        suspensions: Suspensions,
    ) -> None:
        secret = runtime.settings.mail_link_secret
        self._key = secret.get_secret_value().encode() if secret else None
        self._clock = runtime.clock
        self._store = store
        self._actions = actions
        self._offerings = offerings
        self._departures = departures
        self._suspensions = suspensions

    async def look(self, token: str) -> tuple[MailLink, Booking, BookingAction]:
        """What the link would do. It changes nothing.

        Raises:
            NotFound: it is none of ours.
            Gone: `mail_link_expired`; `mail_link_used`; `mail_link_outdated`: the booking has moved on otherwise.
            Conflict: the action is not possible now, or needs a login.
            Forbidden: the account is suspended.
        """
        link = self._read(token)
        booking = await self._store.find(Caller(link=link), link.booking_id)
        if mail_links.has_been_taken(link, booking):
            raise Gone("This has been done already.", code="mail_link_used")
        if not linking.is_as_seen(booking, link.version):
            raise Gone(
                "The booking has changed since this mail, so its link does nothing any more. The latest mail about "
                "the booking says how it stands.",
                code="mail_link_outdated",
            )
        if link.has_expired(self._clock.now()):
            raise Gone("This link was good for a limited time, which is over.", code="mail_link_expired")
        await self._check_party(link, booking)
        return link, booking, self._action(link, booking)

    async def take(self, token: str, reason: str | None) -> tuple[MailLink, Booking]:
        """Take the action, once: it is good for the version on which the link was made, and moves the booking on.

        Raises:
            NotFound, Gone, Conflict, Forbidden: as `look`, and as any action.
            Unprocessable: the action needs a reason.
        """
        link, booking, _ = await self.look(token)
        proposal = booking.proposal if BY_NAME[link.action_name].about_proposal else None
        request = ActionRequest(
            version=link.version, reason=reason, proposal_version=proposal.version if proposal else None
        )
        return link, await self._actions.act(Caller(link=link), booking.id, link.action_name, request)

    def _read(self, token: str) -> MailLink:
        link = mail_links.read(token, self._key) if self._key else None
        if link is None:
            raise NotFound("This link is not one of ours, or not all of it is there.", code="mail_link_not_found")
        return link

    async def _check_party(self, link: MailLink, booking: Booking) -> None:
        """A mail lies about for days. Who is barred or gone by now shows who they are, or is not let in at all."""
        party_id = Caller(link=link).name_to(booking)
        if await self._departures.has_left(party_id):
            raise Gone("This account is closed.", code="mail_link_outdated")
        await self._suspensions.refuse(party_id)
        if link.party == Actor.PROVIDER and (await self._offerings.get(booking.service_id)).status != "published":
            raise Conflict("This service is not on offer at the moment. Please log in to answer.", code="login_needed")

    def _action(self, link: MailLink, booking: Booking) -> BookingAction:
        now = self._clock.now()
        offered = get_available_booking_actions(booking, (link.party,), now)
        found = next((action for action in offered if action.action_name == link.action_name), None)
        if found is None or not found.enabled:
            refusal = transitions.refusal(BY_NAME[link.action_name], booking, link.party, now)
            raise Conflict(refusal or "Not possible now.", code="action_not_available")
        return found
