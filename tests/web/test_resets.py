"""A forgotten password by mail (A04, A05, A13, A55, A92)."""

import logging
import re
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest

from intranet.core import people, tokens
from intranet.core.models import SessionRow, Ticket
from intranet.kernel import clock
from intranet.kernel.mail import Mailer, letter
from intranet.testing import postbox
from intranet.testing.authority import make_authority
from intranet.testing.house import PASSWORD, House

LINK = re.compile(r"https://intranet\.example/reset/([\w-]+)")
NEW = {"new": "another long one", "again": "another long one"}


class Outbox:
    """A mail server that keeps what it is given."""

    is_ready = True

    def __init__(self) -> None:
        self.sent: list[EmailMessage] = []

    def send(self, to: str, subject: str, text: str) -> None:
        self.sent.append(letter("intranet@aurora.example", to, subject, text))

    @property
    def text(self) -> str:
        return self.sent[-1].get_content()


@pytest.fixture
def outbox(house: House) -> Outbox:
    house.site.mailer = Outbox()  # type: ignore[assignment]
    house.site.settings = house.site.settings.model_copy(update={"base_url": "https://intranet.example"})
    change(house, "ines", email="ines@aurora.example")
    return house.site.mailer  # type: ignore[return-value]


def change(house: House, username: str, **fields: object) -> None:
    with house.site.database.write() as db:
        people.change(db, people.find_by_username(db, username), **fields)  # type: ignore[arg-type]


def ask(house: House, typed: str, **options: object) -> object:
    """What the page answered; then the worker does what waits for it."""
    answer = house.visitor().post("/forgot", {"username": typed}, **options)
    while task := house.site.jobs.queue.dequeue():
        house.site.jobs.queue.execute(task)
    return answer.status_code, answer.headers.get("Location"), answer.data


def code_in(outbox: Outbox) -> str:
    return LINK.search(outbox.text)[1]  # type: ignore[index]


def signs_in(house: House, password: str) -> bool:
    answer = house.visitor().post("/login", {"username": "ines", "password": password})
    return answer.headers.get("Location") == "/"


def test_the_link_sets_a_new_password_once_and_ends_every_session(house: House, outbox: Outbox) -> None:
    here, program = house.visitor("ines"), house.program("ines")
    ask(house, "ines")
    assert outbox.sent[0]["To"] == "ines@aurora.example"
    path = f"/reset/{code_in(outbox)}"
    stranger = house.visitor()
    assert stranger.get(path).status_code == 200
    assert stranger.post(path, {"new": "short", "again": "short"}).status_code == 422
    assert stranger.post(path, {"new": "another long one", "again": "another one"}).status_code == 422
    assert here.get("/").status_code == 200
    assert stranger.post(path, NEW).headers["Location"] == "/login?reset=1"
    assert here.get("/").status_code == 302
    assert stranger.get("/").status_code == 302  # the link signs nobody in
    assert (signs_in(house, PASSWORD), signs_in(house, "another long one")) == (False, True)
    assert program.get("/me").status_code == 200
    assert stranger.get(path).status_code == stranger.post(path, NEW).status_code == 404


def test_the_letter_goes_through_a_real_mail_server(house: House, outbox: Outbox, tmp_path: Path) -> None:
    make_authority(tmp_path)
    with postbox.start(tmp_path) as box:
        house.site.mailer = Mailer(box.section(ca_file=tmp_path / "ca.pem"))
        ask(house, "ines")
        (arrived,) = box.letters
    link = LINK.search(arrived.get_content())
    assert link
    assert house.visitor().post(f"/reset/{link[1]}", NEW).headers["Location"] == "/login?reset=1"
    assert signs_in(house, NEW["new"])


def test_tokens_go_only_when_it_is_wished(house: House, outbox: Outbox) -> None:
    program = house.program("ines")
    ask(house, "ines")
    house.visitor().post(f"/reset/{code_in(outbox)}", {**NEW, "revokes_tokens": "1"})
    assert program.get("/me").status_code == 401
    with house.site.database.read() as db:
        assert not tokens.list_for(db, house.person("ines").id)


def test_only_the_newest_link_counts(house: House, outbox: Outbox) -> None:
    ask(house, "ines")
    first = code_in(outbox)
    ask(house, "ines@aurora.example")
    assert house.visitor().get(f"/reset/{first}").status_code == 404
    assert house.visitor().get(f"/reset/{code_in(outbox)}").status_code == 200


