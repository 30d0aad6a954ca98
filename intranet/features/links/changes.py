"""Every write of cards. What shows one is shown anew, with its event, in the same transaction."""

from dataclasses import dataclass

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from intranet.features.links import queries, rules
from intranet.features.links.models import EntryLink, LinkCard
from intranet.plugin_api import (
    N_,
    Entry,
    Forbidden,
    NewAttachment,
    Person,
    SeenRoom,
    audit,
    clock,
    entry_changes,
    entry_rules,
    save_value,
)

NOT_YOURS = N_("Only its author can change this.")


@dataclass(frozen=True)
class Preview:
    """What a page said of itself, cleaned."""

    title: str
    description: str
    site_name: str
    picture: NewAttachment | None = None


def switch(db: Session, *, on: bool, actor: Person, address: str) -> None:
    """Lets the box ask other sites, or not any more. What it has asked before stays."""
    if queries.is_on(db) != on:
        save_value(db, queries.SETTING, on)
        audit.write(db, "setting.changed", queries.SETTING, actor_id=actor.id, address=address, value=on)


def notice(db: Session, entry_id: int, base_url: str) -> str:
    """The link of this entry that nobody has looked at yet. A card that is no longer the entry's is let go."""
    entry = db.get(Entry, entry_id)
    if entry is None or entry.kind not in rules.KINDS:
        return ""
    url = rules.first_link(entry.html, base_url) if entry.removed_at is None else ""
    row = db.get(EntryLink, entry.id)
    if row is not None and (row.url_hash == rules.name_of(url) or _is_refused_in_bin(entry, row)):
        return ""
    if row is not None:
        _let_go(db, entry, row)
    return url


def _is_refused_in_bin(entry: Entry, row: EntryLink) -> bool:
    """When it comes back from there, its author is not asked again."""
    return entry.removed_at is not None and row.card_id is None and entry.body != ""


def _let_go(db: Session, entry: Entry, row: EntryLink) -> None:
    was_shown = bool(queries.list_cards(db, [entry.id]))
    db.delete(row)
    db.flush()
    if was_shown and entry.removed_at is None:
        entry_changes.show_anew(db, entry)


def keep(db: Session, url: str, preview: Preview | None) -> LinkCard:
    """The card of that link. A page that does not answer any more leaves what it said before."""
    card = db.scalar(select(LinkCard).where(LinkCard.url_hash == rules.name_of(url)))
    if card is None:
        card = LinkCard(
            url_hash=rules.name_of(url), url=url, title="", description="", site_name="", fetched_at=clock.now()
        )
        db.add(card)
    card.fetched_at = clock.now()
    if preview is not None:
        _fill(db, card, preview)
    db.flush()
    return card


def _fill(db: Session, card: LinkCard, preview: Preview) -> None:
    picture = preview.picture
    if picture:
        entry_changes.hold_bytes(db, [picture])
    card.title, card.description, card.site_name = preview.title, preview.description, preview.site_name
    card.picture = picture.sha256 if picture else None
    card.width, card.height = (picture.width, picture.height) if picture else (None, None)
    if card.id is not None:
        showing = select(EntryLink.entry_id).where(EntryLink.card_id == card.id)
        entry_changes.raise_versions(db, db.scalars(showing).all())


def attach(db: Session, entry_id: int, url: str, card: LinkCard, base_url: str) -> None:
    """Shows the card below the entry, if this is still its link and nothing was decided about it meanwhile."""
    entry = db.get(Entry, entry_id)
    is_wanted = entry is not None and entry.removed_at is None and rules.first_link(entry.html, base_url) == url
    if entry is None or not is_wanted or db.get(EntryLink, entry_id) is not None:
        return
    db.add(EntryLink(entry_id=entry.id, url_hash=card.url_hash, card_id=card.id))
    db.flush()
    if card.title:
        entry_changes.show_anew(db, entry)


def take_away(db: Session, seen: SeenRoom, person: Person, entry: Entry) -> None:
    """The author wants no card for this link. Raises Forbidden for others."""
    if not entry_rules.may_edit(person, entry, seen):
        raise Forbidden(NOT_YOURS)
    row = db.get(EntryLink, entry.id)
    if row is None or row.card_id is None:
        return
    row.card_id = None
    db.flush()
    entry_changes.show_anew(db, entry)


def forget(db: Session, person: Person) -> None:
    """Which links stood in what this person has thrown away."""
    gone = select(Entry.id).where(Entry.author_id == person.id, or_(Entry.removed_at.is_not(None), Entry.body == ""))
    db.execute(delete(EntryLink).where(EntryLink.entry_id.in_(gone)))


def drop_unused(db: Session) -> None:
    """A card that stands below nothing any more goes, and lets go of its picture's bytes."""
    used = select(EntryLink.card_id).where(EntryLink.card_id.is_not(None))
    db.execute(delete(LinkCard).where(LinkCard.id.not_in(used)))
