"""What must come first: somebody has to choose a new password, or to set up a second factor."""

from typing import Literal

from sqlalchemy import ColumnElement, and_, false, not_, or_, true
from sqlalchemy.orm import Session

from intranet.core.errors import Forbidden
from intranet.core.forms import N_
from intranet.core.house import read_value
from intranet.core.models import Person

SETTING = "security.second_factor"
POLICIES = ("off", "admins", "everyone")
Step = Literal["", "password", "factor"]


class PasswordFirst(Forbidden):
    """A new password has to be chosen before anything else."""

    code = "password_change_required"

    def __init__(self) -> None:
        super().__init__(N_("Choose a new password first. Sign in with a browser to do it."))


class FactorFirst(Forbidden):
    """A second factor has to be set up before anything else."""

    code = "second_factor_required"

    def __init__(self) -> None:
        super().__init__(N_("Set up a second factor first. Sign in with a browser to do it."))


REFUSALS: dict[str, type[Forbidden]] = {"password": PasswordFirst, "factor": FactorFirst}


def first_step(person: Person, policy: str) -> Step:
    """What this person has to do before anything else. The directory looks after its own passwords."""
    if person.must_change_password and person.directory_id is None:
        return "password"
    return "factor" if needs_factor(person, policy) and not person.has_second_factor else ""


def needs_factor(person: Person, policy: str) -> bool:
    return policy == "everyone" or (policy == "admins" and person.is_admin)


def is_free(db: Session) -> ColumnElement[bool]:
    """People who have nothing to do first and are not disabled, as a condition of a query."""
    asked: dict[str, ColumnElement[bool]] = {"everyone": true(), "admins": Person.is_admin.is_(True)}
    needs = asked.get(str(read_value(db, SETTING, "off")), false())
    return and_(
        Person.disabled_at.is_(None),
        or_(not_(Person.must_change_password), Person.directory_id.is_not(None)),
        or_(Person.has_second_factor, not_(needs)),
    )
