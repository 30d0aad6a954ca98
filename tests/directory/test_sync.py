"""The sync against a real OpenLDAP and a real Active Directory."""

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from intranet.core import people, sessions, tokens
from intranet.core.directory import photos, sync
from intranet.core.directory.directory import Directory
from intranet.core.directory.settings import DirectorySettings, Rule
from intranet.core.directory.sync import Outcome
from intranet.core.models import (
    AuditRow,
    DirectoryAccount,
    DirectoryRun,
    FormerUsername,
    Membership,
    Person,
    Profile,
    Room,
)
from intranet.core.rooms import changes as room_changes
from intranet.kernel.events import EventRow, Reader
from intranet.testing import samba, slapd
from intranet.testing.directories import Fixed, active_directory, changed, openldap
from intranet.testing.house import House
from intranet.testing.running import free_port
from intranet.web import live


class Company:
    """A house and a branch of a real directory that belongs to one test alone."""

    def __init__(
        self, house: House, server: slapd.Slapd | samba.Samba, branch: str, settings: DirectorySettings
    ) -> None:
        self.house, self.server, self.branch, self.settings = house, server, branch, settings

    def hire(self, username: str, name: str, **attributes: Any) -> None:
        self.server.add_person(username, name, f"{username}-password", **attributes)
        last = "uid" if isinstance(self.server, slapd.Slapd) else "cn"
        self.server.rename(username, f"{last}={username if last == 'uid' else name}", self.branch)

    def sync(self, *, accepted: tuple[int, ...] = (), **more: Any) -> Outcome:
        return sync.run(self.house.site.database, Directory(changed(self.settings, **more)), accepted=accepted)

    def preview(self, **more: Any) -> Outcome:
        return sync.preview(self.house.site.database, Directory(changed(self.settings, **more)))

    def names(self, *, disabled: bool = False) -> set[str]:
        with self.house.site.database.read() as db:
            query = db.query(Person).join(DirectoryAccount, DirectoryAccount.person_id == Person.id)
            return {row.username for row in query if (row.disabled_at is not None) == disabled}

    def members(self, slug: str) -> dict[str, str]:
        with self.house.site.database.read() as db:
            rows = db.query(Person.username, Membership.role).join(Membership).join(Room).where(Room.slug == slug)
            return dict(rows.all())

    def trace(self) -> tuple[int, int]:
        """How much was recorded so far."""
        with self.house.site.database.read() as db:
            return db.query(EventRow).count(), db.query(AuditRow).count()


@pytest.fixture(params=["openldap", "active directory"])
def company(request: pytest.FixtureRequest, house: House) -> Iterator[Company]:
    """Anna leads, Bert and Cora work for her; nobody else is in this branch."""
    is_samba = request.param != "openldap"
    server = request.getfixturevalue("samba_server" if is_samba else "slapd_server")
    base = samba.BASE if is_samba else slapd.BASE
    name = f"branch-{id(request)}"
    branch = f"ou={name},{base}"
    server.add(f"dn: {branch}\nobjectClass: organizationalUnit\nou: {name}\n")
    make = active_directory if is_samba else openldap
    settings = make(server, base_dn=branch, group_base_dn=branch)
    found = Company(house, server, branch, settings)
    department = "department" if is_samba else "departmentNumber"
    found.hire("anna", "Anna Ebner", mail="anna@aurora.example", title="Head", **{department: "Design"})
    found.hire("bert", "Bert Ruiz", mail="bert@aurora.example", manager="anna", **{department: "Design"})
    found.hire(
        "cora", "Cora Lind", mail="cora@aurora.example", manager="anna", mobile="0664 1", **{department: "Sales"}
    )
    yield found
    for dn in sorted(below(server, branch), key=len, reverse=True):
        server.delete(dn)


def test_everyone_comes_in_with_fields_and_managers(company: Company) -> None:
    outcome = company.sync()
    assert (outcome.outcome, outcome.report.counts["added"]) == ("done", 3)
    anna, bert = company.house.person("anna"), company.house.person("bert")
    assert (anna.name, anna.title, anna.department, anna.email) == (
        "Anna Ebner",
        "Head",
        "Design",
        "anna@aurora.example",
    )
    assert bert.manager_id == anna.id
    assert company.house.person("cora").mobile == "0664 1"
    with company.house.site.database.read() as db:
        account = db.get_one(DirectoryAccount, bert.id)
        assert {"name", "email", "department", "manager"} <= set(account.owned)
        assert "title" not in account.owned
    assert company.house.sees("bert", "everyone")


