"""How a conversation without a name is called: after the others in it."""

from collections.abc import Sequence

from flask_babel import gettext

from intranet.core.models import Person


def direct_name(viewer: Person, people: Sequence[Person]) -> str:
    """A direct room as the viewer calls it; `people` are the others in it, or the viewer alone."""
    if [each.id for each in people] == [viewer.id]:
        return str(gettext("%(name)s (you)", name=viewer.name))
    if len(people) == 1:
        return _name(people[0])
    return ", ".join(_name(each).split()[0] if not each.erased_at else _name(each) for each in people)


def _name(person: Person) -> str:
    return str(gettext("Former colleague")) if person.erased_at else person.name
