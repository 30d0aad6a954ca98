"""Who is here. Each process knows whose pages hold a stream in it, tells the others, and believes them for half a minute.

Nothing of it is kept: who looks at a page is nobody's business a minute later.
"""

import os
from collections.abc import Callable, Collection, Iterable, Mapping
from pathlib import Path
from typing import Any, Literal, Protocol

from intranet.kernel import signals

TELL_EVERY_S = 10.0
BELIEVED_S = 30.0
LINGERS_S = 10.0  # a page that is loaded again is no leaving
SAID_EVERY_S = 5.0  # of one person
MOST = 5_000  # people of one process
PROCESSES = 100
EVERYTHING = "presence.all"
State = Literal["here", "away"]


class Watcher(Protocol):
    """An open stream. Only a browser's has a session; programs make nobody present."""

    person_id: int
    session_id: int | None
    is_away: bool


class Presence:
    """What this process knows of who is here. `states` leaves out who wishes to be seen by nobody."""

    def __init__(
        self, run: Path, watchers: Callable[[], Iterable[Watcher]], hidden: Callable[[], Collection[int]]
    ) -> None:
        self.states: dict[int, State] = {}
        self._run, self._watchers, self._hidden = run, watchers, hidden
        self._own: dict[int, tuple[State, float]] = {}
        self._others: dict[int, tuple[dict[int, State], float]] = {}
        self._announced: tuple[dict[int, State], float] = {}, 0.0
        self._said: dict[int, tuple[str, float]] = {}

    def of(self, ids: Iterable[int]) -> dict[int, State]:
        """Which of these people are here or away; who is neither is left out."""
        states = self.states
        return {each: states[each] for each in ids if each in states}

    def lists(self, known: Collection[int] | None = None) -> dict[str, list[int]]:
        """Who is here and who is away, of everyone or of those who are `known`."""
        shown = self.states if known is None else self.of(known)
        return {name: sorted(each for each, state in shown.items() if state == name) for name in ("here", "away")}

    def tick(self, now: float) -> dict[int, str]:
        """Looks anew and tells the other processes. What changed and may be said now: `here`, `away` or `off`."""
        self._look(now)
        self._announce(now)
        self.states = self._put_together(now)
        return self._changed(now)

    def hear(self, said: Mapping[str, Any], now: float) -> None:
        """What another process told. Whatever has the wrong shape is nobody."""
        process = said.get("process")
        if type(process) is not int or process == os.getpid():
            return
        if process in self._others or len(self._others) < PROCESSES:
            away: dict[int, State] = dict.fromkeys(_ids(said.get("away")), "away")
            self._others[process] = away | dict.fromkeys(_ids(said.get("here")), "here"), now + BELIEVED_S

    def _look(self, now: float) -> None:
        seen: dict[int, State] = {}
        for each in self._watchers():
            if each.session_id is not None and (not each.is_away or each.person_id not in seen):
                seen[each.person_id] = "away" if each.is_away else "here"
        lingering = {person_id: kept for person_id, kept in self._own.items() if kept[1] > now}
        self._own = lingering | {person_id: (state, now + LINGERS_S) for person_id, state in list(seen.items())[:MOST]}

    def _announce(self, now: float) -> None:
        own = {person_id: state for person_id, (state, _) in self._own.items()}
        announced, at = self._announced
        if own != announced or (own and now - at >= TELL_EVERY_S):
            self._announced = own, now
            here = [person_id for person_id, state in own.items() if state == "here"]
            away = [person_id for person_id, state in own.items() if state == "away"]
            signals.send(self._run, EVERYTHING, process=os.getpid(), here=here, away=away)

    def _put_together(self, now: float) -> dict[int, State]:
        self._others = {process: kept for process, kept in list(self._others.items()) if kept[1] > now}
        states: dict[int, State] = {person_id: state for person_id, (state, _) in self._own.items()}
        for said, _ in self._others.values():
            for person_id, state in said.items():
                if state == "here" or person_id not in states:
                    states[person_id] = state
        hidden = self._hidden() if states else ()
        return {person_id: state for person_id, state in states.items() if person_id not in hidden}

    def _changed(self, now: float) -> dict[int, str]:
        changed: dict[int, str] = {}
        for person_id in self.states.keys() | self._said.keys():
            state, (said, at) = self.states.get(person_id, "off"), self._said.get(person_id, ("off", -SAID_EVERY_S))
            if now - at < SAID_EVERY_S:
                continue
            if state != said:
                changed[person_id] = state
                self._said[person_id] = state, now
            elif state == "off":
                del self._said[person_id]
        return changed


def _ids(said: Any) -> list[int]:
    return [each for each in said[:MOST] if type(each) is int] if isinstance(said, list) else []
