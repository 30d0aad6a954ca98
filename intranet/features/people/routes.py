"""The directory, and the pages about one person."""

from functools import partial
from typing import Any

from flask import Response, jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue

from intranet.features.people import changes, directory, phrases, queries, rules
from intranet.features.people.contact import dialled, vcard
from intranet.features.people.tree import Tree
from intranet.plugin_api import (
    NotFound,
    Person,
    Routes,
    absolute,
    api,
    blocks,
    caps,
    clock,
    db,
    entry_queries,
    is_htmx,
    local_time,
    mine,
    my_rooms,
    page,
    people,
    person_actions,
    person_pieces,
    profiles,
    qr,
    room_queries,
    site,
    viewer,
    writing,
)

routes = Routes("people", __name__, access="person")
routes.app_template_global()(person_pieces)
routes.app_template_global()(person_actions)
FILTERS = ("q", "department", "place", "room", "letter", "view")
WIDEST = 3  # people side by side on a profile


@routes.get("/people")
def index() -> Response:
    filters, said = _filters()
    after = request.args.get("after", "")[:200]
    listing = directory.list_directory(db(), viewer(), filters, after=after, limit=caps.PEOPLE)
    values: dict[str, Any] = {
        "listing": listing, "said": said, "today": local_time(clock.now()).date(), "phrases": phrases, "after": after,
        "to": partial(_address, said),
    }  # fmt: skip
    if is_htmx() and after:
        return page("people/_more.html", **values)
    counts = room_queries.member_counts(db(), [room.id for room in my_rooms()])
    response = page("people/index.html", rooms=[(room, counts.get(room.id, 0)) for room in my_rooms()], **values)
    if is_htmx():
        response.headers["HX-Replace-Url"] = _address(said)
    return response


@routes.get("/people/phone-list")
def phone_list() -> Response:
    """What hangs beside the telephone, on paper."""
    filters, said = _filters()
    listing = directory.list_directory(db(), viewer(), filters, limit=caps.PHONE_LIST)
    today, back = local_time(clock.now()).date(), _address(said)
    return page("people/phone_list.html", listing=listing, today=today, phrases=phrases, dialled=dialled, back=back)


@routes.get("/people/mention")
def mention() -> Response:
    """Names for the composer while somebody types @…"""
    found = queries.list_mentionable(db(), viewer(), request.args.get("q", "")[: caps.LINE])
    items = [
        {"username": each.username, "name": each.name, "title": each.title, "avatar_url": each.avatar_url,
         "initials": each.initials, "hue": each.hue}
        for each in found
    ]  # fmt: skip
    return jsonify(items=items)


@routes.get("/people/<username>")
def show(username: str) -> ResponseReturnValue:
    if renamed := _renamed(username):
        return redirect(url_for("people.show", username=renamed.username))
    person = queries.fetch(db(), viewer(), username)
    tree = None if person.disabled_at else Tree.around(db(), viewer(), person, below=1, widest=WIDEST)
    skills = profiles.list_skills(db(), person.id, viewer())
    return page("people/show.html", tree=tree, skills=skills, **_head(person))


@routes.get("/people/<username>/posts")
def posts(username: str) -> Response:
    person = queries.fetch(db(), viewer(), username)
    found = queries.list_posts(db(), viewer(), person, before=api.cursor(entry_queries.NEWEST), limit=caps.PAGE + 1)
    shown = found[: caps.PAGE]
    older = shown[-1].id if len(found) > caps.PAGE else None
    kept = [room.id for room in my_rooms() if room.role == "keeper"]
    return page(
        "people/posts.html", posts=site().fragments.list(db(), [(row.id, row.version) for row in shown]), older=older,
        mine=mine(db(), viewer(), [row.id for row in shown], kept), **_head(person),
    )  # fmt: skip


