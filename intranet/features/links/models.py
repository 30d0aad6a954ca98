"""The feature's own tables."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from intranet.plugin_api import RowId, Table


class LinkCard(Table):
    """What a page says of itself; without a title there was nothing to show. `picture` is the name of a blob."""

    __tablename__ = "link_cards"
    __table_args__ = (Index("ix_link_cards_picture", "picture"),)

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    url_hash: Mapped[str] = mapped_column(String(64), unique=True)
    url: Mapped[str] = mapped_column(Text)
    title: Mapped[str] = mapped_column(String(200), default="")
    description: Mapped[str] = mapped_column(String(400), default="")
    site_name: Mapped[str] = mapped_column(String(80), default="")
    picture: Mapped[str | None] = mapped_column(ForeignKey("blobs.sha256"))
    width: Mapped[int | None]
    height: Mapped[int | None]
    fetched_at: Mapped[datetime]

    @property
    def host(self) -> str:
        """Where the link leads, whatever the page calls itself."""
        return self.url.partition("://")[2].partition("/")[0].partition("?")[0].removeprefix("www.")


class EntryLink(Table):
    """The link of an entry that was looked at. Without a card its author took the card away, for this link for good."""

    __tablename__ = "entry_links"
    __table_args__ = (Index("ix_entry_links_card", "card_id"),)

    entry_id: Mapped[int] = mapped_column(ForeignKey("entries.id", ondelete="CASCADE"), primary_key=True)
    url_hash: Mapped[str] = mapped_column(String(64))
    card_id: Mapped[int | None] = mapped_column(ForeignKey("link_cards.id"))
