"""What features and plugins offer when we ask: plain values, one class for each kind of answer."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from markupsafe import Markup
from sqlalchemy.orm import Session

from intranet.core.models import Entry, Notification, Person
from intranet.core.rooms.queries import SeenRoom
from intranet.kernel.search.query import Query


@dataclass(frozen=True)
class MenuItem:
    """An entry of the main menu. `label` is a gettext id, `order` places it (home is 10)."""

    label: str
    url: str
    icon: str
    order: int = 100
    count: int = 0
    on_phone: bool = False


@dataclass(frozen=True)
class SideItem:
    """A line of the sidebar's lower storey. `hue` is 0 to 35, `addressed` how much of what is new was said to the viewer."""

    label: str
    url: str
    icon: str = ""
    initials: str = ""
    hue: int = 17
    count: int = 0
    unread: bool = False
    private: bool = False
    avatar_url: str | None = None
    addressed: int = 0
    person: Person | None = None


@dataclass(frozen=True)
class SideSection:
    """A titled group of the sidebar's lower storey; those with one title stand as one, in their order.

    With a `place`, it stands there (and below) instead of the others.
    """

    title: str
    items: Sequence[SideItem]
    action_url: str = ""
    action_label: str = ""
    order: int = 100
    place: str = ""
    empty: str = ""


@dataclass(frozen=True)
class Card:
    """A card in the right panel of the home page: a template and its values."""

    template: str
    values: dict[str, Any] = field(default_factory=dict)
    order: int = 100


@dataclass(frozen=True)
class EntryKind:
    """A kind of entry, the template of its one fragment, which gets `view` (an EntryView), and where it stands.

    `menu` is the template of the first lines of its menu, drawn for whoever opens it. It gets `entry`, `seen` (the room as
    the viewer has it), `is_own`, and `may_edit`, `may_remove`, `may_lead` (as its keeper) and `may_write`. In the address
    `{id}` is the entry's, `{root}` that of the entry at the top.
    """

    name: str
    template: str
    menu: str = ""
    address: str = "/p/{id}"

    def address_of(self, entry: Entry) -> str:
        return self.address.format(id=entry.id, root=entry.root_id)


@dataclass(frozen=True)
class EntryAction:
    """A line in the menu of an entry. `{id}` in the address is the entry's; nobody but `for_whom` is shown it."""

    label: str
    url: str
    icon: str
    kinds: Sequence[str] = ("post",)
    for_whom: Literal["all", "author", "others", "keepers"] = "all"
    order: int = 100


@dataclass(frozen=True)
class Piece:
    """Something below the words of an entry: a template, which gets `entry` and `values`, the same for every viewer."""

    template: str
    values: dict[str, Any] = field(default_factory=dict)
    order: int = 100


@dataclass(frozen=True)
class Composer:
    """A form that says something into a room: template and values; `room` is None on the home page."""

    template: str
    values: dict[str, Any] = field(default_factory=dict)
    order: int = 100


@dataclass(frozen=True)
class FeedTop:
    """What stands above everything on the home page or in a room: a template and its values.

    The posts of `entry_ids` stand in it, and not once more below.
    """

    template: str
    values: dict[str, Any] = field(default_factory=dict)
    entry_ids: Sequence[int] = ()
    order: int = 100


@dataclass(frozen=True)
class SearchHit:
    """One thing found. `title` and `excerpt` are safe HTML with <mark>."""

    kind: str
    id: int
    title: Markup
    excerpt: Markup
    url: str
    room_id: int | None = None
    room: str = ""
    author: str = ""
    at: datetime | None = None
    icon: str = ""
    hue: int = 17
    initials: str = ""
    avatar_url: str | None = None


@dataclass(frozen=True)
class Found:
    """What one source found: the best hits, and how many there are in all (of those looked at)."""

    hits: Sequence[SearchHit]
    count: int
    suggestion: str | None = None


@dataclass(frozen=True)
class Sought:
    """What a source is asked: the viewer's query, and where and how much to look."""

    query: Query
    typed: str
    room_id: int | None = None
    limit: int = 20
    offset: int = 0


@dataclass(frozen=True)
class SearchSource:
    """A kind of thing that search can find. `find` must return only what the viewer may see."""

    kind: str
    label: str
    find: Callable[[Session, Person, Sought], Found]
    order: int = 100


@dataclass(frozen=True)
class Link:
    """A way to somewhere: `label` is a gettext id."""

    label: str
    url: str
    icon: str
    order: int = 100


@dataclass(frozen=True)
class ExportedFile:
    """A file in the archive that a person takes along: its path there, and its bytes."""

    path: str
    content: bytes


@dataclass(frozen=True)
class TopItem:
    """A piece of the top bar on every page: a template and its values."""

    template: str
    values: dict[str, Any] = field(default_factory=dict)
    order: int = 100


@dataclass(frozen=True)
class Told:
    """A line of the bell with the words for it: who did it ("Sara and 3 others"), and the room's name and address."""

    line: Notification
    who: str
    room: str = ""
    slug: str = ""


@dataclass(frozen=True)
class NotificationKind:
    """A kind of notification. `label` is a gettext id that says when it comes; `say` answers in the reader's language.

    One that `insists` rings through every quiet time, and is read only when its feature says so.
    """

    name: str
    label: str
    icon: str
    group: Literal["you", "rooms", "system"]
    say: Callable[[Told], object]
    url: Callable[[Told], str]
    order: int = 100
    insists: bool = False


@dataclass(frozen=True)
class Said:
    """What a command answers: these words are said as a message of whoever ran it."""

    body: str


@dataclass(frozen=True)
class Whispered:
    """What a command answers: these words, in the viewer's language, are for their eyes only."""

    words: str


@dataclass(frozen=True)
class SlashCommand:
    """`/name words` in a conversation. `label` is a gettext id, `usage` an example.

    `run` gets the session of the transaction, the viewer, the room as they have it, and the words. It may raise a refusal.
    """

    name: str
    label: str
    usage: str
    run: Callable[[Session, Person, SeenRoom, str], Said | Whispered]


@dataclass(frozen=True)
class SettingsPage:
    """A page of one's own settings."""

    label: str
    url: str
    icon: str
    order: int = 100


@dataclass(frozen=True)
class Job:
    """Work for the worker: each `minutes`, or only when started by name when `minutes` is 0.

    What `can_wait` is done after all else, letters for instance.
    """

    name: str
    run: Callable[..., None]
    minutes: int = 0
    can_wait: bool = False
