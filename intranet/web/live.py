"""Live streams: every process reads the events and hands each to the streams of those who may see its room."""

import logging
import threading
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeGuard

from flask import Flask
from sqlalchemy.orm import Session

from intranet.core import people, sessions, tokens
from intranet.core.rooms.access import audience
from intranet.kernel import events, wires
from intranet.kernel.db import Database
from intranet.kernel.events import Event
from intranet.kernel.signals import Signal
from intranet.kernel.wires import Writer
from intranet.web import caps, delivery
from intranet.web.delivery import SHOWN, ends, reached
from intranet.web.fragments import Fragments
from intranet.web.presence import EVERYTHING, Presence
from intranet.web.rhythm import Rhythm
from intranet.web.routing import MAX_ID
from intranet.web.stream import BEAT, BEAT_S, BEGIN, CLOSE, Full, Stream, encode, told

CHECK_S = 3.0
LOOK_S = 1.0
TYPING_EVERY_S = 2.0  # of one person in one room
MANY = 20  # people who came or went in one moment
log = logging.getLogger(__name__)


class Hub:
    """All streams of this process."""

    def __init__(self, database: Database, fragments: Fragments, on_event: Callable[[Event], None], run: Path) -> None:
        self.database, self.fragments, self.on_event = database, fragments, on_event
        self.delivered_id = 0
        self.limit = min(caps.ALL_STREAMS, wires.most())
        self.streams: dict[Stream, None] = {}  # the oldest first
        self._lock = threading.Lock()
        self.app: Flask | None = None
        self._writer: Writer | None = None
        self._hidden: set[int] | None = None
        self.typing = Rhythm(TYPING_EVERY_S)
        self.presence = Presence(run, self._open_now, self._hidden_people)

    def start(self, app: Flask, reader: events.Reader) -> None:
        """Begins to listen; called once in each process that answers requests."""
        self.app, self.delivered_id = app, reader.last_id
        self._writer = Writer(beat=BEAT, last=CLOSE, beat_s=BEAT_S)
        self._writer.start()
        reader.start()
        threading.Thread(target=self._look_after, name="live-check", daemon=True).start()

    def open(self, stream: Stream) -> Stream:
        """Raises Full."""
        stream.on_left = self.leave
        with self._lock:
            if len(self.streams) >= self.limit:
                raise Full
            theirs = [each for each in self.streams if each.person_id == stream.person_id and not each.is_ended]
            for oldest in theirs[: max(0, len(theirs) - caps.STREAMS + 1)]:
                oldest.close()
            stream.start_id = max(self.delivered_id, stream.after)  # another process may have told it more already
            self.streams[stream] = None
        return stream

    def leave(self, stream: Stream) -> None:
        with self._lock:
            self.streams.pop(stream, None)

    def hand_over(self, stream: Stream, environ: Mapping[str, Any], first: bytes) -> bool:
        """Gives the request's connection to the thread that writes to all. False: there is none to give."""
        taken = wires.take_over(environ) if self._writer is not None else None
        if taken is None or self._writer is None:
            return False
        stream.writer = self._writer  # what comes from now on is told to it; what came before waits
        is_chunked = environ.get("SERVER_PROTOCOL") != "HTTP/1.0"
        self._writer.add(taken, stream, first=first, is_chunked=is_chunked)
        return True

    def handle(self, batch: Sequence[Event]) -> None:
        """Tells all streams what happened. Rights are asked of the database as it is after all of it."""
        with self.database.read(at_once=True) as db:  # one for all who listen
            wanted = self._wanted(db, batch)
            for language in {stream.language for _, targets in wanted for stream in targets}:
                theirs = [(event, [each for each in targets if each.language == language]) for event, targets in wanted]
                theirs = [(event, targets) for event, targets in theirs if targets]
                said = self.say(db, [event for event, _ in theirs], language)
                for (_, targets), message in zip(theirs, said, strict=True):
                    for stream in targets:
                        stream.send(message)

    def _wanted(self, db: Session, batch: Sequence[Event]) -> list[tuple[Event, list[Stream]]]:
        """What is to be said, each with the streams that may hear of it."""
        heard = [(event, self._take_in(event)) for event in batch]
        shown = [(event, open_now) for event, open_now in heard if open_now and event.name in SHOWN]
        listening = {stream.person_id for _, open_now in shown for stream in open_now}
        allowed = reached(db, [event for event, _ in shown], listening) if shown else []
        return [
            (event, [each for each in open_now if each.person_id in may and not ends(event, each)])
            for (event, open_now), may in zip(shown, allowed, strict=True)
        ]

    def _take_in(self, event: Event) -> list[Stream]:
        """What the event changes for us; then the streams that may still hear of it."""
        self.on_event(event)
        if event.name.startswith("person."):
            self._hidden = None
        with self._lock:
            self.delivered_id = event.id
            open_now = [stream for stream in self.streams if stream.start_id < event.id]
        for stream in open_now:
            if ends(event, stream):
                stream.close()
                self.leave(stream)
        return open_now

    def say(self, db: Session, batch: Sequence[Event], language: str) -> list[bytes]:
        """The same bytes for every viewer of that language; nothing for what is gone."""
        if self.app is None:
            return [b""] * len(batch)
        return delivery.say(db, self.app, self.fragments, batch, language)

    def hear(self, signal: Signal) -> None:
        """What is told and not kept: who is here, or something for those who may see a room."""
        if signal.name == EVERYTHING:
            self.presence.hear(signal.data, time.monotonic())
        elif signal.name == "away":
            self._mark_away(signal.data)
        else:
            self._pass_on(signal)

    def _mark_away(self, said: Mapping[str, Any]) -> None:
        for stream in self._open_now():
            if stream.session_id is not None and stream.session_id == said.get("session_id"):
                stream.is_away = said.get("away") is True

    def _pass_on(self, signal: Signal) -> None:
        """To all who may see the room and the thread, but not to whoever it is about."""
        data, open_now = signal.data, self._open_now()
        room_id, thread_id = data.get("room_id"), data.get("thread_id")
        if not open_now or not _is_id(room_id) or not (thread_id is None or _is_id(thread_id)):
            return
        with self.database.read() as db:
            allowed = audience(db, room_id, thread_id)
        message = told(signal.name, data)
        for stream in open_now:
            if stream.person_id in allowed and stream.person_id != data.get("person_id"):
                stream.send(message)

    def present(self, db: Session, viewer_id: int) -> dict[str, list[int]]:
        """Who is here and who is away, of those whom this viewer may see."""
        states = self.presence.states
        known = people.known_to_guests(db, {viewer_id}, states.keys()).get(viewer_id) if states else None
        return self.presence.lists(known)

    def tell_presence(self, now: float) -> None:
        """Looks who is here and says what changed, to those who may know of them."""
        changed = self.presence.tick(now)
        open_now = self._open_now() if changed else []
        if not open_now:
            return
        asked = self.presence.states if len(changed) > MANY else changed
        with self.database.read() as db:
            known = people.known_to_guests(db, {stream.person_id for stream in open_now}, asked.keys())
        to_all = self._said(changed, None)
        for stream in open_now:
            theirs = known.get(stream.person_id)
            stream.send(to_all if theirs is None else self._said(changed, theirs))

    def _said(self, changed: Mapping[int, str], known: Collection[int] | None) -> bytes:
        """What changed of those people; if it is much, how all of them are."""
        if len(changed) > MANY:
            return told("present", self.presence.lists(known))
        shown = [each for each in changed if known is None or each in known]
        return b"".join(told("presence", {"person_id": each, "state": changed[each]}) for each in shown)

    def _hidden_people(self) -> set[int]:
        if (hidden := self._hidden) is None:
            with self.database.read() as db:
                hidden = self._hidden = people.hidden_ids(db)
        return hidden

    def _open_now(self) -> list[Stream]:
        with self._lock:
            return list(self.streams)

    def _look_after(self) -> None:
        checked_at = 0.0
        while True:
            time.sleep(LOOK_S)
            try:
                self.tell_presence(time.monotonic())
                if time.monotonic() - checked_at >= CHECK_S - LOOK_S / 2:
                    checked_at = time.monotonic()
                    self.check()
            except Exception:  # a thread that ends would leave rights unchecked
                log.exception("streams could not be checked; trying again")

    def check(self) -> None:
        """Closes the streams whose session or token may not be used any more."""
        open_now = self._open_now()
        if not open_now:
            return
        with self.database.read() as db:
            fine = sessions.still_open(db, {s.session_id for s in open_now if s.session_id})
            valid = tokens.still_valid(db, [s.token_id for s in open_now if s.token_id])
        for stream in open_now:
            if stream.session_id not in fine and stream.token_id not in valid:
                stream.close()
                self.leave(stream)


