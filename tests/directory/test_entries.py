"""What becomes of the values of an entry, however strange they are."""

import uuid

import pytest

from intranet.core.directory.entries import DirectoryPerson, read_person
from intranet.core.directory.groups import key_of
from intranet.core.directory.ldap import Entry, normal_dn
from intranet.core.directory.rules import give
from intranet.core.directory.settings import DirectorySettings, Rule
from intranet.core.people import plain_username

SETTINGS = DirectorySettings(
    servers=("ldaps://localhost",), base_dn="dc=x", started_on_attribute="start", extra_attributes={"Badge": "badge"}
)


def entry(**values: str | bytes) -> Entry:
    said = {"entryUUID": "AB-1", "uid": "anna", "cn": "Anna Ebner", **values}
    raw = {name.lower(): [each if isinstance(each, bytes) else each.encode()] for name, each in said.items()}
    return Entry("uid=anna,dc=x", raw)


def person(**values: str | bytes) -> DirectoryPerson:
    found = read_person(SETTINGS, entry(**values))
    assert found is not None
    return found


@pytest.mark.parametrize("name", ["Anna\u200b Ebner", " Anna  Ebner ", "\u202eAnna Ebner", "Anna Ebner\u2060"])
def test_a_name_that_would_pass_for_another_becomes_that_very_name(name: str) -> None:
    assert person(cn=name).fields["name"] == "Anna Ebner"


def test_values_that_cannot_be_kept_are_left_out() -> None:
    found = person(title="Welder\x00", mail="", departmentNumber="x" * 500, telephoneNumber=b"\xff\xfe")
    assert "title" not in found.fields
    assert "email" not in found.fields
    assert len(found.fields["department"]) == 120
    assert person(cn="").fields["name"] == "anna"


def test_an_entry_without_an_id_or_a_name_is_nobody() -> None:
    assert read_person(SETTINGS, entry(entryUUID="")) is None
    assert read_person(SETTINGS, entry(uid=" ")) is None


def test_a_guid_is_read_as_microsoft_writes_it() -> None:
    ad = DirectorySettings.model_validate({"preset": "ad", "servers": ["ldaps://x"], "base_dn": "dc=x"})
    wanted = uuid.UUID("01020304-0506-0708-090a-0b0c0d0e0f10")
    found = read_person(ad, entry(objectGUID=wanted.bytes_le, sAMAccountName="anna"))
    assert found is not None
    assert found.directory_id == str(wanted)


@pytest.mark.parametrize(
    "said", ["20190401000000Z", "201904010000+0200", "20190401", "2019-04-01", "01.04.2019", "01/04/2019"]
)
def test_days_are_read_in_several_forms(said: str) -> None:
    assert str(person(start=said).started_on) == "2019-04-01"


@pytest.mark.parametrize("said", ["", "soon", "20191341000000Z", "0"])
def test_what_is_no_day_is_none(said: str) -> None:
    assert person(start=said).started_on is None


def test_languages_and_free_fields() -> None:
    found = person(preferredLanguage="de_AT", badge=" 17 ")
    assert (found.language, found.extra) == ("de", {"Badge": "17"})


@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        ("Anna.Ebner", "anna.ebner"), ("Müller", "muller"), ("Jürgen Weiß", "jurgen.weiss"), ("ÅSA", "asa"),
        ("Łukasz", "lukasz"), ("ａｎｎａ", "anna"), ("аdmin", None), ("αlpha", None), ("анна", None), ("a b c", "a.b.c"),
        ("-anna", None), ("", None), ("admin\u200b", None), ("x" * 65, None), ("a/b", None), ("anna@x", None),
    ],
)  # fmt: skip
def test_user_names_are_latin_letters_or_nothing(said: str, wanted: str | None) -> None:
    assert plain_username(said) == wanted


def test_one_name_has_one_spelling() -> None:
    assert normal_dn("CN=Anna  Ebner, OU=People,DC=x") == normal_dn("cn=anna  ebner,ou=people,dc=X")
    assert normal_dn("cn=J\\C3\\BCrgen,dc=x") == normal_dn("cn=Jürgen,dc=x")
    assert normal_dn("cn=Ebner\\, Anna,dc=x") != normal_dn("cn=Ebner,cn=Anna,dc=x")
    assert normal_dn("no name at all") == ""
    assert key_of(" Staff ") == "staff"
    assert key_of("CN=Staff,DC=x") == "cn=staff,dc=x"


def test_the_smallest_role_holds_and_keepers_stay_keepers() -> None:
    rules = (
        Rule(by="department", value="Sales", gives="admin"), Rule(value="visitors", gives="guest"),
        Rule(value="visitors", gives="room", room="a", role="keeper"), Rule(value="visitors", gives="room", room="a"),
        Rule(value="barred", gives="nothing"),
    )  # fmt: skip
    plain = person(departmentNumber="sales")
    assert give(rules, plain).role == "admin"
    visitor = DirectoryPerson(**{**plain.__dict__, "groups": frozenset({"visitors"})})
    assert (give(rules, visitor).role, give(rules, visitor).rooms) == ("guest", {"a": "keeper"})
    assert not give(rules, visitor).is_barred
    assert give(rules, DirectoryPerson(**{**plain.__dict__, "groups": frozenset({"barred"})})).is_barred
    assert give(rules, person()).rooms == {}
    for by, attribute in (("location", "l"), ("employee_type", "employeeType")):
        rule = Rule.model_validate({"by": by, "value": "GRAZ ", "gives": "room", "room": "graz"})
        assert give((rule,), person(**{attribute: "Graz"})).rooms == {"graz": "member"}
        assert give((rule,), person(**{attribute: "Linz"})).rooms == {}
