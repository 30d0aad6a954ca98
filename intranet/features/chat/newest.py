"""What was said last in each conversation, in a line: for the page that lists them."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import gettext
from markupsafe import Markup

from intranet.features.chat.queries import Chat
from intranet.plugin_api import Entry, Person, db, entry_queries, in_words, people, viewer

LONGEST = 120  # characters; a line shows fewer


@dataclass(frozen=True)
class Newest:
    """Who said what, and when, as its reader has it."""

    words: str
    when: str


def newest_in(chats: Sequence[Chat]) -> dict[int, Newest]:
    """By room. The list knows the newest message that its viewer may read; in a room without one there is nothing."""
    entries = entry_queries.by_ids(db(), [each.room.newest_id for each in chats if each.room.newest_id])
    authors = people.by_ids(db(), {each.author_id for each in entries.values()})
    pairs = {each.room.id for each in chats if each.is_direct and len(each.people) == 1}
    return {
        each.room_id: Newest(_said(each, authors[each.author_id], each.room_id in pairs), in_words(each.created_at))
        for each in entries.values()
    }


def _said(entry: Entry, author: Person, is_between_two: bool) -> str:
    """Between two it is plain who says what the viewer did not."""
    words = _words(entry)
    if author.id == viewer().id:
        return str(gettext("You: %(words)s", words=words))
    return words if is_between_two else f"{author.name}: {words}"


def _words(entry: Entry) -> str:
    words = str(Markup(entry.html).striptags())
    if words:
        return words if len(words) <= LONGEST else words[:LONGEST].rstrip() + "…"
    return str(gettext("A forwarded message") if entry.shared_id else gettext("A picture or a file"))
