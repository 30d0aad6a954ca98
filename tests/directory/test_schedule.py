"""When directories are synced, by whom, and what the command line says of them."""

import json
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from intranet.core import house as values
from intranet.core.directory import schedule, sync
from intranet.core.directory.directory import Directory
from intranet.core.directory.settings import DirectorySettings
from intranet.core.directory.store import KEY, Directories
from intranet.core.models import DirectoryRun, Person
from intranet.kernel import clock, locks
from intranet.kernel.settings import SettingsError, load
from intranet.testing import slapd
from intranet.testing.directories import changed
from intranet.testing.directories import openldap as openldap_of
from intranet.testing.house import House
from intranet.testing.proxies import SlowProxy


@pytest.fixture
def kept(house: House, openldap: DirectorySettings) -> Directories:
    """The house with one directory that an admin keeps in its database."""
    with house.site.database.write() as db:
        house.site.directories.keep(db, openldap, house.person("rosa"))
    house.site.directories.forget()
    return house.site.directories


def runs(house: House) -> list[DirectoryRun]:
    with house.site.database.read() as db:
        return db.query(DirectoryRun).order_by(DirectoryRun.id).all()


def test_a_password_is_sealed_and_opened_again(house: House, kept: Directories) -> None:
    (opened,) = kept.all()
    assert opened.settings.password() == slapd.READER_PASSWORD
    with house.site.database.read() as db:
        said = values.read_value(db, KEY)["directory"]
    assert slapd.READER_PASSWORD not in json.dumps(said)
    assert slapd.READER_PASSWORD.encode() not in house.site.settings.database.read_bytes()
    assert slapd.READER_PASSWORD not in repr(opened.settings)


def test_a_database_on_another_box_does_not_give_the_password_away(house: House, kept: Directories) -> None:
    house.site.settings.key_file.chmod(0o600)
    house.site.settings.key_file.write_bytes(b"another key of thirty-two bytes!")
    from intranet.app import open_house

    elsewhere = open_house(house.site.settings)
    with pytest.raises(ValueError, match=r"secret\.key"):
        elsewhere.directories.all()
    elsewhere.database.close()


