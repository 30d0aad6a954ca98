"""What ran out is tidied away; what anything points to, or was only just brought, is not."""

import io
import os
from datetime import timedelta
from pathlib import Path

import pytest
from PIL import Image
from sqlalchemy import func, select, text

from intranet.core import cleaning
from intranet.core.models import Blob, CreatedOnce, SessionRow
from intranet.kernel import clock, events
from intranet.kernel.events import EventPlace, EventRow
from intranet.testing.house import House
from intranet.web import live

TWO_DAYS_S = 2 * 24 * 3600


def clean_up(house: House) -> None:
    cleaning.clean_up(house.site.database, house.site.blobs)


def kept(house: House, *, age_s: int = 0) -> list[Path]:
    """The files of all blobs, made older by so many seconds."""
    files = [path for path in house.site.blobs.root.glob("*/*/*") if path.is_file()]
    for path in files:
        os.utime(path, (path.stat().st_mtime - age_s,) * 2)
    if age_s:
        with house.site.database.write() as db:
            for blob in db.scalars(select(Blob)):
                blob.created_at -= timedelta(seconds=age_s)
    return files


def picture(colour: str) -> bytes:
    raw = io.BytesIO()
    Image.new("RGB", (8, 8), colour).save(raw, "PNG")
    return raw.getvalue()


def post_with_file(house: House, content: bytes) -> None:
    files = [(io.BytesIO(content), "notes.txt")]
    answer = house.visitor("ines").post("/rooms/workshop/posts", {"body": "a file", "files": files})
    assert answer.status_code == 303


def test_old_keys_and_sessions_are_tidied_away_and_fresh_ones_kept(house: House) -> None:
    room, ines = house.room("workshop").id, house.program("ines")
    for key in ("old", "new"):
        ines.post(f"/rooms/{room}/posts", {"body": key}, headers={"Idempotency-Key": key})
    house.visitor("ines"), house.visitor("omar")
    with house.site.database.write() as db:
        oldest = db.query(CreatedOnce).order_by(CreatedOnce.subject).first()
        assert oldest
        oldest.at, old_key = clock.now() - timedelta(days=3), oldest.key
        db.query(SessionRow).where(SessionRow.person_id == house.person("omar").id).one().expires_at = clock.now()
    house.site.jobs.run_now("core.clean_up")
    with house.site.database.read() as db:
        assert old_key not in [row.key for row in db.query(CreatedOnce)]
        assert db.query(CreatedOnce).count() == 1
        assert db.query(SessionRow).count() == 1


def test_bytes_that_nothing_points_to_go_after_a_day(house: House) -> None:
    blob = house.site.blobs.put(io.BytesIO(b"never attached"), limit=100)
    clean_up(house)
    assert house.site.blobs.path(blob.sha256).exists()
    kept(house, age_s=TWO_DAYS_S)
    clean_up(house)
    assert not house.site.blobs.path(blob.sha256).exists()


def test_what_a_post_an_avatar_or_the_bin_points_to_stays(house: House) -> None:
    post_with_file(house, b"in a post")
    post_with_file(house, b"in the bin")
    ines = house.visitor("ines")
    newest = house.program("ines").get("/feed?limit=1").json["items"][0]["id"]  # type: ignore[index]
    ines.post(f"/entries/{newest}/remove")
    profile = {"name": "Ines", "picture": (io.BytesIO(picture("red")), "me.png")}
    assert ines.post("/me/profile", profile).status_code == 303
    files = kept(house, age_s=TWO_DAYS_S)
    assert len(files) == 3
    clean_up(house)
    assert all(path.exists() for path in files)


def test_a_picture_that_was_replaced_goes_and_the_new_one_stays(house: House) -> None:
    ines = house.visitor("ines")
    for colour in ("red", "blue"):
        ines.post("/me/profile", {"name": "Ines", "picture": (io.BytesIO(picture(colour)), "me.png")})
    assert len(kept(house, age_s=TWO_DAYS_S)) == 2
    clean_up(house)
    assert [path.name for path in kept(house)] == [house.person("ines").avatar]


def test_bytes_that_are_brought_again_are_as_good_as_new(house: House) -> None:
    house.site.blobs.put(io.BytesIO(b"twice"), limit=100)
    kept(house, age_s=TWO_DAYS_S)
    blob = house.site.blobs.put(io.BytesIO(b"twice"), limit=100)
    clean_up(house)
    assert house.site.blobs.path(blob.sha256).exists()


def test_a_plugins_table_holds_bytes_by_its_foreign_key(house: House) -> None:
    blob = house.site.blobs.put(io.BytesIO(b"of a plugin"), limit=100)
    with house.site.database.write() as db:
        db.execute(text("CREATE TABLE stamps (sha256 TEXT REFERENCES blobs (sha256))"))
        db.add(Blob(sha256=blob.sha256, size=blob.size, created_at=clock.now()))
        db.flush()
        db.execute(text("INSERT INTO stamps VALUES (:sha256)"), {"sha256": blob.sha256})
    kept(house, age_s=TWO_DAYS_S)
    clean_up(house)
    assert house.site.blobs.path(blob.sha256).exists()
    with house.site.database.write() as db:
        db.execute(text("DELETE FROM stamps"))
    clean_up(house)
    assert not house.site.blobs.path(blob.sha256).exists()


def test_what_a_crash_left_of_an_upload_goes(house: House) -> None:
    house.site.blobs.put(io.BytesIO(b"x"), limit=100)
    old, new = (house.site.blobs.root / name for name in ("new-old", "new-new"))
    for path in (old, new):
        path.write_bytes(b"half")
    os.utime(old, (0, 0))
    clean_up(house)
    assert not old.exists()
    assert new.exists()


def count_events(house: House) -> int:
    with house.site.database.read() as db:
        return db.scalar(select(func.count()).select_from(EventRow)) or 0


def test_old_events_are_forgotten_but_not_unread_ones_and_never_the_newest(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(3):
        house.say("ines", "workshop", "news")
    before, later = count_events(house), clock.now() + timedelta(days=31)
    with house.site.database.write() as db:
        newest = events.newest_id(db)
        db.add(EventPlace(reader="worker", event_id=newest - 2))
    monkeypatch.setattr(clock, "now", lambda: later)
    clean_up(house)
    with house.site.database.read() as db:
        assert [each.id for each in events.list_after(db, 0)] == [newest - 1, newest]
    assert before > 2
    with house.site.database.write() as db:
        db.merge(EventPlace(reader="worker", event_id=newest))
    clean_up(house)
    assert count_events(house) == 1


def test_a_stream_from_before_the_forgotten_is_told_to_begin_anew(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(3):
        house.say("ines", "workshop", "news")
    later = clock.now() + timedelta(days=31)
    monkeypatch.setattr(clock, "now", lambda: later)
    clean_up(house)
    stream = house.site.hub.open(live.Stream(house.person("ines").id, "en", after=1))
    said = b"".join(live.replay(house.site.hub, stream, 1))
    assert b"event: reset" in said
    assert b"entry.added" not in said
