"""Where a directory is, how its entries look, and what follows from them."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, field_validator, model_validator

from intranet.kernel.settings import SettingsError, read_secret

FIELDS = (
    "name", "email", "title", "department", "division", "phone", "mobile", "location", "started_on", "employee_type",
    "language", "photo", "manager",
)  # fmt: skip
NAMES = r"[a-z0-9][a-z0-9-]{0,39}"
PRESETS: dict[str, dict[str, Any]] = {
    "openldap": {},
    "ad": {
        "people_filter": (
            "(&(objectCategory=person)(objectClass=user)(!(isCriticalSystemObject=TRUE))"
            "(!(userAccountControl:1.2.840.113556.1.4.803:=2)))"
        ),
        "login_attributes": ("sAMAccountName", "userPrincipalName", "mail"),
        "id_attribute": "objectGUID", "username_attribute": "sAMAccountName", "name_attribute": "displayName",
        "department_attribute": "department", "division_attribute": "division",
        "location_attribute": "physicalDeliveryOfficeName", "photo_attribute": "thumbnailPhoto",
        "stamp_attribute": "whenChanged", "group_filter": "(objectCategory=group)", "nesting": "in chain",
    },
    "freeipa": {
        "people_filter": "(&(objectClass=posixAccount)(!(nsAccountLock=TRUE)))", "id_attribute": "ipaUniqueID",
        "name_attribute": "displayName", "department_attribute": "ou", "group_filter": "(objectClass=ipausergroup)",
    },
    "lldap": {
        "people_filter": "(objectClass=person)", "name_attribute": "cn", "photo_attribute": "avatar",
        "stamp_attribute": "modifytimestamp", "group_filter": "(objectClass=groupOfUniqueNames)",
        "group_member_attribute": "member", "department_attribute": "department",
    },
}  # fmt: skip


def _listed(value: Any) -> Any:
    """The environment gives one text where the file gives a list."""
    return [part for part in value.replace(",", " ").split() if part] if isinstance(value, str) else value


Words = Annotated[tuple[str, ...], BeforeValidator(_listed)]


class Rule(BaseModel):
    """Who is in this group (or has this department, place, division or kind of contract) gets a role or a room.

    `value` is a group's name or DN, or the field's text, compared without regard to case. `room` is a slug.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    by: Literal["group", "department", "division", "location", "employee_type"] = "group"
    value: str = Field(min_length=1, max_length=1000)
    gives: Literal["admin", "guest", "nothing", "room"]
    room: str = ""
    role: Literal["member", "keeper"] = "member"

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if (self.gives == "room") != bool(self.room):
            raise ValueError("a rule that gives a room names it, and no other does")
        return self


