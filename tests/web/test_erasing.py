"""Leaving for good: what a person takes along, and that nothing which names them stays."""

import io
import json
import os
import stat
import zipfile
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from PIL import Image
from sqlalchemy import text

from intranet.app import open_house
from intranet.cli import cli
from intranet.commands import add_to
from intranet.core import audit, people, profiles, sessions, tickets, tokens
from intranet.core.entries import changes as entry_changes
from intranet.core.models import (
    Attachment,
    AuditRow,
    DirectoryAccount,
    DirectoryRun,
    Entry,
    Passkey,
    Person,
    RecoveryCode,
    Skill,
    Ticket,
    TotpSecret,
)
from intranet.kernel import clock, events
from intranet.kernel.settings import load
from intranet.plugin_api import hookimpl
from intranet.testing.house import House, build_template

add_to(cli)
MARKS = ("omar", "said", "+39 340 555", "fitter")


def write(house: House, do: Any) -> Any:
    with house.site.database.write() as db:
        person = people.find_by_username(db, "omar")
        return do(db, person)


def disable(house: House) -> None:
    write(house, lambda db, omar: people.disable(db, omar))


def furnish(house: House) -> dict[str, Entry]:
    """Omar in every table there is."""
    raw = io.BytesIO()
    Image.new("RGB", (8, 8), "red").save(raw, "PNG")
    house.visitor("omar").post(
        "/me/profile", {"name": "Omar Said", "title": "Fitter", "email": "omar@example.org", "mobile": "+39 340 555", "about": "Ask Omar",
                        "picture": (io.BytesIO(raw.getvalue()), "me.png")},
    )  # fmt: skip
    own = house.say("omar", "workshop", "my own words")
    comment = house.say("omar", "workshop", "and a comment", parent=own)
    theirs = house.say("ines", "workshop", "Ask @omar or @Omar, or see [him](/people/omar).")
    with house.site.database.write() as db:
        omar, ines = (people.find_by_username(db, name) for name in ("omar", "ines"))
        assert omar
        assert ines
        profiles.add_skill(db, omar, "Hydraulics", cap=30)
        profiles.add_skill(db, ines, "Gears", cap=30)
        for owner, colleague in ((omar, ines), (ines, omar)):
            skill = db.query(Skill).where(Skill.person_id == owner.id).one()
            profiles.confirm(db, owner, skill.id, colleague, on=True)
        entry_changes.react(db, db.get_one(Entry, theirs.id), omar, "👍", on=True)
        sessions.start(db, omar, agent="tests", address="192.0.2.7", keep=True)
        tokens.create(db, omar, "a token")
        tickets.issue(db, "password", lasts=timedelta(days=1), person=omar)
        db.add(TotpSecret(person_id=omar.id, sealed="x"))
        db.add(RecoveryCode(person_id=omar.id, code_hash="x"))
        db.add(Passkey(person_id=omar.id, credential_id="x", public_key="x", name="phone", created_at=clock.now()))
        db.add(
            DirectoryAccount(person_id=omar.id, directory="test", username="omar.said", dn="uid=omar.said", owned=[])
        )
        ines.manager_id = omar.id
        tickets.issue(db, "guest", lasts=timedelta(days=1), created_by=ines, email="omar@example.org")
        report = {"lines": [{"username": "omar", "name": "Omar Said", "outcome": "changed"}]}
        db.add(DirectoryRun(directory="test", at=clock.now(), seconds=1, outcome="done", report=report))
        audit.write(
            db, "signin.failed", "Omar", actor_id=omar.id, address="192.0.2.7", typed="OMAR", more=[{"by": "omar"}]
        )
        audit.write(db, "signin.failed", "omaruna", person="omaruna")
        events.record(db, "directory.synced", names=["Omar Said"], one={"username": "omar"})
        people.rename(db, omar, "omar.s")
        people.rename(db, omar, "omar")
    return {"own": own, "comment": comment, "theirs": theirs}


def erase(house: House, **data: str) -> Any:
    return house.visitor("rosa").post("/people/omar/erase", {"username": "omar", **data})


def entry(house: House, entry_id: int) -> Entry:
    with house.site.database.read() as db:
        return db.get_one(Entry, entry_id)


