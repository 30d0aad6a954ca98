"""The poster of a code: what a phone reads from the paper, and what people read."""

import random
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pypdfium2
import pytest
import zxingcpp
from babel.dates import format_date
from PIL import Image, ImageFilter

from intranet.core.models import Room
from intranet.features.invites import poster
from intranet.features.invites.models import Invite
from intranet.features.invites.poster import PAPERS, Poster
from intranet.testing.house import House

BASE = "https://intranet.officine-aurora.example"
MM_PER_INCH, POINTS_PER_INCH = 25.4, 72
SHOWN = Poster(
    language="en", company="Officine Aurora", room="Night shift crew", initials="NS", icon="lock", hue=26,
    address=f"{BASE}/j/7K4M-QX2P-ABCD", code="7K4M-QX2P-ABCD", scan="Scan this.", type_it="Or type it.",
    notes=("A room keeper lets you in.", "Works until Thursday."),
)  # fmt: skip


def printed(pdf: bytes, dpi: int = 150) -> Image.Image:
    """The only page, as a printer would lay it on paper."""
    document = pypdfium2.PdfDocument(pdf)
    assert len(document) == 1
    return document[0].render(scale=dpi / POINTS_PER_INCH).to_pil().convert("RGB")


def words(pdf: bytes) -> str:
    """What stands there, with one space between any two words."""
    return " ".join(pypdfium2.PdfDocument(pdf)[0].get_textpage().get_text_range().split())


def read(picture: Image.Image) -> list[str]:
    return [each.text for each in zxingcpp.read_barcodes(picture)]