def test_only_what_changed_is_written(company: Company) -> None:
    company.sync()
    before = company.trace()
    again = company.sync()
    assert company.trace() == before
    assert not set(again.report.counts) - {"people"}
    company.server.replace("bert", telephoneNumber="42")
    once = company.sync()
    assert once.report.lines == [["changed", "bert", "Bert Ruiz", "phone"]]
    assert company.house.person("bert").phone == "42"
    company.server.replace("bert", telephoneNumber=None)
    company.sync()
    assert company.house.person("bert").phone == ""


def test_a_preview_says_what_a_sync_then_does_and_leaves_no_trace(company: Company) -> None:
    before = company.trace()
    said = company.preview()
    assert company.trace() == before
    assert company.names() == set()
    done = company.sync()
    assert sorted(said.report.lines) == sorted(line for line in done.report.lines if line[3] != "manager")


def test_a_rename_and_a_move_keep_the_person(company: Company) -> None:
    company.sync()
    before = company.house.person("bert")
    company.house.say("bert", "everyone", "written before the wedding")
    is_ad = company.settings.preset == "ad"
    deeper = f"ou=moved,{company.branch}"
    company.server.add(f"dn: {deeper}\nobjectClass: organizationalUnit\nou: moved\n")
    company.server.rename("bert", "cn=Bert Lang" if is_ad else "uid=bert.lang", deeper)
    if is_ad:
        company.server.replace("bert", sAMAccountName="bert.lang", displayName="Bert Lang")
    else:
        company.server.replace("bert.lang", cn="Bert Lang")
    outcome = company.sync()
    after = company.house.person("bert.lang")
    assert (after.id, after.name, after.directory_id) == (before.id, "Bert Lang", before.directory_id)
    assert outcome.report.counts["renamed"] == 1
    assert after.manager_id == company.house.person("anna").id
    assert company.house.visitor("ines").get("/people/bert", follow_redirects=True).status_code == 200
    with company.house.site.database.write() as db:
        assert db.get(FormerUsername, "bert")
        with pytest.raises(people.Conflict):
            people.add(db, username="bert", name="Somebody Else")


def test_who_left_is_out_of_every_door_and_comes_back(company: Company) -> None:
    company.sync()
    house = company.house
    visitor, program = house.visitor("bert"), house.program("bert")
    assert (visitor.get("/").status_code, program.get("/me").status_code) == (200, 200)
    reader = Reader(house.site.database, house.site.settings.run, house.site.hub.handle)
    stream = house.site.hub.open(live.Stream(house.person("bert").id, "en", token_id=1))
    company.server.delete("bert")
    assert company.sync().report.counts["left"] == 1
    house.say("ines", "everyone", "after bert has left")
    reader.catch_up()
    reader.inbox.close()
    assert stream.waiting.get() == live.CLOSE
    assert stream.waiting.empty()
    assert visitor.get("/").status_code == 302
    assert program.get("/me").status_code == 401
    with house.site.database.read() as db:
        bert = house.person("bert")
        assert bert.disabled_at
        assert not sessions.list_for(db, bert.id)
        assert not tokens.list_for(db, bert.id)
        assert db.query(EventRow).where(EventRow.name == "person.disabled", EventRow.subject == bert.id).count() == 1
    company.hire("bert", "Bert Ruiz")
    company.sync()
    assert company.house.person("bert-2").name == "Bert Ruiz"  # a new entry is a new person


def test_an_account_that_is_closed_and_opened_again_is_the_same_person(company: Company) -> None:
    company.sync()
    before = company.house.person("bert")
    if company.settings.preset == "ad":
        company.server.replace("bert", userAccountControl="514")
        narrowed: dict[str, Any] = {}
    else:
        company.server.replace("bert", employeeType="left")
        narrowed = {"people_filter": "(&(objectClass=inetOrgPerson)(!(employeeType=left)))"}
    assert company.sync(**narrowed).report.counts["left"] == 1
    assert company.names(disabled=True) == {"bert"}
    company.server.replace(
        "bert", **({"userAccountControl": "512"} if company.settings.preset == "ad" else {"employeeType": None})
    )
    assert company.sync(**narrowed).report.counts["returned"] == 1
    assert company.house.person("bert").id == before.id
    assert company.house.person("bert").disabled_at is None


