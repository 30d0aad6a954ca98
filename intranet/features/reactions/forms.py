"""The set as an admin types it."""

from pydantic import Field

from intranet.plugin_api import N_, Form, Invalid, entry_words

LEAST, MOST = 4, 12
NOT_ONLY = N_("Only emoji can be offered. Take everything else out.")
HOW_MANY = N_("Choose between 4 and 12 different emoji.")


class SetForm(Form):
    emoji: str = Field(max_length=500)

    def chosen(self) -> list[str]:
        """Raises Invalid."""
        try:
            found = entry_words.split_emoji(self.emoji)
        except ValueError:
            raise Invalid({"emoji": NOT_ONLY}) from None
        if not LEAST <= len(found) <= MOST:
            raise Invalid({"emoji": HOW_MANY})
        return found
