"""Reports: who may make one, who decides, and what nobody else learns."""

import pytest

from intranet.core import notifications
from intranet.core.entries import queries as entry_queries
from intranet.core.models import Entry
from intranet.core.rooms import changes as room_changes
from intranet.features.moderation.models import Report
from intranet.kernel.events import list_after
from intranet.testing.house import House
from tests.worker import catch_up


@pytest.fixture
def rude(house: House) -> Entry:
    return house.say("omar", "workshop", "rude words")


@pytest.fixture
def member(house: House) -> None:
    """Rosa is a plain member of the workshop; she is an admin of the house as well."""
    join(house, "pavel")


def join(house: House, username: str, role: str = "member", slug: str = "workshop") -> None:
    with house.site.database.write() as db:
        room_changes.set_member(db, db.merge(house.room(slug)), house.person(username), role, actor=None)


def report(house: House, username: str, entry: Entry, words: str = "Look at this") -> int:
    said = {"reason": "rude", "words": words}
    return house.visitor(username).post(f"/entries/{entry.id}/report", said).status_code


def reports(house: House) -> list[Report]:
    with house.site.database.read() as db:
        return db.query(Report).order_by(Report.id).all()


def decide(house: House, username: str, entry: Entry, decision: str, reason: str = "") -> int:
    said = {"decision": decision, "reason": reason}
    return house.visitor(username).post(f"/entries/{entry.id}/decision", said).status_code


def stands(house: House, username: str, entry: Entry) -> bool:
    with house.site.database.read() as db:
        return entry_queries.find(db, house.person(username), entry.id) is not None


def people_told(house: House, name: str) -> list[list[int]]:
    with house.site.database.read() as db:
        return [each.data["people"] for each in list_after(db, 0, 10_000) if each.name == name]


@pytest.mark.usefixtures("member")
def test_a_member_reports_and_only_the_keepers_hear_of_it(house: House, rude: Entry) -> None:
    assert report(house, "pavel", rude) == 201
    assert [(each.reason, each.words, each.outcome) for each in reports(house)] == [("rude", "Look at this", "")]
    assert people_told(house, "report.added") == [[house.person("ines").id]]
    page = house.visitor("ines").get("/rooms/workshop/reports").text
    assert "rude words" in page
    assert "Look at this" in page


def test_an_outsider_finds_nothing_to_report(house: House, rude: Entry) -> None:
    assert report(house, "pavel", rude) == 404
    assert house.visitor("pavel").get(f"/entries/{rude.id}/report").status_code == 404
    assert house.program("pavel").post(f"/entries/{rude.id}/report", {"reason": "rude"}).status_code == 404
    assert house.visitor("pavel").get("/rooms/workshop/reports").status_code == 404
    assert reports(house) == []


def test_ones_own_words_cannot_be_reported(house: House, rude: Entry) -> None:
    assert "This is yours" in house.visitor("omar").get(f"/entries/{rude.id}/report").text
    assert report(house, "omar", rude) == 409
    assert reports(house) == []


@pytest.mark.usefixtures("member")
def test_reporting_again_changes_the_words_and_tells_nobody_twice(house: House, rude: Entry) -> None:
    report(house, "pavel", rude)
    report(house, "pavel", rude, "More words")
    assert [each.words for each in reports(house)] == ["More words"]
    assert len(people_told(house, "report.added")) == 1


@pytest.mark.usefixtures("member")
def test_without_a_reason_nothing_is_sent_and_the_words_stay(house: House, rude: Entry) -> None:
    answer = house.visitor("pavel").post(f"/entries/{rude.id}/report", {"words": "typed before"})
    assert answer.status_code == 422
    assert "typed before" in answer.text
    assert reports(house) == []


@pytest.mark.usefixtures("member")
def test_a_member_may_not_decide_and_does_not_learn_what_was_reported(house: House, rude: Entry) -> None:
    quiet = house.say("omar", "workshop", "harmless")
    report(house, "pavel", rude)
    assert [decide(house, "pavel", each, "remove") for each in (rude, quiet)] == [403, 403]
    assert house.visitor("pavel").get("/rooms/workshop/reports").status_code == 403
    assert house.program("pavel").get(f"/rooms/{rude.room_id}/reports").status_code == 403
    assert decide(house, "ines", quiet, "remove") == 404, "nobody reported it"
    assert stands(house, "pavel", rude)


@pytest.mark.usefixtures("member")
def test_what_is_hidden_is_gone_until_it_is_brought_back(house: House, rude: Entry) -> None:
    report(house, "pavel", rude)
    assert decide(house, "ines", rude, "hide") == 303
    assert not stands(house, "pavel", rude)
    assert "Hidden" in house.visitor("ines").get("/rooms/workshop/reports").text
    assert decide(house, "pavel", rude, "keep") == 404, "for a member it does not exist now"
    assert decide(house, "ines", rude, "keep") == 303
    assert stands(house, "pavel", rude)
    assert [each.outcome for each in reports(house)] == ["kept"]


