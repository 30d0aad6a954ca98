"""From what was sent to what becomes of it: a message now or later, or an answer that only its author reads."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from flask_babel import gettext
from sqlalchemy.orm import Session

from intranet.features.chat import changes, queries, rules
from intranet.features.chat.commands import running
from intranet.features.chat.forms import MessageForm
from intranet.features.chat.later import changes as later_changes
from intranet.features.chat.models import Later
from intranet.features.chat.urgent import changes as urgent_changes
from intranet.plugin_api import (
    N_,
    Entry,
    Forbidden,
    Invalid,
    NewAttachment,
    Person,
    Said,
    SeenRoom,
    Whispered,
    entry_words,
    once,
    transact,
)

NO_FILES = N_("This command takes no pictures or files. Take them out and send it again.")
NOT_LATER = N_("A command runs now or never: take the time away.")
URGENT_NOW = N_("What is urgent cannot wait: take the time away.")


@dataclass(frozen=True)
class Sent:
    """What somebody sends into a conversation; the same key is the same thing once more. `publish_at` is still to come."""

    form: MessageForm
    files: Sequence[NewAttachment] = ()
    key: str | None = None
    publish_at: datetime | None = None


def submit(
    author: Person, sent: Sent, *, slug: str | None = None, room_id: int | None = None
) -> Entry | Later | Whispered:
    """Says it in a transaction of its own. Rights are asked in there: they may have gone since. Raises what `say` raises."""
    entry_words.prepare(sent.form.body)
    return transact(lambda writer: say(writer, queries.fetch(writer, author, slug=slug, room_id=room_id), author, sent))


def say(db: Session, seen: SeenRoom, author: Person, sent: Sent) -> Entry | Later | Whispered:
    """Raises Invalid, Forbidden, Conflict or NotFound."""
    form, body = sent.form, running.plain(sent.form.body)
    root = queries.fetch_root(db, author, seen, form.thread_id) if form.thread_id else None
    if why := rules.why_silent(seen):
        raise Forbidden(why)
    named = running.find(form.body)
    if (named or sent.publish_at) and once.find(db, author.id, sent.key, "message") is not None:
        sent, named = replace(sent, publish_at=None), None
    if sent.publish_at:
        _refuse_later(is_command=named is not None, is_urgent=form.urgent)
        return later_changes.add(
            db, seen, author, body, publish_at=sent.publish_at, files=sent.files, key=sent.key, root=root,
            also_in_log=form.also_in_log,
        )  # fmt: skip
    if named:
        answer = _run(db, seen, author, sent, *named)
        if isinstance(answer, Whispered):
            return answer
        body = answer.body
    entry = changes.send(
        db, seen, author, body, files=sent.files, key=sent.key, root=root, also_in_log=form.also_in_log
    )
    if form.urgent:
        urgent_changes.mark(db, seen, author, entry)
    return entry


def _refuse_later(*, is_command: bool, is_urgent: bool) -> None:
    if is_command or is_urgent:
        raise Invalid({"publish_at": NOT_LATER if is_command else URGENT_NOW})


def _run(db: Session, seen: SeenRoom, author: Person, sent: Sent, name: str, words: str) -> Said | Whispered:
    if once.find(db, author.id, sent.key, "command") is not None:
        return Whispered(gettext("This was done already."))
    answer = running.run(db, author, seen, name, words)
    if isinstance(answer, Whispered):
        if sent.files:
            raise Invalid({"files": NO_FILES})
        once.keep(db, author.id, sent.key, "command", 0)
    return answer
