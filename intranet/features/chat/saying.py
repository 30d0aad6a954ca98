"""From what was sent to what becomes of it: a message, or an answer that only its author reads."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import gettext
from sqlalchemy.orm import Session

from intranet.features.chat import changes, queries, rules
from intranet.features.chat.commands import running
from intranet.features.chat.forms import MessageForm
from intranet.plugin_api import N_, Entry, Forbidden, Invalid, NewAttachment, Person, Said, SeenRoom, Whispered, once

NO_FILES = N_("This command takes no pictures or files. Take them out and send it again.")


@dataclass(frozen=True)
class Sent:
    """What somebody sends into a conversation; the same key is the same thing once more."""

    form: MessageForm
    files: Sequence[NewAttachment] = ()
    key: str | None = None


def say(db: Session, seen: SeenRoom, author: Person, sent: Sent) -> Entry | Whispered:
    """Raises Invalid, Forbidden or NotFound."""
    form, body = sent.form, running.plain(sent.form.body)
    root = queries.fetch_root(db, author, seen, form.thread_id) if form.thread_id else None
    if why := rules.why_silent(seen):
        raise Forbidden(why)
    named = None if once.find(db, author.id, sent.key, "message") else running.find(form.body)
    if named:
        answer = _run(db, seen, author, sent, *named)
        if isinstance(answer, Whispered):
            return answer
        body = answer.body
    return changes.send(db, seen, author, body, files=sent.files, key=sent.key, root=root, also_in_log=form.also_in_log)


def _run(db: Session, seen: SeenRoom, author: Person, sent: Sent, name: str, words: str) -> Said | Whispered:
    if once.find(db, author.id, sent.key, "command") is not None:
        return Whispered(gettext("This was done already."))
    answer = running.run(db, author, seen, name, words)
    if isinstance(answer, Whispered):
        if sent.files:
            raise Invalid({"files": NO_FILES})
        once.keep(db, author.id, sent.key, "command", 0)
    return answer
