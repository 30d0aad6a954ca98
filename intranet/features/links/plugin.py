"""What cards of links offer."""

from collections.abc import Mapping, Sequence

from sqlalchemy.orm import Session

from intranet.features.links import changes, fetching, queries, routes
from intranet.plugin_api import N_, Entry, Event, Job, Link, Person, Piece, Routes, hookimpl, site

NOTICED = ("entry.added", "entry.changed", "entry.removed")


@hookimpl(specname="routes")
def offered_routes() -> list[Routes]:
    return [routes.routes]


@hookimpl
def admin_pages() -> list[Link]:
    return [Link(N_("Links"), "/admin/links", "link", order=60)]


@hookimpl
def entry_pieces(db: Session, entries: Sequence[Entry]) -> Mapping[int, Piece]:
    cards = queries.list_cards(db, [each.id for each in entries if each.is_changed])
    return {entry_id: Piece("links/_card.html", {"card": card}) for entry_id, card in cards.items()}


@hookimpl
def jobs() -> list[Job]:
    return [Job("links.fetch", fetching.fetch, can_wait=True), Job("links.tidy", fetching.tidy, minutes=60)]


@hookimpl
def event_happened(db: Session, event: Event) -> None:
    """A link that is new is asked for by a job: nothing goes out inside of a transaction."""
    if event.name not in NOTICED or event.subject is None:
        return
    url = changes.notice(db, event.subject, site().settings.base_url)
    if url and queries.is_on(db):
        site().jobs.start("links.fetch", event.subject, url)


@hookimpl
def person_erased(db: Session, person: Person) -> None:
    changes.forget(db, person)
