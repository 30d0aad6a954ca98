"""The pages of the directories: tested and looked at before it is saved, and the password is never shown."""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from intranet.core import house as values
from intranet.core.directory import previews, sync
from intranet.core.directory.settings import DirectorySettings
from intranet.core.models import AuditRow, DirectoryRun
from intranet.kernel import clock
from intranet.kernel.vault import Vault
from intranet.testing import slapd
from intranet.testing.house import House, Visitor


def audited(house: House) -> list[tuple[str, str]]:
    with house.site.database.read() as db:
        return [(row.action, row.subject) for row in db.query(AuditRow).order_by(AuditRow.id)]


def typed(**more: object) -> dict[str, object]:
    """The form of a directory, filled in."""
    fields: dict[str, object] = {
        "name": "directory",
        "preset": "openldap",
        "servers": "ldap.example",
        "encryption": "ldaps",
    }
    usual = {name: field.default for name, field in DirectorySettings.model_fields.items()}
    for name in ("scope", "people_filter", "id_attribute", "username_attribute", "stamp_attribute", "group_base_dn",
                 "group_filter", "group_name_attribute", "group_member_attribute", "nesting", "when_someone_leaves", "timeout_s",
                 "page_size", "sync_minutes", "most_leavers_percent"):  # fmt: skip
        fields[name] = str(usual[name]).removesuffix(".0")
    fields |= {name: usual[name] for name in usual if name.endswith("_attribute")}
    return {
        **fields, "base_dn": "dc=example", "bind_dn": "cn=reader", "bind_password": "a-secret", "login_attributes": "uid mail",
        **more,
    }  # fmt: skip


def kept(house: House, name: str = "directory") -> DirectorySettings:
    with house.site.database.read() as db:
        return next(each for each in house.site.directories.kept(db) if each.name == name)


def test_a_directory_is_connected_and_its_password_never_shown(house: House) -> None:
    rosa = house.visitor("rosa")
    assert rosa.post("/admin/directory/new", typed()).status_code == 303
    settings = kept(house)
    assert settings.servers == ("ldaps://ldap.example",)
    assert settings.bind_password == "a-secret"
    page = rosa.get("/admin/directory").text
    assert "a-secret" not in page
    assert "Stored, leave empty to keep it" in page
    with house.site.database.read() as db:
        assert "a-secret" not in str(values.read_value(db, "directories"))
    assert ("directory.kept", "directory") in audited(house)
    assert rosa.post("/admin/directory/new", typed()).status_code == 409


def test_an_empty_password_keeps_the_stored_one_and_goes_nowhere_else(house: House) -> None:
    rosa = house.visitor("rosa")
    rosa.post("/admin/directory/new", typed())
    path = "/admin/directory/d/directory"
    assert rosa.post(path, typed(bind_password="", sync_minutes="30")).status_code == 303
    assert (kept(house).bind_password, kept(house).sync_minutes) == ("a-secret", 30)
    for moved in ({"servers": "evil.example"}, {"bind_dn": "cn=other"}, {"encryption": "plain"}):
        for place in (path, path + "/test", path + "/preview"):
            answer = rosa.post(place, typed(bind_password="", **moved))
            assert answer.status_code == 422
            assert "Type the password again" in answer.text
    assert kept(house).servers == ("ldaps://ldap.example",)
    assert rosa.post(path, typed(bind_password="another", servers="b.example")).status_code == 303
    assert kept(house).bind_password == "another"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("servers", ""), ("servers", "ldap example/x"), ("base_dn", ""), ("people_filter", "uid=*"), ("ca_file", "/nowhere.pem"),
        ("timeout_s", "nine"), ("timeout_s", "1.2.3"), ("sync_minutes", "-1"), ("most_leavers_percent", "101"), ("id_attribute", ""), ("email_attribute", "a b"),
        ("direct_bind_template", "uid=x"), ("login_attributes", ""), ("encryption", "rot13"), ("name", "A B"), ("preset", "novell"),
        ("scope", "all"), ("nesting", "deep"), ("when_someone_leaves", "shoot"), ("base_dn", "dc=\0"),
    ],
)  # fmt: skip
def test_each_wrong_field_is_named_and_what_was_typed_stays(house: House, field: str, value: str) -> None:
    answer = house.visitor("rosa").post("/admin/directory/new", typed(title_attribute="myTitle", **{field: value}))
    assert answer.status_code == 422
    assert 'value="myTitle"' in answer.text
    assert 'role="alert"' in answer.text
    assert "a-secret" not in answer.text
    assert not house.site.directories.all()


