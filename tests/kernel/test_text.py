"""What people type never becomes more than text, links and simple marks."""

import json
import subprocess
import sys
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intranet.kernel.text import (
    Mention,
    Rendered,
    TextTooLong,
    clean_line,
    clean_text,
    find_mentioned,
    mentioned_in,
    render,
)
from intranet.kernel.text.markdown import ATTRIBUTES, TAGS, UNMARKED, sanitise
from intranet.testing.hostile import corpus

EVERYONE = '<strong class="everyone">'


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
    attacks = corpus()
    assert len(attacks) >= 5000
    for attack in attacks:
        html = render(attack).html
        Checker().feed(html)
        assert sanitise(html) == html


@pytest.mark.parametrize(
    "words",
    [
        "Yes.", "Così è, se vi pare", "it's (nearly) half past ten - or not...  two spaces", "www.example.com and example.org!",
        "OK; 42 of them?", "Straße 7", "x", "v1.2.3-beta", "javascript alert(1)", "e.g. 3 - 4", "don't --- stop", "x²",
    ],
)  # fmt: skip
def test_a_line_without_marks_comes_out_as_the_library_would_write_it(words: str) -> None:
    assert UNMARKED.fullmatch(words)
    assert render(words) == through_the_library(words)


@pytest.mark.parametrize(
    "words", ["a_b_c", "1. one", "- one", "two\nlines", "ends with a space ", "a: b", "<b>", "x ~~y~~", ""]
)
def test_what_may_mean_more_is_left_to_the_library(words: str) -> None:
    assert not UNMARKED.fullmatch(words)


@settings(max_examples=400, deadline=None)
@given(st.text(st.sampled_from("aZ9éß² ,.;!?'()-_ǅ中ª٣"), min_size=1, max_size=30))
def test_no_line_without_marks_is_written_otherwise(words: str) -> None:
    assert render(words) == through_the_library(words)


def through_the_library(words: str) -> Rendered:
    """As it would be written if it had a mark: the rest of it changes nothing in a line."""
    marked = render(f"{words}\n\n**x**")
    html, plain = marked.html.removesuffix("<p><strong>x</strong></p>\n"), marked.plain.removesuffix("x").strip()
    return Rendered(html, (), (), plain)


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


PIECES = (
    "@a",
    "*",
    "[",
    "http://a.",
    ":a:",
    "/",
    "![",
    "> ",
    "- ",
    "`",
    "(",
    "\\",
    "&",
    "|",
    "_",
    "<",
    "~~",
    "]( ",
    "a@b.c ",
    "**a",
    "\n>",
    "[a](",
    "\t",
)
LINES = ("(", "{", '"', "<", "a ", "/", "=", "#", "%", "<a b=", "/*", "{{", "<<A\n")
READ = """
import json, resource, sys
resource.setrlimit(resource.RLIMIT_CPU, (60, 60))
from intranet.kernel.text import render
for text in json.load(sys.stdin):
    print(len(render(text).html))
"""


def test_the_longest_text_of_one_piece_is_read_before_a_process_may_work_no_more() -> None:
    """All of these together take a few seconds; one whose time grew with the square of its length would take minutes."""
    fences = [
        f"```{name}\n{(line * 3_000)[:2_900]}\n```\n" for name in ("html", "php", "yaml", "ini") for line in LINES
    ]
    texts = [(each * 20_000)[:20_000] for each in (*PIECES, *fences)]
    said = subprocess.run(
        [sys.executable, "-c", READ], input=json.dumps(texts), capture_output=True, text=True, check=True
    )
    assert len(said.stdout.split()) == len(texts)


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


def test_whom_html_names_is_read_from_its_tags_and_from_nothing_that_looks_like_them() -> None:
    names = {"ines": Mention(7, "ines", "Ines"), "omar": Mention(9, "omar", 'O">mar')}
    assert mentioned_in(render("@ines, @omar and @ines", names=names).html) == {7, 9}
    for attack in (
        '<a data-person="5">',
        '`<a data-person="5">`',
        "[x](https://ok.example \"a data-person='5'\")",
        "@pavel",
    ):
        assert mentioned_in(render(attack, names=names).html) == set(), attack
    said = '[x](https://ok.example/?q=<a\u00a0data-person="5")'
    assert mentioned_in(render(said, names=names).html) == set()


@pytest.mark.parametrize("text", corpus()[::7])
def test_no_text_names_anybody_who_is_not_there(text: str) -> None:
    assert mentioned_in(render(text.replace("alert(1)", '<a data-person="5">')).html) == set()


def test_everyone_is_marked_where_everyone_is_named_and_by_nothing_else() -> None:
    named = render("@Everyone, the kiln is hot", may_name_everyone=True)
    assert named.everyone
    assert named.html == '<p><strong class="everyone">@Everyone</strong>, the kiln is hot</p>\n'
    for text in ("**@everyone**", "`@everyone`", "[@everyone](https://ok.example)", "mail@everyone", "@everyonelse"):
        assert EVERYONE not in render(text).html, text
    for text in ('<strong class="everyone">@everyone</strong>', '**@everyone**{class="everyone"}', "@everyone"):
        assert EVERYONE not in render(text).html, text
    assert EVERYONE not in sanitise('<strong class="everyone mention">x</strong><em class="everyone">x</em>')


@pytest.mark.parametrize("text", corpus()[::7])
def test_no_text_looks_as_if_everyone_were_named(text: str) -> None:
    hostile = text.replace("alert(1)", '<strong class="everyone">@everyone</strong>')
    assert EVERYONE not in render(hostile).html