class DirectorySettings(BaseModel):
    """One directory with all its servers. Raises pydantic's ValidationError in words when it cannot be used safely.

    Times are in seconds (`timeout_s`) and minutes (`sync_minutes`); `most_leavers_percent` is how much of the people
    one sync may disable without an admin's yes.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(default="directory", pattern=f"^{NAMES}$")
    preset: Literal["openldap", "ad", "freeipa", "lldap"] = "openldap"
    servers: Words = ()
    start_tls: bool = False
    ca_file: Path | None = None
    plain_text_passwords_on_the_wire: bool = False
    timeout_s: float = Field(default=4.0, gt=0, le=30)

    bind_dn: str = ""
    bind_password: str = Field(default="", repr=False)
    bind_password_file: Path | None = None
    direct_bind_template: str = ""

    base_dn: str = ""
    scope: Literal["subtree", "level"] = "subtree"
    people_filter: str = "(objectClass=inetOrgPerson)"
    login_attributes: Words = ("uid", "mail")
    page_size: int = Field(default=500, ge=1, le=10_000)

    id_attribute: str = "entryUUID"
    username_attribute: str = "uid"
    stamp_attribute: str = "modifyTimestamp"
    name_attribute: str = "cn"
    email_attribute: str = "mail"
    title_attribute: str = "title"
    department_attribute: str = "departmentNumber"
    division_attribute: str = ""
    phone_attribute: str = "telephoneNumber"
    mobile_attribute: str = "mobile"
    location_attribute: str = "l"
    started_on_attribute: str = ""
    employee_type_attribute: str = "employeeType"
    language_attribute: str = "preferredLanguage"
    photo_attribute: str = "jpegPhoto"
    manager_attribute: str = "manager"
    extra_attributes: dict[str, str] = {}
    people_may_edit: Words = ()

    group_base_dn: str = ""
    group_filter: str = "(|(objectClass=groupOfNames)(objectClass=groupOfUniqueNames))"
    group_name_attribute: str = "cn"
    group_member_attribute: str = "member"
    nesting: Literal["recursive", "in chain", "none"] = "recursive"
    rules: tuple[Rule, ...] = ()

    sync_minutes: int = Field(default=15, ge=0, le=1440)
    when_someone_leaves: Literal["block", "tell"] = "block"
    most_leavers_percent: int = Field(default=10, ge=0, le=100)

    @model_validator(mode="before")
    @classmethod
    def _with_preset(cls, said: Any) -> Any:
        if not isinstance(said, Mapping):
            return said
        preset = said.get("preset", "openldap")
        return {**PRESETS.get(preset if isinstance(preset, str) else "", {}), **said}

    @field_validator("people_filter", "group_filter")
    @classmethod
    def _is_filter(cls, value: str) -> str:
        if not (value.startswith("(") and value.endswith(")") and value.count("(") == value.count(")")):
            raise ValueError("a filter stands in brackets, each opened and closed")
        return value

    @field_validator("people_may_edit")
    @classmethod
    def _are_fields(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if unknown := set(value) - set(FIELDS):
            raise ValueError(f"there is no field {', '.join(sorted(unknown))}")
        return value

    @model_validator(mode="after")
    def _is_safe(self) -> Self:
        if not self.servers:
            raise ValueError("name at least one server")
        if not self.base_dn:
            raise ValueError("say where people are looked for: base_dn")
        for url in self.servers:
            if not url.startswith(("ldap://", "ldaps://")):
                raise ValueError(f"{url} does not start with ldaps:// or ldap://")
            if url.startswith("ldap://") and not (self.start_tls or self.plain_text_passwords_on_the_wire):
                raise ValueError(f"{url} would send passwords in plain text; use ldaps:// or start_tls = true")
        if self.ca_file is not None and not self.ca_file.is_file():
            raise ValueError(f"ca_file {self.ca_file} does not exist")
        if self.direct_bind_template and self.direct_bind_template.count("{username}") != 1:
            raise ValueError("direct_bind_template needs {username} once")
        return self

    def attributes(self) -> dict[str, str]:
        """Our field to the directory's attribute, where there is one."""
        named = {field: getattr(self, f"{field}_attribute") for field in ("id", "username", "stamp", *FIELDS)}
        return {field: attribute for field, attribute in named.items() if attribute}

    def password(self) -> str:
        """The service account's. Raises SettingsError when its file cannot be read."""
        return read_secret(self.bind_password, self.bind_password_file)


def read_settings(name: str, said: Mapping[str, Any]) -> DirectorySettings:
    """Raises SettingsError in words, with the name of each wrong setting."""
    try:
        return DirectorySettings.model_validate({"name": name, **said})
    except ValidationError as error:
        raise SettingsError(f"The directory {name} cannot be used: {'; '.join(problems(error).values())}") from error


def problems(error: ValidationError) -> dict[str, str]:
    """Each wrong setting with a sentence that names it; `form` for what concerns several."""
    found = {}
    for each in error.errors():
        field = ".".join(str(part) for part in each["loc"])
        words = each["msg"].removeprefix("Value error, ")
        found[field or "form"] = f"{field}: {words}" if field else words
    return found