def test_fields_people_may_edit_and_rules_are_kept(house: House) -> None:
    rosa = house.visitor("rosa")
    more = {
        "may_edit": ["phone", "photo"], "extra_label": ["Cost centre", ""], "extra_attribute": ["costCenter", ""],
        "rule_by": ["group", "department", "group"], "rule_value": ["admins", "Library", ""],
        "rule_gives": ["admin", "keeper", "member"], "rule_room": ["", "library", ""],
    }  # fmt: skip
    assert rosa.post("/admin/directory/new", typed(**more)).status_code == 303
    settings = kept(house)
    assert settings.people_may_edit == ("phone", "photo")
    assert settings.extra_attributes == {"Cost centre": "costCenter"}
    assert [(rule.value, rule.gives, rule.room, rule.role) for rule in settings.rules] == [
        ("admins", "admin", "", "member"), ("Library", "room", "library", "keeper"),
    ]  # fmt: skip
    assert 'value="Library"' in rosa.get("/admin/directory").text


def test_a_rule_names_only_rooms_that_the_admin_sees(house: House) -> None:
    rosa = house.visitor("rosa")
    rule = {"rule_by": ["group"], "rule_value": ["x"], "rule_gives": ["member"]}
    hidden = rosa.post("/admin/directory/new", typed(**rule, rule_room=["workshop"]))
    nowhere = rosa.post("/admin/directory/new", typed(**rule, rule_room=["nowhere"]))
    assert hidden.status_code == nowhere.status_code == 422
    assert ">Workshop<" not in rosa.get("/admin/directory/new").text
    assert rosa.post("/admin/directory/new", typed(**rule, rule_room=["library"])).status_code == 303


def test_lines_come_and_go_without_script_and_nothing_is_saved(house: House) -> None:
    rosa = house.visitor("rosa")
    line = {
        "rule_by": ["group", "group"],
        "rule_value": ["first", "second"],
        "rule_gives": ["admin", "guest"],
        "rule_room": ["", ""],
    }
    more = rosa.post("/admin/directory/new/draft?do=rule", typed(**line)).text
    assert more.count('name="rule_value"') == 3
    fewer = rosa.post("/admin/directory/new/draft?do=rule-0", typed(**line)).text
    assert 'value="first"' not in fewer
    assert 'value="second"' in fewer
    assert rosa.post("/admin/directory/new/draft?do=field", typed()).text.count('name="extra_label"') == 1
    for strange in ("", "rule-99", "rule-x", "nonsense", "field-0"):
        assert rosa.post(f"/admin/directory/new/draft?do={strange}", typed(**line)).status_code == 200
    assert not house.site.directories.all()


def test_a_kind_of_directory_fills_in_its_usual_values(house: House) -> None:
    page = house.visitor("rosa").post("/admin/directory/new/draft?do=preset", typed(preset="ad")).text
    assert 'value="sAMAccountName"' in page
    assert 'value="objectGUID"' in page
    assert 'value="dc=example"' in page


def test_a_directory_is_removed_after_its_name_was_shown(house: House) -> None:
    rosa = house.visitor("rosa")
    rosa.post("/admin/directory/new", typed())
    asked = rosa.get("/admin/directory/d/directory/remove")
    assert "Remove the directory directory?" in asked.text
    assert rosa.post("/admin/directory/d/directory/remove").status_code == 303
    assert "Not connected yet" in rosa.get("/admin/directory").text
    for path in ("", "/remove"):
        assert rosa.get(f"/admin/directory/d/directory{path}").status_code == 404
    for path in ("", "/remove", "/test", "/preview", "/sync", "/draft", "/runs/1/answer"):
        assert rosa.post(f"/admin/directory/d/directory{path}", typed()).status_code == 404


