"""Every question we ask of features and plugins. Each answer is a value from `intranet.web.offers`, a list of them, or None."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from intranet.kernel.plugins import hookspec

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from intranet.core.models import Entry, Person, Room
    from intranet.core.rooms.queries import SeenRoom
    from intranet.kernel.events import Event
    from intranet.web.offers import (
        Card,
        Composer,
        EntryAction,
        EntryKind,
        ExportedFile,
        FeedTop,
        Job,
        Link,
        MenuItem,
        NotificationKind,
        Piece,
        SearchSource,
        SettingsPage,
        SideSection,
        SlashCommand,
        TopItem,
    )
    from intranet.web.routing import Routes


@hookspec
def routes() -> Sequence[Routes]:
    """The pages and API calls of the feature, each group with its access rule. Asked once at the start."""
    raise NotImplementedError


@hookspec
def menu_items(viewer: Person) -> Sequence[MenuItem]:
    """Entries of the main menu."""
    raise NotImplementedError


@hookspec
def top_items(db: Session, viewer: Person) -> Sequence[TopItem]:
    """Pieces of the top bar of every page; each may cost one statement."""
    raise NotImplementedError


@hookspec
def side_sections(db: Session, viewer: Person) -> Sequence[SideSection]:
    """Groups of the sidebar's lower storey."""
    raise NotImplementedError


@hookspec
def home_cards(db: Session, viewer: Person) -> Sequence[Card]:
    """Cards in the right panel of the home page; one for each plugin."""
    raise NotImplementedError


@hookspec
def entry_kinds() -> Sequence[EntryKind]:
    """Kinds of entries with the template of their fragment. Asked once at the start."""
    raise NotImplementedError


@hookspec
def entry_actions() -> Sequence[EntryAction]:
    """Lines in the menus of entries, by their kinds. Asked once at the start; each viewer is shown those for them."""
    raise NotImplementedError


@hookspec
def entry_pieces(db: Session, entries: Sequence[Entry]) -> Mapping[int, Piece]:
    """What stands below the words of these entries, by their ids; asked once for all that are drawn together.

    The answer is kept and sent to everyone who may read the entry, so it says nothing of a viewer. When it changes, raise the
    entry's `version` and record `entry.changed`.
    """
    raise NotImplementedError


@hookspec
def notification_kinds() -> Sequence[NotificationKind]:
    """Kinds of lines of the bell that `notifications.give` writes. Asked once at the start."""
    raise NotImplementedError


@hookspec
def composers(viewer: Person, room: Room | None) -> Sequence[Composer]:
    """Forms that say something: into this room, or on the home page when there is none."""
    raise NotImplementedError


@hookspec
def feed_tops(db: Session, viewer: Person, room: Room | None) -> Sequence[FeedTop]:
    """What stands above everything in this room, or on the home page when there is none. Costs one statement at most."""
    raise NotImplementedError


@hookspec
def home_chips(viewer: Person) -> Sequence[Link]:
    """Other lists of posts, offered beside the home page's own."""
    raise NotImplementedError


@hookspec
def search_sources() -> Sequence[SearchSource]:
    """Kinds of things that search can find. Asked once at the start."""
    raise NotImplementedError


@hookspec
def settings_pages(viewer: Person) -> Sequence[SettingsPage]:
    """Pages of the viewer's own settings."""
    raise NotImplementedError


@hookspec
def admin_pages() -> Sequence[Link]:
    """Pages of the administration, all below `/admin`. Only admins ever see them."""
    raise NotImplementedError


@hookspec
def signin_choices() -> Sequence[Link]:
    """Other ways in, shown under the sign-in form."""
    raise NotImplementedError


@hookspec
def room_actions(viewer: Person, seen: SeenRoom) -> Sequence[Link]:
    """What the viewer may do about the people of a room, shown on its People tab; the first is the button in its head."""
    raise NotImplementedError


@hookspec
def slash_commands() -> Sequence[SlashCommand]:
    """What a message that begins with a slash does. Asked once at the start; who is asked first keeps a name."""
    raise NotImplementedError


@hookspec
def room_tabs(viewer: Person, seen: SeenRoom) -> Sequence[Link]:
    """Pages of a room that the viewer may read, beside its posts and people."""
    raise NotImplementedError


@hookspec
def person_actions(viewer: Person, person: Person) -> Sequence[Piece]:
    """Buttons at the head of a person's profile: a template, which gets `person` and `values`."""
    raise NotImplementedError


@hookspec
def person_pieces(db: Session, viewer: Person, person: Person) -> Sequence[Piece]:
    """What stands beside the badges under the name on a person's profile: a template, which gets `person` and `values`."""
    raise NotImplementedError


@hookspec
def side_foot(db: Session, viewer: Person) -> Sequence[Piece]:
    """What stands under the viewer's name at the foot of the sidebar, on every page: a template, which gets `values`."""
    raise NotImplementedError


@hookspec
def person_availability(db: Session, viewer: Person, person: Person) -> Sequence[str]:
    """When somebody can be reached, in words of the viewer's language, for a viewer who is about to write to them alone."""
    raise NotImplementedError


@hookspec
def quiet_times(db: Session, viewer: Person) -> Sequence[datetime]:
    """Until when the viewer does not want to be disturbed. Asked when a bell would ring; may cost one statement."""
    raise NotImplementedError


@hookspec
def person_exports(db: Session, person: Person) -> Sequence[ExportedFile]:
    """What of this person's own the archive that they take along should hold."""
    raise NotImplementedError


@hookspec
def person_erased(db: Session, person: Person) -> None:
    """A person becomes a placeholder: remove what is theirs in your tables. Called inside the transaction."""


@hookspec
def demo_said(db: Session, entry: Entry, said: Mapping[str, Any], cast: Mapping[str, Person]) -> None:
    """A post of the trial's company was written: add what its content (`said`) says of your feature. Inside the transaction."""


@hookspec
def jobs() -> Sequence[Job]:
    """Work that the worker does now and then. Asked once at the start."""
    raise NotImplementedError


@hookspec
def event_happened(db: Session, event: Event) -> None:
    """Something happened. Called by the worker, in order, inside a transaction; after a crash perhaps again.

    The first time `db` cannot write: most have nothing to write about most events. Trying to is no fault, it is the way to be
    called once more where one can.
    """
