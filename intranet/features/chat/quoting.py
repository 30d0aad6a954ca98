"""Somebody's words at the beginning of one's own."""

from intranet.features.chat import queries
from intranet.features.chat.lines import clock_time
from intranet.plugin_api import NotFound, SeenRoom, api, db, people, viewer

LONGEST = 600  # characters that are quoted


def quoted(seen: SeenRoom) -> str:
    """What a message of `?quote=` begins with: who said it, the way there, and the words. Nothing for one from elsewhere."""
    entry_id = api.cursor(name="quote")
    if not entry_id:
        return ""
    entry, there = queries.fetch_message(db(), viewer(), entry_id)
    if there.room.id != seen.room.id:
        raise NotFound
    author = people.by_ids(db(), {entry.author_id})[entry.author_id]
    words = entry.body if len(entry.body) <= LONGEST else entry.body[:LONGEST].rstrip() + "…"
    said = [f"**{author.name}**, [{clock_time(entry.created_at)}](/chat/m/{entry.id})", *words.splitlines()]
    return "".join(f"> {line}\n" for line in said) + "\n"
