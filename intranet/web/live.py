"""Live streams: every process reads the events and hands each to the streams of those who may see its room."""

import contextlib
import json
import logging
import queue
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask import Flask
from flask_babel import force_locale
from sqlalchemy.exc import SQLAlchemyError

from intranet.core import sessions, tokens
from intranet.core.entries import queries
from intranet.core.models import Entry, Person
from intranet.core.rooms.access import audience
from intranet.kernel import events
from intranet.kernel.db import Database
from intranet.kernel.events import Event
from intranet.web import caps, csrf, shapes
from intranet.web.fragments import Fragments

BEAT_S = 10.0
CHECK_S = 3.0
CLOSE = b""
ENTRY_EVENTS = ("entry.added", "entry.changed", "reaction.changed")
ABOUT_ENTRIES = (*ENTRY_EVENTS, "entry.removed")
SHOWN = (
    *ABOUT_ENTRIES, "room.changed", "member.added", "member.removed", "read.changed", "notifications.changed",
)  # fmt: skip
PRIVATE = ("mentions", "new_mentions", "people", "removed_by", "actor_id")
log = logging.getLogger(__name__)


@dataclass(eq=False)
class Stream:
    """One open stream. `after` is the last event that its client knows, `start_id` the last that its replay covers."""

    person_id: int
    language: str
    session_id: int | None = None
    token_id: int | None = None
    after: int = 0
    start_id: int = 0
    waiting: "queue.SimpleQueue[bytes]" = field(default_factory=queue.SimpleQueue)

    def send(self, message: bytes) -> None:
        if self.waiting.qsize() < caps.STREAM_BACKLOG:
            self.waiting.put(message)
        else:
            self.close()

    def close(self) -> None:
        """Ends the stream at once: what still waits is not delivered."""
        with contextlib.suppress(queue.Empty):
            while True:
                self.waiting.get_nowait()
        self.waiting.put(CLOSE)


class Hub:
    """All streams of this process."""

    def __init__(self, database: Database, fragments: Fragments, on_event: Callable[[Event], None]) -> None:
        self.database, self.fragments, self.on_event = database, fragments, on_event
        self.delivered_id = 0
        self.streams: set[Stream] = set()
        self._lock = threading.Lock()
        self._app: Flask | None = None

    def start(self, app: Flask, reader: events.Reader) -> None:
        """Begins to listen; called once in each process that answers requests."""
        self._app, self.delivered_id = app, reader.last_id
        reader.start()
        threading.Thread(target=self._check_for_ever, name="live-check", daemon=True).start()

    def open(self, stream: Stream) -> Stream:
        with self._lock:
            theirs = [each for each in self.streams if each.person_id == stream.person_id]
            for oldest in theirs[: max(0, len(theirs) - caps.STREAMS + 1)]:
                oldest.close()
            stream.start_id = max(self.delivered_id, stream.after)  # another process may have told it more already
            self.streams.add(stream)
        return stream

    def leave(self, stream: Stream) -> None:
        with self._lock:
            self.streams.discard(stream)

    def handle(self, batch: Sequence[Event]) -> None:
        for event in batch:
            self.on_event(event)
            with self._lock:
                self.delivered_id = event.id
                open_now = [stream for stream in self.streams if stream.start_id < event.id]
            self._close_ended(event, open_now)
            self._deliver(event, open_now)

    def _close_ended(self, event: Event, open_now: Sequence[Stream]) -> None:
        for stream in open_now:
            if ends(event, stream):
                stream.close()
                self.leave(stream)

    def _deliver(self, event: Event, open_now: Sequence[Stream]) -> None:
        if event.name not in SHOWN or not open_now or self._app is None:
            return
        with self.database.read() as db:
            allowed = reached(db, event)
            targets = [stream for stream in open_now if stream.person_id in allowed and not ends(event, stream)]
            said: dict[str, bytes] = {}
            for language in {stream.language for stream in targets}:
                said[language] = self.encode(db, event, language)
        for stream in targets:
            stream.send(said[stream.language])

    def encode(self, db: Any, event: Event, language: str) -> bytes:
        """The same bytes for every viewer of that language."""
        data: dict[str, Any] = {"id": event.id, "room_id": event.room_id, "entry_id": event.subject, **event.data}
        for name in PRIVATE:
            data.pop(name, None)
        if event.name in ENTRY_EVENTS and event.subject is not None and self._app is not None:
            entry = queries.by_ids(db, [event.subject]).get(event.subject)
            if entry is None:
                return b""
            with self._app.app_context(), force_locale(language):
                html = self.fragments.one(db, entry).replace(csrf.PLACEHOLDER, "")
            data |= {"html": html, "entry": shapes.entry(db, entry, None)}
        if root_id := event.data.get("thread_id"):
            root = queries.by_ids(db, [root_id]).get(root_id)
            data["comment_count"] = root.comment_count if root else 0
        return encode(event.id, event.name, data)

    def _check_for_ever(self) -> None:
        while True:
            time.sleep(CHECK_S)
            try:
                self.check()
            except SQLAlchemyError:
                log.exception("streams could not be checked; trying again")

    def check(self) -> None:
        """Closes the streams whose session or token may not be used any more."""
        with self._lock:
            open_now = list(self.streams)
        if not open_now:
            return
        with self.database.read() as db:
            fine = sessions.still_open(db, {s.session_id for s in open_now if s.session_id})
            valid = tokens.still_valid(db, [s.token_id for s in open_now if s.token_id])
        for stream in open_now:
            if stream.session_id not in fine and stream.token_id not in valid:
                stream.close()
                self.leave(stream)


