"""From what was typed about a directory to settings that can be used, or errors by field."""

import re
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from intranet.features.admin.directory.drafts import FIELDS, PLAIN, SCHEME, DirectorySettings, Draft, RuleRow
from intranet.plugin_api import N_, Invalid, clean_line, directory_settings

HOST = re.compile(r"(?:[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?|\[[0-9A-Fa-f:.]+\])(?::\d{1,5})?")
ATTRIBUTE = re.compile(r"[A-Za-z][A-Za-z0-9;-]{0,99}|\d+(?:\.\d+)+")
NAME = re.compile(directory_settings.NAMES)
RANGES = {"timeout_s": (1, 30), "page_size": (1, 10_000), "sync_minutes": (0, 1440), "most_leavers_percent": (0, 100)}
NEEDED = ("id_attribute", "username_attribute", "group_name_attribute", "group_member_attribute")
CAP = 1000
MOST_ROWS = 100
WRONG = {
    "name": N_("Use small letters, digits and dashes, at most 40."),
    "servers": N_("Name at least one server, for example ldap.example.com."),
    "host": N_("Write each server as a name or an address, with a port when it is not the usual one."),
    "encryption": N_("Choose one of the offered values."),
    "base_dn": N_("Say where people are looked for, for example ou=people,dc=example,dc=com."),
    "ca_file": N_("There is no such file on the box."),
    "filter": N_("A filter stands in brackets, each opened and closed."),
    "attribute": N_("Write the name of one attribute: letters, digits and dashes."),
    "needed": N_("This attribute is needed."),
    "timeout_s": N_("Write a number from 1 to 30."),
    "page_size": N_("Write a number from 1 to 10,000."),
    "sync_minutes": N_("Write a number from 0 to 1,440."),
    "most_leavers_percent": N_("Write a number from 0 to 100."),
    "direct_bind_template": N_("Put {username} where the user name belongs, once."),
    "login_attributes": N_("Name at least one attribute that people sign in with."),
    "extra": N_("Each extra field needs a name and an attribute."),
    "rules": N_("Each rule needs a value, and a room when it gives a room that you can see."),
    "password": N_("Type the password again: it is not sent to another server, or under another name, unseen."),
    "other": N_("This value cannot be used here."),
    "characters": N_("This holds characters that cannot be kept. Remove them and send it again."),
}


def check(
    draft: Draft, *, kept: DirectorySettings | None, rooms: Collection[str], password: str = ""
) -> DirectorySettings:
    """Raises Invalid. `kept` is what is stored, `password` its secret, `rooms` what rules may name."""
    errors: dict[str, str] = {}
    said = _values(draft, errors)
    said["rules"] = _rules(draft.rules, rooms, errors)
    said["extra_attributes"] = _extra(draft.extra, errors)
    said["people_may_edit"] = [name for name in FIELDS if name in draft.may_edit]
    if kept and password and not draft.password and said["bind_dn"]:
        if _goes_elsewhere(kept, said):
            errors["bind_password"] = WRONG["password"]
        said["bind_password"] = password
    if errors:
        raise Invalid(errors)
    return _settings(said)


def _values(draft: Draft, errors: dict[str, str]) -> dict[str, Any]:
    values = {name: _line(name, draft.values.get(name, ""), errors) for name in PLAIN}
    said: dict[str, Any] = {"name": draft.name, **values, "ca_file": values["ca_file"] or None}
    said["servers"] = _servers(draft, errors)
    said["start_tls"] = draft.encryption == "starttls"
    said["plain_text_passwords_on_the_wire"] = draft.encryption == "plain"
    said["login_attributes"] = draft.login_attributes.replace(",", " ").split()
    said["bind_password"] = draft.password if values["bind_dn"] else ""
    for name in RANGES:
        said[name] = _number(name, values[name], errors)
    _check_texts(draft, said, errors)
    return said


