"""Questions that one feature has and others answer, each in a few lines."""

from collections.abc import Sequence

from intranet.core.models import Person
from intranet.kernel import clock
from intranet.web.offers import Piece
from intranet.web.requests import db, viewer
from intranet.web.site import site


def person_pieces(person: Person) -> Sequence[Piece]:
    """What features say of a person on their profile, in order."""
    asked = site().plugins.ask("person_pieces", db=db(), viewer=viewer(), person=person)
    return sorted(asked, key=lambda each: each.order)


def person_actions(person: Person) -> Sequence[Piece]:
    """What features let the viewer do with a person on their profile, in order."""
    asked = site().plugins.ask("person_actions", viewer=viewer(), person=person)
    return sorted(asked, key=lambda each: each.order)


def person_availability(person: Person) -> Sequence[str]:
    """When the person can be reached, for the viewer of this request."""
    return list(site().plugins.ask("person_availability", db=db(), viewer=viewer(), person=person))


def is_quiet() -> bool:
    """Whether the viewer wants to be left alone now."""
    return any(until > clock.now() for until in site().plugins.ask("quiet_times", db=db(), viewer=viewer()))
