"""Registering, and one's own account."""

from fastapi import APIRouter, Response

from gigsta_auth.models.ceremonies import browser_secret
from gigsta_auth.routes.common import (
    PREFIX,
    Registrant,
    UseCases,
    idempotent_router,
    set_registrant_cookie,
)
from gigsta_auth.schemas.accounts import (
    ProfileChange,
    ProviderApplication,
    Registration,
    RegistrationAccepted,
    RoleChoice,
    UserAccount,
)
from gigsta_common.security import CurrentUser

posts = idempotent_router()
others = APIRouter(prefix=PREFIX, tags=["auth"])


@posts.post("/register", status_code=202)
async def register(
    auth: UseCases, body: Registration, response: Response, registrant: Registrant = None
) -> RegistrationAccepted:
    """Register an address; the mail that follows says how it goes on. The answer is the same for every address.

    Its cookie lets the browser that registered follow the link without choosing a password once more."""
    browser = browser_secret(registrant)
    await auth.accounts.register(body.email, body.password, body.full_name, browser)
    set_registrant_cookie(response, browser)
    return RegistrationAccepted()


@posts.post("/me/roles")
async def choose_roles(auth: UseCases, caller: CurrentUser, body: RoleChoice) -> UserAccount:
    """Choose to be a customer, or a provider as well. In the access token from the next refresh on."""
    return UserAccount.of(await auth.accounts.choose_roles(caller.user_id, body.roles))


@posts.post("/providers/apply")
async def apply_as_provider(auth: UseCases, caller: CurrentUser, body: ProviderApplication) -> UserAccount:
    """Apply to offer services; an administrator decides."""
    return UserAccount.of(await auth.providers.apply(caller.user_id, **body.model_dump()))


@others.get("/me")
async def read_me(auth: UseCases, caller: CurrentUser) -> UserAccount:
    """One's own account."""
    return UserAccount.of(await auth.accounts.get(caller.user_id))


@others.patch("/me")
async def update_me(auth: UseCases, caller: CurrentUser, body: ProfileChange) -> UserAccount:
    """Change one's own name, phone number or address."""
    fields = body.model_dump(exclude_unset=True)
    return UserAccount.of(await auth.accounts.change_profile(caller.user_id, caller.session_id, fields))


router = APIRouter()
router.include_router(posts)
router.include_router(others)
