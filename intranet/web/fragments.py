"""One fragment for an entry: rendered once per version, language, theme and day, the same for every viewer."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from babel.lists import format_list
from flask import current_app
from flask_babel import get_locale, ngettext
from markupsafe import Markup
from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from intranet.core import people
from intranet.core.entries import queries
from intranet.core.entries.words import offered
from intranet.core.models import Attachment, Entry, Person, Room
from intranet.web import i18n, shapes, times
from intranet.web.csrf import PLACEHOLDER
from intranet.web.kept import Kept
from intranet.web.offers import Piece
from intranet.web.site import site

KEPT, KEPT_SHAPES = 6_000, 2_000
SHOWN_COMMENTS = 2
ROOMS = select(Room).where(Room.id.in_(bindparam("ids", expanding=True)))
READ_NAMES = 20  # of those who reacted, and so many of them are said
SAID_NAMES = 8
FACES = 3  # of those who answered a message
Key = tuple[int, int, str, str, str]


@dataclass(frozen=True)
class ReactionView:
    """One emoji under an entry, with who gave it."""

    emoji: str
    count: int
    names: Sequence[str]

    @property
    def who(self) -> str:
        """ "Sara, Kofi and 12 others", in the reader's language."""
        said = list(self.names[: SAID_NAMES if self.count > SAID_NAMES + 1 else READ_NAMES])
        others = self.count - len(said)
        if others > 0:
            said.append(ngettext("%(num)d other", "%(num)d others", others))
        return format_list(said, locale=get_locale() or "en")


@dataclass(frozen=True)
class EntryView:
    """An entry with all that its fragment shows."""

    entry: Entry
    author: Person
    room: Room
    attachments: Sequence[Attachment] = ()
    given: Mapping[str, Sequence[int]] = field(default_factory=dict)
    reactions: Sequence[ReactionView] = ()
    comments: Sequence[Markup] = field(default=())
    pieces: Sequence[Piece] = ()
    answerers: Sequence[Person] = ()
    answered_at: datetime | None = None

    @property
    def pictures(self) -> list[Attachment]:
        return [each for each in self.attachments if each.is_picture]

    @property
    def files(self) -> list[Attachment]:
        return [each for each in self.attachments if not each.is_picture]


class Fragments:
    """The cache of fragments in this process. Losing it costs time, never truth."""

    def __init__(self) -> None:
        self._kept: Kept[Key, Markup] = Kept(KEPT)
        self.shapes: Kept[tuple[int, int], dict[str, Any]] = Kept(
            KEPT_SHAPES
        )  # the same for the API, by id and version

    def get(self, db: Session, found: Iterable[tuple[int, int]]) -> dict[int, Markup]:
        """Fragments of entries given by id and version; missing ones are loaded together and rendered."""
        return self._ready(db, dict(found), lambda missing: queries.by_ids(db, missing).values())

    def draw(self, db: Session, entries: Collection[Entry]) -> dict[int, Markup]:
        """The same of entries that are loaded already."""
        versions = {each.id: each.version for each in entries}
        return self._ready(db, versions, lambda missing: [each for each in entries if each.id in missing])

    def list(self, db: Session, found: Iterable[tuple[int, int]]) -> list[Markup]:
        """The same, in the order that was asked for."""
        pairs = [(row[0], row[1]) for row in found]
        ready = self.get(db, pairs)
        return [ready[entry_id] for entry_id, _ in pairs if entry_id in ready]

    def one(self, db: Session, entry: Entry) -> Markup:
        return self.draw(db, [entry])[entry.id]

    def clear(self) -> None:
        self._kept.clear()
        self.shapes.clear()

    def _ready(
        self, db: Session, versions: Mapping[int, int], find: Callable[[Sequence[int]], Collection[Entry]]
    ) -> dict[int, Markup]:  # fmt: skip
        shared = i18n.current(), site().themes.current(), times.today()
        keys = {entry_id: (entry_id, version, *shared) for entry_id, version in versions.items()}
        ready = {key[0]: html for key, html in self._kept.among(keys.values()).items()}
        missing = [entry_id for entry_id in keys if entry_id not in ready]
        for entry_id, view in (load(db, find(missing), self) if missing else {}).items():
            ready[entry_id] = html = render(view)
            self._kept.keep(keys[entry_id], html)
            shape = shapes.drawn(view.entry, view.author, view.given, view.attachments)
            self.shapes.keep((entry_id, view.entry.version), shape)
        return ready


def render(view: EntryView) -> Markup:
    kind, env = site().entry_kinds[view.entry.kind], current_app.jinja_env
    shown = offered(site().values())
    values = {"view": view, "csrf_token": lambda: PLACEHOLDER, "offered": shown}
    return Markup(env.get_template(kind.template).render(values))


def load(db: Session, entries: Collection[Entry], fragments: Fragments) -> dict[int, EntryView]:
    """Everything that these entries show, in a fixed number of statements."""
    answered = [e for e in entries if e.comment_count]
    above = [e.id for e in answered if e.kind != "message"]
    comments = _comments(db, queries.last_comment_ids(db, above, SHOWN_COMMENTS) if above else [], fragments)
    answers = queries.list_answerers(db, [e.id for e in answered if e.kind == "message"])
    reactions = queries.reactions(db, [e.id for e in entries if e.is_changed])
    involved = {e.author_id for e in entries}
    involved |= {person_id for each in reactions.values() for them in each.values() for person_id in them[:READ_NAMES]}
    involved |= {person_id for each in answers.values() for person_id, _ in each[:FACES]}
    known = people.by_ids(db, involved)
    rooms = {room.id: room for room in db.scalars(ROOMS, {"ids": list({e.room_id for e in entries})})}
    attached = queries.attachments(db, entries)
    pieces = _pieces(db, list(entries))
    return {
        entry.id: EntryView(
            entry, known[entry.author_id], rooms[entry.room_id], attached.get(entry.id, []),
            reactions.get(entry.id, {}), reaction_views(reactions.get(entry.id, {}), known), comments.get(entry.id, []),
            pieces.get(entry.id, []), [known[each] for each, _ in answers.get(entry.id, [])[:FACES] if each in known],
            next((at for _, at in answers.get(entry.id, [])), None),
        )
        for entry in entries
    }  # fmt: skip


def _pieces(db: Session, entries: Sequence[Entry]) -> dict[int, list[Piece]]:
    found: dict[int, list[Piece]] = {}
    for answer in site().plugins.ask("entry_pieces", db=db, entries=entries):
        for entry_id, piece in answer.items():
            found.setdefault(entry_id, []).append(piece)
    return {entry_id: sorted(pieces, key=lambda each: each.order) for entry_id, pieces in found.items()}


def reaction_views(given: dict[str, list[int]], known: dict[int, Person]) -> list[ReactionView]:
    return [
        ReactionView(emoji, len(ids), [known[each].name for each in ids[:READ_NAMES] if each in known])
        for emoji, ids in given.items()
    ]


def _comments(db: Session, ids: Sequence[int], fragments: Fragments) -> dict[int, list[Markup]]:
    if not ids:
        return {}
    found = queries.by_ids(db, ids)
    html = fragments.draw(db, found.values())
    grouped: dict[int, list[Markup]] = {}
    for entry_id in sorted(found):
        grouped.setdefault(found[entry_id].parent_id or 0, []).append(html[entry_id])
    return grouped
