"""The letter that invites somebody to choose a password."""

from flask_babel import force_locale, gettext

from intranet.plugin_api import N_, Conflict, Person, absolute, newcomers, site

NO_MAIL = N_("No mail can be sent: intranet.toml needs [mail] and base_url.")
NO_ADDRESS = N_("There is no email address to write to.")
CAME_IN = N_("This person has a password already. Set a one-time password instead.")


def can_be_sent() -> bool:
    """A letter needs a way out, and an address to lead to."""
    return site().mailer.is_ready and bool(absolute("/"))


def check(person: Person) -> None:
    """Raises Conflict when there is nothing to invite to, or no way to write."""
    if not can_be_sent():
        raise Conflict(NO_MAIL)
    if not person.email:
        raise Conflict(NO_ADDRESS)
    if person.password_hash or person.directory_id or person.disabled_at:
        raise Conflict(CAME_IN)


def send_invitation(person: Person, code: str, sender: Person) -> None:
    """In the person's language, else the company's. The worker sends it."""
    company, link = site().company(), absolute(newcomers.DOORS[newcomers.CARD] + code)
    with force_locale(person.language or company.language):
        subject = gettext("Your account at %(company)s", company=company.name)
        text = gettext(
            "Hello %(name)s,\n\n%(sender)s made an account for you. Your user name is %(username)s.\n\n"
            "Choose a password here. The link works once, for %(days)d days:\n%(link)s\n",
            name=person.name, sender=sender.name, username=person.username, days=newcomers.DAYS, link=link,
        )  # fmt: skip
    site().jobs.start("core.mail", person.email, subject, text)
