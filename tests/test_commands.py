"""The command line, as an admin types it."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from intranet.kernel import locks


def intranet(*arguments: str, data: Path, typed: str = "") -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-W", "ignore", "-m", "intranet", *arguments, "--data", str(data)]
    return subprocess.run(command, input=typed, capture_output=True, text=True, timeout=120)


def test_a_person_is_added_listed_disabled_and_enabled(tmp_path: Path) -> None:
    added = intranet(
        "person",
        "add",
        "Mara.Klein",
        "--name",
        "Mara Klein",
        "--admin",
        "--password-stdin",
        data=tmp_path,
        typed="a long password\n",
    )
    assert (added.returncode, added.stderr) == (0, "")
    again = intranet("person", "add", "mara.klein", "--name", "Somebody", data=tmp_path)
    assert again.returncode == 1
    assert "taken" in again.stderr
    intranet("person", "disable", "mara.klein", data=tmp_path)
    rows = json.loads(intranet("person", "list", "--json", data=tmp_path).stdout)
    assert [(row["username"], row["admin"], row["disabled"]) for row in rows] == [("mara.klein", True, True)]
    assert intranet("person", "enable", "nobody", data=tmp_path).returncode == 1


def test_a_short_password_and_a_wrong_name_are_refused_in_words(tmp_path: Path) -> None:
    short = intranet("person", "add", "mara", "--name", "Mara", "--password-stdin", data=tmp_path, typed="short\n")
    assert (short.returncode, "10 characters" in short.stderr) == (1, True)
    wrong = intranet("person", "add", "m m", "--name", "Mara", data=tmp_path)
    assert (wrong.returncode, "letters" in wrong.stderr) == (1, True)


def test_routes_are_listed_with_their_rule(tmp_path: Path) -> None:
    rows = json.loads(intranet("routes", "--json", data=tmp_path).stdout)
    assert {"method": "GET", "path": "/api/v1/me", "rule": "person"} in rows
    assert all(row["rule"] in ("person", "admin", "public") for row in rows)


def test_the_doctor_finds_this_machine_fit(tmp_path: Path) -> None:
    found = intranet("doctor", data=tmp_path)
    assert "SQLite" in found.stdout
    assert found.returncode == 0, found.stdout


def test_a_theme_and_a_plugin_are_switched(tmp_path: Path) -> None:
    assert intranet("theme", "use", "terracotta", data=tmp_path).returncode == 0
    themes = json.loads(intranet("theme", "list", "--json", data=tmp_path).stdout)
    assert [row["name"] for row in themes if row["in_use"]] == ["terracotta"]
    assert intranet("theme", "use", "nosuch", data=tmp_path).returncode == 1
    assert intranet("plugin", "disable", "welcome", data=tmp_path).returncode == 0
    paths = [row["path"] for row in json.loads(intranet("routes", "--json", data=tmp_path).stdout)]
    assert "/welcome/settings" not in paths
    assert intranet("plugin", "enable", "welcome", data=tmp_path).returncode == 0


def test_the_demo_is_refused_where_people_are(tmp_path: Path) -> None:
    assert intranet("demo", data=tmp_path).returncode == 0
    assert intranet("search", "check", data=tmp_path).returncode == 0
    again = intranet("demo", data=tmp_path)
    assert (again.returncode, "already holds people" in again.stderr) == (1, True)


def test_a_wrong_setting_is_named(tmp_path: Path) -> None:
    (tmp_path / "intranet.toml").write_text("port = 'many'\n", encoding="utf-8")
    wrong = intranet("doctor", data=tmp_path)
    assert (wrong.returncode, "port" in wrong.stderr) == (1, True)


def test_a_directory_that_cannot_be_used_stops_the_start_in_words(tmp_path: Path) -> None:
    (tmp_path / "intranet.toml").write_text(
        '[directory]\nservers = ["ldap://ldap.example"]\nbase_dn = "dc=x"\n', "utf-8"
    )
    for command in (["migrate"], ["serve"], ["person", "list"], ["directory", "sync"]):
        wrong = intranet(*command, data=tmp_path)
        assert (wrong.returncode, "plain text" in wrong.stderr, "Traceback" in wrong.stderr) == (1, True, False)


def test_one_folder_is_held_by_one_process(tmp_path: Path) -> None:
    held = locks.take(tmp_path, "serve")
    with pytest.raises(locks.AlreadyRunning, match="already in use"):
        locks.take(tmp_path, "serve")
    held.close()
    locks.take(tmp_path, "serve").close()


def test_a_lost_second_factor_is_taken_away_and_a_token_has_a_purpose_and_an_end(tmp_path: Path) -> None:
    intranet("person", "add", "mara", "--name", "Mara", "--password-stdin", data=tmp_path, typed="a long password\n")
    assert "without a second factor" in intranet("person", "reset-factor", "mara", data=tmp_path).stdout
    made = intranet("token", "create", "mara", "--scope", "read", "--days", "30", data=tmp_path)
    assert made.stdout.startswith("intranet_")
    (row,) = json.loads(intranet("token", "list", "mara", "--json", data=tmp_path).stdout)
    assert (row["scopes"], row["expires_at"] > row["created_at"]) == ("read", True)
    assert intranet("token", "create", "mara", "--scope", "everything", data=tmp_path).returncode == 2


def test_openid_without_an_address_of_our_own_stops_the_start_in_words(tmp_path: Path) -> None:
    (tmp_path / "intranet.toml").write_text('[oidc]\nissuer = "https://id.example"\nclient_id = "x"\n', "utf-8")
    wrong = intranet("migrate", data=tmp_path)
    assert (wrong.returncode, "base_url" in wrong.stderr) == (1, True)
