"""Writing, reading and finding posts through the pages."""

import re

from intranet.testing.house import House


def test_a_member_posts_and_everyone_in_the_room_reads_it(house: House) -> None:
    answer = house.visitor("ines").post("/rooms/workshop/posts", {"body": "The **lathe** runs again"})
    assert answer.status_code == 303
    assert "The <strong>lathe</strong> runs again" in house.visitor("omar").get("/rooms/workshop").text
    assert "runs again" in house.visitor("omar").get("/").text


def test_an_outsider_gets_the_same_answer_for_a_secret_room_as_for_none(house: House) -> None:
    post = house.say("ines", "workshop", "quiet words")
    assert house.visitor("omar").get(f"/p/{post.id}").status_code == 200
    pavel = house.visitor("pavel")
    for there, nowhere in [
        ("/rooms/workshop", "/rooms/nowhere"),
        ("/rooms/workshop/people", "/rooms/nowhere/people"),
        (f"/p/{post.id}", "/p/999999"),
        (f"/entries/{post.id}", "/entries/999999"),
        (f"/entries/{post.id}/edit", "/entries/999999/edit"),
    ]:
        hidden, missing = pavel.get(there), pavel.get(nowhere)
        assert (hidden.status_code, missing.status_code) == (404, 404)
        assert masked(hidden.text) == masked(missing.text)


def masked(page: str) -> str:
    return re.sub(r'csrf_token" value="[^"]+"|X-CSRFToken": "[^"]+"|data-since="\d+"', "", page)


def test_an_outsider_cannot_write_comment_react_or_join_a_secret_room(house: House) -> None:
    post = house.say("ines", "workshop", "quiet words")
    for path, data in [
        ("/rooms/workshop/posts", {"body": "let me in"}),
        (f"/entries/{post.id}/comments", {"body": "let me in"}),
        (f"/entries/{post.id}/reactions", {"emoji": "👍"}),
        (f"/entries/{post.id}/edit", {"body": "mine now"}),
        (f"/entries/{post.id}/remove", {}),
        ("/rooms/workshop/join", {}),
    ]:
        assert house.visitor("pavel").post(path, data).status_code == 404, path
    assert "let me in" not in house.visitor("ines").get("/rooms/workshop").text
    assert not house.sees("pavel", "workshop")


def test_an_empty_or_too_long_post_keeps_what_was_typed(house: House) -> None:
    ines = house.visitor("ines")
    assert ines.post("/rooms/workshop/posts", {"body": "  "}).status_code == 422
    long = ines.post("/rooms/workshop/posts", {"body": "word " * 5000})
    assert long.status_code == 422
    assert "word word" in long.text
    assert "too long" in long.text


def test_control_characters_and_lone_surrogates_are_refused_in_words(house: House) -> None:
    for body in ("a\0b", "a\x1bb"):
        answer = house.visitor("ines").post("/rooms/workshop/posts", {"body": body})
        assert answer.status_code == 422
    program = house.program("ines")
    room = house.room("workshop").id
    answer = program.ask("POST", f"/rooms/{room}/posts", data=b'{"body": "\\ud800"}', content_type="application/json")
    assert answer.status_code in (400, 422)


def test_a_comment_stands_under_its_post_and_is_counted(house: House) -> None:
    post = house.say("ines", "workshop", "Who has the key?")
    assert house.visitor("omar").post(f"/entries/{post.id}/comments", {"body": "I do"}).status_code == 303
    page = house.visitor("ines").get(f"/p/{post.id}").text
    assert "I do" in page
    assert "1 comment" in page


def test_a_posts_page_shows_every_comment_once(house: House) -> None:
    post = house.say("ines", "workshop", "Who was there?")
    for words in ("One was", "Two were", "Three were", "Four were"):
        house.visitor("omar").post(f"/entries/{post.id}/comments", {"body": words})
    page = house.visitor("ines").get(f"/p/{post.id}").text
    places = [page.index(words) for words in ("One was", "Two were", "Three were", "Four were")]
    assert places == sorted(places)
    assert page.count("Four were") == page.count("One was") == 1


