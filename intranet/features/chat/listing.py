"""The viewer's conversations, read once for each request: for the sidebar, and for the page that phones show."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from flask import g, request
from flask_babel import gettext

from intranet.features.chat import queries
from intranet.features.chat.newest import Newest
from intranet.features.chat.queries import Chat
from intranet.plugin_api import Person, SideItem, SideSection, db, direct_name, viewer

PLACE = "/chat"


def is_here() -> bool:
    return request.path == PLACE or request.path.startswith(PLACE + "/")


def chats() -> list[Chat]:
    if "chats" not in g:
        g.chats = queries.list_chats(db(), viewer())
    return g.chats  # type: ignore[no-any-return]


def title(chat: Chat) -> str:
    return name_of(chat.people) if chat.is_direct else chat.room.name


def name_of(people: Sequence[Person]) -> str:
    """How the viewer calls a conversation with these people."""
    return direct_name(viewer(), people)


def groups() -> list[tuple[str, list[Chat], str, str]]:
    """Title, conversations, and the way to another one: what is new first, each conversation once."""
    found: dict[int, list[Chat]] = {place: [] for place in queries.GROUPS}
    for each in sorted(chats(), key=queries.place_of):
        found[queries.group_of(each)].append(each)
    return [
        (gettext("Unread"), found[queries.UNREAD], "", ""),
        (gettext("Favourites"), found[queries.FAVOURITES], "", ""),
        (gettext("Channels"), found[queries.NAMED], "/chat/channels", gettext("Find or make a channel")),
        (gettext("Direct messages"), found[queries.DIRECT], "/chat/new", gettext("New message")),
    ]


def counted(chat: Chat, newest: Newest | None = None) -> dict[str, Any]:
    """A conversation as the script of the sidebar and of the list asks for it."""
    counts = {"url": chat.url, "unread": chat.room.unread, "addressed": chat.addressed}
    return {**counts, "newest": asdict(newest)} if newest else counts


def side_sections() -> list[SideSection]:
    shown = [each for each in groups() if each[1] or each[2]]
    return [
        SideSection(
            name, [_item(each) for each in found], url, label, order=10 * place, place=PLACE, empty=gettext("None yet.")
        )
        for place, (name, found, url, label) in enumerate(shown, start=1)
    ]


def _item(chat: Chat) -> SideItem:
    only = chat.people[0] if len(chat.people) == 1 else None
    return SideItem(
        title(chat), chat.url, icon="" if chat.is_direct else ("lock" if chat.room.access == "secret" else "hash"),
        unread=chat.room.unread > 0, addressed=chat.addressed, person=only, initials=str(len(chat.people) + 1),
        hue=chat.room.hue, private=not chat.is_direct and chat.room.access == "secret",
    )  # fmt: skip
