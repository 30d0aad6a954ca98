"""Lines of the bell about messages, as they are said in their reader's language. A direct room has no name to say."""

from flask_babel import gettext, ngettext

from intranet.plugin_api import N_, NotificationKind, Told


def _named(told: Told) -> object:
    if not told.room:
        return gettext("%(who)s named you in a direct message", who=told.who)
    return gettext("%(who)s named you in the chat of %(room)s", who=told.who, room=told.room)


def _everyone(told: Told) -> object:
    if not told.room:
        return gettext("%(who)s wrote to everyone in a direct message", who=told.who)
    return gettext("%(who)s wrote to everyone in the chat of %(room)s", who=told.who, room=told.room)


def _direct(told: Told) -> object:
    return ngettext("%(who)s wrote to you", "%(who)s wrote to you", told.line.count, who=told.who)


def _reply(told: Told) -> object:
    if not told.room:
        return ngettext("%(who)s answered in a thread", "%(who)s answered in a thread", told.line.count, who=told.who)
    return ngettext(
        "%(who)s answered in a thread in %(room)s", "%(who)s answered in a thread in %(room)s",
        told.line.count, who=told.who, room=told.room,
    )  # fmt: skip


def _reaction(told: Told) -> object:
    return ngettext(
        "%(who)s reacted with %(emoji)s to your message", "%(who)s reacted to your message",
        told.line.count, who=told.who, emoji=told.line.data.get("emoji", ""),
    )  # fmt: skip


def _message(told: Told) -> str:
    return f"/chat/m/{told.line.entry_id}"


def _thread(told: Told) -> str:
    return f"/chat/m/{told.line.entry_id}/thread"


KINDS = [
    NotificationKind("chat.direct", N_("Somebody writes to me"), icon="message-circle", group="you", say=_direct, url=_message, order=11),
    NotificationKind("chat.named", N_("I am named in a message"), icon="at-sign", group="you", say=_named, url=_message, order=12),
    NotificationKind("chat.reply", N_("Somebody answers in a thread that I follow"), icon="message-square-reply", group="you", say=_reply, url=_thread, order=22),
    NotificationKind("chat.reaction", N_("Somebody reacts to a message of mine"), icon="smile-plus", group="you", say=_reaction, url=_message, order=42),
    NotificationKind("chat.everyone", N_("Somebody writes to everyone in a chat of mine"), icon="megaphone", group="rooms", say=_everyone, url=_message, order=52),
]  # fmt: skip
