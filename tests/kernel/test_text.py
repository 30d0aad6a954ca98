"""What people type never becomes more than text, links and simple marks."""

from html.parser import HTMLParser
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intranet.kernel.text import Mention, TextTooLong, clean_line, clean_text, find_mentioned, render
from intranet.kernel.text.markdown import ATTRIBUTES, TAGS, sanitise

VECTORS = [
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "<svg onload=alert(1)>", "<svg><script>alert(1)</script></svg>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>", "<iframe src=javascript:alert(1)>", "<body onload=alert(1)>",
    "<a href=javascript:alert(1)>x</a>", "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>", "<details open ontoggle=alert(1)>",
    "<style>@import 'javascript:alert(1)'</style>", "<form><button formaction=javascript:alert(1)>", "javascript:alert(1)", "JaVaScRiPt:alert(1)",
    "java\tscript:alert(1)", "&#106;avascript:alert(1)", "data:text/html,<script>alert(1)</script>", "vbscript:msgbox(1)", "//evil.example", "\\\\evil.example",
    "/\\evil.example", "x\" onmouseover=\"alert(1)", "x' onmouseover='alert(1)", "<!--<img src='--><img src=x onerror=alert(1)>", "<![CDATA[<script>]]>",
    "<base href=//evil>", "<link rel=stylesheet href=//evil>", "<object data=//evil>", "<embed src=//evil>", "<meta http-equiv=refresh content=0;//evil>",
    "<textarea autofocus onfocus=alert(1)>", "<marquee onstart=alert(1)>", "<video><source onerror=alert(1)>", "<xss style=animation-name:x onanimationend=alert(1)>",
    "%6aavascript:alert(1)", "http://x\" onclick=\"alert(1)", "https://ok.example/<script>", "hx-get=/logout", "<div hx-post=/logout hx-trigger=load>",
]  # fmt: skip
CONTEXTS = [
    "{}", "**{}**", "*{}*", "`{}`", "```\n{}\n```", "[{}](https://ok.example)", "[x]({})", "[x](<{}>)", "![{}](https://ok.example/x.png)", "![x]({})",
    "[x](https://ok.example \"{}\")", "<{}>", "> {}", "- {}", "1. {}", "# {}", "| {} | b |\n|---|---|\n| {} | d |", "[x][r]\n\n[r]: {}", "{0}\n{0}",
    "@ines {}", "#tag{}", "~~{}~~", "- [ ] {}", "https://ok.example/{}", "{}@mail.example", "&lt;{}&gt;", "\\{}", "a{}b", "    {}", "[{0}]({0})",
    "[![{0}]({0})]({0})", "<b>{}</b>", "\"{}\"", "'{}'", "({})", "{}\n===", "* * *\n{}", "[x]( {} )", "```{}\ncode\n```", "[{}]", "{}{}", "| {} |",
]  # fmt: skip
WRAPPERS = ["{}", " {} ", "\n\n{}\n\n", "x {} y"]


class Checker(HTMLParser):
    """Fails on whatever is not in the allow-list."""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in TAGS, tag
        for name, value in attrs:
            assert name in ATTRIBUTES.get(tag, set()) | ({"rel"} if tag == "a" else set()), (tag, name)
            if name == "href":
                assert str(value).lower().startswith(("http://", "https://", "mailto:", "/", "#")), value
                assert not str(value).startswith(("//", "/\\")), value


def test_five_thousand_attacks_come_out_as_text() -> None:
    corpus = [
        wrapper.replace("{}", context.replace("{0}", vector).replace("{}", vector))
        for vector, context, wrapper in product(VECTORS, CONTEXTS, WRAPPERS)
    ]
    assert len(corpus) >= 5000
    for attack in corpus:
        html = render(attack).html
        Checker().feed(html)
        assert sanitise(html) == html


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=300))
def test_whatever_is_typed_is_rendered_safely(text: str) -> None:
    try:
        text = clean_text(text, 1000)
    except ValueError:
        return
    html = render(text, names={"ines": Mention(1, "ines", "<b>Ines</b>")}).html
    Checker().feed(html)
    assert sanitise(html) == html


@pytest.mark.parametrize(
    "piece", ["@a", "*", "[", "http://a.", ":a:", "![", "> ", "- ", "`", "(", "\\", "&", "|", "_", "<", "~"]
)
def test_a_megabyte_of_anything_is_refused_before_it_is_read(piece: str) -> None:
    with pytest.raises(TextTooLong):
        render(piece * 1_000_000)


def test_mentions_resolve_only_to_known_people_and_not_inside_code_or_links() -> None:
    names = {"ines.b": Mention(7, "ines.b", "Ines B")}
    said = render("@Ines.B and @nobody, mail@ines.b, `@ines.b`, [@ines.b](https://ok.example)", names=names)
    assert said.mentions == (7,)
    assert said.html.count("data-person") == 1
    assert find_mentioned("@Ines.B, @x!") == {"ines.b", "x"}


def test_names_cannot_hide_characters() -> None:
    assert clean_line("Ines\u200b Alba \u202e", 80) == "Ines Alba"
    for bad in ("a\0b", "a\ud800b", "a\x1bb"):
        with pytest.raises(ValueError, match="control"):
            clean_text(bad, 80)
    with pytest.raises(ValueError, match="longer"):
        clean_line("x" * 81, 80)
