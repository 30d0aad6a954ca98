"""Lines of the bell as their reader sees them, in words."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import gettext, ngettext
from sqlalchemy.orm import Session

from intranet.features.notifications import queries
from intranet.plugin_api import Notification, NotificationKind, Person, Room, Told, site


@dataclass(frozen=True)
class Line:
    """A notification with its kind, its words, where it leads, and who did it. `loudness` is that of its room."""

    row: Notification
    kind: NotificationKind
    words: str
    url: str
    actors: Sequence[Person]
    room: Room | None = None
    loudness: str | None = None

    @property
    def may_mute(self) -> bool:
        return self.room is not None and self.loudness not in (None, "muted")


def kinds_of(group: str = "") -> list[str]:
    """The names of the kinds of a group, or of all."""
    return [each.name for each in site().notification_kinds.values() if group in ("", each.group)]


def insisting() -> list[str]:
    """The names of the kinds that are read only when their feature says so."""
    return [each.name for each in site().notification_kinds.values() if each.insists]


def say(db: Session, viewer: Person, rows: Sequence[Notification]) -> list[Line]:
    """These lines of the viewer's, in as many statements whatever their number."""
    known, rooms = queries.actors(db, rows), queries.rooms(db, viewer, rows)
    return [_line(row, [known[each] for each in row.actor_ids if each in known], rooms) for row in rows]


def _line(row: Notification, actors: Sequence[Person], rooms: dict[int, tuple[Room, str | None]]) -> Line:
    kind = site().notification_kinds[row.kind]
    room, loudness = rooms.get(row.room_id or 0, (None, None))
    told = Told(row, str(who(actors, row.count)), room.name if room else "", room.slug if room else "")
    return Line(row, kind, str(kind.say(told)), kind.url(told), actors, room, loudness)


def who(actors: Sequence[Person], count: int) -> object:
    """ "Sara", "Sara and Tom", "Sara and 3 others"."""
    names = [gettext("Former colleague") if each.erased_at else each.name for each in actors]
    if not names:
        return gettext("Somebody")
    if count <= 1:
        return names[0]
    if count == 2 and len(names) == 2:
        return gettext("%(one)s and %(other)s", one=names[0], other=names[1])
    return ngettext("%(name)s and %(num)d other", "%(name)s and %(num)d others", count - 1, name=names[0])
