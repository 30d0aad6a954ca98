"""A person as a contact card (vCard 3.0), for address books and as a QR code."""

from segno.helpers import make_vcard_data

from intranet.plugin_api import Person


def vcard(person: Person, company: str, url: str) -> str:
    """The card; every value is one line and escaped, so that none can begin a line of its own."""
    first, _, last = _line(person.name).rpartition(" ")
    return str(
        make_vcard_data(
            name=f"{_escaped(last)};{_escaped(first)};;;", displayname=_line(person.name),
            email=_line(person.email) or None, workphone=_line(person.phone) or None,
            cellphone=_line(person.mobile) or None, title=_line(person.title) or None, org=_line(company) or None,
            url=_line(url) or None,
        )
    )  # fmt: skip


def dialled(number: str) -> str:
    """A number as a telephone takes it."""
    digits = "".join(each for each in number if each.isdigit())
    return f"+{digits}" if number.strip().startswith("+") else digits


def _line(words: str) -> str:
    return " ".join(words.split())


def _escaped(words: str) -> str:
    for mark in ("\\", ";", ","):
        words = words.replace(mark, f"\\{mark}")
    return words
