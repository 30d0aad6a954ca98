"""A plugin that fails is counted and switched off; the house stands."""

from types import ModuleType

import pytest

from intranet.kernel.plugins import MAX_FAILURES, Loaded, hookimpl
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
