"""What is typed into one's own profile."""

import re
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Annotated, Any, Self
from zoneinfo import available_timezones

from pydantic import BeforeValidator, Field

from intranet.features.people.rules import LEAP_YEAR
from intranet.plugin_api import N_, Form, Invalid, Person, Profile, caps, line, text

ADDRESS = re.compile(r"[^@\s]+@[^@\s]+")
CLOCK = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
PERSON = ("name", "title", "department", "division", "email", "phone", "mobile", "location", "about", "started_on")
PROFILE = ("languages", "experience", "time_zone", "absent_from", "absent_until", "absence_note", "shows_birthday", "shows_anniversary")  # fmt: skip
COLUMNS = {
    "days": ("hours",), "hours_from": ("hours",), "hours_to": ("hours",), "birthday_day": ("birthday",),
    "birthday_month": ("birthday",), "absent_until": ("absent_from", "absent_until"),
}  # fmt: skip
WHOLE = N_("Say on which days, from when and until when.")
TIME = N_("Write a time as 07:30.")
EMAIL = N_("Write an address as name@example.org.")
ZONE = N_("Choose one of the offered time zones.")
ORDER = N_("This is before the first day.")
UNTIL = N_("Say until when.")
DAY = N_("There is no such day.")
Day = Annotated[date | None, BeforeValidator(lambda typed: None if typed == "" else typed)]


class ProfileForm(Form):
    name: Annotated[str, line(caps.LINE, required=True)]
    title: Annotated[str, line(caps.LINE)] = ""
    department: Annotated[str, line(caps.LINE)] = ""
    division: Annotated[str, line(caps.LINE)] = ""
    email: Annotated[str, line(caps.EMAIL)] = ""
    phone: Annotated[str, line(caps.PHONE)] = ""
    mobile: Annotated[str, line(caps.PHONE)] = ""
    location: Annotated[str, line(caps.LINE)] = ""
    about: Annotated[str, text(caps.ABOUT)] = ""
    languages: Annotated[str, line(caps.LANGUAGES)] = ""
    experience: Annotated[str, text(caps.EXPERIENCE)] = ""
    days: Annotated[list[Annotated[int, Field(ge=1, le=7)]], Field(max_length=7)] = []
    hours_from: Annotated[str, line(5)] = ""
    hours_to: Annotated[str, line(5)] = ""
    time_zone: Annotated[str, line(64)] = ""
    absent_from: Day = None
    absent_until: Day = None
    absence_note: Annotated[str, line(caps.ABSENCE)] = ""
    birthday_day: Annotated[str, line(2)] = ""
    birthday_month: Annotated[str, line(2)] = ""
    shows_birthday: bool = False
    shows_anniversary: bool = False
    started_on: Day = None

    @classmethod
    def read(cls, submitted: Mapping[str, Any]) -> Self:
        form = super().read(submitted)
        wrong = {**form._hours_errors(), **form._absence_errors(), **form._birthday_errors()}
        if form.email and not ADDRESS.fullmatch(form.email):
            wrong["email"] = EMAIL
        if form.time_zone and form.time_zone not in available_timezones():
            wrong["time_zone"] = ZONE
        if wrong:
            raise Invalid(wrong)
        return form

    def fields(self, today: date, sent: Iterable[str] | None = None) -> dict[str, Any]:
        """What is kept, by the names of its columns; only what belongs to the fields that were sent, when they are given."""
        said = {name: getattr(self, name) for name in (*PERSON, *PROFILE)}
        if self.absent_until and not self.absent_from:
            said["absent_from"] = min(today, self.absent_until)
        said |= {"hours": self._hours(), "birthday": self._birthday()}
        wanted = said.keys() if sent is None else {column for name in sent for column in COLUMNS.get(name, (name,))}
        return {name: value for name, value in said.items() if name in wanted}

    def _hours(self) -> dict[str, Any]:
        return {"days": sorted(set(self.days)), "from": self.hours_from, "to": self.hours_to} if self.days else {}

    def _birthday(self) -> str:
        month, day = self.birthday_month, self.birthday_day
        return f"{int(month):02}-{int(day):02}" if month and day else ""

    def _hours_errors(self) -> dict[str, str]:
        said = {"hours_from": self.hours_from, "hours_to": self.hours_to}
        if not self.days and not any(said.values()):
            return {}
        if not self.days:
            return {"days": WHOLE}
        return {name: TIME if typed else WHOLE for name, typed in said.items() if not CLOCK.fullmatch(typed)}

    def _absence_errors(self) -> dict[str, str]:
        if self.absent_from and not self.absent_until:
            return {"absent_until": UNTIL}
        is_wrong = self.absent_from and self.absent_until and self.absent_until < self.absent_from
        return {"absent_until": ORDER} if is_wrong else {}

    def _birthday_errors(self) -> dict[str, str]:
        month, day = self.birthday_month, self.birthday_day
        if not month and not day:
            return {}
        try:
            date(LEAP_YEAR, int(month or 0), int(day or 0))
        except ValueError:
            return {"birthday_day": DAY}
        return {}


class SkillForm(Form):
    name: Annotated[str, line(caps.SKILL, required=True)]


def current(person: Person, profile: Profile) -> dict[str, Any]:
    """What the form holds before anything is typed."""
    hours = profile.hours or {}
    month, _, day = profile.birthday.partition("-")
    return {
        **{name: getattr(person, name) for name in PERSON},
        **{name: getattr(profile, name) for name in PROFILE},
        "days": hours.get("days", []), "hours_from": hours.get("from", ""), "hours_to": hours.get("to", ""),
        "birthday_month": month.lstrip("0"), "birthday_day": day.lstrip("0"),
    }  # fmt: skip


def locked_values(person: Person, profile: Profile, owned: frozenset[str]) -> dict[str, Any]:
    """The values of the fields that the directory fills, whatever was sent for them."""
    return {name: value for name, value in current(person, profile).items() if name in owned}