def _check_texts(draft: Draft, said: dict[str, Any], errors: dict[str, str]) -> None:
    faults = {
        "name": not NAME.fullmatch(draft.name),
        "encryption": draft.encryption not in ("ldaps", "starttls", "plain"),
        "base_dn": not said["base_dn"],
        "ca_file": bool(said["ca_file"]) and not Path(said["ca_file"]).is_file(),
        "login_attributes": not said["login_attributes"] or not all(map(ATTRIBUTE.fullmatch, said["login_attributes"])),
        "direct_bind_template": bool(said["direct_bind_template"])
        and said["direct_bind_template"].count("{username}") != 1,
    }
    errors.update({name: WRONG[name] for name, is_wrong in faults.items() if is_wrong})
    for name in ("people_filter", "group_filter"):
        value = said[name]
        if not (value.startswith("(") and value.endswith(")") and value.count("(") == value.count(")")):
            errors[name] = WRONG["filter"]
    for name in (each for each in PLAIN if each.endswith("_attribute")):
        if not said[name] and name in NEEDED:
            errors[name] = WRONG["needed"]
        elif said[name] and not ATTRIBUTE.fullmatch(said[name]):
            errors[name] = WRONG["attribute"]


def _servers(draft: Draft, errors: dict[str, str]) -> list[str]:
    """What was typed, with the scheme of the chosen encryption."""
    hosts = [SCHEME.sub("", each).rstrip("/") for each in draft.servers.replace(",", " ").split()]
    if not hosts:
        errors["servers"] = WRONG["servers"]
    elif not all(map(HOST.fullmatch, hosts)):
        errors["servers"] = WRONG["host"]
    scheme = "ldaps" if draft.encryption == "ldaps" else "ldap"
    return [f"{scheme}://{host}" for host in hosts]


def _number(name: str, value: str, errors: dict[str, str]) -> float:
    low, high = RANGES[name]
    if value.isascii() and value.replace(".", "", name == "timeout_s").isdigit() and low <= float(value[:10]) <= high:
        return float(value) if name == "timeout_s" else int(value)
    errors[name] = WRONG[name]
    return low


def _line(name: str, value: str, errors: dict[str, str]) -> str:
    try:
        return clean_line(value, CAP)
    except ValueError:
        errors[name] = WRONG["characters"]
        return ""


def _extra(rows: Sequence[tuple[str, str]], errors: dict[str, str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for label, attribute in (row for row in rows[:MOST_ROWS] if any(row)):
        if not label or len(label) > 60 or label in found or not ATTRIBUTE.fullmatch(attribute):
            errors["extra"] = WRONG["extra"]
        found[_line("extra", label, errors)] = attribute
    return found


def _rules(rows: Sequence[RuleRow], rooms: Collection[str], errors: dict[str, str]) -> list[dict[str, str]]:
    """Lines without a value are left out: they were added and not filled in."""
    found = []
    for row in (each for each in rows[:MOST_ROWS] if each.value):
        gives_room = row.gives in ("member", "keeper")
        if gives_room and row.room not in rooms:
            errors["rules"] = WRONG["rules"]
        rule = {"by": row.by, "value": _line("rules", row.value, errors), "gives": "room" if gives_room else row.gives}
        found.append({**rule, "room": row.room, "role": row.gives} if gives_room else rule)
    return found


def _goes_elsewhere(kept: DirectorySettings, said: dict[str, Any]) -> bool:
    """Whether a stored password would reach somebody whom it was not meant for."""
    new_server = bool(set(said["servers"]) - set(kept.servers))
    weaker = said["plain_text_passwords_on_the_wire"] and not kept.plain_text_passwords_on_the_wire
    other_trust = str(said["ca_file"] or "") != str(kept.ca_file or "")
    return new_server or weaker or other_trust or said["bind_dn"] != kept.bind_dn


def _settings(said: dict[str, Any]) -> DirectorySettings:
    """Only what differs from the usual values of its kind is said."""
    usual = {name: each.default for name, each in DirectorySettings.model_fields.items()}
    usual |= directory_settings.PRESETS.get(said["preset"], {})
    differing = {
        name: value for name, value in said.items() if name in ("name", "preset") or not _is_usual(usual[name], value)
    }
    try:
        return DirectorySettings.model_validate(differing)
    except ValidationError as error:
        raise Invalid({_input(name): WRONG["other"] for name in directory_settings.problems(error)}) from None


def _is_usual(usual: Any, value: Any) -> bool:
    return bool((list(usual) if isinstance(usual, tuple) else usual) == value)


def _input(name: str) -> str:
    """The input that a setting belongs to."""
    first = name.partition(".")[0]
    return {"start_tls": "encryption", "extra_attributes": "extra", "people_may_edit": "may_edit"}.get(first, first)
