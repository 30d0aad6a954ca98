"""The one write."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from intranet.plugin_api import Person, audit, entry_words, save_value


def offer(db: Session, emoji: Sequence[str], *, actor: Person, address: str) -> None:
    """From now on these stand ready under every entry."""
    save_value(db, entry_words.OFFERED_KEY, list(emoji))
    audit.write(
        db, "setting.changed", entry_words.OFFERED_KEY, actor_id=actor.id, address=address, value=" ".join(emoji)
    )
