"""What the owner of an account is told when something about the ways into it changes."""

from dataclasses import dataclass


@dataclass(frozen=True)
class SecurityNotice:
    subject: str
    what: str
    shuts_out: bool = False
    """Whether its owner cannot log in any more, where it was somebody else who did it."""


NOTICES = {
    "codes_guessed": SecurityNotice(
        "Wrong codes for your account",
        "Somebody who knows your password, or is logged in as you, has tried several wrong codes for your GigSta "
        "account. If it was not you, change your password",
    ),
    "identity_linked": SecurityNotice(
        "A way to log in was added", "An account elsewhere can now be used to log in to your GigSta account"
    ),
    "identity_unlinked": SecurityNotice(
        "A way to log in was removed", "An account elsewhere can no longer be used to log in to your GigSta account"
    ),
    "passkey_added": SecurityNotice(
        "A passkey was added", "A passkey can now be used to log in to your GigSta account"
    ),
    "passkey_removed": SecurityNotice(
        "A passkey was removed", "A passkey can no longer be used to log in to your GigSta account"
    ),
    "recovery_code_used": SecurityNotice(
        "A recovery code was used", "Somebody logged in to your GigSta account with a recovery code"
    ),
    "recovery_codes_renewed": SecurityNotice(
        "You have new recovery codes", "New recovery codes were made for your GigSta account; the old ones are void"
    ),
    "second_factor_off": SecurityNotice(
        "The second factor is off", "Your GigSta account no longer asks for a code when you log in"
    ),
    "second_factor_on": SecurityNotice(
        "The second factor is on",
        "From now on your GigSta account asks for a code when you log in",
        shuts_out=True,
    ),
}
"""The kinds of mail of this sort that auth may ask for."""

TEMPLATE = "security_notice"