@routes.get("/people/<username>/files")
def files(username: str) -> Response:
    person = queries.fetch(db(), viewer(), username)
    found = queries.list_files(db(), viewer(), person, before=api.cursor(entry_queries.NEWEST), limit=caps.PAGE + 1)
    older = found[caps.PAGE - 1].attachment.id if len(found) > caps.PAGE else None
    return page("people/files.html", files=found[: caps.PAGE], older=older, **_head(person))


@routes.get("/people/<username>/card")
def card(username: str) -> Response:
    """The contact card as a square that a telephone reads."""
    person = queries.fetch_present(db(), viewer(), username)
    return page("people/card.html", person=person, code=qr(_vcard(person)))


@routes.get("/people/<username>.vcf")
def download_card(username: str) -> Response:
    person = queries.fetch_present(db(), viewer(), username)
    response = Response(_vcard(person), mimetype="text/vcard")
    response.headers.set("Content-Disposition", "attachment", filename=f"{person.username}.vcf")
    return response


@routes.post("/people/<username>/skills/<id:skill_id>/confirm")
def confirm(username: str, skill_id: int) -> ResponseReturnValue:
    on = request.form.get("on", "1") == "1"
    with writing() as writer:
        changes.confirm(writer, viewer(), username, skill_id, on=on)
    if not is_htmx():
        return redirect(url_for("people.show", username=username, _anchor="skills"), 303)
    person = queries.fetch(db(), viewer(), username)
    skills = profiles.list_skills(db(), person.id, viewer())
    return page("people/_skills.html", person=person, skills=skills, may_confirm=rules.may_confirm(viewer(), person))


def _filters() -> tuple[directory.Filters, dict[str, str]]:
    """What the address asks for, and the same for links. Raises NotFound for a room that is not the viewer's to read."""
    given = request.args
    said = {name: given.get(name, "").strip()[: caps.LINE] for name in FILTERS}
    said["view"] = "cards" if said["view"] == "cards" else ""
    room = room_queries.find_readable(db(), viewer(), slug=said["room"]) if said["room"] else None
    if said["room"] and room is None:
        raise NotFound
    room_id = room.room.id if room else None
    return directory.Filters(said["q"], said["department"], said["place"], room_id, said["letter"]), said


def _address(said: dict[str, str], **changes: str | None) -> str:
    """The directory as it is asked for now, but for these changes."""
    wanted: dict[str, Any] = {name: value for name, value in {**said, **changes}.items() if value}
    return url_for("people.index", **wanted)


def _head(person: Person) -> dict[str, Any]:
    """What every page about a person shows, in a fixed number of statements."""
    profile, moment = profiles.read(db(), person.id), clock.now()
    zone, is_me = site().zone, person.id == viewer().id
    own_zone = rules.zone_of(profile if is_me else profiles.read(db(), viewer().id), zone)
    there = phrases.time_there(moment, rules.zone_of(profile, zone), own_zone)
    found = rules.presence(profile, moment, zone) if rules.shows_contact(person) else None
    return {
        "person": person, "profile": profile, "is_me": is_me, "shows_contact": rules.shows_contact(person),
        "is_here": site().hub.presence.of([person.id]).get(person.id),
        "is_blocked": blocks.has_blocked(db(), viewer(), person),
        "may_confirm": rules.may_confirm(viewer(), person), "presence": found, "presence_words": phrases.presence(found),
        "hours": phrases.hours(profile.hours or {}), "time_there": there, "dialled": dialled,
        "rooms": queries.list_shared_rooms(db(), viewer(), person),
        "post_count": queries.count_posts(db(), viewer(), person),
        "file_count": queries.count_files(db(), viewer(), person),
    }  # fmt: skip


def _vcard(person: Person) -> str:
    return vcard(person, site().company().name, absolute(f"/people/{person.username}"))


def _renamed(username: str) -> Person | None:
    if people.find_by_username(db(), username):
        return None
    return queries.find_renamed(db(), viewer(), username)
