"""The company's own set of reactions, and the names of those who reacted."""

import re

import pytest

from intranet.core import people
from intranet.core.entries import changes as entry_changes
from intranet.core.entries.words import OFFERED
from intranet.core.models import AuditRow, Entry
from intranet.testing.house import House

MINE = "🦊🧀 🛠️ 🇮🇹 1️⃣"


def settle(house: House) -> None:
    """What the reader of events does in a running house."""
    house.site.forget_values()
    house.site.fragments.clear()
    house.site.still_pieces.clear()


def offered(page: str) -> list[str]:
    row = page.partition('class="emoji-row"')[2].partition("</form>")[0]
    return re.findall(r'name="emoji" value="([^"]+)"', row)


def give(house: House, username: str, entry: Entry, emoji: str) -> None:
    giver = house.person(username)
    with house.site.database.write() as db:
        entry_changes.react(db, db.get_one(Entry, entry.id), giver, emoji, on=True)


def test_an_admin_chooses_the_set_and_everyone_is_offered_it(house: House) -> None:
    house.say("ines", "workshop", "Done")
    assert offered(house.visitor("omar").get("/rooms/workshop").text) == list(OFFERED)
    answer = house.visitor("rosa").post("/admin/reactions", {"emoji": MINE})
    assert answer.status_code == 303
    settle(house)
    assert offered(house.visitor("omar").get("/rooms/workshop").text) == ["🦊", "🧀", "🛠️", "🇮🇹", "1️⃣"]
    assert "🦊 🧀 🛠️ 🇮🇹 1️⃣" in house.visitor("rosa").get("/admin/reactions").text
    with house.site.database.read() as db:
        row = db.query(AuditRow).where(AuditRow.subject == "reactions.offered").one()
    assert row.detail == {"value": "🦊 🧀 🛠️ 🇮🇹 1️⃣"}


def test_a_comment_offers_the_first_of_the_set(house: House) -> None:
    post = house.say("ines", "workshop", "Done")
    house.say("omar", "workshop", "Well done", parent=post)
    house.visitor("rosa").post("/admin/reactions", {"emoji": MINE})
    settle(house)
    comment = house.visitor("ines").get("/rooms/workshop").text.partition('class="comment"')[2]
    assert 'name="emoji" value="🦊"' in comment.partition("</form>")[0]


@pytest.mark.parametrize(
    "typed",
    ["", "🦊🧀🛠️", "🦊 🦊 🦊 🦊", "🦊🧀🛠️ fox", "🦊🧀🛠️<b>", " ".join(chr(0x1F400 + n) for n in range(13)), "🦊" * 501],
)
def test_words_too_few_and_too_many_are_refused_and_nothing_typed_is_lost(house: House, typed: str) -> None:
    rosa = house.visitor("rosa")
    answer = rosa.post("/admin/reactions", {"emoji": typed})
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.text
    assert typed[:20].replace("<", "&lt;").replace(">", "&gt;") in answer.text
    assert offered_now(house) == list(OFFERED)


def offered_now(house: House) -> list[str]:
    settle(house)
    house.say("ines", "workshop", "Look")
    return offered(house.visitor("omar").get("/rooms/workshop").text)


def test_only_admins_see_and_change_the_set(house: House) -> None:
    for username in ("ines", "pavel"):
        visitor = house.visitor(username)
        hidden, missing = visitor.get("/admin/reactions"), visitor.get("/admin/nowhere")
        assert hidden.status_code == missing.status_code == 404
        assert visitor.post("/admin/reactions", {"emoji": MINE}).status_code == 404
    assert house.visitor("rosa").get("/admin/reactions").status_code == 200
    assert offered_now(house) == list(OFFERED)


