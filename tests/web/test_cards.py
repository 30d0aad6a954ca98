"""Access cards: printed by keepers, used once by who has no e-mail."""

import re
import threading
from datetime import timedelta

import pytest
from werkzeug.test import TestResponse

from intranet.core import people, sessions
from intranet.core.house import save_value
from intranet.core.models import AuditRow, Person, Ticket
from intranet.core.rooms import changes as room_changes
from intranet.kernel import clock
from intranet.testing.house import PASSWORD, House, Visitor

CODE = re.compile(r'<p class="code mono">([0-9A-Z]{4}(?:-[0-9A-Z]{4}){2})</p>')
CSRF = re.compile(r'csrf_token" value="[^"]+"|X-CSRFToken": "[^"]+"|nonce="[^"]+"')
NEW = {"new": "a long new one", "again": "a long new one"}


def make(visitor: Visitor, slug: str = "workshop", **said: object) -> TestResponse:
    return visitor.post(f"/rooms/{slug}/cards", {"name": "Karim Benali", "days": 14, **said})


def code_of(answer: TestResponse) -> str:
    assert answer.status_code == 201, answer.status_code
    return CODE.search(answer.text)[1]  # type: ignore[index]


def use(visitor: Visitor, code: str, **said: str) -> TestResponse:
    return visitor.post(f"/card/{code}", {**NEW, **said})


def exists(house: House, username: str) -> bool:
    with house.site.database.read() as db:
        return people.find_by_username(db, username) is not None


def write(house: House, username: str, **fields: object) -> None:
    with house.site.database.write() as db:
        person = people.find_by_username(db, username)
        for key, value in fields.items():
            setattr(person, key, value)


def set_house(house: House, key: str, value: object) -> None:
    with house.site.database.write() as db:
        save_value(db, key, value)
    house.site.forget_values()


def test_a_keeper_prints_a_card_and_its_holder_comes_in_with_a_password_of_their_own(house: House) -> None:
    answer = make(house.visitor("ines"))
    code = code_of(answer)
    assert "karim.benali" in answer.text
    assert house.person("karim.benali").password_hash is None
    karim = house.visitor()
    page = karim.get(f"/card/{code}").text
    assert "Karim Benali" in page
    assert use(karim, code).headers["Location"] == "/rooms/workshop"
    assert "Workshop" in karim.get("/rooms/workshop").text
    assert house.sees("karim.benali", "everyone")
    assert not house.sees("karim.benali", "counter")
    again = house.visitor()
    assert again.post("/login", {"username": "karim.benali", "password": NEW["new"]}).status_code == 303


def test_an_admin_prints_cards_in_a_room_that_they_can_read(house: House) -> None:
    rosa = house.visitor("rosa")
    assert make(rosa, "everyone").status_code == 201
    assert make(rosa, "library", name="Amira Haddad").status_code == 201
    assert make(rosa, "workshop").status_code == 404


def test_who_keeps_no_room_prints_no_card(house: House) -> None:
    for username, slug, status in (
        ("omar", "workshop", 403),
        ("pavel", "library", 403),
        ("pavel", "workshop", 404),
        ("pavel", "counter", 404),
        ("omar", "everyone", 403),
    ):
        visitor = house.visitor(username)
        assert visitor.get(f"/rooms/{slug}/cards").status_code == status
        assert make(visitor, slug).status_code == status
        assert visitor.post(f"/rooms/{slug}/cards/renew", {"username": "omar"}).status_code == status
        assert visitor.post(f"/rooms/{slug}/cards/withdraw", {"username": "omar"}).status_code == status
        assert visitor.get(f"/rooms/{slug}/cards/username?name=x").status_code == status
    assert house.visitor().get("/rooms/workshop/cards").status_code == 302
    assert not exists(house, "karim.benali")


def test_the_way_to_the_cards_shows_to_keepers_and_admins_only(house: House) -> None:
    assert "/rooms/workshop/cards" in house.visitor("ines").get("/rooms/workshop/people").text
    assert "/cards" not in house.visitor("omar").get("/rooms/workshop/people").text
    assert "/rooms/everyone/cards" in house.visitor("rosa").get("/rooms/everyone/people").text
    assert 'href="/card"' in house.visitor().get("/login").text


def test_the_house_may_leave_cards_to_its_admins(house: House) -> None:
    set_house(house, "people.keepers_add_people", False)
    ines = house.visitor("ines")
    assert ines.get("/rooms/workshop/cards").status_code == 403
    assert make(ines).status_code == 403
    assert "/cards" not in ines.get("/rooms/workshop/people").text
    assert make(house.visitor("rosa"), "everyone").status_code == 201