def test_whom_an_admin_disabled_stays_out(company: Company) -> None:
    company.sync()
    with company.house.site.database.write() as db:
        people.disable(db, people.find_by_username(db, "bert"))  # type: ignore[arg-type]
    outcome = company.sync()
    assert outcome.report.counts["refused"] == 1
    assert company.names(disabled=True) == {"bert"}


def test_an_empty_or_much_smaller_answer_waits_for_a_yes(company: Company) -> None:
    company.sync()
    before = company.trace()
    empty = company.sync(people_filter="(uid=nobody-at-all)")
    assert (empty.outcome, {name for _, name, _ in empty.leaving}) == ("waiting", {"anna", "bert", "cora"})
    smaller = company.sync(people_filter="(mail=anna@aurora.example)", most_leavers_percent=0)
    assert (smaller.outcome, len(smaller.leaving)) == ("waiting", 2)
    assert company.names(disabled=True) == set()
    assert company.trace()[0] == before[0]
    with company.house.site.database.read() as db:
        assert db.query(AuditRow).where(AuditRow.action == "directory.waiting").count() == 2
    yes = tuple(person_id for person_id, _, _ in smaller.leaving)
    partly = company.sync(people_filter="(mail=anna@aurora.example)", most_leavers_percent=0, accepted=yes[:1])
    assert partly.outcome == "waiting"
    assert (
        company.sync(people_filter="(mail=anna@aurora.example)", most_leavers_percent=0, accepted=yes).outcome == "done"
    )
    assert company.names(disabled=True) == {"bert", "cora"}


def test_the_next_server_is_read_when_the_first_is_down(company: Company) -> None:
    dead = f"ldaps://localhost:{free_port()}"
    assert company.sync(servers=(dead, *company.settings.servers)).report.counts["added"] == 3
    assert company.sync(servers=(dead,)).outcome == "failed"
    assert company.names(disabled=True) == set()


def test_a_sync_of_one_domain_leaves_the_people_of_the_other_alone(
    house: House, openldap: DirectorySettings, active_directory: DirectorySettings
) -> None:
    first, second = openldap, changed(active_directory, name="branch")
    for settings in (first, second):
        assert sync.run(house.site.database, Directory(settings)).outcome == "done"
    assert house.person("lena").directory_id != house.person("lena-2").directory_id
    kept = changed(first, people_filter="(uid=lena)", when_someone_leaves="block", most_leavers_percent=100)
    assert sync.run(house.site.database, Directory(kept)).outcome == "done"
    assert house.person("kofi").disabled_at
    for name in ("lena", "lena-2", "kofi-2", "ines"):
        assert house.person(name).disabled_at is None, name
    assert house.person("kofi-2").manager_id == house.person("lena-2").id


def test_a_manager_who_is_not_among_the_people_is_told_of_and_stops_nothing(company: Company) -> None:
    company.hire("dora", "Dora Elsewhere", manager="lena")
    outcome = company.sync()
    warned = [line[1:] for line in outcome.report.lines if line[0] == "warned"]
    assert warned == [["dora", "Dora Elsewhere", sync.NO_MANAGER]]
    assert company.house.person("dora").manager_id is None
    assert company.house.person("bert").manager_id == company.house.person("anna").id


def test_managers_in_a_circle_are_taken_as_they_are_and_told_to_the_admin(company: Company) -> None:
    company.server.replace("anna", manager=company.server.dn_of("bert"))
    assert company.sync().outcome == "done"
    page = company.house.visitor("rosa").get("/admin/people").text
    assert "These report to each other in a circle:" in page
    assert company.house.visitor("ines").get("/people/chart").status_code == 200
    assert company.house.visitor("ines").get("/people/anna").status_code == 200


