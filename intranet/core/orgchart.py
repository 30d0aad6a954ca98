"""Who reports to whom. What a directory says may hold loops and gaps: they are found, told to admins, and never fatal."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from intranet.core import people
from intranet.core.models import Person
from intranet.core.profiles import fold, seen_by

EVERY = 1_000_000


@dataclass(frozen=True)
class Branch:
    """A person in a drawn part of the chart. `hidden_count` reports are there and not drawn."""

    person_id: int
    branches: Sequence["Branch"] = ()
    hidden_count: int = 0


@dataclass(frozen=True)
class Fault:
    """What an admin should look at.

    `loop`: they report to each other in a circle. `gone`: their manager has left. `alone`: neither a manager nor
    reports. `tops`: more than one person stands at the top of somebody.
    """

    kind: Literal["loop", "gone", "alone", "tops"]
    people: Sequence[Person]


@dataclass(frozen=True)
class Chart:
    """Everyone's place, without loops: each of them is cut above the person with its lowest id."""

    manager_of: Mapping[int, int]
    reports_of: Mapping[int, Sequence[int]]
    tops: Sequence[int]
    alone: Sequence[int]
    loops: Sequence[Sequence[int]] = field(default=())

    def chain(self, person_id: int, levels: int = EVERY) -> list[int]:
        """The person's managers, the nearest first."""
        found: list[int] = []
        while len(found) < levels and (above := self.manager_of.get(found[-1] if found else person_id)):
            found.append(above)
        return found

    def around(self, person_id: int, *, above: int = 2, below: int = 1, widest: int = EVERY) -> Branch:
        """The chart from some levels above the person to some below, with everyone beside the way down."""
        path = [person_id, *self.chain(person_id, above)]
        return self._branch(path[-1], set(path), person_id, below, widest)

    def below(self, person_id: int, levels: int, *, widest: int = EVERY) -> Branch:
        """The person with so many levels of reports."""
        return self._branch(person_id, {person_id}, person_id, levels, widest)

    def _branch(self, at: int, path: set[int], goal: int, levels: int, widest: int) -> Branch:
        reports, is_above = self.reports_of.get(at, ()), at in path and at != goal
        if levels <= 0 and not is_above:
            return Branch(at, (), len(reports))
        shown = _shortened(reports, path, widest)
        branches = []
        for each in shown:
            left = levels if is_above and each in path else 0 if is_above else levels - 1
            branches.append(self._branch(each, path, goal, left, widest))
        return Branch(at, branches, len(reports) - len(shown))


def load(db: Session, viewer: Person) -> Chart:
    """The chart of everyone whom the viewer may see, in one statement."""
    query = select(Person.id, Person.name, Person.manager_id, Person.is_guest)
    rows = db.execute(query.where(Person.disabled_at.is_(None), *seen_by(viewer)))
    return build((row[0], row[1], row[2], row[3]) for row in rows)


def build(rows: Iterable[tuple[int, str, int | None, bool]]) -> Chart:
    """From id, name, manager and whether they are a guest. Guests without a place are in no list."""
    known = {row[0]: row for row in sorted(rows, key=lambda row: (fold(row[1]), row[0]))}
    manager_of = {each: row[2] for each, row in known.items() if row[2] and row[2] in known}
    loops = _find_loops(manager_of)
    for loop in loops:
        del manager_of[min(loop)]
    reports_of: dict[int, list[int]] = {}
    for each in known:
        if above := manager_of.get(each):
            reports_of.setdefault(above, []).append(each)
    without = [each for each in known if each not in manager_of]
    tops = [each for each in without if each in reports_of]
    alone = [each for each in without if each not in reports_of and not known[each][3]]
    return Chart(manager_of, reports_of, tops, alone, loops)


def find_faults(db: Session) -> list[Fault]:
    """What of the chart an admin should look at, over the whole company."""
    query = select(Person.id, Person.name, Person.manager_id, Person.is_guest).where(Person.disabled_at.is_(None))
    rows = [(row[0], row[1], row[2], row[3]) for row in db.execute(query)]
    chart, here = build(rows), {row[0] for row in rows}
    gone = [row[0] for row in rows if row[2] and row[2] not in here]
    known = people.by_ids(db, {*gone, *chart.alone, *chart.tops, *(each for loop in chart.loops for each in loop)})
    named = [
        *(Fault("loop", [known[each] for each in loop]) for loop in chart.loops),
        Fault("gone", [known[each] for each in gone]),
        Fault("tops", [known[each] for each in chart.tops] if len(chart.tops) > 1 else []),
        Fault("alone", [known[each] for each in chart.alone]),
    ]
    return [fault for fault in named if fault.people]


def shown_ids(branches: Iterable[Branch]) -> set[int]:
    """Everyone in these branches."""
    waiting, found = list(branches), set[int]()
    while waiting:
        branch = waiting.pop()
        found.add(branch.person_id)
        waiting.extend(branch.branches)
    return found


def _shortened(reports: Sequence[int], path: set[int], widest: int) -> Sequence[int]:
    if len(reports) <= widest:
        return reports
    on_the_way = next((each for each in reports if each in path), None)
    first = list(reports[:widest])
    return first if on_the_way is None or on_the_way in first else [*first[:-1], on_the_way]


def _find_loops(manager_of: Mapping[int, int]) -> list[list[int]]:
    """Every circle once. Each person has at most one manager, so one walk over everybody finds them all."""
    loops, done = list[list[int]](), set[int]()
    for start in manager_of:
        walked: dict[int, int] = {}
        at: int | None = start
        while at is not None and at not in done and at not in walked:
            walked[at] = len(walked)
            at = manager_of.get(at)
        if at is not None and at in walked:
            loops.append(list(walked)[walked[at] :])
        done.update(walked)
    return loops
