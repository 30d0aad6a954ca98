"""A seeded company for measuring: 500 people, 40 rooms of Zipf sizes, posts of Zipf words."""

import random
from collections.abc import Sequence
from datetime import timedelta
from itertools import accumulate
from pathlib import Path

from sqlalchemy import insert, text
from sqlalchemy.orm import Session

from intranet.app import open_house
from intranet.core import people, sessions
from intranet.core.models import Entry, Membership, Person, Room, SessionRow, Token
from intranet.core.rooms import changes as room_changes
from intranet.kernel import clock
from intranet.kernel.search.index import spaced
from intranet.kernel.search.language import stems
from intranet.kernel.settings import load

PEOPLE, ROOMS, VOCABULARY, BATCH = 500, 40, 30_000, 5_000
SIZES = {"S": 10_000, "M": 100_000, "L": 1_000_000}


def session_token(number: int) -> str:
    return f"bench-session-{number}"


def fill(data: Path, size: str, seed: int = 1) -> None:
    """Writes the company into an empty data folder; the same seed gives the same company."""
    site, chance = open_house(load(data)), random.Random(seed)
    with site.database.write() as db:
        room_changes.add(db, creator=None, name="Everyone", kind="company", slug="everyone")
        cast = [people.add(db, username=f"person{n}", name=f"Person {n}") for n in range(PEOPLE)]
        rooms = [room_changes.add(db, creator=cast[n], name=f"Room {n}", access="closed") for n in range(ROOMS)]
        seat(db, cast, rooms, chance)
        let_in(db, cast)
    write_posts(site, SIZES[size], [room.id for room in rooms], [person.id for person in cast], chance)
    with site.database.write() as db:
        newest = db.scalar(text("SELECT max(id) FROM entries")) or 0
        db.execute(text("UPDATE memberships SET read_to = :n"), {"n": newest - 300})
    site.database.close()


def seat(db: Session, cast: Sequence[Person], rooms: Sequence[Room], chance: random.Random) -> None:
    """Rooms of Zipf sizes, each with its keeper."""
    moment = clock.now()
    for n, room in enumerate(rooms):
        wanted = chance.sample(cast, max(5, PEOPLE // (n + 2)))
        new = [
            {
                "room_id": room.id, "person_id": person.id, "role": "member", "joined_at": moment, "read_to": 0,
                "loudness": "normal",
            }
            for person in wanted if person is not cast[n]
        ]  # fmt: skip
        db.execute(insert(Membership), new)


def let_in(db: Session, cast: Sequence[Person]) -> None:
    """A session for everyone, and a token for the first."""
    moment = clock.now()
    until = moment + timedelta(days=1)
    sessions_open = [
        {
            "token_hash": sessions.hash_token(session_token(n)), "person_id": person.id, "created_at": moment,
            "seen_at": moment, "expires_at": until, "agent": "bench", "address": "",
        }
        for n, person in enumerate(cast)
    ]  # fmt: skip
    db.execute(insert(SessionRow), sessions_open)
    token_hash = sessions.hash_token("bench-token")
    db.execute(
        insert(Token), {"token_hash": token_hash, "person_id": cast[0].id, "name": "bench", "created_at": moment}
    )


def write_posts(  # type: ignore[no-untyped-def]
    site, count: int, rooms: list[int], authors: list[int], chance: random.Random, *, first: int = 1
) -> None:
    """Posts with ids from `first` on, five minutes apart."""
    words = ["".join(chance.choices("abcdefghilmnoprstuvz", k=chance.randint(3, 11))) for _ in range(VOCABULARY)]
    by_rank = list(accumulate(1 / (n + 1) for n in range(VOCABULARY)))
    room_weights = list(accumulate(1 / (n + 1) for n in range(len(rooms))))
    began = clock.now() - timedelta(days=400)
    for start in range(first, first + count, BATCH):
        entries, index = [], []
        for number in range(start, min(start + BATCH, first + count)):
            body = " ".join(chance.choices(words, cum_weights=by_rank, k=chance.randint(12, 40)))
            entries.append({
                "id": number, "kind": "post", "room_id": chance.choices(rooms, cum_weights=room_weights)[0], "author_id": chance.choice(authors),
                "body": body, "html": f"<p>{body}</p>\n", "created_at": began + timedelta(seconds=(number - first) * 300), "revision": 1, "version": 1, "comment_count": 0,
            })  # fmt: skip
            index.append({"docid": number, "body": spaced(body), "stems": stems(body)})
        with site.database.write() as db:
            db.execute(insert(Entry), entries)
            db.execute(text("INSERT INTO talk (docid, body, stems) VALUES (:docid, :body, :stems)"), index)