def test_ours_come_back_by_one_press(house: House) -> None:
    rosa = house.visitor("rosa")
    assert "Use these again" not in rosa.get("/admin/reactions").text
    rosa.post("/admin/reactions", {"emoji": MINE})
    page = rosa.get("/admin/reactions").text
    assert "Use these again" in page
    ours = re.search(r'type="hidden" name="emoji" value="([^"]+)"', page)[1]  # type: ignore[index]
    rosa.post("/admin/reactions", {"emoji": ours})
    assert offered_now(house) == list(OFFERED)


def test_any_emoji_is_a_reaction_by_page_and_by_api(house: House) -> None:
    post = house.say("ines", "workshop", "Done")
    for emoji in ("1️⃣", "🏴󠁧󠁢󠁳󠁣󠁴󠁿", "👩🏽‍🚒"):
        assert house.visitor("omar").post(f"/entries/{post.id}/reactions", {"emoji": emoji}).status_code == 303
        assert house.program("ines").ask("PUT", f"/entries/{post.id}/reactions/{emoji}").status_code in (200, 204)
        assert f'data-emoji="{emoji}"' in house.visitor("omar").get("/rooms/workshop").text


def test_a_reaction_says_who_gave_it(house: House) -> None:
    post = house.say("ines", "everyone", "Done")
    for username in ("ines", "omar", "pavel"):
        give(house, username, post, "🎉")
    give(house, "rosa", post, "☕")
    page = house.visitor("omar").get("/rooms/everyone").text
    assert 'title="Ines Alba, Omar Said, and Pavel Novak"' in page
    assert 'title="Rosa Berg"' in page


def test_many_names_end_with_how_many_others(house: House) -> None:
    with house.site.database.write() as db:
        crowd = [people.add(db, username=f"person{n}", name=f"Person {n}") for n in range(25)]
    post = house.say("ines", "everyone", "Done")
    for person in crowd:
        give(house, person.username, post, "👍")
    omar = house.visitor("omar")
    assert re.search(r'title="Person \d+(, Person \d+){7},? and 17 others"', omar.get("/rooms/everyone").text)


KINDS = list("🐀🐁🐂🐃🐄🐅🐆🐇🐈🐉🐊🐋")


def test_one_kind_of_reaction_too_many_is_refused_in_words_and_nothing_changes(house: House) -> None:
    post = house.say("ines", "workshop", "Done")
    assert len(KINDS) == entry_changes.REACTIONS_CAP
    for emoji in KINDS:
        give(house, "ines", post, emoji)
    omar, program = house.visitor("omar"), house.program("omar")
    said = {"emoji": "🐙", "on": "1"}
    toast = omar.post(f"/entries/{post.id}/reactions", said, headers={"HX-Request": "true"})
    assert toast.status_code == 422
    assert toast.headers["HX-Retarget"] == "#toasts"
    assert "twelve kinds of reactions" in toast.text
    page = omar.post(f"/entries/{post.id}/reactions", said)
    assert page.status_code == 422
    assert "twelve kinds of reactions" in page.text
    error = program.ask("PUT", f"/entries/{post.id}/reactions/🐙").json["error"]
    assert (error["code"], list(error["fields"])) == ("invalid", ["emoji"])
    assert "twelve kinds of reactions" in error["fields"]["emoji"]
    given = {each["emoji"]: each["count"] for each in program.get(f"/entries/{post.id}").json["reactions"]}
    assert given == dict.fromkeys(KINDS, 1)


def test_one_of_the_twelve_is_always_open_and_one_that_goes_makes_place(house: House) -> None:
    post = house.say("ines", "workshop", "Done")
    for emoji in KINDS:
        give(house, "ines", post, emoji)
    omar, ines = house.program("omar"), house.program("ines")
    assert omar.ask("PUT", f"/entries/{post.id}/reactions/{KINDS[3]}").status_code == 204
    assert ines.ask("DELETE", f"/entries/{post.id}/reactions/{KINDS[0]}").status_code == 204
    assert omar.ask("PUT", f"/entries/{post.id}/reactions/🐙").status_code == 204
