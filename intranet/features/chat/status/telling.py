"""A status that changed is told to the open pages of those who may see its person."""

from sqlalchemy.orm import Session

from intranet.features.chat.status import queries
from intranet.features.chat.status.shaping import shaped
from intranet.plugin_api import Event, signals, site


def tell(db: Session, event: Event) -> None:
    """By the worker, after the change stands; what is true now is said, also when it changed again since."""
    if event.name != "status.changed" or event.subject is None:
        return
    status = queries.find(db, event.subject)
    said = {"about_id": event.subject, "status": shaped(status) if status else None}
    for room_id in queries.list_hearing(db, event.subject):
        signals.send(site().settings.run, "status", room_id=room_id, **said)
