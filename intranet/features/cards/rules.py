"""For whom a card may be, and when it still opens."""

from intranet.plugin_api import Person, Ticket


def may_have(person: Person) -> bool:
    """Whether a card can open this account at all: the directory's passwords are the directory's."""
    return not (person.disabled_at or person.erased_at or person.directory_id)


def never_came_in(person: Person) -> bool:
    """Whether nobody could use this account yet, so that a new card takes nothing from anyone."""
    has_way_in = person.password_hash or person.oidc_subject or person.has_second_factor
    return not (has_way_in or person.is_admin or person.is_guest)


def still_opens(ticket: Ticket, person: Person) -> bool:
    """Whether the card is still good for the account: a first card is not, once there is a password."""
    return may_have(person) and (bool(ticket.data.get("resets")) or person.password_hash is None)
