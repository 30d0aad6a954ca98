"""Why somebody was not let in, in words that they can act on; every door says it alike."""

from flask_babel import gettext, ngettext

from intranet.core.errors import Refused
from intranet.core.signin.login import DirectoryDown, TooManyTries

DIRECTORY_AGAIN_S = 60


def in_words(refusal: Refused, wrong: str) -> tuple[str, int, int]:
    """Words, status, and after how many seconds to try again. `wrong` is said (translated) when nothing else is known."""
    if isinstance(refusal, TooManyTries):
        minutes = -(-refusal.seconds // 60)
        words = ngettext(
            "Too many tries. Try again in %(num)d minute.", "Too many tries. Try again in %(num)d minutes.", minutes
        )
        return words, 429, refusal.seconds
    if isinstance(refusal, DirectoryDown):
        words = gettext("The company's directory does not answer. Try again in a few minutes.")
        return words, 503, DIRECTORY_AGAIN_S
    return wrong, 401, 0