def test_half_an_answer_changes_nothing(company: Company) -> None:
    company.sync()
    broken = company.sync(base_dn=f"ou=nowhere,{company.branch}")
    assert broken.outcome == "failed"
    assert company.names(disabled=True) == set()


def test_leavers_are_only_told_of_when_the_settings_say_so(company: Company) -> None:
    company.sync()
    company.server.delete("bert")
    outcome = company.sync(when_someone_leaves="tell")
    assert outcome.report.counts["would leave"] == 1
    assert company.names(disabled=True) == set()


def test_groups_in_groups_give_rooms_and_take_them_back(company: Company) -> None:
    company.server.add_group("inner", ["bert"])
    company.server.add_group("outer", ["inner", "anna"])
    for name in ("inner", "outer"):
        company.server.rename(name, f"cn={name}", company.branch)
    rules = (
        Rule(value="outer", gives="room", room="counter"),
        Rule(by="department", value="sales", gives="room", room="library", role="keeper"),
    )
    said = company.sync(rules=rules)
    assert said.report.counts["joined"] == 3
    assert company.members("counter") == {"omar": "keeper", "anna": "member", "bert": "member"}
    assert company.members("library") == {"omar": "keeper", "cora": "keeper"}
    company.server.replace("inner", member=company.server.dn_of("cora"))
    company.sync(rules=rules)
    assert company.members("counter") == {"omar": "keeper", "anna": "member", "cora": "member"}
    assert not company.house.sees("bert", "workshop")
    company.sync(rules=())
    assert company.members("counter") == {"omar": "keeper"}
    assert company.members("library") == {"omar": "keeper"}


def test_who_is_in_a_room_by_hand_stays_there(company: Company) -> None:
    company.sync()
    house = company.house
    with house.site.database.write() as db:
        room = db.get_one(Room, house.room("counter").id)
        room_changes.set_member(db, room, house.person("bert"), "member", actor=None)
    rule = (Rule(by="department", value="Design", gives="room", room="counter", role="keeper"),)
    company.sync(rules=rule)
    assert company.members("counter") == {"omar": "keeper", "anna": "keeper", "bert": "member"}
    company.sync(rules=())
    assert company.members("counter") == {"omar": "keeper", "bert": "member"}


def test_groups_give_and_take_roles(company: Company) -> None:
    company.server.add_group("chiefs", ["anna"])
    company.server.add_group("visitors", ["cora"])
    for name in ("chiefs", "visitors"):
        company.server.rename(name, f"cn={name}", company.branch)
    rules = (
        Rule(value="chiefs", gives="admin"), Rule(value="visitors", gives="guest"),
        Rule(by="department", value="Sales", gives="room", room="counter"),
    )  # fmt: skip
    company.sync(rules=rules)
    anna, cora = company.house.person("anna"), company.house.person("cora")
    assert (anna.is_admin, cora.is_guest) == (True, True)
    assert company.members("counter")["cora"] == "guest"
    assert not company.house.sees("cora", "everyone")
    assert not company.house.sees("cora", "library")
    assert company.house.visitor("cora").get("/people/ines").status_code == 404
    company.sync(rules=())
    assert not company.house.person("anna").is_admin
    assert company.house.sees("cora", "everyone")


def test_a_rule_never_takes_the_last_admin(company: Company) -> None:
    company.sync(rules=(Rule(by="department", value="Design", gives="admin"),))
    with company.house.site.database.write() as db:
        people.disable(db, people.find_by_username(db, "rosa"))  # type: ignore[arg-type]
    outcome = company.sync(rules=())
    assert outcome.report.counts["warned"] == 1
    with company.house.site.database.read() as db:
        assert db.query(Person).where(Person.is_admin, Person.disabled_at.is_(None)).count() == 1


