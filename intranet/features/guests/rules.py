"""Who may invite guests, and where to."""

from intranet.plugin_api import Person, Room, SeenRoom, newcomers


def may_invite(person: Person, room: Room, role: str | None, *, keepers_may: bool) -> bool:
    return room.kind != "company" and newcomers.may_add(person, room, role, keepers_may=keepers_may)


def may_invite_to(viewer: Person, seen: SeenRoom, *, keepers_may: bool) -> bool:
    return seen.may_read and may_invite(viewer, seen.room, seen.role, keepers_may=keepers_may)
