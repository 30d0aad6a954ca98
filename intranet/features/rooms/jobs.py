"""When rules are put to work: after what happened, and each hour for whatever was missed."""

from sqlalchemy.orm import Session

from intranet.features.rooms import bringing, matching, rules
from intranet.plugin_api import Event, Person, Room, site

BATCH = 100
OF_RULES = ("rule.added", "rule.removed")
OF_ROOMS = ("room.added", "room.changed")
TOLD_BY = frozenset({*rules.FIELDS, "is_guest", "disabled_at"})


def answer(db: Session, event: Event) -> None:
    """One person is put right at once; a whole room by a job, in batches."""
    if _is_about_fields(event):
        person = db.get(Person, event.subject)
        if person:
            bringing.put_right(db, person)
    elif event.name in OF_RULES or (event.name in OF_ROOMS and matching.list_rules(db, event.subject or 0)):
        site().jobs.start("rooms.rules", event.subject)


def _is_about_fields(event: Event) -> bool:
    changed = event.name == "person.changed" and TOLD_BY & set(event.data.get("fields", ()))
    return event.name == "person.added" or bool(changed)


def put_right(room_id: int) -> None:
    """Puts one room right, a batch in each transaction."""
    changed = BATCH
    while changed == BATCH:
        with site().database.write() as db:
            room = db.get(Room, room_id)
            is_there = room is not None and room.removed_at is None
            changed = bringing.put_room_right(db, room, limit=BATCH) if room and is_there else 0


def heal() -> None:
    """Puts every room with rules right."""
    with site().database.read() as db:
        ids = matching.list_ruled_rooms(db)
    for room_id in ids:
        put_right(room_id)
