"""What is typed to make or change a room."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal, Self

from pydantic import Field

from intranet.features.rooms import icons
from intranet.features.rooms.rules import FIELDS
from intranet.plugin_api import N_, Form, Invalid, caps, line, text

CHOOSE = N_("Choose one of the offered values.")
Kind = Literal["team", "channel"]
Access = Literal["open", "closed", "secret"]
Hue = Annotated[int, Field(ge=0, le=35)]


class _Looks(Form):
    """A form with an icon in it."""

    icon: Annotated[str, line(40)] | None = None
    hue: Hue | None = None

    @classmethod
    def read(cls, submitted: Mapping[str, Any]) -> Self:
        form = super().read(submitted)
        if form.icon and form.icon not in icons.NAMES:
            raise Invalid({"icon": CHOOSE})
        return form


class RoomForm(_Looks):
    name: Annotated[str, line(caps.NAME, required=True)]
    description: Annotated[str, text(caps.DESCRIPTION)] = ""
    kind: Kind = "team"
    access: Access = "open"


class RoomChangeForm(_Looks):
    """Fields that are left out stay as they are."""

    name: Annotated[str, line(caps.NAME, required=True)] | None = None
    description: Annotated[str, text(caps.DESCRIPTION)] | None = None
    kind: Kind | None = None
    access: Access | None = None
    posting: Literal["members", "keepers"] | None = None
    approves_posts: bool | None = None
    archived: bool | None = None


class LookForm(_Looks):
    removes_cover: bool = False


class ConvertForm(Form):
    """Fields that are left out stay as they are."""

    kind: Kind | None = None
    access: Access | None = None


class MemberForm(Form):
    role: Literal["keeper", "member", "guest"] = "member"


class JoinForm(Form):
    words: Annotated[str, line(caps.REQUEST)] = ""


class LoudnessForm(Form):
    loudness: Literal["all", "normal", "muted"]


class RuleForm(Form):
    field: Literal["department", "division", "location", "employee_type"]
    value: Annotated[str, line(caps.LINE, required=True)]
    role: Literal["member", "keeper"] = "member"

    @classmethod
    def read(cls, submitted: Mapping[str, Any]) -> Self:
        """A page sends field and value in one choice, `department:Sales`."""
        field, mark, value = str(submitted.get("match", "")).partition(":")
        return super().read({**submitted, "field": field, "value": value} if mark and field in FIELDS else submitted)
