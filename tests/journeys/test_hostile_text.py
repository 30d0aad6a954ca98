"""Thousands of attacks, sent through the real forms into every field that is shown, and looked at by real Chromium.

Every page is opened twice: with our Content-Security-Policy, where whatever it has to stop counts as a failure, and
without it, where nothing but our own escaping stands between an attack and its script.
"""

import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import pytest
from PIL import Image
from playwright.sync_api import Browser, ConsoleMessage, Dialog, Page, Request, expect
from sqlalchemy import update

from intranet.core import people
from intranet.core.models import Person, Profile
from intranet.kernel.text.markdown import ATTRIBUTES, TAGS
from intranet.testing.hostile import VECTORS, batches, corpus
from intranet.testing.house import PASSWORD, House, Visitor, open_copy
from intranet.testing.running import Running

BATCH = 10_000
CANARY = """
window.__pwned = [];
for (const name of ["alert", "confirm", "prompt", "msgbox"]) window[name] = (said) => window.__pwned.push(`${name} ${said}`);
document.addEventListener("securitypolicyviolation", (event) => window.__pwned.push(`policy ${event.violatedDirective} ${event.blockedURI}`));
"""
LOOK = """([tags, attributes]) => {
  const found = [...window.__pwned];
  const strange = "iframe, object, embed, base, math, marquee, video, audio, xss, applet, frame, meta[http-equiv], [srcdoc], [style*=animation]";
  for (const element of document.querySelectorAll(strange)) found.push(`element ${element.outerHTML.slice(0, 200)}`);
  for (const script of document.scripts)
    if (script.type !== "application/json" && !script.src.startsWith(`${location.origin}/`)) found.push(`script ${script.outerHTML.slice(0, 200)}`);
  for (const element of document.querySelectorAll("*"))
    for (const {name, value} of element.attributes) {
      if (/^(on|hx-on)/i.test(name)) found.push(`handler ${element.outerHTML.slice(0, 200)}`);
      if (/^(href|src|action|formaction|data|poster|background|xlink:href|hx-get|hx-post)$/i.test(name) && !kind(element, value)) found.push(`address ${value.slice(0, 200)}`);
    }
  for (const element of document.querySelectorAll(".prose *")) {
    const tag = element.localName;
    if (!tags.includes(tag)) found.push(`tag ${element.outerHTML.slice(0, 200)}`);
    for (const {name} of element.attributes)
      if (!(attributes[tag] || []).includes(name)) found.push(`attribute ${tag} ${name}`);
  }
  return found;
  function kind(element, value) {
    let address;
    try { address = new URL(value, document.baseURI); } catch { return true; }
    if (address.origin === location.origin) return true;
    return element.localName === "a" && /^(https?|mailto|tel):$/.test(address.protocol) && !value.startsWith("/") && !value.startsWith("\\\\");
  }
}"""
SUBMIT = """([path, fields]) => {
  const form = Object.assign(document.createElement("form"), { method: "post", action: path });
  fields.csrf_token = document.querySelector("input[name=csrf_token]").value;
  for (const [name, value] of Object.entries(fields)) {
    const field = document.createElement("textarea");
    Object.assign(field, { name, value });
    form.append(field);
  }
  document.body.append(form);
  form.submit();
}"""
OF_LINKS = {"rel", "data-htmx-powered"}  # put on by the text rules and by htmx, which exchanges pages
ALLOWED = {tag: sorted(ATTRIBUTES.get(tag, set()) | (OF_LINKS if tag == "a" else set())) for tag in TAGS}


@dataclass
class Haunted:
    """A house in whose every field an attack stands."""

    house: House
    running: Running
    post_ids: list[int]
    rooms: list[str]