def test_no_cards_for_a_room_in_the_archive_and_none_by_guests(house: House) -> None:
    with house.site.database.write() as db:
        room_changes.archive(db, db.merge(house.room("workshop")), house.person("ines"), archived=True)
    assert make(house.visitor("ines")).status_code == 403
    write(house, "omar", is_guest=True)
    assert make(house.visitor("omar"), "library").status_code == 403


def test_the_user_name_is_made_from_the_name_and_can_be_chosen(house: House) -> None:
    ines = house.visitor("ines")
    for name, username in (
        ("Zoë Łuc-Meyer", "zoe.luc-meyer"),
        ("Seán O'Brien", "sean.obrien"),
        ("Ines Alba", "ines.alba"),
    ):
        assert f'value="{username}"' in ines.get("/rooms/workshop/cards/username", query_string={"name": name}).text
        assert username in make(ines, name=name).text
    assert make(ines, name="Ines Alba").status_code == 201
    assert exists(house, "ines.alba-2")
    assert make(ines, name="Someone", username=" Karim.B ").status_code == 201
    assert exists(house, "karim.b")


@pytest.mark.parametrize(
    "said",
    [
        {"name": ""},
        {"name": "x" * 200},
        {"username": "ines"},
        {"username": "INES"},
        {"username": "a b"},
        {"username": "<b>"},
        {"days": 0},
        {"days": 61},
        {"days": "soon"},
        {"name": "王小明"},
        {"name": "Карим"},
    ],
)
def test_what_cannot_stand_on_a_card_is_told_at_its_field(house: House, said: dict[str, object]) -> None:
    with house.site.database.read() as db:
        before = db.query(Person).count()
    answer = make(house.visitor("ines"), **said)
    assert answer.status_code == 422
    assert "-error" in answer.text
    with house.site.database.read() as db:
        assert db.query(Person).count() == before
        assert db.query(Ticket).count() == 0


def test_sending_the_form_twice_makes_one_person(house: House) -> None:
    ines = house.visitor("ines")
    assert make(ines, client_key="k1").status_code == 201
    assert make(ines, client_key="k1").headers["Location"] == "/rooms/workshop/cards"
    assert not exists(house, "karim.benali-2")


def test_a_sheet_is_made_for_all_or_for_none(house: House) -> None:
    ines = house.visitor("ines")
    said = {"people": "Karim Benali\nAmira Haddad, amira\n\n  Luis Ortega ", "days": 5}
    answer = ines.post("/rooms/workshop/cards", said)
    assert len(set(CODE.findall(answer.text))) == 3
    assert all(exists(house, each) for each in ("karim.benali", "amira", "luis.ortega"))
    for wrong in ("New One\nOther, amira", "New One\n, x", "New One\n" + "x" * 200, "\n".join(["A"] * 41), ""):
        assert ines.post("/rooms/workshop/cards", {"people": wrong, "days": 5}).status_code == 422
    assert not exists(house, "new.one")


def test_the_code_is_shown_once_and_kept_as_a_hash_only(house: House) -> None:
    ines = house.visitor("ines")
    code = code_of(make(ines))
    assert not CODE.search(ines.get("/rooms/workshop/cards").text)
    raw = house.site.settings.database.read_bytes()
    assert code.encode() not in raw
    assert code.replace("-", "").encode() not in raw


def test_a_new_card_ends_the_old_one(house: House) -> None:
    ines = house.visitor("ines")
    first = code_of(make(ines))
    second = code_of(ines.post("/rooms/workshop/cards/renew", {"username": "karim.benali", "days": 7}))
    assert use(house.visitor(), first).status_code == 404
    assert use(house.visitor(), second).status_code == 303


def test_a_withdrawn_card_opens_nothing_until_a_new_one_is_printed(house: House) -> None:
    ines = house.visitor("ines")
    code = code_of(make(ines))
    assert ines.post("/rooms/workshop/cards/withdraw", {"username": "karim.benali"}).status_code == 303
    assert use(house.visitor(), code).status_code == 404
    assert "Ended" in ines.get("/rooms/workshop/cards").text
    again = code_of(ines.post("/rooms/workshop/cards/renew", {"username": "karim.benali", "days": 7}))
    assert use(house.visitor(), again).status_code == 303
    assert ines.post("/rooms/workshop/cards/withdraw", {"username": "karim.benali"}).status_code == 404


def test_a_keeper_prints_no_card_for_somebody_who_had_a_way_in(house: House) -> None:
    ines = house.visitor("ines")
    code = code_of(make(ines))
    renew = {"username": "karim.benali", "days": 7}
    for fields in (
        {"oidc_subject": "x y"},
        {"is_admin": True},
        {"directory_id": "u-1"},
        {"has_second_factor": True},
        {"is_guest": True},
    ):
        write(house, "karim.benali", **fields)
        assert ines.post("/rooms/workshop/cards/renew", renew).status_code == 403, fields
        write(house, "karim.benali", **dict.fromkeys(fields, None) | {k: False for k, v in fields.items() if v is True})
    assert use(house.visitor(), code).status_code == 303
    assert ines.post("/rooms/workshop/cards/renew", renew).status_code == 403
    assert ines.post("/rooms/workshop/cards/renew", {"username": "omar", "days": 7}).status_code == 403
    assert ines.post("/rooms/workshop/cards/renew", {"username": "pavel", "days": 7}).status_code == 404


