"""The line of the bell that stays until one says that one has seen the message."""

from flask_babel import gettext

from intranet.plugin_api import N_, NotificationKind, Told


def _say(told: Told) -> object:
    if not told.room:
        return gettext("Urgent: %(who)s wants you to see a direct message", who=told.who)
    return gettext("Urgent: %(who)s wants you to see a message in %(room)s", who=told.who, room=told.room)


KINDS = [
    NotificationKind("chat.urgent", N_("Somebody marks a message to me as urgent"), icon="siren", group="you", say=_say, url=lambda told: f"/chat/m/{told.line.entry_id}", order=4, insists=True),
]  # fmt: skip
