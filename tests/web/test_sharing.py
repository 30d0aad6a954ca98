"""A post that is shared into another room widens nobody's view."""

from intranet.core.models import Entry
from intranet.core.rooms import changes as room_changes
from intranet.testing.house import House

HTMX = {"HX-Request": "true"}
OUTSIDE = "Shared from a room you are not in"
GONE = "The post that was shared here is gone."


def share(house: House, username: str, post: Entry, slug: str = "library", body: str = "Look at this") -> int:
    said = house.program(username).post(f"/entries/{post.id}/share", {"room_id": house.room(slug).id, "body": body})
    assert said.status_code == 201, said.text
    assert isinstance(said.json["id"], int)
    return said.json["id"]


def card(house: House, username: str, entry_id: int) -> str:
    return house.visitor(username).get(f"/entries/{entry_id}/card", headers=HTMX).text


def test_a_shared_post_is_shown_to_those_who_may_read_it_and_to_nobody_else(house: House) -> None:
    post = house.say("ines", "workshop", "quicksilver plans")
    entry_id = share(house, "omar", post)
    fragment = house.visitor("pavel").get(f"/entries/{entry_id}").text
    assert "Look at this" in fragment
    assert f'hx-get="/entries/{entry_id}/card"' in fragment
    assert "quicksilver" in card(house, "ines", entry_id)
    hidden = card(house, "pavel", entry_id)
    assert OUTSIDE in hidden
    for told in ("quicksilver", "Ines", "Alba", "Workshop", "workshop"):
        assert told not in hidden + fragment, told
    assert "quicksilver" not in house.visitor("pavel").get("/rooms/library").text
    assert house.program("pavel").get("/search?q=quicksilver").json["items"] == []
    assert house.visitor("pavel").get(f"/p/{post.id}").status_code == 404


def test_without_javascript_the_card_is_a_page(house: House) -> None:
    entry_id = share(house, "omar", house.say("ines", "workshop", "quicksilver plans"))
    page = house.visitor("ines").get(f"/entries/{entry_id}/card").text
    assert "<html" in page
    assert "quicksilver" in page
    assert OUTSIDE in house.visitor("pavel").get(f"/entries/{entry_id}/card").text


def test_when_the_original_goes_the_card_says_so_only_to_those_who_knew_it(house: House) -> None:
    post = house.say("ines", "workshop", "quicksilver plans")
    entry_id = share(house, "omar", post)
    house.visitor("ines").post(f"/entries/{post.id}/remove")
    assert GONE in card(house, "omar", entry_id)
    assert "quicksilver" not in card(house, "omar", entry_id)
    assert OUTSIDE in card(house, "pavel", entry_id)


def test_who_leaves_the_room_sees_no_more_of_it_in_shares(house: House) -> None:
    post = house.say("ines", "workshop", "quicksilver plans")
    entry_id = share(house, "omar", post)
    assert "quicksilver" in card(house, "omar", entry_id)
    with house.site.database.write() as db:
        room_changes.remove_member(db, db.merge(house.room("workshop")), house.person("omar"), actor=None)
    assert OUTSIDE in card(house, "omar", entry_id)


def test_a_share_without_words_whose_original_was_purged_says_so(house: House) -> None:
    post = house.say("ines", "workshop", "quicksilver plans")
    entry_id = share(house, "omar", post, body="")
    with house.site.database.write() as db:
        shared = db.get_one(Entry, entry_id)
        shared.shared_id, shared.version = None, shared.version + 1
    assert GONE in house.visitor("omar").get(f"/entries/{entry_id}").text
    assert house.visitor("omar").get(f"/entries/{entry_id}/card").status_code == 302


def test_sharing_a_share_shares_the_original(house: House) -> None:
    post = house.say("ines", "workshop", "quicksilver plans")
    first = share(house, "omar", post)
    with house.site.database.read() as db:
        shared = db.get_one(Entry, first)
    assert (
        house.program("omar").get(f"/entries/{share(house, 'omar', shared, 'everyone')}").json["shared_id"] == post.id
    )
    again = share(house, "pavel", shared, "everyone")
    assert house.program("pavel").get(f"/entries/{again}").json["shared_id"] == first


def test_one_shares_only_what_one_may_read_into_where_one_may_post(house: House) -> None:
    post = house.say("ines", "workshop", "quicksilver plans")
    comment = house.say("ines", "workshop", "a comment", parent=post)
    library, workshop = house.room("library").id, house.room("workshop").id
    pavel, omar = house.program("pavel"), house.program("omar")
    assert pavel.post(f"/entries/{post.id}/share", {"room_id": library}).status_code == 404
    assert omar.post(f"/entries/{post.id}/share", {"room_id": library}).status_code == 201
    assert omar.post(f"/entries/{comment.id}/share", {"room_id": library}).status_code == 403
    mine = house.say("pavel", "everyone", "mine")
    for room_id, status in ((workshop, 404), (999_999, 404), ("x", 404), (library, 403)):
        assert pavel.post(f"/entries/{mine.id}/share", {"room_id": room_id}).status_code == status


def test_the_form_offers_the_other_rooms_and_loses_nothing_typed(house: House) -> None:
    post = house.say("ines", "workshop", "quicksilver plans")
    omar = house.visitor("omar")
    form = omar.get(f"/entries/{post.id}/share").text
    assert 'value="library"' in form
    assert 'value="workshop"' not in form
    wrong = omar.post(f"/entries/{post.id}/share", {"room": "nowhere", "body": "my words"})
    assert wrong.status_code == 422
    assert "my words" in wrong.text
    assert "Choose one of your rooms." in wrong.text
    key = {"room": "library", "body": "my words", "client_key": "once"}
    first, again = (omar.post(f"/entries/{post.id}/share", key) for _ in range(2))
    assert first.status_code == 303
    assert first.headers["Location"] == again.headers["Location"]
    done = omar.post(f"/entries/{post.id}/share", {"room": "library"}, headers=HTMX)
    assert done.status_code == 201
    assert "It stands in Library now." in done.text
