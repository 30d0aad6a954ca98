"""Whatever the documentation tells one to type, open or read is there."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from intranet.cli import cli
from intranet.commands import add_to
from intranet.core.directory.settings import read_settings
from intranet.kernel.settings import load
from intranet.testing.house import House

add_to(cli)
ROOT = Path(__file__).parents[2]
PAGES = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").glob("*.md"))]
SPAN = re.compile(r"`([^`\n]+)`")
LINK = re.compile(r"\]\(([^)#:]+)\)|src=\"([^\":]+)\"")
FENCE = re.compile(r"```(\w*)\n(.*?)```", re.S)
CALL = re.compile(r"\b(GET|POST|PUT|PATCH|DELETE)\b|(/[\w/]+)")
OURS = ("intranet/", "plugins/", "themes/", "scripts/", "tests/", "docs/", "frontend/")
RUN_ANYWHERE = {"routes --json", "person list --json", "plugin list", "theme list", "doctor"}


def words_of(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def commands() -> list[str]:
    """Every `intranet …` that a page shows, in a line or in a block."""
    spans = [span for page in PAGES for span in SPAN.findall(words_of(page))]
    lines = [
        line
        for page in PAGES
        for kind, block in FENCE.findall(words_of(page))
        if kind == "sh"
        for line in block.split("\n")
    ]
    return sorted({each.split(" #")[0].strip() for each in [*spans, *lines] if each.startswith("intranet ")})


def leaf(line: str) -> tuple[click.Command, list[str]]:
    """The command that this line calls, and what is given to it. Raises LookupError."""
    command: click.Command = cli
    given = shlex.split(line)[1:]
    while isinstance(command, click.Group) and given and not given[0].startswith("-"):
        command = command.commands[given.pop(0)]
    return command, given


@pytest.mark.parametrize("line", commands())
def test_a_command_that_a_page_shows_is_understood(line: str) -> None:
    command, given = leaf(line)
    if isinstance(command, click.Group) or "--help" in given:
        assert command.get_help(click.Context(command))
        return
    command.make_context(command.name, given, resilient_parsing=False)


def test_many_commands_are_shown() -> None:
    assert len(commands()) >= 5


@pytest.mark.parametrize("line", sorted(RUN_ANYWHERE))
def test_harmless_commands_run_on_an_empty_box(line: str, tmp_path: Path) -> None:
    done = CliRunner().invoke(cli, [*line.split(), "--data", str(tmp_path)])
    assert done.exit_code == 0 or (line == "doctor" and done.exit_code == 1), done.output
    assert done.output


def test_every_command_is_in_the_admins_page() -> None:
    told = words_of(ROOT / "docs/admin.md")
    assert not [name for name in cli.commands if f"`{name}`" not in told and f"`intranet {name}" not in told]


def named_paths(page: Path) -> Iterator[Path]:
    for span in SPAN.findall(words_of(page)):
        if span.startswith(OURS) and re.fullmatch(r"[\w./-]+", span):
            yield ROOT / span
    for pair in LINK.findall(words_of(page)):
        yield page.parent / (pair[0] or pair[1])


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_what_a_page_names_or_links_is_there(page: Path) -> None:
    assert not [str(path) for path in named_paths(page) if not path.exists()]


def test_the_two_commands_of_the_readme_are_programs() -> None:
    blocks = [block.strip() for kind, block in FENCE.findall(words_of(ROOT / "README.md")) if kind == "sh"]
    assert blocks == ["./install.sh --try", "scripts/test"]
    assert all((ROOT / block.split()[0]).stat().st_mode & 0o111 for block in blocks)


def test_the_settings_that_are_shown_are_settings(tmp_path: Path) -> None:
    shown = [block for page in ("admin", "directory") for block in toml_blocks(ROOT / f"docs/{page}.md")]
    assert len(shown) >= 5
    for block in shown:
        (tmp_path / "intranet.toml").write_text(block, encoding="utf-8")
        settings = load(tmp_path)
        if settings.directory:
            enough = {"servers": ["ldaps://localhost"], "base_dn": "dc=x", **settings.directory}
            read_settings("directory", {**enough, "ca_file": __file__})


def toml_blocks(page: Path) -> list[str]:
    """Settings in a block of their own, or written into intranet.toml by a block of commands."""
    found = [block for kind, block in FENCE.findall(words_of(page)) if kind == "toml"]
    return found + re.findall(r"intranet\.toml <<END\n(.*?)\nEND\n", words_of(page), re.S)


def shape(path: str) -> str:
    """A path with its variable parts alike: `/rooms/ID` and `/rooms/<int:room_id>`."""
    return re.sub(r"/([A-Z]+|<[^>]+>)(?=/|$)", "/*", path)


def calls_in_docs() -> set[tuple[str, str]]:
    (block,) = [block for kind, block in FENCE.findall(words_of(ROOT / "docs/api.md")) if not kind]
    found, methods, is_open = set(), list[str](), False
    for method, path in CALL.findall(re.sub(r"\{[^}]*\}|\?\S*|text/event-stream|form with.*", " ", block)):
        if method:
            methods, is_open = ([*methods, method] if is_open else [method]), True
        else:
            found |= {(each, shape(path)) for each in methods}
            is_open = False
    return found


def test_the_api_page_and_the_api_are_the_same(house: House) -> None:
    there = {
        (method, shape(rule.rule.removeprefix("/api/v1")))
        for rule in house.app.url_map.iter_rules()
        if rule.rule.startswith("/api/v1/")
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert calls_in_docs() == there
