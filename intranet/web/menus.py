"""What a viewer may do with an entry: asked for when its menu is opened, so that no fragment carries it."""

from flask import Response

from intranet.core.entries import queries, rules
from intranet.core.errors import NotFound
from intranet.core.models import Entry, Person
from intranet.core.rooms import queries as room_queries
from intranet.core.rooms.queries import SeenRoom
from intranet.web.offers import EntryAction
from intranet.web.pages import page
from intranet.web.requests import db, is_htmx, viewer
from intranet.web.routing import Routes
from intranet.web.site import site

routes = Routes("menus", __name__, access="person")


@routes.get("/entries/<id:entry_id>/menu")
def menu(entry_id: int) -> Response:
    """The lines of the entry's own kind, then those that others offer: a piece of a page, or a page where no script asks."""
    entry = queries.find(db(), viewer(), entry_id)
    seen = room_queries.find_readable(db(), viewer(), room_id=entry.room_id) if entry else None
    kind = site().entry_kinds.get(entry.kind) if entry else None
    if entry is None or seen is None or kind is None:
        raise NotFound
    return page(
        "_menu.html" if is_htmx() else "menu.html", entry=entry, seen=seen, own_lines=kind.menu,
        actions=_actions(viewer(), entry, seen), is_own=entry.author_id == viewer().id,
        may_edit=rules.may_edit(viewer(), entry, seen), may_remove=rules.may_remove(viewer(), entry, seen),
        may_lead=seen.is_keeper and rules.may_write(seen), may_write=rules.may_write(seen),
    )  # fmt: skip


def _actions(person: Person, entry: Entry, seen: SeenRoom) -> list[EntryAction]:
    is_own = entry.author_id == person.id
    fits = {"all": True, "author": is_own, "others": not is_own, "keepers": seen.is_keeper}
    return [each for each in site().entry_actions if entry.kind in each.kinds and fits[each.for_whom]]
