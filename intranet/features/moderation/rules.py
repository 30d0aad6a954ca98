"""Who may report, and who decides."""

from intranet.plugin_api import Entry, Person, SeenRoom


def may_report(person: Person, entry: Entry) -> bool:
    return entry.author_id != person.id


def may_decide(person: Person, seen: SeenRoom) -> bool:
    """Keepers of the room; admins too, where they may read it at all."""
    return seen.may_read and (seen.is_keeper or person.is_admin)


def may_decide_about(person: Person, entry: Entry, seen: SeenRoom) -> bool:
    """Nobody decides about their own words."""
    return may_decide(person, seen) and entry.author_id != person.id