@pytest.mark.parametrize("how", ["leaves", "is barred"])
def test_the_last_admin_is_neither_disabled_nor_barred_and_that_is_told(company: Company, how: str) -> None:
    company.sync()
    with company.house.site.database.write() as db:
        people.set_admin(db, people.find_by_username(db, "cora"), is_admin=True)  # type: ignore[arg-type]
        people.disable(db, people.find_by_username(db, "rosa"))  # type: ignore[arg-type]
    rules = (Rule(by="department", value="Sales", gives="nothing"),) if how == "is barred" else ()
    if how == "leaves":
        company.server.delete("cora")
    outcome = company.sync(rules=rules)
    assert [line[1] for line in outcome.report.lines if line[0] == "warned"] == ["cora"]
    assert company.names(disabled=True) == set()
    with company.house.site.database.write() as db:
        people.set_admin(db, people.find_by_username(db, "ines"), is_admin=True)  # type: ignore[arg-type]
    assert company.sync(rules=rules).report.counts["left"] == 1
    assert company.names(disabled=True) == {"cora"}


def test_a_barred_group_never_comes_in_and_is_put_out(company: Company) -> None:
    company.sync()
    rule = (Rule(by="department", value="Sales", gives="nothing"),)
    visitor = company.house.visitor("cora")
    assert company.sync(rules=rule).report.counts["left"] == 1
    assert visitor.get("/").status_code == 302
    assert company.names(disabled=True) == {"cora"}
    company.sync(rules=())
    assert company.names(disabled=True) == set()


def test_a_rule_of_a_group_or_room_that_is_not_there_is_told(company: Company) -> None:
    outcome = company.sync(rules=(Rule(value="no such group", gives="room", room="no-such-room"),))
    assert [line[1] for line in outcome.report.lines if line[0] == "warned"] == ["no such group", "no-such-room"]


def test_a_local_name_is_never_taken_over(company: Company) -> None:
    with company.house.site.database.write() as db:
        people.add(db, username="bert", name="Local Bert", email="bert@elsewhere.example")
    outcome = company.sync()
    assert [line[:2] for line in outcome.report.lines if line[0] == "refused"] == [["refused", "bert"]]
    assert company.house.person("bert").directory_id is None
    assert company.house.person("bert").name == "Local Bert"


def test_a_field_that_people_may_edit_is_only_filled_when_it_is_empty(company: Company) -> None:
    company.sync(people_may_edit=("mobile", "title"))
    with company.house.site.database.write() as db:
        people.change(db, db.get_one(Person, company.house.person("cora").id), mobile="my own")
    company.sync(people_may_edit=("mobile", "title"))
    assert company.house.person("cora").mobile == "my own"
    company.sync()
    assert company.house.person("cora").mobile == "0664 1"


def test_every_field_comes_in_and_is_locked_in_the_profile(company: Company) -> None:
    is_ad = company.settings.preset == "ad"
    place, part = ("physicalDeliveryOfficeName", "division") if is_ad else ("l", "businessCategory")
    said = {"telephoneNumber": "231", "mobile": "0664 2", "employeeType": "Permanent", place: "Graz", part: "Gears"}
    company.server.replace("bert", title="Fitter", employeeNumber="2019-04-01", **said)
    rule = (Rule(by="location", value="graz", gives="room", room="counter", role="keeper"),)
    company.sync(division_attribute=part, started_on_attribute="employeeNumber", rules=rule)
    bert = company.house.person("bert")
    assert (bert.phone, bert.mobile, bert.employee_type) == ("231", "0664 2", "Permanent")
    assert (bert.location, bert.division, bert.title, str(bert.started_on)) == ("Graz", "Gears", "Fitter", "2019-04-01")
    assert company.members("counter") == {"omar": "keeper", "bert": "keeper"}
    visitor = company.house.visitor("bert")
    page = visitor.get("/me/profile").text
    locked = ("name", "title", "department", "division", "location", "started_on", "email", "phone", "mobile")
    assert page.count(" readonly aria-readonly") == len(locked)
    sent = {name: "2001-01-01" if name == "started_on" else "mine@x.example" for name in locked}
    assert visitor.post("/me/profile", {**sent, "languages": "Spanish"}).status_code == 303
    after = company.house.person("bert")
    assert [getattr(after, name) for name in locked] == [getattr(bert, name) for name in locked]
    seen = company.house.visitor("ines").get("/people/bert").text
    for words in ("Graz", "Gears", "Permanent", "Spanish", "ext. 231", "Anna Ebner"):
        assert words in seen