class Witness:
    """Somebody whose browser notes everything that should not happen."""

    def __init__(self, browser: Browser, haunted: Haunted, username: str, *, policy: bool) -> None:
        self.url, self.seen = haunted.running.url, list[str]()
        self.context = browser.new_context(bypass_csp=not policy, locale="en-GB")
        cookie = haunted.house.visitor(username).client.get_cookie("intranet")
        assert cookie
        self.context.add_cookies([{"name": "intranet", "value": cookie.value, "url": self.url}])
        self.context.add_init_script(CANARY)
        self.page: Page = self.context.new_page()
        self.page.on("dialog", self._dialog)
        self.page.on("pageerror", lambda error: self.seen.append(f"error {error}"))
        self.page.on("console", self._console)
        self.context.on("request", self._request)

    def _dialog(self, dialog: Dialog) -> None:
        self.seen.append(f"dialog {dialog.message}")
        dialog.dismiss()

    def _console(self, said: ConsoleMessage) -> None:
        if said.type == "error" and "status of 4" not in said.text:
            self.seen.append(f"console {said.text}")

    def _request(self, request: Request) -> None:
        if not request.url.startswith((self.url + "/", "data:", "blob:")):
            self.seen.append(f"request {request.url}")

    def go(self, path: str) -> None:
        answer = self.page.goto(self.url + path)
        assert answer
        assert answer.status == 200, path
        self.look(path)

    def submit(self, path: str, status: int, **fields: str) -> None:
        """A form as a page sends it, and the page that comes back."""
        with self.page.expect_navigation() as answer:
            self.page.evaluate(SUBMIT, [path, fields])
        assert answer.value.status == status, path
        self.look(path)

    def look(self, where: str) -> None:
        found = self.seen + self.page.evaluate(LOOK, [sorted(TAGS), ALLOWED])
        assert not found, (where, found[:5])


def send(visitor: Visitor, path: str, data: Mapping[str, object], expected: int = 303) -> str:
    """Sends a form; where it leads."""
    answer = visitor.post(path, dict(data), content_type="multipart/form-data")
    assert answer.status_code == expected, (path, data, answer.text)
    return answer.headers.get("Location", "")


def picture() -> bytes:
    raw = io.BytesIO()
    Image.new("RGB", (8, 8), "red").save(raw, "PNG")
    return raw.getvalue()


def fill_people(house: House) -> None:
    """One person for each attack, with the attack in every field of the profile."""
    with house.site.database.write() as db:
        for number, vector in enumerate(VECTORS):
            found = people.add(db, username=f"person{number}", name="Somebody", about=vector[:40])
            db.add(Profile(person_id=found.id, extra={vector[:60]: vector[:200]}))
    fields = {
        "name": 120, "title": 120, "department": 120, "division": 120, "phone": 60, "mobile": 60, "location": 120,
        "about": 1000, "languages": 200, "experience": 1000, "absence_note": 200,
    }  # fmt: skip
    for number, vector in enumerate(VECTORS):
        visitor = house.visitor(f"person{number}")
        send(visitor, "/me/profile", {name: vector[:cap] for name, cap in fields.items()})
        send(visitor, "/me/skills", {"name": vector[:60]})
    with house.site.database.write() as db:  # the form takes only addresses; a directory may say anything
        for number, vector in enumerate(VECTORS):
            db.execute(update(Person).where(Person.username == f"person{number}").values(email=vector[:254]))


def fill_rooms(house: House) -> list[str]:
    """One room for each attack, with the attack as its name and its description; Ines keeps them all."""
    ines = house.visitor("ines")
    made = []
    for number, vector in enumerate(VECTORS):
        access = ("open", "closed", "secret")[number % 3]
        room = {"name": vector[:80], "description": f"{vector} {vector}"[:500], "access": access}
        made.append(send(ines, "/rooms", room).removeprefix("/rooms/"))
    return made


