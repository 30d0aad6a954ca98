"""What a browser carries to the provider and back: where it wanted to go, and whose account it connects."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from flask import request, session

from intranet.features.oidc import claims
from intranet.plugin_api import absolute

KEY = "oidc"


@dataclass(frozen=True)
class Note:
    """`person_id` is set when somebody who is signed in connects their account."""

    wanted: str
    person_id: int | None


def begin(*, wanted: str = "/", person_id: int | None = None) -> str:
    """The address to go to. Raises ProviderDown or NotLetIn."""
    from intranet.features.oidc import provider

    url, state = provider.begin(absolute("/oidc/callback"))
    session[KEY] = {"state": state, "wanted": wanted, "person": person_id}
    return url


def take_note() -> Note:
    """The note of this very dance, once. Raises NotLetIn."""
    note = session.pop(KEY, None)
    if not isinstance(note, dict) or not note["state"] or note["state"] != request.args.get("state"):
        raise claims.NotLetIn("the answer belongs to no question of this browser")
    return Note(note["wanted"], note["person"])


def local_path(typed: str) -> str:
    """Only a path of ours is ever followed."""
    parts = urlsplit(typed)
    is_ours = typed.startswith("/") and not typed.startswith(("//", "/\\")) and not parts.netloc
    clean = all(character.isprintable() and character != "\\" for character in typed)
    return typed if is_ours and clean and len(typed) < 1000 else "/"
