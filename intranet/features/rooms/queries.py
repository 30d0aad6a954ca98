"""Fetching rooms for a viewer."""

from sqlalchemy.orm import Session

from intranet.plugin_api import NotFound, Person, SeenRoom, people, room_queries


def fetch(db: Session, viewer: Person, *, slug: str | None = None, room_id: int | None = None) -> SeenRoom:
    """A room that the viewer may know of. Raises NotFound."""
    seen = room_queries.find(db, viewer, slug=slug, room_id=room_id)
    if seen is None or seen.room.kind not in ("company", "team", "channel"):
        raise NotFound
    return seen


def fetch_readable(db: Session, viewer: Person, *, slug: str | None = None, room_id: int | None = None) -> SeenRoom:
    seen = fetch(db, viewer, slug=slug, room_id=room_id)
    if not seen.may_read:
        raise NotFound
    return seen


def fetch_person(db: Session, viewer: Person, username: str) -> Person:
    person = people.find_by_username(db, username)
    if person is None or person.disabled_at or not people.may_see(db, viewer, person):
        raise NotFound
    return person
