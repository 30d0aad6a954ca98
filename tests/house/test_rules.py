"""Rules of the house that a linter cannot see."""

import inspect
import re
from pathlib import Path

from intranet import hookspecs
from intranet.core.directory.settings import DirectorySettings
from intranet.kernel.settings import MailSection, OidcSection, Settings

ROOT = Path(__file__).parents[2]
BANNED = {"utils", "helpers", "common", "manager", "base", "misc", "data", "obj"}
FEATURES = sorted(path.name for path in (ROOT / "intranet/features").iterdir() if (path / "plugin.py").is_file())


def sources() -> list[Path]:
    return [path for folder in ("intranet", "plugins") for path in (ROOT / folder).rglob("*.py")]


def test_no_file_has_a_name_that_says_nothing() -> None:
    assert not [path for path in sources() if path.stem in BANNED]


def test_files_stay_short() -> None:
    long = {
        str(path): len(path.read_text(encoding="utf-8").splitlines())
        for path in sources()
        if "migrations" not in path.parts
    }
    assert not {path: lines for path, lines in long.items() if lines > 400}


def test_every_hook_is_documented_and_asked() -> None:
    hooks = [
        name
        for name, value in inspect.getmembers(hookspecs, inspect.isfunction)
        if value.__module__ == hookspecs.__name__
    ]
    assert len(hooks) >= 10
    told = (ROOT / "docs/plugins.md").read_text(encoding="utf-8")
    code = "\n".join(path.read_text(encoding="utf-8") for path in sources())
    for name in hooks:
        assert f"`{name}`" in told, name
        assert f'ask("{name}"' in code or f'answers("{name}"' in code or f'tell(site.database, "{name}"' in code, name


def test_every_setting_is_documented() -> None:
    told = "\n".join((ROOT / page).read_text(encoding="utf-8") for page in ("docs/admin.md", "docs/directory.md"))
    for name in [
        *Settings.model_fields,
        *DirectorySettings.model_fields,
        *MailSection.model_fields,
        *OidcSection.model_fields,
    ]:
        assert f"`{name}`" in told or f"{name} =" in told, name


def test_no_feature_names_another_features_template_or_table() -> None:
    for feature in FEATURES:
        for path in (ROOT / "intranet/features" / feature).rglob("*"):
            if path.suffix not in (".html", ".py") or not path.is_file():
                continue
            text = path.read_text(encoding="utf-8")
            for other in set(FEATURES) - {feature}:
                assert not re.search(rf'["\']{other}/_?[a-z_]+\.html', text), (path, other)


def test_no_page_speaks_the_old_htmx() -> None:
    for path in ROOT.glob("intranet/**/*.html"):
        assert not re.search(r"hx-on|hx-vars|hx-ext|sse-swap|hx-disinherit", path.read_text(encoding="utf-8")), path


def test_nothing_goes_out_by_a_way_that_the_linter_cannot_name() -> None:
    """It knows whole packages only, and `urllib.parse` goes nowhere."""
    asks = re.compile(r"\burllib\.request\b|from urllib import|import_module\([\"'](?:requests|urllib|http|socket)")
    assert asks.search("import urllib.request")
    assert not [path for path in sources() if asks.search(path.read_text(encoding="utf-8"))]
