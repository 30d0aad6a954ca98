"""A house with the one cast: Ines writes, Omar shares her room, Pavel is an outsider, Rosa runs the place."""

import re
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

from flask import Flask
from flask.testing import FlaskClient
from jinja2.bccache import Bucket, BytecodeCache
from werkzeug.test import TestResponse

from intranet.app import create_app, open_house
from intranet.core import people, sessions, tokens
from intranet.core.entries import changes as entry_changes
from intranet.core.models import Entry, Person, Room
from intranet.core.rooms import changes as room_changes
from intranet.core.rooms import queries as room_queries
from intranet.core.signin import passwords
from intranet.kernel.settings import load
from intranet.web.site import Site

PASSWORD = "correct horse battery"  # noqa: S105
CAST = {"ines": "Ines Alba", "omar": "Omar Said", "pavel": "Pavel Novak", "rosa": "Rosa Berg"}
# The first moment that a post can wait for goes on with the clock, too.
SIGNED_ANEW = re.compile(r'csrf_token" value="[^"]+"|X-CSRFToken": "[^"]+"|nonce="[^"]+"|min="[^"]+T[^"]+"')
TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


@dataclass
class House:
    """One house in a folder of its own."""

    app: Flask
    site: Site

    def visitor(self, username: str | None = None) -> "Visitor":
        """A browser; signed in when a user name is given."""
        return Visitor(self, username)

    def program(self, username: str) -> "Program":
        """A program with a token of that person."""
        return Program(self, username)

    def person(self, username: str) -> Person:
        with self.site.database.read() as db:
            found = people.find_by_username(db, username)
        if found is None:
            raise LookupError(username)
        return found

    def room(self, slug: str) -> Room:
        with self.site.database.read() as db:
            return db.query(Room).where(Room.slug == slug).one()

    def say(self, username: str, slug: str, body: str, parent: Entry | None = None) -> Entry:
        """An entry straight in the database, as a page would write it."""
        author, room = self.person(username), self.room(slug)
        with self.site.database.write() as db:
            above = db.get(Entry, parent.id) if parent else None
            kind = "comment" if parent else "post"
            return entry_changes.add(db, kind=kind, room_id=room.id, author=author, body=body, parent=above)

    def sees(self, username: str, slug: str) -> bool:
        with self.site.database.read() as db:
            return room_queries.find_readable(db, self.person(username), slug=slug) is not None


def without_token(answer: TestResponse) -> str:
    """The page without what is signed anew each second, or each minute."""
    return SIGNED_ANEW.sub("", answer.text)


class Visitor:
    """A browser without JavaScript: keeps cookies, sends the CSRF token of the page."""

    def __init__(self, house: House, username: str | None) -> None:
        self.client: FlaskClient = house.app.test_client()
        self.csrf = ""
        if username:
            with house.site.database.write() as db:
                token = sessions.start(db, house.person(username), agent="tests", address="", keep=False)
            with self.client.session_transaction() as cookie:
                cookie["_user_id"], cookie["_fresh"] = token, True

    def get(self, path: str, **options: Any) -> TestResponse:
        return self.client.get(path, **options)

    def token(self) -> str:
        if not self.csrf:
            found = TOKEN.search(self.get("/rooms/new").text) or TOKEN.search(self.get("/login").text)
            self.csrf = found[1] if found else ""
        return self.csrf

    def post(self, path: str, data: dict[str, Any] | None = None, **options: Any) -> TestResponse:
        return self.client.post(path, data={"csrf_token": self.token(), **(data or {})}, **options)


class Program:
    """A client of the API."""

    def __init__(self, house: House, username: str) -> None:
        self.client: FlaskClient = house.app.test_client()
        with house.site.database.write() as db:
            token = tokens.create(db, house.person(username), "tests")
        self.headers = {"Authorization": f"Bearer {token}"}

    def ask(self, method: str, path: str, headers: dict[str, str] | None = None, **options: Any) -> TestResponse:
        return self.client.open(f"/api/v1{path}", method=method, headers={**self.headers, **(headers or {})}, **options)

    def get(self, path: str, **options: Any) -> TestResponse:
        return self.ask("GET", path, **options)

    def post(self, path: str, json: Any = None, **options: Any) -> TestResponse:
        return self.ask("POST", path, json={} if json is None else json, **options)


def build_template(folder: Path) -> Path:
    """A data folder with the cast and their rooms, made once and copied for each test."""
    site = open_house(load(folder))
    hashed = passwords.hash_password(PASSWORD)
    with site.database.write() as db:
        room_changes.add(db, creator=None, name="Everyone", kind="company", slug="everyone")
        cast = {
            username: people.add(db, username=username, name=name, password_hash=hashed, is_admin=username == "rosa")
            for username, name in CAST.items()
        }
        workshop = room_changes.add(db, creator=cast["ines"], name="Workshop", access="secret")
        room_changes.set_member(db, workshop, cast["omar"], "member", actor=cast["ines"])
        room_changes.add(db, creator=cast["omar"], name="Library", access="open")
        room_changes.add(db, creator=cast["omar"], name="Counter", access="closed")
    site.database.close()
    return folder


class Compiled(BytecodeCache):
    """Templates that another house of this process has compiled."""

    kept: ClassVar[dict[str, bytes]] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if known := self.kept.get(bucket.key + bucket.checksum):
            bucket.bytecode_from_string(known)

    def dump_bytecode(self, bucket: Bucket) -> None:
        self.kept[bucket.key + bucket.checksum] = bucket.bytecode_to_string()


def open_copy(template: Path, folder: Path) -> House:
    shutil.copytree(template, folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns("run"))
    app = create_app(load(folder))
    app.jinja_env.bytecode_cache = Compiled()
    app.config["TESTING"] = False
    return House(app, app.extensions["intranet"])
