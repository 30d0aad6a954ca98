"""What the top of every page of a room shows."""

from typing import Any

from intranet.features.rooms import phrases, queries, rules
from intranet.plugin_api import SeenRoom, db, my_rooms, room_queries, site, viewer

FACES = 4
KEEPERS = 12


def head(seen: SeenRoom, tab: str) -> dict[str, Any]:
    room = seen.room
    actions = site().plugins.ask("room_actions", viewer=viewer(), seen=seen) if seen.may_read else ()
    tabs = site().plugins.ask("room_tabs", viewer=viewer(), seen=seen) if seen.may_read else ()
    membership = room_queries.find_membership(db(), room.id, viewer().id)
    return {
        "seen": seen, "room": room, "tab": tab, "phrases": phrases,
        "faces": [person for person, _ in room_queries.list_members(db(), room.id, limit=FACES)] if seen.may_read else [],
        "member_count": room_queries.member_counts(db(), [room.id]).get(room.id, 0),
        "keepers": queries.list_keepers(db(), room.id, limit=KEEPERS),
        "actions": sorted(actions, key=lambda each: each.order), "tabs": sorted(tabs, key=lambda each: each.order),
        "asking_count": queries.count_asking(db(), room.id) if seen.is_keeper else 0,
        "loudness": membership.loudness if membership else None,
        "may_join": rules.may_join(viewer(), seen), "may_ask": rules.may_ask(viewer(), seen),
        "has_posts": rules.has_posts(room),
    }  # fmt: skip


def unread() -> dict[int, int]:
    return {room.id: room.unread for room in my_rooms()}
