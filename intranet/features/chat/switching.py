"""Going somewhere by a few letters: conversations, rooms that one could read, people."""

from typing import Any

from intranet.features.chat import listing, rules
from intranet.features.chat.queries import Chat
from intranet.plugin_api import db, people, room_queries, viewer

SHOWN = 10
PEOPLE = 6


def found(typed: str) -> list[dict[str, Any]]:
    """What is unread first, then what was talked in last; without letters only one's own conversations."""
    words = typed.casefold().split()
    chats = [each for each in listing.chats() if _fits(listing.title(each), words)]
    chats.sort(key=lambda each: (-each.addressed, not each.room.unread, -(each.room.newest_id or 0)))
    items = [_conversation(each) for each in chats[:SHOWN]]
    return items + (_rooms(typed) + _people(typed, chats) if words else [])


def _fits(name: str, words: list[str]) -> bool:
    return all(word in name.casefold() for word in words)


def _conversation(chat: Chat) -> dict[str, Any]:
    kind = "direct" if chat.is_direct else "private" if chat.room.access == "secret" else "channel"
    return {"kind": kind, "label": listing.title(chat), "meta": "", **listing.counted(chat)}


def _rooms(typed: str) -> list[dict[str, Any]]:
    """Rooms in which the viewer is not, but whose chat they may read."""
    own = sum(not each.is_direct for each in listing.chats())
    listed = room_queries.list_listed(db(), viewer(), words=typed, limit=SHOWN + own)
    found = [
        {"kind": "channel", "label": each.room.name, "meta": each.room.description, "url": rules.address(each.room)}
        for each in listed
        if each.role is None and each.may_read and not each.room.archived_at
    ]
    return found[:SHOWN]


def _people(typed: str, chats: list[Chat]) -> list[dict[str, Any]]:
    """People to whom the viewer does not talk yet; `to` is written to the form that opens their room."""
    known = {each.people[0].id for each in chats if len(each.people) == 1}
    return [
        {"kind": "person", "label": each.name, "meta": each.title, "to": each.username}
        for each in people.list_people(db(), viewer(), text=typed, limit=PEOPLE)
        if each.id not in known
    ]
