"""The tester: walks from the network to the people and says of each step, in words, how it went. Saves nothing."""

import time
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Literal

from intranet.core import people as accounts
from intranet.core.directory.advice import SIGN_IN, TROUBLE
from intranet.core.directory.directory import Directory
from intranet.core.directory.entries import DirectoryPerson, attributes_of, read_person
from intranet.core.directory.errors import DirectoryUnavailable, WrongCredentials
from intranet.core.directory.groups import Groups, group_values
from intranet.core.directory.ldap import Connection
from intranet.core.directory.settings import DirectorySettings
from intranet.core.forms import N_
from intranet.kernel import clock
from intranet.kernel.settings import SettingsError

SAMPLE = 5
NAMED = 20
SOON = timedelta(days=30)
PATIENCE_S = 60.0
ID_FIX = N_(
    "Set the id attribute: entryUUID for OpenLDAP and lldap, objectGUID for Active Directory, ipaUniqueID for FreeIPA."
)


@dataclass(frozen=True)
class Step:
    """One thing that was tried. `message` and `fix` are gettext ids for `values`; `technical` is the server's own line."""

    outcome: Literal["fine", "warning", "failed", "skipped"]
    message: str
    values: dict[str, Any] = field(default_factory=dict)
    fix: str = ""
    technical: str = ""


@dataclass
class Checked:
    """Everything that was tried, with the first few people as they would appear here. `seconds` is how long it took."""

    steps: list[Step] = field(default_factory=list)
    people: int = 0
    sample: list[DirectoryPerson] = field(default_factory=list)
    without_email: list[str] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def is_fine(self) -> bool:
        return not any(step.outcome == "failed" for step in self.steps)

    def add(self, outcome: Literal["fine", "warning", "failed", "skipped"], message: str, **values: Any) -> None:
        self.steps.append(Step(outcome, message, values))

    def fail(self, error: DirectoryUnavailable, server: str = "") -> None:
        message, fix = TROUBLE[error.why]
        self.steps.append(Step("failed", message, {"server": server}, fix, str(error)))


def check(settings: DirectorySettings, *, username: str = "", password: str = "") -> Checked:
    """Tries everything in order and goes on where that makes sense; with a user name, a sign-in at the end."""
    began, checked = time.monotonic(), Checked()
    connection = _check_servers(settings, checked)
    if connection is not None:
        try:
            connection.until = time.monotonic() + settings.timeout_s
            if _check_service(settings, connection, checked):
                connection.until = time.monotonic() + PATIENCE_S
                _check_people(settings, connection, checked)
                connection.until = time.monotonic() + PATIENCE_S
                _check_groups(settings, connection, checked)
        finally:
            connection.close()
        if username:
            _check_sign_in(settings, username, password, checked)
    checked.seconds = round(time.monotonic() - began, 2)
    return checked


def _check_servers(settings: DirectorySettings, checked: Checked) -> Connection | None:
    """A connection to the first server that answers."""
    first: Connection | None = None
    for url in settings.servers:
        try:
            connection = Connection(settings, url, until=time.monotonic() + settings.timeout_s)
        except DirectoryUnavailable as error:
            checked.fail(error, url)
            continue
        _check_certificate(connection, checked)
        if first is None:
            first = connection
        else:
            connection.close()
    return first


def _check_certificate(connection: Connection, checked: Checked) -> None:
    ends, server = connection.certificate_ends(), connection.url
    if ends is None:
        checked.add("warning", N_("%(server)s answers, but passwords cross the network unprotected."), server=server)
    elif ends - clock.now() < SOON:
        checked.add(
            "warning", N_("%(server)s answers; its certificate ends soon, on %(day)s."), server=server, day=ends
        )
    else:
        checked.add("fine", N_("%(server)s answers, its certificate is valid until %(day)s."), server=server, day=ends)


