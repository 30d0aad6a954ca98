"""Who may do what with an entry that they may see. True or false, no side effects."""

from intranet.core.models import Entry, Person
from intranet.core.rooms.queries import SeenRoom


def may_write(seen: SeenRoom) -> bool:
    return seen.role in ("keeper", "member", "guest") and seen.room.archived_at is None


def may_edit(person: Person, entry: Entry, seen: SeenRoom) -> bool:
    return entry.author_id == person.id and seen.room.archived_at is None


def may_remove(person: Person, entry: Entry, seen: SeenRoom) -> bool:
    return (entry.author_id == person.id or seen.is_keeper) and seen.room.archived_at is None
