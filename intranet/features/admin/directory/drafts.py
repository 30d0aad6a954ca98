"""What stands in the form of a directory: typed text on one side, checked settings on the other."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from intranet.plugin_api import directory_settings

DirectorySettings = directory_settings.DirectorySettings
FIELDS: Sequence[str] = directory_settings.FIELDS
PLAIN = (
    "preset", "bind_dn", "base_dn", "ca_file", "direct_bind_template", "scope", "people_filter", "id_attribute",
    "username_attribute", "stamp_attribute", "group_base_dn", "group_filter", "group_name_attribute",
    "group_member_attribute", "nesting", "when_someone_leaves", "timeout_s", "page_size", "sync_minutes",
    "most_leavers_percent", *(f"{name}_attribute" for name in FIELDS),
)  # fmt: skip
SCHEME = re.compile(r"^ldaps?://", re.IGNORECASE)
DEFAULT_PORT = re.compile(r"^(ldaps://.*):636$|^(ldap://.*):389$")


class Submitted(Protocol):
    """Fields of a form, of which some come several times."""

    def get(self, name: str, default: str) -> str: ...

    def getlist(self, name: str) -> list[str]: ...


@dataclass(frozen=True)
class RuleRow:
    """A line of the rules: `gives` is admin, guest, nothing, member or keeper."""

    by: str = "group"
    value: str = ""
    gives: str = "member"
    room: str = ""


@dataclass(frozen=True)
class Draft:
    """What is typed. The password goes in and never comes out: no page ever shows it."""

    values: Mapping[str, str]
    name: str = ""
    servers: str = ""
    encryption: str = "ldaps"
    login_attributes: str = ""
    password: str = field(default="", repr=False)
    may_edit: frozenset[str] = frozenset()
    extra: Sequence[tuple[str, str]] = ()
    rules: Sequence[RuleRow] = ()


def of_settings(settings: DirectorySettings) -> Draft:
    """The form of what is kept."""
    return Draft(
        {name: _shown(getattr(settings, name)) for name in PLAIN}, settings.name,
        " ".join(_host(url) for url in settings.servers), _encryption(settings), " ".join(settings.login_attributes),
        may_edit=frozenset(settings.people_may_edit), extra=tuple(settings.extra_attributes.items()),
        rules=tuple(_row(rule) for rule in settings.rules),
    )  # fmt: skip


def unchecked(name: str, said: Mapping[str, Any]) -> DirectorySettings:
    """What is kept and cannot be used any more, so that it can be seen and mended."""
    preset = directory_settings.PRESETS.get(str(said.get("preset")), {})
    merged = {**preset, **said, "name": name}
    rules = [directory_settings.Rule.model_construct(**rule) for rule in merged.get("rules", ())]
    return DirectorySettings.model_construct(**{**merged, "rules": tuple(rules)})


def empty(name: str = "directory", preset: str = "openldap") -> Draft:
    """The form of a directory that is not there yet, with the usual values of its kind."""
    return usual(Draft({"preset": preset}, name))


def usual(draft: Draft) -> Draft:
    """Everything that a preset says, as it says it; what is the company's own stays."""
    kind = draft.values["preset"]
    preset = directory_settings.PRESETS.get(kind, {})
    own = ("bind_dn", "base_dn", "ca_file", "group_base_dn", "direct_bind_template", "when_someone_leaves", "timeout_s",
           "sync_minutes", "most_leavers_percent")  # fmt: skip
    values = {name: _shown(preset.get(name, _default(name))) for name in PLAIN}
    kept = {name: draft.values[name] for name in own if name in draft.values}
    logins = preset.get("login_attributes", _default("login_attributes"))
    return replace(draft, values={**values, **kept, "preset": kind}, login_attributes=" ".join(logins))


def read(form: Submitted) -> Draft:
    """What was typed, as it was typed."""
    labels, attributes = form.getlist("extra_label"), form.getlist("extra_attribute")
    columns = [form.getlist(f"rule_{name}") for name in ("by", "value", "gives", "room")]
    return Draft(
        {name: form.get(name, "").strip() for name in PLAIN}, form.get("name", "").strip(), form.get("servers", "").strip(),
        form.get("encryption", "ldaps"), form.get("login_attributes", "").strip(), form.get("bind_password", ""),
        frozenset(form.getlist("may_edit")),
        tuple((label.strip(), attribute.strip()) for label, attribute in zip(labels, attributes, strict=False)),
        tuple(RuleRow(*(each.strip() for each in row)) for row in zip(*columns, strict=False)),
    )  # fmt: skip


def with_row(draft: Draft, what: str) -> Draft:
    """`rule` or `field` adds an empty line; `rule-2` or `field-2` takes that one away."""
    kind, _, number = what.partition("-")
    name = "rules" if kind == "rule" else "extra"
    rows: list[Any] = list(getattr(draft, name))
    if not number:
        rows.append(RuleRow() if kind == "rule" else ("", ""))
    elif number.isascii() and number.isdigit() and len(number) < 4 and int(number) < len(rows):
        del rows[int(number)]
    return replace(draft, rules=tuple(rows)) if kind == "rule" else replace(draft, extra=tuple(rows))


def _default(name: str) -> Any:
    return DirectorySettings.model_fields[name].default


def _shown(value: Any) -> str:
    if value is None:
        return ""
    return f"{value:g}" if isinstance(value, float) else str(value)


def _host(url: str) -> str:
    found = DEFAULT_PORT.match(url)
    return SCHEME.sub("", (found[1] or found[2]) if found else url)


def _encryption(settings: DirectorySettings) -> str:
    if settings.start_tls:
        return "starttls"
    return "ldaps" if all(url.startswith("ldaps://") for url in settings.servers) else "plain"


def _row(rule: directory_settings.Rule) -> RuleRow:
    return RuleRow(rule.by, rule.value, rule.role if rule.gives == "room" else rule.gives, rule.room)
