"""The first stranger through the public door."""

from datetime import timedelta

from intranet.core import people
from intranet.core.models import Person
from intranet.kernel import clock
from intranet.testing.house import House
from plugins.welcome.models import Choice, Greeting


def only_pavel_is_new(house: House) -> None:
    with house.site.database.write() as db:
        for person in db.query(Person):
            if person.username != "pavel":
                person.created_at = clock.now() - timedelta(days=100)


def test_who_is_new_stands_on_everyones_home_page_but_their_own(house: House) -> None:
    only_pavel_is_new(house)
    assert "Say hello to Pavel Novak" in house.visitor("ines").get("/").text
    assert "Say hello to" not in house.visitor("pavel").get("/").text


def test_a_greeting_counts_once_and_the_card_says_so(house: House) -> None:
    only_pavel_is_new(house)
    ines = house.visitor("ines")
    for _ in range(2):
        assert ines.post("/welcome/pavel/hello").status_code == 303
    assert "You said hello." in ines.get("/").text
    assert "Say hello to Pavel Novak" in house.visitor("omar").get("/").text


def test_nobody_greets_themselves_or_somebody_who_is_not_there(house: House) -> None:
    ines = house.visitor("ines")
    assert ines.post("/welcome/ines/hello").status_code == 404
    assert ines.post("/welcome/nobody/hello").status_code == 404


def test_the_card_can_be_put_away(house: House) -> None:
    only_pavel_is_new(house)
    ines = house.visitor("ines")
    assert ines.post("/welcome/settings", {}).status_code == 303
    assert "Pavel Novak" not in ines.get("/").text
    ines.post("/welcome/settings", {"is_shown": "1"})
    assert "Pavel Novak" in ines.get("/").text


def test_guests_are_not_told_who_is_new(house: House) -> None:
    only_pavel_is_new(house)
    with house.site.database.write() as db:
        db.query(Person).where(Person.username == "omar").one().is_guest = True
    assert "Pavel Novak" not in house.visitor("omar").get("/").text


def test_nothing_is_left_of_who_was_erased(house: House) -> None:
    only_pavel_is_new(house)
    house.visitor("ines").post("/welcome/pavel/hello")
    house.visitor("pavel").post("/welcome/omar/hello")
    house.visitor("pavel").post("/welcome/settings", {})
    with house.site.database.write() as db:
        people.disable(db, db.get_one(Person, house.person("pavel").id))
    assert house.visitor("rosa").post("/people/pavel/erase", {"username": "pavel"}).status_code == 303
    with house.site.database.read() as db:
        assert db.query(Greeting).count() == db.query(Choice).count() == 0


def test_hello_is_said_in_a_chat_and_counts_as_a_greeting(house: House) -> None:
    only_pavel_is_new(house)
    address = f"/rooms/{house.room('everyone').id}/messages"
    answer = house.program("ines").post(address, {"body": "/hello @pavel"})
    assert answer.status_code == 201
    assert answer.json
    assert "Hello" in answer.json["body"]
    assert "You said hello." in house.visitor("ines").get("/").text
    assert house.program("ines").post(address, {"body": "/hello @nobody"}).status_code == 422
