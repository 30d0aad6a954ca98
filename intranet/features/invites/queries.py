"""Reading codes: for those who make them, and for those who hold one."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from intranet.features.invites import rules
from intranet.features.invites.models import Invite, InviteUse
from intranet.features.invites.rules import State
from intranet.plugin_api import (
    N_,
    Forbidden,
    JoinRequest,
    Membership,
    NotFound,
    Person,
    Room,
    SeenRoom,
    clock,
    room_queries,
    sessions,
)

LISTED = 50
PEOPLE = 100
NAMED = 5
NOT_HERE = N_("Only a keeper of the room can do this, and only while the room is in use.")


@dataclass(frozen=True)
class SeenInvite:
    """A code as the room's keepers see it."""

    invite: Invite
    taken: int
    state: State


@dataclass(frozen=True)
class HeldInvite:
    """A code as its holder has it."""

    invite: Invite
    room: Room


@dataclass(frozen=True)
class Use:
    """Somebody who came with a code; `asks` while nobody answered."""

    person: Person
    use: InviteUse
    asks: bool


def _asks() -> ColumnElement[bool]:
    """Their wish is still before the keepers."""
    mine = and_(JoinRequest.room_id == Invite.room_id, JoinRequest.person_id == InviteUse.person_id)
    return select(JoinRequest.room_id).where(mine).exists()


def _holds_a_place() -> ColumnElement[bool]:
    """Joined, or asked and neither declined nor taken back; an answer is written down a moment after it was given."""
    mine = and_(Membership.room_id == Invite.room_id, Membership.person_id == InviteUse.person_id)
    came_in = select(Membership.room_id).where(mine).exists()
    return or_(InviteUse.state == "joined", and_(InviteUse.state == "asked", or_(_asks(), came_in)))


def count_taken(db: Session, ids: Sequence[int], *, but: int = 0) -> dict[int, int]:
    """How many places of each code are taken, not counting the one of the person `but`."""
    query = (
        select(InviteUse.invite_id, func.count())
        .join(Invite, Invite.id == InviteUse.invite_id)
        .where(InviteUse.invite_id.in_(ids), InviteUse.person_id != but, _holds_a_place())
    )
    return {row[0]: row[1] for row in db.execute(query.group_by(InviteUse.invite_id))}


def fetch_room(db: Session, viewer: Person, *, slug: str | None = None, room_id: int | None = None) -> SeenRoom:
    """A room into which the viewer may invite. Raises NotFound or Forbidden."""
    seen = room_queries.find_readable(db, viewer, slug=slug, room_id=room_id)
    if seen is None:
        raise NotFound
    if not rules.may_invite(viewer, seen):
        raise Forbidden(NOT_HERE)
    return seen


def list_invites(db: Session, seen: SeenRoom, *, before: int = 1 << 62, limit: int = LISTED) -> list[SeenInvite]:
    """The room's codes, newest first."""
    query = select(Invite).where(Invite.room_id == seen.room.id, Invite.id < before)
    rows = db.scalars(query.order_by(Invite.id.desc()).limit(limit)).all()
    taken = count_taken(db, [each.id for each in rows])
    return [_seen(each, seen.room, taken.get(each.id, 0)) for each in rows]


def fetch_invite(db: Session, seen: SeenRoom, invite_id: int) -> SeenInvite:
    """Raises NotFound."""
    invite = db.get(Invite, invite_id)
    if invite is None or invite.room_id != seen.room.id:
        raise NotFound
    return _seen(invite, seen.room, count_taken(db, [invite_id]).get(invite_id, 0))


def _seen(invite: Invite, room: Room, taken: int) -> SeenInvite:
    return SeenInvite(invite, taken, rules.state_of(invite, room, taken, clock.now()))


def count_working(db: Session, room_id: int) -> int:
    """Codes that were neither stopped nor have ended."""
    is_late = or_(Invite.ends_at.is_(None), Invite.ends_at > clock.now())
    query = select(func.count()).where(Invite.room_id == room_id, Invite.stopped_at.is_(None), is_late)
    return db.scalar(query) or 0


def list_uses(db: Session, invite_id: int) -> list[Use]:
    """Who came with the code, newest first."""
    query = (
        select(Person, InviteUse, _asks())
        .join(InviteUse, InviteUse.person_id == Person.id)
        .join(Invite, Invite.id == InviteUse.invite_id)
        .where(InviteUse.invite_id == invite_id)
        .order_by(InviteUse.at.desc(), Person.id)
    )
    rows = db.execute(query.limit(PEOPLE))
    return [Use(person, use, bool(asks) and use.state == "asked") for person, use, asks in rows]


def find_held(db: Session, typed: str) -> HeldInvite | None:
    """What a code leads to, whether or not it still works; one look-up by its hash, whatever was typed."""
    hashed = sessions.hash_token(rules.plain(typed))
    row = db.execute(
        select(Invite, Room).join(Room, Room.id == Invite.room_id).where(Invite.code_hash == hashed)
    ).first()
    return HeldInvite(row[0], row[1]) if row else None


def state_for(db: Session, held: HeldInvite, person: Person) -> State:
    """Whether the person may come in with it: who has a place already takes no other."""
    taken = count_taken(db, [held.invite.id], but=person.id).get(held.invite.id, 0)
    return rules.state_of(held.invite, held.room, taken, clock.now())


def is_in(db: Session, held: HeldInvite, person: Person) -> bool:
    return room_queries.find_membership(db, held.room.id, person.id) is not None and held.room.removed_at is None


def find_use(db: Session, held: HeldInvite, person: Person) -> InviteUse | None:
    return db.get(InviteUse, (held.invite.id, person.id))


def must_ask(db: Session, held: HeldInvite, person: Person) -> bool:
    use = find_use(db, held, person)
    return rules.must_ask(held.invite, held.room, person, came_before=bool(use and use.state == "joined"))


def list_keepers(db: Session, room_id: int) -> list[str]:
    """Names of those who look after the room and may sign in."""
    found = [
        person.name for person, member in room_queries.list_members(db, room_id, limit=500) if member.role == "keeper"
    ]
    return found[:NAMED]


def list_own(db: Session, person: Person) -> list[dict[str, str]]:
    """With which codes the person came, and which they made, for the archive that they take along."""
    used = (
        select(Room.name, InviteUse.at, InviteUse.state)
        .join(Invite, Invite.room_id == Room.id)
        .join(InviteUse, InviteUse.invite_id == Invite.id)
        .where(InviteUse.person_id == person.id)
    )
    made = select(Room.name, Invite.created_at).join(Invite, Invite.room_id == Room.id)
    return [
        *({"room": room, "at": str(at), "what": state} for room, at, state in db.execute(used.order_by(InviteUse.at))),
        *(
            {"room": room, "at": str(at), "what": "made"}
            for room, at in db.execute(made.where(Invite.created_by == person.id))
        ),
    ]
