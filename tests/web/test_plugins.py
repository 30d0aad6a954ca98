"""A plugin that fails is counted and switched off; the house stands."""

from collections.abc import Callable
from types import ModuleType

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from intranet.kernel.db import DatabaseBusy
from intranet.kernel.events import Event
from intranet.kernel.plugins import MAX_FAILURES, Loaded, hookimpl
from intranet.processes import answerer
from intranet.testing.house import House


@pytest.fixture
def broken(house: House) -> House:
    module = ModuleType("broken")

    @hookimpl
    def home_cards(viewer: object) -> None:
        raise RuntimeError("no card today")

    module.home_cards = home_cards  # type: ignore[attr-defined]
    plugins = house.site.plugins
    plugins.manager.register(module, "broken")
    plugins.loaded.append(Loaded("broken", module, house.site.settings.data, is_plugin=True))
    return house


def test_pages_answer_while_a_plugin_raises_and_it_is_switched_off_in_the_end(broken: House) -> None:
    visitor = broken.visitor("ines")
    for turn in range(MAX_FAILURES):
        assert broken.site.plugins.manager.has_plugin("broken")
        assert visitor.get("/").status_code == 200
        assert broken.site.plugins.failures["broken"] == turn + 1
    assert not broken.site.plugins.manager.has_plugin("broken")
    assert "no card today" in broken.site.plugins.reasons["broken"]
    assert visitor.get("/").status_code == 200


def listener(house: House, name: str, hears: Callable[..., None]) -> None:
    """A plugin that answers to what happened."""
    module = ModuleType(name)
    module.event_happened = hookimpl(hears, specname="event_happened")  # type: ignore[attr-defined]
    house.site.plugins.manager.register(module, name)
    house.site.plugins.loaded.append(Loaded(name, module, house.site.settings.data, is_plugin=True))


def worker_hears(house: House) -> None:
    """What the worker does with everything that it has not heard yet."""
    reader = answerer(house.site, house.app)
    reader.catch_up()
    reader.inbox.close()


def notes(house: House) -> list[str]:
    with house.site.database.read() as db:
        return list(db.scalars(text("SELECT words FROM heard ORDER BY rowid")))


@pytest.fixture
def noted(house: House) -> House:
    """Two plugins: one notes what it hears, the other notes it and then fails."""

    def writes(db: Session, event: Event) -> None:
        if event.name == "entry.added":
            db.execute(text("INSERT INTO heard VALUES (:words)"), {"words": str(event.subject)})

    def fails(db: Session, event: Event) -> None:
        writes(db, event)
        if event.name == "entry.added":
            raise RuntimeError("not today")

    worker_hears(house)
    with house.site.database.write() as db:
        db.execute(text("CREATE TABLE heard (words TEXT)"))
    listener(house, "fails", fails)
    listener(house, "writes", writes)
    return house


def test_the_worker_tells_everything_once_and_in_order(noted: House) -> None:
    posts = [noted.say("ines", "workshop", "news") for _ in range(3)]
    worker_hears(noted)
    worker_hears(noted)
    assert notes(noted) == [str(post.id) for post in posts]


def test_who_fails_on_what_happened_takes_nobody_along_and_is_switched_off(noted: House) -> None:
    for turn in range(MAX_FAILURES):
        assert noted.site.plugins.manager.has_plugin("fails")
        noted.say("ines", "workshop", "news")
        worker_hears(noted)
        assert noted.site.plugins.failures["fails"] == turn + 1
    assert not noted.site.plugins.manager.has_plugin("fails")
    assert len(notes(noted)) == MAX_FAILURES


def test_what_nobody_could_write_down_comes_again(noted: House, monkeypatch: pytest.MonkeyPatch) -> None:
    noted.say("ines", "workshop", "news")
    monkeypatch.setattr("intranet.kernel.writing.PATIENCE_S", 0.1)
    with noted.site.database.write(), pytest.raises(DatabaseBusy):
        worker_hears(noted)
    assert noted.site.plugins.failures["writes"] == 0
    worker_hears(noted)
    assert len(notes(noted)) == 1


def test_a_theme_is_only_a_folder(house: House) -> None:
    from intranet.core import house as company

    visitor = house.visitor("ines")
    assert "/theme/terracotta/" not in visitor.get("/").text
    with house.site.database.write() as db:
        company.save_value(db, "theme", "terracotta")
    house.site.forget_values()
    page = visitor.get("/").text
    assert page.index("/theme/default/tokens.css") < page.index("/theme/terracotta/tokens.css")
    assert "--brand-h: 38" in visitor.get("/theme/terracotta/tokens.css").text
    assert visitor.get("/theme/terracotta/img/logo.svg").status_code == 200
    for path in ("/theme/nosuch/tokens.css", "/theme/default/../../pyproject.toml", "/theme/default/%2e%2e/theme.toml"):
        assert visitor.get(path).status_code == 404
