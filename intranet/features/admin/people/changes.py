"""Every write about people. Each works inside the caller's transaction."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy.orm import Session

from intranet.features.admin.people import queries
from intranet.features.admin.people.lists import Line, differing
from intranet.plugin_api import Person, administration, audit, factors, newcomers, people, profiles, tickets


def act(db: Session, do: str, ids: Sequence[int], *, actor: Person, address: str) -> int:
    """One act on everyone who was chosen, or on nobody. Raises NotFound or Conflict."""
    chosen = administration.fetch_all(db, ids)
    said: dict[str, Any] = {"actor": actor, "address": address}
    if do == "disable":
        administration.disable(db, chosen, **said)
    elif do == "enable":
        administration.enable(db, chosen, actor=actor)
    elif do == "sign_out":
        administration.sign_out(db, chosen, **said)
    elif do == "new_password":
        administration.require_new_password(db, chosen, **said)
    else:
        role: administration.Role = "admin" if do == "make_admin" else "person"
        concerned = [each for each in chosen if do == "make_admin" or each.is_admin]
        administration.set_role(db, concerned, role, **said)
    return len(chosen)


def save(db: Session, person_id: int, fields: dict[str, str], role: Any, *, actor: Person, address: str) -> None:
    """What the directory owns is left as the directory says it."""
    person = administration.fetch(db, person_id)
    owned = profiles.owned_fields(db, person.id)
    changed = {key: value for key, value in fields.items() if key not in owned and getattr(person, key) != value}
    if changed:
        people.change(db, person, **changed)
        audit.write(db, "person.changed", person.username, actor_id=actor.id, address=address, fields=sorted(changed))
    administration.set_role(db, [person], role, actor=actor, address=address)


def add(db: Session, *, username: str, name: str, email: str, role: str, actor: Person, hashed: str | None) -> Person:
    """A local person, with a one-time password when there is a hash. Raises Invalid or Conflict."""
    return people.add(
        db, username=username, name=name, email=email, is_admin=role == "admin", is_guest=role == "guest",
        password_hash=hashed, must_change_password=hashed is not None, actor_id=actor.id,
    )  # fmt: skip


def set_password(db: Session, person_id: int, hashed: str, *, actor: Person, address: str) -> Person:
    person = administration.fetch(db, person_id)
    administration.set_one_time_password(db, person, hashed, actor=actor, address=address)
    return person


def invite(db: Session, person: Person, *, actor: Person, address: str) -> str:
    """The code of the one link that counts: with it the person chooses their first password."""
    tickets.withdraw(db, newcomers.CARD, person_id=person.id)
    code = tickets.issue(
        db, newcomers.CARD, lasts=newcomers.lasting(newcomers.DAYS), person=person, created_by=actor, resets=False
    )[1]
    audit.write(db, "person.invited", person.username, actor_id=actor.id, address=address)
    return code


def reset_factors(db: Session, person_id: int, *, actor: Person, address: str) -> None:
    """For who lost their phone: the person signs in with the password alone and sets up a new one."""
    factors.reset(db, administration.fetch(db, person_id), actor_id=actor.id, address=address)


def note_export(db: Session, *, actor: Person, address: str) -> None:
    audit.write(db, "people.exported", "people.csv", actor_id=actor.id, address=address)


def bring_in(db: Session, lines: Sequence[Line], *, actor: Person, address: str) -> list[Person]:
    """The good lines of a list that was checked in this transaction; returns who is new."""
    added = []
    for line in (each for each in lines if each.what in ("add", "change")):
        fields = differing(line)
        if line.person is None:
            line.person = people.add(db, username=line.cells["username"], actor_id=actor.id, **fields)
            added.append(line.person)
        elif fields:
            people.change(db, line.person, **fields)
            names = sorted(fields)
            audit.write(
                db, "person.changed", line.person.username, actor_id=actor.id, address=address, fields=names, by="list"
            )
    _set_managers(db, lines)
    counts = {what: sum(each.what == what for each in lines) for what in ("add", "change", "wrong")}
    audit.write(db, "people.imported", f"{len(lines)}", actor_id=actor.id, address=address, **counts)
    return added


def invite_all(db: Session, added: Sequence[Person], *, actor: Person, address: str) -> list[tuple[Person, str]]:
    """Those whom a letter can reach."""
    return [(each, invite(db, each, actor=actor, address=address)) for each in added if each.email]


def _set_managers(db: Session, lines: Sequence[Line]) -> None:
    """After everyone is there, because a manager may stand further down."""
    wanted = [each for each in lines if each.what in ("add", "change") and each.cells["manager"]]
    managers = queries.by_username(db, [each.cells["manager"] for each in wanted])
    for line in wanted:
        manager = managers.get(line.cells["manager"])
        if manager and line.person:
            people.change(db, line.person, manager_id=manager.id)
