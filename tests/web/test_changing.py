"""Editing with its history, and the bin with its way back."""

import io
import re
from datetime import timedelta

from PIL import Image

from intranet.core.entries import changes as entry_changes
from intranet.core.models import Entry
from intranet.features.posts.comparing import Piece, compare
from intranet.kernel import clock
from intranet.testing.house import House
from intranet.web import caps

HTMX = {"HX-Request": "true"}


def edited(house: House, *words: str) -> Entry:
    post = house.say("ines", "workshop", words[0])
    for each in words[1:]:
        assert house.visitor("ines").post(f"/entries/{post.id}/edit", {"body": each}).status_code == 303
    return post


def test_a_comparison_says_what_stayed_came_and_went() -> None:
    assert compare("The lathe runs.", "The old lathe stands.") == [
        Piece("same", "The "), Piece("added", "old "), Piece("same", "lathe "), Piece("removed", "runs"),
        Piece("added", "stands"), Piece("same", "."),
    ]  # fmt: skip
    assert compare("same", "same") == [Piece("same", "same")]
    assert compare("", "new") == [Piece("added", "new")]


def test_a_comparison_loses_no_letter() -> None:
    before, after = "a b  c\n\nd – e, f.", "b c\nd: e f!\n x"
    pieces = compare(before, after)
    assert "".join(each.text for each in pieces if each.kind != "removed") == after
    assert re.sub(r"\s", "", "".join(each.text for each in pieces if each.kind != "added")) == "abcd–e,f."


def test_what_was_written_quite_anew_is_compared_as_a_whole() -> None:
    before, after = ("old " * (caps.COMPARED + 1)).strip(), ("new " * (caps.COMPARED + 1)).strip()
    assert [each.kind for each in compare(before, after)] == ["removed", "added"]


def test_edited_leads_to_what_was_said_before(house: House) -> None:
    post = edited(house, "The lathe runs", "The lathe stands")
    omar = house.visitor("omar")
    assert f'href="/entries/{post.id}/history"' in omar.get("/rooms/workshop").text
    page = omar.get(f"/entries/{post.id}/history").text
    assert re.search(r"<del>.*Removed:.*runs.*</del>", page)
    assert re.search(r"<ins>.*Added:.*stands.*</ins>", page)
    assert page.count("The lathe runs") == 1
    assert f'href="/entries/{post.id}/history"' not in house.visitor("omar").get(f"/p/{post.id + 1}").text


def test_a_long_history_goes_on_on_another_page(house: House) -> None:
    post = edited(house, *(f"words number {number}" for number in range(caps.VERSIONS + 3)))
    first = house.visitor("omar").get(f"/entries/{post.id}/history").text
    assert first.count('class="card pad"') == caps.VERSIONS + 1
    cursor = re.search(r'href="\?cursor=(\d+)"', first)
    assert cursor
    second = house.visitor("omar").get(f"/entries/{post.id}/history?cursor={cursor[1]}").text
    assert "First words" in second
    assert "First words" not in first
    assert 'class="badge accent">Latest' not in second


def test_earlier_words_are_hidden_from_whom_the_entry_is_hidden(house: House) -> None:
    post = edited(house, "quicksilver one", "quicksilver two")
    assert "quicksilver" in house.visitor("omar").get(f"/entries/{post.id}/history").text
    hidden = house.visitor("pavel").get(f"/entries/{post.id}/history")
    assert hidden.status_code == 404
    assert "quicksilver" not in hidden.text
    assert house.program("pavel").get(f"/entries/{post.id}/revisions").status_code == 404
    house.visitor("ines").post(f"/entries/{post.id}/remove")
    assert house.visitor("ines").get(f"/entries/{post.id}/history").status_code == 404


def test_a_program_reads_earlier_words(house: House) -> None:
    post = edited(house, "one", "two", "three")
    said = house.program("omar").get(f"/entries/{post.id}/revisions?limit=1").json
    assert [(each["revision"], each["body"]) for each in said["items"]] == [(2, "two")]
    assert said["items"][0]["html"] == "<p>two</p>\n"
    rest = house.program("omar").get(f"/entries/{post.id}/revisions?cursor={said['next']}").json
    assert ([each["body"] for each in rest["items"]], rest["next"]) == (["one"], None)


def test_an_edit_in_place_answers_with_the_fragment_and_a_wrong_one_with_its_form(house: House) -> None:
    post = house.say("ines", "workshop", "first")
    ines = house.visitor("ines")
    form = ines.get(f"/entries/{post.id}/edit", headers=HTMX).text
    assert f'id="words-{post.id}"' in form
    assert "<html" not in form
    answer = ines.post(f"/entries/{post.id}/edit", {"body": "second"}, headers=HTMX)
    assert (answer.status_code, f'id="words-{post.id}"' in answer.text) == (200, True)
    wrong = ines.post(f"/entries/{post.id}/edit", {"body": " "}, headers=HTMX)
    assert wrong.status_code == 422
    assert f'id="words-{post.id}"' in wrong.text
    assert "word word" in ines.post(f"/entries/{post.id}/edit", {"body": "word " * 5000}).text