def rows_naming(house: House, *marks: str) -> list[tuple[str, str]]:
    """Every row of every table that holds one of the marks, whatever the column."""
    found = []
    with house.site.database.read() as db:
        tables = db.scalars(
            text("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '%_content'")
        ).all()
        for table in tables:
            if table.startswith(("talk", "library", "sqlite_")) and table not in ("talk", "library"):
                continue
            for row in db.execute(text(f'SELECT * FROM "{table}"')):
                said = " ".join(str(value) for value in row).lower()
                found += [(table, said) for mark in marks if mark in said.replace("omaruna", "")]
    return found


def test_nothing_in_any_table_names_who_was_erased(house: House) -> None:
    furnish(house)
    assert {table for table, _ in rows_naming(house, *MARKS)} >= {"people", "audit", "events", "entries", "talk"}
    disable(house)
    assert erase(house).status_code == 303
    assert rows_naming(house, *MARKS, "192.0.2.7") == []
    with house.site.database.read() as db:
        number = db.query(Person).where(Person.username.startswith("former-")).one().id
        for table in (
            "profiles", "sessions", "tokens", "totp_secrets", "recovery_codes", "passkeys", "tickets", "directory_accounts",
            "former_usernames", "reactions", "skill_confirmations", "skills", "memberships", "created_once",
        ):  # fmt: skip
            left = db.execute(text(f"SELECT count(*) FROM {table} WHERE person_id = :id"), {"id": number}).scalar()
            assert left == 0, table
        assert db.query(AuditRow).where(AuditRow.subject == "omaruna").count() == 1
        assert db.get_one(Person, house.person("ines").id).manager_id is None


def test_a_name_with_letters_beyond_ascii_leaves_the_logs_too(house: House) -> None:
    with house.site.database.write() as db:
        omar = people.find_by_username(db, "omar")
        assert omar
        omar.name = "Ömer Çelik"
        audit.write(db, "room.changed", "Ömer Çelik")
        audit.write(db, "room.changed", "workshop", said="of ÖMER ÇELIK")
    assert {table for table, _ in rows_naming(house, "ömer")} == {"people", "audit"}
    disable(house)
    erase(house)
    assert rows_naming(house, "ömer", "\\u00f6mer", "\\u00d6mer") == []


def test_the_placeholder_stands_where_the_person_stood(house: House) -> None:
    said = furnish(house)
    disable(house)
    number = house.person("omar").id
    assert erase(house).headers["Location"] == f"/people/former-{number}"
    ines = house.visitor("ines")
    assert ines.get("/people/omar").status_code == 404
    page = ines.get(f"/people/former-{number}").text
    assert "Former colleague" in page
    assert "No longer here" in page
    room = ines.get("/rooms/workshop").text
    assert "my own words" in room
    assert "Former colleague" in room
    assert "Omar Said" not in room
    theirs = entry(house, said["theirs"].id)
    assert theirs.body == f"Ask @former-{number} or @former-{number}, or see [him](/people/former-{number})."
    assert "data-person" not in theirs.html
    assert theirs.edited_at is None
    assert "👍" not in room.partition(f'id="post-{theirs.id}"')[2].partition("</form>")[0].partition("emoji-row")[0]


def test_others_with_a_similar_name_are_left_alone(house: House) -> None:
    body = "Not @omara, @omar.two, info@omar, /people/omar-x or [her](/people/omar.two)."
    post = house.say("ines", "workshop", body + " But @omar.")
    disable(house)
    number = house.person("omar").id
    erase(house)
    assert entry(house, post.id).body == f"{body} But @former-{number}."


def test_what_was_rewritten_is_found_by_its_words_and_no_more_by_the_name(house: House) -> None:
    house.say("ines", "workshop", "zirconium for @omar")
    disable(house)
    erase(house)
    assert "zirconium" in house.visitor("ines").get("/search?q=zirconium").text.partition("<main")[2]
    assert house.program("ines").get("/search?q=omar").json["items"] == []  # type: ignore[index]


