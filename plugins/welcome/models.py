"""The plugin's own tables."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from intranet.plugin_api import Table


class Greeting(Table):
    """Somebody said hello to a newcomer."""

    __tablename__ = "welcome_greetings"

    newcomer_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True)
    at: Mapped[datetime]


class Choice(Table):
    """Whether a person wants the card."""

    __tablename__ = "welcome_choices"

    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True)
    is_shown: Mapped[bool]
