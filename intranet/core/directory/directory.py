"""One directory with all its servers: who signs in, who is there, who is in which group."""

import contextlib
import queue
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TypeVar

from intranet.core.directory.entries import DirectoryPerson, attributes_of, read_person
from intranet.core.directory.errors import DirectoryUnavailable, Why, WrongCredentials
from intranet.core.directory.groups import Groups, groups_of
from intranet.core.directory.ldap import Connection, Entry, escape, escape_name, normal_dn
from intranet.core.directory.settings import DirectorySettings

T = TypeVar("T")
KEPT = 4  # idle connections of each kind
IDLE_S = 60.0
AVOIDED_S = 30.0  # a server that did not answer is asked last for so long
SYNC_S = 600.0


class Directory:
    """Threads may share it: each question has a connection of its own while it is asked."""

    def __init__(self, settings: DirectorySettings) -> None:
        self.settings = settings
        self._readers: queue.LifoQueue[Connection] = queue.LifoQueue(KEPT)
        self._binders: queue.LifoQueue[Connection] = queue.LifoQueue(KEPT)
        self._failed_at: dict[str, float] = {}

    def authenticate(self, username: str, password: str, *, until: float | None = None) -> DirectoryPerson:
        """The account, when a bind as it with this password succeeds. Raises WrongCredentials or DirectoryUnavailable.

        `until`, by the monotonic clock, ends the patience earlier than the settings do.
        """
        typed = username.rpartition("\\")[2].strip() if self.settings.preset == "ad" else username.strip()
        if not password.strip() or "\0" in password or not typed or "\0" in typed:
            raise WrongCredentials("empty")
        patience = time.monotonic() + self.settings.timeout_s
        until = patience if until is None else min(patience, until)
        if self.settings.direct_bind_template:
            return self._ask(self._binders, lambda each: self._sign_in_directly(each, typed, password), until)
        person, dn = self._ask(self._readers, lambda each: self._find(each, typed), until)
        self._ask(self._binders, lambda each: each.bind(dn, password), until)
        return person

    def _sign_in_directly(self, connection: Connection, typed: str, password: str) -> DirectoryPerson:
        template = self.settings.direct_bind_template
        plain = typed.replace(".", "").replace("-", "").replace("_", "").isalnum()
        name = escape_name(typed) if "=" in template else typed if plain else "-"
        connection.bind(template.replace("{username}", name), password)
        return self._find(connection, typed)[0]

    def _find(self, connection: Connection, typed: str) -> tuple[DirectoryPerson, str]:
        """Exactly one entry that really has what was typed as one of its names."""
        settings, value = self.settings, escape(typed)
        names = "".join(f"({attribute}={value})" for attribute in settings.login_attributes)
        found = connection.search(
            settings.base_dn, f"(&{settings.people_filter}(|{names}))", attributes_of(settings), scope=settings.scope,
            limit=2,
        )  # fmt: skip
        if len(found) != 1:
            raise WrongCredentials("unknown" if not found else "several entries match")
        person = read_person(settings, found[0])
        if person is None:
            raise WrongCredentials("the entry has no lasting id or no user name")
        if typed.casefold() not in person.logins:
            raise WrongCredentials("another user name")
        return replace(person, groups=groups_of(settings, connection, found[0])), found[0].dn

    def list_people(self) -> list[DirectoryPerson]:
        """Everyone whom the filter lets in, with their groups. Raises DirectoryUnavailable, also for half an answer."""
        return self._ask(self._readers, self._read_everyone, time.monotonic() + SYNC_S)

    def _read_everyone(self, connection: Connection) -> list[DirectoryPerson]:
        settings = self.settings
        groups = Groups(settings, connection)
        entries = connection.pages(
            settings.base_dn, settings.people_filter, attributes_of(settings), scope=settings.scope
        )
        people = [person for person in (read_person(settings, each) for each in entries) if person]
        return [replace(each, groups=groups.of(each)) for each in people] if groups.wanted else people

    def missing_groups(self) -> list[str]:
        """Groups that rules name and the directory does not have."""
        return self._ask(
            self._readers, lambda each: Groups(self.settings, each).missing, time.monotonic() + self.settings.timeout_s
        )

    def list_photo_owners(self) -> set[str]:
        """The normalised DNs of everyone who has a photo."""
        settings = self.settings
        wanted = f"(&{settings.people_filter}({settings.photo_attribute}=*))"

        def read(connection: Connection) -> set[str]:
            found = connection.pages(settings.base_dn, wanted, [settings.id_attribute], scope=settings.scope)
            return {normal_dn(each.dn) for each in found}

        return self._ask(self._readers, read, time.monotonic() + SYNC_S)

    def read_photo(self, dn: str) -> bytes:
        """The photo of one entry; empty when there is none."""
        attribute = self.settings.photo_attribute
        found = self._ask(self._readers, lambda each: _at(each, dn, [attribute]), time.monotonic() + SYNC_S)
        return found.raw(attribute) if found else b""

    def close(self) -> None:
        for idle in (self._readers, self._binders):
            with contextlib.suppress(queue.Empty):
                while True:
                    idle.get_nowait().close()

    def _ask(self, idle: "queue.LifoQueue[Connection]", question: Callable[[Connection], T], until: float) -> T:
        """On an idle connection, else on a new one to the first server that answers within the time.

        Each has a share of it, so that what fell silent does not use up the next one's.
        """
        if kept := _fresh(idle):
            kept.until = _share(until, 1 + len(self.settings.servers))
            with contextlib.suppress(DirectoryUnavailable):  # it may have been closed there meanwhile
                return self._on(kept, idle, question)
            self._note_silence(kept)
        trouble: list[DirectoryUnavailable] = []
        servers = self._servers()
        for place, url in enumerate(servers):
            try:
                return self._on(self._open(url, idle, _share(until, len(servers) - place)), idle, question)
            except DirectoryUnavailable as error:
                if error.why in (Why.UNREACHABLE, Why.SLOW, Why.UNKNOWN_HOST):
                    self._failed_at[url] = time.monotonic()
                trouble.append(error)
                if time.monotonic() > until:
                    break
        raise DirectoryUnavailable("; ".join(map(str, trouble)), trouble[0].why) from trouble[0]

    def _open(self, url: str, idle: "queue.LifoQueue[Connection]", until: float) -> Connection:
        connection = Connection(self.settings, url, until=until)
        if idle is self._readers:
            try:
                connection.bind_service(self.settings.bind_dn, self.settings.password())
            except DirectoryUnavailable:
                connection.close()
                raise
        return connection

    def _on(
        self, connection: Connection, idle: "queue.LifoQueue[Connection]", question: Callable[[Connection], T]
    ) -> T:
        try:
            answer = question(connection)
        except WrongCredentials:
            _keep(connection, idle)
            raise
        except BaseException:
            connection.close()
            raise
        _keep(connection, idle)
        return answer

    def _note_silence(self, kept: Connection) -> None:
        """A line that broke says little about its server; one that used up its time does."""
        if time.monotonic() >= kept.until:
            self._failed_at[kept.url] = time.monotonic()

    def _servers(self) -> Sequence[str]:
        avoided = {url for url, at in self._failed_at.items() if time.monotonic() - at < AVOIDED_S}
        return sorted(self.settings.servers, key=lambda url: url in avoided)


def _share(until: float, count: int) -> float:
    """When the first of so many has to have answered."""
    now = time.monotonic()
    return now + (until - now) / count


def _at(connection: Connection, dn: str, attributes: Sequence[str]) -> Entry | None:
    return next(iter(connection.search(dn, "(objectClass=*)", attributes, scope="entry")), None)


def _fresh(idle: "queue.LifoQueue[Connection]") -> Connection | None:
    with contextlib.suppress(queue.Empty):
        while True:
            connection = idle.get_nowait()
            if time.monotonic() - connection.used_at < IDLE_S:
                return connection
            connection.close()
    return None


def _keep(connection: Connection, idle: "queue.LifoQueue[Connection]") -> None:
    try:
        idle.put_nowait(connection)
    except queue.Full:
        connection.close()
