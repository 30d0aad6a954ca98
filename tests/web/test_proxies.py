"""Whom we believe about the client's address (A06)."""

import shutil
from pathlib import Path

import pytest
from flask import Flask

from intranet.app import create_app
from intranet.core.models import AuditRow
from intranet.kernel.settings import SettingsError, load
from intranet.testing.house import PASSWORD, TOKEN
from intranet.web.proxies import TrustedProxies

FORGED = {"X-Forwarded-For": "203.0.113.9", "X-Forwarded-Proto": "https", "X-Forwarded-Host": "evil.example"}


def trusts(peer: str, *addresses: str) -> bool:
    return TrustedProxies(lambda environ, start: [], hops=1, addresses=addresses).is_trusted(peer)


@pytest.mark.parametrize(
    ("peer", "fine"),
    [("127.0.0.1", True), ("10.1.2.3", True), ("::ffff:10.1.2.3", True), ("::1", True), ("", True), ("fe80::1%eth0", False),
     ("11.0.0.1", False), ("127.0.0.2", False), ("unix", False), ("10.1.2.3, 127.0.0.1", False)],
)  # fmt: skip
def test_only_named_peers_and_unix_sockets_are_believed(peer: str, fine: bool) -> None:
    assert trusts(peer, "127.0.0.1", "::1", "10.0.0.0/8") is fine


@pytest.mark.parametrize("said", ["localhost", "10.0.0.0/33", "", "1.2.3"])
def test_an_address_that_is_none_stops_the_start_in_words(said: str) -> None:
    with pytest.raises(SettingsError, match="proxy_addresses"):
        trusts("127.0.0.1", said)


@pytest.fixture
def app(template: Path, tmp_path: Path) -> Flask:
    shutil.copytree(template, tmp_path / "data", ignore=shutil.ignore_patterns("run"))
    settings = load(tmp_path / "data", trusted_proxies=1, proxy_addresses=("127.0.0.1",))
    return create_app(settings)


def try_to_sign_in(app: Flask, peer: str, forwarded: str) -> int:
    client, environ = app.test_client(), {"REMOTE_ADDR": peer}
    headers = {**FORGED, "X-Forwarded-For": forwarded, "X-Forwarded-Proto": "http", "X-Forwarded-Host": "localhost"}
    page = client.get("/login", environ_overrides=environ, headers=headers)
    token = TOKEN.search(page.text)[1]  # type: ignore[index]
    typed = {"csrf_token": token, "username": f"nobody{forwarded}", "password": PASSWORD}
    return client.post("/login", data=typed, environ_overrides=environ, headers=headers).status_code


def test_a_forged_header_from_elsewhere_resets_no_counter_and_is_not_written_down(app: Flask) -> None:
    site = app.extensions["intranet"]
    rate = "100 per 5 minute"
    for number in range(3):
        assert try_to_sign_in(app, "198.51.100.7", f"203.0.113.{number}") == 401
    for _ in range(97):
        site.throttle.count(rate, "login", "address:198.51.100.7")
    assert try_to_sign_in(app, "198.51.100.7", "203.0.113.99") == 429
    with site.database.read() as db:
        assert {row.address for row in db.query(AuditRow).where(AuditRow.action == "signin.failed")} == {"198.51.100.7"}


def test_the_named_proxy_is_believed(app: Flask) -> None:
    assert try_to_sign_in(app, "127.0.0.1", "203.0.113.9") == 401
    with app.extensions["intranet"].database.read() as db:
        assert db.query(AuditRow).where(AuditRow.action == "signin.failed").one().address == "203.0.113.9"


def test_a_forged_host_or_scheme_from_elsewhere_is_not_taken_over(app: Flask) -> None:
    seen: dict[str, str] = {}

    @app.after_request
    def note(response):  # type: ignore[no-untyped-def]
        from flask import request

        seen.update(host=request.host, scheme=request.scheme)
        return response

    app.test_client().get("/login", environ_overrides={"REMOTE_ADDR": "198.51.100.7"}, headers=FORGED)
    assert seen == {"host": "localhost", "scheme": "http"}
    app.test_client().get("/login", environ_overrides={"REMOTE_ADDR": "127.0.0.1"}, headers=FORGED)
    assert seen == {"host": "evil.example", "scheme": "https"}