def fill_posts(house: House) -> list[int]:
    """The whole corpus as posts and as comments, by people and in a room with hostile names."""
    ids = []
    for number, text in enumerate(batches(corpus(), BATCH, "\n\n")):
        visitor = house.visitor(f"person{number % len(VECTORS)}")
        send(visitor, "/rooms/everyone/posts", {"body": text})
        ids.append(int(house.program("ines").get("/feed?limit=1").json["items"][0]["id"]))  # type: ignore[index]
        send(visitor, f"/entries/{ids[0]}/comments", {"body": text})
        send(visitor, f"/entries/{ids[0]}/reactions", {"emoji": "👍"})
    return ids


def fill_files(house: House) -> None:
    """Attacks as names of files and of pictures, and as descriptions of pictures."""
    names = [vector.replace("\\", "").rsplit("/", 1)[-1] or "x" for vector in VECTORS]
    ines = house.visitor("ines")
    for start in range(0, len(names), 10):
        files = [(io.BytesIO(b"x"), name) for name in names[start : start + 10]]
        send(ines, "/rooms/workshop/posts", {"body": "files", "files": files})
    pictures = [(io.BytesIO(picture()), f"{name}.png") for name in batches(names, 240)]
    alts = batches(VECTORS, 450)
    assert len(alts) < len(pictures), "the last pictures are described by their names"
    send(ines, "/rooms/workshop/posts", {"body": "pictures", "files": pictures, "alt": alts})


def fill_devices(house: House) -> None:
    """Attacks as names of programs and of browsers."""
    for vector in VECTORS:
        send(house.visitor("ines"), "/me/tokens", {"name": vector}, 201)
    for vector in VECTORS[::8]:
        stranger = house.visitor()
        typed = {"username": "ines", "password": PASSWORD}
        answer = stranger.post("/login", typed, headers={"User-Agent": vector})
        assert answer.status_code == 303


@pytest.fixture(scope="module")
def haunted(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Haunted]:
    house = open_copy(template, tmp_path_factory.mktemp("haunted") / "data")
    fill_people(house)
    rooms, post_ids = fill_rooms(house), fill_posts(house)
    fill_files(house)
    fill_devices(house)
    running = Running(house.site.settings.data)
    yield Haunted(house, running, post_ids, rooms)
    running.stop()
    house.site.database.close()


@pytest.fixture(params=[True, False], ids=["policy", "no-policy"])
def policy(request: pytest.FixtureRequest) -> bool:
    return bool(request.param)


@pytest.fixture
def ines(browser: Browser, haunted: Haunted, policy: bool) -> Iterator[Witness]:
    witness = Witness(browser, haunted, "ines", policy=policy)
    yield witness
    witness.context.close()


def pages(haunted: Haunted) -> list[str]:
    """Where something of somebody is shown."""
    paths = ["/", "/rooms", "/people", "/me/devices", "/rooms/everyone"]
    paths += ["/rooms/workshop", "/posts/new", f"/p/{haunted.post_ids[0]}", "/rooms/everyone/people"]
    paths += [f"/rooms/everyone?cursor={haunted.post_ids[-19]}", *(f"/rooms/{slug}" for slug in haunted.rooms[:3])]
    paths += [f"/rooms/{haunted.rooms[0]}/{tab}" for tab in ("people", "settings")]
    return paths + [f"/search?q=alert&kind={kind}" for kind in ("", "post", "person", "room")]


def test_no_attack_that_is_kept_becomes_a_script(ines: Witness, haunted: Haunted) -> None:
    for path in pages(haunted):
        ines.go(path)
    assert "alert" in ines.page.locator(".results").inner_text()
    ines.go(f"/p/{haunted.post_ids[0]}")
    count = ines.page.locator(".comment").count()
    while (way := ines.page.locator(".to-earlier")).count():
        ines.go((way.get_attribute("href") or "").partition("#")[0])
        count += ines.page.locator(".comment").count()
    assert count == len(haunted.post_ids)


def test_no_attack_in_a_profile_becomes_a_script(ines: Witness, policy: bool) -> None:
    for number, vector in enumerate(VECTORS):
        if policy is (number % 2 == 0):
            ines.go(f"/people/person{number}")
            assert ines.page.locator("h1").inner_text().split() == vector.split()