def test_a_keeper_cannot_draw_a_waiting_person_into_a_room_of_theirs_to_print_another_card(house: House) -> None:
    code = code_of(make(house.visitor("ines")))
    omar = house.visitor("omar")
    assert omar.post("/rooms/library/people", {"username": "karim.benali"}).status_code == 303
    assert omar.post("/rooms/library/cards/renew", {"username": "karim.benali", "days": 7}).status_code == 403
    assert use(house.visitor(), code).status_code == 303


def test_a_program_account_without_a_password_gets_no_card_from_a_keeper(house: House) -> None:
    ines = house.visitor("ines")
    code_of(make(ines))
    house.program("karim.benali")
    assert ines.post("/rooms/workshop/cards/renew", {"username": "karim.benali", "days": 7}).status_code == 403


def test_an_admin_lets_somebody_in_again_who_forgot_the_password(house: House) -> None:
    old = house.visitor("omar")
    code = code_of(house.visitor("rosa").post("/rooms/everyone/cards/renew", {"username": "omar", "days": 2}))
    assert house.visitor().post("/login", {"username": "omar", "password": PASSWORD}).status_code == 303
    assert use(house.visitor(), code).status_code == 303
    assert old.get("/").status_code == 302
    assert house.visitor().post("/login", {"username": "omar", "password": PASSWORD}).status_code == 401
    assert house.visitor().post("/login", {"username": "omar", "password": NEW["new"]}).status_code == 303
    assert house.visitor("omar").get("/rooms/library/cards").status_code == 200


def test_an_account_of_the_directory_never_gets_a_card(house: House) -> None:
    rosa = house.visitor("rosa")
    write(house, "omar", directory_id="u-1")
    assert rosa.post("/rooms/everyone/cards/renew", {"username": "omar", "days": 2}).status_code == 403
    write(house, "omar", directory_id=None)
    code = code_of(rosa.post("/rooms/everyone/cards/renew", {"username": "omar", "days": 2}))
    write(house, "omar", directory_id="u-1")
    assert use(house.visitor(), code).status_code == 404


def test_wrong_used_ended_and_withdrawn_codes_get_one_and_the_same_page(house: House) -> None:
    ines = house.visitor("ines")
    used, disabled, ended, gone = (code_of(make(ines, name=name)) for name in ("One A", "Two B", "Three C", "Four D"))
    assert use(house.visitor(), used).status_code == 303
    with house.site.database.write() as db:
        people.disable(db, people.find_by_username(db, "two.b"))
        ticket = db.query(Ticket).filter_by(person_id=people.find_by_username(db, "three.c").id).one()
        ticket.expires_at = clock.now() - timedelta(seconds=1)
    ines.post("/rooms/workshop/cards/withdraw", {"username": "four.d"})
    pages = set()
    for code in (used, disabled, ended, gone, "XXXX-XXXX-XXXX", "x" * 300, "é", "%00"):
        visitor = house.visitor()
        for answer in (visitor.get(f"/card/{code}"), use(visitor, code)):
            assert answer.status_code == 404
            pages.add(CSRF.sub("", answer.text))
    for code in (used, "nonsense", ""):
        visitor = house.visitor()
        pages.add(CSRF.sub("", visitor.post("/card", {"code": code}).text))
    assert len(pages) == 1
    page = pages.pop()
    assert not any(name in page for name in ("One A", "Two B", "Three C", "Four D", "Workshop"))


def test_a_code_is_found_however_it_is_typed(house: House) -> None:
    code = code_of(make(house.visitor("ines")))
    for typed in (code, code.lower(), code.replace("-", ""), f"  {code.replace('-', ' ')} "):
        visitor = house.visitor()
        answer = visitor.post("/card", {"code": typed})
        assert answer.status_code == 303
        assert "Karim Benali" in visitor.get(answer.headers["Location"]).text


@pytest.mark.parametrize(
    ("new", "again"),
    [
        ("short", "short"), ("a long new one", "another one"), ("", ""), (" " * 12, " " * 12),
        ("x" * 1001, "x" * 1001), ("with\0nothing in it", "with\0nothing in it"),
    ],
)  # fmt: skip
def test_a_password_that_breaks_the_rules_leaves_the_card_as_it_was(house: House, new: str, again: str) -> None:
    code = code_of(make(house.visitor("ines")))
    visitor = house.visitor()
    answer = use(visitor, code, new=new, again=again)
    assert answer.status_code == 422
    assert "-error" in answer.text
    assert visitor.get("/").status_code == 302
    assert use(visitor, code).status_code == 303


