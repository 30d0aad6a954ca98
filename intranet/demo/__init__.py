"""A fictional company to look at: Officine Aurora, makers of gearboxes on an Italian lake."""

import json
import tomllib
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from intranet.core import house, people, profiles
from intranet.core.entries import changes as entry_changes
from intranet.core.entries.changes import NewAttachment
from intranet.core.models import Blob, Entry, Membership, Person, Room, Skill
from intranet.core.rooms import changes as room_changes
from intranet.core.signin import passwords
from intranet.demo import chat
from intranet.demo.aging import age
from intranet.kernel import clock, events
from intranet.kernel.blobs import Blobs
from intranet.kernel.events import EventPlace
from intranet.kernel.pictures import Picture, make_safe
from intranet.web.site import Site

CONTENT = Path(__file__).parent / "content"
PICTURES = CONTENT / "pictures"
PICTURE_LIMIT = 10 << 20
PROFILE = ("languages", "experience", "hours", "time_zone", "absence_note", "shows_birthday", "shows_anniversary")
NOT_FIELDS = (
    "username", "name", "manager", "picture", "here_for_days", "started_years_ago", "anniversary_in", "birthday_in",
    "away_for", "skills", *PROFILE,
)  # fmt: skip
OLD_HANDS_DAYS = 900
NEWS = 6  # posts that are new to everyone


class DemoRefused(RuntimeError):
    """The data folder already holds people."""


def fill(site: Site, password: str) -> str:
    """Writes the whole company in one transaction. Returns the user name to sign in with."""
    pictures = {path.name: _keep(site.blobs, path) for path in sorted(PICTURES.glob("*.webp"))}
    hashed = passwords.hash_password(password)
    with site.database.write() as db:
        if db.scalar(select(func.count()).select_from(Person)):
            raise DemoRefused("This data folder already holds people. Choose an empty one with --data.")
        return _fill(site, db, pictures, hashed)


def _fill(site: Site, db: Session, pictures: dict[str, NewAttachment], hashed: str) -> str:
    company = _toml("company.toml")
    for key in ("name", "sentence", "contact", "language"):
        house.save_value(db, f"company.{key}", company[key])
    rooms_said = _toml("rooms.toml")["rooms"]
    for said in (room for room in rooms_said if room["kind"] == "company"):
        _add_room(db, said)
    cast = _add_people(db, pictures, hashed)
    rooms = {said["slug"]: _furnish(db, said, cast) for said in rooms_said}
    messages = _lines("chat.jsonl")
    chat.add(db, [each for each in messages if not each.get("new")], rooms, cast)
    posts = _lines("posts.jsonl")
    for place, said in enumerate(sorted(posts, key=lambda post: -post["minutes_ago"])):
        if place == len(posts) - NEWS:  # of what is older everyone has heard
            db.merge(EventPlace(reader="worker", event_id=events.newest_id(db)))
        post = _add_post(db, said, rooms, cast, pictures)
        list(site.plugins.ask("demo_said", db=db, entry=post, said=said, cast=cast))
    chat.add(db, [each for each in messages if each.get("new")], rooms, cast)
    _read_most(db, cast[company["visitor"]])
    return str(company["visitor"])


def _add_people(db: Session, pictures: dict[str, NewAttachment], hashed: str) -> dict[str, Person]:
    said = _toml("people.toml")["people"]
    cast = {}
    for each in said:
        fields = {key: value for key, value in each.items() if key not in NOT_FIELDS}
        person = people.add(db, username=each["username"], name=each["name"], password_hash=hashed, **fields)
        if picture := pictures.get(each.get("picture", "")):
            db.merge(Blob(sha256=picture.sha256, size=picture.size, created_at=clock.now()))
            person.avatar = picture.sha256
        person.created_at = clock.now() - timedelta(days=each.get("here_for_days", OLD_HANDS_DAYS))
        cast[person.username] = person
    for each in said:
        if each.get("manager"):
            cast[each["username"]].manager_id = cast[each["manager"]].id
        _add_profile(db, each, cast)
    return cast