def picture() -> tuple[io.BytesIO, str]:
    raw = io.BytesIO()
    Image.new("RGB", (8, 8), "red").save(raw, "PNG")
    return io.BytesIO(raw.getvalue()), "plan.png"


def test_a_pictures_description_is_changed_afterwards_by_its_author(house: House) -> None:
    ines, omar = house.visitor("ines"), house.visitor("omar")
    ines.post("/rooms/workshop/posts", {"body": "", "files": [picture()], "alt": ["A plan"]})
    post = house.program("ines").get("/feed").json["items"][0]
    name = f"alt-{post['files'][0]['id']}"
    assert f'name="{name}" value="A plan"' in ines.get(f"/entries/{post['id']}/edit").text
    assert omar.post(f"/entries/{post['id']}/edit", {"body": "", name: "Mine"}).status_code == 403
    assert ines.post(f"/entries/{post['id']}/edit", {"body": "", name: "The hall's plan"}).status_code == 303
    assert 'alt="The hall&#39;s plan"' in omar.get("/rooms/workshop").text
    long = ines.post(f"/entries/{post['id']}/edit", {"body": "", name: "x" * 501})
    assert long.status_code == 422
    assert ines.post(f"/entries/{post['id']}/edit", {"body": "", "alt-x": "y"}).status_code == 422
    path = f"/entries/{post['id']}"
    changed = house.program("ines").ask("PATCH", path, json={"alts": {name[4:]: "By program"}}).json
    assert (changed["body"], changed["files"][0]["alt"]) == ("", "By program")


def test_a_keeper_is_asked_why_and_the_reason_is_kept(house: House) -> None:
    post = house.say("omar", "workshop", "rude words")
    ines = house.visitor("ines")
    assert "Omar Said is told" in ines.get(f"/entries/{post.id}/remove").text
    refused = ines.post(f"/entries/{post.id}/remove", {"reason": " "})
    assert refused.status_code == 422
    assert "Say why" in refused.text
    assert house.program("omar").get(f"/entries/{post.id}").status_code == 200
    assert ines.post(f"/entries/{post.id}/remove", {"reason": "Not here"}).status_code == 200
    page = ines.get("/bin").text
    assert "rude words" in page
    assert "Reason: Not here" in page
    assert "by Omar Said" in page
    assert "rude words" not in house.visitor("omar").get("/bin").text


def test_a_program_gives_its_reason_in_the_address(house: House) -> None:
    post = house.say("omar", "workshop", "rude words")
    assert house.program("ines").ask("DELETE", f"/entries/{post.id}?reason=Not+here").status_code == 204
    assert "Reason: Not here" in house.visitor("ines").get("/bin").text


def test_a_member_cannot_take_away_what_others_wrote(house: House) -> None:
    post = house.say("ines", "workshop", "mine")
    omar = house.visitor("omar")
    assert omar.get(f"/entries/{post.id}/remove").status_code == 302
    assert omar.post(f"/entries/{post.id}/remove", {"reason": "because"}).status_code == 403
    assert house.program("ines").get(f"/entries/{post.id}").status_code == 200


def test_ones_own_bin_says_until_when_and_gives_back(house: House) -> None:
    post = house.say("ines", "workshop", "a cake that was dropped")
    ines = house.visitor("ines")
    ines.post(f"/entries/{post.id}/remove")
    page = ines.get("/bin").text
    assert "a cake that was dropped" in page
    last = (clock.now() + timedelta(days=30)).astimezone(house.site.zone)
    assert f"goes for good on {last.day} {last:%B}" in page
    assert "a cake" not in house.visitor("omar").get("/bin").text
    assert house.visitor("omar").post(f"/entries/{post.id}/restore").status_code == 404
    assert ines.post(f"/entries/{post.id}/restore").status_code == 303
    assert "The bin is empty" in ines.get("/bin").text


def test_a_full_bin_goes_on_on_another_page(house: House) -> None:
    ines = house.person("ines")
    for number in range(caps.PAGE + 2):
        post = house.say("ines", "workshop", f"gone {number:02}")
        with house.site.database.write() as db:
            entry_changes.remove(db, db.get_one(Entry, post.id), ines)
    first = house.visitor("ines").get("/bin").text
    cursor = re.search(r'href="\?cursor=(\d+)"', first)
    assert cursor
    second = house.visitor("ines").get(f"/bin?cursor={cursor[1]}").text
    said = re.findall(r"gone \d\d", first + second)
    assert said == [f"gone {number:02}" for number in reversed(range(caps.PAGE + 2))]
