"""Every write of drafts: one transaction, its event inside."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from intranet.features.posts import changes
from intranet.features.posts.drafts import queries
from intranet.features.posts.models import Draft, DraftFile
from intranet.plugin_api import (
    N_,
    Conflict,
    Entry,
    Invalid,
    NewAttachment,
    Person,
    SeenRoom,
    caps,
    clock,
    entry_changes,
    entry_rules,
    events,
    once,
    room_queries,
)

TOO_MANY = N_("You have too many drafts. Post or remove some first.")
NO_LONGER = N_("You can no longer post in this room.")
AUTHOR_NO_LONGER = N_("Its author can no longer post in this room. Send it back, with a word.")


@dataclass(frozen=True)
class Words:
    """What should become a post, and when."""

    body: str
    files: Sequence[NewAttachment] = ()
    shared_id: int | None = None
    publish_at: datetime | None = None


def submit(db: Session, seen: SeenRoom, author: Person, words: Words, key: str | None) -> Entry | Draft:
    """A post, or a draft that waits for its time or for a keeper. The same key gives the same again."""
    known = queries.find_by_key(db, author.id, key)
    if known and known.state != "draft":
        return known
    if once.find(db, author.id, key, "post") is None and (words.publish_at or entry_rules.must_wait(seen)):
        changes.refuse_post(seen, words.body, words.files, words.shared_id)
        draft = known or _add(db, seen.room.id, author, key)
        draft.room_id, draft.body, draft.shared_id = seen.room.id, words.body, words.shared_id
        _attach(db, draft, words.files)
        _aim(db, seen, author, draft, words.publish_at)
        return draft
    entry = changes.add_post(db, seen, author, words.body, words.files, key, words.shared_id)
    if known:
        remove(db, known)
    return entry


def keep(db: Session, seen: SeenRoom, author: Person, body: str, key: str) -> None:
    """What the browser saves by itself; what was posted meanwhile, or waits already, is left alone."""
    known = queries.find_by_key(db, author.id, key)
    if once.find(db, author.id, key, "post") or (known and known.state != "draft"):
        return
    if body:
        draft = known or _add(db, seen.room.id, author, key)
        draft.room_id, draft.body, draft.changed_at = seen.room.id, body, clock.now()
    elif known and not queries.attachments(db, known):
        remove(db, known)


def update(
    db: Session, seen: SeenRoom, author: Person, draft: Draft, words: Words, *,
    alts: Mapping[int, str], removed: Collection[int],
) -> None:  # fmt: skip
    """Its author changed it. Raises Invalid when nothing would be left, or too much."""
    for each in db.scalars(select(DraftFile).where(DraftFile.draft_id == draft.id)).all():
        if each.id in removed:
            db.delete(each)
        else:
            each.alt = alts.get(each.id, each.alt)
    db.flush()
    draft.room_id, draft.body, draft.reason = seen.room.id, words.body, ""
    _attach(db, draft, words.files)
    held = queries.attachments(db, draft)
    if len(held) > caps.FILES:
        raise Invalid({"files": N_("At most 10 files fit into one post.")})
    if words.publish_at or draft.state == "waiting":
        changes.refuse_post(seen, words.body, held, draft.shared_id)
        _aim(db, seen, author, draft, words.publish_at)
    else:
        withdraw(draft)


def post_now(db: Session, seen: SeenRoom, author: Person, draft: Draft) -> Entry | Draft:
    """Its author wants it out. Where a keeper has to look first, it waits."""
    draft.publish_at = None
    changes.refuse_post(seen, draft.body, queries.attachments(db, draft), draft.shared_id)
    if entry_rules.must_wait(seen):
        _aim(db, seen, author, draft, None)
        return draft
    return _publish(db, seen, author, draft)


def withdraw(draft: Draft) -> None:
    """Neither waits nor comes by itself any more."""
    draft.state, draft.publish_at, draft.approved_at, draft.changed_at = "draft", None, None, clock.now()


def remove(db: Session, draft: Draft) -> None:
    db.execute(delete(Draft).where(Draft.id == draft.id))


def approve(db: Session, seen: SeenRoom, keeper: Person, draft: Draft) -> Entry | None:
    """A keeper agrees: it is posted, or comes when its time does. Raises Conflict when its author may not post now."""
    author = db.get_one(Person, draft.author_id)
    theirs = _may_post(db, author, draft.room_id)
    if theirs is None:
        raise Conflict(AUTHOR_NO_LONGER)
    told, room_id = draft.id, seen.room.id
    entry = None
    if draft.publish_at and draft.publish_at > clock.now():
        draft.state, draft.approved_at, draft.changed_at = "scheduled", clock.now(), clock.now()
    else:
        entry = _publish(db, theirs, author, draft)
    events.record(
        db, "post.approved", person_id=author.id, subject=entry.id if entry else None, room=room_id, draft=told,
        actor_id=keeper.id,
    )  # fmt: skip
    return entry


def send_back(db: Session, keeper: Person | None, draft: Draft, reason: str) -> None:
    """It is its author's draft again, with the reason: by a keeper, or because its time came and they may not post."""
    withdraw(draft)
    draft.reason = reason
    events.record(
        db, "post.returned", person_id=draft.author_id, subject=draft.id, room=draft.room_id, reason=reason,
        actor_id=keeper.id if keeper else None,
    )  # fmt: skip