def _check_service(settings: DirectorySettings, connection: Connection, checked: Checked) -> bool:
    if settings.direct_bind_template and not settings.bind_dn:
        checked.add("skipped", N_("There is no service account: people sign in directly, and there is no sync."))
        return False
    try:
        connection.bind_service(settings.bind_dn, settings.password())
    except DirectoryUnavailable as error:
        checked.fail(error, connection.url)
        return False
    except SettingsError as error:
        checked.steps.append(Step("failed", N_("The file with the password cannot be read."), technical=str(error)))
        return False
    if not settings.bind_dn:
        checked.add("warning", N_("No service account is set, so the directory is read as nobody."))
    else:
        checked.add("fine", N_("The service account may sign in."))
    return True


def _check_people(settings: DirectorySettings, connection: Connection, checked: Checked) -> None:
    without_id = unusable = 0
    until = time.monotonic() + PATIENCE_S
    try:
        entries = connection.pages(
            settings.base_dn, settings.people_filter, attributes_of(settings), scope=settings.scope
        )
        for entry in entries:
            person = read_person(settings, entry)
            if person is None:
                without_id += 1
                continue
            checked.people += 1
            unusable += accounts.plain_username(person.username) is None
            _sample(checked, person)
            if time.monotonic() > until:
                break
    except DirectoryUnavailable as error:
        checked.fail(error, connection.url)
        return
    _say_people(checked, without_id, unusable, settings.id_attribute)


def _sample(checked: Checked, person: DirectoryPerson) -> None:
    if len(checked.sample) < SAMPLE:
        checked.sample.append(person)
    if "email" not in person.fields and len(checked.without_email) < NAMED:
        checked.without_email.append(person.fields["name"])


def _say_people(checked: Checked, without_id: int, unusable: int, id_attribute: str) -> None:
    if without_id:
        message = N_("%(count)d entries have no %(attribute)s or no user name, so they cannot be told from others.")
        values = {"count": without_id, "attribute": id_attribute}
        checked.steps.append(Step("failed" if not checked.people else "warning", message, values, ID_FIX))
    if not checked.people:
        message = N_("Nobody was found where people are looked for.")
        fix = N_("Look at the base and at the filter for people; the service account may also see less than you do.")
        checked.steps.append(Step("failed", message, fix=fix))
        return
    names = ", ".join(each.fields["name"] for each in checked.sample)
    checked.add("fine", N_("%(count)d people found, for example %(names)s."), count=checked.people, names=names)
    if checked.without_email:
        names = ", ".join(checked.without_email)
        message = N_("Some people have no email. They can sign in, but get no mail: %(names)s")
        checked.add("warning", message, names=names)
    if unusable:
        message = N_("%(count)d user names hold letters that cannot be used here; these people are left out.")
        checked.add("warning", message, count=unusable)


def _check_groups(settings: DirectorySettings, connection: Connection, checked: Checked) -> None:
    wanted = group_values(settings)
    if not wanted or not checked.is_fine:
        return
    try:
        missing = Groups(settings, connection).missing
    except DirectoryUnavailable as error:
        checked.fail(error, connection.url)
        return
    for name in missing:
        message = N_("A rule names the group %(group)s, and the directory has none of that name.")
        fix = N_("Write its name or its full DN, and look where groups are looked for.")
        checked.steps.append(Step("warning", message, {"group": name}, fix))
    if not missing:
        checked.add("fine", N_("Every group that a rule names is there."))


def _check_sign_in(settings: DirectorySettings, username: str, password: str, checked: Checked) -> None:
    directory = Directory(settings)
    try:
        person = directory.authenticate(accounts.normal_username(username), password)
    except WrongCredentials as error:
        message, fix = SIGN_IN.get(error.reason, SIGN_IN["wrong password"])
        checked.steps.append(Step("failed", message, fix=fix, technical=error.reason))
    except DirectoryUnavailable as error:
        checked.fail(error)
    else:
        checked.add("fine", N_("%(name)s may sign in."), name=person.fields["name"])
    finally:
        directory.close()
