"""Mail that goes out, over a verified connection."""

import smtplib
import ssl
from email.message import EmailMessage
from email.utils import formatdate, make_msgid

from intranet.kernel.settings import MailSection

TIMEOUT_S = 20


class Mailer:
    """Sends one letter at a time. Slow, so only the worker calls `send`."""

    def __init__(self, section: MailSection | None) -> None:
        self.section = section

    @property
    def is_ready(self) -> bool:
        return self.section is not None

    def send(self, to: str, subject: str, text: str) -> None:
        """One letter of plain text. Raises OSError or smtplib.SMTPException when it was not taken."""
        if self.section is None:
            raise RuntimeError("there is no [mail] in intranet.toml")
        with _connected(self.section) as server:
            server.send_message(letter(self.section.sender, to, subject, text))


def letter(sender: str, to: str, subject: str, text: str) -> EmailMessage:
    """Raises ValueError when an address or the subject would begin another header."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, to, subject
    message["Date"], message["Message-ID"] = (
        formatdate(),
        make_msgid(domain=sender.rpartition("@")[2].strip(">") or None),
    )
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no absence note comes back
    message.set_content(text)
    return message


def _connected(section: MailSection) -> smtplib.SMTP:
    context = ssl.create_default_context(cafile=str(section.ca_file) if section.ca_file else None)
    server: smtplib.SMTP
    if section.security == "tls":
        server = smtplib.SMTP_SSL(section.server, section.port, timeout=TIMEOUT_S, context=context)
    else:
        server = smtplib.SMTP(section.server, section.port, timeout=TIMEOUT_S)
    if section.security == "starttls":
        server.starttls(context=context)
    if section.username:
        server.login(section.username, section.secret())
    return server