def publish_due(db: Session, draft_id: int) -> None:
    """Posts one whose time has come, once: the draft goes in the same transaction."""
    draft = db.get(Draft, draft_id)
    if draft is None or draft.state != "scheduled" or draft.publish_at is None or draft.publish_at > clock.now():
        return
    author = db.get_one(Person, draft.author_id)
    seen = _may_post(db, author, draft.room_id)
    if seen is None:
        send_back(db, None, draft, NO_LONGER)
    elif entry_rules.must_wait(seen) and draft.approved_at is None:
        _aim(db, seen, author, draft, None)
    else:
        _publish(db, seen, author, draft)


def forget(db: Session, person: Person) -> None:
    db.execute(delete(Draft).where(Draft.author_id == person.id))


def _may_post(db: Session, author: Person, room_id: int) -> SeenRoom | None:
    """The room as its author has it now, if they may still post there."""
    seen = None if author.disabled_at else room_queries.find_readable(db, author, room_id=room_id)
    return seen if seen and entry_rules.may_post(seen) else None


def _publish(db: Session, seen: SeenRoom, author: Person, draft: Draft) -> Entry:
    files, key = queries.attachments(db, draft), draft.client_key
    entry = changes.add_post(db, seen, author, draft.body, files, f"draft-{draft.id}", draft.shared_id)
    once.keep(db, author.id, key, "post", entry.id)
    remove(db, draft)
    return entry


def _aim(db: Session, seen: SeenRoom, author: Person, draft: Draft, publish_at: datetime | None) -> None:
    """Sends the draft on its way: to a keeper first where one has to look."""
    was_waiting = draft.state == "waiting"
    must_wait = entry_rules.must_wait(seen)
    draft.state = "waiting" if must_wait else "scheduled" if publish_at else "draft"
    draft.publish_at, draft.approved_at, draft.reason, draft.changed_at = publish_at, None, "", clock.now()
    db.flush()
    if must_wait and not was_waiting:
        keepers = room_queries.keeper_ids(db, seen.room.id)
        events.record(db, "post.waiting", subject=draft.id, people=keepers, room=seen.room.id, author_id=author.id)


def _add(db: Session, room_id: int, author: Person, key: str | None) -> Draft:
    if queries.count_own(db, author.id) >= caps.DRAFTS:
        raise Conflict(TOO_MANY)
    draft = Draft(
        author_id=author.id, room_id=room_id, body="", state="draft", client_key=key or None, reason="",
        created_at=clock.now(), changed_at=clock.now(),
    )  # fmt: skip
    db.add(draft)
    db.flush()
    return draft


def _attach(db: Session, draft: Draft, files: Sequence[NewAttachment]) -> None:
    entry_changes.hold_bytes(db, files)
    for each in files:
        db.add(DraftFile(draft_id=draft.id, **asdict(each)))
    db.flush()