@pytest.mark.usefixtures("member")
def test_a_removal_has_its_reason_and_closes_every_report(house: House, rude: Entry) -> None:
    join(house, "rosa")
    for username in ("pavel", "rosa"):
        report(house, username, rude)
    assert decide(house, "ines", rude, "hide") == 303
    assert decide(house, "ines", rude, "remove", "Be kind") == 303
    assert {each.outcome for each in reports(house)} == {"removed"}
    with house.site.database.read() as db:
        assert db.get_one(Entry, rude.id).removed_reason == "Be kind"
    assert "Nothing is reported" in house.visitor("ines").get("/rooms/workshop/reports").text
    told = {house.person(each).id for each in ("pavel", "rosa")}
    assert set(people_told(house, "report.closed")[0]) == told


@pytest.mark.usefixtures("member")
def test_nobody_decides_about_their_own_words(house: House) -> None:
    own = house.say("ines", "workshop", "a keeper's words")
    report(house, "pavel", own)
    page = house.visitor("ines").get("/rooms/workshop/reports").text
    assert "a keeper&#39;s words" not in page
    assert "1 report is about your own words" in page
    assert decide(house, "ines", own, "keep") == 403
    assert people_told(house, "report.added") == [[]]
    assert decide(house, "rosa", own, "remove") == 404, "an admin who is not in the room knows nothing of it"
    join(house, "rosa")
    assert decide(house, "rosa", own, "remove") == 303


def test_an_admin_who_came_without_the_older_posts_decides_about_none_of_them(house: House, rude: Entry) -> None:
    join(house, "pavel")
    report(house, "pavel", rude)
    with house.site.database.write() as db:
        room = db.merge(house.room("workshop"))
        room_changes.set_member(db, room, house.person("rosa"), "member", actor=None, sees_history=False)
    newer = house.say("omar", "workshop", "newer words")
    report(house, "pavel", newer)
    page = house.visitor("rosa").get("/rooms/workshop/reports").text
    assert "newer words" in page
    assert "rude words" not in page
    assert decide(house, "rosa", rude, "remove") == 404
    assert decide(house, "rosa", newer, "remove") == 303


@pytest.mark.usefixtures("member")
def test_what_its_author_removed_is_not_brought_back_by_a_decision(house: House, rude: Entry) -> None:
    report(house, "pavel", rude)
    house.visitor("omar").post(f"/entries/{rude.id}/remove")
    assert "Removed by its author" in house.visitor("ines").get("/rooms/workshop/reports").text
    assert decide(house, "ines", rude, "keep") == 303
    assert not stands(house, "omar", rude)
    assert [each.outcome for each in reports(house)] == ["removed"]


@pytest.mark.usefixtures("member")
def test_the_api_reports_lists_and_decides(house: House, rude: Entry) -> None:
    made = house.program("pavel").post(f"/entries/{rude.id}/report", {"reason": "private", "words": "mine"})
    assert (made.status_code, made.json["reason"]) == (201, "private")
    (case,) = house.program("ines").get(f"/rooms/{rude.room_id}/reports").json["items"]
    assert (case["entry"]["id"], case["reports"][0]["reporter"]["username"]) == (rude.id, "pavel")
    assert house.program("ines").post(f"/entries/{rude.id}/decision", {"decision": "sell"}).status_code == 422
    assert house.program("ines").post(f"/entries/{rude.id}/decision", {"decision": "keep"}).status_code == 204


@pytest.mark.usefixtures("member")
def test_the_bell_tells_keepers_of_reports_and_reporters_of_the_decision(house: House, rude: Entry) -> None:
    report(house, "pavel", rude)
    catch_up(house)
    assert kinds_of(house, "ines") == ["report"]
    decide(house, "ines", rude, "remove", "Be kind")
    catch_up(house)
    assert "report.closed" in kinds_of(house, "pavel")
    assert "report.closed" not in kinds_of(house, "omar")
    assert "report" not in kinds_of(house, "omar") + kinds_of(house, "pavel")


def kinds_of(house: House, username: str) -> list[str]:
    with house.site.database.read() as db:
        return [each.kind for each in notifications.list_for(db, house.person(username))]


@pytest.mark.usefixtures("member")
def test_the_menu_of_a_post_leads_to_the_report(house: House, rude: Entry) -> None:
    assert f'href="/entries/{rude.id}/report"' in house.visitor("pavel").get(f"/entries/{rude.id}/menu").text
    assert f'href="/entries/{rude.id}/report"' not in house.visitor("omar").get(f"/entries/{rude.id}/menu").text
