"""The one login path. Pages, API and every later door come through `Login.check`."""

import time
from collections.abc import Sequence
from typing import Protocol

from sqlalchemy.orm import Session

from intranet.core import audit, people
from intranet.core.directory.accounts import find_unchanged, read_known, settle
from intranet.core.directory.entries import DirectoryPerson
from intranet.core.directory.errors import DirectoryUnavailable, WrongCredentials
from intranet.core.directory.report import Report
from intranet.core.directory.settings import DirectorySettings
from intranet.core.directory.sync import manager_of, set_manager
from intranet.core.errors import Refused
from intranet.core.models import DirectoryAccount, Person
from intranet.core.signin import passwords
from intranet.core.throttle import Throttle
from intranet.kernel.db import Database
from intranet.kernel.settings import SettingsError
from intranet.kernel.vault import Unreadable

PER_NAME = "5 per 5 minute"  # fewer than a directory's own lock allows
PER_ADDRESS = "100 per 5 minute"


class WrongLogin(Refused):
    """Unknown, wrong, disabled, empty: the answer is always this one."""

    code = "wrong_login"


class TooManyTries(Refused):
    """Nobody is asked any more until `seconds` have passed."""

    code = "too_many_tries"

    def __init__(self, seconds: int) -> None:
        super().__init__(f"again in {seconds} s")
        self.seconds = seconds


class DirectoryDown(Refused):
    """The directory cannot answer; local accounts still work."""

    code = "directory_unavailable"


class SignsIn(Protocol):
    """What we ask of a directory."""

    settings: DirectorySettings

    def authenticate(self, username: str, password: str, *, until: float | None = None) -> DirectoryPerson: ...


class KnowsDirectories(Protocol):
    """Where the directories are kept."""

    def all(self) -> Sequence[SignsIn]: ...


class Login:
    """Checks who somebody is. Holds no state of its own: counters are in the database."""

    def __init__(self, database: Database, throttle: Throttle, directories: KnowsDirectories) -> None:
        self.database, self.throttle, self.directories = database, throttle, directories

    def check(self, username: str, password: str, *, address: str, door: str, device: str = "") -> Person:
        """The person, when the password is theirs. Raises WrongLogin, TooManyTries or DirectoryDown.

        `device` names a browser in which this very name signed in before: it has a counter of its own, so that who
        tries other people's names locks nobody out of their own devices.
        """
        name = people.normal_username(username)[:254]
        counters = [(PER_NAME, f"device:{device}")] if device else [(PER_NAME, f"name:{name}")]
        if not device:
            counters.append((PER_ADDRESS, f"address:{address}"))
        for rate, key in counters:
            if not self.throttle.may_try(rate, "login", key):
                raise TooManyTries(self.throttle.seconds_left(rate, "login", key))
        try:
            return self._check(name, people.as_typed(username)[:254], password)
        except (WrongLogin, DirectoryDown) as refusal:
            if isinstance(refusal, WrongLogin):
                for rate, key in counters:
                    self.throttle.count(rate, "login", key)
            self._note_failure(name, address, door, refusal)
            raise

    def _check(self, name: str, typed: str, password: str) -> Person:
        """Every refusal costs one hash, so that the time tells nothing; a success of the directory costs none."""
        usable = bool(password.strip()) and "\0" not in password and len(password) <= passwords.MAX_LENGTH
        with self.database.read() as db:
            found = people.find_by_login(db, name)
            account = db.get(DirectoryAccount, found.id) if found and found.directory_id else None
        if found and found.password_hash:
            if passwords.matches(password if usable else "-", found.password_hash) and usable and not found.disabled_at:
                return found
            raise WrongLogin
        try:
            if not usable or not name:
                raise WrongLogin
            return self._ask_directories(account, typed, password)
        except (WrongLogin, DirectoryDown):
            passwords.matches(password if usable else "-", None)
            raise

    def _ask_directories(self, account: DirectoryAccount | None, typed: str, password: str) -> Person:
        """The person's own first. A directory that does not know the name is never shown the password.

        Several that are silent together take no longer than one: each has a share of the time that is left.
        """
        try:
            directories = sorted(
                self.directories.all(), key=lambda each: not account or each.settings.name != account.directory
            )
        except (SettingsError, Unreadable) as error:
            raise DirectoryDown(str(error)) from error
        refusal: Refused = WrongLogin()
        until = time.monotonic() + max((each.settings.timeout_s for each in directories), default=0)
        for place, directory in enumerate(directories):
            now = time.monotonic()
            share = now + (until - now) / (len(directories) - place)
            try:
                said = directory.authenticate(typed, password, until=share)
            except WrongCredentials as error:
                if isinstance(refusal, WrongLogin) and (refusal.__cause__ is None or error.reason != "unknown"):
                    refusal.__cause__ = error
            except DirectoryUnavailable as error:
                refusal = DirectoryDown(str(error))
                refusal.__cause__ = error
            else:
                return self._bring_in(directory.settings, said)
        raise refusal

    def _bring_in(self, settings: DirectorySettings, said: DirectoryPerson) -> Person:
        """The person with that directory id, made or renewed. A local account of the same name is never taken over."""
        with self.database.read() as db:
            if person := find_unchanged(db, settings, said):
                return person
        report = Report()
        with self.database.write() as db:
            person = settle(db, settings, said, read_known(db, settings, [said]), report)
            if person is not None:
                _renew_manager(db, settings, said, person)
                return person
        raise WrongLogin from WrongCredentials("; ".join(line[3] for line in report.lines))

    def _note_failure(self, name: str, address: str, door: str, refusal: Refused) -> None:
        cause = getattr(refusal.__cause__, "reason", "") or str(refusal.__cause__ or "")
        with self.database.write() as db:
            audit.write(db, "signin.failed", name, address=address, door=door, code=refusal.code, cause=cause[:200])

    def note_success(self, person: Person) -> None:
        """The tries under this person's names are forgotten."""
        for name in {person.username, person.email.casefold()}:
            self.throttle.forget(PER_NAME, "login", f"name:{name}")


def _renew_manager(db: Session, settings: DirectorySettings, said: DirectoryPerson, person: Person) -> None:
    """Only a manager who is known already; the next sync finds the others."""
    if settings.manager_attribute and "manager" not in settings.people_may_edit:
        manager_id = manager_of(db, settings, said)
        if manager_id:
            set_manager(db, person, manager_id)
