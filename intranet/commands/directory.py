"""Commands about the company's directories."""

import sys
from pathlib import Path

import click

from intranet.cli import Problem, data_option, json_option, settings_for, show
from intranet.core.directory import check as tester
from intranet.core.directory import schedule, sync
from intranet.core.directory.directory import Directory
from intranet.core.directory.errors import DirectoryUnavailable
from intranet.core.directory.sync import Outcome
from intranet.kernel import locks
from intranet.web.site import Site

MARKS = {"fine": "ok", "warning": "note", "failed": "FAILED", "skipped": "-"}
WORDS = {
    "people": "people in the directory", "added": "added", "changed": "changed", "renamed": "renamed", "left": "disabled",
    "returned": "back again", "would leave": "gone from the directory, left as they are", "admin": "made admin",
    "guest": "made guest", "plain": "a role taken back", "joined": "brought into a room", "quit": "taken out of a room",
    "refused": "not let in", "warned": "to look at",
}  # fmt: skip


@click.group()
def directory() -> None:
    """The company's directories."""


@directory.command("list")
@data_option
@json_option
def list_directories(data: Path | None, as_json: bool) -> None:
    """Each directory, its servers, and how its last sync ended."""
    site, rows = _site(data), []
    for each in _directories(site, ""):
        with site.database.read() as db:
            last = sync.newest_run(db, each.settings.name)
        rows.append({
            "name": each.settings.name, "servers": " ".join(each.settings.servers), "base": each.settings.base_dn,
            "last": last.outcome if last else "never", "at": last.at.isoformat(timespec="seconds") if last else "",
        })  # fmt: skip
    show(rows, as_json)


@directory.command("check")
@click.argument("username", required=False)
@click.option("--name", default="", help="Only this directory.")
@data_option
def check(data: Path | None, username: str | None, name: str) -> None:
    """Walk from the network to the people and say how each step went.

    With USERNAME, try a sign-in too; the password is read from standard input.
    """
    password = sys.stdin.readline().rstrip("\n") if username else ""
    fine = True
    for each in _directories(_site(data), name):
        checked = tester.check(each.settings, username=username or "", password=password)
        click.echo(f"{each.settings.name} ({checked.seconds} s)")
        for step in checked.steps:
            values = {key: f"{said:%d %B %Y}" if key == "day" else said for key, said in step.values.items()}
            click.echo(f"  {MARKS[step.outcome]:7} {step.message % values}")
            for line in filter(None, (step.fix, step.technical)):
                click.echo(f"          {line}")
        fine = fine and checked.is_fine
    if not fine:
        raise Problem("Something has to be mended first.")


@directory.command("sync")
@click.option("--name", default="", help="Only this directory.")
@click.option("--dry-run", is_flag=True, help="Say what would happen, and change nothing.")
@click.option("--accept-leavers", is_flag=True, help="Disable those who left, however many they are.")
@data_option
def run_sync(data: Path | None, name: str, dry_run: bool, accept_leavers: bool) -> None:
    """Bring the directory's people in: add, change, disable, and apply the rules."""
    site, fine = _site(data), True
    for each in _directories(site, name):
        outcome = _run(site, each, dry_run=dry_run)
        if outcome.outcome == "waiting" and accept_leavers:
            outcome = _run(site, each, dry_run=dry_run, accepted=[person_id for person_id, _, _ in outcome.leaving])
        _print(outcome, dry_run=dry_run)
        fine = fine and outcome.outcome == "done"
        if not dry_run and outcome.outcome == "done":
            photos = _photos(site, each)
            click.echo(f"  {photos:5} photos looked at" if photos else "", nl=bool(photos))
    if not fine:
        raise Problem("Not everything was synced.")


def _site(data: Path | None) -> Site:
    from intranet.app import open_house

    return open_house(settings_for(data))


def _directories(site: Site, name: str) -> list[Directory]:
    found = [each for each in site.directories.all() if name in ("", each.settings.name)]
    if not found:
        raise Problem(f"There is no directory {name}." if name else "There is no directory yet: see docs/directory.md.")
    return found


def _run(site: Site, each: Directory, *, dry_run: bool, accepted: list[int] | None = None) -> Outcome:
    if dry_run:
        return sync.preview(site.database, each, accepted=accepted or ())
    try:
        return schedule.run_alone(site.directories, each, accepted=accepted or ())
    except locks.AlreadyRunning as error:
        raise Problem(str(error)) from error


def _photos(site: Site, each: Directory) -> int:
    try:
        return schedule.refresh_photos(site.directories, site.blobs, each)
    except DirectoryUnavailable as error:
        raise Problem(str(error)) from error


def _print(outcome: Outcome, *, dry_run: bool) -> None:
    ended = {"done": "would do this" if dry_run else "done", "failed": "failed", "waiting": "waits for your yes"}
    click.echo(f"{outcome.directory}: {ended[outcome.outcome]} ({outcome.seconds} s)")
    if outcome.words:
        click.echo(f"  {outcome.words}")
    for what, count in outcome.report.as_json()["counts"].items():
        click.echo(f"  {count:5} {WORDS[what]}")
    for what, username, name, detail in outcome.report.lines:
        click.echo(f"        {WORDS[what]}: {' '.join(filter(None, (username, f'({name})' if name else '', detail)))}")
    if outcome.outcome == "waiting":
        click.echo(
            f"  {len(outcome.leaving)} people would be disabled. Look at them, then: intranet directory sync --accept-leavers"
        )
        for _, username, name in outcome.leaving[:50]:
            click.echo(f"        {username} ({name})")
