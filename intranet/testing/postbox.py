"""A real mail server on loopback that keeps the letters it takes; over TLS, after STARTTLS, or in plain text."""

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any, Literal

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword

from intranet.kernel.settings import MailSection
from intranet.testing.running import free_port

USERNAME, PASSWORD = "intranet", "a secret of the postbox"
SENDER = "Aurora <intranet@aurora.example>"


class Postbox:
    """`letters` in the order of their arrival; `told` are the passwords that were said to it."""

    def __init__(self, security: Literal["starttls", "tls", "plain"], port: int) -> None:
        self.security, self.port = security, port
        self.letters: list[EmailMessage] = []
        self.receivers: list[list[str]] = []
        self.told: list[bytes] = []

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        self.letters.append(message_from_bytes(envelope.content, policy=policy.default))
        self.receivers.append(envelope.rcpt_tos)
        return "250 OK"

    def check(self, server: Any, session: Any, envelope: Any, mechanism: str, said: Any) -> AuthResult:
        assert isinstance(said, LoginPassword)
        self.told.append(said.password)
        return AuthResult(handled=False, success=(said.login, said.password) == (USERNAME.encode(), PASSWORD.encode()))

    def section(self, **more: Any) -> MailSection:
        """How the house reaches it."""
        login = {} if self.security == "plain" else {"username": USERNAME, "password": PASSWORD}
        said = {"server": "localhost", "port": self.port, "security": self.security, "sender": SENDER, **login, **more}
        return MailSection.model_validate(said)


@contextmanager
def start(folder: Path, security: Literal["starttls", "tls", "plain"] = "starttls") -> Iterator[Postbox]:
    """With the certificate of `make_authority` in the folder. But for plain text it wants a login."""
    box = Postbox(security, free_port())
    context: ssl.SSLContext | None = None
    if security != "plain":
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(folder / "server.pem", folder / "server.key")
    wanted: dict[str, dict[str, Any]] = {
        "starttls": {
            "tls_context": context,
            "require_starttls": True,
            "authenticator": box.check,
            "auth_required": True,
        },
        "tls": {"ssl_context": context, "authenticator": box.check, "auth_require_tls": False},
        "plain": {},
    }
    controller = Controller(box, hostname="localhost", port=box.port, **wanted[security])
    controller.start()
    try:
        yield box
    finally:
        controller.stop()
