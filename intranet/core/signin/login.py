"""The one login path. Pages, API and every later door come through `Login.check`."""

from typing import Protocol

from intranet.core import audit, people
from intranet.core.errors import Conflict, Refused
from intranet.core.models import Person
from intranet.core.signin import passwords
from intranet.core.signin.ldap import DirectoryPerson, DirectoryUnavailable, WrongCredentials
from intranet.core.throttle import Throttle
from intranet.kernel.db import Database

PER_NAME = "10 per 5 minute"
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

    def authenticate(self, username: str, password: str) -> DirectoryPerson: ...


class Login:
    """Checks who somebody is. Holds no state of its own: counters are in the database."""

    def __init__(self, database: Database, throttle: Throttle, directory: SignsIn | None) -> None:
        self.database, self.throttle, self.directory = database, throttle, directory

    def check(self, username: str, password: str, *, address: str, door: str) -> Person:
        """The person, when the password is theirs. Raises WrongLogin, TooManyTries or DirectoryDown."""
        name = people.normal_username(username)[:254]
        self._refuse_floods(name, address)
        try:
            return self._check(name, password)
        except (WrongLogin, DirectoryDown) as refusal:
            self._note_failure(name, address, door, refusal)
            raise

    def _refuse_floods(self, name: str, address: str) -> None:
        for rate, key in ((PER_NAME, f"name:{name}"), (PER_ADDRESS, f"address:{address}")):
            if not self.throttle.may_try(rate, "login", key):
                raise TooManyTries(self.throttle.seconds_left(rate, "login", key))

    def _check(self, name: str, password: str) -> Person:
        usable = bool(password.strip()) and "\0" not in password and len(password) <= passwords.MAX_LENGTH
        with self.database.read() as db:
            found = people.find_by_login(db, name)
        local_hash = found.password_hash if found else None
        is_local = passwords.matches(password if usable else "-", local_hash) and usable
        if is_local and found and not found.disabled_at:
            return found
        if not usable or not name or self.directory is None or local_hash:
            raise WrongLogin
        return self._ask_directory(self.directory, found.username if found else name, password)

    def _ask_directory(self, directory: SignsIn, name: str, password: str) -> Person:
        try:
            said = directory.authenticate(name, password)
        except WrongCredentials as error:
            raise WrongLogin from error
        except DirectoryUnavailable as error:
            raise DirectoryDown(str(error)) from error
        return self._bring_in(said)

    def _bring_in(self, said: DirectoryPerson) -> Person:
        """The person with that directory id, made or renewed. A local account of the same name is never taken over."""
        fields = {
            "name": said.name, "email": said.email, "title": said.title, "department": said.department,
            "phone": said.phone, "location": said.location,
        }  # fmt: skip
        with self.database.write() as db:
            person = people.find_by_directory_id(db, said.directory_id)
            if person is None:
                return self._add(db, said, fields)
            if person.disabled_at:
                raise WrongLogin
            people.change(db, person, **fields)
            return person

    @staticmethod
    def _add(db: object, said: DirectoryPerson, fields: dict[str, str]) -> Person:
        try:
            return people.add(db, username=said.username, directory_id=said.directory_id, **fields)  # type: ignore[arg-type]
        except Refused as error:
            reason = "taken" if isinstance(error, Conflict) else "unusable"
            raise WrongLogin(f"the directory's user name is {reason}") from error

    def _note_failure(self, name: str, address: str, door: str, refusal: Refused) -> None:
        if isinstance(refusal, WrongLogin):
            self.throttle.count(PER_NAME, "login", f"name:{name}")
            self.throttle.count(PER_ADDRESS, "login", f"address:{address}")
        cause = getattr(refusal.__cause__, "reason", "") or str(refusal.__cause__ or "")
        with self.database.write() as db:
            audit.write(db, "signin.failed", name, address=address, door=door, code=refusal.code, cause=cause[:200])

    def note_success(self, person: Person) -> None:
        for name in {person.username, person.email.casefold()}:
            self.throttle.forget(PER_NAME, "login", f"name:{name}")
