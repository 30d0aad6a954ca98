"""A part of the org chart with the people in it, as pages draw it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from sqlalchemy.orm import Session

from intranet.plugin_api import NotFound, Person, orgchart, people

WIDEST = 500  # reports of one person that are drawn at once


@dataclass(frozen=True)
class Tree:
    """`branches` side by side, the `people` in them by id, and the one that it is about, if any."""

    branches: Sequence[orgchart.Branch]
    people: dict[int, Person]
    current: Person | None = None
    above: Person | None = None
    alone: Sequence[Person] = ()

    @property
    def is_lonely(self) -> bool:
        """Nobody but one person: there is nothing to draw."""
        return len(self.branches) == 1 and not self.branches[0].branches and not self.branches[0].hidden_count

    @classmethod
    def around(cls, db: Session, viewer: Person, person: Person, *, below: int, widest: int = WIDEST) -> Self:
        """Two levels above the person and some below."""
        chart = orgchart.load(db, viewer)
        branch = chart.around(person.id, below=below, widest=widest)
        higher = chart.chain(branch.person_id, 1)
        known = people.by_ids(db, {*orgchart.shown_ids([branch]), *higher})
        return cls([branch], known, person, known[higher[0]] if higher else None)

    @classmethod
    def whole(cls, db: Session, viewer: Person) -> Self:
        """From the top of the company two levels down, and those who have no place in it."""
        chart = orgchart.load(db, viewer)
        levels = 2 if len(chart.tops) == 1 else 1
        branches = [chart.below(each, levels, widest=WIDEST) for each in chart.tops]
        known = people.by_ids(db, {*orgchart.shown_ids(branches), *chart.alone[:WIDEST]})
        return cls(branches, known, alone=[known[each] for each in chart.alone[:WIDEST]])

    @classmethod
    def reports(cls, db: Session, viewer: Person, person: Person) -> Self:
        """Everyone who reports to the person. Raises NotFound when nobody does."""
        branch = orgchart.load(db, viewer).below(person.id, 1)
        if not branch.branches:
            raise NotFound
        return cls(branch.branches, people.by_ids(db, orgchart.shown_ids(branch.branches)), person)
