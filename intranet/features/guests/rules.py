"""Who may invite guests, and where to."""

from intranet.plugin_api import Person, SeenRoom, newcomers


def may_invite_to(viewer: Person, seen: SeenRoom, *, keepers_may: bool) -> bool:
    return seen.room.kind != "company" and newcomers.may_add_to(viewer, seen, keepers_may=keepers_may)
