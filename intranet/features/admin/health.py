"""How the house is doing, in sentences; each with one link where something can be done."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass

from flask_babel import format_decimal, gettext, ngettext
from sqlalchemy.orm import Session

from intranet.features.admin import queries
from intranet.features.admin.directory.queries import Known, list_known
from intranet.plugin_api import N_, Finding, administration, examine_box, house, in_words, site

MANY_JOBS = 200
GB = 1_000_000_000
FOUND = {
    ("SQLite", True): N_("The database engine is safe to use."),
    ("SQLite", False): N_("The database engine is too old: commits can be lost. Install the wheel that we name."),
    ("disk", True): N_("The database stands on a disk of the box itself."),
    ("disk", False): N_("The database stands on a network disk, where it can be damaged. Move the data folder."),
    ("front end", True): N_("The pages are complete."),
    ("front end", False): N_("The front end is not built. Run the installer again."),
}


@dataclass(frozen=True)
class Line:
    """One sentence. `tone` is ok, info, warn or danger; `technical` is for whoever repairs it."""

    tone: str
    words: str
    url: str = ""
    action: str = ""
    technical: str = ""


def examine(db: Session) -> list[Line]:
    """What needs somebody comes first."""
    lines = [*_box(), *_people(db), *_directory(db), *_signing_in(db), _mail(), _queue(), *_plugins()]
    return sorted(lines, key=lambda each: ("danger", "warn", "info", "ok").index(each.tone))


def _box() -> Iterator[Line]:
    for finding in examine_box(site().settings):
        if finding.what == "free space":
            yield _space(finding)
        else:
            words = FOUND.get((finding.what, finding.is_fine))
            said = gettext(words) if words else f"{finding.what}: {finding.words}"
            yield Line("ok" if finding.is_fine else "danger", said, technical=f"{finding.what}: {finding.words}")


def _space(finding: Finding) -> Line:
    usage = shutil.disk_usage(site().settings.data)
    sizes = {"free": format_decimal(round(usage.free / GB, 1)), "all": format_decimal(round(usage.total / GB))}
    if finding.is_fine:
        return Line("ok", gettext("%(free)s GB of %(all)s GB are free on the disk.", **sizes))
    words = gettext(
        "Only %(free)s GB of %(all)s GB are free. What people send is refused when the disk is full.", **sizes
    )
    return Line("danger", words, technical=finding.words)


def _people(db: Session) -> Iterator[Line]:
    count = queries.count_people(db)
    words = ngettext("One person can sign in.", "%(num)d people can sign in.", count.people)
    if count.guests:
        words = gettext(
            "%(people)d people can sign in, %(guests)d of them as guests.", people=count.people, guests=count.guests
        )
    yield Line("ok", words, "/admin/people", gettext("See them"))
    if count.admins < 2:
        words = gettext("There is one admin. Make a second one, for when the first is away.")
        yield Line("warn", words, "/admin/people", gettext("Choose somebody"))
    if faults := queries.list_chart_faults(db):
        words = ngettext("The org chart has one fault.", "The org chart has %(num)d faults.", len(faults))
        yield Line("warn", words, "/admin/people#chart", gettext("Show them"))


def _directory(db: Session) -> Iterator[Line]:
    known = list_known(db)
    if not known:
        words = gettext("No directory is connected. People sign in with passwords that are kept here.")
        yield Line("info", words, "/admin/directory", gettext("Connect one"))
    for each in known:
        yield _one_directory(each)


def _one_directory(known: Known) -> Line:
    run, name, url = known.run, known.name, f"/admin/directory/d/{known.name}"
    if known.trouble:
        words = gettext("The directory %(name)s cannot be used, and while that is so none is asked.", name=name)
        return Line("danger", words, url, gettext("Mend it"), known.trouble)
    if run is None:
        return Line("info", gettext("The directory %(name)s was never synced.", name=name), url, gettext("Sync it"))
    values = {"name": name, "time": in_words(run.at)}
    if run.outcome == "waiting":
        return Line("warn", gettext("The sync of %(name)s waits for your answer.", **values), url, gettext("Answer"))
    if run.outcome == "failed":
        words = gettext("The sync of %(name)s failed: %(time)s.", **values)
        return Line("danger", words, url, gettext("See why"), str(run.report.get("words", "")))
    return Line("ok", gettext("The directory %(name)s was synced: %(time)s.", **values), url, gettext("Show it"))


def _signing_in(db: Session) -> Iterator[Line]:
    count = queries.count_people(db)
    asked = house.read_value(db, "security.second_factor", "off")
    lacking = count.without_factor if asked == "everyone" else count.admins_without_factor
    if lacking and asked == "everyone":
        words = ngettext("One person has no second factor yet.", "%(num)d people have no second factor yet.", lacking)
        yield Line("warn", words, "/admin/security", gettext("See who"))
    elif lacking:
        words = ngettext("One admin has no second factor.", "%(num)d admins have no second factor.", lacking)
        yield Line("warn", words, "/admin/security", gettext("See who"))
    else:
        yield Line("ok", gettext("All admins have a second factor."))
    if held := len(administration.list_held(db)):
        words = ngettext(
            "One name was tried too often and waits.", "%(num)d names were tried too often and wait.", held
        )
        yield Line("warn", words, "/admin/security#held", gettext("Look at them"))


def _mail() -> Line:
    section = site().mailer.section
    if section is None:
        return Line("info", gettext("No mail can be sent: intranet.toml has no [mail]. Invitations are given by hand."))
    return Line("ok", gettext("Mail goes out through %(server)s.", server=section.server))


def _queue() -> Line:
    waiting = site().jobs.queue.pending_count()
    if waiting > MANY_JOBS:
        words = gettext("%(count)d jobs wait. The worker is behind, or does not run.", count=waiting)
        return Line("danger", words, technical="intranet worker")
    return Line(
        "ok",
        gettext("The worker has nothing left to do.")
        if not waiting
        else ngettext("One job waits for the worker.", "%(num)d jobs wait for the worker.", waiting),
    )


def _plugins() -> Iterator[Line]:
    for name, reason in sorted(site().plugins.reasons.items()):
        yield Line("danger", gettext("The plugin %(name)s failed.", name=name), technical=reason)