def _is_id(said: Any) -> TypeGuard[int]:
    return type(said) is int and 0 < said <= MAX_ID


def replay(hub: Hub, stream: Stream, after: int) -> Iterator[bytes]:
    """What happened since `after`, with today's rights. A gap that is too long is said, never hidden."""
    with hub.database.read() as db:
        missed = events.list_after(db, after, caps.REPLAY + 1)
        if len(missed) > caps.REPLAY or (after and after + 1 < events.oldest_id(db)) or after > events.newest_id(db):
            stream.start_id = hub.delivered_id
            yield encode(stream.start_id, "reset", {"id": stream.start_id})
            return
        shown = [event for event in missed if event.id <= stream.start_id and event.name in SHOWN]
        allowed = reached(db, shown, {stream.person_id})
        theirs = [event for event, may in zip(shown, allowed, strict=True) if stream.person_id in may]
        said = hub.say(db, theirs, stream.language)
    yield from filter(None, said)


def run(hub: Hub, stream: Stream, after: int | None, environ: Mapping[str, Any]) -> Iterator[bytes]:
    """The bytes of one stream. With the headers out, its connection is handed over; a server without one gets it all here."""
    try:
        yield BEGIN
        missed = replay(hub, stream, after) if after is not None else [encode(stream.start_id, "beat", {})]
        first = greeting(hub, stream) + b"".join(missed)
        if hub.hand_over(stream, environ, first):
            return
        yield first
        yield from stream.until_closed()
    finally:
        if stream.writer is None:
            hub.leave(stream)


def greeting(hub: Hub, stream: Stream) -> bytes:
    """Who is here at this moment; what changes comes afterwards. It is told that the stream begins, for not all is told again."""
    with hub.database.read() as db:
        return told("present", {**hub.present(db, stream.person_id), "begins": True})
