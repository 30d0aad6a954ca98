"""Markdown to HTML: markdown-it-py (GitHub's flavour) without raw HTML, then nh3 with our own allow-list."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import nh3
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

from intranet.kernel.text import highlighting, inline

MAX_LENGTH = 50_000
MAX_NESTING = 20
MAX_MENTIONS = 50
MAX_LINKS = 300  # looking for bare links takes time that grows with their square
TAGS = {
    "a", "blockquote", "br", "code", "del", "em", "h1", "h2", "h3", "h4", "hr", "li", "ol", "p", "pre", "s",
    "span", "strong", "table", "tbody", "td", "th", "thead", "tr", "ul",
}  # fmt: skip
ATTRIBUTES = {
    "a": {"href", "class", "data-person", "title"}, "code": {"class"}, "ol": {"start"},
    "span": {"class"}, "strong": {"class"}, "td": {"class"}, "th": {"class"},
}  # fmt: skip
CLASSES = {"a": {"mention", "tag"}, "span": highlighting.CLASSES, "strong": {"everyone"}}
CANDIDATE = re.compile(r"@(" + inline.USERNAME.pattern + ")")
NAMED = re.compile(r'<a(?:\s+[\w-]+="[^"]*")*?\s+data-person="(\d+)"')
UNMARKED = re.compile(
    r"[^\W\d_](?:[^\W_]|[ ,.;!?'()-])*(?<! )"
)  # one line of words: most of what people say to one another
SAFE_LINK = re.compile(r"(?:https?://|mailto:|/(?![/\\])|#)", re.IGNORECASE)


class TextTooLong(ValueError):
    """More than MAX_LENGTH characters."""


@dataclass(frozen=True)
class Mention:
    """Someone whom this text may mention."""

    person_id: int
    username: str
    name: str


@dataclass(frozen=True)
class Rendered:
    """`plain` is what search finds; `mentions` are ids of people, `everyone` whether all who read it are meant."""

    html: str
    mentions: tuple[int, ...]
    tags: tuple[str, ...]
    plain: str
    everyone: bool = False


class _Renderer(RendererHTML):
    """No picture from elsewhere: it would tell its owner who reads. Task boxes become characters."""

    def image(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        source = str(tokens[idx].attrs.get("src", ""))
        words = self.renderInlineAsText(tokens[idx].children, options, env) or source
        escaped = nh3.clean_text(words)
        return f'<a href="{nh3.clean_text(source)}">{escaped}</a>' if SAFE_LINK.match(source) else escaped


def _parser(*, linkify: bool = True) -> MarkdownIt:
    options: dict[str, Any] = {"html": False, "linkify": linkify, "breaks": True, "maxNesting": MAX_NESTING}
    options["highlight"] = highlighting.highlight
    parser = MarkdownIt("gfm-like", options, renderer_cls=_Renderer)
    parser.linkify.set({"fuzzy_link": False, "fuzzy_email": True}) if parser.linkify else None
    parser.validateLink = lambda url: bool(SAFE_LINK.match(url))  # type: ignore[method-assign]
    inline.install(parser)
    return parser


_markdown = _parser()
_without_links = _parser(linkify=False)


def find_mentioned(text: str) -> set[str]:
    """User names that the text may mention, in lower case; at most MAX_MENTIONS."""
    return {name.casefold() for name in CANDIDATE.findall(text[:MAX_LENGTH])[:MAX_MENTIONS]}


def mentioned_in(html: str) -> set[int]:
    """The ids of those whom HTML of ours names: a tag's attributes, which no text can look like."""
    return {int(each) for each in NAMED.findall(html)}


def render(text: str, *, names: Mapping[str, Mention] | None = None, may_name_everyone: bool = False) -> Rendered:
    """HTML that is safe in every page. Raises TextTooLong."""
    if len(text) > MAX_LENGTH:
        raise TextTooLong
    if UNMARKED.fullmatch(text):
        return Rendered(f"<p>{text}</p>\n", (), (), text)
    env: dict[str, Any] = {
        "names": names or {}, "mentioned": [], "tags": [], "may_name_everyone": may_name_everyone, "everyone": False,
    }  # fmt: skip
    parser = _without_links if text.count("://") > MAX_LINKS else _markdown
    html = sanitise(parser.render(_tasks(text), env))
    mentions, tags = tuple(dict.fromkeys(env["mentioned"])), tuple(dict.fromkeys(env["tags"]))
    return Rendered(html, mentions, tags, _plain(html), env["everyone"])


def sanitise(html: str) -> str:
    """Only what our allow-list names. Doing it twice changes nothing."""
    return nh3.clean(
        html, tags=TAGS, attributes=ATTRIBUTES, url_schemes={"http", "https", "mailto"},
        attribute_filter=_filter, link_rel="noopener nofollow", strip_comments=True,
    )  # fmt: skip


def _filter(tag: str, name: str, value: str) -> str | None:
    if name == "href":
        return value if SAFE_LINK.match(value) else None
    if name == "class" and tag in CLASSES:
        return value if value in CLASSES[tag] else None
    if name == "class" and tag == "code":
        return value if re.fullmatch(r"language-[A-Za-z0-9+#-]{1,30}", value) else None
    if name == "class":
        return None
    return value


def _tasks(text: str) -> str:
    return re.sub(r"(?m)^(\s{0,12}[-*+] )\[([ xX])\] ", lambda m: m[1] + ("☐ " if m[2] == " " else "☑ "), text)


def _plain(html: str) -> str:
    spaced = re.sub(r"</(?:p|li|h[1-4]|td|th|pre|blockquote|tr)>|<br>", "\n", html)
    bare = nh3.clean(spaced, tags=set())
    for mark, character in (("&lt;", "<"), ("&gt;", ">"), ("&nbsp;", " "), ("&quot;", '"'), ("&amp;", "&")):
        bare = bare.replace(mark, character)
    return bare.strip()
