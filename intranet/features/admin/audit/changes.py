"""The audit log is only ever added to; taking it along is a line in it too."""

from sqlalchemy.orm import Session

from intranet.plugin_api import Person, audit


def note_export(db: Session, actor: Person, address: str) -> None:
    audit.write(db, "audit.exported", "audit.csv", actor_id=actor.id, address=address)
