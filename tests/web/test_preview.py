"""The preview: what will stand there, for those who will read it, and nothing kept."""

import io

from intranet.core.models import Entry
from intranet.testing.house import House, without_token

PIECE = {"HX-Request": "true"}


def count(house: House) -> int:
    with house.site.database.read() as db:
        return db.query(Entry).count()


def test_a_preview_shows_the_words_as_they_will_stand_and_keeps_nothing(house: House) -> None:
    before = count(house)
    answer = house.visitor("ines").post("/preview", {"room": "workshop", "body": "The **lathe** runs"}, headers=PIECE)
    assert answer.status_code == 200
    assert "The <strong>lathe</strong> runs" in answer.text
    assert "<html" not in answer.text
    assert count(house) == before


def test_without_a_script_the_form_comes_back_with_the_preview_above(house: House) -> None:
    said = {"room": "workshop", "body": "The **lathe** runs", "preview": "1"}
    page = house.visitor("ines").post("/preview", said).text
    assert "The <strong>lathe</strong> runs" in page
    assert ">The **lathe** runs</textarea>" in page
    assert '<option value="workshop" selected>' in page
    assert "Choose your pictures and files once more" not in page


def test_files_that_a_browser_will_not_keep_are_asked_for_again(house: House) -> None:
    said = {"room": "workshop", "body": "Look", "files": (io.BytesIO(b"plain"), "plan.txt")}
    answer = house.visitor("ines").post("/preview", said, content_type="multipart/form-data")
    assert "Choose your pictures and files once more" in answer.text


def test_a_preview_mentions_only_who_may_read_the_room(house: House) -> None:
    said = {"room": "workshop", "body": "@omar and @pavel and @nobody"}
    text = house.visitor("ines").post("/preview", said, headers=PIECE).text
    assert 'href="/people/omar"' in text
    assert "@pavel and @nobody" in text


def test_the_preview_of_a_room_one_may_not_read_answers_like_one_of_none(house: House) -> None:
    said = {"body": "@ines"}
    pavel = house.visitor("pavel")
    hidden, missing, none = (
        pavel.post("/preview", {**said, **room}, headers=PIECE)
        for room in ({"room": "workshop"}, {"room": "nowhere"}, {})
    )
    assert hidden.status_code == missing.status_code == none.status_code == 404
    assert without_token(hidden) == without_token(missing)
    assert house.visitor("omar").post("/preview", {**said, "room": "workshop"}, headers=PIECE).status_code == 200
    assert house.visitor().post("/preview", {**said, "room": "workshop"}).status_code != 200


def test_a_comment_and_new_words_are_previewed_under_their_post(house: House) -> None:
    post = house.say("ines", "workshop", "Who has the key?")
    address = f"/entries/{post.id}/preview"
    text = house.visitor("omar").post(address, {"body": "@ines **I** do, not @pavel"}, headers=PIECE).text
    assert "<strong>I</strong>" in text
    assert 'href="/people/ines"' in text
    assert "not @pavel" in text
    assert f'data-markdown="{address}"' in house.visitor("omar").get("/rooms/workshop").text
    pavel = house.visitor("pavel")
    hidden, missing = (
        pavel.post(f"/entries/{each}/preview", {"body": "x"}, headers=PIECE) for each in (post.id, 999_999)
    )
    assert hidden.status_code == missing.status_code == 404
    assert without_token(hidden) == without_token(missing)


def test_everyone_is_named_in_a_preview_only_by_who_may(house: House) -> None:
    said = {"room": "everyone", "body": "@everyone, look"}
    assert "<strong" not in house.visitor("omar").post("/preview", said, headers=PIECE).text
    said["room"] = "workshop"
    loud = house.visitor("omar").post("/preview", said, headers=PIECE).text
    assert '<strong class="everyone">@everyone</strong>' in loud


def test_what_is_too_long_is_said_in_words_and_nothing_is_lost(house: House) -> None:
    ines = house.visitor("ines")
    piece = ines.post("/preview", {"room": "workshop", "body": "word " * 5000}, headers=PIECE)
    assert piece.status_code == 422
    assert "too long" in piece.text
    page = ines.post("/preview", {"room": "workshop", "body": "word " * 5000})
    assert page.status_code == 422
    assert "word word" in page.text


def test_a_script_in_a_preview_is_only_words(house: House) -> None:
    said = {"room": "workshop", "body": "<script>alert(1)</script> [x](javascript:alert(1))"}
    for options in ({"headers": PIECE}, {}):
        text = house.visitor("ines").post("/preview", said, **options).text
        assert "<script>alert" not in text
        assert 'href="javascript' not in text


def test_nobody_previews_without_the_token(house: House) -> None:
    answer = house.visitor("ines").client.post("/preview", data={"room": "workshop", "body": "x"})
    assert answer.status_code == 403
