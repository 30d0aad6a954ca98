"""Who hears of posts, comments and reactions. The worker asks: the author waits for none of it.

One event never gives the same person two lines: being named wins over an answer, that over a comment on one's post, that
over a room of which one wants to hear everything. A muted room says nothing but that one was named.
"""

from collections.abc import Collection, Iterable

from flask_babel import gettext, ngettext
from sqlalchemy import select
from sqlalchemy.orm import Session

from intranet.plugin_api import (
    N_,
    Entry,
    Event,
    Notification,
    NotificationKind,
    Told,
    notifications,
)

OPENING = 120  # characters of a removed post that its author is reminded of


def tell(db: Session, event: Event) -> None:
    """What happened, to whom it concerns. What was restored was told of before."""
    if event.name.startswith("post."):
        _looked_at(db, event)
    if event.data.get("kind") not in ("post", "comment"):
        return
    if event.name == "entry.removed":
        _removed(db, event)
    elif event.name == "reaction.changed":
        _reacted(db, event)
    elif event.name == "entry.changed" and event.data.get("new_mentions"):
        _named_later(db, event)
    elif event.name == "entry.added" and not event.data.get("restored"):
        _added(db, event)


def _added(db: Session, event: Event) -> None:
    entry = db.get(Entry, event.subject)
    if entry is None:
        return
    heard = {entry.author_id}
    for kind, subject, about, people in _lines(db, event, entry):
        wanted = set(people) - heard
        heard |= wanted
        if wanted:
            data = {"comment_id": entry.id} if entry.parent_id else {}
            notifications.give(
                db, event, wanted, kind=kind, subject=subject, actor_id=entry.author_id, entry=about, data=data
            )


def _lines(db: Session, event: Event, entry: Entry) -> Iterable[tuple[str, str, Entry, Collection[int]]]:
    """Kind, subject, what it is about and who hears of it, the most personal first."""
    own, room_id = f"entry:{entry.id}", entry.room_id
    yield "mention", own, entry, event.data.get("mentions", [])
    if event.data.get("everyone"):
        yield "everyone", own, entry, notifications.loud_ids(db, room_id)
    root = db.get(Entry, entry.thread_id) if entry.thread_id else None
    if root is not None:
        thread = f"thread:{root.id}"
        talked = set(db.scalars(select(Entry.author_id).where(Entry.thread_id == root.id, Entry.removed_at.is_(None))))
        answered = db.get_one(Entry, entry.parent_id).author_id
        named = {answered} if entry.parent_id != root.id else set()
        yield "reply", thread, root, notifications.loud_ids(db, room_id, named | talked - {root.author_id})
        yield "comment", thread, root, notifications.loud_ids(db, room_id, [root.author_id])
    else:
        yield "post", own, entry, notifications.loud_ids(db, room_id, than="normal")


def _named_later(db: Session, event: Event) -> None:
    """Who was named here before is not told again, however often the words change."""
    entry, subject = db.get(Entry, event.subject), f"entry:{event.subject}"
    if entry is None:
        return
    told = select(Notification.person_id).where(Notification.kind == "mention", Notification.subject == subject)
    new = set(event.data["new_mentions"]) - set(db.scalars(told))
    notifications.give(db, event, new, kind="mention", subject=subject, actor_id=entry.author_id, entry=entry)


def _reacted(db: Session, event: Event) -> None:
    if entry := db.get(Entry, event.subject):
        notifications.tell_of_reaction(db, event, entry, kind="reaction")


def _removed(db: Session, event: Event) -> None:
    entry = db.get(Entry, event.subject)
    if entry is None:
        return
    if entry.thread_id:
        _unsay(db, entry)
    if event.data["removed_by"] != entry.author_id and entry.removed_at:
        data = {"kind": entry.kind, "reason": entry.removed_reason, "opening": entry.body[:OPENING]}
        notifications.give(
            db, event, [entry.author_id], kind="removed", subject=f"entry:{entry.id}", room_id=entry.room_id, data=data
        )


def _looked_at(db: Session, event: Event) -> None:
    """Where a keeper looks first: the keepers hear of what waits, its author of what became of it."""
    room_id, author = event.data.get("room"), [event.person_id] if event.person_id else []
    if event.name == "post.waiting":
        people, by = event.data["people"], event.data["author_id"]
        notifications.give(db, event, people, kind="waiting", subject=f"room:{room_id}", actor_id=by, room_id=room_id)
    elif event.name == "post.approved":
        subject, post = f"draft:{event.data['draft']}", db.get(Entry, event.subject) if event.subject else None
        notifications.give(db, event, author, kind="approved", subject=subject, room_id=room_id, entry=post)
    elif event.name == "post.returned":
        data, subject = {"reason": event.data.get("reason", "")}, f"draft:{event.subject}"
        notifications.give(db, event, author, kind="returned", subject=subject, data=data)