def test_free_fields_and_dates_and_languages_are_read(company: Company) -> None:
    company.server.replace("bert", description="Badge 17", preferredLanguage="de-AT", employeeNumber="20190401")
    company.sync(extra_attributes={"Badge": "description"}, started_on_attribute="employeeNumber")
    bert = company.house.person("bert")
    assert (str(bert.started_on), bert.language) == ("2019-04-01", "de")
    with company.house.site.database.read() as db:
        assert db.get_one(Profile, bert.id).extra == {"Badge": "Badge 17"}


def test_a_photo_comes_once_and_again_when_it_changed(company: Company, tmp_path: Path) -> None:
    site, attribute = company.house.site, company.settings.photo_attribute
    company.server.replace("bert", **{attribute: picture("red")})
    company.server.replace("cora", **{attribute: b"no picture at all"})
    company.sync()
    directory = Directory(company.settings)
    assert photos.refresh(site.database, site.blobs, directory, limit=50) == 2
    first = company.house.person("bert").avatar
    assert first
    assert company.house.visitor("ines").get("/people/bert/picture").data[:4] == b"RIFF"
    assert company.house.person("cora").avatar is None
    assert photos.refresh(site.database, site.blobs, directory, limit=50) == 0
    with site.database.write() as db:  # stamps have whole seconds
        db.query(DirectoryAccount).update({"photo_stamp": "earlier"})
    company.server.replace("bert", **{attribute: picture("blue")})
    photos.refresh(site.database, site.blobs, directory, limit=50)
    assert company.house.person("bert").avatar not in (None, first)
    company.server.replace("bert", **{attribute: None})
    with site.database.write() as db:
        db.query(DirectoryAccount).update({"photo_stamp": "earlier"})
    photos.refresh(site.database, site.blobs, directory, limit=50)
    assert company.house.person("bert").avatar is None


def test_a_photo_of_the_directory_is_locked_for_as_long_as_it_is_there(company: Company) -> None:
    site, attribute = company.house.site, company.settings.photo_attribute
    locked = "The photo comes from the company's directory."
    visitor = company.house.visitor
    company.server.replace("bert", **{attribute: picture("red")})

    def look(**more: Any) -> None:
        with site.database.write() as db:  # stamps have whole seconds
            db.query(DirectoryAccount).update({"photo_stamp": "earlier"})
        company.sync(**more)
        photos.refresh(site.database, site.blobs, Directory(changed(company.settings, **more)), limit=50)

    look()
    theirs = company.house.person("bert").avatar
    assert theirs
    for _ in range(2):
        assert locked in visitor("bert").get("/me/profile").text
        mine = {"languages": "Spanish", "picture": (io.BytesIO(picture("blue")), "me.jpg"), "remove_picture": "on"}
        assert visitor("bert").post("/me/profile", mine).status_code == 303
        assert company.house.person("bert").avatar == theirs
        company.sync()
    assert locked not in visitor("cora").get("/me/profile").text
    look(people_may_edit=("photo",))
    assert locked not in visitor("bert").get("/me/profile").text
    look()
    assert locked in visitor("bert").get("/me/profile").text
    company.server.replace("bert", **{attribute: None})
    look()
    assert locked not in visitor("bert").get("/me/profile").text


def test_runs_are_kept_and_a_failed_one_says_why(company: Company) -> None:
    company.sync()
    company.sync(bind_password="wrong")
    with company.house.site.database.read() as db:
        rows = db.query(DirectoryRun).order_by(DirectoryRun.id).all()
    assert [row.outcome for row in rows] == ["done", "failed"]
    assert "service account" in rows[1].report["words"]


def test_the_same_person_signs_in_and_is_synced(company: Company) -> None:
    company.house.site.login.directories = Fixed(company.settings)
    assert company.house.visitor().post("/login", {"username": "bert", "password": "bert-password"}).status_code == 303
    outcome = company.sync()
    assert outcome.report.counts["added"] == 2
    assert company.house.person("bert").manager_id == company.house.person("anna").id


def picture(colour: str) -> bytes:
    raw = io.BytesIO()
    Image.new("RGB", (64, 64), colour).save(raw, "JPEG")
    return raw.getvalue()


def below(server: slapd.Slapd | samba.Samba, branch: str) -> list[str]:
    return [dn for dn in server.search("(objectClass=*)") if dn.lower().endswith(branch.lower())]
