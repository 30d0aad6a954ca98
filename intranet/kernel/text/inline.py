"""Inline rules for Markdown: `@username`, `@everyone` and `#tag`."""

import re
from urllib.parse import quote

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline

USERNAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,62}[A-Za-z0-9])?")
EVERYONE = {"everyone", "all", "alle", "tutti"}
TAG = re.compile(r"[^\W_][\w-]{0,49}")


def install(markdown: MarkdownIt) -> None:
    markdown.inline.ruler.before("link", "mention", _mention)
    markdown.inline.ruler.before("link", "tag", _tag)


def _starts_word(state: StateInline) -> bool:
    before = state.src[state.pos - 1] if state.pos else " "
    return not (before.isalnum() or before in "/@#._-&=?")


def _found(state: StateInline, mark: str, pattern: re.Pattern[str]) -> str | None:
    if state.linkLevel or state.src[state.pos] != mark or not _starts_word(state):
        return None
    match = pattern.match(state.src, state.pos + 1, state.posMax)
    return match.group() if match else None


def _mention(state: StateInline, silent: bool) -> bool:
    typed = _found(state, "@", USERNAME)
    known = state.env.get("names", {}).get(typed.casefold()) if typed else None
    if typed is None or known is None:
        return typed is not None and _everyone(state, typed, silent)
    if not silent:
        attributes = {
            "class": "mention",
            "href": f"/people/{quote(known.username)}",
            "data-person": str(known.person_id),
        }
        _push(state, attributes, f"@{known.name}")
        state.env["mentioned"].append(known.person_id)
    state.pos += 1 + len(typed)
    return True


def _everyone(state: StateInline, typed: str, silent: bool) -> bool:
    if not state.env.get("may_name_everyone") or typed.casefold() not in EVERYONE:
        return False
    if not silent:
        state.push("strong_open", "strong", 1).attrs = {"class": "everyone"}
        state.push("text", "", 0).content = f"@{typed}"
        state.push("strong_close", "strong", -1)
        state.env["everyone"] = True
    state.pos += 1 + len(typed)
    return True


def _tag(state: StateInline, silent: bool) -> bool:
    typed = _found(state, "#", TAG)
    if typed is None or typed.isdigit():
        return False
    if not silent:
        _push(state, {"class": "tag", "href": f"/search?q=%23{quote(typed)}"}, f"#{typed}")
        state.env["tags"].append(typed.casefold())
    state.pos += 1 + len(typed)
    return True


def _push(state: StateInline, attributes: dict[str, str], words: str) -> None:
    opening = state.push("link_open", "a", 1)
    opening.attrs = dict(attributes)
    state.push("text", "", 0).content = words
    state.push("link_close", "a", -1)
