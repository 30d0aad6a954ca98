"""What can be wrong with a request, in words that a person can act on. Messages are gettext ids."""

from collections.abc import Mapping


class Refused(Exception):
    """The base of all refusals: nothing was changed."""

    code = "refused"


class NotFound(Refused):
    """It does not exist, or does not exist for this viewer: the two are never told apart."""

    code = "not_found"


class Forbidden(Refused):
    """The viewer can see it but may not do this."""

    code = "forbidden"


class Conflict(Refused):
    """Somebody else got there first, or the name is taken."""

    code = "conflict"


class Invalid(Refused):
    """What was submitted cannot be used: message by field."""

    code = "invalid"

    def __init__(self, fields: Mapping[str, str]) -> None:
        super().__init__("; ".join(f"{name}: {message}" for name, message in fields.items()))
        self.fields = dict(fields)