def test_their_posts_go_too_when_asked(house: House) -> None:
    said = furnish(house)
    answer = house.say("ines", "workshop", "an answer", parent=said["own"])
    files = {"body": "with a file", "files": (io.BytesIO(b"bytes"), "plan.txt")}
    assert house.visitor("omar").post("/rooms/workshop/posts", files).status_code == 303
    above = house.say("ines", "workshop", "a question")
    house.say("omar", "workshop", "gone soon", parent=above)
    disable(house)
    assert erase(house, with_posts="on").status_code == 303
    page = house.visitor("ines").get("/rooms/workshop").text
    for words in ("my own words", "and a comment", "with a file", "gone soon"):
        assert words not in page
    assert (entry(house, said["own"].id).body, entry(house, said["own"].id).html) == ("", "")
    assert entry(house, answer.id).body == "an answer"
    assert entry(house, above.id).comment_count == 0
    with house.site.database.read() as db:
        assert db.query(Attachment).count() == 0
    assert house.program("ines").get("/search?q=words").json["items"] == []  # type: ignore[index]


def test_what_they_had_put_into_the_bin_is_emptied(house: House) -> None:
    post = house.say("omar", "workshop", "thrown away")
    house.visitor("omar").post(f"/entries/{post.id}/remove")
    disable(house)
    erase(house)
    assert entry(house, post.id).body == ""


def test_only_an_admin_erases_and_only_who_can_no_longer_sign_in(house: House) -> None:
    assert "Disable this person first." in house.visitor("rosa").get("/people/omar/erase").text
    assert erase(house).status_code == 409
    assert house.person("omar").erased_at is None
    disable(house)
    assert "Erase this person" in house.visitor("rosa").get("/people/omar").text
    assert "Erase this person" not in house.visitor("ines").get("/people/omar").text
    for name in ("ines", "pavel"):
        assert house.visitor(name).get("/people/omar/erase").status_code == 404
        assert house.visitor(name).post("/people/omar/erase", {"username": "omar"}).status_code == 404
    assert house.person("omar").erased_at is None


def test_nobody_is_erased_by_a_slip(house: House) -> None:
    disable(house)
    for typed in ("", "ines", "Omar Said"):
        answer = erase(house, username=typed)
        assert answer.status_code == 422
        assert "This is not the user name of the person." in answer.text
    assert house.person("omar").erased_at is None
    assert erase(house, username=" OMAR ").status_code == 303


def test_a_placeholder_is_not_erased_again_and_signs_in_nowhere(house: House) -> None:
    token = house.program("omar")
    disable(house)
    number = house.person("omar").id
    erase(house)
    path = f"/people/former-{number}/erase"
    assert house.visitor("rosa").get(path).status_code == 404
    assert house.visitor("rosa").post(path, {"username": f"former-{number}"}).status_code == 404
    assert token.get("/me").status_code == 401


def test_when_a_plugin_cannot_forget_nothing_is_erased(house: House) -> None:
    class Stubborn:
        @hookimpl
        def person_erased(self, person: Person) -> None:
            raise RuntimeError("no")

    house.site.plugins.manager.register(Stubborn(), "stubborn")
    house.site.plugins.loaded.append(type(house.site.plugins.loaded[0])("stubborn", os, Path(), True))
    disable(house)
    answer = erase(house)
    assert answer.status_code == 409
    assert "nothing was erased" in answer.text
    assert house.person("omar").erased_at is None


def test_a_username_that_is_also_a_word_leaves_the_words_of_logs(house: House) -> None:
    with house.site.database.write() as db:
        member = people.add(db, username="member", name="Mem Ber")
        audit.write(db, "member.set", "workshop", person="member", role="member")
        people.disable(db, member)
    with house.site.database.write() as db:
        from intranet.core import erasing

        erasing.erase(db, people.find_by_username(db, "member"), None, with_posts=False)  # type: ignore[arg-type]
        (row,) = (
            db.query(AuditRow)
            .where(AuditRow.action == "member.set", AuditRow.subject == "workshop")
            .order_by(AuditRow.id.desc())
            .limit(1)
        )
    assert row.detail["role"] == "member"
    assert row.detail["person"].startswith("former-")


# What one takes along


def archive(answer: Any) -> zipfile.ZipFile:
    assert answer.status_code == 200
    assert answer.mimetype == "application/zip"
    return zipfile.ZipFile(io.BytesIO(answer.data))


