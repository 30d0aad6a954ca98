"""Brings what the directory says of one person into the house: the same at sign-in and in a sync."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from intranet.core import people, tickets, tokens
from intranet.core.directory.entries import DirectoryPerson
from intranet.core.directory.fields import fields_for, owned_by
from intranet.core.directory.giving import set_role, set_rooms
from intranet.core.directory.report import Report
from intranet.core.directory.rules import give
from intranet.core.directory.settings import DirectorySettings
from intranet.core.errors import Conflict
from intranet.core.forms import N_
from intranet.core.models import DirectoryAccount, Membership, Person, Profile, Room
from intranet.kernel import clock

BARRED = N_("A rule says that this person may not sign in.")
TAKEN = N_("A local account has this user name.")
UNUSABLE = N_("The user name cannot be used: letters, digits, dots and dashes are needed.")
ELSEWHERE = N_("The person belongs to another directory.")
BY_ADMIN = N_("An admin disabled this person, so the directory does not let them in.")


UNCHANGED = (
    select(Person)
    .join(DirectoryAccount, DirectoryAccount.person_id == Person.id)
    .where(
        Person.directory_id == bindparam("directory_id"), Person.disabled_at.is_(None),
        DirectoryAccount.directory == bindparam("directory"), DirectoryAccount.stamp == bindparam("stamp"),
    )
)  # fmt: skip


@dataclass(frozen=True)
class Known:
    """What the house has of some people of the directory, read at once."""

    people: Mapping[str, Person]
    accounts: Mapping[int, DirectoryAccount]
    profiles: Mapping[int, Profile]
    memberships: Mapping[int, Mapping[int, Membership]]
    rooms: Mapping[str, Room]


def read_known(db: Session, settings: DirectorySettings, said: Iterable[DirectoryPerson]) -> Known:
    """Everything that `settle` asks of these people, in five statements."""
    ids = [each.directory_id for each in said]
    found = {str(each.directory_id): each for each in db.scalars(select(Person).where(Person.directory_id.in_(ids)))}
    mine = [each.id for each in found.values()]
    accounts = db.scalars(select(DirectoryAccount).where(DirectoryAccount.person_id.in_(mine)))
    profiles = db.scalars(select(Profile).where(Profile.person_id.in_(mine if settings.extra_attributes else [])))
    memberships: dict[int, dict[int, Membership]] = {}
    for each in db.scalars(select(Membership).where(Membership.person_id.in_(mine))):
        memberships.setdefault(each.person_id, {})[each.room_id] = each
    return Known(
        found, {each.person_id: each for each in accounts}, {each.person_id: each for each in profiles}, memberships,
        rule_rooms(db, settings),
    )  # fmt: skip


def rule_rooms(db: Session, settings: DirectorySettings) -> dict[str, Room]:
    """The rooms that rules name and people can be brought into, by slug."""
    slugs = {rule.room for rule in settings.rules if rule.room}
    query = select(Room).where(
        Room.slug.in_(slugs), Room.removed_at.is_(None), Room.archived_at.is_(None), Room.kind.in_(("team", "channel"))
    )
    return {room.slug: room for room in db.scalars(query)} if slugs else {}


def find_unchanged(db: Session, settings: DirectorySettings, said: DirectoryPerson) -> Person | None:
    """The person, where nothing can have changed since they were last settled: the entry says when it did.

    Rules look at groups, which change without the entry. A mapping that changed is the next sync's work.
    """
    if settings.rules or not said.stamp:
        return None
    found = db.execute(UNCHANGED, {"directory_id": said.directory_id, "directory": settings.name, "stamp": said.stamp})
    return found.scalar_one_or_none()


def settle(
    db: Session, settings: DirectorySettings, said: DirectoryPerson, known: Known, report: Report
) -> Person | None:
    """The person, made or renewed; None when they may not come in, with the reason in the report."""
    given = give(settings.rules, said)
    person = known.people.get(said.directory_id)
    account = known.accounts.get(person.id) if person else None
    if account and account.directory != settings.name:
        _refuse(said, ELSEWHERE, report)
        return None
    if given.is_barred and not (person and _is_last_admin(db, person, report)):
        _bar(db, person, account, said, report)
        return None
    if person is None:
        person = _add(db, settings, said, report, is_guest=given.role == "guest")
        if person is None:
            return None
    elif person.disabled_at and not _return(db, person, account, report):
        return None
    account = account or _new_account(db, settings, person)
    _renew(db, settings, person, account, said, known.profiles.get(person.id), report)
    set_role(db, person, account, given.role, report)
    set_rooms(db, person, given, known.memberships.get(person.id, {}), known.rooms, report)
    return person


def leave(db: Session, person: Person, account: DirectoryAccount, report: Report) -> None:
    """Every session, stream, token and open code of theirs ends; what they wrote stays."""
    people.disable(db, person)
    tokens.revoke_all(db, person.id)
    tickets.withdraw_all(db, person_id=person.id)
    account.left_at = clock.now()
    report.add("left", person.username, person.name)


def _is_last_admin(db: Session, person: Person, report: Report) -> bool:
    """A rule shuts nobody out without whom the house has no admin; that is told instead."""
    try:
        people.keep_one_admin(db, {person.id})
    except Conflict as refusal:
        report.add("warned", person.username, person.name, str(refusal))
        return True
    return False


def _bar(
    db: Session, person: Person | None, account: DirectoryAccount | None, said: DirectoryPerson, report: Report
) -> None:
    if person and account and not person.disabled_at:
        leave(db, person, account, report)
    else:
        _refuse(said, BARRED, report)


def _refuse(said: DirectoryPerson, reason: str, report: Report) -> None:
    report.add("refused", said.username, said.fields["name"], reason)


def _add(
    db: Session, settings: DirectorySettings, said: DirectoryPerson, report: Report, *, is_guest: bool
) -> Person | None:
    """A new person. A local account of the same name is never taken over, and looks alike for nobody."""
    wanted = people.plain_username(said.username)
    if wanted is None:
        _refuse(said, UNUSABLE, report)
        return None
    there = people.find_by_username(db, wanted)
    if there and there.directory_id is None:
        _refuse(said, TAKEN, report)
        return None
    username = people.free_username(db, wanted) if people.is_taken(db, wanted) else wanted
    fields = fields_for(settings, Person(), (), said)
    given: dict[str, Any] = {"name": said.fields["name"], "directory_id": said.directory_id, "is_guest": is_guest}
    person = people.add(db, username=username, **{**fields, **given})
    report.add("added", username, person.name)
    return person


def _return(db: Session, person: Person, account: DirectoryAccount | None, report: Report) -> bool:
    """Whom the sync disabled comes back; whom an admin disabled does not."""
    if person.erased_at or account is None or account.left_at is None:
        report.add("refused", person.username, person.name, BY_ADMIN)
        return False
    people.enable(db, person)
    account.left_at = None
    report.add("returned", person.username, person.name)
    return True


def _new_account(db: Session, settings: DirectorySettings, person: Person) -> DirectoryAccount:
    account = DirectoryAccount(
        person_id=person.id, directory=settings.name, username="", dn="", stamp="", photo_stamp="", photo_digest="",
        owned=[], role="guest" if person.is_guest else "", left_at=None,
    )  # fmt: skip
    db.add(account)
    return account


def _renew(
    db: Session, settings: DirectorySettings, person: Person, account: DirectoryAccount, said: DirectoryPerson,
    profile: Profile | None, report: Report,
) -> None:  # fmt: skip
    is_new = not account.dn
    if not is_new and said.username != account.username:
        _rename(db, person, said, report)
    fields = fields_for(settings, person, account.owned, said)
    differing = [field for field, value in fields.items() if getattr(person, field) != value]
    people.change(db, person, **fields)
    if settings.extra_attributes and (profile.extra if profile else {}) != said.extra:
        _keep_extra(db, person, profile, said.extra)
        differing.append("extra")
    if differing and not is_new:
        report.add("changed", person.username, person.name, ", ".join(differing))
    owned = owned_by(settings, said, has_photo=bool(account.photo_digest))
    values = {"username": said.username, "dn": said.dn, "stamp": said.stamp, "owned": owned}
    for name, value in values.items():
        if getattr(account, name) != value:
            setattr(account, name, value)


def _rename(db: Session, person: Person, said: DirectoryPerson, report: Report) -> None:
    wanted = people.plain_username(said.username)
    if wanted is None or wanted == person.username:
        return
    before = person.username
    try:
        people.rename(db, person, wanted)
    except Conflict:
        report.add("warned", before, person.name, TAKEN)
        return
    report.add("renamed", person.username, person.name, before)


def _keep_extra(db: Session, person: Person, profile: Profile | None, extra: dict[str, str]) -> None:
    if profile is None:
        db.add(Profile(person_id=person.id, extra=extra))
    else:
        profile.extra = extra
