"""What the rules give a person: a role, rooms, or no door at all."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from intranet.core.directory.entries import DirectoryPerson
from intranet.core.directory.groups import key_of
from intranet.core.directory.settings import Rule


@dataclass(frozen=True)
class Given:
    """`role` is "", "admin" or "guest"; `rooms` maps a room's slug to "member" or "keeper"."""

    role: str = ""
    is_barred: bool = False
    rooms: dict[str, str] = field(default_factory=dict)


def give(rules: Sequence[Rule], person: DirectoryPerson) -> Given:
    """Of several roles the smallest holds: nothing before guest before admin. Of two rules for a room, keeper holds."""
    matching = [rule for rule in rules if _matches(rule, person)]
    gives = {rule.gives for rule in matching}
    rooms: dict[str, str] = {}
    for rule in matching:
        if rule.gives == "room" and rooms.get(rule.room) != "keeper":
            rooms[rule.room] = rule.role
    role = "guest" if "guest" in gives else "admin" if "admin" in gives else ""
    return Given(role, "nothing" in gives, rooms)


def _matches(rule: Rule, person: DirectoryPerson) -> bool:
    if rule.by == "group":
        return key_of(rule.value) in person.groups
    return person.fields.get(rule.by, "").casefold() == rule.value.strip().casefold()
