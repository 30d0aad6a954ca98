"""Where one goes after signing in, and the page that one signs in with."""

from urllib.parse import urlencode, urlsplit

from flask import Response, make_response, redirect, request

from intranet.plugin_api import Person, Refused, ceremonies, is_htmx, page, refusals, remember_device, site


def wanted(otherwise: str = "/") -> str:
    """Only a path of ours is ever followed."""
    typed = request.values.get("next", "")
    parts = urlsplit(typed)
    is_ours = typed.startswith("/") and not typed.startswith(("//", "/\\")) and not parts.netloc
    clean = all(character.isprintable() and character != "\\" for character in typed)
    return typed if is_ours and clean and len(typed) < 1000 else otherwise


def go_on(person: Person) -> Response:
    """Signed in: the page that was wanted, or word to the script of the dialog."""
    response = Response(status=204) if is_htmx() else make_response(redirect(wanted(), 303))
    remember_device(response, person)
    return response


def second_step() -> str:
    """Where the second step is made, with what is wanted afterwards."""
    kept = {name: value for name in ("next", "dialog") if (value := request.form.get(name))}
    return "/login/second" + (f"?{urlencode({**kept, 'next': wanted()})}" if kept else "")


def form(error: str = "", status: int = 200, retry_after: int = 0) -> Response:
    """The sign-in page, or the same as a dialog over another page."""
    template = "signin/_dialog.html" if request.values.get("dialog") else "signin/new.html"
    choices = sorted(site().plugins.ask("signin_choices"), key=lambda each: (each.order, each.label))
    response = page(
        template, status=status, error=error, username=request.form.get("username", "")[:254], next=wanted(),
        choices=choices, has_passkeys=not ceremonies.obstacle(), was_reset="reset" in request.args,
    )  # fmt: skip
    return again_after(response, retry_after)


def refused(refusal: Refused, wrong: str) -> Response:
    return form(*refusals.in_words(refusal, wrong))


def again_after(response: Response, seconds: int) -> Response:
    if seconds:
        response.headers["Retry-After"] = str(seconds)
    return response
