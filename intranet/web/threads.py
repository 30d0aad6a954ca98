"""A post with a part of its comments, as its own page shows them, and the ways to the rest. Not kept."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from flask import current_app
from markupsafe import Markup
from sqlalchemy.orm import Session

from intranet.core.entries import queries
from intranet.core.entries.queries import NEWEST, Window
from intranet.core.models import Entry
from intranet.web import caps
from intranet.web.fragments import SHOWN_COMMENTS, load, render
from intranet.web.site import site


@dataclass(frozen=True)
class Spot:
    """Which part of what stands under an entry: so many that are older than the pivot, and so many that are not."""

    pivot: int = NEWEST
    older: int = caps.COMMENTS
    newer: int = 0


def before(entry_id: int) -> Spot:
    return Spot(entry_id)


def after(entry_id: int) -> Spot:
    return Spot(entry_id + 1, 0, caps.COMMENTS)


def around(entry_id: int) -> Spot:
    return Spot(entry_id + 1, caps.COMMENTS // 2, caps.COMMENTS // 2)


def show(db: Session, post: Entry, spot: Spot, replies: Mapping[int, Spot]) -> Markup:
    """The post with its comments there, and with the newest replies of each, or with those that are named by comment."""
    view = load(db, [post], site().fragments)[post.id]
    return render(replace(view, comments=under(db, post, spot, replies)))


def under(
    db: Session, parent: Entry, spot: Spot, replies: Mapping[int, Spot], *, goes_on: bool = True
) -> list[Markup]:  # fmt: skip
    """What stands there under a post or a comment, between the ways to what is earlier and later."""
    window = queries.list_window(db, parent.id, pivot=spot.pivot, older=spot.older, newer=spot.newer)
    if not goes_on:
        window = replace(window, has_later=False)
    return _between(parent, window, _shown(db, window.entries, replies))


def earlier(db: Session, parent: Entry, entry_id: int) -> Markup:
    """What stands before an entry that is on the page already, and the way to what is earlier still."""
    return Markup("").join(under(db, parent, before(entry_id), {}, goes_on=False))


def _shown(db: Session, entries: Sequence[Entry], spots: Mapping[int, Spot]) -> dict[int, Markup]:
    """Those with many replies show more of them than in a feed."""
    long = {each.id: each for each in entries if each.comment_count > SHOWN_COMMENTS or each.id in spots}
    ready = _ready(db, [each for each in entries if each.id not in long])
    if not long:
        return ready
    views = load(db, long.values(), site().fragments)
    newest = queries.list_newest(db, [each for each in long if each not in spots], caps.REPLIES)
    replies = _ready(db, [reply for each in newest.values() for reply in each.entries])
    below = {above: _between(views[above].entry, each, replies) for above, each in newest.items()}
    below |= {above: under(db, views[above].entry, spots[above], {}) for above in long if above in spots}
    return ready | {each: render(replace(views[each], comments=below.get(each, []))) for each in long}


def _ready(db: Session, entries: Sequence[Entry]) -> dict[int, Markup]:
    return site().fragments.draw(db, entries)


def _between(parent: Entry, window: Window, shown: Mapping[int, Markup]) -> list[Markup]:
    pieces = [shown[each.id] for each in window.entries]
    if window.has_earlier and pieces:
        pieces.insert(0, _way(parent, "before", window.entries[0].id))
    if window.has_later and pieces:
        pieces.append(_way(parent, "after", window.entries[-1].id))
    return pieces


def _way(parent: Entry, to: str, entry_id: int) -> Markup:
    template = current_app.jinja_env.get_template("_thread_way.html")
    return Markup(template.render(parent=parent, to=to, entry_id=entry_id))
