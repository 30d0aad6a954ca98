"""The two ceremonies of WebAuthn, by the library that knows them.

Imported only where a passkey is really made or used: it brings a lot along, and most requests never need it.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass

import webauthn
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url, parse_authentication_credential_json
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticationCredential,
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from intranet.core.models import Passkey, Person

BROKEN = (WebAuthnException, ValueError, TypeError, KeyError, AttributeError, IndexError, RecursionError)
TRANSPORTS = ("ble", "cable", "hybrid", "internal", "nfc", "smart-card", "usb")


class Broken(ValueError):
    """Not an answer to the question that was asked."""


@dataclass(frozen=True)
class Made:
    """A new key; id and key are base64url."""

    credential_id: str
    public_key: str
    sign_count: int
    transports: str


@dataclass(frozen=True)
class Answer:
    """What a browser sent, read but not verified. `handle` says whose key it claims to be."""

    credential: AuthenticationCredential
    credential_id: str
    handle: bytes | None


def registration(rp_id: str, person: Person, known: Sequence[Passkey], *, company: str) -> tuple[bytes, str]:
    """A new challenge, and what the browser is asked with it."""
    options = webauthn.generate_registration_options(
        rp_id=rp_id, rp_name=company, user_id=handle(person.id), user_name=person.username,
        user_display_name=person.name, exclude_credentials=_descriptors(known),
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.PREFERRED, user_verification=UserVerificationRequirement.PREFERRED
        ),
    )  # fmt: skip
    return options.challenge, webauthn.options_to_json(options)


def authentication(rp_id: str, known: Sequence[Passkey] | None) -> tuple[bytes, str]:
    """A new challenge. Without `known` any passkey of this place will do, and its owner must prove to be there."""
    whole = known is None
    options = webauthn.generate_authentication_options(
        rp_id=rp_id, allow_credentials=_descriptors(known or ()),
        user_verification=UserVerificationRequirement.REQUIRED if whole else UserVerificationRequirement.PREFERRED,
    )  # fmt: skip
    return options.challenge, webauthn.options_to_json(options)


def verify_new(answer: str, *, challenge: bytes, rp_id: str, origin: str) -> Made:
    """Raises Broken."""
    try:
        said = json.loads(answer)
        made = webauthn.verify_registration_response(
            credential=said, expected_challenge=challenge, expected_rp_id=rp_id, expected_origin=origin
        )
        transports = [each for each in said["response"].get("transports") or () if each in TRANSPORTS]
    except BROKEN as error:
        raise Broken from error
    key_id, key = bytes_to_base64url(made.credential_id), bytes_to_base64url(made.credential_public_key)
    return Made(key_id, key, made.sign_count, " ".join(transports))


def read(answer: str) -> Answer:
    """Raises Broken."""
    try:
        said = parse_authentication_credential_json(answer)
        return Answer(said, bytes_to_base64url(said.raw_id), said.response.user_handle)
    except BROKEN as error:
        raise Broken from error


def verify(answer: Answer, key: Passkey, *, challenge: bytes, rp_id: str, origin: str, is_whole: bool) -> int:
    """The key's new counter. Raises Broken."""
    try:
        verified = webauthn.verify_authentication_response(
            credential=answer.credential, expected_challenge=challenge, expected_rp_id=rp_id, expected_origin=origin,
            credential_public_key=base64url_to_bytes(key.public_key), credential_current_sign_count=key.sign_count,
            require_user_verification=is_whole,
        )  # fmt: skip
    except BROKEN as error:
        raise Broken from error
    return int(verified.new_sign_count)


def handle(person_id: int) -> bytes:
    """The user handle: always the same, and without a word about the person."""
    return hashlib.sha256(f"passkeys of person {person_id}".encode()).digest()


def _descriptors(known: Sequence[Passkey]) -> list[PublicKeyCredentialDescriptor]:
    return [PublicKeyCredentialDescriptor(id=base64url_to_bytes(each.credential_id)) for each in known]
