"""What becomes of a person's fields, and which of them the profile shows locked."""

from collections.abc import Iterable
from datetime import date

from intranet.core.directory.entries import CAPS, DirectoryPerson
from intranet.core.directory.settings import DirectorySettings
from intranet.core.models import Person


def fields_for(
    settings: DirectorySettings, person: Person, owned: Iterable[str], said: DirectoryPerson
) -> dict[str, str | date | None]:
    """What becomes of the person's fields. A field that people may edit, and the language, are only filled when empty;
    what the directory gave before and gives no more is emptied."""
    mapped, before = settings.attributes(), set(owned)
    values: dict[str, str | date | None] = {**dict.fromkeys(CAPS, ""), **said.fields, "started_on": said.started_on}
    fields: dict[str, str | date | None] = {}
    for field, value in values.items():
        if field not in mapped or (not value and field not in before):
            continue
        if field not in settings.people_may_edit or not getattr(person, field):
            fields[field] = value
    if said.language in ("en", "it", "de") and not person.language:
        fields["language"] = said.language
    return fields


def owned_by(settings: DirectorySettings, said: DirectoryPerson, *, has_photo: bool) -> list[str]:
    """The fields that the profile shows locked, with what the directory says in them."""
    given = {**said.fields, "started_on": said.started_on, "manager": said.manager_dn, "photo": has_photo}
    mapped = settings.attributes()
    return sorted(
        field for field in given if given[field] and field in mapped and field not in settings.people_may_edit
    )
