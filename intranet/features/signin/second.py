"""The second step: a code of the app, a recovery code, or a passkey."""

from flask import Response, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from intranet.features.signin import ways
from intranet.plugin_api import (
    NotFound,
    Person,
    Routes,
    TooManyTries,
    WrongLogin,
    address,
    ceremonies,
    db,
    factors,
    finish,
    page,
    passkeys,
    public,
    refusals,
    site,
    waiting,
    writing,
)

routes = Routes("second_step", __name__, access="public", url_prefix="/login/second")
PURPOSE = "second step"


@routes.get("")
@public("the first step is done, nobody is signed in yet")
def new() -> ResponseReturnValue:
    person = waiting()
    return _form(person) if person else _from_the_start()


@routes.post("")
@public("the first step is done, nobody is signed in yet")
def create() -> ResponseReturnValue:
    person = waiting()
    if person is None:
        return _from_the_start()
    try:
        _check(person)
    except (WrongLogin, TooManyTries) as refusal:
        wrong = gettext("This is not the code that your app shows now, and no recovery code that is left.")
        return _form(person, *refusals.in_words(refusal, wrong))
    finish(person)
    return ways.go_on(person)


@routes.post("/question")
@public("the first step is done, nobody is signed in yet")
def ask_passkey() -> Response:
    person = waiting()
    if person is None:
        raise NotFound
    return ceremonies.ask(PURPOSE, passkeys.authentication(ceremonies.place(), passkeys.list_for(db(), person.id)))


def _check(person: Person) -> None:
    """Raises WrongLogin or TooManyTries."""
    house, answer = site(), request.form.get("credential", "")
    if not answer:
        factors.check(
            house.database,
            house.throttle,
            house.vault,
            person,
            request.form.get("code", ""),
            address=address(),
            door="web",
        )
        return
    with factors.guarded(house.database, house.throttle, person, address=address(), door="web"):
        challenge, place = ceremonies.take_challenge(PURPOSE), ceremonies.place()
        with writing() as writer:
            passkeys.check(writer, place=place, challenge=challenge, answer=answer, person_id=person.id)


def _form(person: Person, error: str = "", status: int = 200, retry_after: int = 0) -> Response:
    template = "signin/_second_dialog.html" if request.values.get("dialog") else "signin/second.html"
    has_passkeys = bool(passkeys.list_for(db(), person.id)) and not ceremonies.obstacle()
    response = page(
        template, status=status, error=error, next=ways.wanted(), has_passkeys=has_passkeys,
        has_totp=factors.has_totp(db(), person.id),
    )  # fmt: skip
    return ways.again_after(response, retry_after)


def _from_the_start() -> ResponseReturnValue:
    """The password was too long ago, or changed since."""
    if request.values.get("dialog"):
        return ways.form(gettext("That took a while. Sign in again."))
    return redirect("/login", 303)
