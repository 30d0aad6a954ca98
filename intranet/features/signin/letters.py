"""The letter to who forgot a password: to the address that we hold, with a link by our own address alone."""

import logging

from flask_babel import force_locale, gettext

from intranet.plugin_api import Person, absolute, i18n, resets, site

JOB = "signin.forgotten"
log = logging.getLogger(__name__)


def can_be_sent() -> bool:
    return site().mailer.is_ready and bool(absolute("/"))


def tell_why() -> None:
    """Into the log, for the person who looks after the box."""
    if not site().mailer.is_ready:
        log.info("a forgotten password cannot be reset by mail: there is no [mail] in intranet.toml")
    elif not absolute("/"):
        log.error("a forgotten password cannot be reset by mail: base_url is not set in intranet.toml")


def send(typed: str) -> None:
    """Done by the worker, so that the page takes the same time whether there is such a person or not."""
    if not can_be_sent():
        tell_why()
        return
    with site().database.write() as db:
        person = resets.find_receiver(db, typed)
        code = resets.issue(db, person) if person and resets.is_ours(person) else ""
    if person:
        with force_locale(person.language if person.language in i18n.LANGUAGES else site().company().language):
            site().mailer.send(person.email, *_written(person, code))


def _written(person: Person, code: str) -> tuple[str, str]:
    """Subject and text, which is plain: markup in a name stays a name, and no name can begin another line."""
    company, name = _one_line(site().company().name), _one_line(person.name)
    return gettext("Your password at %(company)s", company=company), "\n\n".join(
        [
            gettext("Hello %(name)s,", name=name),
            *(_with_link(code) if code else _from_elsewhere(person)),
            gettext("If it was not you who asked, you have nothing to do: your password is the one it was."),
            company,
        ]
    )


def _with_link(code: str) -> list[str]:
    return [
        gettext("Somebody asked for a new password for your account. This link sets one; it works once, for one hour:"),
        absolute(f"/reset/{code}"),
    ]


def _from_elsewhere(person: Person) -> list[str]:
    """No link: the password is not ours to change."""
    who = _one_line(site().company().contact)
    kept = (
        gettext("Your password here is the one of your work computer, and it is changed where that one is changed.")
        if person.directory_id
        else gettext(
            "You sign in with your account at %(provider)s, and its password is changed there.", provider=_provider()
        )
    )
    return [gettext("Somebody asked for a new password for your account."), kept, *([who] if who else [])]


def _provider() -> str:
    section = site().settings.oidc
    return section.label if section else "OpenID Connect"


def _one_line(words: str) -> str:
    return " ".join(words.split())
