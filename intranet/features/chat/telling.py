"""Who hears of messages. The worker asks: the author waits for none of it.

One message never gives the same person two lines: being named wins over everyone, that over an answer in a thread, that over
a direct message. A muted room says nothing but that one was named, and what was read meanwhile is told of no more. A message
that names nobody, in a room of any size, costs two rows that are read by their ids.
"""

from collections.abc import Collection, Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from intranet.features.chat import changes, queries
from intranet.features.chat.models import Urgent
from intranet.features.chat.threads import changes as thread_changes
from intranet.features.chat.threads import queries as thread_queries
from intranet.plugin_api import Entry, Event, Notification, Person, Room, notifications

Line = tuple[str, str, Entry, Collection[int]]


def tell(db: Session, event: Event) -> None:
    """What happened, to whom it concerns. What was restored was told of before."""
    if event.name == "read.changed" and event.data.get("in_chat"):
        _read_elsewhere(db, event)
    if event.data.get("kind") != "message" or event.subject is None:
        return
    entry = db.get(Entry, event.subject)
    if entry is None:
        return
    if event.name == "entry.added" and not event.data.get("restored"):
        _added(db, event, entry)
    elif event.name == "entry.changed" and event.data.get("new_mentions"):
        _named_later(db, event, entry)
    elif event.name == "entry.removed":
        _removed(db, entry)
    elif event.name == "reaction.changed":
        notifications.tell_of_reaction(db, event, entry, kind="chat.reaction")


def _read_elsewhere(db: Session, event: Event) -> None:
    """A program read on: pages take the lines from the bell at once, here it is made up for."""
    if person := db.get(Person, event.person_id):
        changes.take_from_bell(db, person, event.data["room"], event.data["entry"])


def _added(db: Session, event: Event, entry: Entry) -> None:
    _follow(db, event, entry)
    heard = {entry.author_id}
    for kind, subject, about, people in _lines(db, event, entry):
        wanted = set(people) - heard
        heard |= wanted
        if kind != "chat.urgent":
            wanted -= queries.who_read(db, entry, wanted)
        if wanted:
            data = {"message_id": entry.id} if entry.thread_id else {}
            notifications.give(
                db, event, wanted, kind=kind, subject=subject, actor_id=entry.author_id, entry=about, data=data
            )


def _follow(db: Session, event: Event, entry: Entry) -> None:
    """Whoever begins a thread, answers or is named in it follows by itself."""
    named = event.data.get("mentions", [])
    if entry.thread_id:
        root = db.get_one(Entry, entry.thread_id)
        thread_changes.follow_by_itself(db, root.id, [root.author_id, entry.author_id, *named])
    elif named:
        thread_changes.follow_by_itself(db, entry.id, named)


def _lines(db: Session, event: Event, entry: Entry) -> Iterable[Line]:
    """Kind, subject, what it is about and who hears of it, the most personal first."""
    own, room = f"entry:{entry.id}", db.get_one(Room, entry.room_id)
    if named := event.data.get("mentions"):
        yield "chat.urgent" if db.get(Urgent, entry.id) else "chat.named", own, entry, named
    if event.data.get("everyone"):
        yield "chat.everyone", own, entry, notifications.loud_ids(db, room.id)
    if entry.thread_id:
        root, followers = db.get_one(Entry, entry.thread_id), thread_queries.list_follower_ids(db, entry.thread_id)
        yield "chat.reply", f"thread:{root.id}", root, notifications.loud_ids(db, room.id, followers)
    if room.kind == "direct":
        yield "chat.direct", f"room:{room.id}", entry, notifications.loud_ids(db, room.id)


def _named_later(db: Session, event: Event, entry: Entry) -> None:
    """Who was named here before is not told again, however often the words change."""
    subject, new = f"entry:{entry.id}", event.data["new_mentions"]
    told = select(Notification.person_id).where(
        Notification.kind.in_(("chat.named", "chat.urgent")), Notification.subject == subject
    )
    wanted = set(new) - set(db.scalars(told))
    thread_changes.follow_by_itself(db, entry.root_id, new)
    notifications.give(db, event, wanted, kind="chat.named", subject=subject, actor_id=entry.author_id, entry=entry)


def _removed(db: Session, entry: Entry) -> None:
    """Lines about the message itself are hidden with it. Those that stand for several go on without it."""
    if entry.thread_id and not queries.stands_in_thread(db, entry.thread_id, entry.author_id):
        subject = f"thread:{entry.thread_id}"
        notifications.take_back(db, kind="chat.reply", subject=subject, actor_id=entry.author_id)
    about = (Notification.kind == "chat.direct", Notification.entry_id == entry.id, Notification.read_at.is_(None))
    lines = db.scalars(select(Notification).where(*about)).all()
    for line in lines:
        before = queries.find_unread_before(db, entry, line.person_id)
        if before:
            line.entry_id, line.actor_ids = before.id, _without(line.actor_ids, entry, before)
        else:
            db.delete(line)
    db.flush()
    notifications.changed(db, [each.person_id for each in lines])


def _without(actor_ids: list[int], entry: Entry, before: Entry) -> list[int]:
    others = [each for each in actor_ids if each not in (entry.author_id, before.author_id)]
    return [before.author_id, *others]
