"""Posts before they are posts: kept while one writes, coming at their time, waiting for a keeper."""

import io
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from PIL import Image
from sqlalchemy import delete

from intranet.core import notifications, people, purging
from intranet.core.models import Blob, Entry, Room
from intranet.core.rooms import changes as room_changes
from intranet.features.posts.models import Draft, DraftFile
from intranet.kernel import clock
from intranet.kernel.events import Event, list_after
from intranet.testing.house import House, Visitor
from intranet.web import caps
from tests.worker import catch_up

HTMX = {"HX-Request": "true"}
NOW = datetime(2026, 5, 4, 9, 0, tzinfo=UTC)
Clock = Callable[[datetime], None]


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Sets what time it is."""

    def set_to(moment: datetime) -> None:
        monkeypatch.setattr(clock, "now", lambda: moment)

    set_to(NOW)
    return set_to


def approves(house: House, slug: str = "workshop", **fields: object) -> None:
    with house.site.database.write() as db:
        room_changes.change(
            db, db.merge(house.room(slug)), house.person("ines"), **(fields or {"approves_posts": True})
        )


def typed(house: House, moment: datetime) -> str:
    return f"{moment.astimezone(house.site.zone):%Y-%m-%dT%H:%M}"


def drafts(house: House) -> list[Draft]:
    with house.site.database.read() as db:
        return db.query(Draft).order_by(Draft.id).all()


def happened(house: House, name: str) -> list[Event]:
    with house.site.database.read() as db:
        return [each for each in list_after(db, 0, 10_000) if each.name == name]


def publish(house: House) -> None:
    house.site.jobs.run_now("posts.publish")


def keep(visitor: Visitor, body: str, key: str = "k1", room: str = "workshop") -> int:
    said = {"client_key": key, "room": room, "body": body}
    return visitor.client.post("/drafts", json=said, headers={"X-CSRFToken": visitor.token()}).status_code


def words(house: House, username: str = "omar") -> str:
    return house.visitor(username).get("/rooms/workshop").text


# Kept while one writes


def test_what_is_being_written_is_kept_changed_and_gone_when_it_is_posted(house: House) -> None:
    omar = house.visitor("omar")
    assert keep(omar, "half a sen") == 204
    assert keep(omar, "half a sentence") == 204
    assert [each.body for each in drafts(house)] == ["half a sentence"]
    assert "half a sentence" in omar.get("/drafts").text
    assert "half a sentence" not in words(house, "ines") + house.visitor("ines").get("/drafts").text
    omar.post("/rooms/workshop/posts", {"body": "a whole sentence", "client_key": "k1"})
    assert drafts(house) == []


def test_a_late_save_brings_nothing_back_that_was_posted(house: House) -> None:
    omar = house.visitor("omar")
    omar.post("/rooms/workshop/posts", {"body": "a whole sentence", "client_key": "k1"})
    assert keep(omar, "a whole sent") == 204
    assert drafts(house) == []


def test_an_emptied_draft_is_gone(house: House) -> None:
    omar = house.visitor("omar")
    keep(omar, "half")
    assert keep(omar, "") == 204
    assert drafts(house) == []


def test_nothing_is_kept_for_a_room_that_one_may_not_write_in(house: House) -> None:
    assert keep(house.visitor("pavel"), "let me in") == 404
    assert keep(house.visitor("pavel"), "let me in", room="library") == 204
    assert drafts(house) == []
    assert keep(house.visitor("omar"), "x" * (caps.BODY + 1)) == 422
    assert house.visitor("omar").client.post("/drafts", json={"body": "x"}).status_code in (400, 403)


def test_drafts_are_bounded(house: House) -> None:
    omar = house.visitor("omar")
    assert {keep(omar, "words", key=f"k{number}") for number in range(caps.DRAFTS)} == {204}
    assert keep(omar, "words", key="one more") == 409


def test_a_draft_is_nobody_elses_in_any_way(house: House) -> None:
    omar = house.visitor("omar")
    keep(omar, "half a sentence")
    (draft,) = drafts(house)
    for username in ("ines", "pavel", "rosa"):
        visitor = house.visitor(username)
        assert visitor.get(f"/drafts/{draft.id}").status_code == 404
        for verb in ("", "/post", "/withdraw", "/remove"):
            assert visitor.post(f"/drafts/{draft.id}{verb}", {"body": "mine"}).status_code == 404
    assert omar.get(f"/drafts/{draft.id}").status_code == 200
    assert [each.body for each in drafts(house)] == ["half a sentence"]


def test_a_draft_is_edited_posted_and_removed_on_its_page(house: House) -> None:
    omar = house.visitor("omar")
    keep(omar, "half a sentence")
    (draft,) = drafts(house)
    changed = {"body": "a whole one", "room": "library", "files": [picture()]}
    assert omar.post(f"/drafts/{draft.id}", changed).status_code == 303
    page = omar.get(f"/drafts/{draft.id}").text
    file_id = re.search(r'name="alt-(\d+)"', page)
    assert file_id
    assert omar.get(f"/drafts/files/{file_id[1]}").mimetype == "image/webp"
    assert house.visitor("ines").get(f"/drafts/files/{file_id[1]}").status_code == 404
    said = {"body": "all said", "room": "library", f"alt-{file_id[1]}": "A red square"}
    answer = omar.post(f"/drafts/{draft.id}/post", said)
    assert answer.headers["Location"].startswith("/p/")
    post = house.program("omar").get("/feed").json["items"][0]
    assert (post["body"], post["files"][0]["alt"]) == ("all said", "A red square")
    assert drafts(house) == []
    keep(omar, "another", key="k2")
    assert omar.post(f"/drafts/{drafts(house)[0].id}/remove").status_code == 303
    assert drafts(house) == []


def picture() -> tuple[io.BytesIO, str]:
    raw = io.BytesIO()
    Image.new("RGB", (8, 8), "red").save(raw, "PNG")
    return io.BytesIO(raw.getvalue()), "plan.png"


def test_what_is_wrong_with_a_draft_is_said_and_nothing_is_lost(house: House) -> None:
    omar = house.visitor("omar")
    keep(omar, "half a sentence")
    (draft,) = drafts(house)
    for said in ({"body": "my words", "room": "nowhere"}, {"body": "my words", "room": "workshop", "publish_at": "soon"},
                 {"body": "my words", "room": "workshop", "publish_at": "2020-01-01T10:00"}):  # fmt: skip
        wrong = omar.post(f"/drafts/{draft.id}", said)
        assert wrong.status_code == 422
        assert "my words" in wrong.text
        assert 'aria-invalid="true"' in wrong.text
    assert [each.body for each in drafts(house)] == ["half a sentence"]


def test_who_is_erased_leaves_no_draft_and_takes_it_along(house: House) -> None:
    keep(house.visitor("omar"), "half a sentence")
    with house.site.database.read() as db:
        answers = list(house.site.plugins.ask("person_exports", db=db, person=house.person("omar")))
        assert any(b"half a sentence" in each.content for each in answers)
    with house.site.database.write() as db:
        for _ in house.site.plugins.ask("person_erased", db=db, person=house.person("omar")):
            pass
    assert drafts(house) == []


# Coming at their time


def schedule(house: House, body: str = "at ten", **more: Any) -> Visitor:
    omar = house.visitor("omar")
    said = {"body": body, "publish_at": typed(house, NOW + timedelta(hours=1)), **more}
    answer = omar.post("/rooms/workshop/posts", said)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/drafts?kept=scheduled")
    return omar


def test_a_post_comes_at_its_time_once_and_not_before(house: House, at: Clock) -> None:
    omar = schedule(house, files=[picture()], alt=["A plan"], client_key="k1")
    assert "comes on" in omar.get("/drafts").text
    publish(house)
    assert "at ten" not in words(house, "ines")
    at(NOW + timedelta(hours=1))
    publish(house)
    publish(house)
    posts = house.program("ines").get("/feed").json["items"]
    assert [(each["body"], each["author"]["username"]) for each in posts] == [("at ten", "omar")]
    assert [each["alt"] for each in posts[0]["files"]] == ["A plan"]
    assert posts[0]["created_at"].startswith("2026-05-04T10:00")
    assert drafts(house) == []
    again = house.program("omar").post(
        f"/rooms/{house.room('workshop').id}/posts", {"body": "at ten"}, headers={"Idempotency-Key": "k1"}
    )
    assert (again.status_code, again.json["id"]) == (201, posts[0]["id"])


def test_the_worker_does_it_each_minute(house: House) -> None:
    assert [job.minutes for job in house.site.plugins.ask("jobs") if job.name == "posts.publish"] == [1]


def test_a_time_is_meant_in_the_companys_zone_and_lies_ahead(house: House, at: Clock) -> None:
    program, path = house.program("omar"), f"/rooms/{house.room('workshop').id}/posts"
    for said in ("2026-05-04T08:59:00Z", "2027-06-01T10:00:00Z", "tomorrow", "2026-13-01T10:00"):
        wrong = program.post(path, {"body": "x", "publish_at": said})
        assert (wrong.status_code, list(wrong.json["error"]["fields"])) == (422, ["publish_at"]), said
    local = (NOW + timedelta(hours=3)).astimezone(house.site.zone).replace(tzinfo=None)
    answer = program.post(path, {"body": "x", "publish_at": local.isoformat()})
    assert (answer.status_code, answer.json) == (
        202, {"state": "scheduled", "publish_at": "2026-05-04T12:00:00.000000Z"},
    )  # fmt: skip


def test_the_composer_says_what_is_wrong_with_a_time_and_keeps_the_words(house: House, at: Clock) -> None:
    said = {"body": "my words", "publish_at": "2020-01-01T10:00"}
    wrong = house.visitor("omar").post("/rooms/workshop/posts", said, headers=HTMX)
    assert wrong.status_code == 422
    assert "my words" in wrong.text
    assert "2020-01-01T10:00" in wrong.text
    right = house.visitor("omar").post(
        "/rooms/workshop/posts", {**said, "publish_at": typed(house, NOW + timedelta(hours=1))}, headers=HTMX
    )
    assert right.status_code == 202
    assert "It will stand in Workshop when its time comes." in right.text


def test_a_post_with_a_time_is_moved_taken_back_or_posted_now(house: House, at: Clock) -> None:
    omar = schedule(house)
    (draft,) = drafts(house)
    later = typed(house, NOW + timedelta(hours=5))
    omar.post(f"/drafts/{draft.id}", {"body": "at two", "room": "workshop", "publish_at": later})
    at(NOW + timedelta(hours=2))
    publish(house)
    assert [(each.body, each.state) for each in drafts(house)] == [("at two", "scheduled")]
    omar.post(f"/drafts/{draft.id}/withdraw")
    at(NOW + timedelta(hours=6))
    publish(house)
    assert [(each.state, each.publish_at) for each in drafts(house)] == [("draft", None)]
    assert omar.post(f"/drafts/{draft.id}/post").headers["Location"].startswith("/p/")
    assert "at two" in words(house, "ines")


@pytest.mark.parametrize("fate", ["left the room", "was disabled", "only keepers post now", "archived"])
def test_who_may_no_longer_post_gets_the_draft_back_with_the_reason(house: House, at: Clock, fate: str) -> None:
    omar = schedule(house)
    with house.site.database.write() as db:
        room = db.merge(house.room("workshop"))
        if fate == "left the room":
            room_changes.remove_member(db, room, house.person("omar"), actor=None)
        elif fate == "was disabled":
            people.disable(db, db.merge(house.person("omar")))
        elif fate == "only keepers post now":
            room_changes.change(db, room, house.person("ines"), posting="keepers")
        else:
            room_changes.archive(db, room, house.person("ines"), archived=True)
    at(NOW + timedelta(hours=1))
    publish(house)
    (draft,) = drafts(house)
    assert (draft.state, draft.publish_at) == ("draft", None)
    assert "at ten" not in words(house, "ines")
    (told,) = happened(house, "post.returned")
    assert (told.person_id, told.subject) == (draft.author_id, draft.id)
    if fate == "left the room":
        page = omar.get("/drafts").text
        assert "You can no longer post in this room." in page
        assert "Workshop" not in page
    publish(house)
    assert len(happened(house, "post.returned")) == 1


def test_one_draft_that_fails_keeps_no_other_from_its_time(house: House, at: Clock) -> None:
    schedule(house, "first")
    schedule(house, "second")
    with house.site.database.write() as db:
        db.get_one(Draft, drafts(house)[0].id).body = ""
    at(NOW + timedelta(hours=1))
    publish(house)
    assert "second" in words(house, "ines")


def test_a_draft_holds_its_bytes_until_it_goes(house: House, at: Clock) -> None:
    omar = schedule(house, files=[picture()])
    (draft,) = drafts(house)
    with house.site.database.write() as db:
        sha256 = db.query(DraftFile).one().sha256
    with pytest.raises(Exception, match="FOREIGN KEY"), house.site.database.write() as db:
        db.execute(delete(Blob).where(Blob.sha256 == sha256))
    omar.post(f"/drafts/{draft.id}/remove")
    with house.site.database.write() as db:
        assert db.query(DraftFile).count() == 0
        db.execute(delete(Blob).where(Blob.sha256 == sha256))


# Waiting for a keeper


def test_where_a_keeper_looks_first_a_post_waits_and_nobody_else_sees_it(house: House) -> None:
    approves(house)
    with house.site.database.write() as db:
        room_changes.set_member(db, db.merge(house.room("workshop")), house.person("pavel"), "member", actor=None)
    omar = house.visitor("omar")
    answer = omar.post("/rooms/workshop/posts", {"body": "quicksilver idea", "files": [picture()]}, headers=HTMX)
    assert answer.status_code == 202
    assert "A keeper of Workshop will look at it." in answer.text
    (told,) = happened(house, "post.waiting")
    assert told.data["people"] == [house.person("ines").id]
    assert told.room_id is None
    for username in ("omar", "pavel", "ines"):
        assert "quicksilver" not in words(house, username)
        assert house.program(username).get("/search?q=quicksilver").json["items"] == []
    assert "quicksilver" in omar.get("/drafts").text
    assert "quicksilver" in house.visitor("ines").get("/rooms/workshop/waiting").text
    assert "1 post waits for a keeper." in words(house, "ines")
    with house.site.database.read() as db:
        file_id = db.query(DraftFile).one().id
    for username, status in (("omar", 200), ("ines", 200), ("pavel", 404), ("rosa", 404)):
        assert house.visitor(username).get(f"/drafts/files/{file_id}").status_code == status, username
    for username in ("omar", "pavel", "rosa"):
        assert house.visitor(username).get("/rooms/workshop/waiting").status_code == 404
        for verb in ("approve", "return"):
            path = f"/rooms/workshop/waiting/{told.subject}/{verb}"
            assert house.visitor(username).post(path, {"reason": "x"}).status_code == 404
    assert [each.state for each in drafts(house)] == ["waiting"]


def test_a_program_is_told_that_its_post_waits(house: House) -> None:
    approves(house)
    path, key = f"/rooms/{house.room('workshop').id}/posts", {"Idempotency-Key": "k1"}
    for _ in range(2):
        answer = house.program("omar").post(path, {"body": "an idea"}, headers=key)
        assert (answer.status_code, answer.json) == (202, {"state": "waiting", "publish_at": None})
    assert len(drafts(house)) == len(happened(house, "post.waiting")) == 1
    assert house.program("ines").post(path, {"body": "keepers do not wait"}).status_code == 201


def wait(house: House, **more: Any) -> Draft:
    approves(house)
    assert house.visitor("omar").post("/rooms/workshop/posts", {"body": "an idea", **more}).status_code == 303
    return drafts(house)[-1]


def test_an_approved_post_stands_and_its_author_is_told(house: House) -> None:
    draft = wait(house, client_key="k1")
    ines = house.visitor("ines")
    path = f"/rooms/workshop/waiting/{draft.id}/approve"
    assert ines.post(path).status_code == 303
    assert ines.post(path).status_code == 404
    post = house.program("omar").get("/feed").json["items"][0]
    assert (post["body"], post["author"]["username"]) == ("an idea", "omar")
    (told,) = happened(house, "post.approved")
    assert (told.person_id, told.subject) == (house.person("omar").id, post["id"])
    assert drafts(house) == []


def test_a_post_that_is_sent_back_is_a_draft_with_the_reason(house: House) -> None:
    draft = wait(house)
    ines, omar = house.visitor("ines"), house.visitor("omar")
    path = f"/rooms/workshop/waiting/{draft.id}/return"
    assert ines.post(path, {"reason": " "}).status_code == 422
    assert ines.post(path, {"reason": "Say where <b>"}).status_code == 303
    assert "Nothing waits" in ines.get("/rooms/workshop/waiting").text
    assert "It came back: Say where &lt;b&gt;" in omar.get("/drafts").text
    (told,) = happened(house, "post.returned")
    assert (told.person_id, told.data["reason"]) == (house.person("omar").id, "Say where <b>")
    assert omar.post(f"/drafts/{draft.id}/post", {"body": "an idea for hall B", "room": "workshop"}).status_code == 303
    assert [each.state for each in drafts(house)] == ["waiting"]
    assert len(happened(house, "post.waiting")) == 2


def test_an_approved_post_with_a_time_comes_at_its_time_without_waiting_again(house: House, at: Clock) -> None:
    draft = wait(house, publish_at=typed(house, NOW + timedelta(hours=1)))
    assert house.visitor("ines").post(f"/rooms/workshop/waiting/{draft.id}/approve").status_code == 303
    assert [each.state for each in drafts(house)] == ["scheduled"]
    at(NOW + timedelta(hours=1))
    publish(house)
    assert "an idea" in words(house, "ines")


def test_an_approved_post_that_is_changed_waits_again(house: House, at: Clock) -> None:
    draft = wait(house, publish_at=typed(house, NOW + timedelta(hours=1)))
    house.visitor("ines").post(f"/rooms/workshop/waiting/{draft.id}/approve")
    said = {"body": "another idea", "room": "workshop", "publish_at": typed(house, NOW + timedelta(hours=1))}
    house.visitor("omar").post(f"/drafts/{draft.id}", said)
    assert [each.state for each in drafts(house)] == ["waiting"]


def test_a_post_with_a_time_waits_when_the_room_began_to_approve_meanwhile(house: House, at: Clock) -> None:
    schedule(house)
    approves(house)
    at(NOW + timedelta(hours=1))
    publish(house)
    assert [each.state for each in drafts(house)] == ["waiting"]
    assert "at ten" not in words(house, "ines")


def test_a_waiting_post_whose_author_left_cannot_be_approved(house: House) -> None:
    draft = wait(house)
    with house.site.database.write() as db:
        room_changes.remove_member(db, db.merge(house.room("workshop")), house.person("omar"), actor=None)
    answer = house.visitor("ines").post(f"/rooms/workshop/waiting/{draft.id}/approve")
    assert answer.status_code == 409
    assert "can no longer post" in answer.text


def test_a_share_waits_too_and_comes_with_its_card(house: House) -> None:
    approves(house)
    post = house.say("omar", "library", "quicksilver")
    answer = house.visitor("omar").post(f"/entries/{post.id}/share", {"room": "workshop"}, headers=HTMX)
    assert answer.status_code == 202
    assert "A keeper will look at it first." in answer.text
    (draft,) = drafts(house)
    house.visitor("ines").post(f"/rooms/workshop/waiting/{draft.id}/approve")
    with house.site.database.read() as db:
        room_id = house.room("workshop").id
        assert [each.shared_id for each in db.query(Entry).where(Entry.room_id == room_id)] == [post.id]


def test_drafts_go_with_their_room(house: House) -> None:
    keep(house.visitor("omar"), "half")
    with house.site.database.write() as db:
        room = db.get_one(Room, house.room("workshop").id)
        room_changes.remove(db, room, house.person("ines"))
    purging.empty_bin(house.site.database, clock.now() + timedelta(seconds=1))
    assert drafts(house) == []


def test_the_composer_names_its_readers_and_is_not_there_where_one_may_not_post(house: House) -> None:
    page = words(house)
    assert 'href="/rooms/workshop/audience"' in page
    assert "Only members of Workshop read this" in page
    approves(house, posting="keepers")
    assert 'id="composer"' not in words(house)
    assert 'id="composer"' in words(house, "ines")
    assert 'value="workshop"' not in house.visitor("omar").get("/").text
    assert house.visitor("omar").post("/rooms/workshop/posts", {"body": "x"}).status_code == 403
    approves(house, posting="members", approves_posts=True)
    assert "A keeper looks at posts here first." in words(house)
    assert "A keeper looks at posts here first." not in words(house, "ines")


def test_keepers_hear_of_what_waits_and_authors_of_what_became_of_it(house: House) -> None:
    approves(house)
    for body in ("first", "second"):
        house.visitor("omar").post("/rooms/workshop/posts", {"body": body})
    catch_up(house)
    assert kinds_of(house, "ines") == ["waiting"]
    first, second = (each.id for each in drafts(house))
    ines = house.visitor("ines")
    assert ines.post(f"/rooms/workshop/waiting/{first}/approve").status_code == 303
    assert ines.post(f"/rooms/workshop/waiting/{second}/return", {"reason": "Later"}).status_code == 303
    catch_up(house)
    assert sorted(set(kinds_of(house, "omar")) - {"membership"}) == ["approved", "returned"]
    assert "Your post came back: Later" in house.visitor("omar").get("/notifications").text
    assert kinds_of(house, "pavel") == []


def kinds_of(house: House, username: str) -> list[str]:
    with house.site.database.read() as db:
        return [each.kind for each in notifications.list_for(db, house.person(username))]