def _unsay(db: Session, entry: Entry) -> None:
    """A comment that is gone is told of no more, unless its author said something else there."""
    others = select(Entry.id).where(
        Entry.thread_id == entry.thread_id, Entry.author_id == entry.author_id, Entry.removed_at.is_(None)
    )
    if db.scalar(others.limit(1)) is None:
        for kind in ("reply", "comment"):
            notifications.take_back(db, kind=kind, subject=f"thread:{entry.thread_id}", actor_id=entry.author_id)


def _entry_url(told: Told) -> str:
    return f"/p/{told.line.entry_id}"


def _comment_url(told: Told) -> str:
    comment_id = told.line.data.get("comment_id", "")
    return f"/p/{told.line.entry_id}?at={comment_id}#comment-{comment_id}"


def _mention(told: Told) -> object:
    if told.line.data.get("comment_id"):
        return gettext("%(who)s named you in a comment in %(room)s", who=told.who, room=told.room)
    return gettext("%(who)s named you in %(room)s", who=told.who, room=told.room)


def _everyone(told: Told) -> object:
    return gettext("%(who)s wrote to everyone in %(room)s", who=told.who, room=told.room)


def _reply(told: Told) -> object:
    return ngettext(
        "%(who)s answered in a conversation of yours in %(room)s",
        "%(who)s answered in a conversation of yours in %(room)s", told.line.count, who=told.who, room=told.room,
    )  # fmt: skip


def _comment(told: Told) -> object:
    return ngettext(
        "%(who)s commented on your post in %(room)s", "%(who)s commented on your post in %(room)s",
        told.line.count, who=told.who, room=told.room,
    )  # fmt: skip


def _reaction(told: Told) -> object:
    emoji = told.line.data.get("emoji", "")
    return ngettext(
        "%(who)s reacted with %(emoji)s to what you said in %(room)s",
        "%(who)s reacted to what you said in %(room)s", told.line.count, who=told.who, emoji=emoji, room=told.room,
    )  # fmt: skip


def _post(told: Told) -> object:
    return gettext("%(who)s posted in %(room)s", who=told.who, room=told.room)


def _gone(told: Told) -> object:
    values = {"opening": told.line.data.get("opening", ""), "room": told.room}
    if reason := told.line.data.get("reason"):
        return gettext("A keeper of %(room)s removed “%(opening)s”: %(reason)s", reason=reason, **values)
    return gettext("A keeper of %(room)s removed “%(opening)s”", **values)


def _waiting(told: Told) -> object:
    return ngettext(
        "%(who)s wrote a post for %(room)s that waits for a keeper",
        "%(who)s wrote posts for %(room)s that wait for a keeper", told.line.count, who=told.who, room=told.room,
    )  # fmt: skip


def _approved(told: Told) -> object:
    return gettext("Your post for %(room)s was approved", room=told.room)


def _returned(told: Told) -> object:
    if reason := told.line.data.get("reason"):
        return gettext("Your post came back: %(reason)s", reason=reason)
    return gettext("Your post came back")


def _approved_url(told: Told) -> str:
    return f"/p/{told.line.entry_id}" if told.line.entry_id else "/drafts"


KINDS = [
    NotificationKind("mention", N_("Somebody names me"), icon="at-sign", group="you", say=_mention, url=_entry_url, order=10),
    NotificationKind("reply", N_("Somebody answers where I wrote"), icon="reply", group="you", say=_reply, url=_comment_url, order=20),
    NotificationKind("comment", N_("Somebody comments on my post"), icon="message-circle", group="you", say=_comment, url=_comment_url, order=30),
    NotificationKind("reaction", N_("Somebody reacts to what I said"), icon="smile", group="you", say=_reaction, url=_entry_url, order=40),
    NotificationKind("removed", N_("A keeper removes what I said"), icon="trash-2", group="you", say=_gone, url=lambda told: f"/rooms/{told.slug}", order=50),
    NotificationKind("approved", N_("A keeper approves my post"), icon="circle-check", group="you", say=_approved, url=_approved_url, order=52),
    NotificationKind("returned", N_("A keeper sends my post back"), icon="undo-2", group="you", say=_returned, url=lambda told: "/drafts", order=54),
    NotificationKind("waiting", N_("A post waits in a room that I look after"), icon="hourglass", group="rooms", say=_waiting, url=lambda told: f"/rooms/{told.slug}/waiting", order=35),
    NotificationKind("everyone", N_("Somebody writes to everyone in a room"), icon="megaphone", group="rooms", say=_everyone, url=_entry_url, order=10),
    NotificationKind("post", N_("A new post in a room where I want every post"), icon="newspaper", group="rooms", say=_post, url=_entry_url, order=20),
]  # fmt: skip
