"""Cards, always of entries that were found for a viewer."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from intranet.features.links import rules
from intranet.features.links.models import EntryLink, LinkCard
from intranet.plugin_api import Entry, NotFound, Person, clock, entry_queries, read_value

SETTING = "links.cards"
CARDS = (
    select(EntryLink.entry_id, LinkCard)
    .join(LinkCard, LinkCard.id == EntryLink.card_id)
    .where(EntryLink.entry_id.in_(bindparam("ids", expanding=True)), LinkCard.title != "")
)
FRESH_FOR = timedelta(days=30)
FAILED_FOR = timedelta(days=1)  # then a page that had nothing to show is asked again


def is_on(db: Session) -> bool:
    """Whether the box may ask other sites. Nothing said: it may not."""
    return read_value(db, SETTING, False) is True


def find_fresh(db: Session, url: str) -> LinkCard | None:
    """The card of that link, unless it is old enough to be fetched anew."""
    card = db.scalar(select(LinkCard).where(LinkCard.url_hash == rules.name_of(url)))
    if card is None or clock.now() - card.fetched_at > (FRESH_FOR if card.title else FAILED_FOR):
        return None
    return card


def list_cards(db: Session, entry_ids: Sequence[int]) -> dict[int, LinkCard]:
    """The cards that are shown below these entries."""
    return {row[0]: row[1] for row in db.execute(CARDS, {"ids": list(entry_ids)})} if entry_ids else {}


def fetch_entry(db: Session, viewer: Person, entry_id: int) -> Entry:
    """Raises NotFound for what is not there or not the viewer's to see."""
    entry = entry_queries.find(db, viewer, entry_id)
    if entry is None:
        raise NotFound
    return entry


def fetch_card(db: Session, viewer: Person, entry_id: int) -> tuple[Entry, LinkCard]:
    """An entry with the card below it. Raises NotFound also when it has none."""
    entry = fetch_entry(db, viewer, entry_id)
    card = list_cards(db, [entry.id]).get(entry.id)
    if card is None:
        raise NotFound
    return entry, card


def count_cards(db: Session) -> int:
    return db.scalar(select(func.count()).select_from(LinkCard).where(LinkCard.title != "")) or 0