def test_several_directories_are_a_list(house: House) -> None:
    rosa = house.visitor("rosa")
    rosa.post("/admin/directory/new", typed())
    assert 'name="name" value="directory-2"' in rosa.get("/admin/directory/new").text.replace(
        'class="input mono" id="f-name" ', ""
    ).replace('class="input" id="f-name" ', "")
    rosa.post("/admin/directory/new", typed(name="sister", servers="ldap.sister.example"))
    page = rosa.get("/admin/directory").text
    assert "ldaps://ldap.sister.example" in page
    assert 'href="/admin/directory/d/sister"' in page


def test_the_audit_log_and_the_job_know_of_a_sync(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    rosa, started = house.visitor("rosa"), list[tuple[object, ...]]()
    rosa.post("/admin/directory/new", typed())
    monkeypatch.setattr(house.site.jobs, "start", lambda *said: started.append(said))
    answer = rosa.post("/admin/directory/d/directory/sync")
    assert answer.status_code == 303
    assert started == [("core.directory", "directory", [])]
    assert "The sync has started." in rosa.get(answer.headers["Location"]).text


def test_a_run_that_waits_is_answered_for_those_who_were_seen(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    rosa, started = house.visitor("rosa"), list[tuple[object, ...]]()
    rosa.post("/admin/directory/new", typed())
    monkeypatch.setattr(house.site.jobs, "start", lambda *said: started.append(said))
    ines = house.person("ines")
    with house.site.database.write() as db:
        report = {"counts": {"people": 1}, "lines": [], "words": "", "leaving": [[ines.id, "ines", "Ines Alba"]]}
        db.add(DirectoryRun(directory="directory", at=clock.now(), seconds=0.1, outcome="waiting", report=report))
    page = rosa.get("/admin/directory").text
    assert "One person would be disabled" in page
    assert "Ines Alba" in page
    assert "waits for your answer" in rosa.get("/admin/overview").text
    path = "/admin/directory/d/directory/runs"
    assert rosa.post(f"{path}/1/answer", {"answer": "no"}).status_code == 303
    assert not started
    assert rosa.post(f"{path}/2/answer", {"answer": "yes"}).status_code == 409
    assert rosa.post(f"{path}/1/answer", {"answer": "yes"}).status_code == 303
    assert started == [("core.directory", "directory", [ines.id])]


def test_what_a_directory_says_is_data(house: House) -> None:
    rosa, evil = house.visitor("rosa"), "<script>alert(1)</script> 100% %(x)s"
    rosa.post("/admin/directory/new", typed())
    report = {
        "counts": {"warned": 1},
        "lines": [["warned", evil, evil, evil]],
        "words": evil,
        "leaving": [[1, evil, evil]],
    }
    for outcome in ("failed", "waiting", "done"):
        with house.site.database.write() as db:
            db.add(DirectoryRun(directory="directory", at=clock.now(), seconds=0.1, outcome=outcome, report=report))
        for path in ("/admin/directory", "/admin/overview"):
            page = rosa.get(path)
            assert page.status_code == 200
            assert "<script>alert" not in page.text
    assert "&lt;script&gt;alert(1)" in rosa.get("/admin/directory").text


def test_what_stands_in_the_file_is_shown_and_not_changed(house: House) -> None:
    fixed = {
        "servers": ["ldaps://ldap.example"],
        "base_dn": "dc=fixed",
        "bind_dn": "cn=x",
        "bind_password": "file-secret",
    }
    house.site.directories.settings = house.site.settings.model_copy(update={"directory": fixed})
    house.site.directories.forget()
    rosa = house.visitor("rosa")
    page = rosa.get("/admin/directory").text
    assert "stands in intranet.toml" in page
    assert "dc=fixed" in page
    assert "file-secret" not in page
    assert rosa.post("/admin/directory/d/directory", typed()).status_code == 404
    assert rosa.post("/admin/directory/d/directory/remove").status_code == 404
    tested = rosa.post("/admin/directory/d/directory/test", {}).text
    assert "Last test:" in tested
    assert "dc=fixed" in tested
    assert rosa.post("/admin/directory/new", typed()).status_code == 409


def test_nobody_but_admins_starts_a_sync_or_reads_a_test(house: House) -> None:
    rosa, ines = house.visitor("rosa"), house.visitor("ines")
    rosa.post("/admin/directory/new", typed())
    for path in ("", "/test", "/preview", "/sync", "/draft", "/remove", "/runs/1/answer"):
        assert ines.post(f"/admin/directory/d/directory{path}", typed()).status_code == 404
        assert house.visitor().client.post(f"/admin/directory/d/directory{path}").status_code in (302, 401, 403)
    assert kept(house).servers == ("ldaps://ldap.example",)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[slapd.Slapd]:
    with slapd.start(tmp_path_factory.mktemp("slapd")) as server:
        server.add_person("lena", "Lena Ortner", "lena-password", mail="lena@aurora.example", title="Welder")
        server.add_person("kofi", "Kofi Mensah", "kofi-password", manager="lena")
        server.add_person("ines", "Ines Twin", "ines-password", mail="twin@aurora.example")
        server.add_group("welders", ["lena"])
        yield server


def reaching(server: slapd.Slapd, **more: object) -> dict[str, object]:
    values = {
        "servers": f"localhost:{server.ldaps_port}", "ca_file": str(server.ca_file), "bind_dn": slapd.READER_DN,
        "bind_password": slapd.READER_PASSWORD, "base_dn": slapd.PEOPLE, "group_base_dn": slapd.GROUPS,
    }  # fmt: skip
    return typed(**{**values, **more})


def test_the_test_says_each_step_of_what_is_typed_and_saves_nothing(house: House, server: slapd.Slapd) -> None:
    rosa = house.visitor("rosa")
    page = rosa.post("/admin/directory/new/test", reaching(server)).text
    assert "its certificate ends soon" in page
    assert "The service account may sign in." in page
    assert "3 people found, for example" in page
    assert "Some people have no email." in page
    assert "Last test:" in page
    assert "lena@aurora.example" in page
    assert slapd.READER_PASSWORD not in page
    assert not house.site.directories.all()


def test_the_test_gives_the_likely_fix_and_the_technical_line(house: House, server: slapd.Slapd) -> None:
    rosa = house.visitor("rosa")
    wrong = rosa.post("/admin/directory/new/test", reaching(server, bind_password="wrong")).text
    assert "The service account is refused." in wrong
    assert "Check its name" in wrong
    assert "Technical details" in wrong
    silent = rosa.post("/admin/directory/new/test", reaching(server, servers="localhost:1")).text
    assert "does not answer." in silent


def test_a_sign_in_can_be_tried_and_its_password_is_kept_nowhere(house: House, server: slapd.Slapd) -> None:
    rosa = house.visitor("rosa")
    trying = {"try_username": "lena", "try_password": "lena-password"}
    page = rosa.post("/admin/directory/new/test", reaching(server, **trying)).text
    assert "Lena Ortner may sign in." in page
    assert "lena-password" not in page
    wrong = rosa.post("/admin/directory/new/test", reaching(server, **{**trying, "try_password": "no"})).text
    assert "The password is wrong." in wrong


WELDERS = {"rule_by": ["group"], "rule_value": ["welders"], "rule_gives": ["admin"], "rule_room": [""]}


@pytest.fixture
def queue(house: House, monkeypatch: pytest.MonkeyPatch) -> list[tuple[object, ...]]:
    """What waits for the worker."""
    waiting = list[tuple[object, ...]]()
    monkeypatch.setattr(house.site.jobs, "start", lambda *said: waiting.append(said))
    return waiting


def begin_preview(visitor: Visitor, base: str, said: dict[str, object]) -> str:
    """The address at which the page asks how far it is."""
    begun = visitor.post(f"{base}/preview", said)
    assert begun.status_code == 200
    assert "The worker is looking who would change." in begun.text
    return re.search(rf'hx-get="({base}/previews/\d+)"', begun.text)[1]  # type: ignore[index]


def test_the_preview_names_who_would_change_and_changes_nobody(
    house: House, server: slapd.Slapd, queue: list[tuple[object, ...]]
) -> None:
    rosa, said = house.visitor("rosa"), reaching(server, **WELDERS)
    path = begin_preview(rosa, "/admin/directory/new", said)
    assert "The directory is being read." in rosa.get(path).text
    house.site.jobs.run_now(*queue.pop())  # type: ignore[arg-type]
    for page in (rosa.get(path).text, rosa.post(path, said).text):
        assert "This is what the next sync would do." in page
        assert "Became admin" in page
        assert "A local account has this user name." in page
        assert "hx-trigger" not in page.partition('id="preview-')[2].partition(">")[0]
    assert 'value="welders"' in rosa.post(path, said).text  # what is typed stays, without scripts too
    with pytest.raises(LookupError):
        house.person("lena")
    assert "Not connected yet" in rosa.get("/admin/directory").text


def test_a_preview_says_how_far_it_is(
    house: House, server: slapd.Slapd, queue: list[tuple[object, ...]], monkeypatch: pytest.MonkeyPatch
) -> None:
    rosa, seen = house.visitor("rosa"), list[str]()
    path = begin_preview(rosa, "/admin/directory/new", reaching(server))
    settle = sync.settle

    def looking(*said: Any) -> Any:
        seen.append(rosa.get(path).text)
        return settle(*said)

    monkeypatch.setattr(sync, "BATCH", 1)
    monkeypatch.setattr(sync, "settle", looking)
    house.site.jobs.run_now(*queue.pop())  # type: ignore[arg-type]
    assert "The directory is being read." in seen[0]
    assert "1 of 3 people looked at" in seen[1]
    assert '<progress max="3" value="2"' in seen[2]


def test_a_preview_that_cannot_be_made_says_so_and_is_not_tried_for_ever(
    house: House, server: slapd.Slapd, queue: list[tuple[object, ...]], monkeypatch: pytest.MonkeyPatch
) -> None:
    rosa = house.visitor("rosa")
    refused = begin_preview(rosa, "/admin/directory/new", reaching(server, bind_password="wrong"))
    house.site.jobs.run_now(*queue.pop())  # type: ignore[arg-type]
    assert "The directory did not answer." in rosa.get(refused).text
    broken = begin_preview(rosa, "/admin/directory/new", reaching(server))
    job = queue.pop()
    monkeypatch.setattr(previews, "_look", lambda *said: 1 / 0)
    for _ in range(2):
        house.site.jobs.run_now(*job)  # type: ignore[arg-type]
    assert "The preview broke off." in rosa.get(broken).text
    silent = begin_preview(rosa, "/admin/directory/new", reaching(server))
    later = clock.now() + timedelta(minutes=3)
    monkeypatch.setattr(clock, "now", lambda: later)
    page = rosa.get(silent).text
    assert "Nothing was heard for a while." in page
    assert 'hx-trigger="every' not in page


def test_a_preview_is_no_sync_holds_no_password_and_goes_after_an_hour(
    house: House, server: slapd.Slapd, queue: list[tuple[object, ...]], monkeypatch: pytest.MonkeyPatch
) -> None:
    rosa = house.visitor("rosa")
    assert rosa.post("/admin/directory/new", reaching(server)).status_code == 303
    first = begin_preview(rosa, "/admin/directory/d/directory", reaching(server, bind_password=""))
    assert slapd.READER_PASSWORD not in str(queue)
    house.site.jobs.run_now(*queue.pop())  # type: ignore[arg-type]
    assert "This is what the next sync would do." in rosa.get(first).text
    assert "Not synced yet" in rosa.get("/admin/directory").text
    assert house.site.directories.all()[0].settings.name == "directory"
    house.site.jobs.run_now("core.directory", "directory", [])
    assert "Connected, 2 people, synced" in rosa.get("/admin/directory").text
    assert "This is what the next sync would do." in rosa.get(first).text
    later = clock.now() + timedelta(minutes=61)
    monkeypatch.setattr(clock, "now", lambda: later)
    begin_preview(rosa, "/admin/directory/new", reaching(server))
    assert rosa.get(first).status_code == 404


def test_a_preview_is_for_admins_and_for_its_own_directory(
    house: House, server: slapd.Slapd, queue: list[tuple[object, ...]]
) -> None:
    rosa, ines = house.visitor("rosa"), house.visitor("ines")
    rosa.post("/admin/directory/new", reaching(server))
    rosa.post("/admin/directory/new", reaching(server, name="sister"))
    path = begin_preview(rosa, "/admin/directory/d/directory", reaching(server))
    for method in (ines.get, ines.post):
        assert method(path).status_code == 404
    other = path.replace("/d/directory/", "/d/sister/")
    run = path.replace(path.rpartition("/")[2], "999")
    assert (rosa.get(path).status_code, rosa.get(other).status_code, rosa.get(run).status_code) == (200, 404, 404)
    house.site.jobs.run_now("core.directory", "directory", [])
    with house.site.database.read() as db:
        synced = db.query(DirectoryRun).where(DirectoryRun.outcome == "done").one().id
    assert rosa.get(f"/admin/directory/d/directory/previews/{synced}").status_code == 404


def test_the_stored_directory_is_synced_by_the_worker_and_its_outcome_shown(house: House, server: slapd.Slapd) -> None:
    rosa = house.visitor("rosa")
    assert rosa.post("/admin/directory/new", reaching(server)).status_code == 303
    started = rosa.post("/admin/directory/d/directory/sync").headers["Location"]
    assert "The sync has started." in rosa.get(started).text
    house.site.jobs.run_now("core.directory", "directory", [])
    page = rosa.get(started).text
    assert "The sync has started." not in page
    assert "Connected, 2 people, synced" in page
    assert "Not let in" in page
    assert house.person("lena").title == "Welder"
    assert "was synced" in rosa.get("/admin/overview").text
    lena = rosa.get(f"/admin/people/{house.person('lena').id}").text
    assert "uid=lena" in lena
    assert "Show it in the audit log" in lena


def test_a_directory_that_cannot_be_used_any_more_is_shown_and_mended(
    house: House, server: slapd.Slapd, tmp_path: Path
) -> None:
    rosa, authority = house.visitor("rosa"), tmp_path / "ca.pem"
    authority.write_bytes(server.ca_file.read_bytes())
    assert rosa.post("/admin/directory/new", reaching(server, ca_file=str(authority))).status_code == 303
    authority.unlink()
    house.site.directories.forget()
    assert "cannot be used" in rosa.get("/admin/overview").text
    page = rosa.get("/admin/directory").text
    assert "This directory cannot be used" in page
    assert str(authority) in page
    assert slapd.READER_PASSWORD not in page
    assert rosa.post("/admin/directory/d/directory", reaching(server)).status_code == 303
    assert "This directory cannot be used" not in rosa.get("/admin/directory").text


def test_a_password_that_another_box_sealed_is_asked_for_again(house: House) -> None:
    rosa = house.visitor("rosa")
    rosa.post("/admin/directory/new", typed())
    house.site.vault = Vault(b"another key of another box, 32 by")
    house.site.directories.forget()
    page = rosa.get("/admin/directory").text
    assert "This directory cannot be used" in page
    assert "Stored, leave empty" not in page
