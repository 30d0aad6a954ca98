"""Who hears of people and rooms: keepers of those who ask to join, people of the rooms that they came into."""

from flask_babel import gettext, ngettext
from sqlalchemy.orm import Session

from intranet.plugin_api import (
    N_,
    Event,
    NotificationKind,
    Room,
    Told,
    notifications,
    room_queries,
)


def tell(db: Session, event: Event) -> None:
    if event.name == "join.requested":
        _asked(db, event)
    elif event.name == "join.answered":
        _answered(db, event)
    elif event.name == "join.withdrawn":
        _settled(db, event.subject, event.data.get("requester_id"))
    elif event.name == "member.added":
        _came_in(db, event)


def _asked(db: Session, event: Event) -> None:
    """Each keeper hears of it until somebody answered."""
    room_id, requester_id = event.subject, event.data["requester_id"]
    if room_id and room_queries.find_request(db, room_id, requester_id):
        keepers = room_queries.keeper_ids(db, room_id)
        notifications.give(
            db, event, keepers, kind="join", subject=f"room:{room_id}", actor_id=requester_id, room_id=room_id
        )


def _settled(db: Session, room_id: int | None, person_id: int | None) -> None:
    """Each keeper's page hears of it, also where the line in the bell was read before."""
    if room_id and person_id:
        notifications.take_back(db, kind="join", subject=f"room:{room_id}", actor_id=person_id)
        notifications.changed(db, room_queries.keeper_ids(db, room_id))


def _answered(db: Session, event: Event) -> None:
    """Who was not let in knows the room's name already; they hear no more of it than that."""
    _settled(db, event.subject, event.person_id)
    room = db.get(Room, event.subject)
    if room is None or event.person_id is None:
        return
    if event.data["let_in"]:
        _membership(db, event, room.id, "let_in")
    else:
        data = {"how": "refused", "room": room.name}
        notifications.give(db, event, [event.person_id], kind="membership", subject=f"room:{room.id}", data=data)


def _came_in(db: Session, event: Event) -> None:
    """Whoever came by themselves, or by a rule, knows or needs not know; nor is anybody told that they keep a room no more."""
    actor_id, is_keeper = event.data.get("actor_id"), event.data["role"] == "keeper"
    _settled(db, event.room_id, event.person_id)
    by_another = actor_id and actor_id != event.person_id
    if event.room_id and by_another and (is_keeper or not event.data.get("was")):
        _membership(db, event, event.room_id, "keeper" if is_keeper else "brought", actor_id)


def _membership(db: Session, event: Event, room_id: int, how: str, actor_id: int | None = None) -> None:
    """One line for a room, that says what is true now."""
    people = [event.person_id] if event.person_id else []
    notifications.give(
        db, event, people, kind="membership", subject=f"room:{room_id}", actor_id=actor_id, room_id=room_id,
        data={"how": how},
    )  # fmt: skip


def _join(told: Told) -> object:
    return ngettext(
        "%(who)s asks to join %(room)s", "%(who)s ask to join %(room)s", told.line.count, who=told.who, room=told.room
    )


def _membership_words(told: Told) -> object:
    how, room = told.line.data.get("how"), told.room
    if how == "refused":
        return gettext("Your wish to join %(room)s was not accepted", room=told.line.data.get("room", ""))
    if how == "keeper":
        return gettext("%(who)s made you a keeper of %(room)s", who=told.who, room=room)
    if how == "let_in":
        return gettext("You are in %(room)s now", room=room)
    return gettext("%(who)s brought you into %(room)s", who=told.who, room=room)


def _room_url(told: Told) -> str:
    return f"/rooms/{told.slug}" if told.slug else "/rooms"


KINDS = [
    NotificationKind("membership", N_("I come into a room, or look after one"), icon="door-open", group="you", say=_membership_words, url=_room_url, order=60),
    NotificationKind("join", N_("Somebody asks to join a room that I look after"), icon="user-plus", group="rooms", say=_join, url=lambda told: f"/rooms/{told.slug}/people", order=30),
]  # fmt: skip
