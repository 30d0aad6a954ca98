"""A small OpenID provider on loopback: real HTTP, PKCE and signatures. It does as it is told, also what is wrong."""

import base64
import hashlib
import secrets
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import requests
from flask import Flask, Response, json, jsonify, redirect, request
from flask.typing import ResponseReturnValue
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey
from werkzeug.serving import make_server

from intranet.testing.authority import make_authority

CLIENT_ID, CLIENT_SECRET = "intranet", "a secret of the tests"
LASTS_S = 300
PATHS = {
    "authorization_endpoint": "/authorize", "token_endpoint": "/token", "jwks_uri": "/jwks",
    "userinfo_endpoint": "/userinfo",
}  # fmt: skip


@dataclass
class Manners:
    """How the provider behaves. `claims` replace what a good ID token says; None leaves a claim out."""

    claims: dict[str, Any] = field(default_factory=dict)
    discovery: dict[str, Any] = field(default_factory=dict)
    other_key: bool = False
    unsigned: bool = False
    only_userinfo: bool = False
    userinfo_sub: str = ""
    refuses: bool = False
    broken: str = ""
    slow: threading.Event | None = None


class Provider:
    """Runs in a thread of its own. `who` is the person that is signed in there. With a folder it speaks TLS from there."""

    def __init__(self, folder: Path | None = None) -> None:
        self.manners = Manners()
        self.who: dict[str, Any] = {}
        self.asked: list[str] = []
        self._key, self._other = (RSAKey.generate_key(2048, {"kid": "one"}) for _ in range(2))
        self._begun: dict[str, dict[str, str]] = {}
        self._server = make_server("127.0.0.1", 0, self._app(), threaded=True, ssl_context=_certificate(folder))
        self.trusted = str(folder / "ca.pem") if folder else True
        self.issuer = f"{'https' if folder else 'http'}://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        if self.manners.slow:
            self.manners.slow.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def visit(self, address: str) -> str:
        """What a browser that is signed in here does with an address: the address it is sent back to."""
        return str(requests.get(address, allow_redirects=False, timeout=10, verify=self.trusted).headers["Location"])

    def _app(self) -> Flask:
        app = Flask("provider", static_folder=None)
        app.before_request(self._misbehave)
        app.add_url_rule("/.well-known/openid-configuration", "discovery", self._discovery)
        app.add_url_rule("/authorize", "authorize", self._authorize)
        app.add_url_rule("/token", "token", self._token, methods=["POST"])
        app.add_url_rule("/jwks", "jwks", lambda: jsonify(KeySet([self._key]).as_dict(private=False)))
        app.add_url_rule("/userinfo", "userinfo", self._userinfo)
        return app

    def _misbehave(self) -> ResponseReturnValue | None:
        self.asked.append(request.path)
        if self.manners.slow and request.path == "/token":
            self.manners.slow.wait(30)
        if self.manners.broken and request.path.startswith(self.manners.broken):
            return Response("<h1>Bad gateway</h1>", 502)
        return None

    def _discovery(self) -> Response:
        document: dict[str, Any] = {"issuer": self.issuer, **{key: self.issuer + path for key, path in PATHS.items()}}
        document |= {"id_token_signing_alg_values_supported": ["RS256", "none"], **self.manners.discovery}
        return jsonify(document)

    def _authorize(self) -> ResponseReturnValue:
        asked = request.args.to_dict()
        if (
            asked["client_id"] != CLIENT_ID
            or asked["code_challenge_method"] != "S256"
            or asked["response_type"] != "code"
        ):
            return "unknown client", 400
        if self.manners.refuses:
            return _back(asked, error="access_denied")
        code = secrets.token_urlsafe(12)
        self._begun[code] = asked
        return _back(asked, code=code)

    def _token(self) -> ResponseReturnValue:
        begun = self._begun.pop(request.form.get("code", ""), None)
        known = request.authorization
        is_client = known and (known.username, known.password) == (CLIENT_ID, CLIENT_SECRET)
        if begun is None or not is_client or request.form["redirect_uri"] != begun["redirect_uri"]:
            return jsonify(error="invalid_grant"), 400
        digest = hashlib.sha256(request.form.get("code_verifier", "").encode()).digest()
        if base64.urlsafe_b64encode(digest).rstrip(b"=").decode() != begun["code_challenge"]:
            return jsonify(error="invalid_grant"), 400
        return jsonify(access_token=secrets.token_urlsafe(12), token_type="Bearer", id_token=self._id_token(begun))  # noqa: S106

    def _id_token(self, begun: dict[str, str]) -> str:
        now = int(time.time())
        who = {"sub": self.who["sub"]} if self.manners.only_userinfo else self.who
        claims = {
            "iss": self.issuer,
            "aud": CLIENT_ID,
            "iat": now,
            "exp": now + LASTS_S,
            "nonce": begun["nonce"],
            **who,
        }
        claims = {key: value for key, value in {**claims, **self.manners.claims}.items() if value is not None}
        if self.manners.unsigned:
            return ".".join(_part(each) for each in ({"alg": "none"}, claims)) + "."
        key = self._other if self.manners.other_key else self._key
        return jwt.encode({"alg": "RS256", "kid": "one"}, claims, key)

    def _userinfo(self) -> Response:
        return jsonify({**self.who, **({"sub": self.manners.userinfo_sub} if self.manners.userinfo_sub else {})})


def _certificate(folder: Path | None) -> tuple[str, str] | None:
    if folder is None:
        return None
    make_authority(folder)
    return str(folder / "server.pem"), str(folder / "server.key")


def state_in(address: str) -> str:
    """The state that an address carries."""
    return parse_qs(urlsplit(address).query)["state"][0]


def _back(asked: dict[str, str], **answer: str) -> ResponseReturnValue:
    return redirect(f"{asked['redirect_uri']}?{urlencode({**answer, 'state': asked['state']})}")


def _part(value: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()