def test_the_link_lasts_an_hour(house: House, outbox: Outbox, monkeypatch: pytest.MonkeyPatch) -> None:
    ask(house, "ines")
    later = clock.now() + timedelta(minutes=61)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert house.visitor().get(f"/reset/{code_in(outbox)}").status_code == 404


def test_a_changed_password_and_a_disabled_person_end_the_link(house: House, outbox: Outbox) -> None:
    ask(house, "ines")
    house.visitor("ines").post("/me/password", {"current": PASSWORD, **NEW})
    assert house.visitor().get(f"/reset/{code_in(outbox)}").status_code == 404
    ask(house, "ines")
    with house.site.database.write() as db:
        people.disable(db, people.find_by_username(db, "ines"))  # type: ignore[arg-type]
    assert house.visitor().get(f"/reset/{code_in(outbox)}").status_code == 404


def test_a_changed_address_ends_the_link(house: House, outbox: Outbox) -> None:
    ask(house, "ines")
    assert house.visitor().get(f"/reset/{code_in(outbox)}").status_code == 200
    change(house, "ines", email="elsewhere@aurora.example")
    assert house.visitor().get(f"/reset/{code_in(outbox)}").status_code == 404


def test_after_a_while_a_new_address_asks_who_it_is(house: House) -> None:
    visitor = house.visitor("ines")
    with house.site.database.write() as db:
        db.query(SessionRow).one().created_at = clock.now() - timedelta(minutes=16)
    typed = {"name": "Ines Alba", "email": "elsewhere@aurora.example"}
    assert "Confirm that it is you" in visitor.post("/me/profile", typed).text
    assert house.person("ines").email == ""
    assert visitor.post("/me/profile", {**typed, "email": "", "title": "Painter"}).status_code == 303
    assert visitor.post("/me/profile", {**typed, "proof": PASSWORD}).status_code == 303
    assert house.person("ines").email == "elsewhere@aurora.example"


def test_a_program_changes_no_address(house: House) -> None:
    program = house.program("ines")
    assert program.ask("PATCH", "/me", json={"email": "elsewhere@aurora.example"}).status_code == 403
    assert house.person("ines").email == ""
    assert program.ask("PATCH", "/me", json={"title": "Painter"}).status_code == 200


def test_the_answer_is_the_same_for_everybody_and_for_nobody(house: House, outbox: Outbox) -> None:
    change(house, "pavel", email="pavel@aurora.example")
    with house.site.database.write() as db:
        people.disable(db, people.find_by_username(db, "pavel"))  # type: ignore[arg-type]
    answers = {ask(house, typed) for typed in ("ines", "omar", "pavel", "nobody", "nobody@else.example", "*")}
    assert len(answers) == 1
    assert [each["To"] for each in outbox.sent] == ["ines@aurora.example"]


def test_the_page_itself_looks_nobody_up(house: House, outbox: Outbox, monkeypatch: pytest.MonkeyPatch) -> None:
    """So the time that it takes tells nothing."""

    def refuse(*_arguments: object) -> None:
        raise AssertionError("the page asked for a person")

    monkeypatch.setattr(people, "find_by_login", refuse)
    for typed in ("ines", "nobody"):
        assert house.visitor().post("/forgot", {"username": typed}).status_code == 303
    assert not outbox.sent


@pytest.mark.parametrize(
    "typed",
    [
        "İnes@aurora.example",
        "ınes@aurora.example",
        "ines@aurora.examplе",
        "ines@aurora.example\r\nBcc: evil@evil.example",
    ],
)
def test_a_look_alike_gets_no_letter_and_a_letter_goes_only_to_the_kept_address(
    house: House, outbox: Outbox, typed: str
) -> None:
    ask(house, typed)
    assert all(each["To"] == "ines@aurora.example" and each["Bcc"] is None for each in outbox.sent)
    change(house, "ines", email="ines@aurora.example")
    ask(house, "INES@AURORA.EXAMPLE")
    assert outbox.sent[-1]["To"] == "ines@aurora.example"


def test_an_address_of_two_people_belongs_to_nobody(house: House, outbox: Outbox) -> None:
    change(house, "omar", email="INES@aurora.example")
    ask(house, "ines@aurora.example")
    assert not outbox.sent


