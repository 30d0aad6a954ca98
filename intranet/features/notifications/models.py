"""What a person wants to hear of, and until when nothing."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from intranet.plugin_api import Table


class Choice(Table):
    """Whether a kind of notification comes by a channel to a person; without a row it comes."""

    __tablename__ = "notifications_choices"

    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True)
    channel: Mapped[str] = mapped_column(String(10), primary_key=True)
    kind: Mapped[str] = mapped_column(String(40), primary_key=True)
    is_on: Mapped[bool]


class Pause(Table):
    """A person's bell is quiet until then."""

    __tablename__ = "notifications_pauses"

    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True)
    until: Mapped[datetime]
