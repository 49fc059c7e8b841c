"""A forgotten password where somebody else knows it."""

from gigsta_common.testing.service import TestService

from .conftest import LogIn, mailed_token
from .test_credentials import change, forget, kinds_mailed, reset


async def test_links_that_somebody_with_the_password_has_ended_keep_no_new_one_from_the_mailbox(
    service: TestService, person: LogIn
) -> None:
    ana = await person()
    for _ in range(7):
        await forget(service, ana.email)
    assert (await kinds_mailed(service, ana.email)).count("reset_password") == 5, "more are of no use"
    assert await change(ana) == (204, "")
    await forget(service, ana.email)
    assert await reset(service, await mailed_token(service, ana.email), "the-owners-again") == (204, "")