def photographed(picture: Image.Image, *, turned: float, blurred: float) -> Image.Image:
    """Grey and weak ink on grainy paper, held askew and out of focus."""
    grey = picture.convert("L").point(lambda value: 70 + value * 150 // 255)
    grain = random.Random(7)
    noise = Image.frombytes("L", grey.size, bytes(grain.randrange(0, 40) for _ in range(grey.width * grey.height)))
    grainy = Image.blend(grey, noise, 0.12)
    return grainy.rotate(turned, expand=True, fillcolor=200, resample=Image.Resampling.BICUBIC).filter(
        ImageFilter.GaussianBlur(blurred)
    )


@pytest.mark.parametrize("paper", PAPERS)
def test_a_phone_reads_the_very_address_from_the_paper(paper: str) -> None:
    assert read(printed(poster.draw(SHOWN, paper))) == [SHOWN.address]


@pytest.mark.parametrize("paper", PAPERS)
@pytest.mark.parametrize(("turned", "blurred"), [(0, 1.2), (3, 1.0), (-7, 0.8), (90, 1.0)])
def test_a_bad_print_that_is_held_askew_is_read_too(paper: str, turned: float, blurred: float) -> None:
    picture = photographed(printed(poster.draw(SHOWN, paper)), turned=turned, blurred=blurred)
    assert read(picture) == [SHOWN.address]


def test_a_corner_may_be_torn_or_covered() -> None:
    picture = printed(poster.draw(SHOWN, "a4"))
    middle = picture.width // 2, round(picture.height * 0.58)
    picture.paste((255, 255, 255), (middle[0], middle[1], middle[0] + 70, middle[1] + 70))
    assert read(picture) == [SHOWN.address]


@pytest.mark.parametrize(("paper", "size"), PAPERS.items())
def test_the_page_has_the_size_of_the_paper_and_a_square_that_fills_half_of_it(
    paper: str, size: tuple[float, float]
) -> None:
    pdf = poster.draw(SHOWN, paper)
    width, height = (each / POINTS_PER_INCH * MM_PER_INCH for each in pypdfium2.PdfDocument(pdf)[0].get_size())
    assert (round(width), round(height)) == size
    picture = printed(pdf, 300)
    corners = zxingcpp.read_barcodes(picture)[0].position
    across = (corners.top_right.x - corners.top_left.x) / 300 * MM_PER_INCH
    assert across > 0.4 * width
    assert across > 45, "a phone reads it from half a metre"


@pytest.mark.parametrize("paper", PAPERS)
def test_everything_that_people_need_stands_there_in_their_letters(
    paper: str, caplog: pytest.LogCaptureFixture
) -> None:
    for room in (
        "Zoë Łuczak’s ǅ Ștefan",
        "Ομάδα νυχτερινής βάρδιας",
        "Ночная смена Ўзбек їжак",
        "Հայերեն ქართული",
        "Ọ̀ṣun Việt",
    ):
        said = words(poster.draw(replace(SHOWN, room=room), paper))
        for each in (room, "Officine Aurora", SHOWN.code, "Scan this.", "Or type it.", *SHOWN.notes):
            assert each in said
    assert not caplog.records, "a letter that the font lacks would be told here"


@pytest.mark.parametrize("room", ["रात की पाली", "夜班 रात", "🌙🌙", "\u202e"])
def test_a_name_that_cannot_be_drawn_is_left_to_the_code_and_never_to_boxes(
    room: str, caplog: pytest.LogCaptureFixture
) -> None:
    pdf = poster.draw(replace(SHOWN, room=room, company=room, initials=room, icon=""), "a6")
    said = words(pdf)
    assert said.count(SHOWN.code) == 2, "as the heading, and where it stands anyway"
    assert said.startswith(SHOWN.code)
    assert not caplog.records
    assert read(printed(pdf)) == [SHOWN.address]


@pytest.mark.parametrize(
    "room", ["وردية الليل", "القاعة 3 أ", "משמרת לילה", "קו 12-40 א", "Room וו b", "夜班", "夜勤の仲間 7", "야간 근무"]
)
def test_a_name_is_drawn_from_right_to_left_and_in_east_asian_letters(
    room: str, caplog: pytest.LogCaptureFixture
) -> None:
    pdf = poster.draw(replace(SHOWN, room=room, company=room, initials="", icon=""), "a6")
    said = words(pdf)
    assert said.count(room) == 2, "above, and as the heading"
    assert said.count(SHOWN.code) == 1
    assert not caplog.records, "a letter that the font lacks would be told here"
    assert read(printed(pdf)) == [SHOWN.address]


def test_letters_from_right_to_left_are_joined(monkeypatch: pytest.MonkeyPatch) -> None:
    """Joined letters take less room than letters that stand alone."""
    joined = poster._Page("a4")._width("وردية الليل", 20, False)
    monkeypatch.setattr(poster, "RIGHT_TO_LEFT", ())
    assert joined < 0.95 * poster._Page("a4")._width("وردية الليل", 20, False)


def test_a_mark_that_turns_the_text_around_is_left_out(caplog: pytest.LogCaptureFixture) -> None:
    assert "A B" in words(poster.draw(replace(SHOWN, room="A \u202eB"), "a4"))
    assert not caplog.records


def test_a_box_without_east_asian_letters_prints_the_code_instead(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(poster, "EAST_ASIAN", tmp_path / "missing.ttf")
    said = words(poster.draw(replace(SHOWN, room="夜班"), "a4"))
    assert said.count(SHOWN.code) == 2
    assert "夜" not in said


def test_a_sign_among_letters_is_left_out_and_the_letters_stay(caplog: pytest.LogCaptureFixture) -> None:
    assert "Night shift crew" in words(poster.draw(replace(SHOWN, room="🌙 Night shift 🌙 crew"), "a4"))
    assert not caplog.records


@pytest.mark.parametrize("room", ["W" * 80, "i" * 80, "one two " * 10, "{nb}", "**bold** __x__ --y--", "a\tb\nc"])
def test_a_long_or_odd_name_stays_on_the_page_as_it_is(room: str) -> None:
    pdf = poster.draw(replace(SHOWN, room=room, company=room), "a6")
    assert "".join(room.split()) in words(pdf).replace(" ", "")
    picture = printed(pdf).convert("L")
    assert read(picture) == [SHOWN.address]
    edges = [
        picture.crop((0, 0, 15, picture.height)),
        picture.crop((picture.width - 15, 0, picture.width, picture.height)),
    ]
    assert all(edge.getextrema() == (255, 255) for edge in edges)


def test_the_sign_of_the_room_is_drawn_in_its_colour() -> None:
    for icon in ("lock", "no-such-icon", ""):
        picture = printed(poster.draw(replace(SHOWN, icon=icon), "a4"))
        colours = {colour for _, colour in picture.crop((500, 180, 740, 390)).getcolors(100_000) or []}
        assert poster.rgb(0.925, 0.036, 260) in colours
        assert poster.rgb(0.39, 0.09, 260) in colours


def test_colours_are_those_of_the_pages() -> None:
    assert poster.rgb(1, 0, 0) == (255, 255, 255)
    assert poster.rgb(0, 0, 0) == (0, 0, 0)
    assert poster.rgb(0.6279553639, 0.2576833038, 29.2338803) == (255, 0, 0)  # sRGB's red, as CSS Color 4 gives it


@pytest.mark.parametrize("paper", PAPERS)
@pytest.mark.parametrize("language", ["en", "it", "de"])
def test_a_keeper_prints_it_on_the_paper_and_in_the_language_that_they_choose(
    house: House, paper: str, language: str
) -> None:
    house.site.settings = house.site.settings.model_copy(update={"base_url": BASE})
    room_id = house.room("workshop").id
    made = house.program("ines").post(f"/rooms/{room_id}/invites").json
    assert made
    ends = datetime(2031, 5, 14, 9, 0, tzinfo=UTC)
    with house.site.database.write() as db:
        db.get_one(Invite, made["id"]).ends_at = ends
        db.get_one(Room, room_id).icon = "lock"
    answer = house.visitor("ines").get(
        f"/rooms/workshop/invites/{made['id']}/poster.pdf?paper={paper}&language={language}"
    )
    assert answer.mimetype == "application/pdf"
    assert answer.headers["Content-Disposition"] == f'inline; filename="workshop-{paper}.pdf"'
    assert read(printed(answer.data)) == [made["url"]]
    said = words(answer.data)
    for each in ("Workshop", made["code"], "intranet.officine-aurora.example/join", house.site.company().name):
        assert each in said
    assert format_date(ends, "EEEE d MMMM yyyy", locale=language) in said


@pytest.mark.parametrize("asked", ["paper=a3", "language=xx", "paper=", "paper=a4&language=../it"])
def test_other_papers_and_languages_are_not_there(house: House, asked: str) -> None:
    house.program("ines").post(f"/rooms/{house.room('workshop').id}/invites")
    assert house.visitor("ines").get(f"/rooms/workshop/invites/1/poster.pdf?{asked}").status_code == 404


def test_a_poster_is_small_enough_to_be_sent() -> None:
    assert len(poster.draw(SHOWN, "a4")) < 100_000
