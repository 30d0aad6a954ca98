"""Photos of the directory: fetched only for entries that changed, and made safe like every picture of a stranger."""

import hashlib
import io
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from intranet.core import people
from intranet.core.directory.directory import Directory
from intranet.core.models import Blob, DirectoryAccount, Person
from intranet.kernel import clock
from intranet.kernel.blobs import Blobs
from intranet.kernel.db import Database
from intranet.kernel.pictures import BrokenPicture, make_safe

LARGEST = 5 << 20
NO_STAMP = "-"
BATCH = 200


@dataclass(frozen=True)
class Waiting:
    """An account whose entry changed since its photo was last looked at."""

    person_id: int
    dn: str
    stamp: str
    digest: str
    has_photo: bool


def refresh(database: Database, blobs: Blobs, directory: Directory, *, limit: int) -> int:
    """Fetches up to `limit` photos; how many. Whoever has none is done with at once. Raises DirectoryUnavailable."""
    if not directory.settings.photo_attribute:
        return 0
    with database.read() as db:
        waiting = _list_waiting(db, directory.settings.name)
    owners = directory.list_photo_owners() if waiting else set()
    _forget(database, directory, [each for each in waiting if each.dn not in owners])
    fetched = [each for each in waiting if each.dn in owners][:limit]
    for each in fetched:
        _fetch(database, blobs, directory, each)
    return len(fetched)


def _list_waiting(db: Session, name: str) -> list[Waiting]:
    has_new_stamp = and_(DirectoryAccount.stamp != "", DirectoryAccount.photo_stamp != DirectoryAccount.stamp)
    changed = or_(DirectoryAccount.photo_stamp == "", has_new_stamp)
    query = (
        select(DirectoryAccount, Person.avatar)
        .join(Person, Person.id == DirectoryAccount.person_id)
        .where(DirectoryAccount.directory == name, DirectoryAccount.left_at.is_(None), changed)
        .order_by(DirectoryAccount.person_id)
    )
    rows = db.execute(query)
    return [Waiting(a.person_id, a.dn, a.stamp or NO_STAMP, a.photo_digest, avatar is not None) for a, avatar in rows]


def _forget(database: Database, directory: Directory, waiting: Sequence[Waiting]) -> None:
    """Who has no photo there; one that came from there goes."""
    may_edit = "photo" in directory.settings.people_may_edit
    for place in range(0, len(waiting), BATCH):
        with database.write() as db:
            for each in waiting[place : place + BATCH]:
                account = db.get_one(DirectoryAccount, each.person_id)
                account.photo_stamp = each.stamp
                if account.photo_digest and not may_edit:
                    people.change(db, db.get_one(Person, each.person_id), avatar=None)
                    account.photo_digest = ""
                    account.owned = [field for field in account.owned if field != "photo"]


def _fetch(database: Database, blobs: Blobs, directory: Directory, waiting: Waiting) -> None:
    is_own = "photo" in directory.settings.people_may_edit and waiting.has_photo
    raw = b"" if is_own else directory.read_photo(waiting.dn)
    digest = hashlib.sha256(raw).hexdigest() if raw else ""
    picture = _safe(raw) if raw and digest != waiting.digest else None
    kept = blobs.put(io.BytesIO(picture), limit=LARGEST) if picture else None
    with database.write() as db:
        account = db.get_one(DirectoryAccount, waiting.person_id)
        account.photo_stamp = waiting.stamp
        if kept:
            db.merge(Blob(sha256=kept.sha256, size=kept.size, created_at=clock.now()))
            people.change(db, db.get_one(Person, waiting.person_id), avatar=kept.sha256)
            account.photo_digest = digest
            if "photo" not in directory.settings.people_may_edit:
                account.owned = sorted({*account.owned, "photo"})


def _safe(raw: bytes) -> bytes | None:
    try:
        return make_safe(raw).data if len(raw) <= LARGEST else None
    except BrokenPicture:
        return None