def test_a_card_needs_the_token_of_its_page(house: House) -> None:
    code = code_of(make(house.visitor("ines")))
    assert house.visitor().client.post(f"/card/{code}", data=NEW).status_code == 403
    assert house.person("karim.benali").password_hash is None


def test_of_two_who_use_a_card_at_once_one_wins(house: House) -> None:
    code = code_of(make(house.visitor("ines")))
    visitors = [house.visitor(), house.visitor()]
    for visitor in visitors:
        visitor.token()
    said: list[int] = []
    start = threading.Barrier(2)

    def come(visitor: Visitor, password: str) -> None:
        start.wait()
        said.append(use(visitor, code, new=password, again=password).status_code)

    threads = [threading.Thread(target=come, args=(each, f"password {n} long")) for n, each in enumerate(visitors)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(said) == [303, 404]
    assert sorted(visitor.get("/").status_code for visitor in visitors) == [200, 302]


def test_after_twenty_wrong_codes_from_one_address_even_a_right_one_waits(house: House) -> None:
    code = code_of(make(house.visitor("ines")))
    guesser = house.visitor()
    for _ in range(5):
        assert guesser.get("/card/X").status_code == 404
        assert guesser.get("/guest/X").status_code == 404
        assert guesser.post("/card", {"code": "X"}).status_code == 404
        assert use(guesser, "X").status_code == 404
    answer = guesser.get(f"/card/{code}")
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) > 0
    assert use(guesser, code).status_code == 429
    assert guesser.post("/card", {"code": code}).status_code == 429
    elsewhere = {"environ_base": {"REMOTE_ADDR": "10.0.0.9"}}
    assert house.visitor().get(f"/card/{code}", **elsewhere).status_code == 200


def test_many_addresses_together_are_held_back_too(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("intranet.core.newcomers.PER_KIND", "6 per 5 minute")
    for number in range(6):
        assert house.visitor().get("/card/X", environ_base={"REMOTE_ADDR": f"10.0.1.{number}"}).status_code == 404
    assert house.visitor().get("/card/X", environ_base={"REMOTE_ADDR": "10.0.1.99"}).status_code == 429
    assert house.visitor().get("/guest/X", environ_base={"REMOTE_ADDR": "10.0.1.99"}).status_code == 404


def test_a_second_factor_is_asked_for_after_the_card_too(house: House) -> None:
    code = code_of(house.visitor("rosa").post("/rooms/everyone/cards/renew", {"username": "omar", "days": 2}))
    write(house, "omar", has_second_factor=True)
    visitor = house.visitor()
    assert use(visitor, code).headers["Location"].startswith("/login/second")
    assert visitor.get("/").status_code == 302


def test_who_was_signed_in_at_that_browser_is_signed_out(house: House) -> None:
    code = code_of(make(house.visitor("ines")))
    visitor = house.visitor("omar")
    assert "Omar Said is signed in here" in visitor.get(f"/card/{code}").text
    assert use(visitor, code).status_code == 303
    assert "Karim Benali" in visitor.get("/").text
    with house.site.database.read() as db:
        assert not sessions.list_for(db, house.person("omar").id)


def test_what_happens_with_cards_stands_in_the_audit_log_without_codes(house: House) -> None:
    ines = house.visitor("ines")
    code = code_of(make(ines))
    ines.post("/rooms/workshop/cards/withdraw", {"username": "karim.benali"})
    code = code_of(ines.post("/rooms/workshop/cards/renew", {"username": "karim.benali", "days": 7}))
    house.visitor().get("/card/WRONG-CODE")
    use(house.visitor(), code)
    with house.site.database.read() as db:
        rows = db.query(AuditRow).filter(AuditRow.action.startswith("c")).order_by(AuditRow.id).all()
    assert [row.action for row in rows] == [
        "card.printed",
        "card.withdrawn",
        "card.printed",
        "code.failed",
        "card.used",
    ]
    assert not any("WRONG" in f"{row.subject}{row.detail}" for row in rows)


def test_the_square_leads_to_the_configured_address_and_is_left_out_without_one(house: House) -> None:
    without = make(house.visitor("ines"))
    assert "<svg viewBox" not in without.text
    assert "I have a code or a card" in without.text
    settings = house.site.settings.model_copy(update={"base_url": "https://intranet.example/"})
    house.site.settings = settings
    answer = make(house.visitor("ines"), name="Amira Haddad")
    assert "https://intranet.example/card" in answer.text
    assert 'class="segno"' in answer.text
    assert " style=" not in answer.text
