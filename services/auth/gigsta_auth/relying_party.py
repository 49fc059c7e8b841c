"""Speaks WebAuthn, through py_webauthn: the one place that does.

What a device says is believed as far as it proves itself: that it was asked by a page of ours, with this challenge,
that its owner was there and it has made sure of them, and that it has the key.
"""

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from cryptography.exceptions import UnsupportedAlgorithm
from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import (
    base64url_to_bytes,
    bytes_to_base64url,
    decode_credential_public_key,
    decoded_public_key_to_cryptography,
    options_to_json_dict,
    parse_attestation_object,
)
from webauthn.helpers.cose import COSEAlgorithmIdentifier
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AttestationFormat,
    AuthenticationCredential,
    AuthenticatorAssertionResponse,
    AuthenticatorAttestationResponse,
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    PublicKeyCredentialType,
    RegistrationCredential,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from gigsta_auth.models.ceremonies import LIFETIME
from gigsta_auth.models.passkeys import Created, NewKey, Passkey, Shown
from gigsta_auth.models.users import User
from gigsta_auth.models.ways_in import passkeys_of
from gigsta_auth.settings import Settings

log = logging.getLogger(__name__)

_ALGORITHMS = [
    COSEAlgorithmIdentifier.ECDSA_SHA_256,
    COSEAlgorithmIdentifier.EDDSA,
    COSEAlgorithmIdentifier.RSASSA_PKCS1_v1_5_SHA_256,
]
_FORMATS = (AttestationFormat.NONE, AttestationFormat.PACKED)
"""We ask for no attestation. Browsers send none then, but for some that let a device sign with the new key itself."""
_NAME = "GigSta"
_TIMEOUT = int(LIFETIME.total_seconds() * 1000)

Json = dict[str, Any]


class NotProven(Exception):
    """What a device has sent does not prove what it should. The text is for the log."""


class RelyingParty:
    def __init__(self, settings: Settings) -> None:
        self._id = settings.passkey_party
        self._origins = list(settings.passkey_pages)

    def creation_options(self, user: User, challenge: str) -> Json:
        """What `PublicKeyCredential.parseCreationOptionsFromJSON` takes."""
        options = generate_registration_options(
            rp_id=self._id,
            rp_name=_NAME,
            user_id=_handle(user),
            user_name=user["email"],
            user_display_name=user["full_name"] or user["email"],
            challenge=base64url_to_bytes(challenge),
            timeout=_TIMEOUT,
            authenticator_selection=AuthenticatorSelectionCriteria(
                resident_key=ResidentKeyRequirement.REQUIRED, user_verification=UserVerificationRequirement.REQUIRED
            ),
            exclude_credentials=[
                PublicKeyCredentialDescriptor(id=base64url_to_bytes(passkey["credential_id"]))
                for passkey in passkeys_of(user)
            ],
            supported_pub_key_algs=_ALGORITHMS,
        )
        return options_to_json_dict(options)

    def request_options(self, challenge: str) -> Json:
        """What `PublicKeyCredential.parseRequestOptionsFromJSON` takes. The same for everybody: the device knows whose
        passkeys it has, and we do not say who has any."""
        options = generate_authentication_options(
            rp_id=self._id,
            challenge=base64url_to_bytes(challenge),
            timeout=_TIMEOUT,
            user_verification=UserVerificationRequirement.REQUIRED,
        )
        return options_to_json_dict(options)

    def new_key(self, created: Created, challenge: str) -> NewKey:
        """Raises NotProven."""
        with _proving():
            attestation = base64url_to_bytes(created.attestation)
            form = parse_attestation_object(attestation).fmt
            if form not in _FORMATS:
                raise NotProven(f"attestation in the format {form!r}")
            _check_not_framed(created.client_data)
            verified = verify_registration_response(
                credential=RegistrationCredential(
                    id=created.credential_id,
                    raw_id=base64url_to_bytes(created.credential_id),
                    response=AuthenticatorAttestationResponse(
                        client_data_json=base64url_to_bytes(created.client_data), attestation_object=attestation
                    ),
                    type=PublicKeyCredentialType.PUBLIC_KEY,
                ),
                expected_challenge=base64url_to_bytes(challenge),
                expected_rp_id=self._id,
                expected_origin=self._origins,
                require_user_verification=True,
                supported_pub_key_algs=_ALGORITHMS,
            )
            if bytes_to_base64url(verified.credential_id) != created.credential_id:
                raise NotProven("the key is another than it says")
            # A key that could never be used later is better refused now.
            decoded_public_key_to_cryptography(decode_credential_public_key(verified.credential_public_key))
            return NewKey(created.credential_id, verified.credential_public_key, verified.sign_count)

    def sign_count(self, shown: Shown, challenge: str, user: User, passkey: Passkey) -> int:
        """How often the device says that it has used the passkey, once it has proven that it is this user's.

        Raises:
            NotProven
        """
        with _proving():
            if shown.user_handle is None or base64url_to_bytes(shown.user_handle) != _handle(user):
                raise NotProven("the device takes it for another user's")
            _check_not_framed(shown.client_data)
            verified = verify_authentication_response(
                credential=AuthenticationCredential(
                    id=shown.credential_id,
                    raw_id=base64url_to_bytes(shown.credential_id),
                    response=AuthenticatorAssertionResponse(
                        client_data_json=base64url_to_bytes(shown.client_data),
                        authenticator_data=base64url_to_bytes(shown.authenticator_data),
                        signature=base64url_to_bytes(shown.signature),
                    ),
                    type=PublicKeyCredentialType.PUBLIC_KEY,
                ),
                expected_challenge=base64url_to_bytes(challenge),
                expected_rp_id=self._id,
                expected_origin=self._origins,
                credential_public_key=passkey["public_key"],
                credential_current_sign_count=passkey["sign_count"],
                require_user_verification=True,
            )
            return verified.new_sign_count


def challenge_in(client_data: str) -> str:
    """The challenge that the browser says it was given; nothing, where it does not say."""
    try:
        challenge = json.loads(base64url_to_bytes(client_data))["challenge"]
    except (ValueError, KeyError, TypeError, IndexError, RecursionError):
        return ""
    return challenge if isinstance(challenge, str) else ""


def _check_not_framed(client_data: str) -> None:
    """The page was not inside one of another site, which could have led the person's hand."""
    if json.loads(base64url_to_bytes(client_data)).get("crossOrigin", False) is not False:
        raise NotProven("the page was inside another site's")


def _handle(user: User) -> bytes:
    """What devices call the user: it tells them nothing."""
    return user["_id"].encode()


@contextmanager
def _proving() -> Iterator[None]:
    """Whatever is wrong with what a device sent, it proves nothing."""
    try:
        yield
    except (WebAuthnException, ValueError, KeyError, TypeError, IndexError, AttributeError, RecursionError) as error:
        raise NotProven(str(error)[:200]) from None
    except UnsupportedAlgorithm:
        raise NotProven("the key is of a kind that we cannot check") from None
