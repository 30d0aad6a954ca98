"""The OpenID provider, spoken to by Authlib: code flow with PKCE, its addresses and keys from its discovery document.

Whatever goes wrong becomes a refusal with its cause. Nothing here runs inside a transaction. It is imported only where
a provider is really asked: what it needs is large, and most houses have none.
"""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from typing import Any

import requests
from authlib.common.errors import AuthlibBaseError
from authlib.common.security import is_secure_transport
from authlib.integrations.flask_client import OAuth
from authlib.integrations.requests_client import OAuth2Session
from flask import current_app, session
from joserfc.errors import JoseError

from intranet.features.oidc.claims import Claims, NotLetIn, ProviderDown, section
from intranet.plugin_api import Refused

NAME = "oidc"
TIMEOUT_S = 5
KEPT_S = 3600  # then its addresses and keys are asked for again
CLOCK_DRIFT_S = 60
ADDRESSES = ("authorization_endpoint", "token_endpoint", "jwks_uri")
SIGNED_BY = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519")
WRONG = (AuthlibBaseError, JoseError, ValueError, KeyError, TypeError, AttributeError, RuntimeError)


def begin(redirect_uri: str) -> tuple[str, str]:
    """The provider's address to go to, and the state that comes back. Raises ProviderDown."""
    with _refusing():
        client = _client()
        _forget_begun()
        begun = client.create_authorization_url(redirect_uri)
        client.save_authorize_data(redirect_uri=redirect_uri, **begun)
        return str(begun["url"]), str(begun["state"])


def finish() -> Claims:
    """What the provider says, after state, nonce, issuer, audience, times and signature were checked. Raises Refused."""
    with _refusing():
        client = _client()
        metadata = client.server_metadata
        options = {
            "iss": {"essential": True, "value": metadata["issuer"]},
            "aud": {"essential": True, "value": section().client_id},
        }
        token = client.authorize_access_token(claims_options=options, leeway=CLOCK_DRIFT_S)
        said = dict(token["userinfo"])
        return _read({**_more(client, token, said), **said}, metadata["issuer"])


def _more(client: Any, token: Mapping[str, Any], said: Mapping[str, Any]) -> Mapping[str, Any]:
    """What only the userinfo endpoint tells, when the ID token leaves names or address out."""
    if {"email", section().username_claim} <= said.keys() or "userinfo_endpoint" not in client.server_metadata:
        return {}
    more: Mapping[str, Any] = client.userinfo(token=token)
    if more["sub"] != said["sub"]:
        raise NotLetIn("userinfo is about somebody else")
    return more


def _read(said: Mapping[str, Any], issuer: str) -> Claims:
    subject = said["sub"]
    if not isinstance(subject, str) or not 0 < len(subject) <= 255:
        raise NotLetIn("the subject cannot be used")
    names = [said.get("name"), " ".join(str(said.get(key, "")) for key in ("given_name", "family_name"))]
    is_vouched_for = said.get("email_verified") is True
    return Claims(
        f"{issuer} {subject}",
        username=_text(said.get(section().username_claim)).partition("@")[0],
        name=next((name for each in names if (name := _text(each))), ""),
        email=_text(said.get("email"))[:254] if is_vouched_for else "",
    )


def _text(value: object) -> str:
    return value.strip() if isinstance(value, str) else ""


def _client() -> Any:
    """Authlib's client, made anew each hour."""
    kept, until = current_app.extensions.get("intranet.oidc", (None, 0.0))
    if kept is None or time.monotonic() > until:
        kept = _made(_discovered())
        current_app.extensions["intranet.oidc"] = kept, time.monotonic() + KEPT_S
    return kept


def _made(document: Mapping[str, Any]) -> Any:
    secret = section().secret()
    ways = document.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
    way = "client_secret_basic" if "client_secret_basic" in ways else "client_secret_post"
    offered = document.get("id_token_signing_alg_values_supported", ["RS256"])
    known = {key: document[key] for key in ("issuer", "jwks_uri", "userinfo_endpoint") if key in document}
    client = OAuth(current_app._get_current_object()).register(  # type: ignore[attr-defined]
        NAME, client_id=section().client_id, client_secret=secret or None,
        authorize_url=document["authorization_endpoint"], access_token_url=document["token_endpoint"],
        id_token_signing_alg_values_supported=[each for each in offered if each in SIGNED_BY], **known,
        client_kwargs={
            "scope": " ".join(dict.fromkeys(["openid", *section().scope.split()])), "code_challenge_method": "S256",
            "token_endpoint_auth_method": way if secret else "none",
        },
    )  # fmt: skip
    client.client_cls = _session
    return client


def _session(**options: Any) -> Any:
    """Every request of Authlib's with our limit, and with our authority: the environment may name another one."""
    made = OAuth2Session(**options)
    made.request = partial(made.request, timeout=TIMEOUT_S, verify=_trusted())
    return made


def _discovered() -> Mapping[str, Any]:
    issuer = section().issuer.rstrip("/")
    address = f"{issuer}/.well-known/openid-configuration"
    if not is_secure_transport(address):
        raise ProviderDown("the issuer is not an https address")
    answer = requests.get(address, timeout=TIMEOUT_S, verify=_trusted())
    answer.raise_for_status()
    try:
        document: dict[str, Any] = dict(answer.json())
        if str(document["issuer"]).rstrip("/") != issuer:
            raise ProviderDown("the discovery document is of another issuer")
        is_safe = all(is_secure_transport(document[key]) for key in ADDRESSES)
    except (ValueError, KeyError, TypeError) as error:
        raise ProviderDown("the discovery document cannot be read") from error
    if not is_safe:
        raise ProviderDown("the discovery document names addresses without https")
    return document


def _trusted() -> str | bool:
    return str(section().ca_file) if section().ca_file else True


def _forget_begun() -> None:
    """One dance at a time in each browser: those that were left would fill the cookie."""
    for key in [key for key in session if key.startswith(f"_state_{NAME}_")]:
        session.pop(key)


@contextmanager
def _refusing() -> Iterator[None]:
    """Raises ProviderDown or NotLetIn instead of what the libraries raise."""
    try:
        yield
    except Refused:
        raise
    except OSError as error:  # what `requests` raises, and a ca_file that cannot be read
        raise ProviderDown(type(error).__name__) from error
    except WRONG as error:
        raise NotLetIn(_cause(error)) from error


def _cause(error: Exception) -> str:
    said = getattr(error, "error", "") or type(error).__name__
    return f"{said}: {getattr(error, 'claim', '') or error}"[:200]
