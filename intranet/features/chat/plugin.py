"""What chat offers."""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from flask_babel import gettext
from sqlalchemy.orm import Session

from intranet.features.chat import (
    api,
    channel_routes,
    chats_api,
    direct_routes,
    forward_routes,
    listing,
    listing_routes,
    notices,
    queries,
    routes,
    rules,
    search,
    shelf_routes,
    telling,
    voice,
)
from intranet.features.chat.commands import builtin
from intranet.features.chat.commands import routes as command_routes
from intranet.features.chat.later import changes as later_changes
from intranet.features.chat.later import notices as later_notices
from intranet.features.chat.later import queries as later_queries
from intranet.features.chat.later import routes as later_routes
from intranet.features.chat.models import Asked
from intranet.features.chat.reminders import changes as reminder_changes
from intranet.features.chat.reminders import notices as reminder_notices
from intranet.features.chat.reminders import queries as reminder_queries
from intranet.features.chat.reminders import routes as reminder_routes
from intranet.features.chat.status import changes as status_changes
from intranet.features.chat.status import own_routes as own_status
from intranet.features.chat.status import queries as status_queries
from intranet.features.chat.status import routes as status_routes
from intranet.features.chat.status import telling as status_telling
from intranet.features.chat.threads import changes as thread_changes
from intranet.features.chat.threads import queries as thread_queries
from intranet.features.chat.threads import routes as thread_routes
from intranet.features.chat.urgent import changes as urgent_changes
from intranet.features.chat.urgent import notices as urgent_notices
from intranet.features.chat.urgent import queries as urgent_queries
from intranet.features.chat.urgent import routes as urgent_routes
from intranet.plugin_api import (
    N_,
    Entry,
    EntryAction,
    EntryKind,
    Event,
    ExportedFile,
    Job,
    Link,
    MenuItem,
    NotificationKind,
    Person,
    Piece,
    Routes,
    SearchSource,
    SeenRoom,
    SettingsPage,
    SideItem,
    SideSection,
    SlashCommand,
    db,
    hookimpl,
    shapes,
    site,
)


@hookimpl(specname="routes")
def offered_routes() -> list[Routes]:
    return [
        routes.routes,
        direct_routes.routes,
        channel_routes.routes,
        forward_routes.routes,
        shelf_routes.routes,
        listing_routes.routes,
        thread_routes.routes,
        command_routes.routes,
        voice.routes,
        reminder_routes.routes,
        later_routes.routes,
        urgent_routes.routes,
        status_routes.routes,
        own_status.routes,
        api.routes,
        chats_api.routes,
    ]


@hookimpl
def menu_items(viewer: Person) -> list[MenuItem]:
    return [
        MenuItem(
            N_("Chat"), "/chat", "messages-square", order=15, count=queries.count_addressed(db(), viewer), on_phone=True
        )
    ]


OWN = (
    SettingsPage(N_("Reminders"), "/chat/reminders", "alarm-clock", order=203),
    SettingsPage(N_("Messages with a time"), "/chat/later", "calendar-clock", order=204),
)


@hookimpl
def side_sections(db: Session, viewer: Person) -> list[SideSection]:
    if not listing.is_here():
        return []
    own = [SideItem(gettext(each.label), each.url, icon=each.icon) for each in OWN]
    return [*listing.side_sections(), SideSection(gettext("Yours"), own, order=90, place=listing.PLACE)]


@hookimpl
def entry_actions() -> list[EntryAction]:
    return [EntryAction(N_("Remind me of this"), "/chat/m/{id}/remind", "alarm-clock", kinds=("message",), order=60)]


@hookimpl
def entry_kinds() -> list[EntryKind]:
    return [EntryKind("message", "chat/_message.html", "chat/_menu.html", "/chat/m/{id}")]


@hookimpl
def search_sources() -> list[SearchSource]:
    return [SearchSource("message", search.LABEL, search.find, order=35)]


@hookimpl
def notification_kinds() -> list[NotificationKind]:
    return [*notices.KINDS, *reminder_notices.KINDS, *later_notices.KINDS, *urgent_notices.KINDS]