def _add_profile(db: Session, said: dict[str, Any], cast: dict[str, Person]) -> None:
    """What they tell of themselves; days are counted from today, so that somebody always celebrates or is away."""
    person, today = cast[said["username"]], clock.now().date()
    fields = {name: said[name] for name in PROFILE if name in said}
    if "birthday_in" in said:
        fields["birthday"] = f"{today + timedelta(days=said['birthday_in']):%m-%d}"
    if "away_for" in said:
        fields |= {"absent_from": today - timedelta(days=1), "absent_until": today + timedelta(days=said["away_for"])}
    if "started_years_ago" in said:
        day = today + timedelta(days=said.get("anniversary_in", 60))
        fields["started_on"] = day.replace(year=day.year - said["started_years_ago"], day=min(day.day, 28))
    profiles.save(db, person, fields)
    colleagues = [each for each in cast.values() if each is not person]
    for place, (name, confirmed) in enumerate(said.get("skills", [])):
        profiles.add_skill(db, person, name, cap=len(said["skills"]))
        skill = db.scalars(select(Skill).where(Skill.person_id == person.id, Skill.name == name)).one()
        for number in range(confirmed):
            colleague = colleagues[(place * 3 + number + person.id) % len(colleagues)]
            profiles.confirm(db, person, skill.id, colleague, on=True)


def _add_room(db: Session, said: dict[str, Any]) -> Room:
    return room_changes.add(
        db, creator=None, name=said["name"], kind=said["kind"], access=said["access"], description=said["description"],
        icon=said.get("icon", ""), hue=said["hue"], slug=said["slug"],
    )  # fmt: skip


def _furnish(db: Session, said: dict[str, Any], cast: dict[str, Person]) -> Room:
    room = db.scalar(select(Room).where(Room.slug == said["slug"])) or _add_room(db, said)
    for username in said.get("members", []):
        room_changes.set_member(db, room, cast[username], "member", actor=None)
    for username in said.get("keepers", []):
        room_changes.set_member(db, room, cast[username], "keeper", actor=None)
    return room


def _add_post(
    db: Session,
    said: dict[str, Any],
    rooms: dict[str, Room],
    cast: dict[str, Person],
    pictures: dict[str, NewAttachment],
) -> Entry:
    room = rooms[said["room"]]
    attached = [_described(pictures[each["file"]], each["alt"]) for each in said.get("pictures", [])]
    post = entry_changes.add(
        db, kind="post", room_id=room.id, author=cast[said["author"]], body=said["body"], attachments=attached
    )
    age(db, post, said, cast)
    if said.get("pinned"):
        entry_changes.set_pinned(db, post, pinned=True)
    for answer in said.get("comments", []):
        author = cast[answer["author"]]
        comment = entry_changes.add(
            db, kind="comment", room_id=room.id, author=author, body=answer["body"], parent=post
        )
        age(db, comment, answer, cast)
    return post


def _read_most(db: Session, visitor: Person) -> None:
    """The visitor has read all but the newest few, so that the rooms look lived in."""
    newest = list(db.scalars(select(Entry.id).where(Entry.kind == "post").order_by(Entry.id.desc()).limit(NEWS)))
    db.execute(update(Membership).values(read_to=newest[0]))
    db.execute(update(Membership).where(Membership.person_id == visitor.id).values(read_to=newest[-1]))
    chat.read_most(db, visitor, newest[0])


def _described(picture: NewAttachment, alt: str) -> NewAttachment:
    return NewAttachment(picture.sha256, picture.size, picture.name, picture.type, alt, picture.width, picture.height)


def _keep(blobs: Blobs, path: Path) -> NewAttachment:
    picture: Picture = make_safe(path.read_bytes())
    with path.open("rb") as source:
        blob = blobs.put(source, limit=PICTURE_LIMIT)
    return NewAttachment(blob.sha256, blob.size, path.name, "image/webp", "", picture.width, picture.height)


def _lines(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (CONTENT / name).read_text(encoding="utf-8").splitlines()]


def _toml(name: str) -> dict[str, Any]:
    return tomllib.loads((CONTENT / name).read_text(encoding="utf-8"))
