"""Colours for code: Pygments finds what is what, we write a few classes of our own. The same code gives the same HTML.

What is bounded here is what somebody else's text can cost: languages by name, characters, and pieces, never the time, so that
the answer does not depend on how busy the box is.
"""

from collections.abc import Iterable
from functools import lru_cache
from html import escape

from pygments.lexer import Lexer
from pygments.lexers import get_lexer_by_name
from pygments.token import Comment, Generic, Keyword, Literal, Name, Number, String, _TokenType

LONGEST = 3_000  # characters of one block
MOST = 2_000  # pieces of one block
# Not used are grammars whose time grows with the square of what they read, or worse: those of C, C++, C#, Java and TypeScript,
# which are read as JavaScript and lose little, and that of CSS.
LANGUAGES = {
    "bash": "bash", "diff": "diff", "go": "go", "html": "html", "ini": "ini", "javascript": "javascript",
    "js": "javascript", "json": "json", "kotlin": "kotlin", "lua": "lua", "patch": "diff", "php": "php",
    "powershell": "powershell", "ps1": "powershell", "py": "python", "python": "python", "r": "r", "rb": "ruby",
    "rs": "rust", "ruby": "ruby", "rust": "rust", "sh": "bash", "shell": "bash", "sql": "sql", "swift": "swift",
    "toml": "toml", "ts": "javascript", "typescript": "javascript", "xml": "xml", "yaml": "yaml", "yml": "yaml",
    **dict.fromkeys(("c", "c#", "c++", "cc", "cpp", "cs", "csharp", "dart", "h", "hpp", "java"), "javascript"),
}  # fmt: skip
CLASSES = {"kw", "str", "com", "lit", "fn", "typ", "att", "add", "del"}
# The first that a piece belongs to; what is in none of them has the colour of text.
KINDS: tuple[tuple[_TokenType, str], ...] = (
    (Comment.Preproc, "kw"), (Comment, "com"), (Keyword.Type, "typ"), (Keyword, "kw"), (String, "str"), (Number, "lit"),
    (Literal, "str"), (Name.Function, "fn"), (Name.Class, "typ"), (Name.Tag, "kw"), (Name.Attribute, "att"),
    (Name.Decorator, "att"), (Name.Builtin, "fn"), (Generic.Inserted, "add"), (Generic.Deleted, "del"),
    (Generic.Subheading, "kw"), (Generic.Heading, "kw"),
)  # fmt: skip


def highlight(code: str, language: str, _attributes: str = "") -> str:
    """The code with its classes, or nothing where it stays as it is: an unknown language, or too much of it."""
    name = LANGUAGES.get(language.casefold())
    if name is None or len(code) > LONGEST:
        return ""
    pieces: list[tuple[str, str]] = []
    for kind, text in _lexer(name).get_tokens(code):
        _join(pieces, _class_of(kind), text)
        if len(pieces) > MOST:
            return ""
    return _html(pieces) if "".join(text for _, text in pieces) == code else ""


def _join(pieces: list[tuple[str, str]], css: str, text: str) -> None:
    """Neighbours of one class are one piece."""
    if pieces and pieces[-1][0] == css:
        pieces[-1] = css, pieces[-1][1] + text
    else:
        pieces.append((css, text))


def _html(pieces: Iterable[tuple[str, str]]) -> str:
    return "".join(
        f'<span class="{css}">{escape(text, quote=False)}</span>' if css else escape(text, quote=False)
        for css, text in pieces
    )


@lru_cache(maxsize=64)
def _lexer(name: str) -> Lexer:
    return get_lexer_by_name(name, stripnl=False, ensurenl=False)


@lru_cache(maxsize=1_000)
def _class_of(kind: _TokenType) -> str:
    return next((css for wide, css in KINDS if kind in wide), "")
