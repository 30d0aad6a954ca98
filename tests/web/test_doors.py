"""Every route has a rule; changes need a token; answers carry the headers that protect."""

import io
import re

import pytest
from flask import Flask

from intranet.testing.house import House
from intranet.web.csrf import PLACEHOLDER
from intranet.web.routing import Routes, UnruledRoute, list_routes

PUBLIC = {
    "/card", "/card/<code>", "/guest/<code>", "/oidc", "/oidc/callback",
    "/login/passkey", "/login/passkey/question", "/login/second", "/login/second/question", "/forgot", "/reset/<code>",
    "/join", "/healthz", "/readyz", "/login", "/logout", "/language", "/theme/<name>/<path:path>",
}  # fmt: skip


def filled(path: str) -> str:
    for part, value in {
        "<code>": "code", "<slug>": "everyone", "<username>": "ines", "<emoji>": "👍", "<name>": "default",
        "<path:path>": "tokens.css", "<directory>": "directory",
        "<any(disable, enable, sign_out, new_password):do>": "disable", "<any(png, svg):kind>": "png",
    }.items():  # fmt: skip
        path = path.replace(part, value)
    return re.sub(r"<id:\w+>", "1", path)


def test_a_route_without_a_rule_stops_the_start() -> None:
    app = Flask("bare")
    app.add_url_rule("/open", "open", lambda: "")
    with pytest.raises(UnruledRoute):
        list_routes(app)
    ruled = Flask("ruled", static_folder=None)
    group = Routes("group", __name__, access="person")
    group.add_url_rule("/in", "in", lambda: "")
    ruled.register_blueprint(group)
    assert [route.rule for route in list_routes(ruled)] == ["person"]


def test_only_the_named_doors_are_public(house: House) -> None:
    assert {route.path for route in list_routes(house.app) if route.rule == "public"} == PUBLIC


def test_nobody_gets_anywhere_without_signing_in(house: House) -> None:
    stranger = house.app.test_client()
    for route in list_routes(house.app):
        if route.rule == "public":
            continue
        answer = stranger.open(filled(route.path), method=route.method)
        assert answer.status_code in (302, 401, 403), (route, answer.status_code)
        assert "Ines Alba" not in answer.text


def test_no_change_happens_without_a_token_or_from_another_site(house: House) -> None:
    visitor = house.visitor("rosa")
    token = visitor.token()
    changing = [route for route in list_routes(house.app) if route.method not in ("GET",)]
    assert len(changing) > 20
    for route in changing:
        path = filled(route.path)
        for headers in ({}, {"HX-Request": "true"}):
            assert visitor.client.open(path, method=route.method, headers=headers).status_code == 403, route
        foreign = {"Origin": "https://evil.example", "X-CSRFToken": token}
        assert visitor.client.open(path, method=route.method, headers=foreign).status_code == 403, route
        assert (
            visitor.client.open(path, method=route.method, headers={"Origin": "null", "X-CSRFToken": token}).status_code
            == 403
        )


def test_every_page_carries_the_protecting_headers(house: House) -> None:
    visitor = house.visitor("ines")
    for path in ("/", "/login", "/nowhere", "/rooms", "/search?q=x", "/api/v1/me"):
        headers = visitor.get(path).headers
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
        assert "unsafe-inline" not in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Cache-Control"] == "no-store"
        assert "Cookie" in headers["Vary"]


def test_pages_hold_no_inline_script_or_style(house: House) -> None:
    house.say("ines", "everyone", "hello")
    visitor = house.visitor("ines")
    for path in (
        "/",
        "/rooms/everyone",
        "/rooms",
        "/people",
        "/people/ines",
        "/me/profile",
        "/me/look",
        "/me/devices",
        "/me/second-factor",
        "/forgot",
        "/login",
        "/search?q=hello",
    ):
        page = visitor.get(path).text
        assert " style=" not in page
        assert " onclick" not in page
        assert "<script>" not in page


def test_a_stream_from_another_site_is_refused(house: House) -> None:
    visitor = house.visitor("ines")
    assert visitor.get("/live", headers={"Origin": "https://evil.example"}).status_code == 403
    assert visitor.get("/live", headers={"Origin": "null"}).status_code == 403


def test_a_form_of_a_hundred_thousand_parts_is_refused(house: House) -> None:
    visitor = house.visitor("ines")
    body = "&".join(f"a{number}=1" for number in range(100_000))
    answer = visitor.client.post(
        "/rooms", data=body, content_type="application/x-www-form-urlencoded", headers={"X-CSRFToken": visitor.token()}
    )
    assert answer.status_code in (400, 413)
    many = {f"f{number}": (io.BytesIO(b"x"), "x.txt") for number in range(500)}
    assert visitor.post("/rooms/everyone/posts", many, content_type="multipart/form-data").status_code in (400, 413)


