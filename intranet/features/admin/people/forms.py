"""What is typed about people."""

import re
from typing import Annotated, Any, Literal, Self

from intranet.plugin_api import N_, Form, Invalid, caps, line

BULK = ("disable", "enable", "sign_out", "make_admin", "take_admin", "new_password")
ADDRESS = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+|[^@\s]+@localhost")
BAD_ADDRESS = N_("This is no email address.")
NOBODY = N_("Choose at least one person.")
TOO_MANY = N_("Choose at most 100 people at once.")
Filter = Literal["all", "admins", "guests", "disabled", "local", "directory", "never"]
Sort = Literal["name", "username", "seen", "newest"]


class ListForm(Form):
    """What the table shows; everything of it stands in the address."""

    q: Annotated[str, line(caps.LINE)] = ""
    show: Filter = "all"
    sort: Sort = "name"
    after: Annotated[str, line(300)] = ""


class PersonForm(Form):
    name: Annotated[str, line(caps.LINE, required=True)]
    email: Annotated[str, line(254)] = ""
    role: Literal["admin", "person", "guest"]

    @classmethod
    def read(cls, submitted: Any) -> Self:
        form = super().read(submitted)
        check_address(form.email)
        return form


class NewPersonForm(Form):
    username: Annotated[str, line(64, required=True)]
    name: Annotated[str, line(caps.LINE, required=True)]
    email: Annotated[str, line(254)] = ""
    role: Literal["admin", "person", "guest"] = "person"
    by: Literal["mail", "password"] = "password"

    @classmethod
    def read(cls, submitted: Any) -> Self:
        form = super().read(submitted)
        check_address(form.email)
        if form.by == "mail" and not form.email:
            raise Invalid({"email": N_("An invitation by mail needs an email address.")})
        return form


class BulkForm(Form):
    do: Literal["disable", "enable", "sign_out", "make_admin", "take_admin", "new_password"]
    confirmed: bool = False


def check_address(typed: str) -> None:
    if typed and not ADDRESS.fullmatch(typed):
        raise Invalid({"email": BAD_ADDRESS})


def read_ids(said: list[str]) -> list[int]:
    """The chosen people. Raises Invalid; what is no number belongs to nobody."""
    if not said:
        raise Invalid({"ids": NOBODY})
    if len(said) > caps.LIST:
        raise Invalid({"ids": TOO_MANY})
    return [int(each) if each.isascii() and each.isdigit() and len(each) < 19 else 0 for each in said]
