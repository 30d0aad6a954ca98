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
State = Literal["here", "away", "off"]


class Watcher(Protocol):
    """An open stream. Only a browser's has a session; programs make nobody present."""

    person_id: int
    session_id: int | None
    is_away: bool


class Presence:
    """What this process knows of who is here.

    `states` is what was told, without those who wish to be seen by nobody. A page begins with it: whoever began with
    what is not told yet would not hear that it passed.
    """

    def __init__(
        self, run: Path, watchers: Callable[[], Iterable[Watcher]], hidden: Callable[[], Collection[int]]
    ) -> None:
        self.states: dict[int, State] = {}
        self._run, self._watchers, self._hidden = run, watchers, hidden
        self._own: dict[int, tuple[State, float]] = {}
        self._others: dict[int, tuple[dict[int, State], float]] = {}
        self._announced: tuple[dict[int, State], float] = {}, 0.0
        self._said: dict[int, float] = {}  # when something was told of somebody

    def of(self, ids: Iterable[int]) -> dict[int, State]:
        """Which of these people are here or away; who is neither is left out."""
        states = self.states
        return {each: states[each] for each in ids if each in states}

    def lists(self, known: Collection[int] | None = None) -> dict[str, list[int]]:
        """Who is here and who is away, of everyone or of those who are `known`."""
        shown = self.states if known is None else self.of(known)
        return {name: sorted(each for each, state in shown.items() if state == name) for name in ("here", "away")}

    def tick(self, now: float) -> dict[int, State]:
        """Looks anew and tells the other processes. What changed and may be said now: `here`, `away` or `off`."""
        self._look(now)
        self._announce(now)
        self._said = {person_id: at for person_id, at in self._said.items() if now - at < SAID_EVERY_S}
        changed = self._changed(self._put_together(now), now)
        told = self.states | changed
        self.states = {person_id: state for person_id, state in told.items() if state != "off"}
        return changed

    def hear(self, said: Mapping[str, Any], now: float) -> None:
        """What another process told. Whatever has the wrong shape is nobody."""
        process = said.get("process")
        if type(process) is not int or process == os.getpid():
            return
        others = {each: kept for each, kept in self._others.items() if kept[1] > now}
        if process in others or len(others) < PROCESSES:
            away: dict[int, State] = dict.fromkeys(_ids(said.get("away")), "away")
            others[process] = away | dict.fromkeys(_ids(said.get("here")), "here"), now + BELIEVED_S
        self._others = others

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
        states: dict[int, State] = {person_id: state for person_id, (state, _) in self._own.items()}
        for said, until in self._others.values():
            for person_id, state in said.items() if until > now else ():
                if state == "here" or person_id not in states:
                    states[person_id] = state
        return states

    def _changed(self, seen: Mapping[int, State], now: float) -> dict[int, State]:
        """What is otherwise than it was told, unless it was told a moment ago. Who hides is gone at once."""
        hidden = self._hidden() if seen or self.states else ()
        changed: dict[int, State] = {}
        for person_id in seen.keys() | self.states.keys():
            state: State = "off" if person_id in hidden else seen.get(person_id, "off")
            may_be_said = person_id in hidden or person_id not in self._said
            if state != self.states.get(person_id, "off") and may_be_said:
                changed[person_id] = state
                self._said[person_id] = now
        return changed


def _ids(said: Any) -> list[int]:
    return [each for each in said[:MOST] if type(each) is int] if isinstance(said, list) else []
