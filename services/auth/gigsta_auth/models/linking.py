"""Identities elsewhere and accounts here: whose is whose. Each rule returns the change to save, or raises why not."""

from datetime import datetime

from gigsta_auth.models.audit import Entry
from gigsta_auth.models.identities import MAX_IDENTITIES, Identity, identity_key
from gigsta_auth.models.identity_providers import PROVIDERS, Profile
from gigsta_auth.models.registrations import proven
from gigsta_auth.models.second_factors import is_on
from gigsta_auth.models.security_mails import told
from gigsta_auth.models.sessions import digest
from gigsta_auth.models.users import Change, Event, User, new_user, registered_event
from gigsta_auth.models.ways_in import check_other_way_in, identities_of
from gigsta_common.errors import Conflict, Forbidden, NotFound
from gigsta_common.events import UserVerified

_ID_LENGTH = 32


def key_of(profile: Profile) -> str:
    return identity_key(profile.provider, profile.subject)


def identity_id(identity: Identity) -> str:
    """What it is called in the API, where the provider's name for the person has no business."""
    return digest(identity["key"])[:_ID_LENGTH]


def proven_email(profile: Profile) -> str:
    """The address by which an account is found or made.

    Raises:
        Forbidden: the provider knows none, or does not vouch for it. Whoever types somebody else's address into an
            account elsewhere must not get into theirs here.
    """
    if profile.email is None or not profile.email_verified:
        title = PROVIDERS[profile.provider].title
        raise Forbidden(
            f"{title} does not say that your email address is yours. Log in, or register with your address; then add "
            f"{title} to your account.",
            code="oauth_email_unverified",
        )
    return profile.email


def opened(user_id: str, profile: Profile, now: datetime) -> tuple[User, tuple[Event, ...]]:
    """A new account, its address proven by the provider. It has no password."""
    user = new_user(user_id, proven_email(profile), None, profile.full_name, now)
    user["email_verified_at"] = now
    user["identities"] = [_identity(profile, now)]
    return user, (registered_event(user), _verified(user, user["full_name"], now))


def adopt(user: User, profile: Profile, now: datetime) -> Change:
    """The owner of the account's address has come by way of a provider: the identity is theirs from now on.

    Anybody can have registered an address that was never verified. So the password and the name that were chosen then
    do not come to life, nor do the links that were mailed for it. An account with a second factor gets no new way in
    before that is shown, which the address alone leads to all the same; a suspended one gets none at all.
    """
    if is_on(user) or user.get("suspension"):
        return Change({})
    change = link(user, profile, now)
    if user["email_verified_at"] is not None or not change.fields:
        return change
    fields = {**change.fields, "password_hash": None, **proven(user, profile.full_name, now)}
    events = (_verified(user, profile.full_name, now), *change.events)
    return Change(fields, events, (Entry("email_verified"), *change.audit))


def link(user: User, profile: Profile, now: datetime) -> Change:
    """One more identity; nothing, where the account has it already."""
    identities = identities_of(user)
    if any(identity["key"] == key_of(profile) for identity in identities):
        return Change({})
    if len(identities) >= MAX_IDENTITIES:
        raise Conflict(f"An account can have {MAX_IDENTITIES} of these at most.", code="too_many_identities")
    fields = {"identities": [*identities, _identity(profile, now)]}
    return told(user, fields, "identity_linked", _in_words(profile.provider, profile.email))


def unlink(user: User, wanted: str) -> Change:
    """Raises NotFound, or Conflict where nobody could get in any more."""
    gone = next((identity for identity in identities_of(user) if identity_id(identity) == wanted), None)
    if gone is None:
        raise NotFound("There is no such identity.")
    check_other_way_in(user)
    left = [identity for identity in identities_of(user) if identity["key"] != gone["key"]]
    return told(user, {"identities": left}, "identity_unlinked", _in_words(gone["provider"], gone["email"]))


def _identity(profile: Profile, now: datetime) -> Identity:
    return Identity(
        key=key_of(profile),
        provider=profile.provider,
        subject=profile.subject,
        email=profile.email,
        linked_at=now,
    )


def _verified(user: User, full_name: str | None, now: datetime) -> Event:
    verified = UserVerified(user_id=user["_id"], email=user["email"], full_name=full_name, verified_at=now)
    return "user.verified", verified


def _in_words(provider: str, email: str | None) -> str:
    title = PROVIDERS[provider].title
    return f"{title}, {email}" if email else title
