"""From an entry of the directory to a person as we know people."""

import re
import uuid
from dataclasses import dataclass, field
from datetime import date, datetime

from intranet.core.directory.ldap import Entry, normal_dn
from intranet.core.directory.settings import DirectorySettings
from intranet.kernel.text import clean_line

CAPS = {
    "name": 120, "email": 254, "title": 120, "department": 120, "division": 120, "phone": 60, "mobile": 60,
    "location": 120, "employee_type": 60,
}  # fmt: skip
EXTRA_CAP = 200
DATE_FORMS = ("%Y%m%d", "%Y-%m-%d", "%d.%m.%Y", "%d/%m/%Y")


@dataclass(frozen=True)
class DirectoryPerson:
    """An account as the directory has it. `directory_id` never changes, names do.

    `fields` holds what is not empty, by our names; `logins` every spelling under which the person may sign in;
    `groups` the names and DNs (in lower case) of the groups they are in, as far as rules ask for them.
    """

    directory_id: str
    username: str
    dn: str
    logins: frozenset[str] = frozenset()
    stamp: str = ""
    fields: dict[str, str] = field(default_factory=dict)
    started_on: date | None = None
    language: str = ""
    manager_dn: str = ""
    extra: dict[str, str] = field(default_factory=dict)
    groups: frozenset[str] = frozenset()


def attributes_of(settings: DirectorySettings) -> list[str]:
    """Every attribute that a person is read from, but the photo, which is fetched only when it changed."""
    named = settings.attributes()
    named.pop("photo", None)
    return list(dict.fromkeys([*named.values(), *settings.login_attributes, *settings.extra_attributes.values()]))


def read_person(settings: DirectorySettings, entry: Entry) -> DirectoryPerson | None:
    """None for an entry without a lasting id or a user name: it cannot be told from others."""
    identity = _identity(entry, settings.id_attribute)
    username = entry.first(settings.username_attribute).strip()
    if not identity or not username:
        return None
    named = settings.attributes()
    read = {ours: _line(entry, named.get(ours, ""), cap) for ours, cap in CAPS.items()}
    fields = {ours: value for ours, value in read.items() if value}
    fields.setdefault("name", _line(entry, "cn", CAPS["name"]) or username[: CAPS["name"]])
    extra = {label[:60]: _line(entry, attribute, EXTRA_CAP) for label, attribute in settings.extra_attributes.items()}
    return DirectoryPerson(
        identity, username, normal_dn(entry.dn),
        logins=frozenset(value.strip().casefold() for name in settings.login_attributes for value in entry.all(name)),
        stamp=entry.first(settings.stamp_attribute)[:64] if settings.stamp_attribute else "",
        fields=fields, started_on=_date(entry.first(named.get("started_on", ""))),
        language=entry.first(named.get("language", "")).lower().replace("_", "-").partition("-")[0][:8],
        manager_dn=normal_dn(entry.first(named.get("manager", ""))), extra={k: v for k, v in extra.items() if v},
    )  # fmt: skip


def _identity(entry: Entry, attribute: str) -> str:
    """`entryUUID` is text, `objectGUID` sixteen bytes, little-endian (MS-DTYP 2.3.4)."""
    value = entry.raw(attribute)
    if len(value) == 16 and attribute.lower() == "objectguid":
        return str(uuid.UUID(bytes_le=value))
    return entry.first(attribute).strip("{} ").lower()[:64]


def _line(entry: Entry, attribute: str, cap: int) -> str:
    """The first value as one clean line; one that holds control characters is left out."""
    try:
        return clean_line(entry.first(attribute), 10_000)[:cap].strip()
    except ValueError:
        return ""


def _date(value: str) -> date | None:
    """A day, or the day of a generalized time (RFC 4517, 3.3.13)."""
    value = re.sub(r"^(\d{8})\d{2,6}(\.\d+)?(Z|[+-]\d{2,4})?$", r"\1", value.strip())
    for form in DATE_FORMS:
        try:
            return datetime.strptime(value, form).date()
        except ValueError:
            continue
    return None
