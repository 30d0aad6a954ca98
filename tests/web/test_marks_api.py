"""The API of marks: the same functions as the pages, and the same refusals."""

from intranet.core.rooms import changes as room_changes
from intranet.testing.house import House


def test_programs_pin_end_and_save_as_the_pages_do(house: House) -> None:
    post = house.say("omar", "workshop", "A post")
    comment = house.say("omar", "workshop", "A comment", parent=post)
    ines, omar, pavel = (house.program(each) for each in ("ines", "omar", "pavel"))
    for verb, said in (("pin", "pinned"), ("lock", "locked")):
        path = f"/entries/{post.id}/{verb}"
        assert ines.ask("PUT", path).status_code == 204
        assert ines.ask("PUT", path).status_code == 204
        assert omar.get(f"/entries/{post.id}").json[said]
        assert omar.ask("DELETE", path).status_code == 403
        assert pavel.ask("PUT", path).status_code == 404
        assert ines.ask("PUT", f"/entries/{comment.id}/{verb}").status_code == 403
        assert ines.ask("DELETE", path).status_code == 204
        assert not omar.get(f"/entries/{post.id}").json[said]


def test_programs_keep_posts_and_comments_for_later(house: House) -> None:
    post = house.say("ines", "workshop", "A post")
    comment = house.say("ines", "workshop", "A comment", parent=post)
    omar, pavel = house.program("omar"), house.program("pavel")
    for each in (post, comment):
        assert omar.ask("PUT", f"/entries/{each.id}/saved").status_code == 204
        assert pavel.ask("PUT", f"/entries/{each.id}/saved").status_code == 404
    first = omar.get("/me/saved?limit=1").json
    assert [each["id"] for each in first["items"]] == [comment.id]
    assert [each["id"] for each in omar.get(f"/me/saved?cursor={first['next']}").json["items"]] == [post.id]
    assert house.program("ines").get("/me/saved").json["items"] == []
    assert omar.ask("DELETE", f"/entries/{post.id}/saved").status_code == 204
    assert [each["id"] for each in omar.get("/me/saved").json["items"]] == [comment.id]
    with house.site.database.write() as db:
        room_changes.remove_member(db, db.merge(house.room("workshop")), house.person("omar"), actor=None)
    assert omar.get("/me/saved").json["items"] == []
