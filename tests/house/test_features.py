"""Each feature can be taken out of its folder: what it offered is gone, everything else stands."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
OWN_PAGES = {
    "cards": "/card", "invites": "/join", "guests": "/rooms/library/guests", "oidc": "/me/oidc",
    "moderation": "/rooms/library/reports", "links": "/admin/links", "reactions": "/admin/reactions",
    "admin": "/admin", "announcements": "/announcements", "chat": "/chat",
    "home": "/", "notifications": "/notifications", "people": "/people", "posts": "/posts/new", "rooms": "/rooms", "search": "/search?q=news",
    "settings": "/me/look", "signin": "/login",
}  # fmt: skip
WITH_ALL = {
    "INTRANET_BASE_URL": "https://intranet.example", "INTRANET_OIDC__ISSUER": "https://id.example",
    "INTRANET_OIDC__CLIENT_ID": "intranet",
}  # fmt: skip
ASK = """
import json, sys
from pathlib import Path
import intranet
from intranet.testing.house import build_template, open_copy

template, data, pages = Path(sys.argv[1]), Path(sys.argv[2]), json.loads(sys.argv[3])
house = open_copy(build_template(template), data)
visitor = house.visitor("rosa")  # an admin, who sees every page
said = {page: visitor.get(page).status_code for page in pages}
house.site.database.close()
print(json.dumps({"from": intranet.__file__, "features": [each.name for each in house.site.plugins.loaded], "pages": said}))
"""


def without(feature: str, folder: Path) -> Path:
    """A copy of the house in which that feature's folder does not exist."""
    for name in ("intranet", "plugins", "themes"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.rmtree(folder / "intranet/features" / feature)
    return folder


def test_every_feature_has_a_page_to_ask_for() -> None:
    there = {path.parent.name for path in (ROOT / "intranet/features").glob("*/plugin.py")}
    assert there == set(OWN_PAGES)


@pytest.mark.parametrize("feature", sorted(OWN_PAGES))
def test_a_feature_can_be_taken_out(feature: str, tmp_path: Path) -> None:
    house = without(feature, tmp_path / "house")
    command = [sys.executable, "-W", "ignore", "-c", ASK, str(tmp_path / "template"), str(tmp_path / "data")]
    done = subprocess.run(
        [*command, json.dumps(list(OWN_PAGES.values()))], env={**os.environ, **WITH_ALL, "PYTHONPATH": str(house)},
        cwd=house, capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    assert said["from"].startswith(str(house))
    assert feature not in said["features"]
    wanted = {page: 404 if name == feature else 200 for name, page in OWN_PAGES.items()}
    assert {page: 200 if status in (302, 303) else status for page, status in said["pages"].items()} == wanted