def test_the_file_wins_over_the_database_and_the_environment_over_the_file(
    house: House, kept: Directories, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = '[directory]\nservers = ["ldaps://a.example"]\nbase_dn = "dc=a"\n[directories.branch]\nservers = ["ldaps://b.example"]\nbase_dn = "dc=b"\n'
    (tmp_path / "intranet.toml").write_text(said, encoding="utf-8")
    monkeypatch.setenv("INTRANET_DIRECTORIES__BRANCH__BASE_DN", "dc=c")
    found = Directories(house.site.database, load(tmp_path), house.site.vault).all()
    assert [(each.settings.name, each.settings.base_dn) for each in found] == [
        ("directory", "dc=a"),
        ("branch", "dc=c"),
    ]
    monkeypatch.setenv("INTRANET_DIRECTORIES__BRANCH__BASE_DN", "")
    with pytest.raises(SettingsError, match="branch"):
        Directories(house.site.database, load(tmp_path), house.site.vault).all()


def test_a_directory_is_synced_when_it_is_due(house: House, kept: Directories) -> None:
    schedule.tick(kept, house.site.blobs)
    assert [run.outcome for run in runs(house)] == ["done"]
    schedule.tick(kept, house.site.blobs)
    assert len(runs(house)) == 1
    with house.site.database.write() as db:
        db.query(DirectoryRun).update({"at": clock.now() - timedelta(minutes=16)})
    schedule.tick(kept, house.site.blobs)
    assert len(runs(house)) == 2


def test_by_hand_only_means_never_by_itself(house: House, openldap: DirectorySettings) -> None:
    with house.site.database.write() as db:
        house.site.directories.keep(db, changed(openldap, sync_minutes=0), house.person("rosa"))
    house.site.directories.forget()
    schedule.tick(house.site.directories, house.site.blobs)
    assert runs(house) == []
    house.site.jobs.run_now("core.directory", "directory", [])
    assert [run.outcome for run in runs(house)] == ["done"]


def test_two_syncs_of_one_directory_never_meet(house: House, kept: Directories) -> None:
    held = locks.take(house.site.settings.run, "directory-directory")
    with pytest.raises(locks.AlreadyRunning):
        schedule.run_alone(kept, kept.all()[0])
    held.close()
    assert schedule.run_alone(kept, kept.all()[0]).outcome == "done"


def test_only_the_newest_runs_are_kept(house: House, kept: Directories, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sync, "RUNS_KEPT", 3)
    for _ in range(5):
        schedule.run_alone(kept, kept.all()[0])
    assert len(runs(house)) == 3


def test_a_directory_that_breaks_off_disables_nobody(house: House, tmp_path: Path) -> None:
    with slapd.start(tmp_path) as server, SlowProxy(server.ldaps_port) as proxy:
        server.add_many(120)
        directory = Directory(openldap_of(server, servers=(f"ldaps://localhost:{proxy.port}",), page_size=20))
        assert sync.run(house.site.database, directory).report.counts["added"] == 120
        directory.close()
        proxy.cut_after(20_000)
        assert sync.run(house.site.database, directory).outcome == "failed"
        with house.site.database.read() as db:
            assert db.query(Person).where(Person.disabled_at.is_not(None)).count() == 0
        proxy.go_on()
        assert sync.run(house.site.database, directory).outcome == "done"
        directory.close()


def test_an_answer_that_a_limit_cut_disables_nobody_and_pages_go_beyond_it(house: House, tmp_path: Path) -> None:
    with slapd.start(tmp_path, size_limit=20, paging=20) as server:
        server.add_many(15)
        directory = Directory(openldap_of(server))
        assert sync.run(house.site.database, directory).report.counts["added"] == 15
        for number in range(20):
            server.add_person(f"more{number}", f"More {number}", "x")
        cut = sync.run(house.site.database, directory)
        assert cut.outcome == "failed"
        assert not set(cut.report.counts) - {"people"}
        with house.site.database.read() as db:
            assert db.query(Person).where(Person.disabled_at.is_not(None)).count() == 0
        directory.close()
    (tmp_path / "pages").mkdir()
    with slapd.start(tmp_path / "pages", size_limit=20) as server:
        server.add_many(70)
        assert len(Directory(openldap_of(server, page_size=15)).list_people()) == 70


def command(data: Path, *arguments: str, typed: str = "") -> "subprocess.CompletedProcess[str]":
    asked = [sys.executable, "-W", "ignore", "-m", "intranet", "directory", *arguments, "--data", str(data)]
    return subprocess.run(asked, input=typed, capture_output=True, text=True, timeout=120)


def test_the_command_line_checks_previews_and_syncs(
    slapd_server: slapd.Slapd, openldap: DirectorySettings, tmp_path: Path
) -> None:
    assert "no directory yet" in command(tmp_path, "sync").stderr
    (tmp_path / "password").write_text(slapd.READER_PASSWORD + "\n", encoding="utf-8")
    (tmp_path / "intranet.toml").write_text(
        f'[directory]\nservers = ["{slapd_server.ldaps}"]\nca_file = "{slapd_server.ca_file}"\nbase_dn = "{slapd.PEOPLE}"\n'
        f'bind_dn = "{slapd.READER_DN}"\nbind_password_file = "{tmp_path / "password"}"\n', encoding="utf-8",
    )  # fmt: skip
    checked = command(tmp_path, "check", "lena", typed="lena-password\n")
    assert (checked.returncode, "Lena Ortner may sign in" in checked.stdout) == (0, True), checked.stderr
    wrong = command(tmp_path, "check", "lena", typed="wrong\n")
    assert (wrong.returncode, "FAILED  The password is wrong." in wrong.stdout) == (1, True)
    dry = command(tmp_path, "sync", "--dry-run")
    assert (dry.returncode, "would do this" in dry.stdout, "added: lena (Lena Ortner)" in dry.stdout) == (0, True, True)
    listed = json.loads(command(tmp_path, "list", "--json").stdout)
    assert [row["last"] for row in listed] == ["never"]
    done = command(tmp_path, "sync")
    assert (done.returncode, "added: lena (Lena Ortner)" in done.stdout) == (0, True), done.stderr
    assert json.loads(command(tmp_path, "list", "--json").stdout)[0]["last"] == "done"
    with (tmp_path / "intranet.toml").open("a", encoding="utf-8") as file:
        file.write('people_filter = "(uid=nobody)"\n')
    waiting = command(tmp_path, "sync")
    assert (waiting.returncode, "--accept-leavers" in waiting.stdout) == (1, True)
    yes = command(tmp_path, "sync", "--accept-leavers")
    assert (yes.returncode, "disabled: lena (Lena Ortner)" in yes.stdout) == (0, True), yes.stderr
