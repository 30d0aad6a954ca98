"""When somebody leaves for good: what they take along, and what is left of them. Plugins take part in both."""

from typing import IO

from sqlalchemy.orm import Session

from intranet.core import erasing, exporting
from intranet.core.errors import Conflict
from intranet.core.forms import N_
from intranet.core.models import Person
from intranet.web.offers import ExportedFile
from intranet.web.site import Site

HINDERED = N_(
    "A plugin could not remove what it keeps of this person, so nothing was erased. Its failure is in the log."
)


def erase(site: Site, db: Session, person: Person, actor: Person | None, *, with_posts: bool) -> None:
    """All of it or, when a plugin fails, nothing. Raises Conflict or NotFound."""
    before = site.plugins.failures.total()
    if person.disabled_at and not person.erased_at:
        list(site.plugins.ask("person_erased", db=db, person=person))
    if site.plugins.failures.total() > before:
        raise Conflict(HINDERED)
    erasing.erase(db, person, actor, with_posts=with_posts)


def export(site: Site, db: Session, person: Person, target: IO[bytes]) -> None:
    """Writes the archive of everything that is the person's."""
    added: list[ExportedFile] = list(site.plugins.ask("person_exports", db=db, person=person))
    exporting.write(db, site.blobs, person, target, ((each.path, each.content) for each in added))