def test_the_link_is_made_of_our_own_address_whatever_the_request_says(house: House, outbox: Outbox) -> None:
    headers = {"Host": "evil.example", "X-Forwarded-Host": "evil.example"}
    visitor = house.visitor()
    token = re.search(r'csrf_token" value="([^"]+)"', visitor.get("/forgot", headers=headers).text)[1]  # type: ignore[index]
    visitor.client.post("/forgot", data={"username": "ines", "csrf_token": token}, headers=headers)
    while task := house.site.jobs.queue.dequeue():
        house.site.jobs.queue.execute(task)
    assert "evil" not in outbox.sent[-1].as_string()
    assert code_in(outbox)


def test_markup_and_line_breaks_in_names_stay_text(house: House, outbox: Outbox) -> None:
    from intranet.core.house import save_value

    with house.site.database.write() as db:
        save_value(db, "company.name", "Aurora\r\nBcc: evil@evil.example")
        people.find_by_username(db, "ines").name = "<img src=x>\r\n\r\nYour password is wrong: https://evil.example"  # type: ignore[union-attr]
    house.site.forget_values()
    ask(house, "ines")
    said = outbox.sent[-1]
    assert said.get_content_type() == "text/plain"
    assert said["Bcc"] is None
    assert "Hello <img src=x> Your password is wrong: https://evil.example," in outbox.text.splitlines()


def test_people_of_the_directory_are_told_where_their_password_is_changed(house: House, outbox: Outbox) -> None:
    change(house, "ines", directory_id="1234", password_hash=None)
    answer = ask(house, "ines")
    assert "work computer" in outbox.text
    assert "/reset/" not in outbox.text
    with house.site.database.read() as db:
        assert db.query(Ticket).count() == 0
    assert answer == ask(house, "nobody")


def test_asking_again_and_again_is_refused_by_name_whether_it_exists_or_not(house: House, outbox: Outbox) -> None:
    for name in ("ines", "nobody"):
        assert [ask(house, name)[0] for _ in range(4)] == [303, 303, 303, 429]  # type: ignore[index]
    assert len(outbox.sent) == 3


def test_asking_for_many_names_is_refused_by_address(house: House, outbox: Outbox) -> None:
    assert [ask(house, f"name{number}")[0] for number in range(31)][-1] == 429  # type: ignore[index]
    assert not outbox.sent


def test_guessing_links_is_counted_with_wrong_passwords(house: House, outbox: Outbox) -> None:
    visitor = house.visitor()
    for number in range(100):
        assert visitor.get(f"/reset/guess{number}").status_code == 404
    assert visitor.get("/reset/guess").status_code == 429
    assert visitor.post("/login", {"username": "ines", "password": PASSWORD}).status_code == 429


def test_without_mail_the_page_names_who_helps_and_nothing_is_sent(house: House) -> None:
    from intranet.core.house import save_value

    with house.site.database.write() as db:
        save_value(db, "company.contact", "Elena in IT, ext. 204")
    house.site.forget_values()
    page = house.visitor().get("/forgot").text
    assert "Elena in IT, ext. 204" in page
    assert 'action="/forgot"' not in page
    assert ask(house, "ines")[0] == 200  # type: ignore[index]
    with house.site.database.read() as db:
        assert db.query(Ticket).count() == 0


def test_without_our_own_address_no_link_is_sent_and_the_log_says_why(
    house: House, outbox: Outbox, caplog: pytest.LogCaptureFixture
) -> None:
    house.site.settings = house.site.settings.model_copy(update={"base_url": ""})
    with caplog.at_level(logging.ERROR):
        house.site.jobs.run_now("signin.forgotten", "ines")
    assert "base_url is not set" in caplog.text
    assert not outbox.sent
    assert 'action="/forgot"' not in house.visitor().get("/forgot").text


def test_the_code_is_kept_as_a_hash_only(house: House, outbox: Outbox) -> None:
    ask(house, "ines")
    code = code_in(outbox).encode()
    folder = house.site.settings.data
    assert not [path for path in folder.rglob("*") if path.is_file() and code in path.read_bytes()]
    with house.site.database.read() as db:
        assert db.query(SessionRow).count() == 0
