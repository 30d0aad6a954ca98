"""What a change of a room means for people, and what one sees of it, in words."""

from dataclasses import dataclass
from datetime import datetime

from flask_babel import format_date, gettext, ngettext

from intranet.features.rooms.matching import Preview
from intranet.features.rooms.models import RoomRule
from intranet.features.rooms.queries import Audience, Reach
from intranet.plugin_api import N_, Room, SeenRoom, local_time

FIELDS = {
    "department": N_("Department"), "division": N_("Division"), "location": N_("Place"),
    "employee_type": N_("Kind of employment"),
}  # fmt: skip
ROLES = {"keeper": N_("Keeper"), "member": N_("Member"), "guest": N_("Guest"), "everyone": N_("Works here")}
LOUDNESS = (
    ("all", N_("Everything"), N_("You hear of each post."), "bell-ring"),
    ("normal", N_("Normal"), N_("You hear of what is meant for you."), "bell"),
    ("muted", N_("Muted"), N_("You hear nothing, and the room stands last."), "bell-off"),
)


@dataclass(frozen=True)
class Wanted:
    """The kind and access that a keeper thinks of."""

    kind: str
    access: str


def effects(room: Room, wanted: Wanted, reach: Reach) -> list[object]:
    """What changes for whom. Nothing differs: nothing is said."""
    said = _access_effects(room.access, wanted.access, reach) if wanted.access != room.access else []
    if wanted.kind != room.kind:
        said.append(_to_team() if wanted.kind == "team" else _to_channel(reach))
    return said


def _access_effects(before: str, after: str, reach: Reach) -> list[object]:
    if after == "open":
        return _opening(reach)
    said = _leaving(reach) if before == "open" else []
    if after == "secret":
        return [*said, *_hiding(reach)]
    found = gettext("Everyone in the company finds the room by its name, and sees its description, its cover and its keepers.")  # fmt: skip
    return [*said, found, gettext("They may ask to be let in.")]


def _opening(reach: Reach) -> list[object]:
    said = [
        ngettext(
            "Everyone who works here can find, read and join this room: %(num)d person more than today.",
            "Everyone who works here can find, read and join this room: %(num)d people more than today.",
            reach.outsider_count,
        )
    ]
    if reach.post_count:
        said.append(
            ngettext(
                "They also read %(num)d older post.", "They also read the %(num)d older posts.", reach.post_count
            )
        )  # fmt: skip
        said.append(gettext("Members who came without the older posts read them from then on, too."))
    return said


def _leaving(reach: Reach) -> list[object]:
    members = ngettext(
        "Only its %(num)d member reads it from then on.", "Only its %(num)d members read it from then on.",
        reach.member_count,
    )  # fmt: skip
    outsiders = ngettext(
        "%(num)d person who is not in it can no longer read it.",
        "%(num)d people who are not in it can no longer read it.",
        reach.outsider_count,
    )
    return [members, outsiders]


def _hiding(reach: Reach) -> list[object]:
    said = [
        ngettext(
            "The room is out of sight for %(num)d person: not even its name is found.",
            "The room is out of sight for %(num)d people: not even its name is found.",
            reach.outsider_count,
        )
    ]
    if reach.asking_count:
        said.append(
            ngettext(
                "%(num)d person asks to be let in. You can still answer.",
                "%(num)d people ask to be let in. You can still answer.",
                reach.asking_count,
            )
        )
    return said


def _to_team() -> object:
    return gettext("The room has posts. Those that were written before stand in it again.")


def _to_channel(reach: Reach) -> object:
    if not reach.post_count:
        return gettext("The room has no posts any more, only people and its chat.")
    return ngettext(
        "Nobody writes posts here any more. %(num)d post that is there keeps its address.",
        "Nobody writes posts here any more. The %(num)d posts that are there keep their addresses.",
        reach.post_count,
    )


def who_reads(seen: SeenRoom) -> object:
    """One sentence for the panel beside the posts."""
    if seen.room.access == "open":
        return gettext("Everyone in the company can read this room.")
    return gettext("Only members see what is written here.")


def why(room: Room, found: Audience, *, is_entry: bool) -> list[object]:
    """Why these people, in sentences."""
    said = [_why_room(room, found)]
    if found.guest_count:
        said.append(
            ngettext(
                "%(num)d guest from outside the company is among the members.",
                "%(num)d guests from outside the company are among the members.",
                found.guest_count,
            )
        )
    if is_entry and found.late_count:
        said.append(
            ngettext(
                "%(num)d member came later, without the older posts, and does not see this one.",
                "%(num)d members came later, without the older posts, and do not see this one.",
                found.late_count,
            )
        )
    return said


def _why_room(room: Room, found: Audience) -> object:
    if room.access == "open":
        return gettext("The room is open: everyone who works here can read it, and may join.")
    if room.access == "closed":
        return gettext("The room is closed: only its members read it. Everyone else finds its name, and may ask to be let in.")  # fmt: skip
    return gettext("The room is private: only its members read it, and only they know that it exists.")


def rule(each: RoomRule) -> object:
    return gettext("%(field)s is %(value)s", field=gettext(FIELDS[each.field]), value=each.value)


def coming(found: Preview) -> object:
    count = len(found.coming)
    if not count:
        return gettext("Nobody comes in now. Whoever matches later does.")
    return ngettext("%(num)d person will come in.", "%(num)d people will come in.", count)


def unproven(found: Preview) -> object:
    return ngettext(
        "%(num)d person wrote it in their own profile and does not come in: here only what the company's directory says counts.",
        "%(num)d people wrote it in their own profiles and do not come in: here only what the company's directory says counts.",
        found.unproven_count,
    )


def already(found: Preview) -> object:
    return ngettext(
        "%(num)d person is in the room already.", "%(num)d people are in the room already.", found.there_count
    )


def day(moment: datetime) -> object:
    return format_date(local_time(moment).date(), "d MMMM yyyy")
