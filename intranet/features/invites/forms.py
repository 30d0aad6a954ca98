"""What is typed to make and change a code, and to come with one."""

from datetime import timedelta
from typing import Annotated, Literal

from pydantic import Field

from intranet.features.invites.rules import DAYS, MANY, Terms
from intranet.plugin_api import Form, line

WORDS = 300
CODE = 60
YEAR_S = 31_536_000
LASTS = (
    ("3600", timedelta(hours=1)),
    ("86400", timedelta(days=1)),
    ("604800", timedelta(days=7)),
    ("2592000", timedelta(days=30)),
)
PEOPLE = (1, 10, 50)  # fmt: skip


class InviteForm(Form):
    """The dialog's fields; `keep` leaves one as it is. A box that is not ticked is not sent."""

    lasts: Literal["keep", "3600", "86400", "604800", "2592000", "none"]
    people: Literal["keep", "1", "10", "50", "none"]
    approval: str = ""
    history: str = ""
    guests: str = ""

    def terms(self, kept: Terms | None = None) -> Terms:
        kept = kept or Terms()
        lasts = {"keep": kept.lasts, "none": None, **dict(LASTS)}[self.lasts]
        people = {"keep": kept.max_uses, "none": None}.get(
            self.people, int(self.people) if self.people.isdigit() else 0
        )
        return Terms(lasts, people, bool(self.approval), bool(self.history), bool(self.guests))


class TermsForm(Form):
    """The same as the API says it."""

    expires_in: Annotated[int, Field(ge=60, le=YEAR_S)] | None = DAYS * 86_400
    max_uses: Annotated[int, Field(ge=1, le=1_000)] | None = MANY
    approval: bool = True
    history: bool = False
    guests: bool = False

    def terms(self) -> Terms:
        lasts = timedelta(seconds=self.expires_in) if self.expires_in else None
        return Terms(lasts, self.max_uses, self.approval, self.history, self.guests)


class CodeForm(Form):
    code: Annotated[str, line(CODE, required=True)]


class WordsForm(Form):
    """A word to the keepers who are asked."""

    words: Annotated[str, line(WORDS)] = ""
