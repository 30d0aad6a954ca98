"""What a request may do although somebody is known: first things first, and a token only what it was made for."""

from collections.abc import Callable
from typing import Any

from flask import current_app, redirect, request
from flask.typing import ResponseReturnValue

from intranet.core import policy
from intranet.core.errors import Forbidden
from intranet.core.forms import N_
from intranet.core.models import Person
from intranet.web.site import site

PLACES = {"password": "/me/password", "factor": "/me/second-factor"}
SAFE = ("GET", "HEAD", "OPTIONS")
FOR_PROGRAMS = ("/api/", "/uploads", "/dav")  # where a token may change something
FOR_DRIVES = ("/dav",)


class OutOfScope(Forbidden):
    """The token was not made for this."""

    code = "out_of_scope"


def part_of(step: policy.Step) -> Callable[[Any], Any]:
    """Marks a route that stays open to people who have this step to do before anything else."""

    def mark(view: Any) -> Any:
        view.part_of_step = step
        return view

    return mark


def first_step(person: Person) -> policy.Step:
    return policy.first_step(person, str(site().values().get(policy.SETTING, "off")))


def hold(person: Person, *, is_page: bool) -> ResponseReturnValue | None:
    """Who has something to do first is shown it, in words where no page can be shown."""
    step = first_step(person)
    if not step or getattr(_view(), "part_of_step", "") == step:
        return None
    if not is_page:
        raise policy.REFUSALS[step]
    return redirect(PLACES[step], 303)


def refuse_out_of_scope(scopes: frozenset[str]) -> None:
    """Raises OutOfScope."""
    if request.path.startswith(FOR_DRIVES):
        fine = "files" in scopes
    elif request.method in SAFE:
        fine = bool(scopes & {"read", "write"})
    else:
        fine = "write" in scopes and request.path.startswith(FOR_PROGRAMS)
    if not fine:
        raise OutOfScope(N_("This token was not made for that. Make another one under My settings."))


def _view() -> Any:
    return current_app.view_functions.get(request.endpoint or "")
