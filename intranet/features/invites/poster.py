"""The poster of a code: one A4 page, or the same at half the size on A6, with a square that a phone reads from the wall.

Drawn in millimetres of the A4 page. What the font cannot draw is left out, for the code says all that is needed.
"""

import io
import math
import re
import unicodedata
from collections.abc import Container
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import segno

from intranet.plugin_api import built

PAPERS = {"a4": (210.0, 297.0), "a6": (105.0, 148.0)}
WIDTH, MARGIN = 210.0, 18.0
SQUARE_MM, BADGE_MM = 114.0, 34.0
QUIET_ZONE = 4  # modules, as ISO/IEC 18004 asks
INK, SOFT = (18, 32, 28), (74, 84, 80)
FONT, MORE = "DejaVu", "Droid"
FONTS = {"": "DejaVuSans.ttf", "B": "DejaVuSans-Bold.ttf"}
EAST_ASIAN = Path("/usr/share/fonts-droid-fallback/truetype/DroidSansFallback.ttf")  # where the system has it
RIGHT_TO_LEFT = ("R", "AL", "AN")
VARIANTS = {chr(number) for number in range(0xFE00, 0xFE10)}  # tell how a sign before them looks


@dataclass(frozen=True)
class Poster:
    """What stands on it, in the language of its readers. Without an `address` it has no square."""

    language: str
    company: str
    room: str
    initials: str
    icon: str
    hue: int
    address: str
    code: str
    scan: str
    type_it: str
    notes: tuple[str, ...]


def draw(poster: Poster, paper: str) -> bytes:
    """The poster as PDF."""
    page = _Page(paper)
    page.line(poster.company, 18, 15, bold=True, color=SOFT)
    page.badge(poster)
    page.heading(page.drawable(poster.room) or poster.code)
    if poster.address:
        page.line(poster.scan, 108, 17)
        page.square(poster.address)
    page.line(poster.code, 233, 34, bold=True, spacing=1.5)
    page.line(poster.type_it, 251, 15)
    for place, words in enumerate(poster.notes):
        page.line(words, 264 + 8 * place, 13, color=SOFT)
    page.pdf.set_title(poster.room)
    page.pdf.set_lang(poster.language)
    return bytes(page.pdf.output())