def test_a_reaction_is_put_and_taken_back(house: House) -> None:
    post = house.say("ines", "workshop", "Done")
    omar = house.visitor("omar")
    omar.post(f"/entries/{post.id}/reactions", {"emoji": "👏"})
    assert 'data-emoji="👏"' in omar.get("/rooms/workshop").text
    omar.post(f"/entries/{post.id}/reactions", {"emoji": "👏"})
    assert 'data-emoji="👏"' not in omar.get("/rooms/workshop").text


def test_words_are_no_reaction(house: House) -> None:
    post = house.say("ines", "workshop", "Done")
    for emoji in ("<b>", "yes", "", "👏👏👏👏👏👏👏👏👏👏👏👏👏👏👏👏👏"):
        answer = house.visitor("omar").post(f"/entries/{post.id}/reactions", {"emoji": emoji})
        assert answer.status_code == 422, emoji


def test_only_the_author_edits_and_a_keeper_may_remove(house: House) -> None:
    post = house.say("omar", "workshop", "first words")
    assert house.visitor("ines").post(f"/entries/{post.id}/edit", {"body": "other words"}).status_code == 403
    assert house.visitor("omar").post(f"/entries/{post.id}/edit", {"body": "second words"}).status_code == 303
    assert "second words" in house.visitor("ines").get("/rooms/workshop").text
    assert house.visitor("ines").post(f"/entries/{post.id}/remove", {"reason": "Twice"}).status_code == 200
    assert "second words" not in house.visitor("omar").get("/rooms/workshop").text


def test_a_removed_post_comes_back_by_undo_and_is_found_again(house: House) -> None:
    post = house.say("ines", "workshop", "singular zephyr")
    ines = house.visitor("ines")
    ines.post(f"/entries/{post.id}/remove")
    assert f"/p/{post.id}" not in ines.get("/search?q=zephyr").text
    ines.post(f"/entries/{post.id}/restore")
    assert f"/p/{post.id}" in ines.get("/search?q=zephyr").text


def test_search_never_tells_an_outsider_of_a_word_that_stands_elsewhere(house: House) -> None:
    house.say("ines", "workshop", "unmistakable wolframite delivery")
    assert "wolframite" in house.visitor("omar").get("/search?q=wolframite").text
    pavel = house.program("pavel")
    for typed in ("wolframite", "wolfram*", "wolfremite", '"wolframite delivery"', "ramit", "in:workshop delivery"):
        said = pavel.get("/search", query_string={"q": typed}).json
        unknown = pavel.get("/search", query_string={"q": "nosuchwordatall"}).json
        for name in ("items", "next", "counts", "did_you_mean"):
            assert said[name] == unknown[name], (typed, name)


def test_a_mention_works_only_for_who_may_read_the_room(house: House) -> None:
    mentions = house.visitor("ines").post("/rooms/workshop/posts", {"body": "@omar and @pavel and @nobody"})
    assert mentions.status_code == 303
    page = house.visitor("ines").get("/rooms/workshop").text
    assert 'data-person="2"' in page
    assert "@pavel and @nobody" in page


def test_fragments_are_the_same_for_every_viewer_and_carry_no_token(house: House) -> None:
    post = house.say("ines", "workshop", "same for all")
    one, other = (masked(house.visitor(name).get(f"/entries/{post.id}").text) for name in ("ines", "omar"))
    assert one == other
    with house.app.test_request_context(), house.site.database.read() as db:
        from intranet.core.entries.queries import by_ids

        assert "csrf-" in house.site.fragments.one(db, by_ids(db, [post.id])[post.id])


def test_a_keeper_pins_a_post_and_it_stands_first(house: House) -> None:
    first = house.say("omar", "workshop", "the oldest words")
    for number in range(3):
        house.say("ines", "workshop", f"later words {number}")
    assert house.visitor("omar").post(f"/entries/{first.id}/pin").status_code == 403
    assert house.visitor("ines").post(f"/entries/{first.id}/pin").status_code == 303
    for path in ("/", "/rooms/workshop"):
        page = house.visitor("omar").get(path).text
        assert page.index("the oldest words") < page.index("later words 2")
        assert page.count(f'id="post-{first.id}"') == 1
