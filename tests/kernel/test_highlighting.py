"""Code gets classes of ours and nothing else, is bounded, and is the same each time."""

import math
import re
from pathlib import Path

import pytest

from intranet.kernel.text import highlighting, render
from intranet.kernel.text.markdown import sanitise

ROOT = Path(__file__).parents[2]
PYTHON = 'def greet(name):  # says hello\n    return f"Hello {name}" * 2'


def block(code: str, language: str = "python") -> str:
    return render(f"```{language}\n{code}\n```").html


def bare(html: str) -> str:
    return re.sub(r"</?span[^>]*>", "", html)


def test_code_of_a_known_language_gets_classes_and_keeps_its_words() -> None:
    html = block(PYTHON)
    assert '<span class="kw">def</span>' in html
    assert '<span class="com"># says hello</span>' in html
    assert "style" not in html
    assert bare(html) == bare(block(PYTHON, "python"))
    assert render(f"```python\n{PYTHON}\n```").plain.startswith("def greet(name):  # says hello")
    assert set(re.findall(r'<span class="([^"]*)"', html)) <= highlighting.CLASSES


@pytest.mark.parametrize("language", sorted(highlighting.LANGUAGES))
def test_every_language_that_is_offered_is_known_and_loses_nothing(language: str) -> None:
    code = "if (a < \"b\" && c > 1) { return <x y='z'>&amp; 😀</x>; } # -- // @@ +added\n- removed\n\n\tend\n\n"
    html = highlighting.highlight(code, language)
    assert html
    plain = re.sub(r"</?span[^>]*>", "", html)
    assert plain == code.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    assert sanitise(f"<pre><code>{html}</code></pre>") == f"<pre><code>{html}</code></pre>"


@pytest.mark.parametrize("language", ["", "nosuch", "python2.7", '"><script>', "../etc", "css"])
def test_an_unknown_language_stays_as_it_is(language: str) -> None:
    assert "<span" not in block(PYTHON, language)
    assert "<script" not in block(PYTHON, language)


def test_languages_like_c_are_read_by_the_grammar_that_is_quick_on_anything() -> None:
    html = block('public static int main() { // begins\n  return new Pair("a", 1); }', "c++")
    for piece in ('kw">public', 'kw">return', 'com">// begins', 'str">&quot;a&quot;', 'lit">1'):
        assert piece.replace("&quot;", '"') in html.replace("&quot;", '"'), piece
    assert block("int x = 1;", "c#") == block("int x = 1;", "java").replace("language-java", "language-c#")


def test_the_same_code_is_the_same_html_and_cleaning_it_again_changes_nothing() -> None:
    html = block(PYTHON)
    assert html == block(PYTHON)
    assert sanitise(html) == html


def test_too_much_code_stays_plain() -> None:
    assert "<span" in block("a = 1\n" * 100)
    assert "<span" not in block("a = 1\n" * (highlighting.LONGEST // 6 + 1))
    assert "<span" not in block("1+" * (highlighting.LONGEST // 2 - 10)) or highlighting.MOST >= highlighting.LONGEST


def test_a_class_of_somebody_elses_choosing_is_taken_off() -> None:
    assert sanitise('<span class="kw btn">x</span>') == "<span>x</span>"
    assert sanitise('<span class="kw" style="color:red" onclick="x()">x</span>') == '<span class="kw">x</span>'
    assert "<span" not in render('<span class="kw">x</span>').html


def test_names_in_code_are_nobodys() -> None:
    said = render("```python\n@everyone\n@ines\n#tag\n```", may_name_everyone=True)
    assert (said.mentions, said.tags, said.everyone) == ((), (), False)


def luminance(light: float, chroma: float, hue: float) -> float:
    """Of a colour in OKLCH, by its definition."""
    a, b = chroma * math.cos(math.radians(hue)), chroma * math.sin(math.radians(hue))
    x, y, z = (
        (light + 0.3963377774 * a + 0.2158037573 * b) ** 3,
        (light - 0.1055613458 * a - 0.0638541728 * b) ** 3,
        (light - 0.0894841775 * a - 1.2914855480 * b) ** 3,
    )
    rgb = (
        4.0767416621 * x - 3.3077115913 * y + 0.2309699292 * z,
        -1.2684380046 * x + 2.6097574011 * y - 0.3413193965 * z,
        -0.0041960863 * x - 0.7034186147 * y + 1.7076147010 * z,
    )
    red, green, blue = (min(1.0, max(0.0, each)) for each in rgb)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_every_colour_of_code_is_readable_in_light_and_dark() -> None:
    pair = r"(--[\w-]+):\s*light-dark\(oklch\(([\d.]+) ([\d.]+) ([^)]+?)\)+,\s+oklch\(([\d.]+) ([\d.]+) ([^)]+?)\)"
    read = {
        name: (ROOT / name).read_text("utf-8") for name in ("frontend/src/css/code.css", "themes/default/tokens.css")
    }
    colours = {found[0]: found[1:] for text in read.values() for found in re.findall(pair, text)}
    surface = colours["--surface-2"]
    checked = 0
    for name, said in colours.items():
        if not name.startswith("--code-"):
            continue
        for at in (0, 3):
            front = luminance(*map(float, said[at : at + 3]))
            back = luminance(float(surface[at]), float(surface[at + 1]), 95)
            assert (max(front, back) + 0.05) / (min(front, back) + 0.05) >= 4.5, (name, at)
            checked += 1
    assert checked == 10
