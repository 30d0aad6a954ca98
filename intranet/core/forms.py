"""A form is a value: submitted text goes in, a checked value or `Invalid` comes out."""

from collections.abc import Mapping
from typing import Any, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, ValidationError
from pydantic_core import PydanticCustomError

from intranet.core.errors import Invalid
from intranet.kernel.text import clean_line, clean_text


def N_(message: str) -> str:
    """Marks a sentence for translation; the web translates it when it is shown."""
    return message


MESSAGES = {
    "missing": N_("Fill this in."),
    "empty": N_("Write something first."),
    "too_long": N_("This is too long. Shorten it and send it again."),
    "characters": N_("This holds characters that cannot be kept. Remove them and send it again."),
    "choice": N_("Choose one of the offered values."),
    "other": N_("This value cannot be used here."),
}
KINDS = {
    "missing": "missing", "string_too_long": "too_long", "string_too_short": "empty", "literal_error": "choice",
    "list_too_long": "too_long", "too_long": "too_long",
}  # fmt: skip


class Form(BaseModel):
    """The base of all forms. `read` takes what was submitted; unknown fields are left aside."""

    model_config = ConfigDict(extra="ignore", frozen=True, str_max_length=100_000)

    @classmethod
    def read(cls, submitted: Mapping[str, Any]) -> Self:
        """Raises Invalid with a message for each wrong field."""
        try:
            return cls.model_validate(dict(submitted))
        except ValidationError as error:
            raise Invalid({_field(each): _message(each) for each in reversed(error.errors())}) from None


def _field(error: Any) -> str:
    return str(error["loc"][0]) if error["loc"] else "form"


def _message(error: Any) -> str:
    kind = error["type"]
    return MESSAGES[kind] if kind in MESSAGES else MESSAGES[KINDS.get(kind, "other")]


def _checked(value: str, cap: int, required: bool, *, line: bool) -> str:
    if len(value) > cap:
        raise PydanticCustomError("too_long", "too long")
    try:
        cleaned = clean_line(value, cap) if line else clean_text(value, cap)
    except ValueError:
        raise PydanticCustomError("characters", "bad characters") from None
    if required and not cleaned:
        raise PydanticCustomError("empty", "empty")
    return cleaned


def line(cap: int, *, required: bool = False) -> AfterValidator:
    """Annotates a one-line text of at most `cap` characters: `Annotated[str, line(80)]`."""
    return AfterValidator(lambda value: _checked(value, cap, required, line=True))


def text(cap: int, *, required: bool = False) -> AfterValidator:
    """Annotates a text with line breaks of at most `cap` characters."""
    return AfterValidator(lambda value: _checked(value, cap, required, line=False))