def test_a_person_takes_along_all_that_is_theirs(house: House) -> None:
    furnish(house)
    files = {"body": "with a file", "files": (io.BytesIO(b"bytes"), "../plan.txt")}
    assert house.visitor("omar").post("/rooms/workshop/posts", files).status_code == 303
    house.visitor("omar").post("/welcome/pavel/hello")
    found = archive(house.visitor("omar").get("/me/export"))
    profile = json.loads(found.read("profile.json"))
    assert (profile["username"], profile["title"]) == ("omar", "Fitter")
    assert profile["skills"] == [{"name": "Hydraulics", "confirmed_by": 1}]
    posts = json.loads(found.read("posts.json"))
    assert [each["body"] for each in posts] == ["my own words", "with a file"]
    assert posts[0]["room"] == "Workshop"
    assert [each["body"] for each in json.loads(found.read("comments.json"))] == ["and a comment"]
    assert "my own words" in found.read("posts.html").decode()
    assert [each["emoji"] for each in json.loads(found.read("reactions.json"))] == ["👍"]
    assert {each["slug"] for each in json.loads(found.read("rooms.json"))} >= {"workshop", "library", "everyone"}
    assert json.loads(found.read("sessions.json"))["tokens"][0]["name"] == "a token"
    assert any(each["action"] == "signin.failed" for each in json.loads(found.read("audit.json")))
    assert json.loads(found.read("welcome.json"))["greeted"][0]["username"] == "pavel"
    attached = [name for name in found.namelist() if name.startswith("attachments/")]
    assert [found.read(name) for name in attached] == [b"bytes"]
    assert not [name for name in found.namelist() if ".." in name or name.startswith("/")]
    assert found.read("photo.webp")[:4] == b"RIFF"


def test_the_archive_holds_nothing_of_others(house: House) -> None:
    furnish(house)
    post = house.say("omar", "workshop", "my question")
    house.say("ines", "workshop", "a confidential answer", parent=post)
    with house.site.database.write() as db:
        audit.write(
            db, "password.set", "omar", actor_id=house.person("rosa").id, address="203.0.113.9", note="secret note"
        )
    house.program("ines").ask("DELETE", f"/rooms/{house.room('workshop').id}/members/omar")
    found = archive(house.visitor("omar").get("/me/export"))
    everything = b"\n".join(found.read(name) for name in found.namelist()).decode("utf-8", "replace")
    assert "my question" in everything
    for words in (
        "a confidential answer",
        "203.0.113.9",
        "secret note",
        "Workshop",
        "Rosa Berg",
        "token_hash",
        "password_hash",
    ):
        assert words not in everything, words


def test_an_archive_is_made_once_an_hour_for_each_person(house: House) -> None:
    omar = house.visitor("omar")
    assert "Download my data" in omar.get("/me/data").text
    assert omar.get("/me/export").status_code == 200
    again = omar.get("/me/export")
    assert again.status_code == 429
    assert 0 < int(again.headers["Retry-After"]) <= 3600
    assert house.visitor("ines").get("/me/export").status_code == 200
    assert house.visitor().get("/me/export").status_code == 302


# The commands


@pytest.fixture
def box(tmp_path: Path) -> Path:
    return build_template(tmp_path / "data")


def run(*arguments: str, data: Path) -> Any:
    return CliRunner().invoke(cli, [*arguments, "--data", str(data)])


def test_somebody_who_left_is_exported_and_erased_by_commands(box: Path, tmp_path: Path) -> None:
    target = tmp_path / "omar.zip"
    assert run("person", "export", "omar", "--to", str(target), data=box).exit_code == 0
    assert json.loads(zipfile.ZipFile(target).read("profile.json"))["name"] == "Omar Said"
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    again = run("person", "export", "omar", "--to", str(target), data=box)
    assert (again.exit_code, "is there already" in again.output) == (1, True)
    here = run("person", "erase", "omar", data=box)
    assert (here.exit_code, "Disable this person first." in here.output) == (1, True)
    run("person", "disable", "omar", data=box)
    assert run("person", "erase", "omar", "--with-posts", data=box).exit_code == 0
    assert run("person", "erase", "omar", data=box).exit_code == 1
    with open_house(load(box)).database.read() as db:
        assert people.find_by_username(db, "omar") is None
        assert db.query(Person).where(Person.erased_at.is_not(None)).one().name == "Former colleague"
        assert db.query(Ticket).count() == 0
