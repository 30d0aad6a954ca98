"""What the overview counts."""

from dataclasses import dataclass

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from intranet.plugin_api import Person, orgchart


@dataclass(frozen=True)
class People:
    """How many there are who may sign in."""

    people: int
    guests: int
    admins: int
    admins_without_factor: int
    without_factor: int


def count_people(db: Session) -> People:
    lacks = Person.has_second_factor.is_(False)
    sums = (
        func.count(),
        func.sum(case((Person.is_guest, 1), else_=0)),
        func.sum(case((Person.is_admin, 1), else_=0)),
        func.sum(case((Person.is_admin & lacks, 1), else_=0)),
        func.sum(case((lacks, 1), else_=0)),
    )
    row = db.execute(select(*sums).where(Person.disabled_at.is_(None), Person.erased_at.is_(None))).one()
    return People(*(int(each or 0) for each in row))


def list_chart_faults(db: Session) -> list[orgchart.Fault]:
    """Nothing where nobody has a manager: then there is no chart to look at."""
    faults = orgchart.find_faults(db)
    return [] if {fault.kind for fault in faults} <= {"alone"} else faults
