"""Fixtures for all tests: of the house, of its features, of plugins."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from intranet.testing.house import House, build_template, open_copy

for name in [name for name in os.environ if name.startswith("INTRANET_")]:
    del os.environ[name]


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_template(tmp_path_factory.mktemp("template"))


@pytest.fixture
def house(template: Path, tmp_path: Path) -> Iterator[House]:
    opened = open_copy(template, tmp_path / "data")
    yield opened
    opened.site.database.close()
