"""Letters go to a real mail server: over verified TLS, after a login, and nowhere else."""

import smtplib
import ssl
from pathlib import Path
from typing import Literal

import pytest

from intranet.kernel.mail import Mailer, letter
from intranet.testing import postbox
from intranet.testing.authority import make_authority
from intranet.testing.postbox import PASSWORD

Security = Literal["starttls", "tls", "plain"]


@pytest.mark.parametrize("security", ["starttls", "tls", "plain"])
def test_a_letter_arrives_as_it_was_written(tmp_path: Path, security: Security) -> None:
    make_authority(tmp_path)
    with postbox.start(tmp_path, security) as box:
        mailer = Mailer(box.section(ca_file=tmp_path / "ca.pem"))
        mailer.send("ines@aurora.example", "Il tuo accesso è qui", "Ciao Inès,\n\n.\nGrüße")
        (arrived,) = box.letters
    assert (arrived["To"], arrived["From"]) == ("ines@aurora.example", postbox.SENDER)
    assert arrived["Subject"] == "Il tuo accesso è qui"
    assert arrived.get_content().replace("\r\n", "\n") == "Ciao Inès,\n\n.\nGrüße\n"
    assert arrived["Auto-Submitted"] == "auto-generated"
    assert box.receivers == [["ines@aurora.example"]]
    assert box.told == ([] if security == "plain" else [PASSWORD.encode()])


@pytest.mark.parametrize("security", ["starttls", "tls"])
@pytest.mark.parametrize("wrong", ["another authority", "the system's authorities", "another name"])
def test_a_server_that_cannot_be_trusted_hears_no_password_and_no_letter(
    tmp_path: Path, security: Security, wrong: str
) -> None:
    make_authority(tmp_path, names=("elsewhere.example",) if wrong == "another name" else ("localhost",))
    (tmp_path / "other").mkdir()
    make_authority(tmp_path / "other")
    trusted = {"another authority": tmp_path / "other/ca.pem", "another name": tmp_path / "ca.pem"}.get(wrong)
    with postbox.start(tmp_path, security) as box:
        with pytest.raises(ssl.SSLCertVerificationError):
            Mailer(box.section(ca_file=trusted)).send("ines@aurora.example", "x", "y")
        assert (box.letters, box.told) == ([], [])


def test_a_server_without_starttls_is_not_spoken_to_in_plain_text(tmp_path: Path) -> None:
    with postbox.start(tmp_path, "plain") as box:
        wants = box.section(security="starttls", username="intranet", password=PASSWORD)
        with pytest.raises(smtplib.SMTPNotSupportedError):
            Mailer(wants).send("ines@aurora.example", "x", "y")
        assert (box.letters, box.told) == ([], [])


def test_a_refused_login_sends_nothing(tmp_path: Path) -> None:
    make_authority(tmp_path)
    with postbox.start(tmp_path) as box:
        with pytest.raises(smtplib.SMTPAuthenticationError):
            Mailer(box.section(ca_file=tmp_path / "ca.pem", password="wrong")).send("ines@aurora.example", "x", "y")
        assert box.letters == []


def test_without_a_server_nothing_is_sent() -> None:
    assert not Mailer(None).is_ready
    with pytest.raises(RuntimeError, match="mail"):
        Mailer(None).send("ines@aurora.example", "x", "y")


@pytest.mark.parametrize(("to", "subject"), [("ines@x\r\nBcc: all@x", "x"), ("ines@aurora.example", "x\nBcc: all@x")])
def test_no_word_begins_another_header(to: str, subject: str) -> None:
    with pytest.raises(ValueError, match=r"newline|linefeed"):
        letter("us@aurora.example", to, subject, "y")