@hookimpl
def event_happened(db: Session, event: Event) -> None:
    telling.tell(db, event)
    reminder_notices.tell(db, event)
    later_notices.tell(db, event)
    status_telling.tell(db, event)


@hookimpl
def entry_pieces(db: Session, entries: Sequence[Entry]) -> Mapping[int, Piece]:
    """That a message is urgent, and how many have seen it. Who has, only some may know."""
    found = urgent_queries.list_asked(db, [each.id for each in entries if each.kind == "message" and each.is_changed])
    return {entry_id: Piece("chat/_urgent.html", _counted(asked), order=10) for entry_id, asked in found.items()}


def _counted(asked: Sequence[Asked]) -> dict[str, Any]:
    waiting = [each.person_id for each in asked if each.seen_at is None]
    return {"waiting": waiting, "count": len(asked), "seen_count": len(asked) - len(waiting)}


@hookimpl
def slash_commands() -> list[SlashCommand]:
    return builtin.COMMANDS


@hookimpl
def room_tabs(viewer: Person, seen: SeenRoom) -> list[Link]:
    return [Link(N_("Chat"), rules.address(seen.room), "messages-square", order=20)] if rules.talks(seen.room) else []


@hookimpl
def person_actions(viewer: Person, person: Person) -> list[Piece]:
    """Whom one may write to; oneself, too."""
    return [] if person.disabled_at or person.erased_at else [Piece("chat/_message_button.html", order=10)]


@hookimpl
def person_pieces(db: Session, viewer: Person, person: Person) -> list[Piece]:
    status = status_queries.find(db, person.id)
    if status is None:
        return []
    return [Piece("chat/_status.html", {"words": status.words, "until": status.until, "is_quiet": status.is_quiet})]


@hookimpl
def side_foot(db: Session, viewer: Person) -> list[Piece]:
    return [Piece("chat/_side_foot.html", {**own_status.foot(), "zone": site().settings.time_zone})]


@hookimpl
def quiet_times(db: Session, viewer: Person) -> list[datetime]:
    status = status_queries.find(db, viewer.id)
    return [status.until or datetime.max.replace(tzinfo=UTC)] if status and status.is_quiet else []


@hookimpl
def settings_pages(viewer: Person) -> list[SettingsPage]:
    """Where phones, which show no sidebar, find them."""
    return [SettingsPage(N_("Your status"), "/me/status", "message-circle", order=15), *OWN]


@hookimpl
def jobs() -> list[Job]:
    return [
        Job("chat.remind", reminder_routes.tell_due, minutes=1),
        Job("chat.later", later_routes.send_due, minutes=1),
        Job("chat.tidy", tidy, minutes=60),
    ]


def tidy() -> None:
    with site().database.write() as writer:
        status_changes.tidy(writer)


@hookimpl
def person_exports(db: Session, person: Person) -> list[ExportedFile]:
    status = status_queries.find(db, person.id)
    said = {
        "follows": thread_queries.list_followed(db, person),
        "reminders": [
            {"words": each.words, "entry_id": each.entry_id, "due_at": shapes.stamp(each.due_at)}
            for each in reminder_queries.list_own(db, person)
        ],
        "later": [
            {"body": each.body, "publish_at": shapes.stamp(each.publish_at)}
            for each in later_queries.list_own(db, person)
        ],
        "urgent": [
            {"entry_id": each.entry_id, "seen_at": shapes.stamp(each.seen_at)}
            for each in urgent_queries.list_own(db, person)
        ],
        "status": [{"words": status.words, "until": shapes.stamp(status.until)}] if status else [],
    }
    text = json.dumps(said, indent=1, ensure_ascii=False)
    return [ExportedFile("chat.json", text.encode())] if any(said.values()) else []


@hookimpl
def person_erased(db: Session, person: Person) -> None:
    thread_changes.forget(db, person)
    reminder_changes.forget(db, person)
    later_changes.forget(db, person)
    urgent_changes.forget(db, person)
    status_changes.end(db, person)
