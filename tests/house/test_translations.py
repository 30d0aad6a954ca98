"""Every sentence is there in every language."""

from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from intranet.testing.house import House

ROOT = Path(__file__).parents[2]
METHODS = [("**.py", "python"), ("**/templates/**.html", "jinja2")]
KEYWORDS = {"_": None, "gettext": None, "ngettext": (1, 2), "N_": None}
FOLDERS = ["intranet", "plugins/welcome"]


def sentences(folder: str) -> set[object]:
    found = extract_from_dir(
        str(ROOT / folder),
        METHODS,
        {"**/templates/**.html": {"trim_blocks": "true", "lstrip_blocks": "true"}},
        KEYWORDS,
    )
    return {
        message if isinstance(message, str) else tuple(message) for _file, _line, message, _notes, _context in found
    }


@pytest.mark.parametrize("language", ["it", "de"])
@pytest.mark.parametrize("folder", FOLDERS)
def test_no_sentence_is_missing_or_left_over(folder: str, language: str) -> None:
    path = ROOT / folder / "translations" / language / "LC_MESSAGES" / "messages.po"
    catalogue = read_po(BytesIO(path.read_bytes()))
    translated = {message.id for message in catalogue if message.id}
    assert sentences(folder) == translated
    for message in catalogue:
        if message.id:
            words = message.string if isinstance(message.string, tuple) else (message.string,)
            assert all(words), message.id
            assert not message.fuzzy, message.id
            assert not list(message.check(catalogue)), message.id


def test_pages_speak_the_chosen_language(house: House) -> None:
    visitor = house.visitor("ines")
    for language, words in [("it", "Le tue stanze"), ("de", "Deine Räume"), ("en", "Your rooms")]:
        assert visitor.post("/me/look", {"language": language}).status_code == 303
        page = visitor.get("/").text
        assert words in page
        assert f'<html lang="{language}"' in page


def test_the_sign_in_page_follows_the_browser_and_the_choice(house: House) -> None:
    visitor = house.visitor()
    assert "Willkommen zurück" in visitor.get("/login", headers={"Accept-Language": "de-AT,de;q=0.9"}).text
    visitor.post("/language", {"language": "it"})
    assert "Bentornato" in visitor.get("/login", headers={"Accept-Language": "de"}).text
