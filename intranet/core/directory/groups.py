"""Who is in which group, also through groups in groups: by Active Directory's own rule, else step by step."""

from collections.abc import Iterable

from intranet.core.directory.entries import DirectoryPerson
from intranet.core.directory.errors import DirectoryUnavailable, Why
from intranet.core.directory.ldap import Connection, Entry, escape, normal_dn
from intranet.core.directory.settings import DirectorySettings

IN_CHAIN = "1.2.840.113556.1.4.1941"  # LDAP_MATCHING_RULE_IN_CHAIN (MS-ADTS 3.1.1.3.4.4.3)
DEEPEST = 20


def group_values(settings: DirectorySettings) -> frozenset[str]:
    """The groups that rules ask for: names in lower case, DNs normalised."""
    return frozenset(key_of(rule.value) for rule in settings.rules if rule.by == "group")


def key_of(value: str) -> str:
    return (normal_dn(value) if "=" in value else "") or value.strip().casefold()


def groups_of(settings: DirectorySettings, connection: Connection, person: Entry) -> frozenset[str]:
    """Names and DNs of the groups of one person, as far as rules ask for any."""
    wanted = group_values(settings)
    if not wanted:
        return frozenset()
    found: dict[str, Entry] = {}
    first = escape(_member_value(settings, person.dn, person.first(settings.username_attribute)))
    member = settings.group_member_attribute
    if settings.nesting == "in chain":
        _collect(found, _search(settings, connection, f"({member}:{IN_CHAIN}:={first})"))
        return _keys(settings, found.values()) & wanted
    frontier = _collect(found, _search(settings, connection, f"({member}={first})"))
    for _ in range(DEEPEST if settings.nesting == "recursive" else 0):
        if not frontier:
            break
        above = "".join(f"({member}={escape(each.dn)})" for each in frontier)
        frontier = _collect(found, _search(settings, connection, f"(|{above})"))
    return _keys(settings, found.values()) & wanted


class Groups:
    """The members of every group that rules ask for, read once for a sync."""

    def __init__(self, settings: DirectorySettings, connection: Connection) -> None:
        self.settings, self.wanted = settings, group_values(settings)
        self.missing: list[str] = []
        self._members: dict[str, frozenset[str]] = {}
        if self.wanted:
            read = self._ask_in_chain if settings.nesting == "in chain" else self._read_all
            read(connection)

    def of(self, person: DirectoryPerson) -> frozenset[str]:
        mine = {person.dn, person.username.casefold()}
        return frozenset(name for name, members in self._members.items() if mine & members)

    def _ask_in_chain(self, connection: Connection) -> None:
        settings = self.settings
        for name in sorted(self.wanted):
            groups = _by_key(settings, connection, name)
            if not groups:
                self.missing.append(name)
            members: set[str] = set()
            for group in groups:
                asked = f"(&{settings.people_filter}(memberOf:{IN_CHAIN}:={escape(group.dn)}))"
                found = connection.pages(settings.base_dn, asked, [settings.id_attribute], scope=settings.scope)
                members |= {normal_dn(each.dn) for each in found}
            self._members[name] = frozenset(members)

    def _read_all(self, connection: Connection) -> None:
        settings = self.settings
        named = [settings.group_name_attribute, settings.group_member_attribute]
        base = settings.group_base_dn or settings.base_dn
        direct: dict[str, frozenset[str]] = {}
        keys: dict[str, set[str]] = {}
        for entry in connection.pages(base, settings.group_filter, named):
            dn = normal_dn(entry.dn)
            direct[dn] = frozenset(key_of(value) for value in entry.all(settings.group_member_attribute))
            for key in _keys(settings, [entry]) & self.wanted:
                keys.setdefault(key, set()).add(dn)
        self.missing = sorted(self.wanted - keys.keys())
        for name in self.wanted:
            self._members[name] = self._expanded(keys.get(name, set()), direct)

    def _expanded(self, groups: set[str], direct: dict[str, frozenset[str]]) -> frozenset[str]:
        """Members of members, each group once, so that groups in a ring end too."""
        seen: set[str] = set()
        waiting, members = list(groups), set[str]()
        while waiting:
            group = waiting.pop()
            if group in seen:
                continue
            seen.add(group)
            members |= direct[group]
            if self.settings.nesting == "recursive":
                waiting += [each for each in direct[group] if each in direct]
        return frozenset(members)


def _member_value(settings: DirectorySettings, dn: str, username: str) -> str:
    """`memberUid` holds user names (RFC 2307), everything else holds DNs."""
    return username if settings.group_member_attribute.casefold() == "memberuid" else dn


def _search(settings: DirectorySettings, connection: Connection, condition: str) -> list[Entry]:
    asked = f"(&{settings.group_filter}{condition})"
    base = settings.group_base_dn or settings.base_dn
    return list(connection.pages(base, asked, [settings.group_name_attribute]))


def _by_key(settings: DirectorySettings, connection: Connection, key: str) -> list[Entry]:
    if "=" in key:
        try:
            return connection.search(key, settings.group_filter, [settings.group_name_attribute], scope="entry")
        except DirectoryUnavailable as error:
            if error.why is Why.NO_BASE:
                return []
            raise
    return _search(settings, connection, f"({settings.group_name_attribute}={escape(key)})")


def _collect(found: dict[str, Entry], entries: Iterable[Entry]) -> list[Entry]:
    new = [each for each in entries if normal_dn(each.dn) not in found]
    found |= {normal_dn(each.dn): each for each in new}
    return new


def _keys(settings: DirectorySettings, entries: Iterable[Entry]) -> frozenset[str]:
    return frozenset(
        key
        for each in entries
        for key in (normal_dn(each.dn), *(name.casefold() for name in each.all(settings.group_name_attribute)))
    )
