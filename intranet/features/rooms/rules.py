"""Who may do what in a room, and whose profile counts. True or false, no side effects."""

from collections.abc import Collection

from intranet.plugin_api import N_, Person, Room, SeenRoom, entry_rules

FIELDS = ("department", "division", "location", "employee_type")
OWN_WORDS = frozenset(FIELDS) - {"employee_type"}  # what people may write of themselves
RANK = {"member": 1, "keeper": 2}
KINDS = ("company", "team", "channel")
TALKING = (*KINDS, "direct")


def may_ask(viewer: Person, seen: SeenRoom) -> bool:
    """Whether the viewer may ask to be let in. Guests are invited."""
    return seen.role is None and seen.room.access == "closed" and not viewer.is_guest


def may_join(viewer: Person, seen: SeenRoom) -> bool:
    return seen.role is None and seen.room.access == "open" and not viewer.is_guest


def has_posts(room: Room) -> bool:
    return room.kind != "channel"


def why_silent(seen: SeenRoom) -> str:
    """Why the viewer writes no posts here, as a gettext id; empty when they may."""
    if not has_posts(seen.room):
        return N_("A channel has no posts. Its place is for chat.")
    if seen.room.archived_at:
        return N_("This room is archived: it can be read, and nobody writes in it.")
    if seen.role is None:
        return N_("You read this room without being in it. Join to write.")
    return "" if entry_rules.may_post(seen) else N_("Only keepers write posts here. You can comment on them.")


def takes_own_words(room: Room, role: str) -> bool:
    """Whether it is enough that people wrote it in their profile: only where anyone could come in by themselves."""
    return room.access == "open" and role == "member"


def counts(room: Room, role: str, field: str, owned: Collection[str]) -> bool:
    """Whether what stands in that field brings a person in. `owned` are the fields that the directory fills."""
    return takes_own_words(room, role) or field not in OWN_WORDS or field in owned
