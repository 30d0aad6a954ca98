"""Who announces, who is asked to read, and who looks after it. True or false, no side effects."""

from collections.abc import Mapping, Sequence

from intranet.plugin_api import Entry, Person, SeenRoom, entry_rules


def may_announce(person: Person, seen: SeenRoom) -> bool:
    """Keepers in their rooms, admins in all rooms that they are in."""
    return entry_rules.may_write(seen) and may_announce_as(person, seen.role)


def may_announce_as(person: Person, role: str | None) -> bool:
    return role == "keeper" or (person.is_admin and role == "member")


def may_look_after(person: Person, entry: Entry, seen: SeenRoom) -> bool:
    """See who has read it, remind the others, and end it. `seen` is the room as this person reads it."""
    return entry.author_id == person.id or seen.is_keeper or person.is_admin


def is_asked(sets: Mapping[str, Sequence[str]], person: Person, role: str | None) -> bool:
    """Whether a member of the room with this role belongs to one of the sets; where none is named, everyone does."""
    if role is None:
        return False
    roles, departments, locations = (sets.get(name, ()) for name in ("roles", "departments", "locations"))
    if not (roles or departments or locations):
        return True
    return (
        ("keeper" in roles and role == "keeper")
        or ("admin" in roles and person.is_admin)
        or person.department in departments
        or person.location in locations
    )