def test_a_megabyte_of_address_and_a_hundred_thousand_ids_are_refused(house: House) -> None:
    visitor = house.visitor("ines")
    assert visitor.get("/rooms/" + "x" * 1_000_000).status_code in (404, 414)
    assert visitor.get("/search?q=" + "+OR+".join(str(number) for number in range(100_000))).status_code == 414
    assert house.program("ines").get("/feed?cursor=" + "9" * 1_000_000).status_code == 414


@pytest.mark.parametrize(
    "path",
    [
        "/p/0",
        "/p/-1",
        "/p/9223372036854775808",
        "/p/" + "9" * 5000,
        "/p/1e3",
        "/p/%00",
        "/people/%00",
        "/rooms/%ED%A0%80",
        "/search?q=%00%22(",
    ],
)
def test_strange_addresses_never_break_the_house(house: House, path: str) -> None:
    assert house.visitor("ines").get(path).status_code in (200, 400, 404, 414)


@pytest.mark.parametrize(
    "typed",
    [
        '"',
        "(",
        "a OR",
        "NOT",
        "-",
        "*",
        "from:",
        "in:",
        'x"y',
        "a AND (b",
        "\\",
        "%",
        "before:99",
        "é" * 600,
        "a " * 300,
    ],
)
def test_whatever_is_typed_into_search_gets_an_answer(house: House, typed: str) -> None:
    assert house.visitor("ines").get("/search", query_string={"q": typed}).status_code == 200
    assert house.program("ines").get("/search", query_string={"q": typed}).status_code == 200


def test_an_attachment_is_as_secret_as_its_room_and_never_runs(house: House) -> None:
    svg = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
    files = {"body": "look", "files": (io.BytesIO(svg), "evil.svg", "image/png")}
    assert (
        house.visitor("ines").post("/rooms/workshop/posts", files, content_type="multipart/form-data").status_code
        == 303
    )
    got = house.visitor("omar").get("/attachments/1")
    assert got.data == svg
    assert got.headers["Content-Disposition"].startswith("attachment")
    assert got.headers["Content-Type"] == "application/octet-stream"
    assert "sandbox" in got.headers["Content-Security-Policy"]
    assert house.visitor("pavel").get("/attachments/1").status_code == 404
    assert house.program("pavel").get("/attachments/1").status_code == 404


def test_a_broken_picture_is_refused_and_nothing_is_posted(house: House) -> None:
    files = {"body": "look here", "files": (io.BytesIO(b"\x89PNG\r\n\x1a\nbroken"), "a.png")}
    answer = house.visitor("ines").post("/rooms/workshop/posts", files, content_type="multipart/form-data")
    assert answer.status_code == 422
    assert "cannot be read" in answer.text
    assert "look here" not in house.visitor("omar").get("/rooms/workshop").text


def test_a_picture_is_shown_with_its_description_and_without_its_metadata(house: House) -> None:
    from PIL import Image

    raw, exif = io.BytesIO(), Image.Exif()
    exif[0x010E] = "taken at home"
    Image.new("RGB", (40, 30), "red").save(raw, "JPEG", exif=exif)
    files = {"body": "look", "alt": "A red wall", "files": (io.BytesIO(raw.getvalue()), "wall.jpg")}
    house.visitor("ines").post("/rooms/workshop/posts", files, content_type="multipart/form-data")
    assert 'alt="A red wall"' in house.visitor("omar").get("/rooms/workshop").text
    got = house.visitor("omar").get("/attachments/1")
    assert got.headers["Content-Type"] == "image/webp"
    assert b"taken at home" not in got.data


def test_no_page_shows_the_mark_that_stands_for_the_token(house: House) -> None:
    visitor = house.visitor("ines")
    for path in ("/", "/nowhere", "/rooms/nowhere", "/p/1", "/rooms/new", "/me/profile"):
        page = visitor.get(path).text
        assert PLACEHOLDER not in page
        assert len(set(re.findall(r'csrf_token" value="([^"]*)"|X-CSRFToken": "([^"]*)"', page))) <= 2
    noticed = visitor.get("/nowhere", headers={"HX-Request": "true"})
    assert noticed.status_code == 404
    assert PLACEHOLDER not in noticed.text
    assert PLACEHOLDER not in house.visitor().get("/login").text