def ends(event: Event, stream: Stream) -> bool:
    """Whether this event takes the stream's right away."""
    if event.name == "session.ended":
        return stream.session_id in event.data.get("sessions", [])
    if event.name == "token.revoked":
        return stream.token_id in event.data.get("tokens", [])
    return event.name == "person.disabled" and event.subject == stream.person_id


def reached(db: Any, event: Event) -> set[int]:
    """Whom an event may reach, asked at the moment of delivery. Nothing said: nobody."""
    if event.room_id is not None:
        allowed = audience(db, event.room_id, _root_id(db, event)) or set()
        return allowed | ({event.person_id} if event.name == "member.removed" and event.person_id else set())
    return ({event.person_id} if event.person_id else set()) | set(event.data.get("people", []))


def _root_id(db: Any, event: Event) -> int | None:
    """The entry at the top of what the event tells of, for what was said before somebody came may be hidden."""
    if event.name not in ABOUT_ENTRIES or event.subject is None:
        return None
    if "thread_id" in event.data:
        return event.data["thread_id"] or event.subject
    entry = db.get(Entry, event.subject)  # whoever recorded it did not say
    return entry.root_id if entry else 0


def encode(event_id: int, name: str, data: dict[str, Any]) -> bytes:
    body = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return f"id: {event_id}\nevent: {name}\ndata: {body}\n\n".encode()


def replay(hub: Hub, stream: Stream, after: int) -> Iterator[bytes]:
    """What happened since `after`, with today's rights. A gap that is too long is said, never hidden."""
    with hub.database.read() as db:
        missed = events.list_after(db, after, caps.REPLAY + 1)
        if len(missed) > caps.REPLAY or (after and after + 1 < events.oldest_id(db)) or after > events.newest_id(db):
            stream.start_id = hub.delivered_id
            yield encode(stream.start_id, "reset", {"id": stream.start_id})
            return
        said = [
            hub.encode(db, event, stream.language)
            for event in missed
            if event.id <= stream.start_id and event.name in SHOWN and stream.person_id in reached(db, event)
        ]
    yield from said


def run(hub: Hub, stream: Stream, after: int | None) -> Iterator[bytes]:
    """The bytes of one stream until it is closed, with a beat while nothing happens."""
    try:
        yield b"retry: 1000\n\n"
        if after is not None:
            yield from replay(hub, stream, after)
        else:
            yield encode(stream.start_id, "beat", {})
        while True:
            try:
                message = stream.waiting.get(timeout=BEAT_S)
            except queue.Empty:
                message = b"event: beat\ndata: {}\n\n"
            if message == CLOSE:
                yield b"event: session.ended\ndata: {}\n\n"
                return
            yield message
    finally:
        hub.leave(stream)


def stream_for(person: Person, language: str, session_id: int | None, token_id: int | None) -> Stream:
    return Stream(person.id, language, session_id, token_id)