class _Page:
    """One page of that paper, addressed as if it were A4."""

    def __init__(self, paper: str) -> None:
        from fpdf import FPDF  # a large library, and most processes print nothing

        self.width, self.height = PAPERS[paper]
        self.scale = self.width / WIDTH
        self.pdf = FPDF(unit="mm", format=(self.width, self.height))
        self.pdf.alias_nb_pages(None)  # type: ignore[arg-type]  # a room may be called {nb}
        self.pdf.set_auto_page_break(False)
        for style, name in FONTS.items():
            self.pdf.add_font(FONT, style, built(f"fonts/{name}"))
        self.pdf.add_page()

    def line(
        self, words: str, y: float, points: float, *, bold: bool = False, color: tuple[int, int, int] = INK, spacing: float = 0
    ) -> None:  # fmt: skip
        """One line in the middle, made smaller until it fits."""
        words = self.drawable(words)
        if not words:
            return
        self.pdf.set_text_color(*color)
        self.pdf.set_char_spacing(spacing * self.scale)
        while self._width(words, points, bold) > WIDTH - 2 * MARGIN:
            points *= 0.95
        self.pdf.set_xy(0, y * self.scale)
        self.pdf.cell(w=self.width, h=points * self.scale * 0.45, text=words, align="C")
        self.pdf.set_char_spacing(0)

    def _width(self, words: str, points: float, bold: bool) -> float:
        self._shape(words)
        self.pdf.set_font(FONT, "B" if bold else "", points * self.scale)
        return float(self.pdf.get_string_width(words)) / self.scale

    def _shape(self, words: str) -> None:
        """What goes from right to left is joined and turned; everything else is drawn letter by letter."""
        self.pdf.set_text_shaping(any(unicodedata.bidirectional(each) in RIGHT_TO_LEFT for each in words))

    def heading(self, words: str) -> None:
        """The room's name on one line or two, as large as it can be."""
        self._shape(words)
        points = 40.0
        while len(lines := self._wrapped(words, points)) > 2:
            points *= 0.93
        height = points * self.scale * 0.43
        self.pdf.set_text_color(*INK)
        self.pdf.set_xy(MARGIN * self.scale, 86 * self.scale - height * len(lines) / 2)
        self.pdf.multi_cell(w=(WIDTH - 2 * MARGIN) * self.scale, h=height, text=words, align="C")

    def _wrapped(self, words: str, points: float) -> list[str]:
        self.pdf.set_font(FONT, "B", points * self.scale)
        width = (WIDTH - 2 * MARGIN) * self.scale
        return list(self.pdf.multi_cell(w=width, text=words, align="C", dry_run=True, output="LINES"))  # type: ignore[arg-type]

    def badge(self, poster: Poster) -> None:
        """The room's sign in its colour: its icon, or its letters."""
        x, y = (WIDTH - BADGE_MM) / 2, 31.0
        ground, sign = rgb(0.925, 0.036, poster.hue * 10), rgb(0.39, 0.09, poster.hue * 10)
        drawing = _icon(poster.icon, sign)
        if not drawing and not self.drawable(poster.initials):
            return
        self.pdf.set_fill_color(*ground)
        left, top, size = x * self.scale, y * self.scale, BADGE_MM * self.scale
        self.pdf.rect(left, top, size, size, style="F", round_corners=True, corner_radius=9 * self.scale)
        if drawing:
            inset, inner = 9 * self.scale, 16 * self.scale
            self.pdf.image(io.BytesIO(drawing), left + inset, top + inset, inner, inner)
        else:
            self.line(poster.initials, y + 11, 30, bold=True, color=sign)

    def square(self, address: str) -> None:
        """The address as a QR code: dark on white, with its quiet zone; it can be read with a quarter of it soiled."""
        rows = [bytes(row) for row in segno.make(address, error="q", micro=False).matrix]
        module = SQUARE_MM * self.scale / (len(rows) + 2 * QUIET_ZONE)
        left, top = (self.width - module * len(rows)) / 2, 115 * self.scale + module * QUIET_ZONE
        self.pdf.set_fill_color(*INK)
        for y, row in enumerate(rows):
            for run in re.finditer(b"\x01+", row):
                self.pdf.rect(left + run.start() * module, top + y * module, len(run[0]) * module, module, style="F")

    def drawable(self, words: str) -> str:
        """The words without signs that the fonts lack; nothing at all when they lack one of the letters."""
        kept = []
        for each in unicodedata.normalize("NFC", words):
            kind = unicodedata.category(each)[0]
            if kind != "C" and (ord(each) in self._letters or (kind == "L" and ord(each) in self._more_letters)):
                kept.append(each)
            elif kind not in "SC" and each not in VARIANTS:
                return ""
        return " ".join("".join(kept).split())

    @cached_property
    def _letters(self) -> Container[int]:
        return self.pdf.fonts[FONT.lower()].cmap  # type: ignore[union-attr]

    @cached_property
    def _more_letters(self) -> Container[int]:
        """Those of the system's font for Chinese, Japanese and Korean, which is read only when one is wanted."""
        if not EAST_ASIAN.is_file():
            return ()
        self.pdf.add_font(MORE, "", EAST_ASIAN)
        self.pdf.set_fallback_fonts([MORE], exact_match=False)
        return self.pdf.fonts[MORE.lower()].cmap  # type: ignore[union-attr]


def _icon(name: str, color: tuple[int, int, int]) -> bytes | None:
    """An icon of the pages as a drawing of its own."""
    sprite = built("sprite.svg").read_text(encoding="utf-8")
    found = re.search(rf'<symbol id="i-{re.escape(name)}" viewBox="0 0 24 24">(.*?)</symbol>', sprite) if name else None
    if found is None:
        return None
    stroke = "#{:02x}{:02x}{:02x}".format(*color)
    style = f'fill="none" stroke="{stroke}" stroke-width="1.6" stroke-linecap="round" stroke-linejoin="round"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" width="24" height="24"><g {style}>{found[1]}</g></svg>'.encode()


def rgb(lightness: float, chroma: float, hue: float) -> tuple[int, int, int]:
    """A colour of OKLCH, in which the pages are written, as printers take it (Ottosson's matrices)."""
    a, b = chroma * math.cos(math.radians(hue)), chroma * math.sin(math.radians(hue))
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    middle = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    linear = (
        4.0767416621 * long - 3.3077115913 * middle + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * middle - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * middle + 1.7076147010 * short,
    )
    red, green, blue = (round(255 * _gamma(min(1.0, max(0.0, each)))) for each in linear)
    return red, green, blue


def _gamma(value: float) -> float:
    return 12.92 * value if value <= 0.0031308 else 1.055 * value ** (1 / 2.4) - 0.055
