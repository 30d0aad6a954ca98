"""What the composer shows: who reads it, and whether a keeper looks first."""

from typing import Any

from intranet.features.posts.drafts import queries as draft_queries
from intranet.plugin_api import Room, clock, db, entry_rules, local_time, my_rooms


def composer_values(room: Room | None) -> dict[str, Any]:
    """In a room, or with a choice of the rooms in which the viewer may post."""
    rooms = [each for each in my_rooms() if entry_rules.may_post_in(each)]
    mine = next((each for each in rooms if room and each.id == room.id), None)
    keeps = mine is not None and mine.role == "keeper"
    return {
        "room": room, "rooms": rooms, "chosen": room.slug if room else rooms[0].slug if rooms else "",
        "waits": room is not None and room.approves_posts and not keeps,
        "waiting_count": draft_queries.count_waiting(db(), room.id) if room and room.approves_posts and keeps else 0,
        "soonest": f"{local_time(clock.now()):%Y-%m-%dT%H:%M}",
    }  # fmt: skip


def may_compose(room: Room | None) -> bool:
    return any(entry_rules.may_post_in(each) for each in my_rooms() if room is None or each.id == room.id)