@pytest.mark.parametrize("policy", [False], indirect=True)
def test_no_attack_that_comes_back_from_a_form_becomes_a_script(ines: Witness, haunted: Haunted) -> None:
    everything = " ".join(VECTORS)
    ines.go("/rooms/new")
    ines.submit("/rooms", 422, name=everything, description=everything, access="x")
    ines.submit("/me/profile", 422, name=everything, **dict.fromkeys(("email", "title", "phone", "about"), everything))
    ines.submit("/posts", 422, room="everyone", body=everything * 20)
    ines.submit(f"/entries/{haunted.post_ids[0]}/comments", 422, body=everything * 20)
    ines.submit("/rooms/" + haunted.rooms[0] + "/settings", 422, name=everything, description=everything)
    for piece in batches(VECTORS, 250):
        ines.submit("/login", 401, username=piece, password="wrong horse", next=piece)


def test_no_attack_in_an_address_becomes_a_script(ines: Witness, policy: bool) -> None:
    ines.go("/rooms/new")
    for piece in batches(VECTORS, 110):
        for path in ("/search?q=",) if policy else ("/people?q=", "/rooms?q="):
            ines.page.goto(ines.url + path + quote(piece))
            ines.look(path + piece)


@pytest.mark.parametrize("policy", [False], indirect=True)
def test_no_attack_in_what_lists_suggest_becomes_a_script(ines: Witness) -> None:
    ines.go("/rooms/everyone")
    ines.page.fill("#composer-body", "")
    ines.page.type("#composer-body", "@person")
    expect(ines.page.locator(".composer [role=option]").first).to_be_visible()
    ines.page.type(".searchbox input", "alert")
    expect(ines.page.locator("#search-list [role=option]").first).to_be_visible()
    ines.look("suggestions")


@pytest.mark.parametrize("policy", [False], indirect=True)
def test_no_attack_that_arrives_live_becomes_a_script(ines: Witness, haunted: Haunted, browser: Browser) -> None:
    ines.go("/rooms/everyone")
    sender = Witness(browser, haunted, "person2", policy=True)
    sender.go("/rooms/everyone")
    for piece in batches(corpus()[::40], BATCH, "\n\n"):
        sender.page.fill("#composer-body", piece)
        sender.page.click(".composer button.primary")
        expect(ines.page.locator("#newpill button")).to_be_visible()
        ines.page.click("#newpill button")
        expect(ines.page.locator("#feed > .post .post-body").first).to_contain_text("alert")
        first = sender.page.locator("#feed > .post").first
        first.locator(".comment-form textarea").fill(piece)
        first.locator(".comment-form [aria-label='Send comment']").click()
        expect(ines.page.locator("#feed > .post").first.locator(".comment")).to_have_count(1)
        ines.look("live")
    sender.look("live, the sender")
    sender.context.close()


@pytest.mark.parametrize("policy", [False], indirect=True)
def test_a_script_that_came_through_would_be_seen(ines: Witness) -> None:
    ines.go("/rooms/everyone")
    for attack in ("<b onclick=alert(1)>", "<a href='javascript:alert(1)'>x</a>", "<iframe>", "<a href='//evil'>x</a>"):
        ines.page.evaluate("attack => document.querySelector('.prose').innerHTML = attack", attack)
        with pytest.raises(AssertionError):
            ines.look("a hole made by hand")


def test_a_script_that_ran_would_be_seen(ines: Witness, policy: bool) -> None:
    ines.go("/")
    ines.page.evaluate("document.querySelector('.prose').innerHTML = '<img src=x onerror=alert(1)>'")
    ines.page.wait_for_function("window.__pwned.length > 0")
    said = ines.page.evaluate("window.__pwned.join()")
    assert ("policy script-src" in said) is policy
    assert ("alert 1" in said) is not policy
